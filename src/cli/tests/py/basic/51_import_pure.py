"""Importing pure-Python modules and packages from the library."""
import os.path
import collections.abc
from functools import reduce, partial
from keyword import iskeyword
import types

assert os.path.join("a", "b") == "a/b"
assert issubclass(list, collections.abc.Sequence)
assert reduce(lambda a, b: a + b, [1, 2, 3]) == 6
assert partial(max, 5)(3) == 5
assert iskeyword("for")
assert isinstance(os, types.ModuleType)
assert os.path.__name__ == "posixpath"
