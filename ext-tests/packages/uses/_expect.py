"""What the uses share: a check that something raises just this."""


def raises(kind, part, call, *args, **options):
    """`call(...)` must raise exactly `kind` (or one of a tuple), with `part` in its text; returns the exception."""
    try:
        result = call(*args, **options)
    except BaseException as raised:
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if type(raised) not in kinds:
            raise AssertionError(f"expected {kinds}, not {type(raised)}: {raised}") from raised
        if part not in str(raised):
            raise AssertionError(f"expected {part!r} in {str(raised)!r}") from raised
        return raised
    raise AssertionError(f"nothing was raised, the result is {result!r}")
