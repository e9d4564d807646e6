//! `PyBytes_*`, `PyByteArray_*`.
