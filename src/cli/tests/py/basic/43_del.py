"""del of every kind of target."""
x = 1
del x
try:
    x
    assert False
except NameError:
    pass
a = [1, 2, 3, 4]
del a[0], a[-1]
assert a == [2, 3]
d = {1: 2, 3: 4}
del d[1]
assert d == {3: 4}


class C:
    pass


c = C()
c.x = 1
del c.x
assert not hasattr(c, "x")


def f():
    y = 1
    del y
    try:
        return y
    except UnboundLocalError:
        return "gone"


assert f() == "gone"
del (a, [c])
died = []


class D:
    def __del__(self):
        died.append(1)


v = D()
del v
assert died == [1]
