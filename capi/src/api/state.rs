//! Thread states: `PyThreadState_*`, `PyGILState_*`, `PyInterpreterState_*`, `PyEval_SaveThread` and its like.
