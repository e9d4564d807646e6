"""Writes tests/vectors/int.txt: `op args = result` per line, integers in hexadecimal. Run under CPython 3.14."""
import math, pathlib, random, sys

sys.set_int_max_str_digits(0)
random.seed(20250714)
lines = []


def h(n):
    return format(n, "x")


def emit(op, args, result):
    lines.append(f"{op} {' '.join(args)} = {result}")


def number(bits):
    kind = random.randrange(5)
    n = random.getrandbits(bits) if bits else 0
    if kind == 0:
        n = (1 << bits) - 1
    elif kind == 1:
        n = 1 << bits
    elif kind == 2:
        n = (1 << bits) + 1
    return -n if random.random() < 0.4 else n


sizes = [0, 1, 5, 29, 30, 31, 53, 54, 59, 60, 61, 63, 64, 65, 89, 90, 91, 127, 128, 150, 300, 700]
big = [1300, 2000, 2500, 4000]


def pairs(count, big_count):
    for _ in range(count):
        yield number(random.choice(sizes)), number(random.choice(sizes))
    for _ in range(big_count):
        yield number(random.choice(big)), number(random.choice(big + sizes))


for a, b in pairs(100, 2):
    emit("add", [h(a), h(b)], h(a + b))
    emit("sub", [h(a), h(b)], h(a - b))
    emit("mul", [h(a), h(b)], h(a * b))
for a, b in pairs(60, 1):
    emit("and", [h(a), h(b)], h(a & b))
    emit("or", [h(a), h(b)], h(a | b))
    emit("xor", [h(a), h(b)], h(a ^ b))
    emit("gcd", [h(a), h(b)], h(math.gcd(a, b)))
    emit("gcd", [h(a * 12), h(b * 12)], h(math.gcd(a * 12, b * 12)))
for a, b in pairs(180, 6):
    if b:
        emit("divmod", [h(a), h(b)], "{:x} {:x}".format(*divmod(a, b)))
    try:
        r = (a / b).hex()
    except ZeroDivisionError:
        r = "zero"
    except OverflowError:
        r = "overflow"
    emit("truediv", [h(a), h(b)], r)
for _ in range(120):
    # Quotients close to a tie, to a subnormal, to overflow.
    q = (random.getrandbits(53) | 1 << 52) * 2 + 1
    b = random.getrandbits(80) | 1
    s = random.choice([0, 10, 900, 968, 969, 970, 971, 1100])
    a = (q * b + random.choice([-1, 0, 1]))
    if random.random() < 0.5:
        a <<= s
    else:
        b <<= s + random.choice([0, 20, 40, 53, 100, 140, 160])
    try:
        r = (a / b).hex()
    except OverflowError:
        r = "overflow"
    emit("truediv", [h(a), h(b)], r)
for a in [number(s) for s in sizes + [1300] for _ in range(3)]:
    n = random.choice([0, 1, 29, 30, 31, 60, 64, 500])
    emit("shl", [h(a), h(n)], h(a << n))
    emit("shr", [h(a), h(n)], h(a >> n))
    emit("invert", [h(a)], h(~a))
    emit("hash", [h(a)], hash(a))
    emit("bits", [h(a)], f"{a.bit_length()} {a.bit_count()}")
    emit("isqrt", [h(abs(a))], h(math.isqrt(abs(a))))
    emit("str", [h(a)], str(a))
    emit("oct", [h(a)], format(a, "o"))
    for n in (random.choice((1, 2, 5)), random.choice((18, 19, 40, 3000))):
        emit("round", [h(a), h(n)], h(round(a, -n)))
for a in (15, 25, 35, -15, -25, 250, 350, 1500000000000000000000000, 2500000000000000000000000):
    for n in (0, 1, 2, 24, 25):
        emit("round", [h(a), h(n)], h(round(a, -n)))
for m in (2**61 - 1, -(2**61) + 1, 2**64, 2**61 - 2, 1, -1, -2, 2**122, 3 * (2**61 - 1)):
    emit("hash", [h(m)], hash(m))
floats = []
for _ in range(40):
    q = (random.getrandbits(53) | 1 << 52) * 2 + 1
    a = (q << random.choice([0, 1, 10, 300, 969, 970])) + random.choice([-1, 0, 1])
    floats.append(a)
floats += [2**1024, 2**1024 - 2**970, 2**1024 - 2**970 - 1, 2**1024 - 2**971, -(2**1024), 2**53 + 1, 2**53 + 3, 2**64 - 1, 2**63 + 1024, 2**63 + 1025]
for a in floats:
    try:
        r = float(a).hex()
    except OverflowError:
        r = "overflow"
    emit("float", [h(a)], r)
    m, e = math.frexp(float(a)) if r != "overflow" else (0.0, 0)
    if r != "overflow":
        emit("frexp", [h(a)], f"{m.hex()} {e}")
for x in [0.0, -0.5, 0.99, 1.5, -1.5, 1e18, 9.3e18, -9.3e18, 1e19, 1.7e308, -1e300, 2.0**63, -2.0**63, 5e-324, 4503599627370497.5]:
    emit("int", [x.hex()], h(int(x)))
    for d in (-1, 0, 1):
        a = int(x) + d
        emit("cmpf", [h(a), x.hex()], (a > x) - (a < x))
for _ in range(60):
    b, e = number(random.choice([1, 5, 29, 31, 64, 65, 200])), random.randrange(40)
    emit("pow", [h(b), h(e)], h(b**e))
for _ in range(120):
    b, e, m = (number(random.choice(sizes)) for _ in range(3))
    try:
        r = h(pow(b, e, m))
    except ValueError as err:
        r = str(err)
    emit("powmod", [h(b), h(e), h(m)], r)
for n in (0, 1, 2, 3, 5, 20, 33, 34, 35, 36, 50, 97, 128, 400):
    emit("factorial", [h(n)], h(math.factorial(n)))
for a in [number(s) for s in (0, 1, 7, 8, 15, 16, 31, 32, 60, 63, 64, 100) for _ in range(4)]:
    for n in (0, 1, 2, 4, 8, 13):
        for signed in (False, True):
            try:
                r = a.to_bytes(n, "big", signed=signed).hex() or "-"
            except OverflowError as err:
                r = str(err)
            emit("tobytes", [h(a), h(n), str(int(signed))], r)
for n in (0, 1, 2, 3, 4, 7, 8, 9, 30):
    for _ in range(4):
        d = bytes(random.choice([0, 255, 128, 127, random.randrange(256)]) for _ in range(n))
        for signed in (False, True):
            emit("frombytes", [d.hex() or "-", str(int(signed))], h(int.from_bytes(d, "little", signed=signed)))
texts = ["0", "", " ", "-", "+", "+1", "- 1", " 12 ", "\t\v12\f\r\n", "1_0", "_1", "1_", "1__0", "0x10", "0X_1f", "0x", "0x_", "0_x1", "00", "007", "0_0",
         "0b101", "0b102", "0o17", "0B1", "zz", "ZZ", "9", "1 2", "0b", "-0x1F", "--1", "+-1", "1\0", "12345678901234567890", "1" * 400, "1_" * 300 + "1",
         "9" * 370, "f" * 40, "0xg", "0o8", "1e5", "1.5", "z" * 25]
for t in texts:
    for base in (0, 2, 3, 8, 10, 16, 32, 36):
        try:
            r = h(int(t, base))
        except ValueError:
            r = "invalid"
        emit("parse", [t.encode().hex() or "-", str(base)], r)
pathlib.Path(__file__).parent.parent.joinpath("tests/vectors/int.txt").write_text("\n".join(lines) + "\n")
