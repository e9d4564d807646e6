"""Runs random operations on shared objects in two or three threads at a time, and looks for what no order of them explains.

    pyston races.py [--seconds S] [--seed N] [--only KIND[,KIND...]] [--mode orders|storm|both] [--list]

*Orders*: each thread runs a few operations on one object. What they answer, and what the object is afterwards, must be what some order of the
same operations, one after the other, comes to: every operation here is one step where there is a GIL, and so it must be one step without.
*Storm*: many operations in a row, some with code of Python's in the middle; nothing may be lost, appear from nowhere, or end the process.

The exit code is 1 when something was found. It finds nothing under CPython with its GIL.
"""

import argparse
import array
import bisect
import collections
import functools
import hashlib
import heapq
import io
import itertools
import operator
import os
import queue
import random
import re
import sys
import threading
import time
import types

NAMES = {
    "array": array, "bisect": bisect, "collections": collections, "functools": functools, "hashlib": hashlib, "heapq": heapq, "io": io,
    "itertools": itertools, "operator": operator, "queue": queue, "random": random, "re": re, "types": types, "threading": threading,
    "deque": collections.deque, "OrderedDict": collections.OrderedDict, "defaultdict": collections.defaultdict,
}


class Slotted:
    __slots__ = ("a", "b", "c")


class Plain:
    pass


class Pair:
    """A key whose comparison is code of Python's."""

    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return isinstance(other, Pair) and self.n == other.n

    def __hash__(self):
        return self.n % 3

    def __repr__(self):
        return f"Pair({self.n})"


NAMES.update(Slotted=Slotted, Plain=Plain, Pair=Pair)


class Kind:
    """How to make an object, what it is then, and what may be done with it: one operation a line. Without `orders` they are not one step each:
    bytes that are copied from one buffer into another are read first and written then."""

    def __init__(self, makes, state, steps, wild="", orders=True):
        self.orders = orders
        self.makes = [eval("lambda: " + make, NAMES) for make in lines(makes)]
        self.state = eval("lambda o: " + state, NAMES)
        self.steps = [(text, function(text)) for text in lines(steps)]
        self.wild = [(text, function(text)) for text in lines(wild)]


def lines(text):
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def function(text):
    try:
        return eval("lambda o: " + text, NAMES)
    except SyntaxError:
        space = {}
        exec("def step(o):\n    " + text, NAMES, space)
        return space["step"]


LIST_STEPS = """
    o.append(7)
    o.append(8)
    o.pop()
    o.pop(0)
    o.pop(1)
    o.insert(0, 9)
    o.insert(1, 10)
    o.insert(-1, 11)
    o.extend([20, 21])
    o.extend((22, 23, 24))
    o.extend(o)
    o.extend({30: 1, 31: 1})
    o.extend(range(40, 43))
    o.remove(3)
    o.remove(7)
    o.index(3)
    o.index(7)
    o.count(7)
    3 in o
    7 in o
    len(o)
    o.reverse()
    o.sort()
    o.sort(reverse=True)
    o[0]
    o[-1]
    o[0] = 50
    o[-1] = 51
    del o[0]
    del o[-1]
    del o[1:3]
    del o[::2]
    o[1:3] = [60]
    o[1:2] = [61, 62, 63]
    o[:0] = o
    o[:]
    o[::2]
    o[1:-1]
    o += [70, 71]
    o *= 2
    o + [1]
    o * 2
    o.copy()
    o.clear()
    o == [0, 1, 2, 3]
    o < [0, 1, 2, 4]
    list(o)
    tuple(o)
    set(o)
    frozenset(o)
    sorted(o)
    sum(o)
    max(o, default=None)
    min(o, default=None)
    bytes(o)
    bytearray(o)
    repr(o)
    dict.fromkeys(o)
    deque(o)
    array.array('i', o)
    any(o)
    all(o)
    [*o, 1]
    (lambda *a: a)(*o)
    heapq.heappush(o, -1)
    heapq.heapify(o)
    heapq.heappop(o)
    heapq.heappushpop(o, 1)
    heapq.heapreplace(o, 2)
    bisect.insort(o, 2)
    bisect.bisect_left(o, 2)
    operator.countOf(o, 7)
"""

