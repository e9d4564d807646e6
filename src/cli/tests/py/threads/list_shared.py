# modes: one
"""One list under appends, pops, slices, sorts and iteration by many threads."""
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

# Nothing that was appended is lost.
shared = []
together(*[lambda k=k: [shared.append((k, i)) for i in range(N)] for k in range(6)])
assert len(shared) == 6 * N
for k in range(6):
    mine = [i for (who, i) in shared if who == k]
    assert mine == list(range(N)), "the order of one thread's appends is kept"

# Each item is popped once.
taken = [[] for _ in range(4)]


def pop(k):
    while True:
        try:
            taken[k].append(shared.pop())
        except IndexError as error:
            assert str(error) == "pop from empty list"
            return


together(*[lambda k=k: pop(k) for k in range(4)])
assert not shared
assert sorted(sum(taken, [])) == sorted((k, i) for k in range(6) for i in range(N))

# Appending and popping at both ends at once: what is left plus what was taken is what was put in.
shared = []
taken = []


def producer():
    for i in range(N):
        shared.append(i)
        shared.insert(0, -i)


def consumer():
    for i in range(N):
        try:
            taken.append(shared.pop(0))
            taken.append(shared.pop())
        except IndexError:
            pass


together(producer, producer, consumer, consumer)
assert len(shared) + len(taken) == 4 * N

# A slice, copy or concatenation sees one state: this list is always sorted.
shared = list(range(100))
stop = []


def rotate():
    for i in range(N):
        shared[:] = range(i, i + 100 + i % 7)
    stop.append(1)


def look():
    while not stop:
        for seen in (shared[:], shared.copy(), list(shared), shared + [], tuple(shared), [*shared]):
            assert list(seen) == list(range(seen[0], seen[0] + len(seen)))
        assert len(str(shared)) > 300
        sorted(shared)


together(rotate, look, look)

# Mixed everything: no crash, and only the errors that belong to it.
shared = list(range(50))


def mixed(k):
    for i in range(N):
        match (i * 7 + k) % 14:
            case 0:
                shared.append(i)
            case 1:
                shared.extend([i, i + 1])
            case 2:
                shared.insert(i % 20, i)
            case 3:
                if shared:
                    try:
                        shared.pop(0)
                    except IndexError:
                        pass
            case 4:
                shared[5:15] = [1, 2, 3]
            case 5:
                del shared[10:12]
            case 6:
                shared.reverse()
            case 7:
                try:
                    shared.sort()
                except ValueError as error:
                    assert str(error) == "list modified during sort"
            case 8:
                try:
                    shared.index(3)
                except ValueError:
                    pass
            case 9:
                shared.count(5)
                for item in shared:
                    assert type(item) is int
                    break
            case 10:
                try:
                    shared[3] = i
                    shared[-1] += 0
                except IndexError:
                    pass
            case 11:
                try:
                    shared.remove(1)
                except ValueError:
                    pass
            case 12:
                if len(shared) > 500:
                    shared.clear()
            case 13:
                assert all(type(item) is int for item in shared[:])
                shared == shared.copy()
                shared * 2
                3 in shared


together(*[lambda k=k: mixed(k) for k in range(6)])
assert all(type(item) is int for item in shared)

# Sorting with a key that lets others run: the list looks empty meanwhile, and growing it is noticed.
shared = list(range(300, 0, -1))


def key(x):
    return x


def sort_often():
    for _ in range(30):
        try:
            shared.sort(key=key)
        except ValueError as error:
            assert str(error) == "list modified during sort"


def grow():
    for i in range(300):
        shared.append(i)


together(sort_often, sort_often, grow)
assert all(type(item) is int for item in shared)

# Iterating while others change the list ends, and gives only items that were there.
shared = list(range(100))
stop = []


def change():
    for i in range(N):
        shared.append(i)
        del shared[::50]
        if len(shared) > 1000:
            del shared[100:]
    stop.append(1)


def iterate():
    while not stop:
        for item in shared:
            assert type(item) is int
        for item in reversed(shared):
            assert type(item) is int
        a = [x for x in shared if x > 50]
        assert sum(shared) >= 0 and a is not None


together(change, iterate, iterate)

# Searching, counting and comparing see the list at one moment, however long it is.
LONG = 9000
shared = list(range(LONG))
same = shared.copy()
stop.clear()


def rotate():
    try:
        for i in range(100 * SCALE):
            front = LONG // 2 if i % 2 else 1
            shared[:] = shared[front:] + shared[:front]
            assert len(shared) == LONG
    finally:
        stop.append(1)


def search():
    while not stop:
        assert LONG - 1 in shared and 0 in shared
        assert shared.count(5000) == 1 and shared.count(0) == 1
        assert 0 <= shared.index(LONG - 2) < LONG


together(rotate, search, search)

# An index from the end is from the end that is there.
shared = [None]
together(*[lambda k=k: [shared.insert(-1, (k, i)) for i in range(N)] for k in range(4)])
assert shared.pop() is None
for k in range(4):
    assert [i for key, i in shared if key == k] == list(range(N))
