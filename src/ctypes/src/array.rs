//! `Array`: items by index and slice; arrays of characters are strings, too.
#![allow(unsafe_code, reason = "C entries of attributes that only some classes have; memory of C values")]

use core::ffi::{c_int, c_void};

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::slice::Positions;
use objects::{Bytes, Float, Int, List, Slice, Str, Tuple, ops, raise};

use crate::cdata::{Access, CData, Place, is_simple_subclass, new_instance};
use crate::codes::{self, NoValue, Simple};
use crate::info::{self, Info};
use crate::meta::CArrayType;

/// Abstract base class for arrays.
///
/// The recommended way to create concrete array types is by multiplying any
/// ctypes data type with a non-negative integer. Alternatively, you can subclass
/// this type and define _length_ and _type_ class variables. Array elements can
/// be read and written using standard subscript and slice accesses for slice
/// reads, the resulting object is not itself an Array.
#[pytype(name = "Array", module = "_ctypes", base = CData, metaclass = CArrayType, flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct Array {
    base: CData,
}

/// Characters at these positions of memory, as `bytes`.
///
/// # Safety
/// All of them may be read.
pub unsafe fn bytes_at(th: &Thread, at: *const u8, positions: Positions) -> Result<Ref<Object>, NoValue> {
    let made = Bytes::try_build(th, positions.count, |out| {
        for (target, place) in out.iter_mut().zip(positions.iter()) {
            // SAFETY: the caller's promise.
            *target = unsafe { at.wrapping_add(place).read() };
        }
    });
    made.map(Ref::up).ok_or(NoValue::Memory)
}

/// The same of wide characters.
///
/// # Safety
/// As above.
pub unsafe fn text_at(th: &Thread, at: *const u8, positions: Positions) -> Result<Ref<Object>, NoValue> {
    // SAFETY: the caller's promise.
    let points: Vec<u8> = positions
        .iter()
        .flat_map(|place| unsafe { at.cast::<u32>().wrapping_add(place).read_unaligned() }.to_ne_bytes())
        .collect();
    // SAFETY: the copy is so long.
    unsafe { codes::wide_text(th, points.as_ptr(), positions.count) }
}

impl Array {
    fn known(&self, th: &mut Thread) -> Result<(&Info, Ref<Object>), Raised> {
        let known = info::required(th, self.as_object().ty())?;
        match known.proto(th) {
            Some(proto) => Ok((known, proto)),
            None => Err(info::abstract_class(th)),
        }
    }

    fn place(&self, th: &mut Thread, index: isize, length: usize, size: usize) -> Result<(usize, usize), Raised> {
        match usize::try_from(index) {
            // The sizes of all items together are that of the array.
            Ok(index) if index < length => Ok((index, index * (size / length))),
            _ => Err(raise::index_error(th, format_args!("invalid index"))),
        }
    }

    fn get(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        let (known, proto) = self.known(th)?;
        let (index, offset) = self.place(th, index, self.length(), known.size)?;
        self.read(th, &proto, Access::PLAIN, index, known.size / known.length, Place::Within(offset))
    }

    fn set(&self, th: &mut Thread, index: isize, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("Array does not support item deletion")));
        };
        let (known, proto) = self.known(th)?;
        let (index, offset) = self.place(th, index, known.length, known.size)?;
        self.write(th, &proto, Access::PLAIN, value, index, known.size / known.length, Place::Within(offset))
    }

    fn index(&self, th: &mut Thread, key: &Object) -> Result<isize, Raised> {
        let index = ops::index_subscript(th, key)?;
        Ok(if index < 0 { index + self.length().cast_signed() } else { index })
    }

    fn slice(&self, th: &mut Thread, slice: &Slice) -> Result<Ref<Object>, Raised> {
        let positions = slice.unpack(th)?.adjust(self.length());
        let (_, proto) = self.known(th)?;
        let item = info::of_type(&proto);
        if item.is_some_and(|item| item.is_simple(b'c')) {
            // SAFETY: R9: the positions are within the array.
            return self.with(th, Place::Within(0), |th, at| unsafe { bytes_at(th, at, positions) }).map_err(|no| no.raise(th));
        }
        if item.is_some_and(|item| item.is_simple(b'u')) {
            // SAFETY: as above.
            return self.with(th, Place::Within(0), |th, at| unsafe { text_at(th, at, positions) }).map_err(|no| no.raise(th));
        }
        let mut items = Vec::with_capacity(positions.count);
        match plain_item(&proto) {
            // All items of one moment.
            Some(simple) => {
                let (all, size) = (self.copy_out(th, usize::MAX), simple.size());
                for place in positions.iter() {
                    let Some(bytes) = all.get(place * size..(place + 1) * size) else { break };
                    // SAFETY: an item of the copy.
                    let item = unsafe { simple.decode(th, bytes.as_ptr(), size, None) };
                    items.push(item.map_err(|no| no.raise(th))?);
                }
            }
            None => {
                for place in positions.iter() {
                    items.push(self.get(th, place.cast_signed())?);
                }
            }
        }
        Ok(List::new(th, items).up())
    }

    /// Stores numbers at these positions, all in one step. What comes before an item that does not fit is stored all the same.
    fn set_plain(&self, th: &mut Thread, simple: Simple, positions: Positions, values: &[Ref<Object>]) -> Result<(), Raised> {
        let mut encoded = Vec::with_capacity(positions.count);
        let mut outcome = Ok(());
        for item in values {
            match simple.encode(th, item, simple.size()) {
                Ok(item) => encoded.push(item),
                Err(raised) => {
                    outcome = Err(raised);
                    break;
                }
            }
        }
        self.with(th, Place::Within(0), |_, at| {
            for (item, place) in encoded.iter().zip(positions.iter()) {
                // SAFETY: R9: the positions are within the array, whose memory stays under the lock.
                unsafe { simple.store(at.add(place * simple.size()), item, None) };
            }
        });
        outcome
    }
}

