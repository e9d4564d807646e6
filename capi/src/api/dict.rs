//! `PyDict_*`, `PyDictProxy_New`, `PyODict_*`.
