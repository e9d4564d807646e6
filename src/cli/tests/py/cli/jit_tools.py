# modes: one
# needs: subprocess
# timeout: 60
"""What the compiler tells of itself: sys._jit, -X jit-log, perf's map; and the options that belong to it. Units are interpreted, so no LLVM is needed."""
import ast
import os
import re
import subprocess
import sys
import tempfile

if not hasattr(sys._jit, "stats"):
    sys.exit()  # It is not CPython's.

PROGRAM = """\
import sys

def total(items):
    result = 0
    for item in items:
        result = result + item
    return result

def never():
    return 1

for _ in range(10):
    total([1, 2, 3])
for _ in range(400):
    total([1.5, 2, 3])
"""
SHOW = """
jit = sys._jit
print([jit.is_available(), jit.is_enabled(), jit.is_active(), jit.stats(), jit.units(), jit.lines_seen(total.__code__), jit.lines_seen(never.__code__)])
"""
base = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PYSTON"))}
UNITS = ["-X", "jit=eager", "-X", "jit-backend=trivial"]
folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "program.py")


def run(*arguments, status=0, **variables):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=base | variables, timeout=30)
    assert done.returncode == status, done
    return done.stdout if status == 0 else done.stderr


def write(text):
    with open(path, "w") as file:
        file.write(text)


# What is counted.
write(PROGRAM + SHOW)
available, enabled, active, stats, units, seen, unseen = ast.literal_eval(run(*UNITS, path))
assert (available, enabled, active) == (True, True, False)
assert seen == [3, 4, 5, 6] and unseen == [], (seen, unseen)
assert list(stats) == ["compiled", "live", "ended", "refused", "given_up", "exits", "code_bytes", "compile_seconds", "queued"]
assert stats["compiled"] >= stats["live"] + stats["ended"] > 3 and stats["refused"] == {} and stats["queued"] == 0, stats
assert stats["given_up"]["class"] >= 2 and stats["exits"]["class"] >= 256, stats
assert stats["code_bytes"] > 0 and 0 < stats["compile_seconds"] < 30

# Each unit.
mine = [unit for unit in units if unit["file"] == path]
fields = ["name", "file", "first_line", "kind", "pc", "line", "state", "reason", "tier", "seconds", "waited", "code_bytes", "instructions", "lines", "parts", "exits"]
assert all(list(unit) == fields for unit in units)
total = {unit["kind"]: unit for unit in mine if unit["name"] == "total"}
assert {unit["state"] for unit in total.values()} == {"given up"} and {unit["reason"] for unit in total.values()} == {"class"}, total
assert total["function"]["lines"] == [4, 5, 6, 7] and total["function"]["line"] == 4 and total["function"]["first_line"] == 3
assert total["loop"]["lines"] == [5, 6, 7] and total["loop"]["line"] == 5
for unit in total.values():
    assert unit["tier"] == 0 and unit["code_bytes"] > 0 and unit["instructions"] > 20 and unit["seconds"] > 0 and unit["waited"] >= 0
    [(line, count)] = [(exit["line"], exit["count"]) for exit in unit["exits"] if exit["count"]]
    assert line in (5, 6) and count == 128, unit
    assert all(list(exit) == ["line", "pc", "name", "file", "reason", "count"] for exit in unit["exits"])
    assert {(exit["name"], exit["file"]) for exit in unit["exits"]} == {("total", path)} and unit["parts"] == []
    assert "poll" not in {exit["reason"] for exit in unit["exits"]}

# Units end with their code; not all of their records stay, but all are counted.
write("""\
import gc, sys
for n in range(300):
    space = {}
    exec("def f(n):\\n while n: n -= 1\\nf(5); f(5)", space)
    del space
gc.collect()
for n in range(3): pass  # Their memory goes at the next safepoint.
print([sys._jit.stats(), [unit["state"] for unit in sys._jit.units()]])
""")
stats, states = ast.literal_eval(run(*UNITS, path))
assert stats["ended"] >= 300 and states.count("ended") == 256, (stats, states)

# The log ends with what was done, and where units were left.
write(PROGRAM)
log = os.path.join(folder.name, "log")
run(*UNITS, "-X", "jit-log=" + log, path)
with open(log) as file:
    text = file.read()
