# modes: one
"""Builtin and itertools iterators shared by threads: nothing is given out twice where the GIL made it so."""
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

N = 4000 * SCALE


def drain_all(shared, workers=4, limit=None):
    """All that the threads got from one iterator."""
    got = [[] for _ in range(workers)]

    def drain(k):
        while limit is None or len(got[k]) < limit:
            try:
                got[k].append(next(shared))
            except StopIteration:
                return
            except (ValueError, RuntimeError) as error:
                assert "already" in str(error) or "changed" in str(error), error

    together(*[lambda k=k: drain(k) for k in range(workers)])
    return sum(got, [])


# itertools.count is what many programs use for numbers that are unique.
assert sorted(drain_all(itertools.count(), limit=N)) == list(range(4 * N))
assert sorted(drain_all(itertools.count(10 ** 20, 3), limit=300)) == [10 ** 20 + 3 * i for i in range(1200)]
assert len(drain_all(itertools.count(0.5), limit=500)) == 2000

# Iterators of the builtin containers: no crash, only items that were there.
for make in (
    lambda: iter(list(range(N))),
    lambda: iter(tuple(range(N))),
    lambda: iter(range(N)),
    lambda: iter({i: i for i in range(N)}),
    lambda: iter(set(range(N))),
    lambda: reversed(list(range(N))),
    lambda: iter(bytes(range(256)) * 8),
    lambda: iter("abc" * 1000),
    lambda: enumerate(range(N)),
    lambda: zip(range(N), range(N)),
    lambda: map(lambda x: x, range(N)),
    lambda: filter(lambda x: True, range(N)),
    lambda: iter(iter(range(N)).__next__, -1),
    lambda: itertools.chain(range(N // 2), range(N // 2)),
    lambda: itertools.chain.from_iterable([[i, i] for i in range(N // 2)]),
    lambda: itertools.islice(itertools.count(), N),
    lambda: itertools.repeat("x", N),
    lambda: itertools.starmap(max, [(i, i) for i in range(N)]),
    lambda: itertools.takewhile(lambda x: x < N, range(N)),
    lambda: itertools.dropwhile(lambda x: x < 10, range(N)),
    lambda: itertools.filterfalse(lambda x: False, range(N)),
    lambda: itertools.compress(range(N), itertools.repeat(1)),
    lambda: itertools.zip_longest(range(N), range(N // 2)),
    lambda: itertools.product(range(60), range(60)),
    lambda: itertools.combinations(range(80), 2),
    lambda: itertools.permutations(range(60), 2),
    lambda: itertools.combinations_with_replacement(range(80), 2),
    lambda: itertools.accumulate(range(N)),
    lambda: itertools.pairwise(range(N)),
    lambda: itertools.batched(range(N), 2),
    lambda: itertools.groupby(range(N)),
):
    shared = make()
    got = drain_all(shared)
    assert got, shared
    assert next(shared, "end") == "end" or type(shared).__name__ == "groupby", shared

# cycle never ends and gives only its items.
assert set(drain_all(itertools.cycle([1, 2, 3]), limit=N)) == {1, 2, 3}

# The list under a shared iterator grows and shrinks.
shared_list = list(range(100))
iterator = iter(shared_list)
stop = []


def change():
    for i in range(N):
        shared_list.append(i)
        if len(shared_list) > 300:
            del shared_list[:200]
    stop.append(1)


def read():
    while not stop:
        next(iterator, None)


together(change, read, read)

# tee: each branch belongs to one thread.
left, right = itertools.tee(range(N))
results = []
together(lambda: results.append(sum(left)), lambda: results.append(sum(right)))
assert results == [sum(range(N))] * 2

# A branch of a tee is refused where the source runs other code in another thread, which may wait for this one.
entered = threading.Event()
leave = threading.Event()


def waits():
    entered.set()
    leave.wait()
    yield "first"
    yield "second"


for wrap in (lambda x: x, iter, lambda x: map(str, x), lambda x: itertools.chain([], x), lambda x: map(lambda y: y, x)):
    entered.clear()
    leave.clear()
    left, right = itertools.tee(wrap(waits()))
    got = []
    thread = threading.Thread(target=lambda: got.append(next(left)))
    thread.start()
    entered.wait()
    for branch in (right, left):
        try:
            next(branch)
            assert False, branch
        except RuntimeError as error:
            assert str(error) == "cannot re-enter the tee iterator", error
        except ValueError as error:
            # CPython's other branch asks the generator itself.
            assert str(error) == "generator already executing" and branch is left
    leave.set()
    thread.join()
    # The refused take lost nothing.
    assert got == ["first"] and list(right) == ["first", "second"] and list(left) == ["second"]

# What runs native code alone is waited for.
for make in (lambda: range(N), lambda: enumerate(range(N)), lambda: map(int, map(str, range(N))), lambda: itertools.islice(itertools.count(), N)):
    for _ in range(5):
        branches = itertools.tee(make(), 3)
        lengths = []
        together(*[lambda k=k: lengths.append(len(list(branches[k]))) for k in range(3)])
        assert lengths == [N] * 3

# Two iterators whose sources ask for each other: nobody waits for ever.
for wrap in (itertools.chain, lambda x: itertools.tee(x)[0]):
    meet = threading.Barrier(2)
    loops = []

    def asks(other):
        meet.wait()
        try:
            yield next(loops[other])
        except (ValueError, RuntimeError) as error:
            assert "already executing" in str(error) or "re-enter" in str(error), error
            yield "refused"
        yield "more"

    loops[:] = [wrap(asks(1)), wrap(asks(0))]
    got = [None, None]

    def take(k):
        got[k] = next(loops[k])

    together(lambda: take(0), lambda: take(1))
    assert "refused" in str(got), got
