"""__slots__."""
class S:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1


s = S()
assert s.a == 1
s.a = 5
assert s.a == 5
try:
    s.b
    assert False
except AttributeError:
    pass
try:
    s.c = 1
    assert False
except AttributeError:
    pass
assert not hasattr(s, "__dict__")
del s.a
assert not hasattr(s, "a")


class T(S):
    pass


t = T()
t.c = 3
t.a = 4
assert t.c == 3 and t.a == 4
assert t.__dict__ == {"c": 3}
