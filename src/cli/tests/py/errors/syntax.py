# modes: one
# needs: subprocess
# timeout: 30
"""Syntax errors in a script: file, line, text, caret."""
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
    "simple",
    """\
x = = 1
""",
    """\
  File "script.py", line 1
    x = = 1
        ^
SyntaxError: invalid syntax
""",
)
case(
    "in the middle",
    """\
def f():
    x = 1
    y = (2 +
    return x
""",
    """\
  File "script.py", line 3
    y = (2 +
        ^
SyntaxError: '(' was never closed
""",
)
case(
    "never closed",
    """\
print((1, 2)
x = 3
""",
    """\
  File "script.py", line 1
    print((1, 2)
         ^
SyntaxError: '(' was never closed
""",
)
case(
    "wrong closer",
    """\
x = [1, 2)
""",
    """\
  File "script.py", line 1
    x = [1, 2)
             ^
SyntaxError: closing parenthesis ')' does not match opening parenthesis '['
""",
)
case(
    "unmatched",
    """\
x = 1)
""",
    """\
  File "script.py", line 1
    x = 1)
         ^
SyntaxError: unmatched ')'
""",
)
case(
    "unterminated string",
    """\
x = "abc
y = 1
""",
    """\
  File "script.py", line 1
    x = "abc
        ^
SyntaxError: unterminated string literal (detected at line 1)
""",
)
case(
    "unterminated triple",
    """\
x = \"\"\"abc
def
""",
    """\
  File "script.py", line 1
    x = \"\"\"abc
        ^
SyntaxError: unterminated triple-quoted string literal (detected at line 2)
""",
)
case(
    "indentation missing",
    """\
def f():
x = 1
""",
    """\
  File "script.py", line 2
    x = 1
    ^
IndentationError: expected an indented block after function definition on line 1
""",
)
case(
    "indentation unexpected",
    """\
x = 1
    y = 2
""",
    """\
  File "script.py", line 2
    y = 2
IndentationError: unexpected indent
""",
)
case(
    "dedent",
    """\
if True:
        x = 1
    y = 2
""",
    """\
  File "script.py", line 3
    y = 2
         ^
IndentationError: unindent does not match any outer indentation level
""",
)
case(
    "tabs and spaces",
    """\
if True:
        x = 1
\ty = 2
""",
    """\
  File "script.py", line 3
    \ty = 2
    ^
TabError: inconsistent use of tabs and spaces in indentation
""",
)
case(
    "tab error",
    """\
if True:
    if True:
        x = 1
\ty = 2
""",
    """\
  File "script.py", line 4
    \ty = 2
    ^
TabError: inconsistent use of tabs and spaces in indentation
""",
)
case(
    "end of file",
    """\
def f():
""",
    """\
  File "script.py", line 1
    def f():
IndentationError: expected an indented block after function definition on line 1
""",
)
case(
    "end of file in a bracket",
    """\
x = {
    1: 2,
""",
    """\
  File "script.py", line 1
    x = {
        ^
SyntaxError: '{' was never closed
""",
)
case(
    "invalid character",
    """\
x = 5 €
""",
    """\
  File "script.py", line 1
    x = 5 €
          ^
SyntaxError: invalid character '€' (U+20AC)
""",
)
case(
    "invalid non-printable",
    """\
x = 1y = "a" + \u200b"b"
""",
    """\
  File "script.py", line 1
    x = 1y = "a" + \u200b"b"
        ^
SyntaxError: invalid decimal literal
""",
)
case(
    "null byte",
    """\
x = 1
y = "\x00"
""",
    """\
  File "script.py", line 2
    y = "
SyntaxError: source code cannot contain null bytes
""",
)
case(
    "long line",
    """\
x = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" b
""",
    """\
  File "script.py", line 1
    x = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" b
                                                                                                                                          ^
SyntaxError: invalid syntax
""",
)
case(
    "wide characters",
    """\
x = "日本語" y = 5
""",
    """\
  File "script.py", line 1
    x = "日本語" y = 5
              ^
SyntaxError: invalid syntax
""",
)
case(
    "leading space",
    """\
  x = 1
""",
    """\
  File "script.py", line 1
    x = 1
IndentationError: unexpected indent
""",
)
case(
    "f-string",
    """\
x = f"{a b}"
""",
    """\
  File "script.py", line 1
    x = f"{a b}"
           ^^^
SyntaxError: invalid syntax. Perhaps you forgot a comma?
""",
)
case(
    "f-string empty",
    """\
x = f"value {} end"
""",
    """\
  File "script.py", line 1
    x = f"value {} end"
                 ^
SyntaxError: f-string: valid expression required before '}'
""",
)
case(
    "f-string in a long text",
    """\
x = f\"\"\"
line
{1 +}
\"\"\"
""",
    """\
  File "script.py", line 3
    {1 +}
       ^
SyntaxError: f-string: expecting '=', or '!', or ':', or '}'
""",
)
case(
    "return outside",
    """\
x = 1
return x
""",
    """\
  File "script.py", line 2
    return x
    ^^^^^^^^
SyntaxError: 'return' outside function
""",
)
case(
    "await outside",
    """\
x = await y
""",
    """\
  File "script.py", line 1
    x = await y
        ^^^^^^^
SyntaxError: 'await' outside function
""",
)
case(
    "nonlocal at module",
    """\
nonlocal x
""",
    """\
  File "script.py", line 1
    nonlocal x
    ^^^^^^^^^^
SyntaxError: nonlocal declaration not allowed at module level
""",
)
case(
    "duplicate argument",
    """\
def f(a, b, a):
    pass
""",
    """\
  File "script.py", line 1
    def f(a, b, a):
                ^
SyntaxError: duplicate argument 'a' in function definition
""",
)
case(
    "star assignment",
    """\
*a, *b = 1
""",
    """\
  File "script.py", line 1
    *a, *b = 1
    ^^^^^^
SyntaxError: multiple starred expressions in assignment
""",
)
case(
    "walrus",
    """\
x := 5
""",
    """\
  File "script.py", line 1
    x := 5
      ^^
SyntaxError: invalid syntax
""",
)
case(
    "keyword as name",
    """\
class = 5
""",
    """\
  File "script.py", line 1
    class = 5
          ^
SyntaxError: invalid syntax
""",
)
case(
    "positional after keyword",
    """\
f(a=1, 2)
""",
    """\
  File "script.py", line 1
    f(a=1, 2)
            ^
SyntaxError: positional argument follows keyword argument
""",
)
case(
    "generator in call",
    """\
f(x for x in y, 1)
""",
    """\
  File "script.py", line 1
    f(x for x in y, 1)
      ^^^^^^^^^^^^
SyntaxError: Generator expression must be parenthesized
""",
)
case(
    "bytes",
    """\
x = b"é"
""",
    """\
  File "script.py", line 1
    x = b"é"
        ^^^^
SyntaxError: bytes can only contain ASCII literal characters
""",
)
case(
    "escape",
    """\
x = "\\x4"
""",
    """\
  File "script.py", line 1
    x = "\\x4"
        ^^^^^
SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: truncated \\xXX escape
""",
)
case(
    "escape warning",
    """\
x = "\\d"
y = 1 is 1
""",
    """\
script.py:1: SyntaxWarning: "\\d" is an invalid escape sequence. Such sequences will not work in the future. Did you mean "\\\\d"? A raw string is also an option.
  x = "\\d"
script.py:2: SyntaxWarning: "is" with 'int' literal. Did you mean "=="?
  y = 1 is 1
""",
    status=0,
)
case(
    "number",
    """\
x = 0777
""",
    """\
  File "script.py", line 1
    x = 0777
        ^
SyntaxError: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers
""",
)
case(
    "number and name",
    """\
x = 12abc
""",
    """\
  File "script.py", line 1
    x = 12abc
         ^
SyntaxError: invalid decimal literal
""",
)
case(
    "future",
    """\
x = 1
from __future__ import annotations
""",
    """\
  File "script.py", line 2
    from __future__ import annotations
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
SyntaxError: from __future__ imports must occur at the beginning of the file
""",
)
case(
    "unknown future",
    """\
from __future__ import nothing
""",
    """\
  File "script.py", line 1
    from __future__ import nothing
                           ^^^^^^^
SyntaxError: future feature nothing is not defined
""",
)
case(
    "encoding that does not exist",
    """\
# -*- coding: no-such -*-
x = 1
""",
    """\
  File "script.py", line 0
SyntaxError: unknown encoding: no-such
""",
)
case(
    "compile in a function",
    """\
def f():
    compile("x = (", "<compiled>", "exec")


f()
""",
    """\
Traceback (most recent call last):
  File "script.py", line 5, in <module>
    f()
    ~^^
  File "script.py", line 2, in f
    compile("x = (", "<compiled>", "exec")
    ~~~~~~~^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "<compiled>", line 1
    x = (
        ^
SyntaxError: '(' was never closed
""",
)
case(
    "exec",
    """\
exec("if True\\n  pass")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    exec("if True\\n  pass")
    ~~~~^^^^^^^^^^^^^^^^^^^
  File "<string>", line 1
    if True
           ^
SyntaxError: expected ':'
""",
)
case(
    "eval",
    """\
eval("1 +")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    eval("1 +")
    ~~~~^^^^^^^
  File "<string>", line 1
    1 +
SyntaxError: invalid syntax
""",
)
case(
    "import of a broken module",
    """\
import os
import sys

with open(os.path.join(os.path.dirname(__file__), "broken_module.py"), "w") as file:
    file.write("x = 1\\ndef f(:\\n    pass\\n")
import broken_module
""",
    """\
Traceback (most recent call last):
  File "script.py", line 6, in <module>
    import broken_module
  File "broken_module.py", line 2
    def f(:
          ^
SyntaxError: invalid syntax
""",
)
case(
    "own syntax error",
    """\
raise SyntaxError("own", ("file name", 3, 5, "text of the line", 3, 9))
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    raise SyntaxError("own", ("file name", 3, 5, "text of the line", 3, 9))
  File "file name", line 3
    text of the line
        ^^^^
SyntaxError: own
""",
)
case(
    "own without place",
    """\
raise SyntaxError("no place")
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    raise SyntaxError("no place")
SyntaxError: no place
""",
)
case(
    "own with some",
    """\
raise SyntaxError("some", ("f", 2, None, None))
""",
    """\
Traceback (most recent call last):
  File "script.py", line 1, in <module>
    raise SyntaxError("some", ("f", 2, None, None))
  File "f", line 2
SyntaxError: some
""",
)
case(
    "two statements",
    """\
x = 1 y = 2
""",
    """\
  File "script.py", line 1
    x = 1 y = 2
          ^
SyntaxError: invalid syntax
""",
)
case(
    "missing colon",
    """\
if True
    pass
""",
    """\
  File "script.py", line 1
    if True
           ^
SyntaxError: expected ':'
""",
)
case(
    "missing in",
    """\
for x range(5):
    pass
""",
    """\
  File "script.py", line 1
    for x range(5):
          ^^^^^
SyntaxError: invalid syntax
""",
)
case(
    "expression expected",
    """\
x = if y
""",
    """\
  File "script.py", line 1
    x = if y
        ^^
SyntaxError: invalid syntax
""",
)
case(
    "except without try",
    """\
except ValueError:
    pass
""",
    """\
  File "script.py", line 1
    except ValueError:
    ^^^^^^
SyntaxError: invalid syntax
""",
)
case(
    "match without case",
    """\
match x:
    pass
""",
    """\
  File "script.py", line 2
    pass
    ^^^^
SyntaxError: invalid syntax
""",
)
case(
    "class body",
    """\
class A:
    def f(self):
        return self.
""",
    """\
  File "script.py", line 3
    return self.
                ^
SyntaxError: invalid syntax
""",
)
folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
