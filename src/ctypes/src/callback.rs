//! Python callables as C functions. C may call them from any thread, also from one that Python has never seen.
//!
//! Invariant: a thunk and what it calls are common (R7): whoever calls finds them through C.
#![allow(unsafe_code, reason = "C calls in")]

use core::ffi::c_void;
use std::sync::Arc;

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread};
use macros::pytype;
use objects::glue::*;
use objects::{Int, Tuple, exceptions, none, ops, raise};

use crate::call::with_errno;
use crate::cdata::{Place, cdata, is_simple_subclass};
use crate::codes::Simple;
use crate::ffi::{self, Closure, Ffi, NoClosure, ffi_cif};
use crate::info::{self, flags};

/// CThunkObject
#[pytype(name = "CThunkObject", module = "_ctypes", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct Thunk {
    head: Head,
    closure: Closure,
    flags: u32,
    /// The letter of the result, and its size; none: the function returns nothing.
    result: Option<(Simple, usize)>,
    callable: Slot,
    types: Slot<Tuple>,
}

impl Thunk {
    /// A C function that calls `callable`.
    pub fn new(
        th: &mut Thread,
        callable: &Object,
        types: Ref<Tuple>,
        restype: Option<&Object>,
        flags: u32,
    ) -> Result<Ref<Thunk>, Raised> {
        let arguments: Vec<Arc<Ffi>> = types
            .iter()
            .map(|ty| info::of_type(ty).map_or_else(|| Ffi::builtin(ffi::sint()), |known| known.ffi.clone()))
            .collect();
        let (ffi, result) = match restype {
            Some(restype) if restype.is(none()) => (Ffi::builtin(ffi::void()), None),
            restype => match restype.and_then(info::of_type).and_then(|known| Some((known, known.simple()?))) {
                Some((known, simple)) => (known.ffi.clone(), Some((simple, known.size))),
                None => return Err(raise::type_error(th, format_args!("invalid result type for callback function"))),
            },
        };
        let closure = match Closure::new(&ffi, arguments) {
            Ok(closure) => closure,
            Err(no) => return Err(no_closure(th, no)),
        };
        let made =
            Thunk { head: Head::INIT, closure, flags, result, callable: Slot::new(callable.to_owned()), types: Slot::new(types) };
        let made = th.new_object(made);
        th.share(&made);
        // SAFETY: the function has this signature; the closure is freed with the object that is its data.
        match unsafe { made.closure.start(called, made.as_ptr().cast()) } {
            Ok(()) => Ok(made),
            Err(no) => Err(no_closure(th, no)),
        }
    }

    /// The function's address.
    pub fn code(&self) -> *mut u8 {
        self.closure.code().cast()
    }

    /// One argument of a call.
    ///
    /// # Safety
    /// A value of the type is there.
    unsafe fn argument(th: &mut Thread, ty: &Object, at: *mut c_void) -> Result<Ref<Object>, Raised> {
        let (Some(cls), Some(known)) = (as_type(ty), info::of_type(ty)) else {
            let shown = ops::repr(th, ty)?;
            return Err(raise::type_error(th, format_args!("cannot build parameter of type {shown}")));
        };
        if let Some(simple) = known.simple().filter(|_| !is_simple_subclass(cls)) {
            // SAFETY: the caller's promise.
            let value = unsafe { simple.decode(th, at.cast(), known.size, None) };
            return value.map_err(|no| no.raise(th));
        }
        let made = ops::call(th, ty, &[])?;
        let Some(instance) = cdata(&made) else {
            let (shown, got) = (ops::repr(th, ty)?, ops::full_type_name(th, made.ty()));
            return Err(raise::type_error(th, format_args!("{shown} returned unexpected result of type {got}")));
        };
        let size = known.size.min(instance.size());
        // SAFETY: the caller's promise; R9: the instance has room for it.
        instance.with(th, Place::Within(0), |_, to| unsafe { core::ptr::copy_nonoverlapping(at.cast(), to, size) });
        Ok(made)
    }

