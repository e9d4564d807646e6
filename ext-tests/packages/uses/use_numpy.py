"""NumPy: arrays, ufuncs, linear algebra, FFT, random numbers, structured types, the buffer protocol, threads, errors."""

import ctypes
import io
import pickle
import threading
import warnings

from _expect import raises

import numpy as np

a = np.arange(24, dtype=np.int32).reshape(2, 3, 4)
assert a.shape == (2, 3, 4) and a.strides == (48, 16, 4) and a.T.shape == (4, 3, 2)
assert a[1, ::2, -1].tolist() == [15, 23] and a[..., np.newaxis].ndim == 4
assert a[a % 7 == 0].tolist() == [0, 7, 14, 21] and a[[0, 1], [2, 0], [3, 1]].tolist() == [11, 13]
assert a.sum() == 276 and a.mean(axis=(0, 2)).tolist() == [7.5, 11.5, 15.5] and a.max(axis=0)[2, 3] == 23
assert np.einsum("ijk,ijk->i", a, a).tolist() == [506, 3818]
b = a.copy()
b[b > 10] = 0
assert b.sum() == 55 and np.shares_memory(a, a.ravel()) and not np.shares_memory(a, b)
assert (np.array([[1], [2]]) + np.array([10, 20])).tolist() == [[11, 21], [12, 22]]
assert np.concatenate([a, b]).shape == (4, 3, 4) and np.stack([a, b]).shape == (2, 2, 3, 4)
assert np.array([1, 2.5, True]).dtype == np.float64 and np.array(["x", "yes"]).dtype == "<U3"
assert np.array([2**70, "a", None], dtype=object)[0] == 2**70
assert (np.int8(100) + np.int16(100)) == 200 and np.float32(0.1) == 0.1 != float(np.float32(0.1)) and np.uint8(7) << 1 == 14

x = np.linspace(0, np.pi, 5)
assert np.allclose(np.sin(x) ** 2 + np.cos(x) ** 2, 1) and np.hypot(3, 4) == 5 and np.exp2(3) == 8
out = np.zeros(5)
assert np.add(x, 1, out=out, where=x > 1) is out and out[0] == 0 and out[4] == np.pi + 1
assert np.add.reduce([1, 2, 3]) == 6 and np.multiply.accumulate([1, 2, 3]).tolist() == [1, 2, 6]
assert np.subtract.outer([5, 6], [1, 2]).tolist() == [[4, 3], [5, 4]]
counts = np.zeros(3, int)
np.add.at(counts, [0, 0, 2], 1)
assert counts.tolist() == [2, 0, 1]
assert np.frompyfunc(lambda p, q: p * 10 + q, 2, 1)([1, 2], [3, 4]).tolist() == [13, 24]
assert np.vectorize(str.upper)(["a", "b"]).tolist() == ["A", "B"]

m = np.array([[4.0, 1, 2], [1, 3, 0], [2, 0, 5]])
assert np.allclose(m @ np.linalg.inv(m), np.eye(3)) and np.isclose(np.linalg.det(m), 43)
assert np.allclose(np.linalg.solve(m, [1, 2, 3]), np.linalg.inv(m) @ [1, 2, 3])
values, vectors = np.linalg.eigh(m)
assert np.allclose(vectors * values @ vectors.T, m)
u, s, vt = np.linalg.svd(m[:2])
assert np.allclose(u * s @ vt[:2], m[:2]) and np.allclose(np.linalg.cholesky(m) @ np.linalg.cholesky(m).T, m)
signal = np.cos(2 * np.pi * 3 * np.arange(32) / 32)
assert np.argmax(np.abs(np.fft.rfft(signal))) == 3 and np.allclose(np.fft.ifft(np.fft.fft(signal)).real, signal)

rng = np.random.default_rng(12345)
assert rng.integers(0, 100, 5).tolist() == [69, 22, 78, 31, 20] and abs(rng.normal(size=10_000).mean()) < 0.05
assert np.random.RandomState(1).randint(0, 100, 3).tolist() == [37, 12, 72]
assert sorted(rng.permutation(10).tolist()) == list(range(10)) and rng.choice(["p", "q"], 3).shape == (3,)

