"""and, or, not, the conditional expression: which operand comes out."""
assert (1 and 2) == 2
assert (0 and 2) == 0
assert (0 or 3) == 3
assert (4 or 3) == 4
assert (None or "" or 0) == 0
assert (1 and 2 and 3) == 3
assert not 0
assert not None
assert not ""
assert not ()
assert not []
assert not {}
assert (1 if True else 2) == 1
assert (1 if False else 2) == 2
assert ("a" if 0 else "b" if 0 else "c") == "c"
