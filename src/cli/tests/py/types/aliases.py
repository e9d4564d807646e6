"""Generic aliases, unions, mapping proxies, modules as objects."""


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

import types
import typing
eq(repr(list[int]), "list[int]")
eq(repr(dict[str, int]), "dict[str, int]")
eq(repr(tuple[int, ...]), "tuple[int, ...]")
eq(repr(type[int]), "type[int]")
eq(repr(list[list[int]]), "list[list[int]]")
eq(repr(list["fwd"]), "list['fwd']")
eq(repr(list[None]), "list[None]")
eq(repr(list[...]), "list[...]")
eq(repr(list[()]), "list[()]")
eq(repr(list[int,]), "list[int]")
eq(repr(set[int | None]), "set[int | None]")
a = dict[str, int]
assert a.__origin__ is dict
eq(repr(a.__args__), "(<class 'str'>, <class 'int'>)")
eq(a.__parameters__, ())
assert a.__unpacked__ is False
assert (a == dict[str, int]) is True
assert (a != dict[int, str]) is True
assert (hash(a) == hash(dict[str, int])) is True
eq(a(b=1), {'b': 1})
assert isinstance(a, types.GenericAlias) is True
eq(a.fromkeys("x"), {'x': None})
eq(type(a).__name__, "GenericAlias")
eq(repr(a.__mro_entries__((a,))), "(<class 'dict'>,)")
eq(a.__module__, "builtins")
eq(a.__name__, "dict")
assert (a.__doc__ is not None) is True
eq(repr([*tuple[int, ...]][0]), "*tuple[int, ...]")
eq(repr(a.__class__), "<class 'types.GenericAlias'>")
with raises(AttributeError, "type object 'dict' has no attribute 'nope'"):
    a.nope
with raises(TypeError, "isinstance() argument 2 cannot be a parameterized generic"):
    isinstance({}, a)
with raises(TypeError, "issubclass() argument 2 cannot be a parameterized generic"):
    issubclass(dict, a)
with raises(AttributeError, "readonly attribute"):
    a.__origin__ = 5
with raises(AttributeError, "'types.GenericAlias' object has no attribute 'x' and no __dict__ for setting new attributes"):
    a.x = 1
with raises(TypeError, "type 'int' is not subscriptable"):
    int[str]
with raises(TypeError, "list[int] is not a generic class"):
    list[int][str]
T = typing.TypeVar("T")
S = typing.TypeVar("S")
eq(repr(list[T]), "list[~T]")
eq(repr(list[T].__parameters__), "(~T,)")
eq(repr(list[T][int]), "list[int]")
eq(repr(dict[T, S][int, str]), "dict[int, str]")
eq(repr(dict[T, T][int]), "dict[int, int]")
eq(repr(dict[T, list[S]][int, str]), "dict[int, list[str]]")
eq(repr(tuple[T, ...][int]), "tuple[int, ...]")
eq(repr(list[T] | None), "list[~T] | None")
eq(repr((list[T] | S)[int, str]), "list[int] | str")
with raises(TypeError, "Too many arguments for list[~T]; actual 2, expected 1"):
    list[T][int, str]
with raises(TypeError, "Too few arguments for dict[~T, ~S]; actual 1, expected at least 2"):
    dict[T, S][int]
eq(list[T](), [])

class Sub(list[int]):
    pass

eq(repr(Sub.__orig_bases__), "(list[int],)")
eq(repr(Sub.__bases__), "(<class 'list'>,)")
eq(repr(Sub([1])), "[1]")
assert Sub.__mro__[1] is list
u = int | str
eq(repr(u), "int | str")
eq(repr(u.__args__), "(<class 'int'>, <class 'str'>)")
eq(u.__parameters__, ())
assert (u == str | int) is True
assert (u == int | str) is True
assert (hash(u) == hash(str | int)) is True
eq(repr(u | float), "int | str | float")
eq(repr(u | int), "int | str")
eq(repr(u | None), "int | str | None")
eq(repr(int | None | int), "int | None")
eq(type(u).__name__, "Union")
eq(type(u).__module__, "typing")
assert isinstance(5, u) is True
assert isinstance(5.0, u) is False
assert issubclass(bool, u) is True
assert (u is not int) is True
assert (typing.Union[int, str] == u) is True
eq(repr(typing.Optional[int]), "int | None")
eq(repr(u.__origin__), "<class 'typing.Union'>")
eq(repr(int | list[int]), "int | list[int]")
eq(repr(list[int] | list[str]), "list[int] | list[str]")
eq(repr(None | int), "None | int")
eq(repr(typing.get_args(u)), "(<class 'int'>, <class 'str'>)")
eq(u.__name__, "Union")
eq(u.__qualname__, "Union")
assert isinstance(5, int | list[int]) is True
with raises(TypeError, "'typing.Union' object is not callable"):
    u()
