"""Operators by `__add__` and its like of Python classes, which run in the loop and as parts of units."""

import sys


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def __truediv__(self, factor):
        return self * (1 / factor)

    def same(self, other):
        return (self.x, self.y) == (other.x, other.y)


def walk(turns):
    place, step = Vector(0.0, 1.0), Vector(0.5, -0.25)
    for i in range(turns):
        place = (place + step * 2.0 - step) * 1 / 2 * 2
    return place


assert walk(400).same(Vector(200.0, -99.0)), vars(walk(400))


# What is returned: an operand itself, what an operand holds, numbers, nothing.
class Odd:
    def __init__(self, inside):
        self.inside = inside

    def __add__(self, other):
        return self if other & 1 else self.inside

    def __sub__(self, other):
        return other

    def __mul__(self, other):
        return other * 2 + 1

    def __truediv__(self, other):
        pass


def odd(turns):
    total = 0
    for i in range(turns):
        it = Odd([i])
        assert (it + 1) is it and (it + 2) is it.inside
        assert (Odd([i]) + 1).inside == [i] and (Odd([i, 1]) + 2) == [i, 1]
        total += (it - i) + (Odd(0) - i * 1000003)
        total += it * i
        assert it / 1.5 is None
        it = it + 1
        it = it + 0
        assert it == [i]
    return total


assert odd(300) == sum(i + i * 1000003 + i * 2 + 1 for i in range(300))


# `NotImplemented` by the left operand alone, with operands that end.
ended = []


class Part:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        ended.append(self.n)

    def __add__(self, other):
        if other == 250:
            return NotImplemented
        return self.n + other

    def __mul__(self, other):
        return NotImplemented if self.n == 260 and other.n == 260 else Part(-1)


def parts(turns):
    found = []
    for i in range(turns):
        try:
            found.append(Part(i) + i)
        except TypeError as error:
            found.append(str(error))
        assert ended.pop() == i and not ended
    return found


def multiplied(turns):
    found = []
    for i in range(turns):
        try:
            product = Part(i) * Part(i)
        except TypeError as error:
            found.append((i, str(error)))
        else:
            assert sorted(ended) == [i, i], ended
            ended.clear()
            del product
            assert ended == [-1]
        ended.clear()
    return found


assert parts(300) == [i + i if i != 250 else "unsupported operand type(s) for +: 'Part' and 'int'" for i in range(300)]
assert multiplied(300) == [(260, "unsupported operand type(s) for *: 'Part' and 'Part'")]


# Exceptions, and frames that look at their caller.
class Looking:
    def __init__(self):
        self.seen = 0

    def __add__(self, other):
        if other == 200:
            raise KeyError(other)
        caller = sys._getframe(1)
        assert caller.f_code.co_name == "looking" and caller.f_locals["i"] == other and caller.f_locals["it"] is self
        self.seen += 1
        return other


def looking(turns):
    it = Looking()
    total = 0
    for i in range(turns):
        try:
            total += it + i
        except KeyError as error:
            names = [error.__traceback__.tb_frame.f_code.co_name, error.__traceback__.tb_next.tb_frame.f_code.co_name]
            assert names == ["looking", "__add__"], names
    return total, it.seen


assert looking(400) == (sum(range(400)) - 200, 399)


# Other types of operands, and another function, in the middle of a loop.
class Left:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return ("left", self.n, other)

    def __sub__(self, other):
        return NotImplemented


class Right(Left):
    def __radd__(self, other):
        return ("right", self.n)

    def __rsub__(self, other):
        return ("right", self.n)


def mixed(turns):
    found = []
    for i in range(turns):
        a, b = Left(i), i
        if i > 100:
            b = float(i)
        if i > 200:
            b = Right(i)
        if i > 250:
            a, b = i, i
        if i > 300:
            a, b = "a", "b"
        if i == 150:
            Left.__add__ = lambda self, other: ("changed", self.n, other)
        found.append(a + b)
        if i > 200 and i <= 250:
            found.append(a - b)
    return found


expected = []
for i in range(350):
    if i <= 200:
        expected.append(("left" if i < 150 else "changed", i, float(i) if i > 100 else i))
    elif i <= 250:
        expected += [("right", i), ("right", i)]
    else:
        expected.append(2 * i if i <= 300 else "ab")
assert mixed(350) == expected


# Below builtin types the others are asked, too.
class Text(str):
    def __add__(self, other):
        return NotImplemented


class Whole(int):
    def __add__(self, other):
        return NotImplemented

    def __mul__(self, other):
        return "mul"


def below(turns):
    text, whole = Text("a"), Whole(3)
    for i in range(turns):
        assert whole + 4 == 7 and whole * 4 == "mul"
        for right, name in (("x", "str"), (whole, "Whole")):
            try:
                whole + right
            except TypeError as error:
                assert str(error) == f"unsupported operand type(s) for +: 'Whole' and '{name}'", error
            else:
                raise AssertionError
        try:
            text + text
        except TypeError as error:
            assert str(error) == "unsupported operand type(s) for +: 'Text' and 'Text'", error


below(200)


class Deep:
    def __add__(self, other):
        return self + other


for _ in range(3):
    try:
        Deep() + 1
    except RecursionError:
        pass
    else:
        raise AssertionError("no RecursionError")


# In generators and with other threads' classes.
def produced(turns):
    it = Vector(1, 2)
    for i in range(turns):
        it = it + Vector(i, 1)
        yield it.x


assert list(produced(200))[-1] == 1 + sum(range(200))
