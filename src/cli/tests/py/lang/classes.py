"""Class statements: bodies, bases, decorators, metaclasses, __init_subclass__, __set_name__, __prepare__."""


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

def taken():
    found = log[:]
    log.clear()
    return found

def note(x):
    log.append(x)
    return x

class Order(note(object)):
    note("body")
    a = note(1)

eq(repr(taken()), "[<class 'object'>, 'body', 1]")

def deco(name):
    log.append("make " + name)

    def apply(cls):
        log.append("apply " + name)
        cls.tags = getattr(cls, "tags", ()) + (name,)
        return cls

    return apply

@deco("outer")
@deco("inner")
class Decorated:
    log.append("body")

eq(taken(), ['make outer', 'make inner', 'body', 'apply inner', 'apply outer'])
eq(Decorated.tags, ('inner', 'outer'))

@lambda c: 5
class Replaced:
    pass

eq(Replaced, 5)

class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        log.append(("prepare", name, bases, kw))
        return Namespace()

    def __new__(mcs, name, bases, ns, **kw):
        log.append(("new", name, [k for k in ns if not k.startswith("__")], kw))
        return super().__new__(mcs, name, bases, dict(ns))

    def __init__(cls, name, bases, ns, **kw):
        log.append(("init", name, kw))
        super().__init__(name, bases, ns)

    def __call__(cls, *args, **kw):
        log.append(("call", args, kw))
        return super().__call__(*args, **kw)

class Namespace(dict):
    def __setitem__(self, key, value):
        if not key.startswith("__"):
            log.append("set " + key)
        super().__setitem__(key, value)

    def __getitem__(self, key):
        if key == "magic":
            return "from namespace"
        return super().__getitem__(key)

class WithMeta(metaclass=Meta, option=1):
    x = magic
    y = x

    def f(self):
        return __class__

eq(taken(), [('prepare', 'WithMeta', (), {'option': 1}), 'set x', 'set y', 'set f', ('new', 'WithMeta', ['x', 'y', 'f'], {'option': 1}), ('init', 'WithMeta', {'option': 1})])
eq(WithMeta.x, "from namespace")
eq(WithMeta.y, "from namespace")
eq(type(WithMeta).__name__, "Meta")
w = WithMeta()
eq(taken(), [('call', (), {})])
assert (w.f() is WithMeta) is True

class Inherits(WithMeta):
    pass

eq(repr(taken()), "[('prepare', 'Inherits', (<class '__main__.WithMeta'>,), {}), ('new', 'Inherits', [], {}), ('init', 'Inherits', {})]")
eq(type(Inherits).__name__, "Meta")
def function_meta(name, bases, ns, **kw):
    return name, bases, [k for k in ns if not k.startswith("__")], kw

class ByFunction(metaclass=function_meta, k=1):
    a = 1

eq(ByFunction, ('ByFunction', (), ['a'], {'k': 1}))

class MetaA(type):
    pass

class MetaB(MetaA):
    pass

class MetaC(type):
    pass

class A(metaclass=MetaA):
    pass

class B(metaclass=MetaB):
    pass

class C(metaclass=MetaC):
    pass

class AB(A, B):
    pass

eq(type(AB).__name__, "MetaB")
with raises(TypeError, "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"):
    class AC(A, C): pass
class Explicit(A, metaclass=type):
    pass

eq(type(Explicit).__name__, "MetaA")
with raises(TypeError, "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"):
    class Bad(A, metaclass=MetaC): pass

class Hooked:
    subs = []

    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        Hooked.subs.append((cls.__name__, tag))

class Sub1(Hooked, tag="t"):
    pass

class Sub2(Sub1):
    pass

eq(Hooked.subs, [('Sub1', 't'), ('Sub2', None)])
with raises(TypeError, "Sub3.__init_subclass__() takes no keyword arguments"):
    class Sub3(Hooked, wrong=1): pass
with raises(TypeError, "Sub4.__init_subclass__() takes no keyword arguments"):
    class Sub4(Hooked, metaclass=type, other=2): pass

class Names:
    def __set_name__(self, owner, name):
        log.append((owner.__name__, name))

class Owner:
    a = Names()
    b = [Names()]
    c = d = Names()

eq(taken(), [('Owner', 'a'), ('Owner', 'c'), ('Owner', 'd')])

class Order2:
    def __init_subclass__(cls):
        log.append(("init_subclass", hasattr(cls, "n")))

class Named(Order2):
    n = Names()

eq(taken(), [('Named', 'n'), ('init_subclass', True)])

class MroEntries:
    def __mro_entries__(self, bases):
        log.append(len(bases))
        return (int, Extra)

class Extra:
    pass

class FromEntries(MroEntries()):
    pass

