"""re and _sre: patterns, flags, methods, errors."""


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

import re
eq(repr(re.match("a", "abc")), "<re.Match object; span=(0, 1), match='a'>")
assert re.match("b", "abc") is None
eq(repr(re.search("b", "abc")), "<re.Match object; span=(1, 2), match='b'>")
eq(repr(re.fullmatch("abc", "abc")), "<re.Match object; span=(0, 3), match='abc'>")
assert re.fullmatch("ab", "abc") is None
eq(re.findall(r"\d", "a1b2"), ['1', '2'])
eq(re.findall(r"(\w)(\d)", "a1b2"), [('a', '1'), ('b', '2')])
eq(re.findall("(a)|b", "ab"), ['a', ''])
eq([m.span() for m in re.finditer("a*", "baac")], [(0, 0), (1, 3), (3, 3), (4, 4)])
eq(re.split(r"[,;]", "a,b;c"), ['a', 'b', 'c'])
eq(re.split(r"(,)", "a,b"), ['a', ',', 'b'])
eq(re.split(",", "a,b,c", maxsplit=1), ['a', 'b,c'])
eq(re.split("", "abc"), ['', 'a', 'b', 'c', ''])
eq(re.split("x*", "axbc"), ['', 'a', '', 'b', 'c', ''])
eq(re.sub("a", "x", "banana"), "bxnxnx")
eq(re.sub("a", "x", "banana", count=2), "bxnxna")
eq(re.subn("a", "x", "banana"), ('bxnxnx', 3))
eq(repr(re.sub("(a)(n)", r"\2\1", "banana")), "'bnanaa'")
eq(re.sub("(?P<x>a)", r"\g<x>\g<1>\g<0>", "ba"), "baaa")
eq(re.sub("a", lambda m: m[0].upper(), "banana"), "bAnAnA")
eq(re.sub("", "-", "abc"), "-a-b-c-")
eq(re.sub("x*", "-", "abxd"), "-a-b--d-")
eq(re.escape("a.b*c [d]-é\n"), "a\\.b\\*c\\ \\[d\\]\\-é\\\n")
eq(re.escape(b"a.b"), b'a\\.b')
m = re.match(r"(?P<first>\w+) (?P<second>\w+)(?: (x))?", "hello world")
eq(m.group(), "hello world")
eq(m.group(1), "hello")
eq(m.group("first", "second"), ('hello', 'world'))
eq(m.groups(), ('hello', 'world', None))
eq(m.groups("none"), ('hello', 'world', 'none'))
eq(m.groupdict(), {'first': 'hello', 'second': 'world'})
eq(m.groupdict(5), {'first': 'hello', 'second': 'world'})
eq(m.start(), 0)
eq(m.end(2), 11)
eq(m.span("second"), (6, 11))
eq(m.span(3), (-1, -1))
eq(m.pos, 0)
eq(m.endpos, 11)
eq(m.lastindex, 2)
eq(m.lastgroup, "second")
eq(m.string, "hello world")
eq(m.re.pattern, "(?P<first>\\w+) (?P<second>\\w+)(?: (x))?")
eq(m["first"], "hello")
eq(m[0], "hello world")
eq(m.expand(r"\2-\g<first>"), "world-hello")
eq(m.regs, ((0, 11), (0, 5), (6, 11), (-1, -1)))
eq(repr(m), "<re.Match object; span=(0, 11), match='hello world'>")
assert bool(m) is True
eq(m.start(3), -1)
with raises(IndexError, "no such group"):
    m.group(9)
with raises(IndexError, "no such group"):
    m.group("nope")
with raises(IndexError, "no such group"):
    m["nope"]
with raises(IndexError, "no such group"):
    m.group(-1)
with raises(re.PatternError, "invalid group reference 9 at position 1"):
    m.expand(r"\9")
with raises(IndexError, "unknown group name 'nope'"):
    m.expand(r"\g<nope>")
p = re.compile(r"(?P<x>a)(b)?", re.I | re.M)
eq(p.pattern, "(?P<x>a)(b)?")
eq(p.flags, 42)
eq(p.groups, 2)
eq(repr(p.groupindex), "mappingproxy({'x': 1})")
eq(p.match("AB").groups(), ('A', 'B'))
eq(repr(p.search("xxab", 2)), "<re.Match object; span=(2, 4), match='ab'>")
assert p.search("xxab", 3) is None
eq(repr(p.match("xab", 1)), "<re.Match object; span=(1, 3), match='ab'>")
eq(p.match("xab", 1, 2).group(), "a")
eq(p.findall("abA"), [('a', 'b'), ('A', '')])
eq(p.sub("-", "abA"), "--")
eq(p.split("1ab2A3"), ['1', 'a', 'b', '2', 'A', None, '3'])
eq(repr(p), "re.compile('(?P<x>a)(b)?', re.IGNORECASE|re.MULTILINE)")
assert (p == re.compile(r"(?P<x>a)(b)?", re.I | re.M)) is True
assert (hash(p) == hash(re.compile(r"(?P<x>a)(b)?", re.I | re.M))) is True
eq(p.scanner("ab").match().span(), (0, 2))
eq(p.fullmatch("AB").span(), (0, 2))
eq(type(p).__name__, "Pattern")
with raises(AttributeError, "readonly attribute"):
    p.pattern = 5
