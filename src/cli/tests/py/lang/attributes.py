"""Attribute access: order of lookup, hooks, errors, slots, dynamic changes."""


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

log = []

class A:
    cls_attr = "class"

    def __init__(self):
        self.inst = "instance"

a = A()
eq(a.inst, "instance")
eq(a.cls_attr, "class")
eq(A.cls_attr, "class")
eq(a.__dict__, {'inst': 'instance'})
assert ("inst" in a.__dict__) is True
assert (a.__class__ is A) is True
assert a.__doc__ is None
eq(a.__module__, "__main__")
with raises(AttributeError, "'A' object has no attribute 'nope'"):
    a.nope
with raises(AttributeError, "type object 'A' has no attribute 'nope'"):
    A.nope
with raises(AttributeError, "'str' object has no attribute 'deeper'"):
    a.inst.deeper
with raises(AttributeError, "'A' object has no attribute '__nope__'"):
    a.__nope__
with raises(AttributeError, "'int' object has no attribute 'x' and no __dict__ for setting new attributes"):
    (5).x = 1
with raises(AttributeError, "'A' object has no attribute 'cls_attr'"):
    del a.cls_attr
with raises(AttributeError, "'A' object has no attribute 'nope'"):
    del a.nope
a.cls_attr = "shadow"
eq(a.cls_attr, "shadow")
eq(A.cls_attr, "class")
del a.cls_attr
eq(a.cls_attr, "class")

class Hook:
    def __getattr__(self, name):
        if name == "fails":
            raise AttributeError("own message")
        if name == "wrong":
            raise ValueError("not attribute")
        return "hook:" + name

    real = 1

h = Hook()
eq(h.real, 1)
eq(h.anything, "hook:anything")
eq(getattr(h, "x", 5), "hook:x")
assert hasattr(h, "x") is True
eq(getattr(h, "fails", "default"), "default")
assert hasattr(h, "fails") is False
with raises(AttributeError, "own message"):
    h.fails
with raises(ValueError, "not attribute"):
    h.wrong
with raises(ValueError, "not attribute"):
    hasattr(h, "wrong")
with raises(ValueError, "not attribute"):
    getattr(h, "wrong", 1)

class All:
    def __getattribute__(self, name):
        log.append(name)
        return object.__getattribute__(self, name)

    def __getattr__(self, name):
        return "fallback " + name

x = All()
x.v = 1
eq(x.v, 1)
eq(x.missing, "fallback missing")
eq(x.__class__.__name__, "All")
eq(log, ['v', 'missing', '__class__'])
eq(len.__call__([1]), 1)
assert log.clear() is None

class Raises:
    def __getattribute__(self, name):
        raise AttributeError("always")

with raises(AttributeError, "always"):
    Raises().x
with raises(AttributeError, "always"):
    hasattr(Raises(), "x") or Raises().y

class Sets:
    def __setattr__(self, name, value):
        log.append((name, value))
        super().__setattr__(name, value)

    def __delattr__(self, name):
        log.append(("del", name))
        super().__delattr__(name)

s = Sets()
s.a = 1
s.a += 1
del s.a
with raises(AttributeError, "'Sets' object has no attribute 'a'"):
    del s.a
eq(log, [('a', 1), ('a', 2), ('del', 'a'), ('del', 'a')])

class PropertyError:
    @property
    def p(self):
        return self.missing_inside

    def __getattr__(self, name):
        if name == "p":
            return "from getattr"
        raise AttributeError(name)

eq(PropertyError().p, "from getattr")

class Slots:
    __slots__ = ("x", "y", "__private")

    def __init__(self):
        self.__private = 1

    def get(self):
        return self.__private

s = Slots()
s.x = 1
eq(s.x, 1)
eq(s.get(), 1)
eq(Slots.__slots__, ('x', 'y', '__private'))
assert hasattr(s, "__dict__") is False
assert hasattr(s, "__weakref__") is False
eq(s._Slots__private, 1)
with raises(AttributeError, "'Slots' object has no attribute 'y'"):
    s.y
