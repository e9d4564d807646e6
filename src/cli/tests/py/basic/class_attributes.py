"""Attributes of classes that have metaclasses, read at one place again and again while everything around them changes."""
import abc
import enum


class Meta(type):
    pass


class A(metaclass=Meta):
    item = "A"

    def method(self):
        return "A.method"


class B(metaclass=Meta):
    item = "B"

    def method(self):
        return "B.method"


class Plain:
    item = "Plain"

    def method(self):
        return "Plain.method"


def read(cls):
    return cls.item


def call(cls):
    return cls.method(None)


def warm(*classes):
    for _ in range(300):
        for cls in classes:
            assert read(cls) == cls.__dict__["item"], cls
            assert call(cls) == cls.__name__ + ".method", cls


warm(A)
warm(A, B)
warm(Plain)
warm(A, B, Plain)
for _ in range(300):
    read(A)

# The class changes.
A.item = "new"
assert read(A) == "new"
A.item = "A"
warm(A)

# The metaclass gets a data descriptor, which comes first; and a plain attribute, which does not.
Meta.item = "of the metaclass"
assert read(A) == "A"
warm(A)
Meta.item = property(lambda cls: "property of " + cls.__name__)
assert read(A) == "property of A"
assert read(B) == "property of B"
del Meta.item
warm(A, B)
Meta.method = property(lambda cls: lambda _: "found by the metaclass")
assert call(A) == "found by the metaclass"
del Meta.method
warm(A, B)


# It reads attributes in its own way.
def getattribute(cls, name):
    return lambda _: "own way" if name == "method" else "own way"


Meta.__getattribute__ = getattribute
assert call(A) == "own way"
del Meta.__getattribute__
warm(A, B)

# Another metaclass.
class Other(Meta):
    @property
    def item(cls):
        return "of the other"


A.__class__ = Other
assert read(A) == "of the other"
A.__class__ = Meta
assert read(A) == "A"
for _ in range(300):
    read(Plain)


class FromType(type):
    @property
    def item(cls):
        return "from a subclass of type"


class Later:
    item = "Later"


for _ in range(300):
    assert read(Later) == "Later"
try:
    Later.__class__ = FromType
except TypeError as error:
    assert str(error) == "__class__ assignment only supported for mutable types or ModuleType subclasses", error
else:
    assert read(Later) == "from a subclass of type"


# What the metaclass says if the class has nothing.
class WithDefault(type):
    def __getattr__(cls, name):
        return "default of " + name


class Bare(metaclass=WithDefault):
    item = 1


for _ in range(300):
    assert read(Bare) == 1
del Bare.item
assert read(Bare) == "default of item"


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Number(enum.IntEnum):
    ONE = 1


def red(cls):
    return cls.RED


for _ in range(300):
    assert red(Colour) is Colour["RED"]
    assert Number.ONE == 1 and Number.ONE.name == "ONE"


class Base(abc.ABC):
    LIMIT = 10

    @abc.abstractmethod
    def run(self): ...


def limit():
    return Base.LIMIT


for number in range(300):
    assert limit() == 10
Base.LIMIT = 11
assert limit() == 11
try:
    Base.NOTHING
except AttributeError as error:
    assert str(error) == "type object 'Base' has no attribute 'NOTHING'", error
else:
    raise AssertionError("found nothing")
