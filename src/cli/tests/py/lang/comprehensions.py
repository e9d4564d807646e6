"""List, set, dict comprehensions and generator expressions."""


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True

eq([x for x in range(5)], [0, 1, 2, 3, 4])
eq([x for x in range(10) if x % 2 if x > 3], [5, 7, 9])
eq([(x, y) for x in range(2) for y in range(x + 1)], [(0, 0), (1, 0), (1, 1)])
eq([x for x in [y for y in "ab"]], ['a', 'b'])
eq([[x + y for x in range(2)] for y in range(2)], [[0, 1], [1, 2]])
eq(sorted({x % 3 for x in range(9)}), [0, 1, 2])
eq({x: x * x for x in range(3)}, {0: 0, 1: 1, 2: 4})
eq({k: v for k, v in zip("ab", [1, 2])}, {'a': 1, 'b': 2})
eq({**{k: 1 for k in "a"}}, {'a': 1})
eq(sum(x for x in range(4)), 6)
eq(list(x for x in ()), [])
eq(tuple(x for x in "ab"), ('a', 'b'))
eq(dict((k, 1) for k in "ab"), {'a': 1, 'b': 1})
eq([x if x else "zero" for x in range(2)], ['zero', 1])
eq([x for x in range(3) if x if x != 1], [2])
eq([a + b for a, b in [(1, 2), (3, 4)]], [3, 7])
eq([a for a, *b in [(1, 2, 3)]], [1])
eq([b for a, *b in [(1, 2, 3)]], [[2, 3]])
eq([[*r] for r in [(1, 2)]], [[1, 2]])
eq([(lambda: x)() for x in range(2)], [0, 1])
eq([x for x, in [(1,), (2,)]], [1, 2])
log = []

def note(x):
    log.append(x)
    return x

made = {note("k" + str(i)): note("v" + str(i)) for i in range(2)}
eq(log, ['k0', 'v0', 'k1', 'v1'])
log.clear()
made = [note(i) for i in [note("iter")] if note("cond")]
eq(log, ['iter', 'cond', 'iter'])
nested = [[i for i in range(j)] for j in range(4) if j]
eq(nested, [[0], [0, 1], [0, 1, 2]])
def with_closure():
    k = 10
    return [k + i for i in range(2)], {k: i for i in range(1)}, list(k for _ in range(2)), [(lambda v=i: v + k)() for i in range(2)]

eq(with_closure(), ([10, 11], {10: 0}, [10, 10], [10, 11]))

class C:
    items = [1, 2, 3]
    doubled = [i * 2 for i in items]
    pairs = [(i, j) for i in items for j in range(2)]
    gen = list(i for i in items)

eq(C.doubled, [2, 4, 6])
eq(C.pairs, [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1)])
eq(C.gen, [1, 2, 3])
with raises(NameError, "name 'n' is not defined"):
    exec("class D:\n  n = 2\n  bad = [n * i for i in range(3)]")
with raises(NameError, "name 'n' is not defined"):
    exec("class D:\n  n = 2\n  bad = [i for i in range(3) if n]")

def raises_inside():
    return [1 / x for x in (1, 0)]

with raises(ZeroDivisionError, "division by zero"):
    raises_inside()
def return_inside():
    for x in [y for y in range(3) if y]:
        return x

eq(return_inside(), 1)
g = (x * 2 for x in range(3))
eq(next(g), 0)
eq(list(g), [2, 4])
eq(list(g), [])
assert g.gi_frame is None
eq(type(g).__name__, "generator")
eq(g.__name__, "<genexpr>")
eq(g.__qualname__, "<genexpr>")
def lazy():
    calls = []
    gen = (calls.append(i) or i for i in range(3))
    before = list(calls)
    next(gen)
    return before, calls

eq(lazy(), ([], [0]))
def gen_throw():
    gen = (i for i in range(3))
    next(gen)
    try:
        gen.throw(ValueError("in"))
    except ValueError as e:
        return str(e), list(gen)

eq(gen_throw(), ('in', []))
def same_name():
    x = [x for x in range(3)]
    return x, [x for x in x if x]

eq(same_name(), ([0, 1, 2], [1, 2]))
def locals_in_comp():
    a = 1
    return [sorted(locals()) for b in range(1)]

