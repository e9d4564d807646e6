# modes: one
"""Coroutines, driven by hand: await, the protocol, async with, async for, errors."""


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

import types
import warnings
log = []

def run(coro):
    try:
        while True:
            coro.send(None)
    except StopIteration as stop:
        return stop.value

class Wait:
    def __init__(self, value=None):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got

async def simple():
    return 5

c = simple()
eq(type(c).__name__, "coroutine")
assert c.cr_running is False
assert c.cr_suspended is False
assert c.cr_await is None
eq(c.cr_code.co_name, "simple")
eq(c.__name__, "simple")
eq(c.__qualname__, "simple")
assert c.cr_origin is None
eq(repr(c)[:18], "<coroutine object ")
assert (c.cr_frame is not None) is True
with raises(TypeError, "'coroutine' object is not iterable"):
    iter(c)
with raises(TypeError, "'coroutine' object is not an iterator"):
    next(c)
with raises(TypeError, "'coroutine' object is not iterable"):
    list(c)
eq(run(c), 5)
assert c.cr_frame is None
with raises(RuntimeError, "cannot reuse already awaited coroutine"):
    c.send(None)
with raises(RuntimeError, "cannot reuse already awaited coroutine"):
    run(c)
with raises(RuntimeError, "cannot reuse already awaited coroutine"):
    c.throw(ValueError)
assert c.close() is None
async def awaits():
    x = await Wait("first")
    y = await simple()
    z = await awaited_arg(await Wait("second"))
    return x, y, z

async def awaited_arg(v):
    return v, "arg"

c = awaits()
eq(c.send(None), "first")
eq(type(c.cr_await).__name__, "generator")
assert c.cr_suspended is True
eq(c.send("X"), "second")
try:
    c.send("Z")
except StopIteration as stop:
    got = stop.value
eq(got, ('X', 5, ('Z', 'arg')))
c = awaits()
with raises(TypeError, "can't send non-None value to a just-started coroutine"):
    c.send(5)
eq(c.send(None), "first")
with raises(KeyError, "'thrown'"):
    c.throw(KeyError("thrown"))
c = awaits()
c.send(None)
assert c.close() is None
with raises(RuntimeError, "cannot reuse already awaited coroutine"):
    c.send(None)
async def bad_await(x):
    await x

with raises(TypeError, "'int' object can't be awaited"):
    run(bad_await(5))
with raises(TypeError, "'list' object can't be awaited"):
    run(bad_await([]))
with raises(TypeError, "'generator' object can't be awaited"):
    run(bad_await(i for i in ()))

class BadAwait:
    def __await__(self):
        return 5

class CoroAwait:
    def __await__(self):
        return simple()

class NoneAwait:
    __await__ = None

class IterAwait:
    def __await__(self):
        return iter([1, 2])

with raises(TypeError, "__await__() returned non-iterator of type 'int'"):
    run(bad_await(BadAwait()))
with raises(TypeError, "'NoneType' object is not callable"):
    run(bad_await(NoneAwait()))
assert (run(bad_await(IterAwait()))) is None
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    coro_await = CoroAwait()
    try:
        run(bad_await(coro_await))
    except TypeError as e:
        got = str(e)
eq(got, "__await__() returned a coroutine")
c = simple()

async def awaits_twice():
    await c
    await c

with raises(RuntimeError, "cannot reuse already awaited coroutine"):
    run(awaits_twice())
async def self_await():
    await me

me = self_await()
with raises(ValueError, "coroutine already executing"):
    run(me)

@types.coroutine
def legacy():
    x = yield "legacy"
    return x

async def uses_legacy():
    return await legacy()

c = uses_legacy()
eq(c.send(None), "legacy")
try:
    c.send("L")
except StopIteration as stop:
    got = stop.value
eq(got, "L")

class Manager:
    def __init__(self, name, swallow=False, fail=False):
        self.name, self.swallow, self.fail = name, swallow, fail

    async def __aenter__(self):
        log.append("enter " + self.name)
        await Wait()
        if self.fail:
            raise OSError("enter failed")
        return self

    async def __aexit__(self, kind, value, tb):
        log.append(f"exit {self.name} {kind and kind.__name__}")
        await Wait()
        return self.swallow

def taken():
    found = log[:]
    log.clear()
    return found

async def uses_with():
    async with Manager("a") as a, Manager("b", swallow=True) as b:
        log.append(a.name + b.name)
        raise ValueError
    async with Manager("c"):
        return "returned"

eq(run(uses_with()), "returned")
eq(taken(), ['enter a', 'enter b', 'ab', 'exit b ValueError', 'exit a None', 'enter c', 'exit c None'])
async def with_raises():
    async with Manager("d"):
        raise ValueError("out")

with raises(ValueError, "out"):
    run(with_raises())
eq(taken(), ['enter d', 'exit d ValueError'])
async def with_enter_fails():
    async with Manager("e"), Manager("f", fail=True):
        log.append("never")

with raises(OSError, "enter failed"):
    run(with_enter_fails())
eq(taken(), ['enter e', 'enter f', 'exit e OSError'])
async def bad_with(x):
    async with x:
        pass

class SyncManager:
    def __enter__(self):
        pass

    def __exit__(self, *a):
        pass

class HalfManager:
    async def __aenter__(self):
        pass

class WrongEnter:
    def __aenter__(self):
        return 5

    async def __aexit__(self, *a):
        pass

class WrongExit:
    async def __aenter__(self):
        pass

    def __aexit__(self, *a):
        return 5

with raises(TypeError, "'int' object does not support the asynchronous context manager protocol (missed __aexit__ method)"):
    run(bad_with(5))
with raises(TypeError, "'SyncManager' object does not support the asynchronous context manager protocol (missed __aexit__ method) but it supports the context manager protocol. Did you mean to use 'with'?"):
    run(bad_with(SyncManager()))
