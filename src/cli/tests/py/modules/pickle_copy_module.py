# modes: one
"""pickle, marshal, copy, copyreg: round trips, bytes, errors."""


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

import copy
import copyreg
import io
import marshal
import pickle
values = [None, True, False, 0, 1, -1, 255, 256, 65536, 2 ** 31, -2 ** 31, 2 ** 63, 10 ** 50, -10 ** 50, 0.0, -0.0, 1.5, float("inf"), 1j, "", "a", "é€😀", "\ud800", b"", b"abc", bytes(300), bytearray(b"xy"), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1, [2]], {}, {"a": 1, 2: {}}, set(), {1, 2}, frozenset(), frozenset([1]), range(5), slice(1, 2), ..., NotImplemented, int, len, Exception("a", 1), ValueError]
for protocol in range(6):
    for value in values:
        back = pickle.loads(pickle.dumps(value, protocol))
        assert repr(back) == repr(value) and type(back) is type(value), (protocol, value)
eq([pickle.dumps(v, 0) for v in (None, True, 1, 1.5, "a", [1], (1,), {})], [b'N.', b'I01\n.', b'I1\n.', b'F1.5\n.', b'Va\np0\n.', b'(lp0\nI1\na.', b'(I1\ntp0\n.', b'(dp0\n.'])
eq([pickle.dumps(v, 2) for v in (None, 300, "a", b"a", (1, 2), [1], {1: 2}, {1}.__class__())], [b'\x80\x02N.', b'\x80\x02M,\x01.', b'\x80\x02X\x01\x00\x00\x00aq\x00.', b'\x80\x02c_codecs\nencode\nq\x00X\x01\x00\x00\x00aq\x01X\x06\x00\x00\x00latin1q\x02\x86q\x03Rq\x04.', b'\x80\x02K\x01K\x02\x86q\x00.', b'\x80\x02]q\x00K\x01a.', b'\x80\x02}q\x00K\x01K\x02s.', b'\x80\x02c__builtin__\nset\nq\x00]q\x01\x85q\x02Rq\x03.'])
eq([pickle.dumps(v, 4) for v in (None, "a", b"a", (1, 2), [1, 2], {1: 2}, {1}, 10 ** 20, 1.5)], [b'\x80\x04N.', b'\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94.', b'\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00C\x01a\x94.', b'\x80\x04\x95\x07\x00\x00\x00\x00\x00\x00\x00K\x01K\x02\x86\x94.', b'\x80\x04\x95\t\x00\x00\x00\x00\x00\x00\x00]\x94(K\x01K\x02e.', b'\x80\x04\x95\x08\x00\x00\x00\x00\x00\x00\x00}\x94K\x01K\x02s.', b'\x80\x04\x95\x07\x00\x00\x00\x00\x00\x00\x00\x8f\x94(K\x01\x90.', b'\x80\x04\x95\x0c\x00\x00\x00\x00\x00\x00\x00\x8a\t\x00\x00\x10c-^\xc7k\x05.', b'\x80\x04\x95\n\x00\x00\x00\x00\x00\x00\x00G?\xf8\x00\x00\x00\x00\x00\x00.'])
eq([pickle.dumps(v, 5) for v in (bytearray(b"a"), "é", -1)], [b'\x80\x05\x95\x0c\x00\x00\x00\x00\x00\x00\x00\x96\x01\x00\x00\x00\x00\x00\x00\x00a\x94.', b'\x80\x05\x95\x06\x00\x00\x00\x00\x00\x00\x00\x8c\x02\xc3\xa9\x94.', b'\x80\x05\x95\x06\x00\x00\x00\x00\x00\x00\x00J\xff\xff\xff\xff.'])
eq(pickle.HIGHEST_PROTOCOL, 5)
eq(pickle.DEFAULT_PROTOCOL, 5)
eq(pickle.format_version, "5.0")
l = [1]
l.append(l)
back = pickle.loads(pickle.dumps(l))
assert (back[1] is back) is True
shared = ["x"]
back = pickle.loads(pickle.dumps([shared, shared, {"k": shared}]))
assert (back[0] is back[1] is back[2]["k"]) is True

