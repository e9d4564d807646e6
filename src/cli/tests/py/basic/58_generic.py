"""Type parameters and type aliases."""
def first[T](x: list[T]) -> T:
    return x[0]


class Box[T, *Ts, **P]:
    def __init__(self, v: T):
        self.v = v


type Pair[A] = tuple[A, A]
assert first([1]) == 1
assert first.__type_params__[0].__name__ == "T"
assert Box(3).v == 3
assert [p.__name__ for p in Box.__type_params__] == ["T", "Ts", "P"]
assert Pair.__name__ == "Pair"
assert Pair[int].__args__ == (int,)
assert list[int].__origin__ is list
assert (int | str).__args__ == (int, str)
assert isinstance(1, int | str)
