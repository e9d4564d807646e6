"""What the optimised build is trained on: everyday work of many kinds, each for a share of a second.

    pyston benches/train.py [--seconds S] [--threads N] [NAME …]

With several threads each works through the same list with data of its own: functions and classes are common then, and hot. The profile that this
leaves says which paths are the usual ones (`make optimized`). None of it is taken from the programs that speed is measured with. Each workload is a function of no arguments, which is called again until its time is over.
"""

import argparse
import ast
import asyncio
import collections
import contextlib
import dataclasses
import enum
import functools
import heapq
import inspect
import io
import itertools
import json
import math
import operator
import os
import pathlib
import pickle
import random
import re
import string
import sys
import textwrap
import threading
import time
import typing

WORK = {}


def work(function):
    WORK[function.__name__] = function
    return function


# Numbers.


@work
def float_loops():
    """A damped pendulum, and a matrix product of lists of lists."""
    angle, speed, step = 1.0, 0.0, 0.001
    for _ in range(3000):
        speed -= (9.81 * math.sin(angle) + 0.1 * speed) * step
        angle += speed * step
    n = 14
    a = [[(i * j) % 7 / 7.0 for j in range(n)] for i in range(n)]
    return [[sum(a[i][k] * a[k][j] for k in range(n)) for j in range(n)] for i in range(n)], angle


@work
def int_loops():
    """A Collatz search, bit twiddling and a few large numbers."""
    best = 0
    for start in range(1, 300):
        n, steps = start, 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        if steps > best:
            best = steps
    seed = 12345
    for _ in range(1500):
        seed ^= (seed << 13) & 0xFFFFFFFF
        seed ^= seed >> 17
        seed ^= (seed << 5) & 0xFFFFFFFF
    return best, seed, pow(3, 400) % (10**50 + 151), math.factorial(60)


# Objects.


class Money:
    """A value with operators."""

    __slots__ = ("cents",)

    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + other.cents)

    def __mul__(self, factor):
        return Money(self.cents * factor)

    def __eq__(self, other):
        return isinstance(other, Money) and self.cents == other.cents

    def __lt__(self, other):
        return self.cents < other.cents

    def __hash__(self):
        return hash(self.cents)

    def __repr__(self):
        return f"Money({self.cents})"


class Account:
    def __init__(self, owner, limit=0, *, currency="EUR"):
        self.owner = owner
        self.limit = limit
        self.currency = currency
        self.entries = []

    @property
    def balance(self):
        total = Money(0)
        for entry in self.entries:
            total = total + entry
        return total

    def book(self, cents, text=""):
        if cents < 0 and self.balance.cents + cents < -self.limit:
            raise ValueError(text or "limit")
        self.entries.append(Money(cents))
        return self

    @classmethod
    def opened(cls, owner, **options):
        return cls(owner, **options)

    @staticmethod
    def kind():
        return "account"


