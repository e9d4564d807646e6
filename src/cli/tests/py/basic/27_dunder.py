"""Operators defined by a class."""
class V:
    def __init__(self, n):
        self.n = n

    def __add__(self, o):
        return V(self.n + (o.n if isinstance(o, V) else o))

    def __radd__(self, o):
        return V(o + self.n)

    def __iadd__(self, o):
        self.n += o
        return self

    def __eq__(self, o):
        return isinstance(o, V) and self.n == o.n

    def __hash__(self):
        return hash(self.n)

    def __lt__(self, o):
        return self.n < o.n

    def __neg__(self):
        return V(-self.n)

    def __bool__(self):
        return self.n != 0

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        return self.n * i

    def __contains__(self, x):
        return x == self.n

    def __call__(self, *a):
        return (self.n,) + a

    def __repr__(self):
        return "V(" + str(self.n) + ")"


assert V(1) + V(2) == V(3)
assert V(1) + 2 == V(3)
assert 2 + V(1) == V(3)
v = w = V(1)
v += 5
assert w.n == 6
assert V(1) < V(2)
assert V(2) > V(1)
assert -V(1) == V(-1)
assert not V(0)
assert len(V(4)) == 4
assert V(4)[3] == 12
assert 4 in V(4)
assert V(1)(2, 3) == (1, 2, 3)
assert repr([V(1)]) == "[V(1)]"
assert str(V(2)) == "V(2)"
assert {V(1): "x"}[V(1)] == "x"
assert max([V(1), V(3), V(2)]).n == 3
