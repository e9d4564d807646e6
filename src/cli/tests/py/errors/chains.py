# modes: one
# needs: subprocess
# timeout: 30
"""Causes, contexts and notes in a traceback."""
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
    "context",
    """\
try:
    1 / 0
except ZeroDivisionError:
    {}["k"]
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "script.py", line 4, in <module>
    {}["k"]
    ~~^^^^^
KeyError: 'k'
""",
)
case(
    "cause",
    """\
try:
    1 / 0
except ZeroDivisionError as e:
    raise ValueError("high") from e
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "script.py", line 4, in <module>
    raise ValueError("high") from e
ValueError: high
""",
)
case(
    "from none",
    """\
try:
    1 / 0
except ZeroDivisionError:
    raise ValueError("alone") from None
""",
    """\
Traceback (most recent call last):
  File "script.py", line 4, in <module>
    raise ValueError("alone") from None
ValueError: alone
""",
)
case(
    "three levels",
    """\
def low():
    raise KeyError("low")


def middle():
    try:
        low()
    except KeyError as e:
        raise ValueError("middle") from e


try:
    middle()
except ValueError:
    raise TypeError("high")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 7, in middle
    low()
    ~~~^^
  File "script.py", line 2, in low
    raise KeyError("low")
KeyError: 'low'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "script.py", line 13, in <module>
    middle()
    ~~~~~~^^
  File "script.py", line 9, in middle
    raise ValueError("middle") from e
ValueError: middle

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "script.py", line 15, in <module>
    raise TypeError("high")
TypeError: high
""",
)
case(
    "cause and context",
    """\
try:
    try:
        raise KeyError("context")
    except KeyError:
        raise ValueError("raised") from OSError("cause")
finally:
    pass
""",
    """\
OSError: cause

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "script.py", line 5, in <module>
    raise ValueError("raised") from OSError("cause")
ValueError: raised
""",
)
case(
    "cycle",
    """\
a = ValueError("a")
b = KeyError("b")
a.__cause__ = b
b.__cause__ = a
raise a
""",
    """\
KeyError: 'b'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "script.py", line 5, in <module>
    raise a
ValueError: a
""",
)
case(
    "notes",
    """\
e = ValueError("with notes")
e.add_note("first note")
e.add_note("second\\nover two lines")
e.add_note("")
raise e
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    raise e
ValueError: with notes
first note
second
over two lines

""",
)
case(
    "notes that are no list",
    """\
e = ValueError("odd notes")
e.__notes__ = "text"
raise e
""",
    """\
Traceback (most recent call last):
  File "script.py", line 3, in <module>
    raise e
ValueError: odd notes
'text'
""",
)
case(
    "notes with odd items",
    """\
e = ValueError("odd items")
e.__notes__ = ["a", 5, None]
raise e
""",
    """\
Traceback (most recent call last):
  File "script.py", line 3, in <module>
    raise e
ValueError: odd items
a
5
None
""",
)
case(
    "message of several lines",
    """\
raise ValueError("first\\nsecond\\n  third")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    raise ValueError("first\\nsecond\\n  third")
ValueError: first
second
  third
""",
)
case(
    "no message",
    """\
raise ValueError
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    raise ValueError
ValueError
""",
)
case(
    "empty message",
    """\
raise ValueError("")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    raise ValueError("")
ValueError
""",
)
case(
    "several arguments",
    """\
raise ValueError("a", 5, None)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    raise ValueError("a", 5, None)
ValueError: ('a', 5, None)
""",
)
case(
    "key error",
    """\
{"a": 1}["b c"]
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    {"a": 1}["b c"]
    ~~~~~~~~^^^^^^^
KeyError: 'b c'
""",
)
case(
    "own exception class",
    """\
class Own(Exception):
    pass


raise Own("text")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    raise Own("text")
Own: text
""",
)
case(
    "nested class and module",
    """\
class Outer:
    class Inner(Exception):
        pass


Outer.Inner.__module__ = "some.module"
raise Outer.Inner("x")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 7, in <module>
    raise Outer.Inner("x")
some.module.Outer.Inner: x
""",
)
case(
    "broken str",
    """\
class Broken(Exception):
    def __str__(self):
        raise ValueError("no text")


raise Broken
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    raise Broken
Broken: <exception str() failed>
""",
)
case(
    "str that is no text",
    """\
class Broken(Exception):
    def __str__(self):
        return 5


raise Broken
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    raise Broken
Broken: <exception str() failed>
""",
)
case(
    "os errors",
    """\
import os
try:
    os.remove("/no/such/file")
except OSError as e:
    os.rename("/no/a", "/no/b")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 3, in <module>
    os.remove("/no/such/file")
    ~~~~~~~~~^^^^^^^^^^^^^^^^^
FileNotFoundError: [Errno 2] No such file or directory: '/no/such/file'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "script.py", line 5, in <module>
    os.rename("/no/a", "/no/b")
    ~~~~~~~~~^^^^^^^^^^^^^^^^^^
FileNotFoundError: [Errno 2] No such file or directory: '/no/a' -> '/no/b'
""",
)
case(
    "unicode",
    """\
raise ValueError("é € 😀 \\ud800")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    raise ValueError("é € 😀 \\ud800")
ValueError: é € 😀 \\ud800
""",
)
case(
    "raise class with a metaclass repr",
    """\
class M(type):
    def __repr__(cls):
        return "odd"


class E(Exception, metaclass=M):
    pass


raise E("m")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 10, in <module>
    raise E("m")
E: m
""",
)
case(
    "finally raises",
    """\
try:
    raise ValueError("body")
finally:
    raise KeyError("finally")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    raise ValueError("body")
ValueError: body

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "script.py", line 4, in <module>
    raise KeyError("finally")
KeyError: 'finally'
""",
)
case(
    "with exit raises",
    """\
class C:
    def __enter__(self):
        return self

    def __exit__(self, *a):
        raise KeyError("exit")


with C():
    raise ValueError("body")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 10, in <module>
    raise ValueError("body")
ValueError: body

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "script.py", line 9, in <module>
    with C():
         ~^^
  File "script.py", line 6, in __exit__
    raise KeyError("exit")
KeyError: 'exit'
""",
)
case(
    "generator",
    """\
def g():
    try:
        yield 1
    except ValueError as e:
        raise KeyError("in generator") from e


it = g()
next(it)
it.throw(ValueError("thrown"))
""",
    """\
Traceback (most recent call last):
  File "script.py", line 3, in g
    yield 1
ValueError: thrown

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "script.py", line 10, in <module>
    it.throw(ValueError("thrown"))
    ~~~~~~~~^^^^^^^^^^^^^^^^^^^^^^
  File "script.py", line 5, in g
    raise KeyError("in generator") from e
KeyError: 'in generator'
""",
)
case(
    "stop iteration",
    """\
def g():
    yield
    raise StopIteration("inner")


list(g())
""",
    """\
Traceback (most recent call last):
  File "script.py", line 3, in g
    raise StopIteration("inner")
StopIteration: inner

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "script.py", line 6, in <module>
    list(g())
    ~~~~^^^^^
RuntimeError: generator raised StopIteration
""",
)
case(
    "syntax error in a chain",
    """\
try:
    1 / 0
except ZeroDivisionError:
    compile("a b", "<inner>", "exec")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "script.py", line 4, in <module>
    compile("a b", "<inner>", "exec")
    ~~~~~~~^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "<inner>", line 1
    a b
      ^
SyntaxError: invalid syntax
""",
)
case(
    "recursion",
    """\
def f(n):
    return f(n + 1)


f(0)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f(0)
    ~^^^
  File "script.py", line 2, in f
    return f(n + 1)
  File "script.py", line 2, in f
    return f(n + 1)
  File "script.py", line 2, in f
    return f(n + 1)
  [Previous line repeated 996 more times]
RecursionError: maximum recursion depth exceeded
""",
)
case(
    "recursion of two",
    """\
import sys

sys.setrecursionlimit(30)


def a():
    b()


def b():
    a()


a()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 14, in <module>
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
  File "script.py", line 11, in b
    a()
  File "script.py", line 7, in a
    b()
RecursionError: maximum recursion depth exceeded
""",
)
case(
    "three times is not repeated",
    """\
def f(n):
    if n == 0:
        raise ValueError("end")
    f(n - 1)


f(2)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 7, in <module>
    f(2)
    ~^^^
  File "script.py", line 4, in f
    f(n - 1)
    ~^^^^^^^
  File "script.py", line 4, in f
    f(n - 1)
    ~^^^^^^^
  File "script.py", line 3, in f
    raise ValueError("end")
ValueError: end
""",
)
case(
    "four times is",
    """\
def f(n):
    if n == 0:
        raise ValueError("end")
    f(n - 1)


f(5)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 7, in <module>
    f(5)
    ~^^^
  File "script.py", line 4, in f
    f(n - 1)
    ~^^^^^^^
  File "script.py", line 4, in f
    f(n - 1)
    ~^^^^^^^
  File "script.py", line 4, in f
    f(n - 1)
    ~^^^^^^^
  [Previous line repeated 2 more times]
  File "script.py", line 3, in f
    raise ValueError("end")
ValueError: end
""",
)
case(
    "traceback limit",
    """\
import sys
sys.tracebacklimit = 2


def f(n):
    if n == 0:
        raise ValueError("limited")
    g(n - 1)


def g(n):
    f(n)


f(3)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 12, in g
    f(n)
    ~^^^
  File "script.py", line 7, in f
    raise ValueError("limited")
ValueError: limited
""",
)
case(
    "traceback limit of zero",
    """\
import sys
sys.tracebacklimit = 0
1 / 0
""",
    """\
ZeroDivisionError: division by zero
""",
)
case(
    "with_traceback none",
    """\
def f():
    e = ValueError("no frames")
    raise e.with_traceback(None)


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    f()
    ~^^
  File "script.py", line 3, in f
    raise e.with_traceback(None)
ValueError: no frames
""",
)
case(
    "raised twice",
    """\
e = ValueError("twice")


def f():
    raise e


try:
    f()
except ValueError:
    pass
f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 12, in <module>
    f()
    ~^^
  File "script.py", line 5, in f
    raise e
  File "script.py", line 9, in <module>
    f()
    ~^^
  File "script.py", line 5, in f
    raise e
ValueError: twice
""",
)
case(
    "print_exc in the handler",
    """\
import traceback

try:
    1 / 0
except ZeroDivisionError:
    traceback.print_exc()
    raise
""",
    """\
Traceback (most recent call last):
  File "script.py", line 4, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero
Traceback (most recent call last):
  File "script.py", line 4, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero
""",
)
folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
