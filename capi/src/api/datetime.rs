//! The C API of `datetime`.
