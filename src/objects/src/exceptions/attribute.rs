//! `AttributeError` and `NameError`: which name was missing, and where.

use heap::Slot;
use macros::{pymethods, pytype};

use super::base::init_args;
use super::{BaseException, Exception};
use crate::glue::*;
use crate::{Dict, Str, Tuple, names};

/// Attribute not found.
#[pytype(name = "AttributeError", base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS), layout = PyAttributeErrorObject)]
#[repr(C)]
pub struct AttributeError {
    base: Exception,
    #[member(none, doc = "object")]
    obj: Slot,
    #[member(none, doc = "attribute name")]
    name: Slot,
}

impl AttributeError {
    /// `AttributeError(message, name=name, obj=obj)`
    pub fn create(th: &mut Thread, message: Ref<Str>, obj: &Object, name: &Object) -> Ref<AttributeError> {
        let base = Exception::with_args(Tuple::new(th, vec![message.up()]));
        th.new_object(AttributeError { base, obj: Slot::new(obj.to_ref()), name: Slot::new(name.to_ref()) })
    }

    /// Fills in what the error is about, unless it says so already.
    pub fn complete(&self, th: &mut Thread, obj: &Object, name: &Object) {
        if self.obj.is_null() && self.name.is_null() {
            self.obj.set(th, self, Some(obj.to_ref()));
            self.name.set(th, self, Some(name.to_ref()));
        }
    }

    /// What pickling keeps; not the object, which may be anything.
    fn state(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let state = Dict::new(th);
        if let Some(own) = self.attributes(th)? {
            for (key, value) in own.snapshot(th) {
                state.set(th, &key, &value)?;
            }
        }
        if let Some(name) = self.name.get(th, self) {
            state.set(th, &names::name, &name)?;
        }
        let args = self.args(th);
        state.set(th, &names::args, &args)?;
        Ok(state)
    }
}

#[pymethods]
impl AttributeError {
    #[slot(tp_init, sig = "(*args, name=None, obj=None)")]
    fn init(&self, th: &mut Thread, args: Args<'_>, name: Option<&Object>, obj: Option<&Object>) {
        init_args(th, self, args);
        self.name.set(th, self, name.map(Heaped::to_ref));
        self.obj.set(th, self, obj.map(Heaped::to_ref));
    }

    #[method]
    fn __getstate__(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        self.state(th)
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let state = self.state(th)?;
        let args = self.args(th);
        Ok(Tuple::from_slice(th, &[self.ty(), &args, &state]))
    }
}

/// Name not found globally.
#[pytype(name = "NameError", base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS), layout = PyNameErrorObject)]
#[repr(C)]
pub struct NameError {
    base: Exception,
    #[member(none, doc = "name")]
    name: Slot,
}

impl NameError {
    /// `cls(message)`, with the name for which others are suggested; `cls` is `NameError` or a static subclass of it.
    pub fn create(th: &mut Thread, cls: &Type, message: Ref<Str>, name: Option<&Object>) -> Ref<NameError> {
        let base = Exception::with_args(Tuple::new(th, vec![message.up()]));
        th.new_instance(cls, NameError { base, name: Slot::from_option(name.map(Heaped::to_ref)) })
    }
}

#[pymethods]
impl NameError {
    #[slot(tp_init, sig = "(*args, name=None)")]
    fn init(&self, th: &mut Thread, args: Args<'_>, name: Option<&Object>) {
        init_args(th, self, args);
        self.name.set(th, self, name.map(Heaped::to_ref));
    }
}

const _: fn(&AttributeError) -> &BaseException = |e| e;
