"""Starting threads, joining them, and a lock."""
import threading

out = []
lock = threading.Lock()


def work(n):
    for i in range(100):
        with lock:
            out.append(n)


threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert len(out) == 400
assert sorted(set(out)) == [0, 1, 2, 3]
assert not threads[0].is_alive()
e = threading.Event()
r = []
t = threading.Thread(target=lambda: (e.wait(), r.append(1)))
t.start()
assert r == []
e.set()
t.join()
assert r == [1]
