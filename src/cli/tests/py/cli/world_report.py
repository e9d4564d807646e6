# modes: one
# needs: subprocess
# timeout: 60
"""-X world-report and PYSTON_WORLD_REPORT: the report at the end of a program."""
import os
import subprocess
import sys
import tempfile

if not hasattr(sys, "_contention"):
    sys.exit()  # It is not CPython's.

PROGRAM = """\
import sys, threading

shared = [*range(3000)]

def work():
    for _ in range(int(sys.argv[1])):
        shared.reverse()

threads = [threading.Thread(target=work, name=f"worker-{n}") for n in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("done")
"""
base = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PYSTON"))}


def run(*arguments, status=0, **variables):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=base | variables, timeout=30)
    assert done.returncode == status, done
    return done.stdout, done.stderr


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "program.py")
    with open(path, "w") as file:
        file.write(PROGRAM)
    assert run(path, "10") == ("done\n", "")
    assert run("-E", path, "10", PYSTON_WORLD_REPORT="1") == ("done\n", "")
    place = f"{path}:7 in work"
    for attempt in range(12):
        out, err = run("-X", "world-report", path, str(100 << attempt))
        assert out == "done\n"
        lines = err.splitlines()
        assert lines[0].startswith("world report: measured ") and lines[0].endswith(" 5 threads"), err
        titles = [line.split("  ")[0].split(":")[0] for at, line in enumerate(lines) if at and not lines[at - 1]]
        expected = ["time of threads", "waits for objects", "waits for locks, queues", "stops of all threads", "collections", "shared", "counted per thread", "functions of extensions", "shown to extensions"]
        assert titles == expected, err
        # Columns are aligned: numbers end where the title does.
        at = titles.index("time of threads")
        head = next(at for at, line in enumerate(lines) if line.startswith("time of threads"))
        end = lines[head].index("detached") + len("detached")
        names = set()
        for line in lines[head + 1:head + 6]:
            names.add(line.split()[0])
            assert line[end - 3:end] == " ms" and line[end] == " ", line
        assert names == {"MainThread", *(f"worker-{n}" for n in range(4))}, err
        # Whether threads meet is up to the machine.
        if any(line.startswith("list ") and line.endswith(place) for line in lines):
            break
    else:
        raise AssertionError(f"no wait for the list: {err}")
    # The variable does the same; exceptions and exit codes stay as they are.
    out, err = run(path, "10", PYSTON_WORLD_REPORT="1")
    assert out == "done\n" and err.startswith("world report: ")
    out, err = run("-X", "world-report", "-c", "print(1); raise SystemExit(3)", status=3)
    assert out == "1\n" and err.startswith("world report: ") and "1 threads" not in err.splitlines()[1:], err
    out, err = run("-X", "world-report", "-c", "1/0", status=1)
    assert err.index("ZeroDivisionError") < err.index("world report: ")
    # A forked child reports for itself.
    out, err = run("-X", "world-report", "-c", "import os, sys; pid = os.fork(); pid and os.waitpid(pid, 0)")
    assert err.count("world report: ") == 2, err
    # A program may end measuring before.
    out, err = run("-X", "world-report", "-c", "import sys; assert sys._contention(False).on is False")
    assert err.startswith("world report: ")
