# modes: one
"""queue: Queue, LifoQueue, PriorityQueue, SimpleQueue between threads; time-outs, shutdown, join."""
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
import queue
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


N = 500 * SCALE
for make in (queue.Queue, queue.LifoQueue, queue.PriorityQueue, queue.SimpleQueue, lambda: queue.Queue(5)):
    box = make()
    got = [[] for _ in range(3)]

    def put(k):
        for i in range(N):
            box.put((i, k))

    def get(k):
        while (item := box.get()) != (10 ** 9, 0):
            got[k].append(item)

    getters = [threading.Thread(target=get, args=(k,)) for k in range(3)]
    for thread in getters:
        thread.start()
    together(*[lambda k=k: put(k) for k in range(3)])
    # The ends sort behind everything else, but a LIFO hands them out first: wait until it is empty.
    while not box.empty():
        time.sleep(0.001)
    for _ in getters:
        box.put((10 ** 9, 0))
    for thread in getters:
        thread.join()
    assert sorted(sum(got, [])) == sorted((i, k) for i in range(N) for k in range(3))
    if type(box) in (queue.Queue, queue.SimpleQueue):
        # Whoever gets two items of one putter gets them in the order in which they were put.
        for items in got:
            for k in range(3):
                mine = [i for i, putter in items if putter == k]
                assert mine == sorted(mine)

# Order.
box = queue.LifoQueue()
for i in range(3):
    box.put(i)
assert [box.get() for _ in range(3)] == [2, 1, 0]
box = queue.PriorityQueue()
for i in (3, 1, 2):
    box.put(i)
assert [box.get() for _ in range(3)] == [1, 2, 3]

# Limits and time-outs.
box = queue.Queue(1)
box.put(1)
assert box.full() and not box.empty() and box.qsize() == 1
with raises(queue.Full):
    box.put(2, block=False)
with raises(queue.Full):
    box.put_nowait(2)
with raises(queue.Full):
    box.put(2, timeout=0.01)
with raises(ValueError, "'timeout' must be a non-negative number"):
    box.put(2, timeout=-1)
assert box.get() == 1
with raises(queue.Empty):
    box.get(block=False)
with raises(queue.Empty):
    box.get_nowait()
start = time.monotonic()
with raises(queue.Empty):
    box.get(timeout=0.02)
assert time.monotonic() - start > 0.015
with raises(ValueError, "'timeout' must be a non-negative number"):
    box.get(timeout=-1)

# task_done and join.
box = queue.Queue()
for i in range(20):
    box.put(i)
handled = []


def worker():
    while True:
        item = box.get()
        if item is None:
            return
        handled.append(item)
        box.task_done()


workers = [threading.Thread(target=worker) for _ in range(3)]
for thread in workers:
    thread.start()
box.join()
assert sorted(handled) == list(range(20))
for _ in workers:
    box.put(None)
for thread in workers:
    thread.join()
fresh = queue.Queue()
with raises(ValueError, "task_done() called too many times"):
    fresh.task_done()

# shutdown: getters drain what is there, then all are told.
box = queue.Queue()
box.put(1)
box.shutdown()
assert box.is_shutdown and box.get() == 1
with raises(queue.ShutDown):
    box.get()
with raises(queue.ShutDown):
    box.put(2)
box = queue.Queue()
told = []


def waits():
    try:
        box.get()
    except queue.ShutDown:
        told.append(1)


waiting = [threading.Thread(target=waits) for _ in range(3)]
for thread in waiting:
    thread.start()
time.sleep(0.01)
box.shutdown(immediate=True)
for thread in waiting:
    thread.join()
assert told == [1, 1, 1]

# SimpleQueue.
box = queue.SimpleQueue()
assert box.empty() and box.qsize() == 0
box.put(1)
box.put_nowait(2)
assert box.qsize() == 2 and box.get() == 1 and box.get_nowait() == 2
with raises(queue.Empty):
    box.get_nowait()
with raises(queue.Empty):
    box.get(timeout=0.01)
with raises(ValueError, "'timeout' must be a non-negative number"):
    box.get(timeout=-1)
results = []
thread = threading.Thread(target=lambda: results.append(box.get()))
thread.start()
time.sleep(0.005)
box.put("late")
thread.join()
assert results == ["late"]

# A finalizer may put into a SimpleQueue at any moment.
class Dies:
    def __del__(self):
        box.put("died")


def die():
    for _ in range(200):
        Dies()
        box.put("alive")


together(die, die)
items = [box.get() for _ in range(box.qsize())]
assert items.count("died") == 400 and items.count("alive") == 400

# Ping-pong between two threads.
left, right = queue.SimpleQueue(), queue.SimpleQueue()


def ponger():
    while (x := left.get()) is not None:
        right.put(x + 1)


thread = threading.Thread(target=ponger)
thread.start()
x = 0
for _ in range(N):
    left.put(x)
    x = right.get()
left.put(None)
thread.join()
assert x == N
