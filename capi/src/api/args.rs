//! Parsing arguments: `PyArg_*`. The functions with variable arguments are in `csrc`.
