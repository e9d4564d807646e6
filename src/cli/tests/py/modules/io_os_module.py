# modes: one
"""io and os: files of every kind, buffering, text, descriptors, paths, errors."""


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

import errno
import io
import os
import stat
import sys
import tempfile
home = tempfile.mkdtemp()
os.chdir(home)
folder = "."
name = "f"
f = open(name, "w")
eq(f.mode, "w")
eq(f.name, "f")
eq(f.encoding.lower(), "utf-8")
assert f.newlines is None
assert f.line_buffering is False
assert f.write_through is False
eq(f.errors, "strict")
assert f.closed is False
assert f.readable() is False
assert f.writable() is True
assert f.seekable() is True
assert f.isatty() is False
eq(type(f).__name__, "TextIOWrapper")
eq(type(f.buffer).__name__, "BufferedWriter")
eq(type(f.buffer.raw).__name__, "FileIO")
eq(repr(f)[:24], "<_io.TextIOWrapper name=")
assert (f.fileno() > 2) is True
eq(f.write("one\ntwo\r\nthree"), 14)
eq(f.tell(), 14)
assert f.flush() is None
assert f.writelines(["x", "y"]) is None
eq(f.truncate(), 16)
with raises(io.UnsupportedOperation, "not readable"):
    f.read()
with raises(TypeError, "write() argument must be str, not bytes"):
    f.write(b"x")
with raises(TypeError, "write() argument must be str, not int"):
    f.write(5)
f.close()
f.close()
assert f.closed is True
with raises(ValueError, "I/O operation on closed file."):
    f.write("x")
with raises(ValueError, "I/O operation on closed file"):
    f.fileno()
with raises(ValueError, "I/O operation on closed file."):
    f.__enter__()
eq(open(name).read(), "one\ntwo\nthreexy")
eq(open(name, newline="").read(), "one\ntwo\r\nthreexy")
eq(open(name, newline="\n").readlines(), ['one\n', 'two\r\n', 'threexy'])
eq(open(name, "rb").read(), b'one\ntwo\r\nthreexy')
eq(list(open(name)), ['one\n', 'two\n', 'threexy'])
eq(open(name).readline(2), "on")
eq(open(name).readlines(4), ['one\n', 'two\n'])
eq(open(name).read(3), "one")
eq(open(name).__next__(), "one\n")
with open(name) as f:
    got = f.readline(), f.read(2), f.seek(0), f.read(1), f.seek(0, 2), f.read()
eq(got, ('one\n', 'tw', 0, 'o', 16, ''))
f = open(name)
with raises(io.UnsupportedOperation, "can't do nonzero cur-relative seeks"):
    f.seek(1, 1)
with raises(ValueError, "negative seek position -1"):
    f.seek(-1)
with raises(ValueError, "invalid whence (9, should be 0, 1 or 2)"):
    f.seek(0, 9)
with raises(io.UnsupportedOperation, "not writable"):
    f.write("x")
with raises(io.UnsupportedOperation, "truncate"):
    f.truncate(1)
next(f)
with raises(OSError, "telling position disabled by next() call"):
    f.tell()
f.close()
eq(open(name, "r+").read(1), "o")
assert (open(name, "a").tell() > 0) is True
eq(open(name, "a+").read(), "")
with raises(FileExistsError, "[Errno 17] File exists: 'f'"):
    open(name, "x")
with raises(FileNotFoundError, "[Errno 2] No such file or directory: 'fmissing'"):
    open(name + "missing")
with raises(IsADirectoryError, "[Errno 21] Is a directory: '.'"):
    open(folder)
with raises(ValueError, "invalid mode: 'q'"):
    open(name, "q")
with raises(ValueError, "must have exactly one of create/read/write/append mode"):
    open(name, "rw")
with raises(ValueError, "can't have text and binary mode at once"):
    open(name, "rbt")
with raises(ValueError, "binary mode doesn't take an encoding argument"):
    open(name, "rb", encoding="utf-8")
with raises(ValueError, "binary mode doesn't take a newline argument"):
    open(name, "rb", newline="\n")
with raises(ValueError, "can't have unbuffered text I/O"):
    open(name, "w", 0)
