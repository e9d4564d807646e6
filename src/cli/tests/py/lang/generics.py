"""Type parameters (PEP 695, 696): scopes, laziness, defaults, aliases."""


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

import typing

def ident[T](x: T) -> T:
    return x

def bounded[T: int, S: (int, str), *Ts, **P](a: T, *args: *Ts) -> S:
    return T, S, Ts, P

eq(ident(5), 5)
eq(repr(ident.__type_params__), "(T,)")
eq(repr(bounded.__type_params__), "(T, S, Ts, P)")
eq([type(p).__name__ for p in bounded.__type_params__], ['TypeVar', 'TypeVar', 'TypeVarTuple', 'ParamSpec'])
assert bounded.__type_params__[0].__bound__ is int
eq(repr(bounded.__type_params__[1].__constraints__), "(<class 'int'>, <class 'str'>)")
assert (ident.__annotations__["x"] is ident.__type_params__[0]) is True
eq(ident.__annotations__["return"].__name__, "T")
eq([p.__name__ for p in bounded(1)], ['T', 'S', 'Ts', 'P'])
eq(repr(bounded.__annotations__["args"]), "typing.Unpack[Ts]")

class Box[T, U = str]:
    item: T
    alias = list

    def __init__(self, item: T):
        self.item = item

    def get[V](self, v: V) -> tuple[T, V]:
        return T, V

    @classmethod
    def make[W](cls, w: W):
        return W

    nested = lambda self: T

eq(Box(5).item, 5)
eq(repr(Box.__type_params__), "(T, U)")
eq(repr(Box.__parameters__), "(T, U)")
eq(repr(Box.__orig_bases__), "(typing.Generic[T, U],)")
eq(repr(Box.__bases__), "(<class 'typing.Generic'>,)")
eq(repr(Box[int]), "__main__.Box[int, str]")
eq(repr(Box[int, bytes]), "__main__.Box[int, bytes]")
eq(Box[int](3).item, 3)
eq([p.__name__ for p in Box(1).get(2)], ['T', 'V'])
eq(Box.make(1).__name__, "W")
assert (Box.__annotations__["item"] is Box.__type_params__[0]) is True
eq(Box(1).nested().__name__, "T")
eq(Box.__mro__[1].__name__, "Generic")
with raises(TypeError, "Too many arguments for <class '__main__.Box'>; actual 3, expected 2"):
    Box[int, str, bytes]
with raises(TypeError, "Too few arguments for <class '__main__.Box'>; actual 0, expected at least 1"):
    Box[()]

class Sub[T](Box[T, int]):
    pass

class Concrete(Box[int]):
    pass

eq(repr(Sub.__orig_bases__), "(__main__.Box[T, int], typing.Generic[T])")
eq(repr(Sub[str].__args__), "(<class 'str'>,)")
eq(repr(Concrete.__orig_bases__), "(__main__.Box[int, str],)")
eq(Concrete(1).item, 1)
eq(Sub.__mro__[1].__name__, "Box")
type Alias = int | str
type Pair[A, B = A] = tuple[A, B]
type Tree[T] = T | list[Tree[T]]
eq(repr(Alias), "Alias")
eq(repr(Alias.__value__), "int | str")
eq(repr(Pair), "Pair")
eq(repr(Pair.__value__), "tuple[A, B]")
eq(repr(Pair[int, str]), "Pair[int, str]")
assert (Pair[int, str].__origin__ is Pair) is True
eq(repr(Pair.__type_params__), "(A, B)")
eq(repr(Tree[int]), "Tree[int]")
eq(repr(Tree.__value__.__args__[0]), "T")
eq(Alias.__module__, "__main__")
eq(type(Alias).__name__, "TypeAliasType")
eq(Alias.__name__, "Alias")
eq(repr(Alias | None), "Alias | None")
assert (hash(Alias) == hash(Alias)) is True
with raises(TypeError, "'typing.TypeAliasType' object is not callable"):
    Alias()
