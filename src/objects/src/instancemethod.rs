//! `instancemethod`: gives any callable the binding of a function. Only C makes these.
//!
//! Invariant: the callable is set when the object is made, and never changes.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::{self, *};
use crate::text::Text;
use crate::typing::lookup;
use crate::{Dict, Method, Str, names, none, not_implemented_ref, ops, raise};

/// instancemethod(function)
///
/// Bind a function to a class.
#[pytype(name = "instancemethod", export = "PyInstanceMethod_Type", sig = "(function, /)", layout = PyInstanceMethodObject)]
#[repr(C)]
pub struct InstanceMethod {
    head: Head,
    #[member(none, name = "__func__", readonly, doc = "the function (or other callable) implementing a method")]
    function: Slot,
}

impl InstanceMethod {
    /// Wraps a callable.
    pub fn new(th: &Thread, function: &Object) -> Ref<InstanceMethod> {
        th.new_object(InstanceMethod { head: Head::INIT, function: Slot::new(th.retain(function)) })
    }

    /// The callable.
    pub fn function(&self) -> &Object {
        self.function.peek().unwrap_or(none())
    }
}

#[pymethods]
impl InstanceMethod {
    #[slot(tp_new)]
    fn py_new(th: &mut Thread, _cls: &Type, function: &Object) -> Result<Ref<InstanceMethod>, Raised> {
        if !ops::is_callable(function) {
            return Err(raise::type_error(th, format_args!("first argument must be callable")));
        }
        Ok(InstanceMethod::new(th, function))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let name = ops::getattr_opt(th, self.function(), &names::__name__)?;
        let mut text = Text::new("<instancemethod ");
        match name.as_ref().and_then(|name| (**name).downcast::<Str>()) {
            Some(name) => text.push_str(name),
            None => text.push("?"),
        };
        let place = format!(" at {:p}>", self);
        Ok(text.push(&place).finish(th))
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: glue::CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<InstanceMethod>().filter(|_| matches!(op, glue::CompareOp::Eq | glue::CompareOp::Ne)) else {
            return Ok(not_implemented_ref());
        };
        let equal = ops::eq(th, self.function(), other.function())?;
        Ok(crate::bool_ref(equal == (op == glue::CompareOp::Eq)))
    }

    /// What the type does not have is an attribute of the callable.
    #[slot(tp_getattro)]
    fn getattro(&self, th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
        let name = crate::typing::instance::attribute_name(th, name)?;
        match lookup::lookup(th, self.ty(), name) {
            Some(found) => ops::bind(th, found, self),
            None => ops::getattr(th, self.function(), name),
        }
    }

    #[slot(tp_descr_get)]
    fn descr_get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Ref<Object> {
        match instance {
            Some(instance) => Method::new(th, self.function(), instance).up(),
            None => th.retain(self.function()),
        }
    }

    #[slot(tp_call)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let args = crate::Tuple::from_slice(th, args.as_slice());
        let dict = Dict::new(th);
        for (name, value) in kwargs.iter() {
            dict.set(th, name, value)?;
        }
        ops::call_ex(th, self.function(), &args, Some(&dict))
    }

    #[getter]
    fn __doc__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ops::getattr(th, self.function(), &names::__doc__)
    }
}
