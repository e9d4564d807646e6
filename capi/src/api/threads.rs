//! `PyThread_*`, thread-specific storage.
