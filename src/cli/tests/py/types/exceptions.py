"""Exception types: arguments, attributes, text, hierarchy, groups, notes."""


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

eq(str(Exception()), "")
eq(str(Exception("a")), "a")
eq(str(Exception("a", 1)), "('a', 1)")
eq(repr(Exception()), "Exception()")
eq(repr(Exception("a")), "Exception('a')")
eq(repr(Exception("a", 1)), "Exception('a', 1)")
eq(Exception("a", 1).args, ('a', 1))
eq(Exception(1).args, (1,))
eq(str(Exception(5)), "5")
eq(str(Exception(None)), "None")
eq(repr(KeyError("k")), "KeyError('k')")
eq(str(KeyError("k")), "'k'")
eq(str(KeyError("k", "l")), "('k', 'l')")
eq(str(KeyError()), "")
with raises(TypeError, "Exception() takes no keyword arguments"):
    Exception(x=1)
eq(BaseException.__new__(Exception, 1, 2).args, (1, 2))
eq(Exception.__new__(ValueError).args, ())
with raises(TypeError, "BaseException.__new__(int): int is not a subtype of BaseException"):
    BaseException.__new__(int)
e = ValueError("a")
e.args = [1, 2]
eq(e.args, (1, 2))
eq(str(e), "(1, 2)")
with raises(TypeError, "'int' object is not iterable"):
    e.args = 5
with raises(TypeError, "args may not be deleted"):
    del e.args
e.extra = 5
eq(e.extra, 5)
eq(e.__dict__, {'extra': 5})
assert e.__cause__ is None
assert e.__context__ is None
assert e.__traceback__ is None
assert e.__suppress_context__ is False
assert (e.with_traceback(None) is e) is True
with raises(TypeError, "exception cause must be None or derive from BaseException"):
    e.__cause__ = 5
with raises(TypeError, "exception context must be None or derive from BaseException"):
    e.__context__ = 5
with raises(TypeError, "__traceback__ must be a traceback or None"):
    e.__traceback__ = 5

with raises(TypeError, "__cause__ may not be deleted"):
    del e.__cause__
with raises(TypeError, "__traceback__ must be a traceback or None"):
    e.with_traceback(5)
e.__cause__ = KeyError("c")
assert e.__suppress_context__ is True
eq(repr(e.__cause__), "KeyError('c')")
e.__cause__ = None
e.add_note("first")
e.add_note("second")
eq(e.__notes__, ['first', 'second'])
with raises(TypeError, "add_note() argument must be str, not int"):
    e.add_note(5)
with raises(TypeError, "BaseException.add_note() takes exactly one argument (0 given)"):
    e.add_note()
e.__notes__ = 5
with raises(TypeError, "Cannot add note: __notes__ is not a list"):
    e.add_note("x")
with raises(TypeError, "exceptions must derive from BaseException"):
    raise 5
with raises(TypeError, "exceptions must derive from BaseException"):
    raise "text"
with raises(TypeError, "exceptions must derive from BaseException"):
    raise None
with raises(TypeError, "exceptions must derive from BaseException"):
    raise int
with raises(TypeError, "exception causes must derive from BaseException"):
    raise ValueError from 5
with raises(ValueError, "x"):
    raise ValueError("x") from None
with raises(KeyError, ""):
    raise KeyError
with raises(KeyError, "'a'"):
    raise KeyError("a") from ValueError("b")

class NotException:
    pass

with raises(TypeError, "exceptions must derive from BaseException"):
    raise NotException
with raises(TypeError, "exceptions must derive from BaseException"):
    raise NotException()
