"""Writes tests/vectors/float.txt: `op args = result` per line, floats as `float.hex()`. Run under CPython 3.14."""
import math, pathlib, random, struct

random.seed(314)
lines = []
inf, nan = math.inf, math.nan


def fx(x):
    return x.hex()


def emit(op, args, result):
    lines.append(f"{op} {' '.join(map(str, args))} = {result}")


def attempt(f):
    try:
        return f()
    except (ZeroDivisionError, OverflowError, ValueError) as e:
        return f"{type(e).__name__}: {e}"


def any_float():
    k = random.randrange(4)
    if k == 0:
        return struct.unpack("<d", random.randbytes(8))[0]
    if k == 1:
        return random.choice([-1, 1]) * random.randrange(10**random.randrange(1, 18)) / 10 ** random.randrange(0, 20)
    if k == 2:
        return random.uniform(-1000, 1000)
    return random.randrange(-(2**20), 2**20) / 2 ** random.randrange(0, 22)


special = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, 0.25, 0.125, 5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, inf, -inf, nan,
           2.0**-44, 2.0**53, 2.0**53 + 2, 1e16, 1e15, 9999999999999998.0, 123456789012345680.0, 1e22, 1e23, 0.0001, 0.00001, 0.1, 1 / 3, 100.0, 1e100,
           9.5, 99.5, 0.05, 0.15, 0.35, 2.675, 1.005, 1e-5, 9.999999e-5, 12345.678, 4503599627370495.5, 4503599627370497.5, 2.0**-1074 * 3, 9007199254740993.0]
floats = special + [any_float() for _ in range(45)]
floats = [x for x in floats if x == x] + [nan]
for x in floats:
    emit("repr", [fx(x)], repr(x))
    emit("hex", [fx(x)], x.hex())
    if x == x:
        emit("hash", [fx(x)], hash(x))
    emit("ratio", [fx(x)], attempt(lambda: "{:x} {:x}".format(*x.as_integer_ratio())))
    for _ in range(5):
        code = random.choice("eEfFgG")
        p = random.choice([0, 0, 1, 2, 3, 6, 12, 17, 30] if abs(x) > 1e50 else [0, 1, 2, 3, 6, 15, 16, 17, 25, 60])
        flags = random.choice(["", "", "#", "+", "z"])
        spec = ("+" if flags == "+" else "") + ("z" if flags == "z" else "") + ("#" if flags == "#" else "") + f".{p}{code}"
        emit("format", [fx(x), code, p, flags or "."], format(x, spec))
    for n in (0, 1, 2, 3, random.choice([5, 15, 16, 20, 300, 322, 323, 324]), -1, -2, random.choice([-3, -15, -16, -20, -100, -307, -308, -309])):
        emit("round", [fx(x), n], attempt(lambda: fx(round(x, n))))
for x, n in [(25.0, -1), (35.0, -1), (5.0, -1), (15.0, -1), (4.9, -1), (5.1, -1), (50.0, -2), (51.0, -2), (1.7e308, -308), (1.4e308, -308), (9.9e307, -308), (5e307, -308), (0.5, 0),
             (5e-324, 323), (1e22, -22), (1.5e23, -23), (9.5, 0), (2.5e22, -22)]:
    emit("round", [fx(x), n], attempt(lambda: fx(round(x, n))))
for x in (1.0, 5e-324, 1e300, 0.1):
    for p in (100, 400, 1100):
        emit("format", [fx(x), "f", p, "."], format(x, f".{p}f"))
        emit("format", [fx(x), "g", p, "."], format(x, f".{p}g"))
