# modes: one
# needs: subprocess
# timeout: 30
"""How programs end: exit codes, messages, hooks, errors where nobody can catch them."""
import os
import re
import subprocess
import sys
import tempfile

failed = []
folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "script.py")
environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
environment["NO_COLOR"] = "1"


def case(name, source, expected, status=1, options=(), **variables):
    """The script's standard error (its folder left out) and exit code."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(source)
    command = [sys.executable, *options, path]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=20, env=environment | variables)
    got = done.stderr.decode("utf-8", "replace").replace(folder.name + os.sep, "")
    got = re.sub(r"0x[0-9a-f]{6,}", "0x...", re.sub(r"\(\S+\.py\)", "(PLACE)", got))
    if got != expected or done.returncode != status:
        failed.append(f"--- {name}: exit {done.returncode}, not {status}\n{got}--- expected\n{expected}")

case(
    "exit code",
    """\
import sys
sys.exit(3)
""",
    "",
    status=3,
)
case(
    "exit text",
    """\
import sys
sys.exit("text on standard error")
""",
    """\
text on standard error
""",
)
case(
    "exit none",
    """\
import sys
sys.exit()
""",
    "",
    status=0,
)
case(
    "exit with an object",
    """\
raise SystemExit([1, 2])
""",
    """\
[1, 2]
""",
)
case(
    "exit large",
    """\
raise SystemExit(256 + 7)
""",
    "",
    status=7,
)
case(
    "exit negative",
    """\
raise SystemExit(-1)
""",
    "",
    status=255,
)
case(
    "exit true",
    """\
raise SystemExit(True)
""",
    "",
)
case(
    "exit in a function with finally",
    """\
import sys


def f():
    try:
        sys.exit(4)
    finally:
        print("finally", file=sys.stderr)


f()
""",
    """\
finally
""",
    status=4,
)
case(
    "keyboard interrupt",
    """\
raise KeyboardInterrupt
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    raise KeyboardInterrupt
KeyboardInterrupt
""",
    status=-2,
)
case(
    "keyboard interrupt with text",
    """\
def f():
    raise KeyboardInterrupt("text")


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f()
    ~^^
  File "script.py", line 2, in f
    raise KeyboardInterrupt("text")
KeyboardInterrupt: text
""",
    status=-2,
)
case(
    "signal",
    """\
import os
import signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGINT)
""",
    "",
    status=-2,
)
case(
    "abort by a signal",
    """\
import os
os.kill(os.getpid(), 15)
""",
    "",
    status=-15,
)
case(
    "os exit",
    """\
import os
os._exit(9)
""",
    "",
    status=9,
)
case(
    "excepthook",
    """\
import sys


def hook(kind, value, tb):
    print("hook:", kind.__name__, value, tb is not None, file=sys.stderr)


sys.excepthook = hook
1 / 0
""",
    """\
hook: ZeroDivisionError division by zero True
""",
)
case(
    "excepthook that fails",
    """\
import sys


def hook(kind, value, tb):
    raise KeyError("in hook")


sys.excepthook = hook
1 / 0
""",
    """\
Error in sys.excepthook:
Traceback (most recent call last):
  File "script.py", line 5, in hook
    raise KeyError("in hook")
KeyError: 'in hook'

Original exception was:
Traceback (most recent call last):
  File "script.py", line 9, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "excepthook removed",
    """\
import sys
del sys.excepthook
1 / 0
""",
    """\
sys.excepthook is missing
Traceback (most recent call last):
  File "script.py", line 3, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "excepthook that exits",
    """\
import sys


def hook(*args):
    sys.exit(8)


sys.excepthook = hook
1 / 0
""",
    "",
    status=8,
)
case(
    "atexit",
    """\
import atexit
import sys


@atexit.register
def last():
    print("last", file=sys.stderr)


1 / 0
""",
    """\
Traceback (most recent call last):
  File "script.py", line 10, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero
last
""",
)
case(
    "atexit that fails",
    """\
import atexit
import sys


@atexit.register
def fails():
    print("runs", file=sys.stderr)
    sys.exit(5)


print("main", file=sys.stderr)
""",
    """\
main
runs
Exception ignored in atexit callback <function fails at 0x...>:
Traceback (most recent call last):
  File "script.py", line 8, in fails
    sys.exit(5)
SystemExit: 5
""",
    status=0,
)
case(
    "unraisable hook",
    """\
import sys


def hook(args):
    print("unraisable:", args.exc_type.__name__, args.exc_value, file=sys.stderr)


sys.unraisablehook = hook


class D:
    def __del__(self):
        raise ValueError("in del")


d = D()
del d
""",
    """\
unraisable: ValueError in del
""",
    status=0,
)
case(
    "stderr is none",
    """\
import sys
sys.stderr = None
1 / 0
""",
    "",
)
case(
    "stderr is an object",
    """\
import sys


class W:
    def write(self, text):
        sys.__stderr__.write(text.replace("Traceback", "TRACEBACK"))

    def flush(self):
        pass


sys.stderr = W()
1 / 0
""",
    """\
