from typing import Generic, Protocol, TypeVar
from dataclasses import dataclass

T = TypeVar("T")

class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: list[T] = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def pop(self) -> T:
        return self.items.pop()

@dataclass
class Point:
    x: int
    y: int = 0

class Named(Protocol):
    name: str

def show(value: Named | None) -> str:
    return value.name

stack = Stack[int]()
stack.push("text")
Point("x")
number: str = stack.pop()
reveal_type({p.x: [p] for p in [Point(1)]})
match number:
    case str(): pass
