"""json, csv, string, textwrap, base64, binascii, zlib: round trips, options, errors."""


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

import base64
import binascii
import csv
import io
import json
import string
import zlib
eq(json.dumps(None), "null")
eq(json.dumps([True, False, 1, 1.5, "a", {}, []]), '[true, false, 1, 1.5, "a", {}, []]')
eq(json.dumps({"a": 1, 2: "b", None: 3, True: 4, 1.5: 5}), '{"a": 1, "2": "b", "null": 3, "true": 4, "1.5": 5}')
eq(json.dumps("é€😀\n\"\\/\x00\x7f\u2028"), '"\\u00e9\\u20ac\\ud83d\\ude00\\n\\"\\\\/\\u0000\\u007f\\u2028"')
eq(json.dumps("é😀", ensure_ascii=False), '"é😀"')
eq(json.dumps([1, [2]], indent=2), "[\n  1,\n  [\n    2\n  ]\n]")
eq(json.dumps({"b": 1, "a": 2}, sort_keys=True, separators=(",", ":")), '{"a":2,"b":1}')
eq(json.dumps((1,)), "[1]")
eq(json.dumps(float("inf")), "Infinity")
eq(json.dumps([float("nan"), -float("inf")]), "[NaN, -Infinity]")
eq(json.dumps(10 ** 30), "1000000000000000000000000000000")
eq(json.dumps(1e100), "1e+100")
eq(json.dumps({}, indent=4), "{}")
eq(json.dumps([[]], indent="\t"), "[\n\t[]\n]")
eq(json.dumps({(1, 2): 3}, skipkeys=True), "{}")
eq(json.dumps("\ud800"), '"\\ud800"')
eq(json.dumps({"a": [1, {"b": None}]}, indent=1), '{\n "a": [\n  1,\n  {\n   "b": null\n  }\n ]\n}')
with raises(TypeError, "Object of type set is not JSON serializable"):
    json.dumps({1, 2})
with raises(TypeError, "keys must be str, int, float, bool or None, not tuple"):
    json.dumps({(1,): 2})
with raises(ValueError, "Out of range float values are not JSON compliant: nan"):
    json.dumps(float("nan"), allow_nan=False)
with raises(TypeError, "Object of type bytes is not JSON serializable"):
    json.dumps(b"a")
eq(json.dumps({"a": object}, default=lambda o: o.__name__), '{"a": "object"}')
eq(json.dumps([1j], default=str), '["1j"]')
r = []
r.append(r)
with raises(ValueError, "Circular reference detected"):
    json.dumps(r)
with raises(RecursionError):
    json.dumps(r, check_circular=False)
assert json.loads("null") is None
eq(json.loads("[1, 2.5, -3e2, true, false, null, \"a\"]"), [1, 2.5, -300.0, True, False, None, 'a'])
eq(json.loads('{"a": {"b": []}, "a": 2}'), {'a': 2})
eq(json.loads('"\\u00e9\\n\\ud83d\\ude00\\/"'), "é\n😀/")
eq(json.loads(" \t\n[ ] "), [])
eq(repr(json.loads("NaN")), "nan")
eq(repr(json.loads("-Infinity")), "-inf")
eq(json.loads("1E5"), 100000.0)
eq(json.loads("-0"), 0)
eq(json.loads("-0.0"), -0.0)
eq(json.loads(b'"\xc3\xa9"'), "é")
eq(json.loads('"a"'.encode("utf-16")), "a")
eq(json.loads("12345678901234567890"), 12345678901234567890)
eq(json.loads('{"a": 1}', object_pairs_hook=list), [('a', 1)])
eq(json.loads('{"a": 1}', object_hook=lambda d: sorted(d)), ['a'])
eq(json.loads("1.5", parse_float=str), "1.5")
eq(json.loads("15", parse_int=str), "15")
eq(json.loads("NaN", parse_constant=str), "NaN")
eq(json.loads('"\\ud800"'), "\ud800")
eq(json.loads('"a\tb"', strict=False), "a\tb")
with raises(json.decoder.JSONDecodeError, "Expecting value: line 1 column 1 (char 0)"):
    json.loads("")
