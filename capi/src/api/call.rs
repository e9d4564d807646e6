//! Calls: by vectorcall, by tuple and dict, of methods by name. A call of a C function with positional arguments allocates nothing.

use heap::{Object, Raised, Ref, Thread, foreign};
use objects::glue::{argument_slice, borrow_nullable};
use objects::ops::cslot;
use objects::typing::instance;
use objects::{Dict, Tuple, ops, raise};

use super::mapping::null_argument;
use crate::api;
use crate::entry::expect;

type Made = Result<Ref<Object>, Raised>;
type Pointer = *mut abi::PyObject;

const OFFSET: usize = abi::PY_VECTORCALL_ARGUMENTS_OFFSET;

/// A call with C's array of arguments: handed on as it is where the callable takes one.
///
/// # Safety
/// R4: `args` holds the positional arguments, whose number `nargsf` says, and one for each of the names; the flag in `nargsf` lends the place in
/// front of them.
#[inline(always)]
unsafe fn vectorcall(th: &mut Thread, callable: &Object, args: *const Pointer, nargsf: usize, names: Option<&Tuple>) -> Made {
    let Some(f) = cslot::vectorcall_of(callable) else {
        let count = (nargsf & !OFFSET) + names.map_or(0, Tuple::len);
        // SAFETY: the caller's promise.
        let all = unsafe { argument_slice(args, count.cast_signed()) };
        return ops::call_kw(th, callable, all, names);
    };
    let names = names.map_or(core::ptr::null_mut(), |names| names.as_ptr());
    // SAFETY: R4: the caller's promise. R7: what C passes is common.
    let result = foreign::call(th, f as *const (), |_| {}, || unsafe { f(callable.as_ptr(), args, nargsf, names) });
    cslot::called(th, callable, result)
}

/// Keyword names as C passes them: null or a tuple.
///
/// # Safety
/// R4: `names` lives for the call.
unsafe fn names_of<'a>(th: &mut Thread, names: Pointer) -> Result<Option<&'a Tuple>, Raised> {
    // SAFETY: the caller's promise.
    match unsafe { borrow_nullable(names) } {
        Some(names) => expect::<Tuple>(th, names).map(Some),
        None => Ok(None),
    }
}

/// Positional arguments of an array and keywords of a dict.
///
/// # Safety
/// R4: as [`vectorcall`].
unsafe fn vectorcall_dict(th: &mut Thread, callable: &Object, args: *const Pointer, nargsf: usize, kwargs: Option<&Object>) -> Made {
    let kwargs = match kwargs {
        Some(kwargs) => Some(expect::<Dict>(th, kwargs)?).filter(|kwargs| kwargs.len() != 0),
        None => None,
    };
    let Some(kwargs) = kwargs else {
        // SAFETY: the caller's promise.
        return unsafe { vectorcall(th, callable, args, nargsf, None) };
    };
    // SAFETY: the caller's promise.
    let args = Tuple::from_slice(th, unsafe { argument_slice(args, (nargsf & !OFFSET).cast_signed()) });
    let result = ops::call_ex(th, callable, &args, Some(kwargs));
    th.release(args);
    result
}

/// Calls `name` of the first argument with the others, without making a bound method where the attribute is a plain method.
///
/// # Safety
/// R4: as [`vectorcall`], with at least one argument.
unsafe fn call_method(th: &mut Thread, name: &Object, args: *const Pointer, nargsf: usize, names: Option<&Tuple>) -> Made {
    let name = instance::attribute_name(th, name)?;
    // SAFETY: R4: the first argument is there.
    let receiver = unsafe { Object::borrow(*args) };
    let (callable, bound) = ops::get_method(th, receiver, name)?;
    // SAFETY: the caller's promise; the receiver's place is what a bound call may use in front of its arguments.
    let result = unsafe {
        if bound {
            vectorcall(th, &callable, args.add(1), ((nargsf & !OFFSET) - 1) | OFFSET, names)
        } else {
            // The place in front of the receiver may be used by whoever the flag lends it to, but not handed on: its owner expects the receiver there.
            vectorcall(th, &callable, args, nargsf & !OFFSET, names)
        }
    };
    th.release(callable);
    result
}

fn tuple_arguments<'a>(th: &mut Thread, args: &'a Object) -> Result<&'a Tuple, Raised> {
    match args.downcast::<Tuple>() {
        Some(args) => Ok(args),
        None => Err(raise::type_error(th, format_args!("argument list must be a tuple"))),
    }
}

