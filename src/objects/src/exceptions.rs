//! The exception types: the one table of them all, and the simple ones, which add nothing to their base.
//!
//! Start at [`base`]; the types with fields of their own have a file each. How one is raised is [`crate::raise`].
#![allow(unsafe_code, reason = "C reads the exported pointers to the types")]

pub mod attribute;
pub mod base;
pub mod group;
pub mod import;
pub mod os;
pub mod stop;
pub mod syntax;
pub mod unicode;

use std::sync::OnceLock;

use macros::pytype;

pub use attribute::{AttributeError, NameError};
pub use base::BaseException;
pub use group::BaseExceptionGroup;
pub use import::ImportError;
pub use os::OsError;
pub use stop::{KeyError, StopIteration, SystemExit};
pub use syntax::SyntaxError;
pub use unicode::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError};

use crate::glue::{self, *};
use crate::typing::instance;
use crate::{Dict, ops, raise};

/// A simple type's struct. `simple`: it has a `__new__` of its own, as CPython's has; `same`: not even that.
macro_rules! declare {
    (own $name:ident) => {};
    (simple $name:ident $base:ident $python:tt $doc:tt) => {
        declare!(same $name $base $python $doc);
        impl $name {
            pub(crate) const PY_PART: glue::Part = BaseException::SIMPLE;
        }
    };
    (same $name:ident $base:ident $python:tt $doc:tt) => {
        #[doc = $doc]
        #[pytype(name = $python, base = $base, flags(BASETYPE, BASE_EXC_SUBCLASS))]
        #[repr(C)]
        pub struct $name {
            base: $base,
        }
    };
}

macro_rules! table {
    ($($name:ident $accessor:ident $export:ident = $kind:ident $(($base:ident, $python:tt, $doc:tt))?;)*) => {
        $(
            declare!($kind $name $($base $python $doc)?);

            /// The type.
            #[inline(always)]
            pub fn $accessor() -> &'static Type {
                <$name as PyType>::type_object()
            }
        )*

        /// All types with a static type object, bases first.
        pub const ALL: &[fn() -> &'static Type] = &[$($accessor),*];

        /// What C sees: a pointer to each type.
        #[allow(non_upper_case_globals, missing_docs, reason = "the ABI's names")]
        pub mod exported {
            use super::*;
            $(
                #[unsafe(no_mangle)]
                pub static $export: abi::Static<*mut PyObject> = abi::Static::new(<$name as StaticType>::TYPE.cast_mut().cast());
            )*
            #[unsafe(no_mangle)]
            pub static PyExc_EnvironmentError: abi::Static<*mut PyObject> = abi::Static::new(<OsError as StaticType>::TYPE.cast_mut().cast());
            #[unsafe(no_mangle)]
            pub static PyExc_IOError: abi::Static<*mut PyObject> = abi::Static::new(<OsError as StaticType>::TYPE.cast_mut().cast());
            /// Set when the class is made.
            #[unsafe(no_mangle)]
            pub static PyExc_ExceptionGroup: abi::Static<*mut PyObject> = abi::Static::new(core::ptr::null_mut());
        }
    };
}

