//! `PyFloat_*`, `PyOS_string_to_double` and its like.
