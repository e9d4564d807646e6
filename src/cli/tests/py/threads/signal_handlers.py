# modes: one
"""Other threads find the main thread's signal handlers, and what those know, while they are set anew."""
import signal
import threading


class Handler:
    """Knows what only the main thread has reached so far."""

    def __init__(self, number):
        self.state = {"number": number, "calls": []}

    def __call__(self, signum, frame):
        self.state["calls"].append(signum)


idle = threading.Event()
waiting = threading.Thread(target=idle.wait)
waiting.start()

found = []
stop = threading.Event()


def look():
    """What is found stays usable when its entry has another one."""
    while not stop.is_set():
        handler = signal.getsignal(signal.SIGUSR1)
        if isinstance(handler, Handler):
            handler.state["seen"] = handler.state["number"]
            found.append(handler)


signal.signal(signal.SIGUSR1, Handler(-1))
looking = [threading.Thread(target=look) for _ in range(2)]
for thread in looking:
    thread.start()
number = 0
while number < 300 or len(found) < 100:
    handler = Handler(number)
    old = signal.signal(signal.SIGUSR1, handler)
    assert old.state["number"] == number - 1 and old.state.get("seen", number - 1) == number - 1
    signal.raise_signal(signal.SIGUSR1)
    assert handler.state["calls"] == [signal.SIGUSR1]
    number += 1
stop.set()
for thread in looking:
    thread.join()
assert all(handler.state["seen"] == handler.state["number"] for handler in found)

idle.set()
waiting.join()