eq(taken(), [1])
eq(repr(FromEntries.__bases__), "(<class 'int'>, <class '__main__.Extra'>)")
eq(FromEntries.__orig_bases__[0].__class__.__name__, "MroEntries")
eq(FromEntries(5) + 1, 6)
class NoEntries:
    def __mro_entries__(self, bases):
        return ()

class Empty(NoEntries()):
    pass

eq(repr(Empty.__bases__), "(<class 'object'>,)")

class BadEntries:
    def __mro_entries__(self, bases):
        return 5

with raises(TypeError, "__mro_entries__ must return a tuple"):
    class K(BadEntries()): pass

class CustomMro(type):
    def mro(cls):
        found = super().mro()
        return [found[0], *sorted(found[1:-1], key=lambda k: k.__name__), object]

class Z:
    v = "Z"

class Y:
    v = "Y"

class Sorted(Z, Y, metaclass=CustomMro):
    pass

eq([k.__name__ for k in Sorted.__mro__], ['Sorted', 'Y', 'Z', 'object'])
eq(Sorted.v, "Y")
eq(Sorted().v, "Y")

class BadMro(type):
    def mro(cls):
        return 5 if cls.__name__ == "Five" else [int]

with raises(TypeError, "'int' object is not iterable"):
    BadMro("Five", (), {})
with raises(TypeError, "mro() returned base with unsuitable layout ('int')"):
    BadMro("Ints", (), {})

class Diamond1:
    def __init__(self):
        log.append("D1")

class Diamond2(Diamond1):
    def __init__(self):
        log.append("D2")
        super().__init__()

class Diamond3(Diamond1):
    def __init__(self):
        log.append("D3")
        super().__init__()

class Diamond4(Diamond2, Diamond3):
    def __init__(self):
        log.append("D4")
        super().__init__()

Diamond4()
eq(taken(), ['D4', 'D2', 'D3', 'D1'])
eq([k.__name__ for k in Diamond4.__mro__], ['Diamond4', 'Diamond2', 'Diamond3', 'Diamond1', 'object'])
with raises(TypeError, "Cannot create a consistent method resolution order (MRO) for bases Diamond1, Diamond2"):
    type("X", (Diamond1, Diamond2), {})
with raises(TypeError, "Cannot create a consistent method resolution order (MRO) for bases Diamond2, Diamond3"):
    type("X", (type("P", (Diamond2, Diamond3), {}), type("Q", (Diamond3, Diamond2), {})), {})

class New:
    def __new__(cls, *args, **kw):
        log.append(("new", args, kw))
        return super().__new__(cls)

    def __init__(self, a, b=2):
        log.append(("init", a, b))

New(1, b=3)
eq(taken(), [('new', (1,), {'b': 3}), ('init', 1, 3)])

class ReturnsOther:
    def __new__(cls):
        return 5

    def __init__(self):
        log.append("never")

eq(ReturnsOther(), 5)
eq(taken(), [])

class InitReturns:
    def __init__(self):
        return 5

with raises(TypeError, "__init__() should return None, not 'int'"):
    InitReturns()

class NoInit:
    pass

with raises(TypeError, "NoInit() takes no arguments"):
    NoInit(1)
with raises(TypeError, "NoInit() takes no arguments"):
    NoInit(a=1)

class OnlyNew:
    def __new__(cls, a):
        return super().__new__(cls)

class OnlyInit:
    def __init__(self, a):
        pass

class NewPasses:
    def __new__(cls, a):
        return super().__new__(cls, a)

class InitPasses:
    def __init__(self, a):
        super().__init__(a)

eq(OnlyNew(1).__class__.__name__, "OnlyNew")
eq(OnlyInit(1).__class__.__name__, "OnlyInit")
with raises(TypeError, "object.__new__() takes exactly one argument (the type to instantiate)"):
    NewPasses(1)
with raises(TypeError, "object.__init__() takes exactly one argument (the instance to initialize)"):
    InitPasses(1)
with raises(TypeError, "OnlyNew.__new__() missing 1 required positional argument: 'a'"):
    OnlyNew()
with raises(TypeError, "OnlyInit.__init__() missing 1 required positional argument: 'a'"):
    OnlyInit()

class Nested:
    class Inner:
        class Deepest:
            pass

        def f(self):
            class Local:
                pass

            return Local

eq(Nested.Inner.Deepest.__qualname__, "Nested.Inner.Deepest")
eq(Nested.Inner().f().__qualname__, "Nested.Inner.f.<locals>.Local")
eq((lambda: (lambda: 0))().__qualname__, "<lambda>.<locals>.<lambda>")
eq(Nested.Inner.f.__qualname__, "Nested.Inner.f")

def factory():
    class Made:
        def m(self):
            return __class__.__name__

        lam = lambda self: __class__

    return Made

eq(factory().__qualname__, "factory.<locals>.Made")
eq(factory()().m(), "Made")
assert (factory() is not factory()) is True
eq(factory()().lam().__name__, "Made")

