#!/usr/bin/env python3
"""What a unit of a program's work takes alone and in each of two threads: machine instructions, or what is written to common objects.

    instructions.py target/release/pyston argparse_many_optionals super_call --loops 1000
    instructions.py target/release/pyston deltablue --idle
    instructions.py target/counted/debug/pyston typing_runtime_protocols --counted

Programs are those of `run.py` (`pyperformance`, and the workloads of `ftscaling.py`); a unit runs each of a program's benches once, with --loops
loops. Instructions (needs valgrind) are the difference between many units and few, so that start and warm-up drop out; the last column is alone
by two threads: what is lost to counts and locks, whoever else uses the machine. Waits and cache lines that threads take from each other are not
in it. With --idle they are compared with a unit beside a second thread that waits, and after one that has ended. With --counted a counted build (`cargo build -p pyston-cli --features counted --target-dir target/counted`) says how many atomic
counts and locks a unit takes in one of two threads, by type. Run it with any CPython 3.11 or newer.
"""

import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "harness")]


def work(config, threads, units, loops, counted, idle="none"):
    """In the interpreter that is measured: so many units in each of so many threads (0: in the main thread)."""
    import worker

    if idle != "none":
        worker.idle_thread(idle)

    out, sys.stdout = sys.stdout, worker.Sink()
    sys.setrecursionlimit(5000)
    loader = worker.Loader(config)
    load, together = threading.Lock(), threading.Barrier(max(threads, 1))
    found = []

    def run():
        with load:
            _, benches = loader.load()

        def unit():
            for bench in benches:
                bench.run(loops)

        unit()
        together.wait()
        half = units // 2 if counted else 0
        for _ in range(half):
            unit()
        before = sys._counted() if counted else {}
        for _ in range(units - half):
            unit()
        if counted:
            found.append((before, sys._counted(), units - half))
        together.wait()

    if threads == 0:
        run()
    else:
        workers = [threading.Thread(target=run) for _ in range(threads)]
        for thread in workers:
            thread.start()
        for thread in workers:
            thread.join()
    if counted:
        before, after, done = found[0]
        rows = collections.Counter(after)
        rows.subtract(before)
        for (what, name), count in rows.most_common(12):
            if count:
                print(f"    {count / done:10.1f}  {what} of {name}", file=out)


def command(options, config, threads, units, idle="none"):
    return [options.interpreter, __file__, "--work", repr((config, threads, units, options.loops, options.counted, idle))]


def instructions(options, config, threads, units, idle):
    with tempfile.TemporaryDirectory() as folder:
        tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out"]
        done = subprocess.run(tool + command(options, config, threads, units, idle), capture_output=True, text=True, check=False)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not collected:
        raise SystemExit(f"instructions.py: {options.interpreter} failed: {done.stderr[-500:]}")
    return int(collected[1])


def per_unit(options, config, threads, idle="none"):
    """What a unit takes in each thread, without start and warm-up."""
    few, many = map(int, options.units.split(","))
    more = instructions(options, config, threads, many, idle) - instructions(options, config, threads, few, idle)
    return more / (many - few) / max(threads, 1)


def main():
    if sys.argv[1:2] == ["--work"]:
        return work(*eval(sys.argv[2], {"__builtins__": {}}))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("interpreter")
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--loops", type=int, default=1, help="loops of each bench in a unit")
    parser.add_argument("--units", default="20,60", help="few and many")
    parser.add_argument("--idle", action="store_true", help="beside a thread that waits, and after one that has ended")
    parser.add_argument("--counted", action="store_true", help="the interpreter is a counted build")
    options = parser.parse_args()

    import ftscaling
    from harness import fetch, measure, programs

    source = os.path.join(HERE, "ftscaling.py")
    known = programs.pyperformance(fetch.fetch())
    known += programs.workloads(source, ftscaling.CODE, "code") + programs.workloads(source, ftscaling.SHARED, "shared")
    known = {program.name: program for program in known}
    for name in options.programs:
        if name not in known:
            raise SystemExit(f"instructions.py: no program {name}")
        config = measure.config(known[name], "throughput")
        if options.counted:
            print(name, flush=True)
            subprocess.run(command(options, config, 2, int(options.units.rpartition(",")[2])), check=True)
            continue
        alone = per_unit(options, config, 0)
        if options.idle:
            others = [per_unit(options, config, 0, idle) for idle in ("alive", "ended")]
        else:
            others = [per_unit(options, config, 2)]
        print(f"{name:28} {alone:14,.0f}", *(f"{other:14,.0f}  {alone / other:.3f}x" for other in others), flush=True)


if __name__ == "__main__":
    main()
