"""*args and **kwargs, on both sides of a call."""
def f(*args, **kwargs):
    return args, kwargs


assert f() == ((), {})
assert f(1, 2) == ((1, 2), {})
assert f(1, x=2) == ((1,), {"x": 2})
t = (1, 2)
d = {"y": 3}
assert f(*t) == ((1, 2), {})
assert f(0, *t, 9, *t, x=1, **d) == ((0, 1, 2, 9, 1, 2), {"x": 1, "y": 3})


def g(a, b, *rest, key=None, **more):
    return a, b, rest, key, more


assert g(*[1, 2, 3, 4], **{"key": 5, "z": 6}) == (1, 2, (3, 4), 5, {"z": 6})
