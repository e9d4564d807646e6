"""property and descriptors written in Python: precedence, __set_name__, errors."""


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True

class P:
    def __init__(self):
        self._x = 1

    @property
    def x(self):
        """The x."""
        return self._x

    @x.setter
    def x(self, value):
        self._x = value

    @x.deleter
    def x(self):
        del self._x

    read_only = property(lambda self: 5)
    write_only = property(None, lambda self, v: None)
    broken = property(lambda self: self.missing)

p = P()
eq(p.x, 1)
eq(P.x.__doc__, "The x.")
eq(P.x.fget.__name__, "x")
assert (P.x.fset is not None) is True
assert (P.x.fdel is not None) is True
assert type(P.x) is property
eq(P.x.__name__, "x")
eq(P.read_only.__name__, "read_only")
assert P.x.__isabstractmethod__ is False
p.x = 5
eq(p.x, 5)
del p.x
with raises(AttributeError, "'P' object has no attribute '_x'"):
    p.x
with raises(AttributeError, "'P' object has no attribute '_x'"):
    del p.x
eq(p.read_only, 5)
with raises(AttributeError, "property 'read_only' of 'P' object has no setter"):
    p.read_only = 1
with raises(AttributeError, "property 'read_only' of 'P' object has no deleter"):
    del p.read_only
with raises(AttributeError, "property 'write_only' of 'P' object has no getter"):
    p.write_only
with raises(AttributeError, "property 'write_only' of 'P' object has no deleter"):
    del p.write_only
with raises(AttributeError, "'P' object has no attribute 'missing'"):
    p.broken
with raises(AttributeError, "readonly attribute"):
    P.x.fget = 5
with raises(AttributeError, "'property' object has no attribute 'nope' and no __dict__ for setting new attributes"):
    P.x.__doc__ = 5; del P.x.nope
assert (property().fget) is None
eq(property(doc="d").__doc__, "d")
eq(property(lambda self: 1, doc="own").__doc__, "own")
with raises(TypeError, "property() takes at most 4 arguments (5 given)"):
    property(1, 2, 3, 4, 5)
with raises(TypeError, "property() got an unexpected keyword argument 'bad'"):
    property(bad=1)
with raises(AttributeError, "property of 'int' object has no getter"):
    property().__get__(5)
with raises(AttributeError, "property of 'int' object has no setter"):
    property().__set__(5, 1)
with raises(AttributeError, "property of 'int' object has no deleter"):
    property().__delete__(5)
eq(type(property().__get__(None, int)).__name__, "property")
eq(property(len).__get__([1, 2]), 2)
eq(property(len).getter(repr).__get__([1]), "[1]")

class Data:
    def __get__(self, instance, owner=None):
        return "data", instance is None, owner and owner.__name__

    def __set__(self, instance, value):
        instance.__dict__["log"] = "set", value

    def __delete__(self, instance):
        instance.__dict__["log"] = "delete"

class NonData:
    def __get__(self, instance, owner=None):
        return "non-data"

class SetOnly:
    def __set__(self, instance, value):
        instance.__dict__["so"] = value * 2

class Named:
    def __set_name__(self, owner, name):
        self.seen = owner.__name__, name

class Host:
    data = Data()
    non = NonData()
    so = SetOnly()
    named = Named()
    plain = 1

h = Host()
eq(h.data, ('data', False, 'Host'))
eq(Host.data, ('data', True, 'Host'))
eq(h.non, "non-data")
eq(Host.non, "non-data")
eq(h.named.seen, ('Host', 'named'))
h.__dict__["data"] = "shadow"
h.__dict__["non"] = "shadow"
eq(h.data, ('data', False, 'Host'))
eq(h.non, "shadow")
h.data = 7
eq(h.log, ('set', 7))
del h.data
eq(h.log, "delete")
h.so = 4
eq(h.so, 8)
with raises(AttributeError, "__delete__"):
    del h.so
h.non = 3
eq(h.non, 3)
eq(Host.non, "non-data")
del h.non
eq(h.non, "non-data")
Host.late = Named()
eq(h.late.__dict__, {})
Host.data = 3
eq(h.data, "shadow")
eq(Host.data, 3)

class BadName:
    def __set_name__(self, owner, name):
        raise ValueError("no name")

with raises(ValueError, "no name"):
    class K: a = BadName()
try:
    type("K", (), {"a": BadName()})
except ValueError as error:
    note = error.__notes__
eq(note, ["Error calling __set_name__ on 'BadName' instance 'a' in 'K'"])

class NotCallable:
    __get__ = 5

class K:
    a = NotCallable()

