//! `Structure` and `Union`: their fields are descriptors, so all that is left is to fill them.

use core::ffi::c_int;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{ops, raise};

use crate::cdata::{CData, new_instance};
use crate::meta::{CStructType, CUnionType};
use crate::{info, layout};

/// Structure base class
#[pytype(name = "Structure", module = "_ctypes", base = CData, metaclass = CStructType, flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct Structure {
    base: CData,
}

/// Union base class
#[pytype(name = "Union", module = "_ctypes", base = CData, metaclass = CUnionType, flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct Union {
    base: CData,
}

/// Fills the fields of a class, those of its base first, from position `at` on; the position behind them.
fn fill(
    th: &mut Thread,
    instance: &Object,
    cls: &Type,
    args: &[&Object],
    kwargs: &[(&Object, &Object)],
    mut at: usize,
) -> Result<usize, Raised> {
    if let Some(parent) = layout::parent(cls) {
        at = fill(th, instance, parent, args, kwargs, at)?;
    }
    let known = info::required(th, cls)?;
    let Some(fields) = layout::own_fields(th, cls) else { return Ok(at) };
    for place in at..known.length.min(args.len()) {
        let pair = ops::item::sequence_getitem(th, &fields, (place - at).cast_signed())?;
        let name = ops::item::sequence_getitem(th, &pair, 0)?;
        let name = objects::typing::instance::attribute_name(th, &name)?;
        if kwargs.iter().any(|(key, _)| key.downcast::<objects::Str>().is_some_and(|key| key.eq_str(name))) {
            let shown = ops::repr(th, name)?;
            return Err(raise::type_error(th, format_args!("duplicate values for field {shown}")));
        }
        ops::setattr(th, instance, name, args[place])?;
    }
    Ok(known.length)
}

fn init(th: &mut Thread, instance: &Object, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
    let kwargs: Vec<(&Object, &Object)> = kwargs.iter().collect();
    if !args.is_empty() {
        let cls = instance.ty().to_ref();
        if fill(th, instance, &cls, &args, &kwargs, 0)? < args.len() {
            return Err(raise::type_error(th, format_args!("too many initializers")));
        }
    }
    for (name, value) in kwargs {
        let name = objects::typing::instance::attribute_name(th, name)?;
        ops::setattr(th, instance, name, value)?;
    }
    Ok(())
}

macro_rules! aggregate {
    ($ty:ident) => {
        #[pymethods]
        impl $ty {
            #[slot(tp_new, sig = "(*args, **kwargs)")]
            fn new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
                new_instance(th, cls)
            }

            #[slot(tp_init, sig = "($self, /, *args, **kwargs)")]
            fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
                init(th, self.as_object(), args, kwargs)
            }

            #[slot(bf_getbuffer)]
            fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, _flags: c_int) -> Result<(), Raised> {
                self.fill_buffer(th, view)
            }
        }
    };
}

aggregate!(Structure);
aggregate!(Union);
