from cffi import FFI

builder = FFI()
builder.cdef("int answer(void); const char *version(void);")
builder.set_source("_one", '#include <Python.h>\nstatic int answer(void) { return 42; }\nstatic const char *version(void) { return PY_VERSION; }')
