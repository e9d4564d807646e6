# modes: one
"""deque, OrderedDict, defaultdict, Counter and ChainMap shared by threads."""
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
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque

N = 2000 * SCALE

# deque: nothing is lost, each item is taken once.
shared = deque()
taken = [[] for _ in range(3)]


def produce(k):
    for i in range(N):
        (shared.append if i % 2 else shared.appendleft)((k, i))


def consume(k):
    misses = 0
    while misses < 2000:
        try:
            taken[k].append((shared.popleft if len(taken[k]) % 2 else shared.pop)())
        except IndexError as error:
            assert str(error) == "pop from an empty deque"
            misses += 1


together(*[lambda k=k: produce(k) for k in range(3)], *[lambda k=k: consume(k) for k in range(3)])
left = list(shared) + sum(taken, [])
assert sorted(left) == sorted((k, i) for k in range(3) for i in range(N))

# A bounded deque never has more than its bound.
shared = deque(maxlen=10)
stop = []


def fill():
    for i in range(N):
        shared.append(i)
        shared.extend([i, i])
        shared.rotate(3)
        shared.appendleft(i)
    stop.append(1)


def watch():
    while len(stop) < 2:
        assert len(shared) <= 10
        assert len(list(shared.copy())) <= 10
        try:
            for item in shared:
                assert type(item) is int
        except RuntimeError as error:
            assert str(error) == "deque mutated during iteration"
        try:
            shared[0]
            shared.count(1)
            3 in shared
        except (IndexError, RuntimeError):
            pass


together(fill, fill, watch, watch)

# defaultdict: one object for each key, which all share.
shared = defaultdict(list)
together(*[lambda: [shared[i % 10].append(1) for i in range(N)] for _ in range(4)])
assert set(shared) == set(range(10))
assert sum(len(v) for v in shared.values()) == 4 * N

# OrderedDict: moves and pops beside iteration.
shared = OrderedDict((i, i) for i in range(100))


def move(k):
    for i in range(N):
        key = (i * 7 + k) % 100
        try:
            shared.move_to_end(key, last=bool(i % 2))
        except KeyError:
            pass
        shared[key] = i
        if i % 50 == 0:
            try:
                shared.popitem(last=bool(k % 2))
            except KeyError:
                pass


def look():
    for _ in range(200):
        try:
            assert all(type(k) is int for k in shared)
            list(reversed(shared))
            OrderedDict(shared)
            shared == shared
        except (RuntimeError, KeyError) as error:
            assert "during iteration" in str(error) or "mutated" in str(error) or type(error) is KeyError, error


together(*[lambda k=k: move(k) for k in range(3)], look)
assert set(shared) <= set(range(100)) and len(shared) == len(list(shared))

# Counter: one thread each on its own keys is exact.
shared = Counter()
together(*[lambda k=k: [shared.update([k]) for _ in range(500)] for k in range(4)])
assert shared == {0: 500, 1: 500, 2: 500, 3: 500}

# ChainMap over shared dicts.
base = {i: i for i in range(100)}
shared = ChainMap({}, base)


def chain():
    for i in range(500):
        shared[i % 50] = i
        assert shared[99] == 99
        shared.get(i % 100)
        len(shared)


together(chain, chain)
