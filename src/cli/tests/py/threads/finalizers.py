# modes: one
"""Objects that are born in one thread and die in another; __del__ runs once, in whichever thread."""
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
import gc
import queue

N = 2000 * SCALE
deaths = []


class Dies:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        deaths.append(self.n)


# Handed over by a queue, dropped by the receiver.
box = queue.SimpleQueue()


def give(k):
    for i in range(N):
        box.put(Dies((k, i)))
    box.put(None)


def take():
    while box.get() is not None:
        pass


together(lambda: give(0), lambda: give(1), take, take)
gc.collect()
assert len(deaths) == 2 * N and len(set(deaths)) == 2 * N, len(deaths)
deaths.clear()

# The last reference is dropped by two threads at once.
for _ in range(200):
    pair = [Dies(1)]
    pair.append(pair[0])
    together(lambda: pair.pop(), lambda: pair.pop())
assert deaths == [1] * 200
deaths.clear()

# A slot of a shared list is overwritten by all threads.
slots = [None] * 10


def overwrite(k):
    for i in range(N):
        slots[i % 10] = Dies((k, i))


together(*[lambda k=k: overwrite(k) for k in range(4)])
slots.clear()
gc.collect()
assert len(deaths) == 4 * N and len(set(deaths)) == 4 * N
deaths.clear()

# Finalizers that allocate, take locks, start other deaths and resurrect.
lock = threading.Lock()
saved = []


class Heavy:
    def __init__(self, child=None):
        self.child = child

    def __del__(self):
        with lock:
            saved.append([str(i) for i in range(3)])
        self.child = None


def heavy():
    for _ in range(N // 4):
        Heavy(Heavy(Heavy()))


together(heavy, heavy, heavy)
gc.collect()
assert len(saved) == N // 4 * 9


class Phoenix:
    alive = []

    def __del__(self):
        Phoenix.alive.append(self)


def burn():
    for _ in range(300):
        Phoenix()


together(burn, burn, burn)
assert len(Phoenix.alive) == 900
Phoenix.alive.clear()

# Cycles made by all threads, found by whoever collects.
deaths.clear()


def cycles(k):
    for i in range(300):
        a, b = Dies((k, i, "a")), Dies((k, i, "b"))
        a.other, b.other = b, a
        if i % 100 == 0:
            gc.collect()


together(*[lambda k=k: cycles(k) for k in range(4)])
gc.collect()
assert len(deaths) == 2400 and len(set(deaths)) == 2400, len(deaths)

# What a thread holds when it ends dies with it.
deaths.clear()


def holds():
    local = [Dies(i) for i in range(10)]
    threading.current_thread().kept = None
    store = threading.local()
    store.thing = Dies("thread local")
    assert local


for _ in range(20):
    thread = threading.Thread(target=holds)
    thread.start()
    thread.join()
del thread
gc.collect()
assert len(deaths) == 220, len(deaths)
