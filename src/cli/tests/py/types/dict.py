"""dict: every method and operator, order, errors, views."""


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

eq(dict(), {})
eq(dict(a=1), {'a': 1})
eq(dict({"a": 1}), {'a': 1})
eq(dict([("a", 1)]), {'a': 1})
eq(dict(["ab", "cd"]), {'a': 'b', 'c': 'd'})
eq(dict({"a": 1}, b=2), {'a': 1, 'b': 2})
eq(dict([(1, 2)], a=3), {1: 2, 'a': 3})
eq(dict(zip("ab", [1, 2])), {'a': 1, 'b': 2})
eq({}, {})
eq({"a": 1, "b": 2}, {'a': 1, 'b': 2})
with raises(TypeError, "'int' object is not iterable"):
    dict(5)
with raises(TypeError, "object is not iterable"):
    dict([1])
with raises(ValueError, "dictionary update sequence element #0 has length 3; 2 is required"):
    dict(["abc"])
with raises(ValueError, "dictionary update sequence element #0 has length 3; 2 is required"):
    dict([(1, 2, 3)])
with raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"):
    dict([([], 1)])
with raises(TypeError, "dict expected at most 1 argument, got 2"):
    dict(1, 2)
with raises(TypeError, "keywords must be strings"):
    dict(**{1: 2})
with raises(TypeError, "dict() argument after ** must be a mapping, not int"):
    dict(**5)
d = {"a": 1, "b": 2, 3: "three", None: 4, (1, 2): 5}
eq(d["a"], 1)
eq(d[3], "three")
eq(d[3.0], "three")
eq(d[None], 4)
eq(d[1, 2], 5)
eq(d[(1, 2)], 5)
eq(len(d), 5)
with raises(KeyError, "'zz'"):
    d["zz"]
with raises(KeyError, "99"):
    d[99]
with raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"):
    d[[]]
with raises(TypeError, "cannot use 'dict' as a dict key (unhashable type: 'dict')"):
    d[{}]
with raises(KeyError, "1.5"):
    {}[1.5]
with raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"):
    d[[]] = 1
with raises(KeyError, "'zz'"):
    del d["zz"]
with raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"):
    del d[[]]
with raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"):
    {[]: 1}
with raises(TypeError, "cannot use 'dict' as a set element (unhashable type: 'dict')"):
    {{}}
with raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"):
    [] in d
eq({1: "int", 1.0: "float", True: "bool"}, {1: 'bool'})
eq({0: "a", False: "b"}, {0: 'b'})
eq({"a": 1, "a": 2}, {'a': 2})
eq(d.get("a"), 1)
assert d.get("zz") is None
eq(d.get("zz", 5), 5)
eq(d.get(None), 4)
with raises(TypeError, "get expected at least 1 argument, got 0"):
    d.get()
with raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"):
    d.get([], 1)
assert ("a" in d) is True
assert ("zz" in d) is False
assert (None in d) is True
assert d.__contains__("a") is True
eq(list(d), ['a', 'b', 3, None, (1, 2)])
eq(list(d.keys()), ['a', 'b', 3, None, (1, 2)])
eq(list(d.values()), [1, 2, 'three', 4, 5])
eq(list(d.items()), [('a', 1), ('b', 2), (3, 'three'), (None, 4), ((1, 2), 5)])
eq(list(reversed(d)), [(1, 2), None, 3, 'b', 'a'])
eq(list(reversed(d.items())), [((1, 2), 5), (None, 4), (3, 'three'), ('b', 2), ('a', 1)])
eq(list(reversed(d.values())), [5, 4, 'three', 2, 1])
e = {"x": 1, "y": 2, "z": 3}
del e["x"]
e["x"] = 10
e["y"] = 20
eq(e, {'y': 20, 'z': 3, 'x': 10})
eq(e.pop("y"), 20)
assert e.pop("zz", None) is None
eq(e.pop("zz", 5), 5)
eq(e, {'z': 3, 'x': 10})
with raises(KeyError, "'zz'"):
    e.pop("zz")
