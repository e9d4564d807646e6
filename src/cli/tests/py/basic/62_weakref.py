"""Weak references, and death by the count."""
import _weakref


class C:
    pass


died = []
c = C()
r = _weakref.ref(c, lambda ref: died.append(ref is r))
assert r() is c
assert _weakref.getweakrefcount(c) == 1
del c
assert r() is None
assert died == [True]
