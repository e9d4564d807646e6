# modes: one
"""Caches, ordered dicts, partials, abstract classes and tee iterators that several threads use at once."""
import abc
import functools
import itertools
import operator
import os
import random
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



def forgets_in_order(limit, keys):
    """Threads in turn use one cache, which forgets what a single thread's would."""
    computed = []

    @functools.lru_cache(maxsize=limit)
    def same(key):
        computed.append(key)
        return key

    choice = random.Random(limit)
    steps = [choice.choice(keys) for _ in range(ROUNDS)]
    turns = [threading.Semaphore(k == 0) for k in range(THREADS)]
    order = OrderedDict()
    hits = 0

    def take_turns(mine):
        nonlocal hits
        for step in range(mine, len(steps), THREADS):
            assert turns[mine].acquire(timeout=60)
            try:
                # Some uses one behind the other, then somebody else's.
                for key in steps[step : step + 1 + step % 3]:
                    computed.clear()
                    assert same(key) == key and same.cache_parameters()["maxsize"] == limit
                    assert bool(computed) == (key not in order), (limit, step, key)
                    hits += not computed
                    order[key] = None
                    order.move_to_end(key)
                    if len(order) > limit:
                        order.popitem(last=False)
            finally:
                turns[(mine + 1) % THREADS].release()

    together(*[functools.partial(take_turns, k) for k in range(THREADS)])
    assert same.cache_info().hits == hits
    same.cache_clear()
    assert same.cache_info()[:2] == (0, 0) and same.cache_info().currsize == 0


for limit in (1, 2, 5, 100, 700):
    forgets_in_order(limit, range(limit + 1 + limit // 3))
    # Keys of several types make the table one of another kind.
    forgets_in_order(limit, [*map(str, range(limit)), *range(limit), *((n, "x") for n in range(limit // 2))])


def keeps_what_was_used(limit):
    """What any of the threads used at the same time outlives what none used."""
    computed = []

    @functools.lru_cache(maxsize=limit)
    def same(key):
        computed.append(key)
        return key

    for turn in range(ROUNDS // 40):
        old = range(turn * limit, (turn + 1) * limit)
        for key in old:
            same(key)
        used = set(random.Random(turn).sample(old, limit // 2))
        together(*[lambda: [same(key) for key in used] * 3] * THREADS)
        for key in range(limit - len(used)):
            same((turn, key))
        computed.clear()
        for key in used:
            same(key)
        assert not computed, (turn, computed)
        for key in old:
            same(key)
        assert set(computed) == set(old) - used, (turn, computed)


for limit in (2, 40, 300):
    keeps_what_was_used(limit)

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
