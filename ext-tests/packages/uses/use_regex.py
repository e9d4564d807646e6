"""regex: what it has beyond re: fuzzy matches, recursion, sets, captures, partial matches, Unicode properties."""

import string

from _expect import raises

import regex

assert regex.findall(r"\w+", "one two, caf\xe9 \u0416\u0416") == ["one", "two", "caf\xe9", "\u0416\u0416"]
match = regex.match(r"(?:(?P<word>\w+) (?P<digits>\d+)\n)+", "one 1\ntwo 2\nthree 3\n")
assert match.captures("word") == ["one", "two", "three"] and match.capturesdict()["digits"] == ["1", "2", "3"]
assert match.spans("digits") == [(4, 5), (10, 11), (18, 19)]
assert match["word"] == "three" and match.groupdict() == {"word": "three", "digits": "3"}
assert match.expandf("{word[0]}-{digits[2]}") == "one-3"

assert regex.fullmatch(r"(\((?:[^()]++|(?1))*\))", "(a(b)(c(d)))")
assert not regex.fullmatch(r"(\((?:[^()]++|(?1))*\))", "(a(b)(c(d))")
fuzzy = regex.search(r"(?:cats|dogs){e<=1}", "the cuts")
assert fuzzy[0] == "cuts" and fuzzy.fuzzy_counts == (1, 0, 0)
assert regex.search(r"(?b)(?:approximate){i<=1,d<=1,s<=2,e<=3}", "an aproximatte match").fuzzy_counts == (1, 0, 1)
assert regex.search(r"(?<=a+)b", "caaab").span() == (4, 5)
assert regex.findall(r"(?r)\d", "1a2") == ["2", "1"]
assert regex.findall(r"..", "abcd", overlapped=True) == ["ab", "bc", "cd"]
assert regex.findall(r"[[a-z]--[aeiou]]", "regex", flags=regex.V1) == ["r", "g", "x"]
assert regex.findall(r"\p{Lu}\p{Script=Greek}*", "A\u03b1\u03b2 B") == ["A\u03b1\u03b2", "B"]
assert regex.findall(r"\X", "e\u0301a\U0001f1e9\U0001f1ea") == ["e\u0301", "a", "\U0001f1e9\U0001f1ea"]
assert regex.search(r"(?i:stra\xdfe)", "STRASSE", flags=regex.FULLCASE | regex.IGNORECASE)[0] == "STRASSE"
assert regex.search(r"\L<names>", "is bob here", names=["bob", "alice"])[0] == "bob"
assert regex.match(r"\d{4}-\d{2}", "2024-", partial=True).partial
assert regex.match(r"(?|(a)|(b))c", "bc").groups() == ("b",)
assert regex.match(r"(?(DEFINE)(?P<n>\d+))(?&n)-(?&n)", "10-20")[0] == "10-20"
assert regex.search(r"a\Kb", "ab")[0] == "b" and regex.search(r"(?>a+)ab", "aaab") is None

assert regex.sub(r"(\w)(\w)", r"\2\1", "abcd") == "badc" and regex.subf(r"(\w)", "<{1}>", "ab") == "<a><b>"
assert regex.subn("a", lambda found: found[0].upper(), "banana", count=2) == ("bAnAna", 2)
assert regex.split(r"([,;])", "a,b;c") == ["a", ",", "b", ";", "c"]
assert list(regex.splititer(r"\s+", "a b  c")) == ["a", "b", "c"]
assert regex.findall(rb"\d+", b"1 22 333") == [b"1", b"22", b"333"]
assert regex.findall(rb"\d+", bytearray(b"4 55"), pos=1) == [b"55"]
assert [found.start() for found in regex.finditer("b", "abcb")] == [1, 3]
assert regex.escape("a.b*c") == r"a\.b\*c"
pattern = regex.compile(r"(?P<x>.)", regex.DOTALL)
assert pattern.groupindex == {"x": 1} and pattern.pattern == r"(?P<x>.)" and pattern.flags & regex.S
assert pattern == regex.compile(r"(?P<x>.)", regex.DOTALL) and repr(pattern).startswith("regex.Regex(")
assert regex.search("x" * 300 + "$", string.ascii_letters + "x" * 300) is not None

error = raises(regex.error, "missing )", regex.compile, "(a")
assert error.pos == 2 and error.pattern == "(a"
raises(regex.error, "unknown property", regex.compile, r"\p{Nonsense}")
raises(regex.error, "multiple repeat", regex.compile, "a**")
raises(TypeError, "cannot use a string pattern on a bytes-like object", regex.match, "a", b"a")
raises(TypeError, "a bytes-like object is required, not 'int'", regex.match, "a", 5)
raises(IndexError, "no such group", lambda: regex.match("a", "a")[3])
raises(ZeroDivisionError, "division by zero", regex.sub, "a", lambda found: 1 / 0, "a")
print("ok")