with raises(AttributeError, "'Slots' object has no attribute 'z' and no __dict__ for setting new attributes"):
    s.z = 1
with raises(AttributeError, "'Slots' object has no attribute '__dict__'"):
    s.__dict__
with raises(AttributeError, "y"):
    del s.y
with raises(AttributeError, "'Slots' object attribute 'x' is read-only"):
    Slots.x = 5; s.x = 3

class SlotsDict:
    __slots__ = {"a": "doc of a", "b": None}

assert SlotsDict.a.__doc__ is None
eq(sorted(SlotsDict.__slots__), ['a', 'b'])

class SlotsIter:
    __slots__ = iter(["p", "q"])

t = SlotsIter()
t.p = 1
eq(t.p, 1)

class WithDict(Slots):
    pass

class MoreSlots(Slots):
    __slots__ = ("w", "x")

class EmptySlots(Slots):
    __slots__ = ()

w = WithDict()
w.x = 1
w.z = 2
eq(w.__dict__, {'x': 1, 'z': 2})
eq(w.x, 1)
m = MoreSlots()
m.x = "sub"
m.w = "w"
eq(m.x, "sub")
eq(m.w, "w")
with raises(AttributeError, "'MoreSlots' object has no attribute 'q' and no __dict__ for setting new attributes"):
    m.q = 1
with raises(AttributeError, "'EmptySlots' object has no attribute 'q' and no __dict__ for setting new attributes"):
    EmptySlots().q = 1

class SlotsWeak:
    __slots__ = ("__weakref__", "__dict__", "v")

import weakref
k = SlotsWeak()
k.v, k.free = 1, 2
assert (weakref.ref(k)() is k) is True
eq(k.__dict__, {'free': 2})
with raises(TypeError, "cannot create weak reference to 'Slots' object"):
    weakref.ref(Slots())
eq(k.v, 1)

class Dyn:
    pass

d = Dyn()
for i in range(100):
    setattr(d, f"a{i}", i)
for i in range(0, 100, 2):
    delattr(d, f"a{i}")
eq(sum(vars(d).values()), 2500)
eq(len(vars(d)), 50)
eq(d.a1, 1)
eq(list(vars(d))[:3], ['a1', 'a3', 'a5'])
assert ("a0" in vars(d)) is False
d.__dict__["via dict"] = 1
d.__dict__.update(a1="changed")
eq(getattr(d, "via dict"), 1)
eq(d.a1, "changed")
setattr(d, "not an identifier!", 5)
eq(getattr(d, "not an identifier!"), 5)
assert ("not an identifier!" in dir(d)) is True
saved = d.__dict__
d.__dict__ = {"fresh": 1}
eq(d.fresh, 1)
eq(saved["a1"], "changed")
assert hasattr(d, "a1") is False
e = Dyn()
e.__dict__ = d.__dict__
e.shared = 2
eq(d.shared, 2)
d.__dict__[5] = "int key"
eq(d.__dict__[5], "int key")
eq(vars(d), {'fresh': 1, 'shared': 2, 5: 'int key'})

class Counter:
    n = 0

    def bump(self):
        self.n += 1
        return self.n

    @classmethod
    def cbump(cls):
        cls.n += 10
        return cls.n

c = Counter()
eq(c.bump(), 1)
eq(c.bump(), 2)
eq(Counter.n, 0)
eq(Counter.cbump(), 10)
eq(c.n, 2)
eq(Counter().n, 10)

class Base:
    x = "base"

class Mid(Base):
    pass

class Leaf(Mid):
    pass

leaf = Leaf()
eq(leaf.x, "base")
Mid.x = "mid"
eq(leaf.x, "mid")
del Mid.x
eq(leaf.x, "base")
Base.x = property(lambda self: "prop")
eq(leaf.x, "prop")
with raises(AttributeError, "property '<lambda>' of 'Leaf' object has no setter"):
    leaf.x = 1
