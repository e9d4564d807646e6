"""Extension types of Cython."""
import gc
import pickle
import weakref

import classes as c

gc.collect()
began = c.counts()[0]
c.forget()


def raises(error, f, *args, **named):
    try:
        f(*args, **named)
    except error as caught:
        return caught
    raise AssertionError((f, args))


# Construction and members.
base = c.Base(5, name="five")
assert (base.value, base.name, base.prop, base.double()) == (5, "five", 105, 10)
base.prop = 107
assert base.value == 7 and str(raises(ValueError, setattr, base, "prop", -1)) == "negative"
raises(AttributeError, setattr, base, "name", "x")
raises(TypeError, setattr, base, "value", "text")
raises(OverflowError, setattr, base, "value", 1 << 40)
print(raises(TypeError, c.Base, 1, 2))
print(raises(TypeError, c.Base, wrong=1))
base.anything = 1
assert base.__dict__ == {"anything": 1} and c.Base.static(3) == 3 and c.Base.klass(4).value == 4
assert c.Base.__doc__ == "The first class." and c.Base.prop.__doc__ == "A property."


# Inheritance both ways.
class Sub(c.Derived):
    def double(self):
        return super().double() * 10


class Sub2(Sub):
    __slots__ = ("slot",)

    def __init__(self):
        super().__init__(3)
        self.slot = "s"


class Both(c.Base, object):
    pass


assert Sub(2).ask() == 50 and Sub2().ask() == 70 and Sub2().slot == "s" and c.Derived(2).ask() == 5
assert c.Plain(9).ask() == -1 and c.Plain(9).closure() == 9 and c.Plain.attribute == [1]
assert Both(4).ask() == 8 and isinstance(Sub2(), c.Base) and c.Derived.__base__ is c.Base
raises(TypeError, type, "Sub", (c.Closed,), {})
raises(TypeError, type, "Bad", (c.Derived, c.Point), {})
derived = c.Derived()
derived.add(1).add(2)
derived[0] = 5
del derived[1]
assert list(derived) == [5] and 5 in derived and len(derived) == 1 and derived(1, k=2) == ((1,), {"k": 2})
assert derived.magic_word == "word"
print(raises(AttributeError, getattr, derived, "other"))
raises(IndexError, lambda: derived[9])

# Operators.
p = c.Point(1, 2)
assert p + c.Point(1, 1) == c.Point(2, 3) and 2 * p == p * 2 == c.Point(2, 4) and -p == c.Point(-1, -2)
assert 5 + p == ("radd", 5) and p**3 == (3, None) and pow(p, 3, 4) == (3, 4)
print(raises(TypeError, lambda: p + 5))
raises(TypeError, lambda: p > 3)
same = p
p += c.Point(1, 0)
assert same is p and {p: 1}[c.Point(2, 2)] == 1 and float(p) == 2.0 and [0, 1, 2][p] == 2 and p < c.Point(9, 0) and p != 3
assert sorted([c.Ordered(2), c.Ordered(1)])[0] == c.Ordered(1) and c.Ordered(1) <= c.Ordered(1) >= c.Ordered(0)
many = [c.Point(i, i) for i in range(100)]
del many
many = [c.Point(i, i) for i in range(100)]
assert [q.x for q in many] == [float(i) for i in range(100)]


# A free list does not serve a class of Python.
class Wide(c.Point):
    def __init__(self):
        super().__init__(1, 1)
        self.more = "more"


assert [Wide().more for _ in range(20)] == ["more"] * 20

# Destruction, weak references, cycles.
seen = []
reference = weakref.ref(base, lambda r: seen.append(r()))
del base
assert reference() is None and seen == [None]
node = c.Node()
node.next = c.Node()
node.next.next = node
died = weakref.ref(node)
del node
gc.collect()
assert died() is None and c.counts()[1] == [7, 7]
c.forget()
deep = None
for _ in range(20000):
    after = c.Node()
    after.next = deep
    deep = after
del deep, after
gc.collect()
assert c.counts()[1] == [7] * 20000
c.forget()
log = []
c.Finalised(log)
assert log == ["del"]
finalised = c.Finalised(log)
finalised.log.append(finalised)
del finalised
log.pop()
gc.collect()
assert log == ["del", "del"]
assert not gc.is_tracked(c.Alone()) and gc.is_tracked(c.Node())


class Resurrects(c.Finalised):
    def __del__(self):
        super().__del__()
        kept.append(self)


kept = []
Resurrects([])
assert kept[0].log == ["del"]
kept.clear()

# Builtin bases, exceptions, enumerations, structs, fused types.
text = c.Text("abc")
text.extra = 3
assert text == "abc" and text.shout() == "ABC!" and text.extra == 3 and {"abc": 1}[text] == 1
error = raises(c.Fails, lambda: (_ for _ in ()).throw(c.Fails(5)))
assert error.code == 5 and error.args == ("code", 5)
assert c.mix(c.Colour.red, c.Colour.green) is c.Colour.blue and int(c.Colour.blue) == 7
assert [c.typed(1), c.typed(1.5)] == ["int", "double"] and c.typed["double"](1) == "double"
assert c.pair({"a": 1, "b": 2.0}) == {"a": 2, "b": 2.0}
print(raises(TypeError, c.typed, "x"))
raises(TypeError, pickle.dumps, c.Node())
print(c.typed.__name__, c.Base.klass.__doc__, type(c.Base.static).__name__)

del derived, error
gc.collect()
assert c.counts()[0] == began, c.counts()
