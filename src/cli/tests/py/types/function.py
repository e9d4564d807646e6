"""Functions, methods, builtins, code objects, cells: attributes and errors."""


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

def f(a, b=2, /, c=3, *args, d, e=5, **kw) -> int:
    """Doc."""
    local = a
    return local

eq(f.__name__, "f")
eq(f.__qualname__, "f")
eq(f.__doc__, "Doc.")
eq(f.__module__, "__main__")
eq(f.__defaults__, (2, 3))
eq(f.__kwdefaults__, {'e': 5})
eq(repr(f.__annotations__), "{'return': <class 'int'>}")
eq(f.__dict__, {})
assert f.__closure__ is None
eq(f.__type_params__, ())
assert (f.__globals__ is globals()) is True
assert (f.__builtins__["len"] is len) is True
eq(type(f).__name__, "function")
code = f.__code__
eq(code.co_name, "f")
eq(code.co_qualname, "f")
eq(code.co_argcount, 3)
eq(code.co_posonlyargcount, 2)
eq(code.co_kwonlyargcount, 2)
eq(code.co_varnames, ('a', 'b', 'c', 'd', 'e', 'args', 'kw', 'local'))
eq(code.co_nlocals, 8)
eq(code.co_freevars, ())
eq(code.co_cellvars, ())
eq(code.co_flags & 0xC, 12)
assert (code.co_firstlineno > 0) is True
eq(code.co_names, ())
eq(code.co_consts[0], "Doc.")
with raises(AttributeError, "readonly attribute"):
    code.co_name = "x"
eq(code.replace(co_name="g").co_name, "g")
assert (code == code) is True
assert (hash(code) == hash(code)) is True
assert (code == code.replace()) is True
assert (code != code.replace(co_name="z")) is True
with raises(TypeError, "replace() takes no positional arguments"):
    code.replace(5)
with raises(TypeError, "replace() got an unexpected keyword argument 'nope'"):
    code.replace(nope=1)
with raises(TypeError, "code expected at least 16 arguments, got 0"):
    type(code)()
eq(repr(f)[:12], "<function f ")
assert (f == f) is True
assert (hash(f) == hash(f)) is True
with raises(TypeError, "__name__ must be set to a string object"):
    f.__name__ = 5
with raises(TypeError, "__code__ must be set to a code object"):
    f.__code__ = 5
with raises(TypeError, "__defaults__ must be set to a tuple object"):
    f.__defaults__ = 5
with raises(TypeError, "__kwdefaults__ must be set to a dict object"):
    f.__kwdefaults__ = 5
with raises(TypeError, "__dict__ must be set to a dictionary, not a 'int'"):
    f.__dict__ = 5
with raises(AttributeError, "readonly attribute"):
    f.__closure__ = ()
with raises(AttributeError, "readonly attribute"):
    f.__globals__ = {}
with raises(TypeError, "__qualname__ must be set to a string object"):
    f.__qualname__ = 5
with raises(TypeError, "__name__ must be set to a string object"):
    del f.__name__
with raises(TypeError, "__annotations__ must be set to a dict object"):
    f.__annotations__ = 5
f.attr = 1
f.__doc__ = None
f.__name__ = "renamed"
f.__defaults__ = (10, 20)
f.__kwdefaults__ = {"d": 7}
eq(f.attr, 1)
eq(f.__dict__, {'attr': 1})
assert f.__doc__ is None
eq(f.__name__, "renamed")
with raises(TypeError, "f() missing 1 required keyword-only argument: 'e'"):
    f(1)
with raises(TypeError, "f() missing 1 required keyword-only argument: 'e'"):
    f(1, 2)
with raises(TypeError, "f() missing 1 required positional argument: 'a'"):
    f()
del f.attr
with raises(AttributeError, "'function' object has no attribute 'attr'"):
    f.attr
def g(a, b):
    return a + b

def h(*, k):
    return k

def p(x, /):
    return x

def opt(a, b=1, *, c, d=2):
    return a, b, c, d

with raises(TypeError, "g() missing 2 required positional arguments: 'a' and 'b'"):
    g()
with raises(TypeError, "g() missing 1 required positional argument: 'b'"):
    g(1)
with raises(TypeError, "g() takes 2 positional arguments but 3 were given"):
    g(1, 2, 3)
eq(g(1, b=2), 3)
eq(g(b=1, a=2), 3)
eq(g(*[1, 2]), 3)
eq(g(**{"a": 1, "b": 2}), 3)
eq(g(*(1,), **{"b": 5}), 6)
with raises(TypeError, "g() got multiple values for argument 'a'"):
    g(1, a=2)