with raises(ValueError, "illegal newline value: x"):
    open(name, newline="x")
with raises(LookupError, "unknown encoding: no-such"):
    open(name, encoding="no-such")
eq(open(name, errors="no-such") if sys.flags.dev_mode else "only checked in development mode", "only checked in development mode")
with raises(TypeError, "expected str, bytes or os.PathLike object, not float"):
    open(5.5)
with raises(ValueError, "embedded null byte"):
    open("a\0b")
with raises(ValueError, "negative file descriptor"):
    open(-1)
with raises(OSError, "[Errno 9] Bad file descriptor"):
    open(99999)
with raises(TypeError, "open() argument 'mode' must be str, not int"):
    open(name, mode=5)
with raises(FileNotFoundError, "[Errno 2] No such file or directory: ''"):
    open("")
b = open(name, "wb")
eq(b.write(b"0123456789"), 10)
eq(b.tell(), 10)
eq(b.seek(2), 2)
eq(b.write(bytearray(b"AB")), 2)
eq(b.write(memoryview(b"C")), 1)
eq(type(b).__name__, "BufferedWriter")
eq(b.raw.mode, "wb")
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    b.write("x")
with raises(io.UnsupportedOperation, "read"):
    b.read()
b.close()
r = open(name, "rb")
eq(r.read(3), b'01A')
eq(r.peek(2)[:2], b'BC')
eq(r.read1(2), b'BC')
eq(r.readinto(bytearray(2)), 2)
eq(r.seek(-2, 2), 8)
eq(r.read(), b'89')
eq(r.read(), b'')
eq(r.seek(0), 0)
eq(r.readline(), b'01ABC56789')
eq(r.tell(), 10)
eq(r.seek(0), 0)
eq(r.readinto1(memoryview(bytearray(3))), 3)
with raises(OSError, "[Errno 22] Invalid argument"):
    r.seek(-1)
with raises(TypeError, "readinto() argument must be read-write bytes-like object, not bytes"):
    r.readinto(b"x")
r.close()
raw = open(name, "rb", buffering=0)
eq(type(raw).__name__, "FileIO")
eq(raw.read(2), b'01')
eq(raw.readall(), b'ABC56789')
eq(raw.seek(0), 0)
eq(raw.readinto(bytearray(4)), 4)
assert raw.closefd is True
eq(raw.mode, "rb")
assert (raw.name == name) is True
raw.close()
rw = open(name, "r+b")
eq(type(rw).__name__, "BufferedRandom")
eq(rw.read(2), b'01')
eq(rw.write(b"zz"), 2)
eq(rw.seek(0), 0)
eq(rw.read(), b'01zzC56789')
eq(rw.truncate(3), 3)
eq(rw.seek(0), 0)
eq(rw.read(), b'01z')
rw.close()
with open(name, "w", encoding="utf-16") as f:
    f.write("é")
eq(open(name, "rb").read(), b'\xff\xfe\xe9\x00')
eq(open(name, encoding="utf-16").read(), "é")
with open(name, "w", encoding="ascii", errors="xmlcharrefreplace") as f:
    f.write("é")
eq(open(name).read(), "&#233;")
with open(name, "w", newline="\r\n") as f:
    f.write("a\nb\n")
eq(open(name, "rb").read(), b'a\r\nb\r\n')
with open(name) as f:
    f.readline()
    got = f.newlines
eq(got, "\r\n")
with open(name, "wb") as f:
    f.write(b"\xff\xfe\xe9")
with raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"):
    open(name, encoding="utf-8").read()
eq(open(name, encoding="utf-8", errors="replace").read(), "���")
eq(open(name, encoding="latin-1").read(), "ÿþé")
eq(open(name, encoding="utf-8", errors="surrogateescape").read(), "\udcff\udcfe\udce9")
opened = []
def opener(path, flags):
    opened.append(flags & os.O_WRONLY)
    return os.open(path, flags, 0o600)

with open(name, "w", opener=opener) as f:
    f.write("x")
