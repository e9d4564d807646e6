# modes: one
"""bytearray, array and memoryview shared by threads."""
import os
import sys
import threading

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
from array import array

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

stop = []
shared = bytearray(b"x" * 100)


def resize():
    for i in range(N):
        shared.extend(b"y" * (i % 50))
        del shared[100:]
        shared[50:60] = b"z" * (i % 30)
        shared[:] = b"x" * 100
    stop.append(1)


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


together(resize, look, look)

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