with raises(TypeError, "pop expected at least 1 argument, got 0"):
    e.pop()
with raises(TypeError, "pop expected at most 2 arguments, got 3"):
    e.pop("a", 1, 2)
with raises(KeyError, "1"):
    {}.pop(1)
eq(e.popitem(), ('x', 10))
eq(e.popitem(), ('z', 3))
eq(e, {})
with raises(KeyError, "'popitem(): dictionary is empty'"):
    e.popitem()
assert e.setdefault("k") is None
assert e.setdefault("k", 5) is None
eq(e.setdefault("l", []), [])
eq(e, {'k': None, 'l': []})
with raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"):
    e.setdefault([], 1)
e.update({"k": 1})
e.update([("m", 2)], n=3)
e.update()
e.update(k=9)
eq(e, {'k': 9, 'l': [], 'm': 2, 'n': 3})
with raises(TypeError, "'int' object is not iterable"):
    e.update(5)
with raises(TypeError, "object is not iterable"):
    e.update([1])
with raises(TypeError, "update expected at most 1 argument, got 2"):
    e.update({}, {})
e.update(e)

class Keys:
    def keys(self):
        return ["p", "q"]

    def __getitem__(self, key):
        return key * 2

e.update(Keys())
eq(e, {'k': 9, 'l': [], 'm': 2, 'n': 3, 'p': 'pp', 'q': 'qq'})
eq(dict(Keys()), {'p': 'pp', 'q': 'qq'})
assert (e.copy() == e) is True
assert (e.copy() is e) is False
eq(dict.fromkeys("ab"), {'a': None, 'b': None})
eq(dict.fromkeys([1, 2], 0), {1: 0, 2: 0})
eq(dict.fromkeys({}), {})
eq(dict.fromkeys("aa", []), {'a': []})
with raises(TypeError, "'int' object is not iterable"):
    dict.fromkeys(5)
with raises(TypeError, "fromkeys expected at least 1 argument, got 0"):
    dict.fromkeys()
with raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"):
    dict.fromkeys([[]])
e.clear()
eq(e, {})
assert bool(e) is False
assert bool({1: 2}) is True
eq(len(e), 0)
assert ({1: 2} == {1: 2}) is True
assert ({1: 2, 3: 4} == {3: 4, 1: 2}) is True
assert ({1: 2} == {1: 3}) is False
assert ({1: 2} != {}) is True
assert ({} == []) is False
assert ({1: 1.0} == {True: 1}) is True
with raises(TypeError, "'<' not supported between instances of 'dict' and 'dict'"):
    {} < {}
eq({1: 2} | {3: 4}, {1: 2, 3: 4})
eq({1: 2} | {1: 3}, {1: 3})
eq({1: 2, 5: 6} | {1: 3, 7: 8}, {1: 3, 5: 6, 7: 8})
with raises(TypeError, "unsupported operand type(s) for |: 'dict' and 'list'"):
    {1: 2} | [(3, 4)]
with raises(TypeError, "unsupported operand type(s) for +: 'dict' and 'dict'"):
    {} + {}
with raises(TypeError, "unsupported operand type(s) for |: 'list' and 'dict'"):
    [(1, 2)] | {}
f = {1: 2}
f |= {3: 4}
f |= [(5, 6)]
eq(f, {1: 2, 3: 4, 5: 6})
with raises(TypeError, "'int' object is not iterable"):
    f |= 5
eq(repr({}), "{}")
eq(repr({"a": [1], 2: None}), "{'a': [1], 2: None}")
eq(str({1: 2}), "{1: 2}")
r = {}
r["self"] = r
r["list"] = [r]
eq(repr(r), "{'self': {...}, 'list': [{...}]}")
r.clear()
with raises(TypeError, "unhashable type: 'dict'"):
    hash({})
eq({**{"a": 1}, "b": 2, **{"a": 3}}, {'a': 3, 'b': 2})
eq({**{}}, {})
eq({i: i * i for i in range(3)}, {0: 0, 1: 1, 2: 4})
eq({k: v for k, v in [("a", 1)] if v}, {'a': 1})
with raises(TypeError, "'int' object is not a mapping"):
    {**5}
