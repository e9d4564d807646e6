"""What is expected of the types in ctype_kinds.c, under any interpreter."""
import copyreg, gc, sys, warnings, weakref

sys.path.insert(0, sys.argv[1] if len(sys.argv) > 1 else sys.path[0])
import ctype_kinds as t

POINT, NODE, LISTY, MANAGED, PHOENIX = range(5)


def raises(kind, text, function, *args):
    try:
        function(*args)
    except kind as error:
        assert text in str(error), (text, str(error))
    else:
        raise AssertionError(f"{kind.__name__} expected")


def test_static():
    p = t.Point(3, d=1.5)
    assert repr(p) == str(p) == "Point(3)" and p.i == 3 and p.d == 1.5
    assert t.Point.__name__ == t.Point.__qualname__ == "Point" and t.Point.__module__ == "ctype_kinds"
    assert t.Point.__doc__ == "A point." and t.Point.__text_signature__ == "(i=0, d=0.0)"
    assert p.double() == 6 and t.Point.double(p) == 6 and t.Point.make(4).i == 4 and p.same(5) == 5
    assert t.Point.double.__doc__ == "Twice the number."
    assert p.half == 1.5 and p.third == 1.0
    p.half = 4
    assert p.i == 8
    raises(TypeError, "half stays", delattr, p, "half")
    raises(AttributeError, "attribute 'third' of 'ctype_kinds.Point' objects is not writable", setattr, p, "third", 1)
    raises(TypeError, "cannot set 'x' attribute of immutable type 'ctype_kinds.Point'", setattr, t.Point, "x", 1)
    assert (t.Point(1) + t.Point(2)).i == 3 and t.Point(1) == t.Point(1) and t.Point(1) < t.Point(2)
    raises(TypeError, "unsupported operand", lambda: t.Point(1) + 1)
    raises(TypeError, "unhashable type: 'ctype_kinds.Point'", hash, p)
    assert t.Point.__hash__ is None and t.Point.__eq__ is not object.__eq__ and t.Point.__add__(p, p).i == 16
    raises(TypeError, "cannot create 'ctype_kinds.Bare' instances", t.Bare)
    raises(TypeError, "", type, "Sub", (t.Bare,), {})
    assert t.Point.__flags__ & (1 << 8) and not t.Point.__flags__ >> 32
    assert t.Point.__base__ is object and t.Point.__mro__ == (t.Point, object) and t.Point in object.__subclasses__()
    raises(TypeError, "object.__new__(ctype_kinds.Point) is not safe, use ctype_kinds.Point.__new__()", object.__new__, t.Point)
    before = t.how_many(POINT)
    del p
    t.Point(), t.Point.__new__(t.Point)
    assert t.how_many(POINT) == before + 3


def test_members():
    p = t.Point()
    ranges = {"b": 7, "s": 15, "i": 31, "l": 63, "ll": 63, "z": 63}
    for name, bits in ranges.items():
        for value in (-(1 << bits), (1 << bits) - 1, 0):
            setattr(p, name, value)
            assert getattr(p, name) == value
    for name, bits in {"ub": 8, "us": 16, "ui": 32, "ul": 64, "ull": 64}.items():
        setattr(p, name, (1 << bits) - 1)
        assert getattr(p, name) == (1 << bits) - 1
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        p.b, p.us, p.ui = 300, -1, -1
        assert (p.b, p.us, p.ui) == (44, 65535, (1 << 32) - 1)
        assert [str(w.message) for w in seen] == ["Truncation of value to char", "Truncation of value to unsigned short", "Writing negative value into unsigned field"]
    raises(OverflowError, "", setattr, p, "l", 1 << 63)
    raises(TypeError, "", setattr, p, "i", 1.5)
    p.f, p.d, p.c, p.flag = 0.5, 2, "y", True
    assert (p.f, p.d, p.c, p.flag) == (0.5, 2.0, "y", True)
    raises(TypeError, "attribute value type must be bool", setattr, p, "flag", 1)
    raises(TypeError, "", setattr, p, "c", "yy")
    assert p.text == "static text" and p.inplace == "here"
    raises(TypeError, "readonly attribute", setattr, p, "text", "x")
    raises(AttributeError, "readonly attribute", setattr, p, "fixed", 1)
    raises(TypeError, "can't delete numeric/char attribute", delattr, p, "i")
    assert p.any is None
    raises(AttributeError, "", getattr, p, "strict")
    raises(AttributeError, "strict", delattr, p, "strict")
    p.any = p.strict = probe = []
    count = sys.getrefcount(probe)
    del p.any, p.strict
    assert sys.getrefcount(probe) == count - 2 and p.any is None
    assert repr(t.Point.b) == "<member 'b' of 'ctype_kinds.Point' objects>" and t.Point.b.__doc__ == "a byte"


