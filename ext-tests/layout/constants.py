"""Macros: which exist, and the values of those that are constants."""

import re

import declarations
import toolchain

PROLOGUE = """
#include <stdio.h>
#include <stdint.h>
#include <wchar.h>
static void text(const char *v) { printf("\\"%s\\"\\n", v); }
static void wide(const wchar_t *v) { printf("L\\"%ls\\"\\n", v); }
static void real(long double v) { printf("%La\\n", v); }
static void number(__int128 v) { printf("%s%#jx\\n", v < 0 ? "-" : "", (uintmax_t)(v < 0 ? -v : v)); }
static void pointer(const void *v) { printf("pointer %p\\n", v); }
#define SHOW(name) printf("%s\\t%lu\\t", #name, (unsigned long)sizeof(name)); \\
    _Generic((name), char *: text, const char *: text, wchar_t *: wide, const wchar_t *: wide, \\
             float: real, double: real, long double: real, void *: pointer, default: number)(name);
"""


def program(names):
    top = toolchain.includes() + PROLOGUE + "int main(void) {\n"
    return top + "".join(f"SHOW({n})\n" for n in names) + "return 0; }\n", top.count("\n")


def values(side, names):
    """{name: size and value} of those macros that are values."""
    good, bad = list(names), {0}
    while bad:
        # One error may hide others.
        source, above = program(good)
        bad = toolchain.bad_lines(side, source)
        kept = [n for i, n in enumerate(good) if above + 1 + i not in bad]
        if bad and len(kept) == len(good):
            raise toolchain.Failure(f"{side.name}: errors outside of the list")
        good = kept
    out = toolchain.run(side, program(good)[0])
    return dict(l.split("\t", 1) for l in out.splitlines())


def compare(reference, side, exceptions, report):
    theirs = toolchain.macros(reference, toolchain.includes())
    ours = toolchain.macros(side, toolchain.includes())
    # A macro there may be an inline function here.
    inline = functions(toolchain.preprocess(side, toolchain.includes()))
    for name in theirs:
        if name not in ours and name not in inline and not exceptions.absent(name):
            report("macro", name, "absent")
    both = [n for n, text in theirs.items() if n in ours and is_object_like(text) and not set("{};") & set(text)]
    there, here = values(reference, both), values(side, both)
    for name, value in there.items():
        if here.get(name) != value and not exceptions.other_value(name):
            report("constant", name, f"{here.get(name)}, there {value}")
    return len(theirs), len(there)


def is_object_like(definition):
    """Whether the text after the name does not begin with parameters."""
    return not definition.startswith("(")


def functions(text):
    """Names of the inline functions in preprocessed text."""
    return set(re.findall(r"\bstatic inline\b[^;{}()]*(?:__attribute__\s*\(\([^)]*\)\))?[^;{}()]*?\b(\w+)\s*\(", text))


def compare_inline(reference, side, exceptions, report):
    """An inline function may be a macro on the other side, but the name must mean something."""
    theirs = functions(toolchain.preprocess(reference, toolchain.includes()))
    text = toolchain.preprocess(side, toolchain.includes())
    ours = set(re.findall(r"\b(\w+)\s*\(", text)) | set(toolchain.macros(side, toolchain.includes()))
    for name in sorted(theirs - ours):
        if not exceptions.absent(name):
            report("inline function", name, "absent")
    return len(theirs)


def enumerators(text):
    names = set()
    for body in re.findall(r"\benum\b[^{};()]*\{([^}]*)\}", text):
        names |= set(re.findall(r"(?:^|,)\s*(\w+)", body))
    return names


def compare_enums(reference, side, exceptions, report):
    only = sorted(n for n in enumerators(toolchain.preprocess(reference, toolchain.includes()))
                  if re.match(r"_?P[Yy]", n))
    there, here = values(reference, only), values(side, only)
    for name, value in there.items():
        if here.get(name) != value and not exceptions.absent(name):
            report("enumerator", name, f"{here.get(name)}, there {value}")
    return len(there)


def compare_visible(reference, side, exceptions, report):
    """Under each version of the limited API the same public macros are defined."""
    names = {}
    for version in declarations.VERSIONS[1:]:
        sides = [toolchain.Side(s.name, s.include, (*s.flags, f"-DPy_LIMITED_API={version}"))
                 for s in (reference, side)]
        theirs, ours = (toolchain.macros(s, toolchain.includes(("Python.h",))) for s in sides)
        inline = functions(toolchain.preprocess(sides[1], toolchain.includes(("Python.h",))))
        inline_there = functions(toolchain.preprocess(sides[0], toolchain.includes(("Python.h",))))
        for name in theirs:
            if name not in ours and name not in inline and not exceptions.absent(name):
                report("limited macro", version, name, "absent")
        for name in ours:
            public = re.match(r"(Py|PY|METH|CO|T)_|Py[A-Z]", name) and not name.startswith("PYSTON_")
            if public and name not in theirs and name not in inline_there and not exceptions.match("extra", name):
                report("limited macro", version, name, "not there")
        names[version] = len(theirs)
    return names
