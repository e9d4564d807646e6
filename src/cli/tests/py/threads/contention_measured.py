# modes: one
"""sys._contention: waits for objects appear with type and place, private data does not, measuring starts, stops and begins anew."""
import sys

if not hasattr(sys, "_contention"):
    sys.exit()  # It is not CPython's.

import _thread
import gc
import queue
import threading
import time

HERE = __file__
THREADS = 4


def line_of(function, text):
    """The line of a function where the text stands."""
    import inspect

    lines, first = inspect.getsourcelines(function)
    found = [first + at for at, line in enumerate(lines) if text in line]
    assert len(found) == 1, (text, found)
    return found[0]


def together(function, *, threads=THREADS, arguments=()):
    failures = []
    start = threading.Barrier(threads)

    def run():
        start.wait()
        try:
            function(*arguments)
        except BaseException as error:
            failures.append(error)

    all = [threading.Thread(target=run, name=f"worker-{at}") for at in range(threads)]
    for thread in all:
        thread.start()
    for thread in all:
        thread.join()
    if failures:
        raise failures[0]


def contended(function, expected, arguments):
    """Runs the function in threads until such waits were seen: whether threads meet is up to the machine."""
    rounds = 100
    while True:
        rounds *= 2
        sys._contention(True, reset=True)
        together(function, arguments=(rounds, *arguments))
        found = sys._contention(False)
        rows = [wait for wait in found.waits if wait.file == HERE and wait.type == expected]
        if rows:
            return rows, found
        assert rounds < 1_000_000, "threads never waited for each other"


# What is the case before anything was measured.
nothing = sys._contention()
assert not nothing.on and nothing.seconds == 0.0
assert nothing.waits == nothing.locks == nothing.stops == nothing.shared == nothing.threads == nothing.hot == nothing.pauses == nothing.foreign == nothing.shown == []
assert type(nothing).__name__ == "_contention_info" and len(nothing) == 12


# A list.
def reverse_list(rounds, shared):
    for _ in range(rounds):
        shared.reverse()


rows, found = contended(reverse_list, "list", ([*range(3000)],))
assert {(row.line, row.function) for row in rows} == {(line_of(reverse_list, "shared.reverse()"), "reverse_list")}, rows
row = rows[0]
assert row.count >= 1 and row.total >= row.longest > 0.0
assert row.n_fields == 7


# A dict.
class Holder:
    def update(self, rounds, shared, other):
        for _ in range(rounds):
            shared.update(other)


rows, found = contended(Holder().update, "dict", ({}, dict.fromkeys(range(3000))))
assert (line_of(Holder.update, "shared.update(other)"), "Holder.update") in {(row.line, row.function) for row in rows}, rows

# The threads that waited are known by name, and have waited no less than the rows say.
names = {thread.name for thread in found.threads}
assert {"MainThread"} | {f"worker-{at}" for at in range(THREADS)} <= names, names
assert "MainThread" in {thread.name for thread in found.threads if thread.alive}  # Those that were joined may still be ending.
by_rows, by_threads = sum(row.total for row in found.waits), sum(thread.objects for thread in found.threads)
assert 0 < by_rows <= by_threads * (1 + 1e-6), (by_rows, by_threads)
for thread in found.threads:
    parts = thread.attached, thread.detached, thread.objects, thread.locks, thread.world
    assert all(part >= 0 for part in parts) and sum(parts) <= found.seconds + 1e-3, (thread, found.seconds)
main, = [thread for thread in found.threads if thread.ident == threading.get_ident()]
assert main.locks > 0  # It joined the others.


# What only one thread has waits for nobody.
def private():
    mine, others = [], {}
    for number in range(20_000):
        mine.append(number)
        others[number] = mine
        mine[-1] += 1
    mine.sort()


sys._contention(True, reset=True)
together(private)
found = sys._contention(False)
assert [wait for wait in found.waits if wait.file == HERE and wait.type in ("list", "dict", "int")] == [], found.waits


# What becomes common is told, with the place; leaves alone, too.
class Item:
    def __init__(self):
        self.parts = [object() for _ in range(10)]


def publish(shared):
    for _ in range(5):
        shared.append(Item())


shared = []
sys._contention(True, reset=True)
together(publish, threads=2, arguments=(shared,))
found = sys._contention(False)
row, = [row for row in found.shared if row.type == "Item"]
assert (row.file, row.line, row.function, row.count) == (HERE, line_of(publish, "shared.append"), "publish", 10), row
# The instance, its list, ten objects, perhaps what the instance keeps its attributes in; the class once.
assert row.objects >= 10 * 12 and row.largest >= 12, row
assert len(shared) == 10


