//! `_SimpleCData`: the base of `c_int` and its like.

use core::ffi::c_int;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{ops, raise};

use crate::cdata::{Access, CData, Place, is_simple_subclass, new_instance};
use crate::codes::Simple;
use crate::info;
use crate::meta::CSimpleType;

/// XXX to be provided
#[pytype(name = "_SimpleCData", module = "_ctypes", base = CData, metaclass = CSimpleType, flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct SimpleData {
    base: CData,
}

impl SimpleData {
    fn simple(&self, th: &mut Thread) -> Result<(Simple, usize), Raised> {
        let known = info::required(th, self.as_object().ty())?;
        match known.simple() {
            Some(simple) => Ok((simple, known.size)),
            None => Err(info::abstract_class(th)),
        }
    }

    fn get(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (simple, _) = self.simple(th)?;
        let size = self.size();
        self.read_simple(th, Place::Within(0), simple, size, None)
    }

    fn set(&self, th: &mut Thread, value: &Object) -> Result<(), Raised> {
        let (simple, size) = self.simple(th)?;
        let access = Access { code: Some(simple), bits: None };
        let cls = self.as_object().ty().to_owned();
        self.write(th, &cls, access, value, 0, size, Place::Within(0))
    }
}

#[pymethods]
impl SimpleData {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        new_instance(th, cls)
    }

    #[slot(tp_init, name = "__init__", sig = "($self, value=<unrepresentable>, /)")]
    fn init(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        match value {
            Some(value) => self.set(th, value),
            None => Ok(()),
        }
    }

    #[getter]
    fn value(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.get(th)
    }

    #[setter(value)]
    fn set_value(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        match value {
            Some(value) => self.set(th, value),
            None => Err(raise::type_error(th, format_args!("can't delete attribute"))),
        }
    }

    #[method]
    fn __ctypes_from_outparam__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if is_simple_subclass(self.as_object().ty()) { Ok(self.as_object().to_owned()) } else { self.get(th) }
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, _flags: c_int) -> Result<(), Raised> {
        self.fill_buffer(th, view)
    }

    #[slot(nb_bool)]
    fn bool_(&self, th: &mut Thread) -> bool {
        self.copy_out(th, usize::MAX).iter().any(|&byte| byte != 0)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let cls = self.as_object().ty();
        let name = ops::message_name(cls);
        if is_simple_subclass(cls) {
            return Ok(format!("<{name} object at {:p}>", self));
        }
        let value = self.get(th)?;
        let value = ops::repr(th, &value)?;
        Ok(format!("{name}({})", value.to_string_lossy()))
    }
}
