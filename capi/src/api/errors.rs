//! Exceptions: `PyErr_*`, `PyException_*`, `PyUnicode*Error_*`.
