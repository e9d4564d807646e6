//! `PyGen_*`, `PyCoro_*`, `PyAsyncGen_*`.

use heap::{Object, Raised, Ref, Thread};
use interp::code::Code;
use interp::generator;
use objects::raise;

use crate::api;

/// A generator belongs to the frame that the interpreter made with it; C cannot give it another one.
#[cold]
fn no_frame(th: &mut Thread, function: &str) -> Raised {
    raise::system_error(th, format_args!("{function} is not supported: generators own their frames"))
}

/// A frame that C gives is taken over.
///
/// # Safety
/// R2: null, or a count that C gives away.
unsafe fn take(th: &mut Thread, frame: *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    if let Some(frame) = unsafe { Ref::<Object>::from_raw_nullable(frame) } {
        th.release(frame);
    }
}

api! {
    /// What a generator that ended returned: the value of the raised `StopIteration`, which is taken; `None` if nothing is raised.
    fn _PyGen_FetchStopIterationValue(th, value: *mut *mut abi::PyObject) -> Result<(), Raised> {
        let found = match generator::protocol::catch_stop(th) {
            Some(found) => found,
            None if th.exception().is_none() => objects::none_ref(),
            None => {
                // SAFETY: R4: the caller's variable.
                unsafe { *value = core::ptr::null_mut() };
                return Err(th.already_raised());
            }
        };
        // SAFETY: as above.
        unsafe { *value = objects::glue::leave_c(th, found) };
        Ok(())
    }

    /// The code that a generator runs.
    fn PyGen_GetCode(th, generator: &Object) -> Result<Ref<Code>, Raised> {
        let code = generator::gen_of(generator).and_then(|body| body.code.get(th, generator));
        code.ok_or(()).or_else(|()| Err(raise::bad_internal_call(th)))
    }

    /// Not supported: raises `SystemError`.
    fn PyGen_New(th, frame: *mut abi::PyObject) -> Result<Ref<Object>, Raised> {
        // SAFETY: R2: stolen, by the function's contract.
        unsafe { take(th, frame) };
        Err(no_frame(th, "PyGen_New"))
    }

    /// Not supported: raises `SystemError`.
    fn PyGen_NewWithQualName(th, frame: *mut abi::PyObject, name: Option<&Object>, qualname: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let _ = (name, qualname);
        // SAFETY: R2: stolen, by the function's contract.
        unsafe { take(th, frame) };
        Err(no_frame(th, "PyGen_NewWithQualName"))
    }

    /// Not supported: raises `SystemError`.
    fn PyCoro_New(th, frame: *mut abi::PyObject, name: Option<&Object>, qualname: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let _ = (name, qualname);
        // SAFETY: R2: stolen, by the function's contract.
        unsafe { take(th, frame) };
        Err(no_frame(th, "PyCoro_New"))
    }

    /// Not supported: raises `SystemError`.
    fn PyAsyncGen_New(th, frame: *mut abi::PyObject, name: Option<&Object>, qualname: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let _ = (name, qualname);
        // SAFETY: R2: stolen, by the function's contract.
        unsafe { take(th, frame) };
        Err(no_frame(th, "PyAsyncGen_New"))
    }
}
