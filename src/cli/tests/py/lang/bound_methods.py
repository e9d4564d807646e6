"""Methods that are loaded without being called: by a site that has seen them often, and that sees something else then."""


class Base:
    def plain(self):
        return self, "Base.plain"

    @classmethod
    def of_class(cls):
        return cls, "Base.of_class"


class Slotted(Base):
    __slots__ = ("other",)


class Derived(Base):
    pass


def load_plain(thing):
    return thing.plain


def load_of_class(thing):
    return thing.of_class


# Each site of its own: one type, then another, then one that hides the method.
base, derived, slotted = Base(), Derived(), Slotted()
for _ in range(50):
    for thing in base, derived, slotted:
        method = load_plain(thing)
        assert method.__self__ is thing and method.__func__ is Base.plain and method() == (thing, "Base.plain")
        assert load_plain(thing) is not method and load_plain(thing) == method
        assert load_of_class(thing).__self__ is type(thing)
        assert load_of_class(thing)() == (type(thing), "Base.of_class")

derived.plain = "the instance's own"
assert load_plain(derived) == "the instance's own"
assert load_plain(base)() == (base, "Base.plain")
del derived.plain
assert load_plain(derived)() == (derived, "Base.plain")

# What the class has may change, to what is no method, too.
for change in lambda self: (self, "another"), property(lambda self: "a property"), staticmethod(len), 42, None:
    Base.plain = change
    for thing in base, slotted:
        found = load_plain(thing)
        expected = change.__get__(thing, type(thing)) if hasattr(change, "__get__") else change
        assert found == expected, (found, expected)
    for _ in range(20):
        load_plain(base)
del Base.plain
try:
    load_plain(base)
except AttributeError as error:
    assert str(error) == "'Base' object has no attribute 'plain'"
else:
    raise AssertionError("it is gone")


# Methods of native types, and of their subclasses, through `*args`.
class List(list):
    pass


def call(thing, *args):
    return thing.append(*args)


for _ in range(50):
    for made in [], List():
        assert call(made, 1) is None and made == [1]
        assert repr(made.append).startswith("<built-in method append of ")
try:
    call([], 1, 2)
except TypeError as error:
    assert str(error) == "list.append() takes exactly one argument (2 given)", error
else:
    raise AssertionError("it takes one")


# An instance whose values moved to a dict, and one whose dict has the name.
class Open:
    def method(self):
        return "the class's"


def load_method(thing):
    return thing.method


things = [Open() for _ in range(40)]
for thing in things:
    for n in range(40):
        setattr(thing, f"attribute_{n}", n)
    assert load_method(thing)() == "the class's"
things[7].__dict__["method"] = lambda: "the dict's"
assert [load_method(thing)() for thing in things].count("the dict's") == 1


# `__get__` of a function's type may not be changed, but a method may hide behind a descriptor that says what it likes.
class Odd:
    def __get__(self, instance, owner):
        raise KeyError("odd")


def load_odd(thing):
    return thing.odd


class Holder:
    def odd(self):
        return 1


holder = Holder()
for _ in range(50):
    assert load_odd(holder)() == 1
Holder.odd = Odd()
for _ in range(5):
    try:
        load_odd(holder)
    except KeyError as error:
        assert error.args == ("odd",)
    else:
        raise AssertionError("no KeyError")
