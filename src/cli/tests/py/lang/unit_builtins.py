# modes: one
"""Calls of builtin functions that compiled code makes itself: what they find, and who else is called once the name means something else."""

import abc
import builtins


class Claims:
    """Says that it is something else."""

    @property
    def __class__(self):
        return int


class Abstract(abc.ABC):
    pass


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        if self.n < 0:
            raise KeyError(self.n)
        return self.n


Abstract.register(Sized)


def lengths(things, times):
    found = []
    for i in range(times):
        thing = things[i % len(things)]
        try:
            found.append(len(thing))
        except (TypeError, KeyError, ValueError) as error:
            found.append(type(error))
    return found


def kinds(things, classes, times):
    found = []
    for i in range(times):
        for cls in classes:
            found.append(isinstance(things[i % len(things)], cls))
    return found


THINGS = ["abc", [1, 2], (1,), {1: 2, 3: 4, 5: 6}, b"four", "äöü", range(7), {1, 2}, Sized(5), Sized(-1), 3, None]
LENGTHS = [3, 2, 1, 3, 4, 3, 7, 2, 5, KeyError, TypeError, TypeError]
for _ in range(3):
    for count in (1, 3, 6, 12):
        assert lengths(THINGS[:count], 120 * count) == LENGTHS[:count] * 120

OBJECTS = [True, 1, "x", Claims(), Sized(1), object, 1.5]
CLASSES = [int, (str, float), Abstract, type, (), (int, (str, (Sized,)))]
EXPECTED = {
    int: [True, True, False, True, False, False, False],
    (str, float): [False, False, True, False, False, False, True],
    Abstract: [False, False, False, False, True, False, False],
    type: [False, False, False, False, False, True, False],
    (): [False] * 7,
    (int, (str, (Sized,))): [True, True, True, True, True, False, False],
}
for _ in range(3):
    assert kinds(OBJECTS, CLASSES, 700) == [EXPECTED[cls][i % 7] for i in range(700) for cls in CLASSES]


# What a class says of itself changes while units know it.
class Before:
    pass


class Late(Before):
    pass


LATE = [Late()]
assert kinds(LATE, [int, Late], 300) == [False, True] * 300
Late.__bases__ = (Claims,)
assert kinds(LATE, [int, Late], 300) == [True, True] * 300

# The name means something else, and means the same again.
old = len
builtins.len = lambda thing: -old(thing) if isinstance(thing, str) else old(thing)
try:
    assert lengths(["abc", [1]], 200) == [-3, 1] * 100
finally:
    builtins.len = old
assert lengths(["abc", [1]], 200) == [3, 1] * 100
len = lambda thing: 42 if isinstance(thing, str) else old(thing)
assert lengths(["abc", [1]], 200) == [42, 1] * 100
del len
assert lengths(["abc", [1]], 200) == [3, 1] * 100
