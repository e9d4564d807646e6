"""object and type: attributes, comparison, creating classes, errors."""


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

o = object()
assert (o == o) is True
assert (o != o) is False
assert (o == 5) is False
assert isinstance(o, object) is True
assert (hash(o) == hash(o)) is True
eq(repr(o)[:18], "<object object at ")
eq(str(o)[:18], "<object object at ")
assert bool(o) is True
assert type(o) is object
with raises(TypeError, "object() takes no arguments"):
    object(1)
with raises(TypeError, "object() takes no arguments"):
    object(x=1)
with raises(AttributeError, "'object' object has no attribute 'x' and no __dict__ for setting new attributes"):
    o.x = 1
with raises(AttributeError, "'object' object has no attribute 'x' and no __dict__ for setting new attributes"):
    del o.x
with raises(AttributeError, "'object' object has no attribute 'x'"):
    o.x
with raises(TypeError, "'<' not supported between instances of 'object' and 'object'"):
    o < o
with raises(TypeError, "unsupported operand type(s) for +: 'object' and 'int'"):
    o + 1
with raises(TypeError, "'object' object is not callable"):
    o()
with raises(TypeError, "'object' object is not subscriptable"):
    o[0]
with raises(TypeError, "object of type 'object' has no len()"):
    len(o)
with raises(TypeError, "'object' object is not iterable"):
    iter(o)
with raises(TypeError, "'object' object is not an iterator"):
    next(o)
with raises(TypeError, "bad operand type for unary -: 'object'"):
    -o
with raises(TypeError, "'object' object does not support item assignment"):
    o[0] = 1
with raises(TypeError, "'object' object does not support item deletion"):
    del o[0]
with raises(TypeError, "unsupported format string passed to object.__format__"):
    format(o, "x")
assert o.__eq__(5) is NotImplemented
assert o.__ne__(5) is NotImplemented
assert o.__eq__(o) is True
assert o.__lt__(5) is NotImplemented
eq(o.__format__("")[:7], "<object")
assert o.__class__ is object
assert (o.__doc__ is not None) is True
assert (o.__dir__() == dir(o) or sorted(o.__dir__()) == dir(o)) is True
assert (o.__sizeof__() >= 16) is True
eq(o.__reduce_ex__(2)[0].__name__, "__newobj__")
assert o.__init_subclass__() is None
assert object.__subclasshook__(int) is NotImplemented
assert o.__getstate__() is None
with raises(TypeError, "object.__init__() takes exactly one argument (the instance to initialize)"):
    o.__init__(1)
with raises(TypeError, "object.__new__(int) is not safe, use int.__new__()"):
    object.__new__(int)
with raises(TypeError, "object.__new__(): not enough arguments"):
    object.__new__()
with raises(TypeError, "object.__new__(X): X is not a type object (int)"):
    object.__new__(5)
with raises(TypeError, "object() takes no arguments"):
    object.__new__(object, 1)

class C:
    """Doc."""

    x = 1

    def f(self):
        return self.x

c = C()
eq(C.__name__, "C")
eq(C.__qualname__, "C")
eq(C.__module__, "__main__")
eq(C.__doc__, "Doc.")
eq(repr(C.__bases__), "(<class 'object'>,)")
assert C.__mro__[1] is object
assert C.__base__ is object
assert C.__class__ is type
assert type(C) is type
eq(C.__dict__["x"], 1)
eq(c.__dict__, {})
assert (c.__class__ is C) is True
assert (C.__flags__ & (1 << 9) != 0) is True
assert (C.__basicsize__ > 0) is True
eq(C.__itemsize__, 0)
assert (C.__weakrefoffset__ != 0) is True
assert (C.__dictoffset__ != 0) is True
eq(C.__type_params__, ())
eq(C.__static_attributes__, ())
assert (C.__firstlineno__ > 0) is True
eq(C.__subclasses__(), [])
assert (C.mro() == [C, object]) is True
with raises(AttributeError, "type object 'C' has no attribute 'nope'"):
    C.nope
with raises(AttributeError, "'C' object has no attribute 'nope'"):
    c.nope
with raises(TypeError, "'int' object is not callable"):
    c.f = 5; c.f()
with raises(AttributeError, "'C' object has no attribute 'nope'"):
    del c.nope
with raises(AttributeError, "type object 'C' has no attribute 'nope'"):
    C.nope()
with raises(AttributeError, "type object 'C' has no attribute 'nope'"):
    del C.nope
