"""Syntax errors: match statements: type, message and place."""

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
bad("match x:\n  case 1: pass\n  case y: pass\n  case z: pass", "SyntaxError", "name capture 'y' makes remaining patterns unreachable", 3, 8, 3, 9)
bad("match x:\n  case y: pass\n  case 1: pass", "SyntaxError", "name capture 'y' makes remaining patterns unreachable", 2, 8, 2, 9)
bad("match x:\n  case _: pass\n  case 1: pass", "SyntaxError", "wildcard makes remaining patterns unreachable", 2, 8, 2, 9)
bad("match x:\n  case a | b: pass", "SyntaxError", "name capture 'a' makes remaining patterns unreachable", 2, 8, 2, 9)
bad("match x:\n  case [a, a]: pass", "SyntaxError", "multiple assignments to name 'a' in pattern", 2, 12, 2, 13)
bad("match x:\n  case {**a, 'k': 1}: pass", "SyntaxError", "invalid syntax", 2, 14, 2, 17)
bad("match x:\n  case {**_}: pass", "SyntaxError", "invalid syntax", 2, 11, 2, 12)
bad("match x:\n  case [*a, *b]: pass", "SyntaxError", "multiple starred names in sequence pattern", 2, 8, 2, 16)
bad("match x:\n  case 1 | a: pass", "SyntaxError", "alternative patterns bind different names", 2, 8, 2, 13)
bad("match x:\n  case a.b as c.d: pass", "SyntaxError", "cannot use attribute as pattern target", 2, 15, 2, 18)
bad("match x:\n  case 1 as _: pass", "SyntaxError", "cannot use '_' as a target", 2, 13, 2, 14)
bad("match x:\n  case {'a': 1, 'a': 2}: pass", "SyntaxError", "mapping pattern checks duplicate key ('a')", 2, 8, 2, 24)
bad("match x:\n  case Point(x=1, x=2): pass", "SyntaxError", "attribute name repeated in class pattern: x", 2, 21, 2, 22)
bad("match x:\n  case Point(x=1, 2): pass", "SyntaxError", "positional patterns follow keyword patterns", 2, 19, 2, 20)
bad("match x:\n  case 1 + 1: pass", "SyntaxError", "imaginary number required in complex literal", 2, 12, 2, 13)
bad("match x:\n  case -a: pass", "SyntaxError", "invalid syntax", 2, 9, 2, 10)
bad("match x:\n  case f'{a}': pass", "SyntaxError", "patterns may only match literals and attribute lookups", 2, 8, 2, 14)
bad("match x:\n  case {a: 1}: pass", "SyntaxError", "invalid syntax", 2, 10, 2, 11)
bad("match x:\n  case 1", "SyntaxError", "expected ':'", 2, 9, 2, 10)
bad("match x:\n  pass", "SyntaxError", "invalid syntax", 2, 3, 2, 7)
bad("match x:\ncase 1: pass", "IndentationError", "expected an indented block after 'match' statement on line 1", 2, 1, 2, 5)
bad("match x\n  case 1: pass", "SyntaxError", "expected ':'", 1, 8, 1, 9)
bad("match x:\n  case *a: pass", "SyntaxError", "invalid syntax", 2, 10, 2, 11)
bad("match x:\n  case (a | b) | [c]: pass", "SyntaxError", "name capture 'a' makes remaining patterns unreachable", 2, 9, 2, 10)
bad("match x:\n  case 1j + 2: pass", "SyntaxError", "real number required in complex literal", 2, 8, 2, 10)
bad("match x:\n  case a if: pass", "SyntaxError", "invalid syntax", 2, 12, 2, 13)
assert not failed, f"{len(failed)} differ:\n" + "\n".join(failed)
