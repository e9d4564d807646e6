# modes: one
"""Exceptions that cross threads, one exception raised in several threads, hooks."""
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
import traceback
from concurrent.futures import ThreadPoolExecutor

N = 300 * SCALE


def deep(n, error):
    if n == 0:
        raise error
    deep(n - 1, error)


# Raised in one thread, caught in another: the traceback shows both.
with ThreadPoolExecutor(4) as pool:
    futures = [pool.submit(deep, i % 5, ValueError(i)) for i in range(N)]
    for i, future in enumerate(futures):
        try:
            future.result()
            assert False
        except ValueError as error:
            assert error.args == (i,)
            names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
            assert names.count("deep") == i % 5 + 1, names

# One exception object raised by many threads at once.
shared = ValueError("shared")


def raise_shared():
    for _ in range(N):
        try:
            try:
                raise KeyError("inner")
            except KeyError:
                raise shared
        except ValueError as error:
            assert error is shared
            assert error.__context__ is None or type(error.__context__) is KeyError
            # The others take it away meanwhile.
            seen = error.__traceback__
            assert seen is None or seen.tb_lineno
            error.add_note("note")
            traceback.format_exception(error)[-1] if _ % 100 == 0 else None
            error.__traceback__ = None


together(raise_shared, raise_shared, raise_shared)
assert set(shared.__notes__) == {"note"}

# Each thread has an exception state of its own.
def own_state(k):
    for i in range(N):
        try:
            raise RuntimeError(k, i)
        except RuntimeError:
            assert sys.exception().args == (k, i)
            try:
                raise OSError(k)
            except OSError:
                assert sys.exception().args == (k,)
            assert sys.exception().args == (k, i)
        assert sys.exception() is None


together(*[lambda k=k: own_state(k) for k in range(4)])

# A traceback is walked while its frames still run elsewhere.
ready = threading.Event()
leave = threading.Event()
caught = []


def runs_on():
    local = "value"
    try:
        raise ValueError("early")
    except ValueError as error:
        caught.append(error)
        ready.set()
        leave.wait()
    return local


thread = threading.Thread(target=runs_on)
thread.start()
ready.wait()
frame = caught[0].__traceback__.tb_frame
assert frame.f_code.co_name == "runs_on" and frame.f_locals["local"] == "value"
assert "early" in traceback.format_exception(caught[0])[-1]
leave.set()
thread.join()

# threading.excepthook gets what a thread does not catch; SystemExit too; the default hook ignores it.
hooked = []
old = threading.excepthook
threading.excepthook = lambda args: hooked.append((args.exc_type.__name__, str(args.exc_value), args.thread.name, args.exc_traceback is not None))


def fails():
    raise ValueError("uncaught")


for target in (fails, sys.exit, lambda: 1 / 0):
    thread = threading.Thread(target=target, name="failing")
    thread.start()
    thread.join()
threading.excepthook = old
assert hooked == [
    ("ValueError", "uncaught", "failing", True),
    ("SystemExit", "", "failing", True),
    ("ZeroDivisionError", "division by zero", "failing", True),
]

# Groups and chains put together by several threads.
errors = []
together(*[lambda k=k: errors.extend(ValueError(k, i) for i in range(50)) for k in range(4)])
group = ExceptionGroup("all", errors)


def split():
    for k in range(4):
        match, rest = group.split(lambda error: error.args[0] == k)
        assert len(match.exceptions) == 50 and len(rest.exceptions) == 150


together(split, split, split)

# Exceptions set from one thread while others read the same future.
from concurrent.futures import Future

for i in range(50):
    future = Future()
    results = []

    def wait():
        try:
            future.result()
        except KeyError as error:
            results.append(error)

    together(wait, wait, lambda: future.set_exception(KeyError(i)))
    assert len(results) == 2 and results[0] is results[1]
