"""Subclasses of every builtin type that allows it; those that do not say so."""


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
eq(type("S", (int,), {})(5) + 1, 6)
eq(type("S", (str,), {})("a") + "b", "ab")
eq(repr(type("S", (bytes,), {})(b"a")), "b'a'")
eq(repr(type("S", (list,), {})([1])), "[1]")
eq(repr(type("S", (tuple,), {})((1,))), "(1,)")
eq(repr(type("S", (dict,), {})(a=1)), "{'a': 1}")
eq(repr(type("S", (float,), {})(1.5)), "1.5")
eq(repr(type("S", (complex,), {})(1j)), "1j")
eq(repr(type("S", (bytearray,), {})(b"a")), "S(b'a')")
eq(type("S", (type,), {})("N", (), {}).__name__, "N")
eq(repr(type("S", (property,), {})(len).fget), "<built-in function len>")
eq(repr(type("S", (classmethod,), {})(len).__func__), "<built-in function len>")
eq(repr(type("S", (staticmethod,), {})(len).__func__), "<built-in function len>")
eq(type("S", (super,), {}).__name__, "S")
eq(type("S", (enumerate,), {})("a").__next__(), (0, 'a'))
eq(list(type("S", (zip,), {})("a", "b")), [('a', 'b')])
eq(list(type("S", (map,), {})(str, [1])), ['1'])
eq(list(type("S", (filter,), {})(None, [1])), [1])
eq(list(type("S", (reversed,), {})([1, 2])), [2, 1])
eq(type("S", (Exception,), {})(1).args, (1,))
eq(type("S", (object,), {}).__name__, "S")
eq(type("S", (types.ModuleType,), {})("m").__name__, "m")
eq(type("S", (types.SimpleNamespace,), {})(a=1).a, 1)
with raises(TypeError, "type 'bool' is not an acceptable base type"):
    type("S", (bool,), {})
with raises(TypeError, "type 'range' is not an acceptable base type"):
    type("S", (range,), {})
with raises(TypeError, "type 'slice' is not an acceptable base type"):
    type("S", (slice,), {})
with raises(TypeError, "type 'memoryview' is not an acceptable base type"):
    type("S", (memoryview,), {})
with raises(TypeError, "type 'NoneType' is not an acceptable base type"):
    type("S", (type(None),), {})
with raises(TypeError, "type 'ellipsis' is not an acceptable base type"):
    type("S", (type(...),), {})
with raises(TypeError, "type 'NotImplementedType' is not an acceptable base type"):
    type("S", (type(NotImplemented),), {})
with raises(TypeError, "type 'function' is not an acceptable base type"):
    type("S", (types.FunctionType,), {})
with raises(TypeError, "type 'builtin_function_or_method' is not an acceptable base type"):
    type("S", (types.BuiltinFunctionType,), {})
with raises(TypeError, "type 'method' is not an acceptable base type"):
    type("S", (types.MethodType,), {})
with raises(TypeError, "type 'generator' is not an acceptable base type"):
    type("S", (types.GeneratorType,), {})
with raises(TypeError, "type 'coroutine' is not an acceptable base type"):
    type("S", (types.CoroutineType,), {})
with raises(TypeError, "type 'code' is not an acceptable base type"):
    type("S", (types.CodeType,), {})
with raises(TypeError, "type 'frame' is not an acceptable base type"):
    type("S", (types.FrameType,), {})
with raises(TypeError, "type 'cell' is not an acceptable base type"):
    type("S", (types.CellType,), {})
with raises(TypeError, "type 'traceback' is not an acceptable base type"):
    type("S", (types.TracebackType,), {})
with raises(TypeError, "type 'mappingproxy' is not an acceptable base type"):
    type("S", (types.MappingProxyType,), {})
with raises(TypeError, "type 'typing.Union' is not an acceptable base type"):
    type("S", (types.UnionType,), {})
with raises(TypeError, "type 'wrapper_descriptor' is not an acceptable base type"):
    type("S", (types.WrapperDescriptorType,), {})
with raises(TypeError, "type 'getset_descriptor' is not an acceptable base type"):
    type("S", (types.GetSetDescriptorType,), {})
with raises(TypeError, "type 'list_iterator' is not an acceptable base type"):
    type("S", (type(iter([])),), {})
with raises(TypeError, "type 'dict_keys' is not an acceptable base type"):
    type("S", (type({}.keys()),), {})
with raises(TypeError, "type 'dict_keyiterator' is not an acceptable base type"):
    type("S", (type(iter({})),), {})
eq(repr(type("S", (types.GenericAlias,), {})(list, int)), "list[int]")
with raises(TypeError, "multiple bases have instance lay-out conflict"):
    type("S", (int, float), {})
with raises(TypeError, "multiple bases have instance lay-out conflict"):
    type("S", (str, bytes), {})
with raises(TypeError, "multiple bases have instance lay-out conflict"):
    type("S", (list, dict), {})
