# modes: one
"""sys, _imp, errno, atexit, signal, resource, fcntl, pwd, grp, locale, faulthandler, tracemalloc."""


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

import atexit
import errno
import fcntl
import grp
import locale
import os
import pwd
import resource
import signal
import sys
import warnings
warnings.simplefilter("ignore")
eq(sys.byteorder, "little")
eq(sys.maxsize, 9223372036854775807)
eq(sys.maxunicode, 1114111)
eq(sys.version_info[:2], (3, 14))
eq(sys.version_info.major, 3)
assert (sys.version_info.releaselevel in ("final", "candidate")) is True
assert (sys.hexversion >> 16 == 0x30E) is True
eq(sys.implementation.name, "cpython")
eq(sys.api_version, 1013)
eq(sys.platform, "linux")
assert (sys.copyright != "") is True
eq(sys.float_info.max, 1.7976931348623157e+308)
eq(sys.float_info.dig, 15)
eq(sys.int_info.bits_per_digit, 30)
eq(sys.hash_info.modulus, 2305843009213693951)
eq(sys.hash_info.width, 64)
eq(sys.thread_info.name, "pthread")
eq(sys.getdefaultencoding(), "utf-8")
eq(sys.getfilesystemencoding(), "utf-8")
eq(sys.float_repr_style, "short")
assert (sys.platlibdir != "") is True
assert (len(sys.flags) > 10) is True
assert type(sys.warnoptions) is list
assert type(sys.path) is list
assert type(sys.modules) is dict
assert type(sys.meta_path) is list
assert sys.is_finalizing() is False
assert (sys.getrecursionlimit() > 100) is True
assert (sys.getallocatedblocks() >= 0) is True
assert (sys.getrefcount([]) >= 1) is True
assert (sys.intern("abc") is sys.intern("abc")) is True
eq(sys.get_int_max_str_digits(), 4300)
eq(sys.exc_info(), (None, None, None))
assert sys.exception() is None
eq(sys.stdin.name, "<stdin>")
assert (sys.executable != "") is True
assert sys.builtin_module_names.__class__ is tuple
assert ("sys" in sys.builtin_module_names) is True
assert ("os" in sys.stdlib_module_names) is True
assert (sys.orig_argv != []) is True
assert sys.pycache_prefix is None
eq(sys.call_tracing(max, (1, 2)), 2)
assert (sys.unraisablehook is sys.__unraisablehook__) is True
assert (sys.displayhook is sys.__displayhook__) is True
assert sys.is_stack_trampoline_active() is False
assert sys._is_interned("zz" * 5) is True
assert sys._is_immortal(None) is True
assert (sys._is_gil_enabled() in (True, False)) is True
eq(sys.abiflags, "")
with raises(TypeError, "intern() argument must be str, not int"):
    sys.intern(5)
with raises(ValueError, "recursion limit must be greater or equal than 1"):
    sys.setrecursionlimit(0)
with raises(ValueError, "recursion limit must be greater or equal than 1"):
    sys.setrecursionlimit(-1)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    sys.setrecursionlimit("a")
with raises(ValueError, "maxdigits must be >= 640 or 0 for unlimited"):
    sys.set_int_max_str_digits(5)
assert sys.set_int_max_str_digits(0) is None
assert (int("1" * 5000) > 0) is True
assert sys.set_int_max_str_digits(4300) is None
eq(sys.exit.__name__, "exit")
with raises(SystemExit, "3"):
    sys.exit(3)
with raises(SystemExit, "text"):
    sys.exit("text")
with raises(TypeError, "exit expected at most 1 argument, got 2"):
    sys.exit(1, 2)
assert (sys.getsizeof(5) > 0) is True
assert (sys.getsizeof([], 5) > 0) is True
assert (sys.getsizeof(type("T", (), {"__sizeof__": lambda self: 1000})()) >= 1000) is True
with raises(ValueError, "__sizeof__() should return >= 0"):
    sys.getsizeof(type("T", (), {"__sizeof__": lambda self: -1})())
