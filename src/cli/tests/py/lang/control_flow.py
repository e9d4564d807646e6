"""if, while, for, try in every combination with break, continue, return and else."""


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True

log = []

def taken():
    found = log[:]
    log.clear()
    return found

def loop_else(stop):
    for i in range(3):
        if i == stop:
            break
    else:
        return "else"
    return "break", i

eq(loop_else(1), ('break', 1))
eq(loop_else(9), "else")
eq(loop_else(0), ('break', 0))
def while_else(n):
    while n:
        n -= 1
        if n == 5:
            break
        if n % 2:
            continue
        log.append(n)
    else:
        log.append("else")
    return n

eq(while_else(4), 0)
eq(taken(), [2, 0, 'else'])
eq(while_else(8), 5)
eq(taken(), [6])
eq(while_else(0), 0)
eq(taken(), ['else'])
def nested():
    for i in range(3):
        for j in range(3):
            if j == 1:
                continue
            if i == 1:
                break
            log.append((i, j))
        else:
            log.append("inner else")
    return taken()

eq(nested(), [(0, 0), (0, 2), 'inner else', (2, 0), (2, 2), 'inner else'])
def finally_order(how):
    try:
        log.append("try")
        if how == "return":
            return "from try"
        if how == "raise":
            raise ValueError("v")
        if how == "other":
            raise KeyError("k")
    except ValueError:
        log.append("except")
        return "from except"
    else:
        log.append("else")
    finally:
        log.append("finally")
    return "end"

eq(finally_order("none"), "end")
eq(taken(), ['try', 'else', 'finally'])
eq(finally_order("return"), "from try")
eq(taken(), ['try', 'finally'])
eq(finally_order("raise"), "from except")
eq(taken(), ['try', 'except', 'finally'])
with raises(KeyError, "'k'"):
    finally_order("other")
eq(taken(), ['try', 'finally'])
import warnings
warnings.simplefilter("ignore")
exec('''
def override(how):
    try:
        if how == "raise":
            raise ValueError
        return "try"
    finally:
        return "finally"

def swallow():
    for i in range(3):
        try:
            raise ValueError
        finally:
            continue
    return i

def breaking():
    while True:
        try:
            return "never"
        finally:
            break
    return "after"
''')
eq(override("raise"), "finally")
eq(override(""), "finally")
eq(swallow(), 2)
eq(breaking(), "after")
def loop_finally():
    for i in range(4):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            log.append(("body", i))
        finally:
            log.append(("finally", i))
    else:
        log.append("else")
    return taken()

eq(loop_finally(), [('body', 0), ('finally', 0), ('finally', 1), ('body', 2), ('finally', 2), ('finally', 3)])
def return_value_kept():
    x = 1
    try:
        return x
    finally:
        x = 2

eq(return_value_kept(), 1)
def finally_raises():
    try:
        raise ValueError("first")
    finally:
        raise KeyError("second")

with raises(KeyError, "'second'"):
    finally_raises()
try:
    finally_raises()
except KeyError as e:
    got = repr(e.__context__)
eq(got, "ValueError('first')")
def except_raises():
    try:
        raise ValueError("first")
    except ValueError:
        raise TypeError("second")
    finally:
        log.append("cleanup")

with raises(TypeError, "second"):
    except_raises()
eq(taken(), ['cleanup'])
def deep():
    try:
        try:
            try:
                raise ValueError(1)
            finally:
                log.append(1)
        except KeyError:
            log.append("no")
        finally:
            log.append(2)
    except ValueError as e:
        log.append(str(e))
    else:
        log.append("no")
    finally:
        log.append(3)
    return taken()

eq(deep(), [1, 2, '1', 3])
def generator_finally():
    try:
        yield 1
        yield 2
    finally:
        log.append("closed")

for v in generator_finally():
    break
eq(v, 1)
import gc
gc.collect()
eq(taken(), ['closed'])
def try_in_loop_else():
    result = []
    for i in range(3):
        try:
            if i == 1:
                raise ValueError
        except ValueError:
            result.append("except")
            continue
        else:
            result.append("else")
        result.append("end")
    return result

