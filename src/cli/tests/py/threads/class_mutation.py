# modes: one
"""Classes change while other threads call their methods."""
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

N = 1500 * SCALE


class Base:
    def who(self):
        return "base"

    value = 0


class Child(Base):
    pass


# A method is replaced, deleted and added again.
stop = []
allowed = {"base", "child 0", "child 1", "child 2"}


def mutate():
    for i in range(N):
        Child.who = [lambda self: "child 0", lambda self: "child 1", lambda self: "child 2"][i % 3]
        Child.value = i
        if i % 2:
            del Child.who
            del Child.value
    stop.append(1)


def call():
    child = Child()
    bound = child.who
    while not stop:
        assert child.who() in allowed
        assert Child.who(child) in allowed
        assert bound() in allowed
        assert type(child.value) is int
        assert type(Child.value) is int


together(mutate, call, call)


# Special methods come and go.
class Special:
    pass


stop = []


def specials():
    for i in range(N):
        Special.__add__ = lambda self, other: "added"
        Special.__len__ = lambda self: 5
        Special.__call__ = lambda self: "called"
        Special.__getattr__ = lambda self, name: name
        del Special.__add__, Special.__len__, Special.__call__, Special.__getattr__
    stop.append(1)


def use_specials():
    special = Special()
    while not stop:
        for use, good in (
            (lambda: special + 1, "added"),
            (lambda: len(special), 5),
            (lambda: special(), "called"),
            (lambda: special.anything, "anything"),
        ):
            try:
                assert use() == good
            except (TypeError, AttributeError):
                pass


together(specials, use_specials, use_specials)


# The bases change: the resolution order that a call sees is one of the two.
class Left:
    def side(self):
        return "left"


class Right:
    def side(self):
        return "right"


class Moves(Left):
    pass


class Below(Moves):
    pass


stop = []


def move():
    for i in range(300):
        Moves.__bases__ = (Right,) if i % 2 == 0 else (Left,)
    stop.append(1)


def ask():
    below = Below()
    while not stop:
        assert below.side() in ("left", "right")
        assert isinstance(below, Moves)
        assert Below.__mro__[-2] in (Left, Right)
        assert isinstance(below, Left) in (True, False)
        super(Below, below).side()


together(move, ask, ask)


# __class__ of one instance changes.
class One:
    def name(self):
        return "one"


class Two:
    def name(self):
        return "two"


thing = One()
thing.x = 1
stop = []


def change_class():
    for i in range(N):
        thing.__class__ = Two if i % 2 == 0 else One
    stop.append(1)


def call_name():
    while not stop:
        assert thing.name() in ("one", "two")
        assert thing.x == 1
        assert type(thing) in (One, Two)


together(change_class, call_name, call_name)

# Classes are made, subclassed and dropped by all threads at once.
class Root:
    made = []

    def __init_subclass__(cls):
        Root.made.append(cls.__name__)


def classes(k):
    for i in range(100):
        local = type(f"K{k}_{i}", (Root,), {"v": i, "f": lambda self: self.v})
        sub = type(f"S{k}_{i}", (local,), {"g": property(lambda self: self.v + 1)})
        assert local().f() == i and sub().g == i + 1 and sub().f() == i
        assert local in Root.__subclasses__()
        Root.__subclasses__()


together(*[lambda k=k: classes(k) for k in range(4)])
assert len(Root.made) == 800 and len(set(Root.made)) == 800


# A metaclass's call and an abstract class's registry.
import abc


class Abstract(abc.ABC):
    @abc.abstractmethod
    def f(self): ...


def register(k):
    for i in range(50):
        virtual = type(f"V{k}_{i}", (), {})
        assert not issubclass(virtual, Abstract)
        Abstract.register(virtual)
        assert issubclass(virtual, Abstract)
        assert isinstance(virtual(), Abstract)
        assert not isinstance(5, Abstract)


together(*[lambda k=k: register(k) for k in range(4)])


# Descriptors and properties are exchanged under readers.
class Props:
    p = property(lambda self: 1)


stop = []


def exchange():
    for i in range(N):
        Props.p = property(lambda self: 2) if i % 2 else 3
    stop.append(1)


def read_prop():
    props = Props()
    while not stop:
        assert props.p in (1, 2, 3)


together(exchange, read_prop, read_prop)
