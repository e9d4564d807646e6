"""Stands in for CPython's C module `_testinternalcapi`, for test modules that import it whether they need it or not: its use skips the test (or
ends the thread of a test that uses it in one; the rest of that test counts)."""

import unittest


def has_inline_values(instance):
    raise unittest.SkipTest("needs the layout of CPython's instances")


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)

    def missing(*args, **kwargs):
        raise unittest.SkipTest(f"needs _testinternalcapi.{name}")

    missing.__name__ = name
    return missing