Base.x = "plain"
leaf.x = "own"
eq(leaf.x, "own")
Leaf.x = property(lambda self: "leaf prop")
eq(leaf.x, "leaf prop")
eq(vars(leaf), {'x': 'own'})
del Leaf.x
eq(leaf.x, "own")

def f(): pass

f.attr = [1]
f.attr.append(2)
eq(f.attr, [1, 2])
eq(f.__dict__, {'attr': [1, 2]})
eq(vars(f), {'attr': [1, 2]})
with raises(AttributeError, "'function' object has no attribute 'missing'"):
    f.missing
with raises(AttributeError, "'str' object has no attribute 'x' and no __dict__ for setting new attributes"):
    f.__name__.x = 1
with raises(AttributeError, "'NoneType' object has no attribute 'x'"):
    None.x
with raises(AttributeError, "'NoneType' object has no attribute 'x' and no __dict__ for setting new attributes"):
    None.x = 1
with raises(AttributeError, "'list' object has no attribute 'x'"):
    [].x
with raises(AttributeError, "'str' object has no attribute 'x' and no __dict__ for setting new attributes"):
    "".x = 1
with raises(TypeError, "cannot set 'x' attribute of immutable type 'int'"):
    int.x = 1
with raises(AttributeError, "'builtin_function_or_method' object has no attribute 'x'"):
    len.x
assert (5).__class__ is int
eq((5).real, 5)
eq(5 .__add__(3), 8)
eq("".__class__.__name__, "str")
eq(repr([].__class__.__mro__), "(<class 'list'>, <class 'object'>)")
eq((lambda: 0).__class__.__name__, "function")
assert True.__class__.__base__ is int
import types
mod = types.ModuleType("mod")
mod.x = 1
eq(mod.x, 1)
eq(vars(mod)["x"], 1)
with raises(AttributeError, "module 'mod' has no attribute 'y'"):
    mod.y
with raises(AttributeError, "'module' object has no attribute 'y'"):
    del mod.y

class Meta(type):
    meta_attr = "meta"

    @property
    def meta_prop(cls):
        return "meta prop " + cls.__name__

    def meta_method(cls):
        return cls.__name__

    def __getattr__(cls, name):
        return "meta getattr " + name

class K(metaclass=Meta):
    own = 1

eq(K.meta_attr, "meta")
eq(K.meta_prop, "meta prop K")
eq(K.meta_method(), "K")
eq(K.own, 1)
eq(K.dynamic, "meta getattr dynamic")
with raises(AttributeError, "'K' object has no attribute 'meta_attr'"):
    K().meta_attr
with raises(AttributeError, "property 'meta_prop' of 'Meta' object has no setter"):
    K.meta_prop = 5
K.meta_attr = "own now"
eq(K.meta_attr, "own now")
eq(Meta.meta_attr, "meta")
eq(K().meta_attr, "own now")

class Suggest:
    apple = 1
    banana = 2

with raises(AttributeError, "'Suggest' object has no attribute 'appel'"):
    Suggest().appel
with raises(AttributeError, "type object 'Suggest' has no attribute 'bannana'"):
    Suggest.bannana
try:
    Suggest().appel
except AttributeError as error:
    got = error.name, type(error.obj).__name__
eq(got, ('appel', 'Suggest'))

class DirOwn:
    def __dir__(self):
        return ["b", "a", "c"]

eq(dir(DirOwn()), ['a', 'b', 'c'])
class DirBad:
    def __dir__(self):
        return 5

with raises(TypeError, "'int' object is not iterable"):
    dir(DirBad())
eq(sorted(vars(type("T", (), {"a": 1})).keys() & {"a", "__dict__", "__weakref__"}), ['__dict__', '__weakref__', 'a'])
