"""Subclasses of builtin types."""
class L(list):
    def total(self):
        return sum(self)


l = L([1, 2])
l.append(3)
assert l.total() == 6
assert l == [1, 2, 3]
l.name = "n"
assert l.name == "n"


class D(dict):
    def __missing__(self, k):
        return k * 2


assert D()[4] == 8
assert D(a=1)["a"] == 1


class I(int):
    def __add__(self, o):
        return "added"


assert I(5) == 5
assert I(5) + 1 == "added"
assert I(5) * 2 == 10


class S(str):
    pass


assert S("ab").upper() == "AB"
assert type(S("a") + "b") is str


class T(tuple):
    def __new__(cls, *a):
        return super().__new__(cls, a)


assert T(1, 2) == (1, 2)