assert (re.compile(p) is p) is True
eq(re.compile("a").flags, 32)
eq(re.compile(b"a").flags, 0)
eq(re.compile("(?i)a").flags, 34)
eq(re.compile("(?a)\\w").flags, 256)
with raises(ValueError, "cannot process flags argument with a compiled pattern"):
    re.compile(p, re.I)
with raises(TypeError, "first argument must be string or compiled pattern"):
    re.compile(5)
with raises(TypeError, "cannot use 'tuple' as a dict key (unhashable type: 'list')"):
    re.compile([])
with raises(TypeError, "cannot use a string pattern on a bytes-like object"):
    re.match("a", b"a")
with raises(TypeError, "cannot use a bytes pattern on a string-like object"):
    re.match(b"a", "a")
with raises(TypeError, "expected string or bytes-like object, got 'int'"):
    re.match("a", 5)
with raises(TypeError, "sequence item 0: expected str instance, bytes found"):
    re.sub("a", b"x", "a")
with raises(TypeError, "decoding to str: need a bytes-like object, int found"):
    re.sub("a", 5, "a")
eq(repr(re.match(b"\xe9", b"\xe9")), "<re.Match object; span=(0, 1), match=b'\\xe9'>")
eq(re.findall(rb"\w", "aé".encode()), [b'a'])
eq(repr(re.match("a", "a".__class__("ab"))), "<re.Match object; span=(0, 1), match='a'>")
eq(repr(re.search(b"b", bytearray(b"ab"))), "<re.Match object; span=(1, 2), match=b'b'>")
eq(re.search(b"b", memoryview(b"ab")).span(), (1, 2))
eq([bool(re.fullmatch(pat, s)) for pat, s in [("a?", ""), ("a+", "aaa"), ("a*?", "aa"), ("a{2}", "aa"), ("a{2,3}", "aaaa"), ("a{,2}", "aa"), ("a{2,}", "aaa"), ("a{", "a{"), ("a{1", "a{1"), ("[abc]", "b"), ("[^abc]", "b"), ("[a-c]", "b"), ("[]a]", "]"), ("[^]a]", "b"), ("[a-]", "-"), ("[\\d-]", "-"), (".", "\n"), ("\\.", "."), ("a|b", "b"), ("(a|b)*", "abab"), ("(?:a)(b)", "ab"), ("(a)\\1", "aa"), ("(?P<q>a)(?P=q)", "aa"), ("(?=a)a", "a"), ("(?!b)a", "a"), ("(?<=a)b", "b"), ("a(?<=a)b", "ab"), ("a(?<!b)b", "ab"), ("(a)?(?(1)b|c)", "ab"), ("(a)?(?(1)b|c)", "c"), ("(?#comment)a", "a"), ("(?i:a)B", "AB"), ("(?-i:a)b", "ab"), ("(?s:.)", "\n"), ("\\Aa\\Z", "a"), ("\\ba\\b", "a"), ("\\Ba", "a"), ("^a$", "a\n"), ("a++b", "aab"), ("(?>a+)b", "aab"), ("(?>a+)ab", "aab"), ("a?+a", "a"), ("a*+", "aaa"), ("\\N{BULLET}", "•"), ("\\x41\\u0042\\U00000043\\103\\0", "ABCC\0"), ("[\\x41-\\x43]", "B"), ("\\a\\f\\v\\t", "\a\f\v\t"), ("é", "é"), ("[à-ü]", "é"), ("\\w", "é"), ("\\d", "٣"), ("\\s", "\u2003"), ("[\\W\\d]", "5"), ("a\\Z", "a"), ("a\\z", "a")]], [True, True, True, True, False, True, True, True, True, True, False, True, True, True, True, True, False, True, True, True, True, True, True, True, True, False, True, True, True, True, True, True, True, True, True, True, False, False, True, True, False, False, True, True, True, True, True, True, True, True, True, True, True, True, True])
eq(re.findall("a.c", "abc\na\nc", re.S), ['abc', 'a\nc'])
eq(re.findall("^b", "a\nb", re.M), ['b'])
eq(re.findall("a$", "a\na\n", re.M), ['a', 'a'])
eq(re.findall("A", "a", re.I), ['a'])
eq(re.findall(r"a  b # c", "ab", re.X), ['ab'])
eq(re.findall(r"\w", "é", re.A), [])
eq(re.findall("ß|ẞ", "ßẞ", re.I), ['ß', 'ẞ'])
eq(re.findall("ſ", "s", re.I), ['s'])
eq(re.findall("[k]", "K", re.I), ['K'])
eq(re.findall("É", "é", re.I), ['é'])
eq(re.findall("É", "é", re.I | re.A), [])
assert (re.findall(rb"\w", b"\xe9", re.L) in ([], [b"\xe9"])) is True
eq(repr(re.I), "re.IGNORECASE")
eq(repr(re.I | re.M), "re.IGNORECASE|re.MULTILINE")
eq(repr(re.RegexFlag(0)), "re.NOFLAG")
eq(repr(re.NOFLAG), "re.NOFLAG")
eq(repr(re.compile("a", re.DEBUG & 0)), "re.compile('a')")
eq(repr(re.compile("a", re.A)), "re.compile('a', re.ASCII)")
eq(repr(re.UNICODE), "re.UNICODE")
eq(re.IGNORECASE.value, 2)
with raises(re.PatternError, "missing ), unterminated subpattern at position 0"):
    re.compile("(")