assert re.search(r"^total at \d+: compiled in [\d.]+ ms, tier 0, 32 bytes$", text, re.M), text
assert re.search(r"^total at \d+: given up: at \d+, Class.*\ndeoptimisations by site\n +count +why +where\n +128  class +total, .*program.py:[56]$", text, re.M), text
end = text[text.rindex("\nunits: "):]
assert re.match(r"\nunits: \d+ compiled in [\d.]+ s, \d+ live, \d+ ended, \d+ given up \(class \d+.*\), 0 places not compiled, 0 waiting; \d+ bytes of code\ndeoptimisations by site\n", end), end
assert all(f" 128  class           total, {path}:{line}\n" in end for line in (5, 6)), end
assert run("-X", "jit-log=" + log, path) == "", "nothing is compiled by default"

# Why there is no unit.
write("import sys\ndef f(): pass\nfor n in range(10): f()\nprint([sys._jit.is_available(), sys._jit.is_enabled(), sys._jit.stats(), sys._jit.units()])\n")
missing = {"PYSTON_LOWER": os.path.join(folder.name, "none.so")}
available, enabled, stats, units = ast.literal_eval(run("-X", "jit=eager", path, **missing))
assert (available, enabled) == (False, False)
assert stats["refused"]["no back end"] >= 2 and stats["compiled"] == 0, stats
assert {(unit["state"], unit["reason"]) for unit in units} == {("refused", "no back end")}
assert units[-1]["lines"] == units[-1]["exits"] == units[-1]["parts"] == []

# Without the compiler all is there, and empty.
available, enabled, stats, units = ast.literal_eval(run(path, **missing))
assert (available, enabled, units, stats["compiled"], stats["exits"]) == (False, False, [], 0, {})

# Options, and CPython's variable.
script = "import sys; print(sys._jit.is_enabled())"
trivial = {"PYSTON_JIT_BACKEND": "trivial"}
for mode in "on", "eager", "tier1", "":
    assert run("-X", "jit=" + mode, "-c", script, **trivial) == "True\n", mode
assert run("-X", "jit=off", "-c", script, PYTHON_JIT="1", **trivial) == "False\n"
assert run("-c", script, PYTHON_JIT="1", **trivial) == "True\n"
assert run("-c", script, PYTHON_JIT="0", **trivial) == "False\n"
assert run("-E", "-c", script, PYTHON_JIT="1", **trivial) == "False\n"
assert "-X jit is one of: off, on, eager, tier1" in run("-X", "jit=tier3", "-c", "", status=1)

# perf's map has the names that CPython's has; a child has its own.
write("""\
import os, sys

def busy(n):
    while n: n -= 1

def names():
    path = f"/tmp/perf-{os.getpid()}.map"
    with open(path) as file:
        lines = file.read().splitlines()
    os.unlink(path)
    for line in lines:
        start, size, name = line.split(" ", 2)
        assert int(start, 16) > 0 and int(size, 16) > 0, line
    return [name for name in (line.split(" ", 2)[2] for line in lines) if "busy" in name or "more" in name]

busy(5); busy(5)
child = os.fork()
if not child:
    def more(n):
        while n: n -= 1
    more(5); more(5)
    print("child", sorted(set(names())), flush=True)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print("parent", sorted(set(names())))
""")
busy, more = f"py::busy:{path}", f"py::more:{path}"
expected = f"child {[busy, more]}\nparent {[busy]}\n"
for options in (["-X", "perf"], ["-X", "perf=0"]):
    assert run(*UNITS, *options, path) == expected, options
assert run(*UNITS, path, PYTHONPERFSUPPORT="1") == expected
pid = "import os, sys; print([os.path.exists(f'/tmp/{name}') for name in (f'perf-{os.getpid()}.map', f'jit-{os.getpid()}.dump')])"
assert run(*UNITS, "-c", pid, PYTHONPERFSUPPORT="0") == "[False, False]\n"
dump = "import os; path = f'/tmp/jit-{os.getpid()}.dump'; data = open(path, 'rb').read(); os.unlink(path); print(data[:4], b'py::' in data, os.path.exists(f'/tmp/perf-{os.getpid()}.map'))"
assert run(*UNITS, "-X", "perf", "-X", "perf_jit", "-X", "jit-gdb", "-c", dump) == "b'DTiJ' True False\n"
assert run(*UNITS, "-c", dump, PYTHON_PERF_JIT_SUPPORT="1") == "b'DTiJ' True False\n"

try:
    sys._jit.lines_seen(print)
except TypeError as error:
    assert str(error) == "lines_seen() argument must be code, not builtin_function_or_method"
else:
    raise AssertionError("not refused")