with raises(TypeError, "an integer is required"):
    sys.getsizeof(type("T", (), {"__sizeof__": lambda self: "a"})())
eq(sys._getframe.__name__, "_getframe")
eq(sys._getframemodulename(0), "__main__")
assert (sys.getswitchinterval() > 0) is True
assert sys.settrace(None) is None
assert sys.getprofile() is None
assert sys.set_asyncgen_hooks() is None
eq(repr(sys.get_asyncgen_hooks()), "asyncgen_hooks(firstiter=None, finalizer=None)")
eq(sys.get_coroutine_origin_tracking_depth(), 0)
assert sys.audit("own") is None
assert (sys.breakpointhook is sys.__breakpointhook__) is True
assert (sys.excepthook is sys.__excepthook__) is True
with raises(ValueError, "depth must be >= 0"):
    sys.set_coroutine_origin_tracking_depth(-1)
with raises(TypeError, "audit() argument 1 must be str, not int"):
    sys.audit(5)
with raises(AttributeError, "'sys.flags' object has no attribute 'nope'"):
    sys.flags.nope
with raises(AttributeError, "readonly attribute"):
    sys.flags.optimize = 1
with raises(AttributeError, "'sys.version_info' object has no attribute 'x'"):
    sys.version_info.x
assert (sys.version_info >= (3, 14)) is True
assert (sys.version_info > (3, 13, 0)) is True
eq(tuple(sys.version_info)[0], 3)
old = sys.stdout
class W:
    text = ""

    def write(self, t):
        W.text += t

sys.stdout = W()
sys.displayhook(5)
sys.displayhook(None)
print("x")
sys.stdout = old
eq(W.text, "5\nx\n")
import builtins
eq(builtins._, 5)
del builtins._
eq(errno.ENOENT, 2)
eq(errno.EEXIST, 17)
eq(errno.EAGAIN, 11)
eq(errno.errorcode[2], "ENOENT")
assert (len(errno.errorcode) > 100) is True
eq(os.strerror(errno.EPERM), "Operation not permitted")
log = []
assert (atexit.register(log.append, 1) is not None) is True
assert (atexit._ncallbacks() >= 1) is True
assert atexit.unregister(log.append) is None
assert atexit.unregister(5) is None
with raises(TypeError, "the first argument must be callable"):
    atexit.register(5)
atexit._clear()
atexit.register(log.append, "ran")
atexit._run_exitfuncs()
eq(log, ['ran'])
eq(repr(signal.SIGINT), "<Signals.SIGINT: 2>")
eq(signal.SIGTERM.value, 15)
eq(repr(signal.Signals(9)), "<Signals.SIGKILL: 9>")
eq(signal.getsignal(signal.SIGINT).__name__, "default_int_handler")
eq(repr(signal.getsignal(signal.SIGTERM)), "<Handlers.SIG_DFL: 0>")
eq(repr(signal.SIG_DFL), "<Handlers.SIG_DFL: 0>")
eq(signal.default_int_handler.__name__, "default_int_handler")
eq(signal.strsignal(2), "Interrupt")
eq(signal.NSIG, 65)
eq(sorted(s.name for s in signal.valid_signals() if s < 4), ['SIGHUP', 'SIGINT', 'SIGQUIT'])
eq(signal.getitimer(signal.ITIMER_REAL), (0.0, 0.0))
eq(signal.alarm(0), 0)
assert signal.siginterrupt(signal.SIGUSR1, False) is None
eq(signal.set_wakeup_fd(-1), -1)
with raises(OSError, "[Errno 22] Invalid argument"):
    signal.signal(signal.SIGKILL, signal.SIG_IGN)
with raises(ValueError, "signal number out of range"):
    signal.signal(999, signal.SIG_IGN)
