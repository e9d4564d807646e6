"""What locks and queues cost: nanoseconds per operation, under several interpreters in turn.

    python3.14 benches/locks.py --interpreters python3.14t,python3.14,target/release/pyston

lock            acquire and release of a threading.Lock that nobody else wants
with            the same by a with statement
rlock           acquire and release of a threading.RLock
simple_private  put and get of a queue.SimpleQueue by one thread
queue_private   the same of a queue.Queue
simple_pair     one thread puts into a queue.SimpleQueue, another gets
queue_pair      the same with a queue.Queue
ping_pong       two threads answer each other through two SimpleQueues: each waits for the other
append_shared   two threads append one shared object, each to a list of its own
lock_contended  two threads add to one number under one lock

Each measurement is a process of its own; the interpreters take turns, and the
median of all rounds counts.
"""

import argparse
import os
import queue
import subprocess
import sys
import threading
import time

COUNT = 100_000


def timed(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def together(*functions):
    """Seconds until all functions, each in a thread of its own, are done."""
    barrier = threading.Barrier(len(functions) + 1)

    def run(function):
        barrier.wait()
        function()

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


# A second thread exists from here on, and only waits: what costs nothing without threads is not measured.


def lock(count):
    lock = threading.Lock()
    acquire, release = lock.acquire, lock.release
    for _ in range(count):
        acquire()
        release()


def with_(count):
    lock = threading.Lock()
    for _ in range(count):
        with lock:
            pass


def rlock(count):
    lock = threading.RLock()
    acquire, release = lock.acquire, lock.release
    for _ in range(count):
        acquire()
        release()


def put_and_get(box, count):
    put, get = box.put, box.get
    for number in range(count):
        put(number)
        get()


def pair(box, count):
    def produce():
        put = box.put
        for number in range(count):
            put(number)

    def consume():
        get = box.get
        for _ in range(count):
            get()

    return together(produce, consume)


def ping_pong(count):
    there, back = queue.SimpleQueue(), queue.SimpleQueue()

    def serve():
        for _ in range(count):
            there.put(None)
            back.get()

    def answer():
        for _ in range(count):
            there.get()
            back.put(None)

    return together(serve, answer)


class Thing:
    pass


def append_shared(count):
    thing = Thing()

    def run():
        mine = []
        append = mine.append
        for number in range(count):
            append(thing)
            if number & 1023 == 1023:
                mine.clear()

    return together(run, run) / 2


def lock_contended(count):
    lock, total = threading.Lock(), [0]

    def run():
        for _ in range(count):
            with lock:
                total[0] += 1

    return together(run, run) / 2


#: Each is a function of a number of operations and returns the seconds they took.
ALL = {
    "lock": lambda count: timed(lock, count),
    "with": lambda count: timed(with_, count),
    "rlock": lambda count: timed(rlock, count),
    "simple_private": lambda count: timed(put_and_get, queue.SimpleQueue(), count),
    "queue_private": lambda count: timed(put_and_get, queue.Queue(), count),
    "simple_pair": lambda count: pair(queue.SimpleQueue(), count),
    "queue_pair": lambda count: pair(queue.Queue(), count),
    "ping_pong": lambda count: ping_pong(count // 10) * 10,
    "append_shared": append_shared,
    "lock_contended": lock_contended,
}


def measure(name, repeat):
    idle, end = threading.Event(), threading.Event()
    other = threading.Thread(target=lambda: (idle.set(), end.wait()))
    other.start()
    idle.wait()
    ALL[name](COUNT // 10)
    best = min(ALL[name](COUNT) for _ in range(repeat))
    end.set()
    other.join()
    print(best / COUNT * 1e9)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreters", required=True, help="comma-separated; the first one is the measure")
    parser.add_argument("--only", default=",".join(ALL), help="names, comma-separated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=3, help="measurements of a round, of which the best counts")
    options = parser.parse_args()
    from harness import stats

    interpreters = options.interpreters.split(",")
    shown = [interpreter.split("=", 1)[0] if "=" in interpreter.split()[0] else os.path.basename(interpreter) for interpreter in interpreters]
    print(f"{'nanoseconds':16}" + "".join(f"{name[:22]:>24}" for name in shown))
    for name in options.only.split(","):
        taken = [[] for _ in interpreters]
        for _ in range(options.rounds):
            for values, interpreter in zip(taken, interpreters):
                program = interpreter.split("=", 1)[-1]
                done = subprocess.run([program, __file__, "--measure", name, str(options.repeat)], capture_output=True, text=True)
                if done.returncode:
                    raise SystemExit(f"locks: {interpreter}: {done.stderr}")
                values.append(float(done.stdout))
        medians = [stats.median(values) for values in taken]
        cells = [f"{medians[0]:14.1f}          "]
        cells += [f"{value:14.1f}  {medians[0] / value:6.2f}x" for value in medians[1:]]
        print(f"{name:16}" + "".join(f"{cell:>24}" for cell in cells), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], int(sys.argv[3]))
    else:
        main()
