"""mypy: checks a small program with its mypyc modules, finds its errors, and a stub; errors of its own."""

import os

from _expect import raises

import mypy.build
import mypy.nodes
import mypy.types
from mypy import api
from mypy.errors import CompileError
from mypy.options import Options

assert mypy.build.__file__.endswith(".so") and mypy.nodes.__file__.endswith(".so"), "the compiled modules are not in use"
PROGRAM = '''\
from typing import Generic, Protocol, TypeVar
from dataclasses import dataclass

T = TypeVar("T")

class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: list[T] = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def pop(self) -> T:
        return self.items.pop()

@dataclass
class Point:
    x: int
    y: int = 0

class Named(Protocol):
    name: str

def show(value: Named | None) -> str:
    return value.name

stack = Stack[int]()
stack.push("text")
Point("x")
number: str = stack.pop()
reveal_type({p.x: [p] for p in [Point(1)]})
match number:
    case str(): pass
'''
with open("program.py", "w") as file:
    file.write(PROGRAM)
with open("good.py", "w") as file:
    file.write("def double(x: int) -> int:\n    return x * 2\n\nprint(double(4))\n")
common = ["--strict", "--no-incremental", "--cache-dir", os.devnull, "--no-site-packages", "--python-version", "3.14", "--config-file="]
output, trouble, status = api.run([*common, "good.py"])
assert (output, trouble, status) == ("Success: no issues found in 1 source file\n", "", 0), (output, trouble)
output, trouble, status = api.run([*common, "program.py"])
assert status == 1 and not trouble
expected = [
    'program.py:25: error: Item "None" of "Named | None" has no attribute "name"  [union-attr]',
    'program.py:28: error: Argument 1 to "push" of "Stack" has incompatible type "str"; expected "int"  [arg-type]',
    'program.py:29: error: Argument 1 to "Point" has incompatible type "str"; expected "int"  [arg-type]',
    'program.py:30: error: Incompatible types in assignment (expression has type "int", variable has type "str")  [assignment]',
    'program.py:31: note: Revealed type is "dict[int, list[program.Point]]"',
]
lines = output.splitlines()
assert lines[:4] == expected[:4] and "Revealed type is" in lines[4] and lines[5].startswith("Found 4 errors in 1 file"), output

options = Options()
options.incremental = False
options.cache_dir = os.devnull
result = mypy.build.build([mypy.build.BuildSource("snippet", "snippet", "x = [1, 'a']\n")], options)
found = result.files["snippet"].names["x"].type
assert isinstance(found, mypy.types.Instance) and found.type.fullname == "builtins.list" and not result.errors
assert str(mypy.types.AnyType(mypy.types.TypeOfAny.explicit)) == "Any" and mypy.nodes.IntExpr(5).value == 5

raises(CompileError, "bad:1: error: Expected an identifier  [syntax]", mypy.build.build, [mypy.build.BuildSource("bad", "bad", "def (:\n")], options)
raises(TypeError, "int object expected; got str", mypy.nodes.IntExpr, "text")
raises(TypeError, "mypy.nodes.TypeInfo object expected; got int", mypy.types.Instance, 5, [])
raises(AttributeError, "'IntExpr' object has no attribute 'nope'", lambda: mypy.nodes.IntExpr(5).nope)
output, trouble, status = api.run([*common, "no_such_file.py"])
assert status == 2 and "no_such_file.py" in trouble + output
print("ok")
