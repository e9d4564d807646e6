# timeout: 30
"""_asyncio: futures, tasks, what a thread runs."""

import asyncio
import contextvars
import gc
import sys
import threading
import weakref

import _asyncio
from _asyncio import Future, Task


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True


class Loop:
    """As much of an event loop as a future asks of one."""

    def __init__(self):
        self.calls = []
        self.reports = []

    def get_debug(self):
        return False

    def is_running(self):
        return False

    def call_soon(self, function, *args, context=None):
        self.calls.append((function, args, context))

    def call_exception_handler(self, context):
        self.reports.append(context)

    def run(self):
        calls, self.calls = self.calls, []
        for function, args, context in calls:
            context.run(function, *args)
        return len(calls)


assert asyncio.Future is Future and asyncio.Task is Task
assert issubclass(Task, Future)

# A future's life.
loop = Loop()
f = Future(loop=loop)
eq(repr(f), "<Future pending>")
eq([f.done(), f.cancelled(), f._state, f._callbacks, f._result, f._exception], [False, False, "PENDING", None, None, None])
assert f.get_loop() is f._loop is loop
with raises(asyncio.InvalidStateError, "Result is not set."):
    f.result()
with raises(asyncio.InvalidStateError, "Exception is not set."):
    f.exception()
seen = []
f.add_done_callback(seen.append)
f.add_done_callback(print)
f.add_done_callback(seen.append)
eq(len(f._callbacks), 3)
eq(f.remove_done_callback(print), 1)
eq(f.remove_done_callback(print), 0)
f.set_result(5)
eq([f.done(), f._state, f.result(), f.exception(), f._callbacks, seen], [True, "FINISHED", 5, None, None, []])
eq(loop.run(), 2)
assert seen == [f, f]
f.add_done_callback(seen.append)
eq(loop.run(), 1)
eq(len(seen), 3)
for method in f.set_result, f.set_exception:
    with raises(asyncio.InvalidStateError, "invalid state"):
        method(ValueError())
eq(f.cancel(), False)
eq(repr(f), "<Future finished result=5>")

# Callbacks run in their context, and one that equals another goes by equality.
variable = contextvars.ContextVar("variable", default="outside")
other = contextvars.copy_context()
other.run(variable.set, "inside")
f, seen = Future(loop=loop), []
f.add_done_callback(lambda f: seen.append(variable.get()))
f.add_done_callback(lambda f: seen.append(variable.get()), context=other)
f.set_result(None)
loop.run()
eq(seen, ["outside", "inside"])


class Equal:
    def __eq__(self, other):
        return True


f = Future(loop=loop)
f.add_done_callback(print)
f.add_done_callback(len)
eq(f.remove_done_callback(Equal()), 2)
eq(f._callbacks, None)

# Exceptions.
f = Future(loop=loop)
with raises(TypeError, "invalid exception object"):
    f.set_exception(3)
with raises(TypeError, "invalid exception object"):
    f.set_exception(int)
f.set_exception(KeyError)
assert f._log_traceback
eq(repr(f.exception()), "KeyError()")
assert not f._log_traceback
with raises(KeyError, ""):
    f.result()
f = Future(loop=loop)
f.set_exception(StopIteration(3))
eq(repr(f.exception()), "RuntimeError('StopIteration interacts badly with generators and cannot be raised into a Future')")
eq(f.exception().__cause__.value, 3)

# An exception that nobody has looked at is reported in the end.
f = Future(loop=loop)
f.set_exception(ValueError("lost"))
del f
gc.collect()
(report,) = loop.reports
eq(report["message"], "Future exception was never retrieved")
eq(repr(report["exception"]), "ValueError('lost')")
eq(sorted(report), ["exception", "future", "message"])
del loop.reports[:], report
f = Future(loop=loop)
f.set_exception(ValueError("ignored"))
with raises(ValueError, "_log_traceback can only be set to False"):
    f._log_traceback = True
f._log_traceback = False
del f
gc.collect()
eq(loop.reports, [])

