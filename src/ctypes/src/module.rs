//! The module `_ctypes`: its functions, constants, and libraries.
#![allow(unsafe_code, reason = "libraries are opened, counts and addresses are the program's business")]

use core::ffi::{CStr, c_void};
use std::ffi::CString;

use heap::foreign::{self, Mode};
use heap::{Object, Raised, Ref, Thread, Type};
use macros::pymodule;
use objects::glue::*;
use objects::{Int, List, Str, Tuple, exceptions, none, ops, raise};

use crate::aggregate::{Structure, Union};
use crate::argument::{self, CArg};
use crate::array::Array;
use crate::call::{self, Call};
use crate::callback::{Thunk, address_object};
use crate::cdata::CData;
use crate::field::CField;
use crate::function::CFuncPtr;
use crate::info::{self, CType, Info, flags};
use crate::meta::{CArrayType, CFuncPtrType, CPointerType, CSimpleType, CStructType, CUnionType};
use crate::pointer::Pointer;
use crate::simple::SimpleData;
use crate::{helpers, names};

/// The function that pickles of instances name.
static UNPICKLE: Global = Global::EMPTY;

/// `_ctypes._unpickle`
pub fn unpickle_function(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    match UNPICKLE.get(th) {
        Some(function) => Ok(function),
        None => Err(raise::system_error(th, format_args!("the module _ctypes is not there"))),
    }
}

/// An int as an address.
pub fn address(th: &mut Thread, value: &Object) -> Result<*mut u8, Raised> {
    let Some(int) = value.downcast::<Int>() else {
        return Err(raise::type_error(th, format_args!("an integer is required")));
    };
    match int.to_u64().or_else(|| int.to_i64().map(i64::cast_unsigned)) {
        Some(address) => Ok(core::ptr::with_exposed_provenance_mut(address as usize)),
        None => Err(raise::overflow_error(th, format_args!("int too large to convert to C long"))),
    }
}

/// An address that is not null, of those who take no other: the error is CPython's, too.
fn existing(th: &mut Thread, value: &Object, what: &str) -> Result<*mut u8, Raised> {
    let at = address(th, value)?;
    if at.is_null() {
        return Err(raise::system_error(th, format_args!("{what}argument 1 (unspecified)")));
    }
    Ok(at)
}

/// What the loader says of its last failure.
fn loader_error() -> Option<Vec<u8>> {
    // SAFETY: the text stays until the loader's next call on this thread.
    unsafe {
        let text = libc::dlerror();
        (!text.is_null()).then(|| CStr::from_ptr(text).to_bytes().to_vec())
    }
}

#[cold]
fn raise_loader_error(th: &mut Thread, class: &Type, default: &str) -> Raised {
    match loader_error() {
        Some(text) => {
            let text = interp::config::decode_os(th, &text);
            raise::with_value(th, class, text.up())
        }
        None => raise::new(th, class, format_args!("{default}")),
    }
}

/// A symbol of an open library.
pub fn find_symbol(th: &mut Thread, handle: usize, name: &CString, missing: &Type) -> Result<*mut u8, Raised> {
    // What failed before is not of interest.
    let _ = loader_error();
    // SAFETY: that the handle is one is the program's business.
    let found = unsafe { libc::dlsym(core::ptr::with_exposed_provenance_mut(handle), name.as_ptr()) };
    if found.is_null() {
        let name = name.to_string_lossy();
        let what = if core::ptr::eq(missing, exceptions::attribute_error_type()) { "function" } else { "symbol" };
        return Err(raise_loader_error(th, missing, &format!("{what} '{name}' not found")));
    }
    Ok(found.cast())
}

/// The instance that a function takes, or the error that it raises of others.
fn instance<'a>(th: &mut Thread, object: &'a Object, function: &str) -> Result<&'a CData, Raised> {
    match object.downcast::<CData>() {
        Some(instance) => Ok(instance),
        None => {
            let got = ops::type_name(object);
            Err(raise::type_error(th, format_args!("{function} must be _ctypes._CData, not {got}")))
        }
    }
}

