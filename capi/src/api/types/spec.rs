//! Types from specifications, and what they know of the module and specification that they came from.

use core::ffi::{c_int, c_void};

use heap::{Object, Raised, Ref, Thread, Type};
use objects::typing::class::heap_part;
use objects::typing::{as_type, bases, foreign_ready, from_spec, lookup};
use objects::{Module, ops, raise};

use crate::api;
use crate::entry::Lent;

const HEAPTYPE: u64 = abi::Py_TPFLAGS_HEAPTYPE as u64;

api! {
    /// Makes a type.
    fn PyType_FromMetaclass(th, metaclass: Option<&Type>, module: Option<&Object>, spec: *mut abi::PyType_Spec, bases: Option<&Object>) -> Result<Ref<Object>, Raised> {
        make(th, metaclass, module, spec, bases)
    }

    /// Makes a type that knows its module.
    fn PyType_FromModuleAndSpec(th, module: Option<&Object>, spec: *mut abi::PyType_Spec, bases: Option<&Object>) -> Result<Ref<Object>, Raised> {
        make(th, None, module, spec, bases)
    }

    /// Makes a type.
    fn PyType_FromSpecWithBases(th, spec: *mut abi::PyType_Spec, bases: Option<&Object>) -> Result<Ref<Object>, Raised> {
        make(th, None, None, spec, bases)
    }

    /// Makes a type.
    fn PyType_FromSpec(th, spec: *mut abi::PyType_Spec) -> Result<Ref<Object>, Raised> {
        make(th, None, None, spec, None)
    }

    /// The module that the type was made for.
    fn PyType_GetModule(th, ty: &Type) -> Result<Lent, Raised> {
        module(th, ty).map(Lent::some)
    }

    /// That module's memory.
    fn PyType_GetModuleState(th, ty: &Type) -> Result<*mut c_void, Raised> {
        let module = module(th, ty)?;
        match module.downcast_ref::<Module>() {
            Some(module) => Ok(module.state()),
            None => Err(raise::type_error(th, format_args!("bad argument type for built-in operation"))),
        }
    }

    /// The module with that definition which the type, or one of its bases, was made for.
    fn PyType_GetModuleByDef(th, ty: &Type, definition: *mut abi::PyModuleDef) -> Result<Lent, Raised> {
        let order = lookup::mro(th, ty);
        if ty.has_flag(HEAPTYPE) {
            for class in order.iter().flat_map(|order| order.iter()).filter_map(as_type) {
                let Some(module) = heap_part(class).and_then(|part| part.module.get(th, class)) else { continue };
                if module.downcast_ref::<Module>().is_some_and(|module| core::ptr::eq(module.definition(), definition)) {
                    return Ok(Lent::some(module));
                }
            }
        }
        let name = foreign_ready::raw_name(ty);
        Err(raise::type_error(th, format_args!("PyType_GetModuleByDef: No superclass of '{name}' has the given module")))
    }

    /// The type, or its base, with that token: 1, and a new reference in `result`, which may be null; else 0.
    fn PyType_GetBaseByToken(th, object: &Object, token: *mut c_void, result: *mut *mut abi::PyTypeObject) -> Result<c_int, Raised> {
        let store = |base: *mut abi::PyTypeObject| {
            if !result.is_null() {
                // SAFETY: R4: the caller's variable.
                unsafe { result.write(base) };
            }
        };
        store(core::ptr::null_mut());
        if token.is_null() {
            return Err(raise::system_error(th, format_args!("PyType_GetBaseByToken called with token=NULL")));
        }
        let Some(ty) = as_type(object) else {
            let got = ops::qualified_type_name(th, object.ty());
            return Err(raise::type_error(th, format_args!("expected a type, got a '{got}' object")));
        };
        let found = match lookup::mro(th, ty) {
            Some(order) => order.iter().filter_map(as_type).find(|class| has_token(class, token)).map(heap::Heaped::to_ref),
            // The type is not ready yet.
            None => token_below(th, ty, token),
        };
        match found {
            Some(class) if result.is_null() => th.release(class),
            Some(class) => store(class.into_raw().cast()),
            None => return Ok(0),
        }
        Ok(1)
    }
}

fn make(th: &mut Thread, metaclass: Option<&Type>, module: Option<&Object>, spec: *mut abi::PyType_Spec, bases: Option<&Object>) -> Result<Ref<Object>, Raised> {
    if spec.is_null() {
        return Err(raise::bad_internal_call(th));
    }
    // SAFETY: R4: a specification, as the function's documentation demands.
    unsafe { from_spec::from_metaclass(th, metaclass, module, &*spec, bases) }
}

/// The type itself or the first of its bases that has the token, by the bases alone.
fn token_below(th: &Thread, ty: &Type, token: *mut c_void) -> Option<Ref<Type>> {
    if has_token(ty, token) {
        return Some(heap::Heaped::to_ref(ty));
    }
    bases(th, ty).iter().filter_map(as_type).find_map(|base| token_below(th, base, token))
}

fn has_token(class: &Type, token: *mut c_void) -> bool {
    // SAFETY: R3: types that we allocated have the full struct.
    class.is_our_heaptype() && core::ptr::eq(unsafe { (*class.raw().cast::<abi::PyHeapTypeObject>()).ht_token }, token)
}

fn module(th: &mut Thread, ty: &Type) -> Result<Ref<Object>, Raised> {
    let name = || foreign_ready::raw_name(ty);
    let Some(part) = heap_part(ty) else {
        return Err(raise::type_error(th, format_args!("PyType_GetModule: Type '{}' is not a heap type", name())));
    };
    match part.module.get(th, ty) {
        Some(module) => Ok(module),
        None => Err(raise::type_error(th, format_args!("PyType_GetModule: Type '{}' has no associated module", name()))),
    }
}