table! {
    BaseException base_exception_type PyExc_BaseException = own;
    BaseExceptionGroup base_exception_group_type PyExc_BaseExceptionGroup = own;
    Exception exception_type PyExc_Exception = simple(BaseException, "Exception", "Common base class for all non-exit exceptions.");
    GeneratorExit generator_exit_type PyExc_GeneratorExit = simple(BaseException, "GeneratorExit", "Request that a generator exit.");
    KeyboardInterrupt keyboard_interrupt_type PyExc_KeyboardInterrupt = simple(BaseException, "KeyboardInterrupt", "Program interrupted by user.");
    SystemExit system_exit_type PyExc_SystemExit = own;
    ArithmeticError arithmetic_error_type PyExc_ArithmeticError = simple(Exception, "ArithmeticError", "Base class for arithmetic errors.");
    AssertionError assertion_error_type PyExc_AssertionError = simple(Exception, "AssertionError", "Assertion failed.");
    AttributeError attribute_error_type PyExc_AttributeError = own;
    BufferError buffer_error_type PyExc_BufferError = simple(Exception, "BufferError", "Buffer error.");
    EofError eof_error_type PyExc_EOFError = simple(Exception, "EOFError", "Read beyond end of file.");
    ImportError import_error_type PyExc_ImportError = own;
    LookupError lookup_error_type PyExc_LookupError = simple(Exception, "LookupError", "Base class for lookup errors.");
    MemoryError memory_error_type PyExc_MemoryError = simple(Exception, "MemoryError", "Out of memory.");
    NameError name_error_type PyExc_NameError = own;
    OsError os_error_type PyExc_OSError = own;
    ReferenceError reference_error_type PyExc_ReferenceError = simple(Exception, "ReferenceError", "Weak ref proxy used after referent went away.");
    RuntimeError runtime_error_type PyExc_RuntimeError = simple(Exception, "RuntimeError", "Unspecified run-time error.");
    StopAsyncIteration stop_async_iteration_type PyExc_StopAsyncIteration = simple(Exception, "StopAsyncIteration", "Signal the end from iterator.__anext__().");
    StopIteration stop_iteration_type PyExc_StopIteration = own;
    SyntaxError syntax_error_type PyExc_SyntaxError = own;
    SystemError system_error_type PyExc_SystemError = simple(Exception, "SystemError", "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.");
    TypeError type_error_type PyExc_TypeError = simple(Exception, "TypeError", "Inappropriate argument type.");
    ValueError value_error_type PyExc_ValueError = simple(Exception, "ValueError", "Inappropriate argument value (of correct type).");
    Warning warning_type PyExc_Warning = simple(Exception, "Warning", "Base class for warning categories.");
    FloatingPointError floating_point_error_type PyExc_FloatingPointError = simple(ArithmeticError, "FloatingPointError", "Floating-point operation failed.");
    OverflowError overflow_error_type PyExc_OverflowError = simple(ArithmeticError, "OverflowError", "Result too large to be represented.");
    ZeroDivisionError zero_division_error_type PyExc_ZeroDivisionError = simple(ArithmeticError, "ZeroDivisionError", "Second argument to a division or modulo operation was zero.");
    BytesWarning bytes_warning_type PyExc_BytesWarning = simple(Warning, "BytesWarning", "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.");
    DeprecationWarning deprecation_warning_type PyExc_DeprecationWarning = simple(Warning, "DeprecationWarning", "Base class for warnings about deprecated features.");
    EncodingWarning encoding_warning_type PyExc_EncodingWarning = simple(Warning, "EncodingWarning", "Base class for warnings about encodings.");
    FutureWarning future_warning_type PyExc_FutureWarning = simple(Warning, "FutureWarning", "Base class for warnings about constructs that will change semantically\nin the future.");
    ImportWarning import_warning_type PyExc_ImportWarning = simple(Warning, "ImportWarning", "Base class for warnings about probable mistakes in module imports");
    PendingDeprecationWarning pending_deprecation_warning_type PyExc_PendingDeprecationWarning = simple(Warning, "PendingDeprecationWarning", "Base class for warnings about features which will be deprecated\nin the future.");
    ResourceWarning resource_warning_type PyExc_ResourceWarning = simple(Warning, "ResourceWarning", "Base class for warnings about resource usage.");
    RuntimeWarning runtime_warning_type PyExc_RuntimeWarning = simple(Warning, "RuntimeWarning", "Base class for warnings about dubious runtime behavior.");
    SyntaxWarning syntax_warning_type PyExc_SyntaxWarning = simple(Warning, "SyntaxWarning", "Base class for warnings about dubious syntax.");
    UnicodeWarning unicode_warning_type PyExc_UnicodeWarning = simple(Warning, "UnicodeWarning", "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.");
    UserWarning user_warning_type PyExc_UserWarning = simple(Warning, "UserWarning", "Base class for warnings generated by user code.");
    BlockingIoError blocking_io_error_type PyExc_BlockingIOError = same(OsError, "BlockingIOError", "I/O operation would block.");
    ChildProcessError child_process_error_type PyExc_ChildProcessError = same(OsError, "ChildProcessError", "Child process error.");
    ConnectionError connection_error_type PyExc_ConnectionError = same(OsError, "ConnectionError", "Connection error.");
    FileExistsError file_exists_error_type PyExc_FileExistsError = same(OsError, "FileExistsError", "File already exists.");
    FileNotFoundError file_not_found_error_type PyExc_FileNotFoundError = same(OsError, "FileNotFoundError", "File not found.");
    InterruptedError interrupted_error_type PyExc_InterruptedError = same(OsError, "InterruptedError", "Interrupted by signal.");
    IsADirectoryError is_a_directory_error_type PyExc_IsADirectoryError = same(OsError, "IsADirectoryError", "Operation doesn't work on directories.");
    NotADirectoryError not_a_directory_error_type PyExc_NotADirectoryError = same(OsError, "NotADirectoryError", "Operation only works on directories.");
    PermissionError permission_error_type PyExc_PermissionError = same(OsError, "PermissionError", "Not enough permissions.");
    ProcessLookupError process_lookup_error_type PyExc_ProcessLookupError = same(OsError, "ProcessLookupError", "Process not found.");
    TimeoutError timeout_error_type PyExc_TimeoutError = same(OsError, "TimeoutError", "Timeout expired.");
    IndentationError indentation_error_type PyExc_IndentationError = same(SyntaxError, "IndentationError", "Improper indentation.");
    IndexError index_error_type PyExc_IndexError = simple(LookupError, "IndexError", "Sequence index out of range.");
    KeyError key_error_type PyExc_KeyError = own;
    ModuleNotFoundError module_not_found_error_type PyExc_ModuleNotFoundError = same(ImportError, "ModuleNotFoundError", "Module not found.");
    NotImplementedError not_implemented_error_type PyExc_NotImplementedError = simple(RuntimeError, "NotImplementedError", "Method or function hasn't been implemented yet.");
    PythonFinalizationError python_finalization_error_type PyExc_PythonFinalizationError = simple(RuntimeError, "PythonFinalizationError", "Operation blocked during Python finalization.");
    RecursionError recursion_error_type PyExc_RecursionError = simple(RuntimeError, "RecursionError", "Recursion limit exceeded.");
    UnboundLocalError unbound_local_error_type PyExc_UnboundLocalError = same(NameError, "UnboundLocalError", "Local name referenced but not bound to a value.");
    UnicodeError unicode_error_type PyExc_UnicodeError = simple(ValueError, "UnicodeError", "Unicode related error.");
    BrokenPipeError broken_pipe_error_type PyExc_BrokenPipeError = same(ConnectionError, "BrokenPipeError", "Broken pipe.");
    ConnectionAbortedError connection_aborted_error_type PyExc_ConnectionAbortedError = same(ConnectionError, "ConnectionAbortedError", "Connection aborted.");
    ConnectionRefusedError connection_refused_error_type PyExc_ConnectionRefusedError = same(ConnectionError, "ConnectionRefusedError", "Connection refused.");
    ConnectionResetError connection_reset_error_type PyExc_ConnectionResetError = same(ConnectionError, "ConnectionResetError", "Connection reset.");
    TabError tab_error_type PyExc_TabError = same(IndentationError, "TabError", "Improper mixture of spaces and tabs.");
    UnicodeDecodeError unicode_decode_error_type PyExc_UnicodeDecodeError = own;
    UnicodeEncodeError unicode_encode_error_type PyExc_UnicodeEncodeError = own;
    UnicodeTranslateError unicode_translate_error_type PyExc_UnicodeTranslateError = own;
    IncompleteInputError incomplete_input_error_type PyExc_IncompleteInputError = same(SyntaxError, "_IncompleteInputError", "incomplete input.");
}

