"""Operators on classes: which operand is asked, in which order, with what fallback."""


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

BINARY = ["add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift", "and", "xor", "or"]

def make(name, bases=(), forward=None, reflected=None, inplace=None):
    ns = {}
    for op in BINARY:
        if forward is not None:
            ns[f"__{op}__"] = lambda self, other, op=op: log.append(f"{name}.{op}") or forward
        if reflected is not None:
            ns[f"__r{op}__"] = lambda self, other, op=op: log.append(f"{name}.r{op}") or reflected
        if inplace is not None and op != "divmod":
            ns[f"__i{op}__"] = lambda self, other, op=op: log.append(f"{name}.i{op}") or inplace
    return type(name, bases, ns)

Fwd = make("Fwd", forward="f")
Ref = make("Ref", reflected="r")
Both = make("Both", forward="bf", reflected="br")
No = make("No", forward=NotImplemented, reflected=NotImplemented)
Sub = make("Sub", (Both,), forward="sf", reflected="sr")
SubSilent = type("SubSilent", (Both,), {})
In = make("In", forward="f", inplace="i")
InNo = make("InNo", forward="f", inplace=NotImplemented)
f, r, b, n, s, q = Fwd(), Ref(), Both(), No(), Sub(), SubSilent()
eq(f + 1, "f")
eq(f - 1, "f")
eq(f * 1, "f")
eq(f @ 1, "f")
eq(f / 1, "f")
eq(f // 1, "f")
eq(f % 1, "f")
eq(divmod(f, 1), "f")
eq(f ** 1, "f")
eq(f << 1, "f")
eq(f >> 1, "f")
eq(f & 1, "f")
eq(f ^ 1, "f")
eq(f | 1, "f")
eq(taken(), ['Fwd.add', 'Fwd.sub', 'Fwd.mul', 'Fwd.matmul', 'Fwd.truediv', 'Fwd.floordiv', 'Fwd.mod', 'Fwd.divmod', 'Fwd.pow', 'Fwd.lshift', 'Fwd.rshift', 'Fwd.and', 'Fwd.xor', 'Fwd.or'])
eq(1 + r, "r")
eq(1 - r, "r")
eq(1 * r, "r")
eq(1 @ r, "r")
eq(1 / r, "r")
eq(1 // r, "r")
eq(1 % r, "r")
eq(divmod(1, r), "r")
eq(1 ** r, "r")
eq(1 << r, "r")
eq(1 >> r, "r")
eq(1 & r, "r")
eq(1 ^ r, "r")
eq(1 | r, "r")
eq(taken(), ['Ref.radd', 'Ref.rsub', 'Ref.rmul', 'Ref.rmatmul', 'Ref.rtruediv', 'Ref.rfloordiv', 'Ref.rmod', 'Ref.rdivmod', 'Ref.rpow', 'Ref.rlshift', 'Ref.rrshift', 'Ref.rand', 'Ref.rxor', 'Ref.ror'])
eq(f + r, "f")
eq(b + b, "bf")
eq(b + r, "bf")
eq(n + r, "r")
eq(f + n, "f")
eq(taken(), ['Fwd.add', 'Both.add', 'Both.add', 'No.add', 'Ref.radd', 'Fwd.add'])
with raises(TypeError, "unsupported operand type(s) for +: 'No' and 'No'"):
    n + n
eq(taken(), ['No.add'])
with raises(TypeError, "unsupported operand type(s) for +: 'No' and 'int'"):
    n + 1
with raises(TypeError, "unsupported operand type(s) for +: 'int' and 'No'"):
    1 + n
with raises(TypeError, "unsupported operand type(s) for @: 'No' and 'No'"):
    n @ n
with raises(TypeError, "unsupported operand type(s) for ** or pow(): 'No' and 'No'"):
    n ** n
with raises(TypeError, "unsupported operand type(s) for divmod(): 'No' and 'No'"):
    divmod(n, n)
assert (taken() and None) is None
eq(b + s, "sr")
eq(s + b, "sf")
eq(b + q, "bf")
eq(q + b, "bf")
eq(s + s, "sf")
eq(taken(), ['Sub.radd', 'Sub.add', 'Both.add', 'Both.add', 'Sub.add'])
eq("a" + r, "r")
eq([1] + r, "r")
eq((1,) + r, "r")
eq(1.5 + r, "r")
eq({} | r, "r")
eq(set() - r, "r")
eq(b"a" * r, "r")
eq([1] * r, "r")
eq(taken(), ['Ref.radd', 'Ref.radd', 'Ref.radd', 'Ref.radd', 'Ref.ror', 'Ref.rsub', 'Ref.rmul', 'Ref.rmul'])
x = In()
x += 1
eq(x, "i")
eq(taken(), ['In.iadd'])
x = InNo()
x += 1
eq(x, "f")
eq(taken(), ['InNo.iadd', 'InNo.add'])
x = b
x -= 1
eq(x, "bf")
eq(taken(), ['Both.sub'])
x = 5
x *= r
eq(x, "r")
eq(taken(), ['Ref.rmul'])
for op in ("+=", "-=", "*=", "@=", "/=", "//=", "%=", "**=", "<<=", ">>=", "&=", "^=", "|="):
    ns = {"x": In()}
    exec(f"x {op} 1", ns)
    assert ns["x"] == "i"
eq(taken(), ['In.iadd', 'In.isub', 'In.imul', 'In.imatmul', 'In.itruediv', 'In.ifloordiv', 'In.imod', 'In.ipow', 'In.ilshift', 'In.irshift', 'In.iand', 'In.ixor', 'In.ior'])
with raises(TypeError, "unsupported operand type(s) for -=: 'No' and 'int'"):
    n -= 1
with raises(TypeError, "unsupported operand type(s) for @=: 'No' and 'int'"):
    n @= 1
with raises(TypeError, "unsupported operand type(s) for **=: 'No' and 'No'"):
    n **= n

class Unary:
    def __neg__(self):
        return "neg"

    def __pos__(self):
        return "pos"

    def __invert__(self):
        return "invert"

    def __abs__(self):
        return "abs"

    def __round__(self, n="none"):
        return "round", n

    def __trunc__(self):
        return "trunc"

    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"

    def __index__(self):
        return 5

import math
u = Unary()
eq(-u, "neg")
eq(+u, "pos")
eq(~u, "invert")
eq(abs(u), "abs")
eq(round(u), ('round', 'none'))
eq(round(u, 2), ('round', 2))
eq(round(u, None), ('round', 'none'))
eq(math.trunc(u), "trunc")
eq(math.floor(u), "floor")
eq(math.ceil(u), "ceil")
eq([0] * u, [0, 0, 0, 0, 0])
eq("abcdefg"[u], "f")
eq(range(u), range(0, 5))
eq(bin(u), "0b101")
eq(int(u), 5)
eq(float(u), 5.0)
eq(complex(u), (5+0j))
eq(chr(u), "\x05")
with raises(TypeError, "bad operand type for unary -: 'No'"):
    -n
with raises(TypeError, "bad operand type for unary +: 'No'"):
    +n
with raises(TypeError, "bad operand type for unary ~: 'No'"):
    ~n
with raises(TypeError, "bad operand type for abs(): 'No'"):
    abs(n)
with raises(TypeError, "type No doesn't define __round__ method"):
    round(n)
with raises(TypeError, "type No doesn't define __trunc__ method"):
    math.trunc(n)
with raises(TypeError, "int() argument must be a string, a bytes-like object or a real number, not 'No'"):
    int(n)
with raises(TypeError, "float() argument must be a string or a real number, not 'No'"):
    float(n)
with raises(TypeError, "complex() argument must be a string or a number, not No"):
    complex(n)
with raises(TypeError, "'No' object cannot be interpreted as an integer"):
    hex(n)
COMPARE = ["lt", "le", "eq", "ne", "gt", "ge"]

def compare(name, result, bases=()):
    ns = {f"__{op}__": lambda self, other, op=op: log.append(f"{name}.{op}") or result for op in COMPARE}
    ns["__hash__"] = object.__hash__
    return type(name, bases, ns)

C1 = compare("C1", "c1")
C2 = compare("C2", NotImplemented)
C3 = compare("C3", "c3", (C1,))
c1, c2, c3 = C1(), C2(), C3()
eq(c1 < 1, "c1")
eq(c1 <= 1, "c1")
eq(c1 == 1, "c1")
eq(c1 != 1, "c1")
eq(c1 > 1, "c1")
eq(c1 >= 1, "c1")
eq(taken(), ['No.sub', 'No.matmul', 'No.pow', 'C1.lt', 'C1.le', 'C1.eq', 'C1.ne', 'C1.gt', 'C1.ge'])
eq(1 < c1, "c1")
eq(1 <= c1, "c1")
eq(1 == c1, "c1")
eq(1 != c1, "c1")
eq(1 > c1, "c1")
eq(1 >= c1, "c1")
eq(taken(), ['C1.gt', 'C1.ge', 'C1.eq', 'C1.ne', 'C1.lt', 'C1.le'])
eq(c1 < c3, "c3")
eq(c3 < c1, "c3")
eq(c1 == c3, "c3")
eq(c2 < c1, "c1")
eq(c2 == c1, "c1")
eq(c2 != c1, "c1")
eq(taken(), ['C3.gt', 'C3.lt', 'C3.eq', 'C2.lt', 'C1.gt', 'C2.eq', 'C1.eq', 'C2.ne', 'C1.ne'])
assert (c2 == c2) is True
assert (c2 != c2) is False
assert (c2 == 5) is False
assert (5 == c2) is False
eq(taken(), ['C2.eq', 'C2.eq', 'C2.ne', 'C2.ne', 'C2.eq', 'C2.eq'])
with raises(TypeError, "'<' not supported between instances of 'C2' and 'C2'"):
    c2 < c2
with raises(TypeError, "'>=' not supported between instances of 'C2' and 'int'"):
    c2 >= 5
with raises(TypeError, "'>' not supported between instances of 'int' and 'C2'"):
    5 > c2
eq(len(taken()), 4)

class OnlyEq:
    def __eq__(self, other):
        return "truthy"

class EqNotImpl:
    def __eq__(self, other):
        return NotImplemented

assert (OnlyEq() != 1) is False
eq(OnlyEq() == 1, "truthy")
assert (OnlyEq().__ne__(1)) is False
assert (EqNotImpl() != 1) is True
assert (EqNotImpl() == 1) is False
assert OnlyEq.__hash__ is None
assert (1 < 2 < 3) is True
assert (1 < 3 < 2) is False
assert ((1 < 2) < 3) is True
assert (1 in [1] == True) is False
assert (1 == 1 in [1]) is True
assert (not 1 == 2) is True
assert (None is None is not False) is True

class Container:
    def __init__(self, *items):
        self.items = items

    def __contains__(self, x):
        log.append(("contains", x))
        return x in self.items

class ByIter:
    def __iter__(self):
        log.append("iter")
        return iter([1, 2, 3])

class ByItem:
    def __getitem__(self, i):
        log.append(i)
        return [1, 2, 3][i]

class NoContains:
    __contains__ = None

    def __iter__(self):
        return iter([1])

assert (1 in Container(1, 2)) is True
assert (5 not in Container(1)) is True
eq(taken(), [('contains', 1), ('contains', 5)])
assert (2 in ByIter()) is True
assert (9 in ByIter()) is False
eq(taken(), ['iter', 'iter'])
assert (2 in ByItem()) is True
assert (9 in ByItem()) is False
eq(taken(), [0, 1, 0, 1, 2, 3])
with raises(TypeError, "'NoContains' object is not a container"):
    1 in NoContains()
with raises(TypeError, "argument of type 'No' is not a container or iterable"):
    1 in n
with raises(TypeError, "argument of type 'int' is not a container or iterable"):
    1 not in 5

class Item:
    def __getitem__(self, k):
        return "get", k

    def __setitem__(self, k, v):
        log.append(("set", k, v))

    def __delitem__(self, k):
        log.append(("del", k))

    @classmethod
    def __class_getitem__(cls, k):
        return cls.__name__, k

i = Item()
i[1] = 2
i[1:2, ...] = 3
del i["k"]
i[0] += ()
eq(i[1], ('get', 1))
eq(i[1:2], ('get', slice(1, 2, None)))
eq(i[:, 1], ('get', (slice(None, None, None), 1)))
eq(i[...], ('get', Ellipsis))
eq(repr(Item[int]), "('Item', <class 'int'>)")
eq(repr(Item[int, str]), "('Item', (<class 'int'>, <class 'str'>))")
eq(taken(), [('set', 1, 2), ('set', (slice(1, 2, None), Ellipsis), 3), ('del', 'k'), ('set', 0, ('get', 0))])
with raises(TypeError, "'No' object is not subscriptable"):
    n[0]
with raises(TypeError, "'No' object does not support item assignment"):
    n[0] = 1
with raises(TypeError, "'No' object doesn't support item deletion"):
    del n[0]
with raises(TypeError, "type 'No' is not subscriptable"):
    No[0]
with raises(TypeError, "'int' object is not subscriptable"):
    (lambda v: v[0])(5)
with raises(AttributeError, "'tuple' object has no attribute '__setitem__'"):
    (lambda v: v.__setitem__(0, 1))((1,))

class Length:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

eq(len(Length(3)), 3)
assert (bool(Length(0))) is False
assert (bool(Length(1))) is True
eq(len(Length(True)), 1)
with raises(ValueError, "__len__() should return >= 0"):
    len(Length(-1))
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    len(Length("a"))
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    len(Length(1.5))
with raises(OverflowError, "cannot fit 'int' into an index-sized integer"):
    len(Length(2 ** 70))
with raises(TypeError, "object of type 'No' has no len()"):
    len(n)

class Hashes:
    def __init__(self, h):
        self.h = h

    def __hash__(self):
        return self.h

eq(hash(Hashes(5)), 5)
eq(hash(Hashes(-1)), -2)
eq(hash(Hashes(2 ** 61 - 1)), 2305843009213693951)
eq(hash(Hashes(2 ** 64 + 3)), 11)
eq(hash(Hashes(True)), 1)
with raises(TypeError, "__hash__ method should return an integer"):
    hash(Hashes("a"))
with raises(TypeError, "__hash__ method should return an integer"):
    hash(Hashes(1.0))

class Text:
    def __init__(self, value):
        self.value = value

    def __str__(self):
        return self.value

    def __repr__(self):
        return self.value

    def __bytes__(self):
        return self.value

    def __format__(self, spec):
        return self.value

eq(str(Text("s")), "s")
eq(repr(Text("r")), "r")
eq(bytes(Text(b"b")), b'b')
eq(format(Text("f")), "f")
eq(f"{Text('x')}", "x")
eq("%s %r" % (Text("a"), Text("b")), "a b")
eq(repr([Text("in list")]), "[in list]")
with raises(TypeError, "__str__ returned non-string (type int)"):
    str(Text(5))
with raises(TypeError, "__repr__ returned non-string (type NoneType)"):
    repr(Text(None))
with raises(TypeError, "__bytes__ returned non-bytes (type str)"):
    bytes(Text("x"))
with raises(TypeError, "__format__ must return a str, not int"):
    format(Text(5))
with raises(TypeError, "__repr__ returned non-string (type int)"):
    f"{Text(5)!r}"

class OnInstance:
    def __init__(self):
        for name in ("__len__", "__call__", "__add__", "__getitem__", "__iter__", "__str__", "__bool__", "__contains__", "__enter__", "__hash__", "__eq__"):
            setattr(self, name, lambda *a: "instance")

o = OnInstance()
with raises(TypeError, "object of type 'OnInstance' has no len()"):
    len(o)
with raises(TypeError, "'OnInstance' object is not callable"):
    o()
with raises(TypeError, "unsupported operand type(s) for +: 'OnInstance' and 'int'"):
    o + 1
with raises(TypeError, "'OnInstance' object is not subscriptable"):
    o[0]
with raises(TypeError, "'OnInstance' object is not iterable"):
    iter(o)
assert (str(o) != "instance") is True
assert bool(o) is True
assert (o == 1) is False
assert (hash(o) != "instance") is True
with raises(TypeError, "argument of type 'OnInstance' is not a container or iterable"):
    1 in o

class Call:
    def __call__(self, *args, **kw):
        return args, kw

eq(Call()(1, 2, a=3), ((1, 2), {'a': 3}))
assert (callable(Call())) is True
assert callable(n) is False
with raises(TypeError, "'No' object is not callable"):
    n()
with raises(TypeError, "'int' object is not callable"):
    (lambda v: v())(5)

class CallNone:
    __call__ = None

with raises(TypeError, "'NoneType' object is not callable"):
    CallNone()()

class Deep:
    pass

Deep.__call__ = Deep()
with raises(RecursionError):
    Deep()()

class DynamicSpecial:
    pass

d = DynamicSpecial()
with raises(TypeError, "unsupported operand type(s) for +: 'DynamicSpecial' and 'int'"):
    d + 1
DynamicSpecial.__add__ = lambda self, o: "added later"
eq(d + 1, "added later")
del DynamicSpecial.__add__
with raises(TypeError, "unsupported operand type(s) for +: 'DynamicSpecial' and 'int'"):
    d + 1

class Descr:
    def __get__(self, obj, owner):
        return lambda *a: ("descriptor", a)

class WithDescr:
    __add__ = Descr()
    __len__ = property(lambda self: lambda: 7)
    __call__ = staticmethod(lambda *a: a)
    __getitem__ = classmethod(lambda cls, k: (cls.__name__, k))

w = WithDescr()
eq(w + 1, ('descriptor', (1,)))
eq(len(w), 7)
eq(w(1, 2), (1, 2))
eq(w[3], ('WithDescr', 3))

class NoneSpecials:
    __add__ = None
    __iter__ = None
    __hash__ = None
    __bool__ = None
    __len__ = None
    __eq__ = None
    __getitem__ = None

z = NoneSpecials()
with raises(TypeError, "'NoneType' object is not callable"):
    z + 1
with raises(TypeError, "unsupported operand type(s) for +: 'int' and 'NoneSpecials'"):
    1 + z
with raises(TypeError, "'NoneSpecials' object is not iterable"):
    iter(z)
with raises(TypeError, "unhashable type: 'NoneSpecials'"):
    hash(z)
with raises(TypeError, "'NoneSpecials' cannot be interpreted as a boolean"):
    bool(z)
with raises(TypeError, "'NoneType' object is not callable"):
    len(z)
with raises(TypeError, "'NoneType' object is not callable"):
    z == 1
with raises(TypeError, "'NoneType' object is not callable"):
    z[0]
class RNone:
    __radd__ = None

with raises(TypeError, "'NoneType' object is not callable"):
    1 + RNone()
class Pow:
    def __pow__(self, other, mod=None):
        return "pow", other, mod

    def __rpow__(self, other, mod=None):
        return "rpow", other, mod

eq(Pow() ** 2, ('pow', 2, None))
eq(pow(Pow(), 2), ('pow', 2, None))
eq(pow(Pow(), 2, 3), ('pow', 2, 3))
eq(2 ** Pow(), ('rpow', 2, None))
eq(pow(2, Pow()), ('rpow', 2, None))
eq(pow(2, Pow(), 5), ('rpow', 2, 5))
eq(-2 ** 2, -4)
eq(2 ** -1, 0.5)
eq(2 ** 3 ** 2, 512)
eq((-2) ** 2, 4)
assert (not True or True) is True
eq(1 + 2 * 3 - 4 / 2, 5.0)
eq(7 & 3 | 8 ^ 1 << 2, 15)
eq(~1 + 2, 0)
eq(- -1, 1)
eq(5 - -3, 8)
eq(1 if 0 else 2 if 0 else 3, 3)
eq((lambda: 1 and 0 or 2)(), 2)
