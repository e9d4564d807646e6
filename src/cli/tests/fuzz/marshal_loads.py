"""Feeds `marshal.loads` with damaged data: it answers with an object or one of its errors, and never ends the process.

    pyston marshal_loads.py [SEED [SECONDS [FILE]]]

The data at hand are kept in FILE, so that those that end the process are not lost. The exit code is 1 when something
was found. Where memory is limited (`ulimit -v`) a size that cannot be had is a MemoryError, which is fine.
"""

import marshal
import random
import sys
import time

EXPECTED = (EOFError, ValueError, TypeError, MemoryError, OverflowError, RecursionError)
# What takes longer than this hangs.
SLOW = 5.0

SOURCES = [
    "x = 1",
    "def f(a, *b, c=1, **d):\n    try:\n        return a + c\n    except ValueError as e:\n        raise KeyError from e\n    finally:\n        pass",
    "class A[T](B, metaclass=C):\n    x: int = 3\n    def m(self): return super().m()",
    "async def g():\n    async with a as b, c:\n        yield [x async for x in y if z]",
    "match x:\n    case {'a': [1, *b], **c}: pass\n    case P(q=2) | 3: pass\n    case _: pass",
    "f = lambda x, /: f'{x!r:>{x}}' + t'{x}'.strings[0]",
    "from a import b as c\nfor i in range(10):\n    if i: continue\n    else: break\nwhile 1: del i",
]


def corpus():
    values = [
        None, True, ..., 0, -1, 2**15, 2**31, -(2**70), 10**100, 1.5, float("nan"), 1j, "", "ascii", "é", "\ud800", b"", b"bytes", (), (1, 2),
        [1, [2, [3]]], {"a": 1, (2,): {3}}, {1, "x"}, frozenset([1, (2,)]), slice(1, None, "x"), StopIteration,
        ("twice", "twice", ("twice",)), [None] * 300, tuple(range(300)), "x" * 300,
    ]  # fmt: skip
    same = [1]
    values += [[same, same], {"k": same, "l": (same, same)}]
    values += [compile(source, "<fuzz>", "exec", optimize=level) for source in SOURCES for level in (0, 2)]
    return [dumps(value, version) for value in values for version in (0, 2, 3, 4, 5)]


def dumps(value, version):
    try:
        return marshal.dumps(value, version)
    except ValueError:
        return b""


def mutate(rng, data, others):
    data = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.randrange(12))
        kind = rng.randrange(8)
        if kind == 0 and at < len(data):
            data[at] = rng.randrange(256)
        elif kind == 1 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            del data[at:to]
        elif kind == 3:
            data[at:at] = data[at:to]
        elif kind == 4:
            data[at:at] = rng.choice(b"0NFTS.iIlfgxyRstuaAzZ(){}[<>cr:?"[:]).to_bytes() + rng.randbytes(rng.randrange(5))
        elif kind == 5:
            data[at:to] = rng.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\0\0\0", b"\1\0\0\0", b"r\0\0\0\0", b"r\1\0\0\0"])
        elif kind == 6:
            other = rng.choice(others)
            start = rng.randrange(len(other))
            data[at:at] = other[start : start + rng.randrange(40)]
        elif data:
            del data[at:]
    return bytes(data)


def use(value):
    """Looks at what came out: an object that is no sound one shows it here."""
    repr(value)
    if type(value) is type(use.__code__):
        list(value.co_lines())
        list(value.co_positions())
        value.co_consts, value.co_varnames, value.co_linetable, value.co_code
        hash(value)
        try:
            marshal.loads(marshal.dumps(value))
        except EXPECTED:
            pass


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    end = time.monotonic() + (float(sys.argv[2]) if len(sys.argv) > 2 else 60)
    keep = open(sys.argv[3], "wb", buffering=0) if len(sys.argv) > 3 else None
    rng = random.Random(seed)
    seeds = [data for data in corpus() if data]
    tried = objects = found = 0
    while time.monotonic() < end:
        data = mutate(rng, rng.choice(seeds), seeds)
        if keep:
            keep.seek(0)
            keep.truncate()
            keep.write(data)
        start = time.monotonic()
        tried += 1
        try:
            value = marshal.loads(data)
        except EXPECTED:
            pass
        except BaseException as error:
            found += 1
            print(f"{type(error).__name__}: {error}: {data!r}", flush=True)
        else:
            objects += 1
            try:
                use(value)
            except (ValueError, RecursionError, MemoryError, TypeError):
                pass
            except BaseException as error:
                found += 1
                print(f"in use: {type(error).__name__}: {error}: {data!r}", flush=True)
            value = None
        if time.monotonic() - start > SLOW:
            found += 1
            print(f"slow: {data!r}", flush=True)
    print(f"seed {seed}: {tried} data, {objects} objects, {found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
