//! `PyUnicode_*`.
