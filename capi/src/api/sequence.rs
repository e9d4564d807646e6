//! `PySequence_*`.
