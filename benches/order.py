#!/usr/bin/env python3
"""Which functions of the binary start-up runs, and which ordinary programs: src/cli/order.txt, by which the linker puts them together.

    benches/order.py target/release/pyston           # needs valgrind and nm; some minutes

The kernel maps a binary in windows of 64 KB around what is read, so what lies
among functions that never run is resident with them. The list has paths
without the hashes of a build: what it misses or names in vain costs order only.
Renew it when `benches/run.py --startup` shows more memory than it did.
"""

import bisect
import collections
import re
import subprocess
import sys
import tempfile
from pathlib import Path

OUTPUT = Path(__file__).parent.parent / "src/cli/order.txt"

# What belongs to every start.
START = "pass"

# What belongs to ordinary programs, in pieces: each a bit of everything that many of them do with one part of the language or of the library.
PROGRAMS = [
    """
class A:
    def __init__(self, a, b=2, *args, c=3, **kw): self.a, self.b = a, b
    def __repr__(self): return f"A({self.a!r}, {self.b:>5})"
    def __eq__(self, o): return self.a == o.a
    def __hash__(self): return hash(self.a)
    def __lt__(self, o): return self.a < o.a
    @property
    def p(self): return self.a
    @staticmethod
    def s(x): return x
    @classmethod
    def k(cls, x): return cls(x)
class B(A):
    __slots__ = ("z",)
    def __init__(self, *a, **k): super().__init__(*a, **k); self.z = 1
    def __enter__(self): return self
    def __exit__(self, *a): return False
for i in range(300):
    o = [B(j, c=j) for j in range(5)]; o.sort(reverse=True); sorted(o, key=lambda x: x.p); str(o); o[0] == o[1]; {x: 1 for x in o}; o[0].p
    A.k(1).s(2)
    with B(1) as b: b.z += 1
    isinstance(o[0], (A, int)); issubclass(B, A); getattr(o[0], "nope", None); hasattr(o[0], "a"); setattr(o[0], "q", 1); vars(A); type(o[0]).__name__; callable(A); id(o); dir(o[0])
""",
    """
def g(n):
    for i in range(n):
        try: got = yield i
        except ValueError as e: yield str(e)
        finally: pass
def f(a, *, b=1, **k): return a + b
for i in range(300):
    it = g(3); next(it); it.send(1); it.throw(ValueError("x")); list(g(4)); it.close()
    f(1, **{"b": 2}); f(*[1], b=3)
    try: [][1]
    except IndexError as e: str(e)
    try: {}["x"]
    except (KeyError, TypeError): pass
    try: None.x
    except AttributeError: pass
    match (i, 2, 3):
        case [x, y, *_]: pass
        case {"a": 1}: pass
    global G; G = i; lambda: i
    if 1 < i < 5 or not i: assert i is not None
    while True:
        i += 1
        if i > 3: break
""",
    """
for i in range(300):
    d = {str(k): k for k in range(20)}; d.update(a=1); d.pop("a"); d.setdefault("q", []).append(1); sorted(d.items(), key=lambda p: p[0]); list(d.values()); d | {1: 2}
    s = set(range(10)); s |= {11}; s & {1, 2}; s - {3}; frozenset(s); s.add(5); s.discard(7)
    l = list(range(10)); l[2:4] = [1]; l[::-1]; l.insert(0, 5); l.pop(); l.index(5); l.extend((1, 2)); del l[0]; l * 2; [*l, *l]; min(l), max(l), sum(l), any(l), all(l); l.reverse()
    t = tuple(l); a, *c = t; hash(t); t[1:]; zip(t, l); list(enumerate(zip(t, map(str, l)))); list(filter(None, l)); reversed(l)
""",
    """
for i in range(300):
    x = "a,b c".split(","); " ".join(x).upper().replace("A", "b").strip().startswith("b"); "%s %d %5.2f %r" % ("a", 1, 2.0, "b"); "{} {:>4}".format(1, 2); "abc".encode().decode("utf-8"); "é" + "x"; "abc".find("c"); "abc"[1]; int("12"), float("1.5"), repr(1.5), str(10**30); "x" in "xyz"; ord("a"), chr(233)
    b"abc".hex(); bytearray(b"x").extend(b"y"); bytes([1, 2]); memoryview(b"abc")[1:]; int.from_bytes(b"ab", "big")
    print("x", i, file=open("/dev/null", "w"))
""",
    """
for i in range(300):
    10**40 // 7**20 % 1001; 1 << 100 >> 3; 3.5 / 2 ** 0.5; divmod(7, 2); round(2.567, 2); abs(-1); 1 + 2j; 7 & 3 | 1 ^ 2; -i; ~i; i % 7; i // 3; i / 3; i ** 2
import math, random
math.sqrt(2), math.floor(2.5), math.sin(1), math.gcd(4, 6), math.isclose(1, 1); random.random(); random.randint(1, 5); random.shuffle([1, 2, 3]); random.choice([1, 2])
""",
    """
import re
p = re.compile(r"(\\w+)\\s*=\\s*(?P<v>[^;]*);?")
for i in range(20): p.match("abc = def; x"); p.findall("a=1;b=2; c=3"); p.sub(lambda m: m.group("v"), "a=1; b=2"); re.split("[,;]", "a,b;c"); p.search("zz").__class__
""",
    """
import json
for i in range(20): json.loads(json.dumps({"a": [1, 2.5, None, True, "é\\n"], "b": {"c": "d"}}, indent=2, sort_keys=True))
""",
    """
import collections, functools, itertools, operator, heapq, bisect
for i in range(20):
    c = collections.Counter("hello"); c.most_common(2); d = collections.defaultdict(list); d[1].append(2); q = collections.deque(maxlen=5); q.append(1); q.appendleft(2); q.popleft(); P = collections.namedtuple("P", "x y"); P(1, 2)._replace(x=3); collections.OrderedDict(a=1).move_to_end("a")
    functools.reduce(operator.add, [1, 2, 3]); functools.lru_cache(lambda x: x)(1); functools.partial(print, 1)
    list(itertools.chain([1], [2])); list(itertools.islice(itertools.count(), 3)); list(itertools.product([1, 2], repeat=2)); list(itertools.permutations([1, 2, 3])); list(itertools.combinations([1, 2, 3], 2)); [list(g) for k, g in itertools.groupby([1, 1, 2])]; list(itertools.accumulate([1, 2])); list(itertools.zip_longest([1], [2, 3]))
    h = []; heapq.heappush(h, 3); heapq.heappop(h); bisect.bisect([1, 2, 3], 2)
""",
    """
import copy, pickle, struct, io, time, datetime
for i in range(20):
    copy.deepcopy({"a": [1, (2, 3)]}); copy.copy([1]); pickle.loads(pickle.dumps({"a": [1, (2.0, "x"), {3}], "b": None}))
    time.time(); time.perf_counter(); datetime.datetime.now().isoformat(); datetime.timedelta(days=1) + datetime.datetime(2020, 1, 1); io.StringIO().write("a"); io.BytesIO(b"a\\nb").readlines(); struct.unpack("<IH", struct.pack("<IH", 1, 2))
""",
    """
import os, sys, tempfile, pathlib, shutil, glob, csv
with tempfile.TemporaryDirectory() as d:
    p = pathlib.Path(d) / "x.txt"; p.write_text("hello\\nworld\\n" * 100); sum(len(l) for l in open(p)); p.read_bytes(); os.listdir(d); list(pathlib.Path(d).iterdir()); p.exists(); os.path.join(d, "y"); os.stat(p); glob.glob(d + "/*"); shutil.copy(p, d + "/z")
    with open(d + "/b", "wb") as f: f.write(b"abc" * 5000)
    with open(d + "/c.csv", "w") as f: csv.writer(f).writerow([1, "a"])
    list(csv.reader(open(d + "/c.csv")))
print("x", file=sys.stderr)
""",
    '''
import sys, os, tempfile, runpy, importlib
SOURCE = """
from __future__ import annotations
import os.path as path, sys
from collections import deque as d, OrderedDict
A: int = 1
def f(a, /, b=2, *c, d: int = 3, **e) -> "x":
    global A
    def inner():
        nonlocal a
        a += 1; a -= 1; a *= 2; a //= 3; a %= 5; a |= 1; a &= 7; a ^= 2; a <<= 1; a >>= 1; a **= 2; a /= 3
        return lambda x, *y: x if y else a
    for i, (j, *k) in enumerate([(1, 2, 3)]):
        if i and not j or k is None: continue
        elif i not in k and i != 3 and 0 <= i < 5: pass
        else: break
    else: del b
    while A < 3:
        A += 1
    try: raise ValueError("x") from None
    except (KeyError, TypeError): raise
    except ValueError as error: assert error.args, "text"
    else: pass
    finally: A = 0
    with open(os.devnull) as x, open(os.devnull): x.read()
    s = {1, 2, *(3,)}; t = {"a": 1, **{}}; u = [x for x in range(3) if x]; v = {x: y for x, y in t.items()}; w = {x for x in s}
    y = (x async for x in z) if 0 else (x for x in u); z = u[1:2], u[-1], u[::2], f"{a!r:>{3}} {A=}", -a, ~1, not a, a @ a if 0 else 1, b"x" rb"y", 1_000, 0x1f, 1e3, 2j, ...
    return inner, yielding, (q := 3)
import os
def yielding():
    got = yield 1
    yield from (2, 3)
    return got
async def coroutine():
    async with c as d: await d
    async for x in y: pass
class C(dict, metaclass=type):
    "A docstring."
    __slots__ = ()
    x: int = 3
    @property
    def p(self): return super().p
    @staticmethod
    def s(): return __class__
type X[T] = list[T]
def generic[T](x: T) -> T: return x
match A:
    case {"a": [1, x, *_], **rest} if x: pass
    case C(x=1) | 3 | "s" | None: pass
    case _: pass
f(1)[1](); list(yielding())
"""
with tempfile.TemporaryDirectory() as folder:
    sys.path.insert(0, folder); sys.setrecursionlimit(2000)
    with open(folder + "/used_module.py", "w") as file: file.write(SOURCE)
    for _ in range(3):
        importlib.invalidate_caches(); importlib.import_module("used_module"); del sys.modules["used_module"]
    runpy.run_path(folder + "/used_module.py", run_name="__main__"); exec(compile(SOURCE, "x", "exec"), {"os": os})
    try: compile("def f(:", "x", "exec")
    except SyntaxError as error: str(error)
''',
    """
import argparse, logging, os
a = argparse.ArgumentParser(); a.add_argument("--x", type=int, default=1); a.add_argument("y", nargs="*"); a.parse_args(["--x", "3", "q"])
logging.basicConfig(level=logging.INFO, stream=open(os.devnull, "w")); logging.info("x %s", 1)
""",
    """
import dataclasses, enum, typing, contextlib, traceback, inspect, abc, weakref, gc, types, warnings
@dataclasses.dataclass(order=True)
class D:
    a: int
    b: list = dataclasses.field(default_factory=list)
D(1) < D(2); repr(D(1)); dataclasses.asdict(D(1))
class E(enum.Enum):
    A = 1
    B = 2
E(1), E["B"], list(E)
@contextlib.contextmanager
def m(): yield 1
with m(): pass
try: 1 / 0
except ZeroDivisionError: traceback.format_exc()
inspect.signature(m); weakref.ref(D); weakref.WeakValueDictionary(); gc.collect(); warnings.simplefilter("ignore"); eval("1+1"); exec("def f(x): return x")
""",
    """
import hashlib, base64, textwrap, unittest, subprocess
hashlib.sha256(b"a").hexdigest(); base64.b64encode(b"abc"); textwrap.dedent("  a")
""",
    """
import threading, queue, concurrent.futures
l = threading.Lock(); q = queue.Queue()
def w():
    for i in range(100):
        with l: q.put(i)
        q.get()
ts = [threading.Thread(target=w) for _ in range(3)]
[t.start() for t in ts]; [t.join() for t in ts]
with concurrent.futures.ThreadPoolExecutor(2) as e: list(e.map(str, range(20)))
""",
    """
import asyncio
async def c(n):
    await asyncio.sleep(0)
    return n
async def agen():
    for i in range(3): yield i
async def main():
    await asyncio.gather(*(c(i) for i in range(20))); [x async for x in agen()]; await asyncio.wait_for(c(1), 5)
    async with asyncio.Lock(): pass
asyncio.run(main())
""",
]


