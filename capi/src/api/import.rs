//! `PyImport_*`.
