"""exec, eval, compile."""
assert eval("1 + 2") == 3
ns = {}
exec("x = 1\ndef f(): return x + 1", ns)
assert ns["f"]() == 2
assert eval("a + b", {"a": 1}, {"b": 2}) == 3
c = compile("y * 2", "<test>", "eval")
assert eval(c, {"y": 21}) == 42
try:
    compile("x =", "<test>", "exec")
    assert False
except SyntaxError as e:
    assert e.lineno == 1


def f():
    z = 5
    return locals()


assert f() == {"z": 5}
assert globals()["ns"] is ns
