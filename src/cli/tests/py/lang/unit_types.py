"""Instructions that see objects of several types, as compiled code finds what each type has: the same as a look by name."""


class Plain:
    kind = "plain"

    def __init__(self, x):
        self.x = x
        self.y = 0

    def work(self, n):
        return n + self.x

    def name(self):
        return "A"


class Other(Plain):
    kind = "other"

    def work(self, n):
        return n * self.x


class Slots(Plain):
    __slots__ = ("z",)

    def __init__(self, x):
        self.z = x
        super().__init__(x)
        self.w = 4

    def work(self, n):
        if n % 7 > 5:
            return n - self.x
        return self.name()

    def name(self):
        return 7


class Alone:
    __slots__ = ("x", "y")
    kind = 4

    def __init__(self, x):
        self.x = x

    def work(self, *args):
        return args[0]

    def name(self):
        raise ValueError(self.x)


def run(objects, times):
    out = []
    for i in range(times):
        one = objects[i % len(objects)]
        one.y = i
        out.append(one.work(i))
        out.append(one.kind)
        out.append(one.x)
        out.append(one.y)
        try:
            out.append(one.name())
        except ValueError as error:
            out.append(str(error))
    return out


def expected(objects, times):
    out = []
    for i in range(times):
        one = objects[i % len(objects)]
        setattr(one, "y", i)
        for what in ("work", "kind", "x", "y", "name"):
            found = getattr(type(one), what, None)
            try:
                if not callable(found):
                    out.append(getattr(one, what))
                elif what == "work":
                    out.append(found(one, i))
                else:
                    out.append(found(one))
            except ValueError as error:
                out.append(str(error))
    return out


def made(times):
    return [(Plain, Other, Slots, Alone)[i % 3](i) for i in range(times)]


def check():
    for count in (1, 2, 3, 4):
        objects = [Plain(3), Other(4), Slots(5), Alone(6)][:count]
        for _ in range(3):
            assert run(objects, 300) == expected(objects, 300)
    assert [one.x for one in made(600)] == list(range(600))


check()
# What the types have changes while units know them.
Other.work = lambda self, n: 99
check()
Plain.kind = 77
check()
del Slots.name
check()
Alone.name = lambda self: self.x
check()
