# modes: one
# needs: fork
# timeout: 60
"""multiprocessing by each start method: processes, queues, pipes, locks, pools, shared memory, managers."""
import multiprocessing
import multiprocessing.connection
import multiprocessing.managers
import multiprocessing.shared_memory
import os
import queue
import signal
import sys
import time
import warnings

LONG = 30


def answer(results, number):
    results.put((number, os.getpid()))


def fail(kind):
    if kind == "exit":
        sys.exit(7)
    if kind == "error":
        sys.stderr = open(os.devnull, "w")
        raise ValueError(kind)
    os.kill(os.getpid(), signal.SIGKILL)


def echo(connection):
    while True:
        got = connection.recv()
        if got is None:
            break
        connection.send([got, type(got).__name__])
    connection.send_bytes(b"end")
    connection.close()


def add_many(lock, name, n):
    block = multiprocessing.shared_memory.SharedMemory(name)
    view = memoryview(block.buf).cast("q")
    for _ in range(n):
        with lock:
            view[0] += 1
    view.release()
    block.close()


def wait_for(event, condition, barrier, semaphore, results):
    results.put(event.wait(LONG))
    with condition:
        results.put(condition.wait(LONG))
    barrier.wait(LONG)
    results.put(semaphore.acquire(timeout=LONG))


def square(x):
    return x * x


def divide(x):
    return 10 // x


def fill(name, start, length):
    block = multiprocessing.shared_memory.SharedMemory(name)
    for i in range(start, start + length):
        block.buf[i] = i % 251
    block.close()


def note(shared_list, shared_dict, lock, key):
    with lock:
        shared_list.append(key)
    shared_dict[key] = key * 2


def started(event):
    event.set()
    time.sleep(LONG)


def processes(context):
    results = context.Queue()
    all_processes = [context.Process(target=answer, args=(results, i), name=f"worker {i}") for i in range(3)]
    assert [p.exitcode for p in all_processes] == [None] * 3 and not all_processes[0].is_alive()
    for process in all_processes:
        process.start()
    got = dict(results.get(timeout=LONG) for _ in all_processes)
    for process in all_processes:
        process.join(LONG)
        assert process.exitcode == 0 and not process.is_alive(), process
    assert sorted(got) == [0, 1, 2] and got == {i: p.pid for i, p in enumerate(all_processes)}, got
    assert os.getpid() not in got.values()
    for kind, code in ("exit", 7), ("error", 1), ("kill", -signal.SIGKILL):
        process = context.Process(target=fail, args=(kind,))
        process.start()
        process.join(LONG)
        assert process.exitcode == code, (kind, process.exitcode)
        process.close()
    event = context.Event()
    process = context.Process(target=started, args=(event,), daemon=True)
    process.start()
    assert event.wait(LONG)
    assert process in multiprocessing.active_children()
    process.terminate()
    process.join(LONG)
    assert process.exitcode == -signal.SIGTERM, process.exitcode
    results.close()
    results.join_thread()


def pipes_and_queues(context):
    here, there = context.Pipe()
    process = context.Process(target=echo, args=(there,))
    process.start()
    for value in (1, "text", b"bytes" * 50_000, {"a": [1, 2]}, 1.5, (None,)):
        here.send(value)
        assert here.recv() == [value, type(value).__name__]
    assert not here.poll(0)
    here.send(None)
    assert multiprocessing.connection.wait([here], LONG) == [here]
    assert here.recv_bytes() == b"end"
    process.join(LONG)
    there.close()
    try:
        here.recv()
    except EOFError:
        pass
    else:
        raise AssertionError("the other end is closed")
    here.close()

    bounded = context.Queue(2)
    bounded.put(1)
    bounded.put(2)
    try:
        bounded.put(3, timeout=0.01)
    except queue.Full:
        pass
    else:
        raise AssertionError("the queue is full")
    assert [bounded.get(timeout=LONG), bounded.get(timeout=LONG)] == [1, 2]
    try:
        bounded.get(timeout=0.01)
    except queue.Empty:
        pass
    else:
        raise AssertionError("the queue is empty")
    bounded.close()
    bounded.join_thread()


