# modes: one
"""hashlib, select, socket, subprocess, selectors, queue basics."""


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

import hashlib
import hmac
import os
import select
import socket
import subprocess
import sys
eq([hashlib.new(n, b"abc").hexdigest() for n in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512", "blake2b", "blake2s")], ['900150983cd24fb0d6963f7d28e17f72', 'a9993e364706816aba3e25717850c26c9cd0d89d', '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7', 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f', 'e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf', '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532', 'ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25', 'b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0', 'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923', '508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982'])
eq(hashlib.shake_128(b"a").hexdigest(5), "85c8de88d2")
eq(hashlib.shake_256(b"a").digest(3), b'\x86~,')
eq(hashlib.sha256().hexdigest()[:10], "e3b0c44298")
h = hashlib.sha256(b"a")
h.update(b"b")
c = h.copy()
c.update(bytearray(b"c"))
assert (h.hexdigest() == hashlib.sha256(b"ab").hexdigest()) is True
assert (c.digest() == hashlib.sha256(b"abc").digest()) is True
eq(h.name, "sha256")
eq(h.digest_size, 32)
eq(h.block_size, 64)
eq(hashlib.blake2b(b"a", digest_size=4, key=b"k", salt=b"s", person=b"p").hexdigest(), "7043d275")
eq(hashlib.blake2s(b"a", fanout=2, depth=2, leaf_size=5, node_offset=1, node_depth=1, inner_size=4, last_node=True).hexdigest()[:8], "36345380")
eq(hashlib.md5(b"a", usedforsecurity=False).hexdigest(), "0cc175b9c0f1b6a831c399e269772661")
eq(sorted(hashlib.algorithms_guaranteed)[:3], ['blake2b', 'blake2s', 'md5'])
with raises(ValueError, "unsupported hash type nope"):
    hashlib.new("nope")
with raises(TypeError, "Strings must be encoded before hashing"):
    hashlib.sha256("text")
with raises(TypeError, "Strings must be encoded before hashing"):
    h.update("text")
with raises(TypeError, "hexdigest() missing required argument 'length' (pos 1)"):
    hashlib.shake_128(b"").hexdigest()
with raises(ValueError, "digest_size for Blake2b must be between 1 and 64 bytes, here it is 100"):
    hashlib.blake2b(digest_size=100)
with raises(ValueError, "maximum key length is 64 bytes"):
    hashlib.blake2b(key=b"k" * 100)
eq(hashlib.pbkdf2_hmac("sha256", b"p", b"s", 10).hex()[:16], "1d6f1f7051b420b9")
eq(hmac.new(b"k", b"m", "sha256").hexdigest()[:16], "b60090e3052297ae")
assert hmac.compare_digest("a", "a") is True
assert hmac.compare_digest(b"a", b"b") is False
eq(hashlib.file_digest(open(os.devnull, "rb"), "md5").hexdigest(), "d41d8cd98f00b204e9800998ecf8427e")
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    hmac.compare_digest("a", b"a")
big = b"x" * 100000
eq(hashlib.sha1(big).hexdigest(), "f6ee99edde6199a3e982c46ef72bdd5cb5e41ddf")
eq(hashlib.sha512(memoryview(big)).hexdigest()[:10], "2d23dd09ca")
a, b = socket.socketpair()
eq(a.send(b"hello"), 5)
eq(b.recv(3), b'hel')
eq(b.recv(10), b'lo')
assert a.sendall(b"x" * 10) is None
eq(b.recv_into(bytearray(4)), 4)
eq(b.recv(100), b'xxxxxx')
assert (select.select([b], [a], [], 0)[1] == [a]) is True
eq(repr(a.family), "<AddressFamily.AF_UNIX: 1>")
eq(repr(a.type), "<SocketKind.SOCK_STREAM: 1>")
assert a.gettimeout() is None
assert (a.fileno() > 0) is True
assert a.getblocking() is True
eq(select.select([], [], [], 0), ([], [], []))
b.settimeout(0.01)
with raises(TimeoutError, "timed out"):
    b.recv(1)
b.setblocking(False)
with raises(BlockingIOError, "[Errno 11] Resource temporarily unavailable"):
    b.recv(1)
eq(b.gettimeout(), 0.0)
a.close()
eq(b.recv(1), b'')
with raises(OSError, "[Errno 9] Bad file descriptor"):
    a.send(b"x")
b.close()
eq(repr(b)[:25], "<socket.socket [closed] f")
eq(b.fileno(), -1)
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 0))
s.listen()
c = socket.create_connection(s.getsockname(), timeout=5)
d, address = s.accept()
assert (s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) != 0) is True
eq(address[0], "127.0.0.1")
assert (d.getpeername() == c.getsockname()) is True
eq(c.sendmsg([b"a", b"b"]), 2)
eq(d.recvmsg(10)[0], b'ab')
assert d.shutdown(socket.SHUT_WR) is None
eq(c.recv(5), b'')
f = c.makefile("rwb")
f.write(b"line\n")
f.flush()
eq(d.makefile("r").readline(), "line\n")
for x in (f, c, d, s):
    x.close()
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(("127.0.0.1", 0))
v = socket.socket(type=socket.SOCK_DGRAM)
eq(v.sendto(b"dgram", u.getsockname()), 5)
eq(u.recvfrom(10)[0], b'dgram')
u.close()
v.close()
eq(socket.inet_aton("127.0.0.1"), b'\x7f\x00\x00\x01')
eq(socket.inet_ntoa(b"\x7f\0\0\1"), "127.0.0.1")
eq(socket.inet_pton(socket.AF_INET6, "::1"), b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01')
eq(socket.inet_ntop(socket.AF_INET6, b"\0" * 15 + b"\1"), "::1")
eq(socket.htons(1), 256)
eq(socket.ntohl(1), 16777216)
eq(repr(socket.AF_UNIX), "<AddressFamily.AF_UNIX: 1>")
eq(socket.getservbyname("http"), 80)
eq(socket.gethostbyname("127.0.0.1"), "127.0.0.1")
eq(repr(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)), "[(<AddressFamily.AF_INET: 2>, <SocketKind.SOCK_STREAM: 1>, 6, '', ('127.0.0.1', 80))]")
assert (socket.has_ipv6 in (True, False)) is True
assert socket.getdefaulttimeout() is None
assert (socket.gethostname() != "") is True
assert (socket.error is OSError) is True
assert issubclass(socket.gaierror, OSError) is True
assert (socket.timeout is TimeoutError) is True
with raises(OSError, "illegal IP address string passed to inet_aton"):
    socket.inet_aton("bad")
