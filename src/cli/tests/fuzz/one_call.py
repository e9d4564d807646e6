"""Calls of native code that read a shared container, each again and again beside a thread that changes it: which of them raise?

    target/debug/pyston src/cli/tests/fuzz/one_call.py [--only dict,set] [--seconds 0.05]

With a GIL one call is one step, so nothing raises but what takes two: an iterator that is made first and read then. Run it under `python3.14` to see
which those are; each of them raises once in ten thousand times there. What raises here and not there, or raises much more often, is listed.
"""
import argparse
import array
import copy
import functools
import itertools
import json
import marshal
import math
import operator
import pickle
import sys
import threading
import time
from collections import Counter, OrderedDict, defaultdict, deque
from types import SimpleNamespace

NAMES = dict(globals())

ALL = """
    max(o)
    min(o)
    max(o, key=str)
    min(o, key=abs)
    sum(o)
    sorted(o)
    sorted(o, key=operator.neg)
    list(o)
    tuple(o)
    set(o)
    frozenset(o)
    any(o)
    all(o)
    list(map(str, o))
    list(map(operator.add, o, o))
    list(filter(None, o))
    list(enumerate(o))
    list(zip(o, range(100)))
    dict(zip(o, range(100)))
    dict.fromkeys(o)
    list(itertools.chain(o, o))
    list(itertools.islice(o, 30))
    list(itertools.accumulate(o))
    list(itertools.pairwise(o))
    list(itertools.batched(o, 3))
    list(itertools.takewhile(bool, o))
    list(itertools.compress(o, o))
    list(itertools.product(o, (1,)))
    functools.reduce(operator.add, o)
    ",".join(map(str, o))
    Counter(o)
    deque(o)
    bytes(o)
    bytearray(o)
    array.array("i", o)
    math.fsum(o)
    [*o]
    {*o}
    (lambda *a: a)(*o)
    a, b, *rest = o
    repr(o)
    copy.copy(o)
    pickle.dumps(o)
    50 in o
    o == same
    same == o
"""
DICT = """
    max(o, key=o.get)
    sorted(o, key=o.get)
    sorted(o.items())
    max(o.values())
    list(o.items())
    list(map(operator.itemgetter(1), o.items()))
    list(zip(o.keys(), o.values()))
    dict(o)
    {**o}
    o | same
    same | o
    dict(o.items())
    OrderedDict(o.items())
    list(reversed(o))
    o.keys() & same.keys()
    o.items() ^ same.items()
    50 in o.values()
    Counter(o.values())
    same.update(o)
    same.update(o.items())
    json.dumps(o)
    marshal.dumps(dict(o))
"""
NAMED = """
    "".join(o)
    json.dumps(o)
    sorted(o)
    max(o, key=len)
    (lambda **k: k)(**o)
    dict(**o)
    SimpleNamespace(**o)
    type("T", (), o)
"""
SET = """
    o | same
    o & same
    o - same
    o ^ same
    o <= same
    same.issubset(o)
    same.update(o)
"""
SEQUENCE = """
    o.index(39)
    o.count(50)
    o.copy()
    o + o
    o * 2
    list(reversed(o))
    same.extend(o)
"""


def add_item(o):
    o[50] = 50
    del o[50]


def add_name(o):
    o["50"] = 50
    del o["50"]


def add_key(o):
    o.add(50)
    o.discard(50)


def add_at_both_ends(o):
    o.append(50)
    o.pop()
    o.insert(0, 50)
    del o[0]


KINDS = {
    "dict": (lambda: {i: i for i in range(40)}, add_item, ALL + DICT),
    "defaultdict": (lambda: defaultdict(int, {i: i for i in range(40)}), add_item, ALL + DICT),
    "OrderedDict": (lambda: OrderedDict((i, i) for i in range(40)), add_item, ALL + DICT),
    "names": (lambda: {str(i): i for i in range(40)}, add_name, NAMED),
    "set": (lambda: set(range(40)), add_key, ALL + SET),
    "list": (lambda: list(range(40)), add_at_both_ends, ALL + SEQUENCE),
    "deque": (lambda: deque(range(40)), add_at_both_ends, ALL + SEQUENCE),
}


def run(make, change, line, seconds):
    """How often the call was made, and what it raised how often."""
    shared = make()
    names = NAMES | {"o": shared, "same": make()}
    code = compile(line, "call", "exec")
    exec(code, names)
    over, errors, calls = [], Counter(), 0

    def changes():
        while not over:
            change(shared)

    thread = threading.Thread(target=changes)
    thread.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        calls += 1
        try:
            exec(code, names)
        except Exception as error:
            errors[f"{type(error).__name__}: {error}"] += 1
    over.append(True)
    thread.join()
    return calls, errors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(KINDS), help="kinds, comma-separated")
    parser.add_argument("--seconds", type=float, default=0.05, help="for each call")
    options = parser.parse_args()
    sys.setswitchinterval(1e-5)
    for kind in options.only.split(","):
        make, change, lines = KINDS[kind]
        for line in filter(None, map(str.strip, lines.splitlines())):
            calls, errors = run(make, change, line, options.seconds)
            for error, count in errors.most_common():
                print(f"{kind:12} {line:45} {count:6} of {calls:6}  {error}", flush=True)


if __name__ == "__main__":
    main()
