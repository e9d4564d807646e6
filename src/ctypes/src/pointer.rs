//! `_Pointer`: what it points at, by index, slice, and as `contents`.
#![allow(unsafe_code, reason = "memory that a pointer names")]

use core::ffi::c_int;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::slice::Positions;
use objects::{List, Slice, none, ops, raise};

use crate::array;
use crate::cdata::{Access, CData, Memory, Place, cdata};
use crate::info::{self, Info};
use crate::meta::CPointerType;

/// XXX to be provided
#[pytype(name = "_Pointer", module = "_ctypes", base = CData, metaclass = CPointerType, flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct Pointer {
    base: CData,
}

/// One field of a slice, which counts from nowhere but the start.
fn bound(th: &mut Thread, field: &Object) -> Result<Option<isize>, Raised> {
    if field.is(none()) { Ok(None) } else { ops::index_isize(th, field).map(Some) }
}

impl Pointer {
    fn target(&self, th: &mut Thread) -> Result<*mut u8, Raised> {
        let target = self.pointer(th);
        if target.is_null() {
            return Err(raise::value_error(th, format_args!("NULL pointer access")));
        }
        Ok(target)
    }

    fn item_type(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let known = info::required(th, self.as_object().ty())?;
        known.proto(th).ok_or_else(|| info::abstract_class(th))
    }

    fn known<'a>(th: &mut Thread, item: &'a Object) -> Result<&'a Info, Raised> {
        info::of_type(item).ok_or_else(|| info::abstract_class(th))
    }

    fn get(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        let target = self.target(th)?;
        let item = self.item_type(th)?;
        let size = Pointer::known(th, &item)?.size;
        let at = target.wrapping_offset(index.wrapping_mul(size.cast_signed()));
        self.read(th, &item, Access::PLAIN, index.cast_unsigned(), size, Place::At(at))
    }

    /// The positions that a slice means: it has no end to count from.
    fn positions(th: &mut Thread, slice: &Slice) -> Result<Positions, Raised> {
        let step = bound(th, slice.step())?.unwrap_or(1);
        if step == 0 {
            return Err(raise::value_error(th, format_args!("slice step cannot be zero")));
        }
        let start = match bound(th, slice.start())? {
            Some(start) => start,
            None if step < 0 => return Err(raise::value_error(th, format_args!("slice start is required for step < 0"))),
            None => 0,
        };
        let Some(stop) = bound(th, slice.stop())? else {
            return Err(raise::value_error(th, format_args!("slice stop is required")));
        };
        let count = match step > 0 {
            true if start < stop => (stop - start - 1) / step + 1,
            false if start > stop => (start - stop - 1) / -step + 1,
            _ => 0,
        };
        Ok(Positions { start, stop, step, count: count.cast_unsigned() })
    }

    fn slice(&self, th: &mut Thread, slice: &Slice) -> Result<Ref<Object>, Raised> {
        let positions = Pointer::positions(th, slice)?;
        let item = self.item_type(th)?;
        let known = Pointer::known(th, &item)?;
        if known.is_simple(b'c') || known.is_simple(b'u') {
            let at = if positions.count == 0 { core::ptr::null_mut() } else { self.target(th)? };
            // SAFETY: what a pointer points at, and how much of it, is the program's business.
            let read = unsafe {
                if known.is_simple(b'c') { array::bytes_at(th, at, positions) } else { array::text_at(th, at, positions) }
            };
            return read.map_err(|no| no.raise(th));
        }
        let mut items = Vec::with_capacity(positions.count);
        for place in positions.iter() {
            items.push(self.get(th, place.cast_signed())?);
        }
        Ok(List::new(th, items).up())
    }

    fn set_contents(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("Pointer does not support item deletion")));
        };
        let item = self.item_type(th)?;
        let Some(target) = cdata(value) else {
            let (wanted, got) = (as_type(&item).map_or_else(String::new, ops::message_name), ops::type_name(value));
            return Err(raise::type_error(th, format_args!("expected {wanted} instead of {got}")));
        };
        let address = target.address();
        self.set_pointer(th, address);
        // The pointer keeps what it points at, and all that that keeps.
        self.keep(th, 1, Some(value.to_owned()))?;
        let kept = target.kept(th);
        self.keep(th, 0, Some(kept))
    }
}

#[pymethods]
impl Pointer {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        match info::of_class(cls).filter(|known| !known.proto.is_null()) {
            Some(known) => CData::make(th, cls, known, Memory::Fresh),
            None => Err(raise::type_error(th, format_args!("Cannot create instance: has no _type_"))),
        }
    }

    #[slot(tp_init, name = "POINTER", sig = "($self, value=<unrepresentable>, /)")]
    fn init(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        match value {
            Some(value) => self.set_contents(th, Some(value)),
            None => Ok(()),
        }
    }

    /// the object this pointer points to (read-write)
    #[getter]
    fn contents(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let target = self.target(th)?;
        let item = self.item_type(th)?;
        let known = Pointer::known(th, &item)?;
        let Some(cls) = as_type(&item) else { return Err(info::abstract_class(th)) };
        CData::make(th, cls, known, Memory::Part(self, 0, target))
    }

    #[setter(contents)]
    fn assign_contents(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        self.set_contents(th, value)
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, _flags: c_int) -> Result<(), Raised> {
        self.fill_buffer(th, view)
    }

    #[slot(nb_bool)]
    fn bool_(&self, th: &mut Thread) -> bool {
        !self.pointer(th).is_null()
    }

    #[slot(sq_item)]
    fn item(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        self.get(th, index)
    }

    #[slot(sq_ass_item)]
    fn set_item(&self, th: &mut Thread, index: isize, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("Pointer does not support item deletion")));
        };
        let target = self.target(th)?;
        let item = self.item_type(th)?;
        let size = Pointer::known(th, &item)?.size;
        let at = target.wrapping_offset(index.wrapping_mul(size.cast_signed()));
        self.write(th, &item, Access::PLAIN, value, index.cast_unsigned(), size, Place::At(at))
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        if ops::has_index(key) {
            let index = ops::index_subscript(th, key)?;
            return self.get(th, index);
        }
        match key.downcast_exact::<Slice>() {
            Some(slice) => self.slice(th, slice),
            None => Err(raise::type_error(th, format_args!("Pointer indices must be integer"))),
        }
    }
}