# Cancelling.
f = Future(loop=loop)
eq(f.cancel("why"), True)
eq([f.cancelled(), f._state, f._cancel_message], [True, "CANCELLED", "why"])
with raises(asyncio.CancelledError, "why"):
    f.result()
with raises(asyncio.CancelledError, "why"):
    f.exception()
f._cancel_message = None
eq(f._make_cancelled_error().args, ())

# What is not initialized says so.
f, t = Future.__new__(Future), Task.__new__(Task)
for object in f, t:
    eq(object._loop, None)
    for name in "_state", "_callbacks", "_result", "_exception", "_log_traceback":
        with raises(RuntimeError, "Future object is not initialized."):
            getattr(object, name)
    for call in object.__await__, object.get_loop, object.__repr__, lambda: object.remove_done_callback(1):
        with raises(RuntimeError, "Future object is not initialized."):
            call()
    for call in object.result, object.exception:
        with raises(asyncio.InvalidStateError, "Future object is not initialized."):
            call()
    with raises(RuntimeError, "uninitialized Future object"):
        object.add_done_callback(print)
eq([t.get_name(), t.get_coro(), t.get_context(), t.cancel(), t.cancelling(), t.uncancel()], [None, None, None, True, 1, 0])
del f, t, object

# Attributes.
f = Future(loop=loop)
for name in "_state", "_result", "_exception", "_loop", "_callbacks", "_source_traceback", "_asyncio_awaited_by":
    with raises(AttributeError, f"attribute '{name}' of '_asyncio.Future' objects is not writable"):
        setattr(f, name, 1)
for name in "_log_traceback", "_cancel_message", "_asyncio_future_blocking":
    with raises(AttributeError, f"attribute '{name}' of '_asyncio.Future' objects cannot be deleted"):
        delattr(f, name)
f.anything = 1
eq(f.anything, 1)
eq(weakref.ref(f)(), f)
eq(repr(Future[int]), "_asyncio.Future[int]")
with raises(TypeError, "Future() takes no positional arguments"):
    Future(1)
with raises(AttributeError, "'int' object has no attribute 'get_debug'"):
    Future(loop=1)

# Its iterator.
iterator = f.__await__()
assert iter(iterator) is iterator
assert next(iterator) is f and f._asyncio_future_blocking
with raises(RuntimeError, "await wasn't used with future"):
    iterator.send(3)
with raises(KeyError, "1"):
    iterator.throw(KeyError(1))
iterator = f.__iter__()
with raises(TypeError, "exceptions must be classes deriving BaseException or instances of such a class"):
    iterator.throw(3)
f.set_result((1, 2))
iterator = f.__await__()
try:
    iterator.send(None)
except StopIteration as stop:
    eq(stop.value, (1, 2))
iterator.close()
eq(type(iterator).__name__, "FutureIter")

# Who waits for whom.
a, b, c = (Future(loop=loop) for _ in range(3))
eq(a._asyncio_awaited_by, None)
_asyncio.future_add_to_awaited_by(a, b)
_asyncio.future_add_to_awaited_by(a, b)
_asyncio.future_add_to_awaited_by(a, 3)
assert a._asyncio_awaited_by == frozenset([b])
_asyncio.future_add_to_awaited_by(a, c)
assert a._asyncio_awaited_by == frozenset([b, c])
_asyncio.future_discard_from_awaited_by(a, b)
_asyncio.future_discard_from_awaited_by(a, b)
assert a._asyncio_awaited_by == frozenset([c])
_asyncio.future_discard_from_awaited_by(a, c)
eq(a._asyncio_awaited_by, frozenset())
_asyncio.future_add_to_awaited_by(b, c)
_asyncio.future_discard_from_awaited_by(b, c)
eq(b._asyncio_awaited_by, None)


# Subclasses.
class Sub(Future):
    def __init__(self, **keywords):
        super().__init__(**keywords)
        self.more = 1


s = Sub(loop=loop)
s.set_result(2)
eq([s.more, s.result(), repr(s)], [1, 2, "<Sub finished result=2>"])


async def value(n, wait=0):
    for _ in range(wait):
        await asyncio.sleep(0)
    return n


