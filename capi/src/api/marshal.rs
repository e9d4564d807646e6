//! `PyMarshal_*`.
