"""Writes tests/vectors/text.txt and codecs.txt: fields separated by spaces, texts as hexadecimal code points joined by dots. Run under CPython 3.14."""
import codecs, pathlib, random, warnings

warnings.simplefilter("ignore")
random.seed(1991)
here = pathlib.Path(__file__).parent.parent / "tests/vectors"
lines = []


def t(s):
    return ".".join(f"{c if isinstance(c, int) else ord(c):x}" for c in s) or "-"


def many(parts):
    return ",".join(t(p) for p in parts) or "none"


def emit(*fields):
    lines.append(" ".join(map(str, fields)))


pool = "aAbBzZ019_-+ \t\n\r\x0b\x0c\x1c\x1f\x7f\\'\"éßŉÿµĀǄǅİıΣσςͅʰ\xad\u0301ﬀﬃΐᾳᾈ\u2028\u0085\xa0\u3000٣²½Ⅷ€\U0001f600\U00010400\U0001d7d8\ud800\udfff\ue000\u200b中 '"
texts = ["", "a", "Σ", "ΑΣ", "ΑΣ.", "ΑΣ΄Α", "ΑΣ\xadΑ", "ΟΔΥΣΣΕΥΣ ΟΔΥΣΣΕΎΣ", "they're bill's friends from the UK", "ǅabc ǆ", "İstanbul", "Straße ŉ", "ab'c", 'ab"c', "a'b\"c", "\r\n", "a\r\nb\rc\n\nd\x1ce\u2028f", "  a  b ",
         "Hello World", "Hello world", "hELLO", "ʰA", "aʰΣ", "1a", "a1", "_x9", "9x", "x·", "℘", "ª", "ⅷ", "٣٤", "²", "½", "中文", "\xa0\u3000", "\x1c\x1f", "x\x00y\x7f\x80\xad\u0378\U000e0001"]
texts += ["".join(random.choice(pool) for _ in range(random.randrange(1, 9))) for _ in range(60)]
for s in texts:
    for name in ("lower", "upper", "title", "capitalize", "swapcase", "casefold"):
        emit(name, t(s), t(getattr(s, name)()))
    emit("is", t(s), "".join(str(int(getattr(s, n)())) for n in ("isascii", "isalpha", "isalnum", "isdecimal", "isdigit", "isnumeric", "isspace", "isprintable", "isidentifier", "islower", "isupper", "istitle")))
    emit("repr", t(s), t(repr(s)))
    emit("ascii", t(s), t(ascii(s)))
    for limit in (-1, random.choice([0, 1, 2])):
        emit("splitblank", t(s), limit, many(s.split(None, limit)))
        emit("rsplitblank", t(s), limit, many(s.rsplit(None, limit)))
    emit("lines", t(s), 0, many(s.splitlines()))
    emit("lines", t(s), 1, many(s.splitlines(True)))
    emit("strip", t(s), t(s.strip()), t(s.lstrip()), t(s.rstrip()))
    chars = "".join(random.sample(pool, 4)) + (s[-1:] or "x")
    emit("stripset", t(s), t(chars), t(s.strip(chars)), t(s.lstrip(chars)), t(s.rstrip(chars)))
    emit("tabs", t(s), 8, t(s.expandtabs()))
    emit("tabs", t(s), 3, t(s.expandtabs(3)))
    emit("zfill", t(s), 7, t(s.zfill(7)))
    emit("center", t(s), 8, t(s.center(8)))
    emit("center", t(s), 9, t(s.center(9)))
