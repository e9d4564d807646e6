from typing import Generator, Dict, List, Optional, Tuple, Set, Final
from enum import Enum
X: Final = 3
class E(Enum):
    A = 1
class A:
    x: int
    def __init__(self, x: int, y: float, z: Optional[str] = None) -> None:
        self.x = x; self.y = y; self.z = z
    def f(self, a: List[int], d: Dict[str, int], t: Tuple[int, str], s: Set[int]) -> int:
        total = 0
        for i in a: total += i * 2 // 3 % 5 - (i << 2) + (i >> 1)
        for k, v in d.items(): total += v; d[k] = v + 1
        s.add(total); a.append(total); a.sort(); a[1:2]; a.pop()
        return total + t[0] + len(s) + max(1, total)
    @property
    def p(self) -> str: return f"{self.x} {self.z!r}" + "abc".upper()
    def __lt__(self, o: object) -> bool: return isinstance(o, A) and self.x < o.x
class B(A):
    @classmethod
    def c(cls) -> 'B': return cls(1, 2.0)
    @staticmethod
    def s(*a: int, **k: str) -> object: return (a, k)
def gen(n: int) -> Generator[int, None, None]:
    for i in range(n):
        yield i
    yield from gen(n - 1)
async def co(x: int) -> int:
    return x + await co(x - 1)
def exc(b: bytes) -> str:
    try:
        with open("x") as f: return f.read() + b.decode()
    except (OSError, ValueError) as e:
        raise KeyError("x") from e
    finally:
        print("done")
def clos(a: int) -> object:
    def inner(b: int = 2) -> int: return a + b
    return inner, [x for x in range(a)], {x: 1 for x in range(3)}, {1, 2}, lambda: a
