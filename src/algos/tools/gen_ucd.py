"""Writes the tables of src/ucd/data from CPython 3.14's own `unicodedata`, `str` and `_sre`, and src/ucd/sizes.rs.

Nothing is read from the network. Run under CPython 3.14; the result is Unicode 16.0.0 and, for stringprep, 3.2.0.
"""
import _sre, ctypes, pathlib, struct, unicodedata as ucd
from collections import Counter

assert ucd.unidata_version == "16.0.0"
old = ucd.ucd_3_2_0
root = pathlib.Path(__file__).parent.parent / "src/ucd"
data = root / "data"
sizes = []
total = 0
N = 0x110000


def write(name, blob):
    global total
    total += len(blob)
    (data / f"{name}.bin").write_bytes(blob)


def array(name, values, width):
    fmt = {1: "B", 2: "H", 4: "I"}[width]
    write(name, struct.pack(f"<{len(values)}{fmt}", *values))
    sizes.append((name.upper(), len(values)))


def two_stage(name, values):
    """values[code point] below 65536; the smallest split."""
    best = None
    width = 1 if max(values) < 256 else 2
    for shift in range(4, 10):
        blocks, index = {}, []
        for start in range(0, N, 1 << shift):
            block = tuple(values[start : start + (1 << shift)])
            index.append(blocks.setdefault(block, len(blocks)))
        # Drop the constant tail of planes: code points beyond it share the last block.
        cost = len(index) * (1 if len(blocks) < 256 else 2) + len(blocks) * (width << shift)
        if best is None or cost < best[0]:
            best = (cost, shift, index, blocks)
    _, shift, index, blocks = best
    flat = [v for block in blocks for v in block]
    # A constant shift keeps the reader simple; both stages are two bytes wide unless one suffices.
    array(f"{name}_index", index, 2 if len(blocks) >= 256 else 1)
    array(f"{name}_block", flat, width)
    sizes.append((f"{name.upper()}_SHIFT", shift))


# --- what str methods need ---------------------------------------------------------------------------------------------------
ALPHA, DECIMAL, DIGIT, NUMERIC, LOWER, UPPER, TITLE, SPACE, PRINTABLE, XID_START, XID_CONTINUE, CASED, CASE_IGNORABLE = (1 << i for i in range(13))
special, special_rows = {(): 0}, [()]


def mapping(cp, text):
    chars = tuple(map(ord, text))
    if len(chars) == 1:
        return chars[0] - cp
    assert len(chars) <= 3 and max(chars) < 0x10000
    if chars not in special:
        special[chars] = len(special_rows)
        special_rows.append(chars)
    return 0x40000000 + special[chars]


records, numbers = {}, []
kinds = []
for cp in range(N):
    c = chr(cp)
    flags = 0
    for bit, test in ((ALPHA, c.isalpha), (DECIMAL, c.isdecimal), (DIGIT, c.isdigit), (NUMERIC, c.isnumeric), (LOWER, c.islower), (UPPER, c.isupper), (SPACE, c.isspace),
                      (PRINTABLE, c.isprintable), (XID_START, c.isidentifier), (XID_CONTINUE, ("a" + c).isidentifier)):
        if test():
            flags |= bit
    # `istitle` of one character is also true for upper case.
    if ucd.category(c) == "Lt":
        flags |= TITLE
        flags &= ~UPPER
    if (c + "a").title()[-1] == "a":
        flags |= CASED
    # The final sigma looks past what is case-ignorable for a cased character.
    if ("AΣ" + c).lower()[1] == "ς" and ("AΣ" + c + "A").lower()[1] == "σ":
        flags |= CASE_IGNORABLE
    lower, upper, title, fold = c.lower(), c.upper(), c.title(), c.casefold()
    simple_lower = _sre.unicode_tolower(cp)
    assert len(lower) > 1 or simple_lower == ord(lower), hex(cp)
    assert len(lower) == 1 or (cp, simple_lower) == (0x130, 0x69)
    digit = ucd.digit(c, 255)
    decimal = ucd.decimal(c, 255)
    assert (decimal != 255) == bool(flags & DECIMAL) and (digit != 255) == bool(flags & DIGIT)
    assert decimal in (255, digit)
    record = (flags, digit, mapping(cp, lower), mapping(cp, upper), mapping(cp, title), mapping(cp, fold))
    kinds.append(records.setdefault(record, len(records)))
    numeric = ucd.numeric(c, None)
    assert (numeric is not None) == bool(flags & NUMERIC)
    if numeric is not None:
        numbers.append((cp, numeric, old.numeric(c, None)))
