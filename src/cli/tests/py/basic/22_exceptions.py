"""raise, try, except, else, finally."""
log = []
try:
    log.append(1)
    raise ValueError("bad")
except ValueError as e:
    log.append(str(e))
else:
    log.append("else")
finally:
    log.append("finally")
assert log == [1, "bad", "finally"]
try:
    e
    assert False
except NameError:
    pass
try:
    x = 1
except ValueError:
    x = 2
else:
    x = 3
assert x == 3
try:
    try:
        raise KeyError("k")
    except ValueError:
        x = 0
except (IndexError, KeyError) as e:
    x = e.args
assert x == ("k",)


def f():
    try:
        return 1
    finally:
        log.append("f")


assert f() == 1
assert log[-1] == "f"


def g():
    for i in range(5):
        try:
            if i == 2:
                break
            continue
        finally:
            log.append(i)
    return i


assert g() == 2
assert log[-3:] == [0, 1, 2]
try:
    try:
        raise TypeError
    except TypeError:
        raise
except TypeError as e:
    assert e.args == ()
