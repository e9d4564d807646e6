//! What the syntax of type parameters and `type` statements makes.

use heap::{Object, Raised, Ref, Thread};
use objects::typevars::{self, Bound, ParamSpec, TypeAliasType, TypeVar, TypeVarTuple};
use objects::{Str, Tuple, raise};
use syntax::opcodes::Intrinsic1Kind;

fn name_of<'a>(th: &mut Thread, name: &'a Object) -> Result<&'a Str, Raised> {
    match name.downcast::<Str>() {
        Some(name) => Ok(name),
        None => Err(raise::system_error(th, format_args!("a type parameter without a name"))),
    }
}

/// A type parameter of one of the three kinds.
pub fn parameter(th: &mut Thread, kind: Intrinsic1Kind, name: &Object) -> Result<Ref<Object>, Raised> {
    let name = name_of(th, name)?;
    Ok(match kind {
        Intrinsic1Kind::ParamSpec => ParamSpec::from_syntax(th, name).up(),
        Intrinsic1Kind::TypeVarTuple => TypeVarTuple::from_syntax(th, name).up(),
        _ => TypeVar::from_syntax(th, name, Bound::None).up(),
    })
}

/// `[T: bound]`
pub fn with_bound(th: &mut Thread, name: &Object, evaluate: &Object) -> Result<Ref<Object>, Raised> {
    let name = name_of(th, name)?;
    Ok(TypeVar::from_syntax(th, name, Bound::Bound(evaluate)).up())
}

/// `[T: (a, b)]`
pub fn with_constraints(th: &mut Thread, name: &Object, evaluate: &Object) -> Result<Ref<Object>, Raised> {
    let name = name_of(th, name)?;
    Ok(TypeVar::from_syntax(th, name, Bound::Constraints(evaluate)).up())
}

/// `[T = default]`; the result is the parameter.
pub fn set_default(th: &mut Thread, parameter: &Object, evaluate: &Object) -> Result<Ref<Object>, Raised> {
    typevars::set_default(th, parameter, evaluate)?;
    Ok(th.retain(parameter))
}

/// `Generic[*parameters]`
pub fn subscript_generic(th: &mut Thread, parameters: &Object) -> Result<Ref<Object>, Raised> {
    match parameters.downcast::<Tuple>() {
        Some(parameters) => typevars::subscript_generic(th, parameters),
        None => Err(raise::system_error(th, format_args!("type parameters are a tuple"))),
    }
}

/// A `type` statement: `(name, parameters or None, evaluator)`.
pub fn alias(th: &mut Thread, parts: &Object) -> Result<Ref<Object>, Raised> {
    let Some(&[name, parameters, evaluate]) = parts.downcast::<Tuple>().map(Tuple::as_slice) else {
        return Err(raise::system_error(th, format_args!("a type alias has three parts")));
    };
    let name = name_of(th, name)?;
    Ok(TypeAliasType::from_syntax(th, name, parameters.downcast::<Tuple>(), evaluate).up())
}
