//! `PyFile_*`, `Py_fopen`, `PyOS_FSPath`, `PyOS_Readline`.