eq(opened, [1])
s = io.StringIO("a\nb\r\nc", newline=None)
eq(s.read(), "a\nb\nc")
eq(s.getvalue(), "a\nb\nc")
eq(s.seek(0), 0)
eq(s.readline(), "a\n")
eq(s.tell(), 2)
eq(s.write("ZZ"), 2)
eq(s.getvalue(), "a\nZZc")
eq(s.truncate(1), 1)
eq(s.getvalue(), "a")
eq(io.StringIO("x\ny").readlines(), ['x\n', 'y'])
eq(list(io.StringIO("a\nb")), ['a\n', 'b'])
assert (io.StringIO().newlines) is None
assert s.readable() is True
assert s.isatty() is False
assert s.closed is False
assert s.line_buffering is False
assert s.encoding is None
with raises(TypeError, "string argument expected, got 'int'"):
    s.write(5)
with raises(ValueError, "Negative seek position -1"):
    s.seek(-1)
with raises(OSError, "Can't do nonzero cur-relative seeks"):
    s.seek(1, 1)
s.close()
with raises(ValueError, "I/O operation on closed file"):
    s.getvalue()
with raises(TypeError, "initial_value must be str or None, not int"):
    io.StringIO(5)
with raises(ValueError, "illegal newline value: 'x'"):
    io.StringIO(newline="x")
y = io.BytesIO(b"abc\ndef")
eq(y.read(2), b'ab')
eq(y.readline(), b'c\n')
eq(y.tell(), 4)
eq(y.seek(0), 0)
eq(y.readlines(), [b'abc\n', b'def'])
eq(y.seek(1), 1)
eq(y.write(b"ZZ"), 2)
eq(y.getvalue(), b'aZZ\ndef')
eq(y.truncate(2), 2)
eq(y.getvalue(), b'aZ')
eq(y.getbuffer().nbytes, 2)
eq(y.readinto(bytearray(1)), 0)
eq(y.seek(0, 2), 2)
eq(y.read1(5), b'')
eq(y.seek(100), 100)
eq(y.write(b"end"), 3)
eq(len(y.getvalue()), 103)
v = y.getbuffer()
with raises(BufferError, "Existing exports of data: object cannot be re-sized"):
    y.write(b"x" * 1000)
with raises(BufferError, "Existing exports of data: object cannot be re-sized"):
    y.close()
v.release()
y.close()
with raises(ValueError, "I/O operation on closed file."):
    y.read()
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    io.BytesIO("x")
br = io.BufferedReader(io.BytesIO(b"hello world"), 4)
eq(br.peek(1)[:2], b'he')
eq(br.read(5), b'hello')
eq(br.tell(), 5)
eq(br.seek(0), 0)
eq(br.read1(3), b'hel')
eq(br.detach().__class__.__name__, "BytesIO")
with raises(ValueError, "raw stream has been detached"):
    br.read()
bw = io.BufferedWriter(out := io.BytesIO(), 4)
eq(bw.write(b"abcdefgh"), 8)
eq(out.getvalue(), b'abcdefgh')
assert bw.flush() is None
eq(out.getvalue(), b'abcdefgh')
bp = io.BufferedRWPair(io.BytesIO(b"in"), out2 := io.BytesIO())
eq(bp.read(), b'in')
eq(bp.write(b"out"), 3)
assert bp.flush() is None
eq(out2.getvalue(), b'out')
with raises(ValueError, "buffer size must be strictly positive"):
    io.BufferedReader(io.BytesIO(), 0)
with raises(AttributeError, "'int' object has no attribute 'readable'"):
    io.BufferedReader(5)
tw = io.TextIOWrapper(io.BytesIO(b"l1\nl2\xc3\xa9\n"), encoding="utf-8")
eq(tw.readline(), "l1\n")
eq(tw.read(), "l2é\n")
eq(tw.seek(0), 0)
eq([l for l in tw], ['l1\n', 'l2é\n'])
eq(tw.buffer.getvalue(), b'l1\nl2\xc3\xa9\n')
eq(tw.encoding, "utf-8")
assert tw.reconfigure(newline="\n") is None
eq(tw.detach().__class__.__name__, "BytesIO")
with raises(ValueError, "underlying buffer has been detached"):
    tw.read()