kind = np.dtype([("name", "U8"), ("age", "i4"), ("xy", "f8", (2,))], align=True)
people = np.array([("Ann", 30, (1, 2)), ("Bob", 25, (3, 4))], dtype=kind)
assert people["age"].tolist() == [30, 25] and people[1]["xy"].sum() == 7 and np.sort(people, order="age")[0]["name"] == "Bob"
assert people.view(np.recarray).name[0] == "Ann" and kind.fields["age"][1] == 32
days = np.arange("2024-02-27", "2024-03-02", dtype="datetime64[D]")
assert str(days[2]) == "2024-02-29" and (days[3] - days[0]) == np.timedelta64(3, "D") and days[0].item().day == 27
assert np.unique([3, 1, 3, 2], return_counts=True)[1].tolist() == [1, 1, 2] and np.searchsorted([1, 3, 5], 4) == 2
assert np.ma.masked_invalid([1, np.nan, 3]).sum() == 4 and np.where([True, False], 1, 2).tolist() == [1, 2]
assert np.polyfit([0, 1, 2], [1, 3, 5], 1).round(6).tolist() == [2, 1] and np.strings.upper(["ab"])[0] == "AB"

view = memoryview(a)
assert view.format == "i" and view.shape == (2, 3, 4) and view[1, 2, 3] == 23 and view.tobytes() == a.tobytes()
raw = bytearray(16)
np.frombuffer(raw, dtype=">u4")[:] = [1, 2, 3, 4]
assert raw[3] == 1 and np.asarray((ctypes.c_int * 3)(7, 8, 9)).tolist() == [7, 8, 9]
assert a.ctypes.data_as(ctypes.POINTER(ctypes.c_int))[23] == 23 and np.from_dlpack(a)[1, 0, 0] == 12
file = io.BytesIO()
np.savez(file, a=a, people=people)
file.seek(0)
loaded = np.load(file)
assert (loaded["a"] == a).all() and (loaded["people"] == people).all() and (pickle.loads(pickle.dumps(a, 5)) == a).all()
assert np.loadtxt(io.StringIO("1,2\n3,4"), delimiter=",").tolist() == [[1, 2], [3, 4]]
assert repr(np.array([1.5, np.inf])) == "array([1.5, inf])" and str(np.eye(2)) == "[[1. 0.]\n [0. 1.]]"
assert repr(np.float64(1.5)) == "np.float64(1.5)" and f"{np.float64(2):.2f}" == "2.00"


class Logged(np.ndarray):
    def __array_finalize__(self, other):
        self.note = getattr(other, "note", "fresh")

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        inputs = [value.view(np.ndarray) if isinstance(value, Logged) else value for value in inputs]
        return (ufunc.__name__, getattr(ufunc, method)(*inputs, **kwargs).tolist())


logged = np.arange(3).view(Logged)
logged.note = "mine"
assert logged[1:].note == "mine" and logged + 1 == ("add", [1, 2, 3])

results = [None] * 4
big = np.arange(200_000, dtype=float)


def work(index):
    results[index] = float(np.sqrt(big * (index + 1)).sum())


workers = [threading.Thread(target=work, args=(index,)) for index in range(4)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
assert np.allclose(results, [np.sqrt(big * k).sum() for k in (1, 2, 3, 4)])

raises(ValueError, "operands could not be broadcast together with shapes (2,) (3,)", lambda: np.ones(2) + np.ones(3))
raises(IndexError, "index 5 is out of bounds for axis 0 with size 2", lambda: a[5])
raises(np.linalg.LinAlgError, "Singular matrix", np.linalg.inv, np.zeros((2, 2)))
raises(ValueError, "could not convert string to float: 'x'", np.array, ["x"], dtype=float)
raises(OverflowError, "Python integer 300 out of bounds for uint8", np.array, [300], dtype=np.uint8)
raises(ValueError, "assignment destination is read-only", np.frombuffer(b"1234", "u1").__setitem__, 0, 1)
raises(TypeError, "data type 'nonsense' not understood", np.dtype, "nonsense")
raises(BufferError, "Existing exports of data: object cannot be re-sized", lambda: raw.extend(b"x") if (keep := np.frombuffer(raw, "u1")) is not None else None)
with np.errstate(divide="raise"):
    raises(FloatingPointError, "divide by zero encountered in divide", lambda: np.array([1.0]) / 0)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    assert np.isinf(np.array([1.0]) / 0)[0]
assert [warning.category for warning in caught] == [RuntimeWarning]
print("ok")
