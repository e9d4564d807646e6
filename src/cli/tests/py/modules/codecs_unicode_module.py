# modes: one
"""codecs, unicodedata, string encodings, tokenize, stat."""


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

import codecs
import io
import unicodedata
eq(codecs.encode("é", "utf-8"), b'\xc3\xa9')
eq(codecs.decode(b"\xc3\xa9"), "é")
eq(codecs.encode("abc", "rot13"), "nop")
eq(codecs.encode(b"abc", "hex"), b'616263')
eq(codecs.decode(b"616263", "hex"), b'abc')
eq(codecs.encode(b"abc", "base64"), b'YWJj\n')
eq(codecs.lookup("utf8").name, "utf-8")
eq(codecs.lookup("LATIN-1").name, "iso8859-1")
eq(codecs.lookup("utf-8").encode("a"), (b'a', 1))
eq(codecs.getencoder("ascii")("a"), (b'a', 1))
eq(codecs.getdecoder("utf-8")(b"a"), ('a', 1))
eq(codecs.BOM_UTF8, b'\xef\xbb\xbf')
eq(codecs.BOM_UTF16, b'\xff\xfe')
eq(codecs.charmap_encode("a", "strict", {97: 98}), (b'b', 1))
eq(codecs.charmap_decode(b"a", "strict", {97: "x"}), ('x', 1))
eq(codecs.escape_decode(b"\\n\\x41"), (b'\nA', 6))
eq(codecs.escape_encode(b"\n'"), (b"\\n\\'", 2))
eq(codecs.utf_8_decode(b"\xc3"), ('', 0))
eq(codecs.utf_8_decode(b"a\xc3", "strict", False), ('a', 1))
eq(codecs.ascii_encode("a"), (b'a', 1))
eq(codecs.latin_1_decode(b"\xe9"), ('é', 1))
eq(codecs.raw_unicode_escape_encode("é€"), (b'\xe9\\u20ac', 2))
eq(codecs.unicode_escape_decode(b"\\u20ac\\n"), ('€\n', 8))
eq(codecs.unicode_escape_encode("€\n"), (b'\\u20ac\\n', 2))
eq(codecs.utf_16_ex_decode(b"\xff\xfea\0", "strict", 0, True), ('a', 4, -1))
eq(codecs.utf_32_encode("a"), (b'\xff\xfe\x00\x00a\x00\x00\x00', 1))
eq(codecs.utf_7_encode("é"), (b'+AOk-', 1))
eq(codecs.readbuffer_encode(b"x"), (b'x', 1))
with raises(LookupError, "unknown encoding: no-such-codec"):
    codecs.lookup("no-such-codec")
with raises(UnicodeEncodeError, "'ascii' codec can't encode character '\\xe9' in position 0: ordinal not in range(128)"):
    codecs.encode("é", "ascii")
with raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"):
    codecs.decode(b"\xff", "utf-8")
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    codecs.encode("a", "hex")
with raises(TypeError, "utf_8_encode() argument 1 must be str, not int"):
    codecs.encode(5)
with raises(LookupError, "'rot13' is not a text encoding; use codecs.encode() to handle arbitrary codecs"):
    "a".encode("rot13")
with raises(LookupError, "'hex' is not a text encoding; use codecs.decode() to handle arbitrary codecs"):
    b"a".decode("hex")
eq(codecs.lookup_error("strict").__name__, "strict_errors")
with raises(LookupError, "unknown error handler name 'no-such-handler'"):
    codecs.lookup_error("no-such-handler")
def handler(error):
    return ("<" + error.object[error.start:error.end].__class__.__name__ + ">", error.end)

codecs.register_error("own-handler", handler)
eq("aéb".encode("ascii", "own-handler"), b'a<str>b')
eq(b"a\xffb".decode("ascii", "own-handler"), "a<bytes>b")
assert (codecs.lookup_error("own-handler") is handler) is True
codecs.register_error("bad-handler", lambda e: 5)
with raises(TypeError, "encoding error handler must return (str/bytes, int) tuple"):
    "é".encode("ascii", "bad-handler")
codecs.register_error("bad-position", lambda e: ("x", 99))
with raises(IndexError, "position 99 from error handler out of bounds"):
    "é".encode("ascii", "bad-position")
with raises(TypeError, "handler must be callable"):
    codecs.register_error("x", 5)
