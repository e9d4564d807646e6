"""Annotations, which are evaluated when asked for."""
def f(a: int, b: undefined_here = 2, *c: str) -> float:
    return a


assert f(1) == 1
try:
    f.__annotations__
    assert False
except NameError:
    pass


def g(a: int) -> str: ...


assert g.__annotations__ == {"a": int, "return": str}
x: int = 5
assert x == 5
y: str


class C:
    a: int
    b: str = "x"


assert C.__annotations__ == {"a": int, "b": str}
assert C.b == "x"
assert not hasattr(C, "a")
