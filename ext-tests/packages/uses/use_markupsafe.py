"""MarkupSafe: escaping through the C speedups, and the Markup string type."""

from _expect import raises

import markupsafe
from markupsafe import Markup, _speedups, escape, escape_silent, soft_str

assert markupsafe._escape_inner is _speedups._escape_inner, "the C function is not in use"

# One, two and four bytes per character, each with every character that is replaced.
for alphabet in ("plain", "caf\xe9", "\u0416\u20ac", "\U0001f600"):
    text = f"{alphabet}<a href=\"x\">&'{alphabet}"
    expected = f"{alphabet}&lt;a href=&#34;x&#34;&gt;&amp;&#39;{alphabet}"
    assert _speedups._escape_inner(text) == expected
    assert escape(text) == expected and type(escape(text)) is Markup
assert _speedups._escape_inner("") == ""
same = "nothing to do " * 100
assert _speedups._escape_inner(same) == same
assert _speedups._escape_inner("&" * 10_000) == "&amp;" * 10_000


class Page:
    def __html__(self):
        return Markup("<b>page</b>")


assert escape(Page()) == "<b>page</b>"
assert escape_silent(None) == "" and escape(None) == "None"
assert escape(42) == "42"
name = Markup("<em>%s</em>") % "<World>"
assert name == "<em>&lt;World&gt;</em>"
assert Markup("{0:>4}|{x}").format("&", x=Page()) == "   &amp;|<b>page</b>"
assert Markup("a") + "<b>" == "a&lt;b&gt;"
assert "<" + Markup("b") == "&lt;b"
assert Markup(", ").join(["<", Markup("<br>")]) == "&lt;, <br>"
assert Markup("<p>one &amp; <b>two</b></p>").striptags() == "one & two"
assert Markup("&lt;&eacute;").unescape() == "<\xe9"
assert type(soft_str(Markup("x"))) is Markup and soft_str(3) == "3"
assert Markup("<a>")[1:2] == "a" and type(Markup("<a>")[0]) is Markup

# It returns no result and no error: the interpreter has to notice.
raises(SystemError, "without", _speedups._escape_inner, 5)
raises(SystemError, "without", _speedups._escape_inner, b"bytes")
raises(TypeError, "exactly one argument (2 given)", _speedups._escape_inner, "a", "b")
raises(TypeError, "not all arguments converted", lambda: Markup("x") % ("a", "b"))
print("ok")
