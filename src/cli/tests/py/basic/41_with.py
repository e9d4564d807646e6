"""with statements."""
log = []


class M:
    def __init__(self, name, swallow=False):
        self.name = name
        self.swallow = swallow

    def __enter__(self):
        log.append("+" + self.name)
        return self

    def __exit__(self, kind, value, tb):
        log.append("-" + self.name)
        return self.swallow


with M("a") as m:
    assert m.name == "a"
assert log == ["+a", "-a"]
with M("b", True):
    raise ValueError
log.clear()
with M("c"), M("d") as d:
    pass
assert log == ["+c", "+d", "-d", "-c"]
try:
    with M("e"):
        raise KeyError
    assert False
except KeyError:
    pass


def f():
    with M("f"):
        return 5


log.clear()
assert f() == 5
assert log == ["+f", "-f"]
with (M("g") as g, M("h") as h,):
    pass
assert log[-4:] == ["+g", "+h", "-h", "-g"]
for i in range(3):
    with M("i"):
        if i == 1:
            break
        continue
assert i == 1
