"""Prints how the interpreter that runs this differs from listing.txt.

    pyston src/cli/tests/listing/compare.py [-d] [-q] [type list | module math | list | math …]

-d: differences of docstrings, too. -q: only counts. Status 1: there is a difference that reasons.txt does not explain.
A line of reasons.txt is `heading | name | reason`; `*` stands for every name.
"""

import sys

import describe


def folder():
    path = __file__.replace("\\", "/")
    return path[: path.rindex("/") + 1] if "/" in path else ""


def reasons():
    known = set()
    try:
        with open(folder() + "reasons.txt", encoding="utf-8") as file:
            for line in file:
                parts = [part.strip() for part in line.split("|")]
                if len(parts) == 3 and not line.startswith("#"):
                    known.add((parts[0], parts[1]))
    except FileNotFoundError:
        pass
    return known


def on_one_line(text):
    """Where the lines of a long signature end tells nothing."""
    first, *more = text.split("\\n")
    return " ".join([first, *[line.lstrip() for line in more]])


def without_doc(text):
    return on_one_line(text).rpartition(" ")[0] if text not in ("d", "t") else text


def differences(expected, actual, docs):
    """Pairs of name and what is wrong with it."""
    for name in expected:
        want, have = expected[name], actual.get(name)
        if have is None:
            yield name, "missing  %s" % want
        elif want != have and on_one_line(want) != on_one_line(have):
            if without_doc(want) != without_doc(have):
                yield name, "is  %s  not  %s" % (without_doc(have), without_doc(want))
            elif docs:
                yield name, "has another docstring"
    for name in actual:
        if name not in expected:
            yield name, "extra  %s" % actual[name]


def main():
    args = sys.argv[1:]
    docs, quiet = "-d" in args, "-q" in args
    wanted = [arg for arg in args if not arg.startswith("-")]
    expected = describe.read(folder() + "listing.txt")
    broken = {}
    actual = describe.collect(broken.__setitem__)
    known = reasons()
    totals = {"missing": 0, "extra": 0, "is": 0, "has": 0}
    names = missing_sections = explained = 0
    for heading in expected:
        if wanted and heading not in wanted and heading.partition(" ")[2] not in wanted:
            continue
        names += len(expected[heading])
        if heading not in actual:
            if (heading, "*") in known:
                explained += 1
                continue
            missing_sections += 1
            totals["missing"] += len(expected[heading])
            print("[%s] missing: %s" % (heading, broken.get(heading, "no such type")))
            continue
        lines = []
        for name, what in differences(expected[heading], actual[heading], docs):
            if (heading, name or ".") in known or (heading, "*") in known:
                explained += 1
                continue
            totals[what.split()[0]] += 1
            lines.append("    %s %s" % (name or ".", what))
        if lines:
            print("[%s] %d" % (heading, len(lines)))
            if not quiet:
                print("\n".join(lines))
    if not wanted:
        for heading in actual:
            if heading not in expected and (heading, "*") not in known:
                totals["extra"] += 1
                print("[%s] extra" % heading)
        for what in broken:
            if what not in expected:
                print("%s: %s" % (what, broken[what]))
    print(
        "%d names: %d missing (%d whole sections), %d extra, %d of another kind or signature, %d of another docstring, %d explained"
        % (names, totals["missing"], missing_sections, totals["extra"], totals["is"], totals["has"], explained)
    )
    return 1 if sum(totals.values()) else 0


sys.exit(main())
