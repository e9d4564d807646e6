//! `PyComplex_*`, `_Py_c_*`.
