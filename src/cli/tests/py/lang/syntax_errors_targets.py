"""Syntax errors: what cannot be assigned to, deleted or called so: type, message and place."""

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
bad("(a, b) += 1", "SyntaxError", "'tuple' is an illegal expression for augmented assignment", 1, 1, 1, 7)
bad("a + 1 = 2", "SyntaxError", "cannot assign to expression here. Maybe you meant '==' instead of '='?", 1, 1, 1, 6)
bad("f() = 1", "SyntaxError", "cannot assign to function call here. Maybe you meant '==' instead of '='?", 1, 1, 1, 4)
bad("None = 1", "SyntaxError", "cannot assign to None", 1, 1, 1, 5)
bad("True = 1", "SyntaxError", "cannot assign to True", 1, 1, 1, 5)
bad("__debug__ = 1", "SyntaxError", "cannot assign to __debug__", 1, 1, 1, 10)
bad("*a = 1", "SyntaxError", "starred assignment target must be in a list or tuple", 1, 1, 1, 3)
bad("*a, *b = 1", "SyntaxError", "multiple starred expressions in assignment", 1, 1, 1, 7)
bad("[*a, *b] = 1", "SyntaxError", "multiple starred expressions in assignment", 1, 1, 1, 9)
bad("a = *b", "SyntaxError", "can't use starred expression here", 1, 5, 1, 7)
bad("del *a", "SyntaxError", "cannot delete starred", 1, 5, 1, 7)
bad("del f()", "SyntaxError", "cannot delete function call", 1, 5, 1, 8)
bad("del (a, 5)", "SyntaxError", "cannot delete literal", 1, 9, 1, 10)
bad("(a := 1) = 2", "SyntaxError", "cannot assign to named expression here. Maybe you meant '==' instead of '='?", 1, 2, 1, 8)
bad("a := 1", "SyntaxError", "invalid syntax", 1, 3, 1, 5)
bad("x.y := 1", "SyntaxError", "cannot use assignment expressions with attribute", 1, 1, 1, 4)
bad("(x.y := 1)", "SyntaxError", "cannot use assignment expressions with attribute", 1, 2, 1, 5)
bad("lambda: x := 1", "SyntaxError", "cannot use assignment expressions with lambda", 1, 1, 1, 10)
bad("f(a := 1, b=(c := 2)); f(a=b := 1)", "SyntaxError", "invalid syntax", 1, 30, 1, 32)
bad("[i := 0 for i in range(5)]", "SyntaxError", "assignment expression cannot rebind comprehension iteration variable 'i'", 1, 2, 1, 3)
bad("[[(i := 0) for j in range(5)] for i in range(5)]", "SyntaxError", "assignment expression cannot rebind comprehension iteration variable 'i'", 1, 4, 1, 5)
bad("[x for x in (y := [1])]", "SyntaxError", "assignment expression cannot be used in a comprehension iterable expression", 1, 14, 1, 22)
bad("class A: [(z := 1) for i in range(3)]", "SyntaxError", "assignment expression within a comprehension cannot be used in a class body", 1, 12, 1, 13)
bad("a: int: str", "SyntaxError", "invalid syntax", 1, 7, 1, 8)
bad("(a, b): int", "SyntaxError", "only single target (not tuple) can be annotated", 1, 1, 1, 7)
bad("[a]: int", "SyntaxError", "only single target (not list) can be annotated", 1, 1, 1, 4)
bad("a: int = b: int", "SyntaxError", "invalid syntax", 1, 11, 1, 12)
bad("5: int", "SyntaxError", "illegal target for annotation", 1, 1, 1, 2)
bad("a = b: int = 3", "SyntaxError", "invalid syntax", 1, 6, 1, 7)
bad("a += b += 1", "SyntaxError", "invalid syntax", 1, 8, 1, 10)
bad("for f() in x: pass", "SyntaxError", "cannot assign to function call", 1, 5, 1, 8)
bad("for 5 in x: pass", "SyntaxError", "cannot assign to literal", 1, 5, 1, 6)
bad("with a as f(): pass", "SyntaxError", "cannot assign to function call", 1, 11, 1, 14)
bad("import a as b.c", "SyntaxError", "cannot use attribute as import target", 1, 13, 1, 16)
bad("a, b += 1", "SyntaxError", "'tuple' is an illegal expression for augmented assignment", 1, 1, 1, 5)
bad("{a: 1} = 2", "SyntaxError", "cannot assign to dict literal here. Maybe you meant '==' instead of '='?", 1, 1, 1, 7)
bad("'s' = 1", "SyntaxError", "cannot assign to literal here. Maybe you meant '==' instead of '='?", 1, 1, 1, 4)
bad("f'{a}' = 1", "SyntaxError", "cannot assign to f-string expression here. Maybe you meant '==' instead of '='?", 1, 1, 1, 7)
bad("x if y else z = 1", "SyntaxError", "cannot assign to conditional expression", 1, 1, 1, 14)
bad("a < b = 1", "SyntaxError", "cannot assign to comparison", 1, 1, 1, 6)
bad("a and b = 1", "SyntaxError", "cannot assign to expression", 1, 1, 1, 8)
bad("-a = 1", "SyntaxError", "cannot assign to expression here. Maybe you meant '==' instead of '='?", 1, 1, 1, 3)
bad("lambda: 1 = 2", "SyntaxError", "cannot assign to lambda", 1, 1, 1, 10)
bad("(yield) = 1", "SyntaxError", "cannot assign to yield expression here. Maybe you meant '==' instead of '='?", 1, 2, 1, 7)
bad("... = 1", "SyntaxError", "cannot assign to ellipsis here. Maybe you meant '==' instead of '='?", 1, 1, 1, 4)
bad("[x for x in y] = 1", "SyntaxError", "cannot assign to list comprehension here. Maybe you meant '==' instead of '='?", 1, 1, 1, 15)
bad("a.b() = 1", "SyntaxError", "cannot assign to function call here. Maybe you meant '==' instead of '='?", 1, 1, 1, 6)
bad("if a = 1: pass", "SyntaxError", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 4, 1, 9)
bad("while a = 1: pass", "SyntaxError", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 7, 1, 12)
bad("f(a.b=1)", "SyntaxError", 'expression cannot contain assignment, perhaps you meant "=="?', 1, 3, 1, 7)
bad("f(True=1)", "SyntaxError", "cannot assign to True", 1, 3, 1, 8)
bad("f(a=1, a=2)", "SyntaxError", "keyword argument repeated: a", 1, 8, 1, 11)
bad("f(**a, *b)", "SyntaxError", "iterable argument unpacking follows keyword argument unpacking", 1, 6, 1, 10)
bad("f(a=1, 2)", "SyntaxError", "positional argument follows keyword argument", 1, 9, 1, 10)
bad("f(**a, 2)", "SyntaxError", "positional argument follows keyword argument unpacking", 1, 9, 1, 10)
bad("f(x for x in y, 1)", "SyntaxError", "Generator expression must be parenthesized", 1, 3, 1, 15)
bad("f(1, x for x in y)", "SyntaxError", "Generator expression must be parenthesized", 1, 6, 1, 18)
assert not failed, f"{len(failed)} differ:\n" + "\n".join(failed)