DICT_STEPS = """
    o[7] = 1
    o[7] = 2
    o[1] = 3
    o[8] = 4
    o[1]
    o[7]
    o.get(7)
    o.get(1, 'no')
    del o[1]
    del o[7]
    o.pop(1)
    o.pop(7, None)
    o.popitem()
    o.setdefault(7, 5)
    o.setdefault(1, 6)
    o.update({7: 8, 9: 9})
    o.update([(10, 1), (1, 2)])
    o.update(a=1, b=2)
    o.update({i: i for i in range(20, 40)})
    o.clear()
    o.copy()
    len(o)
    list(o)
    tuple(o)
    list(o.items())
    list(o.values())
    sorted(o.values())
    1 in o
    7 in o
    o | {11: 1}
    o |= {12: 1, 1: 0}
    o == {0: 0, 1: 1}
    dict(o)
    repr(o)
    set(o)
    o.keys() & {1, 7}
    o.keys() | {1, 7}
    sorted(o.items() & {(1, 1)})
    o.items() == {0: 0}.items()
    {**o}
    OrderedDict(o)
    max(o.values(), default=None)
    dict.fromkeys(o)
    bool(o)
    (1, 1) in o.items()
    1 in o.values()
    operator.countOf(o.values(), 1)
"""

SET_STEPS = """
    o.add(7)
    o.add(1)
    o.discard(1)
    o.remove(1)
    o.remove(7)
    o.pop()
    o.update([8, 9])
    o.update({10, 1})
    o.update(range(20, 40))
    o |= {11, 1}
    o &= {1, 2, 7}
    o -= {1, 9}
    o ^= {1, 7}
    o | {1, 7}
    o & {1, 7}
    o - {1, 7}
    o ^ {1, 7}
    o.union([1], [2])
    o.intersection([1, 2, 7])
    o.difference([1])
    o.symmetric_difference([1, 12])
    o.intersection_update([1, 2, 3])
    o.difference_update([1, 2])
    o.symmetric_difference_update([1, 2])
    o.issubset([0, 1, 2, 3])
    o.issuperset([1])
    o.isdisjoint([1, 7])
    o <= {0, 1, 2, 3}
    o >= {1}
    o == {0, 1, 2, 3}
    1 in o
    7 in o
    len(o)
    o.clear()
    o.copy()
    sorted(o)
    sorted(list(o))
    frozenset(o)
    set(o)
    sorted(dict.fromkeys(o))
    sum(o)
"""

DEQUE_STEPS = """
    o.append(7)
    o.append(3)
    o.appendleft(8)
    o.pop()
    o.popleft()
    o.extend([20, 21])
    o.extend(o)
    o.extendleft([22, 23])
    o.extendleft(o)
    o.rotate(1)
    o.rotate(-2)
    o.reverse()
    o.remove(3)
    o.remove(7)
    o.count(3)
    o.index(3)
    o.index(3, 1, -1)
    o.insert(1, 9)
    o.insert(-1, 10)
    o[0]
    o[-1]
    o[1]
    o[0] = 11
    o[-1] = 12
    del o[0]
    del o[-1]
    o.clear()
    o.copy()
    len(o)
    list(o)
    tuple(o)
    3 in o
    o += [30, 31]
    o *= 2
    o + o
    o * 2
    o == deque([0, 1, 2, 3])
    repr(o)
    sum(o)
    deque(o)
"""

BYTEARRAY_STEPS = """
    o.append(7)
    o.append(65)
    o.extend(b'xy')
    o.extend([1, 2, 3])
    o.extend(o)
    o.pop()
    o.pop(0)
    o.insert(0, 9)
    o.remove(98)
    o.reverse()
    o.clear()
    o.copy()
    o[0]
    o[-1]
    o[0] = 66
    o[-1] = 67
    o[1:3]
    o[1:3] = b'q'
    o[:1] = b'rst'
    o[::2]
    del o[0]
    del o[1:3]
    del o[::2]
    o += b'zz'
    o *= 2
    o + b'1'
    o * 2
    len(o)
    bytes(o)
    list(o)
    o.find(b'b')
    o.count(b'a')
    o.index(98)
    98 in o
    b'bc' in o
    o.replace(b'a', b'AA')
    o.upper()
    o.hex()
    o.decode('latin-1')
    o.split(b'b')
    o.startswith(b'a')
    o == b'abcd'
    o < b'abce'
    o.resize(2)
    o.resize(6)
    int.from_bytes(o)
    hash(bytes(o)) and None
    io.BytesIO(o).getvalue()
    sum(o)
    bytearray(o)
    str(o, 'latin-1')
"""

