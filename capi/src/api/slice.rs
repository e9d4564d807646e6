//! `PySlice_*`.