eq([k.__name__ for k in ZeroDivisionError.__mro__], ['ZeroDivisionError', 'ArithmeticError', 'Exception', 'BaseException', 'object'])
eq([k.__name__ for k in FileNotFoundError.__mro__], ['FileNotFoundError', 'OSError', 'Exception', 'BaseException', 'object'])
eq([k.__name__ for k in UnicodeDecodeError.__mro__], ['UnicodeDecodeError', 'UnicodeError', 'ValueError', 'Exception', 'BaseException', 'object'])
eq([k.__name__ for k in ModuleNotFoundError.__mro__], ['ModuleNotFoundError', 'ImportError', 'Exception', 'BaseException', 'object'])
eq([k.__name__ for k in RecursionError.__mro__], ['RecursionError', 'RuntimeError', 'Exception', 'BaseException', 'object'])
eq([k.__name__ for k in KeyboardInterrupt.__mro__], ['KeyboardInterrupt', 'BaseException', 'object'])
eq([k.__name__ for k in BrokenPipeError.__mro__], ['BrokenPipeError', 'ConnectionError', 'OSError', 'Exception', 'BaseException', 'object'])
eq([k.__name__ for k in TabError.__mro__], ['TabError', 'IndentationError', 'SyntaxError', 'Exception', 'BaseException', 'object'])
eq([k.__name__ for k in ExceptionGroup.__mro__], ['ExceptionGroup', 'BaseExceptionGroup', 'Exception', 'BaseException', 'object'])
eq([k.__name__ for k in PythonFinalizationError.__mro__], ['PythonFinalizationError', 'RuntimeError', 'Exception', 'BaseException', 'object'])
eq([k.__name__ for k in EncodingWarning.__mro__], ['EncodingWarning', 'Warning', 'Exception', 'BaseException', 'object'])
assert (IOError is OSError) is True
assert (EnvironmentError is OSError) is True
o = OSError(2, "No such file")
eq(o.errno, 2)
eq(o.strerror, "No such file")
assert o.filename is None
assert o.filename2 is None
eq(str(o), "[Errno 2] No such file")
eq(repr(o), "FileNotFoundError(2, 'No such file')")
assert type(o) is FileNotFoundError
eq(o.args, (2, 'No such file'))
o = OSError(13, "denied", "name")
assert type(o) is PermissionError
eq(o.filename, "name")
eq(str(o), "[Errno 13] denied: 'name'")
eq(o.args, (13, 'denied'))
eq(repr(o), "PermissionError(13, 'denied')")
o = OSError(17, "exists", "a", None, "b")
assert type(o) is FileExistsError
eq(o.filename, "a")
eq(o.filename2, "b")
eq(str(o), "[Errno 17] exists: 'a' -> 'b'")
assert type(OSError(4, "x")) is InterruptedError
assert type(OSError(11, "x")) is BlockingIOError
assert type(OSError(32, "x")) is BrokenPipeError
assert type(OSError(104, "x")) is ConnectionResetError
assert type(OSError(110, "x")) is TimeoutError
assert type(OSError(20, "x")) is NotADirectoryError
assert type(OSError(21, "x")) is IsADirectoryError
assert type(OSError(3, "x")) is ProcessLookupError
assert type(OSError(10, "x")) is ChildProcessError
assert type(OSError(9999, "x")) is OSError
assert (OSError("only").errno) is None
eq(str(OSError("only")), "only")
eq(str(OSError()), "")
eq(OSError(1, 2, 3, 4, 5, 6).args, (1, 2, 3, 4, 5, 6))
eq(BlockingIOError(11, "x", 5).characters_written, 5)
with raises(AttributeError, "characters_written"):
    BlockingIOError(11, "x").characters_written
eq(FileNotFoundError(1, "x").errno, 1)
eq(type(FileNotFoundError(1, "x")).__name__, "FileNotFoundError")
i = ImportError("msg", name="n", path="p", name_from="f")
eq(i.msg, "msg")
eq(i.name, "n")
eq(i.path, "p")
eq(i.name_from, "f")
eq(str(i), "msg")
eq(i.args, ('msg',))
with raises(TypeError, "ImportError() got an unexpected keyword argument 'bad'"):
    ImportError("a", bad=1)
eq(str(ImportError()), "")
assert (ImportError().msg) is None
s = SyntaxError("bad", ("file", 3, 5, "text here", 3, 9))
eq(s.msg, "bad")
eq(s.filename, "file")
eq(s.lineno, 3)
eq(s.offset, 5)
eq(s.text, "text here")
eq(s.end_lineno, 3)
eq(s.end_offset, 9)
assert s.print_file_and_line is None
eq(str(s), "bad (file, line 3)")
eq(s.args, ('bad', ('file', 3, 5, 'text here', 3, 9)))
eq(str(SyntaxError("a")), "a")
eq(str(SyntaxError()), "None")
assert (SyntaxError("a").lineno) is None
eq(str(SyntaxError("m", ("f", 1, 2, "t"))), "m (f, line 1)")
with raises(TypeError, "function takes at least 4 arguments (1 given)"):
    SyntaxError("m", (1,))
