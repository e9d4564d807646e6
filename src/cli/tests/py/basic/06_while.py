"""while with break, continue and else."""
n = 0
total = 0
while n < 100:
    n += 1
    if n % 2:
        continue
    if n > 50:
        break
    total += n
else:
    assert False
assert n == 52
assert total == 650
n = 3
done = False
while n:
    n -= 1
else:
    done = True
assert done
i = 0
while True:
    j = 0
    while True:
        j += 1
        if j == 3:
            break
    i += j
    if i > 10:
        break
assert i == 12
