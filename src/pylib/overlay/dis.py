"""Disassembler of this implementation's code, with the interface of CPython's `dis`.

Ours because code here is made of register instructions: each names up to three operands, and there is no stack to speak of.
"""

import collections
import io
import sys
import types

import _opcode
from opcode import *
from opcode import __all__ as _opcode_names, _inline_cache_entries, _specialized_opmap  # noqa: F401
from opcode import _common_constants, _intrinsic_1_descs, _intrinsic_2_descs, _nb_ops, _special_method_names  # noqa: F401

__all__ = ["code_info", "dis", "disassemble", "distb", "disco", "findlinestarts", "findlabels", "show_code", "get_instructions",
           "Instruction", "Bytecode"] + _opcode_names
del _opcode_names

_have_code = (types.MethodType, types.FunctionType, types.CodeType, classmethod, staticmethod, type)

_OPNAME_WIDTH = 24
_NO_LINENO = "--"

COMPILER_FLAG_NAMES = {
    0x1: "OPTIMIZED",
    0x2: "NEWLOCALS",
    0x4: "VARARGS",
    0x8: "VARKEYWORDS",
    0x10: "NESTED",
    0x20: "GENERATOR",
    0x40: "NOFREE",
    0x80: "COROUTINE",
    0x100: "ITERABLE_COROUTINE",
    0x200: "ASYNC_GENERATOR",
    0x4000000: "HAS_DOCSTRING",
    0x8000000: "METHOD",
}


class _Unknown:
    def __repr__(self):
        return "<unknown>"


UNKNOWN = _Unknown()


def _try_compile(source, name):
    """The code of a source text: an expression if it is one."""
    try:
        return compile(source, name, "eval")
    except SyntaxError:
        return compile(source, name, "exec")


def _code_of(x):
    """The code behind a function, generator, coroutine, source text …"""
    x = getattr(x, "__func__", x)
    for attribute in ("__code__", "gi_code", "ag_code", "cr_code"):
        code = getattr(x, attribute, None)
        if code is not None:
            x = code
            break
    if isinstance(x, str):
        x = _try_compile(x, "<disassembly>")
    if hasattr(x, "co_code"):
        return x
    raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


_get_code_object = _code_of


def pretty_flags(flags):
    """Return pretty representation of code flags."""
    names = []
    bit = 1
    while flags:
        if flags & bit:
            names.append(COMPILER_FLAG_NAMES.get(bit, hex(bit)))
            flags ^= bit
        bit <<= 1
    return ", ".join(names) if names else "0x0"


def code_info(x):
    """Formatted details of methods, functions, or code."""
    return _format_code_info(_code_of(x))


def _format_code_info(co):
    facts = [
        ("Name:", co.co_name),
        ("Filename:", co.co_filename),
        ("Argument count:", co.co_argcount),
        ("Positional-only arguments:", co.co_posonlyargcount),
        ("Kw-only arguments:", co.co_kwonlyargcount),
        ("Number of locals:", co.co_nlocals),
        ("Stack size:", co.co_stacksize),
        ("Flags:", pretty_flags(co.co_flags)),
    ]
    lines = [f"{title:<18} {value}" for title, value in facts]
    tables = [
        ("Constants:", map(repr, co.co_consts)),
        ("Names:", co.co_names),
        ("Variable names:", co.co_varnames),
        ("Free variables:", co.co_freevars),
        ("Cell variables:", co.co_cellvars),
    ]
    for title, rows in tables:
        rows = list(rows)
        if rows:
            lines.append(title)
            lines.extend(f"{i:4}: {row}" for i, row in enumerate(rows))
    return "\n".join(lines)


def show_code(co, *, file=None):
    """Print details of methods, functions, or code to *file*.

    If *file* is not provided, the output is printed on stdout.
    """
    print(code_info(co), file=file)


Positions = collections.namedtuple("Positions", ["lineno", "end_lineno", "col_offset", "end_col_offset"], defaults=[None] * 4)

_Instruction = collections.namedtuple(
    "_Instruction",
    ["opname", "opcode", "arg", "argval", "argrepr", "offset", "start_offset", "starts_line", "line_number", "label", "positions", "cache_info"],
    defaults=[None, None, None],
)


