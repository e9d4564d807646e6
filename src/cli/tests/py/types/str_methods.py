"""str: every method, with its errors."""


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

eq("hello world".capitalize(), "Hello world")
eq("ÉCOLE".capitalize(), "École")
eq("".capitalize(), "")
eq("ǆabc".capitalize(), "ǅabc")
eq("Straße".casefold(), "strasse")
eq("ΑΣ".casefold(), "ασ")
eq("İ".casefold(), "i̇")
eq("ab".center(7), "   ab  ")
eq("ab".center(7, "*"), "***ab**")
eq("ab".center(1), "ab")
eq("abc".center(6, "-"), "-abc--")
eq("ab".center(5, "é"), "ééabé")
with raises(TypeError, "center expected at least 1 argument, got 0"):
    "ab".center()
with raises(TypeError, "The fill character must be exactly one character long"):
    "ab".center(5, "")
with raises(TypeError, "The fill character must be exactly one character long"):
    "ab".center(5, "xy")
with raises(TypeError, "The fill character must be a unicode character, not int"):
    "ab".center(5, 1)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    "ab".center("5")
eq("banana".count("an"), 2)
eq("banana".count(""), 7)
eq("banana".count("a", 2), 2)
eq("banana".count("a", 2, 4), 1)
eq("".count(""), 1)
eq("banana".count("x"), 0)
eq("aaa".count("aa"), 1)
with raises(TypeError, "count() argument 1 must be str, not int"):
    "abc".count(1)
with raises(TypeError, "count expected at least 1 argument, got 0"):
    "abc".count()
eq("é".encode(), b'\xc3\xa9')
eq("é".encode("latin-1"), b'\xe9')
eq("é".encode("utf-16"), b'\xff\xfe\xe9\x00')
eq("é".encode("ascii", "ignore"), b'')
eq("é".encode("ascii", "replace"), b'?')
eq("é".encode("ascii", "xmlcharrefreplace"), b'&#233;')
eq("é€😀".encode("ascii", "backslashreplace"), b'\\xe9\\u20ac\\U0001f600')
eq("é".encode("ascii", "namereplace"), b'\\N{LATIN SMALL LETTER E WITH ACUTE}')
eq("\udc80".encode("utf-8", "surrogateescape"), b'\x80')
eq("\ud800".encode("utf-8", "surrogatepass"), b'\xed\xa0\x80')
with raises(UnicodeEncodeError, "'ascii' codec can't encode character '\\xe9' in position 0: ordinal not in range(128)"):
    "é".encode("ascii")
with raises(UnicodeEncodeError, "'latin-1' codec can't encode character '\\u20ac' in position 2: ordinal not in range(256)"):
    "aé€b".encode("latin-1")
with raises(UnicodeEncodeError, "'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed"):
    "\ud800".encode()
with raises(LookupError, "unknown encoding: no-such"):
    "a".encode("no-such")
with raises(LookupError, "unknown error handler name 'no-such'"):
    "é".encode("ascii", "no-such")
with raises(TypeError, "encode() argument 'encoding' must be str, not int"):
    "a".encode(1)
assert ("abc".endswith("c")) is True
assert ("abc".endswith(("x", "bc"))) is True
assert ("abc".endswith("")) is True
assert ("abc".endswith("b", 0, 2)) is True
assert ("abc".endswith("abcd")) is False
assert ("abc".endswith(())) is False
assert ("abc".endswith("c", 5)) is False
with raises(TypeError, "endswith first arg must be str or a tuple of str, not int"):
    "abc".endswith(1)
with raises(TypeError, "tuple for endswith must only contain str, not int"):
    "abc".endswith((1,))
with raises(TypeError, "endswith first arg must be str or a tuple of str, not list"):
    "abc".endswith(["c"])
