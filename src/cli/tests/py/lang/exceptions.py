"""try, raise, context, tracebacks, exception groups and except*."""


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

import sys

def context_chain():
    try:
        try:
            try:
                raise ValueError(1)
            except ValueError:
                raise KeyError(2)
        finally:
            raise TypeError(3)
    except TypeError as e:
        chain = []
        while e is not None:
            chain.append(repr(e))
            e = e.__context__
        return chain

eq(context_chain(), ['TypeError(3)', 'KeyError(2)', 'ValueError(1)'])
def cause():
    try:
        try:
            raise ValueError("low")
        except ValueError as e:
            raise RuntimeError("high") from e
    except RuntimeError as e:
        return repr(e.__cause__), e.__cause__ is e.__context__, e.__suppress_context__

eq(cause(), ("ValueError('low')", True, True))
def from_class():
    try:
        raise ValueError from KeyError
    except ValueError as e:
        return repr(e.__cause__)

eq(from_class(), "KeyError()")
def from_none():
    try:
        try:
            raise ValueError
        except ValueError:
            raise KeyError from None
    except KeyError as e:
        return e.__cause__, repr(e.__context__), e.__suppress_context__

eq(from_none(), (None, 'ValueError()', True))
def reraise_same():
    try:
        try:
            raise ValueError("same")
        except ValueError as e:
            saved = e
            raise e
    except ValueError as e:
        return e is saved, e.__context__

eq(reraise_same(), (True, None))
def bare_raise():
    try:
        try:
            raise ValueError("bare")
        except ValueError:
            try:
                raise KeyError
            except KeyError:
                pass
            raise
    except ValueError as e:
        return str(e), e.__context__

eq(bare_raise(), ('bare', None))
with raises(RuntimeError, "No active exception to reraise"):
    raise
def bare_in_function():
    raise

try:
    1 / 0
except ZeroDivisionError:
    try:
        bare_in_function()
    except ZeroDivisionError as e:
        got = str(e)
eq(got, "division by zero")
def no_cycle():
    a, b = ValueError("a"), KeyError("b")
    try:
        try:
            raise a
        except ValueError:
            try:
                raise b
            except KeyError:
                raise a
    except ValueError as e:
        return e is a, e.__context__ is b, b.__context__

eq(no_cycle(), (True, True, None))
def current():
    before = sys.exception()
    try:
        raise ValueError("v")
    except ValueError:
        during = repr(sys.exception()), sys.exc_info()[0].__name__, sys.exc_info()[2] is not None
        try:
            raise KeyError
        except KeyError:
            inner = repr(sys.exception())
        restored = repr(sys.exception())
    return before, during, inner, restored, sys.exception(), sys.exc_info()

eq(current(), (None, ("ValueError('v')", 'ValueError', True), 'KeyError()', "ValueError('v')", None, (None, None, None)))
def current_in_call():
    def look():
        return repr(sys.exception())

    try:
        raise ValueError("seen")
    except ValueError:
        return look()

eq(current_in_call(), "ValueError('seen')")
def in_finally():
    try:
        try:
            raise ValueError("f")
        finally:
            seen = repr(sys.exception())
    except ValueError:
        pass
    return seen

eq(in_finally(), "ValueError('f')")
def matching(kind):
    try:
        raise kind("x")
    except (ValueError, KeyError) as e:
        return "tuple", type(e).__name__
    except LookupError:
        return "lookup"
    except Exception:
        return "exception"
    except:
        return "bare"

eq(matching(ValueError), ('tuple', 'ValueError'))
eq(matching(KeyError), ('tuple', 'KeyError'))
eq(matching(IndexError), "lookup")
eq(matching(OSError), "exception")
eq(matching(KeyboardInterrupt), "bare")
def nested_tuples():
    try:
        raise ValueError
    except (KeyError, (OSError, ValueError)):
        return "matched"

with raises(TypeError, "catching classes that do not inherit from BaseException is not allowed"):
    nested_tuples()
def unparenthesized():
    try:
        raise KeyError
    except ValueError, KeyError:
        return "no parentheses"

