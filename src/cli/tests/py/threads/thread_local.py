# modes: one
"""threading.local: isolation, subclasses, death with the thread."""
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
import gc
import weakref

local = threading.local()
local.value = "main"
seen = []


def look(k):
    assert not hasattr(local, "value")
    try:
        local.value
    except AttributeError as error:
        assert str(error) == "'_thread._local' object has no attribute 'value'"
    for i in range(300):
        local.value = (k, i)
        local.other = [k]
        assert local.value == (k, i) and local.other == [k]
        assert local.__dict__ == {"value": (k, i), "other": [k]}
    del local.value
    assert vars(local) == {"other": [k]}
    seen.append(k)


together(*[lambda k=k: look(k) for k in range(6)])
assert sorted(seen) == list(range(6)) and local.value == "main"


class Own(threading.local):
    shared = "class"

    def __init__(self, start, *, key):
        self.count = start
        self.key = key
        made.append(threading.get_ident())

    def add(self):
        self.count += 1
        return self.count

    @property
    def double(self):
        return self.count * 2


made = []
own = Own(10, key="k")
counts = []
together(*[lambda: counts.append([own.add() for _ in range(3)]) for _ in range(4)])
assert counts == [[11, 12, 13]] * 4
assert own.count == 10 and own.key == "k" and own.double == 20 and own.shared == "class"
assert len(made) == 5 and len(set(made)) >= 2


class Slotted(threading.local):
    __slots__ = ("slot",)


slotted = Slotted()
slotted.slot = "shared by all threads"
slotted.mine = 1
results = []
together(lambda: results.append((slotted.slot, hasattr(slotted, "mine"))))
assert results == [("shared by all threads", False)]

try:
    threading.local(1)
    assert False
except TypeError as error:
    assert str(error) == "Initialization arguments are not supported"
try:
    local.__dict__ = {}
    assert False
except AttributeError as error:
    assert str(error) == "'_thread._local' object attribute '__dict__' is read-only"


# What a thread put there dies when the thread ends, or when the local does.
class Thing:
    pass


alive = []


def hold():
    thing = Thing()
    alive.append(weakref.ref(thing))
    local.thing = thing


together(hold, hold, hold)
gc.collect()
assert all(ref() is None for ref in alive)
another = threading.local()
another.thing = Thing()
ref = weakref.ref(another.thing)
del another
gc.collect()
assert ref() is None

# Many locals in many threads.
locals_ = [threading.local() for _ in range(50)]


def many(k):
    for i, one in enumerate(locals_):
        one.x = (k, i)
    for _ in range(5):
        assert all(one.x == (k, i) for i, one in enumerate(locals_))


together(*[lambda k=k: many(k) for k in range(6)])
assert not any(hasattr(one, "x") for one in locals_)

# A local in a generator that moves between threads shows the values of the thread that runs it.
def generator():
    while True:
        yield getattr(local, "value", "unset")


shared = generator()
assert next(shared) == "main"
results = []
together(lambda: results.append(next(shared)))
assert results == ["unset"]
