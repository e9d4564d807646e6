//! `PyTuple_*`.
