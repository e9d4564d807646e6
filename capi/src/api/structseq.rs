//! `PyStructSequence_*`.