with raises(TypeError, "Only generic type aliases are subscriptable"):
    Alias[int]
with raises(AttributeError, "readonly attribute"):
    Alias.__name__ = "x"
with raises(TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union"):
    isinstance(5, Alias)
calls = []

def note(x):
    calls.append(x)
    return int

type Lazy[T: note("bound") = note("default")] = note("value")
eq(calls, [])
assert Lazy.__value__ is int
assert Lazy.__value__ is int
eq(calls, ['value'])
assert Lazy.__type_params__[0].__bound__ is int
assert Lazy.__type_params__[0].__default__ is int
eq(calls, ['value', 'bound', 'default'])
def lazy_bound[T: undefined_bound](x: T): ...

assert lazy_bound(5) is None
with raises(NameError, "name 'undefined_bound' is not defined"):
    lazy_bound.__type_params__[0].__bound__
type Bad = undefined_alias
with raises(NameError, "name 'undefined_alias' is not defined"):
    Bad.__value__
undefined_alias = 5
eq(Bad.__value__, 5)

class Outer[T]:
    type Inner[U] = dict[T, U]

    def method(self):
        type Local = T
        return Local.__value__

    class Nested[V]:
        def f(self):
            return T, V

eq(repr(Outer.Inner.__value__), "dict[T, U]")
eq(Outer().method().__name__, "T")
eq([p.__name__ for p in Outer.Nested().f()], ['T', 'V'])
def scope():
    T = "shadowed"

    def g[T](x: T):
        def h():
            return T

        return h()

    return T, g(1)

eq([getattr(x, "__name__", x) for x in scope()], ['shadowed', 'T'])
def uses_default[T](a=1):
    return a

with raises(NameError, "name 'T' is not defined"):
    exec("def bad_default[T](a=T): pass")
def decorator(f):
    calls.append(f.__name__)
    return f

calls.clear()

@decorator
def decorated[T](x: T): ...

@decorator
class DecoratedClass[T]: ...

eq(calls, ['decorated', 'DecoratedClass'])
class Base:
    def __init_subclass__(cls, **kw):
        calls.append((cls.__name__, kw))

class Derived[T](Base, key="v"):
    pass

eq(calls[-1], ('Derived', {'key': 'v'}))
eq(repr(Derived.__bases__), "(<class '__main__.Base'>, <class 'typing.Generic'>)")
class Meta(type):
    pass

class WithMeta[T](metaclass=Meta):
    pass

eq(type(WithMeta).__name__, "Meta")
assert (WithMeta[int].__origin__ is WithMeta) is True
async def coro[T](x: T) -> T:
    return T

try:
    coro(1).send(None)
except StopIteration as stop:
    got = stop.value.__name__
eq(got, "T")
def gen[T]():
    yield T

eq(next(gen()).__name__, "T")
eq((lambda: 0).__type_params__, ())
eq(repr(typing.get_type_hints(ident)), "{'x': T, 'return': T}")
assert (typing.TypeVar("X").__bound__) is None
assert (typing.TypeVar("X").__default__ is typing.NoDefault) is True
assert (typing.TypeVar("X", infer_variance=True).__infer_variance__) is True
class Mangled[__T]:
    def f(self):
        return __T

eq(Mangled().f().__name__, "__T")
eq(Mangled.__type_params__[0].__name__, "__T")
def locals_of[T]():
    return locals()

eq(list(locals_of()), [])
class BodyLocals[T]:
    names = sorted(n for n in locals() if not n.startswith("_"))
    t = T

eq(BodyLocals.names, [])
eq(BodyLocals.t.__name__, "T")
def variance():
    class K[T_co]:
        pass

    return K.__type_params__[0].__covariant__, K.__type_params__[0].__infer_variance__

eq(variance(), (False, True))
def nested_nonlocal[T]():
    x = 1

    def inner[U]():
        nonlocal x
        x += 1
        return T, U, x

    return inner()

eq([getattr(v, "__name__", v) for v in nested_nonlocal()], ['T', 'U', 2])