def test_collected():
    before = t.how_many(NODE)
    a, b = t.Node(), t.Node()
    assert t.gc_facts(a) == (1, 1) and t.gc_facts(1) == (0, 0)
    a.other, b.other, a.name = b, a, [a]
    called = []
    r = weakref.ref(a, called.append)
    assert r() is a and a.__dict__ == {"name": [a]} and weakref.getweakrefcount(a) == 1
    got = t.weak_facts(a)
    assert got[0] == 1 and got[1] is a and got[2] == 0 and got[3] is weakref.ref(a)
    del a, b, got
    gc.collect()
    assert r() is None and called == [r] and t.how_many(NODE) == before + 2
    called.clear()
    c = t.Node()
    r = weakref.ref(c, called.append)
    del c
    assert r() is None and called == [r]
    was, node = t.new_untracked()
    assert was == 0 and t.gc_facts(node) == (1, 1)
    raises(TypeError, "cannot create weak reference to 'ctype_kinds.Point' object", weakref.ref, t.Point())


def test_below_static():
    class Sub(t.Point):
        def __init__(self, *args):
            super().__init__(*args)
            self.more = [1]

        def __repr__(self):
            return "<" + super().__repr__() + ">"

        def __add__(self, other):
            return "added"

    before = t.how_many(POINT)
    s = Sub(7)
    assert repr(s) == "<Point(7)>" and s.more == [1] and s.i == 7 and s + s == "added" and s.double() == 14
    s.strict = s
    r = weakref.ref(s)
    assert Sub.make(3).i == 3 and t.how_many(POINT) == before + 1
    s.any, s.strict = None, 1
    class_count = sys.getrefcount(Sub)
    del s
    assert r() is None and t.how_many(POINT) == before + 2 and sys.getrefcount(Sub) == class_count - 1

    class Slotted(t.Point):
        __slots__ = ("one", "two")

    s = Slotted()
    s.one = s.two = probe = []
    count = sys.getrefcount(probe)
    raises(AttributeError, "", setattr, s, "three", 1)
    del s
    assert sys.getrefcount(probe) == count - 2

    class Kid(t.Node):
        def __del__(self):
            died.append(self.tag)

    died, before = [], t.how_many(NODE)
    k = Kid()
    k.tag, k.other = "x", k
    del k
    gc.collect()
    assert died == ["x"] and t.how_many(NODE) == before + 1
    k = Kid()
    k.tag = "y"
    k.__class__ = type("Kid2", (t.Node,), {})
    del k
    assert died == ["x"]

    class A(t.Point): pass
    class B(t.Point): pass
    a = A(1)
    a.x = 5
    a.__class__ = B
    assert type(a) is B and a.x == 5 and a.i == 1
    raises(TypeError, "__class__ assignment", setattr, a, "__class__", t.Node)


def test_below_builtins():
    l = t.Listy([1, 2])
    l.extra = 5
    l.append(3)
    assert l == [1, 2, 3] and l.extra == 5 and len(l) == 3 and isinstance(l, list) and l + [1] == [1, 2, 3, 1]
    before = t.how_many(LISTY)
    l.append(l)
    del l
    gc.collect()
    assert t.how_many(LISTY) == before + 1
    d = t.Dicty(a=1)
    d["b"], d.extra = 2, 9
    assert d == {"a": 1, "b": 2} and d.extra == 9 and "a" in d

    class More(t.Dicty):
        def __missing__(self, key):
            return key * 2

    m = More()
    m.attribute = 1
    assert m["x"] == "xx" and m.extra == 0 and m.__dict__ == {"attribute": 1}
    try:
        error = t.Oops("a", 1)
        error.extra = error
        raise error
    except t.Oops as caught:
        assert caught.args == ("a", 1) and caught.extra is caught and caught.__traceback__
    del error
    gc.collect()

    class Worse(t.Oops):
        pass

    try:
        raise Worse("x")
    except Exception as caught:
        assert isinstance(caught, t.Oops) and str(caught) == "x"


