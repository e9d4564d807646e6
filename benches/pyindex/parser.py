"""A recursive-descent parser for statements, over the Pratt parser for expressions.

It accepts Python 3.14 and makes a light tree. It is lenient: it must read every
correct program rightly, not refuse every wrong one.
"""

from .expressions import AUGMENTED, BIT_OR, ExpressionParser, Node, store
from .patterns import PatternParser
from .tokenizer import tokenize


class Parser(PatternParser, ExpressionParser):
    """Statements."""

    node_type = Node
    above_bit_or = BIT_OR

    def module(self):
        body = []
        while self.kind != "end":
            self.statement(body)
        return Node("Module", 1, None, body)

    def statement(self, body):
        """Appends one compound statement, or all simple ones of a line."""
        compound = COMPOUND.get(self.kind)
        if compound is not None:
            body.append(compound(self))
            return
        if self.kind == "name":
            text = self.texts[self.pos]
            if text == "match" and self.starts_match():
                body.append(self.match())
                return
        while True:
            body.append(self.simple())
            if not self.accept(";") or self.kind == "newline":
                break
        self.expect("newline")

    def block(self):
        """`:` and what follows: an indented block or the rest of the line."""
        self.expect(":")
        body = []
        if self.accept("newline"):
            self.expect("indent")
            while self.kind != "dedent":
                self.statement(body)
            self.advance()
        else:
            self.statement(body)
        return body

    def simple(self):
        simple = SIMPLE.get(self.kind)
        if simple is not None:
            return simple(self)
        line = self.lines[self.pos]
        if self.kind == "name" and self.texts[self.pos] == "type" and self.kinds[self.pos + 1] == "name":
            return self.type_alias()
        left = self.any_value()
        if self.kind == "=":
            targets = []
            while self.accept("="):
                targets.append(store(left))
                left = self.any_value()
            return Node("Assign", line, None, [left] + targets)
        if self.kind in AUGMENTED:
            sign = self.advance()
            value = self.any_value()
            return Node("AugAssign", line, sign, [value, store(left)])
        if self.kind == ":":
            self.advance()
            kids = [self.expression()]
            if self.accept("="):
                kids.append(self.any_value())
            kids.append(store(left))
            return Node("AnnAssign", line, None, kids)
        return Node("Expr", line, None, [left])

    def type_alias(self):
        line = self.lines[self.pos]
        self.advance()
        name = self.expect("name")
        kids = self.type_parameters()
        self.expect("=")
        kids.append(self.expression())
        return Node("TypeAlias", line, name, kids)

    def type_parameters(self):
        """`[T: bound = default, *Ts, **P]`, or nothing."""
        found = []
        if self.accept("["):
            while self.kind != "]":
                line = self.lines[self.pos]
                if self.kind == "*" or self.kind == "**":
                    self.advance()
                name = self.expect("name")
                kids = []
                if self.accept(":"):
                    kids.append(self.expression())
                if self.accept("="):
                    kids.append(self.starred())
                found.append(Node("TypeVar", line, name, kids))
                if not self.accept(","):
                    break
            self.expect("]")
        return found

    # Simple statements.

    def word(self):
        line = self.lines[self.pos]
        kind = {"pass": "Pass", "break": "Break", "continue": "Continue"}[self.advance()]
        return Node(kind, line, None, ())

    def return_(self):
        line = self.lines[self.pos]
        self.advance()
        kids = () if self.kind == "newline" or self.kind == ";" else [self.expressions()]
        return Node("Return", line, None, kids)

    def raise_(self):
        line = self.lines[self.pos]
        self.advance()
        kids = []
        if self.kind != "newline" and self.kind != ";":
            kids.append(self.expression())
            if self.accept("from"):
                kids.append(self.expression())
        return Node("Raise", line, None, kids)

    def assert_(self):
        line = self.lines[self.pos]
        self.advance()
        kids = [self.expression()]
        if self.accept(","):
            kids.append(self.expression())
        return Node("Assert", line, None, kids)

    def del_(self):
        line = self.lines[self.pos]
        self.advance()
        kids = []
        while self.kind != "newline" and self.kind != ";":
            kids.append(self.expression())
            if not self.accept(","):
                break
        return Node("Delete", line, None, kids)

    def names(self):
        line = self.lines[self.pos]
        kind = "Global" if self.advance() == "global" else "Nonlocal"
        names = [self.expect("name")]
        while self.accept(","):
            names.append(self.expect("name"))
        return Node(kind, line, " ".join(names), ())

    def dotted(self):
        name = self.expect("name")
        while self.accept("."):
            name += "." + self.expect("name")
        return name

    def import_(self):
        line = self.lines[self.pos]
        self.advance()
        kids = []
        while True:
            start = self.lines[self.pos]
            name = self.dotted()
            bound = self.expect("name") if self.accept("as") else name.partition(".")[0]
            kids.append(Node("alias", start, name, [Node("Store", start, bound, ())]))
            if not self.accept(","):
                break
        return Node("Import", line, None, kids)

    def from_(self):
        line = self.lines[self.pos]
        self.advance()
        module = ""
        while self.kind == "." or self.kind == "...":
            module += self.advance()
        if self.kind == "name":
            module += self.dotted()
        self.expect("import")
        kids = []
        if self.kind == "*":
            kids.append(Node("alias", line, "*", ()))
            self.advance()
            return Node("ImportFrom", line, module, kids)
        bracket = self.accept("(")
        while self.kind == "name":
            start = self.lines[self.pos]
            name = self.advance()
            bound = self.expect("name") if self.accept("as") else name
            kids.append(Node("alias", start, name, [Node("Store", start, bound, ())]))
            if not self.accept(","):
                break
        if bracket:
            self.expect(")")
        return Node("ImportFrom", line, module, kids)

    # Compound statements.

    def if_(self):
        line = self.lines[self.pos]
        self.advance()
        kids = [self.named()]
        kids += self.block()
        if self.kind == "elif":
            kids.append(self.if_())
        elif self.accept("else"):
            kids += self.block()
        return Node("If", line, None, kids)

    def while_(self):
        line = self.lines[self.pos]
        self.advance()
        kids = [self.named()]
        kids += self.block()
        if self.accept("else"):
            kids += self.block()
        return Node("While", line, None, kids)

    def for_(self):
        line = self.lines[self.pos]
        self.advance()
        target = self.targets()
        self.expect("in")
        kids = [self.expressions(), target]
        kids += self.block()
        if self.accept("else"):
            kids += self.block()
        return Node("For", line, None, kids)

    def try_(self):
        line = self.lines[self.pos]
        self.advance()
        kids = self.block()
        kind = "Try"
        while self.kind == "except":
            start = self.lines[self.pos]
            self.advance()
            if self.accept("*"):
                kind = "TryStar"
            inner = []
            name = None
            if self.kind != ":":
                inner.append(self.expressions())
                if self.accept("as"):
                    name = self.expect("name")
            inner += self.block()
            kids.append(Node("ExceptHandler", start, name, inner))
        if self.accept("else"):
            kids += self.block()
        if self.accept("finally"):
            kids += self.block()
        return Node(kind, line, None, kids)

    def with_(self):
        line = self.lines[self.pos]
        self.advance()
        bracket = self.kind == "(" and self.kinds[self.closing(self.pos) + 1] == ":" and self.has_items()
        if bracket:
            self.advance()
        kids = []
        while True:
            start = self.lines[self.pos]
            inner = [self.starred()]
            if self.accept("as"):
                inner.append(self.target())
            kids.append(Node("withitem", start, None, inner))
            if not self.accept(",") or self.kind == ")":
                break
        if bracket:
            self.expect(")")
        kids += self.block()
        return Node("With", line, None, kids)

    def closing(self, pos):
        """Where the bracket at `pos` is closed."""
        kinds = self.kinds
        depth = 0
        while True:
            kind = kinds[pos]
            if kind in ("(", "[", "{"):
                depth += 1
            elif kind in (")", "]", "}"):
                depth -= 1
                if depth == 0:
                    return pos
            pos += 1

    def has_items(self):
        """Whether the bracket behind `with` holds items (`as`, or commas), not one expression."""
        kinds = self.kinds
        pos = self.pos + 1
        end = self.closing(self.pos)
        while pos < end:
            kind = kinds[pos]
            if kind in ("(", "[", "{"):
                pos = self.closing(pos)
            elif kind == "as" or kind == ",":
                return True
            pos += 1
        return False

    def async_(self):
        line = self.lines[self.pos]
        self.advance()
        node = COMPOUND[self.kind](self)
        node.kind = "Async" + node.kind
        node.line = line
        return node

    def decorated(self):
        decorators = []
        while self.accept("@"):
            decorators.append(self.named())
            self.expect("newline")
        node = COMPOUND[self.kind](self)
        node.kids = [Node("decorators", node.line, None, decorators)] + node.kids
        return node

    def def_(self):
        line = self.lines[self.pos]
        self.advance()
        name = self.expect("name")
        kids = self.type_parameters()
        self.expect("(")
        kids += self.parameters(")", True)
        self.expect(")")
        if self.accept("->"):
            kids.append(Node("returns", line, None, [self.expressions()]))
        kids += self.block()
        return Node("FunctionDef", line, name, kids)

    def class_(self):
        line = self.lines[self.pos]
        self.advance()
        name = self.expect("name")
        kids = self.type_parameters()
        if self.kind == "(":
            bases = self.call(Node("bases", line, None, ()))
            bases.kind = "bases"
            bases.kids = bases.kids[1:]
            kids.append(bases)
        kids += self.block()
        return Node("ClassDef", line, name, kids)


SIMPLE = {
    "pass": Parser.word, "break": Parser.word, "continue": Parser.word, "return": Parser.return_, "raise": Parser.raise_,
    "assert": Parser.assert_, "del": Parser.del_, "global": Parser.names, "nonlocal": Parser.names,
    "import": Parser.import_, "from": Parser.from_,
}  # fmt: skip

COMPOUND = {
    "if": Parser.if_, "while": Parser.while_, "for": Parser.for_, "try": Parser.try_, "with": Parser.with_,
    "def": Parser.def_, "class": Parser.class_, "async": Parser.async_, "@": Parser.decorated,
}  # fmt: skip


def parse(source):
    """The tree of one module, and how many tokens it had."""
    tokens = tokenize(source)
    return Parser(tokens).module(), len(tokens.kinds)
