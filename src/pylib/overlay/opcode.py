"""The instructions of this implementation, by name and number.

Ours because the library's lists the instructions of another machine: here each instruction names registers, and its number is 16 bits.
"""

__all__ = ["cmp_op", "stack_effect", "hascompare", "opname", "opmap", "HAVE_ARGUMENT", "EXTENDED_ARG", "hasarg", "hasconst", "hasname",
           "hasjump", "hasjrel", "hasjabs", "hasfree", "haslocal", "hasexc"]

import builtins
import _opcode
from _opcode import stack_effect
from _opcode_metadata import HAVE_ARGUMENT, MIN_INSTRUMENTED_OPCODE, _specializations, _specialized_opmap, opmap  # noqa: F401

EXTENDED_ARG = opmap["EXTENDED_ARG"]

opname = list(_opcode.opnames())

cmp_op = ("<", "<=", "==", "!=", ">", ">=")

hasarg = [op for op in opmap.values() if _opcode.has_arg(op)]
hasconst = [op for op in opmap.values() if _opcode.has_const(op)]
hasname = [op for op in opmap.values() if _opcode.has_name(op)]
hasjump = [op for op in opmap.values() if _opcode.has_jump(op)]
hasjrel = hasjump
hasjabs = []
hasfree = [op for op in opmap.values() if _opcode.has_free(op)]
haslocal = [op for op in opmap.values() if _opcode.has_local(op)]
hasexc = [op for op in opmap.values() if _opcode.has_exc(op)]
hascompare = [op for name, op in opmap.items() if name.startswith("COMPARE_")]

_intrinsic_1_descs = _opcode.get_intrinsic1_descs()
_intrinsic_2_descs = _opcode.get_intrinsic2_descs()
_special_method_names = _opcode.get_special_method_names()
_common_constants = [getattr(builtins, name) for name in _opcode.get_common_constant_names()]
_nb_ops = _opcode.get_nb_ops()

_inline_cache_entries = {name: _opcode.cache_words(op) for name, op in opmap.items() if _opcode.cache_words(op)}
_cache_format = {name: {f"word{i}": 1 for i in range(words)} for name, words in _inline_cache_entries.items()}
