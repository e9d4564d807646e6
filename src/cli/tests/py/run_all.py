"""Runs the scripts of this folder under an interpreter and says which fail, and how.

    python3.14 run_all.py [--python PROGRAM] [--modes one,threads8] [--jobs N] [--times] [-x] [FOLDER | FILE …]

Run it with a CPython; PROGRAM (default: the one that runs this) is what is
tested. The exit code is 1 when anything failed. README.md describes the head
directives of the scripts.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDERS = ["basic", "lang", "types", "errors", "modules", "threads", "cli"]
DIRECTIVE = re.compile(r"#\s*(modes|needs|timeout):\s*(.*?)\s*$")


def directives(path):
    """The directives in the first comment lines of a script."""
    found = {"modes": "one, threads8", "needs": "", "timeout": "10"}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                break
            match = DIRECTIVE.match(line)
            if match:
                found[match[1]] = match[2]
    return {
        "modes": [word.strip() for word in found["modes"].split(",")],
        "needs": [word.strip() for word in found["needs"].split(",") if word.strip()],
        "timeout": float(found["timeout"]),
    }


def scripts(names):
    """All scripts of the folders and files, in order."""
    found = []
    for name in names or [folder for folder in FOLDERS if os.path.isdir(os.path.join(HERE, folder))]:
        path = name if os.path.exists(name) else os.path.join(HERE, name)
        if os.path.isdir(path):
            # Files that begin with an underscore are helpers of the others.
            found += sorted(os.path.join(path, f) for f in os.listdir(path) if f.endswith(".py") and f[0] != "_")
        elif os.path.exists(path):
            found.append(path)
        else:
            sys.exit(f"run_all.py: no {name}")
    return found


def run(python, path, mode, limit):
    """(seconds, None or what went wrong)"""
    command = [*python, path] if mode == "one" else [*python, os.path.join(HERE, "threads8.py"), path]
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        env=env, start_new_session=True,
    )  # fmt: skip
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return time.perf_counter() - start, f"no end after {limit:.0f} s"
    taken = time.perf_counter() - start
    if process.returncode != 0:
        lines = [line for line in err.splitlines() if line.strip()]
        places = [line.strip() for line in lines if line.lstrip().startswith("File ") and os.path.basename(path) in line]
        place = places[-1].partition(", ")[2] + ": " if places else ""
        return taken, f"exit {process.returncode}: {place}{lines[-1].strip() if lines else ''}"
    if out or err:
        return taken, f"printed {(out + err).splitlines()[-1][:100]!r}"
    return taken, None


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", default=sys.executable, help="the interpreter to test, with options")
    parser.add_argument("--modes", default="one,threads8")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--without", default="", help="leave out scripts that need these, e.g. subprocess,fork")
    parser.add_argument("--timeout", type=float, default=1.0, help="factor on the time limits")
    parser.add_argument("--times", action="store_true", help="list the slowest scripts")
    parser.add_argument("-x", action="store_true", help="stop at the first failure")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    modes = options.modes.split(",")
    missing = set(filter(None, options.without.split(",")))
    jobs = []
    for path in scripts(options.names):
        head = directives(path)
        if missing.isdisjoint(head["needs"]):
            jobs += [(path, mode, head["timeout"] * options.timeout) for mode in modes if mode in head["modes"]]
    python = options.python.split()
    failed = 0
    times = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        started = [(job, pool.submit(run, python, *job)) for job in jobs]
        for (path, mode, _), future in started:
            taken, error = future.result()
            name = f"{os.path.relpath(path, HERE)} [{mode}]"
            times.append((taken, name))
            if error:
                failed += 1
                print(f"FAIL {name}: {error}", flush=True)
                if options.x:
                    pool.shutdown(cancel_futures=True)
                    break
    if options.times:
        for taken, name in sorted(times, reverse=True)[:10]:
            print(f"{taken:6.2f} s  {name}")
    print(f"{len(times) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