with raises(LookupError, "unknown encoding: no-such"):
    io.TextIOWrapper(io.BytesIO(), encoding="no-such")
with raises(AttributeError, "'int' object has no attribute 'readable'"):
    io.TextIOWrapper(5)
tw = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
tw.write("a")
eq(tw.buffer.getvalue(), b'a')
eq(tw.tell(), 1)
class Raw(io.RawIOBase):
    def __init__(self, data):
        self.data = data

    def readable(self):
        return True

    def readinto(self, b):
        n = min(len(b), len(self.data), 2)
        b[:n] = self.data[:n]
        self.data = self.data[n:]
        return n

eq(Raw(b"abcdef").read(4), b'ab')
eq(Raw(b"abcdef").readall(), b'abcdef')
eq(io.BufferedReader(Raw(b"abcdef")).read(5), b'abcde')
eq(io.TextIOWrapper(io.BufferedReader(Raw(b"a\nb"))).readlines(), ['a\n', 'b'])
eq(list(Raw(b"x\ny")), [b'x\n', b'y'])
assert (io.RawIOBase().readable()) is False
with raises(io.UnsupportedOperation, "seek"):
    io.IOBase().seek(0)
with raises(io.UnsupportedOperation, "fileno"):
    io.IOBase().fileno()
assert (io.open is open) is True
eq(io.SEEK_SET, 0)
assert (io.DEFAULT_BUFFER_SIZE >= 8192) is True
assert issubclass(io.UnsupportedOperation, OSError) is True
assert issubclass(io.UnsupportedOperation, ValueError) is True
assert (isinstance(io.BytesIO(), io.BufferedIOBase)) is True
assert (isinstance(open(name), io.TextIOBase)) is True
# In the C locale the UTF-8 mode is on by itself.
eq(io.text_encoding(None), "utf-8" if sys.flags.utf8_mode else "locale")
eq(io.text_encoding("x"), "x")
eq(io.IncrementalNewlineDecoder(None, True).decode("a\r\nb\r"), "a\nb")
import warnings
warnings.simplefilter("ignore")
os.mkdir(os.path.join(folder, "sub"))
os.makedirs(os.path.join(folder, "a", "b", "c"))
os.symlink("f", os.path.join(folder, "link"))
os.link(name, os.path.join(folder, "hard"))
eq(sorted(os.listdir(folder)), ['a', 'f', 'hard', 'link', 'sub'])
eq(sorted(e.name for e in os.scandir(folder)), ['a', 'f', 'hard', 'link', 'sub'])
eq(sorted((e.name, e.is_dir(), e.is_symlink()) for e in os.scandir(folder)), [('a', True, False), ('f', False, False), ('hard', False, False), ('link', False, True), ('sub', True, False)])
assert os.path.exists(name) is True
assert os.path.isdir(folder) is True
eq(os.readlink(os.path.join(folder, "link")), "f")
eq(os.stat(name).st_nlink, 2)
assert (stat.S_ISREG(os.stat(name).st_mode)) is True
eq(os.lstat(os.path.join(folder, "link")).st_size, 1)
assert (os.path.samefile(name, os.path.join(folder, "hard"))) is True
eq([(os.path.relpath(a, folder), sorted(b), sorted(c)) for a, b, c in sorted(os.walk(folder))], [('.', ['a', 'sub'], ['f', 'hard', 'link']), ('a', ['b'], []), ('a/b', ['c'], []), ('a/b/c', [], []), ('sub', [], [])])
with raises(FileNotFoundError, "[Errno 2] No such file or directory: 'fx'"):
    os.stat(name + "x")
with raises(NotADirectoryError, "[Errno 20] Not a directory: 'f'"):
    os.listdir(name)
with raises(FileExistsError, "[Errno 17] File exists: 'sub'"):
    os.mkdir("sub")
with raises(OSError, "[Errno 39] Directory not empty: './a'"):
    os.rmdir(os.path.join(folder, "a"))
with raises(IsADirectoryError, "[Errno 21] Is a directory: '.'"):
    os.remove(folder)
with raises(FileNotFoundError, "[Errno 2] No such file or directory: 'fx' -> 'f'"):
    os.rename(name + "x", name)
