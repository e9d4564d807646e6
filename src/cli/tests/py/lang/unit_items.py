"""Items by `__getitem__` and `__setitem__` of Python classes, which run as parts of the loop and of units; cells and functions in locals."""

import sys


class Grid:
    def __init__(self, width, height):
        self.width = width
        self.items = [0.0] * (width * height)

    def __getitem__(self, place):
        x, y = place
        return self.items[y * self.width + x]

    def __setitem__(self, place, value):
        x, y = place
        self.items[y * self.width + x] = value


def fill(grid, turns):
    for i in range(turns):
        grid[i % 4, i % 3] = grid[(i + 1) % 4, i % 3] + 1.5
    return sum(grid.items)


expected = [0.0] * 12
for i in range(600):
    expected[i % 3 * 4 + i % 4] = expected[i % 3 * 4 + (i + 1) % 4] + 1.5
assert fill(Grid(4, 3), 600) == sum(expected)


# What `__setitem__` returns is dropped, and ends there.
ended = []


class Noted:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        ended.append(self.n)


class Returning:
    def __setitem__(self, index, value):
        if value == 1:
            return Noted(index)
        return index + 0.5


def drop(turns):
    target = Returning()
    for i in range(turns):
        target[i] = i & 1
        assert len(ended) == (i + 1) // 2, (i, ended)


drop(300)
assert ended == list(range(1, 300, 2))


# Exceptions leave through the frames that there are.
class Raising:
    def __getitem__(self, index):
        if index == 250:
            raise LookupError(index)
        return -index

    def __setitem__(self, index, value):
        return 1 // (index - 260)


def read(items, turns):
    total = 0
    for i in range(turns):
        total += items[i]
    return total


def write(items, turns):
    for i in range(turns):
        items[i] = i


assert read(Raising(), 250) == -sum(range(250))
for function, error in [(read, LookupError), (write, ZeroDivisionError)]:
    try:
        function(Raising(), 400)
    except error as found:
        trace, names = found.__traceback__, []
        while trace:
            names.append(trace.tb_frame.f_code.co_name)
            trace = trace.tb_next
        assert names == ["<module>", function.__name__, {read: "__getitem__", write: "__setitem__"}[function]], names
    else:
        raise AssertionError("nothing was raised")


# Another function under the name, in the middle of a loop; and another type.
class Changing:
    def __getitem__(self, index):
        return 1


def changing(turns):
    items, total = Changing(), 0
    for i in range(turns):
        if i == 200:
            Changing.__getitem__ = lambda self, index: 10
        elif i == 300:
            Changing.__getitem__ = dict(a=100).get  # takes no instance
            items = {i: 1000 for i in range(turns)}
        elif i == 400:
            items = "x" * turns
        total += items[i] if i < 400 else len(items[i])
    return total


assert changing(500) == 200 + 1000 + 100_000 + 100


# One object as both operands, and a frame that looks at its caller.
class Both:
    def __getitem__(self, other):
        assert self is other
        return sys._getframe(1).f_code.co_name, sys._getframe(1).f_locals["i"]


def both(turns):
    it = Both()
    return [it[it] for i in range(turns)]


assert both(150) == [("both", i) for i in range(150)]


# An index that the callee's caller has as a number alone.
class Twice:
    def __getitem__(self, index):
        return index * 2


def twice(turns):
    items, total, i = Twice(), 0, 0
    while i < turns:
        total += items[i * 3]
        i += 1
    return total


assert twice(500) == sum(i * 6 for i in range(500))


class Endless:
    def __getitem__(self, index):
        return self[index + 1]


for _ in range(3):
    try:
        Endless()[0]
    except RecursionError:
        pass
    else:
        raise AssertionError("no RecursionError")


# Functions in locals and cells: calls expect what they found there, and find something else.
def apply(function, turns):
    total = 0
    for i in range(turns):
        total += function(i)
    return total


def adder(by):
    def add(n):
        return n + by

    return add


assert apply(adder(1), 300) == sum(range(1, 301))
assert apply(adder(2.5), 300) == sum(i + 2.5 for i in range(300))
assert apply(lambda n: -n, 300) == -sum(range(300))
assert apply(abs, 300) == sum(range(300))


def switching(turns):
    def change():
        nonlocal function
        function = by_three if function is by_two else by_two

    def by_two(n):
        return n * 2

    def by_three(n):
        return n * 3

    function, total = by_two, 0
    for i in range(turns):
        total += function(i)
        if i % 100 == 99:
            change()
    return total


assert switching(500) == sum(i * (2 if i // 100 % 2 == 0 else 3) for i in range(500))


def emptied(turns):
    def read():
        return value

    value, found = 0, []
    for i in range(turns):
        value = i
        if i == 200:
            del value
        try:
            found.append(read())
        except NameError as error:
            assert "value" in str(error)
            found.append(None)
            value = i
    return found


assert emptied(300) == [None if i == 200 else i for i in range(300)]

# Numbers in slots: the old one ends, the new one is another object.
class Counter:
    def __init__(self):
        self.count = 1 << 70
        self.large = 0


def count(turns):
    it = Counter()
    for i in range(turns):
        it.count = i * 1_000_003
        it.large = (1 << 61) + i
        it.large ^= (1 << 62) - 1
    return it.count, it.large


assert count(300) == (299 * 1_000_003, ((1 << 61) + 299) ^ (1 << 62) - 1)
