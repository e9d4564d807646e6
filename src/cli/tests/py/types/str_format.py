"""The format mini-language, % formatting, f-strings: text and errors."""


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

eq(format("abc", ""), "abc")
eq(format("abc", "5"), "abc  ")
eq(format("abc", ">5"), "  abc")
eq(format("abc", "^6"), " abc  ")
eq(format("abc", "*<6"), "abc***")
eq(format("abc", ".2"), "ab")
eq(format("abc", "*^7.2s"), "**ab***")
eq(format("é", "€>3"), "€€é")
eq(format("abc", "05"), "abc00")
eq(format("ab", "=>4"), "==ab")
with raises(ValueError, "Unknown format code 'd' for object of type 'str'"):
    format("abc", "d")
with raises(ValueError, "'=' alignment not allowed in string format specifier"):
    format("abc", "=5")
with raises(ValueError, "Sign not allowed in string format specifier"):
    format("abc", "+")
with raises(ValueError, "Cannot specify ',' with 's'."):
    format("abc", ",")
with raises(ValueError, "Alternate form (#) not allowed in string format specifier"):
    format("abc", "#")
with raises(ValueError, "Space not allowed in string format specifier"):
    format("abc", " ")
with raises(ValueError, "Format specifier missing precision"):
    format("abc", "5.")
with raises(ValueError, "Unknown format code 'q' for object of type 'str'"):
    format("abc", "q")
eq(format(5, "d"), "5")
eq(format(5, "5"), "    5")
eq(format(-5, "05"), "-0005")
eq(format(5, "+"), "+5")
eq(format(5, " "), " 5")
eq(format(5, "<5"), "5    ")
eq(format(5, "^5"), "  5  ")
eq(format(5, "*=+6"), "+****5")
eq(format(255, "x"), "ff")
eq(format(255, "X"), "FF")
eq(format(255, "#x"), "0xff")
eq(format(255, "#X"), "0XFF")
eq(format(5, "b"), "101")
eq(format(5, "#010b"), "0b00000101")
eq(format(8, "o"), "10")
eq(format(8, "#o"), "0o10")
eq(format(65, "c"), "A")
eq(format(233, "c"), "é")
eq(format(5, "e"), "5.000000e+00")
eq(format(5, ".2f"), "5.00")
eq(format(5, "%"), "500.000000%")
eq(format(5, "g"), "5")
eq(format(1234567, ","), "1,234,567")
eq(format(1234567, "_"), "1_234_567")
eq(format(0xFFFFF, "_x"), "f_ffff")
eq(format(1234567, "n"), "1234567")
eq(format(12345, "010,"), "00,012,345")
eq(format(-1234, "=+10"), "-     1234")
eq(format(0, ""), "0")
eq(format(10 ** 20, ","), "100,000,000,000,000,000,000")
with raises(ValueError, "Unknown format code 's' for object of type 'int'"):
    format(5, "s")
with raises(ValueError, "Precision not allowed in integer format specifier"):
    format(5, ".2")
with raises(ValueError, "Precision not allowed in integer format specifier"):
    format(5, ".2d")
with raises(ValueError, "Sign not allowed with integer format specifier 'c'"):
    format(5, "+c")
with raises(ValueError, "Alternate form (#) not allowed with integer format specifier 'c'"):
    format(5, "#c")
with raises(ValueError, "Cannot specify ',' with 'x'."):
    format(5, ",x")
with raises(ValueError, "Cannot specify both ',' and '_'."):
    format(5, ",_")
with raises(ValueError, "Unknown format code 'q' for object of type 'int'"):
    format(5, "q")
with raises(OverflowError):
    format(-1, "c")
with raises(OverflowError):
    format(0x110000, "c")
with raises(ValueError, "Cannot specify ',' with 'n'."):
    format(5, ",n")
with raises(ValueError, "Too many decimal digits in format string"):
    format(5, "1" * 30)
with raises(ValueError, "Format specifier missing precision"):
    format(5, ".")
with raises(ValueError, "Negative zero coercion (z) not allowed in integer format specifier"):
    format(5, "z")
eq(format(3.5, ",.2f"), "3.50")
eq(format(1e6, ",g"), "1e+06")
eq(format(1234.5, "_"), "1_234.5")
eq(format(3.0, ".3"), "3.0")
eq(format(3.0, "06.1f"), "0003.0")
eq(format(-3.7, "+.0f"), "-4")
eq(format(12345.6789, "15,.2f"), "      12,345.68")
eq(format(1e-7, "f"), "0.000000")
with raises(ValueError, "Invalid format specifier '#x<8' for object of type 'float'"):
    format(1.5, "#x<8")
