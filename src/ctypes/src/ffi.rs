//! libffi: descriptions of C types, calls of functions whose signature is known at run time only, and C functions that are made at run time.
//!
//! Invariant: a description lives as long as any other that names it: each holds those of its elements.
#![allow(unsafe_code, reason = "libffi's structs and functions")]

use core::ffi::{c_uint, c_void};
use std::sync::Arc;

use heap::sync::Mutex;
use libffi_sys as raw;

pub use raw::{ffi_cif, ffi_type};

/// The number that marks a struct.
pub const STRUCT: u16 = raw::FFI_TYPE_STRUCT;

unsafe extern "C-unwind" {
    /// Declared here as a function through which a foreign exception may come: the gate names the function that let it out.
    fn ffi_call(cif: *mut ffi_cif, function: *const (), result: *mut c_void, arguments: *mut *mut c_void);
}

/// How a type is passed.
pub struct Ffi {
    raw: *mut ffi_type,
    /// Made here, so freed here; else one of libffi's own.
    owned: bool,
    _elements: Box<[*mut ffi_type]>,
    /// The elements' descriptions.
    parts: Vec<Arc<Ffi>>,
}

// SAFETY: R9: a description does not change once it is made, but for what libffi computes of it, which is the same each time.
unsafe impl Send for Ffi {}
// SAFETY: as above.
unsafe impl Sync for Ffi {}

macro_rules! builtin {
    ($($(#[$doc:meta])* $name:ident $field:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name() -> *mut ffi_type {
            &raw mut raw::$field
        }
    )*};
}

builtin! {
    /// No result.
    void ffi_type_void;
    /// Any pointer.
    pointer ffi_type_pointer;
    /// `int`
    sint ffi_type_sint32;
    sint8 ffi_type_sint8;
    uint8 ffi_type_uint8;
    sint16 ffi_type_sint16;
    uint16 ffi_type_uint16;
    uint32 ffi_type_uint32;
    sint64 ffi_type_sint64;
    uint64 ffi_type_uint64;
    float ffi_type_float;
    double ffi_type_double;
    long_double ffi_type_longdouble;
    complex_float ffi_type_complex_float;
    complex_double ffi_type_complex_double;
    complex_long_double ffi_type_complex_longdouble;
}

/// Size and alignment of a type.
///
/// # Safety
/// It is one of libffi's own, or of a description that lives.
pub unsafe fn layout_of(ty: *mut ffi_type) -> (usize, usize) {
    // SAFETY: the caller's promise.
    unsafe { ((*ty).size, usize::from((*ty).alignment)) }
}

impl Ffi {
    /// One of libffi's own types.
    pub fn builtin(raw: *mut ffi_type) -> Arc<Ffi> {
        Arc::new(Ffi { raw, owned: false, _elements: Box::default(), parts: Vec::new() })
    }

    /// A struct (or a union, which libffi does not know) of these elements.
    pub fn aggregate(size: usize, align: usize, parts: Vec<Arc<Ffi>>) -> Arc<Ffi> {
        let mut elements: Vec<*mut ffi_type> = parts.iter().map(|part| part.raw).collect();
        elements.push(core::ptr::null_mut());
        let mut elements = elements.into_boxed_slice();
        let alignment = u16::try_from(align).unwrap_or(u16::MAX);
        let made = ffi_type { size, alignment, type_: STRUCT, elements: elements.as_mut_ptr() };
        Arc::new(Ffi { raw: Box::into_raw(Box::new(made)), owned: true, _elements: elements, parts })
    }

    /// A struct of which nothing is known yet.
    pub fn incomplete() -> Arc<Ffi> {
        let made = ffi_type { size: 0, alignment: 0, type_: raw::FFI_TYPE_VOID, elements: core::ptr::null_mut() };
        Arc::new(Ffi { raw: Box::into_raw(Box::new(made)), owned: true, _elements: Box::default(), parts: Vec::new() })
    }

    pub fn raw(&self) -> *mut ffi_type {
        self.raw
    }

    /// Size and alignment.
    pub fn layout(&self) -> (usize, usize) {
        // SAFETY: this description lives.
        unsafe { layout_of(self.raw) }
    }

    /// The elements' descriptions.
    pub fn parts(&self) -> &[Arc<Ffi>] {
        &self.parts
    }
}

impl Drop for Ffi {
    fn drop(&mut self) {
        if self.owned {
            // SAFETY: it came from a box, and nobody names it any more.
            drop(unsafe { Box::from_raw(self.raw) });
        }
    }
}

/// Prepares a signature. With `fixed`, what follows so many arguments stands in the place of `...`. The error is libffi's number.
///
/// # Safety
/// The types live as long as the signature, and `types` stays where it is.
pub unsafe fn prepare(
    cif: *mut ffi_cif,
    fixed: Option<usize>,
    result: *mut ffi_type,
    types: &mut [*mut ffi_type],
) -> Result<(), u32> {
    // CTYPES_MAX_ARGCOUNT is 1024.
    let count = types.len() as c_uint;
    // SAFETY: the caller's promise.
    let status = unsafe {
        match fixed {
            Some(fixed) => {
                raw::ffi_prep_cif_var(cif, raw::ffi_abi_FFI_DEFAULT_ABI, fixed as c_uint, count, result, types.as_mut_ptr())
            }
            None => raw::ffi_prep_cif(cif, raw::ffi_abi_FFI_DEFAULT_ABI, count, result, types.as_mut_ptr()),
        }
    };
    if status == raw::ffi_status_FFI_OK { Ok(()) } else { Err(status) }
}

