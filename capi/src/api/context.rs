//! `PyContext*`.