with raises(json.decoder.JSONDecodeError, "Illegal trailing comma before end of array: line 1 column 3 (char 2)"):
    json.loads("[1,]")
with raises(json.decoder.JSONDecodeError, "Expecting ',' delimiter: line 1 column 4 (char 3)"):
    json.loads("[1 2]")
with raises(json.decoder.JSONDecodeError, "Expecting ':' delimiter: line 1 column 5 (char 4)"):
    json.loads('{"a"}')
with raises(json.decoder.JSONDecodeError, "Expecting value: line 1 column 6 (char 5)"):
    json.loads('{"a":}')
with raises(json.decoder.JSONDecodeError, "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"):
    json.loads("{a: 1}")
with raises(json.decoder.JSONDecodeError, "Illegal trailing comma before end of object: line 1 column 8 (char 7)"):
    json.loads('{"a": 1,}')
with raises(json.decoder.JSONDecodeError, "Unterminated string starting at: line 1 column 1 (char 0)"):
    json.loads('"abc')
with raises(json.decoder.JSONDecodeError, "Invalid \\escape: line 1 column 2 (char 1)"):
    json.loads('"\\x"')
with raises(json.decoder.JSONDecodeError, "Invalid \\uXXXX escape: line 1 column 3 (char 2)"):
    json.loads('"\\u12"')
with raises(json.decoder.JSONDecodeError, "Invalid control character at: line 1 column 3 (char 2)"):
    json.loads('"a\tb"')
with raises(json.decoder.JSONDecodeError, "Expecting value: line 1 column 1 (char 0)"):
    json.loads("nul")
with raises(json.decoder.JSONDecodeError, "Extra data: line 1 column 2 (char 1)"):
    json.loads("01")
with raises(json.decoder.JSONDecodeError, "Extra data: line 1 column 2 (char 1)"):
    json.loads("1.")
with raises(json.decoder.JSONDecodeError, "Extra data: line 1 column 5 (char 4)"):
    json.loads("[1] x")
with raises(json.decoder.JSONDecodeError, "Expecting value: line 1 column 1 (char 0)"):
    json.loads("'a'")
with raises(TypeError, "the JSON object must be str, bytes or bytearray, not int"):
    json.loads(5)
with raises(json.decoder.JSONDecodeError, "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"):
    json.loads("\ufeff1")
with raises(RecursionError):
    json.loads("[" * 100000)
try:
    json.loads('{"a": 1,\n  "b": x}')
except json.JSONDecodeError as e:
    got = e.msg, e.pos, e.lineno, e.colno, str(e), e.doc
eq(got, ('Expecting value', 16, 2, 8, 'Expecting value: line 2 column 8 (char 16)', '{"a": 1,\n  "b": x}'))
eq(json.JSONDecoder().raw_decode("1 rest"), (1, 1))
eq(json.JSONEncoder(indent=None).encode([1]), "[1]")
eq(list(json.JSONEncoder().iterencode([1, {"a": 2}])), ['[1', ', ', '{', '"a"', ': ', '2', '}', ']'])
eq(json.load(io.StringIO("[1]")), [1])
f = io.StringIO()
json.dump({"a": 1}, f)
eq(f.getvalue(), '{"a": 1}')
class E(json.JSONEncoder):
    def default(self, o):
        return "own " + type(o).__name__

class Str(str):
    pass

class Int(int):
    def __str__(self):
        return "never"

    __repr__ = __str__

