"""Reads of shared data: what two threads lose against two processes, and what a read writes.

    python3.14 benches/shared_reads.py --interpreters target/release/pyston,python3.14t
    python3.14 benches/shared_reads.py --counted target/counted/debug/pyston

The first form runs N threads of one process, which read one object, against N
processes that each read their own, in turn, and prints the median ratio of several
pairs with its interval: 1.0 is perfect. The second form asks a counted build
(`cargo build -p pyston-cli --features counted --target-dir target/counted`) how
many atomic changes of counts and how many lock acquisitions one read takes while
another thread reads the same: 0 is perfect. No value is immortal.
"""

import argparse
import os
import subprocess
import sys
import threading
import time

#: How a value is read: what is made, and the read. Each is an expression or statements over `value`.
KINDS = {
    "dict": ("holder = {str(i): value(i) for i in range(16)}; key = str(3)", "holder[key]"),
    "list": ("holder = [value(i) for i in range(16)]; key = int('3')", "holder[key]"),
    "instance": ("holder = Holder(); holder.item = value(3)", "holder.item"),
    "class": ("holder = Holder; Holder.item = value(3)", "holder.item"),
    "global": ("ITEM = value(3)", "ITEM"),
    "closure": ("item = value(3)", "item"),
}

#: What else programs do with shared data that they do not change. Measured when named by --kinds (`more` stands for all of them).
MORE = {
    "method": ("holder = Holder(); Holder.item = lambda self: None", "holder.item()"),
    "call": ("holder = lambda key: None; key = value(3)", "holder(key)"),
    "make": ("class Made: pass\nholder = Made; key = value(3)", "holder()"),
    "len": ("holder = [value(i) for i in range(16)]", "len(holder)"),
    "dict.get": ("holder = {str(i): value(i) for i in range(16)}; key = str(3)", "holder.get(key)"),
    "in dict": ("holder = {str(i): value(i) for i in range(16)}; key = str(3)", "key in holder"),
    "in set": ("holder = {str(i) for i in range(16)}; key = str(3)", "key in holder"),
    "in list": ("holder = [value(i) for i in range(16)]; key = holder[3]", "key in holder"),
    "slice": ("holder = [value(i) for i in range(16)]", "holder[2:6]"),
    "list loop": ("holder = [value(i) for i in range(16)]", "[0 for x in holder]"),
    "dict loop": ("holder = {str(i): value(i) for i in range(16)}", "[0 for x in holder.items()]"),
    "isinstance": ("holder = Holder; key = value(3)", "isinstance(key, holder)"),
    "unpack": ("holder = (value(1), value(2))", "[0 for a, b in [holder]]"),
    "format": ("holder = value(3)", "f'{holder!r}'"),
}

#: Values that are made at run time.
VALUES = {
    "int": "lambda i: 10 ** int('20') + i",
    "float": "lambda i: i * float('1000.5') + 0.25",
    "str": "lambda i: 'text of ' + str(i * 1000)",
    "tuple": "lambda i: (object(), i)",
    "list": "lambda i: [object(), i]",
    "instance": "lambda i: Holder()",
}

UNROLLED = 10


def reader(kind, value):
    """A function that reads so many times ten times."""
    make, read = (KINDS | MORE)[kind]
    before, inside, local = (make, "", "")
    if kind == "closure":
        before, inside = "", make
    elif kind != "global":
        local = "here = holder" + ("; at = key" if "key" in make else "")
        read = read.replace("holder", "here").replace("key", "at") if kind != "global" else read
    body = "\n            ".join([f"found = {read}"] * UNROLLED)
    source = f"""
class Holder:
    pass
value = {VALUES[value]}
{before or "pass"}
def make():
    {inside or "pass"}
    def read(loops):
        {local or "pass"}
        for _ in range(loops):
            {body}
    return read
read = make()
"""
    namespace = {"__name__": "shared"}
    exec(compile(source, f"<{kind} of {value}>", "exec"), namespace)
    return namespace["read"]


# The measured side.


def run_for(read, loops, seconds):
    """Reads a second of this thread."""
    done, begin = 0, time.perf_counter()
    end = begin + seconds
    while (now := time.perf_counter()) < end:
        read(loops)
        done += loops
    return done * UNROLLED / (now - begin)