with raises(TypeError, "int | str is not a generic class"):
    u[int]
with raises(TypeError, "unsupported operand type(s) for |: 'type' and 'str'"):
    int | "str"
with raises(TypeError, "unsupported operand type(s) for |: 'int' and 'type'"):
    5 | int
with raises(TypeError, "unsupported operand type(s) for |: 'type' and 'int'"):
    int | 5
with raises(AttributeError, "'typing.Union' object has no attribute 'x' and no __dict__ for setting new attributes"):
    u.x = 1
with raises(AttributeError, "readonly attribute"):
    u.__args__ = ()
with raises(TypeError, "'<' not supported between instances of 'typing.Union' and 'typing.Union'"):
    u < u
m = types.MappingProxyType({"a": 1, "b": 2})
eq(repr(m), "mappingproxy({'a': 1, 'b': 2})")
eq(m["a"], 1)
assert m.get("z") is None
eq(len(m), 2)
eq(list(m), ['a', 'b'])
eq(list(m.keys()), ['a', 'b'])
eq(list(m.items()), [('a', 1), ('b', 2)])
assert (m == {"a": 1, "b": 2}) is True
eq(m | {"c": 3}, {'a': 1, 'b': 2, 'c': 3})
eq({"z": 0} | m, {'z': 0, 'a': 1, 'b': 2})
eq(m.copy(), {'a': 1, 'b': 2})
assert ("a" in m) is True
eq(list(reversed(m)), ['b', 'a'])
eq(repr(m.__class_getitem__(int)), "mappingproxy[int]")
with raises(KeyError, "'z'"):
    m["z"]
with raises(TypeError, "'mappingproxy' object does not support item assignment"):
    m["a"] = 1
with raises(TypeError, "'mappingproxy' object does not support item deletion"):
    del m["a"]
with raises(TypeError, "'|=' is not supported by mappingproxy; use '|' instead"):
    m |= {}
with raises(AttributeError, "'mappingproxy' object has no attribute 'pop'"):
    m.pop("a")
with raises(TypeError, "unhashable type: 'dict'"):
    hash(types.MappingProxyType({"a": []}))
with raises(TypeError, "mappingproxy() argument must be a mapping, not list"):
    types.MappingProxyType([1])
with raises(TypeError, "mappingproxy() argument must be a mapping, not int"):
    types.MappingProxyType(5)
with raises(TypeError, "mappingproxy() missing required argument 'mapping' (pos 1)"):
    types.MappingProxyType()
mod = types.ModuleType("m", "doc")
eq(mod.__name__, "m")
eq(mod.__doc__, "doc")
assert mod.__package__ is None
assert mod.__loader__ is None
assert mod.__spec__ is None
eq(repr(mod), "<module 'm'>")
eq(mod.__dict__["__name__"], "m")
assert (types.ModuleType("x").__doc__) is None
with raises(AttributeError, "module 'm' has no attribute 'nope'"):
    mod.nope
mod.x = 5
eq(mod.x, 5)
assert ("x" in vars(mod)) is True
eq(dir(mod)[-1], "x")
del mod.x
with raises(AttributeError, "'module' object has no attribute 'x'"):
    del mod.x
with raises(AttributeError, "readonly attribute"):
    mod.__dict__ = {}
mod.__getattr__ = lambda name: "dynamic " + name
mod.__dir__ = lambda: ["z", "a"]
eq(mod.anything, "dynamic anything")
eq(dir(mod), ['a', 'z'])
del mod.__name__
eq(repr(mod), "<module 'dynamic __name__' from 'dynamic __file__'>")
with raises(TypeError, "module() missing required argument 'name' (pos 1)"):
    types.ModuleType()