k = {"a": 1, "b": 2}.keys()
v = {"a": 1, "b": 2}.values()
i = {"a": 1, "b": 2}.items()
eq(repr(k), "dict_keys(['a', 'b'])")
eq(repr(v), "dict_values([1, 2])")
eq(repr(i), "dict_items([('a', 1), ('b', 2)])")
eq(len(k), 2)
eq(len(v), 2)
eq(len(i), 2)
assert ("a" in k) is True
assert (1 in v) is True
assert (("a", 1) in i) is True
assert (("a", 2) in i) is False
assert ("a" in i) is False
eq(sorted(k & {"a", "z"}), ['a'])
eq(sorted(k | {"z"}), ['a', 'b', 'z'])
eq(sorted(k - {"a"}), ['b'])
eq(sorted(k ^ {"a", "z"}), ['b', 'z'])
eq(sorted({"a"} | k), ['a', 'b'])
eq(sorted(["a", "q"] & k), ['a'])
assert (k == {"a", "b"}) is True
assert (k < {"a", "b", "c"}) is True
assert (k >= {"a"}) is True
assert k.isdisjoint("xyz") is True
assert k.isdisjoint(["a"]) is False
eq(sorted(i & {("a", 1)}), [('a', 1)])
eq(sorted(i - {("a", 1)}), [('b', 2)])
assert (i == {("a", 1), ("b", 2)}) is True
assert (v == v) is True
assert (v == {"a": 1}.values()) is False
assert (type(k & {"a"}) is set) is True
with raises(TypeError, "'int' object is not iterable"):
    k & 5
with raises(TypeError, "'dict_keys' object is not subscriptable"):
    k[0]
with raises(TypeError, "'dict_values' object is not subscriptable"):
    v[0]
with raises(TypeError, "unhashable type: 'dict_keys'"):
    hash(k)
eq(repr(k.mapping), "mappingproxy({'a': 1, 'b': 2})")
eq(type(k.mapping).__name__, "mappingproxy")
with raises(TypeError, "'mappingproxy' object does not support item assignment"):
    k.mapping["a"] = 5
live = {"a": 1}
keys = live.keys()
live["b"] = 2
eq(repr(keys), "dict_keys(['a', 'b'])")
eq(list(keys), ['a', 'b'])
it = iter({"a": 1, "b": 2})
eq(next(it), "a")
eq(it.__length_hint__(), 1)
eq(next(it), "b")
with raises(StopIteration, ""):
    next(it)
with raises(StopIteration, ""):
    next(it)

def grow():
    m = {1: 1}
    for key in m:
        m[key + 1] = 1

def shrink():
    m = {1: 1, 2: 2}
    for key in m:
        del m[key]

def same_size():
    m = {1: 1, 2: 2}
    for key in m:
        del m[1]
        m[3] = 3

def values_only():
    m = {1: 1, 2: 2}
    for key in m:
        m[key] = 5
    return m

with raises(RuntimeError, "dictionary changed size during iteration"):
    grow()
with raises(RuntimeError, "dictionary changed size during iteration"):
    shrink()
with raises(KeyError, "1"):
    same_size()
eq(values_only(), {1: 5, 2: 5})

class Missing(dict):
    def __missing__(self, key):
        return "missing", key

eq(Missing()["x"], ('missing', 'x'))
eq(Missing(a=1)["a"], 1)
assert (Missing().get("x")) is None
assert ("x" in Missing()) is False

class Own(dict):
    def __getitem__(self, key):
        return "own"

    def __setitem__(self, key, value):
        super().__setitem__(key, value * 2)

o = Own(a=1)
o["b"] = 2
eq(o["zz"], "own")
eq(o.get("a"), 1)
eq(dict(o), {'a': 1, 'b': 4})
eq(repr(o), "{'a': 1, 'b': 4}")
eq({**o}, {'a': 1, 'b': 4})
eq("{a}".format_map(o), "own")
eq("%(zz)s" % o, "own")
eq(o | {"c": 1}, {'a': 1, 'b': 4, 'c': 1})
assert type(o | {}) is dict
assert type(o.copy()) is dict

