# modes: one
"""threading and _thread: attributes, life of a thread, hooks, errors."""
import _thread
import sys
import threading
import time


class raises:
    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True


main = threading.main_thread()
assert main is threading.current_thread() and main.name == "MainThread" and not main.daemon and main.is_alive()
assert main.ident == threading.get_ident() == _thread.get_ident()
assert main.native_id == threading.get_native_id() == _thread.get_native_id()
assert threading.enumerate() == [main] and threading.active_count() == 1
assert repr(main) == f"<_MainThread(MainThread, started {main.ident})>"
assert threading.current_thread().__class__.__name__ == "_MainThread"

gate = threading.Event()
thread = threading.Thread(target=gate.wait, name="named", daemon=True)
assert thread.ident is None and thread.native_id is None and not thread.is_alive()
assert repr(thread) == "<Thread(named, initial daemon)>"
with raises(RuntimeError, "cannot join thread before it is started"):
    thread.join()
thread.start()
assert thread.is_alive() and thread.ident not in (None, main.ident) and thread.native_id not in (None, main.native_id)
assert thread in threading.enumerate() and threading.active_count() == 2
assert repr(thread) == f"<Thread(named, started daemon {thread.ident})>"
with raises(RuntimeError, "threads can only be started once"):
    thread.start()
with raises(RuntimeError, "cannot set daemon status of active thread"):
    thread.daemon = False
thread.join(timeout=0.01)
assert thread.is_alive()
gate.set()
thread.join()
thread.join()
assert not thread.is_alive() and thread not in threading.enumerate()
assert repr(thread).startswith("<Thread(named, stopped daemon ")
with raises(RuntimeError, "cannot join current thread"):
    main.join()
thread.name = "renamed"
assert thread.name == "renamed"

assert threading.Thread().name.startswith("Thread-")
assert threading.Thread(target=len).name.endswith(" (len)")
with raises(AssertionError, "group argument must be None for now"):
    threading.Thread(group=1)
with raises(TypeError):
    threading.Thread(bad=1)

# Daemon is inherited; arguments; run is overridden.
seen = {}


def child():
    seen["daemon"] = threading.Thread().daemon
    seen["current"] = threading.current_thread().name
    seen["ident"] = threading.get_ident()


thread = threading.Thread(target=child, daemon=True, name="parent")
thread.start()
thread.join()
assert seen["daemon"] is True and seen["current"] == "parent" and seen["ident"] == thread.ident


class Own(threading.Thread):
    def __init__(self, n):
        super().__init__(name=f"own {n}")
        self.n = n
        self.result = None

    def run(self):
        self.result = self.n * 2


own = [Own(n) for n in range(5)]
for thread in own:
    thread.start()
for thread in own:
    thread.join()
assert [thread.result for thread in own] == [0, 2, 4, 6, 8]


class NoInit(threading.Thread):
    def __init__(self):
        pass


with raises(RuntimeError, "thread.__init__() not called"):
    NoInit().start()

# A thread that the module did not start.
dummies = []
done = _thread.allocate_lock()
done.acquire()


def foreign():
    current = threading.current_thread()
    dummies.append((type(current).__name__, current.daemon, current.is_alive()))
    done.release()


_thread.start_new_thread(foreign, ())
done.acquire()
assert dummies == [("_DummyThread", True, True)]

# _thread itself.
with raises(TypeError, "first arg must be callable"):
    _thread.start_new_thread(5, ())
with raises(TypeError, "2nd arg must be a tuple"):
    _thread.start_new_thread(len, [])
with raises(TypeError, "optional 3rd arg must be a dictionary"):
    _thread.start_new_thread(len, (), 5)
with raises(SystemExit):
    _thread.exit()
assert _thread.error is RuntimeError and _thread._count() >= 0
handle = _thread.start_joinable_thread(lambda: seen.__setitem__("joined", True))
handle.join()
assert handle.is_done() and seen["joined"] and handle.ident
handle.join()
with raises(TypeError):
    _thread.start_joinable_thread(5)

# Keyword arguments, exceptions to the hook, SystemExit.
log = []
old = threading.excepthook
threading.excepthook = lambda args: log.append((args.exc_type, args.thread.name))
for target in (lambda: 1 / 0, lambda: {}["k"]):
    thread = threading.Thread(target=target, name="t")
    thread.start()
    thread.join()
assert log == [(ZeroDivisionError, "t"), (KeyError, "t")]
threading.excepthook = old
assert threading.__excepthook__ is old
with raises(TypeError, "_thread.excepthook argument type must be ExceptHookArgs"):
    threading.excepthook(5)

# settrace and setprofile for new threads.
events = []


def tracer(frame, event, arg):
    if frame.f_code.co_name == "traced":
        events.append(event)
    return tracer


def traced():
    x = 1
    return x


threading.settrace(tracer)
assert threading.gettrace() is tracer
thread = threading.Thread(target=traced)
thread.start()
thread.join()
threading.settrace(None)
assert events == ["call", "line", "line", "return"], events
events.clear()
threading.setprofile(lambda frame, event, arg: frame.f_code.co_name == "traced" and events.append(event))
thread = threading.Thread(target=traced)
thread.start()
thread.join()
threading.setprofile(None)
assert events == ["call", "return"], events

# stack_size
assert threading.stack_size() == 0
assert threading.stack_size(512 * 1024) == 0
thread = threading.Thread(target=lambda: seen.__setitem__("small stack", True))
thread.start()
thread.join()
assert threading.stack_size(0) == 512 * 1024 and seen["small stack"]
with raises(ValueError):
    threading.stack_size(100)

# Switch interval, and whether there is a global lock.
old_interval = sys.getswitchinterval()
sys.setswitchinterval(0.001)
assert abs(sys.getswitchinterval() - 0.001) < 1e-6
with raises(ValueError, "switch interval must be strictly positive"):
    sys.setswitchinterval(0)
sys.setswitchinterval(old_interval)
assert sys._is_gil_enabled() in (True, False)

# sys._current_frames and sys._current_exceptions see the other threads.
ready = threading.Event()
leave = threading.Event()


def visible():
    marker = "local of visible"
    try:
        raise ValueError("handled there")
    except ValueError:
        ready.set()
        leave.wait()
    return marker


thread = threading.Thread(target=visible)
thread.start()
ready.wait()
frame = sys._current_frames()[thread.ident]
names = []
while frame is not None:
    names.append(frame.f_code.co_name)
    if frame.f_code.co_name == "visible":
        assert frame.f_locals["marker"] == "local of visible"
    frame = frame.f_back
assert "visible" in names and threading.get_ident() in sys._current_frames()
assert str(sys._current_exceptions()[thread.ident]) == "handled there"
leave.set()
thread.join()
assert thread.ident not in sys._current_frames()

# Many threads look at each other's frames while they run.
stop = []


def busy(n=0):
    while not stop:
        if n < 10:
            busy(n + 1)
        else:
            sum(range(50))


workers = [threading.Thread(target=busy) for _ in range(3)]
for worker in workers:
    worker.start()
for _ in range(50):
    for frame in sys._current_frames().values():
        depth = 0
        while frame is not None:
            assert frame.f_lineno is None or frame.f_lineno > 0
            depth += 1
            frame = frame.f_back
stop.append(1)
for worker in workers:
    worker.join()
del frame

# Deep recursion is an exception in any thread.
def deep(n=0):
    return deep(n + 1)


results = []


def recurse():
    try:
        deep()
    except RecursionError as error:
        results.append(str(error))


workers = [threading.Thread(target=recurse) for _ in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
assert results == ["maximum recursion depth exceeded"] * 3
time.sleep(0)
