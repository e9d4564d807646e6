"""if, elif, else."""
x = 3
if x == 1:
    r = "one"
elif x == 2:
    r = "two"
elif x == 3:
    r = "three"
else:
    r = "more"
assert r == "three"
if x:
    r = 1
assert r == 1
if not x:
    r = 2
else:
    if x > 2:
        r = 3
assert r == 3
