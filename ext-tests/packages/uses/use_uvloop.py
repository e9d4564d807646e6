"""uvloop: echo servers over TCP and UNIX sockets, datagrams, subprocesses, timers, signals, threads, errors."""

import asyncio
import os
import signal
import socket
import sys
import threading

from _expect import raises

import uvloop


async def echo(reader, writer):
    while data := await reader.readline():
        writer.write(data.upper())
        await writer.drain()
    writer.close()


async def talk(reader, writer, count):
    for i in range(count):
        writer.write(f"line {i}\n".encode())
        assert await reader.readline() == f"LINE {i}\n".encode()
    writer.close()
    await writer.wait_closed()


class Datagrams(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.transport.sendto(data[::-1], address)


class Ask(asyncio.DatagramProtocol):
    def __init__(self, answer):
        self.answer = answer

    def connection_made(self, transport):
        transport.sendto(b"abc")

    def datagram_received(self, data, address):
        self.answer.set_result(data)


async def main():
    loop = asyncio.get_running_loop()
    assert type(loop) is uvloop.Loop and loop.time() > 0
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(10)]
    await asyncio.gather(*(talk(reader, writer, 30) for reader, writer in pairs))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"y" * 60_000 + b"\n")
    assert await reader.readline() == b"Y" * 60_000 + b"\n"
    writer.close()
    server.close()
    await server.wait_closed()
    local = await asyncio.start_unix_server(echo, "socket")
    await talk(*(await asyncio.open_unix_connection("socket")), 5)
    local.close()

    transport, _ = await loop.create_datagram_endpoint(Datagrams, local_addr=("127.0.0.1", 0))
    answer = loop.create_future()
    client, _ = await loop.create_datagram_endpoint(lambda: Ask(answer), remote_addr=transport.get_extra_info("sockname"))
    assert await answer == b"cba"
    transport.close()
    client.close()

    code = "import sys; data = sys.stdin.read(); print(data.upper(), end=''); sys.exit(3)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    assert (await process.communicate(b"piped"))[0] == b"PIPED" and process.returncode == 3

    order = []
    loop.call_later(0.4, order.append, "later")
    loop.call_soon(order.append, "soon")
    loop.call_at(loop.time() + 0.2, order.append, "at")
    cancelled = loop.call_later(0.1, order.append, "never")
    cancelled.cancel()
    threading.Thread(target=lambda: loop.call_soon_threadsafe(order.append, "thread")).start()
    assert await loop.run_in_executor(None, lambda: threading.current_thread() is not threading.main_thread())
    await asyncio.sleep(0.6)
    assert order[0] == "soon" and sorted(order) == ["at", "later", "soon", "thread"] and order.index("at") < order.index("later")
    caught = loop.create_future()
    loop.add_signal_handler(signal.SIGUSR1, caught.set_result, "signal")
    os.kill(os.getpid(), signal.SIGUSR1)
    assert await caught == "signal" and loop.remove_signal_handler(signal.SIGUSR1)
    left, right = socket.socketpair()
    left.setblocking(False)
    right.setblocking(False)
    await loop.sock_sendall(left, b"raw")
    assert await loop.sock_recv(right, 10) == b"raw"
    ready = loop.create_future()
    loop.add_reader(right.fileno(), lambda: ready.done() or ready.set_result(right.recv(5)))
    left.send(b"ready")
    assert await ready == b"ready"
    loop.remove_reader(right.fileno())
    left.close()
    right.close()
    assert (await loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))[0][4] == ("127.0.0.1", 80)
    problems = []
    loop.set_exception_handler(lambda loop, context: problems.append(type(context["exception"])))
    loop.call_soon(lambda: 1 // 0)
    await asyncio.sleep(0.01)
    assert problems == [ZeroDivisionError]
    try:
        await asyncio.wait_for(asyncio.sleep(100), 0.01)
    except TimeoutError:
        problems.append("timeout")
    try:
        await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        problems.append("refused")
    assert problems[1:] == ["timeout", "refused"]
    return "result"


assert uvloop.run(main()) == "result"
loop = uvloop.new_event_loop()
assert loop.run_until_complete(asyncio.sleep(0, "value")) == "value"
loop.close()
assert loop.is_closed()
raises(RuntimeError, "Event loop is closed", loop.call_soon, print)
raises(TypeError, "'int' object can't be awaited", uvloop.run, 5)
print("ok")
