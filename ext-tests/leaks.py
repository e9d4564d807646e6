"""Do objects stay behind? Runs each script of ext-tests, and the use of each package, many times in one process.

    python3 leaks.py --python pyston [--compare python3.14] [--jobs 2] [NAME ...]

NAME is `c/errors`, `cython/flow`, `cython/flow@shared` (another flavour of build.py), `uses/msgpack`, or a folder: `c`, `uses`
(default: all, but packages that the runtime refuses).

The number of a script is what each run of it leaves behind for good, in objects; the number that is wanted is 0. What is
imported is imported once; the script's own text runs again and again (census.py). After every few runs, when caches with a bound are
emptied and the collector has nothing left to do, two things are counted:

* objects: what `gc.get_objects()` lists;
* blocks: what `tracemalloc` knows, so all objects (numbers and texts, too), storage of containers, and C's memory from `PyMem_*`.

The first counts do not matter: caches fill. When four counts in a row are equal the script leaves nothing. Else there are 24
counts, or as many as --seconds allow: something grows if the last third of them lies above the third before it, and the number is the
median of the slopes between all counts of the last two thirds, in objects for each run. So a count that is off now and then is not a leak. Between two
counts lie up to 25 runs, but only one of a slow script: what it leaves in few of its runs may not be seen. Private memory that grows steadily, by
half a kilobyte each run, is reported, too (C's memory from `malloc`), where there were 12 counts.

With --compare the other interpreter runs the same script. What it leaves, too, is the script's or the package's own. Such numbers are compared by
*roots*: objects left behind that no other such object refers to, in whole numbers, because what a class consists of is each interpreter's own
business; by blocks where one of the two collectors knows nothing of it (they differ in which tuples they look at). Texts and numbers are found as blocks
that are more at a line of the program than such objects and what hangs on them account for; not at a line that leaves a class, too. A script is flagged if it leaves anything here and nothing there, or more here
than there. A script that cannot run twice in one process is named, and flagged if it can there. Exit status: 1 if something is flagged.

A program that fills lists of free objects, or a cache without a bound that is not cleared, needs more runs until it is steady: --seconds.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile

import programs

HERE = pathlib.Path(__file__).resolve().parent
# Bytes that a run may keep: pages and free lists fluctuate.
BYTES = 512
# As much in all: a debug build keeps the memory of ended objects, up to 4 MB.
NOISE = 8 << 20


# --- the numbers ---


def growth(runs, values):
    """What each run adds, if the values grow to their end: the median of all slopes in the last two thirds. Else 0."""
    third = max(1, len(values) // 3)
    if len(values) < 3 or min(values[-third:]) <= max(values[-2 * third : -third]):
        return 0.0
    runs, values = runs[-2 * third :], values[-2 * third :]
    return max(0.0, statistics.median((values[j] - values[i]) / (runs[j] - runs[i]) for i in range(len(runs)) for j in range(i + 1, len(runs))))


class Found:
    """What one interpreter's run of a script came to."""

    def __init__(self, lines):
        self.error = next((line["error"] for line in lines if "error" in line), None)
        self.counts = [line for line in lines if "runs" in line]
        # What comes once comes in one of them.
        tries = [{kind: number / line["of"] for kind, number in line["roots"].items()} for line in lines if "roots" in line]
        self.roots = {kind: min(each.get(kind, 0) for each in tries) for each in tries for kind in each}
        self.explained = [{place: number / line["of"] for place, number in line["explained"].items()} for line in lines if "explained" in line]
        if not self.error and len(self.counts) < 2:
            self.error = "no counts came"
        if self.error:
            return
        self.runs = self.counts[-1]["runs"]
        grown = {name for _, name in self.which("kinds")}
        self.roots = {kind: rate for kind, rate in self.roots.items() if kind in grown}
        self.objects, self.blocks = (self.grown([count[key] for count in self.counts]) for key in ("objects", "blocks"))
        memory = self.grown([count["bytes"] for count in self.counts])
        # Where few counts were enough nobody can tell whether memory grows: pages come in bursts.
        self.bytes = memory if len(self.counts) >= 12 and memory > BYTES and memory * self.runs > NOISE else 0.0

    def grown(self, values):
        return growth([count["runs"] for count in self.counts], values)

    def which(self, table):
        """The entries of `kinds` or `lines` that grow."""
        names = {name for count in self.counts for name in count[table]}
        rates = {name: self.grown([count[table].get(name, 0) for count in self.counts]) for name in names}
        return sorted(((rate, name) for name, rate in rates.items() if rate > 0), reverse=True)

    @property
    def number(self):
        return self.objects or self.blocks

    @property
    def root(self):
        """How many roots each run leaves. What comes once (a cache, a thread that ends late) is less than half of one a run."""
        return sum(round(rate) for rate in self.roots.values())

    @property
    def loose(self):
        """Blocks that each run leaves at lines where objects that the collector knows, and what hangs on them, take fewer."""
        rest = {place: rate - max((each.get(place, 0) for each in self.explained), default=0) for rate, place in self.which("lines")}
        return sum(rate for rate in rest.values() if rate > 0)

    def __str__(self):
        return self.error or f"{self.number:.2f} objects" + (f", {self.root} roots, {self.loose:.2f} other blocks" if self.objects else "") + (f", {self.bytes:.0f} bytes" if self.bytes else "")