eq("01\t012\t0123\t01234".expandtabs(), "01      012     0123    01234")
eq("01\t012\t0123\t01234".expandtabs(4), "01  012 0123    01234")
eq("\t".expandtabs(0), "")
eq("a\n\tb".expandtabs(4), "a\n    b")
eq("a\tb".expandtabs(tabsize=2), "a b")
eq("a\tb".expandtabs(-3), "ab")
eq("banana".find("an"), 1)
eq("banana".find("an", 2), 3)
eq("banana".find("an", -3), 3)
eq("banana".find("", 10), -1)
eq("banana".find("", 6), 6)
eq("banana".find("x"), -1)
eq("banana".find("nan", 0, 4), -1)
eq("éa€".find("€"), 2)
eq("a".find("€"), -1)
with raises(TypeError, "find() argument 1 must be str, not int"):
    "banana".find(1)
with raises(TypeError, "find expected at least 1 argument, got 0"):
    "banana".find()
with raises(TypeError, "slice indices must be integers or None or have an __index__ method"):
    "banana".find("a", "b")
eq("banana".rfind("an"), 3)
eq("banana".rfind("an", 0, 3), 1)
eq("banana".rfind(""), 6)
eq("banana".rfind("x"), -1)
eq("banana".rfind("a", None, -1), 3)
eq("banana".index("n"), 2)
eq("banana".rindex("n"), 4)
with raises(ValueError, "substring not found"):
    "banana".index("x")
with raises(ValueError, "substring not found"):
    "banana".rindex("x")
eq("{} and {}".format(1, "a"), "1 and a")
eq("{1}{0}".format(1, 2), "21")
eq("{a.real}{b[0]}{b[k]}".format(a=5, b={0: 1, "k": 2}), "512")
eq("{!r:>5}{!s}{!a}".format("é", "x", "é"), "  'é'x'\\xe9'")
eq("{:{}}".format("a", 5), "a    ")
eq("{:{w}.{p}f}".format(3.14159, w=8, p=2), "    3.14")
eq("{{}}".format(), "{}")
with raises(IndexError, "Replacement index 0 out of range for positional args tuple"):
    "{}".format()
with raises(KeyError, "'a'"):
    "{a}".format()
with raises(ValueError, "cannot switch from manual field specification to automatic field numbering"):
    "{0} {}".format(1, 2)
with raises(ValueError, "cannot switch from automatic field numbering to manual field specification"):
    "{} {0}".format(1, 2)
with raises(ValueError, "Single '{' encountered in format string"):
    "{".format()
with raises(ValueError, "Single '}' encountered in format string"):
    "}".format()
with raises(ValueError, "expected '}' before end of string"):
    "{0".format(1)
with raises(ValueError, "unmatched '{' in format spec"):
    "{0!}".format(1)
with raises(ValueError, "Unknown conversion specifier x"):
    "{0!x}".format(1)
with raises(ValueError, "Empty attribute in format string"):
    "{0.}".format(1)
with raises(ValueError, "expected '}' before end of string"):
    "{0[}".format([1])
with raises(AttributeError, "'int' object has no attribute 'nope'"):
    "{0.nope}".format(1)
with raises(IndexError, "list index out of range"):
    "{0[5]}".format([1])
with raises(ValueError, "Unknown format code 'd' for object of type 'str'"):
    "{:d}".format("a")
eq("{a}{b}".format_map({"a": 1, "b": 2}), "12")
with raises(KeyError, "'a'"):
    "{a}".format_map({})
