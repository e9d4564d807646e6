"""Brotli: one call, incremental compression and decompression, dictionary of options, errors."""

from _expect import raises

import brotli

text = b"Brotli is a generic-purpose lossless compression algorithm. " * 500
for quality in (0, 1, 5, 11):
    for mode in (brotli.MODE_GENERIC, brotli.MODE_TEXT, brotli.MODE_FONT):
        packed = brotli.compress(text, mode=mode, quality=quality, lgwin=18)
        assert len(packed) < 400 and brotli.decompress(packed) == text
assert brotli.decompress(brotli.compress(b"")) == b""
assert brotli.decompress(memoryview(brotli.compress(bytearray(b"view")))) == b"view"

compressor = brotli.Compressor(quality=7)
parts = []
for start in range(0, len(text), 777):
    parts.append(compressor.process(text[start : start + 777]))
    if start % 3 == 0:
        parts.append(compressor.flush())
parts.append(compressor.finish())
whole = b"".join(parts)
assert brotli.decompress(whole) == text

decompressor = brotli.Decompressor()
out = []
for byte in range(len(whole)):
    out.append(decompressor.process(whole[byte : byte + 1]))
assert b"".join(out) == text and decompressor.is_finished()

large = brotli.compress(text * 20)
limited = brotli.Decompressor()
first = limited.process(large, output_buffer_limit=100)
assert 0 < len(first) < len(text) * 20
rest = [first]
while not limited.is_finished():
    rest.append(limited.process(b"", output_buffer_limit=4096))
assert b"".join(rest) == text * 20

assert brotli.__version__ == brotli.version
raises(brotli.error, "decoder failed", brotli.decompress, b"this is not brotli")
raises(brotli.error, "invalid quality", brotli.compress, text, quality=42)
raises(brotli.error, "invalid lgwin", brotli.Compressor, lgwin=99)
raises(TypeError, "data must be a C-contiguous buffer", brotli.compress, "text")
raises(brotli.error, "brotli: decoder failed", brotli.Decompressor().process, b"\xff" * 20)
print("ok")
