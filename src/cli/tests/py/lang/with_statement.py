"""with statements: order, suppression, lookup on the type, many items, errors."""


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

log = []

class M:
    def __init__(self, name="m", swallow=False, enter=None, exit=None):
        self.name, self.swallow, self.enter, self.exit = name, swallow, enter, exit

    def __enter__(self):
        log.append("+" + self.name)
        if self.enter:
            raise self.enter
        return self.name

    def __exit__(self, kind, value, tb):
        log.append((self.name, kind and kind.__name__, str(value), tb is not None))
        if self.exit:
            raise self.exit
        return self.swallow

def taken():
    found = log[:]
    log.clear()
    return found

with M("a") as a, M("b") as b:
    log.append(a + b)
eq(taken(), ['+a', '+b', 'ab', ('b', None, 'None', False), ('a', None, 'None', False)])
with (M("a") as a, M("b") as b,):
    pass
eq(taken(), ['+a', '+b', ('b', None, 'None', False), ('a', None, 'None', False)])
with (M("a"), M("b")):
    pass
eq(taken(), ['+a', '+b', ('b', None, 'None', False), ('a', None, 'None', False)])
with (M("a")) as x:
    pass
eq(taken(), ['+a', ('a', None, 'None', False)])
eq(x, "a")
with (yield_free := M("w")):
    pass
eq(taken(), ['+w', ('w', None, 'None', False)])
d = {}
with M("k") as d["key"], M("xy") as (p, q):
    pass
eq(d, {'key': 'k'})
eq(p, "x")
eq(q, "y")
eq(taken(), ['+k', '+xy', ('xy', None, 'None', False), ('k', None, 'None', False)])
with M("s", swallow=True):
    raise ValueError("gone")
eq(taken(), ['+s', ('s', 'ValueError', 'gone', True)])
with M("s", swallow=1), M("t"):
    raise ValueError("gone")
eq(taken(), ['+s', '+t', ('t', 'ValueError', 'gone', True), ('s', 'ValueError', 'gone', True)])
with M("n", swallow=[1]):
    raise ValueError
eq(taken(), ['+n', ('n', 'ValueError', '', True)])
def not_swallowed():
    with M("n", swallow=0):
        raise ValueError("out")

with raises(ValueError, "out"):
    not_swallowed()
eq(taken(), ['+n', ('n', 'ValueError', 'out', True)])
def enter_fails():
    with M("a"), M("b", enter=OSError("enter")), M("c"):
        log.append("never")

with raises(OSError, "enter"):
    enter_fails()
eq(taken(), ['+a', '+b', ('a', 'OSError', 'enter', True)])
def exit_fails():
    with M("a"), M("b", exit=OSError("exit")):
        log.append("body")

with raises(OSError, "exit"):
    exit_fails()
eq(taken(), ['+a', '+b', 'body', ('b', None, 'None', False), ('a', 'OSError', 'exit', True)])
def returns():
    with M("r"):
        return "value"

eq(returns(), "value")
eq(taken(), ['+r', ('r', None, 'None', False)])
def swallow_then_continue():
    with M("r", swallow=True):
        return 1 / 0
    return "after"

eq(swallow_then_continue(), "after")
eq(taken(), ['+r', ('r', 'ZeroDivisionError', 'division by zero', True)])
def loops():
    for i in range(3):
        with M(str(i)):
            if i == 0:
                continue
            if i == 1:
                break

loops()
eq(taken(), ['+0', ('0', None, 'None', False), '+1', ('1', None, 'None', False)])
def system_exit():
    with M("x", swallow=True):
        raise SystemExit(3)
    return "kept going"

eq(system_exit(), "kept going")
eq(taken(), ['+x', ('x', 'SystemExit', '3', True)])
def unpack_fails():
    with M("abc") as (x, y):
        pass

with raises(ValueError, "too many values to unpack (expected 2)"):
    unpack_fails()
