//! `_typing`: the natives of `typing` under their names.

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::pymodule;
use objects::{Union, typevars};

fn of(ty: &'static Type) -> Ref<Object> {
    ty.to_ref().up()
}

#[pymodule(name = "_typing")]
pub mod typing {
    //! Primitives and accelerators for the typing module.
    use super::*;

    #[function(sig = "(x, /)")]
    fn _idfunc(x: &Object) -> Ref<Object> {
        x.to_ref()
    }

    #[attr]
    fn TypeVar(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(of(typevars::TypeVar::type_object()))
    }

    #[attr]
    fn ParamSpec(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(of(typevars::ParamSpec::type_object()))
    }

    #[attr]
    fn TypeVarTuple(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(of(typevars::TypeVarTuple::type_object()))
    }

    #[attr]
    fn ParamSpecArgs(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(of(typevars::ParamSpecArgs::type_object()))
    }

    #[attr]
    fn ParamSpecKwargs(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(of(typevars::ParamSpecKwargs::type_object()))
    }

    #[attr]
    fn TypeAliasType(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(of(typevars::TypeAliasType::type_object()))
    }

    #[attr]
    fn Generic(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(of(typevars::Generic::type_object()))
    }

    #[attr(name = "Union")]
    fn union_type(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(of(Union::type_object()))
    }

    #[attr]
    fn NoDefault(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(typevars::no_default().to_ref())
    }
}
