"""Single and multiple inheritance, super, the resolution order."""
class A:
    def who(self):
        return "A"

    def chain(self):
        return ["A"]


class B(A):
    def who(self):
        return "B" + super().who()

    def chain(self):
        return ["B"] + super().chain()


class C(A):
    def chain(self):
        return ["C"] + super().chain()


class D(B, C):
    def chain(self):
        return ["D"] + super().chain()


assert B().who() == "BA"
assert D().chain() == ["D", "B", "C", "A"]
assert D.__mro__ == (D, B, C, A, object)
assert isinstance(D(), A)
assert issubclass(D, C)
assert not issubclass(A, B)
assert D.__bases__ == (B, C)


class E(Exception):
    pass


try:
    raise E("own", 1)
except Exception as e:
    assert e.args == ("own", 1)
