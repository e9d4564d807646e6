"""The tree, and a Pratt parser for expressions.

Every node is a kind (the name that the `ast` module has for it), a line, a name
or None, and its children in the order of the source.
"""


class ParseError(Exception):
    """Tokens that are no program; the arguments are a reason and a line."""


class Node:
    __slots__ = ("kind", "line", "name", "kids")

    def __init__(self, kind, line, name, kids):
        self.kind = kind
        self.line = line
        self.name = name
        self.kids = kids

    def __repr__(self):
        return f"{self.kind}({self.name!r}, {self.kids!r})"


# How strongly each construct binds.
LOWEST, TERNARY, OR, AND, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, PRODUCT, UNARY, POWER, AWAIT, POSTFIX = range(16)

_BINARY = {
    "|": BIT_OR, "^": BIT_XOR, "&": BIT_AND, "<<": SHIFT, ">>": SHIFT, "+": SUM, "-": SUM,
    "*": PRODUCT, "/": PRODUCT, "//": PRODUCT, "%": PRODUCT, "@": PRODUCT,
}  # fmt: skip
_COMPARISONS = frozenset(["==", "!=", "<", "<=", ">", ">=", "in", "not", "is"])
AUGMENTED = frozenset(["+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", "<<=", ">>=", "**="])
_ENDS = frozenset([")", "]", "}", "newline", "=", ":", ";", "end", "!", "in", "for", "async"]) | AUGMENTED