/// The argument of a function that shows no signature.
fn only<'a>(th: &mut Thread, args: &[&'a Object], function: &str) -> Result<&'a Object, Raised> {
    match *args {
        [one] => Ok(one),
        _ => {
            let count = args.len();
            Err(raise::type_error(th, format_args!("{function} takes exactly 1 argument ({count} given)")))
        }
    }
}

/// A C function called without any types.
fn call_plainly(th: &mut Thread, function: &Object, arguments: &Tuple, flags: u32) -> Result<Ref<Object>, Raised> {
    let function = existing(th, function, "")?;
    let call = Call { function: function.cast_const().cast(), flags, converters: None, restype: None, checker: None };
    call.run(th, arguments.as_slice())
}

unsafe extern "C" fn note_library(info: *mut libc::dl_phdr_info, _size: usize, names: *mut c_void) -> core::ffi::c_int {
    // SAFETY: the loader's record, and the vector of `dllist`.
    unsafe {
        let name = (*info).dlpi_name;
        let name = if name.is_null() { Vec::new() } else { CStr::from_ptr(name).to_bytes().to_vec() };
        (*names.cast::<Vec<Vec<u8>>>()).push(name);
    }
    0
}

#[pymodule(
    name = "_ctypes",
    types(Structure, Union, Pointer, Array, SimpleData, CFuncPtr, CField),
    hidden(Info, CArg, Thunk, CType, CStructType, CUnionType, CPointerType, CArrayType, CSimpleType, CFuncPtrType, CData)
)]
pub mod ctypes {
    //! Create and manipulate C compatible data types in Python.
    use super::*;

    #[constant]
    const FUNCFLAG_CDECL: u32 = flags::CDECL;
    #[constant]
    const FUNCFLAG_USE_ERRNO: u32 = flags::USE_ERRNO;
    #[constant]
    const FUNCFLAG_USE_LASTERROR: u32 = flags::USE_LAST_ERROR;
    #[constant]
    const FUNCFLAG_PYTHONAPI: u32 = flags::PYTHON_API;
    #[constant]
    const __version__: &str = "1.1.0";
    #[constant]
    const RTLD_LOCAL: i32 = libc::RTLD_LOCAL;
    #[constant]
    const RTLD_GLOBAL: i32 = libc::RTLD_GLOBAL;
    #[constant]
    const CTYPES_MAX_ARGCOUNT: usize = call::MOST_ARGUMENTS;
    #[constant]
    const SIZEOF_TIME_T: usize = size_of::<libc::time_t>();

    #[exec]
    fn prepare(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        for (name, address) in helpers::addresses() {
            let address = address_object(th, address);
            upward::set_module_attribute(th, module, name, address)?;
        }
        for (name, address) in [("_memmove_addr", libc::memmove as *const ()), ("_memset_addr", libc::memset as *const ())] {
            let address = address_object(th, address);
            upward::set_module_attribute(th, module, name, address)?;
        }
        let unpickle = ops::getattr_str(th, module, "_unpickle")?;
        th.share(&unpickle);
        UNPICKLE.set(th, Some(unpickle));
        argument::learn_shared_converter(th);
        Ok(())
    }

    #[attr]
    fn ArgumentError(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        call::argument_error_class(th).map(Ref::up)
    }

    #[function(sig = none)]
    fn get_errno(th: &mut Thread) -> Result<i32, Raised> {
        interp::audit::event(th, "ctypes.get_errno", &[])?;
        Ok(call::ERRNO.get())
    }

    #[function(sig = none)]
    fn set_errno(th: &mut Thread, args: Args<'_>) -> Result<i32, Raised> {
        let value = only(th, &args, "function")?;
        let value = i32::from_arg(th, value, At { spec: &SLOT_OPERAND, index: 0, or_none: false })?;
        let shown = Int::from_i64(th, value.into());
        interp::audit::event(th, "ctypes.set_errno", &[&shown])?;
        Ok(call::ERRNO.replace(value))
    }

