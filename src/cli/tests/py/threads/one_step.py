# modes: one
"""What is one step with a GIL is one without: nobody sees half of it, and nothing of what others do meanwhile is lost."""
import array
import bisect
import copy
import functools
import heapq
import itertools
import json
import math
import operator
import os
import pickle
import re
import sys
import threading
from collections import Counter, OrderedDict, defaultdict, deque

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


N = 300 * SCALE


def beside(change, *looks):
    """Runs `change` N times in one thread, and each of `looks` in another one for as long as that lasts."""
    over = []

    def changes():
        try:
            for i in range(N):
                change(i)
        finally:
            over.append(1)

    def watch(look):
        while not over:
            look()

    together(changes, *[lambda look=look: watch(look) for look in looks])


def one_of(*allowed):
    """A function that asserts that what it is given is one of these."""

    def check(value):
        assert value in allowed, value

    return check


# A list is never seen empty, or half sorted, while it is sorted.
up, down = list(range(20)), list(range(20))[::-1]
shared = list(up)
either = one_of(up, down)
beside(
    lambda i: shared.sort(reverse=bool(i % 2)),
    lambda: either(shared[:]),
    lambda: either(list(shared)),
    lambda: either([*shared]),
    lambda: one_of(190)(sum(shared)),
)

# Nor is anything lost that is appended meanwhile.
shared = []
together(*[lambda k=k: [(shared.append(k * N + i), shared.sort()) for i in range(N)] for k in range(3)])
assert shared == list(range(3 * N))
shared = []
together(*[lambda k=k: [(shared.append(f"{k * N + i:06}"), shared.sort(reverse=True)) for i in range(N)] for k in range(3)])
assert shared == [f"{n:06}" for n in reversed(range(3 * N))]

# The last item is the last one of some moment; there always is one.
shared = [0]
ring = deque([0])


def grow(i):
    shared.append(i)
    ring.append(i)
    if i % 3 == 2:
        del shared[:3]
        ring.popleft(), ring.popleft(), ring.popleft()


def last():
    assert type(shared[-1]) is int
    shared[-1] = 7
    assert type(ring[-1]) is int
    ring[-1] = 7


beside(grow, last, last)

# Both halves of a list that is doubled are what it was at one moment.
for _ in range(N):
    shared = list(range(8))

    def double(shared=shared):
        shared *= 2

    together(double, lambda: shared.__setitem__(-1, "x"))
    assert shared in ([*range(7), "x"] * 2, [*range(8), *range(7), "x"]), shared

# What is taken from one container is put into another in one step.
source = []
shared = []
mirror = set()
tally = {}
pairs = [(i, i) for i in range(16)]
numbers = frozenset(range(16))


def fill(i):
    shared.extend(range(16))
    mirror.update(range(16))
    tally.update(pairs)
    shared.clear()
    mirror.clear()
    tally.clear()
    mirror.update(list(numbers))
    mirror.difference_update(range(16))
    mirror.symmetric_difference_update(numbers)
    mirror.intersection_update(())
    tally.update(dict(pairs))
    tally.clear()


whole = one_of(0, 16)
beside(
    fill,
    lambda: whole(len(list(shared))),
    lambda: whole(len(tuple(mirror))),
    lambda: whole(len(frozenset(mirror))),
    lambda: whole(len(mirror | set())),
    lambda: whole(len(list(tally))),
    lambda: whole(len(tally.keys() & numbers)),
    lambda: whole(len(dict(tally))),
)

# With names, too.
shared = {}
ordered = OrderedDict()


def name(i):
    shared.update(a=1, b=2, c=3)
    ordered.update(a=1, b=2, c=3)
    shared.clear()
    ordered.clear()


whole = one_of(0, 3)
beside(
    name,
    lambda: whole(len(tuple(shared))),
    lambda: whole(len(list(ordered.items()))),
    lambda: whole(len(ordered | {})),
    lambda: whole(len(sorted(ordered.values()))),
    lambda: whole(len(dict.fromkeys(ordered))),
)

# What is added while a set is cut down to what another one has stays, if that has it.
everything = set(range(4 * N))
shared = set()
together(
    *[lambda k=k: [shared.add(k * N + i) for i in range(N)] for k in range(3)],
    lambda: [shared.intersection_update(everything) for _ in range(N)],
    lambda: [shared.difference_update([-1, -2]) for _ in range(N)],
)
assert shared == set(range(3 * N))

# A deque that is turned has the same items at each moment.
shared = deque(range(12))


def search():
    assert 7 in shared
    assert shared.count(3) == 1
    assert 0 <= shared.index(5) < 12
    assert sorted(shared) == list(range(12))
    assert sum(shared) == 66


