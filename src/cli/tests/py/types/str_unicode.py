"""Text beyond ASCII: the three widths, surrogates, slices, comparison, case, hashing."""


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

narrow = "abc"
latin = "abé"
wide = "ab€"
full = "ab😀"
eq([len(s) for s in (narrow, latin, wide, full)], [3, 3, 3, 3])
eq([s[-1] for s in (narrow, latin, wide, full)], ['c', 'é', '€', '😀'])
eq([s[::-1] for s in (narrow, latin, wide, full)], ['cba', 'éba', '€ba', '😀ba'])
eq([s[:2] == "ab" for s in (latin, wide, full)], [True, True, True])
eq([s[:2] + t[2:] for s in (latin, wide, full) for t in (narrow, latin, wide, full)], ['abc', 'abé', 'ab€', 'ab😀', 'abc', 'abé', 'ab€', 'ab😀', 'abc', 'abé', 'ab€', 'ab😀'])
eq(sorted([full, wide, latin, narrow]), ['abc', 'abé', 'ab€', 'ab😀'])
assert (narrow < latin < wide < full) is True
eq(max(narrow, latin, wide, full), "ab😀")
assert (latin[:2] is not None) is True
assert (hash(latin[:2]) == hash("ab")) is True
eq({wide[:2]: 1}["ab"], 1)
assert (full[2:] == "😀") is True
eq(wide[2:] * 3, "€€€")
eq([s.find(t) for s in (narrow, latin, wide, full) for t in ("b", "é", "€", "😀")], [1, -1, -1, -1, 1, 2, -1, -1, 1, -1, 2, -1, 1, -1, -1, 2])
eq([s.replace("b", t) for s in (narrow, latin, wide, full) for t in ("é", "€", "😀")], ['aéc', 'a€c', 'a😀c', 'aéé', 'a€é', 'a😀é', 'aé€', 'a€€', 'a😀€', 'aé😀', 'a€😀', 'a😀😀'])
eq([s.split("b") for s in (narrow, latin, wide, full)], [['a', 'c'], ['a', 'é'], ['a', '€'], ['a', '😀']])
eq("é€😀".join(["a", "b"]), "aé€😀b")
eq("".join([narrow, latin, wide, full]), "abcabéab€ab😀")
eq([ascii(s) for s in (narrow, latin, wide, full)], ["'abc'", "'ab\\xe9'", "'ab\\u20ac'", "'ab\\U0001f600'"])
eq([s.encode("utf-8") for s in (narrow, latin, wide, full)], [b'abc', b'ab\xc3\xa9', b'ab\xe2\x82\xac', b'ab\xf0\x9f\x98\x80'])
eq([s.encode("utf-16-le") for s in (latin, wide, full)], [b'a\x00b\x00\xe9\x00', b'a\x00b\x00\xac ', b'a\x00b\x00=\xd8\x00\xde'])
eq([s.encode("utf-32-be") for s in (latin, full)], [b'\x00\x00\x00a\x00\x00\x00b\x00\x00\x00\xe9', b'\x00\x00\x00a\x00\x00\x00b\x00\x01\xf6\x00'])
eq([s.encode("utf-8").decode("utf-8") == s for s in (narrow, latin, wide, full)], [True, True, True, True])
eq(b"\xff\xfea\x00".decode("utf-16"), "a")
eq(b"\xef\xbb\xbfa".decode("utf-8-sig"), "a")
eq("a".encode("utf-8-sig"), b'\xef\xbb\xbfa')
eq("é".encode("utf-7"), b'+AOk-')
eq(b"+AOk-".decode("utf-7"), "é")
with raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xc3 in position 0: unexpected end of data"):
    b"\xc3".decode("utf-8")
with raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xc3 in position 0: invalid continuation byte"):
    b"\xc3\x28".decode("utf-8")
with raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte"):
    b"\xed\xa0\x80".decode("utf-8")
with raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xf4 in position 0: invalid continuation byte"):
    b"\xf4\x90\x80\x80".decode("utf-8")
with raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xc0 in position 0: invalid start byte"):
    b"\xc0\x80".decode("utf-8")
eq(b"ab\xff\xfe".decode("utf-8", "replace"), "ab��")
eq(b"ab\xe2\x82".decode("utf-8", "replace"), "ab�")
eq(b"\xff".decode("utf-8", "ignore"), "")
eq(b"\xff".decode("utf-8", "backslashreplace"), "\\xff")
eq(b"\xff".decode("utf-8", "surrogateescape"), "\udcff")
eq(b"\xed\xa0\x80".decode("utf-8", "surrogatepass"), "\ud800")
with raises(UnicodeDecodeError, "'utf-16-le' codec can't decode byte 0x61 in position 0: truncated data"):
    b"a".decode("utf-16")
with raises(UnicodeDecodeError, "'utf-16-le' codec can't decode bytes in position 0-1: unexpected end of data"):
    b"\x00\xd8".decode("utf-16-le")
