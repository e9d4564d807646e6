"""zstandard: one call, streams, readers and writers, dictionaries, frame parameters, errors."""

import io

from _expect import raises

import zstandard as zstd

assert zstd.backend == "cext"
text = b"the quick brown fox jumps over the lazy dog. " * 3000
for level in (-5, 1, 3, 19):
    packed = zstd.compress(text, level)
    assert zstd.decompress(packed) == text and len(packed) < 400
assert zstd.frame_content_size(packed) == len(text) and zstd.get_frame_parameters(packed).content_size == len(text)

compressor = zstd.ZstdCompressor(level=5, write_checksum=True, threads=2)
decompressor = zstd.ZstdDecompressor()
assert decompressor.decompress(compressor.compress(bytearray(text))) == text
stream = compressor.compressobj()
parts = b"".join(stream.compress(text[i : i + 5000]) for i in range(0, len(text), 5000)) + stream.flush()
single = decompressor.decompressobj()
assert b"".join(single.decompress(parts[i : i + 7]) for i in range(0, len(parts), 7)) == text and single.eof

sink = io.BytesIO()
with compressor.stream_writer(sink, closefd=False) as writer:
    assert writer.write(text[:1000]) == 1000
    writer.flush(zstd.FLUSH_BLOCK)
    writer.write(memoryview(text)[1000:])
assert decompressor.decompress(sink.getvalue(), max_output_size=len(text)) == text
with decompressor.stream_reader(io.BytesIO(sink.getvalue())) as reader:
    assert reader.read(9) == b"the quick" and reader.seek(45) == 45 and reader.read(3) == b"the"
    into = bytearray(10)
    assert reader.readinto(into) == 10 and reader.tell() == 58
lines = io.TextIOWrapper(decompressor.stream_reader(zstd.compress(b"one\ntwo\n")))
assert list(lines) == ["one\n", "two\n"]
target = io.BytesIO()
assert compressor.copy_stream(io.BytesIO(text), target)[0] == len(text)
assert b"".join(decompressor.read_to_iter(io.BytesIO(target.getvalue()))) == text
with zstd.open("file.zst", "wt") as file:
    file.write("caf\xe9\n" * 100)
with zstd.open("file.zst", "rt") as file:
    assert file.readlines()[-1] == "caf\xe9\n"
chunker = compressor.chunker(chunk_size=64)
chunks = [*chunker.compress(bytes(range(256)) * 4), *chunker.finish()]
assert all(len(chunk) == 64 for chunk in chunks[:-1])

samples = [b"name=%d;city=%d;value=constant text that repeats" % (i, i * 7) for i in range(2000)]
words = zstd.train_dictionary(4096, samples)
small = zstd.ZstdCompressor(dict_data=words).compress(samples[5])
assert zstd.ZstdDecompressor(dict_data=words).decompress(small) == samples[5] and len(small) < len(zstd.compress(samples[5]))
assert words.dict_id() == zstd.get_frame_parameters(small).dict_id and len(words.as_bytes()) <= 4096
many = compressor.multi_compress_to_buffer(samples[:50])
assert len(many) == 50 and decompressor.multi_decompress_to_buffer(many)[7].tobytes() == samples[7]
parameters = zstd.ZstdCompressionParameters.from_level(3, window_log=18, enable_ldm=True)
assert parameters.window_log == 18 and decompressor.decompress(zstd.ZstdCompressor(compression_params=parameters).compress(text)) == text

raises(zstd.ZstdError, "error determining content size from frame header", zstd.decompress, b"this is not zstd")
raises(zstd.ZstdError, "could not determine content size in frame header", decompressor.decompress, parts)
raises(ValueError, "level must be less than", zstd.ZstdCompressor, level=99)
raises(TypeError, "a bytes-like object is required, not 'str'", compressor.compress, "text")
raises(zstd.ZstdError, "decompression error: Dictionary mismatch", zstd.ZstdDecompressor().decompress, small)
raises(zstd.ZstdError, "cannot use a decompressobj multiple times", single.decompress, b"x")
raises(ValueError, "stream is closed", reader.read)
print("ok")
