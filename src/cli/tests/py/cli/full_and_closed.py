# modes: one
# needs: subprocess
# timeout: 60
"""Output that nobody takes: a full disk, a closed descriptor, a pipe without a reader."""
import os
import re
import subprocess
import sys
import tempfile

failed = []
folder = tempfile.TemporaryDirectory()
environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
environment["NO_COLOR"] = "1"


def case(source, shell, status, out="", err=""):
    """What a run under a shell prints where anybody can see it, and how it ends."""
    path = os.path.join(folder.name, "script.py")
    with open(path, "w") as file:
        file.write(source)
    command = shell.replace("RUN", f"'{sys.executable}' script.py")
    done = subprocess.run(["sh", "-c", command], capture_output=True, stdin=subprocess.DEVNULL, text=True, env=environment, cwd=folder.name, timeout=30)
    got = done.returncode, done.stdout, re.sub(r"0x[0-9a-f]+", "0x...", done.stderr.replace(folder.name, "DIR"))
    if got != (status, out, err):
        failed.append(f"--- {source!r} {shell}: {got}\n    not {(status, out, err)}")


FULL = "Exception ignored while flushing sys.stdout:\nOSError: [Errno 28] No space left on device\n"
TRACEBACK = 'Traceback (most recent call last):\n  File "DIR/script.py", line 1, in <module>\n    '

# A full disk.
case("print('x')", "RUN > /dev/full", 120, "", FULL)
case("print('x' * 100000)", "RUN > /dev/full", 120, "", FULL)
case("import sys; sys.stdout.buffer.write(b'x')", "RUN > /dev/full", 120, "", FULL)
case("import atexit; atexit.register(print, 'x')", "RUN > /dev/full", 120, "", FULL)
case("print('x', flush=True)", "RUN > /dev/full", 120, "", TRACEBACK + "print('x', flush=True)\n    ~~~~~^^^^^^^^^^^^^^^^^\nOSError: [Errno 28] No space left on device\n" + FULL)
case("import os; os.write(1, b'x')", "RUN > /dev/full", 1, "", TRACEBACK + "import os; os.write(1, b'x')\n               ~~~~~~~~^^^^^^^^^\nOSError: [Errno 28] No space left on device\n")
case("f = open('/dev/full', 'w'); f.write('x')\ntry: f.close()\nexcept OSError as error: print(error, f.closed)", "RUN", 0, "[Errno 28] No space left on device True\n")
# Messages that nobody can read end no process in another way.
case("1 / 0", "RUN 2> /dev/full", 120)
case("import sys; sys.exit('message')", "RUN 2> /dev/full", 120)
case("import sys; print('x'); sys.exit(3)", "RUN > /dev/full", 120, "", FULL)
case("raise SystemExit(3)", "RUN 2> /dev/full", 3)
case("import sys\ntry: print('x', file=sys.stderr)\nexcept OSError: print('y')", "RUN 2> /dev/full", 120, "y\n")
case("import threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join(); print('y')", "RUN 2> /dev/full", 120, "y\n")
# Closed descriptors: there is no stream.
case("print('x')", "RUN >&-", 0)
case("import sys; print(sys.stdin, file=sys.stderr)", "RUN <&-", 0, "", "None\n")
case("1 / 0", "RUN 2>&-", 1)
case("import sys; sys.exit('message')", "RUN 2>&-", 1)
case("input('prompt')", "RUN <&- 2>&1 | tail -n 1", 0, "RuntimeError: lost sys.stdin\n")
case("import sys; print(sys.stdout, sys.__stderr__); raise SystemExit(sys.stdout is sys.stderr is None)", "RUN >&- 2>&-", 1)
# A pipe that nobody reads.
PIPE = "Exception ignored while flushing sys.stdout:\nBrokenPipeError: [Errno 32] Broken pipe\n"
case("import time; time.sleep(0.5); print('x')", "{ RUN; echo $? >&2; } | true", 0, "", PIPE + "120\n")
case(
    "import time; time.sleep(0.5)\ntry: print('x', flush=True)\nexcept BrokenPipeError as error: raise SystemExit(f'told: {error.errno}')",
    "{ RUN; echo $? >&2; } | true", 0, "", "told: 32\n" + PIPE + "120\n",
)
case("import signal, time; signal.signal(signal.SIGPIPE, signal.SIG_DFL); time.sleep(0.5); print('x')", "{ sh -c \"RUN\" || echo $? >&2; } | true".replace('"RUN"', '"exec RUN"'), 0, "", "141\n")
folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