beside(lambda i: (shared.rotate(i % 5), shared.reverse()), search, search)
shared = deque(range(3 * N))
together(*[lambda k=k: [shared.remove(k * N + i) for i in range(N)] for k in range(3)], lambda: [shared.rotate(1) for _ in range(N)])
assert not shared
shared = deque([1, 2])
whole = one_of([1, 2], [1, 2, 1, 2], [1, 2, 1, 2, 1, 2])


def repeat(i):
    global shared
    ring = shared
    ring *= 3
    ring.clear()
    ring.extend([1, 2])
    ring.extendleft([2, 1])
    ring.clear()
    ring.extend((1, 2))


beside(repeat, lambda: one_of([], [1, 2], [1, 2] * 2, [1, 2] * 3)(list(shared)), lambda: one_of([], [1, 2] * 2, [1, 2] * 4, [1, 2] * 6)(list(shared + shared)))

# The factory's object is one for all.
shared = defaultdict(list)
together(*[lambda k=k: [shared[i].append(k) for i in range(N)] for k in range(4)])
assert all(sorted(shared[i]) == [0, 1, 2, 3] for i in range(N))

# So is a function's dict.
for _ in range(N):

    def function():
        pass

    together(*[lambda k=k: function.__dict__.__setitem__(k, k) for k in range(3)])
    assert sorted(function.__dict__) == [0, 1, 2]

# And an exception's notes.
for _ in range(N):
    error = ValueError()
    together(*[lambda k=k: error.add_note(str(k)) for k in range(3)])
    assert sorted(error.__notes__) == ["0", "1", "2"]

# Each match is one thread's.
text = "x" * N
for matches in (re.finditer("x", text), iter(re.compile("x").scanner(text).search, None)):
    got = [[] for _ in range(3)]
    together(*[lambda k=k: got[k].extend(match.start() for match in iter(lambda: next(matches, None), None)) for k in range(3)])
    assert sorted(sum(got, [])) == list(range(N))

# Heaps and sorted lists.
heap = []
together(*[lambda k=k: [heapq.heappush(heap, i * 3 + k) for i in range(N)] for k in range(3)])
got = [[] for _ in range(3)]
together(*[lambda k=k: [got[k].append(heapq.heappop(heap)) for _ in range(N)] for k in range(3)])
assert not heap and sorted(sum(got, [])) == list(range(3 * N)) and all(part == sorted(part) for part in got)
shared = []
together(*[lambda k=k: [bisect.insort(shared, i * 3 + k) for i in range(N)] for k in range(3)])
assert shared == list(range(3 * N))
heap = list(range(20))
beside(lambda i: heapq.heapreplace(heap, i % 50), lambda: one_of(20)(len(heapq.nsmallest(30, heap))), lambda: one_of(20)(len(heapq.nlargest(30, heap))))

# Items that belong together stay together, and each is one thread's.
for make, whole in (
    (lambda: zip(range(N), range(N)), lambda pair: pair[0] == pair[1]),
    (lambda: zip(range(N), iter(range(N)), range(N)), lambda three: len(set(three)) == 1),
    (lambda: enumerate(range(N)), lambda pair: pair[0] == pair[1]),
    (lambda: enumerate(range(N), sys.maxsize - 5), lambda pair: pair[0] == pair[1] + sys.maxsize - 5),
    (lambda: map(max, range(N), range(N)), lambda number: True),
    (lambda: map(divmod, range(1, N + 1), range(1, N + 1)), lambda pair: pair == (1, 0)),
    (lambda: iter("".join(map(chr, range(0x3000, 0x3000 + N)))), lambda c: True),
    (lambda: iter("".join(map(chr, range(32, 32 + N % 95)))), lambda c: True),
    (lambda: iter(bytes(range(200))), lambda n: True),
    (lambda: iter(bytearray(range(200))), lambda n: True),
    (lambda: iter(memoryview(bytes(range(200)))), lambda n: True),
):
    expected = list(make())
    for _ in range(5):
        shared = make()
        got = [[] for _ in range(3)]
        together(*[lambda k=k: got[k].extend(iter(lambda: next(shared, None), None)) for k in range(3)])
        assert sorted(sum(got, [])) == sorted(expected), expected
        assert all(map(whole, sum(got, [])))
        assert all(part == sorted(part) for part in got)

# Texts and arrays of a list that changes.
shared = ["a"] * 10


def texts():
    assert len("".join(shared)) in (10, 20), shared
    assert len(b"".join([b"x", b"y"])) == 2
    array.array("u" if sys.version_info < (3, 14) else "w", shared)


beside(lambda i: shared.__setitem__(slice(None), ["b"] * (10 + i % 2 * 10)), texts, texts, lambda: one_of(10, 20)(len(array.array("w", shared))))

