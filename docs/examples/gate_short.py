"""Two threads: one hands line after line to an extension, which keeps the GIL; the other counts in Python."""

import threading
from checksum import add

LINES = [b'%d and some text to sum up\n' % n for n in range(200_000)]


def check():
    total = 1
    for line in LINES:
        total = add(total, line)
    return total


def count():
    n = 0
    for _ in range(10_000_000):
        n += 1


threads = [threading.Thread(target=check), threading.Thread(target=count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