/// The items of a list or tuple of numbers and strings alone, at one moment: converting them runs no code, and none is an instance of a C type.
fn plain_values(th: &mut Thread, value: &Object) -> Option<Vec<Ref<Object>>> {
    let items = match (value.downcast_exact::<List>(), value.downcast_exact::<Tuple>()) {
        (Some(list), _) => list.snapshot(th),
        (_, Some(tuple)) => tuple.iter().map(|item| th.retain(item)).collect(),
        _ => return None,
    };
    let is_plain = |item: &Ref<Object>| {
        item.is_exactly::<Int>() || item.is_exactly::<Float>() || item.is_exactly::<Bytes>() || item.is_exactly::<Str>()
    };
    items.iter().all(is_plain).then_some(items)
}

/// The letter of items that are plain numbers: they name nothing that could end.
fn plain_item(proto: &Object) -> Option<Simple> {
    let cls = as_type(proto)?;
    let simple = info::of_class(cls)?.simple()?;
    (!is_simple_subclass(cls) && !b"OzZPsU".contains(&simple.code)).then_some(simple)
}

#[pymethods]
impl Array {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        new_instance(th, cls)
    }

    #[slot(tp_init, sig = "($self, /, *args, **kwargs)")]
    fn init(&self, th: &mut Thread, args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<(), Raised> {
        for (at, value) in args.as_slice().iter().enumerate() {
            ops::item::sequence_setitem(th, self.as_object(), at.cast_signed(), Some(value))?;
        }
        Ok(())
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, _flags: c_int) -> Result<(), Raised> {
        self.fill_buffer(th, view)
    }

    #[slot(sq_length, mp_length)]
    fn len(&self) -> usize {
        self.length()
    }

    #[slot(sq_item)]
    fn item(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        self.get(th, index)
    }

    #[slot(sq_ass_item)]
    fn set_item(&self, th: &mut Thread, index: isize, value: Option<&Object>) -> Result<(), Raised> {
        self.set(th, index, value)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        if ops::has_index(key) {
            let index = self.index(th, key)?;
            return self.get(th, index);
        }
        match key.downcast_exact::<Slice>() {
            Some(slice) => self.slice(th, slice),
            None => Err(raise::type_error(th, format_args!("indices must be integers"))),
        }
    }

    #[slot(mp_ass_subscript)]
    fn ass_subscript(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else { return self.set(th, 0, None) };
        if ops::has_index(key) {
            let index = self.index(th, key)?;
            return self.set(th, index, Some(value));
        }
        let Some(slice) = key.downcast_exact::<Slice>() else {
            return Err(raise::type_error(th, format_args!("indices must be integer")));
        };
        let positions = slice.unpack(th)?.adjust(self.length());
        let (_, proto) = self.known(th)?;
        let wrong = "Can only assign sequence of same size";
        if let Some(simple) = plain_item(&proto)
            && let Some(values) = plain_values(th, value)
        {
            if values.len() != positions.count {
                return Err(raise::value_error(th, format_args!("{wrong}")));
            }
            return self.set_plain(th, simple, positions, &values);
        }
        // What has no length has another one, too.
        let count = ops::item::sequence_len(th, value).ok();
        if count != Some(positions.count) {
            th.take_exception();
            return Err(raise::value_error(th, format_args!("{wrong}")));
        }
        for (at, place) in positions.iter().enumerate() {
            let item = ops::item::sequence_getitem(th, value, at.cast_signed())?;
            self.set(th, place.cast_signed(), Some(&item))?;
        }
        Ok(())
    }

    /// Arrays are generic over the type of their elements
    #[method(name = "__class_getitem__", class)]
    fn class_getitem(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls.as_object(), object)
    }
}

// --- arrays of characters ---