for _ in range(80):
    a, b = random.choice(floats), random.choice(floats + special)
    emit("divmod", [fx(a), fx(b)], attempt(lambda: "{} {}".format(*map(fx, divmod(a, b)))))
    emit("mod", [fx(a), fx(b)], attempt(lambda: fx(a % b)))
    emit("floordiv", [fx(a), fx(b)], attempt(lambda: fx(a // b)))
powers = [0.0, -0.0, 1.0, -1.0, 2.0, 3.0, -2.0, -3.0, 0.5, -0.5, inf, -inf, nan, 1e300, -1e300, 1e-300, 5.0, 4.0]
for a in powers:
    for b in powers:
        def f():
            r = a**b
            return "complex" if isinstance(r, complex) else fx(r)
        emit("pow", [fx(a), fx(b)], attempt(f))
texts = ["1", "1.", ".5", ".", "", "+", "-", "1e5", "1E+5", "1e", "1e+", "e5", "1.5e-7", " 1.5 ", "\t1\n", "inf", "-inf", "+Infinity", "INFINITY", "infinit", "nan", "-nan", "NaN", "nan1",
         "1_0", "1__0", "_1", "1_", "1_.5", "1._5", "1.5_5", "1e1_0", "1e_1", "1_e1", "0x10", "1 2", "1e400", "-1e400", "1e-400", "1e99999999999999999999", "1e-99999999999999999999",
         "9007199254740993", "9007199254740992.9999999999", "2.2250738585072011e-308", "0." + "0" * 400 + "1", "1" * 400, "1" + "0" * 400 + "e-400", "1\0", "\x1c1", "\v1\f", "1d5", "1f", "0_7", "00.5",
         "8.98846567431158e307", "1.7976931348623158e308", "1.7976931348623159e308", "4.9e-324", "2.4703282292062327e-324", "2.4703282292062328e-324"]
for t in texts:
    emit("parse", [t.encode().hex() or "-"], attempt(lambda: fx(float(t.encode()))).split(":")[0])
hexes = ["0x1p0", "1", "0x1.8p1", "0X1.8P+1", ".8", "0x.8p-1", "0x.", "0x", "", "p1", "0x1p", "0x1p+", "1.", "0x1.0000000000000801p0", "0x1.00000000000008p0", "0x1.00000000000018p0", "0x1p1024",
         "0x1.fffffffffffff8p1023", "0x1.fffffffffffff7fp1023", "0x1p-1074", "0x1p-1075", "0x1.0000001p-1075", "0x0.8p-1074", "0x3p-1075", "0x1p99999999999999999999", "0x0p99999999999999999999",
         "0x1p-99999999999999999999", "inf", "-Infinity", "+nan", " 0x1p0 ", "0x1_0", "0x1 p0", "0x" + "f" * 40, "0x0." + "0" * 40 + "1p160", "0x" + "0" * 40 + "1", "1.8.", "0xg", "-0x0p0", "-.1p4"]
for t in hexes:
    emit("fromhex", [t.encode().hex() or "-"], attempt(lambda: fx(float.fromhex(t))))


def cx(z):
    return f"{fx(z.real)},{fx(z.imag)}"


parts = [0.0, -0.0, 1.0, -2.5, inf, -inf, nan, 1e200, 3.0]
zs = [complex(random.choice(parts), random.choice(parts)) for _ in range(26)] + [complex(random.uniform(-9, 9), random.uniform(-9, 9)) for _ in range(6)]
rs = parts + [0.1, -7.0]
for z in zs:
    emit("crepr", [cx(z)], repr(z))
    for w in random.sample(zs, 5):
        emit("cmul", [cx(z), cx(w)], cx(z * w))
        emit("csub", [cx(z), cx(w)], cx(z - w))
        emit("cdiv", [cx(z), cx(w)], attempt(lambda: cx(z / w)))
        emit("cpow", [cx(z), cx(w)], attempt(lambda: cx(z**w)))
    for r in random.sample(rs, 3):
        emit("rcsub", [cx(complex(r, 0)), cx(z)], cx(r - z))
        emit("crsub", [cx(z), cx(complex(r, 0))], cx(z - r))
        emit("cradd", [cx(z), cx(complex(r, 0))], cx(z + r))
        emit("crmul", [cx(z), cx(complex(r, 0))], cx(z * r))
        emit("crdiv", [cx(z), cx(complex(r, 0))], attempt(lambda: cx(z / r)))
        emit("rcdiv", [cx(complex(r, 0)), cx(z)], attempt(lambda: cx(r / z)))
    for n in (0, 1, 2, 3, -1, -2, 7, 100, -100, 101, 0.5):
        emit("cpow", [cx(z), cx(complex(n, 0))], attempt(lambda: cx(z ** complex(n, 0))))
    emit("cabs", [cx(z)], attempt(lambda: fx(abs(z))))
    if z == z:
        emit("chash", [cx(z)], hash(z))
emit("cabs", [cx(complex(1.7e308, 1.7e308))], attempt(lambda: fx(abs(complex(1.7e308, 1.7e308)))))
for t in ["1", "1j", "j", "-j", "+J", "1+j", "1-j", "1+2j", "(1+2j)", " ( 1+2j ) ", "( 1 )", "(1", "1)", "1 + 2j", "1+2", "1+", "", "()", "1_0+2_0j", "1_+2j", "inf+nanj", "-infj", "nan", "1e5-.5j", "1+-2j", "1--2j", "2jj", "j1", "1j ", "(j)", "1e+5j", "((1))", "++j", "1+2j3"]:
    emit("cparse", [t.encode().hex() or "-"], attempt(lambda: cx(complex(t))).split(":")[0])
pathlib.Path(__file__).parent.parent.joinpath("tests/vectors/float.txt").write_text("\n".join(lines) + "\n")