# The names of a class that gets more of them.
shared = type("Shared", (), {})
beside(lambda i: setattr(shared, f"a{i}", i), lambda: dir(shared), lambda: list(vars(shared)), lambda: shared().__dir__())
assert sum(name[0] == "a" for name in vars(shared)) == N

# A heap's top, seen beside it: pushed items grow, so it does.
heap = list(range(100))
seen = [[-1], [-1]]


def renew(i):
    at = 100 + 4 * i
    heapq.heappop(heap)
    heapq.heappush(heap, at)
    heapq.heappushpop(heap, at + 1)
    heapq.heapreplace(heap, at + 2)


def look_at_top(tops):
    top = heap[0]
    assert tops[-1] <= top and 99 <= len(heap) <= 100, (tops[-1], top)
    tops.append(top)


beside(renew, *[lambda tops=tops: look_at_top(tops) for tops in seen])

# What a builtin returns is compared with the sentinel before another thread calls it: nothing behind the sentinel is taken.
for _ in range(N // 10):
    numbers = [9, 9, 9, 0] + [1] * 20
    until = iter(numbers.pop, 0)
    got = [[], [], []]
    together(*[lambda mine=mine: mine.extend(until) for mine in got])
    assert numbers == [9, 9, 9] and sum(map(len, got)) == 20, (numbers, got)

# A builtin that waits does not keep others out.
both = threading.RLock()
holds = iter(both.acquire, False)
assert next(holds)
waiter = threading.Thread(target=lambda: (next(holds), both.release()))
waiter.start()
for _ in range(5):
    assert next(holds)
    both.release()
both.release()
waiter.join()

# A defaultdict asks a builtin factory once for each key.
for _ in range(N // 10):
    numbers = defaultdict(itertools.count().__next__)
    together(*[lambda: [numbers[i] for i in range(20)] for _ in range(3)])
    assert sorted(numbers.values()) == list(range(20)), numbers

# A mark that moves through a list, to its next place first: it is there at each moment, also for who looks without a lock.
places = ["x"] + [""] * 7
mark = "x" * 1


def move_mark(i):
    if i % 3:
        # Now and then nobody changes the list for a while.
        return
    places[(i + 3) % 8] = mark
    places[i % 8] = ""
    places.append(mark)
    places[(i + 3) % 8] = ""
    places[(i + 3) % 8] = mark
    places.pop()


def look_for_mark():
    assert mark in places
    assert places.index(mark) < 9
    assert mark in places[:] and mark in list(places) and mark in tuple(places)
    assert places != [""] * 8


beside(move_mark, look_for_mark, look_for_mark)

# One call of native code that takes all items of a container sees them at one moment.


def whole(*kinds):
    """A look that raises if a container changes while it is read."""
    def look():
        for shared in kinds:
            assert functools.reduce(operator.add, shared) in (780, 880)
            first, second, *rest = shared
            assert (first, second) == (0, 1) and len(rest) in (38, 39), rest
            bytes(shared), bytearray(shared), Counter(shared), pickle.loads(pickle.dumps(shared)), math.fsum(shared), array.array("i", shared)
            if hasattr(shared, "items"):
                json.dumps(shared), dict(shared.items()), OrderedDict(shared.items()), Counter(shared.values())
                assert len(copy.copy(shared)) in (40, 41)
    return look


plain, defaults, ordered = dict.fromkeys(range(40), 0), defaultdict(int, dict.fromkeys(range(40), 0)), OrderedDict.fromkeys(range(40), 0)
numbers, waiting = set(range(40)), deque(range(40))


def add_and_remove(i):
    for shared in (plain, defaults, ordered):
        shared[100] = i
        del shared[100]
    numbers.add(100)
    numbers.discard(100)
    waiting.append(100)
    waiting.pop()


beside(add_and_remove, whole(plain, defaults, ordered), whole(waiting), lambda: (bytes(numbers), pickle.dumps(numbers), functools.reduce(max, numbers)))

# Sorting by native keys, and of tuples: nothing that is appended meanwhile is lost, nor is it noticed.
for key, make in ((None, lambda i: (i % 10, "x")), (operator.itemgetter(1), lambda i: ("x", i % 10)), (len, lambda i: "x" * (i % 10)), (str, lambda i: i)):
    sorted_one = [make(i) for i in range(30)]
    together(*[lambda: [sorted_one.append(make(i)) for i in range(N)] for _ in range(2)], lambda: [sorted_one.sort(key=key) for _ in range(N // 5)])
    assert len(sorted_one) == 30 + 2 * N, (key, len(sorted_one))

# No count is lost.
words = Counter()
together(*[lambda: [words.update(["a", "b"] * 10) for _ in range(N // 10)] for _ in range(3)])
assert words == {"a": 3 * 10 * (N // 10), "b": 3 * 10 * (N // 10)}, words