with raises(TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"):
    signal.signal(signal.SIGUSR1, 5)
with raises(ValueError, "signal number out of range"):
    signal.getsignal(999)
with raises(TypeError, "default_int_handler expected 2 arguments, got 0"):
    signal.default_int_handler()
with raises(OSError, "[Errno 22] Invalid argument"):
    signal.raise_signal(999)
with raises(OSError, "[Errno 9] Bad file descriptor"):
    signal.set_wakeup_fd(99999)
with raises(signal.ItimerError, "[Errno 22] Invalid argument"):
    signal.setitimer(99, 1)
with raises(ValueError, "999 is not a valid Signals"):
    signal.Signals(999)
with raises(ValueError, "signal number out of range"):
    signal.strsignal(999)
seen = []
old = signal.signal(signal.SIGUSR1, lambda n, f: seen.append((n, f is not None)))
signal.raise_signal(signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGUSR1)
for _ in range(1000):
    if len(seen) == 2:
        break
eq(seen, [(10, True), (10, True)])
eq(signal.signal(signal.SIGUSR1, old).__name__, "<lambda>")
def raises_handler(n, f):
    raise KeyError("from handler")

signal.signal(signal.SIGUSR1, raises_handler)
with raises(KeyError, "'from handler'"):
    signal.raise_signal(signal.SIGUSR1)
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.raise_signal(signal.SIGUSR1)
signal.signal(signal.SIGUSR1, signal.SIG_DFL)
assert (resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0) is True
assert (resource.getrusage(resource.RUSAGE_SELF).ru_utime >= 0) is True
assert (resource.getpagesize() > 0) is True
eq(resource.RLIM_INFINITY, -1)
assert (resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE))) is None
with raises(ValueError, "invalid resource specified"):
    resource.getrlimit(999)
with raises(ValueError, "expected a tuple of 2 integers"):
    resource.setrlimit(resource.RLIMIT_NOFILE, (5,))
with raises(ValueError, "invalid who parameter"):
    resource.getrusage(99)
r, w = os.pipe()
eq(fcntl.fcntl(r, fcntl.F_GETFD), 1)
eq(fcntl.fcntl(r, fcntl.F_SETFL, os.O_NONBLOCK), 0)
eq(fcntl.fcntl(r, fcntl.F_GETFL) & os.O_NONBLOCK, 2048)
eq(fcntl.ioctl(r, 0x541B, b"\0\0\0\0"), b'\x00\x00\x00\x00')
with raises(OSError, "[Errno 9] Bad file descriptor"):
    fcntl.fcntl(99999, fcntl.F_GETFD)
with raises(TypeError, "argument must be an int, or have a fileno() method."):
    fcntl.fcntl("a", fcntl.F_GETFD)
os.close(r)
os.close(w)
import tempfile
with tempfile.TemporaryFile() as f:
    fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.lockf(f, fcntl.LOCK_EX)
    fcntl.flock(f, fcntl.LOCK_UN)
eq(pwd.getpwuid(0).pw_name, "root")
eq(pwd.getpwnam("root").pw_uid, 0)
eq(pwd.getpwuid(0)[0], "root")
assert (len(pwd.getpwall()) > 0) is True
eq(grp.getgrgid(0).gr_name, "root")
eq(grp.getgrnam("root").gr_gid, 0)
with raises(KeyError, '"getpwnam(): name not found: \'no_such_user_here\'"'):
    pwd.getpwnam("no_such_user_here")
with raises(KeyError, "'getpwuid(): uid not found: 123456789'"):
    pwd.getpwuid(123456789)
with raises(TypeError, "uid should be integer, not str"):
    pwd.getpwuid("a")
with raises(KeyError, '"getgrnam(): name not found: \'no_such_group_here\'"'):
    grp.getgrnam("no_such_group_here")
eq(locale.setlocale(locale.LC_ALL, "C"), "C")
eq(locale.localeconv()["decimal_point"], ".")
eq(locale.setlocale(locale.LC_ALL), "C")
assert (locale.strcoll("a", "b") < 0) is True
eq(locale.strxfrm("a"), "a")
eq(locale.getlocale(), (None, None))
assert (locale.nl_langinfo(locale.CODESET) != "") is True
assert (locale.getencoding() != "") is True
with raises(locale.Error, "unsupported locale setting"):
    locale.setlocale(locale.LC_ALL, "no_such_locale")