class Savings(Account):
    rate = 3

    def book(self, cents, text=""):
        super().book(cents, text=text)
        if cents > 5000:
            super().book(cents * self.rate // 100, text="bonus")
        return self


@work
def objects():
    """Accounts that are booked on, with properties, class methods, inheritance and errors."""
    accounts = [(Savings if i % 3 else Account).opened(f"owner{i}", limit=i * 10) for i in range(12)]
    refused = 0
    for i in range(12):
        for account in accounts:
            try:
                account.book((i * 7919) % 9000 - 3000, text=account.kind())
            except ValueError as error:
                refused += len(error.args)
    richest = max(accounts, key=lambda account: account.balance)
    return richest.owner, refused, sorted(a.balance for a in accounts)[0], len({a.balance for a in accounts})


class Shape:
    def area(self):
        raise NotImplementedError

    def __len__(self):
        return 1

    def __getitem__(self, index):
        return self.sides[index]

    def __contains__(self, side):
        return side in self.sides

    def __call__(self, factor):
        return type(self)(*[side * factor for side in self.sides])


class Square(Shape):
    def __init__(self, side):
        self.sides = (side,)

    def area(self):
        return self.sides[0] ** 2


class Oblong(Shape):
    def __init__(self, width, height):
        self.sides = (width, height)

    def area(self):
        width, height = self.sides
        return width * height


class Color(enum.Enum):
    RED = 1
    GREEN = 2


@dataclasses.dataclass(order=True)
class Part:
    name: str
    weight: float = 1.0
    tags: list = dataclasses.field(default_factory=list)


@work
def protocols():
    """Polymorphic calls, and special methods behind operators."""
    total = 0
    for i in range(150):
        shape = Square(i) if i % 2 else Oblong(i, i + 1)
        total += shape.area() + shape[0] + len(shape)
        if i in shape:
            total += shape(2).area()
    parts = [Part(f"part{i % 17}", weight=i * 1.5, tags=[i]) for i in range(60)]
    parts.sort()
    heavy = [dataclasses.replace(part, weight=0.0) for part in parts if part.weight > 60]
    return total, len(heavy), sum(1 for _ in range(60) if Color(1) is Color.RED), isinstance(total, (int, float))


# Containers.


@work
def graphs():
    """Shortest paths with a heap; reachability with sets and queues."""
    edges = collections.defaultdict(list)
    for i in range(400):
        a, b = (i * 37) % 101, (i * 53 + 11) % 101
        edges[a].append((b, i % 13 + 1))
        edges[b].append((a, i % 7 + 1))
    best, heap = {}, [(0, 0)]
    while heap:
        cost, node = heapq.heappop(heap)
        if node in best:
            continue
        best[node] = cost
        for to, weight in edges[node]:
            if to not in best:
                heapq.heappush(heap, (cost + weight, to))
    seen, queue = {0}, collections.deque([0])
    while queue:
        for to, _ in edges[queue.popleft()]:
            if to not in seen:
                seen.add(to)
                queue.append(to)
    return sum(best.values()), len(seen)


@work
def tables():
    """A table that is filtered, grouped, sorted and summed."""
    rows = [{"id": i, "town": f"town{i % 23}", "people": (i * 7919) % 5000} for i in range(400)]
    groups = {}
    for row in rows:
        groups.setdefault(row["town"], []).append(row)
    sums = {town: sum(row["people"] for row in members) for town, members in groups.items()}
    top = sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:5]
    pairs = list(zip(*[iter(range(100))] * 2))
    flat = [x for pair in pairs for x in pair if x % 3]
    counter = collections.Counter(row["people"] % 10 for row in rows)
    index = {key: i for i, key in enumerate(sorted(sums))}
    return top, flat[-1], counter.most_common(2), len(index), {*flat} & {3, 4}, flat[10:50:3], [*flat[:3], *flat[-3:]]


@work
def puzzles():
    """Queens on a board, permutations, and a recursive search with lists."""

    def place(row, columns, found):
        if row == 6:
            found.append(tuple(columns))
            return
        for column in range(6):
            if all(column != c and abs(column - c) != row - r for r, c in enumerate(columns)):
                columns.append(column)
                place(row + 1, columns, found)
                columns.pop()

    found = []
    place(0, [], found)
    return found, sum(1 for p in itertools.permutations(range(5)) if p[0] < p[-1]), len(list(itertools.combinations("abcdefg", 3)))


@work
def sorting():
    """Sorts written in Python, and the builtin one with keys."""
    generator = random.Random(7)
    items = [generator.randrange(1000) for _ in range(150)]
    bubbled = items[:]
    for end in range(len(bubbled) - 1, len(bubbled) - 30, -1):
        for i in range(end):
            if bubbled[i] > bubbled[i + 1]:
                bubbled[i], bubbled[i + 1] = bubbled[i + 1], bubbled[i]

    def merge_sort(part):
        if len(part) < 2:
            return part
        middle = len(part) // 2
        left, right = merge_sort(part[:middle]), merge_sort(part[middle:])
        merged = []
        while left and right:
            merged.append(left.pop(0) if left[0] <= right[0] else right.pop(0))
        return merged + left + right

    assert merge_sort(items) == sorted(items)
    return bubbled[-1], sorted(items, key=str), sorted(items, key=lambda x: (x % 10, -x)), min(items), max(items, key=operator.neg)


# Functions and generators.


