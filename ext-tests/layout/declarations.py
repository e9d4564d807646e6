"""Functions and data: the same names, types and attributes under every version of the API."""

import cdecl
import toolchain

VERSIONS = ["", *(f"0x03{minor:02x}0000" for minor in range(2, 15))]


def read(side, version):
    """{name: (declaration, attributes)} of what the headers show."""
    flags = [f"-DPy_LIMITED_API={version}"] if version else []
    options = ["-E", "-DPyAPI_FUNC(T)=__EXPORT_FUNC__ T", "-DPyAPI_DATA(T)=__EXPORT_DATA__ T", *flags]
    # The whole API has headers beside Python.h, which each side may split as it likes.
    source = toolchain.includes(toolchain.HEADERS if not version else ("Python.h",))
    # Pointers to functions have their marker on one side only.
    text = toolchain.checked(toolchain.gcc([*options, *side.options()], source), side.name)
    result = {}
    for _, mark, tokens in cdecl.declarations(text):
        tokens, attributes = cdecl.without_attributes(tokens)
        name, declaration = (cdecl.function if mark == cdecl.MARKS[0] else cdecl.datum)(tokens)
        result[name] = (declaration, sorted(a.replace(" ", "") for a in attributes))
    return result


def compare(reference, side, report):
    counts = {}
    for version in VERSIONS:
        theirs, ours = read(reference, version), read(side, version)
        label = version or "whole"
        counts[label] = len(theirs)
        for name in sorted(set(theirs) | set(ours)):
            if theirs.get(name) != ours.get(name):
                report("declaration", label, name, f"{ours.get(name)}, there {theirs.get(name)}")
    return counts