with raises(TypeError, "g() got an unexpected keyword argument 'c'"):
    g(1, 2, c=3)
with raises(TypeError, "g() missing 1 required positional argument: 'b'"):
    g(a=1)
with raises(TypeError, "g() got an unexpected keyword argument 'x'"):
    g(x=1)
with raises(TypeError, "g() got an unexpected keyword argument 'bb'. Did you mean 'b'?"):
    g(1, 2, bb=3)
with raises(TypeError, "h() missing 1 required keyword-only argument: 'k'"):
    h()
with raises(TypeError, "h() takes 0 positional arguments but 1 was given"):
    h(1)
eq(h(k=1), 1)
eq(h(**{"k": 2}), 2)
with raises(TypeError, "h() got an unexpected keyword argument 'j'"):
    h(j=1)
with raises(TypeError, "p() got some positional-only arguments passed as keyword arguments: 'x'"):
    p(x=1)
with raises(TypeError, "p() missing 1 required positional argument: 'x'"):
    p()
with raises(TypeError, "opt() missing 1 required positional argument: 'a'"):
    opt()
with raises(TypeError, "opt() missing 1 required keyword-only argument: 'c'"):
    opt(1)
with raises(TypeError, "opt() takes from 1 to 2 positional arguments but 3 were given"):
    opt(1, 2, 3)
with raises(TypeError, "opt() takes from 1 to 2 positional arguments but 3 positional arguments (and 1 keyword-only argument) were given"):
    opt(1, 2, 3, c=1)
eq(opt(1, c=2), (1, 1, 2, 2))
eq(opt(1, 2, c=3, d=4), (1, 2, 3, 4))
with raises(TypeError, "opt() got an unexpected keyword argument 'e'"):
    opt(1, c=2, e=3)
with raises(TypeError, "<lambda>() takes 0 positional arguments but 1 was given"):
    (lambda: 1)(2)
with raises(TypeError, "<lambda>() missing 1 required positional argument: 'y'"):
    (lambda x, y: 1)(1)
with raises(TypeError, "<lambda>() missing 3 required positional arguments: 'x', 'y', and 'z'"):
    (lambda x, y, z: 1)()
with raises(TypeError, "<lambda>() missing 3 required keyword-only arguments: 'a', 'b', and 'c'"):
    (lambda *, a, b, c: 1)()
with raises(TypeError, "__main__.g() argument after * must be an iterable, not int"):
    g(*5)
with raises(TypeError, "__main__.g() argument after ** must be a mapping, not int"):
    g(**5)
with raises(TypeError, "Value after * must be an iterable, not int"):
    g(*[1], *5)
with raises(TypeError, "__main__.g() got multiple values for keyword argument 'a'"):
    g(**{"a": 1}, **{"a": 2})
with raises(TypeError, "keywords must be strings"):
    g(**{1: 2})
with raises(TypeError, "sep must be None or a string, not int"):
    print(sep=5)
with raises(TypeError, "len() takes exactly one argument (0 given)"):
    len()
with raises(TypeError, "len() takes exactly one argument (2 given)"):
    len(1, 2)
with raises(TypeError, "len() takes no keyword arguments"):
    len(x=1)
with raises(TypeError, "object of type 'int' has no len()"):
    len(5)
with raises(TypeError, "abs() takes exactly one argument (0 given)"):
    abs()
with raises(TypeError, "max expected at least 1 argument, got 0"):
    max()
with raises(TypeError, "'int' object is not iterable"):
    max(5)
with raises(ValueError, "max() iterable argument is empty"):
    max([])
with raises(TypeError, "'int' object is not iterable"):
    max(1, key=5)
eq(max([1, 2], default=5, key=lambda x: -x), 1)
assert max([], default=None) is None
eq(min(3, 1, 2, key=lambda x: -x), 3)
with raises(TypeError, "Cannot specify a default for max() with multiple positional arguments"):
    max(1, 2, default=5)
with raises(TypeError, "sort() got an unexpected keyword argument 'bad'"):
    sorted([1], bad=1)
with raises(TypeError, "sum() takes at least 1 positional argument (0 given)"):
    sum()
with raises(TypeError, "unsupported operand type(s) for +: 'int' and 'str'"):
    sum("ab")
with raises(TypeError, "sum() can't sum strings [use ''.join(seq) instead]"):
    sum([], "")
with raises(TypeError, "sum() can't sum bytes [use b''.join(seq) instead]"):
    sum([b"a"], b"")