api! {
    /// `callable(*args, **names and values)` with an array of arguments.
    fn PyObject_Vectorcall(th, callable: &Object, args: *const Pointer, nargsf: usize, names: Pointer) -> Made {
        // SAFETY: R4: the function's contract.
        unsafe {
            let names = names_of(th, names)?;
            vectorcall(th, callable, args, nargsf, names)
        }
    }

    /// `callable(*args, **kwargs)` with an array of positional arguments.
    fn PyObject_VectorcallDict(th, callable: &Object, args: *const Pointer, nargsf: usize, kwargs: Option<&Object>) -> Made {
        // SAFETY: R4: the function's contract.
        unsafe { vectorcall_dict(th, callable, args, nargsf, kwargs) }
    }

    /// `args[0].name(*args[1:], **names and values)`
    fn PyObject_VectorcallMethod(th, name: &Object, args: *const Pointer, nargsf: usize, names: Pointer) -> Made {
        // SAFETY: R4: the function's contract.
        unsafe {
            let names = names_of(th, names)?;
            call_method(th, name, args, nargsf, names)
        }
    }

    /// `callable(*args, **kwargs)`; `kwargs` may be null.
    fn PyObject_Call(th, callable: &Object, args: &Object, kwargs: Option<&Object>) -> Made {
        let args = expect::<Tuple>(th, args)?;
        let kwargs = match kwargs {
            Some(kwargs) => Some(expect::<Dict>(th, kwargs)?),
            None => None,
        };
        ops::call_ex(th, callable, args, kwargs)
    }

    /// An older name of `PyObject_Call`.
    fn PyCFunction_Call(th, callable: &Object, args: &Object, kwargs: Option<&Object>) -> Made {
        let args = expect::<Tuple>(th, args)?;
        let kwargs = match kwargs {
            Some(kwargs) => Some(expect::<Dict>(th, kwargs)?),
            None => None,
        };
        ops::call_ex(th, callable, args, kwargs)
    }

    /// `callable(*args)`; null is no arguments.
    fn PyObject_CallObject(th, callable: &Object, args: Option<&Object>) -> Made {
        match args {
            Some(args) => {
                let args = tuple_arguments(th, args)?;
                ops::call_ex(th, callable, args, None)
            }
            None => ops::call0(th, callable),
        }
    }

    /// `callable(*args, **kwargs)`; both may be null.
    fn PyEval_CallObjectWithKeywords(th, callable: &Object, args: Option<&Object>, kwargs: Option<&Object>) -> Made {
        let none = Tuple::empty();
        let args = match args {
            Some(args) => tuple_arguments(th, args)?,
            None => &none,
        };
        let kwargs = match kwargs {
            Some(kwargs) => match kwargs.downcast::<Dict>() {
                Some(kwargs) => Some(kwargs),
                None => return Err(raise::type_error(th, format_args!("keyword list must be a dictionary"))),
            },
            None => None,
        };
        ops::call_ex(th, callable, args, kwargs)
    }

    /// `callable()`
    fn PyObject_CallNoArgs(th, callable: &Object) -> Made {
        // SAFETY: R4: no arguments.
        unsafe { vectorcall(th, callable, core::ptr::null(), 0, None) }
    }

    /// `callable(arg)`
    fn PyObject_CallOneArg(th, callable: &Object, arg: &Object) -> Made {
        let mut all = [core::ptr::null_mut(), arg.as_ptr()];
        // SAFETY: R4: one argument, with a place in front of it.
        unsafe { vectorcall(th, callable, all.as_mut_ptr().add(1), 1 | OFFSET, None) }
    }

    /// What a type's `tp_call` may be if its instances have a vectorcall function.
    fn PyVectorcall_Call(th, callable: &Object, args: &Object, kwargs: Option<&Object>) -> Made {
        let offset = callable.ty().tp_vectorcall_offset();
        let function = match offset {
            1.. => {
                // SAFETY: R4: the type says that a vectorcall function or null lies there.
                unsafe { callable.as_ptr().byte_offset(offset).cast::<Option<abi::vectorcallfunc>>().read() }
            }
            _ => None,
        };
        let Some(f) = function else {
            let name = ops::type_name(callable);
            return Err(raise::type_error(th, format_args!("'{name}' object does not support vectorcall")));
        };
        let args = expect::<Tuple>(th, args)?;
        let kwargs = match kwargs {
            Some(kwargs) => Some(expect::<Dict>(th, kwargs)?).filter(|kwargs| kwargs.len() != 0),
            None => None,
        };
        let Some(kwargs) = kwargs else {
            return cslot::vectorcall(th, f, callable, args.as_slice(), args.len(), None);
        };
        let items = kwargs.snapshot(th);
        let names: Vec<&Object> = items.iter().map(|(name, _)| &**name).collect();
        if names.iter().any(|name| !name.is_a::<objects::Str>()) {
            return Err(raise::type_error(th, format_args!("keywords must be strings")));
        }
        let all: Vec<&Object> = args.iter().chain(items.iter().map(|(_, value)| &**value)).collect();
        let names = Tuple::from_slice(th, &names);
        cslot::vectorcall(th, f, callable, &all, args.len(), Some(&names))
    }

    /// The vectorcall function of a callable; null if it has none.
    fn PyVectorcall_Function(_th, callable: &Object) -> Option<abi::vectorcallfunc> {
        cslot::vectorcall_of(callable)
    }

    /// A dict of keyword names and the values that stand beside them.
    fn _PyStack_AsDict(th, values: *const Pointer, names: &Object) -> Result<Ref<Dict>, Raised> {
        let names = expect::<Tuple>(th, names)?;
        // SAFETY: R4: there is a value for each name.
        let values = unsafe { argument_slice(values, names.len().cast_signed()) };
        let dict = Dict::with_capacity(th, names.len(), true);
        for (name, value) in names.iter().zip(values) {
            dict.set(th, name, *value)?;
        }
        Ok(dict)
    }
}

api! {
    /// `PyObject_CallFunctionObjArgs`, its arguments in an array with a place in front of them.
    fn pyston_call_array(th, callable: Option<&Object>, args: *const Pointer, count: usize) -> Made {
        let Some(callable) = callable else { return Err(null_argument(th)) };
        // SAFETY: R4: the shim's array.
        unsafe { vectorcall(th, callable, args, count | OFFSET, None) }
    }

    /// `PyObject_CallMethodObjArgs`: the array begins with the receiver.
    fn pyston_call_method_array(th, name: Option<&Object>, args: *const Pointer, count: usize) -> Made {
        // SAFETY: R4: the shim's array holds the receiver, which may be null.
        let missing = unsafe { (*args).is_null() };
        let Some(name) = name.filter(|_| !missing) else { return Err(null_argument(th)) };
        // SAFETY: R4: the shim's array.
        unsafe { call_method(th, name, args, count | OFFSET, None) }
    }
}

/// The number of positional arguments in a vectorcall's count.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyVectorcall_NARGS(nargsf: usize) -> isize {
    (nargsf & !OFFSET).cast_signed()
}
