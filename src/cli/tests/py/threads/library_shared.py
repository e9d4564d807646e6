# modes: one
"""Modules of the library used by many threads at once give each its own right result."""
import os
import sys
import threading

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))


def together(*functions):
    """Runs all functions at once, each in a thread, and raises what one of them raised."""
    failures = []
    start = threading.Barrier(len(functions))

    def run(function):
        start.wait()
        try:
            function()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
import base64
import binascii
import copy
import csv
import datetime
import decimal
import fractions
import functools
import hashlib
import heapq
import io
import json
import operator
import pickle
import random
import re
import string
import struct
import tempfile
import textwrap
import zlib

N = 60 * SCALE
DATA = {"key": [1, 2.5, None, True, {"nested": ["é", "€", "x" * 50]}], "other": list(range(30))}
EXPECTED = json.dumps(DATA)


def use(k):
    rng = random.Random(k)
    first = [rng.random() for _ in range(5)]
    for i in range(N):
        assert json.loads(EXPECTED) == DATA and json.dumps(DATA) == EXPECTED
        assert pickle.loads(pickle.dumps(DATA)) == DATA
        assert copy.deepcopy(DATA) == DATA
        match = re.match(rf"(\w+)-(?P<n>\d+)-{k}-{i % 7}", f"word-{i}-{k}-{i % 7}")
        assert match["n"] == str(i) and match[1] == "word"
        assert re.sub(r"\d", lambda m: str(int(m[0]) + 1), "a1b2") == "a2b3"
        assert hashlib.sha256(str(i).encode()).hexdigest() == hashlib.sha256(str(i).encode()).hexdigest()
        assert zlib.decompress(zlib.compress(EXPECTED.encode())) == EXPECTED.encode()
        assert base64.b64decode(base64.b64encode(b"abc" * i)) == b"abc" * i
        assert binascii.crc32(b"hello") == 907060870
        assert struct.unpack("<ihq", struct.pack("<ihq", i, k, -i)) == (i, k, -i)
        assert list(csv.reader(io.StringIO(f'a,"b,{i}",c\r\n'))) == [["a", f"b,{i}", "c"]]
        assert datetime.datetime(2024, 2, 29, i % 24).strftime("%Y-%m-%d %H") == f"2024-02-29 {i % 24:02}"
        assert datetime.datetime.strptime(f"2024-03-{i % 28 + 1:02}", "%Y-%m-%d").day == i % 28 + 1
        with decimal.localcontext() as context:
            context.prec = k + 3
            assert len(str(decimal.Decimal(1) / 3)) == k + 5
        assert fractions.Fraction(i, k + 1) * (k + 1) == i
        heap = [(i * 7 + j * 13) % 101 for j in range(20)]
        heapq.heapify(heap)
        assert [heapq.heappop(heap) for _ in range(20)] == sorted((i * 7 + j * 13) % 101 for j in range(20))
        assert string.Template("$a-${b}").substitute(a=i, b=k) == f"{i}-{k}"
        assert textwrap.wrap("word " * 10, 20)[0] == "word word word word"
        stream = io.StringIO()
        print(k, i, file=stream)
        assert stream.getvalue() == f"{k} {i}\n"
    rng.seed(k)
    assert [rng.random() for _ in range(5)] == first


together(*[lambda k=k: use(k) for k in range(4)])

# Caches that all threads share.
calls = []


@functools.lru_cache(maxsize=50)
def cached(n):
    calls.append(n)
    return [n]


def use_cache():
    for i in range(N * 20):
        assert cached(i % 40) == [i % 40]
    cached.cache_info()


together(use_cache, use_cache, use_cache, use_cache)
info = cached.cache_info()
assert info.hits + info.misses == 4 * N * 20 and info.currsize == 40
assert 40 <= len(calls) <= 160


@functools.lru_cache(maxsize=5)
def small(n):
    return n * 2


@functools.cache
def unbounded(n):
    return n if n < 2 else unbounded(n - 1) + unbounded(n - 2)


def use_small():
    for i in range(N * 10):
        assert small(i % 11) == i % 11 * 2
        if i % 100 == 0:
            small.cache_clear()
    assert unbounded(60) == 1548008755920


together(use_small, use_small, use_small)


class Lazy:
    made = 0

    @functools.cached_property
    def value(self):
        Lazy.made += 1
        return object()


for _ in range(30):
    lazy = Lazy()
    values = []
    together(*[lambda: values.append(lazy.value) for _ in range(3)])
    assert lazy.value in values


@functools.singledispatch
def kind(x):
    return "object"


@kind.register
def _(x: int):
    return "int"


def dispatch():
    for i in range(N):
        assert kind(i) == "int" and kind("a") == "object" and kind(2.5) == "object"
        local = type(f"T{i}", (int,), {})
        assert kind(local(1)) == "int"


together(dispatch, dispatch, dispatch)

# One random generator, one file and one text stream for all.
numbers = []
together(*[lambda: numbers.extend(random.random() for _ in range(300)) for _ in range(4)])
assert len(numbers) == 1200 and len(set(numbers)) == 1200 and all(0 <= x < 1 for x in numbers)
with tempfile.TemporaryFile("w+") as file:
    def lines(k):
        for i in range(100):
            file.write(f"{k}:{i}:{'x' * 20}\n")

    together(*[lambda k=k: lines(k) for k in range(4)])
    file.seek(0)
    read = file.read().splitlines()
    assert sorted(read) == sorted(f"{k}:{i}:{'x' * 20}" for k in range(4) for i in range(100))
with tempfile.TemporaryFile("w+b") as file:
    def records(k):
        for i in range(100):
            file.write(struct.pack("<II", k, i))

    together(*[lambda k=k: records(k) for k in range(4)])
    file.seek(0)
    data = file.read()
    assert sorted(struct.iter_unpack("<II", data)) == [(k, i) for k in range(4) for i in range(100)]
stream = io.BytesIO()
together(*[lambda k=k: [stream.write(bytes([k]) * 5) for _ in range(100)] for k in range(4)])
assert len(stream.getvalue()) == 2000

# operator and functools objects that all threads call.
getter = operator.itemgetter("key")
sorter = functools.cmp_to_key(lambda a, b: (a > b) - (a < b))
partial = functools.partial(int, base=2)


def shared_callables():
    for i in range(N):
        assert getter(DATA) is DATA["key"]
        assert sorted([3, 1, 2], key=sorter) == [1, 2, 3]
        assert partial("101") == 5
        assert functools.reduce(operator.add, range(20)) == 190


together(shared_callables, shared_callables, shared_callables)

# logging from all threads into one handler.
import logging

stream = io.StringIO()
logger = logging.getLogger("library_shared")
logger.propagate = False
logger.addHandler(logging.StreamHandler(stream))
logger.setLevel(logging.INFO)
together(*[lambda k=k: [logger.info("%s %d", "message", i) for i in range(50)] for k in range(4)])
assert sorted(stream.getvalue().splitlines()) == sorted([f"message {i}" for i in range(50)] * 4)
