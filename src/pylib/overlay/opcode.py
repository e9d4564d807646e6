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

# CPython's instructions that do not exist here. Tools look them up as they are imported; no code has these numbers.
for _place, _name in enumerate((
    "CACHE RESERVED ENTER_EXECUTOR BINARY_SLICE CALL_FUNCTION_EX CHECK_EG_MATCH CHECK_EXC_MATCH DELETE_SUBSCR END_FOR END_SEND EXIT_INIT_CHECK "
    "FORMAT_WITH_SPEC INTERPRETER_EXIT NOT_TAKEN POP_EXCEPT POP_ITER POP_TOP PUSH_EXC_INFO PUSH_NULL STORE_SLICE STORE_SUBSCR TO_BOOL "
    "WITH_EXCEPT_START BINARY_OP CALL_INTRINSIC_1 CALL_INTRINSIC_2 COMPARE_OP CONTAINS_OP CONVERT_VALUE COPY COPY_FREE_VARS DELETE_FAST IS_OP "
    "JUMP_BACKWARD_NO_INTERRUPT LOAD_COMMON_CONSTANT LOAD_FAST LOAD_FAST_AND_CLEAR LOAD_FAST_BORROW LOAD_FAST_BORROW_LOAD_FAST_BORROW "
    "LOAD_FAST_CHECK LOAD_FAST_LOAD_FAST MAP_ADD POP_JUMP_IF_FALSE POP_JUMP_IF_NONE POP_JUMP_IF_NOT_NONE POP_JUMP_IF_TRUE RAISE_VARARGS "
    "SET_FUNCTION_ATTRIBUTE STORE_FAST STORE_FAST_LOAD_FAST STORE_FAST_STORE_FAST SWAP JUMP JUMP_NO_INTERRUPT LOAD_CLOSURE POP_BLOCK "
    "SETUP_CLEANUP SETUP_FINALLY SETUP_WITH STORE_FAST_MAYBE_NULL"
).split()):
    opmap.setdefault(_name, 0x1000 + _place)
