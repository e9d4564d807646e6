"""What there is: types and native modules with their names, text signatures and docstrings.

make.py writes what CPython has into listing.txt; compare.py prints how the interpreter that runs it differs. Only plain
builtins are used here, because compare.py also serves an interpreter that has little else.
"""

MODULES = """
    sys builtins _thread _imp _io posix time math cmath itertools _functools _collections _operator _struct _sre _json _random _bisect
    _heapq array _weakref _abc _codecs _string marshal _warnings _signal errno atexit gc _contextvars _datetime _opcode _ast _symtable
    _tokenize _stat _typing _csv _pickle binascii zlib unicodedata _queue select _socket _posixsubprocess fcntl resource _locale
    faulthandler _tracemalloc pwd grp _ctypes _md5 _sha1 _sha2 _blake2 _sha3
""".split()

# Types that no module names, by an expression that has one.
HIDDEN = """
    iter([]) | reversed([]) | iter(()) | iter({}) | iter({}.keys()) | iter({}.values()) | iter({}.items()) | reversed({})
    | reversed({}.values()) | reversed({}.items()) | {}.keys() | {}.values() | {}.items() | iter(set()) | iter("") | iter("\\u1234")
    | iter(b"") | iter(bytearray()) | iter(memoryview(b"")) | iter(range(1)) | iter(range(1 << 80)) | iter(len, 1) | None | ...
    | NotImplemented | (lambda: 1) | (lambda: (yield))() | len | [].append | list.append | list.__len__ | [].__len__
    | dict.__dict__["fromkeys"] | type.__dict__["__name__"] | type.__dict__["__basicsize__"] | type.__dict__ | (lambda: 1).__code__
    | list[int] | int | str | (lambda x: lambda: x)(1).__closure__[0] | (lambda: 1).__get__(1) | iter(list[int]) | globals
    | (lambda: 1).__code__.co_lines() | (lambda: 1).__code__.co_positions()
""".replace("\n", " ").split(" | ")

KINDS = {
    "method_descriptor": "m",
    "classmethod_descriptor": "c",
    "wrapper_descriptor": "w",
    "method-wrapper": "w",
    # Which of the two an attribute is nobody can tell from its use.
    "getset_descriptor": "a",
    "member_descriptor": "a",
    "builtin_function_or_method": "f",
    "staticmethod": "s",
    "classmethod": "k",
    "type": "t",
}

# Attributes that tell nothing: each module, or each type, has them.
BORING = {"__doc__", "__name__", "__loader__", "__spec__", "__package__", "__file__", "__module__", "__cached__"}


def digest(text):
    """A small hash of a docstring that any interpreter can compute (FNV-1a)."""
    if not isinstance(text, str):
        return "-"
    value = 0x811C9DC5
    for char in text:
        value = (value ^ ord(char)) * 0x01000193 & 0xFFFFFFFF
    return "%08x" % value


def attribute(value, name):
    try:
        return getattr(value, name, None)
    except Exception:
        return None


def describe(value):
    """Kind, text signature and docstring's hash, as one string."""
    kind = KINDS.get(type(value).__name__, "d")
    if kind in "dt":
        return kind
    if kind in "sk":
        value = value.__func__
    if kind == "a":
        return "a %s" % digest(attribute(value, "__doc__"))
    signature = attribute(value, "__text_signature__") or "-"
    return "%s %s %s" % (kind, signature.replace("\n", "\\n"), digest(attribute(value, "__doc__")))


def type_key(ty):
    module = ty.__module__
    return ty.__qualname__ if module == "builtins" else "%s.%s" % (module, ty.__qualname__)


def describe_type(ty):
    """The type's entries; the empty name is the type itself."""
    entries = {}
    for name, value in ty.__dict__.items():
        if name not in BORING:
            entries[name] = describe(value)
    final = "" if ty.__flags__ & 1 << 10 else " final"
    bases = ",".join(type_key(base) for base in ty.__bases__)
    signature = attribute(ty, "__text_signature__") or "-"
    entries[""] = "(%s)%s %s %s" % (bases, final, signature.replace("\n", "\\n"), digest(ty.__doc__))
    return entries


def collect(failed):
    """Everything, by heading: `type list`, `module math`. What cannot be made is told to `failed`."""
    sections = {}
    types = []
    for name in MODULES:
        try:
            module = __import__(name)
        except Exception as error:
            failed("module " + name, "%s: %s" % (type(error).__name__, error))
            continue
        entries = {"": "- - " + digest(module.__doc__)}
        for key, value in module.__dict__.items():
            if key in BORING or key.startswith("__") and name not in ("builtins", "sys"):
                continue
            if isinstance(value, type):
                types.append(value)
            entries[key] = describe(value)
        sections["module " + name] = entries
    for expression in HIDDEN:
        try:
            types.append(type(eval(expression)))
        except Exception as error:
            failed(expression.strip(), "%s: %s" % (type(error).__name__, error))
    for ty in types:
        try:
            sections.setdefault("type " + type_key(ty), describe_type(ty))
        except Exception as error:
            failed("type " + repr(ty), "%s: %s" % (type(error).__name__, error))
    return sections


def read(path):
    """The sections of a listing."""
    sections, common, entries = {}, {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if line.startswith("["):
                entries = sections.setdefault(line[1:-1], {}) if line != "[common]" else common
            elif line.startswith("= "):
                for name in line[2:].split():
                    entries[name] = common[name]
            elif line.startswith("d "):
                for name in line[2:].split():
                    entries[name] = "d"
            elif line.startswith("t "):
                for name in line[2:].split():
                    entries[name] = "t"
            elif line and not line.startswith("#"):
                name, _, text = line.partition(" ")
                entries["" if name == "." else name] = text
    return sections
