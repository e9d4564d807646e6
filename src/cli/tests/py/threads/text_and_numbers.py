# modes: one
"""Immutable objects that all threads use: lazily computed parts, hashes, interning, big numbers."""
import os
import sys
import threading

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))


def together(*functions):
    """Runs all functions at once, each in a thread, and raises what one of them raised."""
    failures = []
    start = threading.Barrier(len(functions))

    def run(function):
        start.wait()
        try:
            function()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
import math

N = 200 * SCALE


# A string's hash, its UTF-8 form and its numeric value are computed when first asked for, perhaps by several threads at once.
for _ in range(20):
    texts = ["".join(["k", str(i), "é" * (i % 3), "€" * (i % 2)]) for i in range(100)]
    results = []

    def derive():
        table = {}
        for i, text in enumerate(texts):
            table[text] = i
            assert text.encode().decode() == text
            assert text in table and hash(text) == hash(text[:])
            assert int(text[1 : 1 + len(str(i))]) == i
        results.append([hash(text) for text in texts])

    together(derive, derive, derive)
    assert results[0] == results[1] == results[2]

# Interning gives all threads the same object.
interned = [[] for _ in range(4)]


def intern(k):
    for i in range(300):
        interned[k].append(sys.intern("".join(["interned ", str(i)])))


together(*[lambda k=k: intern(k) for k in range(4)])
assert all(a is b is c is d for a, b, c, d in zip(*interned))

# One big number, tuple, frozenset and bytes object in every thread's operators.
big = 3 ** 2000
other = 7 ** 900
items = tuple(range(100))
frozen = frozenset(items)
data = bytes(range(256))
digits = str(big)


def compute():
    for i in range(N // 4):
        assert big * other // other == big and big % other + big // other * other == big
        assert int(digits) == big and str(big) == digits
        assert items.index(99) == 99 and sum(items) == 4950 and hash(items) == hash(tuple(range(100)))
        assert 50 in frozen and len(frozen | {1000}) == 101 and hash(frozen) == hash(frozenset(range(100)))
        assert data.find(b"\xff") == 255 and data[::-1][0] == 255 and data.hex()[-2:] == "ff"
        assert math.gcd(big, 3 ** 50) == 3 ** 50 and math.isqrt(big * big) == big
        assert f"{big:,}".count(",") == (len(digits) - 1) // 3
        assert "%s" % (items,) == repr(items)
        assert 0.1 + 0.2 == float("0.30000000000000004") and (2 + 3j) * (1 - 1j) == 5 + 1j
        assert range(0, 10 ** 30, 10 ** 29)[3] == 3 * 10 ** 29 and slice(1, 5).indices(3) == (1, 3, 1)


together(compute, compute, compute)

# In-place growth of a string or tuple never shows through another name.
base = ["x"]


def grow(letter):
    mine = base[0]
    for i in range(N):
        kept = mine
        mine += letter
        assert len(mine) == len(kept) + 1 and kept == mine[:-1]
        base[0] = mine if len(mine) < 100 else "x"
        mine = base[0]
        assert mine[0] == "x"


together(lambda: grow("a"), lambda: grow("b"), lambda: grow("c"))

# Code objects are compiled and executed everywhere at once; constants and names are shared.
source = "\n".join(f"def f{i}(x):\n    return x + {i} if x else 'constant {i % 5}'" for i in range(30))


def compiles():
    for _ in range(10):
        space = {}
        exec(compile(source, "<shared>", "exec"), space)
        assert all(space[f"f{i}"](1) == i + 1 for i in range(30))
        assert space["f7"](0) == "constant 2"
        assert eval("[x * 2 for x in range(5)]") == [0, 2, 4, 6, 8]


together(compiles, compiles, compiles)

# One function is called, specialised for other types and called again by all.
def add(a, b):
    return a + b


def polymorphic(k):
    values = [(1, 2, 3), (1.5, 2, 3.5), ("a", "b", "ab"), ([1], [2], [1, 2]), ((1,), (2,), (1, 2)), (10 ** 30, 1, 10 ** 30 + 1), (True, 1, 2)]
    for i in range(N * 5):
        a, b, c = values[(i + k) % len(values)] if i % 50 > 25 else values[k % len(values)]
        assert add(a, b) == c


together(*[lambda k=k: polymorphic(k) for k in range(5)])


class A:
    def m(self):
        return "A"

    x = "Ax"


class B(A):
    def m(self):
        return "B"

    def __init__(self):
        self.x = "Bx"


class C:
    __slots__ = ("x",)

    def __init__(self):
        self.x = "Cx"

    def m(self):
        return "C"


def attribute_sites(k):
    things = [A(), B(), C()]
    for i in range(N * 5):
        thing = things[(i // 20 + k) % 3]
        assert thing.m() == type(thing).__name__
        assert thing.x == type(thing).__name__ + "x"
        thing.__class__ in (A, B, C)


together(*[lambda k=k: attribute_sites(k) for k in range(3)])