with raises(UnicodeDecodeError, "'ascii' codec can't decode byte 0x80 in position 0: ordinal not in range(128)"):
    b"\x80".decode("ascii")
with raises(UnicodeDecodeError):
    b"\x00\x00\x11\x00".decode("utf-32-le")
assert ("\ud83d\ude00" == "😀") is False
eq(len("\ud83d\ude00"), 2)
eq("\ud83d\ude00".encode("utf-16-le", "surrogatepass").decode("utf-16-le"), "😀")
eq("a\x00b", "a\x00b")
eq(len("a\x00b"), 3)
assert ("a\x00b" == "a") is False
assert ("\0".isprintable()) is False
eq("ﬀ".upper(), "FF")
eq("ŉ".upper(), "ʼN")
eq("ΐ".upper(), "Ϊ́")
eq("ẞ".lower(), "ß")
eq("ẞ".casefold(), "ss")
eq("Ⅷ".lower(), "ⅷ")
eq("ⓐ".upper(), "Ⓐ")
eq("𐐀".lower(), "𐐨")
assert ("İ".lower() == "i̇") is True
eq("ſ".upper(), "S")
eq("µ".upper(), "Μ")
eq("K".lower(), "k")
eq("ά".title(), "Ά")
eq("ǉ".capitalize(), "ǈ")
eq("1a2b".title(), "1A2B")
eq("they're bill's".title(), "They'Re Bill'S")
eq([c.isalpha() for c in "aé日ªʰ1٣½²_ "], [True, True, True, True, True, False, False, False, False, False, False])
eq([c.isdigit() for c in "1٣½²五"], [True, True, False, True, False])
eq([c.isdecimal() for c in "1٣½²"], [True, True, False, False])
eq([c.isnumeric() for c in "1٣½²五"], [True, True, True, True, True])
eq([c.isspace() for c in " \t\x0b\x1f\x85\xa0\u1680\u2028\u3000\ufeff"], [True, True, True, True, True, True, True, True, True, False])
eq([c.isupper() for c in "AÉΣǅa1"], [True, True, True, False, False, False])
eq([c.islower() for c in "aéσªǆ1"], [True, True, True, True, True, False])
eq([c.istitle() for c in "AǅǈB"], [True, True, True, True])
eq([c.isprintable() for c in "a\xad\u2028\ue000\ud800\U000f0000\u0378"], [True, False, False, False, False, False, False])
eq([c.isidentifier() for c in "aé日1_·℮゛"], [True, True, True, False, True, False, True, False])
assert ("a·".isidentifier()) is True
assert ("a\u0301".isidentifier()) is True
assert ("ª".isidentifier()) is True
ﬁ = 1
assert ("fi" in globals()) is True
assert ("ﬁ" in globals()) is False
eq(fi, 1)
été = 2
eq(été, 2)
eq(globals()["été"], 2)
eq(int("１２３"), 123)
eq(float("１.５"), 1.5)
eq(int("٣") + int("۴"), 7)
eq("İstanbul".lower().upper(), "İSTANBUL")
eq("straße".upper().lower(), "strasse")
eq("ΌΔΟΣ".lower(), "όδος")
eq("Σ".lower(), "σ")
eq("ΑΣ.".lower(), "ας.")
eq("Α.Σ".lower(), "α.ς")
assert ("a\u0301" == "á") is False
assert ("é" < "f") is False
assert ("Z" < "a" < "é") is True
eq("日本語テキスト".split("語"), ['日本', 'テキスト'])
eq("日本語"[1], "本")
eq("日本語" * 2, "日本語日本語")
assert ("日" in "日本") is True
eq("日本".rjust(4, "・"), "・・日本")
eq("日本".center(5), "  日本 ")
eq(repr("\u0300"), "'̀'")
eq(repr("\u200e"), "'\\u200e'")
eq(repr("\ue000"), "'\\ue000'")
eq(repr("\U0010ffff"), "'\\U0010ffff'")
eq(repr("\xff"), "'ÿ'")
eq(repr("\u0378"), "'\\u0378'")
eq(repr("日"), "'日'")
eq("%s" % "日", "日")
eq("{:>3}".format("日"), "  日")
eq(f"{'日':*^5}", "**日**")
eq("\x1c\x1d\x1e\x1f".split(), [])
eq("a\x1cb".splitlines(), ['a', 'b'])
eq("\u2029".splitlines(), [''])
eq("a\u2028b".splitlines(True), ['a\u2028', 'b'])
eq(str(b"\xe6\x97\xa5", "utf-8"), "日")
eq("é".encode("cp1252"), b'\xe9')
eq("é".encode("mac-roman"), b'\x8e')
eq("ж".encode("koi8-r"), b'\xd6')
with raises(UnicodeEncodeError, "'charmap' codec can't encode character '\\u65e5' in position 0: character maps to <undefined>"):
    "日".encode("cp1252")
eq("a\u0301".encode("ascii", "replace"), b'a?')
eq("日".encode("ascii", "namereplace"), b'\\N{CJK UNIFIED IDEOGRAPH-65E5}')