with raises(TypeError, "multiple bases have instance lay-out conflict"):
    type("S", (Exception, int), {})
with raises(TypeError, "multiple bases have instance lay-out conflict"):
    type("S", (dict, Exception), {})
with raises(TypeError, "multiple bases have instance lay-out conflict"):
    type("S", (OSError, SyntaxError), {})

class WithSlots:
    __slots__ = ("a",)

class OtherSlots:
    __slots__ = ("b",)

class NoSlots:
    __slots__ = ()

with raises(TypeError, "multiple bases have instance lay-out conflict"):
    class K(WithSlots, OtherSlots): pass
with raises(TypeError, "multiple bases have instance lay-out conflict"):
    class K(int, WithSlots): pass

class Fine(WithSlots, NoSlots):
    pass

class AlsoFine(NoSlots, int):
    pass

f = Fine()
f.a = 1
f.z = 2
eq(f.a, 1)
eq(f.__dict__, {'z': 2})
eq(AlsoFine(5) + 1, 6)
eq(AlsoFine(5).__dict__, {})

class I(int):
    __slots__ = ()

eq(repr(I(5)), "5")
eq(I(5) + I(6), 11)
eq(hash(I(5)), 5)
assert (I(5) == 5) is True
eq({5: 1}[I(5)], 1)
eq([10, 20, 30][I(1)], 20)
with raises(AttributeError, "'I' object has no attribute 'x' and no __dict__ for setting new attributes"):
    I(5).x = 1

class Attr(int):
    pass

n = Attr(7)
n.label = "seven"
eq(repr(n), "7")
eq(n.label, "seven")
eq(n + 1, 8)
eq(n.__dict__, {'label': 'seven'})
eq(int(n), 7)
assert type(int(n)) is int
assert type(+n) is int
assert type(n.real) is int
assert (n == 7) is True
eq(repr(n), "7")
eq(f"{n:03}", "007")
assert (bool(Attr())) is False
eq(-n, -7)
eq(abs(Attr(-3)), 3)
assert type(abs(Attr(3))) is int

class Big(int):
    def __new__(cls, value, tag):
        self = super().__new__(cls, value)
        self.tag = tag
        return self

    def __add__(self, other):
        return Big(int(self) + other, self.tag)

    def __eq__(self, other):
        return "eq"

    __hash__ = int.__hash__

b = Big(10 ** 30, "t")
eq((b + 1).tag, "t")
eq(b + 1 - 1, 1000000000000000000000000000000)
eq(b == 5, "eq")
eq(b.__add__(2).tag, "t")
eq(sum([1, 2], b).tag, "t")
eq(1 + b, 1000000000000000000000000000001)

class Text(str):
    def __len__(self):
        return 99

    def __getitem__(self, i):
        return "item"

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 5

    def __contains__(self, x):
        return True

    def __str__(self):
        return "str!"

    def __iter__(self):
        return iter([1, 2])

t = Text("abc")
eq(len(t), 99)
eq(t[0], "item")
assert (t == "zzz") is True
eq(hash(t), 5)
assert ("q" in t) is True
eq(str(t), "str!")
eq(list(t), [1, 2])
eq(t.upper(), "ABC")
eq(t + "d", "abcd")
eq("x" + t, "xabc")
eq(f"{t}", "str!")
eq("%s" % t, "str!")
eq("-".join([t]), "abc")
eq(repr(t), "'abc'")
eq(format(t), "str!")
eq(t.encode(), b'abc')
assert ("abc".startswith(t)) is True
eq(t.find("c"), 2)
eq(repr({**{t: 1}}), "{'abc': 1}")
assert type(t[0:1]) is str
eq(t * 2, "abcabc")
eq(str.__str__(t), "abc")
eq(str.__len__(t), 3)
eq(t.split("b"), ['a', 'c'])

class Items(list):
    def __init__(self, *items):
        super().__init__(items)

    def __iter__(self):
        return iter(["own"])

    def append(self, x):
        super().append(x * 2)

    def __contains__(self, x):
        return False

    def __bool__(self):
        return False

x = Items(1, 2)
x.append(3)
eq(list(x), ['own'])
eq(x[:], [1, 2, 6])
assert (1 in x) is False
assert bool(x) is False
eq(len(x), 3)
eq([*x], ['own'])
eq(tuple(x), ('own',))
eq(sorted(x), ['own'])
assert (x == [1, 2, 6]) is True
eq(x.copy(), [1, 2, 6])
assert type(x.copy()) is list
eq(repr(x), "[1, 2, 6]")
eq(x.index(6), 2)
eq(sum(x[:]), 9)
eq([1] + x, [1, 1, 2, 6])
eq(x + [1], [1, 2, 6, 1])

class Table(dict):
    def __getitem__(self, k):
        return "get " + k

    def __iter__(self):
        return iter(["iter"])

    def keys(self):
        return ["keys"]

    def __setitem__(self, k, v):
        super().__setitem__(k, ("set", v))

    def __missing__(self, k):
        return "missing"

    def __len__(self):
        return 42