with raises(OSError, "illegal IP address string passed to inet_pton"):
    socket.inet_pton(socket.AF_INET, "bad")
with raises(OSError, "[Errno 97] Address family not supported by protocol"):
    socket.socket(999)
with raises(TypeError, "bind(): AF_INET address must be tuple, not str"):
    socket.socket().bind("bad")
with raises(OverflowError, "connect(): port must be 0-65535."):
    socket.socket().connect(("127.0.0.1", 99999))
with raises(ValueError, "Timeout value out of range"):
    socket.socket().settimeout(-1)
with raises(OSError, "[Errno 9] Bad file descriptor"):
    socket.socket(fileno=99999)
r, w = os.pipe()
p = select.poll()
p.register(r, select.POLLIN)
eq(p.poll(0), [])
eq(os.write(w, b"x"), 1)
assert (p.poll(1000) == [(r, select.POLLIN)]) is True
assert p.modify(r, 0) is None
assert p.unregister(r) is None
with raises(KeyError, "3"):
    p.unregister(r)
e = select.epoll()
e.register(r, select.EPOLLIN)
assert (e.poll(0.1) == [(r, select.EPOLLIN)]) is True
assert (e.fileno() > 0) is True
assert e.closed is False
assert e.close() is None
assert e.closed is True
with raises(ValueError, "I/O operation on closed epoll object"):
    e.poll()
assert (select.select([r], [w], [], 1) == ([r], [w], [])) is True
with raises(ValueError, "filedescriptor out of range in select()"):
    select.select([99999], [], [], 0)
with raises(TypeError, "argument must be an int, or have a fileno() method."):
    select.select(["a"], [], [], 0)
with raises(ValueError, "timeout must be non-negative"):
    select.select([], [], [], -1)
with raises(TypeError, "arguments 1-3 must be sequences"):
    select.select(5, [], [])
