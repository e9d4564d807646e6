"""Writes tests/vectors/modules.txt for binascii and csv: fields separated by spaces, bytes and texts in hexadecimal. Run under CPython 3.14."""
import binascii, csv, io, itertools, pathlib, random, zlib

random.seed(2045)
lines = []


def x(b):
    return b.hex() or "-"


def t(s):
    return ".".join(f"{ord(c):x}" for c in s) or "-"


def emit(*fields):
    lines.append(" ".join(map(str, fields)))


def attempt(f, *args, **kw):
    try:
        return x(f(*args, **kw))
    except ValueError as e:
        return "!" + str(e).replace(" ", "_")


b64 = [b"", b"YQ==", b"YQ=", b"YQ", b"Y", b"YWJj", b"YW Jj\n", b"=YQ==", b"YQ==YQ==", b"YQ===", b"Y=Q=", b"YQ=a=", b"YWJj=", b"YWJj==", b"*YQ==", b"YQ*==", b"YQ==\n", b"YQ=\n=", b"Y===", b"====", b"=", b"YWI=", b"YWI=a", b"YWJjZ", b"\xff", b"YQ==a",
       b"YWJjYWJjYWJjYWI=", b"YWJj=YWJj", b"YWJjYWJj====", b"Y=W=J=j", b"YQ=Q"]
b64 += [bytes(random.choice(b"YWJj=\n*") for _ in range(random.randrange(1, 12))) for _ in range(120)]
for b in b64:
    emit("b64", x(b), 0, attempt(binascii.a2b_base64, b))
    emit("b64", x(b), 1, attempt(binascii.a2b_base64, b, strict_mode=True))
blobs = [random.randbytes(n) for n in (0, 1, 2, 3, 4, 5, 6, 7, 44, 45, 46, 60)]
for b in blobs:
    emit("tob64", x(b), x(binascii.b2a_base64(b)))
    for tick in (0, 1):
        emit("touu", x(b), tick, attempt(binascii.b2a_uu, b, backtick=bool(tick)))
    v = random.getrandbits(32)
    emit("sums", x(b), v, binascii.crc32(b, v), zlib.adler32(b, v), binascii.crc_hqx(b, v & 0xFFFF))
emit("sums", x(bytes(6000) + b"\xff" * 200), 1, binascii.crc32(bytes(6000) + b"\xff" * 200, 1), zlib.adler32(bytes(6000) + b"\xff" * 200, 1), binascii.crc_hqx(bytes(6000) + b"\xff" * 200, 1))
uu = [b"", b" \n", b"#86)C\n", b"#86)C", b"#86)C  \n", b"#86)C``\n", b"#86)Cx\n", b"#8\n", b"#8", b"!\x01\n", b"\xff", b"#86)\x7f", b"#86 \r\n", b"`", b"M" * 10, b"#86)C\nx"]
uu += [bytes(random.choice(b" !#86)C`\n") for _ in range(random.randrange(1, 9))) for _ in range(30)]
for b in uu:
    emit("uu", x(b), attempt(binascii.a2b_uu, b))
qp = [b"", b"a=", b"a=\nb", b"a=\r\nb", b"a=\rb", b"a==b", b"=41", b"=4", b"=4g", b"=zz", b"_a_", b"=\r", b"a\tb \nc ", b".\n.", b"x" * 80, b"x" * 75 + b"=", b"x" * 74 + b"\n" + b"y" * 76 + b"\nz", b"a \r\nb\t\r\n", b"\xff\x00\x7f~", b"a\nb\r\nc", b"a\rb", b" " * 80, b".", b"a_b c", b"x" * 73 + b"\xe9\n"]
qp += [bytes(random.choice(b"a=.\n\r \t_\xe9") for _ in range(random.randrange(1, 12))) for _ in range(60)]
for b in qp:
    for header in (0, 1):
        emit("qp", x(b), header, x(binascii.a2b_qp(b, header=header)))
    for tabs, text, header in itertools.product((0, 1), repeat=3):
        if (tabs, text, header) in ((0, 1, 0), (1, 1, 1), (0, 0, 0)):
            emit("toqp", x(b), tabs, text, header, x(binascii.b2a_qp(b, bool(tabs), bool(text), bool(header))))


