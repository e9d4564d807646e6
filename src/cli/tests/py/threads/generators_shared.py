# modes: one
"""One generator, coroutine or iterator entered by many threads."""
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
import itertools

N = 3000 * SCALE


def count():
    n = 0
    while True:
        yield n
        n += 1


# A generator entered twice raises ValueError; what it yields is given out once.
shared = count()
got = [[] for _ in range(4)]
busy = [0] * 4


def take(k):
    while len(got[k]) < N // 4 and busy[k] < 1_000_000:
        try:
            got[k].append(next(shared))
        except ValueError as error:
            assert str(error) == "generator already executing"
            busy[k] += 1


together(*[lambda k=k: take(k) for k in range(4)])
everything = sorted(sum(got, []))
assert everything == list(range(len(everything)))


# It really is running in another thread.
inside = threading.Event()
leave = threading.Event()


def blocks():
    inside.set()
    leave.wait()
    yield "value"


shared = blocks()
result = []
thread = threading.Thread(target=lambda: result.append(next(shared)))
thread.start()
inside.wait()
for enter in (lambda: next(shared), lambda: shared.send(None), lambda: shared.close(), lambda: shared.throw(KeyError)):
    try:
        enter()
        assert False
    except ValueError as error:
        assert str(error) == "generator already executing"
assert shared.gi_running
leave.set()
thread.join()
assert result == ["value"]
assert not shared.gi_running

# The same for coroutines.
inside.clear()
leave.clear()


async def coroutine():
    inside.set()
    leave.wait()
    return "done"


shared = coroutine()


def drive():
    try:
        shared.send(None)
    except StopIteration as stop:
        result.append(stop.value)


thread = threading.Thread(target=drive)
thread.start()
inside.wait()
try:
    shared.send(None)
    assert False
except ValueError as error:
    assert str(error) == "coroutine already executing"
leave.set()
thread.join()
assert result[-1] == "done"

# A generator that ends while others try: each gets StopIteration or ValueError.
for _ in range(50):
    shared = (i for i in range(20))
    got = []
    errors = []

    def drain():
        while True:
            try:
                got.append(next(shared))
            except StopIteration:
                return
            except ValueError:
                errors.append(1)

    together(drain, drain, drain)
    assert sorted(got) == list(range(20))

# yield from a shared inner generator.
inner = count()


def outer():
    yield from inner


got = []


def through():
    mine = outer()
    for _ in range(200):
        try:
            got.append(next(mine))
        except ValueError:
            mine = outer()
        except StopIteration:
            mine = outer()
    # It closes what it waits for as it ends, which another thread may run; nobody would hear of that error but standard error.
    while mine.gi_frame is not None:
        try:
            mine.close()
        except ValueError as error:
            assert str(error) == "generator already executing"


together(through, through, through)
assert len(got) == len(set(got))

# Generators made in one thread, advanced in another, closed in a third.
log = []


def stages():
    try:
        yield 1
        yield 2
    finally:
        log.append(threading.current_thread().name)


box = []
for step in (lambda: (box.append(stages()), next(box[0])), lambda: next(box[0]), lambda: box[0].close()):
    thread = threading.Thread(target=step, name="closer")
    thread.start()
    thread.join()
assert log == ["closer"]

# Closing from many threads at once: the finally block runs once.
for _ in range(30):
    runs = []

    def cleanup():
        try:
            while True:
                yield
        finally:
            runs.append(1)

    shared = cleanup()
    next(shared)

    def close():
        try:
            shared.close()
        except ValueError:
            pass

    together(close, close, close)
    shared.close()
    assert runs == [1]


# What a generator shows of itself while another thread runs it, and as it ends.
def inner():
    for _ in range(3):
        try:
            raise ValueError
        except ValueError:
            yield


def outer():
    yield from inner()
    yield from inner()


shown = [outer()]


def runs():
    for _ in range(N // 5):
        made = shown[0] = outer()
        for _ in made:
            pass
    shown.clear()


def looks():
    while shown:
        try:
            generator = shown[0]
        except IndexError:
            break
        frame = generator.gi_frame
        assert frame is None or frame.f_code is outer.__code__
        source = generator.gi_yieldfrom
        assert source is None or source.gi_code is inner.__code__


together(runs, looks, looks)
