# modes: one
"""Instance attributes under reads, writes, additions and deletions by many threads."""
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


class Thing:
    limit = 10


# Attributes that different threads add to one instance are all there.
shared = Thing()
together(*[lambda k=k: [setattr(shared, f"a{k}_{i}", (k, i)) for i in range(300)] for k in range(5)])
assert len(vars(shared)) == 1500
assert all(getattr(shared, f"a{k}_{i}") == (k, i) for k in range(5) for i in range(300))

# A read gives the old or the new value.
shared = Thing()
shared.a = ("a", 0)
shared.b = ("b", 0)
stop = []


def write():
    for i in range(N * 2):
        shared.a = ("a", i)
        shared.b = ("b", i)
    stop.append(1)


def read():
    while not stop:
        assert shared.a[0] == "a"
        assert shared.b[0] == "b"
        assert shared.__dict__["a"][0] == "a"
        assert vars(shared).keys() >= {"a", "b"}
        assert getattr(shared, "a")[0] == "a"


together(write, read, read)

# Deleting and adding beside readers: AttributeError or a value, never anything else.
shared = Thing()
stop = []


def flip():
    for i in range(N):
        shared.x = i
        shared.y = str(i)
        try:
            del shared.x
        except AttributeError as error:
            assert str(error) == "'Thing' object has no attribute 'x'"
    stop.append(1)


def probe():
    while len(stop) < 2:
        try:
            assert type(shared.x) is int
        except AttributeError as error:
            assert str(error) == "'Thing' object has no attribute 'x'"
        assert shared.limit == 10
        hasattr(shared, "x")
        dict(vars(shared))


together(flip, flip, probe, probe)

# __dict__ appears and is replaced while others use the attributes.
shared = Thing()
shared.v = 0
stop = []


def replace():
    for i in range(N):
        shared.__dict__ = {"v": i}
    stop.append(1)


def use():
    while not stop:
        assert type(shared.v) is int
        shared.v = -1
        shared.__dict__.get("v")


together(replace, use, use)
assert type(shared.v) is int


class Slots:
    __slots__ = ("a", "b")


shared = Slots()
shared.a = shared.b = 0
stop = []


def slots_write():
    for i in range(N):
        shared.a = i
        shared.b = [i]
        del shared.b
        shared.b = (i,)
    stop.append(1)


def slots_read():
    while not stop:
        assert type(shared.a) is int
        try:
            assert type(shared.b) in (list, tuple, int)
        except AttributeError:
            pass


together(slots_write, slots_read, slots_read)

# Instances of one class made by all threads, with attributes in different orders.
made = []


def make(k):
    for i in range(500):
        thing = Thing()
        for name in ("p", "q", "r")[:: 1 if k % 2 else -1]:
            setattr(thing, name, (k, i))
        if k == 2:
            del thing.q
            thing.q = (k, i)
        made.append(thing)


together(*[lambda k=k: make(k) for k in range(4)])
assert len(made) == 2000
assert all(t.p == t.q == t.r for t in made)

# Function attributes, module attributes and globals.
def function():
    return marker


marker = 0
stop = []


def set_globals():
    global marker
    for i in range(N):
        marker = i
        function.note = i
        globals()[f"dynamic{i % 20}"] = i
        globals().pop(f"dynamic{(i + 7) % 20}", None)
    stop.append(1)


def get_globals():
    while not stop:
        assert type(function()) is int
        assert type(getattr(function, "note", 0)) is int


together(set_globals, get_globals, get_globals)

# A property and a counter under a lock.
class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self._n = 0

    @property
    def n(self):
        return self._n

    def add(self):
        with self._lock:
            self._n += 1


counter = Counter()
together(*[lambda: [counter.add() for _ in range(1000)] for _ in range(4)])
assert counter.n == 4000


# A name that the class has, too, gets its slot in instances while all threads load and store it: whoever stored a value finds it. Each round has
# code of its own, whose caches know one class.
SOURCE = """
class Defaults:
    mark = "of the class"

    def __init__(self, mark=None):
        self.first = 1
        if mark is not None:
            self.mark = mark

    def get(self):
        return self.mark
"""


def hide_default():
    namespace = {}
    exec(SOURCE, namespace)
    Defaults = namespace["Defaults"]
    warm = threading.Barrier(8)

    def load_and_hide():
        assert Defaults().get() == "of the class"
        warm.wait()
        for _ in range(3):
            for _ in range(3):
                assert Defaults().get() == "of the class"
            assert Defaults("own").get() == "own"

    together(*[load_and_hide] * 8)


for _ in range(100 * SCALE):
    hide_default()
