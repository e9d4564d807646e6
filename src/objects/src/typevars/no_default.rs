//! `typing.NoDefault`: the default of a type parameter that has none.
#![allow(unsafe_code, reason = "the object is a static that C names")]

use heap::Head;
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::raise;

/// The type of the NoDefault singleton.
#[pytype(name = "NoDefaultType", export = "_PyNoDefault_Type", sig = "()")]
#[repr(C)]
pub struct NoDefaultType {
    head: Head,
}

#[unsafe(export_name = "_Py_NoDefaultStruct")]
static NO_DEFAULT: NoDefaultType = NoDefaultType { head: Head::immortal(&NO_DEFAULT_TYPE_TYPE) };

/// `typing.NoDefault`
pub fn no_default() -> &'static Object {
    NO_DEFAULT.as_object()
}

#[pymethods]
impl NoDefaultType {
    #[slot(tp_new)]
    fn new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        if !args.is_empty() || !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("NoDefaultType takes no arguments")));
        }
        Ok(no_default().to_ref())
    }

    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "typing.NoDefault"
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(&self) -> &'static str {
        "NoDefault"
    }
}
