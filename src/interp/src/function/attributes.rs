//! Attributes of functions, and their constructor.

use heap::{Object, Raised, Ref, Thread};
use macros::pymethods;
use objects::glue::*;
use objects::{Dict, Str, Tuple, ops, raise};

use syntax::code::flags;

use super::Function;
use super::watch::{self, Event};
use crate::code::Code;

/// A string-valued attribute.
fn text<'a>(th: &mut Thread, value: Option<&'a Object>, name: &str) -> Result<&'a Str, Raised> {
    match value.and_then(|v| v.downcast::<Str>()) {
        Some(text) => Ok(text),
        None => Err(raise::type_error(th, format_args!("{name} must be set to a string object"))),
    }
}

#[pymethods(part = "attributes")]
impl Function {
    #[slot(tp_new, sig = "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
    #[allow(clippy::too_many_arguments, reason = "the constructor's arguments")]
    fn new_function(
        th: &mut Thread,
        _cls: &Type,
        code: &Code,
        globals: &Dict,
        name: Option<&Object>,
        argdefs: Option<&Object>,
        closure: Option<&Object>,
        kwdefaults: Option<&Object>,
    ) -> Result<Ref<Function>, Raised> {
        let none = |o: Option<&Object>| o.filter(|o| !o.is(objects::none())).map(|o| th_retain(o));
        let free = code.free_count as usize;
        if let Some(name) = &none(name)
            && !name.is_a::<Str>()
        {
            return Err(raise::type_error(th, format_args!("arg 3 (name) must be None or string")));
        }
        if let Some(defaults) = &none(argdefs)
            && !defaults.is_a::<Tuple>()
        {
            return Err(raise::type_error(th, format_args!("arg 4 (defaults) must be None or tuple")));
        }
        if let Some(defaults) = &none(kwdefaults)
            && !defaults.is_a::<Dict>()
        {
            return Err(raise::type_error(th, format_args!("arg 6 (kwdefaults) must be None or dict")));
        }
        let closure = match none(closure) {
            Some(closure) => match closure.downcast::<Tuple>() {
                Ok(closure) => Some(closure),
                Err(_) => return Err(raise::type_error(th, format_args!("arg 5 (closure) must be tuple"))),
            },
            None if free > 0 => return Err(raise::type_error(th, format_args!("arg 5 (closure) must be tuple"))),
            None => None,
        };
        let given = closure.as_ref().map_or(0, |c| c.len());
        if given != free {
            let name = code.name().to_string_lossy();
            return Err(raise::value_error(th, format_args!("{name} requires closure of length {free}, not {given}")));
        }
        if let Some(closure) = &closure
            && let Some(bad) = closure.iter().find(|c| !c.is_exactly::<objects::Cell>())
        {
            let got = ops::type_name(bad);
            return Err(raise::type_error(th, format_args!("arg 5 (closure) expected cell, found {got}")));
        }
        let builtins = crate::run::builtins_of(th, globals)?;
        let function = Function::new(th, code, globals, &builtins);
        if let Some(Ok(name)) = none(name).map(|n| n.downcast::<Str>()) {
            function.name.set(th, &*function, Some(name));
        }
        if let Some(defaults) = none(argdefs) {
            function.set_defaults_raw(th, defaults);
        }
        if let Some(closure) = closure {
            function.set_closure_raw(th, closure.up());
        }
        if let Some(defaults) = none(kwdefaults) {
            function.set_kwdefaults_raw(th, defaults);
        }
        watch::created(th, &function);
        Ok(function)
    }

