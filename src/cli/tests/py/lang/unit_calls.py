# modes: one
"""Calls, returns and generators as compiled code makes them: what a program can tell of them is what the interpreter does."""

import sys


def times(count, call):
    """The results of so many calls: the last ones are those of compiled code."""
    results = [call(i) for i in range(count)]
    return results


# ---- arguments

def params(a, b, c=10, d=20):
    return a, b, c, d


def only(a, /, b, c=3):
    return a, b, c


def with_keywords(i):
    return params(i, 2), params(1, b=i), params(b=1, a=i, d=3), params(i, 1, 2, 3), params(i, 1, d=4), only(1, c=2, b=i)


assert times(40, with_keywords)[-1] == ((39, 2, 10, 20), (1, 39, 10, 20), (39, 1, 10, 3), (39, 1, 2, 3), (39, 1, 10, 4), (1, 39, 2))


def refused(i):
    said = []
    for call in (lambda: params(i), lambda: only(a=1, b=2), lambda: params(1, a=i, b=2), lambda: params(1, 2, e=i)):
        try:
            call()
        except TypeError as error:
            said.append(str(error))
    return said


assert times(30, refused)[-1] == [
    "params() missing 1 required positional argument: 'b'",
    "only() got some positional-only arguments passed as keyword arguments: 'a'",
    "params() got multiple values for argument 'a'",
    "params() got an unexpected keyword argument 'e'",
]


def defaults_change(i):
    if i == 30:
        params.__defaults__ = (7, 8)
    if i == 40:
        params.__defaults__ = (1, 2, 3)
    return params(i, 1)


assert [times(50, defaults_change)[at] for at in (29, 30, 40)] == [(29, 1, 10, 20), (30, 1, 7, 8), (40, 1, 2, 3)]
params.__defaults__ = (10, 20)


# ---- properties, and what ends

class Point:
    def __init__(self, x, y=1):
        self.x = x
        self.y = y

    @property
    def both(self):
        return self.x + self.y

    @property
    def bad(self):
        return self.nothing


def properties(i):
    point = Point(i)
    try:
        point.bad
    except AttributeError as error:
        return point.both, Point(1, y=i).both, str(error)


assert times(40, properties)[-1] == (40, 40, "'Point' object has no attribute 'nothing'")

ended = []


class Ends:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        ended.append((self.name, sys._getframe(1).f_code.co_name))


def inner(a, b):
    c = Ends("c")
    return None


def outer():
    inner(Ends("a"), Ends("b"))


def swapped(thing):
    other = 1
    other, thing = other, thing
    return None


for _ in range(40):
    ended.clear()
    outer()
    assert ended == [("c", "outer"), ("b", "outer"), ("a", "outer")], ended
    ended.clear()
    swapped(Ends("s"))
    assert [name for name, _ in ended] == ["s"], ended


# ---- what is raised goes through frames of compiled code

def raises(n):
    return 1 // n


def middle(n, kept):
    return [kept, raises(n)]


def caught(i):
    thing = Ends("kept")
    try:
        return middle(i % 2, thing)[1]
    except ZeroDivisionError as error:
        names, traceback = [], error.__traceback__
        while traceback:
            names.append(traceback.tb_frame.f_code.co_name)
            traceback = traceback.tb_next
        return names


assert times(61, caught)[-2:] == [1, ["caught", "middle", "raises"]]


# ---- recursion

def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def deepest(n):
    try:
        return deepest(n + 1)
    except RecursionError:
        return n


assert times(20, lambda i: depth(i * 10))[-1] == 190
before = sys.getrecursionlimit()
found = {deepest(0) for _ in range(10)}
assert len(found) == 1, found
sys.setrecursionlimit(before + 300)
assert deepest(0) - found.pop() == 300
sys.setrecursionlimit(before)


# ---- generators

def counts(n):
    total = 0
    for i in range(n):
        got = yield total
        total += i if got is None else got
    return total


def consumed(i):
    return sum(counts(50))


assert times(30, consumed)[-1] == sum(n * (n - 1) // 2 for n in range(50))


def sends(i):
    generator = counts(6)
    out = [next(generator), generator.send(5), next(generator), generator.send(2.5)]
    try:
        generator.throw(KeyError("k"))
    except KeyError as error:
        out.append(error.__traceback__.tb_next.tb_lineno - counts.__code__.co_firstlineno)
    return out, list(generator)


assert times(40, sends)[-1] == ([0, 5, 6, 8.5, 3], [])


def delegates(n):
    if n:
        got = yield from delegates(n - 1)
        yield n
        return got + 1
    yield 0
    return 0


def walked(i):
    generator = delegates(5)
    out = []
    while True:
        try:
            out.append(next(generator))
        except StopIteration as stop:
            return out, stop.value


assert times(40, walked)[-1] == ([0, 1, 2, 3, 4, 5], 5)


def closes(log):
    try:
        for i in range(100):
            yield i
    finally:
        log.append("closed")


def closed(i):
    log = []
    generator = closes(log)
    first = next(generator), next(generator)
    generator.close()
    return first, log


assert times(40, closed)[-1] == ((0, 1), ["closed"])


def constants(times):
    """A variable that is one constant in front of a loop, where it is in its register, too, and another one at its end."""
    found = ()
    left = times
    while left > 0:
        left -= 1
        for _ in range(2):
            found = "in the loop"
    return found


assert [constants(10) for _ in range(12)] == ["in the loop"] * 12
