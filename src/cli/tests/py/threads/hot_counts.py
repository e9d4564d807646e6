"""Objects that several threads use all the time: their counts stay exact, and they end when nobody holds them."""

import gc
import sys
import threading
import time
import weakref


class Box(list):
    pass


def together(*functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def ended(*references):
    """Whether the objects end by a collection; one that another thread runs at this moment makes ours do nothing."""
    end = time.monotonic() + 30
    while any(reference() is not None for reference in references) and time.monotonic() < end:
        gc.collect()
    return [reference() for reference in references] == [None] * len(references)


def test_objects_end_when_their_threads_have():
    class Local:
        def method(self):
            return self

    def function(value):
        return value

    shared = Box([1.5, "x" * 3])
    dead = [weakref.ref(Local), weakref.ref(function), weakref.ref(shared)]

    def use():
        own = Local()
        for _ in range(20000):
            own.method()
            function(shared[0])
            shared[1]

    together(use, use, use)
    before = sys.getrefcount(shared)
    alias = shared
    assert sys.getrefcount(shared) == before + 1
    del alias
    assert sys.getrefcount(shared) == before
    del use, shared, function, Local
    assert ended(*dead)


def test_counts_that_move_between_threads():
    # One thread takes counts, the other gives them back.
    class Thing:
        pass

    thing = Thing()
    dead = weakref.ref(thing)
    queue = []
    done = []

    def give():
        for _ in range(30000):
            queue.append([thing] * 3)
        done.append(True)

    def take():
        while not done or queue:
            try:
                queue.pop()
            except IndexError:
                pass

    together(give, take, take)
    assert sys.getrefcount(thing) == sys.getrefcount(Thing()) + 1
    del thing, give
    assert ended(dead)


def test_an_object_ends_while_the_threads_go_on():
    state = {"box": Box(range(100))}
    stop = []
    gone = []

    def read():
        while not stop:
            box = state["box"]
            for _ in range(50):
                box[3]

    def replace():
        try:
            for _ in range(10):
                old = weakref.ref(state["box"])
                time.sleep(0.02)
                state["box"] = Box(range(100))
                end = time.monotonic() + 30
                while old() is not None and time.monotonic() < end:
                    time.sleep(0.002)
                gone.append(old() is None)
        finally:
            stop.append(True)

    together(read, read, replace)
    assert gone == [True] * 10, gone


def test_finalizers_run_at_once():
    log = []

    class Final:
        def __del__(self):
            log.append("end")

        def touch(self):
            pass

    final = Final()

    def use():
        for _ in range(20000):
            final.touch()

    together(use, use)
    del use, final
    assert log == ["end"], log


def test_garbage_that_was_hot():
    class Node:
        pass

    node = Node()
    node.self = node
    dead = weakref.ref(node)

    def use():
        for _ in range(20000):
            node.self

    together(use, use)
    del use, node
    assert ended(dead)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