def functions(binary):
    """The binary's functions: starts in ascending order, and (end, names) of each."""
    found = {}
    for line in subprocess.run(["nm", "--print-size", binary], capture_output=True, text=True, check=True).stdout.splitlines():
        if match := re.fullmatch(r"([0-9a-f]+) ([0-9a-f]+) [tTwW] (.*)", line):
            start = int(match[1], 16)
            found.setdefault(start, (start + int(match[2], 16), []))[1].append(match[3])
    return sorted(found), found


def executed(binary, code):
    """The symbols of the binary's functions that ran. By address: valgrind knows no names of functions in sections other than `.text`."""
    starts, found = functions(binary)
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        options = ["--dump-instr=yes", "--compress-pos=no", "--compress-strings=no", f"--callgrind-out-file={profile}"]
        run = subprocess.run(["valgrind", "--tool=callgrind", *options, binary, "-c", code], capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"the program failed:\n{run.stderr[-2000:]}")
        ran = set()
        for line in profile.open():
            if line.startswith("0x"):
                address = int(line.split(" ", 1)[0], 16)
                at = bisect.bisect(starts, address) - 1
                if at >= 0 and address < found[starts[at]][0]:
                    ran.add(starts[at])
        return {identity(name) for start in ran for name in found[start][1]} - {None}