def dialect(kw):
    d = dict(delimiter=",", quotechar='"', escapechar=None, doublequote=True, skipinitialspace=False, quoting=0, strict=False)
    d.update(kw)
    o = lambda c: "none" if c is None else f"{ord(c):x}"
    return f"{o(d['delimiter'])};{o(d['quotechar'])};{o(d['escapechar'])};{int(d['doublequote'])};{int(d['skipinitialspace'])};{d['quoting']};{int(d['strict'])}"


variants = [{}, {"strict": True}, {"escapechar": "\\"}, {"escapechar": "\\", "quoting": 3}, {"quoting": 2}, {"quoting": 4}, {"quoting": 5}, {"skipinitialspace": True}, {"doublequote": False, "escapechar": "\\"}, {"quotechar": None, "quoting": 3},
            {"delimiter": " ", "skipinitialspace": True}, {"doublequote": False}, {"delimiter": ";", "quotechar": "'"}, {"quoting": 1}, {"escapechar": "\\", "strict": True, "quoting": 0}, {"delimiter": " ", "skipinitialspace": True, "quoting": 4}]
sources = [["a,b,c\n"], ["a,b", "c,d"], ['"a,b",c\r\n'], ['"a""b"\n'], ['"a\n', 'b",c\n'], ['"a"b,c\n'], ["\n", "a\n"], [""], ["a,\n"], [",\n"], ['""\n'], ['"",\n'], ["a\\\nb", "c"], ["a\\\nb\n", "c\n"], ["a\\,b\n"], ['"a\\"b"\n'], ["a\nb"], ["a\rb"], ["a\r\n"], ['"a'],
           ['"a', "b"], ["a\\"], ['"a\\'], [" a, b\n"], ["1,2.5,x\n"], ['1,"2",\n'], ["'a;b';c\n"], ["a  b\n"], ["€,😀\n"], ['a"b"c\n'], ['"a" ,b\n'], ["\\"], ["\\", "x"], ['"a"\\b\n']]
sources += [["".join(random.choice('ab",\\\n\r ;\'1') for _ in range(random.randrange(1, 9))) for _ in range(random.randrange(1, 3))] for _ in range(60)]
for kw in variants:
    for source in sources if kw in variants[:3] else random.sample(sources, 22):
        out = []
        reader = csv.reader(iter(source), **kw)
        try:
            for record in reader:
                out.append("|".join("null" if f is None else f"f{f.hex()}" if isinstance(f, float) else t(f) for f in record) or "empty")
        except csv.Error as e:
            out.append("!" + str(e).replace(" ", "_"))
        except ValueError as e:
            out.append("!float")
        emit("read", dialect(kw), "/".join(map(t, source)), "/".join(out) or "nothing")
rows = [["a", "b"], [""], ["", ""], [None], [None, ""], ["a,b", 'c"d'], ["a\nb", 1], [1.5, "x"], [" ", "a b"], ["\\", '"'], [], ["a\rb"], ["'", ";"], ["", None, 2]]
for kw in variants:
    for row in rows:
        f = io.StringIO()
        try:
            csv.writer(f, **kw).writerow(row)
            r = t(f.getvalue())
        except csv.Error as e:
            r = "!" + str(e).replace(" ", "_")
        emit("write", dialect(kw), "|".join("null" if v is None else ("s" if isinstance(v, str) else "n") + t(str(v)) for v in row) or "empty", r)
pathlib.Path(__file__).parent.parent.joinpath("tests/vectors/modules.txt").write_text("\n".join(lines) + "\n")
