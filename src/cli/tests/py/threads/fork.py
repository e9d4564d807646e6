# modes: one
# needs: fork
"""os.fork while threads run: the child has one thread, fresh locks and working threads."""
import gc
import os
import signal
import sys
import threading
import time
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
stop = []
lock = threading.Lock()
shared = {i: [i] for i in range(100)}
reports = []


def busy(k):
    """Allocates, locks and changes shared data all the time."""
    n = 0
    while not stop:
        n += 1
        with lock:
            shared[n % 100] = [n % 100, k]
        local = [[i] for i in range(20)]
        local.append(local)
        if n % 500 == 0:
            gc.collect(0)


def in_child(check):
    """Runs the check in a forked child and returns its exit code."""
    with lock:
        pid = os.fork()
    if pid == 0:
        try:
            check()
            code = 0
        except BaseException as error:
            sys.stderr.write(f"child: {type(error).__name__}: {error}\n")
            code = 1
        os._exit(code)
    end = time.monotonic() + 60
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            return "hangs"
        time.sleep(0.001)


def alone():
    assert threading.active_count() == 1, threading.enumerate()
    assert threading.current_thread() is threading.main_thread()
    assert threading.current_thread().ident == threading.get_ident()
    assert threading.current_thread().native_id == threading.get_native_id() == os.getpid()
    assert not lock.locked() and lock.acquire(timeout=30)
    lock.release()
    assert all(value[0] == key for key, value in shared.items())
    assert len(sys._current_frames()) == 1


def works():
    results = []
    threads = [threading.Thread(target=lambda i=i: results.append(sum(range(i)))) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 20
    import json

    assert json.loads("[1]") == [1]
    [[] for _ in range(5000)]
    gc.collect()
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(str, range(10))) == [str(i) for i in range(10)]


def forks_again():
    pid = os.fork()
    if pid == 0:
        works()
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    works()


workers = [threading.Thread(target=busy, args=(k,)) for k in range(3)]
for worker in workers:
    worker.start()
for check in (alone, works, forks_again) * 3:
    assert in_child(check) == 0, check.__name__

# Forked from a thread that is not the main one: it becomes the main thread of the child.
codes = []


def from_thread():
    def check():
        assert threading.active_count() == 1
        assert threading.main_thread() is threading.current_thread()
        works()

    codes.append(in_child(check))


# ThreadSanitizer's own runtime crashes in such a child now and then, as it starts threads.
if os.environ.get("PYSTON_TEST_SANITIZED") != "thread":
    thread = threading.Thread(target=from_thread)
    thread.start()
    thread.join()
    assert codes == [0]
stop.append(1)
for worker in workers:
    worker.join()

# Hooks before and after, in their order.
log = []
os.register_at_fork(before=lambda: log.append("before"), after_in_parent=lambda: log.append("parent"), after_in_child=lambda: log.append("child"))
os.register_at_fork(before=lambda: log.append("before 2"), after_in_child=lambda: log.append("child 2"))


def hooks():
    assert log == ["before 2", "before", "child", "child 2"], log


assert in_child(hooks) == 0
assert log == ["before 2", "before", "parent"]

# A lock that another thread holds stays held in the child, and RLocks know their owner.
held = threading.Lock()
release = threading.Event()
ready = threading.Event()


def holder():
    with held:
        ready.set()
        release.wait()


thread = threading.Thread(target=holder)
thread.start()
ready.wait()


def still_held():
    assert held.locked() and not held.acquire(timeout=0.01)
    held.release()
    assert held.acquire(False)


assert in_child(still_held) == 0
release.set()
thread.join()
rlock = threading.RLock()
with rlock:
    def owned():
        assert rlock._is_owned()
        with rlock:
            pass

    assert in_child(owned) == 0

# A thread that is not the main one forks: its child runs the handlers, and sets them.
class Handler:
    """Knows what only the main thread has reached so far."""

    def __init__(self):
        self.calls = []

    def __call__(self, signum, frame):
        self.calls.append(signum)


handler = Handler()
signal.signal(signal.SIGUSR1, handler)


def handles():
    assert signal.getsignal(signal.SIGUSR1) is handler
    signal.raise_signal(signal.SIGUSR1)
    assert handler.calls == [signal.SIGUSR1]
    assert signal.signal(signal.SIGUSR1, signal.SIG_DFL) is handler
    assert signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


statuses = []
thread = threading.Thread(target=lambda: statuses.append(in_child(handles)))
thread.start()
thread.join()
assert statuses == [0] and handler.calls == []

# Exit codes of a child that ends in the ordinary way, with its output flushed once.
read, write = os.pipe()
sys.stdout.flush()
pid = os.fork()
if pid == 0:
    os.dup2(write, 1)
    os.close(read)
    print("from the child")
    sys.exit(3)
os.close(write)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3
assert os.read(read, 100) == b"from the child\n"
os.close(read)
