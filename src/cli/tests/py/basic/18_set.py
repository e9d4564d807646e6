"""Sets and frozen sets."""
s = {1, 2, 3}
s.add(4)
s.add(4)
assert len(s) == 4
s.discard(9)
s.remove(1)
assert 1 not in s
assert s | {9} == {2, 3, 4, 9}
assert s & {2, 3, 7} == {2, 3}
assert s - {2} == {3, 4}
assert s ^ {2, 8} == {3, 4, 8}
assert {2, 3} <= s
assert {2, 3} < s
assert s >= {4}
assert s.isdisjoint({100})
s |= {5}
assert 5 in s
assert set("hello") == {"h", "e", "l", "o"}
f = frozenset([1, 2])
assert f == {1, 2}
assert hash(f) == hash(frozenset([2, 1]))
assert {f: 1}[frozenset([1, 2])] == 1
assert repr(set()) == "set()"
assert repr({1}) == "{1}"
