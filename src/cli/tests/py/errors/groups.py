# modes: one
# needs: subprocess
# timeout: 30
"""Exception groups in a traceback."""
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
    "flat",
    """\
raise ExceptionGroup("flat", [ValueError(1), TypeError("two")])
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 1, in <module>
  |     raise ExceptionGroup("flat", [ValueError(1), TypeError("two")])
  | ExceptionGroup: flat (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +---------------- 2 ----------------
    | TypeError: two
    +------------------------------------
""",
)
case(
    "nested",
    """\
raise ExceptionGroup("outer", [ValueError(1), ExceptionGroup("inner", [KeyError("k"), OSError(2, "os")]), IndexError()])
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 1, in <module>
  |     raise ExceptionGroup("outer", [ValueError(1), ExceptionGroup("inner", [KeyError("k"), OSError(2, "os")]), IndexError()])
  | ExceptionGroup: outer (3 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +---------------- 2 ----------------
    | ExceptionGroup: inner (2 sub-exceptions)
    +-+---------------- 1 ----------------
      | KeyError: 'k'
      +---------------- 2 ----------------
      | FileNotFoundError: [Errno 2] os
      +------------------------------------
    +---------------- 3 ----------------
    | IndexError
    +------------------------------------
""",
)
case(
    "with tracebacks",
    """\
def f(n):
    raise ValueError(n)


errors = []
for n in range(2):
    try:
        f(n)
    except ValueError as e:
        errors.append(e)
raise ExceptionGroup("collected", errors)
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 11, in <module>
  |     raise ExceptionGroup("collected", errors)
  | ExceptionGroup: collected (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "script.py", line 8, in <module>
    |     f(n)
    |     ~^^^
    |   File "script.py", line 2, in f
    |     raise ValueError(n)
    | ValueError: 0
    +---------------- 2 ----------------
    | Traceback (most recent call last):
    |   File "script.py", line 8, in <module>
    |     f(n)
    |     ~^^^
    |   File "script.py", line 2, in f
    |     raise ValueError(n)
    | ValueError: 1
    +------------------------------------
""",
)
case(
    "notes",
    """\
inner = ValueError("inner")
inner.add_note("note of the inner")
group = ExceptionGroup("group", [inner])
group.add_note("note of the group")
raise group
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 5, in <module>
  |     raise group
  | ExceptionGroup: group (1 sub-exception)
  | note of the group
  +-+---------------- 1 ----------------
    | ValueError: inner
    | note of the inner
    +------------------------------------
""",
)
case(
    "cause and context inside",
    """\
try:
    raise KeyError("cause")
except KeyError as e:
    inner = ValueError("inner")
    inner.__cause__ = e
raise ExceptionGroup("group", [inner, TypeError("other")])
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 6, in <module>
  |     raise ExceptionGroup("group", [inner, TypeError("other")])
  | ExceptionGroup: group (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "script.py", line 2, in <module>
    |     raise KeyError("cause")
    | KeyError: 'cause'
    | 
    | The above exception was the direct cause of the following exception:
    | 
    | ValueError: inner
    +---------------- 2 ----------------
    | TypeError: other
    +------------------------------------
""",
)
case(
    "group with a cause",
    """\
try:
    raise ExceptionGroup("low", [ValueError(1)])
except ExceptionGroup as e:
    raise RuntimeError("high") from e
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 2, in <module>
  |     raise ExceptionGroup("low", [ValueError(1)])
  | ExceptionGroup: low (1 sub-exception)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +------------------------------------

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "script.py", line 4, in <module>
    raise RuntimeError("high") from e
RuntimeError: high
""",
)
case(
    "group in a context",
    """\
try:
    1 / 0
except ZeroDivisionError:
    raise ExceptionGroup("second", [ValueError(1)])
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 4, in <module>
  |     raise ExceptionGroup("second", [ValueError(1)])
  | ExceptionGroup: second (1 sub-exception)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +------------------------------------
""",
)
case(
    "too wide",
    """\
raise ExceptionGroup("wide", [ValueError(i) for i in range(20)])
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 1, in <module>
  |     raise ExceptionGroup("wide", [ValueError(i) for i in range(20)])
  | ExceptionGroup: wide (20 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: 0
    +---------------- 2 ----------------
    | ValueError: 1
    +---------------- 3 ----------------
    | ValueError: 2
    +---------------- 4 ----------------
    | ValueError: 3
    +---------------- 5 ----------------
    | ValueError: 4
    +---------------- 6 ----------------
    | ValueError: 5
    +---------------- 7 ----------------
    | ValueError: 6
    +---------------- 8 ----------------
    | ValueError: 7
    +---------------- 9 ----------------
    | ValueError: 8
    +---------------- 10 ----------------
    | ValueError: 9
    +---------------- 11 ----------------
    | ValueError: 10
    +---------------- 12 ----------------
    | ValueError: 11
    +---------------- 13 ----------------
    | ValueError: 12
    +---------------- 14 ----------------
    | ValueError: 13
    +---------------- 15 ----------------
    | ValueError: 14
    +---------------- ... ----------------
    | and 5 more exceptions
    +------------------------------------
""",
)
case(
    "too deep",
    """\
e = ValueError("bottom")
for i in range(15):
    e = ExceptionGroup(f"level {i}", [e])
raise e
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 4, in <module>
  |     raise e
  | ExceptionGroup: level 14 (1 sub-exception)
  +-+---------------- 1 ----------------
    | ExceptionGroup: level 13 (1 sub-exception)
    +-+---------------- 1 ----------------
      | ExceptionGroup: level 12 (1 sub-exception)
      +-+---------------- 1 ----------------
        | ExceptionGroup: level 11 (1 sub-exception)
        +-+---------------- 1 ----------------
          | ExceptionGroup: level 10 (1 sub-exception)
          +-+---------------- 1 ----------------
            | ExceptionGroup: level 9 (1 sub-exception)
            +-+---------------- 1 ----------------
              | ExceptionGroup: level 8 (1 sub-exception)
              +-+---------------- 1 ----------------
                | ExceptionGroup: level 7 (1 sub-exception)
                +-+---------------- 1 ----------------
                  | ExceptionGroup: level 6 (1 sub-exception)
                  +-+---------------- 1 ----------------
                    | ExceptionGroup: level 5 (1 sub-exception)
                    +-+---------------- 1 ----------------
                      | ... (max_group_depth is 10)
                      +------------------------------------
""",
)
case(
    "what except* leaves",
    """\
try:
    raise ExceptionGroup("group", [ValueError(1), TypeError(2), ValueError(3)])
except* ValueError:
    pass
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 2, in <module>
  |     raise ExceptionGroup("group", [ValueError(1), TypeError(2), ValueError(3)])
  | ExceptionGroup: group (1 sub-exception)
  +-+---------------- 1 ----------------
    | TypeError: 2
    +------------------------------------
""",
)
case(
    "raised in except*",
    """\
try:
    raise ExceptionGroup("group", [ValueError(1), TypeError(2)])
except* ValueError as e:
    raise KeyError("new") from e
except* TypeError:
    raise
""",
    """\
  | ExceptionGroup:  (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Exception Group Traceback (most recent call last):
    |   File "script.py", line 2, in <module>
    |     raise ExceptionGroup("group", [ValueError(1), TypeError(2)])
    | ExceptionGroup: group (1 sub-exception)
    +-+---------------- 1 ----------------
      | ValueError: 1
      +------------------------------------
    | 
    | The above exception was the direct cause of the following exception:
    | 
    | Traceback (most recent call last):
    |   File "script.py", line 4, in <module>
    |     raise KeyError("new") from e
    | KeyError: 'new'
    +---------------- 2 ----------------
    | Exception Group Traceback (most recent call last):
    |   File "script.py", line 2, in <module>
    |     raise ExceptionGroup("group", [ValueError(1), TypeError(2)])
    | ExceptionGroup: group (1 sub-exception)
    +-+---------------- 1 ----------------
      | TypeError: 2
      +------------------------------------
""",
)
case(
    "base exception group",
    """\
raise BaseExceptionGroup("base", [KeyboardInterrupt(), SystemExit(3)])
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 1, in <module>
  |     raise BaseExceptionGroup("base", [KeyboardInterrupt(), SystemExit(3)])
  | BaseExceptionGroup: base (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | KeyboardInterrupt
    +---------------- 2 ----------------
    | SystemExit: 3
    +------------------------------------
""",
)
case(
    "message of several lines",
    """\
raise ExceptionGroup("first\\nsecond", [ValueError("a\\nb")])
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 1, in <module>
  |     raise ExceptionGroup("first\\nsecond", [ValueError("a\\nb")])
  | ExceptionGroup: first
  | second (1 sub-exception)
  +-+---------------- 1 ----------------
    | ValueError: a
    | b
    +------------------------------------
""",
)
case(
    "own group class",
    """\
class Own(ExceptionGroup):
    pass


raise Own("own", [ValueError(1)])
""",
    """\
  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 5, in <module>
  |     raise Own("own", [ValueError(1)])
  | Own: own (1 sub-exception)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +------------------------------------
""",
)
case(
    "syntax error inside",
    """\
try:
    compile("a b", "<x>", "exec")
except SyntaxError as e:
    raise ExceptionGroup("syntax", [e])
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    compile("a b", "<x>", "exec")
    ~~~~~~~^^^^^^^^^^^^^^^^^^^^^^
  File "<x>", line 1
    a b
      ^
SyntaxError: invalid syntax

During handling of the above exception, another exception occurred:

  + Exception Group Traceback (most recent call last):
  |   File "script.py", line 4, in <module>
  |     raise ExceptionGroup("syntax", [e])
  | ExceptionGroup: syntax (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "script.py", line 2, in <module>
    |     compile("a b", "<x>", "exec")
    |     ~~~~~~~^^^^^^^^^^^^^^^^^^^^^^
    |   File "<x>", line 1
    |     a b
    |       ^
    | SyntaxError: invalid syntax
    +------------------------------------
""",
)
folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
