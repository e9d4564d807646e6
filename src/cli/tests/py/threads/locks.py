# modes: one
"""Lock, RLock, Condition, Semaphore, Event, Barrier, Timer: behaviour, time-outs, errors."""
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
import _thread
import time


class raises:
    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True


# Lock
lock = threading.Lock()
assert lock.acquire() is True and lock.locked()
assert lock.acquire(False) is False
assert lock.acquire(blocking=False) is False
start = time.monotonic()
assert lock.acquire(timeout=0.02) is False
assert 0.015 < time.monotonic() - start < 30
assert lock.acquire(True, 0) is False
assert lock.release() is None and not lock.locked()
with raises(RuntimeError, "release unlocked lock"):
    lock.release()
with raises(ValueError, "can't specify a timeout for a non-blocking call"):
    lock.acquire(False, 1)
with raises(ValueError, "timeout value must be a non-negative number"):
    lock.acquire(timeout=-2)
with raises(OverflowError):
    lock.acquire(timeout=1e100)
with raises(TypeError):
    lock.acquire("a", "b")
with lock as entered:
    assert entered is True and lock.locked()
assert repr(lock).startswith("<unlocked _thread.lock object at ")
assert type(lock) is threading.Lock is _thread.lock is _thread.LockType
with raises(TypeError):
    class SubLock(threading.Lock): ...
assert _thread.allocate_lock().acquire() and threading.TIMEOUT_MAX > 1e6

# Another thread may release it.
lock.acquire()
together(lock.release)
assert not lock.locked()

# Mutual exclusion.
total = 0


def add():
    global total
    for _ in range(2000 * SCALE):
        with lock:
            total += 1


together(add, add, add, add)
assert total == 8000 * SCALE

# A waiter gets the lock when it is released, and a time-out in time.
lock.acquire()
waited = []


def wait_for_it():
    waited.append(lock.acquire(timeout=60))
    lock.release()


thread = threading.Thread(target=wait_for_it)
thread.start()
time.sleep(0.01)
assert not waited
lock.release()
thread.join()
assert waited == [True]

# RLock
rlock = threading.RLock()
assert rlock.acquire() and rlock.acquire() and rlock.acquire(blocking=False)
assert rlock._is_owned() and rlock.locked() and "count=3" in repr(rlock)
results = []
together(lambda: results.append((rlock.acquire(blocking=False), rlock._is_owned())))
assert results == [(False, False)]


def foreign_release():
    with raises(RuntimeError, "cannot release un-acquired lock"):
        rlock.release()


together(foreign_release)
for _ in range(3):
    rlock.release()
with raises(RuntimeError, "cannot release un-acquired lock"):
    rlock.release()
assert not rlock.locked()
state = []
with rlock:
    with rlock:
        state.append(rlock._release_save())
        assert not rlock._is_owned()
        rlock._acquire_restore(state[0])
        assert rlock._is_owned()
total = 0


def nested(depth=3):
    global total
    with rlock:
        if depth:
            nested(depth - 1)
        else:
            total += 1


together(*[lambda: [nested() for _ in range(300)] for _ in range(4)])
assert total == 1200

# Condition
condition = threading.Condition()
with raises(RuntimeError, "cannot wait on un-acquired lock"):
    condition.wait()
with raises(RuntimeError, "cannot notify on un-acquired lock"):
    condition.notify()
with condition:
    assert condition.wait(timeout=0.01) is False
    assert condition.wait_for(lambda: 5) == 5
    assert condition.wait_for(lambda: 0, timeout=0.01) == 0
items = []
got = []


def consumer():
    for _ in range(100):
        with condition:
            condition.wait_for(lambda: items)
            got.append(items.pop())


def producer():
    for i in range(200):
        with condition:
            items.append(i)
            condition.notify()


together(consumer, consumer, producer)
assert sorted(got) == list(range(200)) and not items
woken = []


def sleeper(k):
    with condition:
        assert condition.wait(60)
        woken.append(k)


sleepers = [threading.Thread(target=sleeper, args=(k,)) for k in range(5)]
for thread in sleepers:
    thread.start()
while len(condition._waiters) < 5:
    time.sleep(0.001)
with condition:
    condition.notify(2)
deadline = time.monotonic() + 60
while len(woken) < 2 and time.monotonic() < deadline:
    time.sleep(0.001)
time.sleep(0.01)
assert len(woken) == 2
with condition:
    condition.notify_all()
for thread in sleepers:
    thread.join()
assert sorted(woken) == [0, 1, 2, 3, 4]

# Semaphore and BoundedSemaphore
semaphore = threading.Semaphore(2)
assert semaphore.acquire() and semaphore.acquire() and not semaphore.acquire(blocking=False)
assert not semaphore.acquire(timeout=0.01)
semaphore.release(2)
with semaphore:
    pass
with raises(ValueError, "semaphore initial value must be >= 0"):
    threading.Semaphore(-1)
with raises(ValueError, "n must be one or more"):
    semaphore.release(0)
with raises(ValueError, "can't specify timeout for non-blocking acquire"):
    semaphore.acquire(False, 1)
bounded = threading.BoundedSemaphore(1)
with raises(ValueError, "Semaphore released too many times"):
    bounded.release()
inside = []
most = []


def limited():
    for _ in range(50):
        with semaphore:
            inside.append(1)
            most.append(len(inside))
            inside.pop()


together(*[limited for _ in range(5)])
assert max(most) <= 2

# Event
event = threading.Event()
assert not event.is_set() and event.wait(0.01) is False
event.set()
assert event.is_set() and event.wait() is True and event.wait(0) is True
event.clear()
assert not event.is_set()
seen = []
waiters = [threading.Thread(target=lambda: seen.append(event.wait(60))) for _ in range(4)]
for thread in waiters:
    thread.start()
event.set()
for thread in waiters:
    thread.join()
assert seen == [True] * 4

# Barrier
barrier = threading.Barrier(3, action=lambda: actions.append(1))
actions = []
indices = []
together(*[lambda: [indices.append(barrier.wait()) for _ in range(10)] for _ in range(3)])
assert sorted(indices) == [0] * 10 + [1] * 10 + [2] * 10 and len(actions) == 10
assert barrier.parties == 3 and barrier.n_waiting == 0 and not barrier.broken
broken = []


def breaks():
    try:
        barrier.wait(timeout=0.02)
    except threading.BrokenBarrierError:
        broken.append(1)


together(breaks, breaks)
assert broken == [1, 1] and barrier.broken
barrier.reset()
assert not barrier.broken
barrier.abort()
with raises(threading.BrokenBarrierError):
    barrier.wait()
with raises(ValueError, "parties must be >= 1"):
    threading.Barrier(0)

# Timer
fired = []
timer = threading.Timer(0.005, lambda *a, **k: fired.append((a, k)), (1,), {"k": 2})
timer.start()
timer.join()
assert fired == [((1,), {"k": 2})]
timer = threading.Timer(60, fired.append)
timer.start()
timer.cancel()
timer.join()
assert len(fired) == 1
