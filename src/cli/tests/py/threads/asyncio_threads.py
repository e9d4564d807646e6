# modes: one
"""Event loops in several threads at once, and calls between them."""
import os
import sys
import threading

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))


def together(*functions):
    """Runs all functions at once, each in a thread, and raises what one of them raised."""
    failures = []
    start = threading.Barrier(len(functions))

    def run(function):
        start.wait()
        try:
            function()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
import asyncio
from concurrent.futures import ThreadPoolExecutor


async def work(k):
    async def child(i):
        await asyncio.sleep(0)
        return k * 100 + i

    assert await asyncio.gather(*[child(i) for i in range(30)]) == [k * 100 + i for i in range(30)]
    box = asyncio.Queue()

    async def put():
        for i in range(50):
            await box.put(i)
        await box.put(None)

    async def get():
        found = []
        while (item := await box.get()) is not None:
            found.append(item)
        return found

    async with asyncio.TaskGroup() as group:
        group.create_task(put())
        reader = group.create_task(get())
    assert reader.result() == list(range(50))
    try:
        async with asyncio.timeout(0.005):
            await asyncio.sleep(5)
        assert False
    except TimeoutError:
        pass
    lock = asyncio.Lock()
    async with lock:
        assert lock.locked()
    assert asyncio.current_task().get_coro().__name__ == "work"
    return k


results = []
together(*[lambda k=k: results.append(asyncio.run(work(k))) for k in range(5)])
assert sorted(results) == list(range(5))

# A loop in one thread, fed by others.
loop = asyncio.new_event_loop()
thread = threading.Thread(target=loop.run_forever)
thread.start()


async def double(x):
    await asyncio.sleep(0)
    return x * 2


got = []
together(*[lambda k=k: got.extend(asyncio.run_coroutine_threadsafe(double(i), loop).result(60) for i in range(20)) for k in range(4)])
assert sorted(got) == sorted([i * 2 for i in range(20)] * 4)
called = []
together(*[lambda: [loop.call_soon_threadsafe(called.append, i) for i in range(50)] for _ in range(3)])
done = threading.Event()
loop.call_soon_threadsafe(done.set)
assert done.wait(60) and len(called) == 150
loop.call_soon_threadsafe(loop.stop)
thread.join()
loop.close()


async def to_threads():
    idents = await asyncio.gather(*[asyncio.to_thread(threading.get_ident) for _ in range(10)])
    assert threading.get_ident() not in idents
    running = asyncio.get_running_loop()
    with ThreadPoolExecutor(3) as pool:
        assert await asyncio.gather(*[running.run_in_executor(pool, pow, 2, i) for i in range(20)]) == [2 ** i for i in range(20)]
    try:
        await asyncio.to_thread(lambda: 1 / 0)
        assert False
    except ZeroDivisionError:
        pass


asyncio.run(to_threads())

# Coroutines and tasks are of their thread's loop.
async def current():
    return asyncio.get_running_loop()


loops = []
together(*[lambda: loops.append(asyncio.run(current())) for _ in range(4)])
assert len(loops) == 4
try:
    asyncio.get_running_loop()
    assert False
except RuntimeError as error:
    assert str(error) == "no running event loop"
