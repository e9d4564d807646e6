//! Rich comparison's operator, and calls that go through an instance's vectorcall field.

use core::ffi::c_int;

use super::args::{KwBuffer, tuple_slice};
use super::convert::dict_items;
use super::entry::leave_raised;
use heap::{Object, Raised, Ref, Thread};

/// The operator of a rich comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum CompareOp {
    Lt = abi::Py_LT,
    Le = abi::Py_LE,
    Eq = abi::Py_EQ,
    Ne = abi::Py_NE,
    Gt = abi::Py_GT,
    Ge = abi::Py_GE,
}

impl CompareOp {
    /// The operator of C's number; C passes no other.
    #[inline(always)]
    pub fn from_c(op: c_int) -> CompareOp {
        match op {
            abi::Py_LT => CompareOp::Lt,
            abi::Py_LE => CompareOp::Le,
            abi::Py_EQ => CompareOp::Eq,
            abi::Py_NE => CompareOp::Ne,
            abi::Py_GT => CompareOp::Gt,
            _ => CompareOp::Ge,
        }
    }

    /// What the comparison says of values in this order.
    #[inline(always)]
    pub fn holds(self, order: core::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => order.is_lt(),
            CompareOp::Le => order.is_le(),
            CompareOp::Eq => order.is_eq(),
            CompareOp::Ne => order.is_ne(),
            CompareOp::Gt => order.is_gt(),
            CompareOp::Ge => order.is_ge(),
        }
    }

    /// The operator with its operands exchanged.
    pub fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }

    /// The operator as Python writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Eq => "==",
            CompareOp::Ne => "!=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        }
    }
}

/// `tp_call` of types whose instances hold a vectorcall function.
///
/// # Safety
/// `callable` is an instance of such a type, `args` a tuple, `kwargs` a dict or null.
pub unsafe extern "C-unwind" fn call_by_vectorcall(
    callable: *mut abi::PyObject,
    args: *mut abi::PyObject,
    kwargs: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: R10: the outermost Rust frame of this activation.
    let th = unsafe { Thread::from_tls() };
    // SAFETY: the caller's promise.
    match unsafe { call(th, callable, args, kwargs) } {
        Ok(result) => super::entry::leave_c(th, result),
        Err(raised) => {
            leave_raised(th, raised);
            core::ptr::null_mut()
        }
    }
}

/// # Safety
/// As [`call_by_vectorcall`].
unsafe fn call(th: &mut Thread, callable: *mut abi::PyObject, args: *mut abi::PyObject, kwargs: *mut abi::PyObject) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise: the type says where the instance keeps the function, which the instance has.
    let function = unsafe {
        let offset = Object::borrow(callable).ty().tp_vectorcall_offset();
        callable.byte_offset(offset).cast::<Option<abi::vectorcallfunc>>().read()
    };
    let Some(function) = function else {
        return Err(super::convert::raise(th, super::convert::Error::Type, format_args!("object is not callable")));
    };
    // SAFETY: the caller's promise.
    let positional = unsafe { tuple_slice(args) };
    let mut buffer = KwBuffer::new();
    let mut all: Vec<&Object>;
    let (args, names) = if kwargs.is_null() {
        (positional, None)
    } else {
        // SAFETY: the caller's promise.
        dict_items(th, unsafe { Object::borrow(kwargs) }, &mut |name, value| buffer.push(name, value))?;
        all = positional.to_vec();
        all.extend(buffer.values());
        let names = (!buffer.names().is_empty()).then(|| super::upward::new_tuple(th, buffer.names())).transpose()?;
        (&all[..], names)
    };
    let names = names.as_ref().map_or(core::ptr::null_mut(), Ref::as_ptr);
    // SAFETY: R4: the function takes the positional arguments, then one value for each name; all live during the call.
    unsafe {
        let run = || function(callable, args.as_ptr().cast(), positional.len(), names);
        let share = |th: &Thread| {
            args.iter().for_each(|arg| heap::foreign::show(th, arg));
            heap::foreign::show(th, Object::borrow(callable));
        };
        let result = heap::foreign::call(th, function as *const (), share, run);
        Ref::from_raw_nullable(result).ok_or_else(|| th.already_raised())
    }
}