ARRAY_STEPS = """
    o.append(7)
    o.extend([8, 9])
    o.extend(o)
    o.fromlist([10, 11])
    o.frombytes(b'\\1\\0\\0\\0')
    o.pop()
    o.pop(0)
    o.insert(0, 12)
    o.insert(-1, 13)
    o.remove(2)
    o.reverse()
    o.byteswap()
    o.count(2)
    o.index(2)
    2 in o
    o[0]
    o[-1]
    o[0] = 14
    o[-1] = 15
    o[1:3]
    o[1:3] = array.array('i', [16])
    del o[0]
    del o[1:]
    o += array.array('i', [17, 18])
    o *= 2
    o + o
    len(o)
    o.tolist()
    o.tobytes()
    list(o)
    o == array.array('i', [1, 2, 3])
    sum(o)
    repr(o)
    o.clear()
    array.array('d', o)
"""

ATTRIBUTE_STEPS = """
    setattr(o, 'a', 1)
    setattr(o, 'a', 2)
    setattr(o, 'b', 3)
    setattr(o, 'c', 4)
    o.a = 5
    o.b
    o.a
    getattr(o, 'c', None)
    hasattr(o, 'b')
    delattr(o, 'a')
    delattr(o, 'b')
    del o.a
"""

DICTED_STEPS = ATTRIBUTE_STEPS + """
    o.d = 6
    del o.d
    vars(o).copy()
    list(vars(o).items())
    vars(o).update(a=7, e=8)
    vars(o).pop('a', None)
    vars(o).clear()
    vars(o)['b'] = 9
    vars(o).setdefault('a', 10)
    len(vars(o))
    setattr(o, '__dict__', {'z': 1})
    sorted(o.__dict__)
"""

