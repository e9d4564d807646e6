"""Asynchronous generators: asend, athrow, aclose, hooks, errors."""


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

import sys
log = []

class Wait:
    def __await__(self):
        return (yield "wait")

def run(awaitable):
    it = awaitable.__await__()
    try:
        while True:
            next(it)
    except StopIteration as stop:
        return stop.value

async def count(n):
    for i in range(n):
        await Wait()
        got = yield i
        if got:
            log.append(got)

g = count(3)
eq(type(g).__name__, "async_generator")
assert g.ag_running is False
assert g.ag_suspended is False
assert g.ag_await is None
eq(g.ag_code.co_name, "count")
eq(g.__name__, "count")
eq(g.__qualname__, "count")
eq(repr(g)[:24], "<async_generator object ")
assert (g.__aiter__() is g) is True
assert (aiter(g) is g) is True
eq(run(g.__anext__()), 0)
eq(run(g.asend("sent")), 1)
eq(log, ['sent'])
eq(run(anext(g)), 2)
assert g.ag_suspended is True
with raises(StopAsyncIteration, ""):
    run(g.__anext__())
with raises(StopAsyncIteration, ""):
    run(g.__anext__())
with raises(StopAsyncIteration, ""):
    run(g.asend(1))
assert (run(g.aclose())) is None
with raises(TypeError, "'async_generator' object is not iterable"):
    iter(g)
with raises(TypeError, "'async_generator' object is not an iterator"):
    next(g)
g = count(3)
with raises(TypeError, "can't send non-None value to a just-started async generator"):
    run(g.asend(5))
async def collect(n):
    return [x async for x in count(n)]

eq(run(collect(3)), [0, 1, 2])
async def catches():
    while True:
        try:
            yield "value"
        except ValueError as e:
            yield "caught " + str(e)

g = catches()
eq(run(g.__anext__()), "value")
eq(run(g.athrow(ValueError("v"))), "caught v")
eq(run(g.__anext__()), "value")
with raises(KeyError, "'k'"):
    run(g.athrow(KeyError("k")))
with raises(StopAsyncIteration, ""):
    run(g.__anext__())
g = catches()
with raises(KeyError, "'unstarted'"):
    run(g.athrow(KeyError("unstarted")))
async def finalizer():
    try:
        yield 1
        yield 2
    finally:
        log.append("finally")
        await Wait()
        log.append("after wait")

log.clear()
g = finalizer()
eq(run(g.__anext__()), 1)
assert (run(g.aclose())) is None
eq(log, ['finally', 'after wait'])
with raises(StopAsyncIteration, ""):
    run(g.__anext__())
assert (run(g.aclose())) is None
async def ignores():
    try:
        yield 1
    except GeneratorExit:
        yield 2

g = ignores()
run(g.__anext__())
with raises(RuntimeError, "async generator ignored GeneratorExit"):
    run(g.aclose())
async def raises_stop():
    yield 1
    raise StopIteration

g = raises_stop()
run(g.__anext__())
with raises(RuntimeError, "async generator raised StopIteration"):
    run(g.__anext__())
async def raises_stop_async():
    yield 1
    raise StopAsyncIteration

g = raises_stop_async()
run(g.__anext__())
with raises(RuntimeError, "async generator raised StopAsyncIteration"):
    run(g.__anext__())
async def early_return():
    yield 1
    return
    yield 2

async def take(g):
    return [x async for x in g]

eq(run(take(early_return())), [1])
async def breaks():
    async for x in count(3):
        break
    return x

eq(run(breaks()), 0)
async def nested():
    async for x in count(2):
        async for y in count(2):
            yield x, y

eq(run(take(nested())), [(0, 0), (0, 1), (1, 0), (1, 1)])
async def expression():
    x = yield 1
    y = yield x
    yield [x, y, await Wait()]

g = expression()
eq(run(g.__anext__()), 1)
eq(run(g.asend("a")), "a")
eq(run(g.asend("b")), ['a', 'b', None])
g = count(5)
first = g.__anext__()
it = first.__await__()
eq(next(it), "wait")
assert g.ag_running is True
second = g.__anext__()
with raises(RuntimeError, "anext(): asynchronous generator is already running"):
    second.send(None)
with raises(RuntimeError, "aclose(): asynchronous generator is already running"):
    g.aclose().send(None)
it.close()
once = count(1).__anext__()
eq(run(once), 0)
with raises(RuntimeError, "cannot reuse already awaited __anext__()/asend()"):
    once.send(None)
once = count(1).asend(None)
once.close()
with raises(RuntimeError, "cannot reuse already awaited __anext__()/asend()"):
    once.send(None)
hooks = []
old = sys.get_asyncgen_hooks()
sys.set_asyncgen_hooks(firstiter=lambda g: hooks.append("first"), finalizer=lambda g: hooks.append("final"))
g = finalizer()
run(g.__anext__())
eq(hooks, ['first'])
del g
import gc
gc.collect()
eq(hooks, ['first', 'final'])
sys.set_asyncgen_hooks(*old)
with raises(TypeError, "callable firstiter expected, got int"):
    sys.set_asyncgen_hooks(5)
eq((x async for x in count(1)).__name__, "<genexpr>")
eq(type(x async for x in count(1)).__name__, "async_generator")
def sync_gen_exp():
    return (x async for x in count(3))

eq(run(take(sync_gen_exp())), [0, 1, 2])
async def filtered():
    return [x async for x in count(6) if x % 2 if x > 1], {x: y async for x in count(2) for y in "a"}, [y for x in [1, 2] async for y in count(x)]

eq(run(filtered()), ([3, 5], {0: 'a', 1: 'a'}, [0, 0, 1]))
async def with_context():
    class M:
        async def __aenter__(self):
            log.append("enter")
            return self

        async def __aexit__(self, *a):
            log.append("exit")

    async with M():
        yield 1

log.clear()
eq(run(take(with_context())), [1])
eq(log, ['enter', 'exit'])
async def args(a, *b, **k):
    yield a, b, k

eq(run(take(args(1, 2, x=3))), [(1, (2,), {'x': 3})])
async def deep(n):
    if n:
        async for x in deep(n - 1):
            yield x
    yield n

eq(run(take(deep(20)))[-1], 20)
