"""How long an interpreter takes to start and stop, and how much memory that needs."""

import os
import re
import subprocess
import time

from . import measure

# The peak of a child counts its parent's memory from before the exec, so the child reads its own.
_PEAK = "import posix; f = posix.open('/proc/self/status', 0); posix.write(1, posix.read(f, 8192))"


def once(interpreter, code):
    """Seconds for one run of `-c code`."""
    argv = [*interpreter.command, "-c", code]
    start = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, measure.environment(interpreter))
    _, status = os.waitpid(pid, 0)
    taken = time.perf_counter() - start
    if status != 0:
        raise RuntimeError(f"{interpreter.name} -c {code!r} ended with {os.waitstatus_to_exitcode(status)}")
    return taken


def peak(interpreter):
    """The peak of the resident memory in bytes."""
    done = subprocess.run(
        [*interpreter.command, "-c", _PEAK], capture_output=True, text=True, env=measure.environment(interpreter), check=False
    )
    found = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    return int(found[1]) * 1024 if found else 0


def compare(interpreters, runs, code="pass"):
    """name -> (times, peak or error), measured in turn."""
    found = {interpreter.name: {"times": [], "peak": 0, "error": None} for interpreter in interpreters}
    for interpreter in interpreters:
        try:
            once(interpreter, code)
            found[interpreter.name]["peak"] = peak(interpreter)
        except (OSError, RuntimeError) as error:
            found[interpreter.name]["error"] = str(error)
    for _ in range(runs):
        for interpreter in interpreters:
            entry = found[interpreter.name]
            if entry["error"] is None:
                try:
                    entry["times"].append(once(interpreter, code))
                except (OSError, RuntimeError) as error:
                    entry["error"] = str(error)
    return found
