"""marshal: every type in every version, references, bad data."""


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True


import io
import marshal

eq(marshal.version, 5)

# The bytes of old versions, which know no references.
eq(marshal.dumps(None, 2), b"N")
eq(marshal.dumps(True, 2), b"T")
eq(marshal.dumps(..., 2), b".")
eq(marshal.dumps(StopIteration, 2), b"S")
eq(marshal.dumps(-1, 2), b"i\xff\xff\xff\xff")
eq(marshal.dumps(2**31, 2), b"l\x03\x00\x00\x00\x00\x00\x00\x00\x02\x00")
eq(marshal.dumps(-2**64, 2), b"l\xfb\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\x10\x00")
eq(marshal.dumps(1.5, 1), b"f\x031.5")
eq(marshal.dumps(0.1, 1), b"f\x130.10000000000000001")
eq(marshal.dumps(1.5, 2), b"g\x00\x00\x00\x00\x00\x00\xf8?")
eq(marshal.dumps(1 + 2j, 0), b"x\x011\x012")
eq(marshal.dumps("é\ud800", 2), b"u\x05\x00\x00\x00\xc3\xa9\xed\xa0\x80")
eq(marshal.dumps([1, (2,)], 2), b"[\x02\x00\x00\x00i\x01\x00\x00\x00(\x01\x00\x00\x00i\x02\x00\x00\x00")
eq(marshal.dumps({1: b"x"}, 2), b"{i\x01\x00\x00\x00s\x01\x00\x00\x00x0")
eq(marshal.dumps(bytearray(b"q"), 2), b"s\x01\x00\x00\x00q")

values = [None, True, False, ..., StopIteration, 0, -1, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 10**40, -(10**40), 1.5, -0.0, 1e300, float("inf"),
          2j, -1.5 - 2j, "", "a", "abc_d", "x" * 300, "é", "\u20ac\U0001f600", "\ud800", b"", b"x", bytes(range(256)), (), (1, 2), tuple(range(300)), [],
          [[1], "x"], {}, {"a": 1, 2: [3]}, set(), frozenset(), frozenset([1, "x", (2, 3)])]
for value in values:
    for version in range(6):
        got = marshal.loads(marshal.dumps(value, version))
        # The order in a set depends on the hashes of strings, and on what was there before.
        eq(sorted(got, key=repr) if type(value) is frozenset else got, sorted(value, key=repr) if type(value) is frozenset else value)
eq(marshal.loads(marshal.dumps({3, 1, 2})), {1, 2, 3})
eq(marshal.loads(marshal.dumps(slice(1, "b", None))), slice(1, "b", None))
with raises(ValueError, "unmarshallable object"):
    marshal.dumps(slice(1), 4)

# Equal sets are written the same, whatever order they were made in.
assert marshal.dumps(frozenset(["a", "b", "c"]), 2) == marshal.dumps(frozenset(["c", "b", "a"]), 2)

# What occurs twice is one object again.
item = [1]
a, b = marshal.loads(marshal.dumps([item, item]))
assert a is b
a, b = marshal.loads(marshal.dumps([item, item], 2))
assert a is not b
loop = []
loop.append((loop,))
again = marshal.loads(marshal.dumps(loop))
assert again[0][0] is again
with raises(ValueError, "object too deeply nested to marshal"):
    marshal.dumps(loop, 2)
pair = ([],)
pair[0].append(pair)
again = marshal.loads(marshal.dumps(pair))
assert again[0][0] is again

# Code.
def function(a, b=1, *c, d=2, **e):
    return [a, b, c, d, e, 10**30, "text"]
code = marshal.loads(marshal.dumps(function.__code__))
assert code == function.__code__ and code is not function.__code__
twice = marshal.loads(marshal.dumps([function.__code__, function.__code__]))
assert twice[0] is twice[1]
with raises(ValueError, "marshalling code objects is disallowed"):
    marshal.dumps([function.__code__], allow_code=False)
with raises(ValueError, "unmarshalling code objects is disallowed"):
    marshal.loads(marshal.dumps([function.__code__]), allow_code=False)

# Subclasses and other objects.
class Text(str):
    pass
class Data(bytes):
    pass
for value in (object(), Text("x"), [object()], {1: object()}, int, function):
    with raises(ValueError, "unmarshallable object"):
        marshal.dumps(value)
eq(marshal.loads(marshal.dumps(Data(b"x"))), b"x")

bad = [
    (b"", EOFError, "EOF read where object expected"),
    (b"(", EOFError, "marshal data too short"),
    (b"i\0\0\0", EOFError, "marshal data too short"),
    (b"?", ValueError, "bad marshal data (unknown type code)"),
    (b"0", TypeError, "NULL object in marshal data for object"),
    (b"[\1\0\0\0" + b"0", TypeError, "NULL object in marshal data for list"),
    (b"(\1\0\0\0", EOFError, "EOF read where object expected"),
    (b"[\xff\xff\xff\xff", ValueError, "bad marshal data (list size out of range)"),
    (b"(\xff\xff\xff\x7f", EOFError, "EOF read where object expected"),
    (b"s\xff\xff\xff\xff", ValueError, "bad marshal data (bytes object size out of range)"),
    (b"s\xff\xff\xff\x7f", EOFError, "marshal data too short"),
    (b"r\0\0\0\0", ValueError, "bad marshal data (invalid reference)"),
    (b"l\1\0\0\0\0\0", ValueError, "bad marshal data (unnormalized long data)"),
    (b"l\1\0\0\0\xff\xff", ValueError, "bad marshal data (digit out of range in long)"),
    (b"l\xff\xff\xff\x7f", EOFError, "marshal data too short"),
    (b"f\1x", ValueError, "could not convert string to float: 'x'"),
    (b"<\1\0\0\0[\0\0\0\0", TypeError, "cannot use 'list' as a set element (unhashable type: 'list')"),
    (b"\xbe\1\0\0\0r\0\0\0\0", ValueError, "bad marshal data (invalid reference)"),
    (b"[\1\0\0\0" * 2100 + b"N", ValueError, "recursion limit exceeded"),
    (b"{" * 3000, ValueError, "recursion limit exceeded"),
    (b"u\1\0\0\0\xff", UnicodeDecodeError, None),
]
for data, kind, text in bad:
    with raises(kind, text):
        marshal.loads(data)
eq(marshal.loads(b"NNN"), None)
eq(marshal.loads(b"{N0"), {})
eq(marshal.loads(b"I\1\0\0\0\0\0\0\0"), 1)
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    marshal.loads("N")

# Files.
file = io.BytesIO()
eq(marshal.dump([1, "a"], file), len(file.getvalue()))
marshal.dump(3, file)
file.seek(0)
eq(marshal.load(file), [1, "a"])
eq(marshal.load(file), 3)
with raises(EOFError, "EOF read where object expected"):
    marshal.load(file)


class Empty:
    def read(self, count):
        return "x"


with raises(TypeError, "file.read() returned not bytes but str"):
    marshal.load(Empty())
with raises(AttributeError, "'int' object has no attribute 'read'"):
    marshal.load(3)