class Plain:
    def __init__(self, x):
        self.x = x

    def __eq__(self, o):
        return type(o) is type(self) and vars(o) == vars(self)

class State(Plain):
    def __getstate__(self):
        return {"saved": self.x}

    def __setstate__(self, s):
        self.x = s["saved"] + 1

class Slots:
    __slots__ = ("a", "b")

class Reduce:
    def __init__(self, *a):
        self.a = a

    def __reduce__(self):
        return Reduce, (1, 2), {"extra": 3}

class NewArgs(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))

    def __getnewargs__(self):
        return self[0], self[1]

class NewArgsEx:
    def __new__(cls, *, k):
        self = super().__new__(cls)
        self.k = k
        return self

    def __getnewargs_ex__(self):
        return (), {"k": self.k}

class ListSub(list):
    pass

class DictSub(dict):
    pass

class IntSub(int):
    pass

import sys
main = sys.modules["__main__"]
here = type(sys)("pickle_here")
for k in (Plain, State, Slots, Reduce, NewArgs, NewArgsEx, ListSub, DictSub, IntSub):
    k.__module__ = "pickle_here"
    setattr(here, k.__name__, k)
sys.modules["pickle_here"] = here
def trip(x, protocol=None):
    return pickle.loads(pickle.dumps(x, protocol))

eq([trip(Plain(5), p) == Plain(5) for p in range(6)], [True, True, True, True, True, True])
eq([trip(State(5), p).x for p in range(6)], [6, 6, 6, 6, 6, 6])
eq(trip(Reduce()).extra, 3)
eq(trip(Reduce()).a, (1, 2))
eq(repr(trip(NewArgs(1, 2))), "(1, 2)")
eq(trip(NewArgsEx(k=3)).k, 3)
s = Slots()
s.a = 1
eq(trip(s).a, 1)
assert (hasattr(trip(s), "b")) is False
eq([trip(s, p).a for p in (2, 3, 4, 5)], [1, 1, 1, 1])
with raises(TypeError, "a class that defines __slots__ without defining __getstate__ cannot be pickled"):
    pickle.dumps(s, 1)
ls = ListSub([1, 2])
ls.attr = "a"
ds = DictSub(a=1)
ds.attr = "b"
eq(repr(trip(ls)), "[1, 2]")
eq(trip(ls).attr, "a")
eq(repr(trip(ds)), "{'a': 1}")
eq(trip(ds).attr, "b")
eq(trip(IntSub(7)) + 1, 8)
eq(type(trip(IntSub(7))).__name__, "IntSub")
eq(repr(trip(len)), "<built-in function len>")
assert (trip(Plain) is Plain) is True
eq(trip(str.join)("-", ["a", "b"]), "a-b")
eq(trip([].append.__self__), [])
eq(trip("abc".upper)(), "ABC")
eq(trip(dict.fromkeys)("a"), {'a': None})
eq(repr(trip(type(None))), "<class 'NoneType'>")
eq(repr(trip(type(...))), "<class 'ellipsis'>")
eq(repr(trip(Plain(1).__class__)), "<class 'pickle_here.Plain'>")
with raises(pickle.PicklingError):
    pickle.dumps(lambda: 1)
with raises(TypeError, "cannot pickle 'generator' object"):
    pickle.dumps((x for x in []))
with raises(TypeError, "cannot pickle 'module' object"):
    pickle.dumps(sys)
with raises(ValueError, "pickle protocol must be <= 5"):
    pickle.dumps(1, 99)

def local():
    class L:
        pass

    return L()

with raises(pickle.PicklingError, "Can't pickle local object <class '__main__.local.<locals>.L'>"):
    pickle.dumps(local())
with raises(EOFError, "Ran out of input"):
    pickle.loads(b"")
with raises(pickle.UnpicklingError, "pickle data was truncated"):
    pickle.loads(b"garbage")
with raises(ValueError, "unsupported pickle protocol: 99"):
    pickle.loads(b"\x80\x63.")
