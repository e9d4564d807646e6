"""Indexes the Python source of the standard library on 1, 2, … N threads.

    python showcase.py [--threads 1,2,4] [--files N] [--lib DIR] [--repeat N] [--json]

Every file is tokenized, parsed and indexed by pure Python code (`pyindex/`) in a
`concurrent.futures.ThreadPoolExecutor`; then the inverted index and the call
graph of all files are merged, one job a shard. The digest at the end covers
every name, file and line, and must be the same for any number of threads and on
any interpreter. Runs on any Python 3.14.
"""

import argparse
import concurrent.futures
import importlib.util
import json
import os
import pkgutil
import platform
import sys
import time

from pyindex.index import SHARDS, index_source, merge_shard, summarize

SKIPPED = frozenset(["test", "tests", "idlelib", "site-packages", "dist-packages", "__pycache__"])


class Failure(Exception):
    """What ends the program with a message and no traceback."""


# Where the source comes from.


def library_folder(wanted):
    """The folder with the library's source, or None where the interpreter carries it inside."""
    for folder in (wanted, os.environ.get("SHOWCASE_LIB")):
        if folder:
            if not os.path.isdir(folder):
                raise Failure(f"{folder}: no such folder")
            return folder
    folder = os.path.dirname(getattr(os, "__file__", "") or "")
    return folder if os.path.isfile(os.path.join(folder, "argparse.py")) else None


def folder_files(folder):
    """(path below the folder, text) of every module there."""
    found = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in sorted(names):
            path = os.path.join(base, name)
            if name.endswith(".py") and os.path.isfile(path):
                with open(path, "rb") as file:
                    found.append((os.path.relpath(path, folder).replace(os.sep, "/"), file.read()))
    return found


def embedded_files():
    """The same for a library that exists only inside the interpreter, asked of its importer."""
    found = []

    def add(name):
        try:
            spec = importlib.util.find_spec(name)
            source = spec.loader.get_source(name)
        except (ImportError, AttributeError, ValueError):
            return
        places = spec.submodule_search_locations
        path = name.replace(".", "/") + (".py" if places is None else "/__init__.py")
        if source:
            found.append((path, source.encode("utf-8", "surrogatepass")))
        if places is not None:
            for info in pkgutil.iter_modules(list(places), name + "."):
                if info.name.rpartition(".")[2] not in SKIPPED:
                    add(info.name)

    for name in sorted(sys.stdlib_module_names):
        if name not in SKIPPED:
            add(name)
    return found