# What a thread keeps in a local stays its own, also in the thread that made the local before others knew it.
class Kept:
    pass


class Keeper(threading.local):
    item = None


def keep(place):
    keeper = Keeper()
    keeper.item = None
    # It is alone for a while, which lets it become so.
    time.sleep(0.02)
    place.append(keeper)
    for _ in range(5):
        keeper.item = Kept()


sys._contention(True, reset=True)
together(keep, threads=1, arguments=(shared,))
found = sys._contention(False)
assert [row for row in found.shared if row.type == "Kept"] == [], found.shared


# A collection of all objects makes nothing common of what threads work with.
PROGRAM = '''
class Cycle:
    def __init__(self):
        self.me = self

    def work(self):
        return 1
'''


def cycles():
    space = {}
    exec(PROGRAM, space)
    kept, place = [], []
    full = gc.get_stats()[2]["collections"]
    while gc.get_stats()[2]["collections"] < full + 2:
        kept.extend([space["Cycle"]().work()] for _ in range(1000))
    # It would be common already if the collections had made it so.
    sys._contention(True)
    shared.append(space["Cycle"])
    place.append(sys._contention().shared)
    rows = [row for row in place[0] if row.type == "type" and row.file == HERE and row.function == "cycles"]
    assert rows, place


sys._contention(True, reset=True)
together(cycles, threads=2)
sys._contention(False)


# Locks, queues and joins of the program are told apart from objects.
def wait_for_lock(lock, started):
    started.put(None)
    with lock:
        pass


for make, name in [(_thread.allocate_lock, "_thread.lock"), (threading.RLock, "_thread.RLock")]:
    lock, started = make(), queue.SimpleQueue()
    sys._contention(True, reset=True)
    lock.acquire()
    thread = threading.Thread(target=wait_for_lock, args=(lock, started))
    thread.start()
    started.get()
    time.sleep(0.05)
    lock.release()
    thread.join()
    found = sys._contention(False)
    rows = [row for row in found.locks if row.type == name and row.function == "wait_for_lock"]
    assert len(rows) <= 1, found.locks  # The thread may not have come so far yet.
    if rows:
        assert rows[0].line == line_of(wait_for_lock, "with lock:") and rows[0].count == 1
    assert not [row for row in found.waits if row.type == name]

# Stops of the world, by reason.
stop = threading.Event()
begun = threading.Event()


def spin():
    begun.set()
    while not stop.is_set():
        pass


sys._contention(True, reset=True)
thread = threading.Thread(target=spin)
thread.start()
begun.wait()
import gc

for _ in range(3):
    # Who has stopped the others keeps the world for what follows at once: that is not another stop.
    time.sleep(0.001)
    gc.collect()
    time.sleep(0.001)
    sys._current_frames()
found = sys._contention(False)
stop.set()
thread.join()
counts = {row.reason: row.count for row in found.stops}
assert counts["collector"] >= 3 and counts["inspection"] >= 3, counts
assert {row.kind: row.count for row in found.pauses}["full"] >= 3, found.pauses
assert all(row.held > 0 and row.longest_hold <= row.held and row.longest_wait <= row.waited for row in found.stops)

# Measuring goes on, ends, and begins anew.
assert sys._contention(True, reset=True) is not None
assert sys._contention().on
first = sys._contention().seconds
assert sys._contention().seconds >= first
assert not sys._contention(False).on
stopped = sys._contention().seconds
time.sleep(0.01)
assert sys._contention().seconds == stopped > 0
sys._contention(reset=True)
assert sys._contention().seconds == 0.0 and sys._contention().waits == []
# Many threads that ended are all counted.
sys._contention(True, reset=True)
for _ in range(300):
    _thread.start_joinable_thread(lambda: None).join()
found = sys._contention(False)
assert 200 <= len(found.threads) <= 300, len(found.threads)
text = sys._contention(text=True, reset=True)
assert "301 threads" in text and "waits for objects" in text, text

# Another thread may ask, too, while others wait.
def ask(shared):
    for _ in range(20):
        sys._contention(text=True)
        sys._contention()
        shared.reverse()


sys._contention(True, reset=True)
together(ask, arguments=([*range(1000)],))
sys._contention(False, reset=True)

for wrong in [lambda: sys._contention(True, True), lambda: sys._contention(on=True), lambda: sys._contention(nothing=1)]:
    try:
        wrong()
    except TypeError:
        pass
    else:
        raise AssertionError("accepted")
