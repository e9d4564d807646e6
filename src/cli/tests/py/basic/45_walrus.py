"""Assignment expressions."""
if (n := 10) > 5:
    assert n == 10
data = [1, 2, 3, 0, 5]
it = iter(data)
out = []
while (v := next(it)):
    out.append(v)
assert out == [1, 2, 3]


def f():
    return (y := 3) + y


assert f() == 6
assert [t := i * 2 for i in range(3)] == [0, 2, 4]
assert t == 4
