# modes: one
# needs: subprocess
# timeout: 60
"""Compiled files that are damaged: run as programs, imported without a source, found beside one."""
import importlib.util
import os
import py_compile
import re
import subprocess
import sys
import tempfile

failed = []
folder = tempfile.TemporaryDirectory()
environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
environment["NO_COLOR"] = "1"
source = os.path.join(folder.name, "good.py")
with open(source, "w") as file:
    file.write("x = 1\nprint('ran', x)\n")
compiled = py_compile.compile(source, os.path.join(folder.name, "good.pyc"), doraise=True)
with open(compiled, "rb") as file:
    whole = file.read()
cached = os.path.basename(importlib.util.cache_from_source("beside.py"))


def run(*arguments):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment, cwd=folder.name, timeout=30, stdin=subprocess.DEVNULL)
    last = done.stderr.splitlines()[-1] if done.stderr else ""
    return done.returncode, done.stdout, re.sub(r"b'.*?' in ", "... in ", last)


def write(data, *path):
    path = os.path.join(folder.name, *path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def case(name, data, as_program, as_module, beside):
    write(data, "damaged.pyc")
    write(b"x = 1\nprint('from source')\n", "beside.py")
    write(data, "__pycache__", cached)
    for what, got, want in (
        ("as a program", run("damaged.pyc"), as_program),
        ("as a module", run("-c", "import damaged"), as_module),
        ("beside its source", run("-B", "-c", "import beside"), beside),
    ):
        if got != want:
            failed.append(f"--- {name}, {what}: {got}\n    not {want}")


GOOD = (0, "ran 1\n", "")
SOURCE = (0, "from source\n", "")
BAD_CODE = (1, "", "RuntimeError: Bad code object in .pyc file")
BAD_MAGIC = (1, "", "RuntimeError: Bad magic number in .pyc file")


def error(text):
    return 1, "", text


case("whole", whole, GOOD, GOOD, SOURCE)
case("nothing", b"", error("EOFError: EOF read where not expected"), error("ImportError: bad magic number in 'damaged': b''"), SOURCE)
case("only the magic number", whole[:4], error("EOFError: EOF read where not expected"), error("EOFError: reached EOF while reading pyc header of 'damaged'"), SOURCE)
case("half a header", whole[:15], error("EOFError: EOF read where not expected"), error("EOFError: reached EOF while reading pyc header of 'damaged'"), SOURCE)
case("another magic number", b"abcd" + whole[4:], BAD_MAGIC, error("ImportError: bad magic number in 'damaged': b'abcd'"), SOURCE)
case("odd flags", whole[:4] + b"\xff" * 4 + whole[8:], GOOD, error("ImportError: invalid flags 4294967295 in 'damaged'"), SOURCE)
# From here on the header says that it belongs to no known source, so that the source beside it counts.
head = whole[:4] + bytes(4) + b"\1" * 8
case("no code", head, BAD_CODE, error("EOFError: EOF read where object expected"), SOURCE)
case("an end too soon", head + whole[16:40], BAD_CODE, (1, "", "EOFError: marshal data too short"), SOURCE)
case("another object", head + b"N", BAD_CODE, error("ImportError: Non-code object in 'damaged.pyc'".replace("damaged.pyc", os.path.join(folder.name, "damaged.pyc"))), SOURCE)
case("nonsense", head + b"\xff" * 100, BAD_CODE, error("ValueError: bad marshal data (unknown type code)"), SOURCE)
case("zeros", head + bytes(100), BAD_CODE, error("ValueError: bad marshal data (unknown type code)"), SOURCE)
folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
