# timeout: 60
"""Endless recursion is an exception, not a crash."""
def f(n):
    return f(n + 1)


for _ in range(3):
    try:
        f(0)
        assert False
    except RecursionError as e:
        assert str(e) == "maximum recursion depth exceeded"


class C:
    def __getattr__(self, name):
        return getattr(self, name + "x")


try:
    C().a
    assert False
except RecursionError:
    pass
l = []
for _ in range(100000):
    l = [l]
try:
    repr(l)
    assert False
except RecursionError:
    pass
while l:
    l = l[0]
