"""What a number is taken out of ends with the expression, however often that was run."""


def eq(got, want):
    assert got == want, f"{got!r} is not {want!r}"


class Holder:
    pass


class Told:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        ended.append(self.name)


def fresh_list():
    return [1, Told("list")]


def fresh_object():
    holder = Holder()
    holder.a, holder.b = 2, Told("object")
    return holder


def numbers_out_of(n):
    total = 0
    for i in range(n):
        total = total + fresh_list()[0]
        total = total + fresh_object().a
    return total


for _ in range(6):
    ended = []
    eq((numbers_out_of(3), ended), (9, ["list", "object"] * 3))
