//! `PyUnicodeWriter_*`.