fn cannot_delete(th: &mut Thread) -> Raised {
    raise::type_error(th, format_args!("can't delete attribute"))
}

fn put(th: &mut Thread, array: &CData, bytes: &[u8]) {
    array.with(th, Place::Within(0), |_, at| {
        // It may have become smaller meanwhile.
        let len = bytes.len().min(array.size());
        // SAFETY: R9: the memory is so long and stays under the lock.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), at, len) };
    });
}

fn raw(th: &mut Thread, array: &CData) -> Result<Ref<Object>, Raised> {
    let bytes = array.copy_out(th, usize::MAX);
    Ok(Bytes::new(th, &bytes).up())
}

fn set_raw(th: &mut Thread, array: &CData, value: Option<&Object>) -> Result<(), Raised> {
    let Some(value) = value else {
        return Err(raise::new(th, objects::exceptions::attribute_error_type(), format_args!("cannot delete attribute")));
    };
    // A copy: the value may be a view of this very memory.
    let bytes = Buffer::new(th, value)?.to_vec();
    if bytes.len() > array.size() {
        return Err(raise::value_error(th, format_args!("byte string too long")));
    }
    put(th, array, &bytes);
    Ok(())
}

fn value(th: &mut Thread, array: &CData) -> Result<Ref<Object>, Raised> {
    let mut bytes = array.copy_out(th, usize::MAX);
    if let Some(end) = bytes.iter().position(|&byte| byte == 0) {
        bytes.truncate(end);
    }
    Ok(Bytes::new(th, &bytes).up())
}

fn set_value(th: &mut Thread, array: &CData, value: Option<&Object>) -> Result<(), Raised> {
    let Some(value) = value else { return Err(cannot_delete(th)) };
    let Some(bytes) = value.downcast::<Bytes>() else {
        let got = ops::type_name(value);
        return Err(raise::type_error(th, format_args!("bytes expected instead of {got} instance")));
    };
    let mut bytes = bytes.as_slice().to_vec();
    if bytes.len() > array.size() {
        return Err(raise::value_error(th, format_args!("byte string too long")));
    }
    if bytes.len() < array.size() {
        bytes.push(0);
    }
    put(th, array, &bytes);
    Ok(())
}

fn wide_value(th: &mut Thread, array: &CData) -> Result<Ref<Object>, Raised> {
    let bytes = array.copy_out(th, usize::MAX);
    let most = bytes.len() / 4;
    // SAFETY: the copy is so long.
    let text = unsafe { codes::wide_text(th, bytes.as_ptr(), codes::wide_len(bytes.as_ptr(), most)) };
    text.map_err(|no| no.raise(th))
}

fn set_wide_value(th: &mut Thread, array: &CData, value: Option<&Object>) -> Result<(), Raised> {
    let Some(value) = value else { return Err(cannot_delete(th)) };
    let Some(text) = value.downcast::<Str>() else {
        let got = ops::type_name(value);
        return Err(raise::type_error(th, format_args!("unicode string expected instead of {got} instance")));
    };
    let room = array.size() / 4;
    if text.len() > room {
        return Err(raise::value_error(th, format_args!("string too long")));
    }
    let bytes = codes::wide_bytes(text, room);
    put(th, array, &bytes);
    Ok(())
}

macro_rules! attributes {
    ($($(#[$doc:meta])* $table:ident { $($name:literal $doc_text:literal $get:ident $set:ident $get_entry:ident $set_entry:ident;)* })*) => {$(
        $(
            unsafe extern "C-unwind" fn $get_entry(slf: *mut abi::PyObject, _: *mut c_void) -> *mut abi::PyObject {
                // SAFETY: R10, R4: a getter, of an array.
                unsafe { entry_object(|th| $get(th, this::<CData>(slf))) }
            }

            unsafe extern "C-unwind" fn $set_entry(slf: *mut abi::PyObject, value: *mut abi::PyObject, _: *mut c_void) -> c_int {
                // SAFETY: R10, R4: a setter, of an array.
                unsafe { entry_status(|th| $set(th, this::<CData>(slf), borrow_nullable(value))) }
            }
        )*

        $(#[$doc])*
        pub static $table: abi::Static<[abi::PyGetSetDef; [$($name),*].len()]> = abi::Static::new([$(abi::PyGetSetDef {
            name: $name.as_ptr(),
            get: Some($get_entry),
            set: Some($set_entry),
            doc: $doc_text.as_ptr(),
            closure: core::ptr::null_mut(),
        }),*]);
    )*};
}

attributes! {
    /// What arrays of characters have besides.
    CHARACTERS {
        c"raw" c"value" raw set_raw get_raw_entry set_raw_entry;
        c"value" c"string value" value set_value get_value_entry set_value_entry;
    }
    /// What arrays of wide characters have besides.
    WIDE_CHARACTERS {
        c"value" c"string value" wide_value set_wide_value get_wide_value_entry set_wide_value_entry;
    }
}
