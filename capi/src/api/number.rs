//! `PyNumber_*`.
