"""match statements."""
def f(x):
    match x:
        case 0:
            return "zero"
        case 1 | 2:
            return "small"
        case "a" | b"a":
            return "letter"
        case None:
            return "none"
        case True:
            return "true"
        case [a]:
            return ("one", a)
        case [a, *rest]:
            return ("many", a, rest)
        case {"k": v, **more}:
            return ("map", v, more)
        case int(n) if n > 100:
            return ("big", n)
        case int():
            return "int"
        case (float() | complex()) as z:
            return ("num", z)
        case _:
            return "other"


assert f(0) == "zero"
assert f(2) == "small"
assert f("a") == "letter"
assert f(None) == "none"
assert f([7]) == ("one", 7)
assert f((1, 2, 3)) == ("many", 1, [2, 3])
assert f({"k": 1, "z": 2}) == ("map", 1, {"z": 2})
assert f(101) == ("big", 101)
assert f(50) == "int"
assert f(2.5) == ("num", 2.5)
assert f("zz") == "other"


class P:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def g(p):
    match p:
        case P(0, 0):
            return "origin"
        case P(x, y=0):
            return x
        case P(x=0, y=y):
            return -y
        case P():
            return "p"


assert g(P(0, 0)) == "origin"
assert g(P(5, 0)) == 5
assert g(P(0, 3)) == -3
assert g(P(1, 1)) == "p"
assert g(1) is None
