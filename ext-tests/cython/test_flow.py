"""Control and data in Cython."""
import array
import asyncio
import inspect
import sys
import threading
import traceback

import flow as c


def raises(error, f, *args, **named):
    try:
        f(*args, **named)
    except error as caught:
        return caught
    raise AssertionError((f, args))


# Arguments.
assert c.keywords(1, c=3) == (1, 2, (), 3, 4, {})
assert c.keywords(1, 2, 3, c=4, z=5) == (1, 2, (3,), 4, 4, {"z": 5})
assert c.positional(1, b=2) == (1, 2, None)
for f, args, named in ((c.keywords, (1,), {}), (c.keywords, (), {}), (c.positional, (), {"a": 1, "b": 2}), (c.positional, (1, 2, 3), {}),
                       (c.positional, (1, 2), {"b": 3}), (c.positional, (1, 2), {"x": 3})):
    print(raises(TypeError, f, *args, **named))
print(inspect.signature(c.keywords), c.keywords.__doc__, c.keywords.__module__, c.keywords.__qualname__)

# Generators.
g = c.count(3)
assert next(g) == 0 and g.send("x") == ("got", "x") and next(g) == 1 and g.throw(ValueError("v")) == ("caught", "v")
assert raises(StopIteration, next, g).value == "end" and c.finished.pop() == 3
g = c.count(2)
next(g)
g.close()
assert c.finished.pop() == 2 and list(c.delegate(2)) == [0, 1, "end"] and c.finished.pop() == 2
g = c.count(5)
next(g)
del g
assert c.finished.pop() == 5
assert inspect.isgenerator(c.count(1)) in (False, True) and type(c.count(1)).__name__ == "generator"
print(type(c.count).__name__, g.__name__ if "g" in globals() else "gone")


# Coroutines, asynchronous generators.
async def main():
    async def value():
        await asyncio.sleep(0)
        return 5
    seen = [i async for i in c.agen(3)]
    return seen, await c.coroutine(value()), await asyncio.gather(c.coroutine(value()), c.coroutine(value()))


assert asyncio.run(main()) == ([0, 1, 2], 15, [15, 15])
assert [f(1) for f in c.closures(3)] == [4, 5, 6]

# Exceptions.
assert c.errors(5) == 5
error = raises(LookupError, c.errors, -1)
assert str(error.__cause__) == "negative: -1" and c.finished == ["errors", "errors"]
frames = [frame.name for frame in traceback.extract_tb(error.__cause__.__traceback__)]
print(frames)
c.finished.clear()
assert c.without_gil(2) == 2 and raises(KeyError, c.without_gil, 3).args == (3,)
assert c.catches(lambda: {}[1]) == ("KeyError", (1,)) and c.catches(lambda: 1 / 0) == "arithmetic" and c.catches(int) == "fine"
raises(SystemExit, c.catches, sys.exit)
assert sys.exception() is None

# Memory views.
m = memoryview(array.array("d", range(6))).cast("B").cast("d", (2, 3))
assert c.total(m) == 15.0
b = bytearray(5)
assert c.fill(b, 9) == 9 and b == b"\x09" * 5
print(raises(BufferError, c.fill, b"fixed", 1))
print(raises(ValueError, c.total, array.array("d", [1])))
print(raises(ValueError, c.strided, array.array("d", [1])))
raises(TypeError, c.total, 5)
assert c.strided(array.array("i", range(5))) == ([0, 2, 4], 4)
made = c.made(3)
assert memoryview(made).tolist() == [[0, 3, 6], [1, 4, 7], [2, 5, 8]] and made.shape[0] == 3 and made[2, 1] == 5
assert made.copy()[0, 1] == 3 and memoryview(made[:, 1]).tolist() == [3, 4, 5]
print(type(made).__name__, made.nbytes, made.is_f_contig())
print(raises(IndexError, c.out_of_bounds, array.array("i", [1]), 4))
x = c.Bytes()
v = memoryview(x)
v[3] = 200
assert x.views == 1 and sum(v) == 215
w = v[2:5]
v.release()
assert x.views == 1 and list(w) == [1, 200, 1]
w.release()
assert x.views == 0 and c.fill(x, 4) == 4 and x.views == 0 and bytes(x) == b"\4" * 16

# Arrays whose memory C takes and gives back, among those of the runtime.
for n, count in (0, 50), (1, 50), (5, 50), (300, 50), (150_000, 2):
    kept = [array.array("d", [7]) * (n + 1) for _ in range(count)]
    made = [c.cloned(n) for _ in range(count)]
    for a in made:
        a.append(-5)
        assert len(a) == n + 1 and a[-1] == -5 and list(a[:3]) == [0, 1, 2][:n] + [-5] * (n < 3)
    del made[::2]
    for a in kept:
        assert c.resized(a, n + 9, n % 2) is a and len(a) == n + 9 and a[-1] == -1 and a[n] == 7
        a.insert(0, 3)
        a.extend(c.extended(made[0], a)[:2])
        del a[1:]
        assert a.tolist() == [3]
        c.resized(a, 0, False)
        assert len(a) == 0 and not a
del kept, made, a

# Threads.
assert c.parallel_sum(1000) == 499500.0
idents = set()


def call(i):
    idents.add(threading.get_ident())
    return i


assert c.parallel_calls(call, 200) == 19900 and threading.get_ident() in idents
assert str(raises(ZeroDivisionError, c.parallel_raises, 10)) == "in a thread"
results = []
threads = [threading.Thread(target=lambda: results.append((c.parallel_calls(lambda i: i, 50), c.long_without_gil(20000)))) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert results == [(1225, True)] * 4

# Values.
assert c.call(max, 1, 2) == 2 and c.call(dict, a=1) == {"a": 1}
assert c.unpack((1, [2, 3, 4], 5)) == (1, 2, [3, 4], 5)
print(raises(ValueError, c.unpack, (1, [2])))
raises(TypeError, c.unpack, 5)
print(c.comprehension(3), c.text("bcd"), c.big(1 << 70, 3), c.big(7, 2))
print(raises(ZeroDivisionError, c.big, 1, 0))
first = c.state()
assert c.state() == first + 1 == c.counter
assert "flow" in sys.modules and c.__file__.endswith(".so") and c.__name__ == "flow"
