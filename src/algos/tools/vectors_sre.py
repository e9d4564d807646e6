"""Writes tests/vectors/sre.txt: a pattern's code (`p groups code`), then texts with what each way of matching finds. Run under CPython 3.14."""
import pathlib, random, re, signal, warnings
from re import _compiler, _parser

warnings.simplefilter("ignore")
random.seed(404)
lines = []


def t(s):
    return ".".join(f"{ord(c):x}" for c in s) or "-"


def span(m):
    if m is None:
        return "none"
    return "|".join(f"{a},{b}" for a, b in m.regs) + f"|{m.lastindex or 0}"


def code(pattern, flags):
    p = _parser.parse(pattern, flags)
    c = _compiler._code(p, flags)
    return p.state.groups - 1, ",".join(f"{x:x}" for x in c)


class Timeout(Exception):
    pass


def alarm(*_):
    raise Timeout


signal.signal(signal.SIGALRM, alarm)


def case(pattern, texts, flags=0):
    try:
        compiled = re.compile(pattern, flags)
        groups, words = code(pattern, flags)
    except (re.error, OverflowError, ValueError, RuntimeError, RecursionError):
        return
    out = [f"p {groups} {words}"]
    for text in texts:
        conv = (lambda s: s.encode("latin-1")) if isinstance(pattern, bytes) else (lambda s: s)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            subject = conv(text)
            out.append(f"m {t(text)} {span(compiled.match(subject))}")
            out.append(f"f {t(text)} {span(compiled.fullmatch(subject))}")
            out.append(f"s {t(text)} {span(compiled.search(subject))}")
            found = ";".join(span(m) for m in compiled.finditer(subject)) or "none"
            out.append(f"i {t(text)} {found}")
            if len(text) > 2:
                out.append(f"r {t(text)} 1,{len(text) - 1} {span(compiled.search(subject, 1, len(text) - 1))}")
        except (Timeout, UnicodeEncodeError):
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    if len(out) > 1:
        lines.extend(out)


