# modes: one
"""Import statements over packages that this script writes: forms, names, relative imports, errors."""


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True

import importlib
import os
import shutil
import sys
import warnings
import tempfile

home = tempfile.mkdtemp()
sys.path.insert(0, home)
sys.dont_write_bytecode = True

def put(path, text=""):
    full = os.path.join(home, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w") as file:
        file.write(text)
    importlib.invalidate_caches()

put("im_a.py", "x = 1\n_hidden = 2\n__dunder = 3\ny = [x]\n")
put("im_all.py", "__all__ = ['p', '_q']\np = 1\n_q = 2\nr = 3\n")
put("im_badall.py", "__all__ = ['missing']\n")
put("im_badall2.py", "__all__ = [5]\n")
put("im_pkg/__init__.py", "__all__ = ['sub', 'attr']\nattr = 'attribute'\nlog = ['init']\n")
put("im_pkg/sub.py", "from . import log\nlog.append('sub')\nvalue = __name__\n")
put("im_pkg/other.py", "from .sub import value as v\nfrom . import sub as s\nfrom .deep.leaf import up\n")
put("im_pkg/deep/__init__.py")
put("im_pkg/deep/leaf.py", "from .. import attr as up\nfrom ..sub import value\n")
put("im_pkg/beyond.py", "from ... import nothing\n")
put("im_raises.py", "before = 1\nraise ValueError('in body')\n")
put("im_syntax.py", "x = = 1\n")
put("im_getattr.py", "def __getattr__(name):\n    if name == 'made':\n        return 'by getattr'\n    raise AttributeError('no ' + name)\n\ndef __dir__():\n    return ['b', 'a']\n")
put("im_ns1/part/one.py", "n = 1\n")
put("im_replace.py", "import sys\nclass M:\n    v = 'replaced'\nsys.modules[__name__] = M()\n")
put("im_circ_a.py", "import im_circ_b\nval = 'a'\ndone = im_circ_b.val\n")
put("im_circ_b.py", "import im_circ_a\nval = 'b'\nseen = hasattr(im_circ_a, 'val')\n")
put("im_circ_c.py", "from im_circ_d import y\nx = 1\n")
put("im_circ_d.py", "from im_circ_c import x\ny = 1\n")
put("im_main/__main__.py", "print('never')\n")
# Asked-for errors are what is tested, and not the warnings in front of them.
warnings.simplefilter("ignore", ImportWarning)

import im_a
import im_a as renamed, im_pkg.sub
import im_pkg.sub as direct
from im_a import x, y as z
from im_pkg import sub, attr
eq(im_a.x, 1)
assert (renamed is im_a) is True
eq(im_pkg.sub.value, "im_pkg.sub")
assert (direct is im_pkg.sub) is True
eq(x, 1)
assert (z is im_a.y) is True
assert (sub is direct) is True
eq(attr, "attribute")
eq(im_pkg.log, ['init', 'sub'])
eq(im_a.__name__, "im_a")
eq(im_a.__package__, "")
eq(im_pkg.__package__, "im_pkg")
eq(im_pkg.sub.__package__, "im_pkg")
eq(im_a.__spec__.name, "im_a")
eq(im_a.__spec__.parent, "")
assert (im_pkg.__spec__.submodule_search_locations is not None) is True
eq(os.path.basename(im_a.__file__), "im_a.py")
assert (im_pkg.__path__[0] == os.path.join(home, "im_pkg")) is True
eq(im_a.__loader__.name, "im_a")
eq(type(im_a.__loader__).__name__, "SourceFileLoader")
assert im_a.__doc__ is None
assert (sys.modules["im_pkg.sub"] is sub) is True
ns = {}
exec("from im_a import *", ns)
eq(sorted(k for k in ns if k != "__builtins__"), ['x', 'y'])
ns = {}
exec("from im_all import *", ns)
eq(sorted(k for k in ns if k != "__builtins__"), ['_q', 'p'])
ns = {}
exec("from im_pkg import *", ns)
eq(sorted(k for k in ns if k != "__builtins__"), ['attr', 'sub'])
with raises(AttributeError, "module 'im_badall' has no attribute 'missing'"):
    exec("from im_badall import *")
with raises(TypeError, "Item in im_badall2.__all__ must be str, not int"):
    exec("from im_badall2 import *")
from im_pkg.other import v, s, up
eq(v, "im_pkg.sub")
assert (s is sub) is True
eq(up, "attribute")
import im_pkg.deep.leaf
eq(im_pkg.deep.leaf.value, "im_pkg.sub")
eq(im_pkg.deep.leaf.up, "attribute")
with raises(ImportError, "attempted relative import beyond top-level package"):
    import im_pkg.beyond
with raises(ModuleNotFoundError, "No module named 'im_missing'"):
    import im_missing
with raises(ModuleNotFoundError, "No module named 'im_missing'"):
    import im_missing.sub
with raises(ModuleNotFoundError, "No module named 'im_a.sub'; 'im_a' is not a package"):
    import im_a.sub
with raises(ModuleNotFoundError, "No module named 'im_pkg.missing'"):
    import im_pkg.missing
with raises(ModuleNotFoundError, "No module named 'im_missing'"):
    from im_missing import x
with raises(ModuleNotFoundError, "No module named 'im_pkg.missing'"):
    from im_pkg.missing import x
with raises(ImportError, "attempted relative import with no known parent package"):
    exec("from . import x", {"__name__": "top"})
with raises(ImportError, "attempted relative import with no known parent package"):
    exec("from .x import y", {"__name__": "__main__", "__package__": ""})
with raises(KeyError, '"\'__name__\' not in globals"'):
    exec("from . import x", {})
with raises(ImportError, "attempted relative import beyond top-level package"):
    exec("from .. import x", {"__package__": "im_pkg", "__name__": "im_pkg.q"})
try:
    from im_a import nope
except ImportError as error:
    got = error.name, error.name_from, os.path.basename(error.path), str(error).partition(" (")[0]
eq(got, ('im_a', 'nope', 'im_a.py', "cannot import name 'nope' from 'im_a'"))
try:
    import im_missing.deeper
except ModuleNotFoundError as error:
    got = error.name, error.path, str(error)
eq(got, ('im_missing', None, "No module named 'im_missing'"))
with raises(ValueError, "in body"):
    import im_raises
assert ("im_raises" in sys.modules) is False
try:
    import im_syntax
except SyntaxError as error:
    got = os.path.basename(error.filename), error.lineno, error.msg
eq(got, ('im_syntax.py', 1, 'invalid syntax'))
import im_getattr
eq(im_getattr.made, "by getattr")
eq(dir(im_getattr), ['a', 'b'])
with raises(AttributeError, "no other"):
    im_getattr.other
from im_getattr import made
eq(made, "by getattr")
with raises(ImportError):
    from im_getattr import unmade
import im_ns1.part.one
eq(im_ns1.part.one.n, 1)
eq(type(im_ns1.__path__).__name__, "_NamespacePath")
assert im_ns1.__spec__.origin is None
assert (list(im_ns1.__path__) == [os.path.join(home, "im_ns1")]) is True
second = os.path.join(home, "second")
put("second/im_ns1/part/two.py", "n = 2\n")
sys.path.append(second)
importlib.invalidate_caches()
from im_ns1.part import two
eq(two.n, 2)
eq(len(im_ns1.__path__), 2)
sys.path.remove(second)
import im_replace
eq(im_replace.v, "replaced")
import im_circ_a
eq(im_circ_a.done, "b")
assert (sys.modules["im_circ_b"].seen) is False
with raises(ImportError):
    import im_circ_c
assert ("im_circ_c" in sys.modules) is False
def local_import():
    import im_pkg.sub
    from im_a import x as inner
    import im_a as other
    return sorted(locals()), inner

eq(local_import(), (['im_pkg', 'inner', 'other'], 1))
class Body:
    import im_a
    from im_a import x

    del im_a

eq(Body.x, 1)
assert hasattr(Body, "im_a") is False
def import_global():
    global im_global
    import im_a as im_global

import_global()
assert (im_global is im_a) is True
put("im_a.py", "x = 100\nnew = 1\n")
os.utime(os.path.join(home, "im_a.py"), (1, 1))
importlib.invalidate_caches()
assert (importlib.reload(im_a) is im_a) is True
eq(im_a.x, 100)
eq(im_a.new, 1)
eq(im_a.y, [1])
with raises(TypeError, "reload() argument must be a module"):
    importlib.reload(5)
with raises(ImportError, "module unloaded not in sys.modules"):
    importlib.reload(type(sys)("unloaded"))
import builtins
seen = []
original = builtins.__import__

def hook(name, globals=None, locals=None, fromlist=(), level=0):
    seen.append((name, fromlist, level))
    return original(name, globals, locals, fromlist, level)

builtins.__import__ = hook
import im_a
from im_pkg import sub as s2, attr
import im_pkg.sub as s3
exec("from . import sub", {"__package__": "im_pkg", "__name__": "im_pkg.x"})
builtins.__import__ = original
eq(seen, [('im_a', None, 0), ('im_pkg', ('sub', 'attr'), 0), ('im_pkg.sub', None, 0), ('', ('sub',), 1)])
eq(__import__("im_pkg.sub").__name__, "im_pkg")
eq(__import__("im_pkg.sub", fromlist=["value"]).__name__, "im_pkg.sub")
eq(__import__("im_pkg.sub", {}, {}, [], 0).__name__, "im_pkg")
eq(__import__("sub", {"__package__": "im_pkg"}, None, ["x"], 1).__name__, "im_pkg.sub")
eq(importlib.import_module(".sub", "im_pkg").__name__, "im_pkg.sub")
eq(importlib.import_module("..sub", "im_pkg.deep").__name__, "im_pkg.sub")
with raises(ValueError, "level must be >= 0"):
    __import__("a", level=-1)
with raises(KeyError, '"\'__name__\' not in globals"'):
    __import__("sub", {}, None, [], 1)
sys.modules["im_none"] = None
with raises(ModuleNotFoundError, "import of im_none halted; None in sys.modules"):
    import im_none
del sys.modules["im_none"]
sys.modules["im_fake"] = type("Fake", (), {"attr": 7})()
from im_fake import attr
import im_fake
eq(attr, 7)
eq(im_fake.attr, 7)
with raises(ImportError, "cannot import name 'nope' from '<unknown module name>' (unknown location)"):
    from im_fake import nope
del sys.modules["im_pkg"].sub
from im_pkg import sub
eq(sub.value, "im_pkg.sub")
del sys.modules["im_pkg.sub"]
import im_pkg.sub
assert (im_pkg.sub is sub) is False
eq(im_pkg.log, ['init', 'sub', 'sub'])
sys.path.remove(home)
shutil.rmtree(home)
for name in [name for name in sys.modules if name.startswith("im_")]:
    del sys.modules[name]
with raises(ModuleNotFoundError, "No module named 'im_a'"):
    import im_a
