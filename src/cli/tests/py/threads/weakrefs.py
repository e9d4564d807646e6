# modes: one
"""Weak references: upgrading against dying, callbacks once, weak containers under threads."""
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

N = 1000 * SCALE


class Thing:
    def __init__(self, n=0):
        self.n = n


# An upgrade gives a live object or None.
current = [Thing(0)]
reference = [weakref.ref(current[0])]
stop = []


def replace():
    for i in range(N * 3):
        thing = Thing(i)
        reference[0] = weakref.ref(thing)
        current[0] = thing
    stop.append(1)


def upgrade():
    while not stop:
        thing = reference[0]()
        if thing is not None:
            assert type(thing) is Thing and type(thing.n) is int
        thing = None


together(replace, upgrade, upgrade)

# Each callback runs once, whoever drops the last reference.
called = []
refs = []
objects = []


def make(k):
    for i in range(N):
        thing = Thing((k, i))
        refs.append(weakref.ref(thing, lambda ref, key=(k, i): called.append(key)))
        objects.append(thing)


together(*[lambda k=k: make(k) for k in range(3)])


def drop():
    while True:
        try:
            objects.pop()
        except IndexError:
            return


together(drop, drop, drop)
gc.collect()
assert len(called) == 3 * N and len(set(called)) == 3 * N
assert all(ref() is None for ref in refs)

# Threads race to make the one reference without a callback.
for _ in range(100):
    thing = Thing()
    made = []
    together(*[lambda: made.append(weakref.ref(thing)) for _ in range(4)])
    assert all(ref is made[0] for ref in made)
    assert weakref.getweakrefcount(thing) == 1

# WeakValueDictionary as a cache of objects that die at any time.
cache = weakref.WeakValueDictionary()


def use_cache(k):
    for i in range(N):
        key = i % 20
        thing = cache.get(key)
        if thing is None:
            thing = Thing(key)
            cache[key] = thing
        assert thing.n == key
        if i % 50 == 0:
            list(cache.items())
            len(cache)
        thing = None


together(*[lambda k=k: use_cache(k) for k in range(4)])
gc.collect()
assert len(cache) == 0

# WeakKeyDictionary and WeakSet.
keyed = weakref.WeakKeyDictionary()
members = weakref.WeakSet()


def use_keys():
    for i in range(N // 2):
        thing = Thing(i)
        keyed[thing] = i
        members.add(thing)
        assert keyed[thing] == i and thing in members
        if i % 50 == 0:
            for member in list(members):
                assert type(member) is Thing
        thing = member = None


together(use_keys, use_keys, use_keys)
gc.collect()
assert len(keyed) == 0 and len(members) == 0

# finalize runs once, from whichever thread.
finished = []
things = [Thing(i) for i in range(N)]
for thing in things:
    weakref.finalize(thing, finished.append, thing.n)
del thing


def drop_things():
    while True:
        try:
            things.pop()
        except IndexError:
            return


together(drop_things, drop_things)
gc.collect()
assert sorted(finished) == list(range(N))

# A proxy: the attribute, or ReferenceError.
holder = [Thing(5)]
proxy = [weakref.proxy(holder[0])]
stop = []


def swap():
    for i in range(N):
        thing = Thing(i)
        proxy[0] = weakref.proxy(thing)
        holder[0] = thing
    stop.append(1)


def use_proxy():
    while not stop:
        try:
            assert type(proxy[0].n) is int
        except ReferenceError as error:
            assert str(error) == "weakly-referenced object no longer exists"


together(swap, use_proxy, use_proxy)

# Bound methods.
thing_lock = threading.Lock()


class Method:
    def m(self):
        return "m"


def methods():
    for _ in range(200):
        owner = Method()
        wm = weakref.WeakMethod(owner.m)
        assert wm()() == "m"
        del owner
        assert wm() is None


together(methods, methods)


# All ask for the reference to one class: while somebody holds it there is one, and it ends and is made anew under their hands.
class Shared:
    pass


def refer():
    for i in range(N):
        found = weakref.ref(Shared)
        assert found() is Shared and weakref.ref(Shared) is found
        if i % 50 == 0:
            own = type("Own", (Shared,), {})
            mine = weakref.ref(own)
            assert mine() is own and weakref.ref(own) is mine
            del own
            gc.collect(0)
        del found


together(*[refer] * 4)
assert weakref.getweakrefcount(Shared) <= 1