with raises(re.PatternError, "unbalanced parenthesis at position 0"):
    re.compile(")")
with raises(re.PatternError, "unterminated character set at position 0"):
    re.compile("[")
with raises(re.PatternError, "min repeat greater than max repeat at position 2"):
    re.compile("a{2,1}")
with raises(re.PatternError, "nothing to repeat at position 0"):
    re.compile("*")
with raises(re.PatternError, "multiple repeat at position 2"):
    re.compile("a**")
with raises(re.PatternError, "nothing to repeat at position 0"):
    re.compile("+a")
with raises(re.PatternError, "bad escape (end of pattern) at position 0"):
    re.compile("\\")
with raises(re.PatternError, "missing >, unterminated name at position 4"):
    re.compile("(?P<a")
with raises(re.PatternError, "bad character in group name '1' at position 4"):
    re.compile("(?P<1>a)")
with raises(re.PatternError, "redefinition of group name 'a' as group 2; was group 1 at position 12"):
    re.compile("(?P<a>x)(?P<a>y)")
with raises(re.PatternError, "unknown group name 'a' at position 4"):
    re.compile("(?P=a)")
with raises(re.PatternError, "unexpected end of pattern at position 3"):
    re.compile("(?P")
with raises(re.PatternError, "unknown extension ?z at position 1"):
    re.compile("(?z)")
with raises(re.PatternError, "unexpected end of pattern at position 2"):
    re.compile("(?")
with raises(re.PatternError, "unexpected end of pattern at position 3"):
    re.compile("(?<")
with raises(re.PatternError, "look-behind requires fixed-width pattern"):
    re.compile("(?<=a*)")
with raises(re.PatternError, "invalid group reference 1 at position 1"):
    re.compile("\\1")
with raises(re.PatternError, "invalid group reference 2 at position 4"):
    re.compile("(a)\\2")
with raises(re.PatternError, "conditional backref with more than two branches at position 8"):
    re.compile("(?(1)a|b|c)(x)")
with raises(re.PatternError, "invalid group reference 2 at position 3"):
    re.compile("(?(2)a)")
with raises(re.PatternError, "bad character range z-a at position 1"):
    re.compile("[z-a]")
with raises(re.PatternError, "bad character range a-\\d at position 1"):
    re.compile("[a-\\d]")
with raises(re.PatternError, "bad escape \\q at position 0"):
    re.compile("\\q")
with raises(re.PatternError, "bad escape \\q at position 1"):
    re.compile("[\\q]")
with raises(re.PatternError, "incomplete escape \\x1 at position 0"):
    re.compile("\\x1")
with raises(re.PatternError, "incomplete escape \\u12 at position 0"):
    re.compile("\\u12")
with raises(re.PatternError, "undefined character name 'nope nope' at position 0"):
    re.compile("\\N{nope nope}")
with raises(re.PatternError, "octal escape value \\400 outside of range 0-0o377 at position 0"):
    re.compile("\\400")
with raises(re.PatternError, "global flags not at the start of the expression at position 1"):
    re.compile("a(?i)b")
with raises(re.PatternError, "missing ), unterminated comment at position 0"):
    re.compile("(?#a")
with raises(ValueError, "ASCII and UNICODE flags are incompatible"):
    re.compile("(?a)", re.U)
with raises(re.PatternError, "bad inline flags: flags 'a', 'u' and 'L' are incompatible at position 4"):
    re.compile("(?au)a")
with raises(re.PatternError, "bad inline flags: cannot use 'u' flag with a bytes pattern at position 3"):
    re.compile(b"(?u)a")
