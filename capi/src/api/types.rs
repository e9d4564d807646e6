//! Type objects: `PyType_*`.
