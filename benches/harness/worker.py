"""Runs one program inside the interpreter that is measured.

    python worker.py CONFIG

CONFIG is a Python literal (see `measure.py` and `parallel.py`). What was found
goes to the original standard output, one line each: a word and a Python literal.
The program's own output goes nowhere.

`mode` is `time` (each bench by itself: calibrate, warm up, measure) or
`throughput` (as many units of work as fit into a time, on `threads` threads).
"""

import sys
from time import perf_counter


class Sink:
    """A standard output for programs that print."""

    encoding = "utf-8"
    errors = "strict"

    def write(self, text):
        return len(text)

    def flush(self):
        pass

    def isatty(self):
        return False


class Workload:
    """A function of our own that takes a number of loops, shaped like a `pyperf` bench."""

    inner = 1
    kind = "time"

    def __init__(self, name, function):
        self.name = name
        self.function = function
        self.args = ()

    def run(self, loops):
        start = perf_counter()
        self.function(loops)
        return perf_counter() - start


class Loader:
    """Makes as many independent copies of the program as there are threads."""

    def __init__(self, config):
        self.config = config
        source = config["source"]
        sys.argv = [source, *config["argv"]] if config["kind"] == "pyperf" else [source]
        sys.path[:0] = [config["standin"], *config["paths"]]
        with open(source, "rb") as file:
            self.text = file.read()
        self.shared = None

    def module(self, name):
        module = type(sys)(name)
        module.__file__ = self.config["source"]
        # A copy has code of its own, as two modules have: what an interpreter notes in code is part of it.
        exec(compile(self.text, self.config["source"], "exec", dont_inherit=True), module.__dict__)
        return module

    def load(self):
        """The globals and the benches of a fresh copy; copies are made one at a time."""
        if self.config["kind"] == "pyperf":
            import pyperf

            module = self.module("__main__")
            return module.__dict__, pyperf.take()
        # Workloads of our own are about code (and sometimes data) that all threads share.
        name = self.config["argv"][0]
        if self.shared is None:
            space = self.module("workloads").__dict__
            self.shared = space, space["workload"](name)
        space, function = self.shared
        return space, [Workload(name, function)]


def emit(out, word, value):
    out.write(f"{word} {value!r}\n")
    out.flush()


def keep_folders():
    """Programs delete their folders when they have handed over their work, before it runs."""
    import atexit
    import shutil

    remove = shutil.rmtree

    def later(path, *args, **kwargs):
        atexit.register(remove, path, ignore_errors=True)

    shutil.rmtree = later


def peak_memory():
    """The peak of the resident memory in bytes, or 0."""
    try:
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def calibrate(bench, minimum):
    """How many loops take the minimum of time, and how long that took."""
    loops = 1
    while True:
        taken = bench.run(loops)
        if taken >= minimum or loops >= 1 << 30:
            return loops, taken
        factor = minimum / taken if taken > 0 else 10.0
        loops = max(loops + 1, int(loops * min(10.0, factor * 1.1)))


def measure_times(config, benches, out):
    """Prints a BENCH line for each: seconds of one inner loop, in the order measured."""
    for bench in benches:
        start = perf_counter()
        loops, taken = calibrate(bench, config["min_time"])
        while perf_counter() - start < config["warmup"]:
            bench.run(loops)
        values = []
        begin = perf_counter()
        while len(values) < config["values"]:
            values.append(bench.run(loops) / (loops * bench.inner))
            if perf_counter() - begin > config["budget"] and len(values) > 1:
                break
        emit(out, "BENCH", {"name": bench.name, "loops": loops, "values": values})


def check(config, space, benches, out):
    """Prints the digest of the result of a fresh copy of the program, where there is one."""
    import checks

    name = config["name"]
    function = checks.CHECKS.get(name)
    if function is None:
        return
    try:
        found = checks.digest(function(space, benches))
    except Exception as error:
        found = f"{type(error).__name__}: {error}"
    emit(out, "CHECK", {"digest": found, "known": checks.KNOWN.get(name)})


class Units:
    """The work of one thread: all benches of its copy, each as often as fits a slice of time."""

    def __init__(self, benches, slice_time):
        share = slice_time / len(benches)
        self.parts = []
        for bench in benches:
            loops, _ = calibrate(bench, share / 2)
            self.parts.append((bench.run, loops))

    def adopt(self, other):
        """Takes the loops of another thread's copy, so that a unit is the same everywhere."""
        self.parts = [(run, loops) for (run, _), (_, loops) in zip(self.parts, other)]

    def run_for(self, seconds):
        """Whole units until the time is over: (units, seconds taken)."""
        parts = self.parts
        done = 0
        start = perf_counter()
        end = start + seconds
        while True:
            for run, loops in parts:
                run(loops)
            done += 1
            now = perf_counter()
            if now >= end:
                return done, now - start


