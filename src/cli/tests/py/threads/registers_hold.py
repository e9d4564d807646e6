"""What many threads read at the same time is held by registers that count nothing: it stays until the last of them lets go, wherever that is."""
import gc
import sys
import threading
import time
import weakref

THREADS = 3
SECONDS = 0.8


class Box:
    def __init__(self, number):
        self.number = number
        self.items = [number, str(number), (number,)]

    def check(self):
        assert self.items == [self.number, str(self.number), (self.number,)]
        return self.number

    def itself(self):
        return self


class Holder:
    shared = None


holder = Holder()
table = {}
row = [None] * 4


def replace(number):
    box = Box(number)
    Holder.shared = holder.box = table["box"] = row[1] = box


def local():
    for _ in range(50):
        box = holder.box
        time.sleep(0)
        box.check()
        other = table["box"]
        box = None
        time.sleep(0)
        other.check()


def in_the_middle_of_an_expression():
    for _ in range(50):
        assert [holder.box, pause(), 1][0].check() >= 0
        assert row[1].itself().itself().check() + (pause() or 0) >= 0
        box = Holder.shared
        assert box.check() == box.number


def pause():
    time.sleep(0)


def argument(box, depth=3):
    if depth:
        time.sleep(0)
        return argument(box, depth - 1)
    return box


def returned():
    for _ in range(30):
        argument(holder.box).check()
        argument(box=row[1]).check()
        argument(*[table["box"]]).check()


def waiting(box):
    kept = holder.box
    yield box
    for item in (yield kept.check(), row[1]):
        yield item
    yield from deeper(kept)
    yield box.check() + kept.check()


def deeper(box):
    mine = Holder.shared
    yield box
    yield mine
    with held(mine) as again:
        yield again.check()
        yield holder.box


class held:
    def __init__(self, box):
        self.box = box

    def __enter__(self):
        return self.box

    def __exit__(self, *exc):
        self.box.check()


def generators():
    for _ in range(10):
        found = []
        generator = waiting(holder.box)
        found.append(next(generator))
        time.sleep(0)
        found.append(next(generator))
        time.sleep(0)
        found.append(generator.send((row[1], table["box"])))
        for value in generator:
            time.sleep(0)
            found.append(value)
        for value in found:
            if isinstance(value, Box):
                value.check()
        # One that is never finished, and one that nobody started.
        half = waiting(row[1])
        next(half).check()
        untouched = waiting(row[1])
        time.sleep(0)
        next(half)
        next(untouched).check()


def frames():
    def fails(box):
        raise ValueError(box)

    for _ in range(20):
        try:
            fails(holder.box)
        except ValueError as error:
            caught = error
        time.sleep(0)
        caught.__traceback__.tb_next.tb_frame.f_locals["box"].check()
        caught.args[0].check()

        def closure(box=row[1]):
            return box, here

        here = table["box"]
        time.sleep(0)
        for box in closure():
            box.check()
        frame = sys._getframe()
        frame.f_locals["here"].check()


def replaced_functions():
    # The function that runs is replaced while it runs.
    for _ in range(30):
        assert holder.function(holder.box) >= 0


def make_function(number):
    def function(box):
        time.sleep(0)
        return box.check() + function.number

    function.number = number
    return function


WORK = [local, in_the_middle_of_an_expression, returned, generators, frames, replaced_functions]


def heat():
    """What is read becomes hot only after some thousand counts in several threads."""
    for _ in range(3000):
        holder.box.check()
        row[1].itself()
        table["box"].number
        Holder.shared.number


def run(stop, errors):
    try:
        while not stop.is_set():
            for work in WORK:
                heat()
                work()
    except BaseException as error:
        errors.append(error)
        raise


def main():
    stop, errors = threading.Event(), []
    replace(0)
    holder.function = make_function(0)
    threads = [threading.Thread(target=run, args=(stop, errors)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    gone = []
    end = time.monotonic() + SECONDS
    number = 0
    while time.monotonic() < end:
        number += 1
        gone.append(weakref.ref(holder.box))
        replace(number)
        holder.function = make_function(number)
        time.sleep(0.004)
        if number % 8 == 0:
            gc.collect()
        sys.getrefcount(holder.box)
    stop.set()
    for thread in threads:
        thread.join()
    assert not errors, errors
    # Nothing stays that nobody holds.
    replace(-1)
    for _ in range(100):
        gc.collect()
        if all(ref() is None for ref in gone):
            break
        time.sleep(0.02)
    alive = [ref().number for ref in gone if ref() is not None]
    assert not alive, alive


main()
