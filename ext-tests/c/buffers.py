"""Buffers of C and for C."""
import array, struct, sys
sys.path.insert(0, sys.argv[1] if len(sys.argv) > 1 else sys.path[0])
import buffers as c


def raises(error, message, f, *args):
    try:
        result = f(*args)
    except error as e:
        assert message is None or str(e) == message, (f, str(e))
    else:
        raise AssertionError((f, args, result))


C, F, A = b"CFA"
grid = c.Grid()
m = memoryview(grid)
assert c.exports(grid) == 1 and m.tolist() == [[0, 1, 2], [10, 11, 12]] and m.shape == (2, 3) and m.strides == (8, 2) and m.obj is grid and not m.readonly
m[1, 2] = 99
assert c.item(grid, 1, 2) == 99 and c.item(grid, 0, 1) == 1
assert c.to_bytes(grid, C) == struct.pack("6h", 0, 1, 2, 10, 11, 99) == m.tobytes()
assert c.to_bytes(grid, F) == struct.pack("6h", 0, 10, 1, 11, 2, 99) == m.tobytes("F")
assert c.from_bytes(grid, F, struct.pack("6h", *range(6))) == 0 and m.tolist() == [[0, 2, 4], [1, 3, 5]]
assert c.from_bytes(grid, C, struct.pack("4h", *range(4))) == 0 and m.tolist() == [[0, 1, 2], [3, 3, 5]]
assert c.contiguous(grid) == 0 and c.contiguous(b"abc") == 7 and c.contiguous(memoryview(bytes(6)).cast("B", [2, 3])) == 5
raises(BufferError, "grid: strides needed", b"".find, grid)
raises(BufferError, "underlying buffer is not writable", c.get_contiguous, b"a", True, C)
raises(BufferError, "writable contiguous buffer requested for a non-contiguous object.", c.get_contiguous, grid, True, C)
for order in (C, F, A):
    got = c.get_contiguous(grid, False, order)
    assert got.tolist() == m.tolist() and got.readonly and got.f_contiguous == (order == F) and got.format == "h", order
got = c.get_contiguous(bytearray(b"abc"), True, C)
got[0] = 65
assert got.obj == b"Abc"
m.release()
del got
assert c.exports(grid) == 0, c.exports(grid)
plain = c.Grid(1)
raises(BufferError, "Object is not writable.", c.from_bytes, plain, C, b"")
m = memoryview(plain)
assert m.readonly and m.nbytes == 16 and m.format == "B" and bytes(plain) == bytes(m) and c.exports(plain) == 1
m.release()
assert c.exports(plain) == 0
assert [c.strides(order) for order in (C, F)] == [24 * 10000 + 8 * 100 + 2, 2 * 10000 + 4 * 100 + 12]
m = c.of_memory(True)
m[0] = ord("M")
assert bytes(m) == b"Memory" and bytes(c.of_memory(False)) == b"Memory" and c.of_memory(False).readonly and m.obj is None
assert bytes(c.of_buffer(1)) == b"Memory" and c.macros(c.of_buffer(1)) == (None, 6)
raises(ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL", c.of_buffer, None)
exporter = bytearray(b"xyz")
assert c.macros(memoryview(exporter)) == (exporter, 3)
a, b = array.array("h", [1, 2, 3]), bytearray(6)
c.copy(b, a)
assert b == a.tobytes()
c.copy(grid, memoryview(array.array("h", range(6))).cast("B").cast("h", [2, 3]))
assert memoryview(grid).tolist() == [[0, 1, 2], [3, 4, 5]]
raises(BufferError, "destination is too small to receive data from source", c.copy, bytearray(2), a)
raises(TypeError, "both destination and source must be bytes-like objects", c.copy, 1, a)
assert c.size_of("hhi") == 8
raises(struct.error, None, c.size_of, "?!")
raises(SystemError, None, c.bad_request, b"")
raises(TypeError, "a bytes-like object is required, not 'int'", c.contiguous, 1)
assert c.pickle_buffer(b"abc") == b"abc"
print("ok")
