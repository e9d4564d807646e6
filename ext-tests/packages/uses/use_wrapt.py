"""wrapt: object proxies, decorators on every kind of function, patching, weak proxies, errors."""

import gc
import inspect
import pickle

from _expect import raises

import wrapt
from wrapt import _wrappers

assert wrapt.PartialCallableObjectProxy is _wrappers.PartialCallableObjectProxy, "the C classes are not in use"
calls = []


@wrapt.decorator
def traced(wrapped, instance, args, kwargs):
    calls.append((wrapped.__name__, instance, args, kwargs))
    return wrapped(*args, **kwargs)


@traced
def add(a, b=2):
    """Adds."""
    return a + b


class Thing:
    @traced
    def method(self, x):
        return x * 2

    @traced
    @classmethod
    def of_class(cls, x):
        return (cls, x)

    @staticmethod
    @traced
    def static(x):
        return x


@traced
class Made:
    def __init__(self, value):
        self.value = value


thing = Thing()
assert add(1) == 3 and add.__name__ == "add" and add.__doc__ == "Adds." and str(inspect.signature(add)) == "(a, b=2)"
assert thing.method(4) == 8 and calls[-1][1] is thing and Thing.method(thing, 3) == 6
assert Thing.of_class(1) == (Thing, 1) and calls[-1][1] is Thing and Thing.static(5) == 5 and calls[-1][1] is None
assert Made(7).value == 7 and calls[-1][0] == "Made" and isinstance(Made(1), Made.__wrapped__)

values = [3, 1, 2]
proxy = wrapt.ObjectProxy(values)
assert proxy == values and len(proxy) == 3 and proxy[0] == 3 and 2 in proxy and isinstance(proxy, list) and proxy.__class__ is list
proxy.append(9)
proxy += [10]
del proxy[0]
assert values == [1, 2, 9, 10] and list(reversed(proxy)) == [10, 9, 2, 1] and proxy.__wrapped__ is values
number = wrapt.ObjectProxy(10)
assert number + 5 == 15 and 5 - number == -5 and number // 3 == 3 and number ** 2 == 100 and -number == -10 and int(number) == 10
assert divmod(number, 3) == (3, 1) and number << 1 == 20 and bool(number) and f"{number:04d}" == "0010" and hash(number) == hash(10)
number -= 4
assert number == 6 and type(number) is wrapt.ObjectProxy and list(range(7))[number] == 6


class Counting(wrapt.ObjectProxy):
    _self_count = 0

    def __getattr__(self, name):
        self._self_count += 1
        return super().__getattr__(name)


counting = Counting(thing)
counting.colour = "red"
assert thing.colour == "red" and counting.colour == "red" and counting._self_count == 1 and "_self_count" not in vars(thing)

wrapt.wrap_function_wrapper(Thing, "static", lambda wrapped, instance, args, kwargs: ("patched", wrapped(*args)))
assert Thing.static(1) == ("patched", 1)
partial = wrapt.PartialCallableObjectProxy(add, 1)
assert partial(b=5) == 6 and partial() == 3


@wrapt.synchronized
def locked():
    return "inside"


assert locked() == "inside"
weak = wrapt.WeakFunctionProxy(thing.method)
assert weak(2) == 4
del thing, counting
calls.clear()
gc.collect()
raises(ReferenceError, "weakly-referenced object no longer exists", weak, 2)
raises(NotImplementedError, "object proxy must define", pickle.dumps, proxy)
raises(AttributeError, "'list' object has no attribute 'nope'", lambda: proxy.nope)
raises(TypeError, "not callable", wrapt.CallableObjectProxy(5))
raises(TypeError, "ObjectProxy() missing required argument 'wrapped' (pos 1)", wrapt.ObjectProxy)
raises(AttributeError, "object has no attribute '__wrapped__'", lambda: wrapt.ObjectProxy.__new__(wrapt.ObjectProxy) + 1)
raises(ZeroDivisionError, "zero", lambda: number / 0)
print("ok")
