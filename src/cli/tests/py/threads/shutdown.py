# modes: one
# needs: subprocess
# timeout: 120
"""The interpreter ends while threads run: what is waited for, what is cut off, in which order."""
import subprocess
import sys

failed = []


def ends(name, code, out="", err="", status=0):
    """Runs the code in a child; `err` must be part of its standard error, or that must be empty."""
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        failed.append(f"{name}: hangs")
        return
    if done.returncode != status or done.stdout != out or (err not in done.stderr if err else done.stderr):
        failed.append(f"{name}: {done.returncode}, {done.stdout!r}, {done.stderr[-300:]!r}")


HEAD = "import threading, time, sys, atexit, os\n"
ends("waits for a thread", HEAD + "go = threading.Event()\nthreading.Thread(target=lambda: (go.wait(), time.sleep(0.05), print('thread'))).start()\nprint('main')\ngo.set()", "main\nthread\n")
ends("does not wait for a daemon", HEAD + "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nprint('main')", "main\n")
ends(
    "daemons that compute",
    HEAD + "def f():\n  while True: sum(range(100))\nfor _ in range(4): threading.Thread(target=f, daemon=True).start()\ntime.sleep(0.02)\nprint('main')",
    "main\n",
)
ends(
    "daemons that allocate and print",
    HEAD + "def f():\n  x = []\n  while True:\n    x.append([x]); x = x[-100:]\nfor _ in range(4): threading.Thread(target=f, daemon=True).start()\ntime.sleep(0.02)\nprint('main')",
    "main\n",
)
ends(
    "daemons on a lock, an event, a queue and a join",
    HEAD + """
import queue
lock = threading.Lock(); lock.acquire()
waits = [lock.acquire, threading.Event().wait, queue.Queue().get, queue.SimpleQueue().get, threading.Condition().__enter__]
for w in waits: threading.Thread(target=w, daemon=True).start()
t = threading.Thread(target=time.sleep, args=(60,), daemon=True); t.start()
threading.Thread(target=t.join, daemon=True).start()
time.sleep(0.02)
print('main')
""",
    "main\n",
)
ends(
    "order of atexit, threads and finalizers",
    HEAD + """
class D:
    def __del__(self): print('del')
d = D()
atexit.register(print, 'atexit 1')
atexit.register(print, 'atexit 2')
go = threading.Event()
threading.Thread(target=lambda: (go.wait(), time.sleep(0.03), print('thread'))).start()
print('main')
go.set()
""",
    "main\nthread\natexit 2\natexit 1\ndel\n",
)
ends(
    "a thread starts another while the main one has ended",
    HEAD + """
go = threading.Event()
def second(): go.wait(); time.sleep(0.02); print('second')
def first():
    time.sleep(0.02)
    threading.Thread(target=second).start()
    print('first')
    go.set()
threading.Thread(target=first).start()
""",
    "first\nsecond\n",
)
ends("an exception in the main thread still waits", HEAD + "threading.Thread(target=lambda: (time.sleep(0.03), print('thread'))).start()\n1 / 0", "thread\n", "ZeroDivisionError", 1)
ends("sys.exit in the main thread waits", HEAD + "threading.Thread(target=lambda: (time.sleep(0.03), print('thread'))).start()\nsys.exit(5)", "thread\n", status=5)
ends("sys.exit in another thread ends only it", HEAD + "t = threading.Thread(target=lambda: sys.exit(5))\nt.start(); t.join(); print('main')", "main\n")
ends("an exception in another thread", HEAD + "t = threading.Thread(target=lambda: 1 / 0, name='worker')\nt.start(); t.join(); print('main')", "main\n", "Exception in thread worker")
ends("os._exit ends all at once", HEAD + "threading.Thread(target=time.sleep, args=(60,)).start()\nos._exit(6)", status=6)
ends("os._exit from a thread", HEAD + "threading.Thread(target=lambda: os._exit(7)).start()\ntime.sleep(60)", status=7)
ends(
    "a pool that was not shut down",
    HEAD + "from concurrent.futures import ThreadPoolExecutor\np = ThreadPoolExecutor(2)\ngo = threading.Event()\np.submit(lambda: (go.wait(), time.sleep(0.02), print('job')))\nprint('main')\ngo.set()",
    "main\njob\n",
)
ends(
    "daemons change what is being torn down",
    HEAD + """
import types
mod = types.ModuleType('victim'); sys.modules['victim'] = mod
def f():
    i = 0
    while True:
        i += 1
        setattr(mod, 'a%d' % (i % 50), [i]); mod.__dict__.pop('a%d' % ((i + 7) % 50), None)
        g = (x for x in range(3)); next(g)
for _ in range(3): threading.Thread(target=f, daemon=True).start()
time.sleep(0.03)
print('main')
""",
    "main\n",
)
ends(
    "daemons in generators, with blocks and exceptions",
    HEAD + """
class M:
    def __enter__(self): return self
    def __exit__(self, *a): return True
def gen():
    while True:
        with M(): yield {}['x']
        yield 1
def f():
    while True:
        for _ in zip(gen(), range(5)): pass
for _ in range(3): threading.Thread(target=f, daemon=True).start()
time.sleep(0.03)
print('main')
""",
    "main\n",
)
ends("local objects die with their threads", HEAD + "class D:\n  def __del__(self): print('del')\nl = threading.local()\ndef f(): l.d = D()\nt = threading.Thread(target=f); t.start(); t.join(); print('main')", "del\nmain\n")
ends("stdin is read by a daemon", HEAD + "threading.Thread(target=sys.stdin.read, daemon=True).start()\ntime.sleep(0.01)\nprint('main')", "main\n")
ends("many threads print to the end", HEAD + "ts = [threading.Thread(target=lambda: [sys.stdout.write('x' * 10 + '\\n') for _ in range(100)]) for _ in range(8)]\n[t.start() for t in ts]", "xxxxxxxxxx\n" * 800)
ends("KeyboardInterrupt while joining", HEAD + "import signal\nt = threading.Thread(target=time.sleep, args=(60,), daemon=True); t.start()\nsignal.signal(signal.SIGALRM, signal.default_int_handler)\nsignal.setitimer(signal.ITIMER_REAL, 0.02)\nt.join()", "", "KeyboardInterrupt", -2)
# A daemon that is stopped in the middle of its output keeps nobody from the last words. (CPython gives up with a fatal error.)
for _ in range(5 if hasattr(sys, "pyston_version_info") else 0):
    ends(
        "daemons that print",
        HEAD + """
class D:
    def __del__(self): print('last words', file=sys.stderr)
def f():
    while True:
        print('x' * 3000, file=sys.stderr)
        out.write(b'x' * 3000)
out = open(os.devnull, 'wb', 1000)
sys.stderr = open(os.devnull, 'w', 1000)
d = D()
for _ in range(3): threading.Thread(target=f, daemon=True).start()
time.sleep(0.02)
print('main')
""",
        "main\n",
    )
assert not failed, "\n".join(failed)