def parts(symbol):
    """`objects`, `dict`, `new` of Rust's `_ZN7objects4dict3new17h…E`; none of another symbol. The half of a function that a profile says is cold has `.cold` behind its name."""
    rest, found = symbol.removeprefix("_ZN"), []
    if rest == symbol:
        return None
    while match := re.match(r"\d+", rest):
        length = int(match[0])
        found.append(rest[match.end() : match.end() + length])
        rest = rest[match.end() + length :]
    if not found or not re.fullmatch("h[0-9a-f]{16}", found.pop()):
        return None
    if rest.endswith(".cold"):
        found[-1] += ".cold"
    return found


def identity(symbol):
    """What the list calls a symbol: (parent, name), as `("objects/dict", "get")`; the parent of what is not Rust's is `C`. None: the list cannot name it."""
    symbol = re.sub(r"\.llvm\.\d+", "", symbol)
    if path := parts(symbol):
        return "/".join(path[:-1]), path[-1]
    return ("C", symbol) if re.fullmatch(r"[\w.$]+", symbol) else None


def rows(group):
    """One row per parent, as `objects/dict: get new`."""
    grouped = collections.defaultdict(list)
    for parent, name in sorted(group):
        grouped[parent].append(name)
    return "".join(f"{parent}: {' '.join(names)}\n" for parent, names in grouped.items())


