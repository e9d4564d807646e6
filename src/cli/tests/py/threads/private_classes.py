# modes: one
"""Classes that threads make for themselves under bases that all have, and how the others come by them."""
import abc
import collections
import collections.abc
import dataclasses
import enum
import gc
import os
import pickle
import queue
import sys
import threading
import types
import weakref

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))
ROUNDS = 60 * SCALE


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


# A program that keeps to itself: modules, functions and classes that only its thread can reach.
PROGRAM = '''
import abc
import collections
import dataclasses
import enum
import typing

numbers = [float(n) for n in range(50)]
table = {"numbers": numbers, "counts": {}}


def total():
    return sum(numbers)


class Shape(abc.ABC):
    made = 0
    registry = []

    def __init__(self, side):
        self.side = side
        Shape.made += 1
        self.registry.append(side)

    @abc.abstractmethod
    def area(self): ...

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        table[cls.__name__] = cls


class Square(Shape):
    def area(self):
        return self.side * self.side


class Cube(Square):
    __slots__ = ("depth",)

    def __init__(self, side):
        super().__init__(side)
        self.depth = side

    @property
    def volume(self):
        return self.area() * self.depth


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


Pair = collections.namedtuple("Pair", "left right")


class Meta(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.by = cls.__name__
        return made


class Made(metaclass=Meta):
    pass


class Box(typing.Generic[typing.TypeVar("T")]):
    def __init__(self, value):
        self.value = value


class Broken(Exception):
    def __init__(self, value):
        super().__init__(value)
        self.value = value


def work(n):
    assert total() == 1225.0
    cube = Cube(n)
    assert cube.volume == n**3 and isinstance(cube, Shape) and Shape.registry[-1] == n
    assert table["Cube"] is Cube and Shape.__subclasses__() == [Square]
    assert Point(n) < Point(n, 1) and repr(Point(1, 2)) == "Point(x=1, y=2)"
    assert Colour(2) is Colour.BLUE and list(Colour) == [Colour.RED, Colour.BLUE]
    assert Pair(n, 2)._replace(right=3) == (n, 3)
    assert Made().by == "Made"
    assert Box[int](n).value == n
    try:
        raise Broken(n)
    except Broken as error:
        assert error.value == n
    Square.extra = n
    assert cube.extra == n
    del Square.extra
    table["counts"][n] = [Cube(n) for _ in range(3)]
    if len(table["counts"]) > 20:
        table["counts"].clear()
    del Shape.registry[:]
'''


def program():
    module = types.ModuleType("program")
    exec(compile(PROGRAM, "program", "exec"), module.__dict__)
    for n in range(ROUNDS):
        module.work(n)
    return module


together(program, program, program, program)


# The base changes, in every way, while others make classes under it and use them.
class Base:
    value = 0

    def who(self):
        return "base"


class OtherBase:
    def other(self):
        return "other"


class Between(Base):
    pass


stop = threading.Event()


def change():
    for n in range(ROUNDS * 4):
        Base.value = n
        Base.__len__ = lambda self: 5
        Base.who = (lambda self: "base") if n % 2 else (lambda self: "other base")
        if n % 5 == 0:
            Between.__bases__ = (Base, OtherBase) if n % 2 else (Base,)
        del Base.__len__
        if n % 10 == 0:
            assert all(issubclass(cls, Base) for cls in Base.__subclasses__())
    stop.set()


def make():
    kept = collections.deque(maxlen=5)
    count = 0
    while not stop.is_set():
        count += 1

        class Mine(Between):
            own = [count]

            def __init__(self):
                self.items = [count]

            def mine(self):
                return self.own[0], self.items[0], count

        class Below(Mine):
            def who(self):
                return super().who()

        one, two = Mine(), Below()
        for _ in range(20):
            assert one.mine() == two.mine() == (count, count, count)
            assert two.who() in ("base", "other base")
            assert type(one.value) is int and one.value <= Base.value
            try:
                assert len(two) == 5
            except (TypeError, AttributeError):
                # Not there, or gone between the look and the call.
                pass
            one.items.append(two)
            two.attribute = one
        Mine.changed = count
        assert two.changed == count
        kept.append((Mine, Below, one))
        if count % 20 == 0:
            # What is listed under a base is looked at whenever that changes: garbage should not pile up.
            gc.collect()
        for cls, below, instance in kept:
            assert instance.own is cls.own and below.__mro__[1] is cls


together(change, make, make, make)


# Whoever lists the subclasses of a base finds complete classes, and may use them as their makers do.
class Listed:
    pass


stop.clear()


def look():
    for _ in range(ROUNDS):
        for cls in Listed.__subclasses__()[-20:]:
            assert cls.numbers[0] == cls.__name__
            cls.numbers.append(0)
            assert cls().again() == cls.__name__
            cls.seen = cls
            for below in cls.__subclasses__():
                assert below.numbers is cls.numbers
                below().again()
    stop.set()


def list_mine():
    count = 0
    while not stop.is_set():
        count += 1
        name = f"Mine{count}"
        mine = type(name, (Listed,), {"numbers": [name, {}], "again": lambda self: self.numbers[0]})
        below = type("Below", (mine,), {})
        for _ in range(10):
            mine.numbers.append([mine])
            assert mine().again() == below().again() == name
            mine.numbers[1][len(mine.numbers)] = below
        # Both are garbage, in a cycle.
        if count % 20 == 0:
            gc.collect()


together(look, look, list_mine, list_mine)


