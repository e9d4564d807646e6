"""pyzmq: sockets of each pattern, polling, zero copy, asyncio, a proxy, options, errors."""

import asyncio
import threading

from _expect import raises

import zmq
import zmq.asyncio
from zmq.utils import z85

assert zmq.zmq_version_info() >= (4, 3) and zmq.backend.Socket.__module__.startswith("zmq.backend.cython")
context = zmq.Context()
assert not context.closed and context.get(zmq.IO_THREADS) == 1

server, client = context.socket(zmq.REP), context.socket(zmq.REQ)
server.bind("inproc://greeting")
client.connect("inproc://greeting")
client.send_json({"a": [1, "\u20ac"]})
assert server.recv_json() == {"a": [1, "\u20ac"]}
server.send_multipart([b"one", bytearray(b"two"), memoryview(b"three")])
assert client.recv_multipart() == [b"one", b"two", b"three"]
client.send_pyobj({1, 2})
assert server.recv_pyobj() == {1, 2}
large = bytes(range(256)) * 1000
tracker = server.send(large, copy=False, track=True)
frame = client.recv(copy=False)
assert frame.bytes == large and memoryview(frame)[300] == 44 and len(frame) == len(large) and not frame.more
del frame
tracker.wait(60)

push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
port = push.bind_to_random_port("tcp://127.0.0.1")
pull.connect(f"tcp://127.0.0.1:{port}")
push.send_string("caf\xe9", zmq.SNDMORE)
push.send(b"tail")
assert pull.recv_string() == "caf\xe9" and pull.get(zmq.RCVMORE) and pull.recv() == b"tail" and push.last_endpoint.decode().endswith(str(port))
poller = zmq.Poller()
poller.register(pull, zmq.POLLIN)
assert poller.poll(10) == [] and pull.poll(10) == 0
push.send(b"x")
assert poller.poll(60_000) == [(pull, zmq.POLLIN)] and pull.recv(zmq.NOBLOCK) == b"x"

publisher, subscriber = context.socket(zmq.PUB), context.socket(zmq.SUB)
publisher.bind("inproc://news")
subscriber.connect("inproc://news")
subscriber.subscribe(b"a")
publisher.send(b"b: no")
publisher.send(b"a: yes")
assert subscriber.recv() == b"a: yes"

left, right = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
left.bind("inproc://pair")
right.connect("inproc://pair")


def answer():
    for _ in range(100):
        right.send(right.recv().upper())


thread = threading.Thread(target=answer)
thread.start()
for i in range(100):
    left.send(b"m%d" % i)
    assert left.recv() == b"M%d" % i
thread.join()

router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
router.bind("inproc://route")
dealer.setsockopt(zmq.IDENTITY, b"me")
dealer.linger = 0
dealer.connect("inproc://route")
dealer.send(b"hi")
assert router.recv_multipart() == [b"me", b"hi"] and dealer.getsockopt(zmq.IDENTITY) == b"me" and dealer.linger == 0 and dealer.TYPE == zmq.DEALER
router.send_multipart([b"me", b"back"])
assert dealer.recv() == b"back"
public, secret = zmq.curve_keypair()
assert zmq.curve_public(secret) == public and len(z85.decode(public)) == 32 and z85.encode(z85.decode(public)) == public


async def main():
    own = zmq.asyncio.Context()
    one, two = own.socket(zmq.PAIR), own.socket(zmq.PAIR)
    one.bind("inproc://async")
    two.connect("inproc://async")

    async def reply():
        for _ in range(20):
            await two.send(await two.recv() * 2)

    task = asyncio.create_task(reply())
    for i in range(20):
        await one.send(b"%d" % i)
        assert await one.recv() == b"%d" % i * 2
    await task
    try:
        await asyncio.wait_for(one.recv(), 0.01)
    except TimeoutError:
        pass
    else:
        raise AssertionError("a message came")
    one.close()
    two.close()
    own.term()


asyncio.run(main())
raises(zmq.Again, "Resource temporarily unavailable", pull.recv, zmq.NOBLOCK)
raises(zmq.ZMQError, "Invalid argument", client.connect, "nonsense")
raises(zmq.ZMQError, "Address already in use", context.socket(zmq.PUSH).bind, "inproc://pair")
assert raises(zmq.ZMQError, "Protocol not supported", push.bind, "nope://x").errno == zmq.EPROTONOSUPPORT
raises(TypeError, "unicode not allowed, use send_string", push.send, "text")
push.close()
raises(zmq.ZMQError, "Socket operation on non-socket", push.send, b"x")
context.destroy(linger=0)
assert context.closed
raises(zmq.ZMQError, "Operation not supported", context.socket, zmq.REP)
print("ok")
