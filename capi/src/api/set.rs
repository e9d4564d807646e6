//! `PySet_*`, `PyFrozenSet_New`.
