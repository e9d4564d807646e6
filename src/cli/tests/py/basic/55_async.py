"""Coroutines driven by hand."""
class Wait:
    def __await__(self):
        got = yield "waiting"
        return got


async def inner(x):
    r = await Wait()
    return r + x


async def outer():
    a = await inner(1)
    b = await inner(2)
    return a + b


c = outer()
assert c.send(None) == "waiting"
assert c.send(10) == "waiting"
try:
    c.send(20)
    assert False
except StopIteration as e:
    assert e.value == 33


async def agen():
    for i in range(3):
        yield i


async def use():
    out = []
    async for v in agen():
        out.append(v)
    return out + [v async for v in agen() if v]


try:
    use().send(None)
    assert False
except StopIteration as e:
    assert e.value == [0, 1, 2, 1, 2]
