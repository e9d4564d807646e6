# modes: one
"""concurrent.futures.ThreadPoolExecutor: submit, map, wait, cancel, callbacks, shutdown, errors."""
import threading
import time
from concurrent.futures import (
    ALL_COMPLETED,
    FIRST_COMPLETED,
    FIRST_EXCEPTION,
    BrokenExecutor,
    CancelledError,
    Future,
    InvalidStateError,
    ThreadPoolExecutor,
    TimeoutError,
    as_completed,
    wait,
)


class raises:
    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is not None and issubclass(kind, self.kind), f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True


def square(x):
    return x * x


with ThreadPoolExecutor(4, thread_name_prefix="pool") as pool:
    futures = [pool.submit(square, i) for i in range(300)]
    assert [future.result() for future in futures] == [i * i for i in range(300)]
    assert list(pool.map(square, range(100))) == [i * i for i in range(100)]
    assert list(pool.map(lambda a, b: a + b, [1, 2], [10, 20])) == [11, 22]
    assert list(pool.map(square, range(50), buffersize=3)) == [i * i for i in range(50)]
    assert pool.submit(pow, 2, exp=5).result() == 32
    names = set(pool.map(lambda _: (time.sleep(0.001), threading.current_thread().name)[1], range(20)))
    assert all(name.startswith("pool_") for name in names)
    failing = pool.submit(lambda: 1 / 0)
    with raises(ZeroDivisionError, "division by zero"):
        failing.result()
    assert type(failing.exception()) is ZeroDivisionError and failing.done()
    results = pool.map(lambda x: 10 // x, [5, 0, 2])
    assert next(results) == 2
    with raises(ZeroDivisionError):
        next(results)
    done = []
    for future in as_completed([pool.submit(square, i) for i in range(50)]):
        done.append(future.result())
    assert sorted(done) == [i * i for i in range(50)]

    gate = threading.Event()
    slow = pool.submit(gate.wait)
    quick = pool.submit(square, 3)
    assert quick.result() == 9
    with raises(TimeoutError):
        slow.result(timeout=0.01)
    with raises(TimeoutError):
        list(as_completed([slow], timeout=0.01))
    finished, pending = wait([slow, quick], timeout=0.01)
    assert finished == {quick} and pending == {slow}
    finished, pending = wait([slow, quick], return_when=FIRST_COMPLETED)
    assert quick in finished
    finished, pending = wait([slow, failing], return_when=FIRST_EXCEPTION)
    assert failing in finished and slow in pending
    while not slow.running():
        time.sleep(0.001)
    assert not slow.cancel()
    gate.set()
    finished, pending = wait([slow, quick], return_when=ALL_COMPLETED)
    assert not pending and slow.result() is True

# Callbacks run once each, also when added late; their exceptions do not escape.
called = []
with ThreadPoolExecutor(2) as pool:
    future = pool.submit(square, 4)
    future.add_done_callback(lambda f: called.append(f.result()))
    future.result()
    future.add_done_callback(lambda f: called.append("late"))
# The result is there before the first callback runs, so the late one may overtake it.
assert sorted(called, key=str) == [16, "late"]

# Cancelling what has not started.
with ThreadPoolExecutor(1) as pool:
    gate = threading.Event()
    first = pool.submit(gate.wait)
    waiting = [pool.submit(square, i) for i in range(10)]
    assert all(future.cancel() for future in waiting)
    gate.set()
    for future in waiting:
        assert future.cancelled()
        with raises(CancelledError):
            future.result()
pool = ThreadPoolExecutor(1)
gate = threading.Event()
first = pool.submit(gate.wait)
waiting = [pool.submit(square, i) for i in range(5)]
while not first.running():
    time.sleep(0.001)
pool.shutdown(wait=False, cancel_futures=True)
gate.set()
assert first.result() is True and all(future.cancelled() for future in waiting)
with raises(RuntimeError, "cannot schedule new futures after shutdown"):
    pool.submit(square, 1)

# Initializers.
ready = threading.local()


def initialize(value):
    ready.value = value


with ThreadPoolExecutor(3, initializer=initialize, initargs=("set",)) as pool:
    assert set(pool.map(lambda _: ready.value, range(30))) == {"set"}
import logging

logging.disable(logging.CRITICAL)
with ThreadPoolExecutor(1, initializer=lambda: 1 / 0) as pool:
    future = pool.submit(square, 1)
    with raises(BrokenExecutor):
        future.result()
logging.disable(logging.NOTSET)
with raises(ValueError, "max_workers must be greater than 0"):
    ThreadPoolExecutor(0)

# Futures by hand.
future = Future()
assert not future.done() and not future.running() and future.set_running_or_notify_cancel()
future.set_result(5)
assert future.result() == 5 and future.exception() is None
with raises(InvalidStateError):
    future.set_result(6)
assert "finished returned int" in repr(future)
for i in range(30):
    future = Future()
    results = []
    waiters = [threading.Thread(target=lambda: results.append(future.result(60))) for _ in range(3)]
    for thread in waiters:
        thread.start()
    future.set_result(i)
    for thread in waiters:
        thread.join()
    assert results == [i] * 3

# Work that submits work, from many threads.
with ThreadPoolExecutor(4) as pool:
    def fan(n):
        return [pool.submit(square, i) for i in range(n)]

    inner = [future for group in pool.map(fan, [10] * 20) for future in group]
    assert sum(future.result() for future in inner) == 20 * 285
with ThreadPoolExecutor(8) as outer:
    totals = list(outer.map(lambda k: sum(ThreadPoolExecutor(2).map(square, range(20))), range(8)))
assert totals == [2470] * 8
