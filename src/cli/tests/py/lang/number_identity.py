"""A number is one object, however long a loop computes with it: what has a name, stands in a list, or was passed, stays the same."""


def eq(got, want):
    assert got == want, f"{got!r} is not {want!r}"


class Holder:
    pass


def one_way_from_a_list(items, n):
    y, z, same = 1500, 0, []
    for i in range(n):
        if i & 1:
            y = y + 1
        else:
            y = items[0]
            z = y * 2
        same.append(y is items[0])
    return same, z


def argument_in_a_loop(x, items, n):
    same = []
    for i in range(n):
        same.append(x is items[0])
        x = x + 1.0
    return same


def two_names(meets, x):
    b = x + 1.5
    a = b
    if meets:
        meets = 0
    return a is b


def two_names_in_a_loop(n):
    current, previous, same = 1000, 0, 0
    for i in range(n):
        if previous is current:
            same = same + 1
        current = current + 1
        previous = current
    return same


def stored_in_a_list(items, n):
    x, same = 0.5, 0
    for i in range(n):
        x = x + 1.0
        items[0] = x
        if items[0] is x:
            same = same + 1
    return same


def appended_twice(n):
    out, x = [], 1000
    for i in range(n):
        x = x + 1
        out.append(x)
        out.append(x)
    return [out[i] is out[i + 1] for i in range(0, 2 * n, 2)], out[-1] is x


def two_attributes(n):
    x, holder = 0.5, Holder()
    for i in range(n):
        x = x * 1.5
        holder.a = x
        holder.b = x
    return holder.a is holder.b, holder.a is x


for turn in range(8):
    eq(one_way_from_a_list([2500], 6), ([True, False, True, False, True, False], 5000))
    items = [1500.5]
    eq(argument_in_a_loop(items[0], items, 4), [True, False, False, False])
    eq(two_names(turn & 1, 0.5), True)
    eq(two_names_in_a_loop(6), 5)
    eq(stored_in_a_list([1.0, 2.0], 7), 7)
    eq(appended_twice(3), ([True, True, True], True))
    eq(two_attributes(4), (True, True))