    #[getter]
    fn __code__(&self, th: &mut Thread) -> Option<Ref<Code>> {
        self.code.get(th, self)
    }
    #[setter(__code__)]
    fn set_code(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(code) = value.and_then(|v| v.downcast::<Code>()) else {
            return Err(raise::type_error(th, format_args!("__code__ must be set to a code object")));
        };
        let (needs, has) = (code.free_count as usize, self.closure().map_or(0, Tuple::len));
        if needs != has {
            let name = self.name(th).map_or_else(String::new, |n| n.to_string_lossy());
            return Err(raise::value_error(th, format_args!("{name}() requires a code object with {has} free vars, not {needs}")));
        }
        let kind = |code: &Code| code.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR);
        if kind(code) != kind(self.code()) {
            objects::warn::deprecated(
                th,
                format_args!("Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)"),
            )?;
        }
        if self.doc.is_null() {
            // The docstring stays that of the code it was made with.
            let doc = self.docstring(th);
            drop(self.doc.set_if_null(th, self, doc));
        }
        watch::tell(th, self, Event::Code, Some(code));
        self.changed();
        let code = th.retain(code);
        if let Some(old) = self.code.replace(th, self, Some(code)) {
            self.keep_replaced(th, &old);
            th.release(old);
        }
        Ok(())
    }

    #[getter(__name__)]
    fn get_name(&self, th: &mut Thread) -> Option<Ref<Str>> {
        self.name.get(th, self)
    }
    #[setter(__name__)]
    fn set_name(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = th_retain(text(th, value, "__name__")?);
        self.name.set(th, self, Some(value));
        Ok(())
    }
    #[getter(__qualname__)]
    fn get_qualname(&self, th: &mut Thread) -> Option<Ref<Str>> {
        self.qualname.get(th, self)
    }
    #[setter(__qualname__)]
    fn set_qualname(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = th_retain(text(th, value, "__qualname__")?);
        self.qualname.set(th, self, Some(value));
        Ok(())
    }

    #[getter]
    fn __defaults__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.defaults.get(th, self)
    }
    #[setter(__defaults__)]
    fn set_defaults(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = value.filter(|v| !v.is(objects::none()));
        if value.is_some_and(|v| !v.is_a::<Tuple>()) {
            return Err(raise::type_error(th, format_args!("__defaults__ must be set to a tuple object")));
        }
        let value = value.map(|v| th.retain(v));
        self.replace_defaults(th, value);
        Ok(())
    }
    #[getter]
    fn __kwdefaults__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.kwdefaults.get(th, self)
    }
    #[setter(__kwdefaults__)]
    fn set_kwdefaults(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = value.filter(|v| !v.is(objects::none()));
        if value.is_some_and(|v| !v.is_a::<Dict>()) {
            return Err(raise::type_error(th, format_args!("__kwdefaults__ must be set to a dict object")));
        }
        let value = value.map(|v| th.retain(v));
        self.replace_kwdefaults(th, value);
        Ok(())
    }

    #[getter]
    fn __doc__(&self, th: &mut Thread) -> Ref<Object> {
        self.doc.get(th, self).unwrap_or_else(|| self.docstring(th))
    }
    #[setter(__doc__)]
    fn set_doc(&self, th: &mut Thread, value: Option<&Object>) {
        let value = th.retain(value.unwrap_or(objects::none()));
        self.doc.set(th, self, Some(value));
    }
    #[getter]
    fn __module__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.module.get(th, self)
    }
    #[setter(__module__)]
    fn set_module(&self, th: &mut Thread, value: Option<&Object>) {
        let value = th.retain(value.unwrap_or(objects::none()));
        self.module.set(th, self, Some(value));
    }

    /// Dict of annotations in a function object.
    #[getter]
    fn __annotations__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if let Some(found) = self.annotations.get(th, self) {
            if let Some(flat) = (*found).downcast::<Tuple>() {
                let dict = Dict::new(th);
                for pair in 0..flat.len() / 2 {
                    let value = th.retain(flat.get(2 * pair + 1));
                    dict.set(th, flat.get(2 * pair), value)?;
                }
                let made = th.retain(&*dict).up();
                // What another thread has made of it meanwhile, or has set, stays.
                if self.annotations.replace_if(th, self, &found, made).is_err() {
                    return self.__annotations__(th);
                }
                return Ok(dict.up());
            }
            return Ok(found);
        }
        let made = match self.annotate.get(th, self) {
            Some(annotate) if ops::is_callable(&annotate) => {
                let format = objects::Int::from_i64(th, 1);
                let made = ops::call1(th, &annotate, &format)?;
                if !made.is_a::<Dict>() {
                    let got = ops::type_name(&made);
                    return Err(raise::type_error(th, format_args!("__annotate__() must return a dict, not {got}")));
                }
                made
            }
            _ => Dict::new(th).up(),
        };
        Ok(self.annotations.get_or_put(th, self, made))
    }
    #[setter(__annotations__)]
    fn set_annotations(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = value.filter(|v| !v.is(objects::none()));
        if value.is_some_and(|v| !v.is_a::<Dict>()) {
            return Err(raise::type_error(th, format_args!("__annotations__ must be set to a dict object")));
        }
        let value = value.map(|v| th.retain(v));
        self.annotations.set(th, self, value);
        self.annotate.set(th, self, None);
        Ok(())
    }
    /// Get the code object for a function.
    #[getter]
    fn __annotate__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.annotate.get(th, self)
    }
    #[setter(__annotate__)]
    fn set_annotate(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        match value {
            None => Err(raise::type_error(th, format_args!("__annotate__ cannot be deleted"))),
            Some(value) if value.is(objects::none()) => {
                self.annotate.set(th, self, Some(objects::none_ref()));
                Ok(())
            }
            Some(value) if ops::is_callable(value) => {
                let value = th.retain(value);
                self.annotate.set(th, self, Some(value));
                self.annotations.set(th, self, None);
                Ok(())
            }
            Some(_) => Err(raise::type_error(th, format_args!("__annotate__ must be callable or None"))),
        }
    }

    /// Get the declared type parameters for a function.
    #[getter]
    fn __type_params__(&self, th: &mut Thread) -> Ref<Object> {
        self.type_params(th).unwrap_or_else(|| Tuple::empty().up())
    }
    #[setter(__type_params__)]
    fn set_typeparams(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        match value.filter(|v| v.is_a::<Tuple>()) {
            Some(value) => {
                self.replace_type_params(th, value);
                Ok(())
            }
            None => Err(raise::type_error(th, format_args!("__type_params__ must be set to a tuple"))),
        }
    }

    #[getter]
    fn __dict__(&self, th: &mut Thread) -> Ref<Object> {
        match self.dict.get(th, self) {
            Some(dict) => dict,
            None => {
                let dict = Dict::new(th).up();
                self.dict.get_or_put(th, self, dict)
            }
        }
    }
    #[setter(__dict__)]
    fn set_dict(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        match value {
            None => Err(raise::type_error(th, format_args!("cannot delete __dict__"))),
            Some(value) if value.is_a::<Dict>() => {
                let value = th.retain(value);
                self.dict.set(th, self, Some(value));
                Ok(())
            }
            Some(value) => {
                let got = ops::type_name(value);
                Err(raise::type_error(th, format_args!("__dict__ must be set to a dictionary, not a '{got}'")))
            }
        }
    }
}

fn th_retain<T: heap::Heaped>(object: &T) -> Ref<T> {
    object.to_ref()
}

impl Function {
    /// `__annotations__`.
    pub fn annotations_dict(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.__annotations__(th)
    }
}
