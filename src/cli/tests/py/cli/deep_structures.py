# modes: one
# timeout: 60
"""Structures and calls deeper than any stack: RecursionError, and the process goes on."""
import ast
import copy
import functools
import itertools
import json
import marshal
import operator
import pickle
import sys
import types


def deep(make, count=60000, value=None):
    for _ in range(count):
        value = make(value)
    return value


def too_deep(action):
    try:
        action()
    except (RecursionError, MemoryError):
        return
    raise AssertionError(f"no error: {action}")


def survived(action):
    """Where a stack may be deep enough."""
    try:
        action()
    except (RecursionError, MemoryError):
        pass


class Holder:
    def __init__(self, held):
        self.held = held


class Compared(Holder):
    def __eq__(self, other):
        return self.held == other.held

    def __lt__(self, other):
        return self.held < other.held


class Ends(Holder):
    def __del__(self):
        pass


for make in (lambda x: [x]), (lambda x: {1: (x,)}):
    for action in repr, copy.deepcopy, pickle.dumps, json.dumps:
        value = deep(make)
        survived(lambda: action(value))
    value = deep(make)
    try:
        marshal.dumps(value)
    except ValueError as error:
        assert str(error) == "object too deeply nested to marshal"
    other = deep(make)
    survived(lambda: value == other)
    del value, other
survived(lambda: hash(deep(lambda x: (x,))))
survived(lambda: deep(lambda x: [x]) < deep(lambda x: [x]))
survived(lambda: deep(Compared) == deep(Compared))
survived(lambda: sorted([deep(Compared), deep(Compared)]))
too_deep(lambda: copy.deepcopy(deep(Holder)))
survived(lambda: pickle.dumps(deep(Holder)))
survived(lambda: json.loads("[" * 60000 + "]" * 60000))
survived(lambda: json.loads('{"a":' * 60000 + "1" + "}" * 60000))
survived(lambda: repr(pickle.loads(b"]" * 60000 + b"a" * 59999 + b".")))
survived(lambda: ast.parse("-" * 100000 + "1"))
tree = deep(lambda node: ast.UnaryOp(ast.USub(), node), 20000, ast.Constant(1))
survived(lambda: ast.dump(tree))
too_deep(lambda: ast.unparse(tree))
too_deep(lambda: copy.deepcopy(tree))
del tree
survived(lambda: repr(deep(lambda x: types.SimpleNamespace(a=x))))
survived(lambda: isinstance(1, deep(lambda x: (x,), value=str)))
# Ends of chains do not nest.
for make in Holder, Ends, (lambda x: lambda: x), (lambda x: [x]), (lambda x: (x, x)[:1]), iter, (lambda x: property(x)), (lambda x: slice(x)):
    value = deep(make, value=[1]) if make is iter else deep(make)
    del value


def numbers(inner):
    if inner:
        yield from inner
    yield 1


value = deep(numbers)
del value
too_deep(lambda: getattr(type("Again", (), {"__getattr__": lambda self, name: getattr(self, name)})(), "x"))


class Own:
    """Each method calls the operation that calls it."""

    def __add__(self, other):
        return Own() + other

    def __getitem__(self, key):
        return Own()[key]

    def __iter__(self):
        return iter(Own())

    def __len__(self):
        return len(Own())

    def __bool__(self):
        return bool(Own())

    def __hash__(self):
        return hash(Own())

    def __contains__(self, item):
        return item in Own()

    def __call__(self):
        return Own()()

    def __int__(self):
        return int(Own())

    def __index__(self):
        return operator.index(Own())

    def __enter__(self):
        with Own():
            pass

    def __exit__(self, *details):
        pass

    def __repr__(self):
        return repr(Own())

    def __format__(self, spec):
        return format(Own())

    def __lt__(self, other):
        return Own() < other

    def __next__(self):
        return next(Own())

    def __setattr__(self, name, value):
        setattr(self, name, value)


for action in (
    lambda: Own() + 1, lambda: Own()[1], lambda: iter(Own()), lambda: len(Own()), lambda: bool(Own()), lambda: hash(Own()), lambda: 1 in Own(),
    lambda: Own()(), lambda: int(Own()), lambda: operator.index(Own()), lambda: Own().__enter__(), lambda: repr(Own()), lambda: str(Own()),
    lambda: format(Own()), lambda: Own() < 1, lambda: next(Own()), lambda: setattr(Own(), "x", 1), lambda: min([Own(), Own()]), lambda: {Own(): 1},
    lambda: "%s" % Own(), lambda: "%d" % Own(), lambda: range(Own()), lambda: [1][Own()],
):  # fmt: skip
    too_deep(action)


def by_sort(n):
    return sorted([1], key=lambda key: by_sort(n + 1))


def by_map(n):
    return [*map(by_map, [n + 1])]


def by_partial(n):
    return functools.partial(by_partial, n + 1)()


for function in by_sort, by_map, by_partial:
    too_deep(lambda: function(0))
if hasattr(sys, "pyston_version_info"):
    # These end CPython itself.
    for make in (
        lambda x: map(None, x), lambda x: iter(enumerate(x)), itertools.chain, zip, lambda x: filter(None, x), itertools.accumulate,
        lambda x: itertools.islice(x, 1), lambda x: itertools.starmap(str, x),
    ):  # fmt: skip
        too_deep(lambda: next(deep(make, value=iter([1]))))
    value = deep(numbers)
    too_deep(lambda: next(value))
    del value
    limit = sys.getrecursionlimit()
    # Closing such a chain may fail, too, where nobody hears of it.
    sys.unraisablehook = lambda details: None
    sys.setrecursionlimit(10**6)
    value = deep(numbers, 50000)
    try:
        next(value)
    except RecursionError:
        pass
    del value
    sys.setrecursionlimit(limit)
