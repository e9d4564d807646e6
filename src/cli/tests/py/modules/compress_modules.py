# timeout: 20
"""bz2, lzma and zstd: round trips, pieces, limits of output, formats, filters, dictionaries, errors; threads at one object."""

import bz2
import io
import lzma
import random
import threading
from compression import zstd


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True


source = random.Random(1)
WORDS = [bytes(source.choices(b"abcdefghij", k=7)) for _ in range(60)]
TEXT = b" ".join(source.choices(WORDS, k=2_500))
NOISE = source.randbytes(8_000)

# What is made is what was put in, whatever the kind of bytes, in one piece and in many.
for module, compressor, decompressor, error in (
    (bz2, bz2.BZ2Compressor, bz2.BZ2Decompressor, OSError),
    (lzma, lzma.LZMACompressor, lzma.LZMADecompressor, lzma.LZMAError),
    (zstd, zstd.ZstdCompressor, zstd.ZstdDecompressor, zstd.ZstdError),
):
    for data in b"", b"x", TEXT, NOISE, bytearray(TEXT), memoryview(TEXT)[1:-1]:
        assert module.decompress(module.compress(data)) == bytes(data)
    packed = module.compress(TEXT)
    assert len(packed) < len(TEXT) // 2
    # Pieces in, pieces out.
    one = compressor()
    pieces = [one.compress(TEXT[at : at + 999]) for at in range(0, len(TEXT), 999)]
    pieces.append(one.flush())
    assert module.decompress(b"".join(pieces)) == TEXT
    one = decompressor()
    pieces = []
    for at in range(0, len(packed), 500):
        eq((one.eof, one.needs_input, one.unused_data), (False, True, b""))
        pieces.append(one.decompress(packed[at : at + 500]))
    assert b"".join(pieces) == TEXT
    eq((one.eof, one.needs_input), (True, False))
    with raises(EOFError):
        one.decompress(b"")
    # Limits of output: what was not used waits inside.
    one = decompressor()
    pieces = [one.decompress(packed, 1000)]
    while not one.eof:
        assert len(pieces[-1]) <= 1000 and not one.needs_input
        pieces.append(one.decompress(b"", max_length=1000))
    assert b"".join(pieces) == TEXT
    eq(decompressor().decompress(packed, 0), b"")
    # What comes behind the end.
    one = decompressor()
    assert one.decompress(packed + b"rest") == TEXT
    eq(one.unused_data, b"rest")
    assert module.decompress(packed + module.compress(b"more")) == TEXT + b"more"
    # Files.
    opened = {bz2: bz2.BZ2File, lzma: lzma.LZMAFile, zstd: zstd.ZstdFile}[module]
    file = io.BytesIO()
    with opened(file, "w") as stream:
        for line in TEXT.splitlines(keepends=True):
            stream.write(line)
    with opened(io.BytesIO(file.getvalue())) as stream:
        eq(stream.read(5), TEXT[:5])
        stream.seek(10)
        eq(stream.read(5), TEXT[10:15])
        assert stream.read() == TEXT[15:]
    # Errors.
    with raises(error):
        module.decompress(b"no such format, and long enough to see that")
    broken = bytearray(packed)
    broken[len(broken) // 2] ^= 0x55
    try:
        assert module.decompress(broken) != TEXT
    except (error, EOFError):
        pass
    with raises(TypeError, "a bytes-like object is required, not 'str'"):
        compressor().compress("text")

# bz2
with raises(ValueError, "compresslevel must be between 1 and 9"):
    bz2.BZ2Compressor(10)
one = bz2.BZ2Compressor(1)
one.flush()
with raises(ValueError, "Repeated call to flush()"):
    one.flush()
with raises(ValueError, "Compressor has been flushed"):
    one.compress(b"")
one = bz2.BZ2Decompressor()
with raises(OSError, "Invalid data stream"):
    one.decompress(b"x" * 20)
with raises(ValueError, "Decompressor is unusable after a previous error"):
    one.decompress(b"")
with raises(EOFError, "End of stream already reached"):
    one = bz2.BZ2Decompressor()
    one.decompress(bz2.compress(b"a"))
    one.decompress(b"a")

# lzma: formats, checks, presets, filters.
for format in lzma.FORMAT_XZ, lzma.FORMAT_ALONE:
    assert lzma.decompress(lzma.compress(TEXT, format=format)) == TEXT
    assert lzma.decompress(lzma.compress(TEXT, format=format, preset=1 | lzma.PRESET_EXTREME), format=format) == TEXT
for check in lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256:
    assert lzma.is_check_supported(check)
    one = lzma.LZMADecompressor()
    eq(one.check, lzma.CHECK_UNKNOWN)
    one.decompress(lzma.compress(b"a", check=check))
    eq(one.check, check)
eq(lzma.is_check_supported(lzma.CHECK_ID_MAX + 1), False)
chains = [
    [{"id": lzma.FILTER_LZMA2, "preset": 2}],
    [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16, "lc": 2, "lp": 1, "pb": 1, "mode": lzma.MODE_FAST, "nice_len": 30, "mf": lzma.MF_HC3, "depth": 5}],
    [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2}],
    [{"id": lzma.FILTER_X86, "start_offset": 16}, {"id": lzma.FILTER_LZMA2}],
    [{"id": lzma.FILTER_LZMA1}],
]
for chain in chains:
    packed = lzma.compress(TEXT, lzma.FORMAT_RAW, filters=chain)
    assert lzma.decompress(packed, lzma.FORMAT_RAW, filters=chain) == TEXT
