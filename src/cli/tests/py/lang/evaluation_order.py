"""What is evaluated first, and how often."""


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"

log = []

def n(x, result=None):
    log.append(x)
    return x if result is None else result

def taken():
    found = log[:]
    log.clear()
    return found

def f(*a, **k):
    return a, k

eq(n(1) + n(2) * n(3), 7)
eq(taken(), [1, 2, 3])
eq([n(1), n(2)], [1, 2])
eq(taken(), [1, 2])
eq((n(1), *[n(2)], n(3)), (1, 2, 3))
eq(taken(), [1, 2, 3])
eq({n("a"): n(1), n("b"): n(2)}, {'a': 1, 'b': 2})
eq(taken(), ['a', 1, 'b', 2])
assert (n(1) < n(2) < n(0) < n(9)) is False
eq(taken(), [1, 2, 0])
eq(n("f", f)(n(1), *[n(2)], k=n(3), **{"z": n(4)}), ((1, 2), {'k': 3, 'z': 4}))
eq(taken(), ['f', 1, 2, 3, 4])
eq(n("f", f)(n(1), a=n(2), *n("args", [5]), b=n(3), **n("kw", {"c": 6})), ((1, 5), {'a': 2, 'b': 3, 'c': 6}))
eq(taken(), ['f', 1, 'args', 2, 3, 'kw'])
eq(n("then") if n("cond") else n("else"), "then")
eq(taken(), ['cond', 'then'])
eq(n(0) or n("") or n("end"), "end")
eq(taken(), [0, '', 'end'])
eq(n(1) and n(0) and n(9), 0)
eq(taken(), [1, 0])
d = {}
d[n("k1")] = d[n("k2")] = n("value")
eq(taken(), ['value', 'k1', 'k2'])
n("obj", d)[n("key")] = n("val")
eq(taken(), ['val', 'obj', 'key'])
x = [1, 2, 3, 4]
n("list", x)[n(1):n(3)] = n("new", [9])
eq(taken(), ['new', 'list', 1, 3])
eq(x, [1, 9, 4])
n("list", x)[n(0)] += n(5)
eq(taken(), ['list', 0, 5])
eq(x, [6, 9, 4])
(a, b), c = n("rhs", (n("inner", (1, 2)), 3))
eq(taken(), ['inner', 'rhs'])
a, x[n(0)], c = n(1), n(2), n(3)
eq(taken(), [1, 2, 3, 0])
for i in n("iter", [1]):
    n("body")
eq(taken(), ['iter', 'body'])

def default(a=n("default a"), *, b=n("default b")):
    return a, b

eq(taken(), ['default a', 'default b'])
eq(default(), ('default a', 'default b'))
eq(taken(), [])

def deco(name):
    n("deco " + name)
    return lambda f: (n("apply " + name), f)[1]

@deco("1")
@deco("2")
def decorated(a=n("def")): ...

eq(taken(), ['deco 1', 'deco 2', 'def', 'apply 2', 'apply 1'])

@deco("c")
class K(n("base", object), metaclass=n("meta", type)):
    n("body")

eq(taken(), ['deco c', 'base', 'meta', 'body', 'apply c'])
lam = lambda a=n("lambda default"): n("lambda body")
eq(taken(), ['lambda default'])
eq(lam(), "lambda body")
eq(taken(), ['lambda body'])
eq([n(v) for v in n("src", [1, 2]) if n("cond")], [1, 2])
eq(taken(), ['src', 'cond', 1, 'cond', 2])
eq({n("k"): n("v") for _ in n("s", [1])}, {'k': 'v'})
eq(taken(), ['s', 'k', 'v'])
with_log = []

class M:
    def __init__(self, x):
        n("make " + x)
        self.x = x

    def __enter__(self):
        n("enter " + self.x)

    def __exit__(self, *a):
        n("exit " + self.x)

with M("a"), M("b"):
    n("body")
eq(taken(), ['make a', 'enter a', 'make b', 'enter b', 'body', 'exit b', 'exit a'])
assert n("test", True), n("message")
eq(taken(), ['test'])
try:
    raise n("exc", ValueError) from n("cause", KeyError)
except n("type", ValueError):
    pass
eq(taken(), ['exc', 'cause', 'type'])
del n("o", {"k": 1})[n("kk", "k")], n("o2", [1])[n("idx", 0)]
eq(taken(), ['o', 'kk', 'o2', 'idx'])
eq(f"{n('a')}{n('b'):{n('c', '>3')}}{n('d')!r}", "a  b'd'")
eq(taken(), ['a', 'b', 'c', 'd'])
eq(n("o", "text").replace(n("t"), n("u")), "uexu")
eq(taken(), ['o', 't', 'u'])
assert (not n(1)) is False
eq(-n(1), -1)
eq(n(2) ** n(3) ** n(2), 512)
eq(taken(), [1, 1, 2, 3, 2])

class Op:
    def __init__(self, name):
        self.name = name

    def __add__(self, o):
        n(f"{self.name}+{o.name}")
        return Op("(" + self.name + o.name + ")")

    def __mul__(self, o):
        n(f"{self.name}*{o.name}")
        return Op("(" + self.name + o.name + ")")

    def __lt__(self, o):
        n(f"{self.name}<{o.name}")
        return True

a, b, c = Op("a"), Op("b"), Op("c")
a + b * c + a
eq(taken(), ['b*c', 'a+(bc)', '(a(bc))+a'])
a < b < c
eq(taken(), ['a<b', 'b<c'])
def gen():
    n("started")
    yield n("first")
    n("resumed")

g = gen()
eq(taken(), [])
eq(next(g), "first")
eq(taken(), ['started', 'first'])
eq(next(g, "end"), "end")
eq(taken(), ['resumed'])
def star(*a):
    return a

def it(name):
    n("iter " + name)
    yield n(name + "1")
    yield n(name + "2")

eq(star(*it("a"), n("mid"), *it("b")), ('a1', 'a2', 'mid', 'b1', 'b2'))
eq(taken(), ['iter a', 'a1', 'a2', 'mid', 'iter b', 'b1', 'b2'])
eq([*it("c"), n("e"), *it("d")], ['c1', 'c2', 'e', 'd1', 'd2'])
eq(taken(), ['iter c', 'c1', 'c2', 'e', 'iter d', 'd1', 'd2'])
eq({**n("d1", {"a": 1}), "b": n("v"), **n("d2", {"a": 2})}, {'a': 2, 'b': 'v'})
eq(taken(), ['d1', 'v', 'd2'])
eq((lambda: n("called"))() if n("c") else 0, "called")
eq(taken(), ['c', 'called'])
assert (n("x", 5) in n("y", [5])) is True
eq(taken(), ['x', 'y'])
assert (n("x") is n("y")) is False
eq(taken(), ['x', 'y'])
def ret():
    try:
        return n("return")
    finally:
        n("finally")

eq(ret(), "return")
eq(taken(), ['return', 'finally'])
x = n("walrus") if (y := n("first")) else 0
eq(taken(), ['first', 'walrus'])
match n("subject"):
    case "other" if n("never"):
        pass
    case z if n("guard", 0):
        pass
    case _:
        n("default case")
eq(taken(), ['subject', 'guard', 'default case'])
print_to = []
print(n("p1"), n("p2"), sep=n("s"), file=n("file", type("W", (), {"write": lambda self, t: print_to.append(t)})()))
eq(taken(), ['p1', 'p2', 's', 'file'])
eq(print_to, ['p1', 's', 'p2', '\n'])