@work
def functions():
    """Closures, decorators, defaults, keywords, star arguments, recursion and caches."""

    def traced(function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            call.count += 1
            return function(*args, **kwargs)

        call.count = 0
        return call

    @traced
    def mix(a, b=2, *rest, scale=1, **more):
        return (a + b + sum(rest)) * scale + len(more)

    @functools.lru_cache(maxsize=None)
    def steps(n):
        return 1 if n < 2 else steps(n - 1) + steps(n - 2)

    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    def adder(k):
        return lambda x, /: x + k

    total = 0
    for i in range(60):
        total += mix(i) + mix(i, 3) + mix(i, scale=2) + mix(i, 1, 2, 3, other=i) + mix(*(i, i), **{"scale": 3})
        total += adder(i)(i) + functools.partial(operator.add, i)(1)
    return total, steps(60), fib(13), functools.reduce(operator.mul, range(1, 10)), list(map(adder(1), range(20)))


@work
def generators():
    """Pipelines of generators, delegation, what is sent, and generator expressions that are consumed at once."""

    def numbers(n):
        yield from range(n)

    def squares(source):
        for number in source:
            yield number * number

    def tree(depth):
        if depth:
            yield from tree(depth - 1)
            yield depth
            yield from tree(depth - 1)

    def averages():
        total, count, value = 0, 0, None
        while True:
            value = yield total / count if count else None
            total += value
            count += 1

    running = averages()
    next(running)
    for i in range(80):
        running.send(i)
    evens = [x for x in squares(numbers(150)) if x % 2 == 0]
    text = ",".join(str(x) for x in evens)
    return sum(tree(7)), any(x > 50 for x in numbers(100)), all(x < 50 for x in numbers(100)), text, dict((x, x) for x in numbers(20))


@contextlib.contextmanager
def scope(log):
    log.append("in")
    try:
        yield log
    finally:
        log.append("out")


@work
def errors():
    """Exceptions that are raised, chained and handled, and `with`."""
    log, caught = [], 0
    for i in range(60):
        try:
            if i % 3 == 0:
                {}[i]
            elif i % 3 == 1:
                int("x")
            else:
                raise RuntimeError(i)
        except KeyError:
            caught += 1
        except (ValueError, TypeError) as error:
            caught += len(str(error)) > 0
        except RuntimeError as error:
            try:
                raise OSError(1, "no") from error
            except OSError as other:
                caught += other.errno
        finally:
            caught += 1
        with scope(log), contextlib.suppress(IndexError):
            [][i]
    return caught, len(log), getattr(log, "nothing", None), hasattr(log, "append")


@work
def coroutines():
    """Tasks that wait for each other, and a queue."""

    async def leaf(n):
        if n % 5 == 0:
            await asyncio.sleep(0)
        return n

    async def node(n):
        total = 0
        for i in range(n):
            total += await leaf(i)
        return total

    async def produce(queue):
        for i in range(30):
            await queue.put(i)
        await queue.put(None)

    async def consume(queue):
        total = 0
        while (item := await queue.get()) is not None:
            total += item
        return total

    async def numbers():
        for i in range(30):
            yield i

    async def main():
        queue = asyncio.Queue(5)
        found = await asyncio.gather(*[node(i) for i in range(15)], consume(queue), produce(queue))
        return found[-2] + sum([i async for i in numbers()])

    return asyncio.run(main())


# Text and data.

LINES = textwrap.dedent(inspect.getsource(sys.modules[__name__])).splitlines()


@work
def text():
    """Words that are counted, lines that are taken apart and put together, and templates that are filled."""
    words = collections.Counter()
    for line in LINES[:150]:
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        for word in stripped.replace("(", " ").replace(")", " ").split():
            words[word.lower()] += 1
    rows = [f"{word:<12}|{count:>5}|{count / 3:6.2f}" for word, count in words.most_common(60)]
    joined = "\n".join(rows)
    filled = string.Template("$a is $b").substitute(a=joined[:5], b=len(joined))
    upper = "".join(c.upper() if c.isalpha() else "_" for c in joined[:300])
    encoded = joined.encode().decode("utf-8")
    return filled, upper, encoded.partition("|"), "%s has %d (%r)" % ("x", 3, [1]), encoded.find("zzz"), joined.count("|"), ord(upper[0])


@work
def patterns():
    """Regular expressions over source text."""
    found = 0
    source = "\n".join(LINES[:200])
    for match in re.finditer(r"(?P<name>[A-Za-z_]\w*)\s*\(", source):
        found += len(match["name"])
    return found, re.sub(r"\s+", " ", source)[:50], re.findall(r"\d+", source), re.split(r"[,;]", source)[0], re.match(r"x*", "xxy").end()


@work
def data():
    """JSON and pickles, both ways."""
    value = {"items": [{"id": i, "name": f"n{i}", "sizes": [i, i / 3, None, True]} for i in range(60)], "text": "é" * 20}
    assert json.loads(json.dumps(value, indent=1)) == json.loads(json.dumps(value)) == value
    assert pickle.loads(pickle.dumps(value)) == value
    return len(pickle._dumps(value["items"][:20])), len(json.dumps(value, sort_keys=True))


@work
def source():
    """A module that is parsed, compiled, and walked through."""
    tree = ast.parse("\n".join(LINES))
    names = collections.Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    compile(tree, "<trained>", "exec")
    return names.most_common(3), len(ast.unparse(tree.body[-1]))


@work
def library():
    """Modules of the library that are written in Python."""
    parser = argparse.ArgumentParser(prog="x")
    commands = parser.add_subparsers()
    for name in ("one", "two", "three"):
        command = commands.add_parser(name)
        command.add_argument("--level", type=int, default=1)
        command.add_argument("files", nargs="*")
    parsed = parser.parse_args(["two", "--level", "3", "a", "b"])
    path = pathlib.PurePosixPath("/a/b") / "c.tar.gz"
    out = io.StringIO()
    for i in range(30):
        print(i, path.name, sep=":", file=out)
    hints = typing.get_type_hints(Part)
    return parsed.level, path.suffixes, path.with_suffix("").parts, len(out.getvalue()), hints, os.path.join("a", "b"), inspect.signature(Account)


@work
def tokens():
    """A scanner and a recursive parser of expressions, character by character."""
    text = " + ".join(["3 + 4 * (2 - 1) / 5 - 6 * (7 + 8 * (9 - 10)) + 11"] * 6)
    position = 0

    def skip():
        nonlocal position
        while position < len(text) and text[position] == " ":
            position += 1

    def atom():
        nonlocal position
        skip()
        if text[position] == "(":
            position += 1
            value = expression()
            position += 1
            return value
        start = position
        while position < len(text) and "0" <= text[position] <= "9":
            position += 1
        return int(text[start:position])

    def term():
        nonlocal position
        value = atom()
        while (skip(), position < len(text) and text[position] in "*/")[1]:
            operator_ = text[position]
            position += 1
            other = atom()
            value = value * other if operator_ == "*" else value / other
        return value

    def expression():
        nonlocal position
        value = term()
        while (skip(), position < len(text) and text[position] in "+-")[1]:
            operator_ = text[position]
            position += 1
            value = value + term() if operator_ == "+" else value - term()
        return value

    return expression()


# What threads share.

STOCK = {f"part {i}": Money(100 * i) for i in range(200)}
ORDERS = [f"part {i % 250}" for i in range(600)]
LOCK = threading.Lock()
SOLD = collections.Counter()
LATEST = collections.deque(maxlen=50)


@work
def shop():
    """Reads what all threads read, and writes a little of what all write, under a lock and without."""
    total = Money(0)
    for number, order in enumerate(ORDERS):
        price = STOCK.get(order)
        if price is None or order not in STOCK:
            continue
        total = total + STOCK[order]
        if number % 20 == 0:
            LATEST.append(order)
            with LOCK:
                SOLD[order] += 1
    return total, ORDERS[3:9], len(LATEST), sorted(STOCK)[:3], [price for price in STOCK.values() if price == total]


def train(names, seconds):
    """Each workload for so long."""
    for name in names:
        end, runs = time.monotonic() + seconds, 0
        while runs == 0 or time.monotonic() < end:
            WORK[name]()
            runs += 1
        print(f"{name:<14}{runs:>6}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=0.3, help="for each workload")
    options.add_argument("--threads", type=int, default=1, help="so many at once")
    options.add_argument("names", nargs="*", metavar="NAME")
    chosen = options.parse_args()
    names = chosen.names or list(WORK)
    if chosen.threads == 1:
        return train(names, chosen.seconds)
    threads = [threading.Thread(target=train, args=(names, chosen.seconds)) for _ in range(chosen.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
