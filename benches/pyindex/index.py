"""Definitions, uses and calls of every identifier, per file and merged over all files.

Each file is indexed by itself. What it found is already split by the shard that
the identifier belongs to, so that merging is one independent job per shard. The
digest of the merged shards covers every name, file and line.
"""

import hashlib
import zlib

from .parser import parse

SHARDS = 64


def shard_of(name):
    """The same on every interpreter, unlike `hash`."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % SHARDS


class FileIndex:
    """What one file defines, uses and calls."""

    def __init__(self, path, source):
        self.path = path
        tree, self.tokens = parse(source)
        self.nodes = 0
        self.definitions = {}  # name -> [(line, kind, qualified name)]
        self.uses = {}  # name -> [line]
        self.calls = {}  # callee's last name -> {qualified name of the caller: times}
        self.scope = [path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")]
        self.visit(tree)
        self.shards = self.split()

    def visit(self, node):
        self.nodes += 1
        handler = _HANDLERS.get(node.kind)
        if handler is not None:
            handler(self, node)
        else:
            for kid in node.kids:
                self.visit(kid)

    def kids(self, node):
        for kid in node.kids:
            self.visit(kid)

    def define(self, name, line, kind):
        entry = (line, kind, f"{self.scope[-1]}.{name}")
        found = self.definitions.get(name)
        if found is None:
            self.definitions[name] = [entry]
        else:
            found.append(entry)

    def use(self, name, line):
        found = self.uses.get(name)
        if found is None:
            self.uses[name] = [line]
        elif found[-1] != line:
            found.append(line)

    def on_name(self, node):
        self.use(node.name, node.line)

    def on_attribute(self, node):
        self.visit(node.kids[0])
        self.use(node.name, node.line)

    def on_store(self, node):
        self.define(node.name, node.line, "variable")

    def on_param(self, node):
        self.define(node.name, node.line, "parameter")
        self.kids(node)

    def on_type_parameter(self, node):
        self.define(node.name, node.line, "type parameter")
        self.kids(node)

    def on_type_alias(self, node):
        self.define(node.name, node.line, "type")
        self.kids(node)

    def on_except(self, node):
        if node.name is not None:
            self.define(node.name, node.line, "variable")
        self.kids(node)

    def on_alias(self, node):
        self.use(node.name.rpartition(".")[2], node.line)
        self.kids(node)

    def on_call(self, node):
        callee = node.kids[0]
        if callee.kind == "Name" or callee.kind == "Attribute":
            callers = self.calls.get(callee.name)
            if callers is None:
                callers = self.calls[callee.name] = {}
            caller = self.scope[-1]
            callers[caller] = callers.get(caller, 0) + 1
        self.kids(node)

    def on_function(self, node):
        self.define(node.name, node.line, "function")
        self.inside(node)

    def on_class(self, node):
        self.define(node.name, node.line, "class")
        self.inside(node)

    def inside(self, node):
        self.scope.append(f"{self.scope[-1]}.{node.name}")
        self.kids(node)
        self.scope.pop()

    def split(self):
        """One (definitions, uses, calls) per shard, each a list of pairs sorted by name."""
        shards = [([], [], []) for _ in range(SHARDS)]
        numbers = {}
        for which, table in enumerate((self.definitions, self.uses, self.calls)):
            for name in sorted(table):
                number = numbers.get(name)
                if number is None:
                    number = numbers[name] = shard_of(name)
                shards[number][which].append((name, table[name]))
        return shards


_HANDLERS = {
    "Name": FileIndex.on_name,
    "Attribute": FileIndex.on_attribute,
    "Store": FileIndex.on_store,
    "Param": FileIndex.on_param,
    "TypeVar": FileIndex.on_type_parameter,
    "TypeAlias": FileIndex.on_type_alias,
    "ExceptHandler": FileIndex.on_except,
    "alias": FileIndex.on_alias,
    "Call": FileIndex.on_call,
    "FunctionDef": FileIndex.on_function,
    "AsyncFunctionDef": FileIndex.on_function,
    "ClassDef": FileIndex.on_class,
}


def index_source(path, source):
    """Everything about one file; the tree is gone when this returns."""
    return FileIndex(path, source)


class Shard:
    """The merged index of the identifiers of one shard."""

    def __init__(self):
        self.definitions = {}  # name -> [(file, line, kind, qualified name)]
        self.uses = {}  # name -> [(file, lines)]
        self.edges = {}  # defined function or class -> [(caller, times)]
        self.unresolved = 0
        self.postings = 0
        self.most_used = []  # (name, times), only what can be among the first of all shards
        self.most_called = []
        self.digest = b""


def merge_shard(number, files):
    """Merges shard `number` of all `files` (in their order) and resolves its calls."""
    merged = Shard()
    definitions, uses = merged.definitions, merged.uses
    calls = {}
    for file in files:
        path = file.path
        file_definitions, file_uses, file_calls = file.shards[number]
        for name, entries in file_definitions:
            found = definitions.setdefault(name, [])
            for line, kind, qualified in entries:
                found.append((path, line, kind, qualified))
            merged.postings += len(entries)
        for name, lines in file_uses:
            uses.setdefault(name, []).append((path, lines))
            merged.postings += len(lines)
        for name, callers in file_calls:
            calls.setdefault(name, []).extend(callers.items())
    for name in sorted(calls):
        callees = sorted({entry[3] for entry in definitions.get(name, ()) if entry[2] in ("function", "class")})
        # A name that is defined more than once says nothing about what is called.
        if len(callees) == 1:
            merged.edges[callees[0]] = calls[name]
        else:
            merged.unresolved += len(calls[name])
    merged.most_used = top({name: sum(len(lines) for _, lines in rows) for name, rows in uses.items()})
    merged.most_called = top({name: sum(times for _, times in rows) for name, rows in merged.edges.items()})
    merged.digest = shard_digest(merged)
    return merged


def shard_digest(shard):
    state = hashlib.sha256()
    for name in sorted(shard.definitions):
        rows = [f"{path}:{line} {kind} {qualified}" for path, line, kind, qualified in shard.definitions[name]]
        state.update(f"{name} = {'; '.join(rows)}\n".encode("utf-8", "surrogatepass"))
    for name in sorted(shard.uses):
        rows = [f"{path}:{','.join(map(str, lines))}" for path, lines in shard.uses[name]]
        state.update(f"{name} @ {'; '.join(rows)}\n".encode("utf-8", "surrogatepass"))
    for name in sorted(shard.edges):
        rows = [f"{caller}*{times}" for caller, times in shard.edges[name]]
        state.update(f"{name} < {'; '.join(rows)}\n".encode("utf-8", "surrogatepass"))
    return state.digest()


def summarize(shards, files):
    """What the whole index says, and one digest for all of it."""
    state = hashlib.sha256()
    for shard in shards:
        state.update(shard.digest)
    return {
        "files": len(files),
        "tokens": sum(file.tokens for file in files),
        "nodes": sum(file.nodes for file in files),
        "identifiers": sum(len(shard.definitions.keys() | shard.uses.keys()) for shard in shards),
        "postings": sum(shard.postings for shard in shards),
        "definitions": sum(len(rows) for shard in shards for rows in shard.definitions.values()),
        "call_edges": sum(len(rows) for shard in shards for rows in shard.edges.values()),
        "most_used": top(dict(pair for shard in shards for pair in shard.most_used)),
        "most_called": top(dict(pair for shard in shards for pair in shard.most_called)),
        "digest": state.hexdigest(),
    }


def top(counts, limit=5):
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
