//! `None`, `NotImplemented` and `Ellipsis`: one immortal object each, and its type.
#![allow(unsafe_code, reason = "the objects are statics that C names")]

use heap::Head;
use macros::{pymethods, pytype};

use crate::glue::{self, *};
use crate::raise;

/// The type of the None singleton.
#[pytype(name = "NoneType", sig = "()")]
#[repr(C)]
pub struct NoneType {
    head: Head,
}

/// The type of the NotImplemented singleton.
#[pytype(name = "NotImplementedType", sig = "()")]
#[repr(C)]
pub struct NotImplementedType {
    head: Head,
}

/// The type of the Ellipsis singleton.
#[pytype(name = "ellipsis", export = "PyEllipsis_Type", sig = "()")]
#[repr(C)]
pub struct EllipsisType {
    head: Head,
}

/// A singleton with zeroes behind it. Extensions read fields of a struct of theirs where `None` stands for "none" (psycopg2's type casters do with
/// the cursor), and find null pointers there in CPython.
#[repr(C)]
struct Padded<T> {
    object: T,
    nothing: [usize; 30],
}

macro_rules! singletons {
    ($($(#[$doc:meta])* $ty:ident $type_object:ident $export:literal $statik:ident $get:ident $get_ref:ident;)*) => {$(
        #[unsafe(export_name = $export)]
        static $statik: Padded<$ty> = Padded { object: $ty { head: Head::immortal(&$type_object) }, nothing: [0; 30] };

        $(#[$doc])*
        #[inline(always)]
        pub fn $get() -> &'static Object {
            $statik.object.as_object()
        }

        $(#[$doc])*
        #[inline(always)]
        pub fn $get_ref() -> Ref<Object> {
            // SAFETY: R2: immortal: its count never changes.
            unsafe { Ref::from_raw($statik.object.as_ptr()) }
        }
    )*};
}

singletons! {
    /// `None`
    NoneType NONE_TYPE_TYPE "_Py_NoneStruct" NONE none none_ref;
    /// `NotImplemented`
    NotImplementedType NOT_IMPLEMENTED_TYPE_TYPE "_Py_NotImplementedStruct" NOT_IMPLEMENTED not_implemented not_implemented_ref;
    /// `Ellipsis`
    EllipsisType ELLIPSIS_TYPE_TYPE "_Py_EllipsisObject" ELLIPSIS ellipsis ellipsis_ref;
}

/// `hash(None)`, a constant so that sets of it are ordered alike in each run.
const HASH_OF_NONE: isize = 0xfca8_6420;

fn only(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>, object: Ref<Object>, name: &str) -> Result<Ref<Object>, Raised> {
    if args.is_empty() && kwargs.is_empty() {
        return Ok(object);
    }
    Err(raise::type_error(th, format_args!("{name} takes no arguments")))
}

#[pymethods]
impl NoneType {
    #[slot(tp_new)]
    fn new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        only(th, args, kwargs, none_ref(), "NoneType")
    }

    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "None"
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        HASH_OF_NONE
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Object, op: glue::CompareOp) -> Ref<Object> {
        match op {
            glue::CompareOp::Eq if other.is(self) => crate::bool_ref(true),
            glue::CompareOp::Ne if other.is(self) => crate::bool_ref(false),
            _ => not_implemented_ref(),
        }
    }

    #[slot(nb_bool)]
    fn truth(&self) -> bool {
        false
    }
}

#[pymethods]
impl NotImplementedType {
    #[slot(tp_new)]
    fn new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        only(th, args, kwargs, not_implemented_ref(), "NotImplementedType")
    }

    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "NotImplemented"
    }

    #[slot(nb_bool)]
    fn truth(&self, th: &mut Thread) -> Result<bool, Raised> {
        Err(raise::type_error(th, format_args!("NotImplemented should not be used in a boolean context")))
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(&self) -> &'static str {
        "NotImplemented"
    }
}

#[pymethods]
impl EllipsisType {
    #[slot(tp_new)]
    fn new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        only(th, args, kwargs, ellipsis_ref(), "EllipsisType")
    }

    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "Ellipsis"
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(&self) -> &'static str {
        "Ellipsis"
    }
}

