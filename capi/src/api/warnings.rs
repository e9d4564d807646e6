//! `PyErr_Warn*`.