# Tasks that nobody runs.
with raises(TypeError, "a coroutine was expected, got 3"):
    Task(3, loop=loop)
coroutine = value(1)
unnamed = value(0)
t = Task(coroutine, loop=loop, name=42, context=other)
eq([t.get_name(), t.get_coro() is coroutine, t.get_context() is other, t._must_cancel, t._fut_waiter], ["42", True, True, False, None])
t.set_name("other")
eq(t.get_name(), "other")
assert Task(unnamed, loop=loop).get_name().startswith("Task-")
for call in t.set_result, t.set_exception:
    with raises(RuntimeError, f"Task does not support {call.__name__} operation"):
        call(1)
assert t in asyncio.all_tasks(loop)
step = loop.calls[0][0]
assert step.__self__ is t
with raises(TypeError, "function takes no positional arguments"):
    step(1)
with raises(RuntimeError, f"loop {loop!r} is not the running loop"):
    step()
loop.calls.clear()
coroutine.close()
unnamed.close()
del t, coroutine, step
gc.collect()
messages = [report["message"] for report in loop.reports]
assert "Task was destroyed but it is pending!" in messages, messages
del loop.reports[:]

# What a thread runs.
eq(_asyncio._get_running_loop(), None)
with raises(RuntimeError, "no running event loop"):
    _asyncio.get_running_loop()
with raises(RuntimeError, "no running event loop"):
    _asyncio.current_task()
_asyncio._set_running_loop(loop)
assert _asyncio.get_running_loop() is _asyncio.get_event_loop() is loop
_asyncio._enter_task(loop, 1)
eq(_asyncio.current_task(), 1)
with raises(RuntimeError, "Cannot enter into task 2 while another task 1 is being executed."):
    _asyncio._enter_task(loop, 2)
with raises(RuntimeError, "Invalid attempt to leave task 2 while task 1 is entered."):
    _asyncio._leave_task(loop, 2)
eq(_asyncio._swap_current_task(loop, 3), 1)
_asyncio._leave_task(loop, 3)
eq(_asyncio.current_task(loop), None)
for name in "_enter_task", "_leave_task", "_swap_current_task":
    with raises(RuntimeError, "loop 5 is not the running loop"):
        getattr(_asyncio, name)(5, 1)
_asyncio._set_running_loop(None)


class Likeness:
    """Behaves like a task."""

    def __init__(self, loop):
        self._loop, self.finished = loop, False

    def done(self):
        return self.finished


like = Likeness(loop)
_asyncio._register_task(like)
assert like in asyncio.all_tasks(loop)
like.finished = True
assert like not in asyncio.all_tasks(loop)
like.finished = False
_asyncio._unregister_task(like)
assert like not in asyncio.all_tasks(loop)
_asyncio._register_eager_task(like)
assert like in asyncio.all_tasks(loop)
_asyncio._unregister_eager_task(like)
assert like not in asyncio.all_tasks(loop)


