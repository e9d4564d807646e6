//! `TypeVarTuple`.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use super::lazy::LazySlot;
use super::typevar::has_default;
use super::{cannot_subclass, no_default, set_module, unpacked_iterator};
use crate::glue::*;
use crate::union::call_typing;
use crate::{Dict, Str, none, ops, raise};

/// Type variable tuple. A specialized form of type variable that enables
/// variadic generics.
///
/// The preferred way to construct a type variable tuple is via the
/// dedicated syntax for generic functions, classes, and type aliases,
/// where a single '*' indicates a type variable tuple::
///
///     def move_first_element_to_last[T, *Ts](tup: tuple[T, *Ts]) -> tuple[*Ts, T]:
///         return (*tup[1:], tup[0])
///
/// Type variables tuples can have default values:
///
///     type AliasWithDefault[*Ts = (str, int)] = tuple[*Ts]
///
/// For compatibility with Python 3.11 and earlier, TypeVarTuple objects
/// can also be created as follows::
///
///     Ts = TypeVarTuple('Ts')  # Can be given any name
///     DefaultTs = TypeVarTuple('Ts', default=(str, int))
///
/// Just as a TypeVar (type variable) is a placeholder for a single type,
/// a TypeVarTuple is a placeholder for an *arbitrary* number of types. For
/// example, if we define a generic class using a TypeVarTuple::
///
///     class C[*Ts]: ...
///
/// Then we can parameterize that class with an arbitrary number of type
/// arguments::
///
///     C[int]       # Fine
///     C[int, str]  # Also fine
///     C[()]        # Even this is fine
///
/// For more details, see PEP 646.
///
/// Note that only TypeVarTuples defined in the global scope can be
/// pickled.
#[pytype(name = "TypeVarTuple", module = "typing", dict, weakref)]
#[repr(C)]
pub struct TypeVarTuple {
    head: Head,
    dict: Slot<Dict>,
    #[member(none, name = "__name__", readonly, doc = none)]
    name: Slot,
    #[traverse]
    default: LazySlot,
}

impl TypeVarTuple {
    /// What the syntax of a type parameter makes.
    pub fn from_syntax(th: &mut Thread, name: &Str) -> Ref<TypeVarTuple> {
        let name = Slot::new(name.to_ref().up());
        th.new_object(TypeVarTuple { head: Head::INIT, dict: Slot::NULL, name, default: LazySlot::EMPTY })
    }

    pub(super) fn default_slot(&self) -> &LazySlot {
        &self.default
    }

    pub(super) fn set_default(&self, th: &mut Thread, evaluate: &Object) {
        self.default.set_function(th, self, evaluate);
    }

    fn name(&self) -> &Object {
        self.name.peek().unwrap_or(none())
    }
}

#[pymethods]
impl TypeVarTuple {
    #[slot(tp_new, name = "typevartuple", sig = "(name, *, default=typing.NoDefault)")]
    fn py_new(th: &mut Thread, _cls: &Type, name: &Str, default: Option<&Object>) -> Result<Ref<TypeVarTuple>, Raised> {
        let default = LazySlot::value(default.unwrap_or(no_default()).to_ref());
        let name = Slot::new(name.to_ref().up());
        let made = th.new_object(TypeVarTuple { head: Head::INIT, dict: Slot::NULL, name, default });
        set_module(th, &made)?;
        Ok(made)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        ops::str_(th, self.name())
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        unpacked_iterator(th, self)
    }

    #[method]
    fn __typing_subst__(&self, th: &mut Thread, _arg: &Object) -> Result<(), Raised> {
        Err(raise::type_error(th, format_args!("Substitution of bare TypeVarTuple is not supported")))
    }

    #[method]
    fn __typing_prepare_subst__(&self, th: &mut Thread, alias: &Object, args: &Object) -> Result<Ref<Object>, Raised> {
        call_typing(th, "_typevartuple_prepare_subst", &[self, alias, args])
    }

    #[method]
    fn __reduce__(&self) -> &Object {
        self.name()
    }

    #[method]
    fn has_default(&self, th: &mut Thread) -> bool {
        has_default(th, &self.default, self)
    }

    #[method]
    fn __mro_entries__(&self, th: &mut Thread, _object: &Object) -> Result<(), Raised> {
        Err(cannot_subclass(th, "TypeVarTuple"))
    }

    /// The default value for this TypeVarTuple.
    #[getter]
    fn __default__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(self.default.get(th, self)?.unwrap_or_else(|| no_default().to_ref()))
    }

    #[getter]
    fn evaluate_default(&self, th: &mut Thread) -> Ref<Object> {
        self.default.evaluator(th, self)
    }
}
