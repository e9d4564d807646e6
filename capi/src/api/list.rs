//! `PyList_*`.