two_stage("kind", kinds)
array("kind_flags", [r[0] for r in records], 2)
array("kind_digit", [r[1] for r in records], 1)
array("kind_case", [v & 0xFFFFFFFF for r in records for v in r[2:]], 4)
array("special_case", [c for row in special_rows for c in (list(row) + [0, 0, 0])[:3]], 2)

# --- numeric values ----------------------------------------------------------------------------------------------------------
values = {}
for _, new, previous in numbers:
    values.setdefault(new, len(values))
assert len(values) < 256
array("numeric_key", [cp << 8 | values[new] for cp, new, _ in numbers], 4)
write("numeric_value", struct.pack(f"<{len(values)}d", *values))
sizes.append(("NUMERIC_VALUE", len(values)))
# In 3.2.0 most differences are unassigned characters; the rest is listed.
changed = [(cp, previous) for cp, new, previous in numbers if previous != new and old.category(chr(cp)) != "Cn"]
changed += [(cp, old.numeric(chr(cp))) for cp in range(N) if old.numeric(chr(cp), None) is not None and ucd.numeric(chr(cp), None) is None]
array("numeric_old_key", [cp for cp, _ in changed], 4)
write("numeric_old_value", struct.pack(f"<{len(changed)}d", *(-1.0 if v is None else v for _, v in changed)))
sizes.append(("NUMERIC_OLD_VALUE", len(changed)))
# Digits that were decimal then; nothing else about digits has changed.
decimals = []
for cp in range(N):
    c = chr(cp)
    if old.category(c) != "Cn":
        assert old.digit(c, None) == ucd.digit(c, None)
        if old.decimal(c, None) != ucd.decimal(c, None):
            assert ucd.decimal(c, None) is None and old.decimal(c) == ucd.digit(c)
            decimals.append(cp)
array("decimal_old", decimals, 4)

# --- the database ------------------------------------------------------------------------------------------------------------
categories = ["Cn"] + sorted({ucd.category(chr(cp)) for cp in range(N)} - {"Cn"})
bidis = [""] + sorted({db.bidirectional(chr(cp)) for cp in range(N) for db in (ucd, old)} - {""})
widths = sorted({db.east_asian_width(chr(cp)) for cp in range(N) for db in (ucd, old)})
pairs = {}
seconds = set()
for cp in range(N):
    d = ucd.decomposition(chr(cp))
    if d and not d.startswith("<"):
        parts = [int(p, 16) for p in d.split()]
        if len(parts) == 2 and ucd.normalize("NFC", chr(parts[0]) + chr(parts[1])) == chr(cp):
            pairs[(parts[0], parts[1])] = cp
            seconds.add(parts[1])
seconds |= set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))
facts = {(0, 0, 0, 0, widths.index("N"), 0): 0}


def fact(db, cp, quick):
    c = chr(cp)
    row = (categories.index(db.category(c)), bidis.index(db.bidirectional(c)), db.combining(c), db.mirrored(c), widths.index(db.east_asian_width(c)), quick)
    return facts.setdefault(row, len(facts))