eq(unparenthesized(), "no parentheses")
def bad_match():
    try:
        raise ValueError
    except 5:
        pass

with raises(TypeError, "catching classes that do not inherit from BaseException is not allowed"):
    bad_match()
def bad_match_string():
    try:
        raise ValueError
    except (ValueError, "x"):
        pass

with raises(TypeError, "catching classes that do not inherit from BaseException is not allowed"):
    bad_match_string()
def not_reached():
    try:
        return "fine"
    except undefined_name:
        pass

eq(not_reached(), "fine")
def raises_in_clause():
    try:
        raise ValueError("original")
    except undefined_name:
        pass

with raises(NameError, "name 'undefined_name' is not defined"):
    raises_in_clause()
def as_target():
    try:
        raise ValueError("t")
    except ValueError as e:
        kept = e
        e = "rebound"
    return str(kept), "e" in locals()

eq(as_target(), ('t', False))
def as_deleted():
    try:
        raise ValueError
    except ValueError as e:
        del e
    return "e" in locals()

assert as_deleted() is False
def lines():
    try:
        int("x")
    except ValueError as e:
        tb = e.__traceback__
    first = lines.__code__.co_firstlineno
    return tb.tb_lineno - first, tb.tb_frame.f_code.co_name, tb.tb_next, tb.tb_lasti >= 0, type(tb).__name__

eq(lines(), (2, 'lines', None, True, 'traceback'))
def depth():
    def a():
        b()

    def b():
        raise ValueError

    try:
        a()
    except ValueError as e:
        names = []
        tb = e.__traceback__
        while tb:
            names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - depth.__code__.co_firstlineno))
            tb = tb.tb_next
        return names

eq(depth(), [('depth', 8), ('a', 2), ('b', 5)])
def traceback_grows():
    e = ValueError()
    lengths = []
    for _ in range(3):
        try:
            raise e
        except ValueError:
            n, tb = 0, e.__traceback__
            while tb:
                n, tb = n + 1, tb.tb_next
            lengths.append(n)
    return lengths

eq(traceback_grows(), [1, 2, 3])
def tb_set():
    try:
        raise ValueError
    except ValueError as e:
        tb = e.__traceback__
    tb.tb_next = None
    import types
    made = types.TracebackType(None, tb.tb_frame, 5, 7)
    return made.tb_lineno, made.tb_lasti, made.tb_next

eq(tb_set(), (7, 5, None))
def tb_loop():
    try:
        raise ValueError
    except ValueError as e:
        e.__traceback__.tb_next = e.__traceback__

with raises(ValueError, "traceback loop detected"):
    tb_loop()
log = []

class Manager:
    def __init__(self, result=None, fail=None):
        self.result, self.fail = result, fail

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        log.append(kind and kind.__name__)
        if self.fail:
            raise self.fail
        return self.result

def with_context():
    try:
        with Manager(fail=KeyError("exit")):
            raise ValueError("body")
    except KeyError as e:
        return repr(e), repr(e.__context__)

eq(with_context(), ("KeyError('exit')", "ValueError('body')"))
eq(log, ['ValueError'])

class InitFails(Exception):
    def __init__(self):
        raise TypeError("init failed")

with raises(TypeError, "init failed"):
    raise InitFails

class NotAnException(Exception):
    def __new__(cls):
        return "text"

with raises(TypeError, "calling <class '__main__.NotAnException'> should have returned an instance of BaseException, not <class 'str'>"):
    raise NotAnException
with raises(TypeError, "exception causes must derive from BaseException"):
    raise ValueError from "x"
assert (ValueError("a").__traceback__) is None
def groups(exc):
    out = []
    try:
        raise exc
    except* ValueError as eg:
        out.append(("V", [str(e) for e in eg.exceptions]))
    except* (TypeError, KeyError) as eg:
        out.append(("TK", [type(e).__name__ for e in eg.exceptions]))
    else:
        out.append("else")
    finally:
        out.append("finally")
    return out

