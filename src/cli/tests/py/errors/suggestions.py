# modes: one
# needs: subprocess
# timeout: 30
"""Did you mean …: suggestions for names, attributes, imports and keywords."""
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
    "local name",
    """\
def f():
    counter = 1
    return countr


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    f()
    ~^^
  File "script.py", line 3, in f
    return countr
           ^^^^^^
NameError: name 'countr' is not defined. Did you mean: 'counter'?
""",
)
case(
    "global name",
    """\
some_value = 1
print(some_valeu)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    print(some_valeu)
          ^^^^^^^^^^
NameError: name 'some_valeu' is not defined. Did you mean: 'some_value'?
""",
)
case(
    "builtin name",
    """\
pritn(5)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    pritn(5)
    ^^^^^
NameError: name 'pritn' is not defined. Did you mean: 'print'?
""",
)
case(
    "nothing near",
    """\
print(zzzzzzzzzz)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    print(zzzzzzzzzz)
          ^^^^^^^^^^
NameError: name 'zzzzzzzzzz' is not defined
""",
)
case(
    "module that was not imported",
    """\
print(math.pi)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    print(math.pi)
          ^^^^
NameError: name 'math' is not defined. Did you forget to import 'math'?
""",
)
case(
    "module and near name",
    """\
print(syss.path)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    print(syss.path)
          ^^^^
NameError: name 'syss' is not defined
""",
)
case(
    "self is missing",
    """\
class A:
    def __init__(self):
        self.value = 1

    def get(self):
        return value


A().get()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 9, in <module>
    A().get()
    ~~~~~~~^^
  File "script.py", line 6, in get
    return value
           ^^^^^
NameError: name 'value' is not defined. Did you mean: 'self.value'?
""",
)
case(
    "attribute",
    """\
class A:
    blech = 1


A.bluch
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    A.bluch
AttributeError: type object 'A' has no attribute 'bluch'. Did you mean: 'blech'?
""",
)
case(
    "attribute of an instance",
    """\
class A:
    def __init__(self):
        self.position = 1


A().postion
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    A().postion
AttributeError: 'A' object has no attribute 'postion'. Did you mean: 'position'?
""",
)
case(
    "attribute of a module",
    """\
import math
math.sqr(5)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    math.sqr(5)
    ^^^^^^^^
AttributeError: module 'math' has no attribute 'sqr'. Did you mean: 'sqrt'?
""",
)
case(
    "method of a builtin",
    """\
[].apend(1)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    [].apend(1)
    ^^^^^^^^
AttributeError: 'list' object has no attribute 'apend'. Did you mean: 'append'?
""",
)
case(
    "nested attribute",
    """\
class Inner:
    value = 1


class Outer:
    def __init__(self):
        self.inner = Inner()


Outer().value
""",
    """\
Traceback (most recent call last):
  File "script.py", line 10, in <module>
    Outer().value
AttributeError: 'Outer' object has no attribute 'value'
""",
)
case(
    "private is not suggested",
    """\
class A:
    _hidden = 1


A().hiden
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    A().hiden
AttributeError: 'A' object has no attribute 'hiden'
""",
)
case(
    "attribute caught and raised",
    """\
class A:
    blech = 1


try:
    A().blach
except AttributeError as e:
    raise
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    A().blach
AttributeError: 'A' object has no attribute 'blach'. Did you mean: 'blech'?
""",
)
case(
    "import from",
    """\
from math import sqr
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    from math import sqr
ImportError: cannot import name 'sqr' from 'math' (unknown location). Did you mean: 'sqrt'?
""",
)
case(
    "import from with a near name",
    """\
from collections import namedtupel
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    from collections import namedtupel
ImportError: cannot import name 'namedtupel' from 'collections' (PLACE). Did you mean: 'namedtuple'?
""",
)
case(
    "import missing module",
    """\
import no_such_module
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    import no_such_module
ModuleNotFoundError: No module named 'no_such_module'
""",
)
case(
    "import missing submodule",
    """\
import json.no_such
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    import json.no_such
ModuleNotFoundError: No module named 'json.no_such'
""",
)
case(
    "import from a package",
    """\
import os.nothing
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    import os.nothing
ModuleNotFoundError: No module named 'os.nothing'; 'os' is not a package
""",
)
case(
    "keyword argument",
    """\
def f(first, second):
    pass


f(1, secnd=2)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f(1, secnd=2)
    ~^^^^^^^^^^^^
TypeError: f() got an unexpected keyword argument 'secnd'. Did you mean 'second'?
""",
)
case(
    "keyword argument of a builtin",
    """\
print(1, ends="")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    print(1, ends="")
    ~~~~~^^^^^^^^^^^^
TypeError: print() got an unexpected keyword argument 'ends'. Did you mean 'end'?
""",
)
case(
    "dunder",
    """\
class A:
    def __getattr__(self, name):
        raise AttributeError(f"no {name}")


A().x
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    A().x
  File "script.py", line 3, in __getattr__
    raise AttributeError(f"no {name}")
AttributeError: no x
""",
)
case(
    "name error with del",
    """\
x = 1
del x
print(x)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 3, in <module>
    print(x)
          ^
NameError: name 'x' is not defined
""",
)
case(
    "unbound local",
    """\
def f():
    print(x)
    x = 1


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    f()
    ~^^
  File "script.py", line 2, in f
    print(x)
          ^
UnboundLocalError: cannot access local variable 'x' where it is not associated with a value
""",
)
case(
    "free variable",
    """\
def f():
    def g():
        return later

    g()
    later = 1


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 9, in <module>
    f()
    ~^^
  File "script.py", line 5, in f
    g()
    ~^^
  File "script.py", line 3, in g
    return later
           ^^^^^
NameError: cannot access free variable 'later' where it is not associated with a value in enclosing scope. Did you mean: 'iter'?
""",
)
case(
    "keyword typo: def",
    """\
dfe f():
    pass
""",
    """\
  File "script.py", line 1
    dfe f():
    ^^^
SyntaxError: invalid syntax. Did you mean 'def'?
""",
)
case(
    "keyword typo: for",
    """\
fro x in range(5):
    pass
""",
    """\
  File "script.py", line 1
    fro x in range(5):
    ^^^
SyntaxError: invalid syntax. Did you mean 'for'?
""",
)
case(
    "keyword typo: while",
    """\
whille True:
    pass
""",
    """\
  File "script.py", line 1
    whille True:
    ^^^^^^
SyntaxError: invalid syntax. Did you mean 'while'?
""",
)
case(
    "keyword typo: import",
    """\
improt os
""",
    """\
  File "script.py", line 1
    improt os
    ^^^^^^
SyntaxError: invalid syntax. Did you mean 'import'?
""",
)
case(
    "keyword typo: return",
    """\
def f():
    retrun 5
""",
    """\
  File "script.py", line 2
    retrun 5
    ^^^^^^
SyntaxError: invalid syntax. Did you mean 'return'?
""",
)
case(
    "keyword typo: class",
    """\
clas A:
    pass
""",
    """\
  File "script.py", line 1
    clas A:
    ^^^^
SyntaxError: invalid syntax. Did you mean 'class'?
""",
)
case(
    "keyword typo: else",
    """\
if True:
    pass
esle:
    pass
""",
    """\
  File "script.py", line 3
    esle:
    ^^^^
SyntaxError: invalid syntax. Did you mean 'else'?
""",
)
case(
    "keyword typo: except",
    """\
try:
    pass
excpet ValueError:
    pass
""",
    """\
  File "script.py", line 3
    excpet ValueError:
    ^^^^^^
SyntaxError: expected 'except' or 'finally' block
""",
)
case(
    "forgotten comma",
    """\
x = [
    1
    2
]
""",
    """\
  File "script.py", line 2
    1
    ^
SyntaxError: invalid syntax. Perhaps you forgot a comma?
""",
)
case(
    "forgotten comma between strings and names",
    """\
print("a" b)
""",
    """\
  File "script.py", line 1
    print("a" b)
          ^^^^^
SyntaxError: invalid syntax. Perhaps you forgot a comma?
""",
)
case(
    "forgotten call of print",
    """\
print "hello"
""",
    """\
  File "script.py", line 1
    print "hello"
    ^^^^^^^^^^^^^
SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?
""",
)
case(
    "assignment in a condition",
    """\
if x = 5:
    pass
""",
    """\
  File "script.py", line 1
    if x = 5:
       ^^^^^
SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='?
""",
)
case(
    "wrong quotes",
    """\
print(“hello”)
""",
    """\
  File "script.py", line 1
    print(“hello”)
          ^
SyntaxError: invalid character '“' (U+201C)
""",
)
case(
    "none",
    """\
x = None
x.upper()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    x.upper()
    ^^^^^^^
AttributeError: 'NoneType' object has no attribute 'upper'
""",
)
case(
    "method without parentheses",
    """\
"abc".upper.lower()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    "abc".upper.lower()
    ^^^^^^^^^^^^^^^^^
AttributeError: 'builtin_function_or_method' object has no attribute 'lower'
""",
)
case(
    "subscripting a function",
    """\
len[5]
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    len[5]
    ~~~^^^
TypeError: 'builtin_function_or_method' object is not subscriptable
""",
)
case(
    "calling a list",
    """\
[1](0)
""",
    """\
script.py:1: SyntaxWarning: 'list' object is not callable; perhaps you missed a comma?
  [1](0)
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    [1](0)
    ~~~^^^
TypeError: 'list' object is not callable
""",
)
case(
    "calling a module",
    """\
import math
math(5)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 2, in <module>
    math(5)
    ~~~~^^^
TypeError: 'module' object is not callable
""",
)
case(
    "index with a tuple",
    """\
[1, 2][0, 1]
""",
    """\
script.py:1: SyntaxWarning: list indices must be integers or slices, not tuple; perhaps you missed a comma?
  [1, 2][0, 1]
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    [1, 2][0, 1]
    ~~~~~~^^^^^^
TypeError: list indices must be integers or slices, not tuple
""",
)
case(
    "dictionary key unhashable",
    """\
{[]: 1}
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    {[]: 1}
TypeError: cannot use 'list' as a dict key (unhashable type: 'list')
""",
)
case(
    "set of lists",
    """\
{[1]}
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    {[1]}
TypeError: cannot use 'list' as a set element (unhashable type: 'list')
""",
)
case(
    "int and str",
    """\
"age: " + 5
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    "age: " + 5
    ~~~~~~~~^~~
TypeError: can only concatenate str (not "int") to str
""",
)
case(
    "missing arguments of a method",
    """\
class A:
    def m(self, a, b):
        pass


A().m(1)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    A().m(1)
    ~~~~~^^^
TypeError: A.m() missing 1 required positional argument: 'b'
""",
)
case(
    "class called with arguments",
    """\
class A:
    pass


A(1)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    A(1)
    ~^^^
TypeError: A() takes no arguments
""",
)
case(
    "too many for init",
    """\
class A:
    def __init__(self):
        pass


A(1)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    A(1)
    ~^^^
TypeError: A.__init__() takes 1 positional argument but 2 were given
""",
)
case(
    "context manager",
    """\
with 5:
    pass
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    with 5:
         ^
TypeError: 'int' object does not support the context manager protocol (missed __exit__ method)
""",
)
case(
    "async context manager",
    """\
async def f():
    with M():
        pass


class M:
    async def __aenter__(self): ...
    async def __aexit__(self, *a): ...


f().send(None)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 11, in <module>
    f().send(None)
    ~~~~~~~~^^^^^^
  File "script.py", line 2, in f
    with M():
         ~^^
TypeError: 'M' object does not support the context manager protocol (missed __exit__ method) but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?
""",
)
case(
    "circular import",
    """\
import script
print(script.nothing)
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    import script
  File "script.py", line 2, in <module>
    print(script.nothing)
          ^^^^^^^^^^^^^^
AttributeError: module 'script' has no attribute 'nothing' (consider renaming 'script.py' if it has the same name as a library you intended to import)
""",
)
case(
    "shadowing the library",
    """\
import sys
sys.modules["fake"] = type(sys)("fake")
import fake
fake.anything
""",
    """\
Traceback (most recent call last):
  File "script.py", line 4, in <module>
    fake.anything
AttributeError: module 'fake' has no attribute 'anything'
""",
)
folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
