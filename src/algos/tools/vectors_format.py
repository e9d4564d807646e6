"""Writes tests/vectors/format.txt: tab-separated operation, arguments, result. Run under CPython 3.14."""
import _string, itertools, pathlib, random

random.seed(3101)
lines = []


def emit(*fields):
    lines.append("\t".join(f.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") for f in map(str, fields)))


def attempt(f):
    try:
        return "=" + f()
    except (ValueError, OverflowError, TypeError) as e:
        return f"{type(e).__name__}: {e}"


def show(v):
    return v.hex() if type(v) is float else f"{v.real.hex()},{v.imag.hex()}" if type(v) is complex else format(v, "x") if type(v) is int else v


specs = set("""+ ; ;  ;z;#;=5;05;<05;.1;5.1s;d;,;,s;_;5.;5.x;é;10é;.,;._;.2,;99999999999999999999;.99999999999999999999;.9999999999;>;,_;_,;^5;x^5;=;5,,;,5;.,s;01;0;٣;zd;c;+c;#c;5c;#x;#X;#b;+#o;08;<08;
=8;*=8;*^+#10x;_x;_b;,b;,x;_c;,c;n;_n;,n;s;e;.2e;z.2f;%;.0f;.2,f;.2_d;.,f;.12_f;._f;#.3g;#d;020,;020_x;021,;5,;0,;x=10,;<20,;.2d;0c;05c;,d;zc;.,_;._,;+z#=5;z+c;😀;:;_ ;08c;*08;_.,f;5%;.,n;.,b;,.2f;
z.0%;z.1;z.1e;,.4,f;.4,f;.6_g;.3,;.15_;.15,g;025,.6,f;025.6,f;25.6,f;030.6_f;_e;,g;,%;010,;F;=10;>20;x<20;.3f;.10,f;_.5f;z.1f;+.2f;.0;#.0f;.20;g;G;.0e;#.0e;-;+#.3;10.3;é^9;😀>6x;.400f""".replace("\n", "").split(";"))
specs |= {"", " ", " d", "-c", "0<8", "^+08,.1f"}
for _ in range(60):
    specs.add(random.choice(["", "", "*", "0"]) * 0 + random.choice(["", "", ">", "<", "^", "=", "*>", "0<", "0="]) + random.choice(["", "", "+", "-", " "]) + random.choice(["", "", "z"]) + random.choice(["", "", "#"])
              + random.choice(["", "", "0"]) + random.choice(["", "7", "13", "24"]) + random.choice(["", "", ",", "_"]) + random.choice(["", "", ".0", ".3", ".7,", "._"]) + random.choice(["", "", "d", "x", "X", "b", "o", "e", "f", "g", "n", "%", "G"]))
specs = sorted(specs)
values = ["ab", 5, -1234567, 2**70, 1.5, -0.04, 1234567.891, float("inf"), float("nan"), 1e22, 1 + 2j, complex(0, 2), complex(1234567.5, -1e7), complex(-0.0, float("nan")), 0]
for spec in specs:
    for v in random.sample(values, 7):
        emit("spec", type(v).__name__, show(v), spec, attempt(lambda: format(v, spec)))
for v, spec in ((-1, "c"), (0x110000, "c"), (10**30, "c"), (10**400, "f"), (0xD800, "4c"), (0x10FFFF, "c")):
    emit("spec", type(v).__name__, show(v), spec, attempt(lambda: format(v, spec).encode("utf-8", "replace").decode()))
for f in "%05d %-05d %+05d %.3d %+.3d %8.3d %08.3d %-8.3d| %#x %#08x %#.5x %-#8x| %X %#X %o %#o %.0d %+x %#08o %u %i %hd %ld".split() + ["% d", "% 05d", "%+ d"]:
    for v in (0, 5, -5, -255, 10**25, 255):
        emit("percent", "int", show(v), f, attempt(lambda: f % v))
for f in "%.3f %08.2f %+08.2f %-8.2f| %#.0f %g %#g %e %E %G %F %.0e %#.0e %010f %.50f %5.1f %Lf %+e".split() + ["% f"]:
    for v in (0.0, -0.0, 1.5, -1234567.891, float("inf"), float("-inf"), float("nan"), 1e100):
        emit("percent", "float", show(v), f, attempt(lambda: f % v))
for f in "%s %5s %-5s| %.2s %7.2s %-7.2s| %05s %+s %.0s %#s %c %5c".split():
    for v in ("abc", "é") if f[-1] != "c" else ("é",):
        emit("percent", "str", v, f, attempt(lambda: f % v))
for f in ["%", "%5", "%5.", "%.", "%q", "%5.q", "abc%é", "%5%", "%-5%", "%lld", "%hhd", "%99999999999999999999d", "%.9999999999d", "%.99999999999999999999d", "%.2147483645d", "%z", "%\n", "%#lq", "%.-3d", "%-", "100%", "%b", "a%%b%", "\x7f%\x7f"]:
    emit("percent", "int", "5", f, attempt(lambda: f % 5))
    if f.isascii() and "b" not in f:
        emit("bpercent", "int", "5", f, attempt(lambda: (f.encode() % 5).decode()))
templates = """{ } {} {{ }} {0 {0! {0!r {0!rx} {0!r: {0:{ {0:{} {0:{{}}} {a{b}} {a[ {a[b} {a[b]c} {a.} {a..b} {a[]} {a[b].c[1]} {0.[a]} {.a} {[0]} {99999999999999999999} {0[99999999999999999999]} {99999999999999999999x} {!} {:}
 {0!:} {!r} {a]b} {a[b][c} {a[]]} {a.b]} {0x} {٣} {-1} }{ {:{}{}{}} {0!} {a[{]} {:{:{}}} x{a}y{b!s:z}w {{{a}}} a}}b{{c {a:}} {}{} {a[1].b[c].d} {a.b[} {a.b[c {a[b]]} {a[٣]} {é.ü[ß]!ö:ä} {a!r:>{w}.{p}} {a} b""".split() + ["{ 0}", "", "{a b.c d}"]
for t in templates:
    def parse():
        out = []
        for literal, name, spec, conversion in _string.formatter_parser(t):
            part = f"<{literal}>"
            if name is not None:
                part += f"({name}|{spec}|{conversion or ''})"
                first, rest = _string.formatter_field_name_split(name)
                try:
                    part += f"[{first!r}" + "".join(f" {'.' if a else ''}{n!r}" for a, n in rest) + "]"
                except ValueError as e:
                    part += f"!{e}"
            out.append(part)
        return "".join(out)
    emit("template", t, attempt(parse))
pathlib.Path(__file__).parent.parent.joinpath("tests/vectors/format.txt").write_text("\n".join(lines) + "\n")
