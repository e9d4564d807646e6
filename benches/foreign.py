"""What calls of extensions cost, and what they cost others: rates under several interpreters in turn.

    python3.14 benches/foreign.py --interpreters python3.14,target/release/pyston --site FOLDER

nothing    calls of a C function without arguments in a loop, one thread: speed against the first interpreter
same       the same with one argument, which comes back
beside     two threads in pure Python, after an extension was imported that declares nothing, against two processes
mix        one thread in short foreign calls (orjson.dumps of small values, orjson in --site), one in pure Python: each one's rate as a share
           of the first interpreter's rate when it runs alone, the two summed; and each against what it reaches beside the other in two processes
shared     the extension rebuilt in shared mode (`-DPy_GIL_DISABLED` against include/), two threads that call it against two processes

The extension (foreign/callee.c) is compiled with `cc` against include/ for Pyston, and against the interpreter's own headers for others. Each
measurement is a process of its own, workers run for --seconds; the interpreters take turns, and the median of --rounds counts.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
INCLUDE = os.path.join(HERE, "..", "include")


# --- in the process that is measured ---


def pure(until):
    """Python that touches nothing foreign; units done."""
    done = 0
    while time.perf_counter() < until:
        table = {}
        for i in range(200):
            table[i] = str(i)
            if i % 3 == 0:
                table[i] = [i, table[i]]
        done += len(table)
    return done


def dumps(until):
    import orjson

    call, value, done = orjson.dumps, {"a": 1, "b": [1, 2, "three"]}, 0
    while time.perf_counter() < until:
        for _ in range(100):
            call(value)
        done += 100
    return done


def squares(until):
    import callee

    call, values, done = callee.squares, list(range(100)), 0
    while time.perf_counter() < until:
        for _ in range(100):
            call(values)
        done += 100
    return done


def loop(name):
    """Nanoseconds per call."""
    import callee

    best = None
    for _ in range(5):
        if name == "nothing":
            call = callee.nothing
            start = time.perf_counter()
            for _ in range(300_000):
                call()
        else:
            call = callee.same
            start = time.perf_counter()
            for _ in range(300_000):
                call(None)
        taken = time.perf_counter() - start
        best = taken if best is None else min(best, taken)
    return best / 300_000 * 1e9


def extension(until):
    """What extensions do with objects (foreign/trainee.c), for the profile of an optimised build."""
    import trainee

    class Thing:
        pass

    value = {"a": 1, "b": [1, 2.5, "three", None], "c": {"d": (True, "ä", 10**12)}}
    thing, done = Thing(), 0
    while time.perf_counter() < until:
        for i in range(50):
            trainee.render(value)
            trainee.copy(value)
            thing.state = i
            trainee.ask(thing, "state", lambda found, other: found, scale=0.5)
            trainee.look_up(value, "b")
            trainee.look_up(value["b"], 2)
            trainee.total(range(10))
            nodes = [trainee.Node(value, j) for j in range(3)]
            nodes[0].held, nodes[0] + nodes[1], nodes[2].heavier(1.0), repr(nodes[1])
        done += 50
    return done


WORK = {"pure": pure, "dumps": dumps, "squares": squares, "extension": extension}


def run_together(names, seconds):
    """The rates of workers, each in a thread of its own."""
    rates = [0.0] * len(names)
    barrier = threading.Barrier(len(names))

    def run(place):
        work = WORK[names[place]]
        work(time.perf_counter() + 0.2)
        barrier.wait()
        start = time.perf_counter()
        done = work(start + seconds)
        rates[place] = done / (time.perf_counter() - start)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(1, len(names))]
    for thread in threads:
        thread.start()
    run(0)
    for thread in threads:
        thread.join()
    return rates


def child(arguments):
    kind, *rest = arguments
    if kind == "train":
        for name in ("nothing", "same"):
            loop(name)
        for names in (["squares"], ["extension"], ["squares", "pure"], ["extension", "pure"], ["squares", "squares"], ["extension", "extension"]):
            run_together(names, 0.5)
        return
    if kind == "loop":
        print(json.dumps(loop(rest[0])))
        return
    seconds, start, *names = rest
    import callee  # noqa: F401  an extension is there, whatever runs

    # Processes that are compared begin together.
    while time.time() < float(start):
        time.sleep(0.005)
    print(json.dumps(run_together(names, float(seconds))))


# --- in the process that measures ---


def is_pyston(python):
    out = subprocess.run([python, "-c", "import sys; print(hasattr(sys, 'pyston_version_info'))"], capture_output=True, text=True, check=True)
    return out.stdout.strip() == "True"


def headers_of(python):
    out = subprocess.run([python, "-c", "import sysconfig as s; print(s.get_path('include'))"], capture_output=True, text=True, check=True)
    return out.stdout.strip()


def build(python, folder, shared, headers, name="callee"):
    """Compiles an extension; the folder it lies in."""
    place = os.path.join(folder, f"{abs(hash((python, shared)))}")
    os.makedirs(place, exist_ok=True)
    ours = is_pyston(python)
    include = INCLUDE if ours else headers or headers_of(python)
    flags = ["-DDECLARES"] if shared else []
    if shared and ours:
        flags.append("-DPy_GIL_DISABLED")
    target = os.path.join(place, f"{name}.so")
    command = ["cc", "-O2", "-shared", "-fPIC", f"-I{include}", f"-I{os.path.dirname(include)}", *flags, "-o", target, f"{HERE}/foreign/{name}.c"]
    subprocess.run(command, check=True)
    return place


class Interpreter:
    def __init__(self, python, folder, options):
        self.python = python
        self.options = options
        self.plain = build(python, folder, False, options.headers)
        self.shared = build(python, folder, True, options.headers) if is_pyston(python) else None

    def start(self, place, *arguments):
        path = os.pathsep.join(filter(None, [place, self.options.site]))
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [self.python, os.path.abspath(__file__), "--child", *map(str, arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    def result(self, process):
        out, _ = process.communicate()
        if process.returncode:
            sys.exit(f"{self.python} failed")
        return json.loads(out)

    def loop(self, name):
        return self.result(self.start(self.plain, "loop", name))

    def threads(self, place, *names):
        return self.result(self.start(place, "rates", self.options.seconds, 0, *names))

    def processes(self, place, *names):
        at = time.time() + 1.0
        started = [self.start(place, "rates", self.options.seconds, at, name) for name in names]
        return [self.result(process)[0] for process in started]


def median(values):
    return statistics.median(values)


def spread(values):
    return f"{median(values):.2f}x ({min(values):.2f} to {max(values):.2f})"


def measure(interpreters, options):
    first = interpreters[0]
    wanted = options.only or ["nothing", "same", "beside", "mix", "shared"]
    for name in [name for name in ("nothing", "same") if name in wanted]:
        times = {one: [] for one in interpreters}
        for _ in range(options.rounds):
            for one in interpreters:
                times[one].append(one.loop(name))
        for one in interpreters:
            ratios = [a / b for a, b in zip(times[first], times[one])]
            print(f"{name:8} {one.python}: {median(times[one]):.1f} ns, speed {spread(ratios)}", flush=True)
    if "beside" in wanted:
        compare("beside", [one for one in interpreters if one.shared], lambda one: one.plain, "pure", options)
    if "mix" in wanted:
        mix(interpreters, options)
    if "shared" in wanted:
        compare("shared", [one for one in interpreters if one.shared], lambda one: one.shared, "squares", options)


def compare(title, interpreters, place, work, options):
    for one in interpreters:
        ratios = []
        for _ in range(options.rounds):
            threads = sum(one.threads(place(one), work, work))
            processes = sum(one.processes(place(one), work, work))
            ratios.append(threads / processes)
        print(f"{title:8} {one.python}: threads against processes {spread(ratios)}", flush=True)


def mix(interpreters, options):
    first = interpreters[0]
    sums = {one: [] for one in interpreters}
    against = {one: ([], []) for one in interpreters}
    for _ in range(options.rounds):
        solo = [first.processes(first.plain, name)[0] for name in ("dumps", "pure")]
        for one in interpreters:
            beside = one.threads(one.plain, "dumps", "pure")
            apart = one.processes(one.plain, "dumps", "pure")
            sums[one].append(sum(rate / alone for rate, alone in zip(beside, solo)))
            for place in (0, 1):
                against[one][place].append(beside[place] / apart[place])
    for one in interpreters:
        ratios = [a / b for a, b in zip(sums[one], sums[first])]
        shares = ", ".join(f"{name} {median(values):.2f}" for name, values in zip(("dumps", "pure"), against[one]))
        print(f"mix      {one.python}: sum of shares {median(sums[one]):.2f}, against the first {spread(ratios)}; of two processes: {shares}", flush=True)


def train():
    """What a profile-guided build should know of foreign calls: calls in a loop, work by the API, alone and beside Python, in both modes."""
    with tempfile.TemporaryDirectory(prefix="foreign-") as folder:
        for shared in (False, True):
            for name in ("callee", "trainee"):
                path = build(sys.executable, folder, shared, "", name)
            command = [sys.executable, os.path.abspath(__file__), "--child", "train"]
            subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": path})


def main():
    if sys.argv[1:2] == ["--child"]:
        return child(sys.argv[2:])
    if sys.argv[1:2] == ["--train"]:
        return train()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreters", default="python3.14,target/release/pyston", help="the first one is compared with")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="how long workers run")
    parser.add_argument("--site", default="", help="a folder with orjson for CPython 3.14")
    parser.add_argument("--headers", default="", help="where CPython's Python.h lies, if its sysconfig does not know")
    parser.add_argument("--only", nargs="*", help="some of the measurements")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="foreign-") as folder:
        interpreters = [Interpreter(python, folder, options) for python in options.interpreters.split(",")]
        measure(interpreters, options)


if __name__ == "__main__":
    main()
