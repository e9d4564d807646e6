"""multidict: ordered multi-valued mappings, case folding, proxies, views, versions, errors."""

import pickle

from _expect import raises

from multidict import CIMultiDict, CIMultiDictProxy, MultiDict, MultiDictProxy, MultiMapping, getversion, istr

if "MultiDict" not in str(MultiDict) or MultiDict.__module__.endswith("_py"):
    raise AssertionError("the C implementation is not in use")

data = MultiDict([("a", 1), ("b", 2), ("a", 3)], c=4)
assert data["a"] == 1 and data.getall("a") == [1, 3] and len(data) == 4
assert list(data.items()) == [("a", 1), ("b", 2), ("a", 3), ("c", 4)]
assert list(data) == ["a", "b", "c"] and list(data.values()) == [1, 2, 3, 4]
data.add("b", 5)
data["a"] = 9
assert data.getall("a") == [9] and data.getall("b") == [2, 5]
assert data.popone("b") == 2 and data.popall("b") == [5] and data.pop("zzz", "none") == "none"
data.extend({"d": 1}, d=2)
data.update(d=3)
assert data.getall("d") == [3] and data.setdefault("e", 0) == 0
assert data.get("nope") is None and data.getone("e") == 0 and data.getall("nope", []) == []
assert repr(MultiDict(a=1)) == "<MultiDict('a': 1)>"
version = getversion(data)
data.add("x", 1)
assert getversion(data) > version
assert data.popitem() == ("x", 1)

headers = CIMultiDict({"Content-Type": "text/html", "X": "1"})
headers.add("x", "2")
assert headers["content-TYPE"] == "text/html" and headers.getall("X") == ["1", "2"] and "CONTENT-type" in headers
assert list(headers.keys()) == ["Content-Type", "X"]
assert type(istr("Key")) is istr and headers[istr("CONTENT-TYPE")] == "text/html" and istr("Key") == "Key"
assert headers == CIMultiDict([("content-type", "text/html"), ("X", "1"), ("X", "2")])
proxy = CIMultiDictProxy(headers)
del headers["x"]
assert len(proxy) == 1 and proxy.copy() == headers and isinstance(proxy, MultiMapping)
assert data.keys() & {"a", "q"} == {"a"} and data.keys() | {"q"} > {"q"}
assert ("a", 9) in data.items() and (MultiDict(a=1).items() ^ {("b", 2)}) == {("a", 1), ("b", 2)}
assert pickle.loads(pickle.dumps(data)) == data and pickle.loads(pickle.dumps(headers)) == headers
assert data.copy() == data and data.copy() is not data

large = MultiDict((str(i % 500), i) for i in range(5000))
assert large.getall("7") == list(range(7, 5000, 500))
for key in [str(i) for i in range(0, 500, 2)]:
    large.popall(key)
assert len(large) == 2500 and all(int(key) % 2 for key in large)
large.clear()
assert not large


class Sub(MultiDict):
    pass


sub = Sub(a=1)
sub.add("a", 2)
assert sub.getall("a") == [1, 2]

raises(KeyError, "'nope'", lambda: data["nope"])
raises(KeyError, "'nope'", data.getall, "nope")
raises(KeyError, "empty multidict", MultiDict().popitem)
raises(TypeError, "MultiDict keys should be either str or subclasses of str", data.add, 5, 1)
raises(TypeError, "ctor requires MultiDict or MultiDictProxy instance, not <class 'int'>", MultiDictProxy, 5)
raises(TypeError, "does not support item assignment", lambda: exec("proxy['a'] = 1", {"proxy": proxy}))
raises(TypeError, "MultiDict takes from 1 to 2 positional arguments but 3 were given", MultiDict, 1, 2)


def change_while_iterating():
    for key in data:
        data.add(key, 1)


raises(RuntimeError, "changed during iteration", change_while_iterating)
print("ok")
