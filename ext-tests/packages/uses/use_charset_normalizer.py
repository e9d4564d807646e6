"""charset_normalizer: guessing encodings through the compiled mess and coherence detectors; errors."""

import os

from _expect import raises

import charset_normalizer
from charset_normalizer import cd, detect, from_bytes, from_fp, from_path, is_binary, md

assert md.__file__.endswith(".so") and cd.__file__.endswith(".so"), "the compiled modules are not in use"
russian = "\u0421\u044a\u0435\u0448\u044c \u0435\u0449\u0451 \u044d\u0442\u0438\u0445 \u043c\u044f\u0433\u043a\u0438\u0445 \u0444\u0440\u0430\u043d\u0446\u0443\u0437\u0441\u043a\u0438\u0445 \u0431\u0443\u043b\u043e\u043a, \u0434\u0430 \u0432\u044b\u043f\u0435\u0439 \u0436\u0435 \u0447\u0430\u044e. " * 20
french = "Voix ambigu\xeb d'un c\u0153ur qui au z\xe9phyr pr\xe9f\xe8re les jattes de kiwis. D\xe8s No\xebl, o\xf9 un z\xe9phyr ha\xef me v\xeat. " * 20
for text, encoding, languages in ((russian, "utf_8", {"Russian"}), (russian, "cp1251", {"Russian"}), (french, "utf_8", {"French"}), (russian, "utf_16", {"Russian"})):
    best = from_bytes(text.encode(encoding)).best()
    assert str(best) == text, (encoding, best.encoding)
    assert set(best.languages) & languages or not best.languages, best.languages
    assert best.chaos < 0.2 and best.output() == text.encode()
plain = from_bytes(b"hello world " * 20).best()
assert plain.encoding == "ascii" and plain.could_be_from_charset and plain.percent_chaos == 0.0
marked = from_bytes(b"\xef\xbb\xbf" + french.encode()).best()
assert marked.bom and str(marked) == french
found = detect("caf\xe9 cr\xe8me ".encode("utf-8") * 10)
assert found["encoding"] == "utf-8" and found["confidence"] > 0.9
with open("text.txt", "wb") as file:
    file.write(russian.encode("koi8_r"))
matches = from_path("text.txt")
assert len(matches) >= 1 and str(matches.best()) == russian and matches[0] == matches.best()
with open("text.txt", "rb") as file:
    assert str(from_fp(file).best()) == russian
os.remove("text.txt")
assert is_binary(bytes(range(256)) * 20) and not is_binary(b"text " * 20)
assert md.mess_ratio("Plain English text, nothing odd in it at all.") == 0.0 < md.mess_ratio("\xc3\xa9\xc3\xa0\xc2\xa8" * 40)
assert cd.characters_popularity_compare("English", list("etaoinshrdlu")) > 0.3
limited = from_bytes(russian.encode("cp1251"), cp_isolation=["cp1251", "cp1252"])
assert limited.best().encoding == "cp1251"
assert from_bytes(b"").best().encoding == "utf_8" and charset_normalizer.__version__

raises(TypeError, "Expected object of type bytes or bytearray, got: <class 'str'>", from_bytes, "text")
raises(FileNotFoundError, "No such file or directory", from_path, "no-such-file")
raises(TypeError, "Expected object of type bytes or bytearray", detect, 5)
raises(ValueError, "Klingon not available", cd.characters_popularity_compare, "Klingon", ["a"])
print("ok")