eq(sum([1], start=5), 6)
eq(sum([[1], [2]], []), [1, 2])
with raises(TypeError, "divmod expected 2 arguments, got 1"):
    divmod(1)
with raises(TypeError, "pow() missing required argument 'exp' (pos 2)"):
    pow(1)
with raises(TypeError, "round() missing required argument 'number' (pos 1)"):
    round()
with raises(TypeError, "int() got an unexpected keyword argument 'bas'. Did you mean 'base'?"):
    int("1", bas=2)
with raises(TypeError, "list.append() takes exactly one argument (0 given)"):
    [].append()
with raises(TypeError, "list.append() takes exactly one argument (2 given)"):
    [].append(1, 2)
with raises(TypeError, "list.append() takes no keyword arguments"):
    [].append(x=1)
with raises(TypeError, "str.join() takes exactly one argument (0 given)"):
    "".join()
with raises(TypeError, "dict.get() takes no keyword arguments"):
    {}.get(k=1)
with raises(TypeError, "'int' object is not iterable"):
    iter(5)
with raises(TypeError, "iter(v, w): v must be callable"):
    iter(5, 6)
with raises(TypeError, "'int' object is not an iterator"):
    next(5)
with raises(TypeError, "'list' object is not an iterator"):
    next([])
with raises(TypeError, "'int' object is not reversible"):
    reversed(5)
with raises(TypeError, "'set' object is not reversible"):
    reversed({1})
with raises(TypeError, "enumerate() missing required argument 'iterable'"):
    enumerate()
with raises(TypeError, "'int' object is not iterable"):
    enumerate(5)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    enumerate([], "a")
with raises(TypeError, "'int' object is not iterable"):
    zip(5)
eq(zip([1], strict=True).__class__.__name__, "zip")
with raises(ValueError, "zip() argument 2 is longer than argument 1"):
    list(zip([1], [1, 2], strict=True))
with raises(ValueError, "zip() argument 2 is shorter than argument 1"):
    list(zip([1, 2], [1], strict=True))
with raises(ValueError, "zip() argument 3 is shorter than arguments 1-2"):
    list(zip([1], [1], [], strict=True))
with raises(TypeError, "map() must have at least two arguments."):
    map()
with raises(TypeError, "map() must have at least two arguments."):
    map(5)
with raises(TypeError, "'int' object is not callable"):
    list(map(5, [1]))
with raises(ValueError, "map() argument 2 is shorter than argument 1"):
    list(map(lambda a, b: a, [1, 2], [1], strict=True))
with raises(TypeError, "filter expected 2 arguments, got 1"):
    filter(None)
eq(list(filter(None, [0, 1, ""])), [1])
eq(list(filter(5, [])), [])
with raises(TypeError, "'int' object is not callable"):
    list(filter(5, [1]))
with raises(TypeError, "callable() takes exactly one argument (0 given)"):
    callable()
with raises(TypeError, "hash() takes exactly one argument (0 given)"):
    hash()
with raises(TypeError, "unhashable type: 'list'"):
    hash([])
with raises(TypeError, "id() takes exactly one argument (0 given)"):
    id()
with raises(TypeError, "repr() takes exactly one argument (0 given)"):
    repr()
eq(input.__name__, "input")
with raises(TypeError, "ord() expected string of length 1, but int found"):
    ord(1)
with raises(TypeError, "isinstance expected 2 arguments, got 1"):
    isinstance(1)
with raises(TypeError, "getattr expected at least 2 arguments, got 1"):
    getattr(1)
eq(open.__module__, "_io")
with raises(TypeError, "eval() arg 1 must be a string, bytes or code object"):
    eval(5)
with raises(TypeError, "exec() arg 1 must be a string, bytes or code object"):
    exec(5)
with raises(ValueError, "compile() mode must be 'exec', 'eval' or 'single'"):
    compile("1", "f", "bad")
with raises(TypeError, "expected str, bytes or os.PathLike object, not int"):
    compile("1", 5, "eval")
with raises(SyntaxError, "invalid syntax (<string>, line 1)"):
    eval("1 +")
with raises(SyntaxError, "invalid syntax (<string>, line 1)"):
    eval("x y")
with raises(NameError, "name 'aaa' is not defined"):
    eval("a" * 3)
with raises(SyntaxError, "invalid syntax (<string>, line 0)"):
    eval("")
with raises(TypeError, "exec() globals must be a dict, not int"):
    exec("x = 1", 5)
with raises(TypeError, "locals must be a mapping"):
    eval("1", {}, 5)
