"""Decorators on functions and classes."""
def twice(f):
    def inner(*a):
        return f(*a) * 2

    return inner


def add(n):
    def deco(f):
        def inner(*a):
            return f(*a) + n

        return inner

    return deco


@twice
@add(1)
def f(x):
    return x


assert f(3) == 8
seen = []


def register(cls):
    seen.append(cls.__name__)
    cls.extra = 1
    return cls


@register
class K:
    pass


assert seen == ["K"]
assert K.extra == 1
