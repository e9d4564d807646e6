from _one import ffi, lib


def answer():
    return lib.answer(), ffi.string(lib.version()).decode()