def quick_check(cp):
    c = chr(cp)
    if 0xD800 <= cp < 0xE000:
        return 0
    q = 0
    for bit, form in enumerate(("NFD", "NFKD", "NFC", "NFKC")):
        if ucd.normalize(form, c) != c:
            q |= 1 << bit
    return q | (16 if cp in seconds else 0)


two_stage("fact", [fact(ucd, cp, quick_check(cp)) for cp in range(N)])
two_stage("fact_old", [fact(old, cp, 0) for cp in range(N)])
array("fact_rows", [v for row in facts for v in row], 1)

# --- decomposition and composition -------------------------------------------------------------------------------------------
tags, rows, index, old_decomposition = [""], [0], [0] * N, []
offsets = {}
for cp in range(N):
    text = ucd.decomposition(chr(cp))
    previous = old.decomposition(chr(cp))
    if previous != text and old.category(chr(cp)) != "Cn":
        old_decomposition.append((hex(cp), previous, text))
    if not text:
        continue
    parts = text.split()
    tag = parts.pop(0) if parts[0].startswith("<") else ""
    if tag not in tags:
        tags.append(tag)
    entry = (tags.index(tag), *(int(p, 16) for p in parts))
    if entry not in offsets:
        offsets[entry] = len(rows)
        rows.append(entry[0] << 8 | len(entry) - 1)
        for p in entry[1:]:
            # Two words for what is beyond the basic plane, the first one a surrogate.
            rows += [p] if p < 0x10000 else [0xD800 + (p - 0x10000 >> 10), 0xDC00 + (p - 0x10000 & 0x3FF)]
    index[cp] = offsets[entry]
assert len(rows) < 65536
two_stage("decomposition", index)
array("decomposition_rows", rows, 2)
assert not old_decomposition
corrections = []
for cp in range(N):
    c = chr(cp)
    if 0xD800 <= cp < 0xE000 or old.category(c) == "Cn":
        continue
    if old.normalize("NFD", c) != ucd.normalize("NFD", c):
        corrections += [cp, ord(old.normalize("NFD", c))]
array("corrections_old", corrections, 4)
ordered = sorted(pairs)
array("compose_key", [a << 16 | b if a < 0x10000 and b < 0x10000 else 0 for a, b in ordered if a < 0x10000], 4)
array("compose_value", [pairs[k] for k in ordered if k[0] < 0x10000], 4)
astral = [k for k in ordered if k[0] >= 0x10000]
assert all(b < 0x10000 for a, b in ordered if a < 0x10000)
array("compose_astral", [v for k in astral for v in (*k, pairs[k])], 4)

# --- names -------------------------------------------------------------------------------------------------------------------
class Capi(ctypes.Structure):
    _fields_ = [("getname", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint32, ctypes.c_char_p, ctypes.c_int, ctypes.c_int)), ("getcode", ctypes.c_void_p)]


pointer = ctypes.pythonapi.PyCapsule_GetPointer
pointer.restype, pointer.argtypes = ctypes.POINTER(Capi), [ctypes.py_object, ctypes.c_char_p]
capi = pointer(ucd._ucnhash_CAPI, b"unicodedata._ucnhash_CAPI").contents


def with_aliases(cp):
    buffer = ctypes.create_string_buffer(512)
    return buffer.value.decode() if capi.getname(cp, buffer, 512, 1) else None


# Names that end in their own code point are ranges with a prefix; Hangul syllables are computed.
named, ranges = [], []
for cp in range(N):
    name = ucd.name(chr(cp), "")
    if not name or 0xAC00 <= cp < 0xD7A4:
        continue
    suffix = f"{cp:04X}"
    if name.endswith("-" + suffix):
        prefix = name[: -len(suffix)]
        if ranges and ranges[-1][1] == cp - 1 and ranges[-1][2] == prefix:
            ranges[-1][1] = cp
        else:
            ranges.append([cp, cp, prefix])
        continue
    named.append((cp, name))
