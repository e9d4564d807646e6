"""property, classmethod, staticmethod, descriptors of our own."""
class T:
    def __init__(self):
        self._v = 1

    @property
    def v(self):
        "doc"
        return self._v

    @v.setter
    def v(self, value):
        self._v = value * 10

    @v.deleter
    def v(self):
        self._v = None

    @property
    def ro(self):
        return 5

    @classmethod
    def make(cls):
        return cls()

    @staticmethod
    def plain(x):
        return x + 1


t = T()
assert t.v == 1
t.v = 2
assert t.v == 20
del t.v
assert t.v is None
assert T.v.__doc__ == "doc"
try:
    t.ro = 1
    assert False
except AttributeError as e:
    assert str(e) == "property 'ro' of 'T' object has no setter"
assert type(T.make()) is T
assert T.plain(1) == 2
assert t.plain(2) == 3


class Desc:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, cls):
        if obj is None:
            return self
        return obj.__dict__.get(self.name, "unset")

    def __set__(self, obj, value):
        obj.__dict__[self.name] = value + 1


class U:
    d = Desc()


u = U()
assert u.d == "unset"
u.d = 5
assert u.d == 6
assert U.d.name == "d"
