# modes: one
# timeout: 60
"""What docs/threads.md says is one step, and what is not, by type."""
import array
import collections
import io
import itertools
import sys
import threading
import time

PYSTON = hasattr(sys, "_contention")
sys.setswitchinterval(1e-5)
N = 2000


def together(*functions):
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


def while_writing(write, *readers):
    """Readers look again and again as long as one thread writes."""
    stop = []

    def writing():
        try:
            for i in range(N):
                write(i)
        finally:
            stop.append(1)

    def reading(reader):
        while not stop:
            reader()

    together(writing, *[lambda reader=reader: reading(reader) for reader in readers])


def one(values):
    """A look at something that is written as a whole found one value."""
    assert len(set(values)) <= 1, values


# A list: copies, slices, and whatever makes another object of it are one step; so are the writes.
items = [0] * 20


def replace(i):
    items[:] = [i] * 20


while_writing(
    replace,
    lambda: one(items[:]),
    lambda: one(items.copy()),
    lambda: one(list(items)),
    lambda: one(tuple(items)),
    lambda: one(items + []),
    lambda: one(items * 2),
)
items = [0, 1, 2]
while_writing(lambda i: items.reverse(), lambda: items.copy() in ([0, 1, 2], [2, 1, 0]) or 1 / 0)
while_writing(lambda i: (items.sort(reverse=i & 1)), lambda: len(items) == 3 or 1 / 0)
items = []
together(*[lambda k=k: [items.insert(0, k) for _ in range(N)] for k in range(4)])
assert len(items) == 4 * N and all(items.count(k) == N for k in range(4))
together(*[lambda k=k: [items.remove(k) for _ in range(N)] for k in range(4)])
assert items == []
together(*[lambda k=k: [items.extend((k, k, k)) for _ in range(N)] for k in range(4)])
assert all(len(list(run)) % 3 == 0 for _, run in itertools.groupby(items))

items, twenty = [], [*range(20)]


def whole_or_empty(i):
    if i & 1:
        items.clear()
    else:
        items.extend(twenty)


def cut(i):
    if i & 1:
        items.extend(twenty[10:])
    else:
        del items[10:]


while_writing(whole_or_empty, lambda: len(items.copy()) in (0, 20) or 1 / 0, lambda: len(items) in (0, 20) or 1 / 0)
items[:] = range(20)
while_writing(cut, lambda: len(items.copy()) in (10, 20) or 1 / 0)
for several in [[0] * 3, (0, 0, 0), dict.fromkeys(range(3)), {0, 1, 2}]:
    items = []

    def add(i):
        global items
        items += several

    while_writing(add, lambda: len(items) % 3 == 0 or 1 / 0)

# A dict: with keys of builtin types each method is one step, also update from a dict, copy, items as a list.
table = dict.fromkeys("abcdefgh", 0)


def update(i):
    table.update(dict.fromkeys("abcdefgh", i))


while_writing(
    update,
    lambda: one(table.copy().values()),
    lambda: one(list(table.values())),
    lambda: one(value for _, value in list(table.items())),
    lambda: one(dict(table).values()),
    lambda: list(table) == list("abcdefgh") or 1 / 0,
)


def whole_or_clear(i):
    if i & 1:
        table.clear()
    else:
        table.update(full)


table, full = {}, dict.fromkeys("abcdefgh", 0)
while_writing(whole_or_clear, lambda: len(table.copy()) in (0, 8) or 1 / 0, lambda: len(list(table)) in (0, 8) or 1 / 0)
table = {}
winners = []
together(*[lambda k=k: [winners.append(k) for i in range(N) if table.setdefault(i, k) == k] for k in range(4)])
assert len(winners) == len(table) == N
taken = []
together(*[lambda: [taken.append(table.pop(i, None)) for i in range(N)] for _ in range(4)])
assert table == {} and sum(x is not None for x in taken) == N
table.update(zip(range(N), range(N)))
taken = []


def empty():
    while True:
        try:
            taken.append(table.popitem())
        except KeyError:
            return


