"""Writes listing.txt: run it with the CPython that is to be matched.

    python3.14 src/cli/tests/listing/make.py
"""

import os
import sys
import textwrap

import describe


def main():
    def failed(what, why):
        sys.exit("%s: %s" % (what, why))

    sections = describe.collect(failed)
    # Most slot wrappers are the same in all types: what a name means most often is written once.
    meanings = {}
    for heading, entries in sections.items():
        if heading.startswith("type "):
            for name, text in entries.items():
                if name and text[0] not in "dt":
                    counts = meanings.setdefault(name, {})
                    counts[text] = counts.get(text, 0) + 1
    common = {}
    for name, counts in meanings.items():
        text = max(counts, key=counts.get)
        if counts[text] > 1:
            common[name] = text
    lines = [
        "# Types and native modules of CPython %s on %s: name, kind, text signature, hash of the docstring." % (sys.version.split()[0], sys.platform),
        "# Written by make.py, read by compare.py. `= names`: as in [common]; `d names`: data; `t names`: types; `.`: the thing itself.",
        "[common]",
    ]
    lines += ["%s %s" % item for item in sorted(common.items())]
    for heading in sorted(sections):
        entries = sections[heading]
        lines.append("[%s]" % heading)
        lines.append(". " + entries.pop(""))
        groups = {"=": [], "d": [], "t": []}
        for name, text in sorted(entries.items()):
            if text in groups:
                groups[text].append(name)
            elif heading.startswith("type ") and common.get(name) == text:
                groups["="].append(name)
            else:
                lines.append("%s %s" % (name, text))
        for mark, names in groups.items():
            lines += [mark + " " + line for line in textwrap.wrap(" ".join(names), 146, break_long_words=False, break_on_hyphens=False)]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "listing.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    print("%s: %d sections" % (path, len(sections)))


main()
