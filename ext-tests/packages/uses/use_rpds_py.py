"""rpds-py: persistent maps, sets, lists, queues."""

import pickle

from _expect import raises

from rpds import HashTrieMap, HashTrieSet, List, Queue, Stack

empty = HashTrieMap()
one = empty.insert("a", 1)
two = one.insert("b", [2])
assert len(empty) == 0 and dict(one) == {"a": 1} and two["b"] == [2] and "b" not in one
assert two.remove("a") == HashTrieMap({"b": [2]}) and two.discard("zzz") == two and two.get("zzz", 5) == 5
assert HashTrieMap({"x": 1}, y=2).update({"y": 3}, z=4) == HashTrieMap(x=1, y=3, z=4)
assert set(two.keys()) == {"a", "b"} and sorted(one.items()) == [("a", 1)] and list(one.values()) == [1]
assert hash(HashTrieMap({1: 2, 3: 4})) == hash(HashTrieMap({3: 4, 1: 2}))
assert HashTrieMap.convert([("k", "v")])["k"] == "v" and HashTrieMap.fromkeys([1, 2], 0)[2] == 0
assert repr(one) == "HashTrieMap({'a': 1})" and pickle.loads(pickle.dumps(two)) == two
large = empty
for i in range(5000):
    large = large.insert(i, str(i))
assert len(large) == 5000 and large[4321] == "4321"
for i in range(0, 5000, 2):
    large = large.remove(i)
assert len(large) == 2500 and all(key % 2 for key in large)

numbers = HashTrieSet({1, 2, 3})
assert numbers.insert(4) == HashTrieSet([4, 3, 2, 1]) and 1 in numbers and len(numbers.remove(1)) == 2
some = HashTrieSet({1, 9})
assert numbers | some == HashTrieSet({1, 2, 3, 9}) and numbers & some == HashTrieSet({1})
assert numbers - some == {2, 3} and numbers ^ some == {2, 3, 9}
assert numbers < HashTrieSet({1, 2, 3, 4}) and numbers >= HashTrieSet({1}) and hash(numbers) == hash(HashTrieSet({3, 2, 1}))

items = List([1, 2, 3])
assert items.push_front(0) == List([0, 1, 2, 3]) and items.first == 1 and list(items.rest) == [2, 3] and list(reversed(items)) == [3, 2, 1]
assert items.drop_first().drop_first() == List([3]) and hash(items) == hash(List([1, 2, 3]))
queue = Queue([1, 2])
assert list(queue.enqueue(3).dequeue()) == [2, 3] and queue.peek() == 1 and not queue.is_empty()
stack = Stack([1]).push(2)
assert stack.peek() == 2 and stack.pop() == Stack([1])


class Bad:
    def __hash__(self):
        raise RuntimeError("no hash")


raises(KeyError, "zzz", lambda: two["zzz"])
raises(KeyError, "zzz", two.remove, "zzz")
raises(TypeError, "unhashable type: 'list'", empty.insert, [], 1)
raises(RuntimeError, "no hash", empty.insert, Bad(), 1)
raises(IndexError, "empty list has no first element", lambda: List().first)
raises(IndexError, "dequeued an empty queue", Queue().dequeue)
raises(TypeError, "Unhashable type in HashTrieMap of key 1: []", hash, HashTrieMap({1: []}))
print("ok")
