# modes: one
"""Caches, ordered dicts, partials, abstract classes and tee iterators that several threads use at once."""
import abc
import functools
import itertools
import operator
import os
import sys
import threading
from collections import Counter, OrderedDict
from datetime import datetime, timedelta, timezone

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))
THREADS = 4
ROUNDS = 400 * SCALE


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


# A bounded cache never grows beyond its bound, and counts each call once.
@functools.lru_cache(maxsize=10)
def square(n):
    return n * n


def use_cache():
    for i in range(ROUNDS):
        n = i % 15
        assert square(n) == n * n
        assert square.cache_info().currsize <= 10


together(*[use_cache] * THREADS)
info = square.cache_info()
assert info.hits + info.misses == THREADS * ROUNDS, info
assert info.currsize == 10, info

# A key that stays in the dict is found while others move it about.
shared = OrderedDict((i, str(i)) for i in range(20))


def move():
    for i in range(ROUNDS):
        shared.move_to_end(i % 20, last=i % 3 > 0)


def read():
    for i in range(ROUNDS):
        assert shared[i % 20] == str(i % 20)
        assert i % 20 in shared


together(move, move, read, read)
assert sorted(shared) == list(range(20))
assert len(shared) == 20

# Each entry is popped once, from whichever end.
queue = OrderedDict.fromkeys(range(ROUNDS))
popped = [[] for _ in range(THREADS)]


def pop(mine, last):
    while True:
        try:
            mine.append(queue.popitem(last)[0])
        except KeyError:
            return


together(*[functools.partial(pop, mine, k % 2 == 0) for k, mine in enumerate(popped)])
assert sorted(itertools.chain(*popped)) == list(range(ROUNDS))
for k, mine in enumerate(popped):
    assert mine == sorted(mine, reverse=k % 2 == 0), k

# One partial, one getter for all.
add = functools.partial(operator.add, 5)
first = operator.itemgetter(0)
together(*[lambda: [first([add(i)]) == i + 5 or 1 / 0 for i in range(ROUNDS)]] * THREADS)


# Registrations are seen by whoever asks afterwards.
class Shape(abc.ABC):
    pass


def register():
    for _ in range(ROUNDS // 20):
        plain = type("Plain", (), {})
        assert not isinstance(plain(), Shape)
        Shape.register(plain)
        assert isinstance(plain(), Shape)
        assert issubclass(plain, Shape)


together(*[register] * THREADS)

# Counting in a dict of one's own.
together(*[lambda: Counter("abracadabra" * 20)["a"] == 100 or 1 / 0] * THREADS)

# Moments are values.
zone = timezone(timedelta(hours=2))
moment = datetime(2020, 2, 29, 12, tzinfo=zone)


def reckon():
    for i in range(ROUNDS):
        later = moment + timedelta(hours=i)
        assert later - moment == timedelta(hours=i)
        assert hash(moment) == hash(moment.astimezone(timezone.utc))


together(*[reckon] * THREADS)
