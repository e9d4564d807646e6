"""Runs random programs by the interpreter and as compiled units, and compares what they print.

    python units.py --pyston FILE [--seeds FIRST-LAST | --seconds S --seed N] [--ways off,trivial,llvm] [--peer PYTHON] [--stress N] [--keep FOLDER] [--shrink]
    python units.py --show SEED

A *way* is how a program is run: `off`, `trivial` (all code as units, interpreted), `llvm` and `cranelift` (the same, compiled), `stress` and `llvm-stress` (guards
fail now and then although they hold), `stress-gc` (and the collector runs there). The first way, or the peer if there is one, says what is right. Programs are run by the batch, one process for
each way; a batch that differs is run again program by program. The exit code is 1 when something was found. A program is made of its seed alone
(`units/program.py`), under whichever Python this runs.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "units")
sys.path.insert(0, HERE)

WAYS = {
    "off": ["-X", "jit=off"],
    "trivial": ["-X", "jit=eager", "-X", "jit-backend=trivial"],
    "llvm": ["-X", "jit=eager"],
    "cranelift": ["-X", "jit=eager", "-X", "jit-backend=cranelift"],
    "stress": ["-X", "jit=eager", "-X", "jit-backend=trivial", "-X", "jit-stress={stress}"],
    "stress-gc": ["-X", "jit=eager", "-X", "jit-backend=trivial", "-X", "jit-stress={stress}", "-X", "jit-stress-gc"],
    "llvm-stress": ["-X", "jit=eager", "-X", "jit-stress={stress}"],
}

# Runs programs one after the other, each in a module of its own.
RUNNER = """
import gc, resource, sys, types
with open("/proc/self/statm") as file:
    size = int(file.read().split()[0]) * resource.getpagesize() + (700 << 20)
# A program that multiplies a list by a large number gets a MemoryError, wherever it runs.
resource.setrlimit(resource.RLIMIT_AS, (size, size))
del file, size
for name in sys.argv[1:]:
    print("=====", name, flush=True)
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    with open(name) as file:
        source = file.read()
    try:
        exec(compile(source, "program", "exec"), module.__dict__)
    except BaseException as error:
        print("ended by", type(error).__name__, error)
    sys.settrace(None)
    if "reset" in module.__dict__:
        module.reset()
    gc.collect()
sys.stdout.flush()
"""


def make(seed, identity=True):
    import program

    with open(os.path.join(HERE, "prelude.py")) as file:
        return file.read() + program.make(seed, identity)


class Ways:
    """The Pythons that are compared."""

    def __init__(self, options):
        self.options = options
        self.commands = {}
        if options.peer:
            self.commands["peer"] = [options.peer]
        for way in options.ways.split(","):
            words = [word.format(stress=options.stress) for word in WAYS[way]]
            self.commands[way] = [options.pyston, *words]

    def run(self, way, arguments, patience):
        """What it prints, and how it ends; `None` if that takes too long."""
        command = [*self.commands[way], "-S", "-W", "ignore", *arguments]
        environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(command, capture_output=True, timeout=patience, env=environment)
        except subprocess.TimeoutExpired:
            return None
        output = done.stdout.decode("utf-8", "replace")
        if done.returncode:
            errors = done.stderr.decode("utf-8", "replace")
            output += f"\nexit code {done.returncode}\n" + errors[:300] + "\n" + errors[-2000:]
        return re.sub("0x[0-9a-f]{6,}", "0x", output)

    def differing(self, runner, file, patience=30):
        """The first way whose output is not the first one's, with both outputs; `None` if there is none, or the first takes too long."""
        names = list(self.commands)
        expected = self.run(names[0], [runner, file], patience)
        if expected is None or "memory allocation of" in expected:
            return None
        if "\nexit code" in expected:
            return names[0], expected, expected
        for way in names[1:]:
            found = self.run(way, [runner, file], patience * 4)
            if found != expected:
                return way, expected, found
        return None


def runner_in(folder):
    runner = os.path.join(folder, "runner.py")
    with open(runner, "w") as out:
        out.write(RUNNER)
    return runner