class Instruction(_Instruction):
    """Details for a bytecode operation.

    Defined fields:
      opname - human readable name for operation
      opcode - numeric code for operation
      arg - the operand that says most (else None): a jump, a name, a constant, a number, or a register
      argval - what that operand means (if known), otherwise same as arg
      argrepr - human readable description of all operands
      offset - start index of operation within bytecode sequence
      start_offset - the same as offset
      starts_line - True if this opcode starts a source line, otherwise False
      line_number - source line number associated with this opcode (if any), otherwise None
      label - A label if this instruction is a jump target, otherwise None
      positions - Optional dis.Positions object holding the span of source code covered by this instruction
      cache_info - None
    """

    @property
    def oparg(self):
        """Alias for Instruction.arg."""
        return self.arg

    @property
    def baseopcode(self):
        """Numeric code for the base operation if operation is specialized; otherwise equal to opcode."""
        return _opcode.deopt(self.opcode)

    @property
    def baseopname(self):
        """Human readable name for the base operation if operation is specialized; otherwise equal to opname."""
        return opname[self.baseopcode]

    @property
    def cache_offset(self):
        """Start index of the cache entries following the operation."""
        return self.end_offset - 2 * _opcode.cache_words(self.opcode)

    @property
    def end_offset(self):
        """End index of the cache entries following the operation."""
        return self.offset + 2 + 2 * _opcode.cache_words(self.opcode)

    @property
    def jump_target(self):
        """Bytecode index of the jump target if this is a jump operation, otherwise return None."""
        return self.argval if _opcode.has_jump(self.opcode) else None

    @property
    def is_jump_target(self):
        """True if other code jumps to here, otherwise False"""
        return self.label is not None

    def __str__(self):
        output = io.StringIO()
        Formatter(file=output).print_instruction(self, False)
        return output.getvalue()


class Formatter:
    """Writes instructions in columns."""

    def __init__(self, file=None, lineno_width=0, offset_width=0, label_width=0, line_offset=0, show_caches=False, *, show_positions=False):
        """Create a Formatter

        *file* where to write the output
        *lineno_width* sets the width of the source location field (0 omits it).
        *offset_width* sets the width of the instruction offset field
        *label_width* sets the width of the label field
        *show_positions* is a boolean indicating whether full positions should be reported instead of only the line numbers.
        """
        self.file = file
        self.lineno_width = lineno_width
        self.offset_width = offset_width
        self.label_width = label_width
        self.show_caches = show_caches
        self.show_positions = show_positions

    def _location(self, instr):
        if self.show_positions:
            positions = instr.positions
            if not positions:
                return ""
            if all(p is None for p in positions):
                return _NO_LINENO
            shown = ["?" if p is None else p for p in positions]
            return f"{shown[0]}:{shown[2]}-{shown[1]}:{shown[3]}"
        if not instr.starts_line:
            return ""
        line = _NO_LINENO if instr.line_number is None else instr.line_number
        return f"{line:>{self.lineno_width}}"

    def print_instruction(self, instr, mark_as_current=False):
        """Write one instruction."""
        if self.lineno_width and instr.starts_line and instr.offset > 0:
            print(file=self.file)
        fields = []
        if self.lineno_width:
            fields.append(f"{self._location(instr):<{self.lineno_width}}")
        label = "" if instr.label is None else f"L{instr.label}:"
        fields.append(f"{label:>{self.label_width}}")
        if self.offset_width:
            fields.append(f"{instr.offset:>{self.offset_width}}  ")
        fields.append("-->" if mark_as_current else "   ")
        fields.append(f"{instr.opname:<{_OPNAME_WIDTH}}")
        if instr.argrepr:
            fields.append(instr.argrepr)
        print(" ".join(fields).rstrip(), file=self.file)

    def print_exception_table(self, entries):
        """Write the ranges of handlers."""
        if entries:
            print("ExceptionTable:", file=self.file)
            for entry in entries:
                print(f"  L{entry.start_label} to L{entry.end_label} -> L{entry.target_label} [{entry.depth}]", file=self.file)


class _Handler:
    __slots__ = ("start", "end", "target", "depth", "start_label", "end_label", "target_label")

    def __init__(self, row, labels):
        self.start, self.end, self.target, self.depth = row
        self.start_label, self.end_label, self.target_label = (labels.get(at) for at in row[:3])


def _make_labels(co):
    """Numbers for all offsets that something refers to."""
    targets = set(findlabels(co))
    for start, end, target, _ in _opcode.handlers(co):
        targets.update((start, end, target))
    return {offset: i for i, offset in enumerate(sorted(targets), 1)}


# Which operand says most about an instruction.
_TELLING = ("jump", "name", "const", "number", "cell", "in", "out")


