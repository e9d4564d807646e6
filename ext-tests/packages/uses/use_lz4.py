"""lz4: block and frame compression, files, errors."""

import io
import os

from _expect import raises

import lz4.block
import lz4.frame

text = b"the quick brown fox jumps over the lazy dog. " * 2000
noise = bytes((i * i * 31 + i * 7) % 251 for i in range(10_000))

for data in (text, noise, b"", b"x"):
    packed = lz4.block.compress(data)
    assert lz4.block.decompress(packed) == data
    assert lz4.block.decompress(bytearray(packed), return_bytearray=True) == bytearray(data)
    assert lz4.block.compress(memoryview(data)) == packed
    framed = lz4.frame.compress(data, compression_level=9, content_checksum=True)
    assert lz4.frame.decompress(framed) == data
assert len(lz4.block.compress(text)) < len(text) // 50
high = lz4.block.compress(text, mode="high_compression", compression=12, store_size=False)
assert lz4.block.decompress(high, uncompressed_size=len(text)) == text
words = lz4.block.compress(b"the lazy fox", dict=text[:100])
assert lz4.block.decompress(words, dict=text[:100]) == b"the lazy fox"
assert lz4.library_version_number() >= 10900

info = lz4.frame.get_frame_info(lz4.frame.compress(text, block_size=lz4.frame.BLOCKSIZE_MAX64KB))
assert info["content_size"] == len(text) and info["block_size"] == 65536

with lz4.frame.LZ4FrameCompressor() as compressor:
    parts = compressor.begin() + b"".join(compressor.compress(text[i : i + 1000]) for i in range(0, len(text), 1000))
    parts += compressor.flush()
decompressor = lz4.frame.LZ4FrameDecompressor()
out = b"".join(decompressor.decompress(parts[i : i + 100]) for i in range(0, len(parts), 100))
assert out == text and decompressor.eof and decompressor.unused_data is None

with lz4.frame.open("file.lz4", "wt", encoding="utf-8") as file:
    file.writelines(f"line {i} \u20ac\n" for i in range(1000))
with lz4.frame.open("file.lz4", "rt", encoding="utf-8") as file:
    assert [line for line in file][999] == "line 999 \u20ac\n"
with lz4.frame.open(io.BytesIO(lz4.frame.compress(text))) as file:
    file.seek(45 * 3)
    assert file.read(9) == b"the quick"
os.remove("file.lz4")

raises(lz4.block.LZ4BlockError, "bytes expected from header", lz4.block.decompress, b"\x10\0\0\0garbage")
raises(lz4.block.LZ4BlockError, "Decompression failed: corrupt input", lz4.block.decompress, b"\x10\0\0\0" + b"\xff" * 20)
raises(ValueError, "Input source data size too small", lz4.block.decompress, b"ab")
raises(RuntimeError, "LZ4F_getFrameInfo failed", lz4.frame.get_frame_info, b"no frame at all")
raises(TypeError, "a bytes-like object is required, not 'str'", lz4.block.compress, "text")
raises(ValueError, "Invalid mode argument", lz4.block.compress, text, mode="nonsense")
print("ok")