with raises(OSError, "[Errno 22] Invalid argument: 'f'"):
    os.readlink(name)
with raises(FileNotFoundError, "[Errno 2] No such file or directory: 'fx'"):
    os.open(name + "x", os.O_RDONLY)
with raises(ValueError, "stat: embedded null character in path"):
    os.stat("a\0b")
with raises(TypeError, "stat: path should be string, bytes, os.PathLike or integer, not float"):
    os.stat(5.5)
with raises(OSError, "[Errno 9] Bad file descriptor"):
    os.close(99999)
with raises(ProcessLookupError, "[Errno 3] No such process"):
    os.kill(99999999, 0)
with raises(OSError, "[Errno 61] No data available: 'f'"):
    os.getxattr(name, "user.none")
try:
    os.stat("/no/such")
except OSError as error:
    got = error.errno == errno.ENOENT, error.filename, error.strerror
eq(got, (True, '/no/such', 'No such file or directory'))
os.chmod(name, 0o640)
os.utime(name, (1000, 2000))
eq(oct(os.stat(name).st_mode & 0o777), "0o640")
eq(os.stat(name).st_mtime, 2000.0)
eq(os.stat(name).st_atime_ns, 1000000000000)
assert os.access(name, os.R_OK) is True
assert os.access(name + "x", os.F_OK) is False
eq(os.path.getsize(name), 1)
eq(os.stat_result(range(10)).st_uid, 4)
eq(os.stat(name)[6], 1)
os.rename(name, name + "2")
os.replace(name + "2", name)
os.unlink(os.path.join(folder, "link"))
fd = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
eq(os.write(fd, b"hello"), 5)
eq(os.lseek(fd, 0, os.SEEK_SET), 0)
eq(os.read(fd, 3), b'hel')
eq(os.pread(fd, 2, 1), b'el')
eq(os.pwrite(fd, b"X", 0), 1)
assert os.ftruncate(fd, 2) is None
eq(os.fstat(fd).st_size, 2)
assert os.isatty(fd) is False
assert os.get_inheritable(fd) is False
assert os.set_inheritable(fd, True) is None
assert os.get_inheritable(fd) is True
assert (os.dup(fd) > fd) is True
assert os.fsync(fd) is None
eq(os.lseek(fd, 0, 0), 0)
eq(os.readv(fd, [bytearray(1), bytearray(1)]), 2)
eq(os.writev(fd, [b"a", b"b"]), 2)
os.close(fd)
r, w = os.pipe()
eq(os.write(w, b"pipe"), 4)
eq(os.read(r, 10), b'pipe')
assert os.get_blocking(r) is True
assert os.set_blocking(r, False) is None
with raises(BlockingIOError, "[Errno 11] Resource temporarily unavailable"):
    os.read(r, 1)
os.close(r)
os.close(w)
with raises(OSError, "[Errno 9] Bad file descriptor"):
    os.read(r, 1)
cwd = os.getcwd()
os.chdir(folder)
assert (os.path.realpath(os.getcwd()) == os.path.realpath(folder)) is True
assert (os.getcwdb() == os.getcwd().encode()) is True
assert (os.path.abspath("x") == os.path.join(os.getcwd(), "x")) is True
os.chdir(cwd)
with raises(FileNotFoundError, "[Errno 2] No such file or directory: '/no/such'"):
    os.chdir("/no/such")
eq(os.path.join("a", "b"), "a/b")
eq(os.path.join("a", "/b"), "/b")
eq(os.path.join("a", ""), "a/")
eq(os.path.split("/a/b"), ('/a', 'b'))
eq(os.path.splitext("a.b.c"), ('a.b', '.c'))
eq(os.path.basename("/a/b/"), "")
eq(os.path.dirname("/a/b"), "/a")
eq(os.path.normpath("a/../b//c/."), "b/c")
assert os.path.isabs("/a") is True
eq(os.path.commonpath(["/a/b", "/a/c"]), "/a")
eq(os.path.commonprefix(["abc", "abd"]), "ab")
eq(os.path.expanduser("~root"), "/root")
eq(os.path.relpath("/a/b", "/a/c"), "../b")
eq(os.path.splitroot("//a/b"), ('', '//', 'a/b'))
eq(os.fspath("a"), "a")
eq(os.fspath(b"a"), b'a')
eq(os.fsencode("é"), b'\xc3\xa9')
eq(os.fsdecode(b"\xff"), "\udcff")
eq(os.sep, "/")
eq(os.linesep, "\n")
eq(os.name, "posix")
eq(os.curdir, ".")
eq(os.devnull, "/dev/null")
eq(os.path.join(b"a", b"b"), b'a/b')
with raises(TypeError, "Can't mix strings and bytes in path components"):
    os.path.join("a", b"b")
