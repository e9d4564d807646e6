"""Template strings."""
name = "x"
t = t"hello {name!r:>5} and {1 + 1}"
assert t.strings == ("hello ", " and ", "")
assert t.values == ("x", 2)
i = t.interpolations[0]
assert i.value == "x"
assert i.expression == "name"
assert i.conversion == "r"
assert i.format_spec == ">5"
parts = list(t"a{name}")
assert parts[0] == "a" and parts[1].value == "x" and len(parts) == 2