class ExpressionParser:
    """Expressions; `self.kind` is always the kind of the token at `self.pos`."""

    def __init__(self, tokens):
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self.lines = tokens.lines
        self.pos = 0
        self.kind = self.kinds[0]

    def fail(self, reason=None):
        line = self.lines[self.pos]
        raise ParseError(reason or f"unexpected {self.kind} {self.texts[self.pos]!r}", line)

    def advance(self):
        """Steps over one token and returns its text."""
        text = self.texts[self.pos]
        self.pos += 1
        self.kind = self.kinds[self.pos]
        return text

    def expect(self, kind):
        if self.kind != kind:
            self.fail(f"expected {kind}, found {self.kind} {self.texts[self.pos]!r}")
        text = self.texts[self.pos]
        self.pos += 1
        self.kind = self.kinds[self.pos]
        return text

    def accept(self, kind):
        if self.kind != kind:
            return False
        self.pos += 1
        self.kind = self.kinds[self.pos]
        return True

    # The engine.

    def expression(self, power=LOWEST):
        """One expression whose operators all bind more strongly than `power`."""
        prefix = PREFIXES.get(self.kind)
        if prefix is None:
            self.fail()
        left = prefix(self)
        while True:
            infix = INFIXES.get(self.kind)
            if infix is None or infix[0] <= power:
                return left
            if self.kind == "not" and self.kinds[self.pos + 1] != "in":
                return left
            left = infix[1](self, left)

    def named(self, power=LOWEST):
        """An expression, or `name := expression`."""
        left = self.expression(power)
        if self.kind == ":=" and left.kind == "Name":
            self.advance()
            value = self.expression(power)
            left = Node("NamedExpr", left.line, None, [Node("Store", left.line, left.name, ()), value])
        return left

    def starred(self, power=LOWEST):
        """An element of a display: `*expression` or a named expression."""
        if self.kind == "*":
            line = self.lines[self.pos]
            self.advance()
            return Node("Starred", line, None, [self.expression(COMPARE)])
        return self.named(power)

    def expressions(self):
        """`a, *b, c`: a tuple where there is a comma."""
        line = self.lines[self.pos]
        first = self.starred()
        if self.kind != ",":
            return first
        items = [first]
        while self.accept(","):
            if self.kind in _ENDS:
                break
            items.append(self.starred())
        return Node("Tuple", line, None, items)

    def targets(self):
        """What stands between `for` and `in`."""
        line = self.lines[self.pos]
        items = [self.target()]
        comma = False
        while self.accept(","):
            comma = True
            if self.kind == "in":
                break
            items.append(self.target())
        if not comma:
            return items[0]
        return Node("Tuple", line, None, items)

    def target(self):
        if self.kind == "*":
            line = self.lines[self.pos]
            self.advance()
            return Node("Starred", line, None, [store(self.expression(COMPARE))])
        return store(self.expression(COMPARE))

    # Prefixes.

    def name(self):
        pos = self.pos
        node = Node("Name", self.lines[pos], self.texts[pos], ())
        self.pos = pos + 1
        self.kind = self.kinds[pos + 1]
        return node

    def constant(self):
        pos = self.pos
        node = Node("Constant", self.lines[pos], self.texts[pos], ())
        self.pos = pos + 1
        self.kind = self.kinds[pos + 1]
        return node

    def strings(self):
        """Strings side by side are one; with a field in any of them it is a JoinedStr or TemplateStr."""
        line = self.lines[self.pos]
        kids = None
        pieces = []
        kind = "JoinedStr"
        while True:
            if self.kind == "string":
                pieces.append(self.advance())
            elif self.kind == "fstart":
                if kids is None:
                    kids = []
                if "t" in self.advance().lower():
                    kind = "TemplateStr"
                while self.kind != "fend":
                    if self.kind == "fmiddle":
                        pieces.append(self.advance())
                    else:
                        kids.append(self.field())
                self.advance()
            else:
                break
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if kids is None:
            return Node("Constant", line, text, ())
        return Node(kind, line, text, kids)

    def field(self):
        line = self.lines[self.pos]
        self.expect("{")
        kids = [self.any_value()]
        self.accept("=")
        if self.accept("!"):
            self.expect("name")
        if self.accept(":"):
            while self.kind != "}":
                if self.kind == "fmiddle":
                    self.advance()
                else:
                    kids.append(self.field())
        self.expect("}")
        return Node("FormattedValue", line, None, kids)

    def any_value(self):
        """What may stand right of an assignment or in a field."""
        if self.kind == "yield":
            return self.yield_()
        return self.expressions()

    def yield_(self):
        line = self.lines[self.pos]
        self.advance()
        if self.accept("from"):
            return Node("YieldFrom", line, None, [self.expression()])
        if self.kind in _ENDS:
            return Node("Yield", line, None, ())
        return Node("Yield", line, None, [self.expressions()])

    def unary(self):
        line = self.lines[self.pos]
        sign = self.advance()
        return Node("UnaryOp", line, sign, [self.expression(UNARY - 1)])

    def not_(self):
        line = self.lines[self.pos]
        self.advance()
        return Node("UnaryOp", line, "not", [self.expression(NOT - 1)])

    def await_(self):
        line = self.lines[self.pos]
        self.advance()
        return Node("Await", line, None, [self.expression(AWAIT)])

    def lambda_(self):
        line = self.lines[self.pos]
        self.advance()
        kids = self.parameters(":", False)
        self.expect(":")
        kids.append(self.expression())
        return Node("Lambda", line, None, kids)

    def parameters(self, end, annotated):
        """Parameters up to `end`, as Param nodes whose children are annotation and default."""
        found = []
        while self.kind != end:
            line = self.lines[self.pos]
            if self.kind == "/":
                self.advance()
            else:
                star = self.advance() if self.kind == "*" or self.kind == "**" else ""
                if not (star == "*" and self.kind == ","):
                    name = self.expect("name")
                    kids = []
                    if annotated and self.accept(":"):
                        kids.append(self.starred())
                    if self.accept("="):
                        kids.append(self.expression())
                    found.append(Node("Param", line, name, kids))
            if not self.accept(","):
                break
        return found

    def group(self):
        """What begins with `(`: a tuple, a generator expression, or something in brackets."""
        line = self.lines[self.pos]
        self.advance()
        if self.accept(")"):
            return Node("Tuple", line, None, ())
        if self.kind == "yield":
            inner = self.yield_()
            self.expect(")")
            return inner
        first = self.starred()
        if self.kind == "for" or self.kind == "async":
            return self.comprehension("GeneratorExp", line, [first], ")")
        if self.kind == ")":
            self.advance()
            return first
        items = [first]
        while self.accept(","):
            if self.kind == ")":
                break
            items.append(self.starred())
        self.expect(")")
        return Node("Tuple", line, None, items)

    def list_(self):
        line = self.lines[self.pos]
        self.advance()
        items = []
        if self.kind != "]":
            items.append(self.starred())
            if self.kind == "for" or self.kind == "async":
                return self.comprehension("ListComp", line, items, "]")
            while self.accept(","):
                if self.kind == "]":
                    break
                items.append(self.starred())
        self.expect("]")
        return Node("List", line, None, items)

    def braces(self):
        line = self.lines[self.pos]
        self.advance()
        if self.accept("}"):
            return Node("Dict", line, None, ())
        items = []
        kind = "Set"
        while self.kind != "}":
            if self.kind == "**":
                self.advance()
                kind = "Dict"
                items.append(self.expression(COMPARE))
            else:
                items.append(self.starred())
                if self.accept(":"):
                    kind = "Dict"
                    items.append(self.expression())
            if self.kind == "for" or self.kind == "async":
                return self.comprehension(kind + "Comp", line, items, "}")
            if not self.accept(","):
                break
        self.expect("}")
        return Node(kind, line, None, items)

    def comprehension(self, kind, line, items, end):
        """The `for … in … if …` clauses; the first iterable is evaluated outside, so it comes first."""
        clauses = []
        while self.kind == "for" or self.kind == "async":
            start = self.lines[self.pos]
            self.accept("async")
            self.expect("for")
            target = self.targets()
            self.expect("in")
            kids = [target, self.expression(TERNARY)]
            while self.accept("if"):
                kids.append(self.named(TERNARY))
            clauses.append(Node("comprehension", start, None, kids))
        self.expect(end)
        return Node(kind, line, None, clauses + items)

    def ellipsis(self):
        return self.constant()

    # Infixes.

    def ternary(self, left):
        self.advance()
        test = self.expression(TERNARY)
        self.expect("else")
        return Node("IfExp", left.line, None, [test, left, self.expression(LOWEST)])

    def boolean(self, left):
        kind = self.kind
        power = OR if kind == "or" else AND
        items = [left]
        while self.kind == kind:
            self.advance()
            items.append(self.expression(power))
        return Node("BoolOp", left.line, kind, items)

    def compare(self, left):
        items = [left]
        signs = []
        while self.kind in _COMPARISONS:
            sign = self.kind
            if sign == "not":
                if self.kinds[self.pos + 1] != "in":
                    break
                self.advance()
            elif sign == "is" and self.kinds[self.pos + 1] == "not":
                self.advance()
                sign = "is not"
            self.advance()
            signs.append(sign)
            items.append(self.expression(COMPARE))
        return Node("Compare", left.line, signs[0] if len(signs) == 1 else " ".join(signs), items)

    def binary(self, left):
        sign = self.kind
        self.advance()
        return Node("BinOp", left.line, sign, [left, self.expression(_BINARY[sign])])

    def power(self, left):
        self.advance()
        return Node("BinOp", left.line, "**", [left, self.expression(UNARY - 1)])

    def attribute(self, left):
        self.advance()
        line = self.lines[self.pos]
        return Node("Attribute", line, self.expect("name"), [left])

    def call(self, left):
        kids = [left]
        self.advance()
        while self.kind != ")":
            line = self.lines[self.pos]
            if self.kind == "name" and self.kinds[self.pos + 1] == "=":
                name = self.advance()
                self.advance()
                kids.append(Node("keyword", line, name, [self.expression()]))
            elif self.kind == "**":
                self.advance()
                kids.append(Node("keyword", line, None, [self.expression()]))
            elif self.kind == "*":
                self.advance()
                kids.append(Node("Starred", line, None, [self.expression()]))
            else:
                value = self.named()
                if self.kind == "for" or self.kind == "async":
                    kids.append(self.comprehension("GeneratorExp", line, [value], ")"))
                    return Node("Call", left.line, None, kids)
                kids.append(value)
            if not self.accept(","):
                break
        self.expect(")")
        return Node("Call", left.line, None, kids)

    def subscript(self, left):
        self.advance()
        line = self.lines[self.pos]
        items = [self.slice()]
        comma = False
        while self.accept(","):
            comma = True
            if self.kind == "]":
                break
            items.append(self.slice())
        self.expect("]")
        index = Node("Tuple", line, None, items) if comma or items[0].kind == "Starred" else items[0]
        return Node("Subscript", left.line, None, [left, index])

    def slice(self):
        line = self.lines[self.pos]
        if self.kind != ":":
            first = self.starred()
            if self.kind != ":":
                return first
            parts = [first]
        else:
            parts = []
        while self.accept(":"):
            if self.kind not in (":", ",", "]"):
                parts.append(self.expression())
        return Node("Slice", line, None, parts)