class ClassCell:
    def get(self):
        return __class__

    @staticmethod
    def static():
        return __class__

    @classmethod
    def clsm(cls):
        return __class__ is cls

    prop = property(lambda self: __class__)

    def nested(self):
        def inner():
            return __class__

        return inner()

    def gen(self):
        yield __class__

c = ClassCell()
assert (c.get() is ClassCell) is True
assert (ClassCell.static() is ClassCell) is True
assert ClassCell.clsm() is True
assert (c.prop is ClassCell) is True
assert (c.nested() is ClassCell) is True
assert (next(c.gen()) is ClassCell) is True

class KeepsCell(type):
    def __new__(mcs, name, bases, ns):
        log.append("__classcell__" in ns)
        return super().__new__(mcs, name, bases, ns)

class UsesCell(metaclass=KeepsCell):
    def f(self):
        return super().__repr__

class NoCell(metaclass=KeepsCell):
    pass

eq(taken(), [True, False])

class LosesCell(type):
    def __new__(mcs, name, bases, ns):
        ns.pop("__classcell__", None)
        return super().__new__(mcs, name, bases, ns)

with raises(RuntimeError, "__class__ not set defining 'L' as <class '__main__.L'>. Was __classcell__ propagated to type.__new__?"):
    exec("class L(metaclass=LosesCell):\n  def f(self): return __class__")

class BadPrepare(type):
    @classmethod
    def __prepare__(mcs, *a):
        return 5

with raises(TypeError, "BadPrepare.__prepare__() must return a mapping, not int"):
    class L(metaclass=BadPrepare): pass

class BodyRaises:
    pass

with raises(ZeroDivisionError, "division by zero"):
    exec("class L:\n  1 / 0")

class Docs:
    "the doc"
    "not the doc"

eq(Docs.__doc__, "the doc")
assert (type("N", (), {}).__doc__) is None
eq(Docs.__module__, "__main__")

class DeletesDoc:
    """x"""
    del __doc__

assert DeletesDoc.__doc__ is None

class Locals:
    v = 1
    w = sorted(k for k in locals() if not k.startswith("__"))
    exec("dynamic = 5")
    locals()["by_locals"] = 6

eq(Locals.w, ['v'])
eq(Locals.dynamic, 5)
eq(Locals.by_locals, 6)

class Conditional:
    if True:
        a = 1
    else:
        b = 2
    for i in range(3):
        pass
    try:
        c = undefined_thing
    except NameError:
        c = "caught"
    with open("/dev/null") as f:
        pass
    del f
    while False:
        pass
    import math

    [x for x in range(2)]

eq(sorted(k for k in vars(Conditional) if not k.startswith("__")), ['a', 'c', 'i', 'math'])

class Redefine:
    def f(self):
        return 1

    g = f

    def f(self):
        return 2

eq(Redefine().f(), 2)
eq(Redefine().g(), 1)

class A1:
    def f(self):
        return "A1"

A1.f = lambda self: "patched"
a = A1()
eq(a.f(), "patched")
a.f = lambda: "instance"
eq(a.f(), "instance")
del a.f, A1.f
with raises(AttributeError, "'A1' object has no attribute 'f'"):
    a.f()
A1.__call__ = lambda self, x: ("called", x)
eq(a(5), ('called', 5))
A1.__len__ = lambda self: 3
eq(len(a), 3)
a.__len__ = lambda: 99
eq(len(a), 3)
A1.__getattr__ = lambda self, n: "dyn " + n
eq(a.anything, "dyn anything")

class P1:
    pass

class P2:
    v = "P2"

class Q(P1):
    pass

q = Q()
assert hasattr(q, "v") is False
Q.__bases__ = (P2,)
eq(q.v, "P2")
assert (Q.__mro__ == (Q, P2, object)) is True
eq(P1.__subclasses__(), [])
assert (P2.__subclasses__() == [Q]) is True
import abc

class Abstract(abc.ABC):
    @abc.abstractmethod
    def f(self): ...

    @property
    @abc.abstractmethod
    def g(self): ...

class Half(Abstract):
    def f(self):
        return 1

class Full(Half):
    g = 2

with raises(TypeError, "Can't instantiate abstract class Abstract without an implementation for abstract methods 'f', 'g'"):
    Abstract()
with raises(TypeError, "Can't instantiate abstract class Half without an implementation for abstract method 'g'"):
    Half()
eq(Full().f(), 1)
assert (Abstract.__abstractmethods__ == {"f", "g"}) is True
eq(sorted(Half.__abstractmethods__), ['g'])
eq(sorted(Full.__abstractmethods__), [])

@Abstract.register
class Virtual:
    pass

assert issubclass(Virtual, Abstract) is True
assert (isinstance(Virtual(), Abstract)) is True
assert (Virtual.__mro__ == (Virtual, object)) is True
