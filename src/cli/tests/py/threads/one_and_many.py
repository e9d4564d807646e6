# modes: one
"""The program goes from one thread to several and back, again and again, with data from all of its ages."""
import gc
import threading
import time

history = []


class Record:
    def __init__(self, n):
        self.n = n
        self.parts = [n]


def alone(n):
    """What is built while there is one thread."""
    record = Record(n)
    record.parts.extend(history[-1].parts[:3] if history else [])
    history.append(record)


def worker(n, gate):
    gate.wait()
    for record in history[:]:
        record.parts.append(n)
        record.last = threading.get_ident()
    history.append(Record(n))


for n in range(60):
    alone(n)
    gate = threading.Barrier(3)
    threads = [threading.Thread(target=worker, args=(n, gate)) for _ in range(2)]
    for thread in threads:
        thread.start()
    gate.wait()
    alone(n)
    for thread in threads:
        thread.join()
    del history[:-20]
    if n % 10 == 0:
        # Long enough that the runtime may treat the program as having one thread again.
        time.sleep(0.005)
        gc.collect()
    total = sum(sum(record.parts) for record in history)
    assert total >= 0
assert all(type(part) is int for record in history for part in record.parts)

# An idle second thread while the first builds, shares nothing, and throws away.
leave = threading.Event()
idle = threading.Thread(target=leave.wait)
idle.start()
table = {}
for i in range(5000):
    table[i % 100] = [i, (i, [i])]
assert all(value[0] == value[1][0] == value[1][1][0] for value in table.values())
leave.set()
idle.join()
for value in table.values():
    value[1][1].append("after")
assert all(value[1][1][-1] == "after" for value in table.values())

# Ping-pong: the threads take turns, so that each is alone for a moment.
ping, pong = threading.Semaphore(1), threading.Semaphore(0)
ball = []


def play(mine, other, name):
    for i in range(300):
        mine.acquire()
        ball.append((name, i, [i]))
        if len(ball) > 1:
            ball[-2][2].append(name)
        other.release()


players = [threading.Thread(target=play, args=(ping, pong, "ping")), threading.Thread(target=play, args=(pong, ping, "pong"))]
for player in players:
    player.start()
for player in players:
    player.join()
assert [name for name, _, _ in ball] == ["ping", "pong"] * 300
assert all(len(marks) == 2 for _, _, marks in ball[:-1])

# Blocking calls detach; data built by the other meanwhile is common afterwards.
made = []


def sleeper():
    for _ in range(20):
        time.sleep(0.0005)
        made.append([len(made)])


thread = threading.Thread(target=sleeper)
thread.start()
while thread.is_alive():
    local = [[i] for i in range(100)]
    for item in made[:]:
        item.append("seen")
    local.clear()
thread.join()
assert [item[0] for item in made] == list(range(20))