def test_specs():
    D = t.Data
    assert D.__module__ == "ctype_kinds.sub" and D.__qualname__ == "Data" and repr(D) == "<class 'ctype_kinds.sub.Data'>" and D.__doc__ == "Data\n\nappended."
    d = D([1])
    d.put(7)
    assert d.get() == (7, 16, t) and d.data == 7 and d == [1]
    get = d.get
    assert get() == getattr(d, "get")() == D.get(d) == (7, 16, t)
    d.held = probe = []
    count = sys.getrefcount(probe)
    del d, get
    assert sys.getrefcount(probe) == count - 1

    class Below(D):
        __slots__ = ("mine",)

    b = Below()
    b.put(3)
    b.mine, b.held = 1, [2]
    assert b.get()[0] == 3 and b.mine == 1
    assert t.by_token(Below) == (1, D) and t.by_token(D) == (1, D) and t.by_token(int) == (0, None)
    D.attribute = 5
    assert b.attribute == 5
    del D.attribute
    D.__len__ = lambda self: 77
    assert len(b) == 77
    del D.__len__
    assert len(b) == 0

    m = t.Managed()
    m.x = m
    r = weakref.ref(m)
    assert m.x is m
    before = t.how_many(MANAGED)
    del m
    gc.collect()
    assert r() is None and t.how_many(MANAGED) == before + 1

    class Kid(t.Managed):
        __slots__ = ("slot",)

    k = Kid()
    k.x, k.slot = 1, k
    assert (k.x, k.slot) == (1, k)
    r = weakref.ref(k)
    del k
    gc.collect()
    assert r() is None and t.how_many(MANAGED) == before + 2

    c = t.Caller()
    assert c(1, 2) == 2 and c(1, k=1) == 101 and c(*[1, 2, 3]) == 3
    c.x = 1
    assert weakref.ref(c)() is c and "__weaklistoffset__" not in vars(t.Caller) and "__dictoffset__" not in vars(t.Caller)

    class Other(t.Caller):
        def __call__(self, *args):
            return "python"

    assert Other()(1) == "python"

    p = t.Phoenix()
    before = t.how_many(PHOENIX)
    del p
    p = t.take_risen()
    assert type(p) is t.Phoenix and t.how_many(PHOENIX) == before + 1
    del p
    assert t.how_many(PHOENIX) == before + 1 and t.take_risen() is None

    assert type(t.OfMeta) is t.Meta and t.OfMeta.number == 0
    t.OfMeta.number = 12
    class Sub(t.OfMeta): pass
    assert type(Sub) is t.Meta and Sub.number == 0 and t.OfMeta.number == 12 and isinstance(t.OfMeta(), t.OfMeta)
    class ByMeta(metaclass=t.Meta): x = 1
    ByMeta.number = 3
    assert ByMeta.number == 3 and ByMeta().x == 1
    count = sys.getrefcount(t.OfMeta)
    o = [t.OfMeta() for _ in range(10)]
    assert sys.getrefcount(t.OfMeta) == count + 10
    del o
    assert sys.getrefcount(t.OfMeta) == count
    t.OfMeta.number = 0

    H = t.make_by_hand()
    assert H.__name__ == "Hand" and H.__qualname__ == "Outer.Hand" and H.__module__ == "somewhere" and isinstance(H(), H)
    class Sub(H): pass
    Sub().x = 1
    r = weakref.ref(H)
    del H, Sub
    gc.collect()
    assert r() is None


def test_functions():
    assert t.type_names(t.Point) == ("Point", "Point", "ctype_kinds", "ctype_kinds.Point")
    assert t.type_names(int) == ("int", "int", "builtins", "int")
    assert t.type_names(t.Data) == ("Data", "Data", "ctype_kinds.sub", "ctype_kinds.sub.Data")
    assert t.type_slots(t.Point) == (1, 1, 1, 0) and t.type_slots(list) == (1, 0, 1, 1) and t.type_slots(int)[1] == 1
    assert t.memory()
    s = t.make_seq()
    assert s == (0, 10) and s.first == 0 and s.hidden == 20 and repr(s) == "ctype_kinds.Seq(first=0, second=10)" and type(s).n_fields == 3
    raises(RuntimeError, "invalid slot offset", t.bad_spec, 0)
    raises(SystemError, "With Py_RELATIVE_OFFSET, basicsize must be negative.", t.bad_spec, 1)
    raises(SystemError, "Multiple Py_tp_doc slots are not supported.", t.bad_spec, 2)
    raises(SystemError, "Type spec does not define the name field.", t.bad_spec, 3)
    raises(TypeError, "type 'bool' is not an acceptable base type", t.bad_spec, 4)
    raises(TypeError, "tp_basicsize for type 'ctype_kinds.X' (8) is too small for base 'object' (16)", t.bad_spec, 5)
    raises(SystemError, "type ctype_kinds.X has the Py_TPFLAGS_HAVE_GC flag but has no traverse function", t.bad_spec, 6)
    gc.collect()
    left = [x for x in gc.get_objects() if type(x) is tuple and x and isinstance(x[0], type) and x[0].__name__ == "X"]
    assert not left, "what there was of a type that cannot be made stays"
    class C: pass
    t.freeze(C)
    raises(TypeError, "cannot set 'x' attribute of immutable type", setattr, C, "x", 1)
    class D(C): pass
    class E(D): pass
    raises(TypeError, "Creating immutable type E from mutable base ", t.freeze, E)


def main():
    wanted = sys.argv[2:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name in wanted):
            test()
            gc.collect()
            print(name, "passed")


main()