I, M, S, A, L, X = re.I, re.M, re.S, re.A, re.L, re.X
case(r"", ["", "ab"])
case(r"abc", ["abc", "xabc", "ab", "ababcabc"])
case(r"a|b|cd", ["a", "cd", "xcd", "c"])
case(r"(a|ab)(c|bcd)(d*)", ["abcd", "abcdd", "ac"])
case(r"(a*)*", ["", "aaa", "b"])
case(r"(a*)+", ["", "aaa", "b"])
case(r"(a|b)*?c", ["abc", "c", "ab"])
case(r"(?:(a)|b)*", ["ab", "ba", "bab"])
case(r"(?:(a)|(b))*?c", ["abc", "bac"])
case(r"(?:(x)|(y)|z)+?", ["xyz", "zyx"])
case(r"((a)|(b))*\2", ["aba", "abb", "aa"])
case(r"^a.c$", ["abc", "a\nc", "abc\n", "abc\n\n"])
case(r"^a.c$", ["xx\nabc\nyy", "a\nc"], M | S)
case(r"\Aab\Z|\bfoo\b|\Boo\B", ["ab", "a foo b", "xooy", "foo", ""])
case(r"\B", ["", "a", "ab", "  "])
case(r"\b", ["", "a", "a b", "é"])
case(r"\b", ["", "a", "é b"], A)
case(r"\w+\s\d\W\S\D", ["ab 1-xy", "é ٣-xy", "ab\u20031!zz"])
case(r"\w+\s\d\W\S\D", ["ab 1-xy", "é ٣-xy"], A)
case(r"[a-c\d_-]+[^x\s]", ["abc1-_y", "x", "٣a b"])
case(r"[^a]", ["a", "b", "\U0001f600", "é"])
case(r"[αβγ\U0001f600-\U0001f64f]+", ["xαβ\U0001f600", "\U0001f650"])
case("[" + "".join(chr(c) for c in range(0x100, 0x3000, 7)) + "]", ["\u0107", "\u0100\u0101", "a"])
case(r"[^\W\d_]+", ["abc1", "é_", "中1"])
case(r"straße|ǆ|K|ſ|İ|σ", ["STRASSE", "STRAßE", "Ǆ", "ǅ", "\u212a", "k", "S", "s", "i", "İ", "ς", "Σ"], I)
case(r"[a-zé]+[k-k][ſ-ſ]?", ["ABCÉ\u212aS", "KKs", "\u212a"], I)
case(r"[a-z]+", ["ABC\u212a\u017f", "é"], I | A)
case(rb"[a-z\xe9]+\w", ["ABC\xc9d", "\xe9A", "zz"], I | L)
case(rb"x\w(\W)", ["Xa!", "x\xe9 ", "X1\xe9"], I | L)
case(rb"[^a]\xe9", ["b\xe9", "B\xc9", "a\xe9"], I)
case(r"(a)(?(1)b|c)", ["ab", "ac", "c"])
case(r"(a)?(?(1)b|c)", ["ab", "c", "ac", "b"])
case(r"(a)?(?(1)b)$", ["ab", "", "a"])
case(r"(?=(a+))a*b\1", ["aaab", "aabaa", "baaabac"])
case(r"(?!ab)a.", ["ab", "ac", "abac"])
case(r"(?<=ab)c", ["abc", "c", "xc"])
case(r"(?<!ab)c", ["abc", "c", "xc"])
case(r"(?<=(a))b\1", ["aba", "ab"])
case(r"(?<!^)x", ["x", "xx"])
case(r"(?>a+)b", ["aaab", "aaa"])
case(r"(?>a+|b)ab?", ["aaab", "ba", "bab"])
case(r"(?>(a)|(ab))c|abc", ["abc", "ac"])
case(r"a++b|a*+a|[ab]?+b|.*+x", ["aab", "aaa", "b", "ab", "x"])
case(r"(?:ab){2,3}+c|(?:a|b)*+b", ["ababc", "abababc", "ababababc", "aab"])
case(r"(?:a?){3}+b|(?:){2,}+x", ["aab", "aaaab", "x", "b"])
case(r"((?:a|b)+?){2,4}?c", ["abc", "aabbc", "c"])
case(r"(?:a{2}){2}|a{,2}?b|a{3,}", ["aaaa", "aab", "aaa", "a"])
case(r"(.*?),(.*),(.*?)$", ["a,b,c", "a,b,c,d", ",,"])
case(r"<(\w+)[^>]*>(.*?)</\1>", ["<b>x</b>", "<a href=1>y<b></b></a>"])
case(r"(\w)\1", ["aa", "abba", "éé"])
case(r"(?i:a)b(?-i:C)", ["Abc", "ABC", "AbC", "abC"])
case(r"(a)\1(?i:\1)", ["aaA", "aaa"])
case(r"(?i)(é+)-\1", ["é-É", "ÉÉ-éé"])
case(r"(k)\1", ["\u212ak", "Kk", "kK"], I)
case(r"(?:(?:a|ab)(?:c|bcd))*d*", ["abcdacd", "abcd"])
case(r"(?:a|(?:b|(?:c|d)))+e", ["abcde", "dcba"])
case(r"(([a-z]+):)?([a-z]+)$", ["smil", "x:y", "a:b:c"])
case(r"^((a)c)?(ab)$", ["ab", "acab"])
case(r"(?:ab|a)(?:bc|c)?$", ["abc", "ac", "ab"])
case(r"(?P<x>a)(?P<y>b)?(?P=x)", ["aa", "aba", "abb"])
case(r"a(?:b|(c|e){1,2}?|d)+?(.)", ["ace", "abcdx"])
case(r"(?s).{3}", ["a\nb", "ab"])
case(r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", ["1.5e10x", "12", ".5", "1e"])
case(r"(?:[^,\"]|\"(?:\"\"|[^\"])*\")+", ['a,"b,c"', '"a""b",c'])
case(r"(a?)*?$", ["aaa", ""])
case(r"(a?)*y|(?:|a)+b|(?:a*?)*c", ["aay", "aab", "aac", "y"])
case(r"(?:a*)*?b", ["aab", "b"])
case(r"(?=(?=(a))(b)?)", ["a", "ab"])
case(r"(?!(a)b)|(a)", ["ab", "ac"])
case(r"\Z|^x", ["", "x", "ax"])
case(r"(x)?(y)?\2", ["xyy", "y", "yy"])
case(r"a\x00b|\n", ["a\x00b", "\n"])
case(r"[\s\S]*?b", ["a\nb", "b"])
case(r"[]a]|[^]b]", ["]", "b", "c"])


def atom(depth):
    k = random.randrange(16)
    if k < 6 or depth <= 0:
        return random.choice(["a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\b", "^", "$", "é", ""])
    if k < 9:
        return "(" + expr(depth - 1) + ")"
    if k < 11:
        return "(?:" + expr(depth - 1) + ")"
    return random.choice(["(?=", "(?!", "(?>", "(?<=", "(?<!", "(?i:"]) + expr(depth - 1) + ")" if k < 14 else random.choice(["\\1", "\\2", "(?(1)a|b)"])


def piece(depth):
    a = atom(depth)
    q = random.choice(["", "", "", "*", "+", "?", "*?", "+?", "??", "{1,2}", "{2}", "*+", "?+", "{0,2}?", "++"])
    return a + q if a and a[-1] not in "^$" and not a.startswith("\\b") else a


def expr(depth):
    return "|".join("".join(piece(depth) for _ in range(random.randrange(1, 4))) for _ in range(random.choice([1, 1, 2, 3])))


texts = ["", "a", "ab", "aab", "abc", "bca", "aabbcc", "abab", "é", "aéb", "cabcab", "A", "aA"]
count = 0
while count < 180:
    before = len(lines)
    case(expr(3), random.sample(texts, 4), random.choice([0, 0, 0, I, M]))
    count += len(lines) > before
pathlib.Path(__file__).parent.parent.joinpath("tests/vectors/sre.txt").write_text("\n".join(lines) + "\n")
