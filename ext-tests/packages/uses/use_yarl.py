"""yarl: parts of URLs, building, joining, queries, quoting in the compiled quoter, errors."""

import pickle

from _expect import raises

from yarl import URL, _quoting

assert _quoting._Quoter.__module__.endswith("_quoting_c")
url = URL("https://us%65r:p@ss@EXAMPLE.com:8080/caf\xe9/a%2Fb/../c.tar.gz?q=1&q=2&x=%C3%A9+y#frag ment")
assert url.scheme == "https" and url.host == "example.com" and url.port == 8080 and url.user == "user"
assert url.path == "/caf\xe9/c.tar.gz" and url.raw_path == "/caf%C3%A9/c.tar.gz"
assert url.query.getall("q") == ["1", "2"] and url.query["x"] == "\xe9 y" and url.fragment == "frag ment"
assert url.raw_fragment == "frag%20ment" and url.name == "c.tar.gz" and url.suffix == ".gz" and url.suffixes == (".tar", ".gz")
assert url.parts == ("/", "caf\xe9", "c.tar.gz") and url.parent.path == "/caf\xe9"
assert str(url.origin()) == "https://example.com:8080" and not url.is_default_port()
assert URL("http://h").is_default_port() and URL("http://h").port == 80 and URL("//h/p").absolute

base = URL("http://example.com/a/b")
assert str(base / "c" / "d e") == "http://example.com/a/b/c/d%20e"
assert str(base.joinpath("x", "y/z")) == "http://example.com/a/b/x/y/z"
assert str(base.join(URL("../c?d=1"))) == "http://example.com/c?d=1"
assert str(base.with_query({"a": [1, 2], "b": "\u20ac &"})) == "http://example.com/a/b?a=1&a=2&b=%E2%82%AC+%26"
assert str(base % {"n": 1} % {"m": 2}) == "http://example.com/a/b?n=1&m=2"
assert str(base.with_query("a=1").update_query(a=2, b=3).without_query_params("b")) == "http://example.com/a/b?a=2"
assert str(base.with_scheme("ftp").with_host("\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444").with_port(99)) == "ftp://xn--e1afmkfd.xn--p1ai:99/a/b"
assert str(base.with_user("me").with_password("x:y")) == "http://me:x%3Ay@example.com/a/b"
assert str(base.with_name("n").with_suffix(".txt").with_fragment("f")) == "http://example.com/a/n.txt#f"
assert str(URL.build(scheme="http", host="::1", port=1, path="/p", query={"k": "v"})) == "http://[::1]:1/p?k=v"
assert URL("http://xn--e1afmkfd.xn--p1ai").human_repr() == "http://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444/"
assert URL("http://a/%D0%B9").human_repr() == "http://a/\u0439" and URL("http://a/\u0439").raw_path == "/%D0%B9"
assert URL(str(url)) == url and hash(URL(str(url))) == hash(url) and {url: 1}[URL(str(url))] == 1
assert pickle.loads(pickle.dumps(url)) == url and URL("http://a") < URL("http://b")
assert repr(URL("http://a")) == "URL('http://a')" and not URL("") and bool(URL("/"))

quoter, unquoter = _quoting._Quoter(safe="/"), _quoting._Unquoter()
for text in ("plain", "a b", "\u20ac/\U0001f600", "100%", "%41%2f", "x" * 9000 + " "):
    assert unquoter(quoter(text)) == text.replace("%41%2f", "A/"), text
assert _quoting._Quoter(qs=True)("a b=c&+") == "a+b%3Dc%26%2B"
assert unquoter("%E2%82%AC%zz%") == "\u20ac%zz%"

raises(ValueError, "Invalid URL: port can't be converted to integer", URL, "http://h:port/")
raises(TypeError, "Constructor parameter should be str", URL, 5)
raises(ValueError, "Invalid IPv6 URL", URL, "http://[::1/")
raises(TypeError, "port should be int or None, got <class 'str'>", base.with_port, "80")
raises(ValueError, "port must be between 0 and 65535, got 70000", base.with_port, 70000)
raises(ValueError, "URL should be absolute", URL("/rel").origin)
raises(TypeError, "value should be str, int or float, got", base.with_query, {"a": object()})
raises(TypeError, "Argument should be str", quoter, 5)
print("ok")
