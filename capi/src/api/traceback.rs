//! `PyTraceBack_*`.
