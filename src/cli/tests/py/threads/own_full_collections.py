# modes: one
"""A thread collects its own old garbage by itself, while others go on; what became common meanwhile is left to all."""
import gc
import threading
import weakref

N = 3000


class Node:
    pass


def ring(size):
    """A cycle, and a weak reference to it."""
    first = last = Node()
    for _ in range(size):
        node = Node()
        node.before = last
        last = node
    first.before = last
    return first, weakref.ref(first)


def fulls():
    return gc.get_stats()[2]["collections"]


def make_old(wait):
    """Drops a ring that has survived some collections, and makes others until it is gone. Says how many turns that took."""
    kept, reference = ring(N)
    pile = []
    for _ in range(8):
        pile.append([[i] for i in range(12_000)])
    wait()
    assert reference() is kept
    # A common object between private ones: other threads may end it.
    shared.append(kept.before)
    del kept.before.before
    shared.pop().before = kept
    del kept
    turns = 0
    while reference() is not None:
        pile.append([[i] for i in range(12_000)])
        if len(pile) > 40:
            pile.clear()
        turns += 1
        assert turns < 2000, "old garbage is never collected"
    return turns


shared = []
failures = []
barrier = threading.Barrier(3)


def run():
    try:
        make_old(barrier.wait)
    except BaseException as error:
        failures.append(error)
        barrier.abort()


before = fulls()
threads = [threading.Thread(target=run) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if failures:
    raise failures[0]
assert fulls() > before

# Alone, too.
make_old(lambda: None)

# What a thread leaves behind is collected by those that stay.
left = []


def leave():
    kept, reference = ring(N)
    piles = [[[i] for i in range(30_000)] for _ in range(5)]
    left.append(reference)
    del piles


thread = threading.Thread(target=leave)
thread.start()
thread.join()
gc.collect()
assert left[0]() is None
