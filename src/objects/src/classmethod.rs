//! `classmethod` and `staticmethod`: functions in a class that are not bound to instances.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::text::Text;
use crate::typing::instance;
use crate::{Dict, Method, Str, names, none, ops, property, raise};

/// Convert a function to be a class method.
///
/// A class method receives the class as implicit first argument,
/// just like an instance method receives the instance.
/// To declare a class method, use this idiom:
///
///   class C:
///       @classmethod
///       def f(cls, arg1, arg2, argN):
///           ...
///
/// It can be called either on the class (e.g. C.f()) or on an instance
/// (e.g. C().f()).  The instance is ignored except for its class.
/// If a class method is called for a derived class, the derived class
/// object is passed as the implied first argument.
///
/// Class methods are different than C++ or Java static methods.
/// If you want those, see the staticmethod builtin.
#[pytype(name = "classmethod", export = "PyClassMethod_Type", sig = "(function, /)", flags(BASETYPE), dict, parts(common))]
#[repr(C)]
pub struct ClassMethod {
    head: Head,
    #[member(none, name = "__func__", readonly, doc = none)]
    #[member(none, name = "__wrapped__", readonly, doc = none)]
    function: Slot,
    dict: Slot<Dict>,
}

/// Convert a function to be a static method.
///
/// A static method does not receive an implicit first argument.
/// To declare a static method, use this idiom:
///
///      class C:
///          @staticmethod
///          def f(arg1, arg2, argN):
///              ...
///
/// It can be called either on the class (e.g. C.f()) or on an instance
/// (e.g. C().f()). Both the class and the instance are ignored, and
/// neither is passed implicitly as the first argument to the method.
///
/// Static methods in Python are similar to those found in Java or C++.
/// For a more advanced concept, see the classmethod builtin.
#[pytype(name = "staticmethod", export = "PyStaticMethod_Type", sig = "(function, /)", flags(BASETYPE), dict, parts(common))]
#[repr(C)]
pub struct StaticMethod {
    head: Head,
    #[member(none, name = "__func__", readonly, doc = none)]
    #[member(none, name = "__wrapped__", readonly, doc = none)]
    function: Slot,
    dict: Slot<Dict>,
}

/// Copies what describes the function to its wrapper, as `functools.wraps` does.
fn copy_description(th: &mut Thread, wrapper: &Object, function: &Object) -> Result<(), Raised> {
    for name in [&names::__module__, &names::__name__, &names::__qualname__, &names::__doc__] {
        if let Some(value) = ops::getattr_opt(th, function, name)? {
            ops::setattr(th, wrapper, name, &value)?;
        }
    }
    Ok(())
}

fn only_argument<'a>(th: &mut Thread, what: &str, args: Args<'a>, kwargs: KwArgs<'_>) -> Result<&'a Object, Raised> {
    if !kwargs.is_empty() {
        return Err(raise::type_error(th, format_args!("{what}() takes no keyword arguments")));
    }
    match *args.as_slice() {
        [function] => Ok(function),
        _ => Err(raise::type_error(th, format_args!("{what} expected 1 argument, got {}", args.len()))),
    }
}

/// An attribute of the wrapped function, kept in the wrapper's dict from the first time on.
fn wrapped_attribute(th: &mut Thread, wrapper: &Object, function: &Object, name: &'static Str) -> Result<Ref<Object>, Raised> {
    let dict = instance::instance_dict(th, wrapper)?;
    if let Some(dict) = &dict
        && let Some(value) = dict.get_str(th, name)
    {
        return Ok(value);
    }
    let value = ops::getattr(th, function, name)?;
    if let Some(dict) = dict {
        dict.set(th, name, &value)?;
    }
    Ok(value)
}

fn set_wrapped_attribute(th: &mut Thread, wrapper: &Object, name: &'static Str, value: Option<&Object>) -> Result<(), Raised> {
    let Some(dict) = instance::instance_dict(th, wrapper)? else { return Err(raise::no_attribute(th, wrapper, name)) };
    match value {
        Some(value) => dict.set(th, name, value),
        None if dict.del_str(th, name) => Ok(()),
        None => Err(raise::no_attribute(th, wrapper, name)),
    }
}

