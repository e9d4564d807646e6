"""Frames, locals, tracebacks as data: sys._getframe, f_locals (PEP 667), locals()."""


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True

import sys

def here():
    return sys._getframe()

f = here()
eq(type(f).__name__, "frame")
eq(f.f_code.co_name, "here")
assert (f.f_globals is globals()) is True
assert (f.f_builtins["len"] is len) is True
assert (f.f_lineno > 0) is True
assert (f.f_lasti >= 0) is True
assert f.f_trace is None
assert f.f_trace_lines is True
assert f.f_trace_opcodes is False
def names():
    frame = sys._getframe()
    found = []
    while frame is not None and len(found) < 3:
        found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found

def caller():
    return names()

eq(caller()[:2], ['names', 'caller'])
assert (sys._getframe(0).f_code.co_name != "") is True
with raises(ValueError, "call stack is not deep enough"):
    sys._getframe(100000)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    sys._getframe("a")
def args(a, b=2, *c, d, **e):
    x = 5
    frame = sys._getframe()
    return dict(frame.f_locals), type(frame.f_locals).__name__

got = args(1, d=4)
got[0].pop("frame", None)
eq(got, ({'a': 1, 'b': 2, 'd': 4, 'c': (), 'e': {}, 'x': 5}, 'FrameLocalsProxy'))
def write_through():
    x = 1
    sys._getframe().f_locals["x"] = 99
    return x

eq(write_through(), 99)
def write_other():
    x = 1

    def inner():
        sys._getframe(1).f_locals["x"] = "changed"

    inner()
    return x

eq(write_other(), "changed")
def extra():
    frame = sys._getframe()
    frame.f_locals["brand_new"] = 5
    return "brand_new" in locals(), frame.f_locals["brand_new"], "brand_new" in frame.f_locals

eq(extra(), (True, 5, True))
def snapshot():
    x = 1
    before = locals()
    x = 2
    after = locals()
    before["x"] = "changed"
    return before["x"], after["x"], x, before is after

eq(snapshot(), ('changed', 2, 2, False))
def cells():
    x = 1

    def inner():
        return x

    frame = sys._getframe()
    frame.f_locals["x"] = 7
    return inner(), sorted(frame.f_locals)

eq(cells(), (7, ['frame', 'inner', 'x']))
def proxy():
    a = 1
    b = 2
    p = sys._getframe().f_locals
    got = [len(p) >= 3, p["a"], p.get("zz", "d"), "a" in p, sorted(k for k in p if len(k) == 1)]
    p.update(a=10)
    got.append(a)
    got.append(p.setdefault("b", 5))
    got.append(p | {"q": 1} != p)
    try:
        del p["a"]
    except Exception as e:
        got.append((type(e).__name__, str(e)))
    try:
        p.pop("a")
    except Exception as e:
        got.append((type(e).__name__, str(e)))
    try:
        p["nope"]
    except KeyError as e:
        got.append(str(e))
    return got

with raises(TypeError, "FrameLocalsProxy.update() takes no keyword arguments"):
    proxy()
def unbound():
    frame = sys._getframe()
    before = "later" in frame.f_locals
    later = 1
    return before, "later" in frame.f_locals

eq(unbound(), (False, True))
def generator():
    x = 1
    yield sys._getframe()
    x = 2
    yield x

g = generator()
frame = next(g)
assert (frame is g.gi_frame) is True
eq(frame.f_locals["x"], 1)
assert (frame.f_generator is g) is True
assert frame.f_back is None
frame.f_locals["x"] = 50
eq(frame.f_locals["x"], 50)
eq(next(g), 2)
def dead_frame():
    value = [1]
    return sys._getframe()

f = dead_frame()
eq(f.f_locals["value"], [1])
eq(f.f_lineno - f.f_code.co_firstlineno, 2)
f.clear()
assert ("value" in f.f_locals) is False
with raises(AttributeError, "'bytes' object has no attribute 'x'"):
    here.__code__.co_code.x
def running_clear():
    sys._getframe().clear()

with raises(RuntimeError, "cannot clear an executing frame"):
    running_clear()
def tb_frames():
    def low():
        local = "low local"
        1 / 0

    try:
        low()
    except ZeroDivisionError as e:
        tb = e.__traceback__.tb_next
        return tb.tb_frame.f_code.co_name, tb.tb_frame.f_locals["local"], tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno

eq(tb_frames(), ('low', 'low local', 2))
class Body:
    x = 1
    frame_locals = sorted(k for k in sys._getframe().f_locals if not k.startswith("__"))
    same = sys._getframe().f_locals is locals() or type(sys._getframe().f_locals).__name__

eq(Body.frame_locals, ['x'])
with raises(AttributeError, "attribute 'f_code' of 'frame' objects is not writable"):
    f.f_code = 5
with raises(AttributeError, "attribute 'f_locals' of 'frame' objects is not writable"):
    f.f_locals = {}
with raises(AttributeError, "attribute 'f_globals' of 'frame' objects is not writable"):
    f.f_globals = {}
with raises(AttributeError, "attribute 'f_back' of 'frame' objects is not writable"):
    f.f_back = None
def lineno_moves():
    frame = sys._getframe()
    a = frame.f_lineno
    b = frame.f_lineno
    return b - a

eq(lineno_moves(), 1)
def positions():
    code = positions.__code__
    rows = list(code.co_positions())
    lines = list(code.co_lines())
    return all(len(r) == 4 for r in rows), len(lines) > 0, all(len(r) == 3 for r in lines)

eq(positions(), (True, True, True))
def module_locals():
    return locals() is globals()

assert module_locals() is False
assert (eval("locals() is globals()", {})) is True
def comprehension_frame():
    return [sys._getframe().f_code.co_name for _ in range(1)], (lambda: sys._getframe().f_code.co_name)(), list(sys._getframe().f_code.co_name for _ in range(1))

eq(comprehension_frame(), (['comprehension_frame'], '<lambda>', ['<genexpr>']))
def depth(n):
    return len(names_all()) if n == 0 else depth(n - 1)

def names_all():
    frame, found = sys._getframe(), []
    while frame:
        found.append(frame)
        frame = frame.f_back
    return found

eq(depth(20) - depth(10), 10)
def exec_frame():
    x = 1
    exec("y = sys._getframe().f_locals['x']; z = 3", globals(), d := {"x": 5})
    return d

eq(exec_frame(), {'x': 5, 'y': 5, 'z': 3})
import inspect
assert (inspect.currentframe().f_code.co_name != "") is True
assert ([r.function for r in inspect.stack()[:1]] != []) is True
eq(inspect.getframeinfo(here()).function, "here")
def closure_vars():
    a, b = 1, 2

    def inner():
        return a

    return inspect.getclosurevars(inner).nonlocals, here.__code__.co_varnames, inner.__code__.co_freevars

eq(closure_vars(), ({'a': 1}, (), ('a',)))


# ---- a local that is replaced while an instruction uses what it held
class Borrowed:
    def __init__(self):
        self.items = [5, 5, 5]

    def __del__(self):
        ended.append("borrowed")

    def __add__(self, other):
        sys._getframe(1).f_locals["a"] = None
        del self
        # Enough for a collection, and for safepoints.
        many = [[n] for n in range(100_000)]
        return NotImplemented


class Other:
    def __radd__(self, other):
        return other.items, list(ended)


def replaced_meanwhile():
    a, b = Borrowed(), Other()
    return a + b


for _ in range(4):
    ended = []
    eq(replaced_meanwhile(), ([5, 5, 5], []))
    replaced_meanwhile()
    assert "borrowed" in ended