class Key:
    def __init__(self, n, h):
        self.n, self.h = n, h

    def __hash__(self):
        return self.h

    def __eq__(self, other):
        return self.n == other.n

    def __repr__(self):
        return f"K{self.n}"

clash = {Key(j, j % 3): j for j in range(20)}
eq(len(clash), 20)
eq(clash[Key(17, 2)], 17)
assert ([clash[Key(j, j % 3)] for j in range(20)] == list(range(20))) is True
for j in range(0, 20, 2):
    del clash[Key(j, j % 3)]
eq(repr(clash), "{K1: 1, K3: 3, K5: 5, K7: 7, K9: 9, K11: 11, K13: 13, K15: 15, K17: 17, K19: 19}")
assert (Key(2, 2) in clash) is False
assert (Key(3, 0) in clash) is True

class BadHash:
    def __hash__(self):
        return "x"

class RaisingHash:
    def __hash__(self):
        raise ValueError("no hash")

class RaisingEq:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise ValueError("no eq")

with raises(TypeError, "__hash__ method should return an integer"):
    hash(BadHash())
with raises(TypeError, "cannot use 'BadHash' as a dict key (__hash__ method should return an integer)"):
    {}[BadHash()]
with raises(ValueError, "no hash"):
    {RaisingHash(): 1}
with raises(ValueError, "no eq"):
    {RaisingEq(): 1, RaisingEq(): 2}

class NoHash:
    def __eq__(self, other):
        return True

with raises(TypeError, "unhashable type: 'NoHash'"):
    hash(NoHash())
with raises(TypeError, "cannot use 'NoHash' as a dict key (unhashable type: 'NoHash')"):
    {NoHash(): 1}
with raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"):
    {1: 2}[[1]]
big = {j: -j for j in range(10000)}
for j in range(0, 10000, 3):
    del big[j]
eq(len(big), 6666)
eq(sum(big), 33326667)
eq(sum(big.values()), -33326667)
assert big.get(3) is None
eq(big[4], -4)
eq(next(iter(big)), 1)
eq(next(reversed(big)), 9998)
with raises(AttributeError, "'dict' object has no attribute 'foo'"):
    {}.foo
with raises(AttributeError, "'dict' object has no attribute 'foo' and no __dict__ for setting new attributes"):
    {}.foo = 1
eq(repr(dict[str, int]), "dict[str, int]")
eq(repr({}.__class_getitem__(int)), "dict[int]")
assert (dict.__doc__ is not None) is True
eq({1: 2}.__len__(), 1)
assert ({1: 2}.__eq__(5)) is NotImplemented
assert ({}.__or__(5)) is NotImplemented
eq({1: 2}.__ror__({3: 4}), {3: 4, 1: 2})
eq({1: 2}.__getitem__(1), 2)
assert ({}.__sizeof__() > 0) is True
eq(dict.get({}, 1, 2), 2)
eq(repr(dict.keys({1: 2})), "dict_keys([1])")
eq(dict.__getitem__({1: 2}, 1), 2)
with raises(TypeError, "descriptor 'get' for 'dict' objects doesn't apply to a 'list' object"):
    dict.get([], 1)

def kwargs(**kw):
    return kw

eq(kwargs(a=1, **{"b": 2}), {'a': 1, 'b': 2})
eq(kwargs(**{"not identifier": 1}), {'not identifier': 1})
eq(kwargs(**dict(a=1)), {'a': 1})
with raises(TypeError, "__main__.kwargs() got multiple values for keyword argument 'a'"):
    kwargs(a=1, **{"a": 2})
with raises(TypeError, "keywords must be strings"):
    kwargs(**{1: 2})
with raises(TypeError, "__main__.kwargs() argument after ** must be a mapping, not list"):
    kwargs(**[1])

# Views and sets of either kind have a set in common.
for few in (frozenset("a"), {"a"}):
    assert type(few & {"a": 1}.keys()) is type({"a": 1}.keys() & few) is type({"a": 1}.items() & few) is set
