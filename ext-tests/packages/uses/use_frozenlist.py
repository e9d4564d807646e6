"""frozenlist: a list until it is frozen, hashable afterwards."""

import copy
from collections.abc import MutableSequence

from _expect import raises

from frozenlist import FrozenList, PyFrozenList

assert FrozenList is not PyFrozenList, "the compiled class is not in use"
items = FrozenList([1, 2, 3])
assert isinstance(items, MutableSequence) and not items.frozen
items.append(4)
items.extend((5, 6))
items += [7]
items.insert(0, 0)
items[1] = "one"
items[2:4] = ["two", "three"]
del items[-1]
assert items == [0, "one", "two", "three", 4, 5, 6] and list(reversed(items))[0] == 6
assert items.index(4) == 4 and items.count(4) == 1 and 5 in items and len(items) == 7
assert items.pop() == 6 and items.pop(0) == 0
items.remove("one")
items.reverse()
assert list(items) == [5, 4, "three", "two"] and items[1:3] == [4, "three"]
assert repr(items) == "<FrozenList(frozen=False, [5, 4, 'three', 'two'])>"
assert FrozenList([1]) < FrozenList([2]) <= [2] and FrozenList([3]) > [2] and FrozenList([1]) != [2]

twin = copy.deepcopy(items)
assert twin == items and twin is not items and not twin.frozen
raises(RuntimeError, "Cannot hash unfrozen list.", hash, items)
items.freeze()
items.freeze()
assert items.frozen and hash(items) == hash(tuple(items)) and {items: 1}[items] == 1
assert "frozen=True" in repr(items) and copy.deepcopy(items).frozen
assert list(items) == [5, 4, "three", "two"] and FrozenList() == []


class Signal(FrozenList):
    __slots__ = ("owner",)

    def __init__(self, owner):
        super().__init__()
        self.owner = owner


signal = Signal("me")
signal.append(print)
assert signal.owner == "me" and signal[0] is print

for change in (
    lambda: items.append(1),
    lambda: items.clear(),
    lambda: items.insert(0, 1),
    lambda: items.pop(),
    lambda: items.reverse(),
    lambda: items.remove(5),
    lambda: items.extend([1]),
    lambda: items.__setitem__(0, 1),
    lambda: items.__delitem__(0),
):
    raises(RuntimeError, "Cannot modify frozen list.", change)
raises(IndexError, "list index out of range", lambda: FrozenList()[0])
raises(TypeError, "'int' object is not iterable", FrozenList, 5)
raises(TypeError, "takes at most 1", FrozenList, 1, 2)
print("ok")
