"""grpc: a server and a client on loopback: all four kinds of call, metadata, errors, interceptors, asyncio."""

import asyncio
import concurrent.futures
import threading

from _expect import raises

import grpc
from grpc import aio


def upper(request, context):
    context.set_trailing_metadata((("seen", str(dict(context.invocation_metadata()).get("who"))),))
    if request == b"fail":
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "not this one")
    if request == b"crash":
        raise ZeroDivisionError("in the handler")
    if request == b"slow":
        stop.wait(100)
    return request.upper()


def count(request, context):
    yield from (str(i).encode() for i in range(int(request)))


def join(requests, context):
    return b",".join(requests)


def echo(requests, context):
    for request in requests:
        yield request * 2


stop = threading.Event()
handlers = {
    "Upper": grpc.unary_unary_rpc_method_handler(upper),
    "Count": grpc.unary_stream_rpc_method_handler(count),
    "Join": grpc.stream_unary_rpc_method_handler(join),
    "Echo": grpc.stream_stream_rpc_method_handler(echo),
}


class Recorder(grpc.UnaryUnaryClientInterceptor):
    calls = 0

    def intercept_unary_unary(self, continuation, details, request):
        Recorder.calls += 1
        return continuation(details, request)


server = grpc.server(concurrent.futures.ThreadPoolExecutor(4))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("use.Service", handlers),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
with grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_http_proxy", 0)]) as plain:
    channel = grpc.intercept_channel(plain, Recorder())
    call = channel.unary_unary("/use.Service/Upper")
    grpc.channel_ready_future(plain).result(timeout=60)
    assert call(b"hello", timeout=60) == b"HELLO" and Recorder.calls == 1
    response, details = call.with_call(b"x" * 1_000_000, metadata=(("who", "me"),), timeout=60)
    assert len(response) == 1_000_000 and dict(details.trailing_metadata())["seen"] == "me" and details.code() is grpc.StatusCode.OK
    futures = [call.future(str(i).encode() + b"a", timeout=60) for i in range(50)]
    assert [future.result() for future in futures] == [str(i).encode() + b"A" for i in range(50)]
    assert list(plain.unary_stream("/use.Service/Count")(b"5", timeout=60)) == [b"0", b"1", b"2", b"3", b"4"]
    assert plain.stream_unary("/use.Service/Join")(iter([b"a", b"b", b"c"]), timeout=60) == b"a,b,c"
    assert list(plain.stream_stream("/use.Service/Echo")(iter([b"1", b"2"]), timeout=60)) == [b"11", b"22"]
    typed = plain.unary_unary("/use.Service/Upper", request_serializer=str.encode, response_deserializer=bytes.decode)
    assert typed("caf", timeout=60) == "CAF"

    def status_of(function, *arguments, **options):
        try:
            function(*arguments, **options)
        except grpc.RpcError as error:
            return error.code(), error.details()
        raise AssertionError("no error")

    assert status_of(call, b"fail", timeout=60) == (grpc.StatusCode.INVALID_ARGUMENT, "not this one")
    code, text = status_of(call, b"crash", timeout=60)
    assert code is grpc.StatusCode.UNKNOWN and "in the handler" in text
    assert status_of(call, b"slow", timeout=0.2)[0] is grpc.StatusCode.DEADLINE_EXCEEDED
    assert status_of(plain.unary_unary("/use.Service/Nope"), b"", timeout=60)[0] is grpc.StatusCode.UNIMPLEMENTED
    cancelled = call.future(b"slow", timeout=60)
    assert cancelled.cancel() and cancelled.cancelled()
    stop.set()
server.stop(None).wait()


async def main():
    server = aio.server()

    async def reply(request, context):
        await asyncio.sleep(0)
        return request[::-1]

    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("use.Async", {"Reply": grpc.unary_unary_rpc_method_handler(reply)}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with aio.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_http_proxy", 0)]) as channel:
        call = channel.unary_unary("/use.Async/Reply")
        assert await asyncio.gather(*(call(bytes([65 + i, 48])) for i in range(10))) == [bytes([48, 65 + i]) for i in range(10)]
    await server.stop(None)


asyncio.run(main())
raises(ValueError, "Cannot invoke RPC on closed channel!", call, b"x")
raises(TypeError, "insecure_channel() missing 1 required positional argument: 'target'", grpc.insecure_channel)
raises(RuntimeError, "Failed to bind to address", grpc.server(concurrent.futures.ThreadPoolExecutor(1)).add_insecure_port, "unix:/no/such/folder/socket")
print("ok")
