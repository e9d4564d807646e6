//! Python functions: `PyFunction_*`, `PyStaticMethod_New`.