for _ in range(150):
    alphabet = random.choice(["ab", "ab", "abc", "aé", "a€", "a\U0001f600b"])
    s = "".join(random.choice(alphabet) for _ in range(random.choice([0, 3, 8, 20, 60])))
    n = "".join(random.choice(alphabet) for _ in range(random.choice([0, 1, 1, 2, 3, 5, 8])))
    if random.random() < 0.3 and len(s) > 4:
        i = random.randrange(len(s))
        n = s[i : i + random.randrange(1, 30)]
    emit("find", t(s), t(n), s.find(n), s.rfind(n), s.count(n))
    new = random.choice(["", "x", n[::-1], "xyz"])
    limit = random.choice([-1, 0, 1, 2])
    emit("replace", t(s), t(n), t(new), limit, t(s.replace(n, new, limit)))
    if n:
        emit("split", t(s), t(n), limit, many(s.split(n, limit)))
        emit("rsplit", t(s), t(n), limit, many(s.rsplit(n, limit)))
        emit("partition", t(s), t(n), many(s.partition(n)))
        emit("rpartition", t(s), t(n), many(s.rpartition(n)))
blobs = [b"", b"abc", b"'", b'"', b"'\"", b"\x00\xff\t\n\r\\", b"they're bill's FRIENDS 1a", b"aB1", b" \x1c", b" \t\v\f", b"AB 1", b"ab 1", b"Ab Cd", b"\xe9"] + [bytes(random.choice(b"aAzZ09 \t\n\r\x0b\x1c\x85\xff'\"\\") for _ in range(random.randrange(1, 9))) for _ in range(40)]
for b in blobs:
    emit("brepr", t(b), t(repr(b)))
    emit("bcase", t(b), t(b.title()), t(b.capitalize()), t(b.swapcase()))
    emit("bis", t(b), "".join(str(int(getattr(b, n)())) for n in ("isalpha", "isalnum", "isdigit", "isspace", "islower", "isupper", "istitle")))
    emit("blines", t(b), many(b.splitlines()))
    emit("bsplit", t(b), many(b.split()))
    n = random.choice([1, 2, 3, -2, -3, 0, 7, -50])
    emit("bhex", t(b), n, t(b.hex(":", n)))
    emit("escape", t(b), t(codecs.escape_encode(b)[0]))
for s in ["1 2", "1", "g", "1g", "é1", "12 3", "12\x0034", " 12\v34 ", "1 ", "0é", "12 g", "", "fFaB"]:
    try:
        r = t(bytes.fromhex(s))
    except ValueError as e:
        r = "!" + str(e)
    emit("fromhex", t(s), r)
for s in [b"\\", b"\\x", b"\\x1", b"\\x1g", b"ab\\xg", b"\\1234\\8", b"\\400", b"\\z", b"\\\n", b"\\u1234", b"\\N", b"a\\x41\\101\\n\\r\\t\\a\\b\\f\\v\\'\\\"\\\\z", b"\\0\\07\\007\\0007"]:
    for er in ("strict", "replace", "ignore"):
        try:
            r = t(codecs.escape_decode(s, er)[0])
        except ValueError as e:
            r = "!" + str(e)
        emit("unescape", t(s), er, r)
(here / "text.txt").write_text("\n".join(lines) + "\n")

