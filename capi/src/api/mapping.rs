//! `PyMapping_*`, `PyObject_GetItem` and its like.