eq(groups(ValueError("naked")), [('V', ['naked']), 'finally'])
eq(groups(ExceptionGroup("g", [ValueError(1), TypeError(2), ValueError(3)])), [('V', ['1', '3']), ('TK', ['TypeError']), 'finally'])
eq(groups(ExceptionGroup("g", [KeyError(1)])), [('TK', ['KeyError']), 'finally'])
with raises(OSError, "through"):
    groups(OSError("through"))
with raises(ExceptionGroup, "g (1 sub-exception)"):
    groups(ExceptionGroup("g", [ValueError(1), OSError(2)]))
def star_nothing():
    x = None
    try:
        pass
    except* ValueError:
        x = "no"
    else:
        x = "else"
    return x

eq(star_nothing(), "else")
def star_nested():
    out = []
    try:
        raise ExceptionGroup("a", [ExceptionGroup("b", [ValueError(1), TypeError(2)]), ValueError(3)])
    except* ValueError as eg:
        out.append(repr(eg))
    except* TypeError as eg:
        out.append(repr(eg))
    return out

eq(star_nested(), ["ExceptionGroup('a', [ExceptionGroup('b', [ValueError(1)]), ValueError(3)])", "ExceptionGroup('a', [ExceptionGroup('b', [TypeError(2)])])"])
def star_raises():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError("new")

try:
    star_raises()
except ExceptionGroup as e:
    got = repr(e), repr(e.exceptions[0].__context__)
eq(got, ("ExceptionGroup('', [KeyError('new'), ExceptionGroup('g', [TypeError(2)])])", "ExceptionGroup('g', [ValueError(1)])"))
def star_reraise():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2), OSError(3)])
    except* ValueError:
        raise
    except* TypeError:
        pass

try:
    star_reraise()
except ExceptionGroup as e:
    got = repr(e)
eq(got, "ExceptionGroup('g', [ValueError(1), OSError(3)])")
def star_two_raise():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError("a")
    except* TypeError:
        raise KeyError("b")

try:
    star_two_raise()
except ExceptionGroup as e:
    got = repr(e)
eq(got, "ExceptionGroup('', [KeyError('a'), KeyError('b')])")
def star_group_type():
    try:
        raise ValueError
    except* ExceptionGroup:
        pass

with raises(TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead."):
    star_group_type()
def star_base():
    try:
        raise BaseExceptionGroup("g", [KeyboardInterrupt(), ValueError()])
    except* ValueError:
        pass

try:
    star_base()
except BaseExceptionGroup as e:
    got = repr(e)
eq(got, "BaseExceptionGroup('g', [KeyboardInterrupt()])")
def star_bad():
    try:
        raise ValueError
    except* 5:
        pass

with raises(TypeError, "catching classes that do not inherit from BaseException is not allowed"):
    star_bad()
def star_loop():
    out = []
    for i in range(3):
        try:
            if i == 1:
                raise ValueError
        except* ValueError:
            out.append(("caught", i))
        finally:
            out.append(i)
    return out

eq(star_loop(), [0, ('caught', 1), 1, 2])
def star_exception():
    try:
        raise ExceptionGroup("g", [ValueError(1)])
    except* Exception as eg:
        return_value = eg.exceptions
    return return_value

eq(repr(star_exception()), "(ValueError(1),)")
def star_locals():
    try:
        raise ValueError
    except* ValueError as eg:
        pass
    return "eg" in locals()

assert star_locals() is False
def stack_deep(n):
    try:
        if n:
            stack_deep(n - 1)
        else:
            raise ValueError("bottom")
    except ValueError:
        raise
    finally:
        log.append(n)

log.clear()
with raises(ValueError, "bottom"):
    stack_deep(5)
eq(log, [0, 1, 2, 3, 4, 5])
def generator_context():
    def gen():
        try:
            yield
        except KeyError as e:
            raise ValueError from e

    g = gen()
    next(g)
    try:
        g.throw(KeyError("k"))
    except ValueError as e:
        return repr(e.__cause__)

eq(generator_context(), "KeyError('k')")
def del_context():
    class D:
        def __del__(self):
            log.append(repr(sys.exception()))

    log.clear()
    try:
        raise ValueError("during")
    except ValueError:
        d = D()
        del d
    return log[:]

eq(del_context(), ["ValueError('during')"])
