"""Slices of every sequence, slice objects, negative steps."""
a = list(range(10))
assert a[2:5] == [2, 3, 4]
assert a[:3] == [0, 1, 2]
assert a[7:] == [7, 8, 9]
assert a[-3:-1] == [7, 8]
assert a[::-3] == [9, 6, 3, 0]
assert a[100:] == []
assert a[5:2] == []
assert a[slice(1, 4)] == [1, 2, 3]
del a[::2]
assert a == [1, 3, 5, 7, 9]
a[1:1] = [100, 200]
assert a == [1, 100, 200, 3, 5, 7, 9]
assert "abcdef"[4:1:-1] == "edc"
assert (1, 2, 3, 4)[1::2] == (2, 4)
assert b"abcd"[1:3] == b"bc"
assert slice(None, None, -1).indices(5) == (4, -1, -1)
