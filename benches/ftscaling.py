"""Small workloads that scale perfectly if threads share nothing that is written.

    python ftscaling.py [--threads N] [--seconds S] [NAME …]

`CODE` holds workloads whose threads share code, classes, modules and constants
but no data; `SHARED` holds those whose threads share data: they read one object,
take one lock, or feed each other. Each is a function of a number of loops. Run as
a program it compares N threads with one; `run.py --suite ftscaling --threads N`
compares them with N processes, which is the fairer measure (see docs/benchmarks.md).
"""

import collections
import copy
import dataclasses
import enum
import math
import operator
import queue
import sys
import threading
import time
import typing

CODE = {}
SHARED = {}


def code(function):
    """A workload without data of its own: the function itself."""
    CODE[function.__name__] = function
    return function


def shared(maker):
    """A workload with shared data: the maker is called once and returns the function."""
    SHARED[maker.__name__] = maker
    return maker


# Calls of native functions and methods.


@code
def object_cfunction(loops):
    """Methods of a private list."""
    window = [1] * 100
    total = 0
    for i in range(loops):
        window.pop(0)
        window.append(i)
        total += window[50]
    return total


@code
def cmodule_function(loops):
    """A function of a native module, looked up each time."""
    for i in range(loops):
        math.cos(i)


@code
def object_lookup_special(loops):
    """A builtin that looks up a special method on its argument's type."""
    step = 0.37
    for i in range(loops):
        round(i * step)


@code
def method_caller(loops):
    call = operator.methodcaller("area")
    shape = Shape(3, 4)
    for _ in range(loops):
        call(shape)


# Constants.


@code
def mult_constant(loops):
    """A float constant of the code object as an operand."""
    x = 1.0
    for _ in range(loops):
        x *= 1.0000001
    return x


@code
def load_string_const(loops):
    total = 0
    for _ in range(loops):
        if "a constant of this function" == "another":
            total += 1
        total += len("a constant of this function")
    return total


@code
def load_tuple_const(loops):
    total = 0
    for i in range(loops):
        total += (1001, 1002)[i & 1]
    return total


# Calls of Python code.


class Shape:
    sides = 4

    def __init__(self, width, height):
        self.width = width
        self.height = height

    def area(self):
        return self.width * self.height

    @classmethod
    def count(cls):
        return cls.sides

    @staticmethod
    def twice(x):
        return x + x


class Solid(Shape):
    def __init__(self, width, height):
        super().__init__(width, height)

    def area(self):
        return super().area() * 2


def plus_one(x):
    return x + 1


def numbers(n):
    yield from range(n)


