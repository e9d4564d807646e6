"""Sizes and offsets of structs, as a compiled program prints them."""

import csv

import toolchain

# Known by their tag alone.
TAGGED = {"_frozen", "_inittab", "_opaque", "_specialization_cache", "wrapperbase", "PyExpat_CAPI"}
# Declared by internal headers.
CORE = {"PyFrameObject": "internal/pycore_frame.h"}

PROLOGUE = """
#include <stdio.h>
#include <string.h>
static void bits(const char *type, const char *field, const void *set, unsigned long size)
{
    unsigned long first = size * 8, last = 0, bit;
    for (bit = 0; bit < size * 8; bit++) {
        if (((const unsigned char *)set)[bit / 8] >> (bit % 8) & 1) {
            first = bit < first ? bit : first;
            last = bit;
        }
    }
    /* Bit fields are counted from the start of their 32-bit word. */
    printf("%s\\t%s\\t%lu:%lu\\t0:%lu\\n", type, field, first / 32 * 4, first % 32, last - first + 1);
}
#define SIZE(type, name) printf("%s\\t(sizeof)\\t0\\t%lu\\n", name, (unsigned long)sizeof(type));
#define FIELD(type, name, field) printf("%s\\t%s\\t%lu\\t%lu\\n", name, #field, \\
    (unsigned long)offsetof(type, field), (unsigned long)sizeof(((type *)0)->field));
#define ARRAY(type, name, field) printf("%s\\t%s\\t%lu\\t0\\n", name, #field, \\
    (unsigned long)offsetof(type, field));
#define BITS(type, name, field) do { type s; memset(&s, 0, sizeof s); s.field = -1; \\
    bits(name, #field, &s, sizeof s); } while (0);
"""


def facts(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def line(row):
    name, field = row["struct"], row["field"]
    ctype = f"struct {name}" if name in TAGGED else name
    if field == "(sizeof)":
        return f'SIZE({ctype}, "{name}")'
    kind = "BITS" if ":" in row["offset"] else "ARRAY" if row["size"] == "0" else "FIELD"
    return f'{kind}({ctype}, "{name}", {field})'


def program(rows, headers, defines=""):
    top = defines + toolchain.includes(headers) + "#include <stddef.h>\n" + PROLOGUE + "int main(void) {\n"
    return top + "\n".join(map(line, rows)) + "\nreturn 0; }\n", top.count("\n")


def declared(side, rows, headers):
    """The rows that the side's headers know, the others, and the program's output."""
    source, above = program(rows, headers)
    bad = toolchain.bad_lines(side, source)
    known = [r for i, r in enumerate(rows) if above + 1 + i not in bad]
    unknown = [r for i, r in enumerate(rows) if above + 1 + i in bad]
    source, _ = program(known, headers)
    return known, unknown, toolchain.run(side, source)


def compare(reference, side, layout, report):
    """Every row that the reference's public headers declare must be the same on our side."""
    rows = facts(layout)
    public = [r for r in rows if r["struct"] not in CORE]
    known, _, there = declared(reference, public, toolchain.HEADERS)
    _, unknown, here = declared(side, known, toolchain.HEADERS)
    for row in unknown:
        report("struct", f"{row['struct']}.{row['field']}", "not declared")
    for name, header in CORE.items():
        members = [r for r in rows if r["struct"] == name]
        headers = ("Python.h", header)
        core = [toolchain.Side(s.name, s.include, (*s.flags, "-DPy_BUILD_CORE")) for s in (reference, side)]
        known += members
        there += declared(core[0], members, headers)[2]
        here += declared(core[1], members, headers)[2]
    differ(there, here, report)
    return len(known)


def differ(there, here, report):
    def table(text):
        return {tuple(l.split("\t")[:2]): l.split("\t")[2:] for l in text.splitlines()}
    theirs, ours = table(there), table(here)
    for key, value in theirs.items():
        if key in ours and ours[key] != value:
            report("struct", ".".join(key), f"{ours[key]}, there {value}")
