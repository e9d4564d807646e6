//! `CField`: the descriptor of a structure's or union's field.

use heap::sync::{AtomicBool, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Int, Str, none, ops, raise};

use crate::cdata::{Access, Place, cdata};
use crate::codes::{Bits, Simple};
use crate::info::{self, Kind};

/// Structure/Union member
#[pytype(name = "CField", module = "ctypes")]
#[repr(C)]
pub struct CField {
    head: Head,
    /// name of this field
    #[member(readonly)]
    name: Slot<Str>,
    /// type of this field
    #[member(name = "type", readonly)]
    proto: Slot,
    #[member(name = "offset", readonly, doc = "offset in bytes of this field (same as byte_offset)")]
    #[member(name = "byte_offset", readonly, doc = "offset in bytes of this field. For bitfields: excludes bit_offset.")]
    offset: isize,
    /// size of this field in bytes
    #[member(readonly)]
    byte_size: isize,
    index: usize,
    bit_size: u8,
    /// additional offset in bits (relative to byte_offset); zero for non-bitfields
    #[member(readonly)]
    bit_offset: u8,
    /// A row of characters reads as a string.
    text: Option<Simple>,
    anonymous: AtomicBool,
}

/// A number of bits, at least `least`.
fn bit_number(th: &mut Thread, value: &Object, what: &str, name: &Str, least: isize) -> Result<u8, Raised> {
    let number = ops::index_isize(th, value)?;
    match u8::try_from(number) {
        Ok(bits) if number >= least => Ok(bits),
        _ => {
            let name = ops::repr(th, name)?;
            Err(raise::value_error(th, format_args!("{what} of field {name} out of range, got {number}")))
        }
    }
}

impl CField {
    pub fn name(&self) -> &Str {
        // Set when the field is made, and never cleared.
        self.name.peek().unwrap_or(objects::names::EMPTY.get())
    }

    /// The field's type.
    pub fn proto(&self) -> &Object {
        // As above.
        self.proto.peek().unwrap_or(none())
    }

    pub fn index(&self) -> usize {
        self.index
    }

    pub fn offset(&self) -> usize {
        self.offset.max(0).cast_unsigned()
    }

    pub fn is_anonymous(&self) -> bool {
        self.anonymous.load(Relaxed)
    }

    pub fn make_anonymous(&self) {
        self.anonymous.store(true, Relaxed);
    }

    fn access(&self) -> Access {
        let bits = (self.bit_size != 0).then(|| Bits { first: self.bit_offset.into(), count: self.bit_size.into() });
        Access { code: self.text, bits }
    }

    /// The same field, as a class sees it that has it as a part of one of its fields.
    pub fn moved(&self, th: &Thread, index: usize, offset: usize) -> Ref<CField> {
        th.new_object(CField {
            head: Head::INIT,
            name: Slot::new(th.retain(self.name())),
            proto: Slot::new(th.retain(self.proto())),
            offset: self.offset + offset.cast_signed(),
            byte_size: self.byte_size,
            index: self.index + index,
            bit_size: self.bit_size,
            bit_offset: self.bit_offset,
            text: self.text,
            anonymous: AtomicBool::new(self.is_anonymous()),
        })
    }

    /// The bits of a bit field: how many, and the first.
    fn bits(
        th: &mut Thread,
        name: &Str,
        proto: &Object,
        byte_size: isize,
        bit_size: &Object,
        bit_offset: &Object,
    ) -> Result<(u8, u8), Raised> {
        if bit_size.is(none()) {
            if bit_offset.is(none()) {
                return Ok((0, 0));
            }
            let name = ops::repr(th, name)?;
            return Err(raise::value_error(th, format_args!("field {name}: bit_offset must be specified if bit_size is")));
        }
        if !info::of_type(proto).and_then(|info| info.simple()).is_some_and(Simple::has_bits) {
            let cls = as_type(proto).map_or_else(String::new, ops::message_name);
            return Err(raise::type_error(th, format_args!("bit fields not allowed for type {cls}")));
        }
        let count = bit_number(th, bit_size, "bit size", name, 1)?;
        let first = bit_number(th, bit_offset, "bit offset", name, 0)?;
        if isize::from(count) + isize::from(first) > byte_size * 8 {
            let name = ops::repr(th, name)?;
            let room = byte_size * 8;
            return Err(raise::value_error(th, format_args!("bit field {name} overflows its type ({first} + {count} > {room})")));
        }
        Ok((count, first))
    }
}