with raises(TypeError, "'int' object is not iterable"):
    SyntaxError("m", 5)
u = UnicodeDecodeError("utf-8", b"abc\xff", 3, 4, "invalid")
eq(u.encoding, "utf-8")
eq(u.object, b'abc\xff')
eq(u.start, 3)
eq(u.end, 4)
eq(u.reason, "invalid")
eq(str(u), "'utf-8' codec can't decode byte 0xff in position 3: invalid")
eq(u.args, ('utf-8', b'abc\xff', 3, 4, 'invalid'))
eq(str(UnicodeDecodeError("c", b"abcd", 1, 3, "r")), "'c' codec can't decode bytes in position 1-2: r")
eq(str(UnicodeEncodeError("c", "aéb", 1, 2, "r")), "'c' codec can't encode character '\\xe9' in position 1: r")
eq(str(UnicodeEncodeError("c", "aéb€", 1, 4, "r")), "'c' codec can't encode characters in position 1-3: r")
eq(str(UnicodeEncodeError("c", "\U0001F600", 0, 1, "r")), "'c' codec can't encode character '\\U0001f600' in position 0: r")
eq(str(UnicodeTranslateError("aéb", 1, 2, "r")), "can't translate character '\\xe9' in position 1: r")
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    UnicodeDecodeError("utf-8", "text", 0, 1, "r")
with raises(TypeError, "function takes exactly 5 arguments (1 given)"):
    UnicodeDecodeError("utf-8")
with raises(TypeError, "argument 2 must be str, not bytes"):
    UnicodeEncodeError("utf-8", b"a", 0, 1, "r")
eq(str(UnicodeDecodeError("c", b"a", 0, 5, "r")), "'c' codec can't decode bytes in position 0-4: r")
x = SystemExit(5)
eq(x.code, 5)
assert (SystemExit().code) is None
eq(SystemExit(1, 2).code, (1, 2))
eq(x.args, (5,))
eq(str(x), "5")
n = NameError("m", name="foo")
eq(n.name, "foo")
assert (NameError("m").name) is None
eq(str(n), "m")
with raises(TypeError, "NameError() got an unexpected keyword argument 'x'"):
    NameError("m", x=1)
a = AttributeError("m", name="foo", obj=5)
eq(a.name, "foo")
eq(a.obj, 5)
eq(str(a), "m")
st = StopIteration(1, 2)
eq(st.value, 1)
assert (StopIteration().value) is None
eq(StopAsyncIteration(1).args, (1,))
eq(GeneratorExit().args, ())
try:
    {}["k"]
except KeyError as error:
    kept = error
eq(kept.args, ('k',))
eq(str(kept), "'k'")
try:
    [].nope
except AttributeError as error:
    kept = error
eq(kept.name, "nope")
eq(kept.obj, [])
eq(str(kept), "'list' object has no attribute 'nope'")
try:
    undefined_thing
except NameError as error:
    kept = error
eq(kept.name, "undefined_thing")
try:
    import nope_module.sub
except ModuleNotFoundError as error:
    kept = error
eq(kept.name, "nope_module")
assert kept.path is None
eq(str(kept), "No module named 'nope_module'")
g = ExceptionGroup("msg", [ValueError(1), TypeError("t")])
eq(g.message, "msg")
eq(repr(g.exceptions), "(ValueError(1), TypeError('t'))")
eq(str(g), "msg (2 sub-exceptions)")
eq(repr(g), "ExceptionGroup('msg', [ValueError(1), TypeError('t')])")
eq(repr(g.args), "('msg', [ValueError(1), TypeError('t')])")
assert type(g) is ExceptionGroup
assert type(BaseExceptionGroup("m", [ValueError()])) is ExceptionGroup
assert type(BaseExceptionGroup("m", [KeyboardInterrupt()])) is BaseExceptionGroup
eq(str(ExceptionGroup("m", [ValueError()])), "m (1 sub-exception)")
with raises(ValueError, "second argument (exceptions) must be a non-empty sequence"):
    ExceptionGroup("m", [])
with raises(ValueError, "Item 0 of second argument (exceptions) is not an exception"):
    ExceptionGroup("m", [5])
with raises(TypeError, "second argument (exceptions) must be a sequence"):
    ExceptionGroup("m", 5)
