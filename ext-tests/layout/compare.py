#!/usr/bin/env python3
"""Compares Pyston's headers with those of an installed CPython 3.14.

    compare.py --cpython-include DIR [--include DIR] [--layout FILE]

Both are asked the same questions by the same C programs: sizes and offsets, constants, results of macros on
objects that lie in the program, declarations under every version of the limited API. The two flavours of our
headers are both compared with CPython's default ABI. A difference is an error, unless `exceptions.tsv` names it;
an exception that no longer occurs is an error too.
"""

import argparse
import csv
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "capi" / "tools")]

import constants  # noqa: E402
import declarations  # noqa: E402
import structs  # noqa: E402
import toolchain  # noqa: E402


class Exceptions:
    """Names that may be absent, or have another value, each with a reason.

    A row of the kind `header` excuses what that header of CPython defines.
    """

    def __init__(self, path, include):
        self.headers = {}
        with open(path, newline="") as file:
            self.rows = [(r["kind"], re.compile(r["pattern"] + r"\Z"), r)
                         for r in csv.DictReader(file, delimiter="\t")]
        for kind, _, row in self.rows:
            if kind == "header":
                text = (include / row["pattern"]).read_text()
                self.headers[row["pattern"]] = set(re.findall(r"^#define (\w+)", text, re.M))
        self.used = set()

    def match(self, kind, name):
        for row_kind, pattern, row in self.rows:
            if row_kind == kind and pattern.match(name):
                self.used.add(row["pattern"])
                return True
        return False

    def absent(self, name):
        for header, names in self.headers.items():
            if name in names:
                self.used.add(header)
                return True
        return self.match("absent", name)

    def other_value(self, name):
        return self.match("value", name)

    def unused(self):
        return [row["pattern"] for _, _, row in self.rows if row["pattern"] not in self.used]


def samples(side):
    return toolchain.run(side, (HERE / "samples.c").read_text())


def compare_samples(reference, side, report):
    there, here = samples(reference).splitlines(), samples(side).splitlines()
    for line in sorted(set(there) ^ set(here)):
        report("sample", line, "there" if line in there else "here")
    return len(there)


def attempt(report, part, *arguments):
    """A part that fails is a difference; the others run all the same."""
    try:
        return part(*arguments, report)
    except toolchain.Failure as failure:
        report("failure", str(failure))
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cpython-include", type=pathlib.Path, required=True)
    parser.add_argument("--include", type=pathlib.Path, default=ROOT / "include")
    parser.add_argument("--layout", type=pathlib.Path, default=ROOT / "src" / "abi" / "layout.tsv")
    args = parser.parse_args()

    exceptions = Exceptions(HERE / "exceptions.tsv", args.cpython_include)
    problems = []
    reference = toolchain.Side("CPython", args.cpython_include.resolve())
    for flavour, flags in (("default", ()), ("shared", ("-DPy_GIL_DISABLED=1",))):
        side = toolchain.Side(f"Pyston, {flavour}", args.include.resolve(), flags)

        def report(*what):
            problems.append(f"{side.name}: " + ": ".join(what))
        counts = [(title, attempt(report, part, *arguments)) for title, part, *arguments in (
            ("rows of structs", structs.compare, reference, side, args.layout),
            ("macros and values", constants.compare, reference, side, exceptions),
            ("inline functions", constants.compare_inline, reference, side, exceptions),
            ("enumerators", constants.compare_enums, reference, side, exceptions),
            ("results of macros", compare_samples, reference, side))]
        print(f"{side.name}:", ", ".join(f"{count} {title}" for title, count in counts))

    ours = toolchain.Side("Pyston", args.include.resolve())
    shown = attempt(lambda *what: problems.append(": ".join(what)), declarations.compare, reference, ours)
    print("declarations by version:", shown)
    shown = attempt(lambda *what: problems.append(": ".join(what)), constants.compare_visible, reference, ours,
                    exceptions)
    print("macros by version:", shown)

    problems += [f"exceptions.tsv: {pattern} excuses nothing" for pattern in exceptions.unused()]
    for problem in problems:
        print(problem)
    print(f"{len(problems)} differences")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
