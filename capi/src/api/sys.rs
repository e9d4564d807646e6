//! `PySys_*`, `Py_Get*Path`.
