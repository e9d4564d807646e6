"""What the interpreter itself raises."""
def raises(kind, f):
    try:
        f()
    except kind as e:
        return str(e)
    assert False


def div():
    return 1 // 0


def name():
    return undefined_name


def index():
    return [][0]


def key():
    return {}["k"]


def attr():
    return (1).nothing


def types():
    return 1 + "a"


def call():
    number = 1
    return number()


def args():
    return div(1)


def unpack():
    a, b = 1, 2, 3


def local():
    y = z
    z = 1


assert raises(ZeroDivisionError, div) == "division by zero"
assert raises(NameError, name) == "name 'undefined_name' is not defined"
assert raises(IndexError, index) == "list index out of range"
assert raises(KeyError, key) == "'k'"
assert raises(AttributeError, attr) == "'int' object has no attribute 'nothing'"
assert raises(TypeError, types) == "unsupported operand type(s) for +: 'int' and 'str'"
assert raises(TypeError, call) == "'int' object is not callable"
assert raises(TypeError, args) == "div() takes 0 positional arguments but 1 was given"
assert raises(ValueError, unpack) == "too many values to unpack (expected 2, got 3)"
assert raises(UnboundLocalError, local) == "cannot access local variable 'z' where it is not associated with a value"
