"""Compiled by mypyc: native classes, traits, generators, errors, and classes that derive across the border."""
import asyncio
import contextlib
from abc import abstractmethod
from enum import Enum
from typing import Any, Callable, ClassVar, Final, Generic, Iterator, NamedTuple, Optional, TypeVar, overload

from mypy_extensions import i64, mypyc_attr, trait

T = TypeVar("T")
LIMIT: Final = 10
calls = 0


class Colour(Enum):
    RED = 1
    GREEN = "green"


class Pair(NamedTuple):
    left: int
    right: str = "r"


@trait
class Named:
    def title(self) -> str:
        return "<" + self.raw() + ">"

    @abstractmethod
    def raw(self) -> str: ...


@mypyc_attr(allow_interpreted_subclasses=True)
class Animal:
    count: ClassVar[int] = 0
    legs: int = 4

    def __init__(self, name: str, legs: int = 4) -> None:
        self.name = name
        self.legs = legs
        self.friend: Optional["Animal"] = None
        Animal.count += 1

    def speak(self) -> str:
        return self.name + " says " + self.sound()

    def sound(self) -> str:
        return "nothing"

    @property
    def double(self) -> int:
        return self.legs * 2

    @double.setter
    def double(self, value: int) -> None:
        if value % 2:
            raise ValueError("odd")
        self.legs = value // 2

    @classmethod
    def make(cls, name: str) -> "Animal":
        return cls(name)

    @staticmethod
    def static(x: int, y: int = 2, *args: int, key: str = "k", **rest: int) -> str:
        return f"{x} {y} {args} {key} {sorted(rest.items())}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Animal) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __len__(self) -> int:
        return self.legs

    def __getitem__(self, index: int) -> str:
        return self.name[index]

    def __add__(self, other: "Animal") -> "Animal":
        return Animal(self.name + other.name, self.legs + other.legs)

    def __contains__(self, letter: str) -> bool:
        return letter in self.name


class Dog(Animal, Named):
    def sound(self) -> str:
        return "wuff"

    def raw(self) -> str:
        return "dog"


class Box(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value = value

    def map(self, f: Callable[[T], T]) -> "Box[T]":
        return Box(f(self.value))


class Failure(Exception):
    """A class below one of the interpreter's."""

    def __init__(self, code: int) -> None:
        super().__init__(f"failure {code}")
        self.code = code


def hear(animal: Animal) -> str:
    return animal.speak()


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def wrap(x: i64, y: i64) -> i64:
    return x * y // 3


def evens(n: int) -> Iterator[int]:
    try:
        for i in range(n):
            if i % 2 == 0:
                yield i
    finally:
        ends.append(n)


ends: list[int] = []


def collect(source: Iterator[Any]) -> list[Any]:
    return [x for x in source]


async def later(x: int) -> int:
    await asyncio.sleep(0)
    return x + 1


async def both(x: int) -> tuple[int, int]:
    first = await later(x)
    return first, await later(first)


@contextlib.contextmanager
def managed(log: list[str]) -> Iterator[int]:
    log.append("in")
    try:
        yield 5
    finally:
        log.append("out")


def use_managed(log: list[str]) -> int:
    with managed(log) as value:
        return value


def errors(f: Callable[[], Any]) -> str:
    try:
        return "fine " + str(f())
    except (ValueError, KeyError) as error:
        return "caught " + type(error).__name__
    except Failure as error:
        raise RuntimeError("outer") from error
    finally:
        global calls
        calls += 1


def closures(n: int) -> list[Callable[[int], int]]:
    def outer(k: int) -> Callable[[int], int]:
        def inner(x: int) -> int:
            nonlocal k
            k += 1
            return x + k + n
        return inner
    return [outer(i) for i in range(n)]


def big(x: int, y: int) -> tuple[int, int, int, int]:
    return x * y, x // y, x % y, -x >> 3


def text(s: str) -> str:
    parts = s.split(",")
    return f"{len(parts)}:{'-'.join(parts)}:{s[1:3]}:{s.upper():>8}:{s.startswith('a')}"


def unions(x: int | str | None) -> str:
    if x is None:
        return "none"
    return "int" if isinstance(x, int) else "str"


def dicts(d: dict[str, int]) -> list[str]:
    return [f"{k}{v}" for k, v in sorted(d.items()) if v] + [str(d.get("missing", -1))]


def bad_cast(x: Any) -> int:
    y: int = x
    return y
