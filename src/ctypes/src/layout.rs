//! `_fields_` of structures and unions. Where the fields are is computed by the library's `ctypes._layout`; here its result becomes attributes, and
//! a description of how such a structure is passed.

use std::ffi::CString;
use std::sync::Arc;

use heap::{Heaped, Object, Raised, Ref, Slot, Thread, Type};
use objects::glue::as_type;
use objects::typing::base;
use objects::{Int, Str, Tuple, bool_, exceptions, none, ops, raise};

use crate::ffi::Ffi;
use crate::field::CField;
use crate::info::{self, Info, Kind, flags};
use crate::names;

/// Structures of at most so many bytes are passed in registers, for which libffi must know the items of arrays in them.
const IN_REGISTERS: usize = if cfg!(target_arch = "x86_64") { 16 } else { 32 };

/// What the library computed.
struct Layout {
    size: usize,
    align: usize,
    format: CString,
    fields: Ref<Tuple>,
}

fn number(th: &mut Thread, layout: &Object, name: &'static Str) -> Result<usize, Raised> {
    let value = ops::getattr(th, layout, name)?;
    let Some(value) = value.downcast_ref::<Int>() else {
        return Err(raise::type_error(
            th,
            format_args!("'{}' object cannot be interpreted as an integer", ops::type_name(&value)),
        ));
    };
    match value.to_i64().map(usize::try_from) {
        Some(Ok(value)) => Ok(value),
        Some(Err(_)) => Err(raise::value_error(th, format_args!("{name} must be a non-negative integer"))),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C ssize_t"))),
    }
}

fn compute(th: &mut Thread, cls: &Type, fields: &Object, is_struct: bool, base: Option<&Type>) -> Result<Layout, Raised> {
    let module = interp::import::import_module(th, "ctypes._layout")?;
    let compute = ops::getattr(th, &module, names::get_layout.get())?;
    let keywords = Tuple::from_slice(th, &[names::is_struct.get(), names::base.get()]);
    let base = base.map_or(none(), |base| base.as_object());
    let layout = ops::call_kw(th, &compute, &[cls, fields, bool_(is_struct), base], Some(&keywords))?;
    let align = number(th, &layout, names::align.get())?;
    let size = number(th, &layout, names::size.get())?;
    let format = ops::getattr(th, &layout, names::format_spec.get())?;
    let format = format.downcast_ref::<Str>().map(Str::to_wtf8).unwrap_or_default();
    let fields = ops::getattr(th, &layout, names::fields.get())?;
    let fields = ops::to_tuple(th, &fields)?;
    Ok(Layout { size, align, format: CString::new(format).unwrap_or_default(), fields })
}

/// How a field is passed as a part of a small structure: an array as so many items.
fn part(th: &Thread, field: &Info) -> Arc<Ffi> {
    let item = field.proto(th).filter(|_| field.kind == Kind::Array);
    match item.as_ref().and_then(|item| info::of_type(item)) {
        Some(item) => {
            let items = vec![item.ffi.clone(); field.length];
            let (size, align) = item.ffi.layout();
            Ffi::aggregate(size * field.length, align, items)
        }
        None => field.ffi.clone(),
    }
}