eq(json.dumps([1j], cls=E), '["own complex"]')
eq(json.dumps([Str("a"), Int(5)]), '["a", 5]')
eq(json.dumps({Str("k"): Int(1)}), '{"k": 1}')
eq(json.dumps({Int(3): 1}), '{"3": 1}')
import enum
eq(json.dumps(enum.IntEnum("X", "A").A), "1")
eq(list(csv.reader(["a,b", '"x,y",z', '"a""b"', "", "a,,", "'q',r"])), [['a', 'b'], ['x,y', 'z'], ['a"b'], [], ['a', '', ''], ["'q'", 'r']])
eq(list(csv.reader(["a;b"], delimiter=";")), [['a', 'b']])
eq(list(csv.reader(["'a,b',c"], quotechar="'")), [['a,b', 'c']])
eq(list(csv.reader(["a\\,b"], escapechar="\\")), [['a,b']])
eq(list(csv.reader(['"multi', 'line",x'])), [['multiline', 'x']])
eq(list(csv.reader(['1,"a"'], quoting=csv.QUOTE_NONNUMERIC)), [[1.0, 'a']])
eq(list(csv.reader([" a, b"], skipinitialspace=True)), [['a', 'b']])
eq(list(csv.reader(["a\tb"], "excel-tab")), [['a', 'b']])
eq(sorted(csv.list_dialects()), ['excel', 'excel-tab', 'unix'])
eq(csv.QUOTE_ALL, 1)
eq(csv.QUOTE_MINIMAL, 0)
eq(csv.QUOTE_NONE, 3)
eq(csv.QUOTE_STRINGS, 4)
eq(csv.QUOTE_NOTNULL, 5)
with raises(csv.Error, "unexpected end of data"):
    list(csv.reader(['"a'], strict=True))
with raises(csv.Error, '\',\' expected after \'"\''):
    list(csv.reader(['"a"b'], strict=True))
with raises(csv.Error, "iterator should return strings, not bytes (the file should be opened in text mode)"):
    list(csv.reader([b"a"]))
with raises(TypeError, "'int' object is not iterable"):
    csv.reader(5)
with raises(TypeError, '"delimiter" must be a unicode character, not a string of length 2'):
    csv.reader([], delimiter="ab")
with raises(TypeError, '"delimiter" must be a unicode character, not int'):
    csv.reader([], delimiter=5)
with raises(csv.Error, "unknown dialect"):
    csv.reader([], "no dialect")
with raises(TypeError, 'bad "quoting" value'):
    csv.reader([], quoting=9)
with raises(TypeError, "this function got an unexpected keyword argument 'bad'"):
    csv.reader([], bad=1)
assert (csv.field_size_limit() == 131072) is True
w = io.StringIO()
wr = csv.writer(w)
wr.writerow(["a", 1, 2.5, None, "x,y", 'q"q', "new\nline", ""])
wr.writerows([[1], [2, 3]])
eq(w.getvalue(), 'a,1,2.5,,"x,y","q""q","new\nline",\r\n1\r\n2,3\r\n')
def written(rows, **kw):
    out = io.StringIO()
    csv.writer(out, **kw).writerows(rows)
    return out.getvalue()

eq(written([["a", 1]], quoting=csv.QUOTE_ALL), '"a","1"\r\n')
eq(written([["a", 1]], quoting=csv.QUOTE_NONNUMERIC), '"a",1\r\n')
eq(written([["a,b"]], quoting=csv.QUOTE_NONE, escapechar="\\"), "a\\,b\r\n")
eq(written([['a"b']], doublequote=False, escapechar="\\"), 'a\\"b\r\n')
eq(written([["a"]], lineterminator="\n", delimiter="\t"), "a\n")
eq(written([[]]), "\r\n")
eq(written([[None]]), '""\r\n')
eq(written([[""]]), '""\r\n')
with raises(csv.Error, "need to escape, but no escapechar set"):
    written([["a,b"]], quoting=csv.QUOTE_NONE)
with raises(csv.Error, "iterable expected, not int"):
    written([5])
with raises(TypeError, 'argument 1 must have a "write" method'):
    csv.writer(5)
