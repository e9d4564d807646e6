//! How types are written in the reprs of aliases and unions.

use heap::{Object, PyType, Raised, Thread};

use crate::singletons::NoneType;
use crate::text::Text;
use crate::{List, Str, ellipsis, names, none, ops};

/// A type by its qualified name, `...`, `None` for its type, and anything else by its repr.
pub fn write_type(th: &mut Thread, text: &mut Text, object: &Object) -> Result<(), Raised> {
    if object.is(ellipsis()) {
        text.push("...");
        return Ok(());
    }
    if object.is(NoneType::type_object()) {
        text.push("None");
        return Ok(());
    }
    let is_alias = ops::hasattr(th, object, &names::__origin__)? && ops::hasattr(th, object, &names::__args__)?;
    if !is_alias
        && let Some(qualname) = ops::getattr_opt(th, object, &names::__qualname__)?
        && let Some(module) = ops::getattr_opt(th, object, &names::__module__)?
        && !module.is(none())
    {
        let builtin = module.downcast_ref::<Str>().is_some_and(|module| module.eq_text("builtins"));
        if !builtin {
            text.push_display(th, &module)?.push(".");
        }
        text.push_display(th, &qualname)?;
        return Ok(());
    }
    text.push_repr(th, object)?;
    Ok(())
}

/// A list of types, as the first argument of `Callable` is one.
pub fn write_list(th: &mut Thread, text: &mut Text, list: &List) -> Result<(), Raised> {
    text.push("[");
    for (index, item) in list.snapshot(th).iter().enumerate() {
        if index > 0 {
            text.push(", ");
        }
        write_type(th, text, item)?;
    }
    text.push("]");
    Ok(())
}