import selectors
sel = selectors.DefaultSelector()
key = sel.register(r, selectors.EVENT_READ, "data")
eq(key.data, "data")
eq([k.data for k, m in sel.select(0.1)], ['data'])
assert (sel.unregister(r).fd == r) is True
assert sel.close() is None
os.close(r)
os.close(w)
run = subprocess.run
eq(run(["echo", "hi"], capture_output=True).stdout, b'hi\n')
eq(run(["cat"], input=b"in", capture_output=True).stdout, b'in')
eq(run("exit 3", shell=True).returncode, 3)
eq(run(["cat"], input="text", capture_output=True, text=True).stdout, "text")
eq(run(["sh", "-c", "echo err >&2"], stderr=subprocess.PIPE).stderr, b'err\n')
eq(run(["sh", "-c", "echo o; echo e >&2"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout, b'o\ne\n')
eq(run(["sh", "-c", "kill -9 $$"]).returncode, -9)
eq(run(["env"], env={"A": "b"}, capture_output=True).stdout, b'A=b\n')
eq(run(["pwd"], cwd="/", capture_output=True).stdout, b'/\n')
eq(subprocess.check_output(["echo", "x"]), b'x\n')
eq(subprocess.getoutput("echo y"), "y")
eq(subprocess.getstatusoutput("exit 2"), (2, ''))
eq(subprocess.call(["true"]), 0)
eq(repr(run(["true"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)), "CompletedProcess(args=['true'], returncode=0)")
eq(subprocess.list2cmdline(["a b", 'c"d']), '"a b" c\\"d')
with raises(FileNotFoundError, "[Errno 2] No such file or directory: 'no_such_program_here'"):
    run(["no_such_program_here"])
with raises(subprocess.CalledProcessError, "Command '['sh', '-c', 'exit 2']' returned non-zero exit status 2."):
    run(["sh", "-c", "exit 2"], check=True)
with raises(subprocess.CalledProcessError, "Command '['false']' returned non-zero exit status 1."):
    subprocess.check_call(["false"])
with raises(subprocess.TimeoutExpired, "Command '['sleep', '10']' timed out after 0.05 seconds"):
    run(["sleep", "10"], timeout=0.05)
with raises(IndexError, "list index out of range"):
    run([])
with raises(TypeError, "expected str, bytes or os.PathLike object, not int"):
    run(["echo", 5])
with raises(ValueError, "embedded null byte"):
    run(["echo", "a\0b"])
with raises(FileNotFoundError, "[Errno 2] No such file or directory: '/no/such/folder'"):
    run(["pwd"], cwd="/no/such/folder")
p = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
assert p.poll() is None
eq(p.stdin.write(b"a\n"), 2)
assert p.stdin.flush() is None
eq(p.stdout.readline(), b'a\n')
eq(p.communicate(b"rest"), (b'rest', None))
eq(p.returncode, 0)
eq(p.wait(), 0)
eq(p.args, ['cat'])
p = subprocess.Popen(["sleep", "60"])
p.terminate()
eq(p.wait(), -15)
eq(p.returncode, -15)
assert p.send_signal(9) is None
with subprocess.Popen(["sh", "-c", "read x; exit $x"], stdin=subprocess.PIPE, text=True, bufsize=1) as p:
    p.stdin.write("7\n")
eq(p.returncode, 7)
r, w = os.pipe()
p = subprocess.Popen(["sh", "-c", f"echo fd >&{w}"], pass_fds=[w])
p.wait()
eq(os.read(r, 10), b'fd\n')
assert (run(["sh", "-c", f"echo x >&{w}"], stderr=subprocess.DEVNULL).returncode != 0) is True
os.close(r)
os.close(w)
eq(run([sys.executable, "-c", "import os; print(os.getsid(0) == os.getpid())"], start_new_session=True, capture_output=True).stdout, b'True\n')
eq(run([sys.executable, "-c", "print(5)"], preexec_fn=lambda: None, capture_output=True).stdout, b'5\n')
eq(run(["sh", "-c", "umask"], umask=0o77, capture_output=True).stdout, b'0077\n')
with raises(subprocess.SubprocessError, "Exception occurred in preexec_fn."):
    run(["true"], preexec_fn=lambda: 1 / 0)