assert ("abc".isalnum()) is True
assert ("ab1".isalnum()) is True
assert ("a b".isalnum()) is False
assert ("".isalnum()) is False
assert ("é٣".isalnum()) is True
assert ("abc".isalpha()) is True
assert ("ab1".isalpha()) is False
assert ("".isalpha()) is False
assert ("日本".isalpha()) is True
assert ("abc".isascii()) is True
assert ("é".isascii()) is False
assert ("".isascii()) is True
assert ("123".isdecimal()) is True
assert ("²".isdecimal()) is False
assert ("٣".isdecimal()) is True
assert ("".isdecimal()) is False
assert ("123".isdigit()) is True
assert ("²".isdigit()) is True
assert ("½".isdigit()) is False
assert ("½".isnumeric()) is True
assert ("²".isnumeric()) is True
assert ("五".isnumeric()) is True
assert ("a".isnumeric()) is False
assert ("abc".isidentifier()) is True
assert ("1a".isidentifier()) is False
assert ("_".isidentifier()) is True
assert ("a-b".isidentifier()) is False
assert ("".isidentifier()) is False
assert ("été".isidentifier()) is True
assert ("def".isidentifier()) is True
assert ("℘".isidentifier()) is True
assert ("abc".islower()) is True
assert ("aBc".islower()) is False
assert ("1".islower()) is False
assert ("a1".islower()) is True
assert ("ª".islower()) is True
assert ("ABC".isupper()) is True
assert ("A1".isupper()) is True
assert ("1".isupper()) is False
assert ("ǅ".isupper()) is False
assert ("abc ~".isprintable()) is True
assert ("a\n".isprintable()) is False
assert ("".isprintable()) is True
assert ("\u200b".isprintable()) is False
assert ("\xa0".isprintable()) is False
assert ("é".isprintable()) is True
assert (" \t\n\x1c\x85\xa0\u2003".isspace()) is True
assert ("".isspace()) is False
assert ("a".isspace()) is False
assert ("\u200b".isspace()) is False
assert ("Hello World".istitle()) is True
assert ("Hello world".istitle()) is False
assert ("HELLO".istitle()) is False
assert ("".istitle()) is False
assert ("A1B".istitle()) is True
assert ("ǅ".istitle()) is True
eq(",".join(["a", "b"]), "a,b")
eq("".join("abc"), "abc")
eq(",".join([]), "")
eq(",".join(["a"]), "a")
eq("-".join({"a": 1, "b": 2}), "a-b")
eq(",".join(str(i) for i in range(3)), "0,1,2")
eq("é".join(["a", "€"]), "aé€")
with raises(TypeError, "sequence item 0: expected str instance, int found"):
    ",".join([1])
with raises(TypeError, "sequence item 1: expected str instance, int found"):
    ",".join(["a", 1])
with raises(TypeError, "can only join an iterable"):
    ",".join(1)
eq("ab".ljust(5), "ab   ")
eq("ab".ljust(5, "."), "ab...")
eq("ab".ljust(1), "ab")
eq("ab".rjust(5), "   ab")
eq("ab".rjust(5, "é"), "éééab")
with raises(TypeError, "The fill character must be exactly one character long"):
    "ab".ljust(5, "..")
eq("ABC".lower(), "abc")
eq("ÀÉ".lower(), "àé")
eq("ΑΣ".lower(), "ας")
eq("ΑΣΑ".lower(), "ασα")
eq("İ".lower(), "i̇")
eq("abc".upper(), "ABC")
eq("ß".upper(), "SS")
eq("ŉ".upper(), "ʼN")
eq("éa".upper(), "ÉA")
eq("ﬁ".upper(), "FI")
eq("  a ".strip(), "a")
eq("xxaxx".strip("x"), "a")
eq("abcab".strip("ab"), "c")
eq("  a ".lstrip(), "a ")
eq("  a ".rstrip(), "  a")
eq("xya".lstrip("yx"), "a")
eq("\u2003a\u00a0".strip(), "a")
eq("abc".strip(""), "abc")
eq(" a ".strip(None), "a")
with raises(TypeError, "strip arg must be None or str"):
    "a".strip(1)
eq(str.maketrans("abc", "xyz"), {97: 120, 98: 121, 99: 122})
eq(str.maketrans({"a": 1, 98: None}), {97: 1, 98: None})
eq(str.maketrans("ab", "xy", "z"), {97: 120, 98: 121, 122: None})
eq(str.maketrans({}), {})
with raises(ValueError, "the first two maketrans arguments must have equal length"):
    str.maketrans("ab", "x")