    #[function(sig = none)]
    fn _unpickle(th: &mut Thread, cls: &Object, state: &Tuple) -> Result<Ref<Object>, Raised> {
        let made = ops::call_method(th, cls, &objects::names::__new__, &[cls])?;
        let set = ops::getattr(th, &made, names::__setstate__.get())?;
        let done = ops::call(th, &set, state.as_slice())?;
        th.release(done);
        Ok(made)
    }

    /// Return buffer interface information
    #[function(sig = none)]
    fn buffer_info(th: &mut Thread, object: &Object) -> Result<Ref<Tuple>, Raised> {
        let Some(known) = info::of_any(object) else {
            return Err(raise::type_error(th, format_args!("not a ctypes type or object")));
        };
        let format: Ref<Object> = match &known.format {
            Some(format) => Str::from_wtf8(th, format.to_bytes()).up(),
            None => objects::none_ref(),
        };
        let shape: Vec<Ref<Object>> = known.shape.iter().map(|&length| Int::from_i64(th, length as i64).up()).collect();
        let (ndim, shape) = (Int::from_usize(th, known.shape.len()), Tuple::new(th, shape));
        Ok(Tuple::from_array(th, [format, ndim.up(), shape.up()]))
    }

    #[function(sig = "(obj, size, /)")]
    fn resize(th: &mut Thread, obj: &Object, size: isize) -> Result<(), Raised> {
        let instance = instance(th, obj, "resize() argument 1")?;
        let Some(known) = info::of_instance(obj) else {
            return Err(raise::type_error(th, format_args!("expected ctypes instance")));
        };
        match usize::try_from(size) {
            Ok(size) if size >= known.size => instance.resize(th, size),
            _ => {
                let least = known.size;
                Err(raise::value_error(th, format_args!("minimum size is {least}")))
            }
        }
    }

    /// dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library
    #[function(sig = none)]
    fn dlopen(th: &mut Thread, name: &Object, #[default(libc::RTLD_LOCAL)] flag: i32) -> Result<Ref<Int>, Raised> {
        let path = if name.is(none()) { None } else { Some(modules::os::fs_string(th, name)?) };
        interp::audit::event(th, "ctypes.dlopen", &[name])?;
        // Opening runs the library's constructors: foreign code.
        let entered = foreign::enter(th, Mode::Exclusive);
        // SAFETY: R4: opening a library is what the program asks for.
        let handle =
            unsafe { libc::dlopen(path.as_ref().map_or(core::ptr::null(), |path| path.as_ptr()), flag | libc::RTLD_NOW) };
        foreign::leave(th, entered);
        if handle.is_null() {
            return Err(raise_loader_error(th, exceptions::os_error_type(), "dlopen() error"));
        }
        Ok(Int::from_usize(th, handle.addr()))
    }

    /// dlclose a library
    #[function(sig = none)]
    fn dlclose(th: &mut Thread, args: Args<'_>) -> Result<(), Raised> {
        let handle = only(th, &args, "dlclose()")?;
        let handle = existing(th, handle, "dlclose() ")?;
        let entered = foreign::enter(th, Mode::Exclusive);
        // SAFETY: R4: that the handle is one, and that nobody needs the library any more, is the program's business.
        let status = unsafe { libc::dlclose(handle.cast()) };
        foreign::leave(th, entered);
        if status == 0 { Ok(()) } else { Err(raise_loader_error(th, exceptions::os_error_type(), "dlclose() error")) }
    }

    /// find symbol in shared library
    #[function(sig = none)]
    fn dlsym(th: &mut Thread, handle: &Object, name: &str) -> Result<Ref<Int>, Raised> {
        let at = existing(th, handle, "dlsym() ")?;
        let shown = Str::new(th, name);
        interp::audit::event(th, "ctypes.dlsym/handle", &[handle, &shown])?;
        // A parameter of this type has no zeros.
        let name = CString::new(name).unwrap_or_default();
        let found = find_symbol(th, at.addr(), &name, exceptions::os_error_type())?;
        Ok(Int::from_usize(th, found.addr()))
    }