lines = []
bad = {
    "utf-8": [b"\x80", b"\xc0\x80", b"\xc2", b"\xc2a", b"\xe0\x80\x80", b"\xe2\x82", b"\xe2\x82a", b"\xed\xa0\x80", b"\xf0\x80\x80\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f\x98", b"\xf0\x9f", b"\xf0", b"\xf5", b"\xff", b"\xe2a", b"\xf0\x9fa", b"\xf0\x9f\x98a", b"\xed\xa0", b"\xf0\x80", b"\xe0\x80", "aé€😀".encode(), b"a\x80b\xc3"],
    "utf-16-le": [b"\0", b"\0\xd8", b"\0\xd8\0", b"\0\xd8a\0", b"\0\xdc", b"\0\xd8\0\xd8\0\xdc", b"a\0b", b"=\xd8\0\xdea\0"],
    "utf-16-be": [b"\0", b"\xd8\0", b"\xd8\0\xdc\0\0a", b"\xdc\0\0a"],
    "utf-32-le": [b"\0", b"\0\0\0\0\0", b"\0\xd8\0\0", b"\0\0\x11\0a\0\0\0", b"\xff\xff\xff\xff", b"\0\xf6\1\0"],
    "utf-32-be": [b"\0\0\0a", b"\0\1\xf6\0\0"],
    "unicode-escape": [b"\\", b"\\x", b"\\x1", b"\\x1g", b"\\u12", b"\\u123", b"\\U0011", b"\\U00110000", b"\\N", b"\\N{", b"\\N{x}", b"\\N{}", b"\\N{DIGIT ONE}", b"\\N{digit one}", b"\\N{KEYCAP DIGIT ONE}", b"\\8", b"\\400", b"\\777", b"\\z", b"\\\n|", b"\xe9", b"\\ud800", b"a\\", b"\\N{a", b"\\u123g\\x", b"\\N{LF}", b"\\0\\08\\1234", b"\\Nx", b"\\N{a b", b"\\n\\r\\t\\a\\b\\f\\v\\'\\\"\\\\\\x41\\u20ac\\U0001f600", b"\\U0001"],
    "raw-unicode-escape": [b"\\", b"\\u12", b"\\u123g", b"\\U00110000", b"\\\\u1234", b"\\\\\\u1234", b"\\x41", b"\xe9", b"\\U0001f600", b"\\ud800", b"\\u", b"\\U0010", b"a\\u20acb"],
    "utf-7": [b"+", b"+A", b"+AGE", b"+AGE-", b"+-", b"a+b", b"+AGE!", b"\xe9", b"+\xe9", b"+AGEA\xe9", b"+2AA-", b"+2ADcAA-", b"+3AA-", b"+AGF", b"+AGF-x", b"~\\", b"+AG", b"+A-", b"+2AA", b"+2ADcAA", b"+AGE-b+AGI-", b"+////-", b"+///-", b"+AGEAYgBj!", b"+2AB-a", b"+2ABa-", b"+AA-", b"+AAA-", b"+AAB-", b"+2AAAYQ-", b"a+IKw-b+!c", b"+2AA+2AA-", b"+IKwgrA"],
    "ascii": [b"a\x80\x81", b"abc", b"\xff"],
    "cp1252": [b"\x81\x8d", b"a\x80\xff"],
}
for name, blobs in bad.items():
    for b in blobs:
        try:
            r = t(b.decode(name))
        except UnicodeDecodeError as e:
            r = f"!{e.start}-{e.end}-{e.reason.replace(' ', '_')}"
        emit("decode", name, t(b), r, t(b.decode(name, "replace")))
        f = getattr(codecs, name.replace("-", "_") + "_decode", None)
        if f and name != "ascii":
            try:
                text, used = f(b, "strict", False)
                r = f"{t(text)} {used}"
            except UnicodeDecodeError as e:
                r = f"!{e.start}-{e.end}-{e.reason.replace(' ', '_')} 0"
            emit("partial", name, t(b), r)
strings = ["", "a\ud800\udc00b", "é€😀\n\r\t\\'\"\x7f\x00~", "\xff\u0100\uffff\U00010000", "+a+-!b~\\ \t\n€x€-€/€", "\udc80\ud800", "plain", "a\udfff", "€€a€"]
for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "latin-1", "ascii", "unicode-escape", "raw-unicode-escape", "utf-7", "cp1252"):
    for s in strings:
        try:
            r = t(s.encode(name))
        except UnicodeEncodeError as e:
            r = f"!{e.start}-{e.end}-{e.reason.replace(' ', '_')}"
        emit("encode", name, t(s), r, t(s.encode(name, "backslashreplace")))
for s in ("é€😀\ud800", "a\x00"):
    for h in ("xmlcharrefreplace", "namereplace", "backslashreplace"):
        emit("handler", h, t(s), t(codecs.lookup_error(h)(UnicodeEncodeError("x", s, 0, len(s), "y"))[0]))
(here / "codecs.txt").write_text("\n".join(lines) + "\n")
