"""msgpack: packing every type, extension types, streams, hooks, errors."""

import datetime
import io

from _expect import raises

import msgpack
from msgpack import _cmsgpack

assert msgpack.Packer is _cmsgpack.Packer, "the compiled packer is not in use"
data = {"s": "caf\xe9 \u20ac", "b": b"\x00\xff", "i": [0, -1, 127, -128, 2**16, 2**32, 2**64 - 1, -(2**63)], "f": 1.5, "n": None, "t": [True, False], "m": {"x": {}}}
assert msgpack.unpackb(msgpack.packb(data)) == data
assert msgpack.packb([1, "a"]) == b"\x92\x01\xa1a" and msgpack.packb(1.5, use_single_float=True) == b"\xca\x3f\xc0\0\0"
assert msgpack.unpackb(msgpack.packb((1, (2,))), use_list=False) == (1, (2,))
assert msgpack.unpackb(msgpack.packb({1: 2}), strict_map_key=False) == {1: 2}
assert msgpack.unpackb(msgpack.packb(list(range(70_000)))) == list(range(70_000))
assert msgpack.unpackb(memoryview(msgpack.packb(bytearray(300)))) == bytes(300)


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


def default(value):
    if isinstance(value, Point):
        return msgpack.ExtType(5, msgpack.packb((value.x, value.y)))
    if isinstance(value, complex):
        return {"__complex__": [value.real, value.imag]}
    raise TypeError(f"Unknown type: {value!r}")


def ext_hook(code, payload):
    return Point(*msgpack.unpackb(payload)) if code == 5 else msgpack.ExtType(code, payload)


def object_hook(value):
    return complex(*value["__complex__"]) if "__complex__" in value else value


point, number, other = msgpack.unpackb(
    msgpack.packb([Point(1, 2), 3 + 4j, msgpack.ExtType(9, b"raw")], default=default), ext_hook=ext_hook, object_hook=object_hook
)
assert (point.x, point.y) == (1, 2) and number == 3 + 4j and other == msgpack.ExtType(9, b"raw")
assert msgpack.unpackb(msgpack.packb({"b": 1, "a": 2}), object_pairs_hook=list) == [("b", 1), ("a", 2)]
moment = datetime.datetime(2024, 2, 29, 12, 0, 0, 5, tzinfo=datetime.timezone.utc)
assert msgpack.unpackb(msgpack.packb(moment, datetime=True), timestamp=3) == moment
assert msgpack.Timestamp.from_datetime(moment).to_datetime() == moment and msgpack.unpackb(msgpack.packb(msgpack.Timestamp(1, 2))) == msgpack.Timestamp(1, 2)

packer = msgpack.Packer(autoreset=False)
for i in range(3):
    packer.pack({"i": i})
packer.pack_array_header(2)
packer.pack(1)
packer.pack_map_header(1)
packer.pack("k")
packer.pack("v")
stream = packer.bytes()
assert list(msgpack.Unpacker(io.BytesIO(stream))) == [{"i": 0}, {"i": 1}, {"i": 2}, [1, {"k": "v"}]]
unpacker = msgpack.Unpacker()
found = []
for byte in stream:
    unpacker.feed(bytes([byte]))
    found.extend(unpacker)
assert len(found) == 4 and unpacker.tell() == len(stream)
reader = msgpack.Unpacker(io.BytesIO(msgpack.packb({"a": [1, 2]})))
assert reader.read_map_header() == 1 and reader.unpack() == "a" and reader.read_array_header() == 2
reader.skip()
assert reader.unpack() == 2
raises(msgpack.OutOfData, "No more data to unpack", reader.unpack)

raises(TypeError, "can not serialize 'object' object", msgpack.packb, object())
raises(TypeError, "Unknown type", msgpack.packb, {1}, default=default)
raises(OverflowError, "Integer value out of range", msgpack.packb, 2**64)
raises(ValueError, "int is not allowed for map key when strict_map_key=True", msgpack.unpackb, msgpack.packb({1: 2}))
assert raises(msgpack.ExtraData, "unpack(b) received extra data.", msgpack.unpackb, b"\x01\x02").extra == b"\x02"
raises(ValueError, "Unpack failed: incomplete input", msgpack.unpackb, b"\x92\x01")
raises(msgpack.FormatError, "", msgpack.unpackb, b"\xc1")
raises(ValueError, "exceeds max_str_len(2)", msgpack.unpackb, msgpack.packb("abc"), max_str_len=2)
raises(UnicodeDecodeError, "invalid start byte", msgpack.unpackb, b"\xa1\xff")
nested = []
for _ in range(2000):
    nested = [nested]
raises(ValueError, "recursion limit exceeded", msgpack.packb, nested)
print("ok")
