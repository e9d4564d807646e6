# modes: one
"""ctypes with several threads at once: calls, callbacks, one object for all, classes made at the same time, threads that C starts."""
import ctypes
import os
import sys
import threading
import time
from ctypes import CDLL, CFUNCTYPE, POINTER, PYFUNCTYPE, Structure, byref, c_char, c_int, c_long, c_size_t, c_ulong, c_void_p, cast, get_errno
from ctypes import memmove, pointer, py_object, pythonapi, resize, set_errno, sizeof, string_at

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))
libc = CDLL(None)


def together(*functions):
    """Runs all functions at once, each in a thread, and raises what one of them raised."""
    failures = []
    start = threading.Barrier(len(functions))

    def run(function):
        start.wait()
        try:
            function()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


# --- calls that wait do not keep others from running ---

usleep = libc.usleep
usleep.argtypes = [ctypes.c_uint]


def sleeping():
    for _ in range(10):
        assert usleep(10_000) == 0


begin = time.monotonic()
together(*[sleeping] * 8)
assert time.monotonic() - begin < 0.75, "eight threads that sleep 0.1 s each sleep one after the other"


# --- calls and callbacks, each thread its own ---

compare_type = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
qsort = libc.qsort
qsort.argtypes = [c_void_p, c_size_t, c_size_t, compare_type]
qsort.restype = None


def sorting(seed):
    def run():
        for turn in range(20 * SCALE):
            values = [(seed * 7919 + turn * 104729 + i * i * 31) % 1000 for i in range(50)]
            array = (c_int * 50)(*values)
            calls = 0

            def compare(a, b):
                nonlocal calls
                calls += 1
                return a[0] - b[0]

            qsort(array, 50, sizeof(c_int), compare_type(compare))
            assert list(array) == sorted(values) and calls >= 49

    return run


together(*[sorting(seed) for seed in range(4)])

# One callback for all threads, and what it is given is each thread's own.
lock = threading.Lock()
seen = set()


@CFUNCTYPE(c_long, c_long, py_object)
def shared_callback(number, values):
    values.append(number)
    with lock:
        seen.add(threading.get_ident())
    return number * 2


def calling():
    mine = []
    for number in range(300 * SCALE):
        assert shared_callback(number, mine) == number * 2
    assert mine == list(range(300 * SCALE))


together(*[calling] * 4)
assert len(seen) == 4


# A callback that calls back, through both kinds of functions.
@PYFUNCTYPE(c_long, c_long)
def down(n):
    return 0 if n == 0 else 1 + up(n - 1)


@CFUNCTYPE(c_long, c_long)
def up(n):
    return 0 if n == 0 else 1 + down(n - 1)


def recursing():
    for depth in range(20):
        assert down(depth) == depth == up(depth)


together(*[recursing] * 4)


# --- errno is each thread's own ---

close = CDLL(None, use_errno=True).close


def failing(number):
    def run():
        for _ in range(100 * SCALE):
            set_errno(number)
            assert get_errno() == number
            assert close(-1) == -1
            assert get_errno() == 9

    return run


together(*[failing(number) for number in range(100, 104)])


# --- the C API ---

pythonapi.PyList_Append.argtypes = [py_object, py_object]
pythonapi.PyList_Append.restype = c_int
everything = []


def appending(first):
    def run():
        for i in range(200 * SCALE):
            assert pythonapi.PyList_Append(everything, (first, i)) == 0

    return run


together(*[appending(first) for first in range(4)])
assert sorted(everything) == [(first, i) for first in range(4) for i in range(200 * SCALE)]


# --- one object for all threads ---

class Point(Structure):
    _fields_ = [("x", c_long), ("y", c_long), ("text", c_char * 8)]


point = Point()
def writing_numbers(number):
    def run():
        for i in range(1000 * SCALE):
            point.x = number * 0x0101010101010101
            point.text = bytes([65 + number]) * 7

    return run


def reading_numbers():
    for i in range(1000 * SCALE):
        x = point.x
        assert x % 0x0101010101010101 == 0, hex(x)
        assert len(set(point.text)) <= 1, point.text


together(writing_numbers(0), writing_numbers(1), writing_numbers(2), reading_numbers)

array = (c_int * 64)()


def filling(number):
    def run():
        for i in range(1000 * SCALE):
            array[i % 64] = number
            assert 0 <= array[(i * 7) % 64] < 4
            assert len(array[:]) == 64

    return run


together(*[filling(number) for number in range(4)])

