"""Fast profiler

Ours, over `sys.monitoring`: CPython's is written in C. Every thread has a stack and counts of its own; they are added up when somebody asks.
"""

import sys
from _thread import get_ident
from collections import namedtuple
from time import perf_counter
from types import BuiltinFunctionType, MethodDescriptorType, WrapperDescriptorType

__all__ = ["Profiler", "profiler_entry", "profiler_subentry"]

profiler_entry = namedtuple("profiler_entry", "code callcount reccallcount totaltime inlinetime calls", module=__name__)
profiler_subentry = namedtuple("profiler_subentry", "code callcount reccallcount totaltime inlinetime", module=__name__)


class _Entry:
    """What is known of a function, or of its calls from one other."""

    __slots__ = ("code", "count", "recursive", "total", "inline", "depth", "calls")

    def __init__(self, code):
        self.code = code
        self.count = self.recursive = self.depth = 0
        self.total = self.inline = 0
        self.calls = {}

    def stop(self, total, inline):
        self.depth -= 1
        if self.depth:
            self.recursive += 1
        else:
            self.total += total
        self.inline += inline
        self.count += 1

    def add(self, other):
        self.count += other.count
        self.recursive += other.recursive
        self.total += other.total
        self.inline += other.inline
        for code, call in list(other.calls.items()):
            self.calls.setdefault(code, _Entry(code)).add(call)


class _Context:
    """A call that has not ended."""

    __slots__ = ("entry", "call", "start", "below")

    def __init__(self, entry, call):
        self.entry = entry
        self.call = call
        self.below = 0


class _Record:
    """What one thread did."""

    __slots__ = ("stack", "entries")

    def __init__(self):
        self.stack = []
        self.entries = {}


def _label(function):
    """The name of a native function, as reports show it."""
    owner = getattr(function, "__self__", None)
    if owner is None or isinstance(owner, type(sys)):
        module = function.__module__
        return f"<built-in method {module}.{function.__name__}>" if isinstance(module, str) else f"<{function.__name__}>"
    for cls in type(owner).__mro__:
        if function.__name__ in vars(cls):
            return repr(vars(cls)[function.__name__])
    return f"<built-in method {function.__name__}>"


