"""cffi in ABI mode: libc calls, structs, arrays, callbacks, buffers, handles, owned memory, errors."""

import gc

from _expect import raises

import cffi

ffi = cffi.FFI()
ffi.cdef(
    """
    typedef struct { int x, y; double weight; char name[16]; struct { unsigned low : 4, high : 4; } bits; } item;
    union word { uint32_t whole; uint8_t bytes[4]; };
    enum colour { RED, GREEN = 5, BLUE };
    size_t strlen(const char *);
    int snprintf(char *, size_t, const char *, ...);
    void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
    double strtod(const char *, char **);
    int abs(int);
    char *strerror(int);
    extern char **environ;
    """
)
libc = ffi.dlopen(None)
assert libc.strlen(b"hello") == 5 and libc.abs(-7) == 7
text = ffi.new("char[]", 64)
assert libc.snprintf(text, 64, b"%d-%s-%.2f", ffi.cast("int", 5), ffi.new("char[]", b"abc"), ffi.cast("double", 2.5)) == 10
assert ffi.string(text) == b"5-abc-2.50"
end = ffi.new("char **")
number = ffi.new("char[]", b"1.25rest")
assert libc.strtod(number, end) == 1.25 and end[0] - number == 4 and ffi.string(end[0]) == b"rest"

item = ffi.new("item *", {"x": 1, "y": -2, "weight": 0.5, "name": b"one", "bits": {"low": 3, "high": 15}})
assert (item.x, item.y, item.weight, ffi.string(item.name)) == (1, -2, 0.5, b"one")
assert (item.bits.low, item.bits.high) == (3, 15)
assert ffi.sizeof("item") == 40 and ffi.offsetof("item", "weight") == 8 and ffi.typeof(item).item.fields[0][0] == "x"
word = ffi.new("union word *", {"whole": 0x01020304})
assert list(word.bytes) == [4, 3, 2, 1]
assert ffi.typeof("enum colour").elements == {0: "RED", 5: "GREEN", 6: "BLUE"} and libc.BLUE == 6
assert ffi.string(ffi.cast("enum colour", 5)) == "GREEN"

numbers = ffi.new("int[]", [5, 3, 9, 1])
calls = []


@ffi.callback("int(const void *, const void *)")
def compare(left, right):
    a, b = ffi.cast("int *", left)[0], ffi.cast("int *", right)[0]
    calls.append((a, b))
    return a - b


libc.qsort(numbers, len(numbers), ffi.sizeof("int"), compare)
assert list(numbers) == [1, 3, 5, 9] and calls and ffi.unpack(numbers, 2) == [1, 3]
assert list(numbers[1:3]) == [3, 5] and (numbers + 2)[0] == 5 and numbers == numbers + 0
view = ffi.buffer(numbers)
view[0:4] = b"\x07\0\0\0"
assert numbers[0] == 7 and len(view) == 16 and memoryview(view).nbytes == 16
source = bytearray(b"abcd")
pointer = ffi.from_buffer("char[4]", source)
pointer[0] = b"X"
assert source == b"Xbcd" and bytes(ffi.buffer(pointer)) == b"Xbcd"
ffi.memmove(pointer, b"12", 2)
assert source == b"12cd"

value = {"a": "handle"}
handle = ffi.new_handle(value)
assert ffi.from_handle(ffi.cast("void *", handle)) is value
gone = []
owned = ffi.gc(ffi.new("int *"), lambda pointer: gone.append(1))
del owned
gc.collect()
assert gone == [1]
assert ffi.cast("uint8_t", 300) == ffi.cast("uint8_t", 44) and int(ffi.cast("signed char", 255)) == -1
assert ffi.getctype("int(*)[3]", "x") == "int(* x)[3]" and ffi.NULL == ffi.cast("void *", 0)
assert repr(ffi.new("int *")).startswith("<cdata 'int *' owning 4 bytes")

raises(TypeError, "an integer is required", libc.abs, "x")
raises(OverflowError, "integer 4294967296 does not fit 'int'", libc.abs, 2**32)
raises(IndexError, "index too large for cdata 'int[]' (expected 4 < 4)", lambda: numbers[4])
raises(AttributeError, "nope", lambda: item.nope)
raises(AttributeError, "no_such_function", lambda: libc.no_such_function)
raises(cffi.CDefError, "cannot parse", ffi.cdef, "int broken(;")
raises(OSError, "no_such_library.so", ffi.dlopen, "no_such_library.so")
raises(RuntimeError, "cannot dereference null pointer", lambda: ffi.cast("int *", 0)[0])
raises(TypeError, "cannot instantiate ctype 'struct unknown' of unknown size", ffi.new, "struct unknown *")
print("ok")
