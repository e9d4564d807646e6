"""Scopes: global, nonlocal, class bodies, comprehensions, exec, builtins."""


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

x = "global"

def read():
    return x

def write():
    x = "local"
    return x

def declared():
    global x, brand_new
    x = "changed"
    brand_new = 1
    return x

eq(read(), "global")
eq(write(), "local")
eq(read(), "global")
eq(declared(), "changed")
eq(read(), "changed")
eq(brand_new, 1)
x = "global"

def unbound():
    x
    x = 1

with raises(UnboundLocalError, "cannot access local variable 'x' where it is not associated with a value"):
    unbound()
def outer():
    x = "outer"

    def middle():
        def inner():
            nonlocal x
            x = "inner"
            return x

        return inner(), x

    return middle(), x

eq(outer(), (('inner', 'inner'), 'inner'))
eq(x, "global")

def skips_class():
    x = "function"

    class C:
        y = x
        x = "class"
        z = x

        def method(self):
            return x

        inner = [x for _ in range(1)]
        first = [i for i in x]

    return C.y, C.z, C().method(), C.inner, C.first

eq(skips_class(), ('global', 'class', 'function', ['function'], ['c', 'l', 'a', 's', 's']))
class Body:
    a = x
    x = "body"
    b = x
    del x
    c = x
    global g
    g = "from class body"
    lam = lambda: x

eq(Body.a, "global")
eq(Body.b, "body")
eq(Body.c, "global")
eq(g, "from class body")
assert hasattr(Body, "g") is False
eq(Body.lam(), "global")

def class_nonlocal():
    n = 1

    class C:
        nonlocal n
        n = 2
        m = n

    return n, hasattr(C, "n"), C.m

eq(class_nonlocal(), (2, False, 2))
class Mangled:
    __private = 1
    __dunder__ = 2

    def __init__(self):
        self.__x = 5

    def get(self):
        return self.__x, self.__private, self.__dunder__

    def local(self):
        __y = 3
        return locals()

    def param(self, __p):
        return __p

    def kw(self):
        return dict(__a=1)

    class __Inner:
        __v = 7

    def inner(self):
        return self.__Inner

    def imports(self):
        global __mangled_global
        __mangled_global = 9

class _Under:
    __q = 1

class __:
    __q = 1

class ___A:
    __q = 1

m = Mangled()
m.imports()
eq(m.get(), (5, 1, 2))
eq(sorted(k for k in vars(m)), ['_Mangled__x'])
eq(m.local()["_Mangled__y"], 3)
eq(m.param(4), 4)
eq(m.kw(), {'__a': 1})
eq(m.inner().__name__, "__Inner")
assert (hasattr(m.inner(), "_Inner__v")) is True
assert ("_Mangled__mangled_global" in globals()) is True
assert ("_Under__q" in vars(_Under)) is True
assert ("__q" in vars(__)) is True
assert ("_A__q" in vars(___A)) is True
with raises(AttributeError, "'Mangled' object has no attribute '__x'"):
    m.__x
eq([x for x in range(3)], [0, 1, 2])
eq(x, "global")
eq({x: 1 for x in "a"}, {'a': 1})
eq(x, "global")
eq(list(x for x in [1]), [1])
eq(x, "global")

def comprehension_scopes():
    n = 2
    funcs = [lambda: n * i for i in range(3)]
    n = 3
    return [f() for f in funcs], [[i * j for j in range(i)] for i in range(4)], [i for i in range(5) if i % n], {i: {j for j in range(i)} == set(range(i)) for i in range(2)}

eq(comprehension_scopes(), ([6, 6, 6], [[], [0], [0, 2], [0, 3, 6]], [1, 2, 4], {0: True, 1: True}))
def first_iterable():
    calls = []

    def src():
        calls.append("src")
        return [1, 2]

    g = (v for v in src())
    return calls

eq(first_iterable(), ['src'])
with raises(TypeError, "'int' object is not iterable"):
    (v for v in 5)
def lazy_second():
    g = (a for a in [1] for b in undefined_thing)
    return "made"

eq(lazy_second(), "made")
def locals_snapshot(a, b=2):
    c = 3

    def inner():
        return a

    d = locals()
    e = 5
    return sorted(d), sorted(locals())

eq(locals_snapshot(1), (['a', 'b', 'c', 'inner'], ['a', 'b', 'c', 'd', 'e', 'inner']))
def exec_local():
    v = 1
    exec("v = 2; w = 3")
    return v, "w" in locals()

eq(exec_local(), (1, False))
def eval_local():
    v = 10
    return eval("v + 1"), [eval("v") for _ in range(1)], eval("[v for _ in range(1)]")

eq(eval_local(), (11, [10], [10]))
ns = {}
exec("a = 1\ndef f(): return a\nclass K:\n    b = a\n    def m(self): return a", ns)
eq(ns["f"](), 1)
eq(ns["K"].b, 1)
eq(ns["K"]().m(), 1)
assert ("__builtins__" in ns) is True
loc = {}
exec("a = 5\nb = [a for _ in range(1)]\nglobal c\nc = 6", ns, loc)
eq(loc, {'a': 5, 'b': [5]})
eq(ns["c"], 6)
with raises(NameError, "name 'a' is not defined"):
    exec("def f(): return a\nr = f()", {}, {"a": 1})
len_saved = len

def shadow():
    global len
    len = lambda x: "shadowed"
    try:
        return len([1])
    finally:
        del len

eq(shadow(), "shadowed")
eq(len([1, 2]), 2)
def local_builtin():
    print = 5
    return print

eq(local_builtin(), 5)
def delete_global():
    global temporary
    temporary = 1
    del temporary
    try:
        return temporary
    except NameError as e:
        return str(e)

eq(delete_global(), "name 'temporary' is not defined")
def free_after_del():
    v = 1

    def inner():
        return v

    del v
    try:
        return inner()
    except NameError as e:
        return type(e).__name__, str(e)

eq(free_after_del(), ('NameError', "cannot access free variable 'v' where it is not associated with a value in enclosing scope"))
def deep(n):
    def a():
        def b():
            def c():
                return n

            return c

        return b

    return a()()()

eq(deep(5), 5)
def self_reference():
    def fact(n):
        return 1 if n < 2 else n * fact(n - 1)

    return fact(10)

eq(self_reference(), 3628800)
def shared_cell():
    v = 0

    def inc():
        nonlocal v
        v += 1
        return v

    def get():
        return v

    inc()
    inc()
    return get(), inc.__closure__[0] is get.__closure__[0]

eq(shared_cell(), (2, True))
def parameter_cell(p, *args, k=1, **kw):
    def inner():
        return p, args, k, kw

    p += 1
    return inner()

eq(parameter_cell(1, 2, k=3, z=4), (2, (2,), 3, {'z': 4}))
def loop_cells():
    fs = []
    for i in range(3):
        def f():
            return i

        fs.append(f)
    return [f() for f in fs]

eq(loop_cells(), [2, 2, 2])
def except_scope():
    e = "before"
    try:
        raise ValueError
    except ValueError as e:
        pass
    try:
        return e
    except UnboundLocalError:
        return "gone"

eq(except_scope(), "gone")
def default_scope(v=x, w=lambda: x):
    return v, w()

eq(default_scope(), ('global', 'global'))
class Chain:
    x = 1
    y = x
    z = (lambda x=x: x)()

eq(Chain.y, 1)
eq(Chain.z, 1)
eq((lambda: (yield))().__name__, "<lambda>")
