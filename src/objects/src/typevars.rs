//! The natives behind `typing`: type variables of the three kinds, type aliases, `Generic`, `NoDefault`.
//!
//! Values that a type parameter's syntax gives (bounds, constraints, defaults, an alias's value) are functions that are called when
//! somebody asks; what they return is kept. The rest of `typing` is Python's own code, called through `union::call_typing`.
//! Start at [`lazy`] for how a value waits.

mod alias;
mod evaluator;
mod generic;
mod lazy;
mod no_default;
mod paramspec;
mod tuple;
mod typevar;

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};

pub use alias::TypeAliasType;
pub use evaluator::ConstEvaluator;
pub use generic::{Generic, subscript_generic};
pub use no_default::{NoDefaultType, no_default};
pub use paramspec::{ParamSpec, ParamSpecArgs, ParamSpecKwargs};
pub use tuple::TypeVarTuple;
pub use typevar::{Bound, TypeVar};

use crate::typing::lookup;
use crate::{Str, Tuple, exceptions, hooks, names, ops, raise, union};

/// Sets the default of a type parameter that has just been made: a function that is called when somebody asks.
pub fn set_default(th: &mut Thread, parameter: &Object, evaluate: &Object) -> Result<(), Raised> {
    if let Some(parameter) = parameter.downcast::<TypeVar>() {
        parameter.set_default(th, evaluate);
    } else if let Some(parameter) = parameter.downcast::<ParamSpec>() {
        parameter.set_default(th, evaluate);
    } else if let Some(parameter) = parameter.downcast::<TypeVarTuple>() {
        parameter.set_default(th, evaluate);
    } else {
        let name = ops::type_name(parameter);
        return Err(raise::type_error(th, format_args!("Expected a type param, got {name}")));
    }
    Ok(())
}

/// Gives the types the class attributes that their declarations cannot hold; once, when they are ready.
pub fn init(th: &mut Thread) {
    let types: [&'static Type; 7] = [
        TypeVar::type_object(),
        ParamSpec::type_object(),
        TypeVarTuple::type_object(),
        ParamSpecArgs::type_object(),
        ParamSpecKwargs::type_object(),
        Generic::type_object(),
        ConstEvaluator::type_object(),
    ];
    for ty in types {
        ty.set_flags(heap::flags::MADE_BY_MODULE);
        let module = if core::ptr::eq(ty, ConstEvaluator::type_object()) { "_typing" } else { "typing" };
        let module = Str::new(th, module);
        th.share(&module);
        if let Some(dict) = lookup::own_dict(ty) {
            dict.set_str(th, &names::__module__, module.up());
        }
    }
}

/// Where the code that calls us was defined.
fn caller_module(th: &mut Thread) -> Option<Ref<Object>> {
    (hooks::get().caller_module)(th, 0)
}

/// Sets `__module__` of an instance to where it is made.
fn set_module(th: &mut Thread, object: &Object) -> Result<(), Raised> {
    match caller_module(th) {
        Some(module) => ops::setattr(th, object, &names::__module__, &module),
        // Code whose globals have no name.
        None if (hooks::get().current_builtins)(th).is_some() => ops::setattr(th, object, &names::__module__, crate::none()),
        None => Ok(()),
    }
}

/// `Unpack[object]`
fn unpack(th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
    let typing = (hooks::get().import)(th, "typing")?;
    let unpack = ops::getattr_str(th, &typing, "Unpack")?;
    ops::getitem(th, &unpack, object)
}

/// What `*object` iterates over: `Unpack[object]`, once.
fn unpacked_iterator(th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
    let unpacked = unpack(th, object)?;
    let tuple = Tuple::from_slice(th, &[&*unpacked]);
    ops::iter(th, &tuple)
}

/// Type parameters as they are subscripted with: type variable tuples unpacked.
fn unpack_tuples(th: &mut Thread, parameters: &Tuple) -> Result<Ref<Tuple>, Raised> {
    let mut all = Vec::with_capacity(parameters.len());
    for parameter in parameters.iter() {
        all.push(match parameter.is_a::<TypeVarTuple>() {
            true => unpack(th, parameter)?,
            false => parameter.to_ref(),
        });
    }
    Ok(Tuple::new(th, all))
}

/// `a | b`, where one is a type variable or alias.
fn make_union(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    let members = Tuple::from_slice(th, &[a, b]);
    union::union_of(th, &members)
}

/// A bound that was passed to a constructor.
fn bound_argument(th: &mut Thread, bound: Option<&Object>) -> Result<Option<Ref<Object>>, Raised> {
    match bound.filter(|bound| !bound.is(crate::none())) {
        Some(bound) => union::type_check(th, bound, "Bound must be a type.").map(Some),
        None => Ok(None),
    }
}

fn cannot_subclass(th: &mut Thread, what: &str) -> Raised {
    raise::type_error(th, format_args!("Cannot subclass an instance of {what}"))
}

/// How a type variable may vary.
#[derive(Clone, Copy, Default)]
struct Variance {
    covariant: bool,
    contravariant: bool,
    inferred: bool,
}

impl Variance {
    /// What syntax makes.
    const INFERRED: Variance = Variance { covariant: false, contravariant: false, inferred: true };

    fn checked(th: &mut Thread, covariant: bool, contravariant: bool, inferred: bool) -> Result<Variance, Raised> {
        if covariant && contravariant {
            return Err(raise::new(th, exceptions::value_error_type(), format_args!("Bivariant types are not supported.")));
        }
        if inferred && (covariant || contravariant) {
            return Err(raise::value_error(th, format_args!("Variance cannot be specified with infer_variance.")));
        }
        Ok(Variance { covariant, contravariant, inferred })
    }

    fn prefix(self) -> &'static str {
        match self {
            Variance { inferred: true, .. } => "",
            Variance { covariant: true, .. } => "+",
            Variance { contravariant: true, .. } => "-",
            _ => "~",
        }
    }
}
