"""jiter: JSON from bytes, partial input, caching of strings, number modes, errors."""

import decimal
import json

from _expect import raises

import jiter

data = {"caf\xe9": [1, -2.5, 1e300, True, False, None, "\u20ac\U0001f600", "esc\"\\\n\t"], "deep": {"a": [{"b": []}]}, "big": 10**40}
text = json.dumps(data)
assert jiter.from_json(text.encode()) == data
assert jiter.from_json(json.dumps(data, ensure_ascii=False).encode()) == data
assert jiter.from_json(b"  [ ]  ") == [] and jiter.from_json(b'""') == "" and jiter.from_json(b"-0") == 0
assert jiter.from_json(b'{"a": 1, "a": 2}') == {"a": 2}
assert list(jiter.from_json(b'{"z": 1, "a": 2, "m": 3}')) == ["z", "a", "m"]

assert jiter.from_json(b'["one", "tw', partial_mode=True) == ["one"]
assert jiter.from_json(b'["one", "tw', partial_mode="trailing-strings") == ["one", "tw"]
assert jiter.from_json(b'{"a": [1, 2, {"b": 3', partial_mode="on")["a"][:2] == [1, 2]

assert jiter.from_json(b"[1.10]", float_mode="decimal") == [decimal.Decimal("1.10")]
lossless = jiter.from_json(b"[1.123456789012345678901]", float_mode="lossless-float")[0]
assert type(lossless) is jiter.LosslessFloat and str(lossless) == "1.123456789012345678901"
assert float(lossless) == 1.1234567890123457 and lossless.as_decimal() == decimal.Decimal("1.123456789012345678901")
assert bytes(lossless) == b"1.123456789012345678901"
assert jiter.from_json(b"[NaN, Infinity, -Infinity]")[1:] == [float("inf"), float("-inf")]

jiter.cache_clear()
assert jiter.cache_usage() == 0
many = jiter.from_json(b'[{"key": "value"}, {"key": "value"}]', cache_mode="all")
assert many[0]["key"] is many[1]["key"] and jiter.cache_usage() > 0
before = jiter.cache_usage()
jiter.from_json(b'{"quite": "another"}', cache_mode="none")
assert jiter.cache_usage() == before
jiter.cache_clear()
wide = [{f"key{i}": i, "text": "x" * (i % 70)} for i in range(3000)]
assert jiter.from_json(json.dumps(wide).encode()) == wide

raises(ValueError, "EOF while parsing a list at line 1 column 2", jiter.from_json, b"[1")
raises(ValueError, "at line 2 column", jiter.from_json, b"[\nx]")
raises(ValueError, "trailing characters at line 1 column 3", jiter.from_json, b"1 2")
raises(ValueError, "recursion limit exceeded", jiter.from_json, b"[" * 1000)
raises(ValueError, 'Detected duplicate key "a"', jiter.from_json, b'{"a": 1, "a": 2}', catch_duplicate_keys=True)
raises(ValueError, "expected value at line 1 column 2", jiter.from_json, b"[NaN]", allow_inf_nan=False)
raises(ValueError, "invalid unicode code point", jiter.from_json, b'"\xff"')
raises(TypeError, "'int' object is not an instance of 'bytes'", jiter.from_json, 5)
raises(TypeError, "from_json() got an unexpected keyword argument 'nonsense'", jiter.from_json, b"1", nonsense=True)
raises(ValueError, "Invalid float mode, should be `'float'`, `'decimal'` or `'lossless-float'`", jiter.from_json, b"1", float_mode="nonsense")
print("ok")