dr = csv.DictReader(["a,b", "1,2", "3"])
eq(list(dr), [{'a': '1', 'b': '2'}, {'a': '3', 'b': None}])
eq(dr.fieldnames, ['a', 'b'])
out = io.StringIO()
dw = csv.DictWriter(out, ["a", "b"])
dw.writeheader()
dw.writerow({"a": 1, "b": 2})
eq(out.getvalue(), "a,b\r\n1,2\r\n")
with raises(ValueError, "dict contains fields not in fieldnames: 'c'"):
    dw.writerow({"c": 1})
eq(csv.Sniffer().sniff("a;b;c\n1;2;3").delimiter, ";")
eq(string.ascii_letters, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
eq(string.digits, "0123456789")
eq(string.hexdigits, "0123456789abcdefABCDEF")
eq(string.octdigits, "01234567")
eq(string.punctuation, '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~')
eq(string.whitespace, " \t\n\r\x0b\x0c")
eq(string.capwords("hello  world"), "Hello World")
eq(string.Template("$a ${b} $$").substitute(a=1, b=2), "1 2 $")
eq(string.Template("$a $b").safe_substitute(a=1), "1 $b")
eq(string.Formatter().format("{0} {x}", 1, x=2), "1 2")
eq(list(string.Formatter().parse("a{b!r:>{w}}c{{}}")), [('a', 'b', '>{w}', 'r'), ('c{', None, None, None), ('}', None, None, None)])
with raises(KeyError, "'a'"):
    string.Template("$a").substitute()
with raises(ValueError, "Invalid placeholder in string: line 1, col 1"):
    string.Template("$").substitute()
eq(base64.b64encode(b"hello"), b'aGVsbG8=')
eq(base64.b64decode(b"aGVsbG8="), b'hello')
eq(base64.b64encode(b"\xff\xfe", b"-_"), b'__4=')
eq(base64.urlsafe_b64decode(b"__4="), b'\xff\xfe')
eq(base64.b32encode(b"hello"), b'NBSWY3DP')
eq(base64.b32decode(b"NBSWY3DP"), b'hello')
eq(base64.b16encode(b"\xff"), b'FF')
eq(base64.b16decode(b"FF"), b'\xff')
eq(base64.a85encode(b"hello"), b'BOu!rDZ')
eq(base64.a85decode(b"BOu!rDZ"), b'hello')
eq(base64.b85encode(b"hello"), b'Xk~0{Zv')
eq(base64.b85decode(b"Xk~0{Zv"), b'hello')
eq(base64.encodebytes(b"a"), b'YQ==\n')
eq(base64.z85encode(b"abcd"), b'vpA.S')
with raises(binascii.Error, "Incorrect padding"):
    base64.b64decode(b"abc")
with raises(binascii.Error, "Only base64 data is allowed"):
    base64.b64decode(b"a!b=", validate=True)
with raises(ValueError, "string argument should contain only ASCII characters"):
    base64.b64decode("é")
with raises(binascii.Error, "Incorrect padding"):
    base64.b32decode(b"1")
with raises(binascii.Error, "Non-base16 digit found"):
    base64.b16decode(b"ff")
eq(binascii.hexlify(b"\x01\xff"), b'01ff')
eq(binascii.hexlify(b"\x01\xff\x02", "-", 1), b'01-ff-02')
eq(binascii.unhexlify("01ff"), b'\x01\xff')
eq(binascii.crc32(b"hello"), 907060870)
eq(binascii.crc32(b"lo", binascii.crc32(b"hel")), 907060870)
eq(binascii.crc_hqx(b"a", 0), 31879)
eq(binascii.b2a_base64(b"abc"), b'YWJj\n')
eq(binascii.b2a_base64(b"abc", newline=False), b'YWJj')
eq(binascii.a2b_base64("YWJj"), b'abc')
eq(binascii.b2a_uu(b"abc"), b'#86)C\n')
eq(binascii.a2b_uu(b"#86)C\n"), b'abc')
eq(binascii.b2a_qp(b"a=\xff b "), b'a=3D=FF b=20')
eq(binascii.a2b_qp(b"a=3D=FF"), b'a=\xff')
eq(binascii.a2b_hex(b"FF"), b'\xff')
with raises(binascii.Error, "Odd-length string"):
    binascii.unhexlify("f")
with raises(binascii.Error, "Non-hexadecimal digit found"):
    binascii.unhexlify("zz")
with raises(binascii.Error, "Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4"):
    binascii.a2b_base64("a")
with raises(binascii.Error, "Only base64 data is allowed"):
    binascii.a2b_base64("YW Jj", strict_mode=True)
with raises(ValueError, "string argument should contain only ASCII characters"):
    binascii.a2b_base64("é")
data = b"hello world " * 100
c = zlib.compress(data)
assert (zlib.decompress(c) == data) is True
assert (len(c) < 100) is True
assert (zlib.decompress(zlib.compress(data, 0)) == data) is True
assert (zlib.decompress(zlib.compress(data, level=9)) == data) is True
eq(zlib.crc32(b"a"), 3904355907)
eq(zlib.adler32(b"a"), 6422626)
eq(zlib.adler32(b"b", 5), 6750311)
assert (zlib.decompress(zlib.compress(data, wbits=-15), -15) == data) is True
assert (zlib.decompress(zlib.compress(data, wbits=31), 47) == data) is True
eq(zlib.compress(b""), b'x\x9c\x03\x00\x00\x00\x00\x01')
with raises(zlib.error, "Error -3 while decompressing data: incorrect header check"):
    zlib.decompress(b"bad data")
with raises(zlib.error, "Error -5 while decompressing data: incomplete or truncated stream"):
    zlib.decompress(c[:-5])
with raises(zlib.error, "Error -5 while decompressing data: incomplete or truncated stream"):
    zlib.decompress(b"")
with raises(zlib.error, "Bad compression level"):
    zlib.compress(data, 10)
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    zlib.compress("text")
o = zlib.compressobj(9, zlib.DEFLATED, 15)
parts = o.compress(data[:50]) + o.compress(data[50:]) + o.flush()
d = zlib.decompressobj()
got = d.decompress(parts[:5]) + d.decompress(parts[5:], 10)
eq(len(got), 12)
assert (len(d.unconsumed_tail) > 0) is True
assert d.eof is False
got += d.decompress(d.unconsumed_tail + b"") + d.flush()
assert (got == data) is True
assert d.eof is True
eq(d.unused_data, b'')
d = zlib.decompressobj()
d.decompress(c + b"extra")
eq(d.unused_data, b'extra')
assert d.eof is True
with raises(zlib.error, "Error -2 while flushing: inconsistent stream state"):
    o.flush()
o = zlib.compressobj()
o.compress(b"abc")
p = o.copy()
with raises(zlib.error, "Error -3 while decompressing data: incorrect header check"):
    zlib.decompress(p.flush())
assert (zlib.ZLIB_VERSION != "") is True
eq(zlib.Z_BEST_COMPRESSION, 9)
eq(zlib.MAX_WBITS, 15)
z = zlib.compressobj(zdict=b"hello world")
zz = z.compress(data) + z.flush()
assert (zlib.decompressobj(zdict=b"hello world").decompress(zz) == data) is True
with raises(zlib.error, "Error 2 while decompressing data"):
    zlib.decompressobj().decompress(zz)
import gzip
assert (gzip.decompress(gzip.compress(data, mtime=0)) == data) is True
eq(gzip.compress(b"a", mtime=0)[:4], b'\x1f\x8b\x08\x00')
with raises(gzip.BadGzipFile, "Not a gzipped file (b'ba')"):
    gzip.decompress(b"bad")
