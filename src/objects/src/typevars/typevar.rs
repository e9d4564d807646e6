//! `TypeVar`.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use super::lazy::LazySlot;
use super::{Variance, bound_argument, cannot_subclass, make_union, no_default, set_module};
use crate::glue::*;
use crate::union::call_typing;
use crate::{Dict, Str, Tuple, names, ops, raise};

/// Type variable.
///
/// The preferred way to construct a type variable is via the dedicated
/// syntax for generic functions, classes, and type aliases::
///
///     class Sequence[T]:  # T is a TypeVar
///         ...
///
/// This syntax can also be used to create bound and constrained type
/// variables::
///
///     # S is a TypeVar bound to str
///     class StrSequence[S: str]:
///         ...
///
///     # A is a TypeVar constrained to str or bytes
///     class StrOrBytesSequence[A: (str, bytes)]:
///         ...
///
/// Type variables can also have defaults:
///
///     class IntDefault[T = int]:
///         ...
///
/// However, if desired, reusable type variables can also be constructed
/// manually, like so::
///
///    T = TypeVar('T')  # Can be anything
///    S = TypeVar('S', bound=str)  # Can be any subtype of str
///    A = TypeVar('A', str, bytes)  # Must be exactly str or bytes
///    D = TypeVar('D', default=int)  # Defaults to int
///
/// Type variables exist primarily for the benefit of static type
/// checkers.  They serve as the parameters for generic types as well
/// as for generic function and type alias definitions.
///
/// The variance of type variables is inferred by type checkers when they
/// are created through the type parameter syntax and when
/// ``infer_variance=True`` is passed. Manually created type variables may
/// be explicitly marked covariant or contravariant by passing
/// ``covariant=True`` or ``contravariant=True``. By default, manually
/// created type variables are invariant. See PEP 484 and PEP 695 for more
/// details.
#[pytype(name = "TypeVar", module = "typing", dict, weakref)]
#[repr(C)]
pub struct TypeVar {
    head: Head,
    dict: Slot<Dict>,
    #[member(none, name = "__name__", readonly, doc = none)]
    name: Slot,
    #[traverse]
    bound: LazySlot,
    #[traverse]
    constraints: LazySlot,
    #[traverse]
    default: LazySlot,
    #[member(name = "__covariant__", readonly, doc = none)]
    covariant: bool,
    #[member(name = "__contravariant__", readonly, doc = none)]
    contravariant: bool,
    #[member(name = "__infer_variance__", readonly, doc = none)]
    infer_variance: bool,
}

