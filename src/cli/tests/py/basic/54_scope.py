"""Class scopes, nested functions, comprehensions in classes."""
x = "global"


class C:
    x = "class"
    y = x

    def f(self):
        return x

    z = [i for i in range(3)]


assert C.y == "class"
assert C().f() == "global"
assert C.z == [0, 1, 2]


def f():
    x = "local"

    class D:
        y = x

    return D.y


assert f() == "local"


def g():
    def inner():
        return later

    later = 5
    return inner()


assert g() == 5


class P:
    __private = 1

    def get(self):
        return self.__private


assert P().get() == 1
assert P._P__private == 1
