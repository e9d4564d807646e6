//! `PyGen_*`, `PyCoro_*`, `PyAsyncGen_*`.
