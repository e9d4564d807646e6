"""collections: deque, OrderedDict, defaultdict, namedtuple, Counter, ChainMap, User types."""


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

import collections
from collections import *
d = deque([1, 2, 3])
eq(repr(d), "deque([1, 2, 3])")
eq(repr(deque()), "deque([])")
eq(repr(deque("ab", 1)), "deque(['b'], maxlen=1)")
eq(repr(deque(maxlen=2)), "deque([], maxlen=2)")
assert d.maxlen is None
eq(len(d), 3)
eq(d[0], 1)
eq(d[-1], 3)
assert (2 in d) is True
eq(list(d), [1, 2, 3])
eq(list(reversed(d)), [3, 2, 1])
assert (bool(deque())) is False
with raises(TypeError, "'int' object is not iterable"):
    deque(5)
with raises(ValueError, "maxlen must be non-negative"):
    deque([], -1)
with raises(TypeError, "an integer is required"):
    deque([], "a")
with raises(IndexError, "deque index out of range"):
    d[5]
with raises(TypeError, "sequence index must be integer, not 'str'"):
    d["a"]
with raises(TypeError, "sequence index must be integer, not 'slice'"):
    d[0:1]
d.append(4)
d.appendleft(0)
d.extend("x")
d.extendleft("yz")
eq(repr(d), "deque(['z', 'y', 0, 1, 2, 3, 4, 'x'])")
eq(d.pop(), "x")
eq(d.popleft(), "z")
eq(repr(d), "deque(['y', 0, 1, 2, 3, 4])")
d.rotate(1)
eq(repr(d), "deque([4, 'y', 0, 1, 2, 3])")
d.rotate(-2)
eq(repr(d), "deque([0, 1, 2, 3, 4, 'y'])")
d.insert(1, "i")
d.remove("i")
eq(repr(d), "deque([0, 1, 2, 3, 4, 'y'])")
eq(d.index(2), 2)
eq(d.count(2), 1)
eq(repr(d.copy()), "deque([0, 1, 2, 3, 4, 'y'])")
assert (d.copy() is d) is False
with raises(ValueError, "deque.remove(x): x not in deque"):
    d.remove("nope")
with raises(ValueError, "deque.index(x): x not in deque"):
    d.index("nope")
with raises(IndexError, "pop from an empty deque"):
    deque().pop()
with raises(IndexError, "pop from an empty deque"):
    deque().popleft()
d[0] = "first"
del d[1]
eq(repr(d), "deque(['first', 2, 3, 4, 'y'])")
with raises(IndexError, "deque index out of range"):
    d[10] = 1
with raises(IndexError, "deque index out of range"):
    del d[10]
d.reverse()
eq(repr(d), "deque(['y', 4, 3, 2, 'first'])")
eq(repr(d + deque([9])), "deque(['y', 4, 3, 2, 'first', 9])")
eq(repr(d * 2), "deque(['y', 4, 3, 2, 'first', 'y', 4, 3, 2, 'first'])")
assert (deque([1]) == deque([1])) is True
assert (deque([1]) < deque([2])) is True
assert (deque([1]) == [1]) is False
with raises(TypeError, 'can only concatenate deque (not "list") to deque'):
    d + [1]
with raises(TypeError, "'<' not supported between instances of 'collections.deque' and 'list'"):
    d < [1]
with raises(TypeError, "unhashable type: 'collections.deque'"):
    hash(d)
m = deque([1, 2, 3], 3)
m.append(4)
m.appendleft(0)
m.extend([7, 8])
eq(repr(m), "deque([3, 7, 8], maxlen=3)")
eq(repr(m * 2), "deque([3, 7, 8], maxlen=3)")
eq(repr(m), "deque([3, 7, 8], maxlen=3)")
with raises(IndexError, "deque already at its maximum size"):
    m.insert(0, 1)
with raises(AttributeError, "attribute 'maxlen' of 'collections.deque' objects is not writable"):
    m.maxlen = 5
d.clear()
eq(repr(d), "deque([])")
def mutates():
    q = deque([1, 2])
    for _ in q:
        q.append(1)

with raises(RuntimeError, "deque mutated during iteration"):
    mutates()