with raises(locale.Error, "locale query failed"):
    locale.setlocale(99)
import faulthandler
assert faulthandler.is_enabled() is False
assert faulthandler.enable() is None
assert faulthandler.is_enabled() is True
assert faulthandler.disable() is True
with tempfile.TemporaryFile("w+") as f:
    faulthandler.dump_traceback(f)
    f.seek(0)
    got = "most recent call first" in f.read()
assert got is True
with raises(AttributeError, "'str' object has no attribute 'fileno'"):
    faulthandler.dump_traceback("x")
import tracemalloc
assert tracemalloc.is_tracing() is False
assert tracemalloc.start() is None
assert tracemalloc.is_tracing() is True
assert (tracemalloc.get_traced_memory()[0] >= 0) is True
eq(tracemalloc.get_traceback_limit(), 1)
assert (len(tracemalloc.take_snapshot().traces) >= 0) is True
assert tracemalloc.clear_traces() is None
assert tracemalloc.stop() is None
assert tracemalloc.is_tracing() is False
import importlib.util
import _imp
eq(_imp.is_builtin("sys"), -1)
eq(_imp.is_builtin("nope"), 0)
assert _imp.is_frozen("nope_nope") is False
assert _imp.lock_held() is False
eq(importlib.util.MAGIC_NUMBER[2:], b'\r\n')
assert (importlib.util.cache_from_source("/a/b.py").endswith(".pyc")) is True
eq(importlib.util.source_from_cache(importlib.util.cache_from_source("/a/b.py")), "/a/b.py")
assert importlib.util.find_spec("nope_nope") is None
eq(importlib.util.find_spec("json").name, "json")
eq(importlib.util.resolve_name(".a", "p"), "p.a")
assert (importlib.util.source_hash(b"x") != b"") is True
assert (sys.implementation.cache_tag != "") is True
assert importlib.util.find_spec("json.nope") is None
with raises(ImportError, "no package specified for '.x' (required for relative module names)"):
    importlib.util.find_spec(".x")
with raises(TypeError, "the 'package' argument is required to perform a relative import for '.x'"):
    importlib.import_module(".x")
with raises(ValueError, "Empty module name"):
    importlib.import_module("")
with raises(AttributeError, "'int' object has no attribute 'name'"):
    _imp.create_builtin(5)
import types
spec = importlib.util.spec_from_loader("made", loader=None)
mod = importlib.util.module_from_spec(spec)
eq(mod.__name__, "made")
assert (mod.__spec__ is spec) is True
assert spec.origin is None
assert spec.has_location is False
assert importlib.invalidate_caches() is None
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "virtual_module":
            return importlib.util.spec_from_loader(name, Loader())

class Loader:
    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.VALUE = 42

sys.meta_path.insert(0, Finder)
import virtual_module
eq(virtual_module.VALUE, 42)
eq(type(virtual_module.__loader__).__name__, "Loader")
sys.meta_path.remove(Finder)
sys.modules["blocked_module"] = None
with raises(ModuleNotFoundError, "import of blocked_module halted; None in sys.modules"):
    import blocked_module
del sys.modules["blocked_module"]

# What a program interns is one object, and ends with its last reference.
first = sys.intern("".join(["interned ", str(len(sys.argv)), " at run time"]))
assert sys.intern("".join(["interned ", str(len(sys.argv)), " at run time"])) is first
assert sys._is_interned(first) and not sys._is_interned("".join(["not ", first]))
made_name = sys.intern("".join(["an_attribute_", str(len(sys.argv))]))
holder = type("Holder", (), {})()
setattr(holder, "".join(["an_attribute_", str(len(sys.argv))]), 1)
assert getattr(holder, made_name) == 1 and sys.intern("".join(["an_attribute_", str(len(sys.argv))])) is made_name
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for i in range(100_000):
    sys.intern(str(i) * 200)
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000, "interned strings stay"
