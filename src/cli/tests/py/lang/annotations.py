"""Annotations: evaluated when asked for (PEP 649, 749), their scopes, their formats."""


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

import annotationlib

def f(a: int, b: "quoted", *args: list[int], c: later_name = 1, **kw: dict) -> None:
    pass

with raises(NameError, "name 'later_name' is not defined"):
    f.__annotations__
later_name = float
eq(repr(f.__annotations__), "{'a': <class 'int'>, 'b': 'quoted', 'args': list[int], 'c': <class 'float'>, 'kw': <class 'dict'>, 'return': None}")
assert (f.__annotations__ is f.__annotations__) is True
eq(f.__annotate__.__name__, "__annotate__")
eq(repr(f.__annotate__(1)), "{'a': <class 'int'>, 'b': 'quoted', 'args': list[int], 'c': <class 'float'>, 'kw': <class 'dict'>, 'return': None}")
with raises(NotImplementedError, ""):
    f.__annotate__(3)
with raises(NotImplementedError, ""):
    f.__annotate__(5)

class C:
    x: int
    y: "str" = 5
    z: Undefined
    (paren): int
    attr_target: list = []

    def m(self) -> C:
        return self

    __private: bytes

eq(C.y, 5)
assert hasattr(C, "x") is False
with raises(NameError, "name 'Undefined' is not defined"):
    C.__annotations__
Undefined = 1.5
eq(repr(C.__annotations__), "{'x': <class 'int'>, 'y': 'str', 'z': 1.5, 'attr_target': <class 'list'>, '_C__private': <class 'bytes'>}")
assert (C.m.__annotations__ == {"return": C}) is True
module_level: int = 5
only_annotated: nowhere_defined
eq(module_level, 5)
with raises(NameError, "name 'only_annotated' is not defined"):
    only_annotated
def local_scope():
    local: undefined_thing = 3
    other: undefined_thing
    return local

eq(local_scope(), 3)
def closure(T):
    class Inner:
        x: T
        y: list[T]

        def m(self, z: T) -> T: ...

    def g(p: T) -> T: ...

    return Inner, g

inner, g = closure(int)
eq(repr(inner.__annotations__), "{'x': <class 'int'>, 'y': list[int]}")
eq(repr(inner.m.__annotations__), "{'z': <class 'int'>, 'return': <class 'int'>}")
eq(repr(g.__annotations__), "{'p': <class 'int'>, 'return': <class 'int'>}")

class Scoped:
    Alias = dict
    x: Alias
    y: Alias[str, int]

    def m(self, p: Alias) -> Alias: ...

eq(repr(Scoped.__annotations__), "{'x': <class 'dict'>, 'y': dict[str, int]}")
eq(repr(Scoped.m.__annotations__), "{'p': <class 'dict'>, 'return': <class 'dict'>}")

class Conditional:
    if module_level:
        a: int
    else:
        b: int
    for i in range(2):
        c: str

eq(repr(Conditional.__annotations__), "{'a': <class 'int'>, 'c': <class 'str'>}")
eq(repr(annotationlib.get_annotations(C)), "{'x': <class 'int'>, 'y': 'str', 'z': 1.5, 'attr_target': <class 'list'>, '_C__private': <class 'bytes'>}")
eq(annotationlib.get_annotations(f, format=annotationlib.Format.STRING), {'a': 'int', 'b': 'quoted', 'args': 'list[int]', 'c': 'later_name', 'kw': 'dict', 'return': 'None'})
eq(annotationlib.Format.VALUE.value, 1)
def unresolved(a: missing_thing, b: missing_thing.attr[0], c: int | missing_thing): ...

eq(annotationlib.get_annotations(unresolved, format=annotationlib.Format.STRING), {'a': 'missing_thing', 'b': 'missing_thing.attr[0]', 'c': 'int | missing_thing'})
eq(list(annotationlib.get_annotations(unresolved, format=annotationlib.Format.FORWARDREF)), ['a', 'b', 'c'])
eq(type(annotationlib.get_annotations(unresolved, format=annotationlib.Format.FORWARDREF)["a"]).__name__, "ForwardRef")
with raises(NameError, "name 'missing_thing' is not defined"):
    annotationlib.get_annotations(unresolved)
f.__annotations__ = {"own": int}
eq(repr(f.__annotations__), "{'own': <class 'int'>}")
assert f.__annotate__ is None
del f.__annotations__
eq(f.__annotations__, {})
f.__annotate__ = lambda fmt: {"made": fmt}
eq(f.__annotations__, {'made': 1})
with raises(TypeError, "__annotate__ must be callable or None"):
    f.__annotate__ = 5
f.__annotate__ = None
eq(f.__annotations__, {'made': 1})
C.__annotations__ = {"replaced": 1}
eq(C.__annotations__, {'replaced': 1})
class NoAnn:
    pass

class SubAnn(C):
    pass

eq(NoAnn.__annotations__, {})
eq(SubAnn.__annotations__, {})
eq((lambda: 0).__annotations__, {})
assert NoAnn.__annotate__ is None
with raises(AttributeError, "type object 'int' has no attribute '__annotations__'"):
    int.__annotations__
ns = {}
exec("x: int = 1\ny: str\ndef f(a: x) -> y: ...", ns)
eq(repr(ns["__annotate__"](1)), "{'x': <class 'int'>, 'y': <class 'str'>}")
eq(ns["x"], 1)
ns = {}
exec("from __future__ import annotations\nx: undefined + 1 = 1\ndef f(a: int | None, *b: [1, 2], c: 'q' = 3) -> lambda: 5: ...\nclass K:\n  z: list[int]", ns)
eq(ns["__annotations__"], {'x': 'undefined + 1'})
eq(ns["f"].__annotations__, {'a': 'int | None', 'b': '[1, 2]', 'c': "'q'", 'return': 'lambda: 5'})
eq(ns["K"].__annotations__, {'z': 'list[int]'})
def nested_unevaluated():
    calls = []

    def note(x):
        calls.append(x)
        return x

    def g(a: note("a"), b: note("b") = note("default")) -> note("r"): ...

    before = list(calls)
    g.__annotations__
    return before, calls

eq(nested_unevaluated(), (['default'], ['default', 'a', 'b', 'r']))
def lambda_in_annotation(a: (lambda x: x)(int), b: [i for i in range(3)], c: {k: 1 for k in "ab"}): ...

eq(repr(lambda_in_annotation.__annotations__), "{'a': <class 'int'>, 'b': [0, 1, 2], 'c': {'a': 1, 'b': 1}}")
class SelfRef:
    parent: SelfRef | None
    children: list[SelfRef]

assert (SelfRef.__annotations__["children"].__args__[0] is SelfRef) is True
eq(str(SelfRef.__annotations__["parent"])[-7:], " | None")
class Meta(type):
    x: int

class WithMeta(metaclass=Meta):
    pass

eq(WithMeta.__annotations__, {})
eq(repr(Meta.__annotations__), "{'x': <class 'int'>}")
def walrus_free(a: int, *, b: str): ...

eq(list(walrus_free.__annotations__), ['a', 'b'])
eq(walrus_free.__annotate__.__qualname__, "walrus_free.__annotate__")
eq(walrus_free.__annotate__.__module__, "__main__")