with raises(UnicodeEncodeError, "'a' codec can't encode character '\\x62' in position 0: r"):
    codecs.strict_errors(UnicodeEncodeError("a", "b", 0, 1, "r"))
with raises(TypeError, "codec must pass exception instance"):
    codecs.strict_errors(5)
eq(codecs.ignore_errors(UnicodeEncodeError("a", "b", 0, 1, "r")), ('', 1))
eq(codecs.replace_errors(UnicodeDecodeError("a", b"b", 0, 1, "r")), ('�', 1))
eq(codecs.xmlcharrefreplace_errors(UnicodeEncodeError("a", "é", 0, 1, "r")), ('&#233;', 1))
eq(codecs.backslashreplace_errors(UnicodeEncodeError("a", "€", 0, 1, "r")), ('\\u20ac', 1))
eq(codecs.namereplace_errors(UnicodeEncodeError("a", "€", 0, 1, "r")), ('\\N{EURO SIGN}', 1))
def search(name):
    if name == "own_codec":
        return codecs.CodecInfo(lambda s, e="strict": (s.upper().encode(), len(s)), lambda b, e="strict": (bytes(b).decode().lower(), len(b)), name="own_codec")

codecs.register(search)
eq("abc".encode("own-codec"), b'ABC')
eq(b"ABC".decode("own_codec"), "abc")
assert codecs.unregister(search) is None
with raises(TypeError, "argument must be callable"):
    codecs.register(5)
d = codecs.getincrementaldecoder("utf-8")()
eq(d.decode(b"\xc3"), "")
eq(d.getstate(), (b'\xc3', 0))
eq(d.decode(b"\xa9", True), "é")
assert d.reset() is None
with raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xc3 in position 0: unexpected end of data"):
    d.decode(b"\xc3", True)
e = codecs.getincrementalencoder("utf-16")()
eq(e.encode("a"), b'\xff\xfea\x00')
eq(e.encode("b"), b'b\x00')
eq(list(codecs.iterdecode([b"\xc3", b"\xa9"], "utf-8")), ['é'])
eq(list(codecs.iterencode(["a", "é"], "utf-8")), [b'a', b'\xc3\xa9'])
eq(codecs.open.__name__, "open")
eq(codecs.getreader("utf-8")(io.BytesIO(b"a\nb")).readline(), "a\n")
eq(codecs.StreamReaderWriter(io.BytesIO(b"x"), codecs.getreader("utf-8"), codecs.getwriter("utf-8")).read(), "x")
codecs_list = ["ascii", "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-7", "unicode-escape", "raw-unicode-escape", "cp1252", "cp437", "cp850", "iso8859-15", "koi8-r", "mac-roman", "cp1251", "cp037", "idna", "punycode"]
eq(["Abc".encode(c) for c in codecs_list], [b'Abc', b'Abc', b'Abc', b'\xef\xbb\xbfAbc', b'\xff\xfeA\x00b\x00c\x00', b'A\x00b\x00c\x00', b'\x00A\x00b\x00c', b'\xff\xfe\x00\x00A\x00\x00\x00b\x00\x00\x00c\x00\x00\x00', b'A\x00\x00\x00b\x00\x00\x00c\x00\x00\x00', b'Abc', b'Abc', b'Abc', b'Abc', b'Abc', b'Abc', b'Abc', b'Abc', b'Abc', b'Abc', b'\xc1\x82\x83', b'Abc', b'Abc-'])
assert (["Abc".encode(c).decode(c) for c in codecs_list] == ["Abc"] * 20 + ["abc", "Abc"]) is False
eq("bücher.example".encode("idna"), b'xn--bcher-kva.example')
eq("bücher".encode("punycode"), b'bcher-kva')
eq("Жж".encode("koi8-r"), b'\xf6\xd6')
eq("€".encode("cp1252"), b'\x80')
eq("€".encode("iso8859-15"), b'\xa4')
eq("é".encode("cp437"), b'\x82')
eq("é".encode("cp037"), b'Q')
eq(unicodedata.name("a"), "LATIN SMALL LETTER A")
eq(unicodedata.name("é"), "LATIN SMALL LETTER E WITH ACUTE")
eq(unicodedata.name("한"), "HANGUL SYLLABLE HAN")
eq(unicodedata.name("一"), "CJK UNIFIED IDEOGRAPH-4E00")
eq(unicodedata.name("\0", "none"), "none")
eq(unicodedata.lookup("BULLET"), "•")
eq(unicodedata.lookup("HANGUL SYLLABLE HAN"), "한")
eq(unicodedata.lookup("CJK UNIFIED IDEOGRAPH-4E00"), "一")
eq(unicodedata.lookup("latin small letter a"), "a")
eq(unicodedata.category("a"), "Ll")
eq(unicodedata.category("€"), "Sc")
eq(unicodedata.category("\u0378"), "Cn")
eq(unicodedata.bidirectional("א"), "R")
eq(unicodedata.combining("\u0301"), 230)
eq(unicodedata.decimal("٣"), 3)
eq(unicodedata.digit("²"), 2)
eq(unicodedata.numeric("½"), 0.5)
eq(unicodedata.numeric("五"), 5.0)
eq(unicodedata.mirrored("("), 1)
eq(unicodedata.east_asian_width("日"), "W")
eq(unicodedata.decomposition("é"), "0065 0301")
eq(unicodedata.decomposition("ﬁ"), "<compat> 0066 0069")
assert unicodedata.decimal("a", None) is None
eq(unicodedata.digit("x", 5), 5)
eq(unicodedata.unidata_version, "16.0.0")
with raises(ValueError, "no such name"):
    unicodedata.name("\0")