with raises(ValueError, "Invalid format specifier '1.2.3' for object of type 'float'"):
    format(3.5, "1.2.3")
eq(format(None, ""), "None")
eq(format([1], ""), "[1]")
eq(format((1,), ""), "(1,)")
eq(format(True, ""), "True")
eq(format(True, "5"), "    1")
eq(format(1j, ""), "1j")
with raises(TypeError, "unsupported format string passed to NoneType.__format__"):
    format(None, "5")
with raises(TypeError, "unsupported format string passed to list.__format__"):
    format([], ">3")
with raises(TypeError, "unsupported format string passed to dict.__format__"):
    format({}, "d")
with raises(TypeError, "unsupported format string passed to type.__format__"):
    format(object, "x")
with raises(TypeError, "format() argument 2 must be str, not int"):
    format(1, 2)
with raises(TypeError, "format() argument 2 must be str, not None"):
    format(1, None)

class Own:
    def __format__(self, spec):
        return "<" + spec + ">"

    def __str__(self):
        return "own"

eq(format(Own(), "abc"), "<abc>")
eq(f"{Own():x{1}y}", "<x1y>")
eq("{:q}".format(Own()), "<q>")
eq(f"{Own()!s:>5}", "  own")

class Wrong:
    def __format__(self, spec):
        return 5

with raises(TypeError, "__format__ must return a str, not int"):
    format(Wrong())
with raises(TypeError, "__format__ must return a str, not int"):
    f"{Wrong()}"
eq("%d" % 5, "5")
eq("%i" % 5, "5")
eq("%u" % 5, "5")
eq("%5d" % 5, "    5")
eq("%-5d|" % 5, "5    |")
eq("%05d" % 5, "00005")
eq("%+d" % 5, "+5")
eq("% d" % 5, " 5")
eq("%x" % 255, "ff")
eq("%X" % 255, "FF")
eq("%#x" % 255, "0xff")
eq("%o" % 8, "10")
eq("%#o" % 8, "0o10")
eq("%d" % 3.99, "3")
eq("%d" % True, "1")
eq("%.3d" % 5, "005")
eq("%d" % -5, "-5")
eq("%08d" % -5, "-0000005")
eq("%x" % -255, "-ff")
eq("%d" % 10 ** 20, "100000000000000000000")
eq("%#X" % 255, "0XFF")
eq("%ld" % 5, "5")
eq("%hd" % 5, "5")
eq("%f" % 1.5, "1.500000")
eq("%.0f" % 2.5, "2")
eq("%e" % 12345.678, "1.234568e+04")
eq("%E" % 1e-10, "1.000000E-10")
eq("%g" % 1e10, "1e+10")
eq("%G" % 1e-10, "1E-10")
eq("%10.3f|" % 3.14159, "     3.142|")
eq("%-10.3f|" % 3.14159, "3.142     |")
eq("%+.1f" % 2, "+2.0")
eq("%f" % 10, "10.000000")
eq("%F" % float("inf"), "INF")
eq("%#.0f" % 1.0, "1.")
eq("%.3g" % 1234567.0, "1.23e+06")
eq("%5.1f%%" % 99.5, " 99.5%")
eq("%s" % "a", "a")
eq("%5s" % "a", "    a")
eq("%-5s|" % "a", "a    |")
eq("%.2s" % "abc", "ab")
eq("%5.1s" % "abc", "    a")
eq("%s" % 1, "1")
eq("%s" % None, "None")
eq("%s" % [1], "[1]")
eq("%s" % (1,), "1")
eq("%r" % "a", "'a'")
eq("%a" % "é", "'\\xe9'")
eq("%s" % b"x", "b'x'")
eq("%s %s" % ("a", 1), "a 1")
eq("%s" % ((1, 2),), "(1, 2)")
eq("%s" % {"a": 1}, "{'a': 1}")
eq("%c" % "a", "a")
eq("%c" % 97, "a")
eq("%5c" % "a", "    a")
eq("%c" % 0x1F600, "😀")
eq("%(a)s" % {"a": 1}, "1")
eq("%(a)d %(b)s" % {"a": 1, "b": "x"}, "1 x")
eq("%(a)5.1f" % {"a": 1.25}, "  1.2")
eq("%%" % (), "%")
eq("%(a)s%%" % {"a": 1}, "1%")
eq("%(x(y))s" % {"x(y)": 1}, "1")
eq("%*d" % (5, 3), "    3")
eq("%-*d|" % (5, 3), "3    |")
eq("%.*f" % (2, 3.14159), "3.14")
eq("%*.*f" % (8, 2, 3.14159), "    3.14")
eq("%*d" % (-5, 3), "3    ")
eq("abc" % (), "abc")
eq("abc" % {}, "abc")
eq("abc" % [], "abc")
with raises(TypeError, "%d format: a real number is required, not str"):
    "%d" % "a"
