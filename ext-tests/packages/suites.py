"""Runs packages' own test suites under two interpreters: how much of what passes under the first passes under the second?

    python3 suites.py --python python3.14,target/release/pyston markupsafe orjson regex

A suite lies in --wheels/suites/PACKAGE (the tests of the package's source archive), pytest in --wheels/site/_pytest, and what a suite needs
beyond it in --wheels/site/_suite-PACKAGE. The wheel is the same for both interpreters. Each test's outcome is written as it happens: after
a crash the suite goes on behind the test that crashed, which counts as failed. A test that hangs for --stall seconds does, too.
--json FILE keeps the outcomes by interpreter.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import catalogue

SUITES = [
    "markupsafe", "pyyaml", "orjson", "regex", "cryptography", "pydantic-core", "multidict", "frozenlist", "propcache", "yarl", "msgpack", "ujson",
    "xxhash", "kiwisolver", "rpds-py", "levenshtein", "wrapt", "charset-normalizer",
]

# Loaded by pytest (-p outcomes): writes a line when a test begins and one when it has ended, and leaves out what ran before.
PLUGIN = '''
import json, os
path = os.environ["SUITE_OUTCOMES"]
done = {json.loads(line)[1] for line in open(path)} if os.path.exists(path) else set()
file = open(path, "a", buffering=1)
kinds = {}
def write(kind, name):
    file.write(json.dumps([kind, name]) + "\\\\n")
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if item.nodeid not in done]
def pytest_runtest_logstart(nodeid, location):
    kinds[nodeid] = "passed"
    write("start", nodeid)
def pytest_runtest_logreport(report):
    if report.failed:
        kinds[report.nodeid] = "failed"
    elif report.skipped and kinds.get(report.nodeid) != "failed":
        kinds[report.nodeid] = "skipped"
def pytest_runtest_logfinish(nodeid, location):
    write(kinds[nodeid], nodeid)
'''.replace("\\\\n", "\\n")


def read(path):
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def run_once(command, folder, environment, path, options):
    """One process, ended when it says nothing for too long; whether it came to its end."""
    with open(os.path.join(folder, "log"), "ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        size, since = -1, time.monotonic()
        while process.poll() is None:
            time.sleep(0.2)
            now = os.path.getsize(path) if os.path.exists(path) else 0
            if now != size:
                size, since = now, time.monotonic()
            elif time.monotonic() - since > options.stall:
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode in range(0, 6)


def run(package, python, options):
    """The outcomes of a suite's tests by name."""
    site = os.path.join(options.wheels, "site")
    with tempfile.TemporaryDirectory(prefix="suite-") as folder:
        suite = os.path.join(options.wheels, "suites", package)
        for name in os.listdir(suite):
            # Tests that lie in a folder with the package's name must not hide the package.
            hides = os.path.isdir(os.path.join(site, package, name))
            os.symlink(os.path.join(suite, name), os.path.join(folder, f"suite_{name}" if hides else name))
        os.mkdir(os.path.join(folder, "plugin"))
        with open(os.path.join(folder, "plugin", "outcomes.py"), "w") as file:
            file.write(PLUGIN)
        path = os.path.join(folder, "outcomes")
        # Tests of the older kind import their helpers by name.
        helpers = [os.path.join(folder, "tests", "legacy_tests")]
        parts = [*filter(os.path.isdir, helpers), os.path.join(site, package), os.path.join(site, f"_suite-{package}"), os.path.join(site, "_pytest"), os.path.join(folder, "plugin")]
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(parts), "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "SUITE_OUTCOMES": path, "HOME": folder, "TMPDIR": folder,
        }
        command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "outcomes", "--continue-on-collection-errors", "-o", "addopts=", "--import-mode=importlib", "-W", "ignore"]
        for plugin in ("pytest_mock", "pytest_asyncio"):
            found = any(os.path.isdir(os.path.join(part, plugin)) for part in parts)
            command += ["-p", plugin if plugin == "pytest_mock" else "pytest_asyncio.plugin"] if found else []
        for start in range(options.starts):
            if run_once(command, folder, environment, path, options):
                break
            before = read(path)
            ended = {name for kind, name in before if kind != "start"}
            for name in [name for kind, name in before if kind == "start" and name not in ended]:
                with open(path, "a") as file:
                    file.write(json.dumps(["crashed", name]) + "\n")
                print(f"    {package}: {name} crashed or hung", flush=True)
        outcomes = {name: kind for kind, name in read(path) if kind != "start"}
        if options.log:
            os.makedirs(options.log, exist_ok=True)
            with open(os.path.join(folder, "log"), "rb") as file, open(os.path.join(options.log, f"{package}-{os.path.basename(python)}.log"), "wb") as copy:
                copy.write(file.read())
    return outcomes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", help=f"some of {', '.join(SUITES)}")
    parser.add_argument("--python", default="python3.14,target/release/pyston", help="two interpreters; what passes under the first is expected of the second")
    parser.add_argument("--wheels", default=catalogue.DEFAULT_WHEELS)
    parser.add_argument("--stall", type=float, default=120, help="seconds without a test's end")
    parser.add_argument("--starts", type=int, default=20, help="a suite is started again after a crash, not for ever")
    parser.add_argument("--json", help="a file for the outcomes; those of the first interpreter are taken from it if they are there")
    parser.add_argument("--log", help="a folder for what pytest says")
    options = parser.parse_args()
    first, second = [os.path.abspath(name) if os.path.exists(name) else name for name in options.python.split(",")]
    kept = json.load(open(options.json)) if options.json and os.path.exists(options.json) else {}
    short = False
    for package in options.packages or SUITES:
        known = kept.setdefault(package, {})
        if "first" not in known:
            known["first"] = run(package, first, options)
        known["second"] = run(package, second, options)
        expected = [name for name, kind in known["first"].items() if kind == "passed"]
        missing = [name for name in expected if known["second"].get(name) != "passed"]
        passed = len(expected) - len(missing)
        share = 100 * passed / max(len(expected), 1)
        short |= share < 98
        print(f"{package}: {passed} of {len(expected)} ({share:.1f} %)", flush=True)
        for name in missing[:12]:
            print(f"    {known['second'].get(name, 'did not run')}: {name}")
        if options.json:
            with open(options.json, "w") as file:
                json.dump(kept, file, indent=1)
    sys.exit(short)


if __name__ == "__main__":
    main()