def batch(ways, folder, seeds):
    """The seeds of the programs on which not all agree, the programs, and whether the first way ran them all."""
    files = {seed: os.path.join(folder, f"p{seed}.py") for seed in seeds}
    for seed, file in files.items():
        with open(file, "w") as out:
            out.write(make(seed, not ways.options.no_identity))
    runner = runner_in(folder)
    expected, suspects = None, set()
    for way in ways.commands:
        output = ways.run(way, [runner, *files.values()], 60 + 20 * len(files))
        parts = {} if output is None else {part.partition("\n")[0].strip(): part for part in output.split("===== ")[1:]}
        expected = expected if expected is not None else parts
        suspects |= {seed for seed, file in files.items() if expected.get(file) != parts.get(file) or file not in parts or "ended by" in parts[file]}
    # Where the first way itself came to an early end, others were compared with nothing.
    return sorted(suspects), files, len(expected) == len(files)


def report(ways, options, runner, seed, file, found):
    way, expected, output = found
    print(f"seed {seed}: {way} differs", flush=True)
    if not options.keep:
        print(first_difference(expected, output), flush=True)
        return
    os.makedirs(options.keep, exist_ok=True)
    base = os.path.join(options.keep, f"{way}-{seed}")
    with open(file) as source, open(base + ".py", "w") as kept:
        kept.write(source.read())
    if options.shrink:
        smaller(ways, runner, base + ".py", way)
        again = ways.differing(runner, base + ".py")
        expected, output = again[1:] if again else (expected, output)
    with open(base + ".txt", "w") as out:
        out.write(first_difference(expected, output))


def smaller(ways, runner, file, way):
    """Shrinks a program that runs differently in this way."""
    import shrink

    first = next(iter(ways.commands))
    trial = file + ".trial.py"

    def is_interesting(source):
        with open(trial, "w") as out:
            out.write(source)
        expected = ways.run(first, [runner, trial], 5)
        if expected is None or "\nexit code" in expected and way != first:
            return False
        return ways.run(way, [runner, trial], 30) != expected

    with open(file) as source:
        shrunk = shrink.shrink(source.read(), is_interesting)
    with open(file, "w") as out:
        out.write(shrunk)
    os.unlink(trial)


def first_difference(expected, output):
    if output is None:
        return "takes too long\n"
    one, other = expected.splitlines(), output.splitlines()
    for at, (a, b) in enumerate(zip(one, other)):
        if a != b:
            return f"line {at}\n  expected {a[:600]}\n  found    {b[:600]}\n" + "\n".join(other[-12:] if "exit code" in output else []) + "\n"
    return f"{len(one)} lines expected, {len(other)} found\n" + "\n".join(one[len(other) :][:1] + other[len(one) :][:12]) + "\n"


def seeds_of(options):
    """The batches to run, until time is up."""
    if options.seeds:
        first, _, last = options.seeds.partition("-")
        seeds = list(range(int(first), int(last or first) + 1))
        for at in range(0, len(seeds), options.batch):
            yield seeds[at : at + options.batch]
        return
    end, seed = time.monotonic() + options.seconds, options.seed
    while time.monotonic() < end:
        yield list(range(seed, seed + options.batch))
        seed += options.batch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pyston")
    parser.add_argument("--peer", help="CPython 3.14, which says what is right")
    parser.add_argument("--ways", default="off,trivial")
    parser.add_argument("--seeds")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--stress", type=int, default=7)
    parser.add_argument("--keep", help="where programs are kept on which not all agree")
    parser.add_argument("--shrink", action="store_true", help="makes what is kept smaller, which takes a minute or two each")
    parser.add_argument("--show", type=int)
    parser.add_argument("--no-identity", action="store_true", help="programs that do not ask which numbers are one object")
    parser.add_argument("--smaller", nargs=2, metavar=("FILE", "WAY"), help="shrinks a program that was kept")
    options = parser.parse_args()
    if options.show is not None:
        sys.stdout.write(make(options.show, not options.no_identity))
        return 0
    ways = Ways(options)
    if options.smaller:
        with tempfile.TemporaryDirectory() as folder:
            smaller(ways, runner_in(folder), *options.smaller)
        return 0
    ran = wrong = 0
    for seeds in seeds_of(options):
        with tempfile.TemporaryDirectory() as folder:
            suspects, files, first_ended = batch(ways, folder, seeds)
            ran += len(seeds)
            if ran // 500 != (ran - len(seeds)) // 500:
                print(f"{ran} programs", flush=True)
            for seed in suspects:
                runner = runner_in(folder)
                found = ways.differing(runner, files[seed])
                if found:
                    wrong += 1
                    report(ways, options, runner, seed, files[seed], found)
                elif first_ended:
                    print(f"seed {seed}: differs beside others alone", flush=True)
                    wrong += 1
    print(f"{ran} programs, {wrong} on which not all agree")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
