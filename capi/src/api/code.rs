//! `PyCode_*`, `PyUnstable_Code_*`.
