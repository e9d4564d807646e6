"""The common string methods."""
assert "a,b,c".split(",") == ["a", "b", "c"]
assert "  a  b ".split() == ["a", "b"]
assert "a-b-c".rsplit("-", 1) == ["a-b", "c"]
assert "-".join(["x", "y"]) == "x-y"
assert " x ".strip() == "x"
assert "xxaxx".lstrip("x") == "axx"
assert "xxaxx".rstrip("x") == "xxa"
assert "abc".upper() == "ABC"
assert "ABC".lower() == "abc"
assert "hello world".title() == "Hello World"
assert "hELLO".capitalize() == "Hello"
assert "aXb".swapcase() == "AxB"
assert "banana".replace("a", "o", 2) == "bonona"
assert "banana".find("an") == 1
assert "banana".rfind("an") == 3
assert "banana".find("x") == -1
assert "banana".index("n") == 2
assert "banana".count("an") == 2
assert "banana".startswith("ban")
assert "banana".endswith(("x", "na"))
assert "k=v=w".partition("=") == ("k", "=", "v=w")
assert "k=v=w".rpartition("=") == ("k=v", "=", "w")
assert "a\nb\r\nc".splitlines() == ["a", "b", "c"]
assert "5".zfill(3) == "005"
assert "-5".zfill(4) == "-005"
assert "ab".center(6, "*") == "**ab**"
assert "ab".ljust(4) == "ab  "
assert "ab".rjust(4) == "  ab"
assert "123".isdigit()
assert "abc".isalpha()
assert "a1".isalnum()
assert " \t".isspace()
assert "ab_1".isidentifier()
assert "Straße".casefold() == "strasse"
assert "abc".translate({97: "x", 98: None}) == "xc"
assert "prefix-body".removeprefix("prefix-") == "body"
assert "body.py".removesuffix(".py") == "body"
assert "a\tb".expandtabs(4) == "a   b"
assert "é".encode() == b"\xc3\xa9"