with raises(ValueError, "string keys in translatetable must be of length 1"):
    str.maketrans({"ab": 1})
with raises(TypeError, "if you give only one argument to maketrans it must be a dict"):
    str.maketrans("a")
with raises(TypeError, "first maketrans argument must be a string if there is a second argument"):
    str.maketrans(1, "a")
eq("abcz".translate(str.maketrans("ab", "xy", "z")), "xyc")
eq("abc".translate({97: "long", 98: None, 99: 100}), "longd")
eq("abc".translate({}), "abc")
eq("é".translate({233: "e"}), "e")
eq("ab".translate(["x"] * 100), "xx")
with raises(TypeError, "character mapping must return integer, None or str"):
    "a".translate({97: 1.5})
with raises(ValueError):
    "a".translate({97: 0x110000})
with raises(TypeError, "'NoneType' object is not subscriptable"):
    "a".translate(None)
eq("a-b-c".partition("-"), ('a', '-', 'b-c'))
eq("abc".partition("-"), ('abc', '', ''))
eq("a-b-c".rpartition("-"), ('a-b', '-', 'c'))
eq("abc".rpartition("-"), ('', '', 'abc'))
eq("".partition("x"), ('', '', ''))
with raises(ValueError, "empty separator"):
    "abc".partition("")
with raises(TypeError, "must be str, not int"):
    "abc".partition(1)
with raises(ValueError, "empty separator"):
    "abc".rpartition("")
eq("prefix".removeprefix("pre"), "fix")
eq("prefix".removeprefix("x"), "prefix")
eq("suffix".removesuffix("fix"), "suf")
eq("a".removesuffix(""), "a")
eq("abc".removeprefix("abcd"), "abc")
with raises(TypeError, "removeprefix() argument must be str, not int"):
    "a".removeprefix(1)
eq("banana".replace("a", "o"), "bonono")
eq("banana".replace("a", "o", 2), "bonona")
eq("banana".replace("", "-"), "-b-a-n-a-n-a-")
eq(repr("banana".replace("", "-", 3)), "'-b-a-nana'")
eq("banana".replace("an", ""), "ba")
eq(repr("banana".replace("x", "y")), "'banana'")
eq("".replace("", "x"), "x")
eq("".replace("", "x", 0), "")
eq("aé".replace("é", "€"), "a€")
eq("aaa".replace("aa", "b"), "ba")
eq(repr("banana".replace("a", "o", count=1)), "'bonana'")
eq("abc".replace("b", "long text"), "along textc")
eq("aXbX".replace("X", "X", 5), "aXbX")
with raises(TypeError, "replace() takes at least 2 positional arguments (1 given)"):
    "a".replace("a")
with raises(TypeError, "replace() argument 1 must be str, not int"):
    "a".replace(1, "b")
with raises(TypeError, "replace() argument 2 must be str, not int"):
    "a".replace("a", 1)
eq("a,b,,c".split(","), ['a', 'b', '', 'c'])
eq("a b  c ".split(), ['a', 'b', 'c'])
eq("  ".split(), [])
eq("".split(), [])
eq("".split(","), [''])
eq("a,b,c".split(",", 1), ['a', 'b,c'])
eq(" a b c ".split(None, 1), ['a', 'b c '])
eq("a--b".split("--"), ['a', 'b'])
eq("a b c".split(maxsplit=1), ['a', 'b c'])
eq("abc".split("x"), ['abc'])
eq("a\u2003b\x1cc".split(), ['a', 'b', 'c'])
eq("a b c".split(" ", 0), ['a b c'])
eq(" a b".split(None, 0), ['a b'])
with raises(ValueError, "empty separator"):
    "a".split("")
with raises(TypeError, "must be str or None, not int"):
    "a".split(1)