with raises(KeyError, '"undefined character name \'no such\'"'):
    unicodedata.lookup("no such")
with raises(ValueError, "not a decimal"):
    unicodedata.decimal("a")
with raises(ValueError, "not a numeric character"):
    unicodedata.numeric("a")
with raises(TypeError, "category(): argument must be a unicode character, not a string of length 2"):
    unicodedata.category("ab")
with raises(TypeError, "category() argument must be a unicode character, not int"):
    unicodedata.category(5)
eq([unicodedata.normalize(f, "é ﬁ Å ½ 가 \u0301a\u0301\u0327") for f in ("NFC", "NFD", "NFKC", "NFKD")], ['é ﬁ Å ½ 가 ́á̧', 'é ﬁ Å ½ 가 ́á̧', 'é fi Å 1⁄2 가 ́á̧', 'é fi Å 1⁄2 가 ́á̧'])
assert unicodedata.is_normalized("NFC", "é") is True
assert unicodedata.is_normalized("NFD", "é") is False
eq(unicodedata.normalize("NFC", "abc"), "abc")
eq(unicodedata.normalize("NFD", "각"), "각")
eq(unicodedata.normalize("NFC", "\u1100\u1161\u11a8"), "각")
eq(unicodedata.ucd_3_2_0.unidata_version, "3.2.0")
eq(unicodedata.ucd_3_2_0.name("a"), "LATIN SMALL LETTER A")
assert (unicodedata.normalize("NFC", "a\u0323\u0302") == unicodedata.normalize("NFC", "a\u0302\u0323")) is True
with raises(ValueError, "invalid normalization form"):
    unicodedata.normalize("BAD", "a")
import tokenize
def tokens(text):
    return [(tokenize.tok_name[t.exact_type], t.string, t.start, t.end) for t in tokenize.generate_tokens(io.StringIO(text).readline)]