with raises(TypeError, "module() argument 'name' must be str, not int"):
    types.ModuleType(5)
with raises(TypeError, "module() got an unexpected keyword argument 'bad'"):
    types.ModuleType("a", bad=1)

class Mod(types.ModuleType):
    @property
    def computed(self):
        return 42

mod.__class__ = Mod
eq(mod.computed, 42)
with raises(TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses"):
    mod.__class__ = int
import sys
eq(repr(sys), "<module 'sys' (built-in)>")
eq(sys.__name__, "sys")
assert (sys.__doc__ is not None) is True
eq(sys.__spec__.name, "sys")
assert (type(sys.__loader__).__name__ in ("type", "BuiltinImporter")) is True
with raises(AttributeError, "module 'sys' has no attribute 'nope'"):
    sys.nope
eq(type(sys.implementation).__name__, "SimpleNamespace")
eq(types.SimpleNamespace(a=1).__dict__, {'a': 1})
eq(repr(types.SimpleNamespace(b=1, a=2)), "namespace(b=1, a=2)")
eq(repr(types.SimpleNamespace()), "namespace()")

def gen[T](x: T) -> T:
    return x

class Box[T: int, *Ts, **P]:
    pass

class Defaulted[A, B = int]:
    pass

type Alias[A] = dict[A, int]
eq(repr(gen.__type_params__), "(T,)")
eq(repr(Box.__type_params__), "(T, Ts, P)")
assert (Box[int, str, [bool]].__origin__ is Box) is True
eq(repr(Alias), "Alias")
eq(repr(Alias.__type_params__), "(A,)")
eq(repr(Alias.__value__), "dict[A, int]")
eq(repr(Alias[str]), "Alias[str]")
eq(repr(Alias[str].__args__), "(<class 'str'>,)")
eq(Alias.__name__, "Alias")
eq(Alias.__module__, "__main__")
eq(repr(Defaulted[str].__args__), "(<class 'str'>, <class 'int'>)")
assert Defaulted.__type_params__[1].__default__ is int
assert (Defaulted.__type_params__[1].has_default()) is True
assert Box.__type_params__[0].__bound__ is int
eq(repr(Box.__type_params__[0].__default__), "typing.NoDefault")
assert (Box.__type_params__[0].has_default()) is False
assert (Box.__type_params__[1].has_default()) is False
eq(Box.__type_params__[0].__constraints__, ())
assert (Box.__type_params__[0].__infer_variance__) is True
with raises(TypeError, "'typing.TypeAliasType' object is not callable"):
    Alias()
with raises(TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union"):
    isinstance({}, Alias)
with raises(AttributeError, "attribute '__value__' of 'typing.TypeAliasType' objects is not writable"):
    Alias.__value__ = 5

type Recursive = list[Recursive] | int
type Lazy = undefined_name
eq(repr(Recursive.__value__), "list[Recursive] | int")
eq(repr(Recursive | None), "Recursive | None")
with raises(NameError, "name 'undefined_name' is not defined"):
    Lazy.__value__
eq(repr(typing.TypeVar("T", int, str).__constraints__), "(<class 'int'>, <class 'str'>)")
assert typing.TypeVar("T", bound=int).__bound__ is int
eq(repr(typing.TypeVar("T", covariant=True)), "+T")
eq(repr(typing.ParamSpec("P").args), "P.args")
eq(repr(typing.TypeVarTuple("Ts")), "Ts")
eq(typing.TypeVar("T").__name__, "T")
assert typing.TypeVar("T", default=int).__default__ is int
with raises(TypeError, "A single constraint is not allowed"):
    typing.TypeVar("T", int)
with raises(ValueError, "Bivariant types are not supported."):
    typing.TypeVar("T", covariant=True, contravariant=True)
with raises(TypeError, "typevar() missing required argument 'name' (pos 1)"):
    typing.TypeVar()
eq(repr(typing.TypeAliasType("X", int)), "X")
assert typing.TypeAliasType("X", int).__value__ is int
