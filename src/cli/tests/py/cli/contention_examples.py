# modes: one
# needs: subprocess
# timeout: 60
"""The examples of docs/threads.md: both print the same; the report names what the first one waits for, and nothing of the kind for the second."""
import os
import subprocess
import sys

if not hasattr(sys, "_contention"):
    sys.exit()  # It is not CPython's.

FOLDER = os.path.realpath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 5, "docs", "examples"))
base = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PYSTON"))}


def run(name, texts):
    """What the example prints, and the rows of `waits for objects` as (type, place)."""
    path = os.path.join(FOLDER, name)
    done = subprocess.run([sys.executable, "-X", "world-report", path, str(texts)], capture_output=True, text=True, env=base, timeout=40)
    assert done.returncode == 0, done
    rows, inside = set(), False
    for line in done.stderr.splitlines():
        if line.startswith("waits for objects"):
            inside = True
        elif not line:
            inside = False
        elif inside:
            rows.add((line.split()[0], line.split(" ms  ")[-1].strip()))
    with open(path) as file:
        lines = file.read().splitlines()
    at = next(number for number, line in enumerate(lines, 1) if "found.append" in line)
    return done.stdout, rows, ("list", f"{path}:{at} in find")


texts = 40
while True:
    shared, rows, row = run("words_shared.py", texts)
    # Whether threads meet is up to the machine: with more work they do.
    if row in rows:
        break
    texts *= 2
    assert texts < 4000, rows
private, rows, row = run("words_private.py", texts)
assert private == shared and shared.startswith(str(texts * 500)), (shared, private)
assert row not in rows, rows
