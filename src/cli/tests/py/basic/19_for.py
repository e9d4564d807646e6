"""for over every basic iterable, with break and else."""
out = []
for x in [1, 2, 3]:
    out.append(x)
for c in "ab":
    out.append(c)
for k in {"k": 1}:
    out.append(k)
for a, b in [(1, 2), (3, 4)]:
    out.append(a + b)
assert out == [1, 2, 3, "a", "b", "k", 3, 7]
total = 0
for i in range(10):
    if i == 3:
        continue
    if i == 7:
        break
    total += i
else:
    assert False
assert total == 18
assert i == 7
for i in ():
    assert False
else:
    total = 0
assert total == 0
for i in range(3):
    for j in range(3):
        if j == 2:
            break
        total += j
assert total == 3