together(empty, empty, empty)
assert sorted(taken) == [(i, i) for i in range(N)]

# Keys that come together come with each other and with their number, for those who look without a copy, too.
table, numbers, grown, single = {}, set(), {}, {}


def grow(i):
    two = {2 * i: i, 2 * i + 1: i}
    table.update(two) if i & 1 else table.update(two.items())
    numbers.update(two)
    grown.update(**{f"a{i}": i, f"b{i}": i})
    single[i] = i


def look(pairs):
    number = len(pairs)
    assert number % 2 == 0
    if number in pairs:
        assert number + 1 in pairs and len(pairs) > number


def look_at_names():
    i = len(grown) // 2
    if f"a{i}" in grown:
        assert f"b{i}" in grown and len(grown) > 2 * i


def look_at_single():
    number = len(single)
    if number in single:
        assert len(single) > number


while_writing(grow, lambda: look(table), lambda: look(numbers), look_at_names, look_at_single)
assert len(table) == len(numbers) == len(grown) == 2 * N and len(single) == N

# Values that are sought, and comparisons of views and sets with what is the same before and after.
table, small = {0: 0, 1: 1}, {0, 1}


def here_and_gone(i):
    if i & 1:
        table.pop(2)
        small.discard(2)
    else:
        table[2] = 2
        small.add(2)


while_writing(
    here_and_gone,
    lambda: 1 in table.values() or 1 / 0,
    lambda: 5 in table.values() and 1 / 0,
    lambda: table.items() >= {0: 0, 1: 1}.items() or 1 / 0,
    lambda: table.keys() == {0, 1, 3} and 1 / 0,
    lambda: small == {0, 1, 3} and 1 / 0,
    lambda: small.issuperset([0, 1]) or 1 / 0,
)

# A set.
found = set()
together(*[lambda k=k: [found.add(i) for i in range(k, N)] for k in range(4)])
assert found == set(range(N))
taken = []


def empty_set():
    while True:
        try:
            taken.append(found.pop())
        except KeyError:
            return


together(empty_set, empty_set, empty_set)
assert sorted(taken) == list(range(N))


def swap(i):
    found.symmetric_difference_update({"a", "b", "c"})


full, empty = {"a", "b", "c"}, set()


def swap_by_operators(i):
    global found
    if i % 3 == 0:
        found |= full
    elif i % 3 == 1:
        found -= full
    else:
        found ^= full
        found &= empty


while_writing(swap, lambda: found.copy() in (set(), {"a", "b", "c"}) or 1 / 0)
while_writing(
    swap_by_operators,
    lambda: (found | empty) in (full, empty) or 1 / 0,
    lambda: (found & full) in (full, empty) or 1 / 0,
    lambda: (found - empty) in (full, empty) or 1 / 0,
    lambda: (found ^ empty) in (full, empty) or 1 / 0,
    lambda: set(list(found)) in (full, empty) or 1 / 0,
    lambda: frozenset(found) in (full, empty) or 1 / 0,
)


# Nothing that another thread adds is lost by an operation in place.
def add_and_find():
    for i in range(N):
        found.add(("mine", i))
        assert ("mine", i) in found


found = set()
keep = {("mine", i) for i in range(N)} | {"other"}


