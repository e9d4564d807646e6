"""Writes the tables of the multibyte codecs: which bytes are which characters, as the CPython that runs this has it.

    python3.14 make.py

Each table is deflated. Inside are numbers of seven bits a byte, the lowest first:

    how many sequences of bytes; for each, in order: the distance from the one before (as one big-endian number), then a number whose bit 0 says that
    there is a second character, bit 1 that the character is not encoded so, and whose rest is the distance from the character before, its sign in the
    lowest bit; then the second character
    how many characters are encoded so that the bytes mean another one; for each: the distance from the one before, and the bytes
    how many beginnings want more bytes; for each: how many bytes it has times 65536, plus the bytes
    how many pairs of bytes are wrong as a whole, where elsewhere the first byte alone is; the pairs
"""

import codecs
import pathlib
import zlib

NAMES = """
    big5 big5hkscs cp950 johab euc_kr cp949 gb2312 gbk gb18030 euc_jp shift_jis cp932 euc_jis_2004 euc_jisx0213 shift_jis_2004 shift_jisx0213
""".split()


def decoded(name, data):
    """The text of one whole sequence, or None."""
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return None
    # A single byte followed by another one is no sequence.
    return text if len(data) == 1 or not starts_alone(name, data) else None


def starts_alone(name, data):
    try:
        return bool(data[:1].decode(name))
    except UnicodeDecodeError:
        return False


def wants_more(name, data):
    try:
        return codecs.getincrementaldecoder(name)().decode(data) == ""
    except UnicodeDecodeError:
        return False


def wrong_length(name, data):
    """How many bytes are wrong together; 0: none, or more are wanted."""
    try:
        data.decode(name)
    except UnicodeDecodeError as error:
        return error.end - error.start if "illegal" in error.reason else 0
    return 0


def sequences(name):
    found, beginnings = {}, []
    for a in range(256):
        one = bytes([a])
        text = decoded(name, one)
        if text is not None:
            found[one] = text
            continue
        if not wants_more(name, one):
            continue
        beginnings.append(one)
        for b in range(256):
            two = bytes([a, b])
            text = decoded(name, two)
            if text is not None:
                found[two] = text
            elif wants_more(name, two):
                beginnings.append(two)
                for c in range(256):
                    three = bytes([a, b, c])
                    text = decoded(name, three)
                    if text is not None:
                        found[three] = text
    return found, beginnings


def encodings(name, texts):
    made = {}
    for text in texts:
        try:
            made[text] = text.encode(name)
        except UnicodeEncodeError:
            pass
    return made


def number(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def packed(name):
    found, beginnings = sequences(name)
    characters = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    made = encodings(name, characters + [text for text in found.values() if len(text) == 2])
    out = bytearray(number(len(found)))
    key_before = value_before = 0
    for data in sorted(found, key=lambda data: int.from_bytes(data)):
        text = found[data]
        key, value = int.from_bytes(data), ord(text[0])
        distance = value - value_before
        flags = (len(text) == 2) | (made.get(text) != data) << 1
        out += number(key - key_before) + number((abs(distance) << 1 | (distance < 0)) << 2 | flags)
        if len(text) == 2:
            out += number(ord(text[1]))
        key_before, value_before = key, value
    # Longer sequences are computed.
    others = [text for text in characters if len(made.get(text, b"long")) < 4 and found.get(made[text]) != text]
    out += number(len(others))
    before = 0
    for text in others:
        out += number(ord(text) - before) + number(int.from_bytes(made[text]))
        before = ord(text)
    out += number(len(beginnings))
    for data in beginnings:
        out += number(len(data) << 16 | int.from_bytes(data))
    pairs = [bytes([a[0], b]) for a in beginnings if len(a) == 1 for b in range(256) if wrong_length(name, bytes([a[0], b])) == 2]
    out += number(len(pairs)) + b"".join(number(int.from_bytes(data)) for data in pairs)
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(bytes(out)) + squeeze.flush()


def main():
    here = pathlib.Path(__file__).resolve().parent
    for name in NAMES:
        (here / f"{name}.bin").write_bytes(packed(name))


if __name__ == "__main__":
    main()
