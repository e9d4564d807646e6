//! `PyFrame_*`, `PyEval_Get*`.
