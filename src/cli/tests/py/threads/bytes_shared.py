# modes: one
"""bytearray, array and memoryview shared by threads."""
import binascii
import hashlib
import io
import os
import re
import struct
import sys
import threading
from array import array

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))


def together(*functions):
    """Runs all functions at once, each in a thread, and raises what one of them raised."""
    failures = []
    start = threading.Barrier(len(functions))

    def run(function):
        start.wait()
        try:
            function()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


N = 1500 * SCALE
shared = bytearray()
together(*[lambda k=k: [shared.append(k) for _ in range(N)] for k in range(5)])
assert len(shared) == 5 * N and all(shared.count(k) == N for k in range(5))

taken = []


def pop():
    while True:
        try:
            taken.append(shared.pop())
        except IndexError:
            return


together(pop, pop, pop)
assert len(taken) == 5 * N and not shared

# What only reads keeps nobody from resizing: each operation is one step.
stop = []


def stopping(function):
    """A function that also ends those who look, whatever happens to it."""

    def run():
        try:
            function()
        finally:
            stop.append(1)

    return run


def resize():
    global shared
    for i in range(N):
        shared.extend(b"y" * (i % 50))
        del shared[100:]
        shared[50:60] = b"z" * (i % 30)
        shared[:] = b"x" * 100
        if i % 100 == 0:
            shared.insert(-3, 120)
            shared *= 2
            shared[::2] = b""


def look():
    while not stop:
        assert bytes(shared).strip(b"xyz") == b""
        shared.find(b"z")
        shared.upper()
        shared + b"q"
        shared[10:20]
        try:
            shared[0]
        except IndexError:
            pass
        for byte in shared:
            assert byte in b"xyz"


shared = bytearray(b"x" * 100)
together(stopping(resize), look, look)

READS = [
    lambda: b"q" + shared,
    lambda: bytearray(b"q").__iadd__(shared),
    lambda: bytearray(shared),
    lambda: bytearray().extend(shared),
    lambda: bytearray().__setitem__(slice(0, 0), shared),
    lambda: b"".join([shared, shared]),
    lambda: shared.join([b"a", shared]),
    lambda: shared.replace(b"x", b"y"),
    lambda: b"xx".replace(b"x", shared),
    lambda: b"x" in shared,
    lambda: shared in b"xx",
    lambda: shared == b"xy",
    lambda: b"xy" < shared,
    lambda: shared == shared,
    lambda: memoryview(b"xy") == shared,
    lambda: shared.hex(),
    lambda: shared.split(b"z"),
    lambda: shared.splitlines(),
    lambda: shared.partition(b"z"),
    lambda: shared.strip(b"x"),
    lambda: shared.startswith(b"x"),
    lambda: b"xx".startswith(shared),
    lambda: b"xx".find(shared),
    lambda: shared * 2,
    lambda: str(shared, "latin1"),
    lambda: int.from_bytes(shared),
    lambda: shared.decode(),
    lambda: b"%b" % shared,
    lambda: shared.translate(None, b"z"),
    lambda: shared.translate(bytes(256)),
    lambda: shared.isalpha(),
    lambda: shared.removeprefix(b"x"),
    lambda: list(shared),
    lambda: repr(shared),
    lambda: shared.copy(),
    lambda: re.match(b"x+", shared),
    lambda: struct.unpack_from("B", shared),
    lambda: binascii.crc32(shared),
    lambda: hashlib.sha256(shared),
    lambda: array("B", shared),
    lambda: io.BytesIO(shared),
    lambda: io.BytesIO().write(shared),
]


def read_all():
    while not stop:
        for read in READS:
            read()


stop.clear()
shared = bytearray(b"x" * 100)
together(stopping(resize), read_all, read_all)


def resize_array():
    for i in range(N):
        shared.extend(array("B", b"y" * (i % 50)))
        del shared[100:]
        shared[50:60] = array("B", b"z" * (i % 30))
        shared[:] = array("B", b"x" * 100)
        shared.frombytes(b"y")


ARRAY_READS = [
    lambda: bytes(shared),
    lambda: b"q" + shared,
    lambda: bytearray(shared),
    lambda: b"".join([shared, shared]),
    lambda: b"xyz".strip(shared),
    lambda: memoryview(b"xy") == shared,
    lambda: int.from_bytes(shared),
    lambda: shared.tobytes(),
    lambda: shared + shared,
    lambda: shared == shared,
    lambda: shared[3:50],
    lambda: str(shared, "latin1"),
    lambda: binascii.hexlify(shared),
    lambda: shared.count(120),
]


def read_array():
    while not stop:
        for read in ARRAY_READS:
            read()


stop.clear()
shared = array("B", b"x" * 100)
together(stopping(resize_array), read_array, read_array)

# Each of many threads inserts; nothing is lost.
shared = bytearray()
together(*[lambda k=k: [shared.insert(-1, k) for _ in range(N)] for k in range(4)])
assert len(shared) == 4 * N and all(shared.count(k) == N for k in range(4))

# While a view is held, nobody can resize.
shared = bytearray(100)
held = threading.Event()
done = threading.Event()
refused = []


def hold():
    with memoryview(shared) as view:
        held.set()
        done.wait()
        assert len(view) == 100


def try_resize():
    held.wait()
    for change in (lambda: shared.append(1), lambda: shared.clear(), lambda: shared.extend(b"1"), lambda: shared.pop()):
        try:
            change()
        except BufferError as error:
            refused.append(str(error))
    done.set()


together(hold, try_resize)
assert refused == ["Existing exports of data: object cannot be re-sized"] * 4
shared.append(1)
assert len(shared) == 101

# Threads write disjoint parts through one view.
shared = bytearray(8000)
view = memoryview(shared)


def part(k):
    for i in range(k * 1000, k * 1000 + 1000):
        view[i] = k


together(*[lambda k=k: part(k) for k in range(8)])
assert all(shared[k * 1000 : k * 1000 + 1000] == bytes([k]) * 1000 for k in range(8))
view.release()

# Each item is popped by one thread alone, and what goes is what was meant.
for make in (array, None):
    shared = array("q", range(3 * N)) if make else bytearray(i % 256 for i in range(3 * N))
    gone = []

    def pops():
        mine = []
        for i in range(N):
            mine.append(shared.pop(-1 if i % 2 else 0))
        gone.extend(mine)

    together(pops, pops, pops)
    assert not shared and sorted(gone) == sorted(range(3 * N) if make else [i % 256 for i in range(3 * N)])
shared = array("q", range(4 * N))
together(*[lambda k=k: [shared.remove(k + 4 * i) for i in range(N)] for k in range(4)])
assert not shared

shared = array("q")
together(*[lambda k=k: [shared.append(k) for _ in range(N)] for k in range(5)])
assert len(shared) == 5 * N and sorted(set(shared)) == [0, 1, 2, 3, 4]


def mixed():
    for i in range(N):
        shared.append(i)
        shared.insert(0, i)
        try:
            shared.pop()
            shared[3] = 5
            shared.index(5)
        except (IndexError, ValueError):
            pass
        if i % 100 == 0:
            shared.tobytes()
            shared.tolist()
            del shared[50:]


together(mixed, mixed, mixed)
assert all(type(item) is int for item in shared)
