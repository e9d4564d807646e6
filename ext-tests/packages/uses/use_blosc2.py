"""blosc2: compression, arrays on disk and in memory, lazy expressions, functions in Python, errors."""

from _expect import raises

import blosc2
import numpy as np

text = b"the quick brown fox " * 5000
for codec in (blosc2.Codec.BLOSCLZ, blosc2.Codec.LZ4, blosc2.Codec.ZSTD, blosc2.Codec.ZLIB):
    packed = blosc2.compress2(text, codec=codec, clevel=5, filters=[blosc2.Filter.SHUFFLE], nthreads=2)
    assert blosc2.decompress2(packed) == text and len(packed) < len(text) // 10
assert blosc2.decompress(blosc2.compress(text, typesize=1)) == text
array = np.arange(30_000, dtype=np.int32).reshape(100, 300)
assert (blosc2.unpack_array2(blosc2.pack_array2(array)) == array).all()
assert (blosc2.unpack_tensor(blosc2.pack_tensor(array)) == array).all()

stored = blosc2.asarray(array, chunks=(40, 100), blocks=(10, 50))
assert stored.shape == (100, 300) and stored.chunks == (40, 100) and stored.dtype == np.int32 and stored.schunk.cratio > 1
assert (stored[5:50, ::7] == array[5:50, ::7]).all() and stored[3, 4] == 904 and (stored[:] == array).all()
stored[0:2, 0:2] = -1
assert (stored[0:2, 0:3] == [[-1, -1, 2], [-1, -1, 302]]).all()
stored.resize((120, 300))
assert stored.shape == (120, 300) and stored[110, 5] == 0
disk = blosc2.asarray(array, urlpath="array.b2nd", mode="w")
disk.vlmeta["note"] = {"a": [1, 2.5, "caf\xe9"]}
again = blosc2.open("array.b2nd")
assert (again[:] == array).all() and again.vlmeta["note"]["a"] == [1, 2.5, "caf\xe9"]
assert blosc2.zeros((3, 4))[:].sum() == 0 and (blosc2.full((2, 2), 7, dtype=np.int16)[:] == 7).all()
assert (blosc2.arange(10)[:] == np.arange(10)).all() and np.allclose(blosc2.linspace(0, 1, 5)[:], np.linspace(0, 1, 5))

a, b = blosc2.asarray(array * 1.0), blosc2.asarray(array * 2.0)
lazy = (a + b * 2 - 1) / 5
assert type(lazy) is blosc2.LazyExpr and np.allclose(lazy.compute()[:], (array * 5.0 - 1) / 5)
assert np.isclose(blosc2.sum(a), array.sum()) and np.allclose(a.mean(axis=0), array.mean(axis=0))
assert np.allclose(blosc2.sin(a)[3:5, 7], np.sin(array[3:5, 7])) and (a[a > 29_990] == np.arange(29_991, 30_000)).all()
assert np.allclose(blosc2.asarray(array[:3, :4]).T[:], array[:3, :4].T)


def double(inputs, output, offset):
    output[:] = inputs[0] * 2


assert (blosc2.lazyudf(double, (a,), dtype=np.float64).compute()[:] == array * 2).all()
chunks = blosc2.SChunk(chunksize=4000)
for i in range(5):
    assert chunks.append_data(np.full(1000, i, dtype=np.int32)) == i + 1
assert chunks.decompress_chunk(3) == np.full(1000, 3, dtype=np.int32).tobytes() and chunks.nchunks == 5
copied = blosc2.schunk_from_cframe(chunks.to_cframe())
assert copied.nchunks == 5 and copied.decompress_chunk(4) == chunks.decompress_chunk(4)
assert blosc2.get_cbuffer_sizes(packed)[0] == len(text) and blosc2.nthreads >= 1

raises(ValueError, "Error while decompressing, check the src data and/or the dparams", blosc2.decompress2, b"x" * 64)
raises(FileNotFoundError, "No such file or directory: none.b2nd", blosc2.open, "none.b2nd")
raises(TypeError, "a bytes-like object is required, not 'int'", blosc2.compress2, 5)
raises(IndexError, "index 500 is out of bounds for axis 0 with size 120", lambda: stored[500, 0])
raises(ValueError, "chunks should have the same length than shape", blosc2.asarray, array, chunks=(1,))
raises(TypeError, "shape should be a tuple or a list!", blosc2.zeros, "x")
print("ok")
