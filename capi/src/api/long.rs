//! `PyLong_*`.
