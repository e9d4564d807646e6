# modes: one
"""Signals and KeyboardInterrupt reach the main thread while it waits and while others run."""
import _thread
import os
import queue
import signal
import threading
import time

caught = []


def handler(number, frame):
    caught.append((number, threading.current_thread() is threading.main_thread()))


stop = []


def busy():
    while not stop:
        sum(range(200))


workers = [threading.Thread(target=busy) for _ in range(3)]
for worker in workers:
    worker.start()
old = signal.signal(signal.SIGUSR1, handler)


def until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.0005)


# From the process itself, from another thread, at one thread.
os.kill(os.getpid(), signal.SIGUSR1)
until(lambda: len(caught) == 1)
sender = threading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGUSR1))
sender.start()
sender.join()
until(lambda: len(caught) == 2)
signal.pthread_kill(workers[0].ident, signal.SIGUSR1)
until(lambda: len(caught) == 3)
signal.raise_signal(signal.SIGUSR1)
until(lambda: len(caught) == 4)
assert caught == [(signal.SIGUSR1, True)] * 4


class Alarm(Exception):
    pass


def alarm(number, frame):
    raise Alarm


def interrupts(blocking):
    """An alarm's exception comes out of a call that would block for long."""
    start = time.monotonic()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        blocking()
        assert False, "was not interrupted"
    except Alarm:
        pass
    assert time.monotonic() - start < 50


signal.signal(signal.SIGALRM, alarm)
lock = threading.Lock()
lock.acquire()
interrupts(lock.acquire)
interrupts(lambda: lock.acquire(timeout=60))
interrupts(threading.Event().wait)
interrupts(lambda: threading.Event().wait(60))
interrupts(queue.Queue().get)
interrupts(queue.SimpleQueue().get)
interrupts(lambda: queue.SimpleQueue().get(timeout=60))
interrupts(lambda: time.sleep(60))
interrupts(workers[0].join)
interrupts(lambda: [None for _ in iter(int, 1)])


def loop():
    while True:
        pass


interrupts(loop)
interrupts(lambda: os.read(os.pipe()[0], 1))
rlock = threading.RLock()
holder = threading.Thread(target=lambda: (rlock.acquire(), hold.wait(), rlock.release()))
hold = threading.Event()
holder.start()
until(lambda: not rlock.acquire(blocking=False) or rlock.release())
interrupts(rlock.acquire)
hold.set()
holder.join()

# A handler that returns leaves the waiting undisturbed.
signal.signal(signal.SIGALRM, handler)
caught.clear()
signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
assert lock.acquire(timeout=0.05) is False
start = time.monotonic()
time.sleep(0.03)
assert time.monotonic() - start >= 0.03
until(lambda: len(caught) >= 3)
signal.setitimer(signal.ITIMER_REAL, 0)

# interrupt_main.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Not before `start` has returned, in whose waiting an exception may come between a lock's release and the next acquire.
started = _thread.allocate_lock()
started.acquire()
threading.Thread(target=lambda: (started.acquire(), _thread.interrupt_main())).start()
try:
    started.release()
    until(lambda: False)
except KeyboardInterrupt:
    pass
caught.clear()
threading.Thread(target=lambda: _thread.interrupt_main(signal.SIGUSR1)).start()
until(lambda: caught)

# Only the main thread may set handlers.
errors = []


def sets():
    try:
        signal.signal(signal.SIGUSR1, handler)
    except ValueError as error:
        errors.append(str(error))


thread = threading.Thread(target=sets)
thread.start()
thread.join()
assert errors == ["signal only works in main thread of the main interpreter"]

# Masks and waiting belong to threads.
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
assert signal.SIGUSR2 in signal.pthread_sigmask(signal.SIG_BLOCK, [])
signal.pthread_kill(threading.get_ident(), signal.SIGUSR2)
assert signal.SIGUSR2 in signal.sigpending()
assert signal.sigwait([signal.SIGUSR2]) == signal.SIGUSR2
assert signal.sigtimedwait([signal.SIGUSR2], 0.01) is None
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR2])

# A storm of signals while everybody works.
caught.clear()
signal.signal(signal.SIGUSR1, handler)
for _ in range(200):
    os.kill(os.getpid(), signal.SIGUSR1)
    [str(i) for i in range(50)]
until(lambda: caught)
assert all(main for _, main in caught)
stop.append(1)
for worker in workers:
    worker.join()
signal.signal(signal.SIGUSR1, old)
