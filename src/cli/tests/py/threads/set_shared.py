# modes: one
"""One set under additions, removals, operators and iteration by many threads."""
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
shared = set()
together(*[lambda k=k: [shared.add((k, i)) for i in range(N)] for k in range(6)])
assert shared == {(k, i) for k in range(6) for i in range(N)}

taken = [[] for _ in range(4)]


def pop(k):
    while True:
        try:
            taken[k].append(shared.pop())
        except KeyError as error:
            assert error.args == ("pop from an empty set",)
            return


together(*[lambda k=k: pop(k) for k in range(4)])
assert not shared
assert len(sum(taken, [])) == 6 * N == len(set(sum(taken, [])))

shared = {"stays"}
stop = []


def churn(k):
    for i in range(N):
        shared.add((k, i))
        shared.discard((k, i - 5))
        if i % 100 == 0:
            shared.update([(k, -j) for j in range(10)])
            shared.difference_update([(k, -j) for j in range(10)])
        if i % 300 == 0:
            shared.symmetric_difference_update({(k, "x")})
    stop.append(1)


def watch():
    while len(stop) < 3:
        assert "stays" in shared
        assert "never" not in shared
        assert "stays" in shared.copy()
        assert "stays" in frozenset(shared)
        assert shared & {"stays"} == {"stays"}
        assert "stays" in shared | {1}
        assert "stays" not in shared - {"stays"}
        assert {"stays"} <= shared
        len(shared)
        repr(shared)
        try:
            for item in shared:
                assert item
        except RuntimeError as error:
            assert str(error) == "Set changed size during iteration"


together(*[lambda k=k: churn(k) for k in range(3)], watch, watch)

# Removing the same items from many threads: each succeeds once.
shared = set(range(N))
removed = []


def remove():
    for i in range(N):
        try:
            shared.remove(i)
            removed.append(i)
        except KeyError:
            pass


together(remove, remove, remove, remove)
assert sorted(removed) == list(range(N)) and not shared

# In-place operators between two shared sets, in both directions at once.
first, second = set(range(100)), set(range(50, 150))


def operators():
    global first, second
    for _ in range(200):
        first |= second
        second |= first
        first ^ second
        first & second
        first == second
        first.isdisjoint(second)


together(operators, operators, operators)
assert first == second == set(range(150))
