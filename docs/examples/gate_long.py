"""As `gate_short.py`, but the lines are handed over together, and the extension gives the GIL up while it sums."""

import threading
from checksum import add_free

LINES = [b'%d and some text to sum up\n' % n for n in range(200_000)]


def check():
    return add_free(1, b''.join(LINES))


def count():
    n = 0
    for _ in range(10_000_000):
        n += 1


threads = [threading.Thread(target=check), threading.Thread(target=count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
