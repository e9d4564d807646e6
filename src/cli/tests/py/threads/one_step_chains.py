"""Native code that reads a chain of native iterators to its end sees a shared container at one moment; changes by the reader's own thread are noticed."""
import collections
import itertools
import threading

SIZE = 50


def containers():
    numbers = {i: i for i in range(SIZE)}
    made = dict(numbers), set(range(SIZE)), collections.deque(range(SIZE)), collections.OrderedDict(numbers), list(range(SIZE))
    # Another thread has met them.
    other = threading.Thread(target=lambda: [len(container) for container in made])
    other.start()
    other.join()
    return made


# What the reader itself changes between making an iterator and reading it is an error, as ever.
d, s, q, o, l = containers()


def error(make, change):
    iterator = make()
    change()
    try:
        return list(iterator)
    except RuntimeError as raised:
        return str(raised)


assert error(lambda: iter(d), lambda: d.setdefault(100, 1)) == "dictionary changed size during iteration"
assert error(lambda: map(str, d.values()), lambda: d.pop(100)) == "dictionary changed size during iteration"
assert error(lambda: enumerate(reversed(d)), lambda: d.setdefault(100, 1)) == "dictionary changed size during iteration"
assert error(lambda: map(str, s), lambda: s.add(100)) == "Set changed size during iteration"
assert error(lambda: map(str, q), lambda: q.append(100)) == "deque mutated during iteration"
assert error(lambda: zip(reversed(o)), lambda: o.setdefault(100, 1)) == "OrderedDict mutated during iteration"
del d[100], o[100]
s.discard(100)
q.pop()
assert error(lambda: map(str, l), lambda: l.append(100)) == [str(i) for i in range(SIZE)] + ["100"]
del l[-1]

# An iterator that has begun goes on where it is.
for container in (d, s, q, o, l):
    iterator = iter(container)
    next(iterator)
    assert list(map(str, iterator)) == [str(i) for i in range(1, SIZE)]
    assert list(iterator) == []

rest = [*range(SIZE)]
assert list(zip(d, d.values(), s, q, o, o.values(), l, reversed(l))) == [(i,) * 7 + (SIZE - 1 - i,) for i in rest]
assert list(reversed(d)) == list(reversed(q)) == list(reversed(o)) == list(reversed(d.values())) == rest[::-1]
assert list(itertools.chain(d, s, q, o.items())) == rest * 3 + [(i, i) for i in rest]


# A method that reads itself differently is asked as it is.
class Negative(dict):
    def get(self, key):
        return -key


class Few(dict):
    def __iter__(self):
        return iter((1, 2, 3))


negative, few = Negative(d), Few(d)
threading.Thread(target=lambda: (len(negative), len(few))).start()
assert max(negative, key=negative.get) == 0 and max(few, key=few.get) == 3
assert max(d, key=d.get) == SIZE - 1 and sorted(o, key=o.get, reverse=True) == rest[::-1] and min(d.keys(), key=d.get) == 0

# Beside a thread that adds and removes one key nobody sees half of it, and nothing raises. (With a GIL that may change hands between the making
# of an iterator and the reading: then, and only then, it does.)
CALLS = [
    lambda c: list(map(str, c)),
    lambda c: ",".join(map(str, c)),
    lambda c: list(zip(c, c)),
    lambda c: dict(enumerate(c)),
    lambda c: sum(filter(None, c)),
    lambda c: list(itertools.chain(c, c)),
    lambda c: list(itertools.compress(c, c)),
    lambda c: set(itertools.islice(c, 1000)),
    lambda c: max(map(abs, c)),
]
MAPPINGS = [lambda c: list(zip(c.keys(), c.values())), lambda c: list(map(abs, reversed(c))), lambda c: max(c, key=c.get), lambda c: sorted(c, key=c.get)]

stop = threading.Event()


def change(d, s, q, o):
    while not stop.is_set():
        for mapping in (d, o):
            mapping[SIZE] = SIZE
            del mapping[SIZE]
        s.add(SIZE)
        s.discard(SIZE)
        q.append(SIZE)
        q.pop()


writer = threading.Thread(target=change, args=(d, s, q, o))
writer.start()
raised = calls = 0
for _ in range(100):
    for container in (d, s, q, o):
        for call in CALLS + (MAPPINGS if hasattr(container, "keys") else []):
            calls += 1
            try:
                call(container)
            except RuntimeError:
                raised += 1
stop.set()
writer.join()
assert raised < calls / 10, f"{raised} of {calls}"

# What a program reads in pieces shows what comes between two of them.
d, s, q, o, l = containers()
iterator = iter(l)
assert list(itertools.islice(iterator, 3)) == [0, 1, 2] and 10 in iterator
l.append("new")
assert list(iterator) == [*range(11, SIZE), "new"]
numbers = map(abs, d)
assert any(itertools.islice(numbers, 3))
d["new"] = 1
assert error(lambda: numbers, int) == "dictionary changed size during iteration"
keys = iter(s)
assert 0 in keys
s.add("new")
assert error(lambda: keys, int) == "Set changed size during iteration"

# However the iterators name each other, looking through them ends.
tangled = iter(d)
for _ in range(60):
    tangled = zip(tangled, tangled)
assert list(tangled) == []
nested = ()
for _ in range(60):
    nested = (nested, nested)
assert sum(map(len, iter(nested))) == 4 and len(list(itertools.chain(nested, map(len, nested)))) == 4
assert list(itertools.chain(map(str, s), iter(q), d.values())) == [*map(str, s), *q, *d.values()]
