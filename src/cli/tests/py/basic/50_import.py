"""Importing modules that every runtime has natively."""
import sys
import builtins
import math as m
from sys import version_info, maxsize as biggest

assert sys.version_info >= (3, 14)
assert version_info[0] == 3
assert biggest == 2 ** 63 - 1
assert builtins.len is len
assert m.sqrt(16.0) == 4.0
assert m.pi > 3.14
assert "sys" in sys.modules
assert sys.modules["math"] is m
assert __name__ == "__main__"
try:
    import no_such_module_anywhere
    assert False
except ModuleNotFoundError as e:
    assert str(e) == "No module named 'no_such_module_anywhere'"
    assert e.name == "no_such_module_anywhere"
try:
    from sys import no_such_name
    assert False
except ImportError as e:
    assert str(e).startswith("cannot import name 'no_such_name' from 'sys'")