with raises(TypeError, "'int' object is not callable"):
    K().a

class Meta(type):
    def __get__(cls, instance, owner):
        return "meta get"

    attr = Data()

class WithMeta(metaclass=Meta):
    pass

class Uses:
    inner = WithMeta

eq(Uses().inner, "meta get")
eq(Uses.inner, "meta get")
eq(WithMeta.attr, ('data', False, 'Meta'))
with raises(TypeError, "'mappingproxy' object does not support item assignment"):
    WithMeta.attr = 5

class Slots:
    __slots__ = ("a", "__weakref__")
    b = 1

s = Slots()
s.a = 1
eq(Slots.a.__get__(s), 1)
assert (Slots.a.__get__(None, Slots) is Slots.a) is True
eq(type(Slots.a).__name__, "member_descriptor")
eq(repr(Slots.a), "<member 'a' of 'Slots' objects>")
assert (Slots.a.__objclass__ is Slots) is True
assert Slots.a.__set__(s, 9) is None
eq(s.a, 9)
assert Slots.a.__delete__(s) is None
with raises(AttributeError, "'Slots' object has no attribute 'a'"):
    s.a
with raises(TypeError, "descriptor 'a' for 'Slots' objects doesn't apply to a 'int' object"):
    Slots.a.__get__(5)
with raises(AttributeError, "'Slots' object attribute 'b' is read-only"):
    s.b = 1
with raises(AttributeError, "'Slots' object attribute 'b' is read-only"):
    del s.b
with raises(AttributeError, "'Slots' object has no attribute 'c' and no __dict__ for setting new attributes"):
    s.c = 1
with raises(AttributeError, "a"):
    del s.a
eq(Slots.__slots__, ('a', '__weakref__'))
eq(type(int.__dict__["real"]).__name__, "getset_descriptor")
eq(int.__dict__["real"].__get__(5), 5)
eq(type(type.__dict__["__dict__"]).__name__, "getset_descriptor")
assert object.__dict__["__class__"].__get__(5) is int
with raises(AttributeError, "attribute 'real' of 'int' objects is not writable"):
    int.__dict__["real"].__set__(5, 6)
eq(type(super(P, p)).__name__, "super")
assert (super(P, p).__thisclass__ is P) is True
assert (super(P, p).__self__ is p) is True
assert (super(P, p).__self_class__ is P) is True
eq(super(P, P).__init__.__name__, "__init__")
with raises(RuntimeError, "super(): no arguments"):
    super()
with raises(TypeError, "super() argument 1 must be a type, not int"):
    super(5)
with raises(TypeError, "super(type, obj): obj (instance of int) is not an instance or subtype of type (P)."):
    super(P, 5)
with raises(AttributeError, "'super' object has no attribute 'nope'"):
    super(P, p).nope
eq(super(P, p).__repr__()[:12], "<__main__.P ")
with raises(AttributeError, "'super' object has no attribute 'x' and no __dict__ for setting new attributes"):
    super(P, p).x = 1

class Base:
    def who(self):
        return "base"

    @classmethod
    def make(cls):
        return cls.__name__

    @property
    def prop(self):
        return "base prop"

    @staticmethod
    def stat():
        return "stat"

class Child(Base):
    def who(self):
        return "child+" + super().who()

    @classmethod
    def make(cls):
        return "child:" + super().make()

    @property
    def prop(self):
        return super().prop + "!"

    @staticmethod
    def stat():
        return super(Child, Child).stat()

    def generator(self):
        yield super().who()

    def nested(self):
        return [super(Child, self).who() for _ in range(2)]

    def comprehension(self):
        return [__class__.__name__ for _ in range(1)], [super().who() for _ in range(1)]

    def missing(self):
        return super().missing

    def no_args():
        return super()

    def deleted(self):
        del self
        return super()

    def rebound(self):
        __class__
        self = 5
        return super()

k = Child()
eq(k.who(), "child+base")
eq(Child.make(), "child:Child")
eq(k.make(), "child:Child")
eq(k.prop, "base prop!")
eq(k.stat(), "stat")
eq(list(k.generator()), ['base'])
eq(k.nested(), ['base', 'base'])
eq(k.comprehension(), (['Child'], ['base']))
with raises(AttributeError, "'super' object has no attribute 'missing'"):
    k.missing()
with raises(RuntimeError, "super(): no arguments"):
    Child.no_args()
with raises(RuntimeError, "super(): arg[0] deleted"):
    k.deleted()
with raises(TypeError, "super(type, obj): obj (instance of int) is not an instance or subtype of type (Child)."):
    k.rebound()
