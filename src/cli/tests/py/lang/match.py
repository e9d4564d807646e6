"""match statements: every kind of pattern, guards, order, errors."""


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True

import collections

def literal(x):
    match x:
        case 0:
            return "zero"
        case -1:
            return "minus one"
        case 1.5:
            return "float"
        case 2 + 3j:
            return "complex"
        case -4 - 1j:
            return "negative complex"
        case "text" "joined":
            return "text"
        case b"bytes":
            return "bytes"
        case None:
            return "None"
        case True:
            return "True"
        case False:
            return "False"
        case 10 | 11 | 12:
            return "ten"
    return "no"

eq([literal(x) for x in (0, 0.0, -1, 1.5, 2 + 3j, -4 - 1j, "textjoined", b"bytes", None, True, 1, False, 11, 12.0, [], "text")], ['zero', 'zero', 'minus one', 'float', 'complex', 'negative complex', 'text', 'bytes', 'None', 'True', 'no', 'zero', 'ten', 'ten', 'no', 'no'])
def capture(x):
    match x:
        case y:
            return y

eq(capture(5), 5)
assert capture(None) is None
def wildcard(x):
    match x:
        case 1:
            return 1
        case _:
            return "rest"

eq(wildcard(1), 1)
eq(wildcard(2), "rest")

class Color:
    RED = "red"

    class Deep:
        VALUE = 99

def value(x):
    match x:
        case Color.RED:
            return "is red"
        case Color.Deep.VALUE:
            return "deep"
        case Color:
            return "captured", Color

with raises(UnboundLocalError, "cannot access local variable 'Color' where it is not associated with a value"):
    value("red")
with raises(UnboundLocalError, "cannot access local variable 'Color' where it is not associated with a value"):
    value(99)
with raises(UnboundLocalError, "cannot access local variable 'Color' where it is not associated with a value"):
    value(5)
def sequence(x):
    match x:
        case []:
            return "empty"
        case [1]:
            return "one"
        case [a, b]:
            return "two", a, b
        case [1, *rest]:
            return "starts 1", rest
        case [*init, 9]:
            return "ends 9", init
        case [first, *_, last]:
            return "long", first, last
        case _:
            return "no"

eq(sequence([]), "empty")
eq(sequence(()), "empty")
eq(sequence([1]), "one")
eq(sequence((1, 2)), ('two', 1, 2))
eq(sequence([1, 2, 3]), ('starts 1', [2, 3]))
eq(sequence([5, 6, 9]), ('ends 9', [5, 6]))
eq(sequence([5, 6, 7]), ('long', 5, 7))
eq(sequence("ab"), "no")
eq(sequence(b"ab"), "no")
eq(sequence({1, 2}), "no")
eq(sequence({1: 2}), "no")
eq(sequence(range(2)), ('two', 0, 1))
eq(sequence(collections.deque([1, 2])), ('two', 1, 2))
eq(sequence(iter([1])), "no")
eq(sequence(bytearray(b"ab")), "no")
eq(sequence([2]), "no")
def nested(x):
    match x:
        case [[a, b], [c, *d]]:
            return a, b, c, d
        case [{"k": [v, _]}, *_]:
            return "map", v
        case ((1 | 2) as n, str(s)):
            return n, s
        case (1,) | [2, _, _]:
            return "alt"

eq(nested([[1, 2], [3, 4, 5]]), (1, 2, 3, [4, 5]))
eq(nested([{"k": [7, 8]}, 1]), ('map', 7))
eq(nested((2, "s")), (2, 's'))
eq(nested((1,)), "alt")
eq(nested([2, 0, 0]), "alt")
assert nested(5) is None
def open_sequence(x):
    match x:
        case 1, 2:
            return "pair"
        case 1, *rest:
            return rest
        case *_, 5:
            return "ends"

eq(open_sequence((1, 2)), "pair")
eq(open_sequence([1, 3, 4]), [3, 4])
eq(open_sequence([0, 5]), "ends")
def two(x, y):
    match x, y:
        case 0, 0:
            return "origin"
        case _, 0:
            return "axis"
        case (a, b) if a == b:
            return "diagonal"
        case a, b:
            return a, b

