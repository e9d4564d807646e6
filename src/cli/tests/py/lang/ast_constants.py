"""Constants that no literal of the parser's tree can hold, in trees that are compiled: large ints, lone surrogates, what a program put in."""

import ast

for source in ("x = 1823746192837461928374619", 'x = "abc\\udc80\\udcffdef"', 'x = {"a": -10**30, 2**70: [1823746192837461928374619]}'):
    expected, found = {}, {}
    exec(source, expected)
    exec(compile(ast.parse(source), "f", "exec"), found)
    assert expected["x"] == found["x"], source
for value in (-5, (1, (2, "a")), frozenset({1}), -0.0, 1 - 2j, b"\xff", ..., None, 10**40):
    tree = ast.Expression(ast.Constant(value))
    result = eval(compile(ast.fix_missing_locations(tree), "f", "eval"))
    assert result == value and repr(result) == repr(value), value
