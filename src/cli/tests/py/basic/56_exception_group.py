"""except* and exception groups."""
log = []
try:
    raise ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("h", [ValueError(3)])])
except* ValueError as e:
    log.append(("v", len(e.exceptions)))
except* TypeError as e:
    log.append(("t", e.exceptions[0].args))
assert log == [("v", 2), ("t", (2,))]
try:
    try:
        raise ExceptionGroup("g", [KeyError(1), ValueError(2)])
    except* ValueError:
        pass
except ExceptionGroup as e:
    assert [type(x) for x in e.exceptions] == [KeyError]
try:
    raise ValueError("plain")
except* ValueError as e:
    assert type(e) is ExceptionGroup
