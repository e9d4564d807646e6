"""Errors, warnings, tracebacks of C code, imports, running text."""
import sys
sys.path.insert(0, sys.argv[1] if len(sys.argv) > 1 else sys.path[0])
import errno
import json
import traceback
import warnings

import errors as c


def raises(error, f, *args):
    try:
        f(*args)
    except error as e:
        return e
    raise AssertionError((f, args))


# Pairs of class and value.
assert raises(ValueError, c.set_object, ValueError).args == ()
assert raises(ValueError, c.set_object, ValueError, None).args == ()
assert raises(ValueError, c.set_object, ValueError, (1, 2)).args == (1, 2)
assert raises(ValueError, c.set_object, ValueError, [1]).args == ([1],)
own = UnicodeError("own")
assert raises(ValueError, c.set_object, ValueError, own) is own
assert raises(KeyError, c.set_object, KeyError, own).args == (own,)
assert "is not a BaseException subclass" in str(raises(SystemError, c.set_object, 5, 1))


class Strange(Exception):
    def __new__(cls, *args):
        return 7


class Failing(Exception):
    def __init__(self, *args):
        raise OSError("in init")


error = raises(TypeError, c.set_object, Strange, 1)
assert str(error).startswith("calling <class '__main__.Strange'> should have returned an instance of BaseException, not int"), error
assert error.__notes__ == ["Normalization failed: type=Strange args=1"], error.__notes__
assert raises(OSError, c.set_object, Failing, "x").__notes__ == ["Normalization failed: type=Failing args='x'"]

# What is handled becomes the context, and no cycle comes of it.
first, second = ValueError("first"), KeyError("second")
second.__context__ = first
error = raises(TypeError, c.while_handling, second, lambda: c.set_object(TypeError, "now"))
assert error.__context__ is second
error = raises(ValueError, c.while_handling, second, lambda: c.set_object(ValueError, first))
assert error is first and first.__context__ is second and second.__context__ is None
assert sys.exception() is None
first.__context__ = None


def fails():
    raise LookupError("here")


kind, value, trace = c.fetch(fails)
assert kind is LookupError and str(value) == "here" and trace.tb_frame.f_code is fails.__code__
assert c.fetch(lambda: 9) == 9
assert raises(LookupError, c.restore, LookupError, value, None) is value
assert raises(LookupError, c.restore, LookupError, "made", None).args == ("made",)
assert "traceback or None" in str(raises(TypeError, c.restore, LookupError, "x", 5))
kind, value, trace = c.normalize(ValueError, (1, 2))
assert kind is ValueError and value.args == (1, 2) and trace is None
kind, value, trace = c.normalize(Failing, 1)
assert kind is OSError and str(value) == "in init" and trace is not None
assert c.normalize(OSError, FileNotFoundError(2, "x"))[0] is FileNotFoundError

assert c.matches(ValueError(), (KeyError, (ValueError,))) and c.matches(UnicodeError, ValueError) and not c.matches(KeyError, ValueError)
assert c.matches(5, 5) and not c.matches(5, ValueError)

# Errors of the system and of imports.
error = raises(FileNotFoundError, c.from_errno, OSError, errno.ENOENT, "a")
assert (error.errno, error.filename, error.filename2) == (errno.ENOENT, "a", None) and error.strerror == "No such file or directory"
assert raises(PermissionError, c.from_errno, OSError, errno.EACCES, "a", "b").filename2 == "b"
assert raises(ValueError, c.from_errno, ValueError, 0).args == (0, "Error")
error = raises(ModuleNotFoundError, c.import_error, ModuleNotFoundError, "text", "name", "path")
assert (error.msg, error.name, error.path) == ("text", "name", "path")
assert str(raises(TypeError, c.import_error, ValueError, "text", "name", "path")) == "expected a subclass of ImportError"

# Classes and attributes.
made = c.new_exception("some.where.Problem", (KeyError, AttributeError), {"x": 1})
assert made.__module__ == "some.where" and made.__name__ == "Problem" and made.__bases__ == (KeyError, AttributeError) and made.x == 1 and made.__doc__ == "its text"
assert c.new_exception("a.B", None, None).__bases__ == (Exception,)
assert "module.class" in str(raises(SystemError, c.new_exception, "plain", None, None))
error = ValueError(1)
c.link(error, first, second)
assert c.parts(error) == (first, second, None, (1,), "ValueError") and error.__suppress_context__

told = []
before, sys.unraisablehook = sys.unraisablehook, lambda args: told.append((args.exc_type, str(args.exc_value), args.object))
c.unraisable("about")
sys.unraisablehook = before
assert told == [(ValueError, "nobody", "about")], told

# Tracebacks of code that is not Python's.
error = raises(KeyError, c.raise_at, 345)
entries = traceback.extract_tb(error.__traceback__)
assert [(e.filename, e.lineno, e.name) for e in entries[1:]] == [("compiled.pyx", 7, "compiled_function")], entries
# The traceback's line is that of the code, the frame's is what C stored.
assert error.__traceback__.tb_next.tb_lineno == 7 and error.__traceback__.tb_next.tb_frame.f_lineno == 345
frame = error.__traceback__.tb_next.tb_frame
assert frame.f_code.co_name == "compiled_function" and frame.f_code.co_firstlineno == 7 and frame.f_globals == {} and frame.f_back is None
assert dict(frame.f_locals) == {}
assert 'File "compiled.pyx", line 7, in compiled_function' in "".join(traceback.format_exception(error))
code = c.make_code(("a", "b", "c", "d"))
assert (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_nlocals) == (2, 1, 1, 4)
assert code.co_varnames == ("a", "b", "c", "d") and code.co_filename == "compiled.pyx" and code.co_firstlineno == 12 and code.co_flags & 3 == 3
assert code.co_freevars == code.co_cellvars == ()

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    c.warn(DeprecationWarning, "old")
    c.warn(None, "none")
assert [(w.category, str(w.message)) for w in caught[::2]] == [(DeprecationWarning, "old"), (RuntimeWarning, "none")]
assert caught[0].filename == __file__ and (caught[1].filename, caught[1].lineno) == ("elsewhere.py", 77)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    raises(UserWarning, c.warn, UserWarning, "now an error")
raises(TypeError, c.warn, 5, "no category")

module, top, added, modules = c.imports()
assert module is json.decoder and top is json and added is sys.modules["made_by_errors_c"] and modules is sys.modules

namespace = {}
assert c.run("x = 6 * 7", 257, namespace) is None and namespace["x"] == 42 and "__builtins__" in namespace
assert c.run("x + 1", 258, namespace) == 43
assert raises(SyntaxError, c.run, "x +", 258, namespace).filename == "<string>"
raises(NameError, c.run, "y", 258, namespace)
assert c.sys_object("path") is sys.path and c.sys_object("nothing of that name") is None


def ask(argument):
    inner = 5
    return c.where()


frame, names, names_outside, builtins, line = ask(4)
assert frame.f_code is ask.__code__ and names == {"argument": 4, "inner": 5} and names_outside is globals()
assert builtins is __builtins__.__dict__ and line == ask.__code__.co_firstlineno + 2