eq(eval(" 1 + 1"), 2)
eq(eval("len([1])", {"__builtins__": {"len": lambda x: "mine"}}), "mine")
eq(eval(b"1"), 1)
assert exec("pass") is None
with raises(NameError, "name 'len' is not defined"):
    eval("len", {"__builtins__": {}})
assert (__import__("math").pi > 3) is True
eq(__import__("os.path").__name__, "os")
eq(__import__("os.path", fromlist=["x"]).__name__, "posixpath")
with raises(ModuleNotFoundError, "No module named 'nope_nope'"):
    __import__("nope_nope")
with raises(ValueError, "Empty module name"):
    __import__("")
with raises(TypeError, "module name must be a string"):
    __import__(5)
eq(len.__name__, "len")
eq(len.__qualname__, "len")
eq(len.__self__.__name__, "builtins")
eq(len.__module__, "builtins")
eq(len.__text_signature__, "($module, obj, /)")
eq(type(len).__name__, "builtin_function_or_method")
eq(repr(len), "<built-in function len>")
assert (len == len) is True
eq([].append.__self__, [])
eq([].append.__name__, "append")
eq([].append.__qualname__, "list.append")
eq(str.join.__qualname__, "str.join")
assert str.join.__objclass__ is str
eq(type(str.join).__name__, "method_descriptor")
eq(repr(str.join), "<method 'join' of 'str' objects>")
eq(type(str.__add__).__name__, "wrapper_descriptor")
eq(repr(str.__add__), "<slot wrapper '__add__' of 'str' objects>")
eq(type("".__add__).__name__, "method-wrapper")
eq(type(int.real).__name__, "getset_descriptor")
eq(repr(int.real), "<attribute 'real' of 'int' objects>")
eq(int.real.__name__, "real")
eq(type(dict.fromkeys).__name__, "builtin_function_or_method")
assert dict.fromkeys.__self__ is dict
eq(type(int.__dict__["from_bytes"]).__name__, "classmethod_descriptor")
eq(repr(int.__dict__["from_bytes"]), "<method 'from_bytes' of 'int' objects>")
with raises(AttributeError, "'builtin_function_or_method' object has no attribute 'x' and no __dict__ for setting new attributes"):
    len.x = 1
with raises(AttributeError, "attribute '__name__' of 'builtin_function_or_method' objects is not writable"):
    len.__name__ = "x"
with raises(TypeError, "unbound method str.join() needs an argument"):
    str.join()
with raises(TypeError, "descriptor 'join' for 'str' objects doesn't apply to a 'int' object"):
    str.join(1, 2)
with raises(TypeError, "expected 1 argument, got 0"):
    str.__add__("a")
with raises(TypeError, "descriptor '__add__' requires a 'str' object but received a 'int'"):
    str.__add__(1, 2)
eq(int.real.__get__(5), 5)
eq(str.join.__get__(",")(["a", "b"]), "a,b")
eq(int.__add__(1, 2), 3)
eq(int.__add__.__get__(1)(2), 3)
with raises(TypeError, "descriptor 'real' for 'int' objects doesn't apply to a 'str' object"):
    int.real.__get__("a")
with raises(TypeError, "descriptor 'join' for 'str' objects doesn't apply to a 'int' object"):
    str.join.__get__(5)

class K:
    def m(self, x=1):
        return self, x

    @classmethod
    def c(cls, x=1):
        return cls, x

    @staticmethod
    def s(x=1):
        return x

    def none():
        return 1

k = K()
m = k.m
assert (m.__self__ is k) is True
assert (m.__func__ is K.m) is True
eq(m.__name__, "m")
eq(m.__qualname__, "K.m")
assert (m() == (k, 1)) is True
assert (m == k.m) is True
assert (m is k.m) is False
assert (hash(m) == hash(k.m)) is True
assert (m == K().m) is False
eq(repr(m)[:16], "<bound method K.")
eq(type(m).__name__, "method")
assert (K.c.__self__ is K) is True
assert (K.c() == (K, 1)) is True
assert (k.c(2) == (K, 2)) is True
eq(K.s(3), 3)
eq(k.s(4), 4)
eq(type(K.__dict__["c"]).__name__, "classmethod")
eq(K.__dict__["c"].__func__.__name__, "c")
eq(K.__dict__["s"].__wrapped__.__name__, "s")
with raises(AttributeError, "'method' object has no attribute 'x' and no __dict__ for setting new attributes"):
    m.x = 1
with raises(AttributeError, "'function' object has no attribute 'zz'"):
    m.zz
with raises(TypeError, "K.none() takes 0 positional arguments but 1 was given"):
    k.none()
with raises(TypeError, "K.m() missing 1 required positional argument: 'self'"):
    K.m()
