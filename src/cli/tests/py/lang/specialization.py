"""Specialised instructions meet what they were not specialised for: other types, changed classes, hidden names."""
class A:
    def m(self): return 1
    k = 5
def call(a): return a.m()
def get(a): return a.k
a = A(); b = A()
for i in range(20): assert call(a) == 1 and get(a) == 5
b.m = lambda: 2
b.k = 6
for i in range(20): assert call(b) == 2 and get(b) == 6 and call(a) == 1 and get(a) == 5
A.m = lambda self: 3
assert call(a) == 3
A.k = 9
assert get(a) == 9
del A.k
try: get(a); assert 0
except AttributeError: pass
class B:
    def __init__(self, x): self.x = x
def mk(n):
    r = None
    for i in range(n): r = B(i)
    return r.x
assert mk(50) == 49
old = B.__init__
def ni(self, x): self.x = x * 2; self.y = 1
B.__init__ = ni
assert mk(50) == 98
class C:
    def __init__(self): return 1
def mkc(): return C()
for i in range(10):
    try: mkc(); assert 0
    except TypeError as e: pass
assert str(e) if False else True
class E:
    def __init__(self, x):
        if x > 5: raise ValueError(x)
        self.x = x
def mke(n):
    c = 0
    for i in range(n):
        try: E(i)
        except ValueError: c += 1
    return c
assert mke(40) == 34
class D:
    def __del__(self): dead.append(1)
dead = []
def mkd():
    for i in range(100): d = D()
mkd()
assert len(dead) == 100, len(dead)
x = 1
def gl(): return x
for i in range(10): assert gl() == 1
x = 2
assert gl() == 2
del x
try: gl(); assert 0
except NameError: pass
x = 3
assert gl() == 3
len2 = len
def bl(): return len("abc")
for i in range(10): bl()
len = lambda s: 99
assert bl() == 99
del len
assert bl() == 3
def big():
    n = 1 << 62
    for i in range(5): n = n + n
    return n
assert big() == 1 << 67
def mixed(v): return v + v
for v in (1, 1.5, "a", [1], (1,)) * 20: mixed(v)
class P:
    @property
    def v(self): return self._v
    @v.setter
    def v(self, n): self._v = n
p = P()
for i in range(30):
    p.v = i
    assert p.v == i
p.__dict__["z"] = 4
assert p.z == 4
def setz(o, n): o.z = n
for i in range(20): setz(p, i)
assert p.__dict__["z"] == 19
q = P()
for i in range(20): setz(q, i)
assert q.z == 19 and q.__dict__ == {"z": 19}
import_ok = True
def fin():
    for i in range(3):
        try:
            continue
        finally:
            log.append(i)
    return log
log = []
assert fin() == [0,1,2]



# A quotient of ints is a float, also where an operand is a number that nobody else knows.
def quotients(n, d):
    made = (n * 1000) / d
    made /= 4
    whole = n * 1000
    whole /= d * 500
    return made, whole, (n * 1000) / (d * 1000), n / (d * 1000)


for n in range(1000, 1200):
    found = quotients(n, 7)
    assert [type(x) for x in found] == [float] * 4
    assert found == (n * 1000 / 28, n / 3.5, n / 7, n / 7000)
# Temporaries that nobody else knows take results: of the same kind only.
def quotient(a, b): return (a + b) / (a - b)
def power_quotient(n): return n * n // 2 / (n + 1000)
def float_chain(x, y): return (x * x + y * y) / (x - y) - (x + 1) * (y - 2)
for i in range(1, 200):
    n = 1000 * i
    assert quotient(n + 7, 3) == (n + 10) / (n + 4)
    assert power_quotient(n) == (n * n // 2) / (n + 1000)
    x, y = n * 0.5, i + 0.25
    assert float_chain(x, y) == float.__sub__(float.__truediv__(x.__mul__(x).__add__(y.__mul__(y)), x.__sub__(y)), (x + 1).__mul__(y - 2))
def counted(n):
    total, left = 0, n
    while left:
        total += left * 1000 % 977
        left -= 1
        if total > 10 ** 6:
            total -= 10 ** 6
    return total
def slow_counted(n):
    total = 0
    for left in range(n, 0, -1):
        total = int.__add__(total, int.__mod__(int.__mul__(left, 1000), 977))
        if total > 1000000:
            total = int.__sub__(total, 1000000)
    return total
assert counted(5000) == slow_counted(5000)
def identity():
    kept = []
    for i in range(300):
        a = i + 1000
        b = a - 1000
        kept.append((a, b))
    return all(b is i and a == i + 1000 for i, (a, b) in enumerate(kept[:257]))
assert identity()