KINDS = {
    "list": Kind("[0, 1, 2, 3]\n[]\n[3]\nlist(range(16))\nlist(range(60))", "list(o)", LIST_STEPS, """
        o.sort(key=lambda x: -x)
        o.remove(Pair(3))
        o.extend(x for x in (1, 2, 3))
        [x for x in o]
        o[:] = (x for x in (1, 2))
        o.index(Pair(1))
        sorted(o, key=str)
        for x in o: pass
    """),
    "dict": Kind("{i: i for i in range(4)}\n{}\n{1: 1}\n{i: i for i in range(30)}", "(list(o.items()), len(o))", DICT_STEPS, """
        o.update({Pair(1): 1, Pair(4): 2})
        o[Pair(1)] = 3
        o.pop(Pair(1), None)
        o.setdefault(Pair(4), 1)
        for k in o: pass
        {k: v for k, v in o.items()}
        o == {Pair(1): 1}
        sorted(o, key=str)
    """),
    "OrderedDict": Kind("OrderedDict((i, i) for i in range(4))\nOrderedDict()\nOrderedDict({1: 1, 7: 2})", "(list(o.items()), list(reversed(o)), len(o))",
        DICT_STEPS + """
        o.move_to_end(1)
        o.move_to_end(1, last=False)
        o.move_to_end(7)
        o.popitem(last=False)
        o == OrderedDict([(0, 0), (1, 1)])
    """, """
        o[Pair(1)] = 3
        o.pop(Pair(1), None)
        for k in o: pass
    """),
    "defaultdict": Kind("defaultdict(list, {0: [0], 1: [1]})\ndefaultdict(list)\ndefaultdict(int, {1: 1})\ndefaultdict(itertools.count().__next__, {1: 1})", "list(o.items())", DICT_STEPS + """
        o[100]
        o[101]
        o.__missing__(102)
        o.__missing__(1)
    """, """
        o[Pair(1)]
        for k in o: pass
    """),
    "set": Kind("{0, 1, 2, 3}\nset()\n{1}\nset(range(30))", "(sorted(o), len(o))", SET_STEPS, """
        o.add(Pair(1))
        o.discard(Pair(1))
        o.update([Pair(4), Pair(7)])
        o & {Pair(1), Pair(4)}
        for x in o: pass
    """),
    "deque": Kind("deque([0, 1, 2, 3])\ndeque()\ndeque([3, 1, 3])\ndeque([1, 2, 3], maxlen=3)\ndeque(range(70))", "(list(o), len(o), list(reversed(o)))", DEQUE_STEPS, """
        o.remove(Pair(1))
        o.extend(x for x in (1, 2))
        for x in o: pass
    """),
    "bytearray": Kind("bytearray(b'abcd')\nbytearray()\nbytearray(b'b')\nbytearray(range(100))", "bytes(o)", BYTEARRAY_STEPS, """
        memoryview(o)[:1].tobytes()
        o.extend(x for x in (1, 2))
        for x in o: pass
    """),
    "array": Kind("array.array('i', [1, 2, 3])\narray.array('i')\narray.array('i', range(50))", "o.tolist()", ARRAY_STEPS, """
        memoryview(o)[:1].tobytes()
        for x in o: pass
    """),
    "instance": Kind("Plain()", "list(vars(o).items())", DICTED_STEPS),
    "slots": Kind("Slotted()", "[getattr(o, n, None) for n in 'abc']", ATTRIBUTE_STEPS),
    "namespace": Kind("types.SimpleNamespace(a=1)\ntypes.SimpleNamespace()", "list(vars(o).items())", DICTED_STEPS.replace("setattr(o, '__dict__', {'z': 1})", "repr(o)")),
    "function": Kind("(lambda: 0)", "list(vars(o).items())", DICTED_STEPS),
    "module": Kind("types.ModuleType('m')", "list(vars(o).items())", DICTED_STEPS.replace("setattr(o, '__dict__', {'z': 1})", "repr(o)").replace("vars(o).clear()", "None")),
    "class": Kind("type('C', (), {'b': 1})", "[vars(o).get(n) for n in 'abcd']", ATTRIBUTE_STEPS + """
        o.d = 6
        del o.d
        vars(o).get('a')
        o().a
        o().b
        sorted(n for n in dir(o) if n in 'abcd') and None
        o.__name__
        setattr(o, '__name__', 'D')
    """),
    "exception": Kind("ValueError(1)", "(list(vars(o).items()), o.args)", ATTRIBUTE_STEPS + """
        o.add_note('x')
        setattr(o, 'args', (1, 2))
        repr(o)
        str(o)
    """),
    "count": Kind("itertools.count()\nitertools.count(5, 2)\nitertools.count(0.5)\nitertools.count(2**63 - 3)", "next(o)", "next(o)\nrepr(o)"),
    "iterator": Kind("""
        iter([1, 2, 3, 4])
        iter((1, 2, 3, 4))
        iter(range(4))
        iter(range(2**70, 2**70 + 4))
        iter('abcd')
        iter('\\u0431\\U0001f600xy')
        iter(b'abcd')
        iter(bytearray(b'abcd'))
        iter({1: 1, 2: 2, 3: 3})
        iter({1: 1, 2: 2, 3: 3}.items())
        iter({1: 1, 2: 2, 3: 3}.values())
        reversed({1: 1, 2: 2, 3: 3})
        iter({1, 2, 3})
        iter(deque([1, 2, 3]))
        reversed(deque([1, 2, 3]))
        iter(OrderedDict.fromkeys([1, 2, 3]))
        iter(array.array('i', [1, 2, 3]))
        iter(memoryview(b'abc'))
        reversed([1, 2, 3])
        reversed((1, 2, 3))
        reversed(range(3))
        enumerate([5, 6, 7])
        enumerate([5, 6, 7], 2**63 - 2)
        zip([1, 2, 3], 'abc')
        zip([1, 2, 3], iter([4, 5]))
        map(abs, [-1, 2, -3])
        map(operator.add, [1, 2, 3], (4, 5, 6))
        filter(None, [0, 1, 0, 2, 3])
        itertools.chain([1, 2], (3,), {4: 4})
        itertools.chain.from_iterable([[1, 2], [3], [], [4]])
        itertools.cycle([1, 2, 3])
        itertools.repeat(1, 3)
        itertools.accumulate([1, 2, 3])
        itertools.accumulate([1, 2, 3], operator.mul, initial=2)
        itertools.islice([1, 2, 3, 4, 5], 1, None, 2)
        itertools.islice([1, 2, 3, 4, 5], 3)
        itertools.takewhile(bool, [1, 2, 0, 3])
        itertools.dropwhile(operator.not_, [0, 0, 1, 0, 2])
        itertools.filterfalse(None, [0, 1, 0, 2, 0])
        itertools.compress('abcd', [1, 0, 1, 1])
        itertools.starmap(pow, [(2, 1), (2, 2), (2, 3)])
        itertools.zip_longest([1, 2, 3], 'a')
        itertools.pairwise([1, 2, 3, 4])
        itertools.batched([1, 2, 3, 4, 5], 2)
        itertools.product([1, 2], 'ab')
        itertools.permutations([1, 2, 3], 2)
        itertools.combinations([1, 2, 3], 2)
        itertools.combinations_with_replacement([1, 2], 2)
        re.finditer('.', 'abc')
        re.compile('.').scanner('abc').match and iter([1])
        iter(deque([1, 2, 3]).popleft, 3)
        iter([4, 3, 2, 1].pop, 3)
        iter(itertools.count().__next__, 2)
        iter(io.StringIO('a\\nb\\nc\\n'))
        iter(io.BytesIO(b'a\\nb\\nc\\n'))
        map(tuple, itertools.groupby([1, 2, 3])) and itertools.chain('ab')
    """, "list(itertools.islice(o, 5))", """
        next(o, 'end')
        next(o, 'end')
        next(o, 'end')
        next(o)
        operator.length_hint(o)
        iter(o) is o
    """, "for x in itertools.islice(o, 3): pass"),
    "StringIO": Kind("io.StringIO('ab\\ncd\\n')\nio.StringIO()", "(o.tell(), o.getvalue())", """
        o.write('xy')
        o.write('z\\n')
        o.read()
        o.read(2)
        o.readline()
        o.getvalue()
        o.seek(0)
        o.seek(0, 2)
        o.tell()
        o.truncate(1)
        next(o, None)
    """),
    "BytesIO": Kind("io.BytesIO(b'ab\\ncd\\n')\nio.BytesIO()", "(o.tell(), o.getvalue())", """
        o.write(b'xy')
        o.write(b'z\\n')
        o.read()
        o.read(2)
        o.read1(1)
        o.readline()
        o.getvalue()
        o.seek(0)
        o.seek(0, 2)
        o.tell()
        o.truncate(1)
        next(o, None)
        o.readinto(bytearray(3))
    """),
    "SimpleQueue": Kind("queue.SimpleQueue()", "(o.qsize(), [o.get_nowait() for _ in range(o.qsize())])", """
        o.put(1)
        o.put(2)
        o.put_nowait(3)
        o.get_nowait()
        o.get(False)
        o.qsize()
        o.empty()
    """),
    "Random": Kind("random.Random(1)", "o.random()", """
        o.random()
        o.getrandbits(40)
        o.getrandbits(7)
        o.seed(5)
        hash(o.getstate())
        o.setstate((3, tuple([0] * 624 + [624]), None))
    """),
    "lock": Kind("threading.Lock()", "o.locked()", """
        o.acquire(False)
        o.acquire(blocking=False)
        o.release()
        o.locked()
    """),
    "lru_cache": Kind("functools.lru_cache(maxsize=2)(str)\nfunctools.lru_cache(maxsize=None)(str)\nfunctools.lru_cache(maxsize=1, typed=True)(str)", "o.cache_info().currsize <= (o.cache_parameters()['maxsize'] if hasattr(o, 'cache_parameters') and o.cache_parameters()['maxsize'] else 3)", """
        o(1)
        o(2)
        o(3)
        o(1.0)
        o.cache_clear()
    """),
    "hash": Kind("hashlib.sha256(b'a')\nhashlib.md5()\nhashlib.blake2b(b'x')", "o.hexdigest()", """
        o.update(b'b')
        o.update(b'cd')
        o.hexdigest()
        o.digest()
        o.copy().hexdigest()
    """),
    "memoryview": Kind("memoryview(bytearray(b'abcdef'))", "bytes(o)", """
        o[0]
        o[0] = 1
        o[1:3] = b'xy'
        o[::2] = b'123'
        o.tobytes()
        o.tolist()
        o[1:4].tobytes()
        o[::-1].tobytes()
        o == b'abcdef'
        bytes(o)
        o.hex()
        o[:3] = o[3:]
    """, orders=False),
    "two lists": Kind("([1, 2, 3], [4, 5])\n([], [1])", "(list(o[0]), list(o[1]))", """
        o[0].extend(o[1])
        o[1].extend(o[0])
        o[0].append(7)
        o[1].append(8)
        o[0].clear()
        o[1].pop()
        o[0][:] = o[1]
        o[1][1:] = o[0]
        o[0] + o[1]
        o[0] == o[1]
        o[0] < o[1]
        [*o[0]]
        o[0].sort()
        o[1].reverse()
    """),
    "two dicts": Kind("({1: 1, 2: 2}, {3: 3})\n({}, {1: 2})", "(list(o[0].items()), list(o[1].items()))", """
        o[0].update(o[1])
        o[1].update(o[0])
        operator.ior(o[0], o[1]) is None
        o[0] | o[1]
        o[0] == o[1]
        o[0].popitem()
        o[1].clear()
        o[0].__setitem__(7, 7)
        o[1].setdefault(1, 9)
        o[0].keys() & o[1].keys()
        o[0].keys() == o[1].keys()
        o[0].keys() <= o[1].keys()
        dict(o[0])
    """),
    "two sets": Kind("({1, 2, 3}, {3, 4})\n(set(), {1})", "(sorted(o[0]), sorted(o[1]))", """
        o[0].update(o[1])
        o[1].update(o[0])
        o[0].add(7)
        o[1].discard(3)
        o[0].clear()
        o[0] | o[1]
        o[0] & o[1]
        o[0] - o[1]
        o[0] ^ o[1]
        o[0] <= o[1]
        o[0] == o[1]
        o[0].isdisjoint(o[1])
        o[0].intersection_update(o[1])
        o[0].difference_update(o[1])
        o[1].symmetric_difference_update(o[0])
        operator.iand(o[0], o[1]) is None
        operator.isub(o[1], o[0]) is None
    """),
    "two deques": Kind("(deque([1, 2, 3]), deque([4]))", "(list(o[0]), list(o[1]))", """
        o[0].extend(o[1])
        o[1].extendleft(o[0])
        o[0].append(7)
        o[1].popleft()
        o[0].clear()
        o[0] == o[1]
        o[0] + o[1]
        o[0].rotate(1)
    """),
    "two bytearrays": Kind("(bytearray(b'abc'), bytearray(b'de'))", "(bytes(o[0]), bytes(o[1]))", """
        o[0].extend(o[1])
        o[1].extend(o[0])
        o[0].append(7)
        o[0].clear()
        o[0] + o[1]
        o[0] == o[1]
        o[0][1:] = o[1]
        o[1] in o[0]
        o[0].find(o[1])
        o[1].pop()
        o[0].replace(o[1], b'')
        b','.join(o)
    """, orders=False),
}


