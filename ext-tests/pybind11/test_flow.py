"""Control and data across the border of C++ with pybind11."""
import array
import importlib
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


# Exceptions of C++ in Python.
for which in ("overdrawn", "closed", "range", "domain", "overflow", "memory", "stop", "int", "nested", "other"):
    error = raises(BaseException, c.throws, which)
    print(which, type(error).__module__, type(error).__name__, error.args, repr(error.__cause__))
assert issubclass(c.Closed, OSError) and c.Closed.__module__ == "flow"

# Exceptions of Python in C++.


def fails(error):
    raise error


assert c.catches(lambda: fails(ValueError(1)))[0] == "caught"
assert type(c.catches(lambda: fails(ValueError(1)))[1]) is ValueError
error = raises(KeyError, c.catches, lambda: fails(KeyError("through")))
names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
assert names == ["raises", "<lambda>", "fails"], names
error = raises(RuntimeError, c.chains, lambda: fails(ZeroDivisionError("first")))
assert str(error) == "because" and str(error.__cause__) == "first" and error.__cause__ is error.__context__
assert c.destroyed(lambda: fails(OSError())) is True
raises(SystemExit, c.catches, sys.exit)
assert sys.exception() is None

# Buffers.
m = c.Matrix(2, 3)
view = memoryview(m)
assert (view.format, view.shape, view.strides, view.readonly) == ("d", (2, 3), (24, 8), False)
view[1, 2] = 2.5
view[0, 0] = 1.0
assert m.sum() == 3.5 and view.tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 2.5]]
assert c.Matrix(view).sum() == 3.5 and c.sum_bytes(b"\x01\x02\xff") == 258
raises(TypeError, c.Matrix, b"bytes")
assert c.sum_bytes(array.array("H", [1, 256])) == 2
target = bytearray(4)
c.fill(target, 7)
assert target == b"\7\7\7\7"
print(type(raises(Exception, c.fill, b"fixed", 1)).__name__)
memory = c.view(5)
assert memory.readonly and bytes(memory) == b"\0\1\2\3\4"
locked = bytearray(2)
held = memoryview(locked)
raises(BufferError, locked.extend, b"x")
held.release()

# Iterators, generators.
assert list(c.Range(2, 5)) == [2, 3, 4] and list(c.primes()) == [2, 3, 5, 7]
iterator = c.primes()
assert iter(iterator) is iterator and next(iterator) == 2


def generator():
    yield 1
    yield "two"
    fails(ValueError("in generator"))


assert c.consume(x * 2 for x in (1, "b")) == [2, "bb"]
assert str(raises(ValueError, c.consume, generator())) == "in generator"
raises(TypeError, c.consume, 5)

# Threads of C++ call Python.
seen = set()
lock = threading.Lock()


def call(i):
    with lock:
        seen.add(threading.get_ident())
    return i


assert c.from_threads(call) == [4950] * 4 and len(seen) >= 1
assert threading.get_ident() not in seen
assert c.throw_in_thread(lambda: fails(ConnectionError())) == "ConnectionError"
counts = []
threads = [threading.Thread(target=lambda: [counts.append(c.count()) for _ in range(200)]) for _ in range(4)]
for thread in threads:
    thread.start()
c.sleep_released(20)
for thread in threads:
    thread.join()
first = min(counts)
assert sorted(counts) == list(range(first, first + 800))
results = []
threads = [threading.Thread(target=lambda: results.append(c.from_threads(lambda i: i, 2, times=50))) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert results == [[1225, 1225]] * 3

# Functions and values.
assert c.compose(lambda x: x + 1, lambda x: x * 10)(4) == 41
assert c.round_trip({"a": 1, "b": "x", "c": [1.0, 2]}) == {"a": 1, "b": "x", "c": [1.0, 2.0]}
assert c.maybe(None) is None and c.maybe(4) == 5
ended = []
capsule = c.capsule(lambda: ended.append(1))
assert type(capsule).__name__ == "PyCapsule" and not ended
del capsule
assert ended == [1]

# Modules.
assert c.inner.where(1) == "inside" and c.inner.__name__ == "flow.inner" and c.built_for == 0x30E
again = importlib.reload(c)
assert again is c and again.count() > 800 and issubclass(again.Closed, OSError)
