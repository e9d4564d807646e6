"""bytes and bytearray."""
b = b"abc"
assert b[0] == 97
assert b[1:] == b"bc"
assert len(b) == 3
assert b + b"d" == b"abcd"
assert list(b) == [97, 98, 99]
assert bytes([65, 66]) == b"AB"
assert bytes(3) == b"\0\0\0"
assert b.decode() == "abc"
assert b"\xff\x00".hex() == "ff00"
assert bytes.fromhex("ff00") == b"\xff\x00"
assert repr(b"a\n\xff") == "b'a\\n\\xff'"
assert b"a,b".split(b",") == [b"a", b"b"]
assert b"x".join([b"1", b"2"]) == b"1x2"
assert 98 in b
assert b"bc" in b
assert b < b"abd"
a = bytearray(b"abc")
a[0] = 120
a.append(33)
a += b"?"
assert a == b"xbc!?"
del a[1:3]
assert bytes(a) == b"x!?"
assert (258).to_bytes(2, "big") == b"\x01\x02"
assert int.from_bytes(b"\x01\x02", "little") == 513
