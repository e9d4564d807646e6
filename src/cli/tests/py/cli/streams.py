# modes: one
# needs: subprocess
# timeout: 60
"""Standard streams: encodings, buffering, closed and full ones, input."""
import os
import re
import subprocess
import sys
import tempfile

failed = []
folder = tempfile.TemporaryDirectory()
base = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
base["NO_COLOR"] = "1"
base.setdefault("LC_ALL", "C.UTF-8")


def put(**files):
    """Writes files; `__` in a name stands for the slash, `_py` at its end for the suffix."""
    for name, text in files.items():
        path = os.path.join(folder.name, name.replace("__", "/").replace("_py", ".py"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())


def clean(data):
    text = data.decode("utf-8", "replace").replace(folder.name, "DIR").replace(sys.executable, "PYTHON")
    return re.sub(r"0x[0-9a-f]{6,}", "0x...", text)


def case(arguments, out="", err="", status=0, stdin="", **variables):
    """What a run of the interpreter prints and how it ends; an `err` of None may be anything."""
    arguments = [argument.replace("DIR", folder.name) for argument in arguments]
    variables = {key: value.replace("DIR", folder.name) for key, value in variables.items()}
    stdin = stdin if isinstance(stdin, bytes) else stdin.encode()
    try:
        done = subprocess.run([sys.executable, *arguments], input=stdin, capture_output=True, env=base | variables, cwd=folder.name, timeout=20)
    except subprocess.TimeoutExpired:
        failed.append(f"--- {arguments}: no end")
        return
    got = clean(done.stdout), clean(done.stderr), done.returncode
    want = out, got[1] if err is None else err, status
    if got != want:
        failed.append(f"--- {arguments} {variables or ''}: {got}\n    not {want}")

case(['-c', 'import sys; print(repr(sys.stdin.read()))'], out="'a\\nb\\n'\n", stdin='a\nb\n')
case(['-c', 'import sys; print([line for line in sys.stdin])'], out="['a\\n', 'b\\r\\n', 'c']\n", stdin='a\nb\r\nc')
case(['-c', 'print(repr(input()), repr(input("prompt ")))'], out="prompt 'first' 'second'\n", stdin='first\nsecond\n')
case(
    ['-c', 'input()'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    input()\n    ~~~~~^^\nEOFError: EOF when reading a line\n',
    status=1,
)
case(['-c', 'import sys; print(repr(sys.stdin.readline()), repr(sys.stdin.buffer.read()))'], out="'a\\n' b''\n", stdin='a\nbc')
case(['-c', 'import sys; print(sys.stdin.read())'], out='��\n', stdin=b'\xff\xfe')
case(['-c', 'import sys; print(ascii(sys.stdin.read()))'], out="'\\udcff'\n", stdin=b'\xff')
case(['-c', 'import sys; sys.stdout.buffer.write(b"\\xff\\n"); sys.stdout.buffer.flush()'], out='�\n')
case(['-c', 'import sys; sys.stdout.write("no newline")'], out='no newline')
case(
    ['-c', 'import sys; print(sys.stdin.isatty(), sys.stdout.isatty(), sys.stdout.fileno(), sys.stdin.name, sys.stdout.name, sys.stderr.name, sys.stdin.mode, sys.stdout.mode, sys.stdout.line_buffering, sys.stderr.line_buffering, sys.stdout.errors, sys.stderr.errors, sys.stdin.newlines)'],
    out='False False 1 <stdin> <stdout> <stderr> r w False True surrogateescape backslashreplace None\n',
)
case(
    ['-c', 'print("\\ud800")'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    print("\\ud800")\n    ~~~~~^^^^^^^^^^\nUnicodeEncodeError: \'utf-8\' codec can\'t encode character \'\\ud800\' in position 0: surrogates not allowed\n',
    status=1,
)
case(['-c', 'import sys; sys.stderr.write("\\ud800\\n")'], err='\\ud800\n')
case(['-c', 'import sys; sys.stdout.reconfigure(encoding="ascii", errors="replace"); print("é")'], out='?\n')
case(['-c', 'import sys; print("a", end=""); sys.stdout.flush(); sys.stderr.write("b"); print("c")'], out='ac\n', err='b')
case(
    ['-c', 'import sys; sys.stdout.close(); print("x")'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    import sys; sys.stdout.close(); print("x")\n                                    ~~~~~^^^^^\nValueError: I/O operation on closed file.\n',
    status=1,
)
case(['-c', 'import sys; sys.stdout.close()'])
case(['-c', 'import sys; sys.stdout = None; print("x"); print(1, file=None)'])
case(
    ['-c', 'import sys; del sys.stdout; print("x")'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    import sys; del sys.stdout; print("x")\n                                ~~~~~^^^^^\nRuntimeError: lost sys.stdout\n',
    status=1,
)
case(
    ['-c', 'import sys; sys.stdin.close(); input()'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    import sys; sys.stdin.close(); input()\n                                   ~~~~~^^\nValueError: I/O operation on closed file.\n',
    status=1,
)
case(
    ['-c', 'import sys; sys.stdin = None; input()'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    import sys; sys.stdin = None; input()\n                                  ~~~~~^^\nRuntimeError: lost sys.stdin\n',
    status=1,
)
case(['-c', 'import os; os.write(1, b"raw\\n"); os.write(2, b"err\\n")'], out='raw\n', err='err\n')
case(
    ['-c', 'import sys; sys.__stdout__.write("orig\\n"); sys.displayhook(5); sys.displayhook(None); sys.displayhook("é")'],
    out="orig\n5\n'é'\n",
)
case(['-c', 'import builtins, sys; sys.displayhook([1]); print(builtins._)'], out='[1]\n[1]\n')
case(
    ['-c', 'import sys; print(sys.stdin.buffer.raw.__class__.__name__, sys.stdout.buffer.__class__.__name__, type(sys.stdout).__name__)'],
    out='FileIO BufferedWriter TextIOWrapper\n',
)
case(
    ['-c', 'import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as f:\n    print("caught")\nprint(repr(f.getvalue()))'],
    out="'caught\\n'\n",
)
def shell(line, out, err, status, name=""):
    """A run by the shell: what it prints; `err` must be part of its standard error."""
    done = subprocess.run(["/bin/sh", "-c", line.replace("PYTHON", f"'{sys.executable}'")], capture_output=True, text=True, env=base, cwd=folder.name, timeout=30)
    if done.stdout != out or (err not in done.stderr if err else done.stderr) or done.returncode != status:
        failed.append(f"--- {line}: {done.returncode} {done.stdout!r} {done.stderr[-300:]!r}")


# Closed pipes and full disks.
shell("PYTHON -c 'for i in range(100000): print(i)' | head -1; true", "0\n", "BrokenPipeError", 0)
shell("PYTHON -c 'print(\"x\" * 100)' > /dev/full", "", "No space left on device", 120)
shell("PYTHON -c 'print(1)' >&-", "", "", 0)
shell("PYTHON -c 'import sys; print(sys.stdout, sys.stdin, file=sys.stderr)' >&- <&-", "", "None None", 0)
shell("PYTHON -c 'import sys; sys.stderr is None and print(None)' 2>&-", "None\n", "", 0)
shell("PYTHON -c '1/0' 2>&-", "", "", 1)
shell("PYTHON -c 'input()' <&-", "", "RuntimeError: lost sys.stdin", 1)
shell("PYTHON -c 'print(1)' <&- >out.txt 2>&1; cat out.txt", "1\n", "", 0)
shell("echo 'print(5)' | PYTHON", "5\n", "", 0)
shell("echo 'print(5)' | PYTHON -", "5\n", "", 0)
shell("printf 'import sys\\nprint(sys.stdin.read())\\nrest of input' | PYTHON -c 'import sys; print(sys.stdin.readline(), end=\"\"); exec(sys.stdin.readline())'", "import sys\nrest of input\n", "", 0)
shell("PYTHON -u -c 'import os; print(1, end=\"\"); os._exit(0)'", "1", "", 0)
shell("PYTHON -c 'import os; print(1, end=\"\"); os._exit(0)'", "", "", 0)
shell("PYTHON -c 'import time; time.sleep(30)' & pid=$!; sleep 0.2; kill -TERM $pid; wait $pid; echo $?", "143\n", "Terminated", 0)


folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