    /// dllist() return a list of loaded shared libraries
    #[function(sig = none)]
    fn dllist(th: &mut Thread) -> Ref<List> {
        let mut names: Vec<Vec<u8>> = Vec::new();
        // SAFETY: the function takes what it is given here.
        unsafe { libc::dl_iterate_phdr(Some(note_library), (&raw mut names).cast()) };
        let names = names.iter().map(|name| interp::config::decode_os(th, name).up()).collect();
        List::new(th, names)
    }

    /// alignment(C type) -> integer
    /// alignment(C instance) -> integer
    /// Return the alignment requirements of a C instance
    #[function(sig = none)]
    fn alignment(th: &mut Thread, object: &Object) -> Result<usize, Raised> {
        match info::of_any(object) {
            Some(known) => Ok(known.align),
            None => Err(raise::type_error(th, format_args!("no alignment info"))),
        }
    }

    /// Return the size in bytes of a C instance.
    #[function(sig = "(obj, /)")]
    fn sizeof(th: &mut Thread, obj: &Object) -> Result<usize, Raised> {
        if let Some(known) = info::of_type(obj) {
            return Ok(known.size);
        }
        match obj.downcast::<CData>() {
            Some(instance) => Ok(instance.size()),
            None => Err(raise::type_error(th, format_args!("this type has no size"))),
        }
    }

    /// Return a pointer lookalike to a C instance, only usable as function argument.
    #[function(sig = "(obj, offset=0, /)")]
    fn byref(th: &mut Thread, obj: &Object, offset: isize) -> Result<Ref<Object>, Raised> {
        instance(th, obj, "byref() argument 1")?;
        argument::by_reference(th, obj, offset)
    }

    /// Return the address of the C instance internal buffer
    #[function(sig = "(obj, /)")]
    fn addressof(th: &mut Thread, obj: &Object) -> Result<Ref<Int>, Raised> {
        let instance = instance(th, obj, "addressof() argument")?;
        interp::audit::event(th, "ctypes.addressof", &[obj])?;
        Ok(Int::from_usize(th, instance.address().addr()))
    }

    #[function(sig = none)]
    fn call_function(th: &mut Thread, function: &Object, arguments: &Tuple) -> Result<Ref<Object>, Raised> {
        call_plainly(th, function, arguments, 0)
    }

    #[function(sig = none)]
    fn call_cdeclfunction(th: &mut Thread, function: &Object, arguments: &Tuple) -> Result<Ref<Object>, Raised> {
        call_plainly(th, function, arguments, flags::CDECL)
    }

    #[function(sig = none)]
    fn PyObj_FromPtr(th: &mut Thread, args: Args<'_>) -> Result<Ref<Object>, Raised> {
        let object = only(th, &args, "PyObj_FromPtr()")?;
        let at = existing(th, object, "PyObj_FromPtr() ")?;
        // SAFETY: that an object is there is the program's business. Whoever passes addresses of objects on passes them to nobody but itself (R6):
        // what is private to another thread is found out where its count is taken.
        let found = unsafe { th.retain(Object::borrow(at.cast())) };
        interp::audit::event(th, "ctypes.PyObj_FromPtr", &[&found])?;
        Ok(found)
    }

    #[function(sig = none)]
    fn Py_INCREF(th: &mut Thread, object: &Object) -> Ref<Object> {
        // That is what this function is for.
        let _ = th.retain(object).into_raw();
        object.to_owned()
    }

    #[function(sig = none)]
    fn Py_DECREF(th: &mut Thread, object: &Object) -> Ref<Object> {
        let kept = th.retain(object);
        // SAFETY: R2: that is what this function is for; that there is a count to give up is the program's business.
        unsafe { th.release_raw(object.as_ptr()) };
        kept
    }
}
