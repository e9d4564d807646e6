//! `Py_Initialize*`, `Py_Finalize*`, `Py_Main`, `Py_Exit`, `Py_AtExit`.
