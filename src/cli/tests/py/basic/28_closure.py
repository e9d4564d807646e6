"""Closures, nonlocal, global."""
def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        return n

    return step


a = counter()
b = counter()
assert a() == 1
assert a() == 2
assert b() == 1


def outer(x):
    def middle(y):
        def inner(z):
            return x + y + z

        return inner

    return middle


assert outer(1)(2)(3) == 6
g = 1


def change():
    global g, h
    g = 2
    h = 3


change()
assert g == 2
assert h == 3
fs = []
for i in range(3):
    def f(i=i):
        return i

    fs.append(f)
assert [f() for f in fs] == [0, 1, 2]
fs = [lambda: i for i in range(3)]
assert [f() for f in fs] == [2, 2, 2]
