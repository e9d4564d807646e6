"""A reader for the small part of C that declarations in header files use.

It works on preprocessed text in which every exported declaration starts with
one of two marker words (see `MARKS`), so no real C parser is needed.
"""

import re

MARKS = ("__EXPORT_FUNC__", "__EXPORT_DATA__")

TYPE_WORDS = {
    "void", "char", "short", "int", "long", "float", "double", "signed",
    "unsigned", "const", "volatile", "struct", "enum", "union", "_Bool", "bool",
}
QUALIFIERS = {"const", "volatile", "restrict", "__restrict"}

LINE = re.compile(r'^# \d+ "([^"]*)"')
TOKEN = re.compile(r"[A-Za-z_]\w*|\d\w*|\.\.\.|\S")


def declarations(text):
    """Yields (file, marker, tokens) for each marked declaration in `text`."""
    where, pending, start, before = "", None, "", []
    for line in text.splitlines():
        found = LINE.match(line)
        if found:
            where = found.group(1)
            continue
        for token in TOKEN.findall(line):
            if token in MARKS:
                # Attributes such as "deprecated" stand before the marker.
                pending, start = [token, *before], where
            elif pending is None:
                before = [] if token in ";{}" else [*before, token]
            elif token == ";":
                yield start, pending[0], pending[1:]
                pending, before = None, []
            else:
                pending.append(token)


def without_attributes(tokens):
    """Splits a declaration into its tokens and the attributes they carried."""
    kept, attributes, i = [], [], 0
    while i < len(tokens):
        if tokens[i] in ("__attribute__", "__attribute"):
            end = closing(tokens, i + 1)
            attributes.append("".join(tokens[i + 3:end - 1]).replace("__", ""))
            i = end + 1
        elif tokens[i] in ("extern", "__extension__"):
            i += 1
        else:
            kept.append("bool" if tokens[i] == "_Bool" else tokens[i])
            i += 1
    return kept, attributes


def closing(tokens, open_at):
    """Index of the bracket that closes the one at `open_at`."""
    depth = 0
    for i in range(open_at, len(tokens)):
        if tokens[i] in "([{":
            depth += 1
        elif tokens[i] in ")]}":
            depth -= 1
            if depth == 0:
                return i
    raise ValueError("unbalanced: " + " ".join(tokens))


def split(tokens):
    """Splits an argument list at its outer commas."""
    parts, depth, part = [], 0, []
    for token in tokens:
        if token in "([":
            depth += 1
        elif token in ")]":
            depth -= 1
        if token == "," and depth == 0:
            parts.append(part)
            part = []
        else:
            part.append(token)
    if part:
        parts.append(part)
    return parts


def is_word(token):
    return bool(re.match(r"[A-Za-z_]", token))


def nameless(tokens):
    """A parameter without its name, parameters of function pointers included."""
    tokens = list(tokens)
    if "(" in tokens:
        at = tokens.index("(")
        end = closing(tokens, at)
        if tokens[at + 1] == "*":
            inner = [t for t in tokens[at + 1:end] if t == "*"]
            rest = tokens[end + 1:]
            if rest and rest[0] == "(":
                rest = ["("] + parameters(rest[1:-1]) + [")"]
            return tokens[:at] + ["("] + inner + [")"] + rest
        return tokens
    tail = []
    if "[" in tokens:
        at = tokens.index("[")
        tokens, tail = tokens[:at], tokens[at:]
    last = tokens[-1]
    if is_word(last) and last not in TYPE_WORDS:
        before = [t for t in tokens[:-1] if t not in QUALIFIERS]
        if before and before[-1] not in ("struct", "enum", "union"):
            tokens = tokens[:-1]
    return tokens + tail


def parameters(tokens):
    out = []
    for i, part in enumerate(split(tokens)):
        if i:
            out.append(",")
        out.extend(part if part == ["..."] else nameless(part))
    return out


def spell(tokens):
    """Joins tokens with the project's spacing: `int f(PyObject *, char **)`."""
    out = ""
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else ""
        if not out or token in "),]" or before in "([" or (token == "[" and is_word(before)):
            gap = ""
        elif token == "[":
            gap = " " if before == "*" else ""
        elif token == "*" and before == "*":
            gap = ""
        elif token == "(":
            # `(*` opens a function pointer, otherwise it is a parameter list.
            gap = " " if tokens[i + 1] == "*" and before != "*" else ""
        elif before == "*" and is_word(token):
            gap = " " if token in QUALIFIERS else ""
        else:
            gap = " "
        out += gap + token
    return re.sub(r"\bconst\*", "const *", out).replace(" )", ")")


def function(tokens):
    """(name, prototype) of a function's declaration."""
    # The name stands before the outermost parameter list; a function that
    # returns a function pointer does not occur in the API.
    at = tokens.index("(")
    end = closing(tokens, at)
    if end != len(tokens) - 1:
        raise ValueError("not understood: " + " ".join(tokens))
    name = tokens[at - 1]
    return name, spell(tokens[:at + 1] + parameters(tokens[at + 1:end]) + [")"])


def datum(tokens):
    """(name, declaration) of a datum's declaration."""
    if "(" in tokens and tokens[tokens.index("(") + 1] == "*":
        name = tokens[tokens.index("(") + 2]
    else:
        name = [t for t in tokens[:tokens.index("[") if "[" in tokens else None] if is_word(t)][-1]
    return name, spell(tokens)
