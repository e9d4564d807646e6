# modes: one
# needs: subprocess
# timeout: 60
"""Environment variables, and the options that switch them off."""
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

put(
    own__mod_a_py='VALUE = "a"\n',
    other__mod_b_py='VALUE = "b"\n',
    script_py='import mod_a\nprint(mod_a.VALUE)\n',
)
case(['-c', 'import mod_a, mod_b; print(mod_a.VALUE, mod_b.VALUE)'], out='a b\n', PYTHONPATH='DIR/own:DIR/other')
case(
    ['-E', '-c', 'import mod_a'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    import mod_a\nModuleNotFoundError: No module named \'mod_a\'\n',
    status=1,
    PYTHONPATH='DIR/own',
)
case(
    ['-I', '-c', 'import mod_a'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    import mod_a\nModuleNotFoundError: No module named \'mod_a\'\n',
    status=1,
    PYTHONPATH='DIR/own',
)
case(['script.py'], out='a\n', PYTHONPATH='DIR/own')
case(['-c', 'import sys; print([p for p in sys.path if "own" in p])'], out="['DIR/own']\n", PYTHONPATH='DIR/own::DIR/own')
case(['-c', 'import sys; print(sys.flags.optimize)'], out='2\n', PYTHONOPTIMIZE='2')
case(['-c', 'import sys; print(sys.flags.optimize)'], out='1\n', PYTHONOPTIMIZE='x')
case(['-c', 'import sys; print(sys.flags.optimize)'], out='0\n', PYTHONOPTIMIZE='')
case(['-c', 'import sys; print(sys.flags.dont_write_bytecode)'], out='1\n', PYTHONDONTWRITEBYTECODE='1')
case(['-c', 'import sys; print(sys.flags.no_user_site)'], out='1\n', PYTHONNOUSERSITE='1')
case(['-c', 'import sys; print(sys.flags.safe_path)'], out='True\n', PYTHONSAFEPATH='1')
case(['-c', 'import sys; print(sys.flags.dev_mode)'], out='True\n', PYTHONDEVMODE='1')
case(['-c', 'import sys; print(sys.flags.utf8_mode)'], out='1\n', PYTHONUTF8='1')
case(['-c', 'import sys; print(sys.flags.utf8_mode)'], out='0\n', PYTHONUTF8='0')
case(['-c', 'import sys; print(sys.flags.debug)'], out='1\n', PYTHONDEBUG='1')
case(['-c', 'import sys; print(sys.flags.inspect)'], out='0\n', PYTHONINSPECT='')
case(['-c', 'import sys; print(sys.flags.int_max_str_digits)'], out='1000\n', PYTHONINTMAXSTRDIGITS='1000')
case(['-E', '-c', 'import sys; print(sys.flags.optimize)'], out='0\n', PYTHONOPTIMIZE='2')
case(['-c', 'import sys; print(sys.dont_write_bytecode)'], out='True\n', PYTHONDONTWRITEBYTECODE='1')
case(['-c', 'print(1)'], err=None, status=1, PYTHONUTF8='bad')
case(['-c', 'import sys; print(sys.flags.hash_randomization)'], out='0\n', PYTHONHASHSEED='0')
case(['-c', 'import sys; print(sys.flags.hash_randomization)'], out='1\n', PYTHONHASHSEED='random')
case(['-c', 'print(1)'], err=None, status=1, PYTHONHASHSEED='bad')
case(
    ['-c', 'import sys; print(sys.stdout.encoding, sys.stdout.errors, sys.stdin.encoding); print("é€")'],
    out='iso8859-1 replace iso8859-1\n�?\n',
    PYTHONIOENCODING='latin-1:replace',
)
case(['-c', 'print("é€")'], out='\\xe9\\u20ac\n', PYTHONIOENCODING='ascii:backslashreplace')
case(
    ['-c', 'print("€")'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    print("\\u20ac")\n    ~~~~~^^^^^\nUnicodeEncodeError: \'ascii\' codec can\'t encode character \'\\u20ac\' in position 0: ordinal not in range(128)\n',
    status=1,
    PYTHONIOENCODING='ascii',
)
case(['-c', 'import sys; print(sys.stdout.encoding)'], out='utf-8\n', PYTHONIOENCODING=':strict')
case(['-E', '-c', 'import sys; print(sys.stdout.encoding)'], out='utf-8\n', PYTHONIOENCODING='latin-1')
case(['-c', 'import warnings; warnings.warn("w")'], PYTHONWARNINGS='ignore')
case(
    ['-c', 'import warnings; warnings.warn("w")'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    import warnings; warnings.warn("w")\n                     ~~~~~~~~~~~~~^^^^^\nUserWarning: w\n',
    status=1,
    PYTHONWARNINGS='error',
)
case(
    ['-c', 'import sys; print(sys.warnoptions)'],
    out="['ignore', 'error::DeprecationWarning']\n",
    PYTHONWARNINGS='ignore,error::DeprecationWarning',
)
case(['-W', 'always', '-c', 'import sys; print(sys.warnoptions)'], out="['ignore', 'always']\n", PYTHONWARNINGS='ignore')
case(['-c', 'import sys; print(sys.pycache_prefix)'], out='DIR/pc\n', PYTHONPYCACHEPREFIX='DIR/pc')
case(['-c', 'import sys; sys.stdout.write("x"); print(sys.stdout.write_through)'], out='xTrue\n', PYTHONUNBUFFERED='1')
case(['-c', 'import faulthandler; print(faulthandler.is_enabled())'], out='True\n', PYTHONFAULTHANDLER='1')
case(['-c', 'breakpoint(); print("after")'], out='after\n', PYTHONBREAKPOINT='0')
case(['-c', 'breakpoint("arg")'], out='arg\n', PYTHONBREAKPOINT='builtins.print')
case(
    ['-c', 'breakpoint(); print("after")'],
    out='after\n',
    err='<string>:1: RuntimeWarning: Ignoring unimportable $PYTHONBREAKPOINT: "no_such.thing"\n',
    PYTHONBREAKPOINT='no_such.thing',
)
case(['-c', 'x = 5'], err=None, stdin='print(x)\n', PYTHONINSPECT='1')
case(
    ['-c', '1 / 0'],
    err='Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    1 / 0\nZeroDivisionError: division by zero\n',
    status=1,
    PYTHONNODEBUGRANGES='1',
)
case(
    ['-c', 'import sys; print(sys.flags.isolated, sys.flags.ignore_environment, sys.flags.no_user_site, sys.flags.safe_path, sys.flags.optimize)', 'x'],
    out='0 0 0 False 1\n',
    PYTHONOPTIMIZE='1',
)
case(
    ['-I', '-c', 'import sys; print(sys.flags.isolated, sys.flags.ignore_environment, sys.flags.no_user_site, sys.flags.safe_path, sys.flags.optimize)'],
    out='1 1 1 True 0\n',
    PYTHONOPTIMIZE='1',
)
case(
    ['-c', 'import sys; print(sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.getdefaultencoding())'],
    out='utf-8 surrogateescape utf-8\n',
)
case(
    ['-c', 'import sys; print(sys.flags.utf8_mode, sys.getfilesystemencoding(), sys.stdout.encoding, sys.stdout.errors)'],
    out='1 utf-8 utf-8 surrogateescape\n',
    LC_ALL='C',
)
case(
    ['-c', 'import os; print(os.environ["OWN_VARIABLE"], os.environb[b"OWN_VARIABLE"])'],
    out="é€ b'\\xc3\\xa9\\xe2\\x82\\xac'\n",
    OWN_VARIABLE='é€',
)
# Compiled files: where they go, that they are used, and that a broken one is not.
cache = os.path.join(folder.name, "own", "__pycache__")


def compiled():
    return sorted(os.listdir(cache)) if os.path.isdir(cache) else []


import shutil

shutil.rmtree(cache, ignore_errors=True)
case(["-B", "-c", "import mod_a"], PYTHONPATH="DIR/own")
if compiled():
    failed.append(f"--- -B wrote {compiled()}")
case(["-c", "import mod_a"], PYTHONPATH="DIR/own")
if not compiled():
    failed.append("--- no compiled file was written")
for name in compiled():
    path = os.path.join(cache, name)
    with open(path, "rb") as file:
        good = file.read()
    for bad in (b"", b"xx", good[:10], good[:20], good[:-5], good[:16] + bytes(reversed(good[16:])), bytes(len(good)), good[:16] + b"\xff" * 50):
        with open(path, "wb") as file:
            file.write(bad)
        done = subprocess.run([sys.executable, "-c", "import mod_a; print(mod_a.VALUE)"], capture_output=True, text=True, env=base | {"PYTHONPATH": os.path.join(folder.name, "own")})
        # A file whose head is right and whose rest is not may be an error, but only one of Python's own.
        if done.stdout != "a\n" and not (done.returncode == 1 and done.stderr.rstrip().splitlines()[-1].split(":")[0] in ("EOFError", "ValueError", "TypeError", "ImportError", "MemoryError", "SystemError")):
            failed.append(f"--- compiled file {bad[:30]!r}…: {done.returncode} {done.stdout!r} {done.stderr[-200:]!r}")


folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