with raises(TypeError, "'HalfManager' object does not support the asynchronous context manager protocol (missed __aexit__ method)"):
    run(bad_with(HalfManager()))
with raises(TypeError, "'async with' received an object from __aenter__ that does not implement __await__: int"):
    run(bad_with(WrongEnter()))
with raises(TypeError, "'async with' received an object from __aexit__ that does not implement __await__: int"):
    run(bad_with(WrongExit()))
with raises(TypeError, "'Manager' object does not support the context manager protocol (missed __exit__ method) but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"):
    exec("with manager: pass", {"manager": Manager("x")})

class Counter:
    def __init__(self, n):
        self.n = n
        self.i = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        await Wait()
        if self.i >= self.n:
            raise StopAsyncIteration
        self.i += 1
        return self.i

async def uses_for(stop=None):
    out = []
    async for x in Counter(3):
        if x == stop:
            break
        if x == 2:
            continue
        out.append(x)
    else:
        out.append("else")
    return out

eq(run(uses_for()), [1, 3, 'else'])
eq(run(uses_for(3)), [1])
eq(run(uses_for(1)), [])
async def for_target():
    d = {}
    async for d["k"] in Counter(2):
        pass
    async for a, *b in Pairs():
        pass
    return d, a, b

class Pairs(Counter):
    def __init__(self):
        super().__init__(1)

    async def __anext__(self):
        await super().__anext__()
        return (1, 2, 3)

eq(run(for_target()), ({'k': 2}, 1, [2, 3]))
async def bad_for(x):
    async for _ in x:
        pass

class WrongAiter:
    def __aiter__(self):
        return 5

class AwaitableAiter:
    async def __aiter__(self):
        return Counter(1)

class WrongAnext:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 5

class RaisingAnext:
    def __aiter__(self):
        return self

    async def __anext__(self):
        raise ValueError("anext")

with raises(TypeError, "'async for' requires an object with __aiter__ method, got int"):
    run(bad_for(5))
with raises(TypeError, "'async for' requires an object with __aiter__ method, got list"):
    run(bad_for([1]))
with raises(TypeError, "'async for' received an object from __aiter__ that does not implement __anext__: int"):
    run(bad_for(WrongAiter()))
with raises(TypeError, "'async for' received an invalid object from __anext__: int"):
    run(bad_for(WrongAnext()))
with raises(ValueError, "anext"):
    run(bad_for(RaisingAnext()))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    try:
        run(bad_for(AwaitableAiter()))
    except TypeError as e:
        got = str(e)
eq(got, "'async for' received an object from __aiter__ that does not implement __anext__: coroutine")
async def anext_builtin():
    it = aiter(Counter(1))
    return await anext(it), await anext(it, "default")

eq(run(anext_builtin()), (1, 'default'))
async def anext_stop():
    await anext(Counter(0))

with raises(StopAsyncIteration, ""):
    run(anext_stop())
with raises(TypeError, "'int' object is not an async iterable"):
    aiter(5)
with raises(TypeError, "'int' object is not an async iterator"):
    anext(5)
async def stops():
    raise StopIteration("x")

with raises(RuntimeError, "coroutine raised StopIteration"):
    run(stops())
async def try_finally():
    try:
        await Wait("in try")
    finally:
        log.append("finally")
        await Wait("in finally")

c = try_finally()
eq(c.send(None), "in try")
eq(c.send(None), "in finally")
eq(taken(), ['finally'])
with raises(StopIteration, ""):
    c.send(None)
c = try_finally()
c.send(None)
with raises(RuntimeError, "coroutine ignored GeneratorExit"):
    c.close()
c = try_finally()
c.send(None)
eq(c.throw(ValueError("t")), "in finally")
with raises(ValueError, "t"):
    c.send(None)
async def catches():
    try:
        await Wait()
    except ValueError as e:
        return "caught " + str(e)

c = catches()
c.send(None)
try:
    c.throw(ValueError("v"))
except StopIteration as stop:
    got = stop.value
eq(got, "caught v")
async def nested_calls(n):
    return 0 if n == 0 else 1 + await nested_calls(n - 1)

eq(run(nested_calls(100)), 100)
async def lambdas():
    return [await f() for f in [simple, lambda: simple()]], (lambda: 3)(), {await simple(): 1}, f"{await simple()}", (await simple()) + 1, [x for x in [await simple()]], await simple() if await simple() else 0, -await simple() ** 2

eq(run(lambdas()), ([5, 5], 3, {5: 1}, '5', 6, [5], 5, -25))
async def closures():
    n = 0

    async def inc():
        nonlocal n
        n += 1
        await Wait()

    await inc()
    await inc()
    return n

eq(run(closures()), 2)
async def args(a, *b, k=1, **kw):
    return a, b, k, kw

eq(run(args(1, 2, k=3, z=4)), (1, (2,), 3, {'z': 4}))
with raises(TypeError, "args() missing 1 required positional argument: 'a'"):
    args()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    simple()
    import gc
    gc.collect()
eq([str(w.message) for w in caught], ["coroutine 'simple' was never awaited"])
eq([w.category.__name__ for w in caught], ['RuntimeWarning'])
async def await_in_class():
    class K:
        v = 1
    return K.v

eq(run(await_in_class()), 1)
assert (simple.__code__.co_flags & 0x80 != 0) is True
c = simple()
w = c.__await__()
eq(type(w).__name__, "coroutine_wrapper")
assert (iter(w) is w) is True
try:
    w.send(None)
except StopIteration as stop:
    got = stop.value
eq(got, 5)
c = awaits()
w = c.__await__()
eq(next(w), "first")
assert w.close() is None
c.close()
