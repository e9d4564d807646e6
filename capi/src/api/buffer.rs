//! The buffer protocol: `PyObject_GetBuffer`, `PyBuffer_*`, `PyMemoryView_*`, `PyPickleBuffer_*`.
