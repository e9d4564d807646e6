"""websockets: the masking speedups, frames without a network, a server and clients on loopback, errors."""

import asyncio
import threading

from _expect import raises

import websockets
from websockets import frames, speedups
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.sync.client import connect as connect_blocking

assert frames.apply_mask is speedups.apply_mask, "the C speedups are not in use"
mask = b"\x01\x02\x03\x04"
for size in (0, 1, 3, 4, 7, 8, 15, 16, 31, 33, 1000):
    data = bytes(i % 256 for i in range(size))
    masked = speedups.apply_mask(data, mask)
    assert masked == bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)) and speedups.apply_mask(masked, mask) == data
assert speedups.apply_mask(bytearray(b"ab"), memoryview(mask)) == b"``"
assert frames.Frame(frames.Opcode.TEXT, b"caf\xc3\xa9").serialize(mask=False) == b"\x81\x05caf\xc3\xa9"


async def echo(connection):
    if connection.request.path == "/close":
        await connection.close(4001, "go away")
        return
    async for message in connection:
        await connection.send(message if isinstance(message, bytes) else message.upper())


async def main():
    async with serve(echo, "127.0.0.1", 0, max_size=100_000) as server:
        port = server.sockets[0].getsockname()[1]
        address = f"ws://127.0.0.1:{port}"
        async with connect(address, proxy=None) as client:
            await client.send("caf\xe9")
            assert await client.recv() == "CAF\xc9"
            await client.send(bytes(range(256)) * 300)
            assert await client.recv() == bytes(range(256)) * 300
            await client.send(["frag", "ment"])
            assert await client.recv() == "FRAGMENT"
            await (await client.ping(b"x"))
            assert client.protocol.state.name == "OPEN" and client.response.status_code == 101
        assert client.close_code == 1000
        clients = [await connect(address, proxy=None, compression=None) for _ in range(5)]
        for index, client in enumerate(clients):
            await client.send(str(index))
        assert [await client.recv() for client in clients] == list("01234")
        for client in clients:
            await client.close()
        async with connect(address + "/close", proxy=None) as client:
            try:
                await client.recv()
            except websockets.ConnectionClosedError as error:
                assert error.rcvd.code == 4001 and error.rcvd.reason == "go away" and "received 4001 (private use) go away" in str(error)
            else:
                raise AssertionError("the connection is open")

        def blocking(found):
            with connect_blocking(address, proxy=None) as client:
                client.send("thread")
                found.append(client.recv())

        found = []
        thread = threading.Thread(target=blocking, args=(found,))
        thread.start()
        await asyncio.to_thread(thread.join)
        assert found == ["THREAD"]


asyncio.run(main())
raises(ValueError, "mask must contain 4 bytes", speedups.apply_mask, b"data", b"abc")
raises(TypeError, "expected a bytes-like object, str found", speedups.apply_mask, "text", mask)
raises(TypeError, "function missing required argument 'mask' (pos 2)", speedups.apply_mask, b"x")
raises(websockets.InvalidURI, "http://x isn't a valid URI: scheme isn't ws or wss", websockets.uri.parse_uri, "http://x")
raises(ConnectionRefusedError, "[Errno 111] Connection refused", connect_blocking, "ws://127.0.0.1:1", proxy=None)
print("ok")