def canon(value):
    """What an answer is, as text: sets in order, objects without their addresses."""
    if isinstance(value, (set, frozenset)):
        return f"{type(value).__name__} of {sorted(map(repr, value))}"
    if isinstance(value, (tuple, list)) and any(isinstance(x, (set, frozenset)) for x in value):
        return "".join(map(canon, value))
    return re.sub(" at 0x[0-9a-f]+", "", repr(value))


def answer(step, o):
    try:
        return canon(step(o))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def raw_answer(step, o):
    """Without the work of making text of it, which would part the threads; what can change later is copied now."""
    try:
        value = step(o)
    except Exception as error:
        return error
    return value if value is not o else "itself"


def orders(counts):
    """Every order of so many steps of each thread."""
    if not any(counts):
        yield ()
        return
    for who, count in enumerate(counts):
        if count:
            less = counts[:who] + (count - 1,) + counts[who + 1:]
            for rest in orders(less):
                yield (who,) + rest


class Team:
    """Threads that run the same job at the same time, again and again."""

    def __init__(self, size):
        self.size = size
        self.job = None
        self.number = 0
        self.done = queue.SimpleQueue()
        self.go = [queue.SimpleQueue() for _ in range(size)]
        self.threads = [threading.Thread(target=self.work, args=(who,), daemon=True) for who in range(size)]
        for thread in self.threads:
            thread.start()

    def work(self, who):
        while True:
            job = self.go[who].get()
            if job is None:
                return
            try:
                self.done.put((who, job(who)))
            except BaseException as error:
                self.done.put((who, error))

    def run(self, job, size):
        for who in range(size):
            self.go[who].put(job)
        answers = [None] * size
        for _ in range(size):
            who, value = self.done.get()
            answers[who] = value
        for value in answers:
            if isinstance(value, BaseException):
                raise value
        return answers

    def end(self):
        for go in self.go:
            go.put(None)
        for thread in self.threads:
            thread.join()