eq(locals_in_comp(), [['a', 'b']])
i = "outer"
eq([i for i in range(2)], [0, 1])
eq(i, "outer")
eq([i for j in range(2)], ['outer', 'outer'])
eq([j for j in i], ['o', 'u', 't', 'e', 'r'])
def unbound_in_comp():
    try:
        return [later for _ in range(1)]
    except NameError as e:
        return str(e)
    later = 1

eq(unbound_in_comp(), "cannot access local variable 'later' where it is not associated with a value")
def iter_var_isolated():
    v = "keep"
    [v for v in range(3)]
    [w for w in range(3)]
    try:
        return v, w
    except NameError as e:
        return v, str(e)

eq(iter_var_isolated(), ('keep', "name 'w' is not defined"))
def exception_restores():
    v = "keep"
    try:
        [1 / v for v in (1, 0)]
    except ZeroDivisionError:
        return v

eq(exception_restores(), "keep")
def cell_in_comp():
    v = "outer"
    fs = [lambda: v for v in range(2)]
    return v, [f() for f in fs]

eq(cell_in_comp(), ('outer', [1, 1]))
def nested_lambda():
    return [[f() for f in [lambda: (a, b) for b in range(2)]] for a in range(2)]

eq(nested_lambda(), [[(0, 1), (0, 1)], [(1, 1), (1, 1)]])
def outer_param(seq, key=lambda x: [y for y in x]):
    return [key(s) for s in seq]

eq(outer_param(["ab", "c"]), [['a', 'b'], ['c']])

async def agen(n):
    for i in range(n):
        yield i

async def asynchronous():
    a = [i async for i in agen(3)]
    b = {i async for i in agen(3) if i} == {1, 2}
    c = {i: j async for i in agen(2) for j in range(1)}
    d = [x async for x in (y async for y in agen(2))]
    e = [await value(i) for i in range(2)]
    f = [[i async for i in agen(j)] for j in range(3)]
    return a, b, c, d, e, f

async def value(i):
    return i * 10

def drive(coro):
    try:
        coro.send(None)
    except StopIteration as stop:
        return stop.value

eq(drive(asynchronous()), ([0, 1, 2], True, {0: 0, 1: 0}, [0, 1], [0, 10], [[], [0], [0, 1]]))


# --- what runs inside of a comprehension that is part of a module or class sees its variables, and nothing of the class (PEP 709)

assert [eval("x") for x in range(3)] == [0, 1, 2]
assert [sorted(locals()) for x in (1,)] == [["x"]]
assert [(lambda: x, locals()["x"])[1] for x in (1, 2)] == [1, 2]
assert [[eval("x + y") for x in (1, 2)] for y in (10, 20)] == [[11, 12], [21, 22]]
assert "x" not in globals()

hidden = 0


class Around:
    hidden = 1
    seen = [eval("x") for x in range(3)]
    inner = [a for a in [1] if [x for x in [1] if hidden]]
    nested = [[hidden for x in [1]] for y in [2]]
    first = [x for x in [hidden]]
    names = [name for name in [sorted(locals())] if "first" in name]

    try:
        [[eval("hidden + first") for x in [1]] for y in [2]]
    except NameError as error:
        message = str(error)


assert Around.seen == [0, 1, 2]
assert (Around.inner, Around.nested, Around.first) == ([], [[0]], [1])
assert "hidden" in Around.names[0] and "x" not in Around.names[0]
assert Around.message == "name 'first' is not defined"

try:
    class Conditional:
        [lambda: __conditional_annotations__ for x in y]
except NameError as error:
    assert str(error) == "name 'y' is not defined"


class Kept:
    calls = [lambda: __conditional_annotations__ for x in (1,)]


assert Kept.calls[0]() == set()


# --- errors of the iterator are shown where it stands


class Broken:
    def __iter__(self):
        return self

    def __next__(self):
        return 1 / 0


def positions(error):
    import traceback

    return [(entry.colno, entry.end_colno) for entry in traceback.extract_tb(error.__traceback__)][0]


try:
    [x for x in Broken()]
except ZeroDivisionError as error:
    assert positions(error) == (16, 24), positions(error)


def collected(**names):
    return names


try:
    collected(**{1: 3}, **{1: 5})
except TypeError as error:
    assert str(error) == "__main__.collected() got multiple values for keyword argument '1'", error
