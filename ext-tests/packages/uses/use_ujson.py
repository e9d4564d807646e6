"""ujson: encoding with its options, decoding, errors."""

import io
import math

from _expect import raises

import ujson

data = {
    "name": "caf\xe9 \u20ac \U0001f600",
    "list": [1, -2, 3.5, True, False, None, []],
    "nested": {"deep": {"deeper": [{"a": {}}]}},
    "big": 2**63,
    "small": -(2**63),
    "empty": "",
}
text = ujson.dumps(data)
assert "\\u00e9" in text and "\\ud83d\\ude00" in text
assert ujson.loads(text) == data
assert ujson.loads(ujson.dumps(data, ensure_ascii=False)) == data
assert ujson.loads(text.encode()) == data and ujson.loads(bytearray(text.encode())) == data

assert ujson.dumps({"b": 1, "a": 2}, sort_keys=True) == '{"a":2,"b":1}'
assert ujson.dumps([1, {"a": [2]}], indent=2) == '[\n  1,\n  {\n    "a": [\n      2\n    ]\n  }\n]'
assert ujson.dumps("</script>&", encode_html_chars=True) == '"\\u003c\\/script\\u003e\\u0026"'
assert ujson.dumps("a/b", escape_forward_slashes=False) == '"a/b"'
assert ujson.dumps([1, 2], separators=(", ", ": ")) == "[1, 2]"
assert ujson.dumps({7: "int", None: "none", True: "bool"}) == '{"7":"int","null":"none","true":"bool"}'
assert ujson.dumps((1, (2,))) == "[1,[2]]"
assert ujson.dumps({1, 2}, default=sorted) == "[1,2]"
assert ujson.dumps(1.1) == "1.1" and ujson.dumps(1e300) == "1e+300" or ujson.dumps(1e300) == "1e300"
assert ujson.loads("123456789012345678901234567890") == 123456789012345678901234567890
assert math.isclose(ujson.loads("2.718281828459045"), math.e)


class HasJson:
    def __json__(self):
        return '{"raw":true}'


assert ujson.dumps([HasJson()]) == '[{"raw":true}]'
stream = io.StringIO()
ujson.dump([1, 2, 3], stream)
stream.seek(0)
assert ujson.load(stream) == [1, 2, 3]

raises(ujson.JSONDecodeError, "Expected object or value", ujson.loads, '{"a": }')
raises(ujson.JSONDecodeError, "Unexpected character found when decoding array value (2)", ujson.loads, "[1, 2")
raises(ujson.JSONDecodeError, "Expected object or value", ujson.loads, "")
raises(TypeError, "is not JSON serializable", ujson.dumps, object())
raises(OverflowError, "Invalid value when encoding double", ujson.dumps, math.inf, allow_nan=False)
assert issubclass(ujson.JSONDecodeError, ValueError)
loop = []
loop.append(loop)
raises(OverflowError, "Maximum recursion level reached", ujson.dumps, loop)
raises(ZeroDivisionError, "division by zero", ujson.dumps, object(), default=lambda value: 1 / 0)
print("ok")