with raises(pickle.UnpicklingError, "pickle data was truncated"):
    pickle.loads(pickle.dumps([1, 2])[:-3])
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    pickle.loads("text")
with raises(ModuleNotFoundError, "No module named 'no_such_module'"):
    pickle.loads(b"cno_such_module\nx\n.")
with raises(AttributeError, "module 'os' has no attribute 'no_such_name'"):
    pickle.loads(b"cos\nno_such_name\n.")
eq(pickle.loads(b"(lp0\nI1\naI2\na."), [1, 2])
eq(repr(pickle.loads(b"cbuiltins\nlen\n.")), "<built-in function len>")
eq(pickle.loads(b"S'abc'\n."), "abc")
eq(pickle.loads(b"Vabc\n."), "abc")
assert pickle.loads(b"I01\n.") is True
eq(pickle.loads(b"L5L\n."), 5)
eq(pickle.loads(b"F1.5\n."), 1.5)
eq(pickle.loads(b"(dp0\nS'a'\nI1\ns."), {'a': 1})
f = io.BytesIO()
p = pickle.Pickler(f, 2)
p.dump([1])
p.dump([1])
f.seek(0)
u = pickle.Unpickler(f)
eq(u.load(), [1])
eq(u.load(), [1])
eq(p.bin, 1)
with raises(EOFError, "Ran out of input"):
    u.load()
class Persistent(pickle.Pickler):
    def persistent_id(self, obj):
        return "tag" if obj == "special" else None

class Unpersistent(pickle.Unpickler):
    def persistent_load(self, pid):
        return "loaded " + pid

    def find_class(self, module, name):
        if name == "forbidden":
            raise pickle.UnpicklingError("forbidden")
        return super().find_class(module, name)

f = io.BytesIO()
Persistent(f).dump(["special", "other"])
f.seek(0)
eq(Unpersistent(f).load(), ['loaded tag', 'other'])
eq(Unpersistent(io.BytesIO(b"cos\nforbidden\n.")).__class__.__name__, "Unpersistent")
with raises(pickle.UnpicklingError, "forbidden"):
    Unpersistent(io.BytesIO(b"cos\nforbidden\n.")).load()
class Override(pickle.Pickler):
    def reducer_override(self, obj):
        return (str, ("overridden",)) if obj is Plain else NotImplemented

f = io.BytesIO()
Override(f).dump([Plain, int])
eq(repr(pickle.loads(f.getvalue())), "['overridden', <class 'int'>]")
f = io.BytesIO()
p = pickle.Pickler(f)
p.dispatch_table = {complex: lambda c: (complex, (0, 9))}
p.dump(1j)
eq(pickle.loads(f.getvalue()), 9j)
buffers = []
data = pickle.dumps(pickle.PickleBuffer(bytearray(b"out of band")), 5, buffer_callback=buffers.append)
eq(bytes(pickle.loads(data, buffers=buffers)), b'out of band')
assert (len(data) < 30) is True
eq(pickle.loads(pickle.dumps(pickle.PickleBuffer(b"in band"), 5)), b'in band')
with raises(pickle.UnpicklingError, "pickle stream refers to out-of-band data but no *buffers* argument was given"):
    pickle.loads(data)
with raises(pickle.PicklingError, "PickleBuffer can only be pickled with protocol >= 5"):
    pickle.dumps(pickle.PickleBuffer(b"x"), 4)
eq(pickle.loads(b"\x80\x02U\x03abc.", encoding="bytes"), b'abc')
eq(pickle.loads(b"\x80\x02U\x01\xe9.", encoding="latin1"), "é")
with raises(UnicodeDecodeError, "'ascii' codec can't decode byte 0xe9 in position 0: ordinal not in range(128)"):
    pickle.loads(b"\x80\x02U\x01\xe9.")
assert (pickle._dumps([1]) == pickle.dumps([1])) is True
eq(pickle._loads(pickle.dumps({"a": (1, 2)})), {'a': (1, 2)})
assert issubclass(pickle.PicklingError, pickle.PickleError) is True
deep = []
for _ in range(100000):
    deep = [deep]
