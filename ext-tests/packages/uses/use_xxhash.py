"""xxhash: known digests of each variant, streaming, buffers, errors."""

import array

from _expect import raises

import xxhash

assert xxhash.xxh32(b"").hexdigest() == "02cc5d05" and xxhash.xxh32_intdigest(b"a") == 0x550D7456
assert xxhash.xxh64(b"").hexdigest() == "ef46db3751d8e999" and xxhash.xxh64_hexdigest(b"a") == "d24ec4f1a98c6e5b"
assert xxhash.xxh3_64_hexdigest(b"") == "2d06800538d394c2" and xxhash.xxh3_128_hexdigest(b"") == "99aa06d3014798d86001c324468d497f"
assert xxhash.xxh128 is xxhash.xxh3_128 and xxhash.xxh64_digest(b"a") == bytes.fromhex("d24ec4f1a98c6e5b")

data = bytes(range(256)) * 40
for kind, size in ((xxhash.xxh32, 4), (xxhash.xxh64, 8), (xxhash.xxh3_64, 8), (xxhash.xxh3_128, 16)):
    whole = kind(data, seed=7)
    parts = kind(seed=7)
    for start in range(0, len(data), 333):
        parts.update(data[start : start + 333])
    assert whole.digest() == parts.digest() and len(whole.digest()) == size == kind().digest_size
    assert whole.intdigest() == int.from_bytes(whole.digest(), "big") == int(whole.hexdigest(), 16)
    assert whole.digest() != kind(data).digest() and whole.seed == 7
    copy = parts.copy()
    copy.update(b"more")
    assert copy.digest() == kind(data + b"more", seed=7).digest() != parts.digest()
    parts.reset()
    assert parts.digest() == kind(b"", seed=7).digest()
    assert kind("caf\xe9".encode()).digest() == kind(bytearray("caf\xe9".encode())).digest()
    assert kind(memoryview(data)[::1]).digest() == kind(data).digest() == kind(array.array("B", data)).digest()
    assert kind(data, 2**64 + 7).digest() == whole.digest()
    assert kind.__name__ in repr(whole) or whole.name.startswith("XXH")
large = b"x" * 1_000_000
assert xxhash.xxh3_64(large).intdigest() == xxhash.xxh3_64_intdigest(large)
assert {"xxh32", "xxh64", "xxh128"} <= set(xxhash.algorithms_available)

raises(TypeError, "a bytes-like object is required, not 'int'", xxhash.xxh64, 5)
raises(TypeError, "'bytes' object cannot be interpreted as an integer", xxhash.xxh64, b"", b"", b"")
raises(TypeError, "'str' object cannot be interpreted as an integer", xxhash.xxh32, b"", seed="x")
raises(TypeError, "xxh64_digest() missing required argument 'data'", xxhash.xxh64_digest)
raises(BufferError, "memoryview: underlying buffer is not C-contiguous", xxhash.xxh64, memoryview(data)[::2])
print("ok")