macro_rules! wrapper {
    ($name:ident $python:literal) => {
        impl $name {
            /// The wrapper, without what describes the function.
            pub fn new(th: &mut Thread, function: &Object) -> Ref<$name> {
                th.new_object($name { head: Head::INIT, function: Slot::new(function.to_ref()), dict: Slot::NULL })
            }

            /// The wrapped function, borrowed: that of a common wrapper was there just now, and its memory stays until the next safepoint (R8).
            #[inline(always)]
            pub fn peek_function(&self) -> Option<&Object> {
                self.function.peek()
            }

            /// The wrapped function.
            pub fn function(&self, th: &Thread) -> Ref<Object> {
                self.function.get(th, self).unwrap_or_else(crate::none_ref)
            }
        }

        #[pymethods(part = "common")]
        impl $name {
            #[slot(tp_new)]
            fn py_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<$name> {
                th.new_instance(cls, $name { head: Head::INIT, function: Slot::new(crate::none_ref()), dict: Slot::NULL })
            }

            #[slot(tp_init)]
            fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
                let function = only_argument(th, $python, args, kwargs)?;
                self.function.set(th, self, Some(function.to_ref()));
                copy_description(th, self, function)
            }

            #[slot(tp_repr)]
            fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
                let function = self.function(th);
                let mut text = Text::new(concat!("<", $python, "("));
                text.push_repr(th, &function)?.push(")>");
                Ok(text.finish(th))
            }

            #[classmethod(doc = none)]
            fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
                crate::generic_alias(th, cls, object)
            }

            #[getter]
            fn __isabstractmethod__(&self, th: &mut Thread) -> Result<bool, Raised> {
                let function = self.function(th);
                property::is_abstract(th, Some(function))
            }

            #[getter]
            fn __dict__(&self, th: &mut Thread) -> Result<Option<Ref<Dict>>, Raised> {
                instance::instance_dict(th, self)
            }

            #[setter(__dict__)]
            fn set_dict(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
                crate::exceptions::set_dict_attribute(th, self, value)
            }

            #[getter]
            fn __annotations__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let function = self.function(th);
                wrapped_attribute(th, self, &function, names::__annotations__.get())
            }

            #[setter(__annotations__)]
            fn set_annotations(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
                set_wrapped_attribute(th, self, names::__annotations__.get(), value)
            }

            #[getter]
            fn __annotate__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let function = self.function(th);
                wrapped_attribute(th, self, &function, names::__annotate__.get())
            }

            #[setter(__annotate__)]
            fn set_annotate(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
                set_wrapped_attribute(th, self, names::__annotate__.get(), value)
            }
        }
    };
}

wrapper!(ClassMethod "classmethod");
wrapper!(StaticMethod "staticmethod");

#[pymethods]
impl ClassMethod {
    #[slot(tp_descr_get)]
    fn get(&self, th: &mut Thread, instance: Option<&Object>, owner: Option<&Object>) -> Ref<Object> {
        let cls = match (owner, instance) {
            (Some(owner), _) => owner,
            (None, Some(instance)) => instance.ty().as_object(),
            (None, None) => none(),
        };
        let function = self.function(th);
        Method::new(th, &function, cls).up()
    }
}

#[pymethods]
impl StaticMethod {
    #[slot(tp_descr_get)]
    fn get(&self, th: &mut Thread, _instance: Option<&Object>, _owner: Option<&Object>) -> Ref<Object> {
        self.function(th)
    }

    #[slot(tp_call)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let function = self.function(th);
        call_with(th, &function, args.as_slice(), kwargs)
    }
}

/// Passes parsed arguments on.
pub fn call_with(th: &mut Thread, function: &Object, args: &[&Object], kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    if kwargs.is_empty() {
        return ops::call(th, function, args);
    }
    let mut all = args.to_vec();
    let mut kwnames = Vec::new();
    for (name, value) in kwargs.iter() {
        kwnames.push(name);
        all.push(value);
    }
    let kwnames = crate::Tuple::from_slice(th, &kwnames);
    ops::call_kw(th, function, &all, Some(&kwnames))
}
