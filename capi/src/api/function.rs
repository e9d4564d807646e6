//! Python functions: `PyFunction_*`, `PyStaticMethod_New`, `PyClassMethod_New`.


use heap::{Object, Raised, Ref, Thread};
use interp::code::Code;
use interp::function::Function;
use objects::{ClassMethod, Dict, StaticMethod, Str, Tuple, none, ops, raise};

use crate::api;
use crate::entry::{Lent, expect};

fn function<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Function, Raised> {
    expect::<Function>(th, object)
}

/// What a setter takes: an instance of `T`, or `None` for nothing.
fn given<T: heap::PyType>(th: &mut Thread, value: Option<&Object>, message: &str) -> Result<Option<Ref<Object>>, Raised> {
    match value {
        Some(value) if value.is(none()) => Ok(None),
        Some(value) if value.is_a::<T>() => Ok(Some(th.retain(value))),
        _ => Err(raise::system_error(th, format_args!("{message}"))),
    }
}

fn make(th: &mut Thread, code: &Object, globals: &Object, qualname: Option<&Object>) -> Result<Ref<Function>, Raised> {
    let code = expect::<Code>(th, code)?;
    let globals = expect::<Dict>(th, globals)?;
    let builtins = interp::run::builtins_of(th, globals)?;
    let function = Function::new(th, code, globals, &builtins);
    if let Some(qualname) = qualname {
        let qualname = expect::<Str>(th, qualname)?;
        let qualname = th.retain(qualname);
        function.set_qualname_raw(th, qualname);
    }
    interp::function::watch::created(th, &function);
    Ok(function)
}

api! {
    /// A function of a code object.
    fn PyFunction_New(th, code: &Object, globals: &Object) -> Result<Ref<Function>, Raised> {
        make(th, code, globals, None)
    }

    /// A function of a code object, with a qualified name of its own.
    fn PyFunction_NewWithQualName(th, code: &Object, globals: &Object, qualname: Option<&Object>) -> Result<Ref<Function>, Raised> {
        make(th, code, globals, qualname)
    }

    /// `__code__`, borrowed.
    fn PyFunction_GetCode(th, object: &Object) -> Result<Lent, Raised> {
        let code = function(th, object)?.code();
        Ok(Lent::some(th.retain(code)))
    }

    /// `__globals__`, borrowed.
    fn PyFunction_GetGlobals(th, object: &Object) -> Result<Lent, Raised> {
        let globals = function(th, object)?.globals();
        Ok(Lent::some(th.retain(globals)))
    }

    /// `__module__`, borrowed.
    fn PyFunction_GetModule(th, object: &Object) -> Result<Lent, Raised> {
        Ok(Lent::from(function(th, object)?.module(th)))
    }

    /// `__defaults__`, borrowed, or null.
    fn PyFunction_GetDefaults(th, object: &Object) -> Result<Lent, Raised> {
        Ok(Lent::from(function(th, object)?.defaults(th)))
    }

    /// Replaces `__defaults__`.
    fn PyFunction_SetDefaults(th, object: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let function = function(th, object)?;
        let value = given::<Tuple>(th, value, "non-tuple default args")?;
        function.replace_defaults(th, value);
        Ok(())
    }

    /// `__kwdefaults__`, borrowed, or null.
    fn PyFunction_GetKwDefaults(th, object: &Object) -> Result<Lent, Raised> {
        Ok(Lent::from(function(th, object)?.kwdefaults(th)))
    }

    /// Replaces `__kwdefaults__`.
    fn PyFunction_SetKwDefaults(th, object: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let function = function(th, object)?;
        let value = given::<Dict>(th, value, "non-dict keyword only default args")?;
        function.replace_kwdefaults(th, value);
        Ok(())
    }

    /// `__closure__`, borrowed, or null.
    fn PyFunction_GetClosure(th, object: &Object) -> Result<Lent, Raised> {
        let closure = function(th, object)?.closure();
        Ok(Lent::from(closure.map(|closure| th.retain(closure))))
    }

    /// Replaces `__closure__`.
    fn PyFunction_SetClosure(th, object: &Object, value: &Object) -> Result<(), Raised> {
        let function = function(th, object)?;
        let closure = match value.downcast::<Tuple>() {
            Some(closure) => Some(th.retain(closure)),
            None if value.is(none()) => None,
            None => {
                let got = ops::type_name(value);
                return Err(raise::system_error(th, format_args!("expected tuple for closure, got '{got}'")));
            }
        };
        function.replace_closure(th, closure);
        Ok(())
    }

    /// `__annotations__`, borrowed; `None` if there are none.
    fn PyFunction_GetAnnotations(th, object: &Object) -> Result<Lent, Raised> {
        let function = function(th, object)?;
        match function.has_annotations() {
            true => function.annotations_dict(th).map(Lent::some),
            false => Ok(Lent::some(objects::none_ref())),
        }
    }

    /// Replaces `__annotations__`.
    fn PyFunction_SetAnnotations(th, object: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let function = function(th, object)?;
        let value = given::<Dict>(th, value, "non-dict annotations")?;
        function.replace_annotations(th, value);
        Ok(())
    }

    /// Not supported: leaves a `SystemError` raised. The interpreter calls functions by their code.
    fn PyFunction_SetVectorcall(th, object: Option<&Object>, vectorcall: Option<abi::vectorcallfunc>) {
        let _ = (object, vectorcall);
        let raised = raise::system_error(th, format_args!("PyFunction_SetVectorcall is not supported: functions are called by their code"));
        objects::glue::leave_raised(th, raised);
    }

    /// `staticmethod(callable)`
    fn PyStaticMethod_New(th, callable: &Object) -> Result<Ref<StaticMethod>, Raised> {
        let made = StaticMethod::new(th, callable);
        Ok(made)
    }

    /// `classmethod(callable)`
    fn PyClassMethod_New(th, callable: &Object) -> Result<Ref<ClassMethod>, Raised> {
        let made = ClassMethod::new(th, callable);
        Ok(made)
    }
}
