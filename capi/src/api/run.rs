//! Running code: `PyRun_*`, `Py_Compile*`, `PyEval_EvalCode*`.
