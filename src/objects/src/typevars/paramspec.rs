//! `ParamSpec`, and its `args` and `kwargs`.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use super::lazy::LazySlot;
use super::typevar::has_default;
use super::{Variance, cannot_subclass, make_union, no_default, set_module};
use crate::glue::{self, *};
use crate::text::Text;
use crate::union::call_typing;
use crate::{Dict, Str, none, not_implemented_ref, ops};

/// Parameter specification variable.
///
/// The preferred way to construct a parameter specification is via the
/// dedicated syntax for generic functions, classes, and type aliases,
/// where the use of '**' creates a parameter specification::
///
///     type IntFunc[**P] = Callable[P, int]
///
/// The following syntax creates a parameter specification that defaults
/// to a callable accepting two positional-only arguments of types int
/// and str:
///
///     type IntFuncDefault[**P = [int, str]] = Callable[P, int]
///
/// For compatibility with Python 3.11 and earlier, ParamSpec objects
/// can also be created as follows::
///
///     P = ParamSpec('P')
///     DefaultP = ParamSpec('DefaultP', default=[int, str])
///
/// Parameter specification variables exist primarily for the benefit of
/// static type checkers.  They are used to forward the parameter types of
/// one callable to another callable, a pattern commonly found in
/// higher-order functions and decorators.  They are only valid when used
/// in ``Concatenate``, or as the first argument to ``Callable``, or as
/// parameters for user-defined Generics. See class Generic for more
/// information on generic types.
///
/// An example for annotating a decorator::
///
///     def add_logging[**P, T](f: Callable[P, T]) -> Callable[P, T]:
///         '''A type-safe decorator to add logging to a function.'''
///         def inner(*args: P.args, **kwargs: P.kwargs) -> T:
///             logging.info(f'{f.__name__} was called')
///             return f(*args, **kwargs)
///         return inner
///
///     @add_logging
///     def add_two(x: float, y: float) -> float:
///         '''Add two numbers together.'''
///         return x + y
///
/// Parameter specification variables can be introspected. e.g.::
///
///     >>> P = ParamSpec("P")
///     >>> P.__name__
///     'P'
///
/// Note that only parameter specification variables defined in the global
/// scope can be pickled.
#[pytype(name = "ParamSpec", module = "typing", dict, weakref)]
#[repr(C)]
pub struct ParamSpec {
    head: Head,
    dict: Slot<Dict>,
    #[member(none, name = "__name__", readonly, doc = none)]
    name: Slot,
    #[member(none, name = "__bound__", readonly, doc = none)]
    bound: Slot,
    #[traverse]
    default: LazySlot,
    #[member(name = "__covariant__", readonly, doc = none)]
    covariant: bool,
    #[member(name = "__contravariant__", readonly, doc = none)]
    contravariant: bool,
    #[member(name = "__infer_variance__", readonly, doc = none)]
    infer_variance: bool,
}

impl ParamSpec {
    fn make(th: &mut Thread, name: Ref<Object>, bound: Option<Ref<Object>>, default: LazySlot, variance: Variance) -> Ref<ParamSpec> {
        th.new_object(ParamSpec {
            head: Head::INIT,
            dict: Slot::NULL,
            name: Slot::new(name),
            bound: Slot::from_option(bound),
            default,
            covariant: variance.covariant,
            contravariant: variance.contravariant,
            infer_variance: variance.inferred,
        })
    }

    /// What the syntax of a type parameter makes.
    pub fn from_syntax(th: &mut Thread, name: &Str) -> Ref<ParamSpec> {
        ParamSpec::make(th, name.to_ref().up(), None, LazySlot::EMPTY, Variance::INFERRED)
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

    fn variance(&self) -> Variance {
        Variance { covariant: self.covariant, contravariant: self.contravariant, inferred: self.infer_variance }
    }
}

#[pymethods]
impl ParamSpec {
    #[slot(
        tp_new,
        name = "paramspec",
        sig = "(name, *, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn py_new(
        th: &mut Thread,
        _cls: &Type,
        name: &Str,
        bound: Option<&Object>,
        default: Option<&Object>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> Result<Ref<ParamSpec>, Raised> {
        let variance = Variance::checked(th, covariant, contravariant, infer_variance)?;
        let bound = bound.filter(|bound| !bound.is(crate::none())).map(|bound| bound.to_owned());
        let default = LazySlot::value(default.unwrap_or(no_default()).to_ref());
        let made = ParamSpec::make(th, name.to_ref().up(), bound, default, variance);
        set_module(th, &made)?;
        Ok(made)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = Text::new(self.variance().prefix());
        text.push_display(th, self.name())?;
        Ok(text.finish(th))
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        make_union(th, a, b)
    }

