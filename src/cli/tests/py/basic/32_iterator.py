"""The iterator protocol, by class and by builtin."""
class Up:
    def __init__(self, n):
        self.i = 0
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


assert list(Up(3)) == [1, 2, 3]
assert sum(Up(4)) == 10
a, b = Up(2)
assert (a, b) == (1, 2)
assert list(enumerate("ab", 1)) == [(1, "a"), (2, "b")]
assert list(zip([1, 2, 3], "ab")) == [(1, "a"), (2, "b")]
assert list(map(max, [1, 5], [3, 2])) == [3, 5]
assert list(reversed([1, 2])) == [2, 1]
it = iter([1, 2])
assert next(it) == 1
assert list(it) == [2]
assert list(iter(iter([1, 2, 0, 3]).__next__, 0)) == [1, 2]


class Old:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError
        return i * 10


assert list(Old()) == [0, 10, 20]
assert 20 in Old()
