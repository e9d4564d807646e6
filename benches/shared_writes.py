"""Two threads that change, or read and change, one shared container: millions of steps a second of each, under several interpreters in turn.

    python3.14 benches/shared_writes.py --interpreters python3.14t,python3.14,target/release/pyston

A step of a thread that adds is an addition and a removal. Each measurement is a process of its own; the interpreters take turns, and the
median of all rounds counts, of each thread apart.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from collections import deque

#: The statement that each of the two threads repeats; `x` is the container, `k` a key of the thread's own.
CASES = {
    "dict: read | add": ("dict", "x[5]", "x[k] = 1; del x[k]"),
    "dict: read | replace": ("dict", "x[5]", "x[5] = 1"),
    "dict: add | add": ("dict", "x[k] = 1; del x[k]", "x[k] = 1; del x[k]"),
    "dict: replace | replace": ("dict", "x[5] = 1", "x[6] = 1"),
    "set: read | add": ("set", "5 in x", "x.add(k); x.discard(k)"),
    "set: add | add": ("set", "x.add(k); x.discard(k)", "x.add(k); x.discard(k)"),
    "list: read | append": ("list", "x[5]", "x.append(k); x.pop()"),
    "list: append | append": ("list", "x.append(k); x.pop()", "x.append(k); x.pop()"),
    "list: replace | replace": ("list", "x[5] = 1", "x[6] = 1"),
    "deque: append | append": ("deque", "x.append(k); x.popleft()", "x.append(k); x.popleft()"),
    "attribute: read | replace": ("object", "x.a", "x.a = 1"),
    "attribute: replace | replace": ("object", "x.a = 1", "x.b = 1"),
}
STEPS = 100


class Thing:
    def __init__(self):
        self.a = self.b = 0


CONTAINERS = {
    "dict": lambda: {i: i for i in range(64)},
    "set": lambda: set(range(64)),
    "list": lambda: list(range(64)),
    "deque": lambda: deque(range(64)),
    "object": Thing,
}


def measure(case, seconds):
    kind, *statements = CASES[case]
    container = CONTAINERS[kind]()
    start, over = threading.Barrier(3), []
    rates = [0.0, 0.0]

    def run(number, statement):
        names = {}
        exec(f"def steps(x, k):\n    for _ in range({STEPS}):\n        {statement}", names)
        steps, done, key = names["steps"], 0, 1000 + number
        start.wait()
        begun = time.perf_counter()
        while not over:
            steps(container, key)
            done += STEPS
        rates[number] = done / (time.perf_counter() - begun) / 1e6

    threads = [threading.Thread(target=run, args=each) for each in enumerate(statements)]
    for thread in threads:
        thread.start()
    start.wait()
    time.sleep(seconds)
    over.append(True)
    for thread in threads:
        thread.join()
    print(*rates)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreters", required=True, help="comma-separated, NAME=PATH or PATH")
    parser.add_argument("--only", default=",".join(CASES), help="cases, comma-separated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3)
    options = parser.parse_args()
    from harness import stats

    interpreters = [(os.path.basename(each.split("=")[0]), each.split("=")[-1]) for each in options.interpreters.split(",")]
    print(f"{'million steps a second':30}" + "".join(f"{name[:18]:>20}" for name, _ in interpreters))
    for case in options.only.split(","):
        taken = [[] for _ in interpreters]
        for _ in range(options.rounds):
            for values, (_, program) in zip(taken, interpreters):
                command = [program, __file__, "--measure", case, str(options.seconds)]
                values.append([float(rate) for rate in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()])
        cells = [" | ".join(f"{stats.median(column):.2f}" for column in zip(*values)) for values in taken]
        print(f"{case:30}" + "".join(f"{cell:>20}" for cell in cells), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], float(sys.argv[3]))
    else:
        main()