eq(two(0, 0), "origin")
eq(two(1, 0), "axis")
eq(two(2, 2), "diagonal")
eq(two(1, 2), (1, 2))
def mapping(x):
    match x:
        case {"a": 1, "b": b}:
            return "ab", b
        case {"c": c, **rest}:
            return "c", c, rest
        case {2: _, None: n, True: t, "x": {"y": deep}}:
            return n, t, deep
        case {Color.RED: v, -5: w}:
            return v, w
        case {}:
            return "any mapping"
        case _:
            return "no"

eq(mapping({"a": 1, "b": 2, "z": 3}), ('ab', 2))
eq(mapping({"c": 1, "d": 2}), ('c', 1, {'d': 2}))
eq(mapping({2: "t", None: "n", True: 7, "x": {"y": "d"}}), ('n', 7, 'd'))
eq(mapping({"red": 1, -5: 2}), (1, 2))
eq(mapping({}), "any mapping")
eq(mapping({"q": 1}), "any mapping")
eq(mapping([]), "no")
eq(mapping(collections.OrderedDict(c=1)), ('c', 1, {}))
eq(mapping(collections.defaultdict(int)), "any mapping")
eq(mapping(collections.ChainMap({"c": 2})), ('c', 2, {}))

class Default(dict):
    def __missing__(self, key):
        return "made"

eq(mapping(Default()), "any mapping")

class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

class Sub(Point):
    pass

class NoArgs:
    z = 1

class BadArgs:
    __match_args__ = ["x"]

class IntArgs:
    __match_args__ = (1,)

class TwiceArgs:
    __match_args__ = ("x", "x")
    x = 1

def classes(x):
    match x:
        case Point(0, 0):
            return "origin"
        case Point(0, y) | Point(y, 0):
            return "axis", y
        case Sub(x=a, y=b):
            return "sub", a, b
        case Point(x=a) if a > 10:
            return "far", a
        case Point():
            return "point"
        case NoArgs(z=z):
            return "z", z
        case NoArgs():
            return "noargs"
        case int(n):
            return "int", n
        case str() | bytes():
            return "text"
        case float(real=r):
            return "float", r
        case list([a, *_]) | tuple((a, *_)):
            return "seq", a
        case dict({"k": v}):
            return "dict", v
        case set() as s:
            return "set", len(s)
        case type():
            return "type"

n = NoArgs()
eq(classes(Point(0, 0)), "origin")
eq(classes(Point(0, 5)), ('axis', 5))
eq(classes(Point(6, 0)), ('axis', 6))
eq(classes(Sub(1, 2)), ('sub', 1, 2))
eq(classes(Point(11, 1)), ('far', 11))
eq(classes(Point(1, 1)), "point")
eq(classes(n), ('z', 1))
eq(classes(5), ('int', 5))
eq(classes(True), ('int', True))
eq(classes("s"), "text")
eq(classes(1.5), ('float', 1.5))
eq(classes([7, 8]), ('seq', 7))
eq(classes((9,)), ('seq', 9))
eq(classes({"k": 1}), ('dict', 1))
eq(classes({1}), ('set', 1))
eq(classes(int), "type")
assert classes([]) is None
assert classes(None) is None
def too_many(x):
    match x:
        case Point(1, 2, 3):
            return 1

def not_a_class(x):
    match x:
        case n(1):
            return 1

def no_positional(x):
    match x:
        case NoArgs(1):
            return 1

def bad_args(x):
    match x:
        case BadArgs(1):
            return 1

def int_args(x):
    match x:
        case IntArgs(1):
            return 1

def twice(x):
    match x:
        case TwiceArgs(1, 1):
            return 1

def twice_keyword(x):
    match x:
        case Point(1, x=1):
            return 1

def int_two(x):
    match x:
        case int(1, 2):
            return 1

with raises(TypeError, "Point() accepts 2 positional sub-patterns (3 given)"):
    too_many(Point(1, 2))
with raises(TypeError, "called match pattern must be a class"):
    not_a_class(5)
with raises(TypeError, "NoArgs() accepts 0 positional sub-patterns (1 given)"):
    no_positional(NoArgs())
with raises(TypeError, "BadArgs.__match_args__ must be a tuple (got list)"):
    bad_args(BadArgs())
