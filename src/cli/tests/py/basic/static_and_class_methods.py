"""Static and class methods, called often enough for their fast forms, through instances and classes, and when what they are changes."""


class Meta(type):
    pass


class Base:
    @staticmethod
    def static(*args):
        return args

    @classmethod
    def own(cls, *args):
        return cls, args


class Sub(Base, metaclass=Meta):
    pass


class Slotted(Base):
    __slots__ = ()


def static(of, *args):
    return of.static(*args)


def one(of):
    return of.static(1), of.own(2)


def new(make):
    return make().static(1), make().own(2)


def own(of):
    return of.own()


for _ in range(400):
    for of, cls in [(Base, Base), (Base(), Base), (Sub, Sub), (Sub(), Sub), (Slotted(), Slotted), (Slotted, Slotted)]:
        assert one(of) == ((1,), (cls, (2,)))
        assert static(of, 1, 2) == (1, 2) and own(of) == (cls, ())
for of, cls in [(Base, Base), (Base(), Base), (Sub(), Sub)]:
    for _ in range(400):
        assert of.static(3) == (3,) and of.own(4) == (cls, (4,)) and one(of) == ((1,), (cls, (2,)))
for _ in range(400):
    assert new(Sub) == ((1,), (Sub, (2,)))


# An instance's own attribute hides both; one of the metaclass hides neither, unless it is a data descriptor.
def call(of):
    return of.static(1), of.own(1)


thing = Base()
for turn in range(900):
    if turn == 300:
        thing.static = lambda *args: "mine"
    if turn == 600:
        thing.own = lambda *args: "mine"
    got = call(thing)
    assert got == ((1,) if turn < 300 else "mine", (Base, (1,)) if turn < 600 else "mine"), (turn, got)
Meta.static = Meta.own = lambda cls, *args: "meta"
for _ in range(300):
    assert call(Sub) == ((1,), (Sub, (1,)))
Meta.static = property(lambda cls: lambda *args: "meta")
for _ in range(300):
    assert call(Sub) == ("meta", (Sub, (1,)))


# What they wrap may be any callable, and may change.
class Callable:
    def __call__(self, *args):
        return "called", args


class Odd:
    static = staticmethod(Callable())
    own = classmethod(Callable())
    length = staticmethod(len)


for of in (Odd, Odd()):
    for _ in range(300):
        assert of.static(1) == ("called", (1,)) and of.own(1) == ("called", (Odd, 1)) and of.length("abc") == 3
wrapper = Odd.__dict__["static"]


def again(of):
    return of.static(5)


for turn in range(600):
    if turn == 300:
        wrapper.__init__(lambda *args: ("other", args))
    assert again(Odd) == again(Odd()) == ("called" if turn < 300 else "other", (5,))
for turn in range(600):
    if turn == 300:
        Odd.static = lambda self, x=None: "plain"
    assert again(Odd()) == (("other", (5,)) if turn < 300 else "plain")


# The instance may end with the call that it was made for.
ended = []


class Ends(Base):
    def __del__(self):
        ended.append(1)


for _ in range(300):
    assert Ends().static(1) == (1,) and Ends().own() == (Ends, ())
assert len(ended) == 600