def together(ticks, who, at):
    """Waits until all threads are at this object."""
    ticks[who] = at
    spins = 0
    for other in range(len(ticks)):
        while ticks[other] < at:
            spins += 1
            if spins % 500 == 0:
                time.sleep(0)


def check_orders(team, kind, chance, repeats):
    """One program, so many times. Returns what no order explains, or None."""
    size = chance.choice((2, 2, 3))
    make = chance.choice(kind.makes)
    programs = [[chance.choice(kind.steps) for _ in range(chance.choice((1, 1, 2, 3) if size == 2 else (1, 1, 2)))] for _ in range(size)]
    objects = [make() for _ in range(repeats)]
    ticks = [-1] * size

    def job(who):
        steps = [step for _, step in programs[who]]
        answers = []
        for at, o in enumerate(objects):
            together(ticks, who, at)
            answers.append([raw_answer(step, o) for step in steps])
        return answers

    answers = team.run(job, size)
    found = {}
    for at, o in enumerate(objects):
        said = tuple(tuple(f"{type(x).__name__}: {x}" if isinstance(x, Exception) else canon(x) for x in answers[who][at]) for who in range(size))
        found.setdefault((said, canon(answer(kind.state, o))), at)
    possible = set()
    for order in orders(tuple(map(len, programs))):
        o = make()
        said, rest = [[] for _ in range(size)], [iter(program) for program in programs]
        for who in order:
            value = raw_answer(next(rest[who])[1], o)
            said[who].append(value)
        said = tuple(tuple(f"{type(x).__name__}: {x}" if isinstance(x, Exception) else canon(x) for x in thread) for thread in said)
        possible.add((said, canon(answer(kind.state, o))))
    bad = [outcome for outcome in found if outcome not in possible]
    if not bad:
        return None
    text = [f"  object {canon(answer(kind.state, make()))}"]
    for who, program in enumerate(programs):
        text.append(f"  thread {who}: " + "; ".join(name for name, _ in program))
    for said, state in bad[:3]:
        text.append(f"  came to {said}")
        text.append(f"      and {state}")
    for said, state in sorted(possible)[:6]:
        text.append(f"  might be {said}")
        text.append(f"       and {state}")
    return "\n".join(text)


