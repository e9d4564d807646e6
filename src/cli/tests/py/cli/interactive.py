# modes: one
# needs: subprocess
# timeout: 60
"""The interactive prompt, fed by a pipe: values, blocks, errors, the underscore, the end."""
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

case(['-i'], out='2\n5\n', err=None, stdin='1 + 1\nx = 5\nx\n')
case(['-i'], out='0\n5\n6\n', err=None, stdin='_ if "_" in dir(__builtins__) else 0\n5\n_ + 1\n')
case(['-i'], out='1\n2\n', err=None, stdin='if True:\n    print(1)\n\nprint(2)\n')
case(['-i'], out='7\n', err=None, stdin='def f():\n    return 7\n\nf()\n')
case(['-i'], out='goes on\n', err=None, stdin='1 / 0\nprint("goes on")\n')
case(['-i'], out='goes on\n', err=None, stdin='a b\nprint("goes on")\n')
case(['-i'], err=None, status=4, stdin='import sys; sys.exit(4)\nprint("never")\n')
case(['-i'], out="'text'\n[1, 2]\n", err=None, stdin='"text"\nNone\n[1,\n2]\n')
case(['-i'], out='0\n1\n', err=None, stdin='for i in range(2):\n  i\n\n')
case(['-i'], out='1\n', err=None, stdin='class A:\n  x = 1\n\nA.x\n')
case(['-i'], out="'a\\nb'\n", err=None, stdin='x = """a\nb"""\nx\n')
case(['-i'], err=None, status=1, stdin='raise SystemExit("bye")\n')
case(['-i'], out='__main__\n', err=None, stdin='print(__name__)\n__file__\n')
case(['-i'], out='5\n6\n', err=None, stdin='import sys; sys.ps1 = "own> "; 5\n6\n')
case(['-i'], out='caught\n', err=None, stdin='try:\n  1/0\nexcept ZeroDivisionError:\n  print("caught")\n\n')
case(['-i'], out='5\n6\n', err=None, stdin='5; 6\n')
case(['-i'], out='2\n', err=None, stdin='x = 1 +\n2\n')
case(['-i'], out='7\n', err=None, stdin='7\n')
case(['-i'], out='1\n', err=None, stdin='exec("x = 1"); x\n')
case(['-i'], out='8\n', err=None, stdin='import nothing_there\n8\n')
case(['-i'], out='9\n', err=None, stdin='def f(:\n9\n')
case(['-i'], out="'one'\n", err=None, stdin='match 1:\n  case 1: "one"\n\n')
case(['-i'], out="'f'\n", err=None, stdin='async def f(): pass\n\nf.__name__\n')
case(['-i'], out='True\n', err=None, stdin='with open("/dev/null") as f:\n  pass\n\nf.closed\n')
case(['-i'], out='no newline at the end\n', err=None, stdin='print("no newline at the end")')
case(['-q', '-i'], out='5\n', err=None, stdin='5\n')
case(['-i', '-c', 'x = 3'], out='3\n', err=None, stdin='x\n')
put(
    startup_py='from_startup = 11\n',
    script_py='in_script = 12\n',
)
case(['-i'], out='11\n', err=None, stdin='from_startup\n', PYTHONSTARTUP='DIR/startup.py')
case(['-E', '-i'], err=None, stdin='from_startup\n', PYTHONSTARTUP='DIR/startup.py')
case(['-i', 'script.py'], out='12\n', err=None, stdin='in_script\n')
case(['-i', '-m', 'script'], out='12\n', err=None, stdin='in_script\n')
case(['-i', 'missing.py'], out='5\n', err=None, stdin='5\n')
# In a terminal: prompts, banner, editing of lines is the terminal's affair with the basic prompt.
import pty
import select
import time


def terminal(lines, *parts):
    """Types lines at the prompt of a terminal; the parts must appear in what it shows, in their order."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(base, PYTHON_BASIC_REPL="1", TERM="dumb")
        os.chdir(folder.name)
        os.execv(sys.executable, [sys.executable])
    shown = ""
    end = time.monotonic() + 20
    pending = list(lines)
    typed = 0.0
    while time.monotonic() < end:
        ready, _, _ = select.select([fd], [], [], 0.1)
        if ready:
            try:
                data = os.read(fd, 4096)
            except OSError:
                break
            if not data:
                break
            shown += data.decode("utf-8", "replace")
        # An interrupt comes a moment after what was typed, everything else at a prompt.
        if pending and (shown.endswith((">>> ", "... ")) if pending[0] != b"\x03" else time.monotonic() - typed > 0.3):
            shown += "|"
            os.write(fd, pending.pop(0))
            typed = time.monotonic()
    else:
        os.kill(pid, 9)
        failed.append(f"--- terminal {lines}: no end, shown {shown[-300:]!r}")
    os.close(fd)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    place = 0
    for part in parts:
        place = shown.find(part, place)
        if place < 0:
            failed.append(f"--- terminal {lines}: {part!r} is missing in {shown!r}")
            return
        place += len(part)
    if status != 0 and b"\x03" not in lines:
        failed.append(f"--- terminal {lines}: exit {status}")


terminal([b"1 + 1\n", b"exit()\n"], "Python 3.14", ">>> ", "2", ">>> ")
terminal([b"if True:\n", b"    print('in block')\n", b"\n", b"\x04"], ">>> ", "... ", "... ", "in block", ">>> ")
terminal([b"1 / 0\n", b"2 + 3\n", b"\x04"], "ZeroDivisionError", "5")
terminal([b"abc", b"\x03", b"7 * 6\n", b"\x04"], "KeyboardInterrupt", "42")
terminal([b"import time; time.sleep(20)\n", b"\x03", b"'after'\n", b"quit()\n"], "'after'")


folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
