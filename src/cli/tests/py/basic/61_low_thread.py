"""The native thread module alone, without the threading module."""
import _thread

done = _thread.allocate_lock()
done.acquire()
box = []


def work(a, b):
    box.append(a + b)
    done.release()


_thread.start_new_thread(work, (1, 2))
done.acquire()
assert box == [3]
assert not done.acquire(False)
assert done.locked()
done.release()
assert not done.locked()
assert _thread.get_ident() != 0
h = _thread.start_joinable_thread(lambda: box.append(9))
h.join()
assert box == [3, 9]