TOLERATED = (IndexError, KeyError, ValueError, RuntimeError, TypeError, BufferError, StopIteration, AttributeError, queue.Empty, OverflowError)


def storm(team, kind, chance, count):
    """Many operations; complains of errors that nobody may see, and of an object that does not hold together."""
    make = chance.choice(kind.makes)
    o = make()
    steps = kind.steps + kind.wild * 3
    parts = [part for part in (o if type(o) is tuple else (o,)) if isinstance(part, (list, dict, set, collections.deque, bytearray, array.array))]
    seeds = [chance.random() for _ in range(3)]

    def job(who):
        own = random.Random(seeds[who])
        errors = []
        for _ in range(count):
            name, step = own.choice(steps)
            try:
                step(o)
            except TOLERATED:
                pass
            except Exception as error:
                errors.append(f"{name}: {type(error).__name__}: {error}")
            for part in parts:
                if len(part) > 3000:
                    part.clear()
        return errors

    errors = [error for thread in team.run(job, 3) for error in thread]
    errors += [f"len {len(part)}, items {len(list(part))}" for part in parts if len(part) != len(list(part))]
    if errors:
        return "\n".join("  " + error for error in errors[:5])
    answer(kind.state, o)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", default="")
    parser.add_argument("--mode", choices=["orders", "storm", "both"], default="both")
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--keep-going", action="store_true", help="report each pair of operations once, and go on")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        print("\n".join(KINDS))
        return 0
    seed = options.seed if options.seed is not None else int.from_bytes(os.urandom(4))
    names = options.only.split(",") if options.only else list(KINDS)
    print("seed", seed, flush=True)
    chance = random.Random(seed)
    team = Team(3)
    end = time.monotonic() + options.seconds
    rounds, bad = collections.Counter(), 0
    while time.monotonic() < end:
        name = chance.choice(names)
        mode = options.mode if options.mode != "both" else chance.choice(("orders", "orders", "orders", "storm"))
        if mode == "orders" and KINDS[name].orders:
            finding = check_orders(team, KINDS[name], chance, options.repeats)
        else:
            mode, finding = "storm", storm(team, KINDS[name], chance, 500)
        rounds[mode] += 1
        if finding:
            bad += 1
            print(f"{name}, {mode}:\n{finding}", flush=True)
            if not options.keep_going:
                break
    team.end()
    print(dict(rounds), f"{bad} found")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
