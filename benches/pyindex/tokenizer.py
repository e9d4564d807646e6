"""Turns Python source into three parallel lists: kinds, texts, lines.

The kind of an operator or keyword is its own text; the others are `name`,
`number`, `string`, `fstart`, `fmiddle`, `fend`, `newline`, `indent`, `dedent`
and `end`. Comments and blank lines leave no token. An f-string (or t-string)
becomes `fstart`, then `fmiddle` for literal text and the ordinary tokens of each
field between `{` and `}`, then `fend`.
"""

import re


class TokenError(Exception):
    """Source that cannot be cut into tokens; the arguments are a reason and a line."""


KEYWORDS = frozenset(
    "False None True and as assert async await break class continue def del elif else except finally for from "
    "global if import in is lambda nonlocal not or pass raise return try while with yield".split()
)

_TOKEN = re.compile(
    r"""
    [ \t\f]*
    (?:
      ([a-zA-Z_\x80-\U0010ffff][\w\x80-\U0010ffff]*+)(?!["'])               # 1 a name that no quote follows
    | (\*\*=?|//=?|>>=?|<<=?|->|:=|\.\.\.|[-+*/%@&|^=<>!]=                  # 2 an operator
       |[-+*/%@&|^=<>!,:;~()\[\]{}]|\.(?!\d))
    | (\n)                                                                  # 3 the end of a line
    | ((?:[rR][bB]?|[bB][rR]?|[uU])?                                        # 4 a string without fields
       (?:\"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\"
       |'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
       |"[^"\\\n]*(?:\\.[^"\\\n]*)*"
       |'[^'\\\n]*(?:\\.[^'\\\n]*)*'))
    | ((?:[fFtT][rR]?|[rR][fFtT])(?:\"\"\"|'''|"|'))                        # 5 the start of a string with fields
    | (0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+           # 6 a number
       |(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][-+]?\d(?:_?\d)*)?[jJ]?)
    | (\#[^\n]*)                                                            # 7 a comment
    | (\\\n)                                                                # 8 a line that continues
    | ([a-zA-Z_\x80-\U0010ffff][\w\x80-\U0010ffff]*+)                      # 9 a name that a quote follows
    | (\Z)                                                                  # 10 the end
    )
    """,
    re.VERBOSE | re.DOTALL,
)

# Lines that hold nothing, then the indentation of the first one that does.
_LINE_START = re.compile(r"(?:[ \t\f]*(?:#[^\n]*)?\n)*([ \t\f]*)")


def _chunk(quote, raw):
    """The literal text of an f-string up to a field or its end."""
    stop = quote[0]
    parts = [r"[^{}\\" + stop + ("" if len(quote) == 3 else r"\n") + "]+", r"\{\{", r"\}\}", r"\\(?=[{}])", r"\\[^{}]"]
    if not raw:
        parts.insert(0, r"\\N\{[^}]*\}")
    if len(quote) == 3:
        parts.append(stop + "(?!" + stop * 2 + ")")
    return re.compile("(?:" + "|".join(parts) + ")+", re.DOTALL)


_CHUNKS = {(quote, raw): _chunk(quote, raw) for quote in ('"""', "'''", '"', "'") for raw in (False, True)}
_SPECS = {quote: re.compile(r"[^{}" + quote[0] + r"]+") for quote in ('"""', "'''", '"', "'")}
_CLOSERS = {")": "(", "]": "[", "}": "{"}


