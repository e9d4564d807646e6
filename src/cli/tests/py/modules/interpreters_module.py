"""What is true of interpreters where there is one: the main interpreter, queues and channels of what may cross."""
import _interpchannels as channels
import _interpqueues as queues
import _interpreters
import threading
from concurrent import interpreters


def raises(exception, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except exception as error:
        assert type(error) is exception, error
        return str(error)
    raise AssertionError(f"{function} raised nothing")


def main_interpreter():
    assert _interpreters.get_main() == _interpreters.get_current() == (0, _interpreters.WHENCE_RUNTIME)
    assert _interpreters.list_all() == [(0, 1)] and _interpreters.is_running(0)
    main = interpreters.get_main()
    assert main is interpreters.get_current() and interpreters.list_all() == [main]
    assert repr(main) == "Interpreter(0)" and main.whence == "runtime init" and main.is_running()
    assert raises(interpreters.InterpreterError, main.close) == "cannot destroy unrecognized interpreter 0"
    assert raises(interpreters.InterpreterError, _interpreters.exec, 0, "1") == "interpreter already running"
    assert raises(interpreters.InterpreterNotFoundError, _interpreters.whence, 99) == "unrecognized interpreter ID 99"
    assert _interpreters.new_config("legacy").gil == "shared" and _interpreters.new_config(allow_fork=True).allow_fork is True
    snapshot = _interpreters.capture_exception(KeyError("a"))
    assert (snapshot.type.__name__, snapshot.msg, snapshot.formatted) == ("KeyError", "'a'", "KeyError: 'a'")


def what_crosses():
    for value in (None, True, 1, 2.5, "text", b"bytes", (), (1, ("a",)), memoryview(b"a")):
        assert interpreters.is_shareable(value), value
    for value in ([], {}, object(), len, 1j, bytearray()):
        assert not interpreters.is_shareable(value), value


def queue():
    made = interpreters.create_queue(2)
    assert interpreters.is_shareable(made) and made.empty() and not made.full()
    for value in (None, True, 7, 2**100, "text", b"bytes", 1.5, (1, [2], ("a", None)), [1], {"a": 1}):
        made.put(value)
        assert made.get() == value and made.empty()
    given = [1]
    made.put(given)
    assert made.get() is not given
    made.put(made)
    assert made.get() is made
    made.put(1)
    made.put_nowait(2)
    assert made.full() and raises(interpreters.QueueFull, made.put_nowait, 3) == f"queue {made.id} is full"
    assert [made.get(), made.get_nowait()] == [1, 2]
    assert raises(interpreters.QueueEmpty, made.get_nowait) == f"queue {made.id} is empty"
    assert raises(interpreters.NotShareableError, made.put, interpreters).startswith("<module")
    shared = bytearray(b"abc")
    made.put(memoryview(shared))
    view = made.get()
    view[0] = ord("x")
    assert shared == b"xbc"
    view.release()
    number = made.id
    del made
    assert raises(queues.QueueNotFoundError, queues.get_count, number) == f"queue {number} not found"


def queue_of_threads():
    made = interpreters.create_queue()

    def produce(start):
        for i in range(start, start + 200):
            made.put((i, [i]))

    producers = [threading.Thread(target=produce, args=(start,)) for start in (0, 200, 400)]
    for thread in producers:
        thread.start()
    got = [made.get() for _ in range(600)]
    for thread in producers:
        thread.join()
    assert sorted(got) == [(i, [i]) for i in range(600)] and made.empty()


def channel():
    made = channels.create()
    number = int(made)
    assert repr(made) == f"ChannelID({number})" and made == number and made.send.end == "send" and made.send != made
    assert raises(channels.ChannelEmptyError, channels.recv, made) == f"channel {number} is empty"
    assert channels.recv(made, "nothing") == ("nothing", None)
    for value in (1, "text", [1, 2], made):
        channels.send(made, value, blocking=False)
        assert channels.recv(made) == (value, None)
    assert raises(TimeoutError, channels.send, made, 1, timeout=0.01) == "timed out"
    assert channels.get_count(made) == 0
    got = []
    receiver = threading.Thread(target=lambda: got.extend(channels.recv(number, None)[0] or receive_later(number)))
    receiver.start()
    channels.send(made, ["waited for"])
    receiver.join()
    assert got == ["waited for"]
    channels.send(made, 1, blocking=False)
    assert "try force=True" in raises(channels.ChannelNotEmptyError, channels.close, made)
    channels.close(made, send=True)
    assert channels.get_info(made).closing and channels.recv(made) == (1, None)
    assert raises(channels.ChannelClosedError, channels.recv, made) == f"channel {number} is closed"
    del made, value, receiver
    assert raises(channels.ChannelNotFoundError, channels.get_count, number) == f"channel {number} not found"


def receive_later(number):
    while True:
        try:
            return channels.recv(number)[0]
        except channels.ChannelEmptyError:
            pass


# The library keeps one instance of an id without a lock: of two threads that ask first, each may get its own.
if threading.current_thread() is threading.main_thread():
    main_interpreter()
what_crosses()
queue()
queue_of_threads()
channel()
