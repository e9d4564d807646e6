"""What every program of the fuzzer begins with: how it shows what it computes, objects to compute with, and what ends it early."""

import sys

LIMIT = 1 << 70
lines = [0]
fuel = 4000
paused = []


class Exhausted(BaseException):
    """The program has run, or written, for long enough."""


def tick():
    global fuel
    fuel -= 1
    if fuel < 0:
        raise Exhausted


def text(value):
    """What is shown of a value: without addresses, which no two runs have in common."""
    try:
        parts = repr(value).split(" at 0x")
    except Exception as error:
        return f"<{type(error).__name__}>"
    return (parts[0] + "".join(part.lstrip("0123456789abcdef") for part in parts[1:]))[:300]


def show(*values):
    lines[0] += 1
    if lines[0] > 1500:
        raise Exhausted
    print(*map(text, values))


def failed(error, tag):
    """What was raised and where, with the locals of all frames that it came through."""
    show(tag, type(error).__name__, str(error))
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_name not in ("<module>", "call"):
            names = sorted(name for name in step.tb_frame.f_locals if name[0] != "_")
            show(" at", code.co_name, step.tb_lineno - code.co_firstlineno, [(name, step.tb_frame.f_locals[name]) for name in names])
        step = step.tb_next


def look(depth=1):
    """The caller's locals."""
    found = sys._getframe(depth).f_locals
    return [(name, found[name]) for name in sorted(found)]


def poke(name, value):
    sys._getframe(1).f_locals[name] = value


def peek(name):
    return sys._getframe(1).f_locals.get(name)


events = []


def tracer(frame, event, arg):
    code = frame.f_code
    if code.co_name[:2] not in ("fn", "gn", "hp", "m_") or len(events) > 60:
        return None
    events.append((code.co_name, event, frame.f_lineno - code.co_firstlineno, text(arg) if event == "return" else None))
    return tracer


def trace_on():
    sys._getframe(1).f_trace = tracer
    sys.settrace(tracer)


def trace_off():
    sys.settrace(None)
    frame = sys._getframe(1)
    while frame is not None:
        frame.f_trace = None
        frame = frame.f_back
    show("events", *events)
    events.clear()


class P:
    kind = 3
    scale = 1.5

    def __init__(self, a, b=2):
        self.a = a
        self.b = b

    def m_get(self):
        return self.a

    def m_add(self, n, k=1):
        self.a = self.a + n
        return self.a * k

    def m_kind(self):
        return self.kind

    @property
    def twice(self):
        return self.b * 2

    @twice.setter
    def twice(self, value):
        self.b = value

    def __repr__(self):
        return f"{type(self).__name__}({text(self.__dict__.get('a', '-'))}, {text(self.__dict__.get('b', '-'))})"


class Q(P):
    def m_get(self):
        return self.b

    def __bool__(self):
        return self.b != 2

    def __len__(self):
        return 3

    def __getitem__(self, at):
        if at > 3:
            raise IndexError("past the end")
        return self.a

    def __eq__(self, other):
        return type(other) is Q and self.b == other.b

    __hash__ = None

    def __add__(self, other):
        return Q(self.a, other)

    def __radd__(self, other):
        return 5

    def __lt__(self, other):
        return self.b


class S:
    __slots__ = ("a", "b", "c")
    kind = 7

    def __init__(self, a, b=0.5):
        self.a = a
        self.b = b

    def m_get(self):
        return self.b

    def m_add(self, n, k=2):
        self.b = self.b + n
        return k

    def m_kind(self):
        return self.kind

    @property
    def twice(self):
        return self.a

    def __repr__(self):
        return f"S({text(getattr(self, 'a', '-'))}, {text(getattr(self, 'b', '-'))})"


class D:
    """Says when it ends."""

    def __init__(self, a, b=None):
        self.a = a
        self.b = b

    def __del__(self):
        show("end of", self.a)

    def m_get(self):
        return self.a

    def m_add(self, n, k=0):
        return n

    def __repr__(self):
        return f"D({text(self.a)})"


class W:
    """Looks at the frame in which it ends."""

    def __init__(self, a, b=7):
        self.a = a
        self.b = b

    def __del__(self):
        frame = sys._getframe(1)
        code = frame.f_code
        if code.co_name[:2] in ("fn", "gn", "hp"):
            found = frame.f_locals
            show("end in", code.co_name, frame.f_lineno - code.co_firstlineno, [(name, found[name]) for name in sorted(found) if name[0] != "c"])

    def __repr__(self):
        return f"W({text(self.a)})"


class I(int):
    pass


class Steps:
    """An iterator written in Python."""

    def __init__(self, items):
        self.items = items
        self.at = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.at >= len(self.items):
            raise StopIteration
        self.at += 1
        return self.items[self.at - 1]


class Guarded:
    """A context that swallows a ValueError."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        return self.name

    def __exit__(self, kind, value, traceback):
        return kind is ValueError


def m_other(self, *rest):
    return len(rest)


NAN = float("nan")
INF = float("inf")
g0 = 1
g1 = 2.5
g2 = [1, 2.5, "x", None]
g3 = 0


def reset():
    """Before each function: what it finds does not depend on those before it."""
    global g0, g1, g2, g3
    g0, g1, g2, g3 = 1, 2.5, [1, 2.5, "x", None], 0
    P.kind, P.scale, S.kind = 3, 1.5, 7
    P.m_kind = M_KIND
    lines[0] = 0


M_KIND = P.m_kind


def call(function, *args):
    """One call of a function that the program is about, and what came of it."""
    global fuel
    fuel = 4000
    try:
        show(function.__name__, "gives", function(*args))
    except Exception as error:
        failed(error, function.__name__)
    except Exhausted:
        sys.settrace(None)
        print("exhausted")
    lines[0] -= 400 if lines[0] > 400 else 0
