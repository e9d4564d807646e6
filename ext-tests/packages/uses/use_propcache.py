"""propcache: cached properties with and without a __dict__ of their own."""

from _expect import raises

import propcache
from propcache import _helpers_c, api, cached_property, under_cached_property

assert cached_property is _helpers_c.cached_property and under_cached_property is api.under_cached_property


class Plain:
    calls = 0

    @cached_property
    def answer(self):
        """The answer."""
        self.calls += 1
        return 42


class Under:
    __slots__ = ("_cache", "calls")

    def __init__(self):
        self._cache = {}
        self.calls = 0

    @under_cached_property
    def answer(self):
        """The other answer."""
        self.calls += 1
        return [42]

    @under_cached_property
    def broken(self):
        return 1 // 0


plain = Plain()
assert (plain.answer, plain.answer, plain.calls) == (42, 42, 1)
assert plain.__dict__ == {"calls": 1, "answer": 42}
del plain.answer
assert plain.answer == 42 and plain.calls == 2
plain.answer = 7
assert plain.answer == 7
assert type(Plain.answer) is cached_property and Plain.answer.__doc__ == "The answer."
assert Plain.answer.func(Plain()) == 42

under = Under()
assert under.answer is under.answer and under.calls == 1 and under._cache == {"answer": [42]}
under._cache.clear()
assert under.answer == [42] and under.calls == 2
assert type(Under.answer) is under_cached_property and Under.answer.__doc__ == "The other answer."
assert propcache.__version__.count(".") == 2

generic = cached_property[int]
assert repr(generic).endswith("cached_property[int]")
raises(AttributeError, "cached property is read-only", setattr, under, "answer", 1)
raises(ZeroDivisionError, "division by zero", lambda: under.broken)
assert "broken" not in under._cache
raises(TypeError, "Cannot use cached_property instance without calling __set_name__", lambda: cached_property(len).__get__(plain))
raises(TypeError, "Cannot assign the same cached_property to two different names ('a' and 'b')", lambda: type("C", (), dict.fromkeys("ab", cached_property(len))))
raises(TypeError, "__init__() takes exactly 1 positional argument (0 given)", cached_property)
print("ok")
