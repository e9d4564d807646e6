//! Calls: `PyObject_Call*`, `PyObject_Vectorcall*`, `PyVectorcall_*`.
