//! `PyMonitoring_*`, `PyEval_SetTrace`, `PyEval_SetProfile`.
