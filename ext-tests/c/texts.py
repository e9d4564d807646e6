"""Strings, formats and arguments for C. With `--show` the results are printed instead, for comparing two runtimes."""
import contextlib, io, pathlib, sys, warnings

arguments = [a for a in sys.argv[1:] if a != "--show"]
sys.path.insert(0, arguments[0] if arguments else sys.path[0])
import texts as c

lines = []


def show(label, function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except BaseException as error:
        result = f"{type(error).__name__}: {error}"
    lines.append(f"{label}: {result!a}")


class Index:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n


class Sequence:
    def __init__(self, *items): self.items = items
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i]
    def __repr__(self): return f"Sequence{self.items}"


good = [1, 257, -2, 65537, -3, 2**32 + 1, -4, 2**64 + 5, -6, -7, 8, 1.5, 2.5, 1 + 2j, b"c", "\u20ac", []]
show("units", c.units, *good)
show("index", c.units, *[Index(v) if type(v) is int else v for v in good])
for i in range(len(good)):
    for bad in (None, "text", 2**70, -2**70, b"ab", 256, -1, 1.5):
        show(f"unit {i} {bad!r}", c.units, *good[:i], bad, *good[i + 1:])
show("few", c.units, 1)
show("many", c.units, *good, 1)
for unit in "i", "|i", "i:name", "i;message", "", "ii", "i)", "q", "O|", "es", "w", "(i)", "((i)):f", "()", "k", "U", "S", "Y":
    if unit in ("i)", "es"):
        continue
    for value in 1, "a", (1,), ((1,),), [1], (), (1, 2):
        if unit in ("U", "S", "Y", "O|") or (unit == "ii"):
            try:
                c.one(unit, value)
                result = "fits"
            except Exception as error:
                result = f"{type(error).__name__}: {error}"
            lines.append(f"one {unit} {value!r}: {result}")
        else:
            show(f"one {unit} {value!r}", c.one, unit, value)

text = ["s", None, "s\0h", b"y", b"y\0h", "sv\u0151", b"yv", bytearray(b"wv"), "\xe9s", b"et"]
show("strings", c.strings, *text)
for i in range(len(text)):
    for bad in (1, None, "\u0151", "a\0b", "\udc80", b"a\0b", bytearray(b"x"), memoryview(b"abc"), memoryview(b"abcd")[::2]):
        show(f"string {i} {ascii(bad) if not isinstance(bad, memoryview) else bad.nbytes}", c.strings, *text[:i], bad, *text[i + 1:])

things = [b"S", bytearray(b"Y"), "U", 1, [2], 3, ((4, 5),)]
show("objects", c.objects, *things)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for i in range(len(things)):
        for bad in (None, 1, "t", (), ((1,),), ((1, 2), 3), [[1, 2]], ([1, 2],), Sequence(Sequence(1, 2)), (Sequence(1),), ("ab",)):
            label = f"object {i} {ascii(bad)}"
            show(label, c.objects, *things[:i], bad, *things[i + 1:])
    lines.append(repr([(w.category, str(w.message)) for w in caught]))

show("keywords", c.keywords, 1, 2)
show("keywords", c.keywords, 1, first=2, second=3, third=4)
show("keywords", c.keywords, 1, 2, 3, third=4)
for args, kwargs in [((), {}), ((1,), {}), ((1, 2, 3, 4), {}), ((1, 2, 3, 4, 5), {}), ((1, 2), {"first": 3}), ((1, 2), {"fourth": 3}), ((1, 2), {"thirt": 3}),
                     ((1,), {"second": 3}), ((), {"first": 1}), ((1, "a"), {}), ((1,), {"first": "a"}), ((1, 2), {"": 1}), ((1, 2), {"first": 1, "x": 2}),
                     ((), {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}), ((1, 2), {"\udc80": 1})]:
    show(f"keywords {args} {kwargs!a}", c.keywords, *args, **kwargs)
