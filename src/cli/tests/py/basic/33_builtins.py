"""The builtin functions that need no import."""
assert abs(-3) == 3
assert min(3, 1, 2) == 1
assert max([1, 9, 3]) == 9
assert min([], default=7) == 7
assert max("a", "bbb", "cc", key=len) == "bbb"
assert sum([1, 2, 3], 10) == 16
assert sorted("bca") == ["a", "b", "c"]
assert any([0, 1])
assert not any([])
assert all([1, 1])
assert all([])
assert divmod(17, 5) == (3, 2)
assert pow(2, 10) == 1024
assert pow(3, 100, 7) == 4
assert pow(3, -1, 7) == 5
assert bin(10) == "0b1010"
assert oct(8) == "0o10"
assert hex(255) == "0xff"
assert int("ff", 16) == 255
assert int("0x1f", 0) == 31
assert int("1_000") == 1000
assert bool([]) is False
assert callable(len)
assert not callable(1)
assert isinstance(1, (str, int))
assert type(1) is int
assert hash("a") == hash("a")
assert id(None) == id(None)
assert getattr(1, "real") == 1
assert getattr(1, "none", 5) == 5
assert ascii("é") == "'\\xe9'"
assert round(-1.5) == -2
assert len(dir([])) > 40
assert "append" in dir([])
assert vars(type("T", (), {"a": 1}))["a"] == 1
