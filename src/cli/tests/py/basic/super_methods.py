"""`super().method()` and calls of classes, often enough for their fast forms, for several types at one place, and when what they are changes."""

TIMES = 20


class First:
    def __init__(self, value, label="first", *, shown=True):
        self.value = (value, label, shown)

    def own(self, k=1):
        return "First", self.value[0], k

    def __repr__(self):
        return "a First"


class Second(First):
    def __init__(self, value):
        super().__init__(value)

    def own(self):
        return super().own(), super().own(2)

    def shown(self):
        return super().__repr__()

    def class_of(self):
        return super().__class__()


class Third(Second):
    def own(self):
        return "Third", super().own()

    def __getattribute__(self, name):
        # `super()` does not ask it.
        if name == "own_of_super":
            return super().own()
        return object.__getattribute__(self, name)


class Other(First):
    def own(self, k=3):
        return "Other", k


class Meta(type):
    def own(cls):
        return "Meta", cls.__name__


class SubMeta(Meta):
    def own(cls):
        return super().own()


class OfMeta(metaclass=SubMeta):
    pass


def last(function, *args):
    return [function(*args) for _ in range(TIMES)][-1]


def own(of):
    return of.own()


def behind(cls, of):
    return super(cls, of).own()


first = ("First", 4, 1), ("First", 4, 2)
assert last(own, Second(4)) == first
assert last(own, Third(4)) == ("Third", first)
assert last(own, Second(4)) == first
assert last(own, OfMeta) == ("Meta", "OfMeta")
assert last(Second(1).shown) == "a First"
assert last(getattr, Third(4), "own_of_super") == first

assert type(last(Second(1).class_of)) is super
assert last(behind, Second, Third(4)) == ("First", 4, 1)
for _ in range(TIMES):
    assert behind(Second, Third(4)) == ("First", 4, 1)
    assert behind(Third, Third(4)) == first
    assert behind(Second, Second(4)) == ("First", 4, 1)
for of in 3, Other(1):
    try:
        behind(Second, of)
    except TypeError as error:
        assert "is not an instance or subtype of type (Second)" in str(error)
    else:
        raise AssertionError("no instance of the class")

# What is behind the class changes while one place calls it.
plain = First.own
seen = []
for i in range(5 * TIMES):
    if i == TIMES:
        First.own = lambda self, k=5: "new"
    elif i == 2 * TIMES:
        First.own = staticmethod(lambda *args: len(args))
    elif i == 3 * TIMES:
        Second.__bases__ = (Other,)
    elif i == 4 * TIMES:
        Second.__bases__ = (First,)
        First.own = plain
    seen.append(own(Second(4)))
groups = [first, ("new", "new"), (0, 1), (("Other", 3), ("Other", 2)), first]
assert seen == [group for group in groups for _ in range(TIMES)], seen


# `super` gets another meaning.
def called():
    class Sub(First):
        def own(self):
            return super().own()

    sub = Sub(7)
    return [sub.own() for _ in range(TIMES)]


assert called()[-1] == ("First", 7, 1)


class Fake:
    def own(self):
        return "fake"


super = Fake
assert called()[-1] == "fake"
del super
assert called()[-1] == ("First", 7, 1)


# Classes called with fewer arguments than `__init__` has parameters, while the defaults change.
class Filled:
    def __init__(self, a, b="b", c=(1, 2)):
        self.all = a, b, c


def filled(*args):
    return Filled(1).all, Filled(1, 2).all, Filled(1, 2, 3).all


assert last(filled) == ((1, "b", (1, 2)), (1, 2, (1, 2)), (1, 2, 3))
Filled.__init__.__defaults__ = (2, ("x", "y"))
assert last(filled) == ((1, 2, ("x", "y")), (1, 2, ("x", "y")), (1, 2, 3))
Filled.__init__.__defaults__ = (9,)
for _ in range(TIMES):
    assert Filled(1, 2).all == (1, 2, 9)
    try:
        Filled(1)
    except TypeError as error:
        assert str(error) == "Filled.__init__() missing 1 required positional argument: 'b'"
    else:
        raise AssertionError("b has no default now")
Filled.__init__.__defaults__ = None
for _ in range(TIMES):
    try:
        Filled(1, 2)
    except TypeError as error:
        assert str(error) == "Filled.__init__() missing 1 required positional argument: 'c'"
    else:
        raise AssertionError("c has no default now")
    assert Filled(1, 2, 3).all == (1, 2, 3)


# `__new__` of a class: its static method's function.
class Made(tuple):
    def __new__(cls, *args):
        return super().__new__(cls, args)


class Odd:
    __new__ = property(lambda self: 1)


assert last(Made, 1, 2) == (1, 2)
Made.__new__ = classmethod(lambda cls, *args: (cls.__name__, len(args)))
assert last(Made, 1, 2) == ("Made", 3)
for _ in range(3):
    try:
        Odd()
    except TypeError as error:
        assert "not callable" in str(error)
    else:
        raise AssertionError("a property is not called")