for format, args, kwargs, names in [
    ("OO", (1, 2), {}, ("a", "b")), ("O|O", (1,), {}, ("a", "b")), ("O||O", (1,), {}, ("a", "b")), ("O$O|", (1,), {"b": 2}, ("a", "b")),
    ("O$$O", (1,), {"b": 1}, ("a", "b")), ("O", (1,), {}, ("a", "b")), ("OOO", (1, 2), {}, ("a", "b")), ("OO:f", (1,), {}, ("", "b")),
    ("OO:f", (), {}, ("", "b")), ("O|O:f", (), {}, ("", "")), ("O$O", (), {"b": 1}, ("", "b")), ("OO", (1, 2), {}, ("a", "")), ("$OO", (1,), {"b": 2}, ("a", "b")),
    ("|OO", (), {"b": 2}, ("a", "b")), ("|O(OO)O", (), {"c": 2}, ("a", "b", "c")), ("|O!O&s#O", (), {"d": 2}, ("a", "b", "c", "d")), ("|q O", (), {"b": 2}, ("a", "b")),
    ("|(O", (), {"a": 2}, ("a", "b")), ("O;message", (), {}, ("a",)), ("$O", (), {}, ("",)), ("|O", (), {1: 2}, ("a",)), ("|O", (), {"b": 2}, ("a",)),
]:
    show(f"format {format} {args} {kwargs}", c.with_format, format, args, kwargs, names)

for args in (), (1,), (1, 2, 3), (1, 2, 3, 4):
    show(f"unpack {args}", c.unpack, args)
show("old", c.old_style, 5)
show("old", c.old_style, "5")
show("built", c.built)
for i in range(6):
    show(f"build error {i}", c.build_error, i)
show("formatted", c.formatted, "t\u0151xt")
show("bytes", c.bytes_formatted)
assert c.empty_stays(bytearray())
for i in range(10):
    show(f"format error {i}", c.format_error, i)
show("call", c.call, lambda *args: args)
show("method", c.call_method, "banana")
show("method", c.call_method, 1)
show("bad method", c.bad_method, 1)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    c.warn("x")
    lines.append(repr([(w.category, str(w.message), pathlib.Path(w.filename).name, w.lineno if w.lineno == 12 else 0, w.source) for w in caught]))
with warnings.catch_warnings():
    warnings.simplefilter("error")
    show("warn", c.warn, "x")
seen = []
hook, sys.unraisablehook = sys.unraisablehook, lambda info: seen.append((info.exc_type, str(info.exc_value), info.err_msg, info.object))
show("unraisable", c.unraisable, "here")
sys.unraisablehook = hook
lines.append(repr(seen))
out, err = io.StringIO(), io.StringIO()
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
    show("say", c.say, "t\u0151")
lines.append(ascii((out.getvalue(), err.getvalue())))
show("filled", c.filled)
for i in range(16):
    show(f"fill error {i}", c.fill_error, i)
for value in "obj", "t\u0151xt", 12, None, "\U0001f600":
    show(f"written {value!a}", c.written, value)
for value in "", "obj", "t\u0151xt", "\U0001f600":
    show(f"written {value!a}", c.written_directly, value)
show("find", c.find)
show("interned", c.interned)
for value in "", "abc", "a\u0151\U0001f600", "a\0b":
    show(f"wide {value!a}", c.wide, value)
for value in ("a", "b", 1), (b"a", b"b\xff", 1), (pathlib.Path("x"), pathlib.Path("y"), 1), ("a\0", "b", 1), ("a", "b\0", 1), ("a", "b", "c"), (1, "b", 1), ("\udcff", "b", 1):
    show(f"path {value!a}", c.path, *value)

text = "\n".join(lines) + "\n"
if "--show" in sys.argv:
    print(text, end="")
else:
    expected = pathlib.Path(__file__).with_suffix(".expected").read_text()
    for number, (a, b) in enumerate(zip(text.splitlines(), expected.splitlines()), 1):
        if a != b:
            sys.exit(f"line {number}:\n  {a}\nexpected:\n  {b}")
    assert text == expected
    print("texts: passed")
