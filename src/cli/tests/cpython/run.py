#!/usr/bin/env python3
"""Runs CPython's own test suite, unedited, under a Pyston binary, and compares what came out with what is written down.

    run.py [--python BINARY] [--tests FOLDER] [-j N] [--timeout S] [--write-progress] [MODULE...] [-k PATTERN]

Each module runs in a process of its own (more, if one crashes: the tests after the crash still run). `../cpython.toml` lists the tests that fail,
with the reason; a test that fails unlisted, or passes though listed, makes the run fail. A reason that begins with `not run: ` is of a test
that would end the process or wait for ever: it is left out. `totals.json` says how many tests CPython itself passes, so
that a module that does not even start has a denominator; `--write-totals` renews it (run it with CPython).

Needs Python 3.11 or newer to run itself; the binary under test runs only `child.py`.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[3]
EXPECTED = HERE.parent / "cpython.toml"
TOTALS = HERE / "totals.json"
PROGRESS = ROOT / "docs" / "progress.md"

MODULES = """
    test_grammar test_builtin test_types test_class test_generators test_descr test_dict test_list test_set test_str test_int test_float
    test_exceptions test_threading test_queue test_concurrent_futures test_itertools test_functools test_io test_re test_json test_import
    test_pyexpat test_xml_etree test_xml_etree_c test_sax test_minidom test_bz2 test_lzma test_zstd test_plistlib test_zipfile test_tarfile
    test_uuid test_syslog test_zoneinfo test_free_threading test_ctypes test_ssl test_sqlite3
    test_capi.test_abstract test_capi.test_build test_capi.test_bytearray test_capi.test_bytes test_capi.test_capsule test_capi.test_codecs
    test_capi.test_complex test_capi.test_config test_capi.test_dict test_capi.test_eval test_capi.test_eval_code_ex test_capi.test_exceptions
    test_capi.test_file test_capi.test_float test_capi.test_frame test_capi.test_function test_capi.test_getargs test_capi.test_hash
    test_capi.test_immortal test_capi.test_import test_capi.test_list test_capi.test_long test_capi.test_mem test_capi.test_misc
    test_capi.test_number test_capi.test_object test_capi.test_opt test_capi.test_pyatomic test_capi.test_run test_capi.test_set
    test_capi.test_slice test_capi.test_structmembers test_capi.test_sys test_capi.test_time test_capi.test_tuple test_capi.test_type
    test_capi.test_unicode test_capi.test_watchers test_capi.test_weakref test_buffer
""".split()

# Test modules that do not start, or leave out most, without a C module of CPython's own tests; see `stand_ins/`.
STAND_INS = {
    "test_bytes": ["_testlimitedcapi"],
    "test_class": ["_testinternalcapi"],
    "test_free_threading": ["_testcapi", "_testinternalcapi"],
    "test_import": ["_testmultiphase"],
    "test_traceback": ["_testcapi"],
}

# The compiled test modules that `test_capi` and its like need: they lie beside CPython's library (`--extensions`).
COMPILED = "_testcapi _testlimitedcapi _testbuffer _testmultiphase _testsinglephase _testclinic _testclinic_limited _testimportmultiple _ctypes_test xxlimited xxlimited_35".split()
NEEDS_COMPILED = ("test_capi", "test_buffer", "test_clinic", "test_ctypes")

# A process that dies is started again without the test that killed it, but not for ever.
MOST_STARTS = 25

Outcome = collections.namedtuple("Outcome", "kind reason")


class ModuleRun:
    """What became of one module's tests."""

    def __init__(self, name):
        self.name = name
        self.outcomes = {}  # test → Outcome
        self.broken = ""  # why the module did not start
        self.seconds = 0.0

    def count(self, *kinds):
        return sum(outcome.kind in kinds for outcome in self.outcomes.values())