def read_library(wanted, limit):
    """The files as text, in the order of their paths, and where they are from."""
    folder = library_folder(wanted)
    raw = embedded_files() if folder is None else folder_files(folder)
    if not raw:
        raise Failure("found no source of the standard library; say where it is with --lib DIR")
    files = []
    for path, data in raw:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        files.append((path, text))
    files.sort()
    if limit:
        # Spread over the library, so that a quick run is a fair sample of it.
        step = max(1, len(files) // limit)
        files = files[::step][:limit]
    return files, folder or "embedded"


# The work.


class Progress:
    """One line with a bar, rewritten in place; silent when standard output is no terminal."""

    def __init__(self, total):
        self.total = total
        self.on = sys.stdout.isatty()
        self.shown = 0.0
        self.start = time.perf_counter()

    def show(self, label, done):
        now = time.perf_counter()
        if not self.on or (now - self.shown < 0.05 and done < self.total):
            return
        self.shown = now
        width = 32
        full = width * 8 * done // max(1, self.total)
        bar = "█" * (full // 8) + (" ▏▎▍▌▋▊▉"[full % 8] if full % 8 else "")
        sys.stdout.write(f"\r  {label} {bar:<{width}} {100 * done // max(1, self.total):3d} %  {now - self.start:5.1f} s ")
        sys.stdout.flush()

    def clear(self):
        if self.on:
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()


def run(files, threads):
    """Indexes everything on so many threads: (seconds, seconds of the merge, summary)."""
    label = f"{threads} thread{'s' if threads > 1 else ' '}"
    total = sum(len(text) for _, text in files)
    progress = Progress(total)
    # The longest first, so that no thread is left alone with a long file at the end.
    order = sorted(range(len(files)), key=lambda i: (-len(files[i][1]), i))
    indexed = [None] * len(files)
    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        jobs = {pool.submit(index_source, *files[i]): i for i in order}
        done = 0
        for job in concurrent.futures.as_completed(jobs):
            i = jobs[job]
            try:
                indexed[i] = job.result()
            except Exception as error:
                raise Failure(f"{files[i][0]}: {type(error).__name__}: {error}") from error
            done += len(files[i][1])
            progress.show(label, done)
        middle = time.perf_counter()
        shards = list(pool.map(merge_shard, range(SHARDS), [indexed] * SHARDS))
    summary = summarize(shards, indexed)
    end = time.perf_counter()
    progress.clear()
    return end - start, end - middle, summary


def thread_counts(text):
    """The list that --threads gives; without it 1, 2, 4, … and the number of CPUs."""
    if text:
        try:
            counts = [int(part) for part in text.split(",")]
        except ValueError:
            counts = []
        if not counts or min(counts) < 1:
            raise Failure(f"--threads {text}: a list such as 1,2,4 is expected")
        return counts
    cpus = os.process_cpu_count() or 1
    counts = [1]
    while counts[-1] * 2 <= cpus:
        counts.append(counts[-1] * 2)
    if counts[-1] != cpus:
        counts.append(cpus)
    return counts if len(counts) > 1 else [1, 2]


def interpreter():
    """A short name for what runs this."""
    ours = getattr(sys, "pyston_version_info", None)
    if ours is not None:
        return "Pyston " + ".".join(str(part) for part in tuple(ours)[:3])
    free = getattr(sys, "_is_gil_enabled", lambda: True)() is False
    return f"{platform.python_implementation()} {platform.python_version()}{' free-threaded' if free else ''}"


def report(rows, summary, size, where):
    """The table, and what was found."""
    print(f"{interpreter()}: {summary['files']} files, {size / 1e6:.1f} MB from {where}")
    print(f"{summary['tokens']:,} tokens, {summary['nodes']:,} nodes, {summary['identifiers']:,} identifiers, "
          f"{summary['postings']:,} postings, {summary['call_edges']:,} call edges")  # fmt: skip
    for title, key in (("used most", "most_used"), ("called most", "most_called")):
        print(f"{title}: " + ", ".join(f"{name} ({times:,})" for name, times in summary[key]))
    print(f"digest {summary['digest'][:32]}")
    print()
    print(f"{'threads':>7}  {'seconds':>8}  {'merge':>6}  {'MB/s':>6}  {'tokens/s':>10}  speed-up")
    for row in rows:
        bar = "█" * round(row["speedup"] * 8)
        print(f"{row['threads']:7d}  {row['seconds']:8.2f}  {row['merge']:6.2f}  {size / 1e6 / row['seconds']:6.2f}  "
              f"{summary['tokens'] / row['seconds']:10,.0f}  {row['speedup']:5.2f}x {bar}")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description="Indexes the standard library's source on 1, 2, … N threads.")
    parser.add_argument("--threads", metavar="LIST", help="how many threads, for example 1,2,4 (default: 1, 2, … CPUs)")
    parser.add_argument("--files", metavar="N", type=int, default=0, help="only so many files, for a quick run")
    parser.add_argument("--lib", metavar="DIR", help="the library's folder (also $SHOWCASE_LIB; default: beside os.py)")
    parser.add_argument("--repeat", metavar="N", type=int, default=1, help="measure so often and keep the best time")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    options = parser.parse_args()
    counts = thread_counts(options.threads)
    files, where = read_library(options.lib, options.files)
    size = sum(len(text) for _, text in files)
    # The parser recurses about fifteen calls for each level of nesting in the source.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 5000))
    rows = []
    summary = None
    for threads in counts:
        seconds = merge = float("inf")
        for _ in range(max(1, options.repeat)):
            taken, merging, found = run(files, threads)
            if taken < seconds:
                seconds, merge = taken, merging
            if summary is not None and found != summary:
                raise Failure(f"{threads} threads found something else: digest {found['digest']}, not {summary['digest']}")
            summary = found
        rows.append({"threads": threads, "seconds": seconds, "merge": merge})
        rows[-1]["speedup"] = rows[0]["seconds"] / seconds
    if options.json:
        print(json.dumps({"interpreter": interpreter(), "bytes": size, "runs": rows, **summary}, indent=1))
    else:
        report(rows, summary, size, where)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"showcase: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
