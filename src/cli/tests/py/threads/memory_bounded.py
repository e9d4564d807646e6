# modes: one
"""Threads replace entries in one shared dict for a while: memory that is retired comes back."""
import os
import sys
import threading

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))


def together(*functions):
    """Runs all functions at once, each in a thread, and raises what one of them raised."""
    failures = []
    start = threading.Barrier(len(functions))

    def run(function):
        start.wait()
        try:
            function()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
import time


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


shared = {i: "x" * 100 for i in range(1000)}
# Long enough that what is never freed would be several times the limit.
end = time.monotonic() + 2.5 * SCALE
start = [0]


def replace(k):
    n = 0
    while time.monotonic() < end:
        for i in range(200):
            shared[(i * 7 + k) % 1000] = f"{k}-{n}" * 20
            n += 1
        if n == 2000 and k == 0:
            start[0] = resident()


def read():
    while time.monotonic() < end:
        for i in range(0, 1000, 7):
            assert type(shared[i]) is str


def rebuild():
    while time.monotonic() < end:
        for i in range(1000, 3000):
            shared[i] = [i] * 10
        for i in range(1000, 3000):
            del shared[i]


together(lambda: replace(0), lambda: replace(1), read, rebuild)
grown = resident() - start[0]
# Sanitizers keep what was freed, and shadows of it.
limit = 4_000_000_000 if "PYSTON_TEST_SANITIZED" in os.environ else 256_000_000
assert start[0] == 0 or grown < limit, grown