def sole(config, units, out):
    """One process with one thread: measures at each `go`, then works on until `pause`, so that
    nobody else is measured beside an idle processor."""
    import select

    stdin = sys.stdin
    emit(out, "READY", [loops for _, loops in units.parts])
    while True:
        words = stdin.readline().split()
        if not words or words[0] == "quit":
            return
        if words[0] == "loops":
            units.adopt([(None, int(word)) for word in words[1:]])
            units.run_for(config["warmup"])
            emit(out, "WARM", True)
            continue
        emit(out, "RATE", units.run_for(float(words[1])))
        while not select.select([stdin], [], [], 0)[0]:
            units.run_for(0)
        stdin.readline()
        emit(out, "PAUSED", True)


def threaded(config, loader, out):
    """The same commands for a process whose threads all work."""
    import threading

    count = config["threads"]
    load = threading.Lock()
    commands = [None]
    start = threading.Barrier(count + 1)
    finish = threading.Barrier(count + 1)
    measured = threading.Barrier(count + 1)
    results = [None] * count
    working = [False]
    failures = []

    def work(number):
        try:
            with load:
                _, benches = loader.load()
                units = Units(benches, config["slice"])
                if number == 0:
                    commands[0] = [loops for _, loops in units.parts]
            finish.wait()
            while True:
                start.wait()
                command = commands[0]
                if command is None:
                    return
                if isinstance(command, list):
                    units.adopt([(None, loops) for loops in command])
                    units.run_for(config["warmup"])
                else:
                    results[number] = units.run_for(command)
                    # Nobody's measured time may fall beside a thread that has ended.
                    left[number] = True
                    while not all(left):
                        units.run_for(0)
                    measured.wait()
                    while working[0]:
                        units.run_for(0)
                finish.wait()
        except threading.BrokenBarrierError:
            pass
        except BaseException as error:
            failures.append(f"{type(error).__name__}: {error}")
            for barrier in (start, finish, measured):
                barrier.abort()
            raise

    left = [False] * count
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    try:
        finish.wait()
        emit(out, "READY", commands[0])
        while True:
            words = sys.stdin.readline().split()
            if not words or words[0] == "quit":
                commands[0] = None
                start.wait()
                break
            if words[0] == "loops":
                commands[0] = [int(word) for word in words[1:]]
                start.wait()
                finish.wait()
                emit(out, "WARM", True)
                continue
            commands[0] = float(words[1])
            left[:] = [False] * count
            working[0] = True
            start.wait()
            measured.wait()
            emit(out, "RATE", list(results))
            sys.stdin.readline()
            working[0] = False
            finish.wait()
            emit(out, "PAUSED", True)
    except threading.BrokenBarrierError:
        pass
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit(failures[0])


def idle_thread(kind):
    """A second thread that waits before the program builds anything, as a logger or a progress bar would; or one that has ended."""
    import threading

    leave = threading.Event()
    thread = threading.Thread(target=leave.wait, daemon=True)
    thread.start()
    if kind == "ended":
        leave.set()
        thread.join()
        # A runtime that switches back to one thread may take its time.
        start = perf_counter()
        while perf_counter() - start < 0.05:
            pass


def main():
    config = eval(sys.argv[1], {"__builtins__": {}})
    out = sys.stdout
    sys.stdout = Sink()
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 5000))
    if config["name"] == "pathlib":
        keep_folders()
    if config.get("idle", "none") != "none":
        idle_thread(config["idle"])
    loader = Loader(config)
    if config["mode"] == "throughput" and config["threads"] > 1:
        threaded(config, loader, out)
    else:
        _, benches = loader.load()
        if not benches:
            raise SystemExit("the program handed over nothing to measure")
        if config["mode"] == "throughput":
            sole(config, Units(benches, config["slice"]), out)
        else:
            measure_times(config, benches, out)
            # The peak is the program's, not that of the check.
            peak = peak_memory()
            check(config, *loader.load(), out)
            emit(out, "PEAK", peak)
    emit(out, "END", peak_memory())


if __name__ == "__main__":
    main()
