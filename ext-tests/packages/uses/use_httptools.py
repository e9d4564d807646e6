"""httptools: callbacks of the request and response parsers, URLs, upgrades, errors."""

from _expect import raises

import httptools


class Log:
    def __init__(self):
        self.events = []
        self.body = b""

    def on_message_begin(self):
        self.events.append("begin")

    def on_url(self, url):
        self.events.append(("url", url))

    def on_status(self, status):
        self.events.append(("status", status))

    def on_header(self, name, value):
        self.events.append((name, value))

    def on_headers_complete(self):
        self.events.append("headers")

    def on_body(self, body):
        self.body += body

    def on_chunk_header(self):
        self.events.append("chunk")

    def on_chunk_complete(self):
        self.events.append("chunk end")

    def on_message_complete(self):
        self.events.append("end")


REQUEST = b"POST /path?x=1#y HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\nX-Empty:\r\n\r\nhello"
for step in (len(REQUEST), 7, 1):
    log = Log()
    parser = httptools.HttpRequestParser(log)
    for start in range(0, len(REQUEST), step):
        parser.feed_data(REQUEST[start : start + step])
    assert parser.get_method() == b"POST" and parser.get_http_version() == "1.1" and parser.should_keep_alive()
    assert log.body == b"hello" and log.events[0] == "begin" and log.events[-1] == "end" and not parser.should_upgrade()
    assert b"".join(event[1] for event in log.events if event[0] == "url") == b"/path?x=1#y"
    assert (b"Host", b"example.com") in log.events and (b"X-Empty", b"") in log.events
log = Log()
parser = httptools.HttpRequestParser(log)
parser.feed_data(bytearray(b"GET / HTTP/1.0\r\n\r\n"))
assert not parser.should_keep_alive() and ("url", b"/") in log.events

log = Log()
parser = httptools.HttpResponseParser(log)
parser.feed_data(memoryview(b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"))
assert parser.get_status_code() == 404 and ("status", b"Not Found") in log.events and log.body == b"abcdefg"
assert log.events.count("chunk") == 3 and log.events[-2:] == ["chunk end", "end"]

parser = httptools.HttpRequestParser(Log())
upgrade = b"GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nrest"
error = raises(httptools.HttpParserUpgrade, "72", parser.feed_data, upgrade)
assert upgrade[error.args[0] :] == b"rest" and parser.should_upgrade()

url = httptools.parse_url(b"https://user:pw@example.com:8443/a/b?q=1#frag")
assert (url.schema, url.host, url.port, url.path, url.query, url.fragment, url.userinfo) == (
    b"https", b"example.com", 8443, b"/a/b", b"q=1", b"frag", b"user:pw",
)  # fmt: skip
assert httptools.parse_url(b"/only/path").host is None


class Failing:
    def on_body(self, body):
        raise ZeroDivisionError("in the callback")


error = raises(httptools.HttpParserCallbackError, "`on_body` callback error", httptools.HttpRequestParser(Failing()).feed_data, REQUEST)
assert type(error.__context__) is ZeroDivisionError
raises(httptools.HttpParserInvalidMethodError, "Invalid method encountered", httptools.HttpRequestParser(Log()).feed_data, b"NONSENSE / HTTP/1.1\r\n\r\n")
raises(httptools.HttpParserError, "Invalid character in Content-Length", httptools.HttpResponseParser(Log()).feed_data, b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")
raises(httptools.HttpParserInvalidURLError, "invalid url b''", httptools.parse_url, b"")
raises(TypeError, "a bytes-like object is required, not 'str'", httptools.HttpRequestParser(Log()).feed_data, "text")
raises(TypeError, "__init__() takes exactly 1 positional argument (0 given)", httptools.HttpRequestParser)
print("ok")
