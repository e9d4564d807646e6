# modes: one
"""When objects die: counts, weak references, finalizers, resurrection, cycles."""


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

import gc
import sys
import weakref

log = []

class D:
    def __init__(self, name="d"):
        self.name = name

    def __del__(self):
        log.append(self.name)

def taken():
    found = log[:]
    log.clear()
    return found

d = D()
del d
eq(taken(), ['d'])
d = D("first")
d = D("second")
eq(taken(), ['first'])
d = None
eq(taken(), ['second'])
def scope():
    local = D("local")
    log.append("in scope")

scope()
eq(taken(), ['in scope', 'local'])
def returns():
    return D("returned")

returns()
eq(taken(), ['returned'])
kept = returns()
eq(taken(), [])
del kept
eq(taken(), ['returned'])
lst = [D("a"), D("b")]
lst.pop()
eq(taken(), ['b'])
lst.clear()
eq(taken(), ['a'])
t = (D("t1"), D("t2"))
del t
eq(taken(), ['t2', 't1'])
m = {"k": D("old")}
m["k"] = D("new")
eq(taken(), ['old'])
del m["k"]
eq(taken(), ['new'])
D("temp").name
eq(taken(), ['temp'])
[D("discarded")]
eq(taken(), ['discarded'])
def arg(x):
    log.append("body")

arg(D("argument"))
eq(taken(), ['body', 'argument'])
def rebinds(x):
    x = None
    log.append("after")

rebinds(D("param"))
eq(taken(), ['param', 'after'])
def closure():
    c = D("cell")

    def inner():
        return c

    return inner

f = closure()
eq(taken(), [])
del f
eq(taken(), ['cell'])
def gen():
    g = D("gen local")
    yield 1

g = gen()
next(g)
del g
eq(taken(), ['gen local'])
class Attr:
    pass

a = Attr()
a.d = D("attribute")
a.d = None
eq(taken(), ['attribute'])
a.d = D("attribute 2")
del a
eq(taken(), ['attribute 2'])
try:
    e_local = D("exc")
    raise ValueError
except ValueError as e:
    del e_local
eq(taken(), ['exc'])
def exc_frame():
    held = D("held by traceback")
    raise ValueError

try:
    exc_frame()
except ValueError as e:
    log.append("handler")
eq(taken(), ['handler', 'held by traceback'])
for x in [D("l1"), D("l2")]:
    log.append("loop")
eq(taken(), ['loop', 'loop', 'l1'])
del x
eq(taken(), ['l2'])
x = y = D("two names")
del x
eq(taken(), [])
del y
eq(taken(), ['two names'])
_ = [D("comp") for _ in range(1)]
_ = None
eq(taken(), ['comp'])
(lambda z: log.append("lambda"))(D("lambda arg"))
eq(taken(), ['lambda', 'lambda arg'])
a, b = D("a"), D("b")
a, b = b, a
eq(taken(), [])
a = b = None
eq(taken(), ['b', 'a'])

class Resurrect:
    def __del__(self):
        log.append("del")
        saved.append(self)

saved = []
r = Resurrect()
del r
eq(len(saved), 1)
eq(taken(), ['del'])
saved.clear()
eq(taken(), [])
gc.collect()

class Raises:
    def __del__(self):
        raise ValueError("in del")

unraisable = []
old_hook, sys.unraisablehook = sys.unraisablehook, lambda u: unraisable.append((type(u.exc_value).__name__, str(u.exc_value), u.err_msg.partition(" <")[0]))
r = Raises()
del r
sys.unraisablehook = old_hook
eq(unraisable, [('ValueError', 'in del', 'Exception ignored while calling deallocator')])
d = D("weak")
w = weakref.ref(d)
assert (w() is d) is True
eq(weakref.getweakrefcount(d), 1)
assert (w is weakref.ref(d)) is True
assert (hash(w) == hash(d)) is True
assert (w == weakref.ref(d)) is True
eq(repr(w)[:11], "<weakref at")
del d
assert w() is None
eq(taken(), ['weak'])
eq(repr(w)[-6:], " dead>")
d = D("callback")
w = weakref.ref(d, lambda ref: log.append(("cb", ref() is None)))
w2 = weakref.ref(d, lambda ref: log.append("cb2"))
del d
eq(sorted(map(str, taken())), ["('cb', True)", 'callback', 'cb2'])
d = D("cb dropped")
w = weakref.ref(d, lambda ref: log.append("never"))
del w
del d
eq(taken(), ['cb dropped'])
d = D("in del")
class SeesWeak:
    def __del__(self):
        log.append(own_ref() is None)

s = SeesWeak()
own_ref = weakref.ref(s)
del s
eq(taken(), [False])
del d
eq(taken(), ['in del'])
with raises(TypeError, "cannot create weak reference to 'int' object"):
    weakref.ref(5)
with raises(TypeError, "cannot create weak reference to 'str' object"):
    weakref.ref("a")
with raises(TypeError, "cannot create weak reference to 'list' object"):
    weakref.ref([])
assert (weakref.ref(D)() is D) is True
assert (weakref.ref(scope)() is scope) is True
eq(type(weakref.ref({1}.__class__())).__name__, "ReferenceType")
d = D("proxy")
p = weakref.proxy(d)
eq(p.name, "proxy")
eq(type(p).__name__, "ProxyType")
p.name = "via proxy"
eq(d.name, "via proxy")
del d
with raises(ReferenceError, "weakly-referenced object no longer exists"):
    p.name
