"""Two measurements of memory and the collector.

    python memory.py tuples [MILLIONS]     builds so many tuples in a list, collector on (15)
    python memory.py epochs [SECONDS]      threads replace entries of one shared dict for so long (60); needs /proc

The first prints the seconds and the peak, for comparison with another
interpreter. The second prints what the process holds beyond what it held after
a warm-up: memory that was retired and has not come back.
"""

import sys
import threading
import time


def status(key):
    """A line of /proc/self/status in bytes."""
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(key):
                return int(line.split()[1]) * 1024
    return 0


def tuples(millions):
    """One million tuples at a time, so that the time of each is seen to stay the same."""
    found = []
    start = time.perf_counter()
    times = []
    for _ in range(millions):
        begin = time.perf_counter()
        for i in range(1_000_000):
            found.append((i, i))
        times.append(time.perf_counter() - begin)
    taken = time.perf_counter() - start
    print(f"{millions} million tuples: {taken:.2f} s, first million {times[0]:.3f} s, last {times[-1]:.3f} s, peak {status('VmHWM') / 1e6:.0f} MB")
    begin = time.perf_counter()
    found.clear()
    print(f"dropping them: {time.perf_counter() - begin:.2f} s")


def epochs(seconds, writers=2, readers=1):
    shared = {i: str(i) * 10 for i in range(10_000)}
    end = time.monotonic() + seconds
    written = [0] * writers

    def write(k):
        n = 0
        while time.monotonic() < end:
            for i in range(1000):
                shared[(n * 7 + k) % 10_000] = f"{k} {n} and some more text"
                n += 1
            written[k] = n

    def read():
        while time.monotonic() < end:
            for i in range(0, 10_000, 3):
                shared[i]

    threads = [threading.Thread(target=write, args=(k,)) for k in range(writers)]
    threads += [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    time.sleep(min(2, seconds / 5))
    base = status("VmRSS")
    most = base
    while time.monotonic() < end:
        time.sleep(min(0.2, seconds / 20))
        most = max(most, status("VmRSS"))
    for thread in threads:
        thread.join()
    print(
        f"{seconds:g} s, {sum(written):,} entries replaced by {writers} threads: at first {base / 1e6:.1f} MB, "
        f"at most {(most - base) / 1e6:.1f} MB more, at the end {(status('VmRSS') - base) / 1e6:+.1f} MB"
    )


def main():
    words = sys.argv[1:]
    if words and words[0] == "tuples":
        tuples(int(words[1]) if len(words) > 1 else 15)
    elif words and words[0] == "epochs":
        epochs(float(words[1]) if len(words) > 1 else 60)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