def read_report(path):
    """Lines of a child's report: (kind, name, reason)."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        yield (line.split("\t") + ["", ""])[:3]


def wait(process, report, patience, stall):
    """Waits for a child that keeps reporting. Returns (its status, '' or why it must be killed)."""
    start = progress = time.monotonic()
    size = 0
    while True:
        try:
            return process.wait(0.2), ""
        except subprocess.TimeoutExpired:
            now = time.monotonic()
        new = report.stat().st_size if report.exists() else 0
        if new != size:
            size, progress = new, now
        if now - progress > stall:
            return None, f"hangs: nothing for {stall:.0f} s"
        if now - start > patience:
            return None, "out of time"


def run_once(options, module, folder, skips, patience):
    """One process. Returns (its report's lines, why it ended early or '')."""
    report = folder / "report"
    report.unlink(missing_ok=True)
    (folder / "skips").write_text("\n".join(skips), encoding="utf-8")
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env["PYTHONPATH"] = str(folder / "path")
    env["TMPDIR"] = str(folder)
    command = [*options.installed, str(HERE / "child.py"), module, str(report), str(folder / "skips"), *options.k]
    log = folder / "log"
    with open(log, "wb") as output:
        process = subprocess.Popen(command, cwd=work, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        status, end = wait(process, report, patience, options.stall)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
    lines = list(read_report(report))
    if not end and not any(kind == "end" for kind, _, _ in lines):
        died = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        said = log.read_bytes().decode("utf-8", "replace").strip().splitlines()
        end = f"process ended: {died}" + (f": {said[-1][:200]}" if said else "")
    return lines, end


def left_out(module, expected):
    """The tests that are not even started."""
    return [f"{module}.{name.removeprefix(module + '.')}" for name, reason in expected.items() if reason.startswith("not run: ")]


def run_module(options, module):
    result = ModuleRun(module)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"cpython-{module}-", ignore_cleanup_errors=True) as folder:
        folder = pathlib.Path(folder)
        (folder / "path").mkdir()
        # The suite alone goes on the path, not the library around it: the binary's own library is what is tested.
        (folder / "path" / "test").symlink_to(options.tests, target_is_directory=True)
        # Those that need CPython's private structs (`_testinternalcapi`) have stand-ins with what of them is public elsewhere.
        for name in STAND_INS.get(module, ["_testinternalcapi"] if module.startswith(("test_capi", "test_clinic")) else []):
            shutil.copy(HERE / "stand_ins" / f"{name}.py", folder / "path")
        skips = left_out(module, options.expected.get(module, {}))
        for _ in range(MOST_STARTS):
            patience = options.timeout - (time.monotonic() - start)
            lines, end = run_once(options, module, folder, skips, max(patience, 5))
            running = None
            for kind, name, reason in lines:
                if kind == "start":
                    running = name
                elif kind in ("pass", "skip", "fail", "error"):
                    result.outcomes[name] = Outcome(kind, reason)
                    running = None
                elif kind == "broken":
                    result.broken = reason
            if not end:
                break
            if running is None:
                # Not inside a test: the import, a fixture, or the end of the interpreter. Nothing is gained by another start.
                if not result.broken and (not result.outcomes or not options.k):
                    result.broken = end
                break
            result.outcomes[running] = Outcome("hang" if end.startswith(("hangs", "out of time")) else "crash", end)
            skips += [name for name in result.outcomes if name not in skips]
            if time.monotonic() - start > options.timeout:
                result.broken = f"out of time after {running}"
                break
        else:
            result.broken = f"more than {MOST_STARTS} crashes"
    result.seconds = time.monotonic() - start
    return result


def judge(run, expected):
    """Differences between a module's outcomes and its part of cpython.toml, as lines."""
    # A test may be listed with its module's name or without.
    expected = {name.removeprefix(run.name + "."): reason for name, reason in expected.items()}
    tolerated = [name[:-1] for name in expected if name.endswith("*")]
    found = []
    for name, outcome in sorted(run.outcomes.items()):
        short = name.removeprefix(run.name + ".")
        bad = outcome.kind not in ("pass", "skip")
        if short in expected:
            if outcome.kind == "pass":
                found.append(f"{name} passes, though listed: {expected[short]}")
        elif bad and not any(short.startswith(start) for start in tolerated):
            found.append(f"{name}: {outcome.kind}: {outcome.reason}")
    if run.broken and "*" not in expected:
        found.append(f"{run.name}: {run.broken}")
    return found


def install(options, folder):
    """The command of the binary, which gets a place of its own with the suite in its library: tests start isolated interpreters that import it."""
    home = pathlib.Path(folder)
    (home / "bin").mkdir()
    library = home / "lib" / "python3.14"
    library.mkdir(parents=True)
    (library / "test").symlink_to(options.tests, target_is_directory=True)
    if any(module.startswith(NEEDS_COMPILED) for module in options.modules):
        for name in COMPILED:
            for file in options.extensions.glob(f"{name}.*.so"):
                (library / file.name).symlink_to(file)
    binary, *rest = options.python
    place = home / "bin" / pathlib.Path(binary).name
    try:
        os.link(os.path.realpath(binary), place)
    except OSError:
        shutil.copy2(binary, place)
    return [str(place), *rest]


def table(runs, totals):
    rows = ["| module | passes | CPython passes | fails | skipped | notes |", "|---|---:|---:|---:|---:|---|"]
    sums = [0, 0, 0, 0]
    for run in runs:
        numbers = [run.count("pass"), totals.get(run.name, 0), run.count("fail", "error", "crash", "hang"), run.count("skip")]
        sums = [a + b for a, b in zip(sums, numbers)]
        notes = []
        if run.broken:
            notes.append(run.broken.replace("|", "\\|")[:80])
        for kind in ("crash", "hang"):
            if run.count(kind):
                notes.append(f"{run.count(kind)} {kind}")
        rows.append("| " + " | ".join([run.name, *map(str, numbers), "; ".join(notes)]) + " |")
    rows.append("| " + " | ".join(["**all**", *map(str, sums), ""]) + " |")
    return "\n".join(rows)


def write_progress(text):
    page = PROGRESS.read_text(encoding="utf-8")
    page, count = re.subn(r"(<!-- table -->\n).*?(<!-- /table -->)", lambda m: m[1] + text + "\n" + m[2], page, flags=re.S)
    if count != 1:
        sys.exit(f"{PROGRESS} has no place for the table")
    PROGRESS.write_text(page, encoding="utf-8")


def options():
    home_tests = pathlib.Path.home() / ".cache/pyston-peers/debian/usr/lib/python3.14/test"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="test_NAME; all that are followed if none is named")
    parser.add_argument("--python", default=str(ROOT / "target/release/pyston"), help="the binary under test, with options if it needs any")
    parser.add_argument("--tests", default=os.environ.get("PYSTON_CPYTHON_TESTS", str(home_tests)), help="CPython's Lib/test")
    parser.add_argument("--extensions", help="CPython's compiled test modules (default: lib-dynload beside the tests)")
    parser.add_argument("-j", type=int, default=2, help="modules at once")
    parser.add_argument("-k", action="append", default=[], help="only tests whose names contain this")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for a module")
    parser.add_argument("--stall", type=float, default=90, help="seconds for a test, after which it hangs")
    parser.add_argument("--write-progress", action="store_true", help="renew the table in docs/progress.md")
    parser.add_argument("--write-totals", action="store_true", help="renew totals.json: the binary is CPython")
    parser.add_argument("--failures", action="store_true", help="print the failures in the form of cpython.toml")
    chosen = parser.parse_args()
    chosen.python = chosen.python.split()
    chosen.tests = pathlib.Path(chosen.tests).resolve()
    chosen.extensions = pathlib.Path(chosen.extensions or chosen.tests.parent / "lib-dynload").resolve()
    if not (chosen.tests / "support").is_dir():
        sys.exit(f"CPython's test suite is not at {chosen.tests}: set PYSTON_CPYTHON_TESTS or --tests (Debian: libpython3.14-testsuite)")
    if not shutil.which(chosen.python[0]):
        sys.exit(f"no binary {chosen.python[0]}: `make build` makes it, or name one with --python")
    chosen.python[0] = os.path.abspath(shutil.which(chosen.python[0]))
    chosen.modules = [name.removeprefix("test.") for name in chosen.modules] or MODULES
    return chosen


