"""Literals: numbers, strings with every escape, bytes, f-strings and t-strings as syntax."""


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

eq(0, 0)
eq(00, 0)
eq(0_0, 0)
eq(1_000, 1000)
eq(0x_ff, 255)
eq(0XFF, 255)
eq(0b1_0, 2)
eq(0B11, 3)
eq(0o17, 15)
eq(0O7, 7)
eq(10 ** 3, 1000)
eq(123_456.789_012, 123456.789012)
eq(1e5, 100000.0)
eq(1E-5, 1e-05)
eq(1.e3, 1000.0)
eq(.5e1, 5.0)
eq(1_0e1_0, 100000000000.0)
eq(1j, 1j)
eq(1.5J, 1.5j)
eq(0j, 0j)
eq(1e1j, 10j)
eq(0xDEADBEEFDEADBEEFDEADBEEF, 68915718021581205938132336367)
eq('a', "a")
eq("b", "b")
eq('''c''', "c")
eq("""d""", "d")
eq('it\'s', "it's")
eq("say \"hi\"", 'say "hi"')
eq('a' "b" '''c''', "abc")
eq(r'\n', "\\n")
eq(R"\'", "\\'")
eq(u'x', "x")
eq(U"y", "y")
eq(b'x', b'x')
eq(B"y", b'y')
eq(rb'\n', b'\\n')
eq(Rb'\x', b'\\x')
eq(bR'\1', b'\\1')
eq(BR"\2", b'\\2')
eq('\a\b\f\n\r\t\v\\\'\"', '\x07\x08\x0c\n\r\t\x0b\\\'"')
eq('\0\1\12\123\1234', "\x00\x01\nSS4")
eq('\x41\xff', "Aÿ")
eq('\u0041\u20ac', "A€")
eq('\U00000041\U0001F600', "A😀")
eq('\N{LATIN SMALL LETTER A WITH ACUTE}\N{DIGIT ONE}', "á1")
eq(b'\a\b\f\n\r\t\v\\\'\"\0\123\xff', b'\x07\x08\x0c\n\r\t\x0b\\\'"\x00S\xff')
assert ('caf\u00e9' == 'café') is True
eq('\N{bullet}', "•")
eq('\N{SNOWMAN}\N{EURO SIGN}', "☃€")
eq('\N{LATIN SMALL LETTER E WITH ACUTE}', "é")
eq("\N{HANGUL SYLLABLE GAG}", "각")
eq("\N{CJK UNIFIED IDEOGRAPH-4E00}", "一")
text = """first
  second\
 joined
"quoted" ""two"" 'single'
"""
eq(text, 'first\n  second joined\n"quoted" ""two"" \'single\'\n')
raw = r"""a\nb
c"""
eq(raw, "a\\nb\nc")
joined = ("a"
          'b'  # comment
          f"{1}"
          """c
d""")
eq(joined, "ab1c\nd")
x = 5
name = "n"
nested = f"{f"{f"{x}"}"}"
eq(nested, "5")
eq(f"{x!r}{x!s}{x!a}", "555")
eq(f"{'a' 'b'}", "ab")
eq(f'{x:{x}}', "    5")
eq(f"{x,}", "(5,)")
eq(f"{*[1, 2],}", "(1, 2)")
eq(f"{ {'k': 1}['k'] }", "1")
eq(f"{x if x else 0}", "5")
eq(f"{[i for i in 'ab']}", "['a', 'b']")
eq(f"{x:{'>'}{10}}", "         5")
eq(f"{x:>{3}}|{x:<3}|", "  5|5  |")
eq(f"\x41{x}\n", "A5\n")
eq(rf"\x41{x}\n", "\\x415\\n")
eq(fr"{x}\{x}", "5\\5")
eq(F"{x}", "5")
eq(f"a{{b}}c{{{x}}}", "a{b}c{5}")
eq(f"{x}}}", "5}")
eq(f"{{{{", "{{")
multi = f"{x # a comment
}{
x
+ 1
}"
eq(multi, "56")
tri = f"""{x}
{
    x + 1:>4}
{'''inner
'''}"""
eq(tri, "5\n   6\ninner\n")
eq(f"{x=}", "x=5")
eq(f"{x = }", "x = 5")
eq(f"{x=!r}", "x=5")
eq(f"{x=:>4}", "x=   5")
eq(f"{x + 1=}", "x + 1=6")
eq(f"{ x=}", " x=5")
eq(f"{name=}", "name='n'")
eq(f"{name=!s}", "name=n")
eq(f"{(x)=}", "(x)=5")
eq(f"{x=!s:>4}", "x=   5")
eq(f"{'a'=}", "'a'='a'")
eq(f"{x:%d}" == "%d" if False else f"{3.14159:.2f}", "3.14")
eq(f"{x:#06x}", "0x0005")
eq(f"{10**6:,}", "1,000,000")
eq(f"{name:*^7}", "***n***")
eq(f"{True:d}", "1")
eq(f"{None}", "None")
eq(f"{x!r:>4}", "   5")
eq(f"{x:\x3e4}", "   5")
eq(f"{x:{''}}", "5")
def f(a, b=lambda: 1):
    return f"{a}{b()}{(lambda z: z)(3)}{[y := 4, y][1]}"