r = deque()
r.append(r)
eq(repr(r), "deque([[...]])")
r.clear()
d += [1, 2]
d *= 2
eq(repr(d), "deque([1, 2, 1, 2])")
eq(repr(deque[int]), "collections.deque[int]")
eq(repr(deque([1]).__reduce__()[0]), "<class 'collections.deque'>")
eq(deque([1, 2, 3]).index(3, 1, 3), 2)
eq(iter(deque([1])).__length_hint__(), 1)
o = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
eq(repr(o), "OrderedDict({'a': 1, 'b': 2, 'c': 3})")
eq(repr(OrderedDict()), "OrderedDict()")
eq(repr(OrderedDict(a=1)), "OrderedDict({'a': 1})")
eq(list(o), ['a', 'b', 'c'])
eq(list(reversed(o)), ['c', 'b', 'a'])
assert (o == {"c": 3, "b": 2, "a": 1}) is True
assert (o == OrderedDict(c=3, b=2, a=1)) is False
eq(o["a"], 1)
eq(len(o), 3)
assert ("a" in o) is True
o.move_to_end("a")
eq(list(o), ['b', 'c', 'a'])
o.move_to_end("c", last=False)
eq(list(o), ['c', 'b', 'a'])
eq(o.popitem(), ('a', 1))
eq(o.popitem(last=False), ('c', 3))
eq(repr(o), "OrderedDict({'b': 2})")
eq(o.pop("b"), 2)
eq(o.pop("zz", 5), 5)
eq(repr(o), "OrderedDict()")
with raises(KeyError, "'dictionary is empty'"):
    o.popitem()
with raises(KeyError, "'zz'"):
    o.pop("zz")
with raises(KeyError, "'zz'"):
    o.move_to_end("zz")
o.update(x=1, y=2)
o["x"] = 9
eq(repr(o), "OrderedDict({'x': 9, 'y': 2})")
eq(repr(o.copy()), "OrderedDict({'x': 9, 'y': 2})")
eq(repr(o | {"z": 3}), "OrderedDict({'x': 9, 'y': 2, 'z': 3})")
eq(repr({"z": 0} | o), "OrderedDict({'z': 0, 'x': 9, 'y': 2})")
eq(o.setdefault("q", 5), 5)
eq(list(o.keys()), ['x', 'y', 'q'])
eq(list(o.values()), [9, 2, 5])
eq(list(o.items()), [('x', 9), ('y', 2), ('q', 5)])
eq(repr(OrderedDict.fromkeys("ab", 0)), "OrderedDict({'a': 0, 'b': 0})")
eq(repr(o.keys()), "odict_keys(['x', 'y', 'q'])")
del o["x"]
eq(repr(o), "OrderedDict({'y': 2, 'q': 5})")
o.clear()
eq(repr(o), "OrderedDict()")
dd = defaultdict(list)
dd["a"].append(1)
eq(repr(dd), "defaultdict(<class 'list'>, {'a': [1]})")
eq(dd["b"], [])
eq(dict(dd), {'a': [1], 'b': []})
assert dd.default_factory is list
assert ("c" in dd) is False
assert dd.get("c") is None
eq(repr(defaultdict(None, {1: 2})), "defaultdict(None, {1: 2})")
eq(defaultdict(int)["x"], 0)
eq(repr(dd.copy()), "defaultdict(<class 'list'>, {'a': [1], 'b': []})")
eq(repr(dd | {"q": 1}), "defaultdict(<class 'list'>, {'a': [1], 'b': [], 'q': 1})")
with raises(KeyError, "'x'"):
    defaultdict(None)["x"]
with raises(TypeError, "first argument must be callable or None"):
    defaultdict(5)
with raises(ZeroDivisionError, "division by zero"):
    defaultdict(lambda: 1 / 0)["x"]
eq(dd.__missing__("new"), [])
P = namedtuple("P", "x y")
p = P(1, 2)
eq(repr(p), "P(x=1, y=2)")
eq(p.x, 1)
eq(p[1], 2)
eq(p._fields, ('x', 'y'))
eq(p._asdict(), {'x': 1, 'y': 2})
eq(repr(p._replace(x=5)), "P(x=5, y=2)")
eq(repr(P._make([3, 4])), "P(x=3, y=4)")
assert (p == (1, 2)) is True
assert (hash(p) == hash((1, 2))) is True
eq(P.__doc__, "P(x, y)")
eq(P.x.__doc__, "Alias for field number 0")
eq(repr(namedtuple("D", ["a", "b"], defaults=[5])(1)), "D(a=1, b=5)")
eq(P._field_defaults, {})
eq([*p], [1, 2])
assert isinstance(p, tuple) is True
eq(namedtuple("R", "a class a", rename=True)._fields, ('a', '_1', '_2'))
eq(repr(P(y=1, x=2)), "P(x=2, y=1)")
eq(P.__match_args__, ('x', 'y'))
with raises(TypeError, "P.__new__() missing 1 required positional argument: 'y'"):
    P(1)
with raises(TypeError, "P.__new__() takes 3 positional arguments but 4 were given"):
    P(1, 2, 3)
with raises(TypeError, "P.__new__() got an unexpected keyword argument 'z'"):
    P(z=1)
with raises(TypeError, "Got unexpected field names: ['z']"):
    p._replace(z=1)
with raises(TypeError, "Expected 2 arguments, got 1"):
    P._make([1])
with raises(AttributeError, "can't set attribute"):
    p.x = 5