aliases, sequences = [], []
cp = 0xF0000
while cp < 0xF0000 + 0x2000:
    name = with_aliases(cp)
    if name:
        value = ucd.lookup(name)
        (aliases if len(value) == 1 and ucd.name(value, "") != name else sequences).append((name, value))
    cp += 1
entries = named + [(None, n) for n, _ in aliases] + [(None, n) for n, _ in sequences]
# Words by frequency: the most frequent ones take a byte, others two.
count = Counter(w for _, n in entries for w in n.split(" "))
words = sorted(count, key=lambda w: (-count[w], w))
SHORT = 256 - (len(words) + 255) // 256
while SHORT + (256 - SHORT) * 256 < len(words):
    SHORT -= 1
word_id = {w: i for i, w in enumerate(words)}
text, starts = bytearray(), []
for w in words:
    starts.append(len(text))
    text += w.encode()
    text[-1] |= 0x80
write("name_words", bytes(text))
array("name_word_starts", [starts[i] >> 0 for i in range(0, len(words), 16)], 4)
sizes.append(("NAME_SHORT", SHORT))


def encode(name):
    out = bytearray()
    for w in name.split(" "):
        i = word_id[w]
        if i < SHORT:
            out.append(i)
        else:
            i -= SHORT
            out += bytes([SHORT + (i >> 8), i & 255])
    return bytes(out)


phrases, phrase_starts = bytearray(), []
for number, (_, name) in enumerate(entries):
    if number % 8 == 0:
        phrase_starts.append(len(phrases))
    e = encode(name)
    phrases += bytes([len(e)]) + e
write("name_phrases", bytes(phrases))
array("name_phrase_starts", phrase_starts, 4)
# Runs of consecutive code points with names: (first code point, number of its name).
runs = []
for number, (cp, _) in enumerate(named):
    if not runs or cp - runs[-1][0] != number - runs[-1][1]:
        runs.append((cp, number))
    last = cp
runs_end = len(named)
array("name_runs", [v for run in runs for v in run], 4)
order = sorted(range(len(entries)), key=lambda i: entries[i][1])
assert len(entries) < 65536
array("name_order", order, 2)
# CPython finds Tangut ideographs by name but does not name them: ranges from here on serve `lookup` alone.
sizes.append(("NAME_RANGES_BOTH_WAYS", len(ranges)))
for cp in range(0x17000, 0x18E00):
    try:
        assert ucd.lookup(f"TANGUT IDEOGRAPH-{cp:X}") == chr(cp)
    except KeyError:
        continue
    if ranges[-1][1] == cp - 1:
        ranges[-1][1] = cp
    else:
        ranges.append([cp, cp, "TANGUT IDEOGRAPH-"])
array("name_ranges", [v for a, b, _ in ranges for v in (a, b)], 4)
sizes.append(("NAMED", len(named)))
sizes.append(("ALIASES", len(aliases)))
array("alias_targets", [ord(v) for _, v in aliases], 4)
blob, offs = [], []
for _, v in sequences:
    offs.append(len(blob))
    blob += [ord(c) for c in v]
offs.append(len(blob))
array("sequence_starts", offs, 2)
array("sequence_targets", blob, 4)

with (root / "sizes.rs").open("w") as f:
    f.write("//! Generated by tools/gen_ucd.py: lengths of the tables in `data`, and their strings.\n\n")
    for name, value in sizes:
        f.write(f"pub(super) const {name}: usize = {value};\n")

    def strings(name, values):
        f.write(f"pub(super) static {name}: [&str; {len(values)}] = [{', '.join(chr(34) + v + chr(34) for v in values)}];\n")

    strings("CATEGORIES", categories)
    strings("BIDIRECTIONAL", bidis)
    strings("WIDTHS", widths)
    strings("DECOMPOSITION_TAGS", tags)
    strings("NAME_RANGE_PREFIXES", [p for _, _, p in ranges])
for p in sorted(data.iterdir()):
    print(p.name, p.stat().st_size)
print("total", total)
