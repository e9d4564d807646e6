"""type called with three arguments, metaclasses, __init_subclass__."""
T = type("T", (), {"x": 1, "f": lambda self: self.x})
assert T().f() == 1
assert T.__name__ == "T"


class Meta(type):
    def __new__(m, name, bases, ns, **kw):
        ns["made"] = name + "!"
        return super().__new__(m, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
        cls.kw = kw

    def __call__(cls, *a):
        r = super().__call__(*a)
        r.tag = "called"
        return r


class C(metaclass=Meta, opt=3):
    pass


assert C.made == "C!"
assert C.kw == {"opt": 3}
assert C().tag == "called"
assert type(C) is Meta
subs = []


class Base:
    def __init_subclass__(cls, **kw):
        subs.append((cls.__name__, kw))


class Sub(Base, a=1):
    pass


assert subs == [("Sub", {"a": 1})]


class N:
    def __new__(cls, x):
        self = super().__new__(cls)
        self.x = x
        return self


assert N(3).x == 3
