"""Assignment in all its forms: targets, order of evaluation, augmented, annotated, walrus."""


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

def note(x):
    log.append(x)
    return x

class Target:
    def __getattr__(self, name):
        log.append("get ." + name)
        return 10

    def __setattr__(self, name, value):
        log.append(f"set .{name} {value}")

    def __getitem__(self, key):
        log.append(f"get [{key}]")
        return 20

    def __setitem__(self, key, value):
        log.append(f"set [{key}] {value}")

    def __delitem__(self, key):
        log.append(f"del [{key}]")

    def __delattr__(self, name):
        log.append("del ." + name)

t = Target()

def taken():
    found = log[:]
    log.clear()
    return found

t.a = t[note(1)] = note(5)
eq(taken(), [5, 'set .a 5', 1, 'set [1] 5'])
t[note(1)], t.b, (t[note(2)], *t.rest) = note(7), note(8), (note(9), note(10), note(11))
eq(taken(), [7, 8, 9, 10, 11, 1, 'set [1] 7', 'set .b 8', 2, 'set [2] 9', 'set .rest [10, 11]'])
t.x += note(1)
eq(taken(), ['get .x', 1, 'set .x 11'])
t[note("k")] += note(1)
eq(taken(), ['k', 'get [k]', 1, 'set [k] 21'])
del t.a, t[note(1)]
eq(taken(), ['del .a', 1, 'del [1]'])
a = b = c = []
assert (a is b is c) is True
a, b = 1, 2
a, b = b, a
eq(a, 2)
eq(b, 1)
i, lst = 0, [10, 20]
i, lst[i] = 1, 99
eq(i, 1)
eq(lst, [10, 99])
[a, b] = "xy"
(a), (b) = 1, 2
(a,) = [5]
eq(a, 5)
eq(b, 2)
*a, = range(3)
eq(a, [0, 1, 2])
a, *b = [1]
eq(a, 1)
eq(b, [])
a, *b, c = "abcd"
eq(a, "a")
eq(b, ['b', 'c'])
eq(c, "d")
(a, *b), *c = [(1, 2, 3), 4, 5]
eq(a, 1)
eq(b, [2, 3])
eq(c, [4, 5])
for a, (b, *c) in [(1, (2, 3, 4)), (5, "xyz")]:
    pass
eq(a, 5)
eq(b, "x")
eq(c, ['y', 'z'])
for t.loop in [1, 2]:
    pass
eq(taken(), ['set .loop 1', 'set .loop 2'])
with_target = {}
for with_target["k"], in [(1,), (2,)]:
    pass
eq(with_target, {'k': 2})
x = 5
x += 1; x -= 2; x *= 3; x /= 4; x //= 1; x %= 2; x **= 3
eq(x, 1.0)
x = 12
x <<= 2; x >>= 1; x |= 1; x &= 0xFF; x ^= 2
eq(x, 27)

class Mat:
    def __matmul__(self, other):
        return "matmul"

    def __imatmul__(self, other):
        return "imatmul"

    def __add__(self, other):
        return "add"

m = Mat()
eq(m @ 1, "matmul")
m @= 1
eq(m, "imatmul")
m = Mat()
m += 1
eq(m, "add")
s = [1]
alias = s
s += [2]
eq(alias, [1, 2])
s = s + [3]
eq(alias, [1, 2])
eq(s, [1, 2, 3])
tup = ([],)
with raises(TypeError, "'tuple' object does not support item assignment"):
    tup[0] += [1]
eq(tup, ([1],))
with raises(NameError, "name 'undefined' is not defined"):
    undefined += 1
with raises(AttributeError, "'int' object has no attribute 'x'"):
    5 .x += 1
x: int = 3
y: str
eq(x, 3)
assert ("y" in globals()) is False
(z): int = 4
holder = Target()
holder.attr: int = 5
holder["k"]: str = "v"
eq(z, 4)
eq(taken(), ['set .attr 5', 'set [k] v'])

def local_annotation():
    v: int
    w: nonexistent_name = 1
    return w

eq(local_annotation(), 1)

def unbound():
    v: int
    return v

with raises(UnboundLocalError, "cannot access local variable 'v' where it is not associated with a value"):
    unbound()
def annotated_order():
    def f(x):
        log.append(x)
        return Target()

    f("target").attr: f("annotation is not evaluated") = f("value") and 1
    return taken()

eq(annotated_order(), ['value', 'target', 'set .attr 1'])
eq((n := 5) + n, 10)
eq([k := 1, k + 1], [1, 2])
eq((p := 3, p), (3, 3))
if (found := next((v for v in [1, 2, 3] if v > 1), None)) is not None:
    pass
eq(found, 2)

def walrus_scope():
    total = 0
    partial = [total := total + v for v in range(5)]
    return total, partial

eq(walrus_scope(), (10, [0, 1, 3, 6, 10]))
eq([last := v for v in range(3)], [0, 1, 2])
eq(last, 2)
assert (any((witness := v) > 1 for v in [1, 2, 3])) is True
eq(witness, 2)
def multiple():
    a = b, c = 1, 2
    return a, b, c

eq(multiple(), ((1, 2), 1, 2))
def swap3(a, b, c):
    a, b, c = c, a, b
    return a, b, c

eq(swap3(1, 2, 3), (3, 1, 2))
def stars():
    return *[1], *(2, 3)

eq(stars(), (1, 2, 3))
def star_yield():
    yield *[1], 2

eq(list(star_yield()), [(1, 2)])
for v in 1, *[2, 3]:
    log.append(v)
eq(taken(), [1, 2, 3])
x = *[1, 2], 3
eq(x, (1, 2, 3))
d = {}
d["a"], d["b"] = d["c"] = 1, 2
eq(d, {'a': 1, 'b': 2, 'c': (1, 2)})
def del_forms():
    a, b, c = 1, [1, 2], {"k": 1}
    del a, (b[0], c["k"])
    return b, c

eq(del_forms(), ([2], {}))
def del_twice():
    a = 1
    del a
    del a

with raises(UnboundLocalError, "cannot access local variable 'a' where it is not associated with a value"):
    del_twice()
with raises(NameError, "name 'nothing_here' is not defined"):
    del nothing_here
