"""Stands in for CPython's C module `_testcapi`, for test modules of which most needs little of it.

What the runtime has without a C API is asked of it, by the way in that Python has; whatever else is used skips its test.
"""

import os
import sys
import unittest


def exception_print(exception, legacy=0):
    """`PyErr_Display`: what the interpreter itself prints, which is what `sys.__excepthook__` calls."""
    sys.__excepthook__(type(exception), exception, getattr(exception, "__traceback__", None))


def config_get(name):
    """`PyConfig_Get`, of the one option that the suite's decorators ask for."""
    if name == "code_debug_ranges":
        return "no_debug_ranges" not in sys._xoptions and (sys.flags.ignore_environment or not os.environ.get("PYTHONNODEBUGRANGES"))
    raise unittest.SkipTest(f"needs PyConfig_Get of {name}")


def _test_structmembersType_OldAPI():
    raise unittest.SkipTest("needs a type of C structs")


_test_structmembersType_NewAPI = _test_structmembersType_OldAPI


def add_dict_watcher(kind):
    raise unittest.SkipTest("needs the C API's watchers of dicts")


def traceback_print(traceback, file):
    raise unittest.SkipTest("needs PyTraceBack_Print")
