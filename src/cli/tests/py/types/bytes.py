"""bytes: every method, with its errors."""


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

eq(bytes(), b'')
eq(bytes(3), b'\x00\x00\x00')
eq(bytes([1, 2]), b'\x01\x02')
eq(bytes("é", "utf-8"), b'\xc3\xa9')
eq(bytes(b"a"), b'a')
eq(bytes(bytearray(b"x")), b'x')
eq(bytes(memoryview(b"y")), b'y')
eq(bytes(range(3)), b'\x00\x01\x02')
eq(bytes(i for i in (1, 2)), b'\x01\x02')
eq(bytes("a", encoding="ascii", errors="strict"), b'a')
with raises(TypeError, "string argument without an encoding"):
    bytes("a")
with raises(ValueError, "negative count"):
    bytes(-1)
with raises(ValueError, "bytes must be in range(0, 256)"):
    bytes([256])
with raises(ValueError, "bytes must be in range(0, 256)"):
    bytes([-1])
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    bytes(["a"])
with raises(TypeError, "cannot convert 'float' object to bytes"):
    bytes(1.5)
with raises(TypeError, "cannot convert 'NoneType' object to bytes"):
    bytes(None)
with raises(TypeError, "encoding without a string argument"):
    bytes(1, "utf-8")
with raises(UnicodeEncodeError, "'ascii' codec can't encode character '\\xe9' in position 0: ordinal not in range(128)"):
    bytes("é", "ascii")
with raises(TypeError, "encoding without a string argument"):
    bytes(b"a", "ascii")
with raises(TypeError, "bytes() takes at most 3 arguments (4 given)"):
    bytes(1, 2, 3, 4)
eq(b"abc"[0], 97)
eq(b"abc"[-1], 99)
eq(b"abc"[1:], b'bc')
eq(b"abc"[::-1], b'cba')
eq(b"abc"[5:], b'')
eq(len(b"abc"), 3)
eq(list(b"ab"), [97, 98])
assert (97 in b"a") is True
assert (b"bc" in b"abc") is True
with raises(IndexError, "index out of range"):
    b"abc"[3]
with raises(TypeError, "byte indices must be integers or slices, not str"):
    b"abc".__getitem__("a")
with raises(ValueError, "byte must be in range(0, 256)"):
    300 in b"abc"
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    "a" in b"abc"
with raises(TypeError, "'bytes' object does not support item assignment"):
    b"abc"[0] = 1
eq(b"a" + b"b", b'ab')
eq(b"ab" * 2, b'abab')
eq(2 * b"a", b'aa')
eq(b"a" + bytearray(b"b"), b'ab')
assert type(b"a" + bytearray(b"b")) is bytes
eq(b"a" * 0, b'')
with raises(TypeError, "can't concat str to bytes"):
    b"a" + "b"
with raises(TypeError, "can't multiply sequence by non-int of type 'float'"):
    b"a" * 1.5
assert (b"a" == "a") is False
assert (b"a" == bytearray(b"a")) is True
assert (b"a" < b"b") is True
assert (b"a" < bytearray(b"b")) is True
assert (b"a" != b"b") is True
with raises(TypeError, "'<' not supported between instances of 'bytes' and 'str'"):
    b"a" < "b"
eq(b"hello".capitalize(), b'Hello')
eq(b"ab".center(5), b'  ab ')
eq(b"ab".center(5, b"*"), b'**ab*')
eq(b"banana".count(b"an"), 2)
eq(b"banana".count(97), 3)
eq(b"banana".count(b"a", 2, 4), 1)
with raises(TypeError, "center() argument 2 must be a byte string of length 1, not str"):
    b"ab".center(5, "x")
with raises(TypeError, "argument should be integer or bytes-like object, not 'str'"):
    b"a".count("a")
with raises(ValueError, "byte must be in range(0, 256)"):
    b"a".count(300)
eq(b"abc".decode(), "abc")
eq(b"\xe9".decode("latin-1"), "é")
eq(b"\xff".decode(errors="replace"), "�")
with raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"):
    b"\xff".decode()
with raises(LookupError, "unknown encoding: no-such"):
    b"a".decode("no-such")
assert (b"abc".endswith(b"c")) is True
assert (b"abc".endswith((b"x", b"c"))) is True
assert (b"abc".startswith(b"a")) is True
assert (b"abc".startswith(b"b", 1)) is True
with raises(TypeError, "endswith first arg must be bytes or a tuple of bytes, not str"):
    b"abc".endswith("c")
with raises(TypeError, "startswith first arg must be bytes or a tuple of bytes, not list"):
    b"abc".startswith(["a"])
