"""Dictionaries: items, order, the common methods."""
d = {"a": 1, "b": 2}
d["c"] = 3
assert d["a"] == 1
assert len(d) == 3
assert "b" in d
assert "z" not in d
assert d.get("z") is None
assert d.get("z", 0) == 0
assert list(d) == ["a", "b", "c"]
assert list(d.keys()) == ["a", "b", "c"]
assert list(d.values()) == [1, 2, 3]
assert list(d.items()) == [("a", 1), ("b", 2), ("c", 3)]
del d["a"]
d["a"] = 9
assert list(d) == ["b", "c", "a"]
assert d.pop("b") == 2
assert d.pop("b", None) is None
assert d.setdefault("x", []) == []
d["x"].append(1)
assert d["x"] == [1]
d.update({"c": 30}, y=5)
assert d == {"c": 30, "a": 9, "x": [1], "y": 5}
assert d.popitem() == ("y", 5)
e = {**d, "q": 1}
assert len(e) == 4
assert {1: 2} | {3: 4} == {1: 2, 3: 4}
assert dict(a=1) == {"a": 1}
assert dict([(1, 2)]) == {1: 2}
assert repr({1: "a"}) == "{1: 'a'}"
many = {}
i = 0
while i < 1000:
    many[i] = i * i
    i += 1
assert many[999] == 998001
assert len(many) == 1000
many.clear()
assert not many
assert {1: "a", 1.0: "b", True: "c"} == {1: "c"}
