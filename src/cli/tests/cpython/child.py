"""Runs one module of CPython's test suite inside the Python under test.

    python child.py MODULE RESULTS SKIPS [PATTERN...]

Every test writes a line to RESULTS when it starts and one when it has ended, so that what ran before a crash is known. Tests named in SKIPS (a
file, one name a line) are left out: they are those that crashed or hung in an earlier process. Needs nothing but `unittest` and what the
module itself imports; a runtime in its youth may have no more.
"""

import os
import sys
import unittest


def name_of(test):
    name = test.id()
    return name.removeprefix("test.")


def first_line(text):
    lines = str(text).strip().splitlines()
    return lines[-1].replace("\t", " ") if lines else ""


class Report:
    def __init__(self, path):
        self.fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.pid = os.getpid()

    def line(self, *parts):
        # A forked child that falls out of its test must not report its parent's tests.
        if os.getpid() == self.pid:
            os.write(self.fd, ("\t".join(parts) + "\n").encode("utf-8", "backslashreplace"))


class Result(unittest.TestResult):
    """Records one outcome for each test; the worst wins if there are several."""

    ORDER = ["pass", "skip", "fail", "error"]

    def __init__(self, report):
        super().__init__()
        self.report = report
        self.outcome = {}

    def note(self, test, outcome, reason=""):
        # Failures outside a test (a class's or the module's set-up) have no start and no stop.
        key = name_of(getattr(test, "test_case", test))
        old = self.outcome.get(key, ("pass", ""))
        if key not in self.outcome or self.ORDER.index(outcome) > self.ORDER.index(old[0]):
            self.outcome[key] = (outcome, reason)
        if not isinstance(test, unittest.TestCase) and not hasattr(test, "test_case"):
            self.report.line(outcome, key, reason)

    def startTest(self, test):
        super().startTest(test)
        self.outcome.pop(name_of(test), None)
        self.report.line("start", name_of(test))

    def stopTest(self, test):
        super().stopTest(test)
        name = name_of(test)
        outcome, reason = self.outcome.get(name, ("error", "no outcome"))
        self.report.line(outcome, name, reason)

    def text(self, err):
        return f"{err[0].__name__}: {first_line(err[1])}"

    def addSuccess(self, test):
        self.note(test, "pass")

    def addError(self, test, err):
        self.note(test, "error", self.text(err))

    def addFailure(self, test, err):
        self.note(test, "fail", self.text(err))

    def addSubTest(self, test, subtest, err):
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            self.note(test, "fail" if failed else "error", self.text(err))

    def addSkip(self, test, reason):
        self.note(test, "skip", first_line(reason))

    def addExpectedFailure(self, test, err):
        self.note(test, "pass")

    def addUnexpectedSuccess(self, test):
        self.note(test, "fail", "unexpected success")


def tests_of(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests_of(item)
        else:
            yield item


def leave_out(suite, skips, patterns):
    """Removes tests in place: class and module fixtures follow the order of what stays."""
    kept = []
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            leave_out(item, skips, patterns)
            kept.append(item)
        else:
            name = name_of(item)
            if name not in skips and (not patterns or any(p in name for p in patterns)):
                kept.append(item)
    suite._tests = kept


def prepare(module_name, support):
    """Gives a module that reads CPython's internals as it is imported something that no test passes with; and has those tests run that need
    threads without a GIL, although the binary's ABI is that of CPython with one."""
    if module_name == "test_free_threading":
        support.Py_GIL_DISABLED = True
    if module_name == "test_code":
        import opcode

        opcode.opmap.setdefault("COPY_FREE_VARS", None)


def main():
    module_name, results, skips_path, *patterns = sys.argv[1:]
    sys.argv = [module_name]
    report = Report(results)
    try:
        with open(skips_path, encoding="utf-8") as file:
            skips = set(file.read().split("\n"))
        from test import support

        support.use_resources = ()  # no network, no audio, no gigabytes
        prepare(module_name, support)
        name = "test." + module_name
        __import__(name)
        loader = unittest.TestLoader()
        suite = loader.loadTestsFromModule(sys.modules[name])
        # A package whose files do not all start still has the others; each that does not is a test that fails.
        if loader.errors and all(type(test).__module__ == "unittest.loader" for test in tests_of(suite)):
            raise ImportError(first_line(loader.errors[0]))
    except unittest.SkipTest as skip:
        report.line("skip", module_name, first_line(skip))
        report.line("end")
        return
    except BaseException as error:
        report.line("broken", module_name, f"{type(error).__name__}: {first_line(error)}")
        raise
    leave_out(suite, skips, patterns)
    report.line("count", str(sum(1 for _ in tests_of(suite))))
    suite.run(Result(report))
    report.line("end")


if __name__ == "__main__":
    main()
