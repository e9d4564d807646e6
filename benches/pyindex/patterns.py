"""`match` statements and their patterns, mixed into the parser.

A capture is a `Store`, a pattern's kind is the `ast` module's name for it.
"""


class PatternParser:
    __slots__ = ()

    def starts_match(self):
        """Whether the name `match` at the start of a line is the keyword: `case` begins the block below."""
        kinds = self.kinds
        end = kinds.index("newline", self.pos)
        return kinds[end - 1] == ":" and kinds[end + 1] == "indent" and self.texts[end + 2] == "case"

    def node(self, kind, line, name, kids):
        return self.node_type(kind, line, name, kids)

    def match(self):
        line = self.lines[self.pos]
        self.advance()
        kids = [self.expressions()]
        self.expect(":")
        self.expect("newline")
        self.expect("indent")
        while self.kind == "name" and self.texts[self.pos] == "case":
            start = self.lines[self.pos]
            self.advance()
            inner = [self.open_pattern()]
            if self.accept("if"):
                inner.append(self.named())
            inner += self.block()
            kids.append(self.node("match_case", start, None, inner))
        self.expect("dedent")
        return self.node("Match", line, None, kids)

    def open_pattern(self):
        """A pattern, or a sequence of them without brackets."""
        line = self.lines[self.pos]
        first = self.pattern()
        if self.kind != ",":
            return first
        items = [first]
        while self.accept(","):
            if self.kind == ":" or self.kind == "if":
                break
            items.append(self.pattern())
        return self.node("MatchSequence", line, None, items)

    def pattern(self):
        """Alternatives and `as`; also `*name`, which only a sequence may hold."""
        line = self.lines[self.pos]
        if self.accept("*"):
            return self.node("MatchStar", line, None, self.capture())
        items = [self.closed_pattern()]
        while self.accept("|"):
            items.append(self.closed_pattern())
        left = items[0] if len(items) == 1 else self.node("MatchOr", line, None, items)
        if self.accept("as"):
            left = self.node("MatchAs", line, None, [left] + self.capture())
        return left

    def capture(self):
        line = self.lines[self.pos]
        name = self.expect("name")
        return [] if name == "_" else [self.node("Store", line, name, ())]

    def closed_pattern(self):
        line = self.lines[self.pos]
        kind = self.kind
        if kind == "name":
            if self.kinds[self.pos + 1] not in (".", "("):
                return self.node("MatchAs", line, None, self.capture())
            value = self.name()
            while self.kind == ".":
                value = self.attribute(value)
            if self.kind == "(":
                return self.class_pattern(value)
            return self.node("MatchValue", line, None, [value])
        if kind in ("None", "True", "False"):
            return self.node("MatchSingleton", line, None, [self.constant()])
        if kind == "(" or kind == "[":
            return self.sequence(")" if kind == "(" else "]")
        if kind == "{":
            return self.mapping()
        return self.node("MatchValue", line, None, [self.pattern_value()])

    def pattern_value(self):
        """A number (signed, complex) or string, or a dotted name as a key."""
        return self.expression(self.above_bit_or)

    def sequence(self, end):
        line = self.lines[self.pos]
        self.advance()
        items = []
        comma = end == "]"
        while self.kind != end:
            items.append(self.pattern())
            if not self.accept(","):
                break
            comma = True
        self.expect(end)
        if not comma and len(items) == 1 and items[0].kind != "MatchStar":
            return items[0]
        return self.node("MatchSequence", line, None, items)

    def mapping(self):
        line = self.lines[self.pos]
        self.advance()
        items = []
        while self.kind != "}":
            if self.accept("**"):
                items += self.capture()
            else:
                items.append(self.pattern_value())
                self.expect(":")
                items.append(self.pattern())
            if not self.accept(","):
                break
        self.expect("}")
        return self.node("MatchMapping", line, None, items)

    def class_pattern(self, value):
        line = value.line
        self.advance()
        items = [value]
        while self.kind != ")":
            if self.kind == "name" and self.kinds[self.pos + 1] == "=":
                self.advance()
                self.advance()
            items.append(self.pattern())
            if not self.accept(","):
                break
        self.expect(")")
        return self.node("MatchClass", line, None, items)