class Profiler:
    """Build a profiler object using the specified timer function.

    The default timer is a fast built-in one based on real time.
    For custom timer functions returning integers, 'timeunit' can
    be a float specifying a scale (that is, how long each integer unit
    is, in seconds).
    """

    def __init__(self, timer=None, timeunit=0.0, subcalls=True, builtins=True):
        self._timer = timer
        self._unit = timeunit
        self._subcalls = subcalls
        self._builtins = builtins
        self._enabled = False
        self._asking = False
        self._records = {}
        self._labels = {}

    def _now(self):
        if self._timer is None:
            return perf_counter()
        self._asking = True
        try:
            now = self._timer()
            return int(now) if self._unit > 0 else float(now)
        except BaseException as error:
            _ignored(error, f"Exception ignored while calling _lsprof timer {self._timer!r}", self._timer)
            return 0
        finally:
            self._asking = False

    # Calls and returns.

    def _enter(self, code):
        ident = get_ident()
        record = self._records.get(ident)
        if record is None:
            record = self._records.setdefault(ident, _Record())
        entry = record.entries.get(code)
        if entry is None:
            entry = record.entries[code] = _Entry(code)
        entry.depth += 1
        call = None
        if self._subcalls and record.stack:
            caller = record.stack[-1].entry
            call = caller.calls.get(code)
            if call is None:
                call = caller.calls[code] = _Entry(code)
            call.depth += 1
        context = _Context(entry, call)
        record.stack.append(context)
        context.start = self._now()

    def _leave(self):
        record = self._records.get(get_ident())
        if record is not None and record.stack:
            self._stop(record)

    def _stop(self, record):
        now = self._now()
        context = record.stack.pop()
        total = now - context.start
        inline = total - context.below
        if record.stack:
            record.stack[-1].below += total
        context.entry.stop(total, inline)
        if context.call is not None:
            context.call.stop(total, inline)

    def _native(self, function, first):
        """The name of what is called if it is native."""
        if isinstance(function, (MethodDescriptorType, WrapperDescriptorType)):
            if first is sys.monitoring.MISSING or not isinstance(first, function.__objclass__):
                return None
            return repr(function) if isinstance(function, MethodDescriptorType) else None
        if not isinstance(function, BuiltinFunctionType):
            return None
        return _label(function)

    def _pystart_callback(self, code, instruction_offset, /):
        self._enter(code)

    def _pythrow_callback(self, code, instruction_offset, exception, /):
        self._enter(code)

    def _pyreturn_callback(self, code, instruction_offset, value, /):
        self._leave()

    def _ccall_callback(self, code, instruction_offset, function, first, /):
        if self._builtins:
            label = self._native(function, first)
            if label is not None:
                self._enter(label)

    def _creturn_callback(self, code, instruction_offset, function, first, /):
        if self._builtins and self._native(function, first) is not None:
            self._leave()

    # What the user calls.

    def enable(self, subcalls=True, builtins=True):
        """Start collecting profiling information.

        subcalls
          If True, also records for each function
          statistics separated according to its current caller.
        builtins
          If True, records the time spent in
          built-in functions separately from their caller.
        """
        monitoring = sys.monitoring
        monitoring.use_tool_id(monitoring.PROFILER_ID, "cProfile")
        self._subcalls, self._builtins = subcalls, builtins
        self._enabled = True
        wanted = 0
        for event, callback in self._callbacks().items():
            monitoring.register_callback(monitoring.PROFILER_ID, event, callback)
            # What native calls come to is heard of with the calls.
            if event not in (monitoring.events.C_RETURN, monitoring.events.C_RAISE):
                wanted |= event
        monitoring.set_events(monitoring.PROFILER_ID, wanted)

    def _callbacks(self):
        events = sys.monitoring.events
        return {
            events.PY_START: self._pystart_callback,
            events.PY_RESUME: self._pystart_callback,
            events.PY_THROW: self._pythrow_callback,
            events.PY_RETURN: self._pyreturn_callback,
            events.PY_YIELD: self._pyreturn_callback,
            events.PY_UNWIND: self._pyreturn_callback,
            events.CALL: self._ccall_callback,
            events.C_RETURN: self._creturn_callback,
            events.C_RAISE: self._creturn_callback,
        }

    def disable(self):
        """Stop collecting profiling information."""
        if self._asking:
            raise RuntimeError("cannot disable profiler in external timer")
        if not self._enabled:
            return
        self._enabled = False
        monitoring = sys.monitoring
        if monitoring.get_tool(monitoring.PROFILER_ID) is None:
            return
        monitoring.set_events(monitoring.PROFILER_ID, 0)
        for event in self._callbacks():
            monitoring.register_callback(monitoring.PROFILER_ID, event, None)
        monitoring.free_tool_id(monitoring.PROFILER_ID)
        for record in list(self._records.values()):
            while record.stack:
                self._stop(record)

    def clear(self):
        """Clear all profiling information collected so far."""
        if self._asking:
            raise RuntimeError("cannot clear profiler in external timer")
        self._records = {}

    def getstats(self):
        """list of profiler_entry objects.

        getstats() -> list of profiler_entry objects

        Return all information collected by the profiler.
        Each profiler_entry is a tuple-like object with the
        following attributes:

            code          code object
            callcount     how many times this was called
            reccallcount  how many times called recursively
            totaltime     total time in this entry
            inlinetime    inline time in this entry (not in subcalls)
            calls         details of the calls

        The calls attribute is either None or a list of
        profiler_subentry objects:

            code          called code object
            callcount     how many times this is called
            reccallcount  how many times this is called recursively
            totaltime     total time spent in this call
            inlinetime    inline time (not in further subcalls)
        """
        sums = {}
        for record in list(self._records.values()):
            for code, entry in list(record.entries.items()):
                sums.setdefault(code, _Entry(code)).add(entry)
        unit = self._unit if self._unit > 0 else 1.0
        stats = []
        for entry in sums.values():
            if entry.count:
                calls = [profiler_subentry(*_numbers(call, unit)) for call in entry.calls.values() if call.count]
                stats.append(profiler_entry(*_numbers(entry, unit), calls or None))
        return stats

    def __del__(self):
        if getattr(self, "_enabled", False):
            self.disable()


def _numbers(entry, unit):
    return entry.code, entry.count, entry.recursive, entry.total * unit, entry.inline * unit


def _ignored(error, message, thing):
    """Reports an error that nobody can receive."""
    from types import SimpleNamespace

    if sys.unraisablehook is sys.__unraisablehook__:
        print(message, file=sys.stderr)
        sys.excepthook(type(error), error, error.__traceback__)
    else:
        sys.unraisablehook(SimpleNamespace(exc_type=type(error), exc_value=error, exc_traceback=error.__traceback__, err_msg=message, object=thing))
