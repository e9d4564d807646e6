"""numba: compiled functions, arrays, vectorised functions, typed containers, classes, parallel loops, errors."""

import threading

from _expect import raises

import numba
import numpy as np
from numba import types


@numba.njit
def total(values):
    result = 0.0
    for i in range(values.shape[0]):
        if values[i] > 0:
            result += values[i] ** 2
    return result


values = np.arange(-5, 1000, dtype=np.float64)
assert total(values) == (values[values > 0] ** 2).sum() and total(values.astype(np.int32)) == total(values)
assert len(total.signatures) == 2 and total.py_func(values) == total(values)


@numba.vectorize(["float64(float64, float64)", "int64(int64, int64)"])
def combine(a, b):
    return a * 10 + b


assert combine(np.arange(3), 1).tolist() == [1, 11, 21] and combine.reduce(np.array([1, 2, 3])) == 123 and combine(0.5, 1.0) == 6.0


@numba.njit(parallel=True)
def parallel(n):
    result = np.zeros(n)
    for i in numba.prange(n):
        result[i] = np.sqrt(i)
    return result.sum()


assert np.isclose(parallel(1000), np.sqrt(np.arange(1000)).sum())


@numba.njit(nogil=True)
def words(text):
    counts = numba.typed.Dict.empty(types.unicode_type, types.int64)
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


assert dict(words("a b a \u20ac a")) == {"a": 3, "b": 1, "\u20ac": 1}
items = numba.typed.List([3, 1, 2])
items.append(9)
assert sorted(items) == [1, 2, 3, 9]


@numba.experimental.jitclass([("x", types.float64), ("count", types.int64)])
class Counter:
    def __init__(self, x):
        self.x = x
        self.count = 0

    def add(self, value):
        self.count += 1
        self.x += value
        return self.x


counter = Counter(1.5)
assert counter.add(2) == 3.5 and counter.count == 1


@numba.njit
def fails(a, b):
    if b == 0:
        raise ValueError("b is zero")
    return a // b


results = []
workers = [threading.Thread(target=lambda: results.append(total(values))) for _ in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
assert results == [total(values)] * 3
assert numba.cfunc("float64(float64)")(lambda x: x * 2).ctypes(2.5) == 5.0 and fails(7, 2) == 3

raises(ValueError, "b is zero", fails, 1, 0)
raises(IndexError, "out of bounds", numba.njit(boundscheck=True)(lambda a: a[99]), values[:3])
raises(numba.TypingError, "Failed in nopython mode pipeline", numba.njit(lambda x: x + "text"), 5)
raises(ZeroDivisionError, "division by zero", numba.njit(lambda a, b: a / b), 1, 0)
raises(TypeError, "not enough arguments: expected 1, got 0", total)
print("ok")
