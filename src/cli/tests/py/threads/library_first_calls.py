"""Several threads call functions of the library for the first time at the same moment, and look into their code."""

import calendar
import colorsys
import fnmatch
import html
import ntpath
import posixpath
import shlex
import string
import textwrap
import threading

CALLS = [
    (colorsys.rgb_to_hls, (0.25, 0.5, 0.75)),
    (colorsys.rgb_to_hsv, (0.25, 0.5, 0.75)),
    (colorsys.hls_to_rgb, (0.25, 0.5, 0.75)),
    (colorsys.rgb_to_yiq, (0.25, 0.5, 0.75)),
    (shlex.split, ("a 'b c' d",)),
    (shlex.quote, ("a b",)),
    (string.capwords, ("one two",)),
    (html.escape, ("<a & b>",)),
    (html.unescape, ("&lt;&amp;&eacute;",)),
    (fnmatch.translate, ("*.p[yc]",)),
    (calendar.monthrange, (2024, 2)),
    (calendar.leapdays, (1900, 2024)),
    (ntpath.splitdrive, ("c:\\a\\b",)),
    (ntpath.normpath, ("c:\\a\\..\\b",)),
    (posixpath.relpath, ("/a/b", "/a/c")),
    (textwrap.shorten, ("many words in a row", 12)),
    (textwrap.indent, ("a\nb", "  ")),
]

THREADS = 4
results = [[] for _ in range(THREADS)]
barrier = threading.Barrier(THREADS)


def run(number):
    for function, arguments in CALLS:
        barrier.wait()
        if number == 0:
            names = function.__code__.co_names
            results[number].append((function(*arguments), names, function.__doc__))
        else:
            value = function(*arguments)
            results[number].append((value, function.__code__.co_names, function.__doc__))


threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

for number in range(1, THREADS):
    assert results[number] == results[0], f"thread {number} saw something else"
for (function, arguments), (value, names, doc) in zip(CALLS, results[0]):
    assert function(*arguments) == value
    assert function.__code__.co_names == names and function.__doc__ == doc
assert results[0][5][0] == "'a b'" and results[0][6][0] == "One Two"
