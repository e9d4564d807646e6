"""Critical sections of a module of the shared flavour exclude each other, are given up while their thread waits, and never deadlock."""

import sys
import threading

if not hasattr(sys, "pyston_version_info"):
    # The flavour is Pyston's own: no other interpreter loads the file.
    raise SystemExit

sys.path[:1] = sys.argv[1:2]

import shared_sections as m

THREADS = 4
TIMES = 20000

a, b = [], {}


def work(turn):
    first, second = (a, b) if turn % 2 else (b, a)
    for _ in range(4):
        m.spin(first, second, TIMES // 4)


before = m.sums()
threads = [threading.Thread(target=work, args=(turn,)) for turn in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(60)
    assert not thread.is_alive(), "the sections of two threads wait for each other"
one, pair, under = (now - then for now, then in zip(m.sums(), before))
total = THREADS * TIMES
assert under == total, (under, total)
assert pair == total, (pair, total)
assert one == 2 * total, (one, total)

# A thread that holds a section and waits for a lock of Python's lets the others into the section.
lock = threading.Lock()
shared = []
order = []
lock.acquire()


def waits():
    order.append("in")
    with lock:
        order.append("has")


holder = threading.Thread(target=m.within, args=(shared, waits))
holder.start()
while not order:
    pass
m.within(shared, lambda: order.append("other"))
lock.release()
holder.join(60)
assert not holder.is_alive()
assert order == ["in", "other", "has"], order

# Who asks for the count in order to change the object in place is told of one more while others may look at it.
assert m.refcnt(None) > 1000
assert m.refcnt(object()) >= 1
