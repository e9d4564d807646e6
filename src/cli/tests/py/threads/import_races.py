# modes: one
"""Many threads import the same modules at once: each body runs once and nobody sees a half-made module."""
import os
import sys
import threading

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))


def together(*functions):
    """Runs all functions at once, each in a thread, and raises what one of them raised."""
    failures = []
    start = threading.Barrier(len(functions))

    def run(function):
        start.wait()
        try:
            function()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
import importlib
import os
import shutil
import tempfile

folder = tempfile.mkdtemp()
sys.path.insert(0, folder)
sys.dont_write_bytecode = True


def write(path, text):
    full = os.path.join(folder, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w") as file:
        file.write(text)


# Each module notes that its body ran; the last line is only there when it is complete.
for i in range(20):
    write(f"race_{i}.py", f"import builtins\nbuiltins.race_log.append({i})\nsum(range(2000))\nDONE = {i}\n")
import builtins

builtins.race_log = []


def import_all():
    for i in range(20):
        module = __import__(f"race_{i}")
        assert module.DONE == i


together(*[import_all for _ in range(8)])
assert sorted(builtins.race_log) == list(range(20)), builtins.race_log

# from-imports and packages with submodules.
write("race_pkg/__init__.py", "from . import a\nfrom .b import VALUE\nREADY = True\n")
write("race_pkg/a.py", "import time\ntime.sleep(0.01)\nNAME = __name__\n")
write("race_pkg/b.py", "from .a import NAME\nVALUE = NAME + '!'\n")
write("race_pkg/sub/__init__.py", "")
write("race_pkg/sub/c.py", "from ..b import VALUE as INNER\nfrom race_pkg import READY\n")
seen = []


def from_import():
    from race_pkg import READY, VALUE
    from race_pkg.sub.c import INNER
    import race_pkg.sub.c as c

    seen.append((READY, VALUE, INNER, c.READY))


together(*[from_import for _ in range(8)])
assert set(seen) == {(True, "race_pkg.a!", "race_pkg.a!", True)}

# A circle of imports entered from all sides does not deadlock.
for name, other in (("circle_a", "circle_b"), ("circle_b", "circle_c"), ("circle_c", "circle_a")):
    write(f"{name}.py", f"import time\ntime.sleep(0.005)\nimport {other}\nNAME = '{name}'\n")


def circle(name):
    # Where two threads wait for each other, one of them sees a module that is still being made; that is how it is resolved.
    module = importlib.import_module(name)
    assert module.__name__ == name


together(*[lambda name=name: circle(name) for name in ("circle_a", "circle_b", "circle_c") * 2])
for name in ("circle_a", "circle_b", "circle_c"):
    assert sys.modules[name].NAME == name

# A module that fails: every thread gets the error, and nothing stays in sys.modules.
write("race_fails.py", "import time\ntime.sleep(0.01)\nraise ValueError('broken module')\n")
failures = []


def import_failing():
    try:
        import race_fails
    except ValueError as error:
        failures.append(str(error))


together(*[import_failing for _ in range(6)])
assert failures == ["broken module"] * 6 and "race_fails" not in sys.modules


def import_missing():
    for i in range(20):
        try:
            __import__(f"race_missing_{i}")
        except ModuleNotFoundError as error:
            assert error.name == f"race_missing_{i}"
        else:
            assert False


together(*[import_missing for _ in range(4)])

# Modules of the library, the first time, from everywhere.
names = ["colorsys", "fractions", "string", "textwrap", "calendar", "bisect", "heapq", "statistics", "difflib", "html", "shlex"]


def library(order):
    for name in order:
        module = importlib.import_module(name)
        assert sys.modules[name] is module


together(lambda: library(names), lambda: library(names[::-1]), lambda: library(names[3:] + names[:3]))

# reload and removal beside imports.
write("race_reload.py", "VALUE = 1\n")
import race_reload


def reload():
    for _ in range(20):
        try:
            assert importlib.reload(race_reload).VALUE == 1
        # The library looks for the name again when the module has run; KeyError is what it raises then.
        except (ImportError, KeyError):
            pass


def forget():
    for _ in range(20):
        sys.modules.pop("race_reload", None)
        import race_reload

        assert race_reload.VALUE == 1


together(reload, forget)

# A thread that is started while a module's body runs, and imports in turn.
write(
    "race_starts.py",
    """
import threading
found = []
def work():
    import race_other
    found.append(race_other.X)
t = threading.Thread(target=work)
t.start()
t.join()
""",
)
write("race_other.py", "X = 5\n")
import race_starts

assert race_starts.found == [5]
sys.path.remove(folder)
shutil.rmtree(folder)
