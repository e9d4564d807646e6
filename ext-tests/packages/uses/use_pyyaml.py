"""PyYAML: the C loader and dumper, tags of its own, events and nodes, errors with marks."""

import datetime
import io

from _expect import raises

import yaml

assert yaml.__with_libyaml__
TEXT = """\
# a comment
title: caf\xe9 \u20ac
numbers: [1, 0x1f, 0o17, -2.5, .inf, 1e3]
truth: {yes: true, no: false, nothing: ~}
base: &base
  key: value
  list:
    - a
    - 'b ''quoted'''
    - "c\\t\\u0041"
derived:
  <<: *base
  key: other
folded: >-
  one
  two
literal: |
  line 1
    line 2
day: 2024-02-29
moment: 2024-02-29T12:30:01Z
data: !!binary aGVsbG8=
set: !!set {x, y}
"""
loaded = yaml.load(TEXT, yaml.CSafeLoader)
assert loaded == yaml.load(TEXT, yaml.SafeLoader)
assert loaded["title"] == "caf\xe9 \u20ac" and loaded["numbers"] == [1, 31, "0o17", -2.5, float("inf"), "1e3"]
assert loaded["truth"] == {True: True, False: False, "nothing": None}
assert loaded["derived"] == {"key": "other", "list": ["a", "b 'quoted'", "c\tA"]}
assert loaded["derived"]["list"] is loaded["base"]["list"]
assert loaded["folded"] == "one two" and loaded["literal"] == "line 1\n  line 2\n"
assert loaded["day"] == datetime.date(2024, 2, 29) and loaded["data"] == b"hello" and loaded["set"] == {"x", "y"}

for options in ({}, {"default_flow_style": True}, {"allow_unicode": True, "width": 40}, {"explicit_start": True, "indent": 4}):
    text = yaml.dump(loaded, Dumper=yaml.CSafeDumper, **options)
    assert yaml.load(text, yaml.CSafeLoader) == loaded
assert yaml.dump({"b": 1, "a": [1, 2]}, Dumper=yaml.CSafeDumper) == "a:\n- 1\n- 2\nb: 1\n"
assert yaml.dump([1], Dumper=yaml.CDumper, encoding="utf-8") == b"- 1\n"
assert list(yaml.load_all(io.StringIO("a\n---\nb\n...\n---\n- c\n"), yaml.CLoader)) == ["a", "b", ["c"]]
assert list(yaml.load_all(io.BytesIO("- \u20ac".encode("utf-16")), yaml.CLoader)) == [["\u20ac"]]


class Pair:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Loader(yaml.CSafeLoader):
    pass


class Dumper(yaml.CSafeDumper):
    pass


Loader.add_constructor("!pair", lambda loader, node: Pair(**loader.construct_mapping(node)))
Dumper.add_representer(Pair, lambda dumper, pair: dumper.represent_mapping("!pair", {"x": pair.x, "y": pair.y}))
pair = yaml.load("!pair {x: 1, y: 2}", Loader)
assert (pair.x, pair.y) == (1, 2) and yaml.dump(pair, Dumper=Dumper) == "!pair\nx: 1\ny: 2\n"

events = [type(event).__name__ for event in yaml.parse("a: [1]", Loader=yaml.CLoader)]
assert events[2:6] == ["MappingStartEvent", "ScalarEvent", "SequenceStartEvent", "ScalarEvent"]
assert [type(token).__name__ for token in yaml.scan("- x", Loader=yaml.CLoader)][1] == "BlockSequenceStartToken"
node = yaml.compose("k: v", Loader=yaml.CLoader)
assert node.value[0][1].value == "v" and node.value[0][1].start_mark.column == 3
assert yaml.serialize(node, Dumper=yaml.CDumper) == "k: v\n"

error = raises(yaml.parser.ParserError, "did not find expected ',' or ']'", yaml.load, "a: 1\nb: [1, 2", yaml.CSafeLoader)
assert (error.problem_mark.line, error.problem_mark.column) == (2, 0) and "line 2, column 4" in str(error)
raises(yaml.scanner.ScannerError, "found character that cannot start any token", yaml.load, "a: @b", yaml.CSafeLoader)
raises(yaml.constructor.ConstructorError, "could not determine a constructor for the tag '!what'", yaml.load, "!what x", yaml.CSafeLoader)
raises(yaml.composer.ComposerError, "undefined alias", yaml.load, "*x", yaml.CSafeLoader)
raises(yaml.representer.RepresenterError, "cannot represent an object", yaml.dump, object(), Dumper=yaml.CSafeDumper)
print("ok")
