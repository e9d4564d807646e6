//! `PyConfig`, `PyPreConfig`, `PyStatus`, `PyInitConfig_*`.
