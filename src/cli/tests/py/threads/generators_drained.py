# modes: one
"""Many short generators, each drained by several threads: every value is given out once, to the one whose call it was."""
import itertools
import os
import sys
import threading
import time

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))
ROUNDS = 150 * SCALE


class Team:
    """Threads that run one function after the other, all the same at a time."""

    def __init__(self, size):
        self.before = threading.Barrier(size + 1)
        self.after = threading.Barrier(size + 1)
        self.task = None
        self.failures = []
        self.threads = [threading.Thread(target=self.work, args=(k,)) for k in range(size)]
        for thread in self.threads:
            thread.start()

    def work(self, k):
        while True:
            self.before.wait()
            if self.task is None:
                return
            try:
                self.task(k)
            except BaseException as error:
                self.failures.append(error)
            self.after.wait()

    def run(self, task):
        self.task = task
        self.before.wait()
        self.after.wait()
        if self.failures:
            raise self.failures[0]

    def end(self):
        self.task = None
        self.before.wait()
        for thread in self.threads:
            thread.join()


def expression(n):
    return (i for i in range(n))


def loop(n):
    for i in range(n):
        yield i


def handler(n):
    # What it handles where it waits was raised by whichever thread ran it then.
    for i in range(n):
        try:
            raise KeyError(i)
        except KeyError as error:
            yield error.args[0]
            assert sys.exception() is error and error.args == (i,)


def delegating(n):
    yield from loop(n // 2)
    yield from expression(n - n // 2) if n < 2 else (n // 2 + i for i in range(n - n // 2))


def with_frame(n):
    # The frame object and its values were made by whichever thread ran it then.
    frame = sys._getframe()
    for i in range(n):
        made = [i, str(i)]
        yield made[0]
        assert frame.f_locals["made"] == [i, str(i)] and frame.f_generator.gi_running


def sent(n):
    for i in range(n):
        got = yield i
        assert got is None or got == "sent"


def ways(source):
    """How values are taken out of a generator; each raises StopIteration or ValueError, or gives one value."""
    return [
        lambda: next(source),
        source.__next__,
        lambda: source.send(None),
        lambda: next(itertools.islice(source, 1)),
        lambda: next(itertools.chain.from_iterable([source])),
        lambda: next(x for x in source),
    ]


def drained(team, size, make, way, n):
    source = make(n)
    got = []

    def drain(k):
        take = ways(source)[way]
        while True:
            try:
                value = take()
            except StopIteration as stop:
                assert stop.value is None, stop.value
                return
            except ValueError as error:
                assert str(error) == "generator already executing"
                continue
            except RuntimeError as error:
                # A generator around the source raised the source's StopIteration.
                raise AssertionError(error)
            got.append(value)

    team.run(drain)
    assert sorted(got) == list(range(n)), (make.__name__, way, n, sorted(got))
    assert source.gi_frame is None and next(source, "over") == "over"


def in_step(team, make, n, many):
    """All threads go through the same generators: they meet at the end of each, where one yields as another ends it."""
    sources = [make(n) for _ in range(many)]
    got = []

    def take(k):
        for source in sources:
            while True:
                try:
                    got.append(next(source))
                except StopIteration as stop:
                    assert stop.value is None, stop.value
                    break
                except ValueError:
                    pass

    team.run(take)
    assert len(got) == n * many and sum(got) == many * sum(range(n))


for size in (2, 3, 4):
    team = Team(size)
    for make in (expression, loop, delegating):
        for n in (1, 2):
            in_step(team, make, n, 100 * ROUNDS)
    for i in range(ROUNDS):
        make = (expression, loop, handler, delegating, with_frame, sent)[i % 6]
        drained(team, size, make, (i // 6) % 6, 1 + i % 7)

    # What it returns goes to one of them.
    for i in range(ROUNDS // 5):

        def returns():
            yield 1
            return "value"

        source, ends, got = returns(), [], []

        def to_end(k):
            while True:
                try:
                    got.append(source.send(None))
                except StopIteration as stop:
                    ends.append(stop.value)
                    return
                except ValueError:
                    pass

        team.run(to_end)
        assert got == [1] and sorted(map(str, ends)) == ["None"] * (size - 1) + ["value"], (got, ends)

    # One closes or throws while others take: the clean-up runs once, and nobody gets the value of another.
    for i in range(ROUNDS // 5):
        ended = []

        def inside():
            try:
                for i in range(4):
                    yield i
            finally:
                ended.append("inner")

        def around():
            try:
                yield from inside()
            finally:
                ended.append("outer")

        source, got = around(), []

        def ends_or_takes(k):
            while True:
                try:
                    if k:
                        got.append(next(source))
                    elif i % 2:
                        source.close()
                        return
                    else:
                        source.throw(KeyError)
                except (StopIteration, KeyError):
                    return
                except ValueError as error:
                    assert str(error) == "generator already executing"

        team.run(ends_or_takes)
        # A fresh generator ends without having run.
        assert ended in (["inner", "outer"], []) and sorted(got) == list(range(len(got))), (ended, got)
        assert not got or ended

    # Async generators: one awaitable at a time.
    for i in range(ROUNDS // 5):

        async def ticks():
            for i in range(5):
                yield i

        source, got = ticks(), []

        def awaits(k):
            while True:
                try:
                    source.__anext__().send(None)
                except StopIteration as stop:
                    got.append(stop.value)
                except StopAsyncIteration:
                    return
                except (RuntimeError, ValueError) as error:
                    assert "already" in str(error), error

        team.run(awaits)
        assert sorted(got) == list(range(5)), got
    team.end()

# What is asked of a generator while nobody else runs is there for whoever runs it later.
shared = []


def asked(i):
    # In a local variable: a global one would be known to all.
    frame = shared[0].gi_frame
    assert frame.f_locals["n"] == 4 and frame.f_lineno
    frame.f_locals["more"] = [i]
    return i % 4 > 1 and frame


for i in range(20):
    shared[:] = [(handler, with_frame, delegating)[i % 3](4)]
    # Long enough for a thread to count as alone.
    end = time.monotonic() + (0.02 if i else 0.15)
    while time.monotonic() < end:
        pass
    if i % 2:
        assert next(shared[0]) == 0
    kept = asked(i)
    rest = []
    thread = threading.Thread(target=lambda: rest.extend(shared[0]))
    thread.start()
    thread.join()
    assert rest == list(range(i % 2, 4))
    assert not kept or kept.f_locals["n"] == 4 and kept.f_back is None
