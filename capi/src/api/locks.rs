//! `PyMutex_*`, critical sections.
