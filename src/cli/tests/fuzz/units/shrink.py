"""Makes a program smaller as long as it still shows what it was kept for."""

import ast
import warnings

LISTS = ("body", "orelse", "finalbody", "handlers")


class Shrinker:
    def __init__(self, source, is_interesting, most_tries):
        self.tree = ast.parse(source)
        self.is_interesting = is_interesting
        self.left = most_tries

    def holds(self):
        """Whether the tree as it is now still shows what it should."""
        try:
            source = ast.unparse(self.tree) + "\n"
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(source, "shrunk", "exec")
        except (SyntaxError, ValueError, RecursionError):
            return False
        self.left -= 1
        return self.left >= 0 and self.is_interesting(source)

    def lists(self):
        """All lists of statements: those of small functions first, for what is not called goes as a whole."""
        return [getattr(node, field) for node in ast.walk(self.tree) for field in LISTS if isinstance(getattr(node, field, None), list) and getattr(node, field)]

    def replaced(self, holder, start, end, new):
        """Puts `new` into a list; false, and nothing changes, if the program shows nothing then."""
        old = holder[start:end]
        holder[start:end] = new
        if self.holds():
            return True
        holder[start : start + len(new)] = old
        return False

    def fewer_statements(self):
        progress = False
        for statements in self.lists():
            size = len(statements)
            while size:
                at = 0
                while at < len(statements):
                    new = [ast.Pass()] if size >= len(statements) and not isinstance(statements[0], ast.ExceptHandler) else []
                    if isinstance(statements[at], ast.Pass) and new:
                        break
                    if self.replaced(statements, at, at + size, new):
                        progress = True
                        if new:
                            break
                    else:
                        at += size
                size //= 2
        return progress

    def fewer_levels(self):
        """What stands in a compound statement, instead of that."""
        progress = False
        for statements in self.lists():
            at = 0
            while at < len(statements):
                statement = statements[at]
                inner = [getattr(statement, field, None) for field in LISTS[:3]] if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)) else []
                if any(self.replaced(statements, at, at + 1, list(part)) for part in inner if isinstance(part, list) and part):
                    progress = True
                else:
                    at += 1
        return progress

    def smaller_expressions(self):
        progress = False
        for node in list(ast.walk(self.tree)):
            for field, value in list(ast.iter_fields(node)):
                holder = value if isinstance(value, list) else [value]
                for at in range(len(holder)):
                    while at < len(holder) and self.smaller(node, field, holder, at, isinstance(value, list)):
                        progress = True
        return progress

    def smaller(self, node, field, holder, at, is_list):
        """An expression as one of its parts."""
        whole = holder[at]
        if not isinstance(whole, ast.expr) or isinstance(whole, (ast.Constant, ast.Name)) or not isinstance(getattr(whole, "ctx", ast.Load()), ast.Load):
            return False
        parts = [part for part in ast.iter_child_nodes(whole) if isinstance(part, ast.expr) and isinstance(getattr(part, "ctx", ast.Load()), ast.Load)]
        for part in [*parts, ast.Constant(1)]:
            holder[at] = part
            if not is_list:
                setattr(node, field, part)
            if self.holds():
                return True
        holder[at] = whole
        if not is_list:
            setattr(node, field, whole)
        return False


def shrink(source, is_interesting, most_tries=1500):
    """A smaller program of which `is_interesting` is true, too."""
    shrinker = Shrinker(source, is_interesting, most_tries)
    while shrinker.left > 0:
        if not any([shrinker.fewer_statements(), shrinker.fewer_levels(), shrinker.smaller_expressions()]):
            break
    return ast.unparse(shrinker.tree) + "\n"