def main():
    chosen = options()
    chosen.expected = expected = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
    totals = json.loads(TOTALS.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="cpython-home-") as home, concurrent.futures.ThreadPoolExecutor(chosen.j) as pool:
        # CPython has its suite in its library, and its library is not in it.
        chosen.installed = chosen.python if chosen.write_totals else install(chosen, home)
        runs = []
        for run in pool.map(lambda module: run_module(chosen, module), chosen.modules):
            print(f"{run.name}: {run.count('pass')} passed, {len(run.outcomes)} ran, {run.seconds:.0f} s {run.broken}".rstrip(), flush=True)
            runs.append(run)
    if chosen.write_totals:
        totals.update({run.name: run.count("pass") for run in runs})
        TOTALS.write_text(json.dumps(totals, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print("\n" + table(runs, totals))
    if chosen.write_progress:
        write_progress(table(runs, totals))
    if chosen.failures:
        for run in runs:
            print(f"\n[{run.name}]")
            for name, outcome in sorted(run.outcomes.items()):
                if outcome.kind not in ("pass", "skip"):
                    # A TOML literal string knows no escapes, so it must not hold its own quote.
                    reason = f"{outcome.kind}: {outcome.reason}".replace("'", "’")[:160]
                    print(f"'{name.removeprefix(run.name + '.')}' = '{reason}'")
    differences = [line for run in runs for line in judge(run, expected.get(run.name, {}))]
    if differences and not chosen.write_totals:
        print(f"\n{len(differences)} differ from {EXPECTED.name}:")
        print("\n".join(differences))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
