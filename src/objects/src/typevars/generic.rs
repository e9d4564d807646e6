//! `Generic`, the base class of generic classes.

use heap::Head;
use macros::{pymethods, pytype};

use super::unpack_tuples;
use crate::classmethod::call_with;
use crate::glue::*;
use crate::{Tuple, hooks, ops};

/// Abstract base class for generic types.
///
/// On Python 3.12 and newer, generic classes implicitly inherit from
/// Generic when they declare a parameter list after the class's name::
///
///     class Mapping[KT, VT]:
///         def __getitem__(self, key: KT) -> VT:
///             ...
///         # Etc.
///
/// On older versions of Python, however, generic classes have to
/// explicitly inherit from Generic.
///
/// After a class has been declared to be generic, it can then be used as
/// follows::
///
///     def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:
///         try:
///             return mapping[key]
///         except KeyError:
///             return default
#[pytype(name = "Generic", module = "typing", flags(BASETYPE))]
#[repr(C)]
pub struct Generic {
    head: Head,
}

/// `Generic[parameters]`, as class syntax with type parameters needs it for its bases.
pub fn subscript_generic(th: &mut Thread, parameters: &Tuple) -> Result<Ref<Object>, Raised> {
    let parameters = unpack_tuples(th, parameters)?;
    let typing = (hooks::get().import)(th, "typing")?;
    let alias = ops::getattr_str(th, &typing, "_GenericAlias")?;
    ops::call(th, &alias, &[Generic::type_object(), &parameters])
}

/// Calls a function of `typing` with a class and what was passed.
fn forward(th: &mut Thread, function: &str, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    let typing = (hooks::get().import)(th, "typing")?;
    let function = ops::getattr_str(th, &typing, function)?;
    let mut all: Vec<&Object> = vec![cls];
    all.extend_from_slice(args.as_slice());
    call_with(th, &function, &all, kwargs)
}

#[pymethods]
impl Generic {
    /// Parameterizes a generic class.
    ///
    /// At least, parameterizing a generic class is the *main* thing this
    /// method does.  For example, for some generic class `Foo`, this is
    /// called when we do `Foo[int]` - there, with `cls=Foo` and
    /// `params=int`.
    ///
    /// However, note that this method is also called when defining generic
    /// classes in the first place with `class Foo[T]: ...`.
    #[classmethod(sig = none)]
    fn __class_getitem__(cls: &Type, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        forward(th, "_generic_class_getitem", cls, args, kwargs)
    }

    /// Function to initialize subclasses.
    #[classmethod(sig = none)]
    fn __init_subclass__(cls: &Type, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        forward(th, "_generic_init_subclass", cls, args, kwargs)
    }
}
