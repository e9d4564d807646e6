# modes: one
# needs: subprocess
# timeout: 60
"""Options: what they set, how they combine, what is refused."""
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

case(
    ['-B', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 1 0 0 0 0 0 0 0 False 0 False\n',
)
case(
    ['-E', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 0 1 0 0 0 0 False 0 False\n',
)
case(
    ['-I', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 1 0 1 0 0 0 1 False 0 True\n',
)
case(
    ['-O', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 1 0 0 0 0 0 0 0 0 False 0 False\n',
)
case(
    ['-OO', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 2 0 0 0 0 0 0 0 0 False 0 False\n',
)
case(
    ['-s', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 1 0 0 0 0 0 0 False 0 False\n',
)
case(
    ['-S', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 1 0 0 0 0 0 False 0 False\n',
)
case(
    ['-P', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 0 0 0 0 0 0 False 0 True\n',
)
case(
    ['-q', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 0 0 0 0 1 0 False 0 False\n',
)
case(
    ['-b', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 0 0 0 1 0 0 False 0 False\n',
)
case(
    ['-bb', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 0 0 0 2 0 0 False 0 False\n',
)
case(
    ['-u', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 0 0 0 0 0 0 False 0 False\n',
)
case(
    ['-BE', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 1 0 0 1 0 0 0 0 False 0 False\n',
)
case(
    ['-sSE', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 1 1 1 0 0 0 0 False 0 False\n',
)
case(
    ['-OB', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 1 1 0 0 0 0 0 0 0 False 0 False\n',
)
case(
    ['-X', 'dev', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 0 0 0 0 0 0 True 0 False\n',
)
case(
    ['-X', 'utf8', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 0 0 0 0 0 0 False 1 False\n',
)
case(
    ['-X', 'utf8=0', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 0 0 0 0 0 0 False 0 False\n',
)
case(
    ['-IB', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 1 1 0 1 0 0 0 1 False 0 True\n',
)
case(
    ['-R', '-c', 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'],
    out='0 0 0 0 0 0 0 0 0 0 0 0 False 0 False\n',
)
case(
    ['-c', 'assert 0'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    assert 0\n           ^\nAssertionError\n',
    status=1,
)
case(['-O', '-c', 'assert 0; print(__debug__)'], out='False\n')
case(['-OO', '-c', 'def f(): "doc"\nprint(f.__doc__, __debug__)'], out='None False\n')
case(['-O', '-c', 'def f(): "doc"\nprint(f.__doc__)'], out='doc\n')
case(['-b', '-c', 'print(b"a" == "a", str(b"a"))'], out="False b'a'\n", err=None)
case(
    ['-bb', '-c', 'b"a" == "a"'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    b"a" == "a"\nBytesWarning: Comparison between bytes and string\n',
    status=1,
)
case(
    ['-bb', '-c', 'str(b"a")'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    str(b"a")\n    ~~~^^^^^^\nBytesWarning: str() on a bytes instance\n',
    status=1,
)
case(['-X', 'a', '-X', 'b=c', '-X', 'd=', '-c', 'import sys; print(sys._xoptions)'], out="{'a': True, 'b': 'c', 'd': ''}\n")
case(
    ['-W', 'error', '-W', 'ignore::DeprecationWarning', '-c', 'import sys; print(sys.warnoptions)'],
    out="['error', 'ignore::DeprecationWarning']\n",
)
case(['-Wd', '-c', 'import sys; print(sys.warnoptions)'], out="['d']\n")
case(['-W', 'bad', '-c', 'print(1)'], out='1\n', err="Invalid -W option ignored: invalid action: 'bad'\n")
case(['-W', 'error::NoSuch', '-c', 'print(1)'], out='1\n', err=None)
case(['-S', '-c', 'import sys; print("site" in sys.modules)'], out='False\n')
case(['-c', 'import sys; print("site" in sys.modules)'], out='True\n')
case(['-I', '-c', 'import sys; print(sys.path[0] != "")'], out='True\n')
case(['-P', '-c', 'import sys; print("" in sys.path)'], out='False\n')
case(['--no-such-option'], err=None, status=2)
case(['-Z'], err=None, status=2)
case(['-X'], err=None, status=2)
case(['-W'], err=None, status=2)
case(['-c', 'print(1)', '-Z'], out='1\n')
case(['--check-hash-based-pycs', 'bad'], err=None, status=2)
case(['--check-hash-based-pycs', 'always', '-c', 'print(1)'], out='1\n')
put(
    first_line_py='#! not python at all $$$\nprint("second line")\n',
)
case(['-x', 'first_line.py'], out='second line\n')
case(['-u', '-c', 'import sys; sys.stdout.write("a"); sys.stderr.write("b"); sys.stdout.buffer.write(b"c")'], out='ac', err='b')
case(['-i', '-c', 'x = 5'], out='6\n', err=None, stdin='print(x + 1)\n')
case(['-i', '-c', '1/0'], out='after\n', err=None, stdin='print("after")\n')
case(['-i', '-c', 'import sys; sys.exit(3)'], out='still here\n', err=None, stdin='print("still here")\n')
case(
    ['-X', 'int_max_str_digits=640', '-c', 'import sys; print(sys.get_int_max_str_digits()); int("1" * 641)'],
    out='640\n',
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    import sys; print(sys.get_int_max_str_digits()); int("1" * 641)\n                                                     ~~~^^^^^^^^^^^\nValueError: Exceeds the limit (640 digits) for integer string conversion: value has 641 digits; use sys.set_int_max_str_digits() to increase the limit\n',
    status=1,
)
case(['-X', 'int_max_str_digits=5', '-c', '1'], err=None, status=1)
case(['-X', 'pycache_prefix=DIR/cache', '-c', 'import sys; print(sys.pycache_prefix)'], out='DIR/cache\n')
case(['-X', 'frozen_modules=off', '-c', 'print(1)'], out='1\n')
case(
    ['-X', 'no_debug_ranges', '-c', '(1 + 2) / 0'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    (1 + 2) / 0\nZeroDivisionError: division by zero\n',
    status=1,
)
case(['-X', 'dev', '-c', 'import sys; print(sys.flags.dev_mode, sys.warnoptions)'], out="True ['default']\n")
case(['-X', 'warn_default_encoding', '-c', 'import sys; print(sys.flags.warn_default_encoding)'], out='1\n')
case(['-X', 'faulthandler', '-c', 'import faulthandler; print(faulthandler.is_enabled())'], out='True\n')
case(['-X', 'tracemalloc=3', '-c', 'import tracemalloc; print(tracemalloc.get_traceback_limit())'], out='3\n')
# Texts that name versions or list options are only looked at roughly.
for arguments, part in (
    (["-V"], r"Python 3\.14\.|Pyston"),
    (["--version"], r"Python 3\.14\.|Pyston"),
    (["-VV"], r"Python 3\.14\.|Pyston"),
    (["-h"], r"usage: (.|\n)*-c cmd (.|\n)*-m mod"),
    (["--help"], r"usage: (.|\n)*-c cmd (.|\n)*-m mod"),
    (["--help-env"], r"PYTHONPATH"),
    (["--help-xoptions"], r"-X "),
    (["--help-all"], r"PYTHONPATH(.|\n)*-X "),
    (["-v", "-c", "import json"], r""),
    (["-X", "importtime", "-c", "import json"], r""),
):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=base, timeout=20)
    if done.returncode != 0 or not re.search(part, done.stdout):
        failed.append(f"--- {arguments}: {done.returncode} {done.stdout[:200]!r} {done.stderr[:200]!r}")
done = subprocess.run([sys.executable, "-X", "importtime", "-c", "import json.decoder"], capture_output=True, text=True, env=base)
if not re.search(r"import time: self \[us\] \| cumulative \| imported package", done.stderr) or "json.decoder" not in done.stderr:
    failed.append(f"--- importtime: {done.stderr[:200]!r}")
done = subprocess.run([sys.executable, "-v", "-c", "import json.decoder"], capture_output=True, text=True, env=base)
if "json.decoder" not in done.stderr:
    failed.append(f"--- -v: {done.stderr[:200]!r}")
for arguments in (["--no-such-option"], ["-Z"]):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=base)
    if done.returncode != 2 or "nknown option" not in done.stderr or "usage:" not in done.stderr:
        failed.append(f"--- {arguments}: {done.returncode} {done.stderr[:200]!r}")


folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