def _describe(co, operands, labels):
    """arg, argval and argrepr of an instruction."""
    best = None
    texts = []
    for kind, number, text in operands:
        value = number
        if kind == "const":
            value = co.co_consts[number]
            text = repr(value)
        elif kind == "jump":
            text = f"to L{labels.get(number, '?')}"
        elif kind == "number":
            text = text or repr(number)
        else:
            value = text
        texts.append(text)
        rank = _TELLING.index(kind)
        if best is None or rank < best[0]:
            best = rank, number, value
    if best is None:
        return None, None, ""
    return best[1], best[2], ", ".join(texts)


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """Iterator for the opcodes in methods, functions or code

    Generates a series of Instruction named tuples giving the details of
    each operations in the supplied code.

    If *first_line* is not None, it indicates the line number that should
    be reported for the first source line in the disassembled code.
    Otherwise, the source line information (if any) is taken directly from
    the disassembled code object.
    """
    co = _code_of(x)
    line_offset = first_line - co.co_firstlineno if first_line is not None else 0
    return _instructions(co, line_offset, adaptive)


def _instructions(co, line_offset=0, adaptive=False):
    labels = _make_labels(co)
    starts = dict(findlinestarts(co))
    positions = list(co.co_positions())
    line = None
    for offset, op, operands, _ in _opcode.decode(co, adaptive):
        starts_line = offset in starts
        if starts_line:
            line = starts[offset]
            if line is not None:
                line += line_offset
        arg, argval, argrepr = _describe(co, operands, labels)
        place = Positions(*positions[offset // 2]) if offset // 2 < len(positions) else Positions()
        yield Instruction(opname[op], op, arg, argval, argrepr, offset, offset, starts_line, line, labels.get(offset), place, None)


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Disassemble classes, methods, functions, and other compiled objects.

    With no argument, disassemble the last traceback.

    Compiled objects currently include generator objects, async generator
    objects, and coroutine objects, all of which store their code object
    in a special attribute.
    """
    how = dict(file=file, show_caches=show_caches, adaptive=adaptive, show_offsets=show_offsets, show_positions=show_positions)
    if x is None:
        distb(**how)
        return
    x = getattr(x, "__func__", x)
    for attribute in ("__code__", "gi_code", "ag_code", "cr_code"):
        if hasattr(x, attribute):
            x = getattr(x, attribute)
            break
    if hasattr(x, "__dict__") and not hasattr(x, "co_code"):
        for name, member in sorted(x.__dict__.items()):
            if isinstance(member, _have_code):
                print("Disassembly of %s:" % name, file=file)
                try:
                    dis(member, depth=depth, **how)
                except TypeError as error:
                    print("Sorry:", error, file=file)
                print(file=file)
    elif hasattr(x, "co_code"):
        _disassemble_recursive(x, depth=depth, **how)
    elif isinstance(x, str):
        _disassemble_recursive(_try_compile(x, "<dis>"), depth=depth, **how)
    elif isinstance(x, (bytes, bytearray)):
        raise TypeError("cannot disassemble bytes: instructions are words with a code object around them")
    else:
        raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def distb(tb=None, *, file=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Disassemble a traceback (default: last traceback)."""
    if tb is None:
        try:
            tb = sys.last_exc.__traceback__ if hasattr(sys, "last_exc") else sys.last_traceback
        except AttributeError:
            raise RuntimeError("no last traceback to disassemble") from None
        while tb.tb_next:
            tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file, show_caches=show_caches, adaptive=adaptive, show_offsets=show_offsets,
                show_positions=show_positions)


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Disassemble a code object."""
    rows = list(_instructions(co, adaptive=adaptive))
    if show_positions:
        width = max((len(f"{p.lineno}:{p.col_offset}-{p.end_lineno}:{p.end_col_offset}") for p in (row.positions for row in rows)), default=0)
    else:
        lines = [line for _, line in findlinestarts(co)]
        width = max([3] + [len(str(line)) for line in lines if line is not None]) if any(line is not None for line in lines) else 0
    labels = _make_labels(co)
    formatter = Formatter(
        file=file,
        lineno_width=width,
        offset_width=len(str(rows[-1].offset)) if show_offsets and rows else 0,
        label_width=4 + len(str(len(labels))),
        show_caches=show_caches,
        show_positions=show_positions,
    )
    for row in rows:
        formatter.print_instruction(row, row.offset == lasti)
    formatter.print_exception_table([_Handler(row, labels) for row in _opcode.handlers(co)])


def _disassemble_recursive(co, *, depth=None, file=None, **how):
    disassemble(co, file=file, **how)
    if depth is not None and depth <= 0:
        return
    for value in co.co_consts:
        if hasattr(value, "co_code"):
            print(file=file)
            print("Disassembly of %r:" % (value,), file=file)
            _disassemble_recursive(value, depth=None if depth is None else depth - 1, file=file, **how)


disco = disassemble


def findlabels(code):
    """Detect all offsets in a code object which are jump targets.

    Return the list of offsets.
    """
    found = {}
    for _, _, operands, _ in _opcode.decode(code):
        for kind, number, _ in operands:
            if kind == "jump":
                found.setdefault(number)
    return list(found)


def findlinestarts(code):
    """Find the offsets in a byte code which are start of lines in the source.

    Generate pairs (offset, lineno)
    lineno will be an integer or None the offset does not have a source line.
    """
    before = False
    for start, _, line in code.co_lines():
        if line is not before:
            before = line
            yield start, line


def _find_imports(co):
    """Find import statements in the code

    Generate triplets (name, level, fromlist) where
    name is the imported module and level, fromlist are
    the corresponding args to __import__.
    """
    values = {}
    for _, op, operands, _ in _opcode.decode(co):
        name = opname[op]
        if name in ("LOAD_CONST", "LOAD_SMALL_INT"):
            (_, register, _), (kind, number, _) = operands
            values[register] = co.co_consts[number] if kind == "const" else number
        elif name == "IMPORT_NAME":
            registers = sorted(number for kind, number, _ in operands if kind in ("in", "out"))
            module = next(text for kind, _, text in operands if kind == "name")
            base = registers[0]
            yield module, values.get(base), values.get(base + 1)


def _find_store_names(co):
    """Find names of variables which are written in the code

    Generate sequence of strings
    """
    for _, op, operands, _ in _opcode.decode(co):
        if opname[op] in ("STORE_NAME", "STORE_GLOBAL"):
            yield next(text for kind, _, text in operands if kind == "name")


class Bytecode:
    """The bytecode operations of a piece of code

    Instantiate this with a function, method, other compiled object, string of
    code, or a code object (as returned by compile()).

    Iterating over this yields the bytecode operations as Instruction instances.
    """

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
        self.codeobj = co = _code_of(x)
        self.first_line = co.co_firstlineno if first_line is None else first_line
        self._line_offset = 0 if first_line is None else first_line - co.co_firstlineno
        self._original_object = x
        self.current_offset = current_offset
        self.exception_entries = [_Handler(row, _make_labels(co)) for row in _opcode.handlers(co)]
        self.show_caches = show_caches
        self.adaptive = adaptive
        self.show_offsets = show_offsets
        self.show_positions = show_positions

    def __iter__(self):
        return _instructions(self.codeobj, self._line_offset, self.adaptive)

    def __repr__(self):
        return f"{type(self).__name__}({self._original_object!r})"

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """ Construct a Bytecode from the given traceback """
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti, show_caches=show_caches, adaptive=adaptive)

    def info(self):
        """Return formatted information about the code object."""
        return _format_code_info(self.codeobj)

    def dis(self):
        """Return a formatted view of the bytecode operations."""
        output = io.StringIO()
        lasti = -1 if self.current_offset is None else self.current_offset
        disassemble(self.codeobj, lasti, file=output, show_caches=self.show_caches, adaptive=self.adaptive, show_offsets=self.show_offsets,
                    show_positions=self.show_positions)
        return output.getvalue()


def main(args=None):
    import argparse

    parser = argparse.ArgumentParser(color=True)
    parser.add_argument("-C", "--show-caches", action="store_true", help="show inline caches")
    parser.add_argument("-O", "--show-offsets", action="store_true", help="show instruction offsets")
    parser.add_argument("-P", "--show-positions", action="store_true", help="show instruction positions")
    parser.add_argument("-S", "--specialized", action="store_true", help="show specialized bytecode")
    parser.add_argument("infile", nargs="?", default="-")
    args = parser.parse_args(args=args)
    if args.infile == "-":
        name = "<stdin>"
        source = sys.stdin.buffer.read()
    else:
        name = args.infile
        with open(args.infile, "rb") as infile:
            source = infile.read()
    code = compile(source, name, "exec")
    dis(code, show_caches=args.show_caches, adaptive=args.specialized, show_offsets=args.show_offsets, show_positions=args.show_positions)


if __name__ == "__main__":
    main()
