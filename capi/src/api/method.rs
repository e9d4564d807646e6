//! `PyCFunction_*`, `PyCMethod_New`, `PyMethod_*`, `PyInstanceMethod_*`: functions and what they are bound to; generic aliases.

use core::ffi::{CStr, c_int};

use heap::{Object, Raised, Ref, Thread, Type};
use objects::instancemethod::InstanceMethod;
use objects::typing::descr::MethodDef;
use objects::{Builtin, Method, raise};

use crate::api;
use crate::entry::{Lent, expect};

const SIGNATURE: c_int = abi::METH_VARARGS | abi::METH_FASTCALL | abi::METH_NOARGS | abi::METH_O | abi::METH_KEYWORDS | abi::METH_METHOD;

/// A function of a declaration, with a class exactly if the declaration's flags want one.
///
/// # Safety
/// R4: `def` is a declaration that outlives the function.
unsafe fn new_function(
    th: &mut Thread,
    def: *mut abi::PyMethodDef,
    receiver: Option<&Object>,
    module: Option<&Object>,
    class: Option<&Type>,
) -> Result<Ref<Builtin>, Raised> {
    if def.is_null() {
        return Err(raise::bad_internal_call(th));
    }
    // SAFETY: the caller's promise.
    let (flags, name) = unsafe { ((*def).ml_flags, (*def).ml_name) };
    const KEYWORDS: c_int = abi::METH_KEYWORDS;
    match flags & SIGNATURE {
        abi::METH_VARARGS | abi::METH_FASTCALL | abi::METH_NOARGS | abi::METH_O => {}
        plain if plain == abi::METH_VARARGS | KEYWORDS || plain == abi::METH_FASTCALL | KEYWORDS => {}
        method if method == abi::METH_METHOD | abi::METH_FASTCALL | KEYWORDS => {}
        _ => {
            // SAFETY: the name of a declaration is a C string.
            let name = unsafe { CStr::from_ptr(name) }.to_string_lossy();
            return Err(raise::system_error(th, format_args!("{name}() method: bad call flags")));
        }
    }
    // SAFETY: the caller's promise.
    let declared = unsafe { MethodDef::from_ptr(def) };
    match (flags & abi::METH_METHOD != 0, class) {
        (true, Some(class)) => Ok(Builtin::new_method(th, declared, receiver, module, class)),
        (false, None) => Ok(Builtin::new(th, declared, receiver, module)),
        (true, None) => Err(raise::system_error(th, format_args!("attempting to create PyCMethod with a METH_METHOD flag but no class"))),
        (false, Some(_)) => Err(raise::system_error(th, format_args!("attempting to create PyCFunction with class but no METH_METHOD flag"))),
    }
}

api! {
    /// A function of a declaration.
    fn PyCFunction_New(th, def: *mut abi::PyMethodDef, receiver: Option<&Object>) -> Result<Ref<Builtin>, Raised> {
        // SAFETY: R4: the declaration outlives the function.
        unsafe { new_function(th, def, receiver, None, None) }
    }

    /// A function of a declaration, with the name of its module.
    fn PyCFunction_NewEx(th, def: *mut abi::PyMethodDef, receiver: Option<&Object>, module: Option<&Object>) -> Result<Ref<Builtin>, Raised> {
        // SAFETY: R4: the declaration outlives the function.
        unsafe { new_function(th, def, receiver, module, None) }
    }

    /// The same; one that is told its class gets that, too.
    fn PyCMethod_New(
        th,
        def: *mut abi::PyMethodDef,
        receiver: Option<&Object>,
        module: Option<&Object>,
        class: Option<&Type>,
    ) -> Result<Ref<Builtin>, Raised> {
        // SAFETY: R4: the declaration outlives the function.
        unsafe { new_function(th, def, receiver, module, class) }
    }

    /// The C function.
    fn PyCFunction_GetFunction(th, function: &Object) -> *mut core::ffi::c_void {
        match expect::<Builtin>(th, function) {
            Ok(function) => function.method_def().def().ml_meth.map_or(core::ptr::null_mut(), |f| f as *mut core::ffi::c_void),
            Err(raised) => {
                objects::glue::leave_raised(th, raised);
                core::ptr::null_mut()
            }
        }
    }

    /// What the function is bound to; null for static methods.
    fn PyCFunction_GetSelf(th, function: &Object) -> Result<Lent, Raised> {
        let function = expect::<Builtin>(th, function)?;
        let hidden = function.method_def().def().ml_flags & abi::METH_STATIC != 0;
        Ok(Lent::from(function.receiver().filter(|_| !hidden).map(|receiver| th.retain(receiver))))
    }

    /// The flags of the declaration.
    fn PyCFunction_GetFlags(th, function: &Object) -> Result<i32, Raised> {
        Ok(expect::<Builtin>(th, function)?.method_def().def().ml_flags)
    }

    /// Binds a function to an instance.
    fn PyMethod_New(th, function: &Object, instance: Option<&Object>) -> Result<Ref<Method>, Raised> {
        match instance {
            Some(instance) => Ok(Method::new(th, function, instance)),
            None => Err(raise::bad_internal_call(th)),
        }
    }

    /// The function of a bound method.
    fn PyMethod_Function(th, method: &Object) -> Result<Lent, Raised> {
        let method = expect::<Method>(th, method)?;
        Ok(Lent::some(th.retain(method.function())))
    }

    /// The instance of a bound method.
    fn PyMethod_Self(th, method: &Object) -> Result<Lent, Raised> {
        let method = expect::<Method>(th, method)?;
        Ok(Lent::some(th.retain(method.instance())))
    }

    /// Makes a callable bind to instances as functions do.
    fn PyInstanceMethod_New(th, function: &Object) -> Result<Ref<InstanceMethod>, Raised> {
        Ok(InstanceMethod::new(th, function))
    }

    /// The callable of an instance method.
    fn PyInstanceMethod_Function(th, method: &Object) -> Result<Lent, Raised> {
        let method = expect::<InstanceMethod>(th, method)?;
        Ok(Lent::some(th.retain(method.function())))
    }

    /// `origin[args]` as an alias: `list[int]`.
    fn Py_GenericAlias(th, origin: &Object, args: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, origin, args)
    }
}