eq(lzma._encode_filter_properties({"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}), b"\x10")
eq(lzma._decode_filter_properties(lzma.FILTER_LZMA1, b"]\0\0\1\0"), {"id": lzma.FILTER_LZMA1, "lc": 3, "lp": 0, "pb": 2, "dict_size": 1 << 16})
eq(lzma._decode_filter_properties(lzma.FILTER_X86, b""), {"id": lzma.FILTER_X86})
for arguments, error, text in (
    ({"preset": 20}, lzma.LZMAError, "Invalid or unsupported options"),
    ({"preset": 1, "filters": []}, ValueError, "Cannot specify both preset and filter chain"),
    ({"format": 9}, ValueError, "Invalid container format: 9"),
    ({"format": lzma.FORMAT_ALONE, "preset": 99}, lzma.LZMAError, "Invalid compression preset: 99"),
    ({"format": lzma.FORMAT_ALONE, "check": lzma.CHECK_CRC32}, ValueError, "Integrity checks are only supported by FORMAT_XZ"),
    ({"format": lzma.FORMAT_ALONE, "filters": chains[0]}, ValueError, "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter"),
    ({"format": lzma.FORMAT_RAW}, ValueError, "Must specify filters for FORMAT_RAW"),
    ({"filters": [{}]}, ValueError, 'Filter specifier must have an "id" entry'),
    ({"filters": [1]}, TypeError, "Filter specifier must be a dict or dict-like object"),
    ({"filters": [{"id": 3, "foo": 1}]}, ValueError, "Invalid filter specifier for delta filter"),
    ({"filters": [{"id": 33, "lc": "1"}]}, ValueError, "Invalid filter specifier for LZMA filter"),
    ({"filters": [{"id": 77}]}, ValueError, "Invalid filter ID: 77"),
    ({"filters": [{"id": 33}] * 5}, ValueError, "Too many filters - liblzma supports a maximum of 4"),
):
    with raises(error, text):
        lzma.LZMACompressor(**arguments)
with raises(lzma.LZMAError, "Memory usage limit exceeded"):
    lzma.decompress(lzma.compress(TEXT), memlimit=1000)
with raises(lzma.LZMAError, "Input format not supported by decoder"):
    lzma.decompress(b"x" * 100)

# zstd: levels, options, modes, dictionaries, frames.
eq(zstd.zstd_version_info, tuple(map(int, zstd.zstd_version.split("."))))
P = zstd.CompressionParameter
for level in -5, 1, 12:
    assert zstd.decompress(zstd.compress(TEXT, level)) == TEXT
options = {P.checksum_flag: 1, P.window_log: 12, P.strategy: zstd.Strategy.btopt, P.nb_workers: 2}
assert zstd.decompress(zstd.compress(TEXT, options=options)) == TEXT
one = zstd.ZstdCompressor()
eq(one.last_mode, zstd.ZstdCompressor.FLUSH_FRAME)
pieces = [one.compress(b"abc", one.CONTINUE), one.flush(one.FLUSH_BLOCK)]
eq(one.last_mode, 1)
eq(zstd.ZstdDecompressor().decompress(b"".join(pieces)), b"abc")
with raises(ValueError, "set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME"):
    one.set_pledged_input_size(1)
pieces.append(one.compress(b"def", one.FLUSH_FRAME))
eq(zstd.decompress(b"".join(pieces)), b"abcdef")
one.set_pledged_input_size(3)
eq(zstd.get_frame_info(one.compress(b"abc", one.FLUSH_FRAME)), zstd.FrameInfo(3, 0))
one.set_pledged_input_size(3)
with raises(zstd.ZstdError, "Unable to compress Zstandard data: Src size is incorrect"):
    one.compress(b"ab")
    one.flush()
eq(zstd.get_frame_size(zstd.compress(b"abc") + b"x"), len(zstd.compress(b"abc")))
eq(P.window_log.bounds(), (10, 31))
samples = [b" ".join(source.choices(WORDS, k=30)) for _ in range(300)]
trained = zstd.train_dict(samples, 3000)
assert 0 < len(trained) <= 3000 and trained.dict_id > 0
assert zstd.finalize_dict(zstd.ZstdDict(trained.dict_content), samples, 3000, 5).dict_id > 0
raw = zstd.ZstdDict(b" ".join(WORDS), is_raw=True)
eq(repr(raw), f"<ZstdDict dict_id=0 dict_size={len(raw)}>")
sample = samples[0]
for dictionary in trained, raw, trained.as_digested_dict, trained.as_undigested_dict, raw.as_prefix:
    packed = zstd.compress(sample, zstd_dict=dictionary)
    assert len(packed) < len(zstd.compress(sample))
    eq(zstd.decompress(packed, zstd_dict=dictionary), sample)
    try:
        assert zstd.decompress(packed) != sample, "the dictionary was not used"
    except zstd.ZstdError:
        pass
for call, error, text in (
    (lambda: zstd.ZstdDict(b"1234567"), ValueError, "Zstandard dictionary content too short (must have at least eight bytes)"),
    (lambda: zstd.ZstdDict(b"12345678"), ValueError, "invalid Zstandard dictionary"),
    (lambda: zstd.ZstdCompressor(zstd_dict=b"x"), TypeError, "zstd_dict argument should be a ZstdDict object."),
    (lambda: zstd.ZstdCompressor(1, {}), TypeError, "Only one of level or options should be used."),
    (lambda: zstd.ZstdCompressor(1.5), TypeError, "invalid type for level, expected int"),
    (lambda: zstd.ZstdCompressor(100), ValueError, "illegal compression level 100; the valid range is [-131072, 22]"),
    (lambda: zstd.ZstdCompressor(options=[]), TypeError, "ZstdCompressor() argument 'options' must be dict, not list"),
    (
        lambda: zstd.ZstdCompressor(options={P.window_log: 99}),
        ValueError,
        "compression parameter 'window_log' received an illegal value 99; the valid range is [10, 31]",
    ),
    (lambda: zstd.ZstdCompressor(options={7: 1}), ValueError, "invalid compression parameter 'unknown parameter (key 7)'"),
    (
        lambda: zstd.ZstdDecompressor(options={P.window_log: 11}),
        TypeError,
        "decompression options dictionary key must not be a CompressionParameter attribute",
    ),
    (lambda: zstd.decompress(b"\x28\xb5\x2f\xfd"), zstd.ZstdError, "Compressed data ended before the end-of-stream marker was reached"),
    (lambda: zstd.train_dict([], 100), ValueError, "samples contained no data; can't train dictionary."),
):
    with raises(error, text):
        call()

# Threads at one object: each call is done as a whole, whoever makes it; and each at its own.
for make, module, end in (
    (bz2.BZ2Compressor, bz2, b""),
    (lambda: lzma.LZMACompressor(preset=0), lzma, b""),
    (zstd.ZstdCompressor, zstd, b""),
):
    shared = make()
    outputs, errors = [], []
    lock = threading.Lock()

    def work():
        try:
            own = make()
            for _ in range(8):
                with lock:
                    outputs.append(shared.compress(b"0123456789" * 10))
                own.compress(TEXT[:1000])
                shared.compress(b"")
            assert module.decompress(module.compress(TEXT[:5000])) == TEXT[:5000]
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
