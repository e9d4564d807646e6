"""Runs each program of ext-tests, and the use of each package, once: for binaries that cargo does not test (`.ci/sanitize`).

    python3 once.py --python pyston [--jobs 2] [NAME ...]

NAME as for leaks.py; default: all but the uses of packages. Exit status: 1 if something failed.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile
import time

import programs


def run(name, make, options):
    """The program's status, seconds and last lines; None where something is missing."""
    try:
        script, args, path = make()
    except (Exception, SystemExit) as missing:
        print(f"{name:26} skipped: {str(missing)[:150]}", flush=True)
        return None
    _, at, flavour = name.partition("@")
    flavour = {"PYSTON_EXT_FLAVOUR": flavour if at else "default"}
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, **flavour, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "HOME": home, "TMPDIR": home}
        begun = time.monotonic()
        try:
            done = subprocess.run([options.python, "-P", str(script), *args], cwd=home, env=environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=options.limit)
            status, told = done.returncode, done.stdout
        except subprocess.TimeoutExpired as late:
            status, told = "does not end", (late.stdout or b"").decode(errors="replace")
    print(f"{name:26}{time.monotonic() - begun:8.1f} s  {'ok' if status == 0 else status}", flush=True)
    if status != 0:
        print(*("    " + line for line in told.splitlines()[-options.lines:]), sep="\n", flush=True)
    return status == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--python", required=True, type=os.path.abspath)
    parser.add_argument("--wheels", default=programs.WHEELS)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--limit", type=float, default=600, help="seconds for one program (default: %(default)s)")
    parser.add_argument("--lines", type=int, default=60, help="of the output of what fails (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        chosen = [each for each in programs.choose(options.names, folder, options.wheels) if options.names or not each[0].startswith("uses/")]
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(lambda each: run(each[0], each[1], options), chosen))
    failed = [name for (name, *_), good in zip(chosen, results) if good is False]
    print(f"{len(chosen)} programs, {len(failed)} failed: {' '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
