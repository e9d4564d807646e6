//! `Py_BuildValue` and its like.