def groups(binary):
    """What lies together: what every start runs, what several of the programs run, what each runs alone. Cold halves behind the others."""
    start = executed(binary, START)
    of = collections.defaultdict(list)
    for index, program in enumerate(PROGRAMS):
        for function in executed(binary, program) - start:
            of[function].append(index)
    often = len(PROGRAMS) // 3
    together = [start]
    together.append({function for function, indexes in of.items() if len(indexes) > often})
    together.append({function for function, indexes in of.items() if 1 < len(indexes) <= often})
    together += [{function for function, indexes in of.items() if indexes == [index]} for index in range(len(PROGRAMS))]
    for group in together:
        cold = {function for function in group if function[1].endswith(".cold")}
        yield group - cold
        yield cold


def listed(text):
    """The groups of a list, as `groups` gives them."""
    for group in text.split("-\n"):
        lines = [line.split(": ", 1) for line in group.splitlines() if not line.startswith("#")]
        yield {(parent, name) for parent, names in lines for name in names.split(" ")}


def main():
    (binary,) = sys.argv[1:]
    found = list(groups(binary))
    # Each profile makes the compiler inline other functions: what this binary does not have keeps the place that it had.
    present = {identity(name) for _, names in functions(binary)[1].values() for name in names}
    before = list(listed(OUTPUT.read_text())) if OUTPUT.exists() else []
    if len(before) == len(found):
        found = [new | (old - present) for new, old in zip(found, before)]
    text = "# Made by benches/order.py: what runs at every start, and what ordinary programs run.\n" + "-\n".join(map(rows, found))
    OUTPUT.write_text(text)
    print(f"{[len(group) for group in found]} functions, {len(text) // 1024} KB")


main()