# Instances, classes, bound methods and functions are handed over.
def handed_over():
    post = queue.SimpleQueue()
    makers = 3

    def make(n):
        class Parcel:
            label = [n]

            def __init__(self):
                self.inside = {"n": n}

            def open(self):
                return self.label[0], self.inside["n"]

        def outside(parcel):
            return parcel.open()

        parcel = Parcel()
        post.put([parcel, Parcel, parcel.open, outside, weakref.ref(Parcel)][n % 5])
        Parcel.label.append(n)
        parcel.inside[n] = n
        assert parcel.open() == (n, n)
        Parcel.later = n
        assert parcel.later == n

    def maker():
        for n in range(ROUNDS):
            make(n)
        post.put(None)

    def taker():
        ended = 0
        while ended < makers:
            item = post.get()
            if item is None:
                ended += 1
            elif isinstance(item, type):
                label, n = item().open()
                assert label == n
                item.label = [n]
            elif isinstance(item, weakref.ref):
                cls = item()
                if cls is not None:
                    cls.label.append(0)
                    cls().open()
            elif callable(item):
                if item.__name__ == "open":
                    item()
                    type(item.__self__).extra = 1
                else:
                    assert item.__globals__ is globals()
            else:
                label, n = item.open()
                assert label == n
                type(item).extra = item
                item.inside["more"] = [item]

    together(taker, *[maker] * makers)


handed_over()


# Registration, and questions to abstract classes that all have.
class Common(abc.ABC):
    @abc.abstractmethod
    def need(self): ...


def abstract():
    for n in range(ROUNDS):

        class Concrete(Common):
            def need(self):
                return n

        class Virtual:
            def __len__(self):
                return n

        assert Concrete().need() == n and isinstance(Concrete(), Common)
        assert not isinstance(Virtual(), Common)
        Common.register(Virtual)
        assert isinstance(Virtual(), Common) and issubclass(Virtual, Common)
        assert isinstance(Virtual(), collections.abc.Sized) and not isinstance(Virtual(), collections.abc.Mapping)
        try:
            Common()
        except TypeError:
            pass
        else:
            raise AssertionError("an abstract class was instantiated")


together(abstract, abstract, abstract)

# Classes that die with their threads, and such that do not.
survivors = []


def leave(n):
    class Stays(Base):
        number = [n]

    class Goes(Base):
        itself = None

    Goes.itself = [Goes, Goes()]
    local.cls = Stays
    survivors.append(Stays()) if n % 2 else None
    local.kept = type("Kept", (Stays,), {})()


local = threading.local()
for n in range(ROUNDS):
    together(lambda: leave(n), lambda: leave(n + 1))
gc.collect()
assert all(type(one).number[0] % 2 and type(one) in Base.__subclasses__() for one in survivors)
assert not any(cls.__name__ == "Goes" for cls in Base.__subclasses__())
for one in survivors:
    type(one).number.append(one)
survivors.clear()
gc.collect()


# A class that a module has is pickled by name; one that moved from private to common is the same class.
def pickled():
    name = f"pickled_{threading.get_ident()}"
    module = types.ModuleType(name)
    exec("class Thing:\n    def __init__(self, n):\n        self.n = n\n    def __eq__(self, other):\n        return self.n == other.n\n", module.__dict__)
    try:
        pickle.dumps(module.Thing(1))
    except pickle.PicklingError:
        pass
    else:
        raise AssertionError("a class that no module has was pickled")
    sys.modules[name] = module
    try:
        for n in range(ROUNDS):
            again = pickle.loads(pickle.dumps(module.Thing(n)))
            assert again == module.Thing(n) and type(again) is module.Thing
    finally:
        del sys.modules[name]


together(pickled, pickled, pickled)


# An instance moves to another class; caches that all share, and code that all run, with classes of one's own.
class Fixed:
    pass


fixed = Fixed()


def ask(thing):
    thing.seen = thing.answer()
    return thing.seen, thing.constant, len(thing)


def same_code():
    for n in range(ROUNDS):
        body = {"constant": n, "answer": lambda self: (n, self.constant), "__len__": lambda self: n}
        cls = type("Same", (), dict(body))
        for _ in range(12):
            assert ask(cls()) == ((n, n), n, n)
        fixed.__class__ = cls
        cls.constant = n
        type(fixed).constant
        fixed.__class__ = Fixed if n % 2 else type("Moved", (Fixed,), body)


together(same_code, same_code, same_code)
fixed.__class__ = Fixed


# The collector finds classes of all threads.
def found():
    for n in range(max(3, ROUNDS // 20)):

        class Hidden(Base):
            inside = [n]

        hidden = Hidden()
        assert any(one is hidden for one in gc.get_referrers(Hidden))
        for one in gc.get_objects():
            if isinstance(one, type) and one.__name__ == "Hidden":
                one.inside.append(one)
        assert Hidden.inside[0] == n


together(found, found)


# A frame that others know names the globals of its function when it has ended, too.
def frames():
    found, seen = queue.SimpleQueue(), queue.SimpleQueue()

    def run():
        space = {"found": found, "sys": sys, "inside": [1]}
        exec("def f():\n    local = [2]\n    found.put(sys._getframe())\n    inside.append(local)\n", space)
        for n in range(ROUNDS):
            space["f"]()
            space["inside"].append(space)
            if n > 3:
                seen.get()

    def look():
        for _ in range(ROUNDS):
            frame = found.get()
            frame.f_globals["inside"].append(frame.f_code)
            assert frame.f_builtins["len"] is len
            frame.f_locals.get("local", []).append(3)
            seen.put(None)

    together(run, look)


frames()