@code
def generator(loops):
    """Many short generators."""
    for _ in range(loops // 10 + 1):
        for _ in numbers(10):
            pass


@code
def pymethod(loops):
    shape = Shape(3, 4)
    for _ in range(loops):
        shape.area()


@code
def pyfunction(loops):
    def inner(x):
        return x

    for i in range(loops):
        inner(i)


@code
def module_function(loops):
    """A function of this module: a global that all threads read and call."""
    for i in range(loops):
        plus_one(i)


@code
def super_call(loops):
    solid = Solid(3, 4)
    for _ in range(loops):
        solid.area()


@code
def classmethod_call(loops):
    for _ in range(loops):
        Shape.count()


@code
def staticmethod_call(loops):
    for i in range(loops):
        Shape.twice(i)


# Creating objects.


@dataclasses.dataclass
class Entry:
    key: str
    value: int
    weight: float = 1.0


Pair = collections.namedtuple("Pair", "left right")


class Named(typing.NamedTuple):
    left: int
    right: int


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class Empty:
    pass


@code
def create_pyobject(loops):
    for _ in range(loops):
        Shape(3, 4)


@code
def create_closure(loops):
    for i in range(loops):

        def closure():
            return i

        closure()


@code
def create_dict(loops):
    for i in range(loops):
        {"key": i, "other": "value"}


@code
def instantiate_dataclass(loops):
    for i in range(loops):
        Entry("key", i)


@code
def instantiate_namedtuple(loops):
    for i in range(loops):
        Pair(i, 2)
        Named(i, 3)


@code
def deepcopy(loops):
    value = {"list": [1, 2, [3, 4]], "tuple": (1, [2]), "text": "words"}
    for _ in range(loops // 20 + 1):
        copy.deepcopy(value)


# Attributes.


_local = threading.local()


@code
def thread_local_read(loops):
    """An attribute of a thread-local object."""
    _local.value = 100
    local = _local
    total = 0
    for _ in range(loops):
        total += local.value
    return total


@code
def setattr_non_interned(loops):
    """Names made at run time, which no other thread has seen."""
    prefix = "name_"
    thing = Empty()
    for i in range(loops):
        setattr(thing, prefix + str(i % 20), None)


@code
def enum_attr(loops):
    for _ in range(loops):
        Color.RED
        Color.GREEN.value


# Data that all threads read. No value is immortal: each is made at run time and held by the container alone.


def leaf(i):
    """A float that no constant holds."""
    return i * 1000.5 + 0.25


def thing(i):
    """A mutable instance: reading it hands out a reference to an object with a count."""
    made = Empty()
    made.number = i
    return made


@shared
def shared_dict():
    table = {str(i): leaf(i) for i in range(16)}
    keys = list(table)

    def work(loops):
        mine = table
        key = keys[3]
        other = keys[7]
        for _ in range(loops):
            mine[key]
            mine[other]

    return work


@shared
def shared_dict_objects():
    table = {str(i): thing(i) for i in range(16)}
    keys = list(table)

    def work(loops):
        mine = table
        key = keys[3]
        other = keys[7]
        for _ in range(loops):
            mine[key]
            mine[other]

    return work


@shared
def shared_list():
    values = [leaf(i) for i in range(16)]

    def work(loops):
        mine = values
        for _ in range(loops):
            mine[3]
            mine[7]

    return work


@shared
def shared_list_objects():
    values = [thing(i) for i in range(16)]

    def work(loops):
        mine = values
        for _ in range(loops):
            mine[3]
            mine[7]

    return work


@shared
def shared_instance_attribute():
    holder = Empty()
    holder.first = leaf(1)
    holder.second = leaf(2)

    def work(loops):
        mine = holder
        for _ in range(loops):
            mine.first
            mine.second

    return work


@shared
def shared_class_attribute():
    class Holder:
        first = leaf(1)
        second = leaf(2)

    def work(loops):
        mine = Holder
        for _ in range(loops):
            mine.first
            mine.second

    return work


GLOBAL_FIRST = leaf(1)
GLOBAL_SECOND = leaf(2)


@shared
def shared_global():
    def work(loops):
        for _ in range(loops):
            GLOBAL_FIRST
            GLOBAL_SECOND

    return work


@shared
def shared_closure_variable():
    first = leaf(1)
    second = leaf(2)

    def work(loops):
        for _ in range(loops):
            first
            second

    return work


@shared
def shared_iteration():
    """Iterating over one list and one dict, each thread with its own iterators."""
    values = [leaf(i) for i in range(50)]
    table = {str(i): leaf(i) for i in range(50)}

    def work(loops):
        for _ in range(loops // 50 + 1):
            for _ in values:
                pass
            for _ in table.items():
                pass

    return work


@shared
def shared_method():
    """Calling a method of one shared instance, which reads the instance."""
    shape = Shape(int("30000"), int("40000"))

    def work(loops):
        mine = shape
        for _ in range(loops):
            mine.area()

    return work


@shared
def append_shared_object():
    """One shared object goes into private lists: its count cannot stay private."""
    value = thing(1)

    def work(loops):
        found = []
        append = found.append
        for i in range(loops):
            append(value)
            if i & 1023 == 1023:
                found.clear()

    return work


# Synchronisation.


@code
def lock_uncontended(loops):
    """A lock of this thread alone."""
    lock = threading.Lock()
    for _ in range(loops):
        lock.acquire()
        lock.release()


@shared
def lock_contended():
    lock = threading.Lock()
    total = [0]

    def work(loops):
        for _ in range(loops):
            with lock:
                total[0] += 1

    return work


@code
def queue_private(loops):
    """Put and get by one thread."""
    box = queue.SimpleQueue()
    put = box.put
    get = box.get
    for i in range(loops):
        put(i)
        get()


@code
def queue_pair(loops):
    """Put and get between this thread and one that it starts."""
    box = queue.Queue()

    def consume():
        get = box.get
        while get() is not None:
            pass

    other = threading.Thread(target=consume)
    other.start()
    put = box.put
    for i in range(loops):
        put(i)
    put(None)
    other.join()


# What `run.py` and its worker ask for.


def names():
    return [*CODE, *SHARED]


def workload(name):
    """The function of a number of loops."""
    return CODE[name] if name in CODE else SHARED[name]()


# As a program.


def loops_for(function, seconds):
    """So many loops take about that time on one thread."""
    loops = 100
    while True:
        start = time.perf_counter()
        function(loops)
        taken = time.perf_counter() - start
        if taken > seconds / 4:
            return max(1, int(loops * seconds / taken))
        loops *= 4


def timed(function, loops, count):
    """Seconds until so many threads have each done all loops."""
    barrier = threading.Barrier(count + 1)

    def run():
        barrier.wait()
        function(loops)
        barrier.wait()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    barrier.wait()
    taken = time.perf_counter() - start
    for thread in threads:
        thread.join()
    return taken


def main(argv):
    count, seconds, wanted = 2, 0.3, []
    words = iter(argv)
    for word in words:
        if word == "--threads":
            count = int(next(words))
        elif word == "--seconds":
            seconds = float(next(words))
        elif word == "--list":
            print("\n".join(names()))
            return
        elif word.startswith("-"):
            sys.exit(__doc__)
        else:
            wanted.append(word)
    for name in wanted:
        if name not in CODE and name not in SHARED:
            sys.exit(f"ftscaling: no workload {name}")
    print(f"{'workload':28} {'1 thread':>10} {f'{count} threads':>10}  scaling (perfect: {count})")
    for name in wanted or names():
        function = workload(name)
        loops = loops_for(function, seconds)
        one = min(timed(function, loops, 1) for _ in range(3))
        many = min(timed(function, loops, count) for _ in range(3))
        print(f"{name:28} {one * 1e9 / loops:7.1f} ns {many * 1e9 / loops:7.1f} ns  {count * one / many:5.2f}x", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