with raises(AttributeError, "'int' object has no attribute 'y' and no __dict__ for setting new attributes"):
    C.x.y = 1
eq(c.f.__class__.__name__, "int")
with raises(TypeError, "can only assign string to C.__name__, not 'int'"):
    C.__name__ = 5
with raises(ValueError, "type name must not contain null characters"):
    C.__name__ = "a\0b"
with raises(AttributeError, "attribute '__dict__' of 'type' objects is not writable"):
    C.__dict__ = {}
with raises(TypeError, "'mappingproxy' object does not support item assignment"):
    C.__dict__["x"] = 5
with raises(TypeError, "can only assign non-empty tuple to C.__bases__, not ()"):
    C.__bases__ = ()
with raises(TypeError, "__bases__ assignment: 'int' object layout differs from 'object'"):
    C.__bases__ = (int,)
with raises(TypeError, "can only assign tuple to C.__bases__, not int"):
    C.__bases__ = 5
with raises(AttributeError, "attribute '__mro__' of 'type' objects is not writable"):
    C.__mro__ = ()
with raises(TypeError, "cannot delete '__module__' attribute of immutable type 'C'"):
    del C.__module__; C.__module__
with raises(TypeError, "cannot delete '__doc__' attribute of immutable type 'C'"):
    C.__doc__ = 5; del C.__doc__
with raises(TypeError, "can only assign string to C.__qualname__, not 'int'"):
    C.__qualname__ = 5