eq("a,b,c".rsplit(",", 1), ['a,b', 'c'])
eq(" a b c ".rsplit(None, 1), [' a b', 'c'])
eq("a b c".rsplit(), ['a', 'b', 'c'])
eq("abcabc".rsplit("bc"), ['a', 'a', ''])
eq("a,b".rsplit(",", -1), ['a', 'b'])
with raises(ValueError, "empty separator"):
    "a".rsplit("")
eq("a\nb\r\nc\rd\x0be\x0cf\x1cg\x85h\u2028i".splitlines(), ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'])
eq("a\n\nb\n".splitlines(), ['a', '', 'b'])
eq("a\nb\r\n".splitlines(True), ['a\n', 'b\r\n'])
eq("".splitlines(), [])
eq("\n".splitlines(), [''])
eq("a\nb".splitlines(keepends=True), ['a\n', 'b'])
assert ("abc".startswith("a")) is True
assert ("abc".startswith(("x", "ab"))) is True
assert ("abc".startswith("b", 1)) is True
assert ("abc".startswith("", 3)) is True
assert ("abc".startswith("", 4)) is False
assert ("abc".startswith("a", -3, -1)) is True
with raises(TypeError, "startswith first arg must be str or a tuple of str, not int"):
    "abc".startswith(1)
assert ("abc".startswith(("a", 1))) is True
with raises(TypeError, "tuple for startswith must only contain str, not int"):
    "abc".startswith((1, "a"))
eq("aBcÉß".swapcase(), "AbCéSS")
eq("ǅ".swapcase(), "ǅ")
eq("hello world's x1y".title(), "Hello World'S X1Y")
eq("ǆ".title(), "ǅ")
eq("ß".title(), "Ss")
eq("ΑΣ ΑΣ".title(), "Ας Ας")
eq("42".zfill(5), "00042")
eq("-42".zfill(5), "-0042")
eq("+42".zfill(5), "+0042")
eq("42".zfill(1), "42")
eq("".zfill(2), "00")
eq("--4".zfill(5), "-00-4")
eq("a".zfill(3), "00a")
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    "a".zfill("x")
eq("abc".__len__(), 3)
assert ("abc".__contains__("b")) is True
eq("abc".__getitem__(1), "b")
eq("abc".__add__("d"), "abcd")
eq("abc".__mul__(2), "abcabc")
eq("abc".__rmul__(2), "abcabc")
eq("abc".__mod__(()), "abc")
eq("%s" .__mod__(1), "1")
eq("a".__rmod__("%s"), "a")
assert ("abc".__eq__(1)) is NotImplemented
assert ("abc".__lt__("abd")) is True
eq("abc".__format__(">5"), "  abc")
eq("abc".__getnewargs__(), ('abc',))
eq("abc".__str__(), "abc")
eq("a'b".__repr__(), '"a\'b"')
eq(list("ab".__iter__()), ['a', 'b'])
with raises(TypeError, "argument of type 'int' is not a container or iterable"):
    "abc" in 1
with raises(TypeError, "'in <string>' requires string as left operand, not int"):
    1 in "abc"
with raises(IndexError, "string index out of range"):
    "abc"[3]
with raises(IndexError, "string index out of range"):
    "abc"[-4]
with raises(TypeError, "string indices must be integers, not 'str'"):
    "abc".__getitem__("a")
with raises(TypeError, "slice indices must be integers or None or have an __index__ method"):
    "abc"[1.0:]
with raises(ValueError, "slice step cannot be zero"):
    "abc"[::0]
with raises(TypeError, "'str' object does not support item assignment"):
    "abc"[0] = "x"
with raises(TypeError, "'str' object doesn't support item deletion"):
    del "abc"[0]
with raises(AttributeError, "'str' object has no attribute 'x' and no __dict__ for setting new attributes"):
    "abc".x = 1
eq("abc" * 0, "")
eq("abc" * -1, "")
eq(2 * "ab", "abab")
eq("" * 10 ** 18, "")
eq("é" * 3, "ééé")
eq(True * "a", "a")
with raises(TypeError, "can't multiply sequence by non-int of type 'str'"):
    "abc" * "a"
with raises(TypeError, "can't multiply sequence by non-int of type 'float'"):
    "abc" * 2.0
with raises(TypeError, 'can only concatenate str (not "int") to str'):
    "a" + 1
with raises(TypeError, "unsupported operand type(s) for -: 'str' and 'str'"):
    "a" - "b"
with raises(TypeError, "'<' not supported between instances of 'str' and 'int'"):
    "a" < 1
assert ("a" < "b") is True
assert ("a" < "B") is False
assert ("a" <= "a") is True
assert ("ab" > "a") is True
assert ("é" > "z") is True
assert ("\U00010000" > "\uffff") is True
assert ("a" == b"a") is False
eq(str(), "")
eq(str(1), "1")
eq(str("a"), "a")
eq(str(b"abc", "utf-8"), "abc")
eq(str(b"\xe9", "latin-1"), "é")
eq(str(b"\xff", errors="replace"), "�")
eq(str(object=5), "5")
eq(str(bytearray(b"x"), "ascii"), "x")
eq(str(memoryview(b"x"), "ascii"), "x")
with raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"):
    str(b"\xff", "utf-8")
with raises(TypeError, "decoding str is not supported"):
    str("a", "utf-8")
with raises(TypeError, "decoding to str: need a bytes-like object, int found"):
    str(1, "utf-8")
with raises(TypeError, "str expected at most 3 arguments, got 4"):
    str(1, 2, 3, 4)
with raises(LookupError, "unknown encoding: no-such"):
    str(b"a", "no-such")
eq(repr("a'b"), '"a\'b"')
eq(repr('a"b'), '\'a"b\'')
eq(repr("a'b\"c"), '\'a\\\'b"c\'')
eq(repr("\t\n\r\\\x00\x1f\x7f\x80\xa0\xad"), "'\\t\\n\\r\\\\\\x00\\x1f\\x7f\\x80\\xa0\\xad'")
eq(repr("é\u200b\ud800\U0001F600\U000e0001"), "'é\\u200b\\ud800😀\\U000e0001'")
eq(ascii("é€😀'"), '"\\xe9\\u20ac\\U0001f600\'"')
eq(hash(""), 0)
assert (hash("a") == hash("a")) is True
assert (hash("é") == hash("e\u0301")) is False
with raises(AttributeError, "'str' object has no attribute 'foo'"):
    "abc".foo
eq(str.join(",", ["a"]), "a")
eq(str.upper("a"), "A")
with raises(TypeError, "descriptor 'upper' for 'str' objects doesn't apply to a 'int' object"):
    str.upper(1)
with raises(TypeError, "unbound method str.upper() needs an argument"):
    str.upper()
eq("".join.__name__, "join")
eq(str.upper.__qualname__, "str.upper")
eq("a".upper.__self__, "a")
eq(max("abc"), "c")
eq(min("cab"), "a")
eq(sorted("bca"), ['a', 'b', 'c'])
eq(list(reversed("abc")), ['c', 'b', 'a'])
eq(list(enumerate("ab")), [(0, 'a'), (1, 'b')])
with raises(TypeError, "sum() can't sum strings [use ''.join(seq) instead]"):
    sum(["a", "b"], "")
eq(ord("a"), 97)
eq(ord("😀"), 128512)
eq(chr(97), "a")
eq(chr(0x1F600), "😀")
eq(chr(0x10FFFF), "\U0010ffff")
with raises(TypeError, "ord() expected a character, but string of length 2 found"):
    ord("ab")
with raises(TypeError, "ord() expected a character, but string of length 0 found"):
    ord("")
with raises(TypeError, "ord() expected string of length 1, but int found"):
    ord(1)
with raises(ValueError):
    chr(-1)
with raises(ValueError):
    chr(0x110000)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    chr("a")
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    chr(1.0)
