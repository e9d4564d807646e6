# modes: one
"""Cycles that are private to one thread, found by collections that others ask for."""
import gc
import os
import queue
import sys
import threading
import time
import weakref

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))
# At least so many cycles, and more while collections of all objects become due.
LEAST, MOST = 400, 40000
ROUNDS = 2 * SCALE

PROGRAM = '''
class Node:
    def __init__(self, number, partner):
        self.me = self
        self.number = number
        self.partner = partner
        self.items = [number, self, {"node": self}]


class Ending(Node):
    def __del__(self):
        # Nothing that it holds is half gone.
        whole = self.items[1] is self and self.items[2]["node"] is self and self.me is self
        whole = whole and self.partner.number == self.number and self.partner.me is self.partner
        ended.append((self.number, whole))


class Returning(Node):
    def __del__(self):
        back.append(self)
'''


class Common:
    def __init__(self, number):
        self.me = self
        self.number = number


def worker(found, done):
    """Makes cycles of classes that only this thread has; they hold cycles that others have seen."""
    space = {"ended": [], "back": []}
    exec(PROGRAM, space)
    passed = queue.SimpleQueue()
    called, plain = [], []
    number = 0
    while number < LEAST or number < MOST and not grown.is_set():
        passed.put(Common(number))
        partner = passed.get()
        node = space["Ending"](number, partner)
        called.append(weakref.ref(node, lambda _, number=number: found["called"].append(number)))
        node = space["Node"](number, partner)
        plain.append(weakref.ref(node))
        if number % 50 == 0:
            space["Returning"](number, partner)
        number += 1
    del node, partner
    found["made"] = number
    done.wait()
    found["ended"] = space["ended"]
    found["back"] = [(node.number, node.items[1] is node, node.partner.number) for node in space["back"]]
    found["alive"] = sum(reference() is not None for reference in plain)
    # Those that came back are ordinary objects, and are found again.
    returned = [weakref.ref(node) for node in space["back"]]
    space["back"].clear()
    # One that runs in another thread lets this one do nothing.
    for _ in range(1000):
        gc.collect()
        if all(reference() is None for reference in returned):
            break
        time.sleep(0.001)
    found["left"] = sum(reference() is not None for reference in returned)


def ballast():
    """Lets collections of all objects become due: the number of those that stay grows."""
    for _ in range(ROUNDS):
        kept = []
        for _ in range(30):
            kept.append([[n] for n in range(5000)])
    grown.set()


grown, collected = threading.Event(), threading.Event()
results = [{"called": [], "made": -1} for _ in range(3)]
makers = [threading.Thread(target=worker, args=(found, collected)) for found in results]
other = threading.Thread(target=ballast)
for thread in [*makers, other]:
    thread.start()
for _ in range(3):
    gc.collect()
other.join()


def is_over():
    gc.collect()
    return all(len(found["called"]) == found["made"] for found in results)


# A collection that was asked for by name is over for all threads when it returns; automatic ones may still run.
for _ in range(1000):
    if is_over():
        break
    time.sleep(0.01)
gc.collect()
collected.set()
for thread in makers:
    thread.join()
for found in results:
    made = list(range(found["made"]))
    assert len(made) >= LEAST, len(made)
    assert sorted(found["called"]) == made, len(found["called"])
    assert sorted(number for number, _ in found["ended"]) == made, len(found["ended"])
    assert all(whole for _, whole in found["ended"]), [number for number, whole in found["ended"] if not whole]
    assert found["alive"] == 0, found["alive"]
    assert sorted(found["back"]) == [(number, True, number) for number in made[::50]], found["back"]
    assert found["left"] == 0, found["left"]


# A thread that ends leaves what was found of it to others.
def short(ended):
    class Last:
        def __init__(self):
            self.me = self

        def __del__(self):
            ended.append(1)

    for _ in range(100):
        Last()


ended = []
grown.clear()
other = threading.Thread(target=ballast)
other.start()
threads = 0
while threads < 20 or threads < 1000 and not grown.is_set():
    thread = threading.Thread(target=short, args=(ended,))
    thread.start()
    thread.join()
    threads += 1
other.join()
for _ in range(1000):
    gc.collect()
    if len(ended) == 100 * threads:
        break
    time.sleep(0.01)
assert len(ended) == 100 * threads, (len(ended), threads)