def locks(context):
    lock, block = context.Lock(), multiprocessing.shared_memory.SharedMemory(create=True, size=8)
    try:
        view = memoryview(block.buf).cast("q")
        view[0] = 0
        adders = [context.Process(target=add_many, args=(lock, block.name, 300)) for _ in range(2)]
        for process in adders:
            process.start()
        for process in adders:
            process.join(LONG)
            assert process.exitcode == 0
        assert view[0] == 600, view[0]
        view.release()
    finally:
        block.close()
        block.unlink()

    assert lock.acquire(False) and not lock.acquire(False) and not lock.acquire(timeout=0.01)
    lock.release()
    try:
        lock.release()
    except ValueError:
        pass
    else:
        raise AssertionError("it was not locked")
    again = context.RLock()
    with again, again:
        assert again._semlock._is_mine() and again._semlock._count() == 2
    try:
        again.release()
    except AssertionError:
        pass
    else:
        raise RuntimeError("it was not ours")
    bounded = context.BoundedSemaphore(2)
    assert bounded.get_value() == 2 and bounded.acquire() and bounded.acquire() and not bounded.acquire(False)
    bounded.release()
    bounded.release()
    try:
        bounded.release()
    except ValueError:
        pass
    else:
        raise AssertionError("it is bounded")

    event, condition, barrier, semaphore = context.Event(), context.Condition(), context.Barrier(2), context.Semaphore(0)
    results = context.Queue()
    process = context.Process(target=wait_for, args=(event, condition, barrier, semaphore, results))
    process.start()
    event.set()
    assert results.get(timeout=LONG) is True
    # The other may not wait yet: notify until it has been woken.
    while True:
        with condition:
            condition.notify()
        try:
            assert results.get(timeout=0.02) is True
            break
        except queue.Empty:
            pass
    barrier.wait(LONG)
    semaphore.release()
    assert results.get(timeout=LONG) is True
    process.join(LONG)
    assert process.exitcode == 0


def pools(context):
    with context.Pool(2) as pool:
        assert pool.map(square, range(20)) == [i * i for i in range(20)]
        assert list(pool.imap(square, range(5), 2)) == [0, 1, 4, 9, 16]
        assert sorted(pool.imap_unordered(square, range(5))) == [0, 1, 4, 9, 16]
        assert pool.apply(square, (7,)) == 49 and pool.starmap(pow, [(2, 3), (3, 2)]) == [8, 9]
        pending = pool.apply_async(divide, (0,))
        try:
            pending.get(LONG)
        except ZeroDivisionError as error:
            assert "divide" in str(error.__cause__)
        else:
            raise AssertionError("an error comes back")
        assert not pending.successful()
        pool.close()
        pool.join()


def shared_memory(context):
    block = multiprocessing.shared_memory.SharedMemory(create=True, size=5000)
    try:
        workers = [context.Process(target=fill, args=(block.name, start, 2500)) for start in (0, 2500)]
        for process in workers:
            process.start()
        for process in workers:
            process.join(LONG)
            assert process.exitcode == 0
        assert bytes(block.buf[:5000]) == bytes(i % 251 for i in range(5000))
    finally:
        block.close()
        block.unlink()
    try:
        multiprocessing.shared_memory.SharedMemory(block.name)
    except FileNotFoundError:
        pass
    else:
        raise AssertionError("it is unlinked")
    items = multiprocessing.shared_memory.ShareableList([1, 2.5, "text", b"bytes", None, True])
    try:
        other = multiprocessing.shared_memory.ShareableList(name=items.shm.name)
        other[0] = 42
        assert list(items) == [42, 2.5, "text", b"bytes", None, True] and items.index(None) == 4
        other.shm.close()
    finally:
        items.shm.close()
        items.shm.unlink()


def managers(context):
    with context.Manager() as manager:
        shared_list, shared_dict, lock = manager.list(), manager.dict(), manager.Lock()
        workers = [context.Process(target=note, args=(shared_list, shared_dict, lock, key)) for key in range(3)]
        for process in workers:
            process.start()
        for process in workers:
            process.join(LONG)
            assert process.exitcode == 0
        assert sorted(shared_list) == [0, 1, 2] and dict(shared_dict) == {0: 0, 1: 2, 2: 4}
        namespace = manager.Namespace()
        namespace.x = [1]
        assert namespace.x == [1] and manager.Value("i", 5).value == 5
        try:
            shared_dict["absent"]
        except KeyError as error:
            assert error.args == ("absent",)
        else:
            raise AssertionError("there is no such key")


def main():
    warnings.simplefilter("ignore", DeprecationWarning)
    assert sorted(multiprocessing.get_all_start_methods()) == ["fork", "forkserver", "spawn"]
    assert multiprocessing.get_start_method() == "forkserver"
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        for part in processes, pipes_and_queues, locks, pools, shared_memory, managers:
            start = time.perf_counter()
            part(context)
            if "-v" in sys.argv:
                print(f"{method:10} {part.__name__:18} {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
