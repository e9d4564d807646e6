"""Defining and calling functions by position."""
def add(a, b):
    return a + b


def nothing():
    pass


def early(x):
    if x:
        return "yes"
    return "no"


assert add(2, 3) == 5
assert nothing() is None
assert early(1) == "yes"
assert early(0) == "no"
f = add
assert f(1, add(2, 3)) == 6
assert add.__name__ == "add"


def documented():
    """Words."""


assert documented.__doc__ == "Words."
