"""Stands in for CPython's C module `_testinternalcapi`, for test modules that import it whether they need it or not.

What it calls is there in the C API under a name: those functions call it (`ctypes`), so that the tests are of the runtime's own functions. The use of
any other skips the test (or ends the thread of a test that uses it in one; the rest of that test counts)."""

import unittest

# Sizes that are the ABI's.
SIZEOF_PYGC_HEAD = 16
SIZEOF_PYOBJECT = 16
SIZEOF_MANAGED_PRE_HEADER = 16
SIZEOF_TIME_T = 8

# Where a frame object names what it shows, and a type has `tp_dealloc`.
FRAME_INNER = 24
TYPE_DEALLOC = 48


def has_inline_values(instance):
    raise unittest.SkipTest("needs the layout of CPython's instances")


def function(name, result, *arguments):
    """A function of the C API; an exception that it leaves is raised."""
    import ctypes

    found = ctypes.PyDLL(None)[name]
    found.restype = result
    found.argtypes = arguments
    return found


def kinds():
    import ctypes

    return ctypes.c_int, ctypes.c_ssize_t, ctypes.c_void_p, ctypes.py_object


# --- complex numbers: the result, and `errno` ---


def complex_function(name, *kinds):
    import ctypes

    class Number(ctypes.Structure):
        _fields_ = [("real", ctypes.c_double), ("imag", ctypes.c_double)]

    def call(*values):
        given = [Number(complex(value).real, complex(value).imag) if kind == "c" else float(value) for kind, value in zip(kinds, values)]
        called = ctypes.PyDLL(None, use_errno=True)[name]
        called.restype = Number
        called.argtypes = [Number if kind == "c" else ctypes.c_double for kind in kinds]
        ctypes.set_errno(0)
        made = called(*given)
        return complex(made.real, made.imag), ctypes.get_errno()

    return call


def _py_cr_sum(a, b):
    return complex_function("_Py_cr_sum", "c", "r")(a, b)


def _py_cr_diff(a, b):
    return complex_function("_Py_cr_diff", "c", "r")(a, b)


def _py_rc_diff(a, b):
    return complex_function("_Py_rc_diff", "r", "c")(a, b)


def _py_cr_prod(a, b):
    return complex_function("_Py_cr_prod", "c", "r")(a, b)


def _py_cr_quot(a, b):
    return complex_function("_Py_cr_quot", "c", "r")(a, b)


def _py_rc_quot(a, b):
    return complex_function("_Py_rc_quot", "r", "c")(a, b)


# --- objects ---


def _pyerr_setkeyerror(key):
    _, _, _, py_object = kinds()
    function("_PyErr_SetKeyError", None, py_object)(key)


def set_update(target, iterable):
    c_int, _, _, py_object = kinds()
    return function("_PySet_Update", c_int, py_object, py_object)(target, iterable)


def set_next_entry(of, position):
    import ctypes

    c_int, c_ssize_t, c_void_p, py_object = kinds()
    place, key, number = c_ssize_t(position), c_void_p(), c_ssize_t()
    next_entry = function("_PySet_NextEntry", c_int, py_object, c_void_p, c_void_p, c_void_p)
    status = next_entry(of, ctypes.addressof(place), ctypes.addressof(key), ctypes.addressof(number))
    if status == 0:
        return None
    return status, place.value, number.value, ctypes.cast(key, py_object).value


def _PyUnicode_TransformDecimalAndSpaceToASCII(text):
    _, _, _, py_object = kinds()
    return function("_PyUnicode_TransformDecimalAndSpaceToASCII", py_object, py_object)(text)


# --- memory that is no object any more ---


def looks_freed(memory):
    import ctypes

    c_int, _, c_void_p, _ = kinds()
    address = ctypes.addressof(memory) if memory is not None else None
    if not function("_PyObject_IsFreed", c_int, c_void_p)(address):
        raise AssertionError("object is not seen as freed")


def check_pyobject_null_is_freed():
    looks_freed(None)


def filled_object(byte):
    import ctypes

    return (ctypes.c_ubyte * SIZEOF_PYOBJECT).from_buffer(bytearray(bytes([1, *[0] * 7]) + bytes([byte]) * 8))


def check_pyobject_uninitialized_is_freed():
    looks_freed(filled_object(0xCD))


def check_pyobject_forbidden_bytes_is_freed():
    looks_freed(filled_object(0xFD))


def check_pyobject_freed_is_freed():
    import ctypes

    c_int, _, c_void_p, py_object = kinds()
    make, is_freed = function("PyObject_CallNoArgs", c_void_p, py_object), function("_PyObject_IsFreed", c_int, c_void_p)
    end = ctypes.PYFUNCTYPE(None, c_void_p)(c_void_p.from_address(id(object) + TYPE_DEALLOC).value)
    # Nobody but this function knows of the object.
    address = make(object)
    end(address)
    if not is_freed(address):
        raise AssertionError("object is not seen as freed")


# --- interpreters ---


def normalize_interp_id(value):
    import ctypes

    _, _, _, py_object = kinds()
    return function("_PyInterpreterState_ObjectToID", ctypes.c_int64, py_object)(value)


def unused_interpreter_id():
    return 2**63 - 1


def interpreter_exists(value):
    from concurrent.interpreters import InterpreterNotFoundError

    _, _, c_void_p, py_object = kinds()
    try:
        return bool(function("_PyInterpreterState_LookUpIDObject", c_void_p, py_object)(value))
    except InterpreterNotFoundError:
        return False


# --- frames ---


def inner_frame(frame):
    import ctypes

    return ctypes.c_void_p.from_address(id(frame) + FRAME_INNER).value


def iframe_getcode(frame):
    _, _, c_void_p, py_object = kinds()
    return function("PyUnstable_InterpreterFrame_GetCode", py_object, c_void_p)(inner_frame(frame))


def iframe_getlasti(frame):
    c_int, _, c_void_p, _ = kinds()
    return function("PyUnstable_InterpreterFrame_GetLasti", c_int, c_void_p)(inner_frame(frame))


def iframe_getline(frame):
    c_int, _, c_void_p, _ = kinds()
    return function("PyUnstable_InterpreterFrame_GetLine", c_int, c_void_p)(inner_frame(frame))


# --- the configuration: what C reads as variables ---

VARIABLES = """
    Py_BytesWarningFlag Py_InspectFlag Py_InteractiveFlag Py_OptimizeFlag Py_DebugFlag Py_QuietFlag Py_IgnoreEnvironmentFlag Py_VerboseFlag
    Py_DontWriteBytecodeFlag Py_UnbufferedStdioFlag Py_IsolatedFlag Py_FrozenFlag Py_NoSiteFlag Py_NoUserSiteDirectory
""".split()


def get_configs():
    import ctypes

    library = ctypes.PyDLL(None)
    return {"global_config": {name: ctypes.c_int.in_dll(library, name).value for name in VARIABLES}}


# Of what is missing here the tests themselves have something in its place, if it cannot be imported.
REPLACED = ("get_c_recursion_remaining",)


def __getattr__(name):
    if name.startswith("__") or name in REPLACED:
        raise AttributeError(name)

    def missing(*args, **kwargs):
        raise unittest.SkipTest(f"needs _testinternalcapi.{name}")

    missing.__name__ = name
    return missing
