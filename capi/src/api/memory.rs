//! Memory, new objects and the collector: `PyMem_*`, `PyObject_Malloc`, `PyObject_New`, `PyObject_GC_*`, `PyGC_*`.

mod counts;
pub mod debug;
mod domains;
mod finalize;
mod gc;
mod new;
