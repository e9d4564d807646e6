# modes: one
# needs: subprocess
# timeout: 60
"""Script, -c, -m, -, folders and zip files: names, arguments, paths."""
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

INFO = 'import sys, os\nprint(__name__, sys.argv, sys.path[0], __file__ if "__file__" in globals() else None, __spec__ and __spec__.name, __package__)\n'
os.makedirs(os.path.join(folder.name, "pkg"))
os.makedirs(os.path.join(folder.name, "sub"))
os.makedirs(os.path.join(folder.name, "main"))
os.makedirs(os.path.join(folder.name, "empty"))
for name in ("script.py", "mod.py", "sub/script2.py", "pkg/__main__.py", "main/__main__.py", "no_suffix"):
    with open(os.path.join(folder.name, name), "w") as file:
        file.write(INFO)
open(os.path.join(folder.name, "pkg/__init__.py"), "w").close()

case(['script.py'], out="__main__ ['script.py'] DIR DIR/script.py None None\n")
case(['script.py', 'a', '-b', '--c'], out="__main__ ['script.py', 'a', '-b', '--c'] DIR DIR/script.py None None\n")
case(['./script.py'], out="__main__ ['./script.py'] DIR DIR/./script.py None None\n")
case(['DIR/script.py'], out="__main__ ['DIR/script.py'] DIR DIR/script.py None None\n")
case(['sub/script2.py'], out="__main__ ['sub/script2.py'] DIR/sub DIR/sub/script2.py None None\n")
case(['no_suffix'], out="__main__ ['no_suffix'] DIR DIR/no_suffix None None\n")
case(['-c', 'print(1)'], out='1\n')
case(['-c', 'import sys; print(sys.argv, sys.path[0] == "", __name__)', 'x', '-y'], out="['-c', 'x', '-y'] True __main__\n")
case(['-m', 'mod', 'a'], out="__main__ ['DIR/mod.py', 'a'] DIR DIR/mod.py mod \n")
case(['-m', 'pkg'], out="__main__ ['DIR/pkg/__main__.py'] DIR DIR/pkg/__main__.py pkg.__main__ pkg\n")
case(['-m', 'pkg.__main__'], out="__main__ ['DIR/pkg/__main__.py'] DIR DIR/pkg/__main__.py pkg.__main__ pkg\n")
case(['-m', 'sub.script2'], out="__main__ ['DIR/sub/script2.py'] DIR DIR/sub/script2.py sub.script2 sub\n")
case(['main'], out="__main__ ['main'] DIR/main DIR/main/__main__.py __main__ \n")
case(['main/', 'a'], out="__main__ ['main/', 'a'] DIR/main/ DIR/main/__main__.py __main__ \n")
case(
    ['-'],
    out="__main__ ['-']  <stdin> None None\n",
    stdin='import sys, os\nprint(__name__, sys.argv, sys.path[0], __file__ if "__file__" in globals() else None, __spec__ and __spec__.name, __package__)\n',
)
case(
    ['-', 'a'],
    out="__main__ ['-', 'a']  <stdin> None None\n",
    stdin='import sys, os\nprint(__name__, sys.argv, sys.path[0], __file__ if "__file__" in globals() else None, __spec__ and __spec__.name, __package__)\n',
)
case(
    [],
    out="__main__ ['']  <stdin> None None\n",
    stdin='import sys, os\nprint(__name__, sys.argv, sys.path[0], __file__ if "__file__" in globals() else None, __spec__ and __spec__.name, __package__)\n',
)
case(['missing.py'], err="PYTHON: can't open file 'DIR/missing.py': [Errno 2] No such file or directory\n", status=2)
case(['empty'], err="PYTHON: can't find '__main__' module in 'DIR/empty'\n", status=1)
case(['-m', 'missing'], err='PYTHON: No module named missing\n', status=1)
case(['-m', 'pkg.missing'], err='PYTHON: No module named pkg.missing\n', status=1)
case(['-m', 'empty'], err="PYTHON: No module named empty.__main__; 'empty' is a package and cannot be directly executed\n", status=1)
case(['-m', 'mod.sub'], out="mod ['-m'] DIR DIR/mod.py mod \n", err=None, status=1)
case(
    ['-c'],
    err="Argument expected for the -c option\nusage: PYTHON [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `python -h' for more information.\n",
    status=2,
)
case(
    ['-m'],
    err="Argument expected for the -m option\nusage: PYTHON [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `python -h' for more information.\n",
    status=2,
)
case(['-m', ''], err='PYTHON: No module named \n', status=1)
case([''], err="PYTHON: can't find '__main__' module in 'DIR'\n", status=1)
case(['-c', 'print(1);print(2)'], out='1\n2\n')
case(['-c', 'if 1:\n  print("block")\nprint("end")'], out='block\nend\n')
case(['-c', '  print("indented")'], out='indented\n')
case(['-c', '\n    x = 1\n    print(x)'], out='1\n')
case(['-c', ''])
case(['-cprint(5)'], out='5\n')
case(['-mmod'], out="__main__ ['DIR/mod.py'] DIR DIR/mod.py mod \n")
case(['-c', 'a b'], err='  File "<string>", line 1\n    a b\n      ^\nSyntaxError: invalid syntax\n', status=1)
case(
    ['-c', '1/0'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    1/0\n    ~^~\nZeroDivisionError: division by zero\n',
    status=1,
)
case(['-'], err='  File "<stdin>", line 1\n    a b\n      ^\nSyntaxError: invalid syntax\n', status=1, stdin='a b\n')
case(
    ['-'],
    err='Traceback (most recent call last):\n  File "<stdin>", line 1, in <module>\nZeroDivisionError: division by zero\n',
    status=1,
    stdin='1/0\n',
)
case([], err='  File "<stdin>", line 1\n    print(5\n         ^\nSyntaxError: \'(\' was never closed\n', status=1, stdin='print(5')
case([])
case(['-m', 'mod', '-c', 'x'], out="__main__ ['DIR/mod.py', '-c', 'x'] DIR DIR/mod.py mod \n")
case(['script.py', '-m', 'x'], out="__main__ ['script.py', '-m', 'x'] DIR DIR/script.py None None\n")
case(['--', 'script.py', 'a'], out="__main__ ['script.py', 'a'] DIR DIR/script.py None None\n")
case(['-c', 'import sys; print(sys.orig_argv[1:])', 'z'], out="['-c', 'import sys; print(sys.orig_argv[1:])', 'z']\n")
case(['script.py/'], err="PYTHON: can't open file 'DIR/script.py/': [Errno 20] Not a directory\n", status=2)
case(['/dev/null'])
case(['-m', 'json.tool'], out='{\n    "a": [\n        1\n    ]\n}\n', stdin='{"a": [1]}')
case(
    ['-m', 'this_does_not_exist.sub'],
    err="PYTHON: Error while finding module specification for 'this_does_not_exist.sub' (ModuleNotFoundError: No module named 'this_does_not_exist')\n",
    status=1,
)
import zipfile

with zipfile.ZipFile(os.path.join(folder.name, "app.zip"), "w") as archive:
    archive.writestr("__main__.py", "import helper, sys\nprint(__name__, helper.VALUE, sys.argv[1:])\n")
    archive.writestr("helper.py", "VALUE = 'from the zip'\n")
    archive.writestr("inner/__init__.py", "")
    archive.writestr("inner/deep.py", "def f():\n    return 1 / 0\n")

case(['app.zip', 'a'], out="__main__ from the zip ['a']\n")
case(
    ['-c', 'import sys; sys.path.insert(0, "app.zip"); import inner.deep; inner.deep.f()'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    import sys; sys.path.insert(0, "app.zip"); import inner.deep; inner.deep.f()\n                                                                  ~~~~~~~~~~~~^^\n  File "app.zip/inner/deep.py", line 2, in f\n    return 1 / 0\n           ~~^~~\nZeroDivisionError: division by zero\n',
    status=1,
)
case(['-c', 'import helper; print(helper.VALUE, helper.__file__)'], out='from the zip DIR/app.zip/helper.py\n', PYTHONPATH='DIR/app.zip')
import py_compile

py_compile.compile(os.path.join(folder.name, "script.py"), os.path.join(folder.name, "compiled.pyc"))
with open(os.path.join(folder.name, "broken.pyc"), "wb") as file:
    file.write(b"not a compiled file at all")

case(['compiled.pyc', 'a'], out="__main__ ['compiled.pyc', 'a'] DIR DIR/compiled.pyc None None\n")
case(['broken.pyc'], err='RuntimeError: Bad magic number in .pyc file\n', status=1)

folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
