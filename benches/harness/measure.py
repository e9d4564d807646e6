"""Starts interpreters on `worker.py`, with a time-out, and reads what they say."""

import ast
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))
WORKER = os.path.join(HERE, "worker.py")
STANDIN = os.path.join(HERE, "standin")


@dataclass
class Interpreter:
    name: str
    command: list  # the program and options before the script
    environment: dict = field(default_factory=dict)


def parse_interpreters(text):
    """`[name=][VAR=value ]program[ options]`, separated by commas.

    Without a name it is the program's own; two of the same name get numbers.
    """
    found = []
    for part in text.split(","):
        words = part.split()
        if not words:
            continue
        name = None
        environment = {}
        while "=" in words[0]:
            key, _, value = words[0].partition("=")
            if key.isupper():
                environment[key] = value
                words.pop(0)
                if not words:
                    raise SystemExit(f"run.py: {part!r} names no program")
            else:
                name, words[0] = key, value
        program = resolve(words[0])
        name = name or " ".join([*(f"{k}={v}" for k, v in environment.items()), os.path.basename(program), *words[1:]])
        if any(other.name == name for other in found):
            name += f" ({len(found) + 1})"
        found.append(Interpreter(name, [program, *words[1:]], environment))
    if not found:
        raise SystemExit("run.py: --interpreters needs at least one program")
    return found


def resolve(program):
    """A path, a program of the search path, or one of the peers'."""
    peers = os.environ.get("PEERS") or os.path.expanduser("~/.cache/pyston-peers")
    for candidate in (program, shutil.which(program), os.path.join(peers, "bin", program)):
        if candidate and os.path.sep in candidate and os.access(candidate, os.X_OK):
            return os.path.abspath(os.path.expanduser(candidate))
    raise SystemExit(f"run.py: no interpreter {program}")


def environment(interpreter):
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env["PYTHONHASHSEED"] = "0"
    env.update(interpreter.environment)
    return env


def config(program, mode, **more):
    return {
        "mode": mode, "name": program.name, "kind": program.kind, "source": program.source, "argv": list(program.argv),
        "paths": list(program.paths), "standin": STANDIN, **more,
    }  # fmt: skip


def command(interpreter, settings):
    return [*interpreter.command, WORKER, repr(settings)]


def last_line(text):
    """The line that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""


def failure(code, stderr):
    """One line for a process that did not end well."""
    text = last_line(stderr)
    if code < 0:
        import signal

        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"{name}: {text}" if text else name
    return text or f"exit code {code}"


@dataclass
class Outcome:
    """What one interpreter did with one program."""

    benches: dict = field(default_factory=dict)  # name -> all values of all rounds
    digest: str | None = None
    known: str | None = None
    peak: int = 0
    error: str | None = None
    wall: float = 0.0

    def add(self, other):
        for name, values in other.benches.items():
            self.benches.setdefault(name, []).extend(values)
        self.digest = other.digest if self.digest is None else self.digest
        self.known = other.known if self.known is None else self.known
        self.peak = max(self.peak, other.peak)
        self.error = self.error or other.error
        self.wall += other.wall


def read_lines(text):
    for line in text.splitlines():
        word, _, value = line.partition(" ")
        if word in ("BENCH", "CHECK", "PEAK", "END", "READY", "RATE", "WARM", "PAUSED"):
            yield word, ast.literal_eval(value)


def run_once(interpreter, program, settings, timeout):
    """One process over all benches of the program."""
    outcome = Outcome()
    start = time.perf_counter()
    process = subprocess.Popen(
        command(interpreter, config(program, "time", **settings)),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        env=environment(interpreter), cwd=os.path.dirname(program.source),
    )  # fmt: skip
    limit = timeout * program.slow
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        outcome.error = f"no end after {limit:.0f} s"
    outcome.wall = time.perf_counter() - start
    if outcome.error is None and process.returncode != 0:
        outcome.error = failure(process.returncode, err)
    ended = False
    for word, value in read_lines(out):
        if word == "BENCH":
            outcome.benches[value["name"]] = value["values"]
        elif word == "CHECK":
            outcome.digest, outcome.known = value["digest"], value["known"]
        elif word == "PEAK":
            outcome.peak = value
        elif word == "END":
            ended = True
    if not ended and outcome.error is None:
        outcome.error = "ended early with exit code 0"
    return outcome