/// Whether rows of a type's items read as strings, and how.
fn text_of(th: &Thread, proto: &Object) -> Option<Simple> {
    let known = info::of_type(proto).filter(|info| info.kind == Kind::Array)?;
    let item = known.proto(th)?;
    match info::of_type(&item)?.simple()? {
        simple if simple.is(b'c') => Simple::of(b's'),
        simple if simple.is(b'u') => Simple::of(b'U'),
        _ => None,
    }
}

#[pymethods]
impl CField {
    #[slot(
        tp_new,
        name = "CField",
        sig = "(*, name, type, byte_size, byte_offset, index, _internal_use, bit_size=None, bit_offset=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "Python's parameters")]
    fn new(
        th: &mut Thread,
        cls: &Type,
        name: &Str,
        proto: &Object,
        byte_size: isize,
        byte_offset: isize,
        index: isize,
        internal_use: bool,
        bit_size: Option<&Object>,
        bit_offset: Option<&Object>,
    ) -> Result<Ref<CField>, Raised> {
        if !internal_use {
            let cls = ops::full_type_name(th, cls);
            return Err(raise::type_error(th, format_args!("cannot create {cls} object")));
        }
        let shown = ops::repr(th, name)?;
        if byte_size < 0 {
            return Err(raise::value_error(th, format_args!("byte size of field {shown} must not be negative, got {byte_size}")));
        }
        let Some(known) = info::of_type(proto) else {
            return Err(raise::type_error(th, format_args!("type of field {shown} must be a C type")));
        };
        if byte_size.cast_unsigned() != known.size {
            let size = known.size;
            return Err(raise::value_error(
                th,
                format_args!("byte size of field {shown} ({byte_size}) does not match type size ({size})"),
            ));
        }
        let (bit_size, bit_offset) =
            CField::bits(th, name, proto, byte_size, bit_size.unwrap_or(none()), bit_offset.unwrap_or(none()))?;
        let made = CField {
            head: Head::INIT,
            name: Slot::new(name.exact(th)),
            proto: Slot::new(proto.to_owned()),
            offset: byte_offset,
            byte_size,
            index: index.max(0).cast_unsigned(),
            bit_size,
            bit_offset,
            text: text_of(th, proto),
            anonymous: AtomicBool::new(false),
        };
        Ok(th.new_instance(cls, made))
    }

    #[slot(tp_descr_get)]
    fn get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(instance) = instance else { return Ok(self.as_object().to_owned()) };
        let Some(source) = cdata(instance) else { return Err(raise::type_error(th, format_args!("not a ctype instance"))) };
        source.read(th, self.proto(), self.access(), self.index, self.byte_size.cast_unsigned(), Place::Within(self.offset()))
    }

    #[slot(tp_descr_set)]
    fn set(&self, th: &mut Thread, instance: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let Some(target) = cdata(instance) else { return Err(raise::type_error(th, format_args!("not a ctype instance"))) };
        let Some(value) = value else { return Err(raise::type_error(th, format_args!("can't delete attribute"))) };
        target.write(
            th,
            self.proto(),
            self.access(),
            value,
            self.index,
            self.byte_size.cast_unsigned(),
            Place::Within(self.offset()),
        )
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let cls = ops::full_type_name(th, self.as_object().ty());
        let name = ops::repr(th, self.name())?;
        let proto = as_type(self.proto()).map_or_else(String::new, ops::message_name);
        let offset = self.offset;
        Ok(match self.bit_size {
            0 => format!("<{cls} {name} type={proto}, ofs={offset}, size={}>", self.byte_size),
            bits => format!("<{cls} {name} type={proto}, ofs={offset}, bit_size={bits}, bit_offset={}>", self.bit_offset),
        })
    }

    /// size in bytes of this field. For bitfields, this is a legacy packed value; use byte_size instead
    #[getter]
    fn size(&self) -> isize {
        match self.bit_size {
            0 => self.byte_size,
            bits => isize::from(bits) << 16 | isize::from(self.bit_offset),
        }
    }

    /// size of this field in bits
    #[getter]
    fn bit_size(&self, th: &mut Thread) -> Ref<Int> {
        match self.bit_size {
            0 => Int::from_i128(th, self.byte_size as i128 * 8),
            bits => Int::from_i64(th, bits.into()),
        }
    }

    /// true if this is a bitfield
    #[getter]
    fn is_bitfield(&self) -> bool {
        self.bit_size != 0
    }

    /// true if this field is anonymous
    #[getter(name = "is_anonymous")]
    fn anonymous(&self) -> bool {
        self.is_anonymous()
    }
}
