"""Functions and modules with more variables, names and constants than 16-bit operands count."""
n = 40000
lines = [f"v{i} = {i}.5" for i in range(n)]
lines += ["s = 0.0", "for i in range(3):", "    s += v39999 + v39998"]
space = {}
exec("\n".join(lines), space)
assert space["s"] == 3 * (39999.5 + 39998.5)

lines = ["def f(a):"] + [f"    x{i} = {i}" for i in range(n)]
lines += ["    t = 0", "    for k in range(5):", "        t += x39999 - x2 + (x39998 if x39997 > x39996 else a)"]
lines += ["    try:", "        raise KeyError(x39999)", "    except KeyError as e:", "        t += e.args[0]"]
lines += ["    def g():", "        return x39998", "    return t + g() + a.real"]
exec("\n".join(lines), space)
assert space["f"](1) == 5 * (39999 - 2 + 39998) + 39999 + 39998 + 1