with raises(TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses"):
    c.__class__ = int
with raises(TypeError, "__class__ must be set to a class, not 'int' object"):
    c.__class__ = 5
with raises(TypeError, "__dict__ must be set to a dictionary, not a 'int'"):
    c.__dict__ = 5
with raises(TypeError, "can't delete __class__ attribute"):
    del c.__class__
C.__name__ = "Renamed"
eq(C.__name__, "Renamed")
eq(repr(C)[-3:], "C'>")
eq(c.__class__.__name__, "Renamed")

class D:
    def f(self):
        return "D.f"

c = C()
c.__class__ = D
eq(c.f(), "D.f")
assert (type(c) is D) is True
c.__dict__ = {"y": 5}
eq(c.y, 5)
eq(vars(c), {'y': 5})
del c.__dict__
eq(c.__dict__, {})
with raises(TypeError, "cannot set 'x' attribute of immutable type 'int'"):
    int.x = 5
with raises(TypeError, "cannot set 'real' attribute of immutable type 'int'"):
    del int.real
with raises(TypeError, "cannot set 'append' attribute of immutable type 'list'"):
    list.append = None
with raises(TypeError, "cannot set 'x' attribute of immutable type 'type'"):
    type.x = 1
with raises(TypeError, "cannot set 'x' attribute of immutable type 'object'"):
    object.x = 1
eq(type("N", (), {}).__name__, "N")
eq(type("N", (int,), {"a": 1})(5).a, 1)
eq(type("N", (), {"__qualname__": "Q.N"}).__qualname__, "Q.N")
eq(type("N", (), {}).__module__, "__main__")
assert type(5) is int
assert type("x") is str
assert type(type) is type
eq(repr(type(None)), "<class 'NoneType'>")
eq(repr(type(...)), "<class 'ellipsis'>")
eq(repr(type(NotImplemented)), "<class 'NotImplementedType'>")
with raises(TypeError, "type() takes 1 or 3 arguments"):
    type()
with raises(TypeError, "type() takes 1 or 3 arguments"):
    type(1, 2)
with raises(TypeError, "type() takes 1 or 3 arguments"):
    type("N", (), {}, 5)
with raises(TypeError, "type.__new__() argument 1 must be str, not int"):
    type(5, (), {})
with raises(TypeError, "type.__new__() argument 2 must be tuple, not list"):
    type("N", [], {})
with raises(TypeError, "type.__new__() argument 3 must be dict, not list"):
    type("N", (), [])
with raises(TypeError, "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"):
    type("N", (5,), {})
with raises(TypeError, "multiple bases have instance lay-out conflict"):
    type("N", (int, str), {})
with raises(TypeError, "type 'bool' is not an acceptable base type"):
    type("N", (bool,), {})
with raises(TypeError, "type 'NoneType' is not an acceptable base type"):
    type("N", (type(None),), {})
with raises(ValueError, "type name must not contain null characters"):
    type("N\0", (), {})
with raises(TypeError, "Cannot create a consistent method resolution order (MRO) for bases object, int"):
    type("N", (object, int), {})
with raises(TypeError, "duplicate base class Renamed"):
    type("N", (C, C), {})
with raises(TypeError, "'int' object is not iterable"):
    type("N", (), {"__slots__": 5})
with raises(TypeError, "__slots__ must be identifiers"):
    type("N", (), {"__slots__": ["1a"]})
with raises(ValueError, "'a' in __slots__ conflicts with class variable"):
    type("N", (), {"__slots__": ["a"], "a": 1})
with raises(TypeError, "nonempty __slots__ not supported for subtype of 'int'"):
    type("N", (int,), {"__slots__": ["a"]})
eq(type("N", (), {"__slots__": "__dict__"})().__dict__, {})
with raises(TypeError, "__dict__ slot disallowed: we already got one"):
    type("N", (), {"__slots__": ["__dict__", "__dict__"]})
with raises(TypeError, "__dict__ slot disallowed: we already got one"):
    type("N", (C,), {"__slots__": ["__dict__"]})
eq(type("N", (), {"__slots__": ("a", "_b")}).a.__name__, "a")

class A:
    pass

class B(A):
    pass

class X(A):
    pass

with raises(TypeError, "Cannot create a consistent method resolution order (MRO) for bases A, B"):
    type("M", (A, B), {})
eq([k.__name__ for k in type("M", (B, X), {}).__mro__], ['M', 'B', 'X', 'A', 'object'])
eq(sorted(k.__name__ for k in A.__subclasses__() if k.__name__ != "M"), ['B', 'X'])
assert (isinstance(B(), A)) is True
assert issubclass(B, A) is True
assert issubclass(A, B) is False
assert (issubclass(B, (int, A))) is True
assert (isinstance(5, (str, (int,)))) is True
assert isinstance(5, int | str) is True
assert isinstance(None, int | None) is True
assert issubclass(bool, int | str) is True
assert issubclass(A, A) is True
with raises(TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union"):
    isinstance(5, 5)
with raises(TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union"):
    isinstance(5, "int")
with raises(TypeError, "isinstance() argument 2 cannot be a parameterized generic"):
    isinstance(5, list[int])
with raises(TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union"):
    isinstance(5, (str, 5))
with raises(TypeError, "issubclass() arg 1 must be a class"):
    issubclass(5, int)
with raises(TypeError, "issubclass() arg 2 must be a class, a tuple of classes, or a union"):
    issubclass(int, 5)
with raises(TypeError, "issubclass() argument 2 cannot be a parameterized generic"):
    issubclass(int, list[int])
with raises(TypeError, "isinstance expected 2 arguments, got 1"):
    isinstance(5)
assert isinstance([], list | list[int]) is True
B.__bases__ = (X,)
assert (B.__mro__ == (B, X, A, object)) is True
assert (isinstance(B(), X)) is True
with raises(TypeError, "a __bases__ item causes an inheritance cycle"):
    A.__bases__ = (B,)
with raises(TypeError, "a __bases__ item causes an inheritance cycle"):
    X.__bases__ = (X,)
eq(getattr(5, "real"), 5)
eq(getattr(5, "zz", "d"), "d")
assert hasattr(5, "real") is True
assert hasattr(5, "zz") is False
assert callable(int) is True
assert callable(5) is False
assert callable(C) is True
assert (callable(C())) is False
with raises(AttributeError, "'int' object has no attribute 'zz'"):
    getattr(5, "zz")
with raises(TypeError, "attribute name must be string, not 'int'"):
    getattr(5, 5)
with raises(TypeError, "getattr expected at least 2 arguments, got 1"):
    getattr(5)
with raises(AttributeError, "'int' object has no attribute 'a' and no __dict__ for setting new attributes"):
    setattr(5, "a", 1)
with raises(TypeError, "attribute name must be string, not 'int'"):
    setattr(C(), 5, 1)
with raises(AttributeError, "'Renamed' object has no attribute 'zz'"):
    delattr(C(), "zz")
with raises(TypeError, "attribute name must be string, not 'int'"):
    hasattr(5, 5)
with raises(TypeError, "vars() argument must have __dict__ attribute"):
    vars(5)
eq(vars()["__name__"], "__main__")
eq(dir(type("N", (), {"b": 1, "a": 2}))[-2:], ['a', 'b'])
eq(dir(5)[0], "__abs__")
assert ("append" in dir(list)) is True
assert (id(C) == id(C)) is True
assert type(id(C)) is int
a = A()
a.x = 1
eq(getattr(a, "x"), 1)
assert setattr(a, "y", 2) is None
eq(a.__dict__, {'x': 1, 'y': 2})
assert delattr(a, "x") is None
eq(a.__dict__, {'y': 2})
eq(list(vars(a)), ['y'])
eq(type.__call__(int, "5"), 5)
eq(type.__name__, "type")
eq(repr(type.__mro__), "(<class 'type'>, <class 'object'>)")
eq(type.__prepare__(), {})
assert type.__instancecheck__(int, 5) is True
assert type.__subclasscheck__(int, bool) is True
eq(repr(type.mro(int)), "[<class 'int'>, <class 'object'>]")
with raises(TypeError, "type.__new__() takes exactly 3 arguments (0 given)"):
    type.__new__(type)
eq(type.__new__(type, "N", (), {}).__name__, "N")
assert type.__init__(C, "a") is None
eq(repr(type.__or__(int, str)), "int | str")
eq(repr(int | None), "int | None")
eq(repr(None | int), "None | int")
eq(repr(int | str | int), "int | str")
eq(repr(list[int] | None), "list[int] | None")
with raises(TypeError, "unsupported operand type(s) for |: 'type' and 'int'"):
    int | 5
with raises(TypeError, "unsupported operand type(s) for |: 'type' and 'str'"):
    C | "forward"
assert object.__setattr__(a, "z", 3) is None
eq(a.z, 3)
eq(object.__getattribute__(a, "z"), 3)
assert object.__delattr__(a, "z") is None
with raises(AttributeError, "'A' object has no attribute 'z'"):
    object.__getattribute__(a, "z")
with raises(AttributeError, "'int' object has no attribute 'z' and no __dict__ for setting new attributes"):
    object.__setattr__(5, "z", 3)
with raises(TypeError, "can't apply this __setattr__ to type object"):
    object.__setattr__(C, "z", 3)
eq(object.__repr__(5)[:14], "<int object at")
eq(object.__str__(5), "5")
assert (object.__hash__(a) == hash(a)) is True
assert object.__eq__(5, 5) is True
assert object.__eq__(5, 6) is NotImplemented
eq(repr(None.__class__), "<class 'NoneType'>")
assert None.__bool__() is False
assert (type(None)()) is None
eq(repr(None), "None")
assert (None == None) is True
assert (hash(None) == hash(None)) is True
eq(NotImplemented.__class__.__name__, "NotImplementedType")
eq(repr(...), "Ellipsis")
assert (type(...)() is ...) is True
eq(repr(NotImplemented), "NotImplemented")
assert (type(NotImplemented)() is NotImplemented) is True
with raises(AttributeError, "'NoneType' object has no attribute 'foo'"):
    None.foo
nothing = None
with raises(TypeError, "'NoneType' object is not callable"):
    nothing()
with raises(TypeError, "unsupported operand type(s) for +: 'NoneType' and 'int'"):
    None + 1
with raises(AttributeError, "'NoneType' object has no attribute 'x' and no __dict__ for setting new attributes"):
    None.x = 1
with raises(TypeError, "NoneType takes no arguments"):
    type(None)(5)
with raises(TypeError, "NotImplemented should not be used in a boolean context"):
    bool(NotImplemented)
with raises(TypeError, "'<' not supported between instances of 'NoneType' and 'NoneType'"):
    None < None
with raises(TypeError, "'int' object is not callable"):
    class K(A, metaclass=5): pass
with raises(TypeError, "int expected at most 2 arguments, got 3"):
    class K(5): pass
with raises(TypeError, "K.__init_subclass__() takes no keyword arguments"):
    class K(A, x=1): pass
with raises(TypeError, "NoneType takes no arguments"):
    class K(None): pass
with raises(TypeError, "duplicate base class A"):
    class K(A, A): pass
with raises(TypeError, "EllipsisType takes no arguments"):
    class K(...): pass


# Instances of a class that foresees many attributes, made as instances of one that foresees few: their memory stays as large as it is.
class Few:
    pass


class Many:
    def fill(self):
        self.a = self.b = self.c = self.d = self.e = self.f = self.g = self.h = self.i = self.j = self.k = self.l = 1


moved, neighbours = [], []
for n in range(2000):
    one, two = Few(), Few()
    one.x = two.y = n
    moved.append(one)
    neighbours.append(two)
for one in moved:
    one.__class__ = Many
assert moved[7].x == 7 and type(moved[7]) is Many
del one
moved.clear()
many = [Many() for _ in range(2000)]
for one in many:
    one.fill()
assert all(two.y == n for n, two in enumerate(neighbours))
