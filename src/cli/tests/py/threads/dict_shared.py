# modes: one
"""One dict under insertions, deletions, resizes, views and iteration by many threads."""
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

N = 2000 * SCALE

# Keys of different threads never get lost while the table grows.
shared = {}
together(*[lambda k=k: [shared.__setitem__((k, i), i) for i in range(N)] for k in range(6)])
assert len(shared) == 6 * N
assert all(shared[k, i] == i for k in range(6) for i in range(N))

# setdefault gives all threads the same object.
shared = {}
got = [[] for _ in range(6)]
together(*[lambda k=k: [got[k].append(shared.setdefault(i, object())) for i in range(N)] for k in range(6)])
for i in range(N):
    assert len({id(got[k][i]) for k in range(6)}) == 1
    assert got[0][i] is shared[i]

# Each key is popped by exactly one thread, with pop and with popitem.
shared = {i: str(i) for i in range(N * 2)}
taken = [[] for _ in range(4)]


def pop(k):
    for i in range(N * 2):
        value = shared.pop(i, None)
        if value is not None:
            assert value == str(i)
            taken[k].append(i)


def popitem(k):
    while True:
        try:
            key, value = shared.popitem()
        except KeyError:
            return
        assert value == str(key)
        taken[k].append(key)


together(lambda: pop(0), lambda: pop(1), lambda: popitem(2), lambda: popitem(3))
assert not shared
assert sorted(sum(taken, [])) == list(range(N * 2))

# Readers see either the old or the new value of a key, never anything else.
shared = {key: (key, 0) for key in "abcdefgh"}
stop = []


def write():
    for i in range(N * 2):
        for key in "abcdefgh":
            shared[key] = (key, i)
    stop.append(1)


def read():
    while not stop:
        for key in "abcdefgh":
            who, count = shared[key]
            assert who == key
            who, count = shared.get(key)
            assert who == key
            assert key in shared
        for key, (who, count) in list(shared.items()):
            assert who == key
        assert len(shared) == 8
        assert sorted(shared) == list("abcdefgh")


together(write, read, read)

# Growing, shrinking and clearing beside readers of keys that stay.
shared = {"stays": "here"}
stop = []


def churn(k):
    for i in range(N):
        shared[k, i] = i
        if i % 3:
            del shared[k, i]
        if i % 500 == 499:
            for key in [key for key in list(shared) if key != "stays" and key[0] == k]:
                shared.pop(key)
    stop.append(1)


def watch():
    while len(stop) < 3:
        assert shared["stays"] == "here"
        assert shared.get("never", "absent") == "absent"
        copied = dict(shared)
        assert copied["stays"] == "here"
        assert {**shared}["stays"] == "here"
        assert (shared | {})["stays"] == "here"
        shared == shared.copy()
        len(shared.keys() & {"stays"})
        repr(shared)


together(*[lambda k=k: churn(k) for k in range(3)], watch, watch)

# Iterating beside changes either goes well or says so.
shared = {i: i for i in range(50)}
stop = []
said = set()


def change():
    for i in range(N):
        shared[i % 200] = i
        shared.pop((i * 7) % 200, None)
    stop.append(1)


def iterate():
    while not stop:
        for view in (shared, shared.keys(), shared.values(), shared.items()):
            try:
                for item in view:
                    assert item is not None
            except RuntimeError as error:
                said.add(str(error))
        try:
            for item in reversed(shared):
                assert type(item) is int
        except RuntimeError as error:
            said.add(str(error))
        try:
            list(map(lambda item: item, shared.items()))
        except RuntimeError as error:
            said.add(str(error))


together(change, iterate, iterate)
assert said <= {"dictionary changed size during iteration", "dictionary keys changed during iteration"}, said

# update, |= and fromkeys with another shared dict.
first = {i: "first" for i in range(500)}
second = {i: "second" for i in range(250, 750)}


def update():
    for _ in range(50):
        first.update(second)
        second.update({i: "new" for i in range(100)})
        third = dict.fromkeys(list(first), 0)
        assert len(third) >= 500


together(update, update, update)
assert len(first) == 750 and len(second) == 600

# Keys whose __eq__ and __hash__ are Python code, and let others run.
class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 7

    def __eq__(self, other):
        return isinstance(other, Key) and self.n == other.n


shared = {}
taken_out = {i // 2 for i in range(0, 150, 5)}


def python_keys(k):
    for i in range(150):
        shared[Key(i)] = k
        # Between the two lines another thread may have taken out those keys, no others.
        assert shared.get(Key(i)) is not None or i in taken_out
        if i % 5 == 0:
            shared.pop(Key(i // 2), None)
            shared.setdefault(Key(i // 2), k)


together(*[lambda k=k: python_keys(k) for k in range(4)])
assert len(shared) == 150

# A table that changes from string keys to mixed ones and is cleared meanwhile.
shared = {}


def kinds(k):
    for i in range(N):
        shared[f"s{i % 50}"] = i
        if i % 10 == 0:
            shared[i] = i
            shared[None] = i
        if i % 100 == 99:
            shared.clear()
        shared.get(f"s{i % 50}")


together(*[lambda k=k: kinds(k) for k in range(4)])
assert all(type(value) is int for value in shared.values())
