"""Generators: the whole protocol, delegation, states, errors."""


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

def count(n):
    for i in range(n):
        got = yield i
        if got is not None:
            yield "got", got
    return "done"

g = count(2)
eq(type(g).__name__, "generator")
assert (iter(g) is g) is True
assert g.gi_running is False
assert g.gi_suspended is False
assert g.gi_yieldfrom is None
eq(g.gi_code.co_name, "count")
eq(g.__name__, "count")
eq(g.__qualname__, "count")
eq(repr(g)[:24], "<generator object count ")
assert (g.gi_frame.f_lineno > 0) is True
with raises(TypeError, "can't send non-None value to a just-started generator"):
    g.send(5)
eq(next(g), 0)
assert g.gi_suspended is True
eq(g.send("x"), ('got', 'x'))
eq(next(g), 1)
assert (g.gi_frame is not None) is True
with raises(StopIteration, "done"):
    next(g)
assert g.gi_frame is None
assert g.gi_suspended is False
eq(next(g, "default"), "default")
with raises(StopIteration, ""):
    next(g)
with raises(StopIteration, ""):
    g.send(1)
with raises(ValueError, "x"):
    g.throw(ValueError("x"))
assert g.close() is None
g.__name__ = "renamed"
eq(g.__name__, "renamed")
with raises(TypeError, "__name__ must be set to a string object"):
    g.__name__ = 5
with raises(AttributeError, "attribute 'gi_running' of 'generator' objects is not writable"):
    g.gi_running = True
with raises(TypeError, "count() missing 1 required positional argument: 'n'"):
    count()
def returns():
    return 5
    yield

try:
    next(returns())
except StopIteration as stop:
    got = stop.value, stop.args
eq(got, (5, (5,)))

def returns_tuple():
    yield
    return (1, 2)

g = returns_tuple()
next(g)
try:
    next(g)
except StopIteration as stop:
    got = stop.value, stop.args
eq(got, ((1, 2), ((1, 2),)))

def catches():
    log = []
    while True:
        try:
            log.append((yield log[:]))
        except ValueError as e:
            log.append("caught " + str(e))
        except GeneratorExit:
            log.append("exit")
            raise

g = catches()
eq(next(g), [])
eq(g.send(1), [1])
eq(g.throw(ValueError("v")), [1, 'caught v'])
eq(g.throw(ValueError), [1, 'caught v', 'caught '])
eq(g.throw(ValueError("w").with_traceback(None)), [1, 'caught v', 'caught ', 'caught w'])
with raises(KeyError, "'k'"):
    g.throw(KeyError("k"))
with raises(StopIteration, ""):
    next(g)
g = catches()
with raises(KeyError, "'before start'"):
    g.throw(KeyError("before start"))
eq(list(g), [])
g = catches()
next(g)
with raises(TypeError, "exceptions must be classes or instances deriving from BaseException, not int"):
    g.throw(5)
with raises(TypeError, "exceptions must be classes or instances deriving from BaseException, not str"):
    g.throw("x")
with raises(TypeError, "throw expected at least 1 argument, got 0"):
    g.throw()
with raises(TypeError, "throw expected at most 3 arguments, got 4"):
    g.throw(ValueError(1), 2, 3, 4)
assert g.close() is None
assert g.close() is None

def ignores_close():
    try:
        yield 1
    except GeneratorExit:
        yield 2

g = ignores_close()
next(g)
with raises(RuntimeError, "generator ignored GeneratorExit"):
    g.close()

def returns_on_close():
    try:
        yield 1
    except GeneratorExit:
        return "closed value"

g = returns_on_close()
next(g)
eq(g.close(), "closed value")
assert g.close() is None
def raises_on_close():
    try:
        yield 1
    finally:
        raise KeyError("in close")

g = raises_on_close()
next(g)
with raises(KeyError, "'in close'"):
    g.close()
assert (count(3).close()) is None
def stop_inside():
    yield 1
    raise StopIteration("inner")

g = stop_inside()
next(g)
with raises(RuntimeError, "generator raised StopIteration"):
    next(g)
def next_inside():
    yield next(iter([]))

with raises(RuntimeError, "generator raised StopIteration"):
    next(next_inside())
try:
    next(next_inside())
except RuntimeError as e:
    got = type(e.__cause__).__name__, type(e.__context__).__name__
eq(got, ('StopIteration', 'StopIteration'))
def reenter():
    def gen():
        yield next(me)

    me = gen()
    next(me)

with raises(ValueError, "generator already executing"):
    reenter()
def reenter_send():
    def gen():
        me.close()
        yield

    me = gen()
    next(me)

with raises(ValueError, "generator already executing"):
    reenter_send()
def sub():
    try:
        got = yield "sub 1"
        yield "sub got " + str(got)
    except ValueError as e:
        yield "sub caught " + str(e)
    finally:
        log.append("sub finally")
    return "sub result"

log = []

def outer():
    result = yield from sub()
    yield "outer " + result
    result = yield from [1, 2]
    yield result
    result = yield from iter("ab")
    yield from ()
    return "end"

g = outer()
eq(next(g), "sub 1")
eq(g.gi_yieldfrom.__name__, "sub")
eq(g.send("S"), "sub got S")
eq(next(g), "outer sub result")
eq(log, ['sub finally'])
eq(next(g), 1)
eq(next(g), 2)
assert next(g) is None
eq(next(g), "a")
eq(next(g), "b")
with raises(StopIteration, "end"):
    next(g)
