"""__getattr__, __getattribute__, __setattr__, __delattr__."""
class G:
    def __init__(self):
        self.real = 1

    def __getattr__(self, name):
        if name.startswith("x"):
            return name.upper()
        raise AttributeError(name)


g = G()
assert g.real == 1
assert g.xyz == "XYZ"
assert not hasattr(g, "other")
log = []


class S:
    def __setattr__(self, name, value):
        log.append(("set", name))
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        log.append(("del", name))
        super().__delattr__(name)

    def __getattribute__(self, name):
        if name == "magic":
            return 42
        return super().__getattribute__(name)


s = S()
s.a = 1
assert s.a == 1
assert s.magic == 42
del s.a
assert log == [("set", "a"), ("del", "a")]
setattr(s, "b", 2)
assert getattr(s, "b") == 2
delattr(s, "b")
assert not hasattr(s, "b")
