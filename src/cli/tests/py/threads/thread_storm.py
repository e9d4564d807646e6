# modes: one
# timeout: 30
"""Ten thousand threads are started and joined; a few hundred live at once."""
import threading
import _thread

done = []
for _ in range(100):
    batch = [threading.Thread(target=done.append, args=(i,)) for i in range(80)]
    for thread in batch:
        thread.start()
    for thread in batch:
        thread.join()
        assert not thread.is_alive()
assert len(done) == 8000

# Without the threading module.
left = 2000
lock = _thread.allocate_lock()
over = _thread.allocate_lock()
over.acquire()


def work():
    global left
    with lock:
        left -= 1
        if left == 0:
            over.release()


for _ in range(2000):
    _thread.start_new_thread(work, ())
over.acquire()
assert left == 0

# Many at once, all waiting, all let go.
gate = threading.Event()
through = []
crowd = [threading.Thread(target=lambda: (gate.wait(), through.append(threading.get_ident()))) for _ in range(300)]
for thread in crowd:
    thread.start()
assert threading.active_count() >= 301
gate.set()
for thread in crowd:
    thread.join()
assert len(through) == 300 and len(set(through)) == 300
assert threading.active_count() == 1

# Threads that start threads.
count = []


def spawn(depth):
    count.append(1)
    if depth:
        children = [threading.Thread(target=spawn, args=(depth - 1,)) for _ in range(3)]
        for child in children:
            child.start()
        for child in children:
            child.join()


spawn(4)
assert len(count) == 121
