"""aiohttp: a server and a client on loopback: routes, JSON, forms, streams, web sockets, middleware, errors."""

import asyncio
import io

from _expect import raises

import aiohttp
from aiohttp import _http_parser, http_parser, web

assert http_parser.HttpRequestParser is _http_parser.HttpRequestParser, "the compiled parser is not in use"


@web.middleware
async def tag(request, handler):
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers["X-Error"] = str(error.status)
        raise
    if not response.prepared:
        response.headers["X-Tag"] = request.method
    return response


async def hello(request):
    return web.Response(text=f"Hello {request.match_info['name']} {request.query.get('q', '-')}")


async def mirror(request):
    return web.json_response({"got": await request.json(), "type": request.content_type})


async def form(request):
    data = await request.post()
    upload = data["file"]
    return web.Response(text=f"{data['a']}|{upload.filename}|{upload.file.read().decode()}")


async def stream(request):
    response = web.StreamResponse()
    await response.prepare(request)
    for i in range(5):
        await response.write(f"part {i}\n".encode())
    await response.write_eof()
    return response


async def socket(request):
    connection = web.WebSocketResponse()
    await connection.prepare(request)
    async for message in connection:
        if message.type is aiohttp.WSMsgType.TEXT:
            await connection.send_str(message.data[::-1])
        else:
            await connection.send_bytes(message.data * 2)
    return connection


async def secret(request):
    raise web.HTTPForbidden(text="no entry")


async def crash(request):
    return 1 // 0


async def cookie(request):
    response = web.Response(text=request.cookies.get("seen", "none"))
    response.set_cookie("seen", "yes")
    return response


async def main():
    app = web.Application(middlewares=[tag])
    app.add_routes([
        web.get("/hello/{name}", hello), web.post("/mirror", mirror), web.post("/form", form), web.get("/stream", stream),
        web.get("/socket", socket), web.get("/secret", secret), web.get("/crash", crash), web.get("/cookie", cookie),
    ])  # fmt: skip
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    # Cookies of addresses without a name are kept only by a jar that is called unsafe.
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get("/hello/J\xf6rg", params={"q": "a b&c"}) as response:
            assert response.status == 200 and await response.text() == "Hello J\xf6rg a b&c" and response.headers["x-tag"] == "GET"
        payload = {"list": list(range(2000)), "text": "\u20ac" * 3000}
        async with session.post("/mirror", json=payload, compress="gzip") as response:
            assert await response.json() == {"got": payload, "type": "application/json"}
        data = aiohttp.FormData()
        data.add_field("a", "1")
        data.add_field("file", io.BytesIO(b"content"), filename="f.txt")
        async with session.post("/form", data=data) as response:
            assert await response.text() == "1|f.txt|content"
        async with session.get("/stream") as response:
            assert [line async for line in response.content] == [f"part {i}\n".encode() for i in range(5)]
        async with session.ws_connect("/socket") as connection:
            await connection.send_str("caf\xe9")
            assert await connection.receive_str() == "\xe9fac"
            await connection.send_bytes(bytes(range(256)) * 300)
            assert await connection.receive_bytes() == bytes(range(256)) * 600
        assert connection.close_code == 1000
        for expected in ("none", "yes"):
            async with session.get("/cookie") as response:
                assert await response.text() == expected
        async with session.get("/secret") as response:
            assert response.status == 403 and await response.text() == "no entry" and response.headers["X-Error"] == "403"
        async with session.get("/nothing") as response:
            assert response.status == 404
            error = raises(aiohttp.ClientResponseError, "404, message='Not Found'", response.raise_for_status)
            assert error.status == 404
        async with session.put("/mirror") as response:
            assert response.status == 405 and response.headers["Allow"] == "POST"

        async def one(i):
            async with session.get(f"/hello/{i}") as response:
                return await response.text()

        assert await asyncio.gather(*(one(i) for i in range(60))) == [f"Hello {i} -" for i in range(60)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"NONSENSE\r\n\r\n")
        assert b" 400 " in await reader.readline()
        writer.close()
    await runner.cleanup()
    async with aiohttp.ClientSession() as session:
        try:
            await session.get(f"http://127.0.0.1:{port}/")
        except aiohttp.ClientConnectorError as error:
            assert "Cannot connect to host 127.0.0.1" in str(error)
        else:
            raise AssertionError("the server is still there")


asyncio.run(main())
raises(ValueError, "body and text are not allowed together", web.Response, body=b"", text="")
raises(ValueError, "path should be started with / or be empty", web.Application().router.add_get, "nope", hello)
raises(TypeError, "Only io.IOBase, multidict and (name, file) pairs allowed", aiohttp.FormData().add_fields, 5)
print("ok")
