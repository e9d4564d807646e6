//! Attributes of exceptions, and new classes of them: `PyException_*`, `PyErr_NewException*`.

use core::ffi::c_char;

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::exceptions::{BaseException, as_exception};
use objects::{Dict, List, Str, Tuple, names, none, ops, raise};

use super::stolen;
use crate::api;
use crate::entry::c_text;

/// The object as an exception; `SystemError` for anything else (where CPython takes the caller's word).
fn exception<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a BaseException, Raised> {
    match as_exception(object) {
        Some(exception) => Ok(exception),
        None => Err(raise::bad_internal_call(th)),
    }
}

/// A new class of exceptions.
fn new_exception(th: &mut Thread, name: &str, base: Option<&Object>, dict: Ref<Dict>) -> Result<Ref<Object>, Raised> {
    let Some((module, short)) = name.rsplit_once('.') else {
        return Err(raise::system_error(th, format_args!("PyErr_NewException: name must be module.class")));
    };
    let base = base.unwrap_or(objects::exceptions::exception_type());
    if !dict.contains_str(th, &names::__module__) {
        let module = Str::new(th, module);
        dict.set_str(th, &names::__module__, module.up());
    }
    let bases = match base.downcast::<Tuple>() {
        Some(bases) => bases.to_ref(),
        None => Tuple::from_slice(th, &[base]),
    };
    let short = Str::new(th, short);
    ops::call(th, objects::typing::type_type(), &[&short, &bases, &dict])
}

/// The namespace that C gave for a new class, or a new one.
fn namespace(th: &mut Thread, dict: Option<&Object>) -> Result<Ref<Dict>, Raised> {
    match dict {
        None => Ok(Dict::new(th)),
        Some(dict) => Ok(crate::entry::expect::<Dict>(th, dict)?.to_ref()),
    }
}

api! {
    fn PyErr_NewException(th, name: *const c_char, base: Option<&Object>, dict: Option<&Object>) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { c_text(th, name) }?;
        let dict = namespace(th, dict)?;
        new_exception(th, name, base, dict)
    }

    fn PyErr_NewExceptionWithDoc(th, name: *const c_char, doc: *const c_char, base: Option<&Object>, dict: Option<&Object>) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { c_text(th, name) }?;
        let dict = namespace(th, dict)?;
        if !doc.is_null() {
            // SAFETY: R4: the function's contract.
            let doc = unsafe { c_text(th, doc) }?;
            let doc = Str::new(th, doc);
            dict.set_str(th, &names::__doc__, doc.up());
        }
        new_exception(th, name, base, dict)
    }

    fn PyExceptionClass_Name(th, class: &heap::Type) -> *const c_char {
        let _ = th;
        // SAFETY: R3: a type's name is set when it is made.
        unsafe { (*class.raw()).tp_name }
    }

    fn PyException_GetTraceback(th, object: &Object) -> Result<Option<Ref<Object>>, Raised> {
        Ok(exception(th, object)?.traceback(th).map(Ref::up))
    }

    fn PyException_SetTraceback(th, object: &Object, traceback: Option<&Object>) -> Result<(), Raised> {
        let Some(traceback) = traceback else {
            return Err(raise::type_error(th, format_args!("__traceback__ may not be deleted")));
        };
        super::set_traceback(th, object, Some(traceback))
    }

    fn PyException_GetCause(th, object: &Object) -> Result<Option<Ref<Object>>, Raised> {
        Ok(exception(th, object)?.cause(th))
    }

    /// Takes over the count on `cause`, which may be null.
    fn PyException_SetCause(th, object: &Object, cause: *mut abi::PyObject) {
        // SAFETY: R2: the function's contract.
        let cause = unsafe { stolen(cause) };
        let result = exception(th, object).map(Heaped::to_ref);
        match result {
            Ok(exception) => {
                exception.set_suppress_context(true);
                exception.set_cause(th, cause);
            }
            Err(raised) => super::leave(th, raised),
        }
    }

    fn PyException_GetContext(th, object: &Object) -> Result<Option<Ref<Object>>, Raised> {
        Ok(exception(th, object)?.context(th))
    }

    /// Takes over the count on `context`, which may be null.
    fn PyException_SetContext(th, object: &Object, context: *mut abi::PyObject) {
        // SAFETY: R2: the function's contract.
        let context = unsafe { stolen(context) };
        let result = exception(th, object).map(Heaped::to_ref);
        match result {
            Ok(exception) => exception.set_context(th, context),
            Err(raised) => super::leave(th, raised),
        }
    }

    fn PyException_GetArgs(th, object: &Object) -> Result<Ref<Tuple>, Raised> {
        Ok(exception(th, object)?.args(th))
    }

    fn PyException_SetArgs(th, object: &Object, args: &Object) {
        let result = exception(th, object).and_then(|exception| Ok((exception, crate::entry::expect::<Tuple>(th, args)?)));
        match result {
            Ok((exception, args)) => exception.set_args(th, args.to_ref()),
            Err(raised) => super::leave(th, raised),
        }
    }

    fn PyUnstable_Exc_PrepReraiseStar(th, original: Option<&Object>, exceptions: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(original) = original.filter(|original| as_exception(original).is_some()) else {
            return Err(raise::type_error(th, format_args!("orig must be an exception instance")));
        };
        let Some(list) = exceptions.and_then(|list| list.downcast::<List>()) else {
            return Err(raise::type_error(th, format_args!("excs must be a list of exception instances")));
        };
        for (index, item) in list.snapshot(th).iter().enumerate() {
            if as_exception(item).is_none() && !item.is(none()) {
                return Err(raise::type_error(th, format_args!("item {index} of excs is not an exception")));
            }
        }
        // What was never raised has no traceback, but is treated as if it had.
        if let Some(fields) = as_exception(original)
            && fields.traceback(th).is_none()
        {
            let message = format_args!("orig must be a raised exception");
            return Err(raise::value_error(th, message));
        }
        let rest = objects::exceptions::group::prepare_reraise_star(th, original, list)?;
        Ok(rest.unwrap_or_else(objects::none_ref))
    }
}