eq(try_in_loop_else(), ['else', 'end', 'except', 'else', 'end'])
def return_in_loop_in_try():
    for i in range(3):
        try:
            for j in range(3):
                if j == 1:
                    return i, j
        finally:
            log.append("f")

eq(return_in_loop_in_try(), (0, 1))
eq(taken(), ['f'])
def many_returns(x):
    if x < 0:
        return "neg"
    elif x == 0:
        return "zero"
    elif x < 10:
        if x % 2:
            return "odd"
        else:
            return "even"
    return "big"

eq([many_returns(x) for x in (-1, 0, 3, 4, 10)], ['neg', 'zero', 'odd', 'even', 'big'])
def infinite():
    n = 0
    while 1:
        n += 1
        if n > 5:
            return n

eq(infinite(), 6)
def dead_code():
    return 1
    yield 2

eq(list(dead_code()), [])
def constant_conditions():
    if 0:
        log.append("no")
    if 1:
        log.append("yes")
    while 0:
        log.append("no")
    if "":
        log.append("no")
    elif ():
        log.append("no")
    else:
        log.append("else")
    if __debug__:
        log.append("debug")
    if not None:
        log.append("not None")
    return taken()

eq(constant_conditions(), ['yes', 'else', 'debug', 'not None'])
def loop_variable_survives():
    for i in range(3):
        pass
    for j in []:
        pass
    try:
        return i, j
    except UnboundLocalError as e:
        return i, str(e)

eq(loop_variable_survives(), (2, "cannot access local variable 'j' where it is not associated with a value"))

class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        log.append("bool")
        return self.value

class Length:
    def __len__(self):
        return 0

class BadBool:
    def __bool__(self):
        return 1

class BadLen:
    def __len__(self):
        return -1

class TextLen:
    def __len__(self):
        return "a"

assert (not Truth(True)) is False
eq(taken(), ['bool'])
assert (bool(Length())) is False
eq(1 if Truth(True) else 2, 1)
eq(taken(), ['bool'])
with raises(TypeError, "__bool__ should return bool, returned int"):
    bool(BadBool())
with raises(ValueError, "__len__() should return >= 0"):
    bool(BadLen())
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    bool(TextLen())
with raises(TypeError, "__bool__ should return bool, returned int"):
    if_bad = 1 if BadBool() else 2
with raises(TypeError, "__bool__ should return bool, returned int"):
    while_bad = [x for x in [1] if BadBool()]
def short_circuit():
    t, f = Truth(True), Truth(False)
    r = t and f or t
    return r is t, len(taken())

eq(short_circuit(), (True, 2))
def chained():
    def v(x):
        log.append(x)
        return x

    return v(1) < v(3) < v(2) < v(9), taken(), v(1) < v(2) < v(3), taken(), v(5) == v(5) != v(6) in [v(6)], taken()

eq(chained(), (False, [1, 3, 2], True, [1, 2, 3], True, [5, 5, 6, 6]))


# The compiler warns of statements that leave a `finally` block.
import warnings

warnings.simplefilter("ignore", SyntaxWarning)
exec(
    """\
def leave_after_return(mode):
    for count in 0, 1:
        n = 0
        while n < 20:
            n += 10
            try:
                return count + n
            finally:
                if mode == "break":
                    break
                for _ in "ab":
                    if mode == "continue outer":
                        break
                else:
                    _ = n
                if mode == "continue outer":
                    continue
    return "end", count, n


def return_after_return(x):
    try:
        return x + 1
    finally:
        try:
            return x + 2
        finally:
            for i in range(3):
                try:
                    return x + 3 + i
                finally:
                    if i < 2:
                        continue
                    return x + 100
"""
)
assert leave_after_return("return") == 10
assert leave_after_return("break") == ("end", 1, 10)
assert leave_after_return("continue outer") == ("end", 1, 20)
assert return_after_return(1) == 101