PREFIXES = {
    "name": ExpressionParser.name, "number": ExpressionParser.constant, "string": ExpressionParser.strings,
    "fstart": ExpressionParser.strings, "None": ExpressionParser.constant, "True": ExpressionParser.constant,
    "False": ExpressionParser.constant, "...": ExpressionParser.ellipsis, "(": ExpressionParser.group,
    "[": ExpressionParser.list_, "{": ExpressionParser.braces, "-": ExpressionParser.unary, "+": ExpressionParser.unary,
    "~": ExpressionParser.unary, "not": ExpressionParser.not_, "await": ExpressionParser.await_,
    "lambda": ExpressionParser.lambda_,
}  # fmt: skip

INFIXES = {kind: (power, ExpressionParser.binary) for kind, power in _BINARY.items()}
INFIXES |= {kind: (COMPARE, ExpressionParser.compare) for kind in _COMPARISONS}
INFIXES |= {
    "if": (TERNARY, ExpressionParser.ternary),
    "or": (OR, ExpressionParser.boolean),
    "and": (AND, ExpressionParser.boolean),
    "**": (POWER, ExpressionParser.power),
    ".": (POSTFIX, ExpressionParser.attribute),
    "(": (POSTFIX, ExpressionParser.call),
    "[": (POSTFIX, ExpressionParser.subscript),
}


def store(node):
    """Turns an expression into the target that it stands for."""
    kind = node.kind
    if kind == "Name":
        node.kind = "Store"
    elif kind == "Tuple" or kind == "List" or kind == "Starred":
        for kid in node.kids:
            store(kid)
    elif kind != "Attribute" and kind != "Subscript" and kind != "Store":
        raise ParseError(f"{kind} is no target", node.line)
    return node