    #[method]
    fn __typing_subst__(&self, th: &mut Thread, arg: &Object) -> Result<Ref<Object>, Raised> {
        call_typing(th, "_paramspec_subst", &[self, arg])
    }

    #[method]
    fn __typing_prepare_subst__(&self, th: &mut Thread, alias: &Object, args: &Object) -> Result<Ref<Object>, Raised> {
        call_typing(th, "_paramspec_prepare_subst", &[self, alias, args])
    }

    #[method]
    fn has_default(&self, th: &mut Thread) -> bool {
        has_default(th, &self.default, self)
    }

    #[method]
    fn __reduce__(&self) -> &Object {
        self.name()
    }

    #[method]
    fn __mro_entries__(&self, th: &mut Thread, _object: &Object) -> Result<(), Raised> {
        Err(cannot_subclass(th, "ParamSpec"))
    }

    /// Represents positional arguments.
    #[getter]
    fn args(&self, th: &mut Thread) -> Ref<ParamSpecArgs> {
        th.new_object(ParamSpecArgs { head: Head::INIT, origin: Slot::new(self.to_ref().up()) })
    }

    /// Represents keyword arguments.
    #[getter]
    fn kwargs(&self, th: &mut Thread) -> Ref<ParamSpecKwargs> {
        th.new_object(ParamSpecKwargs { head: Head::INIT, origin: Slot::new(self.to_ref().up()) })
    }

    /// The default value for this ParamSpec.
    #[getter]
    fn __default__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(self.default.get(th, self)?.unwrap_or_else(|| no_default().to_ref()))
    }

    #[getter]
    fn evaluate_default(&self, th: &mut Thread) -> Ref<Object> {
        self.default.evaluator(th, self)
    }
}

/// The args for a ParamSpec object.
///
/// Given a ParamSpec object P, P.args is an instance of ParamSpecArgs.
///
/// ParamSpecArgs objects have a reference back to their ParamSpec::
///
///     >>> P = ParamSpec("P")
///     >>> P.args.__origin__ is P
///     True
///
/// This type is meant for runtime introspection and has no special meaning
/// to static type checkers.
#[pytype(name = "ParamSpecArgs", module = "typing", weakref)]
#[repr(C)]
pub struct ParamSpecArgs {
    head: Head,
    #[member(none, name = "__origin__", readonly, doc = none)]
    origin: Slot,
}

/// The kwargs for a ParamSpec object.
///
/// Given a ParamSpec object P, P.kwargs is an instance of ParamSpecKwargs.
///
/// ParamSpecKwargs objects have a reference back to their ParamSpec::
///
///     >>> P = ParamSpec("P")
///     >>> P.kwargs.__origin__ is P
///     True
///
/// This type is meant for runtime introspection and has no special meaning
/// to static type checkers.
#[pytype(name = "ParamSpecKwargs", module = "typing", weakref)]
#[repr(C)]
pub struct ParamSpecKwargs {
    head: Head,
    #[member(none, name = "__origin__", readonly, doc = none)]
    origin: Slot,
}

macro_rules! part_of_paramspec {
    ($name:ident $python:literal $suffix:literal) => {
        #[pymethods]
        impl $name {
            #[slot(tp_new, sig = "(origin)")]
            fn py_new(th: &mut Thread, _cls: &Type, origin: &Object) -> Ref<$name> {
                th.new_object($name { head: Head::INIT, origin: Slot::new(origin.to_ref()) })
            }

            #[slot(tp_repr)]
            fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
                let origin = self.origin.peek().unwrap_or(none());
                let mut text = Text::default();
                match origin.downcast_exact::<ParamSpec>() {
                    Some(origin) => text.push_display(th, origin.name())?,
                    None => text.push_repr(th, origin)?,
                };
                Ok(text.push($suffix).finish(th))
            }

            #[slot(tp_richcompare)]
            fn richcompare(&self, th: &mut Thread, other: &Object, op: glue::CompareOp) -> Result<Ref<Object>, Raised> {
                let Some(other) = other.downcast_exact::<$name>() else { return Ok(not_implemented_ref()) };
                let (a, b) = (self.origin.peek().unwrap_or(none()), other.origin.peek().unwrap_or(none()));
                ops::richcompare(th, a, b, op)
            }

            #[method]
            fn __mro_entries__(&self, th: &mut Thread, _object: &Object) -> Result<(), Raised> {
                Err(cannot_subclass(th, $python))
            }
        }
    };
}

part_of_paramspec!(ParamSpecArgs "ParamSpecArgs" ".args");
part_of_paramspec!(ParamSpecKwargs "ParamSpecKwargs" ".kwargs");