def worker():
    """Told by lines of the standard input what to run, says how fast it was."""
    readers = {}
    for line in sys.stdin:
        kind, value, threads, seconds = line.rstrip("\n").split("\t")
        seconds, threads = float(seconds), int(threads)
        read = readers.setdefault((kind, value), reader(kind, value))
        rates = []
        start = threading.Barrier(threads)

        def run():
            start.wait()
            run_for(read, 200, seconds / 5)
            start.wait()
            rates.append(run_for(read, 200, seconds))
            # Who is done first works on, so that nobody is measured beside an idle processor.
            if len(rates) < threads:
                run_for(read, 200, seconds / 10)

        running = [threading.Thread(target=run) for _ in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        print(sum(rates), flush=True)


#: Both threads begin each round together. The last one counts.
ROUNDS = 12


def count(kinds, values):
    """Counts in this process, which is a counted build."""
    loops = 500
    for kind in kinds:
        for value in values:
            read = reader(kind, value)
            found = []
            start = threading.Barrier(2)

            def run():
                # What is learned, and what is found to be hot, is learned in the first rounds.
                for _ in range(ROUNDS):
                    start.wait()
                    before = sys._counted()
                    read(loops)
                    after = sys._counted()
                found.append({key: after[key] - before.get(key, 0) for key in after})

            threads = [threading.Thread(target=run) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            totals = {}
            for one in found:
                for key, n in one.items():
                    totals[key] = totals.get(key, 0) + n / (len(found) * loops * UNROLLED)
            by_what = {}
            for (what, name), n in totals.items():
                by_what.setdefault(what, []).append((n, name))
            parts = []
            for what in ["count", "object lock", "other lock"]:
                several = sorted((pair for pair in by_what.pop(what, []) if pair[0] >= 0.005), reverse=True)
                total = sum(n for n, _ in several)
                names = ", ".join(f"{n:.2f} {name}" for n, name in several)
                parts.append(f"{total:6.2f} {names:24}")
            assert not by_what, by_what
            print(f"{kind:10} {value:10} {'  '.join(parts)}".rstrip(), flush=True)


# The measuring side.


class Process:
    def __init__(self, interpreter):
        *words, program = interpreter.split("=", 1)[-1].split()
        environment = os.environ | dict(word.split("=", 1) for word in words)
        self.process = subprocess.Popen([program, __file__, "--worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True)

    def begin(self, *words):
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def rate(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"shared_reads: the worker ended with {self.process.wait()}")
        return float(line)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def compare(interpreter, kinds, values, threads, pairs, seconds):
    from harness import stats

    together, apart = Process(interpreter), [Process(interpreter) for _ in range(threads)]

    def one(kind, value):
        together.begin(kind, value, threads, seconds)
        return together.rate()

    def many(kind, value):
        for process in apart:
            process.begin(kind, value, 1, seconds)
        return sum(process.rate() for process in apart)

    print(f"\n{interpreter}\n{'read of':10} {'value':10} {'ratio':>6}  {'interval':>14}  {'reads a second, threads and processes':>20}")
    ratios = []
    for kind in kinds:
        for value in values:
            found = []
            for pair in range(pairs):
                # Alternate who begins, so that a drift of the machine favours nobody.
                if pair % 2 == 0:
                    left = one(kind, value)
                    right = many(kind, value)
                else:
                    right = many(kind, value)
                    left = one(kind, value)
                found.append((left / right, left, right))
            ratio = stats.median([pair[0] for pair in found])
            low, high = stats.interval([pair[0] for pair in found])
            left, right = (stats.median([pair[at] for pair in found]) / 1e6 for at in (1, 2))
            ratios.append(ratio)
            print(f"{kind:10} {value:10} {ratio:5.2f}x  {low:5.2f} … {high:5.2f}  {left:8.1f} M  {right:8.1f} M", flush=True)
    print(f"{'geometric mean':21} {stats.geometric_mean(ratios):5.2f}x")
    for process in [together, *apart]:
        process.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreters", default="", help="what is measured, comma-separated")
    parser.add_argument("--counted", default="", help="a counted build, which is asked what a read writes")
    parser.add_argument("--kinds", default=",".join(KINDS), help="comma-separated; more: " + ", ".join(MORE))
    parser.add_argument("--values", default=",".join(VALUES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3, help="of each measurement of each side")
    options = parser.parse_args()
    kinds = [kind for name in options.kinds.split(",") for kind in (MORE if name == "more" else [name])]
    values = options.values.split(",")
    for interpreter in filter(None, options.interpreters.split(",")):
        compare(interpreter, kinds, values, options.threads, options.pairs, options.seconds)
    if options.counted:
        titles = [f"{title:31}" for title in ("atomic counts", "object locks", "other locks")]
        print(f"\nper read, two threads\n{'read of':10} {'value':10} {'  '.join(titles)}".rstrip(), flush=True)
        subprocess.run([options.counted, __file__, "--count", ",".join(kinds), options.values], check=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--worker"]:
        worker()
    elif sys.argv[1:2] == ["--count"]:
        count(sys.argv[2].split(","), sys.argv[3].split(","))
    else:
        main()
