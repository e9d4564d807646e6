"""Runs the use of each published package under an interpreter: do stock wheels work?

    python3 run.py --python pyston                      every package that was fetched
    python3 run.py --python "pyston -X jit=off" numpy   one, with options
    python3 run.py --fetch                              downloads and unpacks first (or only that)
    python3 run.py --python pyston --json out.json      the outcomes for a program

Each script of `uses/` runs in a process, a session and an empty home folder of its own and
has passed when it ends with status 0 and its last line is `ok`. The wheels lie in
--wheels DIR ($PYSTON_WHEELS, else ~/.cache/pyston-wheels). Run this with any Python 3.11
or newer. The exit status is 0 when nothing failed and nothing is missing.
"""

import argparse
import concurrent.futures
import json
import os
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import catalogue
import fetch

GOOD = ("ok", "refused")
PROBE = "import sys; print(hasattr(sys, 'pyston_version_info'))"


class Outcome:
    def __init__(self, kind, detail="", seconds=0.0):
        self.kind = kind
        self.detail = detail
        self.seconds = seconds


def environment(package, wheels, home):
    """The caller's environment without what would lead Python or a package elsewhere."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONSTARTUP")}
    kept.update(PYTHONPATH=package.site(wheels), PYTHONDONTWRITEBYTECODE="1", HOME=home, XDG_CACHE_HOME=home, TMPDIR=home)
    for proxy in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        kept.pop(proxy, None)
    return kept


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def run_limited(command, seconds, **options):
    """(status or None for a hang, stdout, stderr); a hanging process dies with all that it started."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **options
    )
    try:
        out, err = process.communicate(timeout=seconds)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        status = None
    return status, out.decode(errors="replace"), err.decode(errors="replace")


def judge(package, refuses, status, out, err):
    """The kind of outcome and its detail. `refuses`: this interpreter has to turn refused packages away."""
    if status is None:
        return "hang", last_line(err)
    if status < 0:
        return "crashed", f"{signal.Signals(-status).name} {last_line(err)}"
    if status != 0:
        line = last_line(err)
        # The package may have wrapped the error in one of its own.
        reasons = [text for text in err.splitlines() if text.startswith("ImportError") and "refuses to load" in text]
        if package.refused and refuses and reasons:
            return "refused", reasons[0]
        return "failed", line or f"status {status}"
    if last_line(out) != "ok":
        return "failed", f"ended early; its last line is {last_line(out)!r}"
    if package.refused and refuses:
        return "failed", "was to be refused at import"
    return "ok", ""


def run(package, python, wheels, seconds, refuses):
    if not os.path.isdir(package.site(wheels)):
        return Outcome("missing", "not fetched (--fetch)")
    if not os.path.exists(package.use):
        return Outcome("missing", f"no {os.path.relpath(package.use, catalogue.HERE)}")
    limit = max(seconds, package.seconds or 0)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="use-") as home:
        result = run_limited([*python, package.use], limit, cwd=home, env=environment(package, wheels, home))
    return Outcome(*judge(package, refuses, *result), time.monotonic() - start)


def run_all(packages, options, python, refuses):
    outcomes = {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = {
            pool.submit(run, package, python, options.wheels, options.seconds, refuses): package for package in packages
        }
        width = max(len(package.name) for package in packages)
        for future in concurrent.futures.as_completed(futures):
            package, outcome = futures[future], future.result()
            outcomes[package.name] = outcome
            line = f"{package.name:{width}}  {outcome.kind:8}{outcome.seconds:6.1f} s  {outcome.detail}"
            print(line.rstrip()[: options.columns], flush=True)
    return outcomes


def summary(outcomes):
    counts = {}
    for outcome in outcomes.values():
        counts[outcome.kind] = counts.get(outcome.kind, 0) + 1
    return f"{len(outcomes)} packages: " + ", ".join(f"{counts[kind]} {kind}" for kind in sorted(counts))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="packages (default: all)")
    parser.add_argument("--python", help="the interpreter, with its options")
    parser.add_argument("--wheels", default=catalogue.DEFAULT_WHEELS, help="where wheels lie (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=120, help="time limit for each (default: %(default)s)")
    parser.add_argument("--columns", type=int, default=200, help="longest line of the table")
    parser.add_argument("--json", metavar="FILE", help="also write the outcomes there")
    parser.add_argument("--fetch", action="store_true", help="download and unpack what is not there")
    parser.add_argument("--pip", default=f"{shlex.quote(sys.executable)} -m pip", help="the pip of --fetch (default: %(default)s)")
    options = parser.parse_args()
    if not options.python and not options.fetch:
        parser.error("one of --python and --fetch is needed")
    return options


def main():
    options = arguments()
    options.wheels = os.path.abspath(options.wheels)
    packages = catalogue.choose(options.names, catalogue.read())
    failed = {}
    if options.fetch:
        failed = fetch.fetch(packages, options.wheels, shlex.split(options.pip))
        print(f"{len(packages) - len(failed)} of {len(packages)} packages are in {options.wheels}")
    if not options.python:
        return 1 if failed else 0
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    python = shlex.split(options.python)
    if os.path.sep in python[0]:
        # The scripts run in folders of their own.
        python[0] = os.path.abspath(python[0])
    status, out, err = run_limited([*python, "-c", PROBE], 60)
    if status != 0:
        raise SystemExit(f"run.py: {options.python} does not run: {last_line(err) or status}")
    outcomes = run_all(packages, options, python, refuses=out.strip() == "True")
    if options.json:
        with open(options.json, "w") as file:
            json.dump({name: vars(outcome) for name, outcome in sorted(outcomes.items())}, file, indent=1)
    print(summary(outcomes))
    return 0 if all(outcome.kind in GOOD for outcome in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