    /// Calls the callable; what it raises, nobody can receive.
    ///
    /// # Safety
    /// The arguments are those of the closure's signature, and there is room for its result.
    unsafe fn run(&self, th: &mut Thread, result: *mut c_void, arguments: *mut *mut c_void) {
        let (Some(callable), Some(types)) = (self.callable.get(th, self), self.types.get(th, self)) else { return };
        let mut args = Vec::with_capacity(types.len());
        for (at, ty) in types.iter().enumerate() {
            // SAFETY: the caller's promise.
            match unsafe { Thunk::argument(th, ty, *arguments.add(at)) } {
                Ok(arg) => args.push(arg),
                Err(_) => {
                    let message = format!("Exception ignored while creating argument {at} for ctypes callback function");
                    return raise::unraisable(th, &message, Some(&callable));
                }
            }
        }
        let all: Vec<&Object> = args.iter().map(|arg| &**arg).collect();
        let called = with_errno(self.flags & flags::USE_ERRNO != 0, || ops::call(th, &callable, &all));
        match called {
            Ok(value) => {
                // SAFETY: the caller's promise.
                unsafe { self.put(th, &callable, &value, result) };
                th.release(value);
            }
            Err(_) => raise::unraisable(th, "Exception ignored while calling ctypes callback function", Some(&callable)),
        }
        args.into_iter().for_each(|arg| th.release(arg));
    }

    /// # Safety
    /// There is room for a result.
    unsafe fn put(&self, th: &mut Thread, callable: &Object, value: &Object, result: *mut c_void) {
        const CONVERTING: &str = "Exception ignored while converting result of ctypes callback function";
        let Some((simple, size)) = self.result else { return };
        let encoded = match simple.encode(th, value, size) {
            Ok(encoded) => encoded,
            Err(_) => return raise::unraisable(th, CONVERTING, Some(callable)),
        };
        // SAFETY: the caller's promise.
        unsafe { simple.store(result.cast(), &encoded, None) };
        let Some(keep) = encoded.keep.filter(|keep| !keep.is(none()) || simple.is(b'O')) else { return };
        // Who called gets the count on an object; other memory stays for ever, for nobody says when it is done with.
        let _ = keep.into_raw();
        if !simple.is(b'O')
            && objects::warn::warn(th, exceptions::runtime_warning_type(), format_args!("memory leak in callback function."), 1)
                .is_err()
        {
            raise::unraisable(th, CONVERTING, Some(callable));
        }
    }
}

#[cold]
fn no_closure(th: &mut Thread, no: NoClosure) -> Raised {
    match no {
        NoClosure::Memory => raise::memory_error(th),
        NoClosure::Signature(status) => raise::runtime_error(th, format_args!("ffi_prep_cif failed with {status}")),
        NoClosure::Closure(status) => raise::runtime_error(th, format_args!("ffi_prep_closure failed with {status}")),
    }
}

/// How a thread came to be attached for a callback.
enum Attached {
    /// It was: a function that has the GIL calls.
    Before,
    /// It had detached itself for the call of a C function.
    Again,
    /// Python did not know it, or it comes while the interpreter ends.
    Ensured(core::ffi::c_int),
}

impl Attached {
    fn enter() -> Attached {
        // SAFETY: R10: C called in, no other capability of this thread is used.
        let known = Thread::is_known().then(|| unsafe { Thread::from_tls() });
        match known {
            Some(th) if th.world.is_attached() => Attached::Before,
            Some(th) if !interp::finalize::is_finalizing() => {
                th.attach();
                Attached::Again
            }
            // SAFETY: any thread may call it.
            _ => Attached::Ensured(unsafe { capi::api::state::PyGILState_Ensure() }),
        }
    }

    fn leave(self, th: &mut Thread) {
        match self {
            Attached::Before => {}
            Attached::Again => th.detach(),
            // SAFETY: it undoes the call in `enter`.
            Attached::Ensured(state) => unsafe { capi::api::state::PyGILState_Release(state) },
        }
    }
}

/// What every closure calls.
unsafe extern "C" fn called(_: *mut ffi_cif, result: *mut c_void, arguments: *mut *mut c_void, thunk: *mut c_void) {
    let attached = Attached::enter();
    // SAFETY: R10: C called in, on a thread that is attached by now.
    let th = unsafe { Thread::from_tls() };
    // SAFETY: the closure's data: whoever calls it sees to it that its object lives. It may end while it runs.
    let thunk: Ref<Thunk> = unsafe { Object::borrow(thunk.cast()).cast_unchecked::<Thunk>() }.to_ref();
    // SAFETY: libffi's promise.
    unsafe { thunk.run(th, result, arguments) };
    th.release(thunk);
    attached.leave(th);
}

/// An integer of an address.
pub fn address_object(th: &Thread, address: *const ()) -> Ref<Object> {
    Int::from_usize(th, address.addr()).up()
}