static EXCEPTION_GROUP: OnceLock<&'static Type> = OnceLock::new();

/// `ExceptionGroup`, a class with two bases that is made at start by [`init`].
pub fn exception_group_type() -> &'static Type {
    EXCEPTION_GROUP.get().copied().unwrap_or_else(base_exception_group_type)
}

/// Makes what has no static type object; the types of [`ALL`] are ready.
pub fn init(th: &mut Thread) -> Result<(), Raised> {
    let class = group::make_exception_group(th)?;
    if EXCEPTION_GROUP.set(class).is_ok() {
        // SAFETY: R3: written once, before any extension is loaded.
        unsafe { *exported::PyExc_ExceptionGroup.get() = class.as_ptr() };
    }
    Ok(())
}

/// The exceptions' names in `builtins`, with the types they name.
pub fn builtin_names() -> impl Iterator<Item = (String, &'static Type)> {
    let named = ALL.iter().map(|ty| (ops::message_name(ty()), ty()));
    named.chain([
        ("ExceptionGroup".to_owned(), exception_group_type()),
        ("EnvironmentError".to_owned(), os_error_type()),
        ("IOError".to_owned(), os_error_type()),
    ])
}

/// The object as an exception.
#[inline]
pub fn as_exception(object: &Object) -> Option<&BaseException> {
    // SAFETY: R3: the flag marks the types whose instances begin with a `BaseException`.
    object.ty().has_flag(abi::Py_TPFLAGS_BASE_EXC_SUBCLASS as u64).then(|| unsafe { object.cast_unchecked() })
}

/// The object as a class of exceptions.
#[inline]
pub fn as_exception_class(object: &Object) -> Option<&Type> {
    glue::as_type(object).filter(|ty| ty.has_flag(abi::Py_TPFLAGS_BASE_EXC_SUBCLASS as u64))
}

/// Sets `__dict__` of an instance that keeps one.
pub fn set_dict_attribute(th: &mut Thread, object: &Object, value: Option<&Object>) -> Result<(), Raised> {
    let Some(value) = value else { return Err(raise::type_error(th, format_args!("cannot delete __dict__"))) };
    let Some(dict) = value.downcast::<Dict>() else {
        let name = ops::type_name(value);
        return Err(raise::type_error(th, format_args!("__dict__ must be set to a dictionary, not a '{name}'")));
    };
    instance::set_instance_dict(th, object, Some(dict.to_ref()))?;
    Ok(())
}

/// What a `StopIteration` carries; the exception itself for any other.
pub fn stop_iteration_value(th: &Thread, exception: &Object) -> Ref<Object> {
    match exception.downcast::<StopIteration>() {
        Some(stop) => stop.value(th),
        None => exception.to_ref(),
    }
}
