"""Levenshtein: distances, ratios, medians, edit operations, errors."""

from _expect import raises

import Levenshtein
from Levenshtein import distance, editops, hamming, jaro, jaro_winkler, matching_blocks, opcodes, ratio

assert distance("kitten", "sitting") == 3 and distance("", "abc") == 3 and distance("same", "same") == 0
assert distance("caf\xe9", "cafe") == 1 and distance("\U0001f600a", "\u20aca") == 1 and distance(b"abc", b"abd") == 1
assert distance("lewenstein", "levenshtein", weights=(1, 1, 2)) == 3 and distance("abcdef", "uvwxyz", score_cutoff=2) == 3
assert distance(["spam", "egg"], ["spam", "ham", "egg"]) == 1 and distance("a" * 5000, "a" * 4990 + "b" * 10) == 10
assert distance("AB", "ab", processor=str.lower) == 0
assert abs(ratio("lewenstein", "levenshtein") - 0.857142857) < 1e-6
assert hamming("karolin", "kathrin") == 3 and abs(jaro("DIXON", "DICKSONX") - 0.766666) < 1e-5
assert abs(jaro_winkler("MARTHA", "MARHTA") - 0.961111) < 1e-5 and abs(jaro_winkler("ab", "ac", prefix_weight=0.0) - jaro("ab", "ac")) < 1e-9

operations = editops("spam", "park")
assert operations == [("delete", 0, 0), ("insert", 3, 2), ("replace", 3, 3)]
assert Levenshtein.apply_edit(operations, "spam", "park") == "park"
assert Levenshtein.inverse(operations) == [("insert", 0, 0), ("delete", 2, 3), ("replace", 3, 3)]
assert opcodes("spam", "park")[:2] == [("delete", 0, 1, 0, 0), ("equal", 1, 3, 0, 2)]
blocks = matching_blocks(editops("spam", "park"), "spam", "park")
assert "".join("spam"[a : a + size] for a, b, size in blocks) == "pa"
assert Levenshtein.apply_edit(Levenshtein.subtract_edit(operations, operations[:1]), "pam", "park") == "park"

names = ["Levnhtein", "Leveshein", "Leenshten", "Leveshtei", "Lenshtein", "Lvenstein", "Levenhtin", "evenshtei"]
assert Levenshtein.median(names) == "Levenshtein" and Levenshtein.setmedian(names) == "Levnhtein"
assert Levenshtein.quickmedian(["fixed", "fixe", "fixd"]) == "fixd"
assert Levenshtein.median_improve("spam", ["spa", "spam", "sam"]) == "spam"
assert 0 < Levenshtein.seqratio(["newspaper", "litter bin"], ["caterpillar", "litter bin"]) < 1
assert Levenshtein.setratio(["a", "b"], ["b", "a"]) == 1.0

raises(TypeError, "object of type 'int' has no len()", distance, "a", 5)
raises(ValueError, "Sequences are not the same length.", hamming, "abc", "abcd", pad=False)
raises(ValueError, "not enough values to unpack (expected 2, got 1)", editops, 1)
raises(TypeError, "'int' object is not iterable", Levenshtein.median, 5)
raises(ValueError, "Invalid Edit Type", Levenshtein.apply_edit, [("nonsense", 0, 0)], "a", "b")
print("ok")
