# modes: one
# needs: subprocess
# timeout: 30
"""A mistake in the runtime ends the process at once, whichever thread finds it; what a program does wrong is no such thing."""
import faulthandler
import os
import resource
import signal
import subprocess
import sys

# No memory images of those that end so.
resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))

# What the environment asks for besides is not looked at.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("RUST_")}

# CPython has no such function: there the process ends by the same signal.
NAME = "_panic" if hasattr(faulthandler, "_panic") else "_sigabrt"

ENDS = {
    "in the main thread": "end()",
    "in a thread that is joined": "t = threading.Thread(target=end); t.start(); t.join()",
    "in a daemon": "threading.Thread(target=end, daemon=True).start(); threading.Event().wait()",
    "while others run": """
def run():
    while True:
        pass
for _ in range(3):
    threading.Thread(target=run).start()
threading.Thread(target=end).start()
""",
    "with a lock in its hands": """
lock = threading.Lock()
def inside():
    with lock:
        started.set()
        end()
started = threading.Event()
threading.Thread(target=inside).start()
started.wait()
lock.acquire()
""",
    "in a generator that another waits for": """
def source():
    yield 1
    end()
def run():
    try:
        for _ in shared:
            pass
    except ValueError:
        pass
shared = source()
threads = [threading.Thread(target=run) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
""",
    "in a finalizer": """
class C:
    def __del__(self):
        end()
threading.Thread(target=C).start()
threading.Event().wait()
""",
    "in a callback of another thread": "sys.settrace(lambda *_: end()); t = threading.Thread(target=int); t.start(); t.join(); int.__new__; (lambda: 1)()",
}
for where, code in ENDS.items():
    program = f"import faulthandler, sys, threading\nend = faulthandler.{NAME}\n{code}"
    # Longer than it takes on any machine; a process that waits for ever fails.
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
    assert result.returncode == -signal.SIGABRT, (where, result)
    assert result.stdout == "", (where, result)
    if NAME == "_panic":
        lines = result.stderr.splitlines()
        assert len(lines) == 1, (where, result.stderr)
        assert lines[0].startswith("Fatal Python error: a mistake in the runtime: "), (where, result.stderr)
        assert lines[0].endswith("faulthandler._panic() was called"), (where, result.stderr)

# The tracebacks of the threads, for those who ask for them.
program = f"import faulthandler, threading\nfaulthandler.enable()\ndef here():\n    faulthandler.{NAME}()\nthreading.Thread(target=here).start()\n"
result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
assert result.returncode == -signal.SIGABRT and "Fatal Python error: Aborted" in result.stderr and " in here" in result.stderr, result

# Failures of a program are its own: they end it with an exit code, and in its own words.
FAILS = {
    "recursion": "def f():\n f()\nf()",
    "recursion in threads": "import threading\ndef f():\n f()\nthreads = [threading.Thread(target=f) for _ in range(3)]\n"
    "for t in threads: t.start()\nfor t in threads: t.join()\nf()",
    "native recursion": "x = []\nfor _ in range(200000): x = [x]\nrepr(x)",
    "memory": "b'x' * (1 << 62)",
    "memory of lists": "[None] * (1 << 60)",
    "memory of numbers": "1 << (1 << 62)",
    "shift": "1 << (1 << 70)",
    "threads": "import _thread\n_thread.stack_size(1 << 46)\n_thread.start_new_thread(int, ())",
}
for what, program in FAILS.items():
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
    assert result.returncode == 1, (what, result.returncode, result.stderr[-300:])
    for word in ("panic", "Fatal", "RUST", "thread '", ".rs:"):
        assert word not in result.stderr, (what, result.stderr[-300:])