eq(taken(), ['+abc', ('abc', 'ValueError', 'too many values to unpack (expected 2)', True)])
def no_enter():
    with 5:
        pass

class OnlyEnter:
    def __enter__(self):
        pass

class OnlyExit:
    def __exit__(self, *a):
        pass

class Async:
    async def __aenter__(self):
        pass

    async def __aexit__(self, *a):
        pass

class OnInstance:
    def __init__(self):
        self.__enter__ = lambda: "instance"
        self.__exit__ = lambda *a: None

def use(x):
    with x as y:
        return y

with raises(TypeError, "'int' object does not support the context manager protocol (missed __exit__ method)"):
    no_enter()
with raises(TypeError, "'OnlyEnter' object does not support the context manager protocol (missed __exit__ method)"):
    use(OnlyEnter())
with raises(TypeError, "'OnlyExit' object does not support the context manager protocol (missed __enter__ method)"):
    use(OnlyExit())
with raises(TypeError, "'Async' object does not support the context manager protocol (missed __exit__ method) but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"):
    use(Async())
with raises(TypeError, "'OnInstance' object does not support the context manager protocol (missed __exit__ method)"):
    use(OnInstance())
with raises(TypeError, "'type' object does not support the context manager protocol (missed __exit__ method)"):
    use(M)
class ClassLevel(type):
    def __enter__(cls):
        return "entered class"

    def __exit__(cls, *a):
        pass

class K(metaclass=ClassLevel):
    pass

eq(use(K), "entered class")

class Static:
    @staticmethod
    def __enter__():
        return "static"

    @classmethod
    def __exit__(cls, *a):
        return True

eq(use(Static()), "static")

class Attr:
    @property
    def __enter__(self):
        return lambda: "property"

    @property
    def __exit__(self):
        return lambda *a: None

eq(use(Attr()), "property")
class WrongArgs:
    def __enter__(self):
        pass

    def __exit__(self):
        pass

with raises(TypeError, "WrongArgs.__exit__() takes 1 positional argument but 4 were given"):
    use(WrongArgs())
class BadTruth:
    def __enter__(self):
        pass

    def __exit__(self, *a):
        class T:
            def __bool__(self):
                raise KeyError("bool")

        return T()

def bad_truth():
    with BadTruth():
        raise ValueError

with raises(KeyError, "'bool'"):
    bad_truth()
assert (use(BadTruth())) is None
def nested_generators():
    def g():
        with M("gen"):
            yield 1
            yield 2

    for x in g():
        log.append(x)
        break

nested_generators()
import gc
gc.collect()
eq(taken(), ['+gen', 1, ('gen', 'GeneratorExit', '', True)])
import contextlib

@contextlib.contextmanager
def manager(x):
    log.append("before")
    try:
        yield x
    except ValueError as e:
        log.append("caught " + str(e))
    finally:
        log.append("after")

with manager(5) as v:
    log.append(v)
    raise ValueError("inside")
eq(taken(), ['before', 5, 'caught inside', 'after'])
def passes():
    with manager(1):
        raise KeyError("through")

with raises(KeyError, "'through'"):
    passes()
eq(taken(), ['before', 'after'])
@manager(1)
def decorated():
    log.append("decorated")

decorated()
eq(taken(), ['before', 'decorated', 'after'])
with contextlib.suppress(KeyError, ValueError):
    {}["x"]
with contextlib.suppress(ValueError):
    raise ExceptionGroup("g", [ValueError()])
with contextlib.ExitStack() as stack:
    names = [stack.enter_context(M(n)) for n in "ab"]
    stack.callback(log.append, "callback")
eq(names, ['a', 'b'])
eq(taken(), ['+a', '+b', 'callback', ('b', None, 'None', False), ('a', None, 'None', False)])
with contextlib.nullcontext(7) as n:
    pass
eq(n, 7)
with contextlib.closing(type("C", (), {"close": lambda self: log.append("closed")})()):
    pass
eq(taken(), ['closed'])
