# modes: one
# needs: subprocess
# timeout: 60
"""Big and deep sources and data: errors of Python, never a crash or a hang."""
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

def deep(name, source, *good):
    put(deep_py=source)
    try:
        done = subprocess.run([sys.executable, "deep.py"], capture_output=True, text=True, env=base, cwd=folder.name, timeout=30)
    except subprocess.TimeoutExpired:
        failed.append(f"--- {name}: no end")
        return
    last = (done.stderr.rstrip().splitlines() or [""])[-1].split(":")[0]
    if (done.returncode, last) not in good:
        failed.append(f"--- {name}: {done.returncode} {done.stderr[-200:]!r}")


OK = (0, "")
DEEP = [(1, "SyntaxError"), (1, "MemoryError"), (1, "RecursionError"), (1, "s_push"), (1, "IndentationError")]
deep("a million opening brackets", "(" * 1000000, *DEEP)
deep("100,000 nested brackets", "(" * 100000 + ")" * 100000, *DEEP)
deep("150 nested brackets", "(" * 150 + "1" + ")" * 150, OK)
deep("nested lists", "[" * 5000 + "]" * 5000, *DEEP)
deep("a million minus signs", "-" * 1000000 + "1", OK, *DEEP)
deep("nots", "not " * 100000 + "1", OK, *DEEP)
deep("a long sum", "+".join(["1"] * 100000), OK, *DEEP)
deep("a long comparison", "<".join(["1"] * 50000), OK, *DEEP)
deep("a long attribute chain", "x = 1\nx" + ".real" * 50000, OK, *DEEP)
deep("a long call chain", "f = lambda: f\nf" + "()" * 50000, OK, *DEEP)
deep("power tower", "1" + "**1" * 50000, OK, *DEEP)
deep("ternaries", "1 if 1 else " * 30000 + "0", OK, *DEEP)
deep("lambdas", "lambda: " * 30000 + "0", OK, *DEEP)
deep("50 nested blocks", "".join(" " * i + "if 1:\n" for i in range(50)) + " " * 50 + "pass", OK)
deep("99 nested blocks", "".join(" " * i + "if 1:\n" for i in range(99)) + " " * 99 + "pass", OK)
deep("101 nested blocks", "".join(" " * i + "if 1:\n" for i in range(101)) + " " * 101 + "pass", *DEEP)
deep("nested loops", "".join(" " * i + "for x in []:\n" for i in range(30)) + " " * 30 + "pass", *DEEP, OK)
deep("nested functions", "".join(" " * i + "def f():\n" for i in range(60)) + " " * 60 + "pass", OK, *DEEP)
deep("nested classes", "".join(" " * i + "class A:\n" for i in range(60)) + " " * 60 + "pass", OK, *DEEP)
deep("elif chain", "x = 1\nif x == 0: pass\n" + "".join(f"elif x == {i + 2}: pass\n" for i in range(3000)), OK, *DEEP)
deep("nested f-strings", "f'{" * 300 + "1" + "}'" * 300, *DEEP)
deep("many statements", "x = 1\n" * 100000, OK)
deep("many functions", "".join(f"def f{i}(): return {i}\n" for i in range(5000)), OK)
deep("many names", "".join(f"v{i} = {i}\n" for i in range(30000)), OK)
deep("many constants", "x = [" + ", ".join(f"'{i}'" for i in range(50000)) + "]", OK)
deep("many arguments", "def f(" + ", ".join(f"a{i}" for i in range(3000)) + "): return a2999\nprint(f(*range(3000)))", OK)
deep("many locals", "def f():\n" + "".join(f"    v{i} = {i}\n" for i in range(5000)) + "    return v4999\nassert f() == 4999", OK)
deep("many call arguments", "def f(*a): return len(a)\nassert f(" + ", ".join(["1"] * 5000) + ") == 5000", OK)
deep("a long dict", "d = {" + ", ".join(f"{i}: {i}" for i in range(30000)) + "}\nassert len(d) == 30000", OK)
deep("a huge number", "x = " + "9" * 5000, (1, "SyntaxError"))
deep("a huge hexadecimal number", "x = 0x" + "f" * 50000, OK)
deep("a huge float", "x = 1e" + "9" * 100, OK)
deep("a long name", "a" * 100000 + " = 1", OK)
deep("a long string", "x = '" + "é" * 1000000 + "'\nassert len(x) == 1000000", OK)
deep("long comment", "#" + "x" * 1000000, OK)
deep("many decorators", "d = lambda f: f\n" + "@d\n" * 3000 + "def f(): pass", OK, *DEEP)
deep("nested comprehensions", "[" * 60 + "1" + " for x in [1]]" * 60, OK, *DEEP)
deep("try in try", "".join(" " * i + "try:\n" for i in range(19)) + " " * 19 + "pass\n" + "".join(" " * i + "finally: pass\n" for i in reversed(range(19))), OK, *DEEP)
deep("patterns", "match 1:\n  case " + "(" * 150 + "1" + ")" * 150 + ": pass", OK, *DEEP)
deep("pattern alternatives", "match 1:\n  case " + " | ".join(str(i) for i in range(5000)) + ": pass", OK, *DEEP)
deep("eval of deep text", "try:\n    eval('(' * 300 + ')' * 300)\nexcept (MemoryError, SyntaxError, RecursionError): pass", OK)
deep("compile of a deep tree", "import ast\nn = ast.Constant(1)\nfor _ in range(100000): n = ast.UnaryOp(ast.USub(), n)\ntry:\n    compile(ast.fix_missing_locations(ast.Expression(n)), 'f', 'eval')\nexcept RecursionError: pass", OK, *DEEP)
deep("huge allocations", "for f in (lambda: [0] * 10 ** 17, lambda: bytes(10 ** 18), lambda: 'a' * 10 ** 18, lambda: bytearray(10 ** 18), lambda: (1,) * 10 ** 17, lambda: 'é'.ljust(10 ** 18), lambda: [0].__mul__(2 ** 62), lambda: '%*d' % (10 ** 17, 1)):\n    try: f()\n    except (MemoryError, OverflowError, ValueError): pass\n    else: raise SystemExit(f)", OK)
deep("memory limit", "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2 ** 31, 2 ** 31))\nx = []\ntry:\n    while True: x.append(bytearray(10 ** 7))\nexcept MemoryError:\n    del x\n    y = [i for i in range(1000)]\n    print('ok')", OK)
deep("recursion in repr", "x = []\nfor _ in range(100000): x = [x]\ntry: repr(x)\nexcept RecursionError: pass\nd = {}\nfor _ in range(100000): d = {1: d}\ntry: str(d)\nexcept RecursionError: pass", OK)
deep("recursion in comparison", "a, b = [], []\nfor _ in range(100000): a, b = [a], [b]\ntry: a == b\nexcept RecursionError: pass\nt = ()\nfor _ in range(100000): t = (t,)\ntry: hash(t)\nexcept RecursionError: pass", OK)
deep("recursion in many ways", """
import copy, json, pickle, functools
class A:
    def __getattr__(self, n): return getattr(self, n + 'x')
    def __eq__(self, o): return self == o
    def __hash__(self): return hash(self)
    def __len__(self): return len(self)
    def __iter__(self): return iter(self)
    def __call__(self): return self()
    def __str__(self): return str(self)
    def __add__(self, o): return self + o
    def __getitem__(self, k): return self[k]
    def __contains__(self, x): return x in self
    def __bool__(self): return not self
    def __format__(self, s): return format(self)
    def __index__(self): return self.__index__()
    def __int__(self): return int(self)
    def __next__(self): return next(self)
    def __reduce__(self): return copy.copy(self)
    def __setattr__(self, n, v): setattr(self, n, v)
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass
    def __instancecheck__(self, o): return isinstance(o, self)
    def __del__(self): pass
a = A()
deep = []
for _ in range(50000): deep = [deep]
def gen(): yield from gen()
def ctx():
    with a: pass
def exc():
    try: exc()
    finally: exc()
def key(x): return sorted([1], key=key)
def prop(): return P().p
class P:
    @property
    def p(self): return self.p
for f in (lambda: a.zz, lambda: a == 1, lambda: hash(a), lambda: len(a), lambda: iter(a), lambda: a(), lambda: str(a), lambda: a + 1, lambda: a[0],
          lambda: 1 in a, lambda: bool(a), lambda: f'{a}', lambda: [][a], lambda: int(a), lambda: next(a), lambda: setattr(a, 'x', 1), ctx, lambda: isinstance(1, a),
          lambda: list(gen()), lambda: copy.deepcopy(deep), lambda: json.dumps(deep), lambda: pickle.dumps(deep), lambda: key(1), prop, lambda: repr(deep),
          lambda: sum(x for x in gen()), lambda: copy.copy(a)):
    try: f()
    except (RecursionError, MemoryError): pass
""", OK)


folder.cleanup()
assert not failed, f"{len(failed)} differ\n" + "\n".join(failed)
