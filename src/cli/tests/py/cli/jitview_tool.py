# modes: one
# needs: subprocess
# timeout: 60
"""The tool that shows which lines of a program ran compiled: python -m jitview. Units are interpreted, so no LLVM is needed."""
import html.parser
import os
import re
import subprocess
import sys
import tempfile

if not hasattr(sys._jit, "units"):
    sys.exit()  # It is not CPython's.

MAIN = """\
import sys
import helper

for number in range(20):
    helper.total([1, 2, 3])
for number in range(400):
    helper.total([1.5, 2, 3])
helper.once(1)
print("<", sys.argv, __name__)
sys.stdout.close()
if len(sys.argv) > 2:
    raise ValueError("told to")
sys.exit(3)
"""
HELPER = '''\
"""A & B"""

def total(items):
    result = 0
    for item in items:
        result = result + item
    return result

def once(x):
    y = x + 1  # <b>
    return y

def never():
    return 1
'''
base = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PYSTON"))}
folder = tempfile.TemporaryDirectory()
main, helper, page = (os.path.join(folder.name, name) for name in ("main.py", "helper.py", "page.html"))
for path, text in (main, MAIN), (helper, HELPER):
    with open(path, "w") as file:
        file.write(text)


def run(*arguments, status=3, err="", options=("-X", "jit-backend=trivial"), **variables):
    command = [sys.executable, *options, "-m", "jitview", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=base | variables, cwd=folder.name, timeout=30)
    assert done.returncode == status and re.fullmatch(err, done.stderr), done
    return done.stdout


def marks(text, path):
    """The marks and reasons of a file's lines."""
    part = text[text.index(path + ": "):]
    found = {}
    for line in part[part.index("\n") + 1:part.index("\n\n")].splitlines():
        match = re.fullmatch(r"(..)  (\S.*? \d+|) +(\d+)(?:  .*)?", line)
        assert match, line
        found[int(match[3])] = (match[1].strip(), match[2].strip())
    return found


# As text: the program's own files, then the tables; the process ends as the program does.
text = run("--jit", "eager", "--html", page, main, "x")
assert text.startswith(f"< ['{main}', 'x'] __main__\n{helper}: "), text
seen = marks(text, helper)
assert seen[4] == ("c", "") and seen[7] == ("c", "") and seen[2] == ("", ""), text
assert {seen[5], seen[6]} >= {("cD", "class 128")}, text
assert seen[3] == seen[9] == seen[10] == seen[11] == seen[13] == ("I", "") and seen[14] == (".", ""), text
seen = marks(text, main)
assert seen[1] == seen[2] == ("I", "") and seen[3] == ("", ""), text
assert all(seen[line][0] in ("C", "CD") for line in (4, 5, 6, 7)), text
assert re.search(rf"^  total, {re.escape(helper)}:5 +loop +0  given up: class +[\d.]+ +32 +128$", text, re.M), text
assert re.search(rf"^ +128  class +total, {re.escape(helper)}:[56]$", text, re.M), text
assert re.search(r"^the whole process: \d+ units compiled in [\d.]+ s, \d+ given up \(class \d", text, re.M), text

# Options of the interpreter stay; a module; one file alone; a failure.
err = r'Traceback \(most recent call last\):\n  File "[^"]*main.py", line 12, in <module>\n    raise ValueError\("told to"\)\nValueError: told to\n'
text = run("--source", "helper.py", "--source", "bisect.py", "-m", "main", "x", "y", status=1, err=err, options=("-X", "jit-backend=trivial", "-X", "jit=eager", "-O"))
assert "main.py: " not in text and marks(text, helper)[4] == ("c", ""), text


class Page(html.parser.HTMLParser):
    """Every tag is closed; the classes of source lines, by number."""

    def __init__(self):
        super().__init__()
        self.open, self.lines, self.file, self.line, self.text = [], {}, None, None, ""

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert not {"src", "href"} & set(attributes), "it needs nothing else"
        if tag != "meta":
            self.open.append((tag, attributes.get("class")))

    def handle_data(self, data):
        self.text += data
        if self.open and self.open[-1][0] == "h2":
            self.file = data
        if self.open and self.open[-1] == ("i", "l"):
            self.lines[self.file, int(data)] = self.open[-2][1]

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag


# As a page.
with open(page) as file:
    text = file.read()
parsed = Page()
parsed.feed(text)
assert not parsed.open and text.startswith("<!DOCTYPE html>") and "<script" not in text
assert parsed.lines[helper, 4] == "c" and parsed.lines[helper, 10] == "I" and parsed.lines[helper, 14] == "" and parsed.lines[main, 5] == "C", parsed.lines
assert "D" in (parsed.lines[helper, 5], parsed.lines[helper, 6]), parsed.lines
assert "A &amp; B" in text and "# &lt;b&gt;" in text
assert "y = x + 1  # <b>\n" in parsed.text and "an object was of another class than the ones before" in parsed.text

# What cannot be.
missing = os.path.join(folder.name, "none.so")
assert run(main, status=1, err="jitview: there is no compiler: its library is missing\n", options=(), PYSTON_LOWER=missing) == ""
assert run(main, status=1, err=r"jitview: the compiler is off \(-X jit=off\)\n", options=("-X", "jit=off")) == ""
assert run("none.py", status=1, err="jitview: cannot open none.py: No such file or directory\n") == ""
run(status=2, err="(?s)usage: python -m jitview .*: no program\n")
assert run("-q", main) == f"< ['{main}'] __main__\n"
run("--help", status=0)
