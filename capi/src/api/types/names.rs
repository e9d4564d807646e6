//! What types are called.

use heap::{Object, Raised, Ref, Type};
use objects::typing::class::heap_part;
use objects::typing::{foreign_ready, module_of, short_name};
use objects::{Str, names, raise};

use crate::api;

api! {
    /// `__name__`
    fn PyType_GetName(th, ty: &Type) -> Result<Ref<Object>, Raised> {
        match heap_part(ty).and_then(|part| part.name.get(th, ty)) {
            Some(name) => Ok(name),
            None => Ok(Str::new(th, &short_name(ty)).up()),
        }
    }

    /// `__qualname__`
    fn PyType_GetQualName(th, ty: &Type) -> Result<Ref<Object>, Raised> {
        match heap_part(ty).and_then(|part| part.qualname.get(th, ty)) {
            Some(name) => Ok(name),
            None => Ok(Str::new(th, &short_name(ty)).up()),
        }
    }

    /// `__module__`
    fn PyType_GetModuleName(th, ty: &Type) -> Result<Ref<Object>, Raised> {
        match module_of(th, ty) {
            Some(module) => Ok(module),
            None => Err(raise::attribute_error(th, ty, &names::__module__, "__module__")),
        }
    }

    /// Module and qualified name; without the module where that says nothing.
    fn PyType_GetFullyQualifiedName(th, ty: &Type) -> Result<Ref<Object>, Raised> {
        let Some(part) = heap_part(ty) else {
            return Ok(Str::new(th, &foreign_ready::raw_name(ty)).up());
        };
        let qualname = match part.qualname.get(th, ty) {
            Some(name) => name,
            None => Str::new(th, &short_name(ty)).up(),
        };
        let Some(module) = module_of(th, ty) else {
            return Err(raise::attribute_error(th, ty, &names::__module__, "__module__"));
        };
        match (module.downcast_ref::<Str>(), qualname.downcast_ref::<Str>()) {
            (Some(module), Some(name)) if !module.eq_text("builtins") && !module.eq_text("__main__") => Ok(Str::new(th, &format!("{module}.{name}")).up()),
            _ => Ok(qualname),
        }
    }

    /// The last part of `tp_name`, in the type's own memory.
    fn _PyType_Name(_th, ty: &Type) -> *const core::ffi::c_char {
        let name = ty.tp_name_bytes();
        let start = name.iter().rposition(|&byte| byte == b'.').map_or(0, |dot| dot + 1);
        // SAFETY: inside the string, or at its end.
        unsafe { ty.tp_name().add(start) }
    }
}
