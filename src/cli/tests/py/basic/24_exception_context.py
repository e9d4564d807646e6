"""__cause__, __context__, __suppress_context__."""
try:
    try:
        raise ValueError("a")
    except ValueError:
        raise KeyError("b")
except KeyError as e:
    assert type(e.__context__) is ValueError
    assert e.__cause__ is None
try:
    try:
        raise ValueError("a")
    except ValueError as first:
        raise KeyError("b") from first
except KeyError as e:
    assert type(e.__cause__) is ValueError
    assert e.__suppress_context__
try:
    try:
        raise ValueError("a")
    except ValueError:
        raise KeyError("b") from None
except KeyError as e:
    assert e.__cause__ is None
    assert e.__suppress_context__
    assert type(e.__context__) is ValueError
try:
    raise ValueError
except ValueError as e:
    assert e.__context__ is None
    assert e.__traceback__ is not None