with raises(TypeError, "expected str, bytes or os.PathLike object, not int"):
    os.fspath(5)
with raises(TypeError, "expected str, bytes or os.PathLike object, not int"):
    os.path.join(5)
os.environ["OWN_TEST"] = "v"
eq(os.environ["OWN_TEST"], "v")
eq(os.getenv("OWN_TEST"), "v")
assert os.getenv("NOPE_NOPE") is None
eq(os.environb[b"OWN_TEST"], b'v')
assert ("OWN_TEST" in os.environ) is True
eq(os.environ.pop("OWN_TEST"), "v")
assert os.putenv("A", "b") is None
assert os.unsetenv("A") is None
with raises(KeyError, "'NOPE_NOPE'"):
    os.environ["NOPE_NOPE"]
with raises(TypeError, "str expected, not int"):
    os.environ[5] = "a"
with raises(TypeError, "str expected, not int"):
    os.environ["a"] = 5
with raises(ValueError, "illegal environment variable name"):
    os.environ["a=b"] = "c"
with raises(ValueError, "embedded null byte"):
    os.putenv("a\0", "b")
assert (os.getpid() > 0) is True
assert (os.getppid() > 0) is True
assert (os.getuid() >= 0) is True
assert (os.cpu_count() > 0) is True
assert (os.process_cpu_count() > 0) is True
eq(len(os.urandom(5)), 5)
eq(os.strerror(2), "No such file or directory")
eq(os.uname().sysname, "Linux")
eq(len(os.getloadavg()), 3)
eq(os.get_terminal_size.__name__, "get_terminal_size")
assert (os.umask(0o22) >= 0) is True
assert (os.times().user >= 0) is True
assert os.sched_yield() is None
assert (len(os.sched_getaffinity(0)) > 0) is True
assert (os.sysconf("SC_PAGE_SIZE") > 0) is True
eq(os.cpu_count.__module__, "posix")
eq(os.WEXITSTATUS(256), 1)
eq(os.waitstatus_to_exitcode(256), 1)
assert os.WIFSIGNALED(9) is True
eq(os.major(os.makedev(3, 5)), 3)
eq(os.getrandom(3).__len__(), 3)
with raises(ValueError, "unrecognized configuration name"):
    os.sysconf("nope")
with raises(ChildProcessError, "[Errno 10] No child processes"):
    os.waitpid(-1, 0)
eq(os.get_terminal_size(0) if os.isatty(0) else "no terminal", "no terminal")
pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 3"], os.environ)
eq(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 3)
eq(os.system("exit 4") >> 8, 4)
eq(os.popen("echo out").read(), "out\n")
with raises(FileNotFoundError, "[Errno 2] No such file or directory: '/no/such'"):
    os.posix_spawn("/no/such", ["x"], {})
with raises(FileNotFoundError, "[Errno 2] No such file or directory"):
    os.execv("/no/such", ["x"])
with raises(ValueError, "execv() arg 2 must not be empty"):
    os.execv("/bin/sh", [])
import shutil
os.chdir("/")
shutil.rmtree(home)
assert os.path.exists(home) is False

# The state of a stream that is closed is not set.
for stream, state in ((io.BytesIO(), (b"x", 0, None)), (io.StringIO(), ("x", "\n", 0, None))):
    stream.__setstate__(state)
    assert stream.read() in (b"x", "x")
    stream.close()
    try:
        stream.__setstate__(state)
    except ValueError as error:
        assert str(error).startswith("I/O operation on closed file")
    else:
        raise AssertionError("it is closed")
