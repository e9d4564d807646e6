//! `array`: arrays of numbers and characters as C lays them out.
//!
//! The kinds of items are in [`kind`], memory in [`storage`], what `array` objects do in `slots` and `methods`, arrays from pickles in
//! [`rebuild`].
#![allow(non_snake_case, non_upper_case_globals, reason = "names that Python sees")]

mod iter;
pub mod kind;
mod methods;
mod rebuild;
mod slots;
pub mod storage;

use heap::{Heaped, Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::{Snapshot, getter_of, upward};
use objects::ops;

pub use storage::Array;

/// The contents of an array that other threads can reach; the hook `snapshot`.
pub fn snapshot(th: &mut Thread, object: &Object) -> Option<Snapshot> {
    let array = object.downcast::<Array>()?;
    // A class with an `__buffer__` of its own shows what that says.
    let own = getter_of(<Array as heap::PyType>::type_object());
    (getter_of(object.ty()).map(|get| get as usize) == own.map(|get| get as usize)).then(|| array.snapshot(th)).flatten()
}

/// The items of an array that is iterated as arrays are, taken at one moment.
pub fn items_of(th: &mut Thread, object: &Object) -> Option<Vec<Ref<Object>>> {
    let how = |ty: &heap::Type| ty.tp_iter().map(|f| f as usize);
    let array = object.downcast::<Array>().filter(|_| how(object.ty()) == how(<Array as heap::PyType>::type_object()))?;
    match array.objects(th) {
        Ok(items) => Some(items),
        Err(_) => {
            // Item by item the same error comes, where it belongs.
            drop(th.take_exception());
            None
        }
    }
}

#[pymodule(name = "array", types(Array))]
pub mod array_ {
    //! This module defines an object type which can efficiently represent
    //! an array of basic values: characters, integers, floating-point
    //! numbers.  Arrays are sequence types and behave very much like lists,
    //! except that the type of objects stored in them is constrained.
    use super::*;

    #[exec]
    fn prepare(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        upward::type_ready(th, <iter::ArrayIter as heap::PyType>::type_object())?;
        let collections = interp::import::import_module(th, "collections.abc")?;
        let sequence = ops::getattr_str(th, &collections, "MutableSequence")?;
        let register = objects::intern(th, "register");
        let registered = ops::call_method(th, &sequence, register, &[<Array as heap::PyType>::type_object()])?;
        th.release(registered);
        Ok(())
    }

    #[attr]
    fn ArrayType(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(<Array as heap::PyType>::type_object().as_object().to_owned())
    }

    #[constant]
    const typecodes: &str = kind::CODES;

    /// Internal. Used for pickling support.
    #[function(sig = "(arraytype, typecode, mformat_code, items, /)")]
    fn _array_reconstructor(
        th: &mut Thread,
        arraytype: &Object,
        typecode: &Object,
        mformat_code: i32,
        items: &Object,
    ) -> Result<Ref<Object>, Raised> {
        rebuild::rebuild(th, arraytype, typecode, mformat_code, items)
    }
}

