"""Strings: literals, indexing, slices, concatenation, comparison."""
s = "hello"
assert len(s) == 5
assert s[0] == "h"
assert s[-1] == "o"
assert s[1:3] == "el"
assert s[::-1] == "olleh"
assert s[::2] == "hlo"
assert s + " " + "world" == "hello world"
assert "ab" * 3 == "ababab"
assert "a" "b" 'c' == "abc"
assert "ell" in s
assert "x" not in s
assert "abc" < "abd"
assert "a\tb\n"[1] == "\t"
assert "\x41\u00e9\U0001F600\N{GREEK SMALL LETTER ALPHA}"[0] == "A"
assert len("é\U0001F600α") == 3
assert r"\n" == "\\n"
assert """a
b""" == "a\nb"
assert ord("A") == 65
assert chr(960) == "π"
s += "!"
assert s == "hello!"
assert str(12) == "12"
assert repr("it's") == '"it\'s"'
