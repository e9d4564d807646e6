//! `None`, `NotImplemented`, `Ellipsis`: immortal statics, exported under their ABI names.
#![allow(unsafe_code, reason = "the objects are exported statics")]

use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};

use crate::glue::{Args, KwArgs};
use crate::{ops, raise};

macro_rules! singletons {
    ($($(#[$doc:meta])* $ty:ident $python:literal $export:literal $static:ident $statik:ident $get:ident $owned:ident;)*) => {$(
        $(#[$doc])*
        #[pytype(name = $python, gc = none, lock = none)]
        #[repr(C)]
        pub struct $ty {
            head: Head,
        }

        #[unsafe(export_name = $export)]
        static $static: $ty = $ty { head: Head::immortal(&$statik) };

        /// The object.
        #[inline(always)]
        pub fn $get() -> &'static Object {
            &$static
        }

        /// The object, owned (it is immortal).
        #[inline(always)]
        pub fn $owned() -> Ref<Object> {
            $static.to_owned_object()
        }

        impl $ty {
            fn to_owned_object(&self) -> Ref<Object> {
                heap::Heaped::as_object(self).to_owned()
            }
        }
    )*};
}

singletons! {
    /// The type of the None singleton.
    NoneType "NoneType" "_Py_NoneStruct" NONE NONE_TYPE_TYPE none none_ref;
    /// The type of the NotImplemented singleton.
    NotImplementedType "NotImplementedType" "_Py_NotImplementedStruct" NOT_IMPLEMENTED NOT_IMPLEMENTED_TYPE_TYPE not_implemented not_implemented_ref;
    /// The type of the Ellipsis singleton.
    EllipsisType "ellipsis" "_Py_EllipsisObject" ELLIPSIS ELLIPSIS_TYPE_TYPE ellipsis ellipsis_ref;
}

fn no_arguments(th: &mut Thread, name: &str, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
    if args.as_slice().is_empty() && kwargs.is_empty() { Ok(()) } else { Err(raise::type_error(th, format_args!("{name} takes no arguments"))) }
}

#[pymethods]
impl NoneType {
    #[slot(tp_new)]
    fn new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        no_arguments(th, "NoneType", args, kwargs)?;
        Ok(none_ref())
    }

    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "None"
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        0xfca8_6420
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
        no_arguments(th, "NotImplementedType", args, kwargs)?;
        Ok(not_implemented_ref())
    }

    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "NotImplemented"
    }

    #[slot(nb_bool)]
    fn truth(&self, th: &mut Thread) -> Result<bool, Raised> {
        Err(raise::type_error(th, format_args!("NotImplemented should not be used in a boolean context")))
    }

    #[method]
    fn __reduce__(&self) -> &'static str {
        "NotImplemented"
    }
}

#[pymethods]
impl EllipsisType {
    #[slot(tp_new)]
    fn new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        no_arguments(th, "EllipsisType", args, kwargs)?;
        Ok(ellipsis_ref())
    }

    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "Ellipsis"
    }

    #[method]
    fn __reduce__(&self) -> &'static str {
        "Ellipsis"
    }
}

const _: fn(&Object) -> String = ops::type_name;
