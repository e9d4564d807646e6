"""Syntax errors: comprehensions: type, message and place."""

failed = []


def bad(source, kind, message, *place):
    """`place` is line and column of the start and of the end."""
    try:
        compile(source, "<test>", "exec")
    except SyntaxError as error:
        got = type(error).__name__, error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset
    else:
        got = "no error"
    if got != (kind, message, *place):
        failed.append(f"{source!r}: {got}, not {(kind, message, *place)}")


import warnings

warnings.simplefilter("ignore")
bad("[x for x in y if z else w]", "SyntaxError", "invalid syntax", 1, 20, 1, 24)
bad("[for x in y]", "SyntaxError", "invalid syntax", 1, 2, 1, 5)
bad("[x y for x in z]", "SyntaxError", "invalid syntax. Perhaps you forgot a comma?", 1, 2, 1, 5)
bad("{x: y, **z for x in w}", "SyntaxError", "invalid syntax", 1, 12, 1, 15)
bad("[*x for x in y]", "SyntaxError", "iterable unpacking cannot be used in comprehension", 1, 2, 1, 4)
bad("{**x for x in y}", "SyntaxError", "dict unpacking cannot be used in dict comprehension", 1, 2, 1, 4)
bad("(*x for x in y)", "SyntaxError", "iterable unpacking cannot be used in comprehension", 1, 2, 1, 4)
bad("[x, y for x in z]", "SyntaxError", "did you forget parentheses around the comprehension target?", 1, 2, 1, 6)
bad("[x for x in y for]", "SyntaxError", "invalid syntax", 1, 18, 1, 19)
bad("def f(): [x async for x in y]", "SyntaxError", "asynchronous comprehension outside of an asynchronous function", 1, 10, 1, 30)
bad("[(yield x) for x in y]", "SyntaxError", "'yield' inside list comprehension", 1, 3, 1, 10)
bad("[x for 5 in y]", "SyntaxError", "cannot assign to literal", 1, 8, 1, 9)
bad("{x: for x in y}", "SyntaxError", "invalid syntax", 1, 5, 1, 8)
bad("dict(a=x for x in y)", "SyntaxError", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 6, 1, 8)
assert not failed, f"{len(failed)} differ:\n" + "\n".join(failed)
