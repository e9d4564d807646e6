//! Modules: `PyModule_*`, `PyState_*`.
