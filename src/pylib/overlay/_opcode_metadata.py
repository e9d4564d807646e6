"""Names and numbers of instructions.

Ours because the library's was generated for another machine.
"""

import _opcode

opmap = {name: op for op, name in enumerate(_opcode.opnames()) if _opcode.is_generic(op)}
_specialized_opmap = {name: op for op, name in enumerate(_opcode.opnames()) if not _opcode.is_generic(op)}
_specializations = {}
for _name, _op in _specialized_opmap.items():
    _specializations.setdefault(_opcode.opnames()[_opcode.deopt(_op)], []).append(_name)

# Numbers say nothing about operands here: every instruction may have some, and none is instrumented.
HAVE_ARGUMENT = 0
MIN_INSTRUMENTED_OPCODE = len(opmap) + len(_specialized_opmap)