d = Table(a=1)
d["b"] = 2
eq(d["zz"], "get zz")
eq(d.get("a"), 1)
eq(list(d), ['iter'])
eq(len(d), 42)
eq(dict(d), {'keys': 'get keys'})
eq({**d}, {'keys': 'get keys'})
eq(d.setdefault("c", 3), 3)
eq(d.pop("c"), 3)
eq(repr(d.items()), "dict_items([('a', 1), ('b', ('set', 2))])")
assert (d == {"a": 1, "b": ("set", 2)}) is True
assert ("a" in d) is True
eq(d.copy(), {'keys': 'get keys'})
assert bool(d) is True
eq(d | {}, {'keys': 'get keys'})
eq(dict.__getitem__(d, "a"), 1)
eq(dict.__getitem__(d, "nope"), "missing")
eq(dict.__len__(d), 2)
eq(list(dict.keys(d)), ['a', 'b'])

class Pair(tuple):
    __slots__ = ()

    def __new__(cls, a, b):
        return tuple.__new__(cls, (a, b))

    @property
    def first(self):
        return self[0]

    def __add__(self, other):
        return "added"

p = Pair(1, 2)
a, b = p
eq(a, 1)
eq(b, 2)
eq(p.first, 1)
eq(p + (3,), "added")
eq(p[0], 1)
assert (p == (1, 2)) is True
assert (hash(p) == hash((1, 2))) is True
eq(p[::-1], (2, 1))
assert type(p[:]) is tuple
eq(repr(p), "(1, 2)")
eq({(1, 2): "k"}[p], "k")
assert isinstance(p, tuple) is True
with raises(TypeError, "nonempty __slots__ not supported for subtype of 'tuple'"):
    type("S", (tuple,), {"__slots__": ("x",)})
with raises(AttributeError, "'Pair' object has no attribute 'x' and no __dict__ for setting new attributes"):
    p.x = 1

class F(float):
    def __float__(self):
        return 99.0

    def __repr__(self):
        return "F!"

eq(repr(F(1.5)), "F!")
eq(float(F(1.5)), 99.0)
eq(F(1.5) + 1, 2.5)
eq(str(F(1.5)), "F!")
eq(f"{F(1.5)}", "F!")
eq("%s" % F(2.0), "F!")
eq("%.1f" % F(2.0), "2.0")
eq(repr([F(1.0)]), "[F!]")
eq(int(F(2.7)), 2)
eq(round(F(2.5)), 2)
assert (F(2.0) == 2) is True
eq(F("1e3") * 2, 2000.0)

class S(set):
    def __init__(self, items=()):
        super().__init__(items)
        self.made = True

    def __contains__(self, x):
        return "always"

s = S([1])
assert (99 in s) is True
assert (s == {1}) is True
eq(type(s | {2}).__name__, "set")
assert ((s | {2}) == {1, 2}) is True
assert hasattr(s | {2}, "made") is False
assert s.made is True

class M(type):
    def __call__(cls, *args):
        return super().__call__(*args), "called"

    def __len__(cls):
        return 7

    def __getattr__(cls, name):
        return "meta " + name

    def __instancecheck__(cls, obj):
        return obj == 5

    def __subclasscheck__(cls, other):
        return other is int

    def __iter__(cls):
        return iter("meta")

    def __contains__(cls, x):
        return x == 1

    def __getitem__(cls, x):
        return "item", x

    def __eq__(cls, other):
        return "eq"

    def __hash__(cls):
        return 3

    def __bool__(cls):
        return False

    def __repr__(cls):
        return "M!"

class K(metaclass=M):
    pass

eq(K()[1], "called")
eq(len(K), 7)
eq(K.anything, "meta anything")
assert isinstance(5, K) is True
assert isinstance(6, K) is False
assert issubclass(int, K) is True
assert issubclass(str, K) is False
eq(list(K), ['m', 'e', 't', 'a'])
assert (1 in K) is True
eq(K[3], ('item', 3))
eq(K == 5, "eq")
eq(hash(K), 3)
assert bool(K) is False
eq(repr(K), "M!")
assert (isinstance(K()[0], K)) is True

class E(Exception):
    def __init__(self, code):
        self.code = code

    def __eq__(self, other):
        return self.code == other.code

    __hash__ = None

try:
    raise E(5)
except E as error:
    got = error.code, error.args
eq(got, (5, (5,)))
eq(repr(types.SimpleNamespace(a=1, b="x")), "namespace(a=1, b='x')")
eq(repr(types.SimpleNamespace({"a": 1}, b=2)), "namespace(a=1, b=2)")
assert (types.SimpleNamespace(a=1) == types.SimpleNamespace(a=1)) is True
with raises(TypeError, "'int' object is not iterable"):
    types.SimpleNamespace(1)
with raises(TypeError, "keywords must be strings"):
    types.SimpleNamespace({1: 2})