/// Calls a C function.
///
/// # Safety
/// The signature is the function's; `arguments` point at values of its types, and `result` at room for its result, a word at least.
pub unsafe fn call(cif: *mut ffi_cif, function: *const (), result: *mut c_void, arguments: *mut *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { ffi_call(cif, function, result, arguments) }
}

/// What a C function made at run time does: the signature, room for the result, the arguments, and what it was made with.
pub type Body = unsafe extern "C" fn(*mut ffi_cif, *mut c_void, *mut *mut c_void, *mut c_void);

/// libffi's list of memory for closures, which each of its functions that makes, fills or frees one walks without a lock. One that comes while another
/// thread's makes the list longer takes a closure for one without a trampoline: called, it runs what the trampoline belonged to before.
static CLOSURES: Mutex<()> = Mutex::new(());

/// A C function that was made at run time.
pub struct Closure {
    writable: *mut c_void,
    code: *mut c_void,
    /// The signature, which the function reads at each call.
    cif: Box<core::cell::UnsafeCell<ffi_cif>>,
    _types: Box<[*mut ffi_type]>,
    _parts: Vec<Arc<Ffi>>,
}

// SAFETY: R9: it does not change once it is made.
unsafe impl Send for Closure {}
// SAFETY: as above.
unsafe impl Sync for Closure {}

/// Why there is no such function.
pub enum NoClosure {
    Memory,
    Signature(u32),
    Closure(u32),
}

impl Closure {
    /// A function of that signature. It calls nothing before [`Closure::start`].
    pub fn new(result: &Arc<Ffi>, arguments: Vec<Arc<Ffi>>) -> Result<Closure, NoClosure> {
        let mut types: Box<[*mut ffi_type]> = arguments.iter().map(|argument| argument.raw).collect();
        let cif = Box::new(core::cell::UnsafeCell::new(ffi_cif::default()));
        // SAFETY: the closure keeps all of them.
        unsafe { prepare(cif.get(), None, result.raw, &mut types) }.map_err(NoClosure::Signature)?;
        let mut code = core::ptr::null_mut();
        let writable = {
            let _alone = CLOSURES.lock();
            // SAFETY: libffi's own allocator.
            unsafe { raw::ffi_closure_alloc(size_of::<raw::ffi_closure>(), &raw mut code) }
        };
        if writable.is_null() {
            return Err(NoClosure::Memory);
        }
        let mut parts = arguments;
        parts.push(result.clone());
        Ok(Closure { writable, code, cif, _types: types, _parts: parts })
    }

    /// From now on a call of the function calls `body`.
    ///
    /// # Safety
    /// `body` fits the signature, and `data` outlives the closure.
    pub unsafe fn start(&self, body: Body, data: *mut c_void) -> Result<(), NoClosure> {
        let _alone = CLOSURES.lock();
        // SAFETY: the closure's own memory and signature; the caller's promise.
        let status = unsafe { raw::ffi_prep_closure_loc(self.writable.cast(), self.cif.get(), Some(body), data, self.code) };
        if status == raw::ffi_status_FFI_OK { Ok(()) } else { Err(NoClosure::Closure(status)) }
    }

    /// The function's address.
    pub fn code(&self) -> *mut c_void {
        self.code
    }
}

impl Drop for Closure {
    fn drop(&mut self) {
        let _alone = CLOSURES.lock();
        // SAFETY: it came from libffi's allocator; the maker's promise is that nobody calls a function whose object is gone.
        unsafe { raw::ffi_closure_free(self.writable) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe extern "C" fn tell_data(_: *mut ffi_cif, result: *mut c_void, _: *mut *mut c_void, data: *mut c_void) {
        // SAFETY: there is room for a word.
        unsafe { result.cast::<usize>().write(data.addr()) }
    }

    /// Makes so many functions, calls each, frees them all. Each has to run with what it was started with.
    fn make_and_call(count: usize, tag: usize) {
        let made: Vec<(Closure, usize)> = (1..=count)
            .map(|number| {
                let closure = Closure::new(&Ffi::builtin(sint64()), Vec::new()).unwrap_or_else(|_| panic!("no closure"));
                let data = (tag << 32) + number;
                // SAFETY: the function has this signature; the data is only a number.
                assert!(unsafe { closure.start(tell_data, core::ptr::without_provenance_mut(data)) }.is_ok());
                (closure, data)
            })
            .collect();
        for (closure, data) in &made {
            // SAFETY: the function was made with this signature.
            let told = unsafe { core::mem::transmute::<*mut c_void, extern "C" fn() -> usize>(closure.code())() };
            assert_eq!(told, *data, "the function runs with the data of another");
        }
    }

    /// libffi's memory grows and shrinks while other threads make, fill and free closures.
    #[test]
    fn threads_make_closures() {
        std::thread::scope(|scope| {
            for thread in 1..5 {
                scope.spawn(move || {
                    for round in 0..300 {
                        make_and_call(1 + round * 997 * thread % 2_000, thread);
                    }
                });
            }
        });
    }
}