eq(b"a\tb".expandtabs(), b'a       b')
eq(b"a\tb".expandtabs(4), b'a   b')
eq(b"banana".find(b"an"), 1)
eq(b"banana".find(97, 2), 3)
eq(b"banana".find(b"x"), -1)
eq(b"banana".rfind(b"an"), 3)
eq(b"banana".index(b"n"), 2)
eq(b"banana".rindex(110), 4)
with raises(TypeError, "argument should be integer or bytes-like object, not 'str'"):
    b"a".find("a")
with raises(ValueError, "subsection not found"):
    b"a".index(b"x")
with raises(ValueError, "subsection not found"):
    b"a".rindex(b"x")
eq(bytes.fromhex("ff 00 1a"), b'\xff\x00\x1a')
eq(bytes.fromhex(""), b'')
eq(bytes.fromhex("AbCd"), b'\xab\xcd')
eq(bytes.fromhex(b"ff00"), b'\xff\x00')
eq(b"\xff\x00\x1a".hex(), "ff001a")
eq(b"\xff\x00\x1a".hex(":"), "ff:00:1a")
eq(b"\xff\x00\x1a".hex(":", 2), "ff:001a")
eq(b"\xff\x00\x1a".hex(":", -2), "ff00:1a")
eq(b"".hex(), "")
with raises(ValueError, "fromhex() arg must contain an even number of hexadecimal digits"):
    bytes.fromhex("f")
with raises(ValueError, "non-hexadecimal number found in fromhex() arg at position 0"):
    bytes.fromhex("zz")
with raises(TypeError, "fromhex() argument must be str or bytes-like, not int"):
    bytes.fromhex(1)
with raises(ValueError, "sep must be length 1."):
    b"a".hex("ab")
with raises(ValueError, "sep must be ASCII."):
    b"a".hex("é")
assert (b"a1".isalnum()) is True
assert (b"ab".isalpha()) is True
assert (b"ab".isascii()) is True
assert (b"\xff".isascii()) is False
assert (b"12".isdigit()) is True
assert (b"ab".islower()) is True
assert (b" \t".isspace()) is True
assert (b"Ab Cd".istitle()) is True
assert (b"AB".isupper()) is True
assert (b"".isalpha()) is False
eq(b",".join([b"a", b"b"]), b'a,b')
eq(b"".join([bytearray(b"x"), memoryview(b"y")]), b'xy')
eq(b",".join([]), b'')
with raises(TypeError, "sequence item 0: expected a bytes-like object, str found"):
    b",".join(["a"])
with raises(TypeError, "sequence item 0: expected a bytes-like object, int found"):
    b",".join([1])
with raises(TypeError, "can only join an iterable"):
    b",".join(1)
eq(b"ab".ljust(4), b'ab  ')
eq(b"ab".rjust(4, b"."), b'..ab')
eq(b"AB".lower(), b'ab')
eq(b"ab".upper(), b'AB')
eq(b" a ".strip(), b'a')
eq(b"xax".strip(b"x"), b'a')
eq(b" a".lstrip(), b'a')
eq(b"a ".rstrip(), b'a')
eq(b"\xe9".upper(), b'\xe9')
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    b"a".strip("a")
eq(bytes.maketrans(b"ab", b"xy")[97:99], b'xy')
eq(b"abc".translate(bytes.maketrans(b"ab", b"xy")), b'xyc')
eq(b"abc".translate(None, b"b"), b'ac')
eq(b"abc".translate(bytes.maketrans(b"a", b"z"), delete=b"c"), b'zb')
with raises(ValueError, "maketrans arguments must have same length"):
    bytes.maketrans(b"a", b"xy")