def intersect():
    for _ in range(N // 10):
        found.intersection_update(keep)
        found.difference_update(full)
        found.symmetric_difference_update({"other"})


together(add_and_find, intersect)
assert found - {"other"} == keep - {"other"}

# A deque, a bytearray, an array.
for make, add in [(collections.deque, "append"), (collections.deque, "appendleft"), (bytearray, "append"), (lambda: array.array("i"), "append")]:
    box = make()
    together(*[lambda k=k: [getattr(box, add)(k) for _ in range(N)] for k in range(4)])
    assert sorted(box) == sorted([0, 1, 2, 3] * N)
    taken = []

    def take():
        while True:
            try:
                taken.append(box.pop())
            except IndexError:
                return

    together(take, take, take)
    assert sorted(taken) == sorted([0, 1, 2, 3] * N) and len(box) == 0

for make, three, copy in [
    (collections.deque, (1, 1, 1), lambda box: box.copy()),
    (bytearray, b"aaa", bytes),
    (lambda: array.array("b"), array.array("b", [1, 1, 1]), lambda box: box.tolist()),
]:
    box = make()

    def grow_only(i):
        global box
        if i % 100 == 0:
            box = make()
        box.extend(three)

    while_writing(grow_only, lambda: len(copy(box)) % 3 == 0 or 1 / 0)

# Attributes, globals and closure variables: a load finds what some store stored, whole.
class Point:
    place = (0, 0)


point = Point()
pair = (0, 0)


def move(i):
    global pair
    point.here = Point.place = pair = (i, i)


point.here = (0, 0)
while_writing(move, lambda: one(point.here), lambda: one(Point.place), lambda: one(pair))

# next() of a shared iterator gives each item once.
for make in [lambda: iter(range(8 * N)), lambda: iter(list(range(8 * N))), lambda: map(abs, range(8 * N)), lambda: zip(range(8 * N)), lambda: iter(dict.fromkeys(range(8 * N)))]:
    shared, taken = make(), [[] for _ in range(4)]
    together(*[lambda k=k: taken[k].extend(itertools.islice(shared, 2 * N)) for k in range(4)])
    assert len(set(sum(taken, []))) == len(sum(taken, [])) == 8 * N, make

# A generator that runs in another thread refuses.
begun, end = threading.Event(), threading.Event()


def slow():
    begun.set()
    end.wait()
    yield 1


generator = slow()
thread = threading.Thread(target=next, args=(generator,))
thread.start()
begun.wait()
try:
    next(generator)
except ValueError as error:
    assert str(error) == "generator already executing"
else:
    raise AssertionError("two threads ran one generator")
end.set()
thread.join()

# A dict whose size changes refuses to be iterated over further; a list shows what it holds when it is asked.
table = dict.fromkeys(range(3))
keys = iter(table)
next(keys)
thread = threading.Thread(target=table.__setitem__, args=("new", 1))
thread.start()
thread.join()
try:
    next(keys)
except RuntimeError as error:
    assert str(error) == "dictionary changed size during iteration"
else:
    raise AssertionError("a changed dict was iterated over")
items = [1, 2]
values = iter(items)
next(values)
thread = threading.Thread(target=items.append, args=(3,))
thread.start()
thread.join()
assert list(values) == [2, 3]

# One write() of a stream is whole.
stream = io.StringIO()
together(*[lambda k=k: [stream.write(f"{k}" * 50 + "\n") for _ in range(200)] for k in "abcd"])
assert {len(set(line)) for line in stream.getvalue().splitlines()} == {1}
raw = io.BytesIO()
buffered = io.TextIOWrapper(io.BufferedWriter(raw), encoding="ascii", newline="\n")
together(*[lambda k=k: [buffered.write(f"{k}" * 50 + "\n") for _ in range(200)] for k in "abcd"])
buffered.flush()
lines = raw.getvalue().splitlines()
assert len(lines) == 800 and all(len(line) == 50 and len(set(line)) == 1 for line in lines)

# What calls Python code is not one step: a key function, a comparison.
items, seen = [3, 1, 2], []


def key(item):
    seen.append(len(items))
    return item


items.sort(key=key)
assert seen == [0, 0, 0]

# Reading and writing are two steps: += loses updates where threads run in parallel. (With a GIL it may happen, too, but rarely.)
if PYSTON:
    holder = Point()
    end = time.monotonic() + 50
    while True:
        holder.count = total = 0
        counts = {"n": 0}

        def count():
            for _ in range(20_000):
                holder.count += 1
                counts["n"] += 1

        together(count, count, count)
        if holder.count < 60_000 and counts["n"] < 60_000:
            break
        assert time.monotonic() < end, "no update was lost"

# With a lock none is lost.
holder, lock = Point(), threading.Lock()
holder.count = 0


def count_locked():
    for _ in range(N):
        with lock:
            holder.count += 1


together(*[count_locked] * 4)
assert holder.count == 4 * N
