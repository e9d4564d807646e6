"""cffi in API mode, with callbacks of both kinds."""
import array
import gc
import sys
import threading
import weakref

import api
from api import ffi, lib


def raises(error, f, *args, **named):
    try:
        f(*args, **named)
    except error as caught:
        return caught
    raise AssertionError((f, args))


# Functions and numbers.
assert lib.add(1, 2) == 3 and lib.wide(255, -3, 4000000000, -5, 2.9, True) == 4000000250
print(raises(OverflowError, lib.add, 1 << 31, 0))
print(raises(TypeError, lib.add, "x", 0))
print(raises(TypeError, lib.add, 1))
assert lib.LIMIT == 42 and lib.BIG == 1 << 40 and ffi.string(lib.greeting()).decode() == "grüße"
assert lib.variadic(3, *[ffi.cast("int", i) for i in (1, 2, 3)]) == 6
before = lib.counter
lib.counter = 10
assert lib.counter == 10 and list(lib.table) == [1, 2, 3, 4] and ffi.addressof(lib, "counter")[0] == 10
lib.counter = before
assert lib.set_errno(5) == -1 and ffi.errno == 5
assert lib.next_colour(lib.RED) == lib.GREEN == 5 and ffi.typeof("enum colour").elements == {0: "RED", 5: "GREEN", 6: "BLUE"}
raises(AttributeError, getattr, lib, "missing")
raises(AttributeError, setattr, lib, "LIMIT", 5)

# Structs, unions, arrays, lists.
r = lib.make(7)
assert (r.x, r.y, ffi.string(r.name), r.bits.low, r.bits.high) == (7, 3.5, b"made", 1, 2)
p = ffi.new("record *", {"x": 1, "y": 2.0})
assert lib.scale(p, 4) == 8.0 == p.y and p[0].x == 1
p.bits.low = 15
print(raises(OverflowError, setattr, p.bits, "low", 16))
p.name = b"abc"
assert bytes(ffi.buffer(p.name)) == b"abc\0\0\0\0\0" and ffi.sizeof("record") == ffi.sizeof(p[0])
m = ffi.new("mixed *")
m.word = 0x0102
assert list(m.bytes[0:2]) == [2, 1]
a = ffi.new("int[]", [5, 6, 7])
assert len(a) == 3 and ffi.unpack(a, 3) == [5, 6, 7] and a[2] == 7 and (a + 1)[0] == 6 and ffi.sizeof(a) == 12
raises(IndexError, lambda: a[3])
nodes = [ffi.new("node *", {"value": i}) for i in range(5)]
for one, two in zip(nodes, nodes[1:]):
    one.next = two
assert lib.sum_list(nodes[0]) == 10 and nodes[4].next == ffi.NULL and not nodes[4].next
assert ffi.typeof(nodes[0]) is ffi.typeof("node *") and ffi.typeof("binary").args == (ffi.typeof("int"),) * 2
print([name for name, field in ffi.typeof("record").fields], ffi.offsetof("record", "y"), ffi.getctype("record *", "[3]"))

# Buffers.
assert lib.total(b"\x01\x02\xff", 3) == 258 and lib.total(ffi.from_buffer(bytearray(b"\5\5")), 2) == 10
target = bytearray(4)
lib.fill(ffi.from_buffer("unsigned char[]", target, require_writable=True), 4, 9)
assert target == b"\t" * 4
raises((BufferError, TypeError), ffi.from_buffer, "char[]", b"fixed", require_writable=True)
view = ffi.buffer(p)
assert len(view) == ffi.sizeof("record") and memoryview(view)[0] == 1
numbers = array.array("i", [1, 2, 3])
assert ffi.from_buffer("int[]", numbers)[2] == 3
held = ffi.from_buffer(target)
raises(BufferError, target.extend, b"x")
ffi.release(held)
target.extend(b"x")
ffi.memmove(target, b"moved", 5)
assert target == b"moved"

# Callbacks that are made at run time.
add = ffi.callback("binary", lambda x, y: x * 10 + y)
assert lib.apply(add, 4, 2) == 42 and add(1, 1) == 11 and lib.apply(lib.get_add(), 2, 3) == 5
assert lib.apply_times(add, 1000) == 4996000 and lib.on_thread(add, 3, 4) == 34
seen = []


@ffi.callback("int(int, int)", error=-7, onerror=lambda kind, value, trace: seen.append((kind, str(value), trace is not None)))
def fails(x, y):
    raise ValueError("in a callback")


assert lib.apply(fails, 1, 2) == -7 and seen == [(ValueError, "in a callback", True)]


# `extern "Python"`.
@ffi.def_extern()
def from_c(a, b):
    calls.append(threading.get_ident())
    return a - b


@ffi.def_extern(error=99, onerror=lambda *error: seen.append(error[0]))
def raises_in_c(a, b):
    return a // b


@ffi.def_extern()
def with_handle(handle):
    ffi.from_handle(handle).append("handled")


calls = []
assert lib.call_from_c(5, 3, 0) == 2 and lib.call_from_c(5, 3, 1) == 2 and len(set(calls)) == 2
assert lib.call_raises(7, 2) == 3 and lib.call_raises(7, 0) == 99 and seen.pop() is ZeroDivisionError
box = []
handle = ffi.new_handle(box)
lib.call_handle(handle)
assert box == ["handled"]
results = []
threads = [threading.Thread(target=lambda: results.append(sum(lib.call_from_c(i, 1, i % 2) for i in range(60)))) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert results == [1710] * 4

# Ownership.
ended = []
owned = ffi.gc(ffi.new("int *", 5), lambda pointer: ended.append(pointer[0]))
del owned
assert ended == [5]
dead = weakref.ref(nodes[0])
del nodes, one, two
gc.collect()
assert dead() is None
keeps = ffi.new_allocator(alloc=lambda size: ffi.new("char[]", size), free=lambda x: ended.append("freed"))
x = keeps("int[]", 3)
assert list(x) == [0, 0, 0]
del x
assert ended == [5, "freed"]
assert api.__name__ == "api" and "add" in dir(lib) and sys.modules["api"].ffi is ffi