# Slices of numbers are one step, each way; so are strings.
whole = (c_long * 64)()
text = ctypes.create_unicode_buffer(32)


def filling_whole(number):
    def run():
        for i in range(200 * SCALE):
            whole[:] = [number] * 64
            text.value = chr(65 + number) * 31

    return run


def looking_at_whole():
    for i in range(400 * SCALE):
        assert len(set(whole[:])) == 1 and len(set(whole[10:50:3])) == 1
        assert len(set(text.value)) <= 1


together(filling_whole(1), filling_whole(2), looking_at_whole, looking_at_whole)

# Memory that moves while others look at it.
grown = ctypes.create_string_buffer(b"x" * 31, 32)


def growing():
    for size in range(32, 32 + 2000 * SCALE, 4):
        resize(grown, size)


def looking():
    for _ in range(1000 * SCALE):
        assert grown.value == b"x" * 31 and grown[5] == b"x" and grown[:31] == b"x" * 31


together(growing, looking, looking)


# --- classes made at the same time ---

def making(results):
    def run():
        for length in range(100 * SCALE):
            results.append((c_long * length, POINTER(c_long), POINTER(Point)))

    return run


made = [[] for _ in range(4)]
together(*[making(results) for results in made])
assert all(results == made[0] for results in made)


def declaring():
    for i in range(40 * SCALE):
        class Node(Structure):
            pass

        Node._fields_ = [("value", c_int), ("next", POINTER(Node))]
        last = Node(2)
        first = Node(1, pointer(last))
        assert first.next.contents.value == 2 and sizeof(Node) == 16


together(*[declaring] * 4)

# `_fields_` are given once, whoever is first.
for _ in range(50 * SCALE):
    class Late(Structure):
        pass

    winners = []

    def give(field):
        def run():
            try:
                Late._fields_ = [(field, c_int)]
                winners.append(field)
            except AttributeError:
                pass

        return run

    together(give("a"), give("b"), give("c"))
    assert winners and sizeof(Late) == 4


# --- threads that C starts, which Python has never seen ---

start_type = CFUNCTYPE(c_void_p, c_void_p)
pthread_create = libc.pthread_create
pthread_create.argtypes = [POINTER(c_ulong), c_void_p, start_type, c_void_p]
pthread_join = libc.pthread_join
pthread_join.argtypes = [c_ulong, POINTER(c_void_p)]
came = []
local = threading.local()


@start_type
def started(argument):
    # Nothing of a thread that was here before is left.
    assert not hasattr(local, "number")
    local.number = argument
    thread = threading.current_thread()
    box = [i * i for i in range(20)]
    came.append((argument, threading.get_ident(), thread.name.startswith("Dummy"), sum(box)))
    return (argument or 0) + 1


def run_in_c(number):
    handle, result = c_ulong(), c_void_p()
    assert pthread_create(byref(handle), None, started, number) == 0
    assert pthread_join(handle, byref(result)) == 0
    return result.value


def starting(first):
    def run():
        for i in range(10 * SCALE):
            assert run_in_c(first + i) == first + i + 1

    return run


assert run_in_c(5) == 6
together(*[starting(1000 * k) for k in range(1, 5)])
assert len(came) == 1 + 40 * SCALE
assert all(dummy and total == 2470 for _, _, dummy, total in came)

# Several at once, while Python threads work.
handles = [c_ulong() for _ in range(6)]
for number, handle in enumerate(handles):
    assert pthread_create(byref(handle), None, started, number + 1) == 0
sorting(9)()
for number, handle in enumerate(handles):
    result = c_void_p()
    assert pthread_join(handle, byref(result)) == 0 and result.value == number + 2


# An exception in such a thread is told of, and the thread goes on.
told = []
sys.unraisablehook = lambda unraisable: told.append((type(unraisable.exc_value), str(unraisable.exc_value)))


@start_type
def fails(argument):
    raise KeyError("nobody sees this")


handle, result = c_ulong(), c_void_p()
assert pthread_create(byref(handle), None, fails, None) == 0
assert pthread_join(handle, byref(result)) == 0
assert told == [(KeyError, "'nobody sees this'")]

# --- memory ---

source = ctypes.create_string_buffer(bytes(range(256)) * 16)


def moving():
    # Each its own: bytes that several threads write in C are a race of the program.
    target = ctypes.create_string_buffer(4097)
    for _ in range(200 * SCALE):
        memmove(target, source, 4096)
        assert string_at(target, 256) == bytes(range(256))
        assert cast(source, POINTER(c_char))[65] == b"A"


together(*[moving] * 4)
