"""Trees as CPython's compiler has them before it makes code of them.

Ours: the compiler here folds while it makes code, so that nothing but `ast.parse(..., optimize=...)` and
`compile(..., ast.PyCF_OPTIMIZED_AST)` asks for such a tree.
"""

import ast

# A number of a format has fewer digits than this.
_DIGITS = 3


def optimized(tree, level):
    """A copy of the tree with `__debug__` known, simple formatting by `%` as f-strings, and numbers of patterns
    as constants; from level 2 on without docstrings."""
    return _Optimizer(level).visit(tree)


class _Optimizer:
    def __init__(self, level):
        self.level = level

    def visit(self, node):
        cls = next((cls for cls in type(node).__mro__ if cls.__module__ == "ast"), type(node))
        copy = cls()
        for name in cls._fields:
            if hasattr(node, name):
                setattr(copy, name, self.field(getattr(node, name)))
        for name in cls._attributes:
            if hasattr(node, name):
                setattr(copy, name, getattr(node, name))
        after = getattr(self, "after_" + cls.__name__, None)
        return copy if after is None else after(copy)

    def field(self, value):
        if isinstance(value, list):
            return [self.field(item) for item in value]
        return self.visit(value) if isinstance(value, ast.AST) else value

    def after_Name(self, node):
        if node.id == "__debug__" and isinstance(node.ctx, ast.Load):
            return ast.copy_location(ast.Constant(not self.level), node)
        return node

    def after_BinOp(self, node):
        left, right = node.left, node.right
        if isinstance(node.op, ast.Mod) and _is_text(left) and isinstance(right, ast.Tuple):
            if not any(isinstance(item, ast.Starred) for item in right.elts):
                return _interpolated(node, left.value, right.elts)
        return node

    def after_body(self, node):
        body = node.body
        if not body or not _is_docstring(body[0]):
            return node
        if self.level < 2:
            return node
        first = body.pop(0)
        if not body:
            line, column = first.lineno, first.col_offset
            body.append(ast.Pass(lineno=line, col_offset=column, end_lineno=line, end_col_offset=column + 4))
        elif _is_docstring(body[0]):
            # What comes next is no docstring.
            text = body[0].value
            body[0].value = ast.copy_location(ast.JoinedStr([text]), body[0])
        return node

    after_Module = after_FunctionDef = after_AsyncFunctionDef = after_ClassDef = after_body

    def after_MatchValue(self, node):
        node.value = _number(node.value)
        return node

    def after_MatchMapping(self, node):
        node.keys = [_number(key) for key in node.keys]
        return node


def _is_text(node):
    return isinstance(node, ast.Constant) and type(node.value) is str


def _is_docstring(statement):
    return isinstance(statement, ast.Expr) and _is_text(statement.value)


def _number(node):
    """`-1` and `1 + 2j` as constants."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return ast.copy_location(ast.Constant(-node.operand.value), node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)) and isinstance(node.right, ast.Constant):
        left = node.left = _number(node.left)
        if isinstance(left, ast.Constant):
            right = node.right.value
            value = left.value + right if isinstance(node.op, ast.Add) else left.value - right
            return ast.copy_location(ast.Constant(value), node)
    return node


def _made(cls, *fields):
    return cls(*fields, lineno=-1, col_offset=-1, end_lineno=-1, end_col_offset=-1)


def _interpolated(node, text, items):
    """The f-string that `text % items` is, or the node as it was."""
    values = []
    at = used = 0
    while True:
        start = at
        while at < len(text):
            if text[at] != "%":
                at += 1
            elif text[at : at + 2] == "%%":
                at += 2
            else:
                break
        if at > start:
            values.append(_made(ast.Constant, text[start:at].replace("%%", "%")))
        if at >= len(text):
            break
        if used >= len(items):
            return node
        found = _conversion(text, at + 1)
        if found is None:
            return node
        at, conversion, spec = found
        spec = _made(ast.Constant, spec) if spec else None
        item = items[used]
        used += 1
        values.append(ast.copy_location(ast.FormattedValue(item, ord(conversion), spec), item))
    if used < len(items):
        return node
    return ast.copy_location(ast.JoinedStr(values), node)


def _conversion(text, at):
    """Where a conversion ends, its letter, and its format specification; nothing if it is no simple one."""
    flags = ""
    while text[at : at + 1] and text[at] in "-+ #0":
        flags += text[at]
        at += 1
    width, at = _digits(text, at)
    precision = ""
    if text[at : at + 1] == ".":
        precision, at = _digits(text, at + 1)
        precision = "." + (precision or "0")
    if len(width) >= _DIGITS or len(precision) > _DIGITS or text[at : at + 1] not in ("s", "r", "a"):
        return None
    spec = str(int(width)) if width else ""
    if width and int(width) and "-" not in flags:
        spec = ">" + spec
    if precision:
        spec += f".{int(precision[1:])}"
    return at + 1, text[at], spec


def _digits(text, at):
    start = at
    while text[at : at + 1] and text[at] in "0123456789":
        at += 1
    return text[start:at], at
