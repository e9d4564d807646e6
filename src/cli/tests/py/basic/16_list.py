"""Lists: items, slices, the common methods."""
a = [1, 2, 3]
a.append(4)
assert a == [1, 2, 3, 4]
a[0] = 10
assert a[0] == 10
a[1:3] = [7, 8, 9]
assert a == [10, 7, 8, 9, 4]
del a[0]
assert a == [7, 8, 9, 4]
assert a.pop() == 4
assert a.pop(0) == 7
a.extend([1, 2])
a.insert(1, 5)
assert a == [8, 5, 9, 1, 2]
a.sort()
assert a == [1, 2, 5, 8, 9]
a.reverse()
assert a == [9, 8, 5, 2, 1]
a.remove(5)
assert 5 not in a
assert a.index(8) == 1
assert a.count(1) == 1
b = a.copy()
b.clear()
assert b == [] and len(a) == 4
assert [0] * 3 == [0, 0, 0]
assert [1] + [2] == [1, 2]
a += [0]
assert a[-1] == 0
a[::2] = ["x", "y", "z"]
assert a == ["x", 8, "y", 1, "z"]
assert repr([1, [2], "a"]) == "[1, [2], 'a']"
assert [1, 2] < [1, 3]
assert sorted([3, 1, 2], reverse=True) == [3, 2, 1]
c = []
c.append(c)
assert repr(c) == "[[...]]"