# --- one script ---


def measure(python, made, options):
    """What the process under test says."""
    script, args, path = made
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as answers:
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "HOME": home, "TMPDIR": home, "XDG_CACHE_HOME": home}
        command = [*python, "-P", str(HERE / "census.py"), str(options.times), str(options.seconds), *args, str(script)]
        # The descriptor is always 3 in the child, whatever it is here.
        number = answers.fileno()
        shell = ["sh", "-c", f'exec "$@" 3>&{number}', "sh", *command]
        process = subprocess.Popen(shell, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, pass_fds=(number,), text=True, errors="replace")
        try:
            _, told = process.communicate(timeout=options.limit)
            status = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            told, status = "", "does not end"
            process.communicate()
        answers.seek(0)
        lines = [json.loads(line) for line in answers.read().decode().splitlines()]
    if status:
        last = [line for line in told.splitlines() if line.strip()][-1:]
        lines.append({"error": f"ended with status {status} {' '.join(last)[:120]}".strip()})
    return Found(lines)


def judge(ours, theirs):
    """What is said of a script, and whether it is flagged."""
    if ours.error:
        return f"cannot run again: {ours.error}", bool(theirs) and not theirs.error
    clean = not ours.number and not ours.bytes
    if clean:
        return "ok", False
    if theirs is None or theirs.error:
        return "LEAKS", True
    return ("as there", False) if as_little(ours, theirs) else ("LEAKS", True)


def as_little(ours, theirs):
    """Whether this one leaves no more than the other one, which leaves something."""
    if not theirs.number or ours.bytes > 2 * theirs.bytes + BYTES:
        return False
    if ours.objects and theirs.objects:
        return ours.root <= theirs.root and ours.loose < theirs.loose + 0.5
    # The collectors differ in which tuples they know. A tenth of a block: not every phase has the same number of runs.
    return ours.blocks <= theirs.blocks + 0.1


def details(found, who):
    yield f"    {who}: {found}"
    if found.error or not (found.number or found.bytes):
        return
    for title, table in (("objects", found.which("kinds")), ("blocks", found.which("lines")), ("roots", sorted(((n, k) for k, n in found.roots.items()), reverse=True))):
        if table:
            yield f"        {title}: " + ", ".join(f"{rate:.2f} {name}" for rate, name in table[:12])


def examine(name, make, make_there, options):
    """The lines of one script, and whether it is flagged."""
    try:
        made = make()
    except (Exception, SystemExit) as missing:
        return [f"{name:26} skipped: {str(missing)[:150]}"], False
    ours = measure(options.python, made, options)
    wrong = ours.error or ours.number or ours.bytes
    theirs = measure(options.compare, make_there(), options) if options.compare and (wrong or options.always) else None
    words, bad = judge(ours, theirs)
    numbers = "" if ours.error else f"{ours.runs:6}{ours.number:10.2f}"
    there = "" if theirs is None or theirs.error else f"{theirs.number:10.2f}"
    lines = [f"{name:26}{numbers}{there:>10}  {words}"]
    if wrong or theirs and (theirs.error or theirs.number):
        lines += details(ours, "here")
        if theirs:
            lines += details(theirs, "there")
    return lines, bad


def absolute(command):
    """The interpreter's command, which is run in another folder."""
    first, *rest = shlex.split(command)
    return [os.path.abspath(shutil.which(first) or first), *rest]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--python", required=True, type=absolute)
    parser.add_argument("--compare", type=absolute)
    parser.add_argument("--always", action="store_true", help="run the other interpreter also where nothing is left here")
    parser.add_argument("--wheels", default=programs.WHEELS)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--times", type=int, default=1000, help="runs of one script at most (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="for the runs of one script (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=900, help="seconds until a script counts as hanging (default: %(default)s)")
    options = parser.parse_args()
    flagged = []
    print(f"{'script':26}{'runs':>6}{'here':>10}{'there':>10}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        chosen = programs.choose(options.names, folder, options.wheels)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            waiting = {pool.submit(examine, name, *makes, options): name for name, *makes in chosen}
            for done in concurrent.futures.as_completed(waiting):
                lines, bad = done.result()
                print(*lines, sep="\n", flush=True)
                if bad:
                    flagged.append(waiting[done])
    print(f"{len(chosen)} scripts, {len(flagged)} flagged: {' '.join(sorted(flagged))}")
    return 1 if flagged else 0


if __name__ == "__main__":
    sys.exit(main())
