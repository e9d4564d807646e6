//! Hashes: `Py_HashBuffer`, `Py_HashPointer`, `PyHash_*`.