with raises(TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not int"):
    ExceptionGroup(5, [ValueError()])
with raises(TypeError, "Cannot nest BaseExceptions in an ExceptionGroup"):
    ExceptionGroup("m", [KeyboardInterrupt()])
with raises(TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments (1 given)"):
    ExceptionGroup("m")
with raises(AttributeError, "readonly attribute"):
    g.exceptions = ()
with raises(AttributeError, "readonly attribute"):
    g.message = "x"
nested = ExceptionGroup("outer", [ValueError(1), ExceptionGroup("inner", [TypeError(2), ValueError(3)]), KeyError(4)])
eq(repr(nested.subgroup(ValueError)), "ExceptionGroup('outer', [ValueError(1), ExceptionGroup('inner', [ValueError(3)])])")
eq(repr(nested.subgroup(TypeError)), "ExceptionGroup('outer', [ExceptionGroup('inner', [TypeError(2)])])")
assert nested.subgroup(OSError) is None
eq(repr(nested.subgroup((ValueError, KeyError))), "ExceptionGroup('outer', [ValueError(1), ExceptionGroup('inner', [ValueError(3)]), KeyError(4)])")
eq(repr(nested.subgroup(lambda x: x.args == (3,))), "ExceptionGroup('outer', [ExceptionGroup('inner', [ValueError(3)])])")
eq(repr(nested.split(ValueError)), "(ExceptionGroup('outer', [ValueError(1), ExceptionGroup('inner', [ValueError(3)])]), ExceptionGroup('outer', [ExceptionGroup('inner', [TypeError(2)]), KeyError(4)]))")
eq(repr(nested.split(OSError)), "(None, ExceptionGroup('outer', [ValueError(1), ExceptionGroup('inner', [TypeError(2), ValueError(3)]), KeyError(4)]))")
assert (nested.split(Exception)[1]) is None
eq(repr(nested.derive([OSError()])), "ExceptionGroup('outer', [OSError()])")
with raises(TypeError, "expected an exception type, a tuple of exception types, or a callable (other than a class)"):
    nested.subgroup(5)
with raises(TypeError, "expected an exception type, a tuple of exception types, or a callable (other than a class)"):
    nested.subgroup("x")
eq(repr(ExceptionGroup[int]), "ExceptionGroup[int]")

class Own(ExceptionGroup):
    def derive(self, excs):
        return Own(self.message + "!", excs)

eq(repr(Own("m", [ValueError(), TypeError()]).subgroup(ValueError)), "Own('m!', [ValueError()])")
eq(repr(Own("m", [ValueError(), TypeError()]).split(TypeError)), "(Own('m!', [TypeError()]), Own('m!', [ValueError()]))")

class Custom(Exception):
    def __init__(self, a, b=2):
        super().__init__(a)
        self.b = b

    def __str__(self):
        return f"custom {self.b}"

c = Custom(1)
eq(c.args, (1,))
eq(c.b, 2)
eq(str(c), "custom 2")
eq(repr(c), "Custom(1)")
eq(Custom(1, b=3).b, 3)
with raises(TypeError, "Custom.__init__() missing 1 required positional argument: 'a'"):
    Custom()

class Both(ValueError, KeyError):
    pass

eq(str(Both("x")), "'x'")
eq(repr(Both("x")), "Both('x')")
assert (isinstance(Both(), LookupError)) is True
with raises(TypeError, "multiple bases have instance lay-out conflict"):
    class Bad(ValueError, OSError, SyntaxError): pass

class NoInit(Exception):
    def __init__(self, *args, **kw):
        pass

eq(NoInit(1, x=2).args, (1,))
eq(str(NoInit(1)), "1")
assert (ValueError("a") == ValueError("a")) is False
assert (e == e) is True
assert (hash(e) == hash(e)) is True
assert e.__reduce__()[0] is ValueError
eq(e.__reduce__()[1], (1, 2))
assert e.__setstate__({"z": 1}) is None
eq(e.z, 1)
with raises(TypeError, "state is not a dictionary"):
    e.__setstate__(5)
eq(MemoryError().args, ())
eq(AssertionError("x").args, ('x',))
eq(Warning("w").args, ('w',))
assert issubclass(Warning, Exception) is True
assert issubclass(GeneratorExit, Exception) is False
eq(int.__doc__ is not None and Exception.__doc__, "Common base class for all non-exit exceptions.")
eq(KeyError.__doc__, "Mapping key not found.")
eq(ValueError.__doc__, "Inappropriate argument value (of correct type).")