# Steps.
async def main():
    running = asyncio.get_running_loop()
    me = asyncio.current_task()
    assert asyncio.all_tasks() == {me}
    eq(await asyncio.gather(*(value(i, i) for i in range(5))), [0, 1, 2, 3, 4])

    # The context of a task is its own.
    async def change():
        variable.set("changed")
        return variable.get()

    eq([await asyncio.create_task(change()), variable.get()], ["changed", "outside"])
    eq([await asyncio.create_task(change(), context=other), other[variable]], ["changed", "changed"])

    # It waits for a future, and shows it.
    future = running.create_future()

    async def waits():
        try:
            return await future
        except asyncio.CancelledError as error:
            seen.append(error.args)
            raise

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    assert task._fut_waiter is future
    assert future._asyncio_awaited_by == frozenset([task])
    wakeup = future._callbacks[0][0]
    eq([type(wakeup).__name__, wakeup.__name__, wakeup.__qualname__], ["builtin_function_or_method", "task_wakeup", "Task.task_wakeup"])
    assert wakeup.__self__ is task
    assert repr(task).startswith(f"<Task pending name='{task.get_name()}' coro=<main.<locals>.waits() running at "), repr(task)
    assert repr(task).endswith(" wait_for=<Future pending cb=[Task.task_wakeup()]>>"), repr(task)
    eq(len(task.get_stack()), 1)
    del seen[:]
    eq([task.cancel("enough"), task.cancelling(), future.cancelled()], [True, 1, True])
    try:
        await task
    except asyncio.CancelledError as error:
        eq(error.args, ("enough",))
    eq([seen, task.cancelled(), task.done(), task.cancel()], [[("enough",)], True, True, False])

    # It is cancelled before it begins, or ends in spite of it.
    task = asyncio.create_task(value(1))
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()

    async def stubborn():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            return asyncio.current_task().uncancel()

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    task.cancel()
    eq([await task, task.cancelled()], [0, False])

    # It fails.
    async def fails():
        await asyncio.sleep(0)
        raise KeyError(1)

    task = asyncio.create_task(fails())
    with raises(KeyError, "1"):
        await task
    eq([frame.f_code.co_name for frame in task.get_stack()], ["main", "fails"])

    # What it must not await.
    async def awaits(thing):
        return await thing

    class Bad:
        def __init__(self, thing):
            self.thing = thing

        def __await__(self):
            yield self.thing

    foreign = Future(loop=loop)
    with raises(RuntimeError, "Task got bad yield: 3"):
        await asyncio.create_task(awaits(Bad(3)))
    for thing, end in [(foreign, "attached to a different loop"), (running.create_future(), "with <Future pending>"), ((i for i in ()), ">")]:
        foreign._asyncio_future_blocking = True
        try:
            await asyncio.create_task(awaits(Bad(thing)))
        except RuntimeError as error:
            assert str(error).endswith(end), error
        else:
            assert False, thing

    async def awaits_itself():
        await asyncio.current_task()

    task = asyncio.create_task(awaits_itself())
    try:
        await task
    except RuntimeError as error:
        assert str(error).startswith("Task cannot await on itself: <Task pending"), error

    # A subclass of Future is waited for by its own methods.
    class Own(Future):
        def result(self):
            return super().result() + 1

    own = Own(loop=running)
    running.call_soon(own.set_result, 1)
    eq(await awaits(own), 1)

    # A task that starts at once.
    order = []

    async def eager(wait):
        order.append(asyncio.current_task().get_name())
        if wait:
            await asyncio.sleep(0)
        return wait

    task = Task(eager(False), loop=running, name="short", eager_start=True)
    eq([order, task.done(), task.result(), task.get_coro()], [["short"], True, False, None])
    task = Task(eager(True), loop=running, name="long", eager_start=True)
    eq([order, task.done(), task in asyncio.all_tasks()], [["short", "long"], False, True])
    assert asyncio.current_task() is me
    eq(await task, True)

    # Another thread finds them.
    def look():
        return asyncio.all_tasks(running) >= {me, pending}, asyncio.current_task(running) in (me, None)

    pending = asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    eq(await asyncio.to_thread(look), (True, True))
    pending.cancel()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(value(i)) for i in range(3)]
    eq([task.result() for task in tasks], [0, 1, 2])
    with raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await asyncio.sleep(10)


asyncio.run(main())
eq(_asyncio._get_running_loop(), None)


# A future that several threads use: one of them sets the result, and no callback is lost or called twice.
def race():
    shared, wins, called = Future(loop=loop), [], []
    calls = []
    shared_loop = shared.get_loop()
    start = threading.Barrier(4)

    def add():
        start.wait()
        for i in range(100):
            shared.add_done_callback(called.append)

    def finish(number):
        start.wait()
        for _ in range(20):
            shared.done()
        try:
            shared.set_result(number)
            wins.append(number)
        except asyncio.InvalidStateError:
            pass

    threads = [threading.Thread(target=add) for _ in range(2)] + [threading.Thread(target=finish, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wins == [shared.result()], wins
    while shared_loop.run():
        pass
    eq(len(called), 200)


for _ in range(5):
    race()
