"""Calls in both directions."""
import sys
sys.path.insert(0, sys.argv[1] if len(sys.argv) > 1 else sys.path[0])
import calls as c


def raises(error, message, f, *args, **kwargs):
    try:
        result = f(*args, **kwargs)
    except error as e:
        assert message is None or str(e) == message, (f, str(e))
        return e
    raise AssertionError((f, args, result))


NOARGS, O, FAST, KEYWORDS, VARARGS, VARKEYWORDS, METHOD, BAD = range(8)


def new(kind, receiver=None, module=None, cls=None): return c.new_function(kind, receiver, module, cls)


assert new(NOARGS, 7)() == ("noargs", 7, [], None)
assert new(O, 7)(1) == ("o", 7, [1], None)
assert new(FAST)(1, 2) == ("fast", None, [1, 2], None)
assert new(KEYWORDS, 7)(1, a=2) == ("keywords", 7, [1, 2], ("a",))
assert new(VARARGS, 7)(1, 2) == (7, (1, 2))
assert new(VARKEYWORDS, 7)(1, a=2) == (7, (1,), {"a": 2}) and new(VARKEYWORDS)() == (None, (), None)
assert new(METHOD, 7, None, str)(1, b=3) == ("str", 7, [1, 3], ("b",))
raises(SystemError, "bad_flags() method: bad call flags", new, BAD)
raises(SystemError, "attempting to create PyCMethod with a METH_METHOD flag but no class", new, METHOD)
raises(SystemError, "attempting to create PyCFunction with class but no METH_METHOD flag", new, O, None, None, str)
raises(TypeError, "int.no_args() takes no arguments (1 given)", new(NOARGS, 7), 1)
raises(TypeError, "int.one() takes exactly one argument (0 given)", new(O, 7))
raises(TypeError, "fast() takes no keyword arguments", new(FAST), a=1)
f = new(O, "me", "mod")
assert f.__module__ == "mod" and f.__self__ == "me" and f.__name__ == "one" and c.inspect(f) == (True, "me", 8)
assert new(NOARGS).__doc__ == "No arguments." and new(NOARGS).__text_signature__ == "($self)"
raises(SystemError, None, c.inspect, raises)
raises(SystemError, "<built-in function broken_null> returned NULL without setting an exception", lambda: c.broken_null())
error = raises(SystemError, "<built-in function broken_both> returned a result with an exception set", lambda: c.broken_both())
assert isinstance(error.__cause__, ValueError)


def g(*args, **kwargs): return args, kwargs


class K:
    def m(self, *args, **kwargs): return args, kwargs
    @classmethod
    def k(cls, *args): return cls, args
    @staticmethod
    def s(*args): return args
    def __call__(self, *args, **kwargs): return args, kwargs
    def __init__(self, *args): self.args = args


k = K()
for callable in (g, k, k.m, lambda *a, **k: (a, k)):
    assert c.vectorcall(callable, None, 1, 2) == ((1, 2), {})
    assert c.vectorcall(callable, ("x", "y"), 1, 2, 3) == ((1,), {"x": 2, "y": 3})
    assert c.vectorcall_dict(callable, {"x": 2}, 1) == ((1,), {"x": 2}) and c.vectorcall_dict(callable, {}, 1) == ((1,), {})
    assert c.vectorcall_dict(callable, None, 1) == ((1,), {})
    assert c.object_args(callable) == ((), {}) and c.object_args(callable, 1) == ((1,), {}) and c.object_args(callable, 1, 2) == ((1, 2), {})
    assert c.object_args(callable, 1, 2, 3) == ((1, 2) * 5, {})
assert c.vectorcall(K, None, 1, 2).args == (1, 2) and c.vectorcall(int, None, "7") == 7
raises(TypeError, "'int' object is not callable", c.vectorcall, 1, None)
raises(TypeError, "keywords must be strings", c.vectorcall_dict, g, {1: 2})
assert c.vectorcall_method("m", None, k, 1) == ((1,), {}) and c.vectorcall_method("m", ("a",), k, 1, 2) == ((1,), {"a": 2})
assert c.vectorcall_method("k", None, k, 1) == (K, (1,)) and c.vectorcall_method("s", None, k, 1) == (1,) and c.vectorcall_method("upper", None, "a") == "A"
k.own = g
assert c.vectorcall_method("own", None, k, 1) == ((1,), {})
raises(AttributeError, None, c.vectorcall_method, "none", None, k)
raises(TypeError, "attribute name must be string, not 'int'", c.vectorcall_method, 5, None, k)
assert c.method_object_args("a", "upper") == "A" and c.method_object_args(k, "m", 1) == ((1,), {})
assert c.method_object_args(k, "m", 1, 2) == ((1, 2) * 5, {})
assert c.null_calls("x")
c.many(new(O), 10000)
c.many(len.__class__.__repr__ and (lambda x: x), 1000)

v = c.Called()
assert v(1, 2) == ("vectorcall", v, [1, 2], None) and v(1, a=2) == ("vectorcall", v, [1, 2], ("a",)) and v(*(1,), **{"b": 3})[3] == ("b",)
assert c.vectorcall(v, ("a",), 1, 2) == ("vectorcall", v, [1, 2], ("a",)) and list(map(v, [1]))[0][2] == [1]
assert c.dict_pointer(v) is None
v.x = 5
assert v.x == 5 and v.__dict__ == {"x": 5} and c.dict_pointer(v) is v.__dict__ and vars(v) == {"x": 5}
v.__dict__ = {"y": 6}
assert v.y == 6 and not hasattr(v, "x")
del v.y
raises(AttributeError, "'calls.Called' object has no attribute 'y'", getattr, v, "y")
raises(TypeError, "cannot delete __dict__", delattr, v, "__dict__")
raises(TypeError, "__dict__ must be set to a dictionary, not a 'int'", setattr, v, "__dict__", 1)
assert c.dict_pointer(1) == 0


class P: pass


p = P()
p.a = 1
assert c.dict_pointer(p) == {"a": 1} and c.dict_pointer(p) is p.__dict__
t = c.Text()
assert t.known == "known" and getattr(t, "other", 5) == 5 and not hasattr(t, "x")
raises(AttributeError, "no x", getattr, t, "x")
t.y = 3
assert c.last() == ("y", 3)
del t.z
assert c.last() == ("z", None)
print("ok")
