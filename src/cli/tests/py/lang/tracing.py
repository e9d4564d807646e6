# modes: one
"""sys.settrace, sys.setprofile, sys.monitoring, audit hooks."""


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

events = []

def tracer(frame, event, arg):
    if frame.f_code.co_filename != __file__ and frame.f_code.co_filename != here:
        return None
    events.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, None if event != "return" else arg))
    return tracer

here = (lambda: 0).__code__.co_filename

def simple(n):
    total = 0
    for i in range(n):
        total += i
    return total

def calls():
    a = simple(1)
    try:
        1 / 0
    except ZeroDivisionError:
        a += 1
    return a

def gen():
    yield 1
    yield 2

def taken():
    found = events[:]
    events.clear()
    return found

sys.settrace(tracer)
simple(2)
sys.settrace(None)
eq(taken(), [('call', 'simple', 0, None), ('line', 'simple', 1, None), ('line', 'simple', 2, None), ('line', 'simple', 3, None), ('line', 'simple', 2, None), ('line', 'simple', 3, None), ('line', 'simple', 2, None), ('line', 'simple', 4, None), ('return', 'simple', 4, 1)])
sys.settrace(tracer)
calls()
sys.settrace(None)
eq([(e, name, line) for e, name, line, arg in taken()], [('call', 'calls', 0), ('line', 'calls', 1), ('call', 'simple', 0), ('line', 'simple', 1), ('line', 'simple', 2), ('line', 'simple', 3), ('line', 'simple', 2), ('line', 'simple', 4), ('return', 'simple', 4), ('line', 'calls', 2), ('line', 'calls', 3), ('exception', 'calls', 3), ('line', 'calls', 4), ('line', 'calls', 5), ('line', 'calls', 6), ('return', 'calls', 6)])
sys.settrace(tracer)
list(gen())
sys.settrace(None)
eq([(e, name, line) for e, name, line, arg in taken()], [('call', 'gen', 0), ('line', 'gen', 1), ('return', 'gen', 1), ('call', 'gen', 1), ('line', 'gen', 2), ('return', 'gen', 2), ('call', 'gen', 2), ('return', 'gen', 2)])
assert sys.gettrace() is None
def profiler(frame, event, arg):
    if frame.f_code.co_filename == here or frame.f_code.co_name in ("simple",):
        events.append((event, frame.f_code.co_name, getattr(arg, "__name__", arg) if event.startswith("c_") else None))

def native():
    len([1])
    "x".upper()
    return max(1, 2)

sys.setprofile(profiler)
native()
sys.setprofile(None)
eq([e for e in taken() if e[1] == "native" and e[2] != "setprofile"], [('call', 'native', None), ('c_call', 'native', 'len'), ('c_return', 'native', 'len'), ('c_call', 'native', 'upper'), ('c_return', 'native', 'upper'), ('c_call', 'native', 'max'), ('c_return', 'native', 'max'), ('return', 'native', None)])
assert sys.getprofile() is None
def no_lines(frame, event, arg):
    frame.f_trace_lines = False
    events.append(event)
    return no_lines

sys.settrace(no_lines)
simple(2)
sys.settrace(None)
eq(taken(), ['call', 'return'])
def raising_tracer(frame, event, arg):
    raise ValueError("from tracer")

sys.settrace(raising_tracer)
try:
    simple(1)
except ValueError as e:
    got = str(e), sys.gettrace()
eq(got, ('from tracer', None))
def jump():
    x = []
    x.append(1)
    x.append(2)
    x.append(3)
    return x

def jumper(frame, event, arg):
    if frame.f_code is not jump.__code__:
        return None
    if event == "line" and frame.f_lineno == frame.f_code.co_firstlineno + 3:
        frame.f_lineno = frame.f_code.co_firstlineno + 4
    return jumper

sys.settrace(jumper)
got = jump()
sys.settrace(None)
eq(got, [1, 3])
mon = sys.monitoring
E = mon.events
TOOL = 3
mon.use_tool_id(TOOL, "test")
eq(mon.get_tool(TOOL), "test")
eq(mon.get_events(TOOL), 0)
assert mon.get_tool(4) is None
with raises(ValueError, "tool 3 is already in use"):
    mon.use_tool_id(TOOL, "again")
