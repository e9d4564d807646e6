# modes: one
# timeout: 20
"""Loops run, and are compiled, while another thread attaches and detaches and rebinds what they use: globals, classes, methods, code, attributes, items."""
import gc
import os
import sys
import threading
import time

SECONDS = 0.35 * int(os.environ.get("PYSTON_TEST_SCALE", "1"))


def beside(change, loop):
    """Runs `loop` while another thread runs `change(n)` again and again, alone now and then. What the loop returned."""
    over = threading.Event()
    failed = []

    def changer():
        n = 0
        try:
            while not over.is_set():
                n += 1
                change(n)
                if n % 50 == 0:
                    # Long enough to be the only thread, for whoever is left.
                    time.sleep(0.002)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=changer)
    thread.start()
    try:
        return loop(time.monotonic() + SECONDS)
    finally:
        over.set()
        thread.join()
        assert not failed, failed




# ---- globals
level = 1
other = (1, 2)


def rebind_globals(n):
    global level, other
    level = (1, 2.5, 1 << 70, "x")[n % 4]
    other = (n, n + 1)


def read_globals(end):
    seen = set()
    rounds = 0
    while time.monotonic() < end:
        for i in range(50):
            seen.add(level)
            a, b = other
            assert b == a + 1
            rounds += 1
    return seen


seen = beside(rebind_globals, read_globals)
assert seen <= {1, 2.5, 1 << 70, "x"}, seen


# ---- a class and its methods
class Shape:
    kind = 1

    def area(self, n):
        return (n, "first")

    @property
    def side(self):
        return 1


def second_area(self, n):
    return (n, "second")


first_area = Shape.area


def change_class(n):
    Shape.kind = (1, 2.5, None)[n % 3]
    Shape.area = (first_area, second_area)[n % 2]
    Shape.side = property(lambda self: n) if n % 5 else 7
    if n % 7 == 0:
        Shape.extra = n
        del Shape.extra


def use_class(end):
    shape = Shape()
    rounds = total = 0
    while time.monotonic() < end:
        for i in range(50):
            number, name = shape.area(i)
            assert number == i and name in ("first", "second")
            assert shape.kind in (1, 2.5, None)
            assert type(shape.side) is int
            total += number
        rounds += 1
    return total == rounds * sum(range(50))


assert beside(change_class, use_class)


# ---- the code of a function
def one(n, k=1):
    return n + k


def two(n, k=1):
    m = 0
    for _ in range(2):
        m += n
    return m - n + k


codes = [one.__code__, two.__code__]


def swapped(n, k=1):
    return n + k


def change_code(n):
    swapped.__code__ = codes[n % 2]
    swapped.__defaults__ = (1,) if n % 3 else (1.0,)


def call_swapped(end):
    rounds = 0
    while time.monotonic() < end:
        for i in range(50):
            assert swapped(i) == i + 1
            rounds += 1
    return rounds > 0


assert beside(change_code, call_swapped)


# ---- attributes of an object
class Point:
    def __init__(self):
        self.x = 1
        self.y = 1


class Slots:
    __slots__ = ("x", "y")

    def __init__(self):
        self.x = 1
        self.y = 1


class Point3(Point):
    def __init__(self):
        super().__init__()
        self.z = 2


points = [Point(), Slots(), Point3()]


def change_points(n):
    for point in points:
        point.x = (n, n + 0.5, str(n))[n % 3]
        if n % 11 == 0:
            del point.y
            point.y = n
    points[2].__class__ = (Point, Point3)[n % 2]
    points[0].__dict__["w"] = n


def read_points(end):
    numbers = texts = 0
    while time.monotonic() < end:
        for _ in range(20):
            for point in points:
                x = point.x
                if type(x) is str:
                    assert int(x) >= 0
                    texts += 1
                else:
                    assert x + 1 > x
                    numbers += 1
                try:
                    assert point.y + 0 >= 1
                except AttributeError:
                    pass
                point.y = 1
    return numbers + texts > 0


assert beside(change_points, read_points)


# ---- lists and dicts that both use
shared = list(range(20))
table = {n: n * 1.5 for n in range(20)}


def change_items(n):
    shared[n % 20] = (n, n + 0.5, None)[n % 3]
    shared.append(n)
    shared.append(-1.5)
    del shared[20:]
    if n % 40 == 0:
        shared[:] = list(range(20))
    table[n % 20] = (n, n + 0.5)[n % 2]
    table[-n] = n
    table.pop(-n)


def read_items(end):
    count = 0
    while time.monotonic() < end:
        total = 0.0
        for item in shared:
            if item is not None:
                total = total + item
        for i in range(22):
            try:
                item = shared[i]
            except IndexError:
                assert i >= 20
                continue
            assert item is None or item + 1 > item
            shared[i if i < 20 else 0] = i
        for i in range(20):
            total = total + table[i] * 0.5
        for item in list(table.values()):
            total = total - item
        for at, item in enumerate(shared):
            assert at < 25 and (item is None or type(item) in (int, float))
        count += 1
    return count


assert beside(change_items, read_items) > 0


# ---- one thread, many, and one again in the middle of a loop: numbers, objects and lists of before, meanwhile and after
def crunch(rounds, starts):
    """What comes out does not depend on whether other threads come and go meanwhile."""
    total, scale, kept = 0, 1.0, [0.0] * 8
    objects = [Point() for _ in range(8)]
    for i in range(rounds):
        total = total + (i ^ 21) * 3 - (total >> 5)
        scale = scale * 1.0001 + i % 3
        kept[i & 7] = kept[i & 7] + scale
        point = objects[i % 8]
        point.x = point.x + i
        point.y = kept[i & 7] * 0.5
        if starts and i % 250 == 100:
            worker = threading.Thread(target=crunch, args=(20, False))
            worker.start()
        if starts and i % 250 == 130:
            worker.join()
        if starts and i % 500 == 200:
            # Alone again for long enough to be told.
            time.sleep(0.003)
        if i % 1000 == 300:
            gc.collect()
    return total, scale, kept, [(point.x, point.y) for point in objects]


expected = crunch(2000, False)
for _ in range(2):
    assert crunch(2000, True) == expected

# ---- the same in several threads at once, which share what they return
results = []
threads = [threading.Thread(target=lambda: results.append(crunch(1500, False))) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(results) == 4 and all(result == results[0] for result in results) and results[0] == crunch(1500, False)


# ---- generators and closures that a loop drains while the other thread writes their variables
def counter():
    step = 1

    def count(n):
        i = 0
        while i < n:
            yield i
            i += step

    def set_step(to):
        nonlocal step
        step = to

    return count, set_step


count, set_step = counter()


def drain(end):
    rounds = 0
    while time.monotonic() < end:
        last = -1
        for i in count(60):
            assert i > last and i - last <= 2
            last = i
        rounds += 1
    return rounds


assert beside(lambda n: set_step(1 + n % 2), drain) > 0


# ---- locals that another thread looks at
def watched(end):
    frames.append(sys._getframe())
    rounds, half = 0, 0.0
    while time.monotonic() < end:
        for i in range(100):
            rounds += 1
            half = rounds * 0.5
    frames.clear()
    return rounds, half


frames = []


def look(n):
    for frame in frames[:]:
        found = frame.f_locals
        for name, kind in (("rounds", int), ("half", float), ("i", int)):
            value = found.get(name)
            assert value is None or type(value) is kind, (name, value)
        assert frame.f_lineno is None or frame.f_lineno > 0


rounds, half = beside(look, watched)
assert half == rounds * 0.5