with raises(re.PatternError, "bad inline flags: cannot use 'L' flag with a str pattern at position 3"):
    re.compile("(?L)a")
with raises(ValueError, "cannot use LOCALE flag with a str pattern"):
    re.compile("a", re.L)
with raises(ValueError, "cannot use UNICODE flag with a bytes pattern"):
    re.compile(b"a", re.U)
with raises(re.PatternError, "missing : at position 4"):
    re.compile("(?-i)a")
with raises(re.PatternError, "bad inline flags: flag turned on and off at position 5"):
    re.compile("(?i-i:a)")
with raises(OverflowError, "the repetition number is too large"):
    re.compile("a{99999999999999999999}")
eq(repr(re.compile("(?P<é>a)").groupindex), "mappingproxy({'é': 1})")
with raises(re.PatternError, "bad escape \\q at position 0"):
    re.sub("a", "\\q", "a")
with raises(re.PatternError, "invalid group reference 2 at position 1"):
    re.sub("a", "\\2", "a")
with raises(IndexError, "unknown group name 'x'"):
    re.sub("a", "\\g<x>", "a")
with raises(re.PatternError, "missing group name at position 3"):
    re.sub("a", "\\g<", "a")
with raises(re.PatternError, "bad escape (end of pattern) at position 0"):
    re.sub("a", "\\", "a")
with raises(re.PatternError, "bad escape \\x at position 4"):
    re.sub("a", r"\n\t\x", "b")
eq(re.sub("a", r"\n\\", "a"), '\n\\')
try:
    re.compile("a(b\n(c")
except re.error as e:
    got = e.msg, e.pattern, e.pos, e.lineno, e.colno, str(e)
eq(got, ('missing ), unterminated subpattern', 'a(b\n(c', 4, 2, 1, 'missing ), unterminated subpattern at position 4 (line 2, column 1)'))
assert (re.error is re.PatternError) is True
eq([m.span() for m in re.finditer("(?=a)", "aba")], [(0, 0), (2, 2)])
eq(re.findall("(?<=-)\\w+", "a-b-c"), ['b', 'c'])
eq(re.findall(r"\b", "a b"), ['', '', '', ''])
eq([m.span() for m in re.finditer("$", "a\n", re.M)], [(1, 1), (2, 2)])
eq(re.split(r"\b", "a b"), ['', 'a', ' ', 'b', ''])
eq(re.split("(a)|b", "xaybz"), ['x', 'a', 'y', None, 'z'])
eq(re.findall("x*", "axb"), ['', 'x', '', ''])
eq(repr(re.match("(a+)+$", "a" * 20)), "<re.Match object; span=(0, 20), match='aaaaaaaaaaaaaaaaaaaa'>")
eq(re.match("(?:a|b)*c", "ab" * 1000 + "c").end(), 2001)
assert (re.search("(x+x+)+y", "x" * 10)) is None
assert re.match(".*" * 5 + "z", "a" * 20) is None
eq(len(re.match("(?:.|\n)*", "a" * 100000).group()), 100000)
eq(re.match("(a)|(b)", "b").groups(), (None, 'b'))
eq(re.match("((a)|(b))*", "ab").groups(), ('b', 'a', 'b'))
eq(re.match("(a(b)?)+", "aba").groups(), ('a', 'b'))
eq(re.match("(?:(a)|b)*", "ab").group(1), "a")
eq(re.sub("(?P<a>.)", lambda m: m.group("a") * 2, "ab"), "aabb")
eq(re.sub("b*", "-", "abc"), "-a--c-")
eq(re.sub("(?<=a)", "-", "aa"), "a-a-")
eq(re.sub("a", "", "aaa"), "")
eq(re.sub("^", "> ", "a\nb", flags=re.M), "> a\n> b")
eq(re.sub("x", "y", "no match"), "no match")
eq(re.subn("(.)", r"\1\1", "ab", count=1), ('aab', 1))
import warnings
warnings.simplefilter("ignore")
got = re.split(",", "a,b,c", 1), re.sub("a", "b", "aaa", 1)
eq(got, (['a', 'b,c'], 'baa'))
re.purge()
eq(re.Match.__name__, "Match")
eq(re.Pattern.__name__, "Pattern")
eq(repr(re.Pattern[str]), "re.Pattern[str]")
assert isinstance(m, re.Match) is True
import copy, pickle
assert (copy.copy(p) is p) is True
assert (pickle.loads(pickle.dumps(p)) == p) is True
assert (copy.deepcopy(m) is m) is True
s = re.compile("(\\d)|([a-z])").scanner("1a")
eq(s.search().lastindex, 1)
eq(s.match().lastindex, 2)
assert s.match() is None
eq([x.lastgroup for x in re.finditer("(?P<n>\\d)|(?P<l>[a-z])", "1a2")], ['n', 'l', 'n'])