with raises(TypeError, "%d format: a real number is required, not NoneType"):
    "%d" % None
with raises(TypeError, "%x format: an integer is required, not float"):
    "%x" % 1.5
with raises(TypeError, "must be real number, not str"):
    "%f" % "a"
with raises(TypeError, "%c requires an int or a unicode character, not a string of length 2"):
    "%c" % "ab"
with raises(TypeError, "%c requires an int or a unicode character, not float"):
    "%c" % 1.5
with raises(OverflowError):
    "%c" % 0x110000
with raises(TypeError, "not enough arguments for format string"):
    "%s %s" % "a"
with raises(TypeError, "not all arguments converted during string formatting"):
    "%s" % ("a", "b")
with raises(TypeError, "not all arguments converted during string formatting"):
    "abc" % 1
with raises(ValueError, "incomplete format"):
    "%" % 1
with raises(ValueError, "unsupported format character 'q' (0x71) at index 1"):
    "%q" % 1
with raises(TypeError, "format requires a mapping"):
    "%(a)s" % 1
with raises(KeyError, "'a'"):
    "%(a)s" % {}
with raises(ValueError, "incomplete format key"):
    "%(a" % {"a": 1}
with raises(TypeError, "* wants int"):
    "%*d" % ("a", 3)
with raises(TypeError, "* wants int"):
    "%.*f" % ("a", 3)
eq("%s %(a)s" % {"a": 1}, "{'a': 1} 1")
with raises(ValueError, "cannot convert float NaN to integer"):
    "%d" % float("nan")
with raises(OverflowError, "cannot convert float infinity to integer"):
    "%d" % float("inf")
eq("%.10s|%-3s" % ("é€", "é"), "é€|é  ")
x = 5
name = "world"
width = 8
eq(f"", "")
eq(f"a", "a")
eq(f"{x}", "5")
eq(f"{x}{name}", "5world")
eq(f"{x!r}{name!r}{name!a}{x!s}", "5'world''world'5")
eq(f"{name:>{width}}", "   world")
eq(f"{name!r:^{width + 2}}", " 'world'  ")
eq(f"{x:{'0'}{width}d}", "00000005")
eq(f"{{{x}}}", "{5}")
eq(f"{ x }", "5")
eq(f"{x,}", "(5,)")
eq(f"{x, name}", "(5, 'world')")
eq(f"{(lambda a: a + 1)(x)}", "6")
eq(f"{'a' if x else 'b'}", "a")
eq(f"{x=}", "x=5")
eq(f"{x = }", "x = 5")
eq(f"{x=!s}", "x=5")
eq(f"{name=:>8}", "name=   world")
eq(f"{x + 1=:03d}", "x + 1=006")
eq(f"{[i for i in range(3)]}", "[0, 1, 2]")
eq(f"{ {1: 2}[1] }", "2")
eq(f"{x!r:5}|", "5    |")
eq(f"{x:}", "5")
eq(f"{f'{x}':>3}", "  5")
eq(f"{"nested " + f"{"deeper"}"}", "nested deeper")
eq(f"{x:\u0041>3}", "AA5")
eq(f"\N{BULLET}{x}", "•5")
eq(rf"\n{x}", "\\n5")
eq(f'{name["world".index("o")]}', "o")
eq(f"{'\n'}", "\n")
eq(f"{x:{width}.{2}f}", "    5.00")
eq(f"{x == 5}", "True")
eq(f"{x!=4}", "True")
eq(f"{(y := 3)}{y}", "33")
eq(f"{x:=5}", "    5")
eq(f"{None}", "None")
eq(f"{...}", "Ellipsis")
eq(f"a" "b{x}" f"{x}", "ab{x}5")
eq(f"{'{'}", "{")
eq(f"{x:{'{'}>4}", "{{{5")
