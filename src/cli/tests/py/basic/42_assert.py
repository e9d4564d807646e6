"""assert and its message."""
try:
    assert 0, "message"
except AssertionError as e:
    assert e.args == ("message",)
else:
    raise RuntimeError("assert did nothing")
try:
    assert False
except AssertionError as e:
    assert e.args == ()
calls = []
assert True, calls.append(1)
assert calls == []
