"""Native classes and functions of mypyc."""
import asyncio
import gc
import sys
import traceback

import natives as c


def raises(error, f, *args, **named):
    try:
        f(*args, **named)
    except error as caught:
        return caught
    raise AssertionError((f, args))


# Classes, and those of Python that derive from them.
class Cat(c.Animal):
    def __init__(self, name):
        super().__init__(name, legs=3)
        self.lives = 9

    def sound(self):
        return "miau"


class Kitten(Cat):
    pass


assert c.hear(c.Dog("rex")) == "rex says wuff" and c.hear(Kitten("tom")) == "tom says miau" and c.Dog("a").title() == "<dog>"
kitten = Kitten("tom")
kitten.extra = 1
assert kitten.__dict__ == {"lives": 9, "extra": 1} and len(kitten) == 3 and kitten.double == 6 and isinstance(c.Dog("x"), c.Named)
kitten.double = 10
assert kitten.legs == 5 and str(raises(ValueError, setattr, kitten, "double", 3)) == "odd"
print(raises(TypeError, setattr, kitten, "legs", "four"))
print(raises(TypeError, c.Dog))
print(raises(TypeError, c.hear, 5))
print(raises(AttributeError, setattr, c.Dog("x"), "other", 1))
print(raises(TypeError, type("Sub", (c.Dog,), {}), "x"))
assert c.Dog("a") == c.Dog("a") != c.Dog("b") and hash(c.Dog("a")) == hash("a") and c.Dog("abc")[1] == "b" and "b" in c.Dog("abc")
assert (c.Dog("a") + c.Dog("b")).name == "ab" and type(c.Dog.make("m")) is c.Dog and c.Animal.count > 3
assert c.Animal.static(1) == "1 2 () k []" and c.Animal.static(1, 3, 4, key="x", z=1) == "1 3 (4,) x [('z', 1)]"
print(raises(TypeError, c.Animal.static))
assert c.Box(5).map(lambda x: x + 1).value == 6 and c.Colour("green") is c.Colour.GREEN and c.Pair(1) == (1, "r")

# Cycles.
gc.collect()
one, two = c.Dog("one"), Cat("two")
one.friend, two.friend = two, one
number = sum(isinstance(x, c.Animal) for x in gc.get_objects())
del one, two
gc.collect()
assert sum(isinstance(x, c.Animal) for x in gc.get_objects()) == number - 2

# Functions.
assert c.fib(15) == 610 and c.wrap(7, 8) == 18 and c.fib(n=10) == 55
print(raises(TypeError, c.wrap, "x", 1), raises((TypeError, OverflowError), c.wrap, 1 << 64, 1))
print(raises(TypeError, c.fib, "x"), raises(TypeError, c.bad_cast, "x"))
assert c.big(1 << 70, 3) == ((1 << 70) * 3, (1 << 70) // 3, (1 << 70) % 3, -(1 << 70) >> 3) and c.big(-7, 2) == (-14, -4, 1, 0)
raises(ZeroDivisionError, c.big, 1, 0)
assert [f(1) for f in c.closures(3)] == [5, 6, 7] and c.unions(None) + c.unions(1) + c.unions("") == "noneintstr"
assert c.text("a,b,c") == "3:a-b-c:,b:   A,B,C:True" and c.dicts({"b": 1, "a": 2, "z": 0}) == ["a2", "b1", "-1"]

# Generators, coroutines, context managers.
c.ends.clear()
assert list(c.evens(5)) == [0, 2, 4] and c.ends.pop() == 5
g = c.evens(9)
next(g)
g.close()
assert c.ends == [9] and c.collect(x for x in "ab") == ["a", "b"] and c.collect(c.evens(3)) == [0, 2]
assert asyncio.run(c.both(3)) == (4, 5)
log = []
assert c.use_managed(log) == 5 and log == ["in", "out"]


# Exceptions.
def fails(error):
    raise error


assert c.errors(lambda: 1) == "fine 1" and c.errors(lambda: {}[1]) == "caught KeyError"
error = raises(RuntimeError, c.errors, lambda: fails(c.Failure(7)))
assert str(error) == "outer" and raises(c.Failure, fails, c.Failure(7)).code == 7 and str(c.Failure(7)) == "failure 7"
print(repr(error.__cause__), repr(error.__context__))
print([frame.name for frame in traceback.extract_tb(error.__traceback__)])
raises(SystemExit, c.errors, sys.exit)
assert sys.exception() is None and c.LIMIT == 10 and c.__file__.endswith(".so")
