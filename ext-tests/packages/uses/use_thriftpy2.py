"""thriftpy2: an IDL, its compiled binary protocols and transports, a server and a client on loopback, errors."""

import io
import os
import threading

from _expect import raises

import thriftpy2
from thriftpy2.protocol import TBinaryProtocolFactory, TCyBinaryProtocolFactory
from thriftpy2.protocol.cybin import TCyBinaryProtocol
from thriftpy2.rpc import make_client, make_server
from thriftpy2.thrift import TDecodeException
from thriftpy2.transport import TTransportException
from thriftpy2.transport.memory import TCyMemoryBuffer
from thriftpy2.utils import deserialize, serialize

IDL = """
enum Colour { RED = 1, BLUE = 2 }
struct Point { 1: i32 x, 2: optional double y = 1.5 }
struct Everything {
  1: bool flag, 2: byte small, 3: i16 short_, 4: i32 number, 5: i64 large, 6: double real, 7: string text, 8: binary data,
  9: list<Point> points, 10: map<string, i32> counts, 11: set<i32> set_, 12: Colour colour, 13: optional string missing
}
exception Refused { 1: string why }
service Service {
  string greet(1: string name),
  Everything mirror(1: Everything value),
  i32 divide(1: i32 a, 2: i32 b) throws (1: Refused refused),
  void nothing()
}
"""
with open("use.thrift", "w") as file:
    file.write(IDL)
use = thriftpy2.load("use.thrift", module_name="use_thrift")
assert use.Colour.BLUE == 2 and use.Colour._VALUES_TO_NAMES[1] == "RED" and use.Point(3) == use.Point(x=3, y=1.5)
value = use.Everything(
    flag=True, small=-5, short_=-300, number=2**31 - 1, large=-(2**63), real=2.5, text="caf\xe9 \u20ac", data=b"\0\xff",
    points=[use.Point(1), use.Point(2, 0.25)], counts={"a": 1}, set_={1, 2}, colour=use.Colour.RED,
)  # fmt: skip
for factory in (TCyBinaryProtocolFactory(), TBinaryProtocolFactory()):
    wire = serialize(value, factory)
    again = deserialize(use.Everything(), wire, factory)
    # A set arrives as a list.
    again.set_ = set(again.set_)
    assert again == value and again.missing is None and again.points[1].y == 0.25 and again.data == b"\0\xff"
assert serialize(value, TCyBinaryProtocolFactory()) == serialize(value, TBinaryProtocolFactory())
assert serialize(use.Point(1, 2.0), TCyBinaryProtocolFactory()).hex() == "080001000000010400024000000000000000" + "00"
memory = TCyMemoryBuffer()
protocol = TCyBinaryProtocol(memory)
protocol.write_struct(use.Point(7))
protocol.write_struct(use.Point(8))
assert protocol.read_struct(use.Point()).x == 7 and protocol.read_struct(use.Point()).x == 8
assert "x=3" in repr(use.Point(3))


class Handler:
    calls = 0

    def greet(self, name):
        return f"hello {name}"

    def mirror(self, value):
        return value

    def divide(self, a, b):
        if b == 0:
            raise use.Refused(why="by zero")
        return a // b

    def nothing(self):
        Handler.calls += 1


server = make_server(use.Service, Handler(), unix_socket="socket")
thread = threading.Thread(target=server.serve, daemon=True)
thread.start()
client = None
for attempt in range(100):
    try:
        client = make_client(use.Service, unix_socket="socket", timeout=60_000)
        break
    except TTransportException:
        threading.Event().wait(0.05)
assert client.greet("w\xf6rld") == "hello w\xf6rld" and client.mirror(value).points == value.points and client.divide(7, 2) == 3
assert client.nothing() is None and Handler.calls == 1 and client.greet("x" * 100_000) == "hello " + "x" * 100_000
assert raises(use.Refused, "by zero", client.divide, 1, 0).why == "by zero"
client.close()
server.close()
# It notices with the next client.
make_client(use.Service, unix_socket="socket").close()
thread.join(60)
assert not thread.is_alive()
os.remove("socket")

raises(thriftpy2.parser.exc.ThriftGrammarError, "Grammar error '{' at line 1", thriftpy2.load_fp, io.StringIO("struct {"), "bad_thrift")
raises(FileNotFoundError, "No such file or directory: 'none.thrift'", thriftpy2.load, "none.thrift")
raises(TTransportException, "TTransportException(type=1, message='Could not connect to nobody')", make_client, use.Service, unix_socket="nobody")
raises(TDecodeException, "Field 'x(1)' of 'Point' needs type 'I32', but the value is `'text'`", serialize, use.Point("text"), TCyBinaryProtocolFactory())
raises(TypeError, "__init__() got an unexpected keyword argument 'nope'", use.Point, nope=1)
print("ok")