with raises(ValueError, "translation table must be 256 characters long"):
    b"a".translate(b"x")
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    b"a".translate("x")
eq(b"a-b-c".partition(b"-"), (b'a', b'-', b'b-c'))
eq(b"abc".partition(b"-"), (b'abc', b'', b''))
eq(b"a-b-c".rpartition(b"-"), (b'a-b', b'-', b'c'))
eq(b"abc".rpartition(b"-"), (b'', b'', b'abc'))
with raises(ValueError, "empty separator"):
    b"a".partition(b"")
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    b"a".partition("a")
eq(b"prefix".removeprefix(b"pre"), b'fix')
eq(b"suffix".removesuffix(b"fix"), b'suf')
eq(b"banana".replace(b"a", b"o"), b'bonono')
eq(repr(b"banana".replace(b"a", b"o", 1)), "b'bonana'")
eq(b"ab".replace(b"", b"-"), b'-a-b-')
eq(b"banana".replace(b"an", b""), b'ba')
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    b"a".replace("a", "b")
eq(b"a,b,,c".split(b","), [b'a', b'b', b'', b'c'])
eq(b" a b ".split(), [b'a', b'b'])
eq(b"a,b,c".split(b",", 1), [b'a', b'b,c'])
eq(b"a,b,c".rsplit(b",", 1), [b'a,b', b'c'])
eq(b"a b c".rsplit(None, 1), [b'a b', b'c'])
eq(b"a\nb\r\nc\rd\x0be".splitlines(), [b'a', b'b', b'c', b'd\x0be'])
eq(b"a\nb\n".splitlines(True), [b'a\n', b'b\n'])
eq(b"".split(), [])
eq(b"".split(b","), [b''])
with raises(ValueError, "empty separator"):
    b"a".split(b"")
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    b"a".split(",")
eq(b"aBc".swapcase(), b'AbC')
eq(b"hello world".title(), b'Hello World')
eq(b"42".zfill(5), b'00042')
eq(b"-4".zfill(4), b'-004')
eq(b"%d %s %r %a %b %c %x %5.1f %%" % (5, b"a", "x", "é", b"y", 97, 255, 1.25), b"5 a 'x' '\\xe9' y a ff   1.2 %")
eq(b"%(a)s" % {b"a": b"x"}, b'x')
eq(b"%-5d|" % 3, b'3    |')
eq(b"%s" % bytearray(b"q"), b'q')
eq(b"%c" % b"z", b'z')
with raises(TypeError, "%b requires a bytes-like object, or an object that implements __bytes__, not 'str'"):
    b"%s" % "a"
with raises(TypeError, "%b requires a bytes-like object, or an object that implements __bytes__, not 'int'"):
    b"%b" % 1
with raises(OverflowError, "%c arg not in range(256)"):
    b"%c" % 256
with raises(TypeError, "%d format: a real number is required, not bytes"):
    b"%d" % b"a"
with raises(TypeError, "not enough arguments for format string"):
    b"%s %s" % b"a"
with raises(TypeError, "not all arguments converted during bytes formatting"):
    b"a" % 1
eq(repr(b"\x00\n\t\r\\'\x7f\xff"), 'b"\\x00\\n\\t\\r\\\\\'\\x7f\\xff"')
eq(repr(b"'"), 'b"\'"')
eq(repr(b"'\""), 'b\'\\\'"\'')
eq(str(b"a"), "b'a'")
eq(b"a".__repr__(), "b'a'")
assert (hash(b"a") == hash(b"a")) is True
eq(hash(b""), 0)
assert bool(b"") is False
assert bool(b"\0") is True
eq(b"abc".__len__(), 3)
eq(b"a".__bytes__(), b'a')
eq(b"a".__getnewargs__(), (b'a',))
assert (b"ab".__contains__(97)) is True
assert (b"a".__eq__("a")) is NotImplemented
eq(b"a".__add__(b"b"), b'ab')
eq(list(b"ab".__iter__()), [97, 98])
eq(b"a".__rmul__(2), b'aa')
assert (b"a".__lt__(1)) is NotImplemented
eq(max(b"abc"), 99)
eq(sorted(b"cba"), [97, 98, 99])
eq(list(reversed(b"ab")), [98, 97])
eq(sum(b"ab"), 195)
eq(b"\x41\101\x00", b'AA\x00')
with raises(AttributeError, "'bytes' object has no attribute 'foo'"):
    b"a".foo
eq(b"".join.__name__, "join")
eq(bytes.upper.__qualname__, "bytes.upper")

class B(bytes):
    pass

eq(B(b"a") + b"b", b'ab')
assert (type(B(b"a")[:]) is bytes) is True
assert (B(b"a") == b"a") is True
assert (type(B.fromhex("ff")) is B) is True
eq({B(b"a"): 1}[b"a"], 1)

class Conv:
    def __bytes__(self):
        return b"conv"

class Bad:
    def __bytes__(self):
        return "text"

eq(bytes(Conv()), b'conv')
eq(b"%s" % Conv(), b'conv')
with raises(TypeError, "__bytes__ returned non-bytes (type str)"):
    bytes(Bad())

# The empty one is always the same object.
empty = b""
for made in ("".encode(), "".encode("latin-1"), "".encode("utf-16-le"), bytes(bytearray()), bytes([]), bytes(0), (0).to_bytes(0), b"a"[:0], b" ".strip()):
    assert made is empty
