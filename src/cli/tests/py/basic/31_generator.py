"""Generators: yield, send, return, close, throw, yield from."""
def count(n):
    for i in range(n):
        yield i


assert list(count(3)) == [0, 1, 2]
g = count(2)
assert next(g) == 0
assert next(g) == 1
try:
    next(g)
    assert False
except StopIteration:
    pass
assert next(g, "end") == "end"


def echo():
    got = []
    try:
        while True:
            got.append((yield len(got)))
    except ValueError:
        yield got


e = echo()
assert next(e) == 0
assert e.send("a") == 1
assert e.send("b") == 2
assert e.throw(ValueError) == ["a", "b"]


def sub():
    x = yield 1
    return x


def deleg():
    r = yield from sub()
    yield r * 2
    yield from [7, 8]


d = deleg()
assert next(d) == 1
assert d.send(10) == 20
assert list(d) == [7, 8]
closed = []


def c():
    try:
        yield 1
    finally:
        closed.append(1)


k = c()
next(k)
k.close()
assert closed == [1]


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


for n in fib():
    if n > 1000:
        break
assert n == 1597