/// `cls._fields_ = fields`
pub fn set_fields(th: &mut Thread, cls: &Type, fields: &Object, is_struct: bool) -> Result<(), Raised> {
    let Some(old) = info::of_class(cls) else {
        return Err(raise::type_error(th, format_args!("ctypes state is not initialized")));
    };
    if old.is_final() {
        return Err(raise::new(th, exceptions::attribute_error_type(), format_args!("_fields_ is final")));
    }
    let base = base(cls).filter(|base| info::of_class(base).is_some());
    let inherited = base.and_then(info::of_class);
    let layout = compute(th, cls, fields, is_struct, base)?;
    let mut parts: Vec<Arc<Ffi>> = inherited.map_or_else(Vec::new, |inherited| inherited.ffi.parts().to_vec());
    let is_small = layout.size <= IN_REGISTERS;
    let mut marks = old.flags & !flags::IS_POINTER;
    for (at, field) in layout.fields.iter().enumerate() {
        let Some(field) = field.downcast::<CField>() else {
            let got = ops::full_type_name(th, field.ty());
            return Err(raise::type_error(th, format_args!("fields must be of type CField, got {got}")));
        };
        if field.index() != at {
            let (name, got) = (ops::repr(th, field.name())?, field.index());
            return Err(raise::value_error(th, format_args!("field {name} index mismatch (expected {at}, got {got})")));
        }
        let Some(known) = info::of_type(field.proto()) else {
            return Err(raise::type_error(th, format_args!("second item in _fields_ tuple (index {at}) must be a C type")));
        };
        if known.is_pointer_or_has_one() {
            marks |= flags::HAS_POINTER;
        }
        known.make_final();
        parts.push(if is_small { part(th, known) } else { known.ffi.clone() });
        ops::setattr(th, cls, field.name(), field)?;
    }
    if old.is_final() {
        return Err(raise::new(th, exceptions::attribute_error_type(), format_args!("Structure or union cannot contain itself")));
    }
    let length = inherited.map_or(0, |inherited| inherited.length) + layout.fields.len();
    let new = Info {
        size: layout.size,
        align: layout.align,
        length,
        flags: marks,
        ffi: Ffi::aggregate(layout.size, layout.align, parts),
        format: Some(layout.format),
        proto: Slot::NULL,
        ..old.copy(th)
    };
    new.make_final();
    if !info::replace(th, cls, old, new) {
        return Err(raise::new(th, exceptions::attribute_error_type(), format_args!("_fields_ is final")));
    }
    add_anonymous(th, cls)
}

/// The fields of those that `_anonymous_` names become the class's own.
fn add_anonymous(th: &mut Thread, cls: &Type) -> Result<(), Raised> {
    let Some(anonymous) = ops::getattr_opt(th, cls, names::_anonymous_.get())? else { return Ok(()) };
    for name in sequence(th, &anonymous, "_anonymous_ must be a sequence")? {
        let name = objects::typing::instance::attribute_name(th, &name)?.to_ref();
        let found = ops::getattr(th, cls, &name)?;
        let Some(field) = found.downcast_ref::<CField>() else {
            let message = format_args!("'{name}' is specified in _anonymous_ but not in _fields_");
            return Err(raise::new(th, exceptions::attribute_error_type(), message));
        };
        field.make_anonymous();
        adopt(th, cls, field, field.index(), field.offset())?;
    }
    Ok(())
}

fn sequence(th: &mut Thread, object: &Object, message: &str) -> Result<Vec<Ref<Object>>, Raised> {
    match ops::to_vec(th, object) {
        Ok(items) => Ok(items),
        Err(raised) if !raise::matches(th, exceptions::type_error_type()) => Err(raised),
        Err(_) => {
            th.take_exception();
            Err(raise::type_error(th, format_args!("{message}")))
        }
    }
}

/// Gives a class the fields of one of its fields.
fn adopt(th: &mut Thread, cls: &Type, field: &CField, index: usize, offset: usize) -> Result<(), Raised> {
    let inner = field.proto();
    let fields = ops::getattr(th, inner, names::_fields_.get())?;
    for pair in sequence(th, &fields, "_fields_ must be a sequence")? {
        let Some(pair) = pair.downcast_ref::<Tuple>().filter(|pair| (2..=3).contains(&pair.len())) else {
            return Err(raise::type_error(th, format_args!("_fields_ must be a sequence of (name, C type) pairs")));
        };
        let name = objects::typing::instance::attribute_name(th, pair.get(0))?;
        let found = ops::getattr(th, inner, name)?;
        let Some(found) = found.downcast_exact_ref::<CField>() else {
            return Err(raise::type_error(th, format_args!("unexpected type")));
        };
        if found.is_anonymous() {
            adopt(th, cls, found, index + found.index(), offset + found.offset())?;
            continue;
        }
        let moved = found.moved(th, index, offset);
        ops::setattr(th, cls, name, &moved)?;
    }
    Ok(())
}

/// The class whose `_fields_` come first, for those who fill fields by position.
pub fn parent(cls: &Type) -> Option<&Type> {
    base(cls).filter(|base| info::of_class(base).is_some())
}

/// `cls._fields_`, its own.
pub fn own_fields(th: &Thread, cls: &Type) -> Option<Ref<Object>> {
    objects::typing::lookup::own_dict(cls)?.get_str(th, names::_fields_.get())
}

/// Whether the object is a class of a kind.
pub fn is_kind(object: &Object, kind: Kind) -> bool {
    as_type(object).is_some() && info::of_type(object).is_some_and(|info| info.kind == kind)
}
