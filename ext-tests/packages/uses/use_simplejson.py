"""simplejson: what it has beyond json, through its C speedups; errors."""

import collections
import decimal
import io

from _expect import raises

import simplejson
from simplejson import RawJSON, encoder, scanner

assert encoder.c_make_encoder is not None and scanner.c_make_scanner is not None, "the C speedups are not in use"
data = {"caf\xe9": ["\u20ac", "\U0001f600", 'q" \\ \n\x01'], "n": [0, -1, 10**30, 1.5, 1e100], "b": [True, False, None, {}, []]}
for options in ({}, {"ensure_ascii": False}, {"indent": 2}, {"separators": (",", ":")}, {"sort_keys": True}):
    assert simplejson.loads(simplejson.dumps(data, **options)) == data
assert simplejson.dumps([1, {"a": 2}], indent="\t") == '[\n\t1,\n\t{\n\t\t"a": 2\n\t}\n]'
assert simplejson.loads("[1.1, 2.50]", use_decimal=True) == [decimal.Decimal("1.1"), decimal.Decimal("2.50")]
assert simplejson.dumps(decimal.Decimal("1.10")) == "1.10"
Point = collections.namedtuple("Point", "x y")
assert simplejson.dumps(Point(1, 2)) == '{"x": 1, "y": 2}' and simplejson.dumps(Point(1, 2), namedtuple_as_object=False) == "[1, 2]"
assert simplejson.dumps((1, (2,))) == "[1, [2]]" and simplejson.dumps(iter([1, 2]), iterable_as_array=True) == "[1, 2]"
assert simplejson.dumps({"raw": RawJSON("{ }")}) == '{"raw": { }}'
assert simplejson.dumps(2**60, bigint_as_string=True) == '"1152921504606846976"' and simplejson.dumps([2**31], int_as_string_bitcount=31) == '["2147483648"]'
assert simplejson.dumps({1: 1, None: 2, True: 3, 1.5: 4}) == '{"1": 3, "null": 2, "1.5": 4}'
assert simplejson.dumps({(1, 2): 1, "a": 2}, skipkeys=True) == '{"a": 2}'
assert simplejson.dumps({"b": 1, "a": 2}, item_sort_key=lambda item: item[1]) == '{"b": 1, "a": 2}'
assert simplejson.dumps([float("nan")], ignore_nan=True) == "[null]" and simplejson.dumps(float("inf"), allow_nan=True) == "Infinity"
assert simplejson.dumps("<&>", cls=simplejson.JSONEncoderForHTML) == '"\\u003c\\u0026\\u003e"'


class Colour:
    def for_json(self):
        return "red"

    def _asdict(self):
        return {"c": 1}


assert simplejson.dumps([Colour()], for_json=True) == '["red"]' and simplejson.dumps(Colour()) == '{"c": 1}'
assert simplejson.dumps({1, 2}, default=sorted) == "[1, 2]"
assert "".join(simplejson.JSONEncoder().iterencode([1, {"a": None}])) == '[1, {"a": null}]'
pairs = simplejson.loads('{"b": 1, "a": 2}', object_pairs_hook=collections.OrderedDict)
assert list(pairs) == ["b", "a"] and simplejson.loads('{"x": {}}', object_hook=lambda value: len(value)) == 1
assert simplejson.loads("[1, 2.5]", parse_int=str, parse_float=lambda text: text[::-1]) == ["1", "5.2"]
assert simplejson.loads(b'["\xe2\x82\xac"]') == ["\u20ac"] and simplejson.loads('"\\ud83d\\ude00\\ud800"') == "\U0001f600\ud800"
assert simplejson.JSONDecoder().raw_decode("[1] rest") == ([1], 3)
stream = io.StringIO()
simplejson.dump({"k": list(range(100))}, stream)
stream.seek(0)
assert simplejson.load(stream)["k"][-1] == 99
keys = simplejson.loads('[{"key": 1}, {"key": 2}]')
assert list(keys[0])[0] is list(keys[1])[0]

error = raises(simplejson.JSONDecodeError, "line 2 column", simplejson.loads, '{"a":\n nope}')
assert (error.lineno, error.pos, error.doc) == (2, 7, '{"a":\n nope}') and isinstance(error, ValueError)
raises(simplejson.JSONDecodeError, "Invalid control character", simplejson.loads, '"a\nb"')
raises(simplejson.JSONDecodeError, "Extra data", simplejson.loads, "1 2")
raises(TypeError, "Object of type object is not JSON serializable", simplejson.dumps, object())
raises(TypeError, "keys must be str, int, float, bool or None", simplejson.dumps, {(1,): 2})
raises(ValueError, "Out of range float values are not JSON compliant", simplejson.dumps, float("nan"), allow_nan=False)
loop = []
loop.append(loop)
raises(ValueError, "Circular reference detected", simplejson.dumps, loop)
raises(ZeroDivisionError, "division by zero", simplejson.dumps, object(), default=lambda value: 1 // 0)
print("ok")
