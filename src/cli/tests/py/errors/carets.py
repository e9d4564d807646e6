# modes: one
# needs: subprocess
# timeout: 30
"""Where a traceback points: carets under the expression that failed."""
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
    "binary operator",
    """\
def f(a, b):
    return 1 + a + b * 2


f(1, {})
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f(1, {})
    ~^^^^^^^
  File "script.py", line 2, in f
    return 1 + a + b * 2
                   ~~^~~
TypeError: unsupported operand type(s) for *: 'dict' and 'int'
""",
)
case(
    "operators of every kind",
    """\
import traceback


def show(source):
    try:
        exec(compile(source, "<case>", "exec"), {"x": 5, "l": [1], "d": {}, "f": lambda *a: None})
    except Exception as error:
        traceback.print_exc()


show("x")
exec("1 + 'a'")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 12, in <module>
    exec("1 + 'a'")
    ~~~~^^^^^^^^^^^
  File "<string>", line 1, in <module>
TypeError: unsupported operand type(s) for +: 'int' and 'str'
""",
)
case(
    "attribute",
    """\
class A:
    pass


a = A()
print(a.first.second)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    print(a.first.second)
          ^^^^^^^
AttributeError: 'A' object has no attribute 'first'
""",
)
case(
    "attribute in the middle",
    """\
class A:
    b = None


value = A().b.c + A().b
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    value = A().b.c + A().b
            ^^^^^^^
AttributeError: 'NoneType' object has no attribute 'c'
""",
)
case(
    "subscript",
    """\
table = {"a": {"b": []}}
print(table["a"]["b"][5] + 1)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    print(table["a"]["b"][5] + 1)
          ~~~~~~~~~~~~~~~^^^
IndexError: list index out of range
""",
)
case(
    "call",
    """\
def outer():
    return inner(1)(2)


def inner(x):
    return None


outer()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 9, in <module>
    outer()
    ~~~~~^^
  File "script.py", line 2, in outer
    return inner(1)(2)
           ~~~~~~~~^^^
TypeError: 'NoneType' object is not callable
""",
)
case(
    "call with arguments",
    """\
def f(a, *, b):
    pass


f(1, 2, b=3)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f(1, 2, b=3)
    ~^^^^^^^^^^^
TypeError: f() takes 1 positional argument but 2 positional arguments (and 1 keyword-only argument) were given
""",
)
case(
    "several lines",
    """\
def f():
    return (
        1
        + 2
        + None
        + 4
    )


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 10, in <module>
    f()
    ~^^
  File "script.py", line 3, in f
    1
    ~
    + 2
    ~~~
    + None
    ^~~~~~
TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'
""",
)
case(
    "call over several lines",
    """\
def f(a, b):
    raise ValueError("inside")


f(
    1,
    b=[
        2,
    ],
)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f(
    ~^
        1,
        ^^
    ...<2 lines>...
        ],
        ^^
    )
    ^
  File "script.py", line 2, in f
    raise ValueError("inside")
ValueError: inside
""",
)
case(
    "nested calls on one line",
    """\
def f(x):
    return x / 0


def g(x):
    return f(x)


print(g(f(1)) + g(2))
""",
    """\
Traceback (most recent call last):
  File "script.py", line 9, in <module>
    print(g(f(1)) + g(2))
            ~^^^
  File "script.py", line 2, in f
    return x / 0
           ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "whole line",
    """\
def f():
    raise ValueError("whole line has no carets")


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f()
    ~^^
  File "script.py", line 2, in f
    raise ValueError("whole line has no carets")
ValueError: whole line has no carets
""",
)
case(
    "assert",
    """\
x = [1, 2]
assert x == [1, 2, 3], "they differ"
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    assert x == [1, 2, 3], "they differ"
           ^^^^^^^^^^^^^^
AssertionError: they differ
""",
)
case(
    "assert without message",
    """\
assert not True
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    assert not True
           ^^^^^^^^
AssertionError
""",
)
case(
    "unpacking",
    """\
a, b = 1, 2, 3
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    a, b = 1, 2, 3
    ^^^^
ValueError: too many values to unpack (expected 2, got 3)
""",
)
case(
    "unpacking in a for",
    """\
for a, b in [(1, 2), (3,)]:
    pass
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    for a, b in [(1, 2), (3,)]:
        ^^^^
ValueError: not enough values to unpack (expected 2, got 1)
""",
)
case(
    "not iterable",
    """\
for x in 5:
    pass
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    for x in 5:
             ^
TypeError: 'int' object is not iterable
""",
)
case(
    "comprehension",
    """\
def f():
    return [1 / x for x in (1, 0)]


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f()
    ~^^
  File "script.py", line 2, in f
    return [1 / x for x in (1, 0)]
            ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "generator expression",
    """\
total = sum(1 // x for x in (1, 0))
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    total = sum(1 // x for x in (1, 0))
  File "script.py", line 1, in <genexpr>
    total = sum(1 // x for x in (1, 0))
                ~~^^~~
ZeroDivisionError: division by zero
""",
)
case(
    "lambda",
    """\
f = lambda a: a + (lambda b: b / 0)(a)
f(1)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    f(1)
    ~^^^
  File "script.py", line 1, in <lambda>
    f = lambda a: a + (lambda b: b / 0)(a)
                      ~~~~~~~~~~~~~~~~~^^^
  File "script.py", line 1, in <lambda>
    f = lambda a: a + (lambda b: b / 0)(a)
                                 ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "f-string",
    """\
x = 5
print(f"{x} and {x / 0:>10} and {x}")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    print(f"{x} and {x / 0:>10} and {x}")
                     ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "conditional and boolean",
    """\
x = None
y = x.a if x is None else x
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    y = x.a if x is None else x
        ^^^
AttributeError: 'NoneType' object has no attribute 'a'
""",
)
case(
    "comparison",
    """\
x = 5 < "a" < 6
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    x = 5 < "a" < 6
        ^^^^^^^^^^^
TypeError: '<' not supported between instances of 'int' and 'str'
""",
)
case(
    "unary",
    """\
x = - "a"
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    x = - "a"
        ^^^^^
TypeError: bad operand type for unary -: 'str'
""",
)
case(
    "power and shift",
    """\
x = 2 ** 10 ** None
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    x = 2 ** 10 ** None
             ~~~^^~~~~~
TypeError: unsupported operand type(s) for ** or pow(): 'int' and 'NoneType'
""",
)
case(
    "subscript assignment",
    """\
x = (1, 2)
x[0] = 5
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    x[0] = 5
    ~^^^
TypeError: 'tuple' object does not support item assignment
""",
)
case(
    "attribute assignment",
    """\
x = object()
x.y = 5
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    x.y = 5
    ^^^
AttributeError: 'object' object has no attribute 'y' and no __dict__ for setting new attributes
""",
)
case(
    "delete",
    """\
x = {}
del x["missing"]
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    del x["missing"]
        ~^^^^^^^^^^^
KeyError: 'missing'
""",
)
case(
    "augmented",
    """\
x = "a"
x += 1
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    x += 1
TypeError: can only concatenate str (not "int") to str
""",
)
case(
    "import",
    """\
from os import no_such_thing_here
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    from os import no_such_thing_here
ImportError: cannot import name 'no_such_thing_here' from 'os' (PLACE)
""",
)
case(
    "with",
    """\
with open as f:
    pass
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    with open as f:
         ^^^^
TypeError: 'builtin_function_or_method' object does not support the context manager protocol (missed __exit__ method)
""",
)
case(
    "decorator",
    """\
def deco(f):
    raise ValueError("in decorator")


@deco
def g():
    pass
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    @deco
     ^^^^
  File "script.py", line 2, in deco
    raise ValueError("in decorator")
ValueError: in decorator
""",
)
case(
    "class body",
    """\
class A:
    x = 1
    y = x / 0
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    class A:
        x = 1
        y = x / 0
  File "script.py", line 3, in A
    y = x / 0
        ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "default argument",
    """\
def f(a=1 / 0):
    pass
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    def f(a=1 / 0):
            ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "wide characters",
    """\
def f():
    return "日本語" + 5 + "é"


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f()
    ~^^
  File "script.py", line 2, in f
    return "日本語" + 5 + "é"
           ~~~~~~~~~^~~
TypeError: can only concatenate str (not "int") to str
""",
)
case(
    "wide characters before",
    """\
x = 5
print("日本語", x / 0, "日本語")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    print("日本語", x / 0, "日本語")
                    ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "tabs",
    """\
def f():
\tx = 5
\treturn x\t/\t0


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    f()
    ~^^
  File "script.py", line 3, in f
    return x\t/\t0
           ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "long line",
    """\
value = "a" * 5 + "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" + 5 + "cccccccccccccccc"
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    value = "a" * 5 + "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" + 5 + "cccccccccccccccc"
            ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^~~
TypeError: can only concatenate str (not "int") to str
""",
)
case(
    "keyword call",
    """\
dict(a=1, **{"a": 2})
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    dict(a=1, **{"a": 2})
    ~~~~^^^^^^^^^^^^^^^^^
TypeError: dict() got multiple values for keyword argument 'a'
""",
)
case(
    "star call",
    """\
print(*5)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    print(*5)
    ~~~~~^^^^
TypeError: print() argument after * must be an iterable, not int
""",
)
case(
    "method chain",
    """\
"abc".upper().lower().nothing().strip()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    "abc".upper().lower().nothing().strip()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
AttributeError: 'str' object has no attribute 'nothing'
""",
)
case(
    "slice",
    """\
x = [1, 2, 3]["a":2]
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    x = [1, 2, 3]["a":2]
        ~~~~~~~~~^^^^^^^
TypeError: slice indices must be integers or None or have an __index__ method
""",
)
case(
    "await",
    """\
async def f():
    return await 5


f().send(None)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f().send(None)
    ~~~~~~~~^^^^^^
  File "script.py", line 2, in f
    return await 5
           ^^^^^^^
TypeError: 'int' object can't be awaited
""",
)
case(
    "async for",
    """\
async def f():
    async for x in [1]:
        pass


f().send(None)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    f().send(None)
    ~~~~~~~~^^^^^^
  File "script.py", line 2, in f
    async for x in [1]:
                   ^^^
TypeError: 'async for' requires an object with __aiter__ method, got list
""",
)
case(
    "yield from",
    """\
def g():
    yield from 5


list(g())
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    list(g())
    ~~~~^^^^^
  File "script.py", line 2, in g
    yield from 5
TypeError: 'int' object is not iterable
""",
)
case(
    "match",
    """\
class P:
    __match_args__ = 5


match P():
    case P(1):
        pass
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    case P(1):
         ~^^^
TypeError: P.__match_args__ must be a tuple (got int)
""",
)
case(
    "return expression",
    """\
def f(x):
    return x[0][1][2]


f([[[]]])
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f([[[]]])
    ~^^^^^^^^
  File "script.py", line 2, in f
    return x[0][1][2]
           ~~~~^^^
IndexError: list index out of range
""",
)
case(
    "raise from expression",
    """\
raise ValueError("a") from 5
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    raise ValueError("a") from 5
TypeError: exception causes must derive from BaseException
""",
)
case(
    "exception in property",
    """\
class A:
    @property
    def p(self):
        return self._missing


A().p
""",
    """\
Traceback (most recent call last):
  File "script.py", line 7, in <module>
    A().p
  File "script.py", line 4, in p
    return self._missing
           ^^^^^^^^^^^^^
AttributeError: 'A' object has no attribute '_missing'
""",
)
case(
    "exec and eval have no source",
    """\
exec("def f():\\n    return 1 / 0\\nf()")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    exec("def f():\\n    return 1 / 0\\nf()")
    ~~~~^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "<string>", line 3, in <module>
  File "<string>", line 2, in f
ZeroDivisionError: division by zero
""",
)
case(
    "compiled with a name",
    """\
code = compile("x = 1\\ny = x / 0", "made up name", "exec")
exec(code)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    exec(code)
    ~~~~^^^^^^
  File "made up name", line 2, in <module>
    exec(code)
        ^^^^^
ZeroDivisionError: division by zero
""",
)
case(
    "semicolons",
    """\
a = 1; b = a / 0; c = 2
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    a = 1; b = a / 0; c = 2
               ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "backslash continuation",
    """\
x = 1 + \\
    2 / 0 + \\
    3
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    2 / 0 + \\
    ~~^~~
ZeroDivisionError: division by zero
""",
)
case(
    "form feed and odd spaces",
    """\
def f():
    return (1  +   None)


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f()
    ~^^
  File "script.py", line 2, in f
    return (1  +   None)
            ~~~^~~~~~~~
TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'
""",
)
case(
    "several frames, one line each",
    """\
def a(): b()
def b(): c()
def c(): d()
def d(): raise KeyError("deep")
a()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    a()
    ~^^
  File "script.py", line 1, in a
    def a(): b()
             ~^^
  File "script.py", line 2, in b
    def b(): c()
             ~^^
  File "script.py", line 3, in c
    def c(): d()
             ~^^
  File "script.py", line 4, in d
    def d(): raise KeyError("deep")
             ^^^^^^^^^^^^^^^^^^^^^^
KeyError: 'deep'
""",
)
case(
    "no debug ranges",
    """\
x = (1 + 2) / 0 + 5
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    x = (1 + 2) / 0 + 5
ZeroDivisionError: division by zero
""",
    options=('-X', 'no_debug_ranges'),
)
folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
