"""Stands in for CPython's C module `_testinternalcapi`, for test modules that import it whether they need it or not: its use skips the test (or
ends the thread of a test that uses it in one; the rest of that test counts)."""

import unittest

# Sizes that are the ABI's.
SIZEOF_PYGC_HEAD = 16
SIZEOF_PYOBJECT = 16
SIZEOF_MANAGED_PRE_HEADER = 16
SIZEOF_TIME_T = 8


def has_inline_values(instance):
    raise unittest.SkipTest("needs the layout of CPython's instances")


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)

    def missing(*args, **kwargs):
        raise unittest.SkipTest(f"needs _testinternalcapi.{name}")

    missing.__name__ = name
    return missing
