//! `PyUnicode_FromFormat`, `PyErr_Format`, `PyOS_snprintf` and their like.