TRACEBACK (most recent call last):
  File "script.py", line 13, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "exit inside a generator expression",
    """\
import sys
list(sys.exit(6) for _ in range(1))
""",
    "",
    status=6,
)
case(
    "exception from a thread that was joined",
    """\
import threading


def f():
    return 1 / 0


import sys
threading.excepthook = lambda args: print("thread:", args.exc_type.__name__, file=sys.stderr)
t = threading.Thread(target=f)
t.start()
t.join()
""",
    """\
thread: ZeroDivisionError
""",
    status=0,
)
case(
    "warning",
    """\
import warnings
warnings.warn("look out")
""",
    """\
script.py:2: UserWarning: look out
  warnings.warn("look out")
""",
    status=0,
)
case(
    "warning as an error",
    """\
import warnings


def f():
    warnings.warn("look out", DeprecationWarning)


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 8, in <module>
    f()
    ~^^
  File "script.py", line 5, in f
    warnings.warn("look out", DeprecationWarning)
    ~~~~~~~~~~~~~^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
DeprecationWarning: look out
""",
    options=('-W', 'error'),
)
case(
    "deprecation in main",
    """\
import warnings
warnings.warn("old", DeprecationWarning)
warnings.warn("pending", PendingDeprecationWarning)
warnings.warn("resource", ResourceWarning)
warnings.warn("user", UserWarning, stacklevel=1)
""",
    """\
script.py:2: DeprecationWarning: old
  warnings.warn("old", DeprecationWarning)
script.py:5: UserWarning: user
  warnings.warn("user", UserWarning, stacklevel=1)
""",
    status=0,
)
case(
    "warnings once",
    """\
import warnings
for i in range(3):
    warnings.warn("in a loop")
for i in range(2):
    warnings.warn(f"different {i}")
""",
    """\
script.py:3: UserWarning: in a loop
  warnings.warn("in a loop")
script.py:5: UserWarning: different 0
  warnings.warn(f"different {i}")
script.py:5: UserWarning: different 1
  warnings.warn(f"different {i}")
""",
    status=0,
)
case(
    "warnings from syntax",
    """\
x = 5
if x is 5:
    pass
"\\q"
assert (x, "always true")
""",
    """\
script.py:4: SyntaxWarning: "\\q" is an invalid escape sequence. Such sequences will not work in the future. Did you mean "\\\\q"? A raw string is also an option.
  "\\q"
script.py:2: SyntaxWarning: "is" with 'int' literal. Did you mean "=="?
  if x is 5:
script.py:5: SyntaxWarning: assertion is always true, perhaps remove parentheses?
  assert (x, "always true")
""",
    status=0,
)
case(
    "warnings off",
    """\
import warnings
warnings.warn("not seen")
x = "\\q"
""",
    "",
    status=0,
    options=('-W', 'ignore'),
)
case(
    "never awaited",
    """\
async def f():
    pass


f()
""",
    """\
script.py:5: RuntimeWarning: coroutine 'f' was never awaited
  f()
RuntimeWarning: Enable tracemalloc to get the object allocation traceback
""",
    status=0,
)
case(
    "audit",
    """\
import sys
sys.addaudithook(lambda event, args: (_ for _ in ()).throw(RuntimeError("refused")) if event == "own" else None)
sys.audit("own")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 3, in <module>
    sys.audit("own")
    ~~~~~~~~~^^^^^^^
  File "script.py", line 2, in <lambda>
    sys.addaudithook(lambda event, args: (_ for _ in ()).throw(RuntimeError("refused")) if event == "own" else None)
                                         ~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^^^^^^^^^^^^^^^^^
  File "script.py", line 2, in <genexpr>
    sys.addaudithook(lambda event, args: (_ for _ in ()).throw(RuntimeError("refused")) if event == "own" else None)
RuntimeError: refused
""",
)
case(
    "traceback module",
    """\
import traceback

try:
    {}["x"]
except KeyError as e:
    import sys
    print("".join(traceback.format_exception_only(e)), end="", file=sys.stderr)
    print(traceback.format_tb(e.__traceback__)[0].splitlines()[1], file=sys.stderr)
    traceback.print_stack(limit=1)
""",
    """\
KeyError: 'x'
    {}["x"]
  File "script.py", line 9, in <module>
    traceback.print_stack(limit=1)
""",
    status=0,
)
case(
    "colors",
    """\
def f():
    return 1 + None


f()
""",
    """\
Traceback (most recent call last):
  File \x1b[35m"script.py"\x1b[0m, line \x1b[35m5\x1b[0m, in \x1b[35m<module>\x1b[0m
    \x1b[31mf\x1b[0m\x1b[1;31m()\x1b[0m
    \x1b[31m~\x1b[0m\x1b[1;31m^^\x1b[0m
  File \x1b[35m"script.py"\x1b[0m, line \x1b[35m2\x1b[0m, in \x1b[35mf\x1b[0m
    return \x1b[31m1 \x1b[0m\x1b[1;31m+\x1b[0m\x1b[31m None\x1b[0m
           \x1b[31m~~\x1b[0m\x1b[1;31m^\x1b[0m\x1b[31m~~~~~\x1b[0m
\x1b[1;35mTypeError\x1b[0m: \x1b[35munsupported operand type(s) for +: 'int' and 'NoneType'\x1b[0m
""",
    PYTHON_COLORS='1',
    NO_COLOR='',
)
case(
    "colors of a syntax error",
    """\
x = (1,
y = 2
""",
    """\
  File \x1b[35m"script.py"\x1b[0m, line \x1b[35m1\x1b[0m
    x = \x1b[1;31m(\x1b[0m1,
        \x1b[1;31m^\x1b[0m
\x1b[1;35mSyntaxError\x1b[0m: \x1b[35m'(' was never closed\x1b[0m
""",
    PYTHON_COLORS='1',
    NO_COLOR='',
)
folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