class Tokenizer:
    """One source text on its way to tokens."""

    def __init__(self, source):
        self.source = source
        self.kinds = []
        self.texts = []
        self.lines = []
        self.line = 1

    def emit(self, kind, text):
        self.kinds.append(kind)
        self.texts.append(text)
        self.lines.append(self.line)

    def fail(self, reason):
        raise TokenError(reason, self.line)

    def run(self):
        """All of the source as logical lines with their indentation."""
        source = self.source
        end = len(source)
        indents = [0]
        pos = 0
        while True:
            match = _LINE_START.match(source, pos)
            begin = match.end()
            if begin > pos:
                self.line += source.count("\n", pos, begin)
            if begin == end:
                break
            pos = begin
            blank = match.group(1)
            column = len(blank)
            if "\t" in blank or "\f" in blank:
                column = len(blank[blank.rfind("\f") + 1 :].expandtabs())
            if column > indents[-1]:
                indents.append(column)
                self.emit("indent", "")
            elif column < indents[-1]:
                # A comment that ends the file without a newline has no indentation of its own.
                if source[pos] == "#" and source.find("\n", pos) < 0:
                    break
                while column < indents[-1]:
                    indents.pop()
                    self.emit("dedent", "")
                if column != indents[-1]:
                    self.fail("unindent does not match")
            pos = self.tokens(pos, "")
            if pos >= end:
                break
        for _ in range(len(indents) - 1):
            self.emit("dedent", "")
        self.emit("end", "")
        return self

    def tokens(self, pos, field):
        """One logical line, or (where `field` is the quote of an f-string) the expression of one field.

        A field ends before the `!`, `:` or `}` that closes it.
        """
        source = self.source
        kinds, texts, lines = self.kinds, self.texts, self.lines
        match_token = _TOKEN.match
        keywords = KEYWORDS
        line = self.line
        brackets = []
        while True:
            match = match_token(source, pos)
            if match is None:
                self.line = line
                self.fail(f"unexpected {source[pos : pos + 10]!r}")
            group = match.lastindex
            pos = match.end()
            if group == 1 or group == 9:
                text = match.group(group)
                kinds.append(text if text in keywords else "name")
                texts.append(text)
                lines.append(line)
            elif group == 2:
                text = match.group(group)
                if text in "([{":
                    brackets.append(text)
                elif text in ")]}":
                    if not brackets:
                        if field and text == "}":
                            self.line = line
                            return pos - 1
                        self.line = line
                        self.fail(f"unmatched {text!r}")
                    if brackets.pop() != _CLOSERS[text]:
                        self.line = line
                        self.fail(f"{text!r} closes another bracket")
                elif field and not brackets and (text == "!" or text[0] == ":"):
                    self.line = line
                    return pos - len(text)
                kinds.append(text)
                texts.append(text)
                lines.append(line)
            elif group == 3:
                if not brackets and not field:
                    kinds.append("newline")
                    texts.append("")
                    lines.append(line)
                    self.line = line + 1
                    return pos
                line += 1
            elif group == 4:
                text = match.group(4)
                kinds.append("string")
                texts.append(text)
                lines.append(line)
                line += text.count("\n")
            elif group == 6:
                kinds.append("number")
                texts.append(match.group(6))
                lines.append(line)
            elif group == 5:
                self.line = line
                pos = self.fstring(match.group(5), pos)
                line = self.line
            elif group == 8:
                line += 1
            elif group == 10:
                self.line = line
                if brackets or field:
                    self.fail("unexpected end of file")
                kinds.append("newline")
                texts.append("")
                lines.append(line)
                return pos

    def fstring(self, start, pos):
        """A string with fields, from behind its opening quote to behind its closing one."""
        quote = start.lstrip("fFtTrR")
        raw = "r" in start.lower()
        source = self.source
        chunk = _CHUNKS[quote, raw]
        self.emit("fstart", start)
        while True:
            match = chunk.match(source, pos)
            if match is not None:
                self.emit("fmiddle", match.group())
                self.line += match.group().count("\n")
                pos = match.end()
            if source.startswith(quote, pos):
                self.emit("fend", quote)
                return pos + len(quote)
            if not source.startswith("{", pos):
                self.fail("unfinished f-string")
            pos = self.field(quote, pos)

    def field(self, quote, pos):
        """`{expression[=][!conversion][:specification]}` at `pos`; returns the place behind it."""
        source = self.source
        self.emit("{", "{")
        pos = self.tokens(pos + 1, quote)
        if source[pos] == "!":
            self.emit("!", "!")
            pos = self.tokens(pos + 1, quote)
        if source[pos] == ":":
            self.emit(":", ":")
            pos += 1
            spec = _SPECS[quote]
            while not source.startswith("}", pos):
                match = spec.match(source, pos)
                if match is not None:
                    self.emit("fmiddle", match.group())
                    self.line += match.group().count("\n")
                    pos = match.end()
                elif source.startswith("{", pos):
                    pos = self.field(quote, pos)
                elif len(quote) == 3 and pos < len(source) and not source.startswith(quote, pos):
                    self.emit("fmiddle", source[pos])
                    pos += 1
                else:
                    self.fail("unfinished field")
        self.emit("}", "}")
        return pos + 1


def tokenize(source):
    """The tokens of one module."""
    return Tokenizer(source.replace("\r\n", "\n").replace("\r", "\n")).run()
