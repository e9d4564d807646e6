"""Arrays that change while other threads read their items: no item is seen that nobody has written."""

import array
import threading

items = array.array("d", [1.0] * 10)
done = threading.Event()
wrong = []


def read():
    while not done.is_set():
        for index in range(40):
            try:
                item = items[index]
            except IndexError:
                continue
            if item not in (1.0, 2.0):
                wrong.append((index, item))


readers = [threading.Thread(target=read) for _ in range(2)]
for reader in readers:
    reader.start()
for _ in range(5000):
    items.extend([2.0] * 5)
    if len(items) > 60:
        del items[10:]
    items.insert(3, 1.0)
    items.pop()
done.set()
for reader in readers:
    reader.join()
assert not wrong, wrong[:5]
