# modes: one
"""What the GIL made atomic stays atomic: one operation on one container."""
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
WORKERS = 4

# x = l[i]; l[i] = x; l.append(x); l.pop(); d[k] = x; x = d[k]; d.pop(k); len(l) — and combinations that are one call.
numbers = itertools.count()
seen = [[] for _ in range(WORKERS)]
together(*[lambda k=k: [seen[k].append(next(numbers)) for _ in range(N)] for k in range(WORKERS)])
assert sorted(sum(seen, [])) == list(range(WORKERS * N))

# list.extend and += of one list put their items side by side.
shared = []
together(*[lambda k=k: [shared.extend([k] * 10) for _ in range(N // 10)] for k in range(WORKERS)])
runs = [len(list(group)) for _, group in itertools.groupby(shared)]
assert all(run % 10 == 0 for run in runs)

# dict.update from a dict of strings puts all of it before anybody looks.
shared = {"a": 0, "b": 0, "c": 0}
stop = []


def update():
    for i in range(N):
        shared.update({"a": i, "b": i, "c": i})
    stop.append(1)


def copied():
    while not stop:
        now = shared.copy()
        assert now["a"] == now["b"] == now["c"]
        a, b, c = shared.values() if False else now.values()


together(update, copied, copied)

# dict.setdefault and dict.pop as locks.
owners = {}
entered = []
inside = []


def enter(k):
    for _ in range(N // 10):
        if owners.setdefault("lock", k) == k:
            inside.append(k)
            assert inside == [k]
            entered.append(k)
            inside.pop()
            assert owners.pop("lock") == k


together(*[lambda k=k: enter(k) for k in range(WORKERS)])
assert entered and not owners

# list.sort without a key is one operation: nobody else sees the list empty when it is copied under the same rule.
tokens = list(range(100))
got = []


def draw():
    while True:
        try:
            got.append(tokens.pop())
        except IndexError:
            return


together(draw, draw, draw, draw)
assert sorted(got) == list(range(100))

# Swapping two variables of a tuple in one store.
pair = [(0, 0)]
stop = []


def store():
    for i in range(N):
        pair[0] = (i, i)
    stop.append(1)


def load():
    while not stop:
        a, b = pair[0]
        assert a == b


together(store, load, load)

# str += on a shared name loses updates but never characters of one.
words = ["start"]


def words_grow(letter):
    for _ in range(200):
        words[0] = words[0] + letter * 3
        assert len(words[0]) % 3 == 2


together(*[lambda letter=letter: words_grow(letter) for letter in "abc"])

# Slices assign at once.
shared = [0] * 10
stop = []


def fill():
    for i in range(N):
        shared[:] = [i] * 10
    stop.append(1)


def whole():
    while not stop:
        assert len(set(shared[:])) == 1
        assert len(set(tuple(shared))) == 1
        assert len(shared) == 10


together(fill, whole, whole)

# list.pop and list.append from both sides balance.
shared = [1] * 100


def balance():
    for _ in range(N):
        shared.append(shared.pop())


together(*[balance for _ in range(WORKERS)])
assert len(shared) == 100
