"""orjson: every type and option that it serialises, decoding, errors."""

import dataclasses
import datetime
import enum
import json
import uuid

from _expect import raises

import orjson

data = {"caf\xe9": ["\u20ac", "\U0001f600", 'quote" back\\ \n\x01'], "n": [0, -1, 2**63, -(2**63), 1.5, 1e-300], "b": [True, False, None, {}, []]}
assert orjson.loads(orjson.dumps(data)) == data == json.loads(orjson.dumps(data))
assert orjson.dumps({"a": 1, "b": [2]}) == b'{"a":1,"b":[2]}'
for source in (b"[1]", "[1]", bytearray(b"[1]"), memoryview(b"[1]")):
    assert orjson.loads(source) == [1]
keys = orjson.loads(b'[{"key": 1}, {"key": 2}]')
assert list(keys[0])[0] is list(keys[1])[0], "keys are cached"


@dataclasses.dataclass
class Point:
    x: int
    y: float = 2.0
    _hidden: int = 0


@dataclasses.dataclass
class Slotted:
    __slots__ = ("a",)
    a: Point


class Colour(enum.Enum):
    RED = "red"


class Text(str):
    pass


assert orjson.dumps(Point(1)) == b'{"x":1,"y":2.0}'
assert orjson.dumps(Slotted(Point(3))) == b'{"a":{"x":3,"y":2.0}}'
assert orjson.dumps([Colour.RED, Text("t")]) == b'["red","t"]'
moment = datetime.datetime(2024, 2, 29, 12, 30, 1, 500, tzinfo=datetime.timezone.utc)
assert orjson.dumps(moment) == b'"2024-02-29T12:30:01.000500+00:00"'
assert orjson.dumps(moment, option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS) == b'"2024-02-29T12:30:01Z"'
assert orjson.dumps([datetime.date(1, 2, 3), datetime.time(4, 5, 6)]) == b'["0001-02-03","04:05:06"]'
east = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
assert orjson.dumps(datetime.datetime(2000, 1, 1, tzinfo=east)) == b'"2000-01-01T00:00:00+05:30"'
assert orjson.dumps(uuid.UUID(int=5)) == b'"00000000-0000-0000-0000-000000000005"'
assert orjson.dumps({2: 1, None: 2, Colour.RED: 3}, option=orjson.OPT_NON_STR_KEYS) == b'{"2":1,"null":2,"red":3}'
assert orjson.dumps({"b": 1, "a": 2}, option=orjson.OPT_SORT_KEYS) == b'{"a":2,"b":1}'
assert orjson.dumps({"a": [1]}, option=orjson.OPT_INDENT_2) == b'{\n  "a": [\n    1\n  ]\n}'
assert orjson.dumps(1, option=orjson.OPT_APPEND_NEWLINE) == b"1\n"
assert orjson.dumps([float("nan"), float("inf")]) == b"[null,null]"
assert orjson.dumps({1, 2}, default=sorted) == b"[1,2]"
assert orjson.dumps([orjson.Fragment(b'{"raw": 1}')]) == b'[{"raw": 1}]'

error = raises(orjson.JSONDecodeError, "line 1 column 2 (char 1)", orjson.loads, "[nope]")
assert isinstance(error, ValueError) and (error.pos, error.lineno, error.colno, error.doc) == (1, 1, 2, "[nope]")
raises(orjson.JSONDecodeError, "Input is a zero-length, empty document", orjson.loads, "")
raises(orjson.JSONDecodeError, "str is not valid UTF-8", orjson.loads, b"\xff")
raises(orjson.JSONEncodeError, "Type is not JSON serializable: object", orjson.dumps, object())
raises(orjson.JSONEncodeError, "Integer exceeds 64-bit range", orjson.dumps, 2**64)
raises(orjson.JSONEncodeError, "Dict key must be str", orjson.dumps, {1: 2})
raises(orjson.JSONEncodeError, "str is not valid UTF-8: surrogates not allowed", orjson.dumps, "\ud800")
chained = raises(orjson.JSONEncodeError, "Type is not JSON serializable: set", orjson.dumps, {1}, default=lambda value: 1 / 0)
assert type(chained.__cause__) is ZeroDivisionError
raises(orjson.JSONEncodeError, "default serializer exceeds recursion limit", orjson.dumps, object(), default=lambda value: value)
assert orjson.JSONEncodeError is TypeError
print("ok")