eq(tokens("x = 1 + 'a'  # c\n"), [('NAME', 'x', (1, 0), (1, 1)), ('EQUAL', '=', (1, 2), (1, 3)), ('NUMBER', '1', (1, 4), (1, 5)), ('PLUS', '+', (1, 6), (1, 7)), ('STRING', "'a'", (1, 8), (1, 11)), ('COMMENT', '# c', (1, 13), (1, 16)), ('NEWLINE', '\n', (1, 16), (1, 17)), ('ENDMARKER', '', (2, 0), (2, 0))])
eq(tokens("if x:\n  y\nz"), [('NAME', 'if', (1, 0), (1, 2)), ('NAME', 'x', (1, 3), (1, 4)), ('COLON', ':', (1, 4), (1, 5)), ('NEWLINE', '\n', (1, 5), (1, 6)), ('INDENT', '  ', (2, 0), (2, 2)), ('NAME', 'y', (2, 2), (2, 3)), ('NEWLINE', '\n', (2, 3), (2, 4)), ('DEDENT', '', (3, 0), (3, 0)), ('NAME', 'z', (3, 0), (3, 1)), ('NEWLINE', '', (3, 1), (3, 2)), ('ENDMARKER', '', (4, 0), (4, 0))])
eq(tokens("f'{a!r:>{w}}b'"), [('FSTRING_START', "f'", (1, 0), (1, 2)), ('LBRACE', '{', (1, 2), (1, 3)), ('NAME', 'a', (1, 3), (1, 4)), ('EXCLAMATION', '!', (1, 4), (1, 5)), ('NAME', 'r', (1, 5), (1, 6)), ('COLON', ':', (1, 6), (1, 7)), ('FSTRING_MIDDLE', '>', (1, 7), (1, 8)), ('LBRACE', '{', (1, 8), (1, 9)), ('NAME', 'w', (1, 9), (1, 10)), ('RBRACE', '}', (1, 10), (1, 11)), ('FSTRING_MIDDLE', '', (1, 11), (1, 11)), ('RBRACE', '}', (1, 11), (1, 12)), ('FSTRING_MIDDLE', 'b', (1, 12), (1, 13)), ('FSTRING_END', "'", (1, 13), (1, 14)), ('NEWLINE', '', (1, 14), (1, 15)), ('ENDMARKER', '', (2, 0), (2, 0))])
eq(tokens("t'{x}'"), [('TSTRING_START', "t'", (1, 0), (1, 2)), ('LBRACE', '{', (1, 2), (1, 3)), ('NAME', 'x', (1, 3), (1, 4)), ('RBRACE', '}', (1, 4), (1, 5)), ('TSTRING_END', "'", (1, 5), (1, 6)), ('NEWLINE', '', (1, 6), (1, 7)), ('ENDMARKER', '', (2, 0), (2, 0))])
eq(tokens("a\\\n b"), [('NAME', 'a', (1, 0), (1, 1)), ('NAME', 'b', (2, 1), (2, 2)), ('NEWLINE', '', (2, 2), (2, 3)), ('ENDMARKER', '', (3, 0), (3, 0))])
eq(tokens("(\n1)\n"), [('LPAR', '(', (1, 0), (1, 1)), ('NL', '\n', (1, 1), (1, 2)), ('NUMBER', '1', (2, 0), (2, 1)), ('RPAR', ')', (2, 1), (2, 2)), ('NEWLINE', '\n', (2, 2), (2, 3)), ('ENDMARKER', '', (3, 0), (3, 0))])
eq(tokens("é = 0x1F\n"), [('NAME', 'é', (1, 0), (1, 1)), ('EQUAL', '=', (1, 2), (1, 3)), ('NUMBER', '0x1F', (1, 4), (1, 8)), ('NEWLINE', '\n', (1, 8), (1, 9)), ('ENDMARKER', '', (2, 0), (2, 0))])
eq(tokens(""), [('ENDMARKER', '', (1, 0), (1, 0))])
with raises(tokenize.TokenError, "('unexpected EOF in multi-line statement', (1, 0))"):
    tokens("(")
with raises(tokenize.TokenError, "('unterminated string literal (detected at line 1)', (1, 1))"):
    tokens("'abc")
with raises(IndentationError, "unindent does not match any outer indentation level (<string>, line 3)"):
    tokens("if x:\n  a\n b")
eq(tokens("a $ b"), [('NAME', 'a', (1, 0), (1, 1)), ('OP', '$', (1, 2), (1, 3)), ('NAME', 'b', (1, 4), (1, 5)), ('NEWLINE', '', (1, 5), (1, 6)), ('ENDMARKER', '', (2, 0), (2, 0))])
eq(tokenize.untokenize(tokenize.generate_tokens(io.StringIO("x = [1,  2]\n").readline)), "x = [1,  2]\n")
eq(tokenize.detect_encoding(io.BytesIO(b"# coding: latin-1\n").readline), ('iso-8859-1', [b'# coding: latin-1\n']))
import stat
eq(stat.filemode(0o100644), "-rw-r--r--")
eq(stat.filemode(0o40755), "drwxr-xr-x")
eq(stat.filemode(0o120777), "lrwxrwxrwx")
assert stat.S_ISDIR(0o40000) is True
eq(stat.S_IMODE(0o100644), 420)
eq(stat.S_IFMT(0o100644), 32768)
eq(stat.S_IRWXU, 448)
eq(stat.ST_MODE, 0)
import keyword, token
assert keyword.iskeyword("if") is True
eq(keyword.softkwlist, ['_', 'case', 'match', 'type'])
eq(len(keyword.kwlist), 35)
eq(token.tok_name[token.NAME], "NAME")
assert token.ISTERMINAL(1) is True