with raises(TypeError, "K.m() takes from 1 to 2 positional arguments but 3 were given"):
    k.m(1, 2)
eq(K.none(), 1)
with raises(TypeError, "first argument must be callable"):
    type(m)(5, 6)
eq(type(m)(len, [1, 2])(), 2)
with raises(TypeError, "instance must not be None"):
    type(m)(len, None)
eq(K.__dict__["s"](5), 5)
with raises(TypeError, "'classmethod' object is not callable"):
    K.__dict__["c"](5)
eq(repr(classmethod(5).__get__(5)), "<bound method ? of <class 'int'>>")
with raises(TypeError, "classmethod expected 1 argument, got 0"):
    classmethod()
with raises(TypeError, "staticmethod expected 1 argument, got 0"):
    staticmethod()
assert (staticmethod(len).__get__(None, int) is len) is True
assert classmethod(lambda c: c).__get__(None, int)() is int
eq(staticmethod(5).__func__, 5)
eq(staticmethod(len)([1, 2, 3]), 3)
eq(repr(staticmethod(5)), "<staticmethod(5)>")
eq(repr(classmethod(5)), "<classmethod(5)>")

def outer():
    x = 1

    def inner():
        return x

    return inner

def empty():
    def inner():
        return later
    return inner
    later = 1

cell = outer().__closure__[0]
eq(cell.cell_contents, 1)
eq(repr(cell)[:8], "<cell at")
eq(outer().__code__.co_freevars, ('x',))
eq(outer.__code__.co_cellvars, ('x',))
assert (cell == outer().__closure__[0]) is True
eq(type(cell).__name__, "cell")
eq(type(cell)(5).cell_contents, 5)
assert (type(cell)() < type(cell)(1)) is True
with raises(NameError, "cannot access free variable 'later' where it is not associated with a value in enclosing scope"):
    empty()()
with raises(ValueError, "Cell is empty"):
    empty().__closure__[0].cell_contents
cell.cell_contents = 9
eq(cell.cell_contents, 9)
del cell.cell_contents
with raises(ValueError, "Cell is empty"):
    cell.cell_contents
eq(repr(cell)[-7:], " empty>")
import types
eq(types.FunctionType(g.__code__, {"x": 1}, "named", (5, 6))(), 11)
eq(types.FunctionType(g.__code__, {}).__name__, "g")
with raises(TypeError, "arg 5 (closure) must be tuple"):
    types.FunctionType(outer().__code__, {})
with raises(ValueError, "inner requires closure of length 1, not 2"):
    types.FunctionType(outer().__code__, {}, "n", None, (cell, cell))
eq(types.FunctionType(outer().__code__, {}, "n", None, (types.CellType(3),))(), 3)
with raises(TypeError, "function() argument 'code' must be code, not int"):
    types.FunctionType(5, {})
with raises(TypeError, "function() argument 'globals' must be dict, not int"):
    types.FunctionType(g.__code__, 5)
g.__code__ = (lambda a, b: a * b).__code__
eq(g(3, 4), 12)
with raises(ValueError, "g() requires a code object with 0 free vars, not 1"):
    g.__code__ = outer().__code__

# Code that is replaced while it runs goes on, and ends with the function at the latest.
import gc
import weakref


def make(text):
    space = {}
    exec(f"def made[T](stop=None):\n    if stop: stop()\n    return {text!r}\n", space)
    return space.pop("made")


changing = make("first")
first, params = weakref.ref(changing.__code__), changing.__type_params__
other = make("second")


def change():
    changing.__code__ = other.__code__
    gc.collect()


eq(changing(change), "first")
eq(changing(), "second")
for _ in range(3):
    changing.__code__, other.__code__ = other.__code__, changing.__code__
eq(changing(), "second")
assert changing.__type_params__ is params
changing.__type_params__ = ()
eq(changing.__type_params__, ())
with raises(TypeError, "__type_params__ must be set to a tuple"):
    changing.__type_params__ = []
eq(changing(), "second")
del changing
gc.collect()
assert first() is None

# Functions of the library, before and after they run for the first time.
import shlex

eq(shlex.join.__doc__, "Return a shell-escaped string from *split_command*.")
eq(shlex.join.__code__.co_varnames[0], "split_command")
eq(shlex.join(["a b", "c"]), "'a b' c")
copied = types.FunctionType(shlex.quote.__code__, vars(shlex))
copied.__code__ = (lambda s: s).__code__
eq(copied.__doc__, shlex.quote.__doc__)
eq(copied("a b"), "a b")
eq(shlex.quote("a b"), "'a b'")
