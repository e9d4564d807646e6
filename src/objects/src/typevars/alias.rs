//! `TypeAliasType`: what a `type` statement makes.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use super::lazy::LazySlot;
use super::typevar::has_default;
use super::{ParamSpec, TypeVar, TypeVarTuple, caller_module, make_union, unpack_tuples, unpacked_iterator};
use crate::glue::*;
use crate::{GenericAlias, Str, Tuple, names, none, ops, raise};

/// Type alias.
///
/// Type aliases are created through the type statement::
///
///     type Alias = int
///
/// In this example, Alias and int will be treated equivalently by static
/// type checkers.
///
/// At runtime, Alias is an instance of TypeAliasType. The __name__
/// attribute holds the name of the type alias. The value of the type alias
/// is stored in the __value__ attribute. It is evaluated lazily, so the
/// value is computed only if the attribute is accessed.
///
/// Type aliases can also be generic::
///
///     type ListOrSet[T] = list[T] | set[T]
///
/// In this case, the type parameters of the alias are stored in the
/// __type_params__ attribute.
///
/// See PEP 695 for more information.
#[pytype(name = "TypeAliasType", module = "typing", export = "_PyTypeAlias_Type")]
#[repr(C)]
pub struct TypeAliasType {
    head: Head,
    #[member(none, name = "__name__", readonly, doc = none)]
    name: Slot,
    /// Empty for an alias that is not generic.
    parameters: Slot<Tuple>,
    #[traverse]
    value: LazySlot,
    module: Slot,
}

impl TypeAliasType {
    /// What a `type` statement makes; `evaluate` is called when somebody asks for the value.
    pub fn from_syntax(th: &mut Thread, name: &Str, parameters: Option<&Tuple>, evaluate: &Object) -> Ref<TypeAliasType> {
        th.new_object(TypeAliasType {
            head: Head::INIT,
            name: Slot::new(name.to_ref().up()),
            parameters: Slot::from_option(parameters.map(Heaped::to_ref)),
            value: LazySlot::function(evaluate),
            module: Slot::NULL,
        })
    }

    fn name(&self) -> &Object {
        self.name.peek().unwrap_or(none())
    }
}

/// Type parameters that were passed: each must be one, and none without a default may follow one with.
fn check_parameters(th: &mut Thread, parameters: &Tuple) -> Result<(), Raised> {
    let mut default_seen = false;
    for parameter in parameters.iter() {
        let has_default = if let Some(parameter) = parameter.downcast::<TypeVar>() {
            parameter.defaults(th)
        } else if let Some(parameter) = parameter.downcast::<ParamSpec>() {
            parameter.defaults(th)
        } else if let Some(parameter) = parameter.downcast::<TypeVarTuple>() {
            parameter.defaults(th)
        } else {
            let shown = ops::repr(th, parameter)?;
            return Err(raise::type_error(th, format_args!("Expected a type param, got {shown}")));
        };
        if default_seen && !has_default {
            let shown = ops::repr(th, parameter)?;
            let message = format_args!("non-default type parameter '{shown}' follows default type parameter");
            return Err(raise::type_error(th, message));
        }
        default_seen |= has_default;
    }
    Ok(())
}

#[pymethods]
impl TypeAliasType {
    #[slot(tp_new, name = "typealias", sig = "(name, value, *, type_params=())")]
    fn py_new(th: &mut Thread, _cls: &Type, name: &Str, value: &Object, type_params: Option<&Object>) -> Result<Ref<TypeAliasType>, Raised> {
        let parameters = match type_params {
            None => None,
            Some(parameters) => match parameters.downcast::<Tuple>() {
                Some(parameters) => {
                    check_parameters(th, parameters)?;
                    (!parameters.is_empty()).then(|| parameters.to_ref())
                }
                None => return Err(raise::type_error(th, format_args!("type_params must be a tuple"))),
            },
        };
        let module = caller_module(th);
        Ok(th.new_object(TypeAliasType {
            head: Head::INIT,
            name: Slot::new(name.to_ref().up()),
            parameters: Slot::from_option(parameters),
            value: LazySlot::value(value.to_ref()),
            module: Slot::from_option(module),
        }))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        ops::str_(th, self.name())
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        unpacked_iterator(th, self)
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        make_union(th, a, b)
    }

    #[slot(mp_subscript)]
    fn getitem(&self, th: &mut Thread, key: &Object) -> Result<Ref<GenericAlias>, Raised> {
        if self.parameters.is_null() {
            return Err(raise::type_error(th, format_args!("Only generic type aliases are subscriptable")));
        }
        Ok(GenericAlias::new(th, self, key))
    }

    #[method]
    fn __reduce__(&self) -> &Object {
        self.name()
    }

    #[getter]
    fn __parameters__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        match self.parameters.peek() {
            Some(parameters) => unpack_tuples(th, parameters),
            None => Ok(Tuple::empty()),
        }
    }

    #[getter]
    fn __type_params__(&self) -> Ref<Tuple> {
        self.parameters.peek().map_or_else(Tuple::empty, Heaped::to_ref)
    }

    #[getter]
    fn __value__(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.value.get(th, self)
    }

    #[getter]
    fn evaluate_value(&self, th: &mut Thread) -> Ref<Object> {
        self.value.evaluator(th, self)
    }

    #[getter]
    fn __module__(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        if let Some(module) = self.module.get(th, self) {
            return Ok(Some(module));
        }
        match self.value.evaluate_function(th, self) {
            Some(evaluate) => ops::getattr_opt(th, &evaluate, &names::__module__),
            None => Ok(None),
        }
    }
}

macro_rules! defaults {
    ($($name:ident)*) => {$(
        impl $name {
            /// Whether the parameter has a default.
            pub(super) fn defaults(&self, th: &Thread) -> bool {
                has_default(th, self.default_slot(), self)
            }
        }
    )*};
}

defaults!(TypeVar ParamSpec TypeVarTuple);
