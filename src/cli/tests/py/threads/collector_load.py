# modes: one
"""The collector runs while other threads build, change and drop cyclic data."""
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

N = 400 * SCALE
alive = 0
lock = threading.Lock()


class Node:
    def __init__(self):
        global alive
        with lock:
            alive += 1
        self.links = []
        self.table = {}

    def __del__(self):
        global alive
        with lock:
            alive -= 1


shared = [Node()]
stop = []


def build():
    for i in range(N):
        ring = [Node() for _ in range(4)]
        for a, b in zip(ring, ring[1:] + ring[:1]):
            a.links.append(b)
            b.table[i] = a
        shared[0].links.append(ring[0])
        if i % 20 == 0:
            shared[0].links.clear()
    stop.append(1)


def collect():
    while len(stop) < 3:
        gc.collect()
        gc.collect(0)


def inspect():
    while len(stop) < 3:
        for thing in gc.get_objects()[:200]:
            type(thing)
        gc.get_referents(shared[0].links)
        gc.get_count()
        len(gc.get_referrers(shared[0]))


together(build, build, build, collect, inspect)
shared.clear()
gc.collect()
gc.collect()
assert alive == 0, alive

# Live data survives any number of collections, whoever holds it.
def keeps(k):
    mine = {i: [i, {"self": None}] for i in range(200)}
    for value in mine.values():
        value[1]["self"] = value
    for _ in range(5):
        gc.collect()
        assert all(value[0] == i and value[1]["self"] is value for i, value in mine.items())


together(*[lambda k=k: keeps(k) for k in range(4)])

# Data that lives only in registers, generators, closures and thread locals of other threads.
def hidden():
    a = [1]
    a.append(a)
    store = threading.local()
    store.value = [2]

    def closure():
        return a

    def generator():
        b = [3]
        b.append(b)
        while True:
            yield b

    running = generator()
    for _ in range(100):
        assert closure()[0] == 1 and next(running)[0] == 3 and store.value == [2]
        c = [[4]]
        c[0].append(c)
        assert c[0][0] == 4


together(hidden, hidden, hidden, lambda: [gc.collect() for _ in range(30)])

# Thresholds, freezing and switching the collector off from other threads.
before = gc.get_threshold()


def settings():
    for i in range(50):
        gc.set_threshold(100 + i, 5, 5)
        gc.disable()
        [[] for _ in range(200)]
        gc.enable()
        gc.freeze()
        gc.unfreeze()


together(settings, settings, lambda: [gc.collect() for _ in range(20)])
gc.set_threshold(*before)
assert gc.isenabled()

# Callbacks of the collector.
phases = []
gc.callbacks.append(lambda phase, info: phases.append((phase, info["generation"])))
together(*[lambda: [gc.collect() for _ in range(5)] for _ in range(3)])
gc.callbacks.clear()
assert {phase for phase, _ in phases} == {"start", "stop"}