with raises(ValueError, "invalid tool 9 (must be between 0 and 5)"):
    mon.use_tool_id(9, "bad")
seen = []
mon.register_callback(TOOL, E.PY_START, lambda code, offset: seen.append(("start", code.co_name)))
mon.register_callback(TOOL, E.PY_RETURN, lambda code, offset, value: seen.append(("return", code.co_name, value)))
mon.register_callback(TOOL, E.LINE, lambda code, line: seen.append(("line", line - code.co_firstlineno)))
mon.register_callback(TOOL, E.RAISE, lambda code, offset, exc: seen.append(("raise", repr(exc))))
mon.register_callback(TOOL, E.PY_YIELD, lambda code, offset, value: seen.append(("yield", value)))
mon.set_local_events(TOOL, simple.__code__, E.PY_START | E.PY_RETURN | E.LINE)
simple(1)
mon.set_local_events(TOOL, simple.__code__, 0)
eq(seen, [('start', 'simple'), ('line', 1), ('line', 2), ('line', 3), ('line', 2), ('line', 4), ('return', 'simple', 0)])
seen.clear()
mon.set_local_events(TOOL, gen.__code__, E.PY_START | E.PY_YIELD | E.PY_RETURN)
list(gen())
mon.set_local_events(TOOL, gen.__code__, 0)
eq(seen, [('start', 'gen'), ('yield', 1), ('yield', 2), ('return', 'gen', None)])
seen.clear()
mon.set_events(TOOL, E.RAISE)
try:
    calls()
finally:
    mon.set_events(TOOL, 0)
eq(seen, [('raise', "ZeroDivisionError('division by zero')")])
eq(mon.get_local_events(TOOL, simple.__code__), 0)
seen.clear()
def disable(code, line):
    seen.append(line - code.co_firstlineno)
    return mon.DISABLE

mon.register_callback(TOOL, E.LINE, disable)
mon.set_local_events(TOOL, simple.__code__, E.LINE)
simple(3)
simple(3)
eq(seen, [1, 2, 3, 2, 4])
seen.clear()
mon.restart_events()
simple(1)
mon.set_local_events(TOOL, simple.__code__, 0)
eq(seen, [1, 2, 3, 2, 4])
mon.free_tool_id(TOOL)
assert mon.get_tool(TOOL) is None
# Those who hear of each instruction run undisturbed where a handler begins, and what they raise takes the place of what it would handle.
def handled():
    try:
        raise KeyError("x")
    except KeyError as error:
        found = error
    with raises(ValueError):
        raise ValueError
    return str(found)

heard = []

def every(frame, event, arg):
    frame.f_trace_opcodes = True
    heard.append(event)
    return every

sys.settrace(every)
try:
    result = handled()
finally:
    sys.settrace(None)
eq(result, "'x'")
assert heard.count("exception") == 2 and heard.count("opcode") > 20, heard

def disturbing(frame, event, arg):
    frame.f_trace_opcodes = True
    if event == "opcode" and frame.f_code is handled.__code__ and "exception" in heard:
        heard.clear()
        raise LookupError("mine")
    heard.append(event)
    return disturbing

heard.clear()
with raises(LookupError, "mine"):
    sys.settrace(disturbing)
    handled()
assert sys.gettrace() is None
audited = []

def hook(event, args):
    if event.startswith("own.") or event == "compile" and args[1] == "audited file":
        audited.append((event, args[1:] if event == "compile" else args))

sys.addaudithook(hook)
sys.audit("own.event", 1, "x")
compile("1", "audited file", "eval")
eq(audited, [('own.event', (1, 'x')), ('compile', ('audited file',))])
with raises(TypeError, "audit expected at least 1 argument, got 0"):
    sys.audit()
with raises(TypeError, "audit() argument 1 must be str, not int"):
    sys.audit(5)
assert sys.audit("own.none") is None
eq(audited[-1], ('own.none', ()))
def refuse(event, args):
    if event == "own.refused":
        raise RuntimeError("refused")

sys.addaudithook(refuse)
with raises(RuntimeError, "refused"):
    sys.audit("own.refused")