g = outer()
next(g)
eq(g.throw(ValueError("T")), "sub caught T")
eq(next(g), "outer sub result")
g = outer()
next(g)
log.clear()
g.close()
eq(log, ['sub finally'])
with raises(TypeError, "'int' object is not iterable"):
    list(x for x in (lambda: (yield from 5))())

class OnlyIter:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration("it result")
        return self.n

class WithSend(OnlyIter):
    def send(self, value):
        return "send", value

    def throw(self, *args):
        return "throw", type(args[0]).__name__

    def close(self):
        log.append("close called")

def deleg(it):
    r = yield from it
    yield "r", r

g = deleg(OnlyIter())
eq(next(g), 1)
eq(next(g), 2)
with raises(AttributeError, "'OnlyIter' object has no attribute 'send'"):
    g.send(5)
g = deleg(OnlyIter())
eq(list(g), [1, 2, 3, ('r', 'it result')])
g = deleg(WithSend())
eq(next(g), 1)
eq(g.send(7), ('send', 7))
eq(g.send(None), 2)
eq(g.throw(ValueError("q")), ('throw', 'ValueError'))
log.clear()
g.close()
eq(log, ['close called'])
g = deleg(OnlyIter())
next(g)
with raises(KeyError, "'through'"):
    g.throw(KeyError("through"))
def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)

eq(list(tree(3)), [1, 2, 1, 3, 1, 2, 1])
def chain_deep(n):
    if n == 0:
        yield "bottom"
    else:
        yield from chain_deep(n - 1)

eq(list(chain_deep(200)), ['bottom'])
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b

import itertools
eq(list(itertools.islice(fib(), 10)), [0, 1, 1, 2, 3, 5, 8, 13, 21, 34])
eq([x for x, _ in zip(fib(), range(5))], [0, 1, 1, 2, 3])
eq(sum(itertools.takewhile(lambda x: x < 100, fib())), 232)
def expression_forms():
    x = yield
    y = (yield x) or "none"
    z = [(yield 1), (yield 2)]
    print_args = max((yield "a"), (yield "b"))
    yield x, y, z, print_args
    lambda_value = (lambda: (yield))()
    yield type(lambda_value).__name__
    return {(yield "k"): (yield "v")}

g = expression_forms()
assert next(g) is None
eq(g.send("X"), "X")
eq(g.send(None), 1)
eq(g.send("z1"), 2)
eq(g.send("z2"), "a")
eq(g.send(5), "b")
eq(g.send(9), ('X', 'none', ['z1', 'z2'], 9))
eq(next(g), "generator")
eq(next(g), "k")
eq(g.send("K"), "v")
try:
    g.send("V")
except StopIteration as stop:
    got = stop.value
eq(got, {'K': 'V'})
def tries():
    for i in range(3):
        try:
            yield i
        finally:
            yield "f", i

eq(list(tries()), [0, ('f', 0), 1, ('f', 1), 2, ('f', 2)])
def with_inside():
    class M:
        def __enter__(self):
            log.append("enter")

        def __exit__(self, *a):
            log.append("exit")

    with M():
        yield 1
        yield 2

log.clear()
g = with_inside()
next(g)
eq(log, ['enter'])
del g
import gc
gc.collect()
eq(log, ['enter', 'exit'])
def context_kept():
    try:
        raise ValueError("outer")
    except ValueError:
        yield 1
        import sys
        yield repr(sys.exception())

g = context_kept()
eq(next(g), 1)
eq(next(g), "ValueError('outer')")
import sys
try:
    raise KeyError
except KeyError:
    g = context_kept()
    got = next(g), next(g), repr(sys.exception())
eq(got, (1, "ValueError('outer')", 'KeyError()'))
def args(*a, k=1, **kw):
    yield a, k, kw

eq(next(args(1, 2, k=3, z=4)), ((1, 2), 3, {'z': 4}))
def locals_live():
    a = 1
    yield sorted(locals())
    b = 2
    yield sorted(locals())

eq(list(locals_live()), [['a'], ['a', 'b']])
def closure():
    n = 0
    def inc():
        nonlocal n
        n += 1
        yield n
    return inc

c = closure()
eq(list(c()) + list(c()), [1, 2])

class G:
    def __iter__(self):
        yield 1
        yield from self.more()

    def more(self):
        yield 2

eq(list(G()), [1, 2])
eq([*G()], [1, 2])
assert (2 in G()) is True
eq(dict.fromkeys(G()), {1: None, 2: None})
eq(max(G()), 2)
def recursive_flatten(x):
    for y in x:
        if isinstance(y, list):
            yield from recursive_flatten(y)
        else:
            yield y

eq(list(recursive_flatten([1, [2, [3, [4]], 5]])), [1, 2, 3, 4, 5])
def finalized():
    try:
        yield
    finally:
        log.append("finalized")

log.clear()
g = finalized()
next(g)
g = None
gc.collect()
eq(log, ['finalized'])
def gen_in_except():
    try:
        yield 1
        raise ValueError
    except ValueError:
        yield 2
    else:
        yield 3
    finally:
        yield 4

eq(list(gen_in_except()), [1, 2, 4])
def many():
    return [list(count(i)) for i in range(3)]

eq(many(), [[], [0], [0, 1]])
eq(sum(x for x in (y * 2 for y in (z + 1 for z in range(10)))), 110)
a = count(3)
b = a
eq(next(a), 0)
eq(next(b), 1)
eq(next(a), 2)