/// What the syntax `[T: …]` says of a type variable: a function to be called when somebody asks.
pub enum Bound<'a> {
    /// Nothing.
    None,
    /// An upper bound.
    Bound(&'a Object),
    /// A tuple of types to choose from.
    Constraints(&'a Object),
}

impl TypeVar {
    fn make(th: &mut Thread, name: Ref<Object>, parts: [LazySlot; 3], variance: Variance) -> Ref<TypeVar> {
        let [bound, constraints, default] = parts;
        th.new_object(TypeVar {
            head: Head::INIT,
            dict: Slot::NULL,
            name: Slot::new(name),
            bound,
            constraints,
            default,
            covariant: variance.covariant,
            contravariant: variance.contravariant,
            infer_variance: variance.inferred,
        })
    }

    /// What the syntax of a type parameter makes.
    pub fn from_syntax(th: &mut Thread, name: &Str, bound: Bound<'_>) -> Ref<TypeVar> {
        let (bound, constraints) = match bound {
            Bound::None => (LazySlot::EMPTY, LazySlot::EMPTY),
            Bound::Bound(evaluate) => (LazySlot::function(evaluate), LazySlot::EMPTY),
            Bound::Constraints(evaluate) => (LazySlot::EMPTY, LazySlot::function(evaluate)),
        };
        TypeVar::make(th, name.to_ref().up(), [bound, constraints, LazySlot::EMPTY], Variance::INFERRED)
    }

    pub(super) fn default_slot(&self) -> &LazySlot {
        &self.default
    }

    pub(super) fn set_default(&self, th: &mut Thread, evaluate: &Object) {
        self.default.set_function(th, self, evaluate);
    }

    fn default_value(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(self.default.get(th, self)?.unwrap_or_else(|| no_default().to_ref()))
    }

    fn variance(&self) -> Variance {
        Variance { covariant: self.covariant, contravariant: self.contravariant, inferred: self.infer_variance }
    }
}

/// Whether a parameter has a default that is not `NoDefault`.
pub(super) fn has_default(th: &Thread, default: &LazySlot, holder: &impl Heaped) -> bool {
    default.has_function() || default.known(th, holder).is_some_and(|value| !value.is(no_default()))
}

#[pymethods]
impl TypeVar {
    #[slot(
        tp_new,
        name = "typevar",
        sig = "(name, *constraints, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn py_new(
        th: &mut Thread,
        _cls: &Type,
        name: &Str,
        constraints: Args<'_>,
        bound: Option<&Object>,
        default: Option<&Object>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> Result<Ref<TypeVar>, Raised> {
        let variance = Variance::checked(th, covariant, contravariant, infer_variance)?;
        let bound = bound_argument(th, bound)?;
        let constraints = match constraints.len() {
            0 => LazySlot::EMPTY,
            1 => return Err(raise::type_error(th, format_args!("A single constraint is not allowed"))),
            _ if bound.is_some() => {
                return Err(raise::type_error(th, format_args!("Constraints cannot be combined with bound=...")));
            }
            _ => LazySlot::value(Tuple::from_slice(th, constraints.as_slice()).up()),
        };
        let bound = bound.map_or(LazySlot::EMPTY, LazySlot::value);
        let default = LazySlot::value(default.unwrap_or(no_default()).to_ref());
        let made = TypeVar::make(th, name.to_ref().up(), [bound, constraints, default], variance);
        set_module(th, &made)?;
        Ok(made)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = crate::text::Text::new(self.variance().prefix());
        let name = self.name.get(th, self).unwrap_or_else(crate::none_ref);
        text.push_display(th, &name)?;
        Ok(text.finish(th))
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        make_union(th, a, b)
    }

    #[method]
    fn __typing_subst__(&self, th: &mut Thread, arg: &Object) -> Result<Ref<Object>, Raised> {
        call_typing(th, "_typevar_subst", &[self, arg])
    }

    #[method]
    fn __typing_prepare_subst__(&self, th: &mut Thread, alias: &Object, args: &Object) -> Result<Ref<Object>, Raised> {
        let parameters = ops::getattr(th, alias, &names::__parameters__)?;
        let given = ops::len(th, args)?;
        let parameters = ops::to_tuple(th, &parameters)?;
        let Some(index) = parameters.iter().position(|parameter| Thread::same(parameter, self)) else {
            return Err(raise::value_error(th, format_args!("tuple.index(x): x not in tuple")));
        };
        if index < given {
            return Ok(args.to_ref());
        }
        let default = if index == given { self.default_value(th)? } else { no_default().to_ref() };
        if default.is(no_default()) {
            let shown = ops::str_(th, alias)?;
            let message = format_args!("Too few arguments for {shown}; actual {given}, expected at least {}", index + 1);
            return Err(raise::type_error(th, message));
        }
        let default = Tuple::new(th, vec![default]);
        ops::add(th, args, &default)
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.name.get(th, self)
    }

    #[method]
    fn has_default(&self, th: &mut Thread) -> bool {
        has_default(th, &self.default, self)
    }

    #[method]
    fn __mro_entries__(&self, th: &mut Thread, _object: &Object) -> Result<(), Raised> {
        Err(cannot_subclass(th, "TypeVar"))
    }

    #[getter]
    fn __bound__(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.bound.get(th, self)
    }

    #[getter]
    fn __constraints__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(self.constraints.get(th, self)?.unwrap_or_else(|| Tuple::empty().up()))
    }

    #[getter]
    fn __default__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.default_value(th)
    }

    #[getter]
    fn evaluate_bound(&self, th: &mut Thread) -> Ref<Object> {
        self.bound.evaluator(th, self)
    }

    #[getter]
    fn evaluate_constraints(&self, th: &mut Thread) -> Ref<Object> {
        self.constraints.evaluator(th, self)
    }

    #[getter]
    fn evaluate_default(&self, th: &mut Thread) -> Ref<Object> {
        self.default.evaluator(th, self)
    }
}