eq(f(1), "1134")
deep = f"{f"{f"{f"{f"{1 + 1}"}"}"}"}"
eq(deep, "2")
def closure():
    v = 1
    return (lambda: f"{v}{[v for _ in range(1)]}")()

eq(closure(), "1[1]")
async def awaited():
    async def five():
        return 5

    return f"{await five()}"

try:
    awaited().send(None)
except StopIteration as stop:
    got = stop.value
eq(got, "5")
eq("%s" f"{x}" % 1, "15")
eq(f"{x}" "{x}", "5{x}")
eq("{x}" f"{x}", "{x}5")
eq(f"" "", "")
eq(f"" f"", "")
from string.templatelib import Template, Interpolation, convert
t = t"hello {name} and {x + 1!r:>{x}} {{literal}}"
eq(type(t).__name__, "Template")
eq(t.strings, ('hello ', ' and ', ' {literal}'))
eq(t.values, ('n', 6))
eq([i.expression for i in t.interpolations], ['name', 'x + 1'])
eq([i.conversion for i in t.interpolations], [None, 'r'])
eq([i.format_spec for i in t.interpolations], ['', '>5'])
eq([type(p).__name__ for p in t], ['str', 'Interpolation', 'str', 'Interpolation', 'str'])
eq(repr(t.interpolations[0]), "Interpolation('n', 'name', None, '')")
eq(repr(t), "Template(strings=('hello ', ' and ', ' {literal}'), interpolations=(Interpolation('n', 'name', None, ''), Interpolation(6, 'x + 1', 'r', '>5')))")
eq(repr(t""), "Template(strings=('',), interpolations=())")
eq(repr(t"a"), "Template(strings=('a',), interpolations=())")
eq(repr(t"{x}"), "Template(strings=('', ''), interpolations=(Interpolation(5, 'x', None, ''),))")
eq(t"{x}{x}".strings, ('', '', ''))
eq(t"{x=}".strings, ('x=', ''))
eq(repr(t"{x=}".interpolations[0]), "Interpolation(5, 'x', 'r', '')")
eq(t"{x = !s}".strings, ('x = ', ''))
eq(t"{x:{'>'}{5}}".interpolations[0].format_spec, ">5")
eq(rt"\n{x}".strings, ('\\n', ''))
eq(tr"\{x}".strings, ('\\', ''))
eq(T"{x}".values, (5,))
eq(repr(t"a" t"{x}b"), "Template(strings=('a', 'b'), interpolations=(Interpolation(5, 'x', None, ''),))")
eq(t"{t"{x}"}".values[0].values, (5,))
eq((t"a" + t"{x}").strings, ('a', ''))
assert (t"a{x}" == t"a{x}") is False
eq(repr(list(t"{x}a")), "[Interpolation(5, 'x', None, ''), 'a']")
eq(list(t"a"), ['a'])
eq(list(t""), [])
with raises(TypeError, 'can only concatenate string.templatelib.Template (not "str") to string.templatelib.Template'):
    t"a" + "b"
with raises(TypeError, 'can only concatenate str (not "string.templatelib.Template") to str'):
    "a" + t"b"
with raises(TypeError, "unsupported format string passed to string.templatelib.Template.__format__"):
    f"{t"a":>5}"
with raises(AttributeError, "readonly attribute"):
    t"a".strings = ()
with raises(AttributeError, "'string.templatelib.Template' object has no attribute 'x' and no __dict__ for setting new attributes"):
    t"a".x = 1
eq(str(t"a")[:8], "Template")
eq(Template("a", "b", Interpolation(5, "five"), "c").strings, ('ab', 'c'))
eq(Template(Interpolation(1), Interpolation(2)).strings, ('', '', ''))
eq(Template().strings, ('',))
eq(repr(Interpolation(5)), "Interpolation(5, '', None, '')")
eq(repr(Interpolation(5, "e", "r", ">3")), "Interpolation(5, 'e', 'r', '>3')")
eq(Interpolation.__match_args__, ('value', 'expression', 'conversion', 'format_spec'))
with raises(TypeError, "Template.__new__ *args need to be of type 'str' or 'Interpolation', got int"):
    Template(5)
with raises(TypeError, "Interpolation() missing required argument 'value' (pos 1)"):
    Interpolation()
with raises(TypeError, "Interpolation() argument 'expression' must be str, not int"):
    Interpolation(1, 2)
with raises(ValueError, "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"):
    Interpolation(1, "e", "x")
with raises(TypeError, "type 'string.templatelib.Template' is not an acceptable base type"):
    class T2(Template): pass
eq(convert(5, "r"), "5")
eq(convert(5, None), 5)
eq(convert("é", "a"), "'\\xe9'")

def render(template):
    return "".join(p if isinstance(p, str) else f"<{p.value}>" for p in template)

eq(render(t"a{x}b{name}c"), "a<5>b<n>c")
match t"{x}":
    case Template(interpolations=[Interpolation(value, expression)]):
        got = value, expression
eq(got, (5, 'x'))
eq(t"{undefined_name if 0 else x}".values, (5,))
eq((lambda: t"{x}")().values, (5,))
with raises(NameError, "name 'undefined_name' is not defined"):
    t"{undefined_name}"
order = []
t"{order.append(1)}{order.append(2):{order.append(3)}}"
eq(order, [1, 2, 3])