with raises(TypeError, "__match_args__ elements must be strings (got int)"):
    int_args(IntArgs())
with raises(TypeError, "TwiceArgs() got multiple sub-patterns for attribute 'x'"):
    twice(TwiceArgs())
with raises(TypeError, "Point() got multiple sub-patterns for attribute 'x'"):
    twice_keyword(Point(1, 2))
with raises(TypeError, "int() accepts 1 positional sub-pattern (2 given)"):
    int_two(1)
assert too_many(5) is None
def guards(x):
    log = []
    match x:
        case a if log.append("first") or a > 5:
            return "big", log
        case a if log.append("second"):
            return "never"
        case _ if log.append("third") or True:
            return "last", log, a

eq(guards(9), ('big', ['first']))
eq(guards(1), ('last', ['first', 'second', 'third'], 1))
def guard_raises(x):
    match x:
        case _ if 1 / x:
            return "ok"

with raises(ZeroDivisionError, "division by zero"):
    guard_raises(0)
def bindings_leak(x):
    a = "old"
    match x:
        case [a, 1]:
            pass
        case [_, b]:
            pass
    return a

eq(bindings_leak([5, 1]), 5)
eq(bindings_leak([5, 2]), "old")
def as_pattern(x):
    match x:
        case [1 as one, (2 | 3) as two] as whole:
            return one, two, whole
        case {"k": [*_] as items}:
            return items
        case str() as s:
            return s

eq(as_pattern([1, 3]), (1, 3, [1, 3]))
eq(as_pattern({"k": [1, 2]}), [1, 2])
eq(as_pattern("s"), "s")
assert as_pattern(5) is None
log = []

class Tracked:
    def __eq__(self, other):
        log.append(other)
        return other == 3

def evaluated_once():
    def subject():
        log.append("subject")
        return Tracked()

    match subject():
        case 1 | 2:
            return "no"
        case 3:
            return "three"

eq(evaluated_once(), "three")
eq(log, ['subject', 1, 2, 3])
def soft_keywords():
    match = 1
    case = 2
    type = 3
    _ = 4
    match, case = case, match
    print_match = match + case
    return match, case, type, _, print_match

eq(soft_keywords(), (2, 1, 3, 4, 3))
def soft_calls():
    def match(x):
        return "called", x

    def case(x):
        return x

    match (1)
    return match(1), match (case(2))

eq(soft_calls(), (('called', 1), ('called', 2)))
def match_walrus():
    match (x := [1, 2]):
        case [a, b]:
            return x, a, b

eq(match_walrus(), ([1, 2], 1, 2))
def match_star():
    match *[1, 2], 3:
        case a, b, c:
            return a, b, c

eq(match_star(), (1, 2, 3))
def match_fall():
    match 5:
        case 6:
            return 6
    return "fell through"

eq(match_fall(), "fell through")
def in_loop():
    out = []
    for x in range(4):
        match x:
            case 1:
                continue
            case 3:
                break
            case _:
                out.append(x)
    return out

eq(in_loop(), [0, 2])
def nested_match(x):
    match x:
        case [y]:
            match y:
                case 1:
                    return "inner one"
                case _:
                    return "inner other"
        case _:
            return "outer"

eq(nested_match([1]), "inner one")
eq(nested_match([2]), "inner other")
eq(nested_match(3), "outer")
def generator(x):
    match x:
        case [*items]:
            for i in items:
                yield i
        case _:
            yield "none"

eq(list(generator([1, 2])), [1, 2])
eq(list(generator(5)), ['none'])

class Meta(type):
    def __instancecheck__(cls, obj):
        return obj == "special"

class Special(metaclass=Meta):
    pass

def instance_check(x):
    match x:
        case Special():
            return True
    return False

assert instance_check("special") is True
assert instance_check(5) is False

class Slow:
    @property
    def attr(self):
        raise AttributeError("hidden")

    @property
    def other(self):
        raise ValueError("shown")

def attribute(x):
    match x:
        case Slow(attr=_):
            return "has"
        case Slow(other=_):
            return "other"

with raises(ValueError, "shown"):
    attribute(Slow())
with raises(NameError, "name 'x' is not defined"):
    exec("match x:\n  case a, b as c: pass")