try:
    pickle.dumps(deep)
except RecursionError:
    pass
while deep:
    deep = deep[0]
eq(copy.copy([1, [2]]), [1, [2]])
eq(copy.deepcopy({"a": [1]}), {'a': [1]})
eq(copy.copy(5), 5)
eq(copy.copy((1,)), (1,))
assert (copy.copy(Plain(1)) == Plain(1)) is True
assert (copy.deepcopy(Plain([1])) == Plain([1])) is True
assert (copy.deepcopy(len) is len) is True
eq(copy.copy({1}), {1})
eq(copy.deepcopy(bytearray(b"a")), bytearray(b'a'))
eq(repr(copy.replace(type(sys.implementation)(a=1), a=2)), "namespace(a=2)")
a = [1]
b = [a, a]
c = copy.deepcopy(b)
assert (c[0] is c[1]) is True
assert (c[0] is a) is False
assert (copy.copy(b)[0] is a) is True
t = ([1], 2)
assert (copy.deepcopy(t) is t) is False
cyc = []
cyc.append(cyc)
d = copy.deepcopy(cyc)
assert (d[0] is d) is True
class Hooks:
    def __copy__(self):
        return "copied"

    def __deepcopy__(self, memo):
        return "deep", type(memo).__name__

eq(copy.copy(Hooks()), "copied")
eq(copy.deepcopy(Hooks()), ('deep', 'dict'))
eq(copy.deepcopy([Hooks()]), [('deep', 'dict')])
with raises(TypeError, "cannot pickle 'module' object"):
    copy.copy(sys)
with raises(TypeError, "cannot pickle 'generator' object"):
    copy.deepcopy((x for x in []))
with raises(TypeError, "replace() does not support int objects"):
    copy.replace(5)
copyreg.pickle(Plain, lambda p: (Plain, ("by copyreg",)))
eq(trip(Plain(1)).x, "by copyreg")
eq(copy.copy(Plain(1)).x, "by copyreg")
del copyreg.dispatch_table[Plain]
eq(copyreg.__newobj__(int), 0)
assert (copyreg.__reduce_ex__ is not None) is True
for value in values:
    if type(value) in (type(None), bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset, type(...)):
        for version in range(6):
            back = marshal.loads(marshal.dumps(value, version))
            assert repr(back) == repr(value), value
code = compile("def f(a, b=1):\n    return [a, b, (1, 2), 'text', 3.5]\nx = f(5)", "<marshal>", "exec")
ns = {}
exec(marshal.loads(marshal.dumps(code)), ns)
eq(ns["x"], [5, 1, (1, 2), 'text', 3.5])
assert (marshal.loads(marshal.dumps(code)) == code) is True
assert (marshal.version >= 4) is True
with raises(ValueError, "unmarshallable object"):
    marshal.dumps(object())
with raises(ValueError, "unmarshallable object"):
    marshal.dumps(lambda: 1)
with raises(ValueError, "unmarshallable object"):
    marshal.dumps([len])
with raises(EOFError, "EOF read where object expected"):
    marshal.loads(b"")
with raises(ValueError, "bad marshal data (unknown type code)"):
    marshal.loads(b"?")
with raises(EOFError, "marshal data too short"):
    marshal.loads(marshal.dumps([1, 2, 3])[:-2])
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    marshal.loads("text")
with raises(ValueError, "unmarshalling code objects is disallowed"):
    marshal.loads(marshal.dumps(code), allow_code=False)
with raises(ValueError, "marshalling code objects is disallowed"):
    marshal.dumps(code, allow_code=False)
nested = []
for _ in range(5000):
    nested = [nested]
with raises(ValueError, "object too deeply nested to marshal"):
    marshal.dumps(nested)
f = io.BytesIO(marshal.dumps([1]) + marshal.dumps("b"))
eq(marshal.load(f), [1])
eq(marshal.load(f), "b")
del sys.modules["pickle_here"]