eq(taken(), ['via proxy'])
vd = weakref.WeakValueDictionary()
d = D("value")
vd["k"] = d
eq(list(vd.keys()), ['k'])
assert (vd["k"] is d) is True
eq(len(vd), 1)
del d
eq(list(vd.keys()), [])
eq(len(vd), 0)
eq(taken(), ['value'])
kd = weakref.WeakKeyDictionary()
d = D("key")
kd[d] = 1
eq(len(kd), 1)
eq(kd[d], 1)
del d
eq(len(kd), 0)
eq(taken(), ['key'])
ws = weakref.WeakSet()
d = D("set")
ws.add(d)
eq(len(ws), 1)
assert (d in ws) is True
d = None
eq(len(ws), 0)
eq(taken(), ['set'])
d = D("finalize")
fin = weakref.finalize(d, log.append, "finalizer ran")
assert fin.alive is True
assert (fin.detach() is not None) is True
assert fin.alive is False
fin = weakref.finalize(d, log.append, "finalizer ran")
del d
eq(taken(), ['finalize', 'finalizer ran'])
assert fin.alive is False
assert fin() is None

class Bound:
    def m(self):
        return "m"

b = Bound()
wm = weakref.WeakMethod(b.m)
eq(wm()(), "m")
del b
assert wm() is None
a = D("cycle a")
b = D("cycle b")
a.other, b.other = b, a
del a, b
eq(taken(), [])
gc.collect()
eq(sorted(taken()), ['cycle a', 'cycle b'])
l = []
l.append(l)
w = None
class L(list): pass
l = L()
l.append(l)
w = weakref.ref(l, lambda r: log.append("list cycle gone"))
del l
gc.collect()
assert w() is None
eq(taken(), ['list cycle gone'])
a = D("cycle with weakref")
a.self = a
w = weakref.ref(a, lambda r: log.append("cb"))
del a
gc.collect()
assert w() is None
eq(sorted(taken()), ['cb', 'cycle with weakref'])
def generator_cycle():
    def g():
        try:
            yield
        finally:
            log.append("generator closed")

    it = g()
    next(it)
    holder = [it]
    holder.append(holder)

generator_cycle()
gc.collect()
eq(taken(), ['generator closed'])
class ResCycle:
    def __del__(self):
        saved.append(self)

r = ResCycle()
r.me = r
del r
gc.collect()
eq(len(saved), 1)
assert (saved[0].me is saved[0]) is True
saved.clear()
gc.collect()
eq(len(saved), 0)
assert gc.isenabled() is True
assert gc.get_count().__class__ is tuple
eq(len(gc.get_threshold()), 3)
eq(gc.garbage, [])
assert type(gc.get_stats()[0]) is dict
gc.disable()
assert gc.isenabled() is False
gc.enable()
gc.callbacks.append(lambda phase, info: log.append(phase))
gc.collect()
gc.callbacks.pop()
eq(taken(), ['start', 'stop'])
x = []
assert gc.is_tracked([]) is True
assert gc.is_tracked(5) is False
assert gc.is_tracked("a") is False
assert gc.is_tracked(D) is True
assert (gc.is_finalized(D())) is False
assert (x in gc.get_referents([x])) is True
assert (any(r is globals() for r in gc.get_referrers(x))) is True
eq(taken(), ['d'])
gc.freeze()
assert (gc.get_freeze_count() > 0) is True
gc.unfreeze()
eq(gc.get_freeze_count(), 0)
with raises(ValueError, "invalid generation"):
    gc.collect(5)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    gc.set_threshold("a")
assert (sys.getrefcount(object()) >= 1) is True
assert (sys.getsizeof([]) > 0) is True
assert (sys.getsizeof(5) > 0) is True
big = None
for _ in range(200000):
    big = (big,)
big = None
deep = None
for _ in range(100000):
    deep = [deep]
deep = None
chain = None
class Link:
    __slots__ = ("next",)

for _ in range(100000):
    link = Link()
    link.next = chain
    chain = link
chain = link = None
nested = {}
for _ in range(50000):
    nested = {"k": nested}
nested = None
eq("deep structures died", "deep structures died")


# One sibling ends after the other: what a finalizer does is done before the next begins.
class Counted:
    left = 0

    def __del__(self):
        before = Counted.left
        Counted.left = before - 1
        seen.append((before, Counted.left))


def drop_three():
    Counted.left = 3
    held = [Counted(), Counted(), Counted()]
    del held


for _ in range(30):
    seen = []
    drop_three()
    eq(seen, [(3, 2), (2, 1), (1, 0)])


class Holder:
    __slots__ = ("a", "b", "c")


def drop_slots():
    Counted.left = 3
    holder = Holder()
    holder.a, holder.b, holder.c = Counted(), Counted(), Counted()
    del holder


for _ in range(30):
    seen = []
    drop_slots()
    eq(seen, [(3, 2), (2, 1), (1, 0)])


# ---- locals end with their frame, the last one first; what an expression had come to ends as it is left
class Told:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        ended.append(self.name)


def three_locals(fails):
    a, b, c = Told("a"), Told("b"), Told("c")
    if fails:
        raise ValueError


def half_an_expression():
    return [Told("x"), Told("y"), 1 // 0]


for _ in range(30):
    ended = []
    three_locals(False)
    eq(ended, ["c", "b", "a"])
    ended = []
    try:
        three_locals(True)
    except ValueError:
        eq(ended, [])
    eq(ended, ["c", "b", "a"])
    ended = []
    try:
        half_an_expression()
    except ZeroDivisionError as error:
        # The traceback holds the frame.
        eq((error.__traceback__ is not None, ended), (True, ["y", "x"]))
