"""gevent: greenlets on an event loop; a runtime that refuses greenlet says so at import."""

from _expect import raises

import gevent
from gevent import queue

channel = queue.Queue()


def produce():
    for i in range(3):
        channel.put(i)
        gevent.sleep(0)


jobs = [gevent.spawn(produce), gevent.spawn(lambda: [channel.get() for _ in range(3)])]
gevent.joinall(jobs, raise_error=True)
assert jobs[1].value == [0, 1, 2]
raises(ZeroDivisionError, "division by zero", gevent.spawn(lambda: 1 // 0).get)
print("ok")