with raises(ValueError, "Type names and field names cannot be a keyword: 'class'"):
    namedtuple("P", "class")
with raises(ValueError, "Encountered duplicate field name: 'a'"):
    namedtuple("P", "a a")
with raises(ValueError, "Field names cannot start with an underscore: '_a'"):
    namedtuple("P", "_a")
with raises(ValueError, "Type names and field names must be valid identifiers: '1'"):
    namedtuple("1", "a")
with raises(TypeError, "Got more default values than field names"):
    namedtuple("P", "a b", defaults=[1, 2, 3])
c = Counter("hello")
eq(repr(c), "Counter({'l': 2, 'h': 1, 'e': 1, 'o': 1})")
eq(c["l"], 2)
eq(c["z"], 0)
eq(c.most_common(1), [('l', 2)])
eq(sorted(c.elements()), ['e', 'h', 'l', 'l', 'o'])
eq(repr(c + Counter("l")), "Counter({'l': 3, 'h': 1, 'e': 1, 'o': 1})")
eq(repr(c - Counter("l")), "Counter({'h': 1, 'e': 1, 'l': 1, 'o': 1})")
eq(repr(c & Counter("ll")), "Counter({'l': 2})")
eq(repr(c | Counter("zz")), "Counter({'l': 2, 'z': 2, 'h': 1, 'e': 1, 'o': 1})")
eq(repr(+Counter(a=-1)), "Counter()")
eq(repr(-Counter(a=-1)), "Counter({'a': 1})")
eq(c.total(), 5)
assert (Counter(a=3) == Counter(a=3)) is True
assert (Counter(a=1) <= Counter(a=2)) is True
eq(repr(Counter()), "Counter()")
eq(repr(Counter({"a": 2})), "Counter({'a': 2})")
assert (Counter(a=1, b=0) == Counter(a=1)) is True
c.update("ll")
c.subtract({"h": 5})
eq(repr(c), "Counter({'l': 4, 'e': 1, 'o': 1, 'h': -4})")
del c["nope"]
with raises(NotImplementedError, "Counter.fromkeys() is undefined.  Use Counter(iterable) instead."):
    Counter.fromkeys("ab")
cm = ChainMap({"a": 1}, {"a": 2, "b": 3})
eq(repr(cm), "ChainMap({'a': 1}, {'a': 2, 'b': 3})")
eq(cm["a"], 1)
eq(cm["b"], 3)
eq(cm.maps, [{'a': 1}, {'a': 2, 'b': 3}])
eq(list(cm), ['a', 'b'])
eq(len(cm), 2)
eq(repr(cm.new_child({"c": 4})), "ChainMap({'c': 4}, {'a': 1}, {'a': 2, 'b': 3})")
eq(repr(cm.parents), "ChainMap({'a': 2, 'b': 3})")
assert ("b" in cm) is True
assert cm.get("zz") is None
eq(dict(cm), {'a': 1, 'b': 3})
eq(repr(cm | {"q": 1}), "ChainMap({'a': 1, 'q': 1}, {'a': 2, 'b': 3})")
with raises(KeyError, "'zz'"):
    cm["zz"]
cm["n"] = 5
eq(cm.maps[0], {'a': 1, 'n': 5})
eq(cm.pop("n"), 5)
with raises(KeyError, '"Key not found in the first mapping: \'b\'"'):
    cm.pop("b")
with raises(KeyError, '"Key not found in the first mapping: \'b\'"'):
    del cm["b"]
u = UserDict(a=1)
ul = UserList([1, 2])
us = UserString("abc")
eq(repr(u), "{'a': 1}")
eq(u["a"], 1)
eq(repr(ul), "[1, 2]")
eq(ul[0], 1)
eq(repr(ul + [3]), "[1, 2, 3]")
eq(repr(us), "'abc'")
eq(repr(us.upper()), "'ABC'")
eq(repr(us[0]), "'a'")
eq(len(us), 3)
eq(repr(us + "d"), "'abcd'")
assert (us == "abc") is True
import collections.abc as cabc
eq([isinstance([], t) for t in (cabc.Sequence, cabc.MutableSequence, cabc.Iterable, cabc.Hashable, cabc.Sized, cabc.Container, cabc.Collection, cabc.Reversible, cabc.Mapping)], [True, True, True, False, True, True, True, True, False])
eq([isinstance({}, t) for t in (cabc.Mapping, cabc.MutableMapping, cabc.Iterable, cabc.Hashable)], [True, True, True, False])
assert isinstance(len, cabc.Callable) is True
assert (isinstance(iter([]), cabc.Iterator)) is True
assert (isinstance((x for x in ""), cabc.Generator)) is True
assert (isinstance({}.keys(), cabc.KeysView)) is True
assert isinstance(b"", cabc.Buffer) is True
assert issubclass(range, cabc.Sequence) is True
