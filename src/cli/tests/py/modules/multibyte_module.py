# modes: one
"""The multibyte codecs of East Asia: all characters, all pairs of bytes, what is left for later, errors. The sums are CPython's."""

import codecs
import io
import random
import zlib


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True


def sums(name):
    """Checksums of what a codec makes of all characters, and of bytes without sense."""
    everything = "".join(chr(c) for c in range(0x30000) if not 0xD800 <= c < 0xE000)
    noise = random.Random(1).randbytes(20000)
    made = [everything.encode(name, "ignore"), everything[:0x3000].encode(name, "replace"), everything[:0x800].encode(name, "backslashreplace")]
    pairs = bytes(byte for a in range(128, 256) for b in range(256) for byte in (a, b, 32))
    texts = [made[0].decode(name, "replace"), pairs.decode(name, "replace")]
    texts += [noise.decode(name, errors) for errors in ("replace", "ignore", "backslashreplace")]
    decoder, pieces = codecs.getincrementaldecoder(name)("replace"), []
    for at in range(0, 4000, 3):
        pieces.append(decoder.decode(noise[at:at + 1]) + decoder.decode(noise[at + 1:at + 3]))
    texts.append("".join(pieces) + decoder.decode(b"", True))
    wrong = []
    for at in range(0, 2000, 7):
        try:
            noise[at:at + 5].decode(name)
        except UnicodeDecodeError as error:
            wrong.append((error.start, error.end, error.reason, error.encoding))
    return [zlib.crc32(data) for data in made + [text.encode() for text in texts] + [repr(wrong).encode()]]


SUMS = {
    "big5": [3644703139, 685197736, 2726809138, 969530021, 1571163199, 1483603036, 278861626, 1554468977, 1965669018, 3476551070],
    "big5hkscs": [1924314638, 199577651, 2310685377, 4111704536, 654284767, 2665001623, 1884449098, 2558365028, 2353503379, 2844306082],
    "cp950": [1470241212, 4173129417, 2652419967, 3066592865, 1567388377, 1394383129, 646419220, 2231064301, 2289234609, 996136017],
    "johab": [3121238007, 784007800, 1856127518, 1138859806, 1672946809, 2384006706, 2534946633, 3024682241, 568567153, 589190566],
    "euc_kr": [3234502702, 3373558304, 3885888181, 3839474914, 804637699, 821640077, 1299223146, 1677546212, 1723275608, 1696172182],
    "cp949": [3490273235, 3373558304, 3885888181, 1138859806, 44476625, 1981459570, 2582936416, 1893453448, 1785869764, 1127587629],
    "gb2312": [26144723, 3669384046, 2130615342, 2631623271, 2042987793, 1677339067, 4278327891, 2195734153, 936010682, 11765128],
    "gbk": [3381986464, 1098153143, 2358355478, 2848688141, 2887918578, 3384108232, 757449700, 4125217945, 1248437853, 3753395168],
    "gb18030": [1303102892, 1370637174, 584545560, 2100288490, 1277127669, 2429147074, 766937803, 339684964, 470808738, 2480997425],
    "euc_jp": [3591575643, 667817426, 403273704, 2750052960, 3552373002, 1552687263, 1740715032, 3514817195, 299991789, 3602270052],
    "shift_jis": [1422157336, 2885910190, 4144950159, 660138047, 2641261474, 270674319, 2412533570, 4161844370, 435410684, 3528571048],
    "cp932": [3205673346, 2700259006, 3614675837, 2815614368, 708317936, 3232824296, 4020286320, 4036019355, 2774744779, 1474994437],
    "euc_jis_2004": [2101560684, 1856384642, 1706096365, 344162876, 3099298436, 1933655536, 2276980597, 732070815, 2406332024, 2845521409],
    "euc_jisx0213": [2161914764, 1856384642, 1706096365, 799155315, 1696183399, 3054689195, 2398111352, 2671697813, 2406332024, 1191374807],
    "shift_jis_2004": [4038913317, 1602009485, 343320910, 1000117192, 1455920054, 2885152439, 1985165631, 1717388537, 745481849, 3344383380],
    "shift_jisx0213": [3699892735, 1602009485, 343320910, 1129396058, 3465326589, 2827017143, 2382755429, 659275118, 993661270, 3020300689],
}

for name, wanted in SUMS.items():
    eq((name, sums(name)), (name, wanted))

# What the next character decides about waits for it.
for name in ("euc_jis_2004", "shift_jisx0213"):
    encoder = codecs.getincrementalencoder(name)()
    whole = "\u304b\u309a".encode(name)
    eq(encoder.encode("\u304b"), b"")
    state = encoder.getstate()
    eq(state, 2340545283)
    eq(encoder.encode("\u309a"), whole)
    eq(encoder.getstate(), 0)
    encoder.setstate(state)
    eq(encoder.encode("x", True), "\u304b".encode(name) + b"x")
    encoder.encode("\u304b")
    encoder.reset()
    eq(encoder.encode("", True), b"")

decoder = codecs.getincrementaldecoder("euc_jp")()
eq(decoder.decode(b"\xa4"), "")
eq(decoder.getstate(), (b"\xa4", 0))
decoder.setstate((b"\xa4", 0))
eq(decoder.decode(b"\xab"), "\u304b")
decoder.decode(b"\x8f\xb0")
with raises(UnicodeDecodeError, "'euc_jp' codec can't decode bytes in position 0-1: incomplete multibyte sequence"):
    decoder.decode(b"", True)
eq(decoder.errors, "strict")

# Streams.
reader = codecs.getreader("euc_jp")(io.BytesIO("\u65e5\u672c\u8a9e\n\u30c6\u30ad\u30b9\u30c8\nabc".encode("euc_jp")))
eq(reader.read(1), "\u65e5")
eq(reader.read(3), "\u672c")
eq(reader.readline(), "\u8a9e\n")
eq(reader.readlines(), ["\u30c6\u30ad\u30b9\u30c8\n", "abc"])
writer = codecs.getwriter("shift_jis")(io.BytesIO())
writer.write("\u65e5\u672c")
writer.writelines(["a", "\u8a9e"])
writer.reset()
eq(writer.stream.getvalue(), b"\x93\xfa\x96{a\x8c\xea")

with raises(UnicodeEncodeError, "'euc_jp' codec can't encode character '\\u20ac' in position 0: illegal multibyte sequence"):
    "\u20ac".encode("euc_jp")
with raises(UnicodeDecodeError, "'gbk' codec can't decode byte 0x81 in position 0: incomplete multibyte sequence"):
    b"\x81".decode("gbk")
eq("a\U0001f600b".encode("big5", "xmlcharrefreplace"), b"a&#128512;b")

import _codecs_jp

with raises(LookupError, "no such codec is supported."):
    _codecs_jp.getcodec("big5")
with raises(TypeError, "encoding name must be a string."):
    _codecs_jp.getcodec(1)
