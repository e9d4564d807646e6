//! Where compiled code finds what it reads itself, in bytes from an object's address. All of it belongs to exact types; what is not immutable
//! is read of objects that are *mine* only (R5).

use core::mem::offset_of;

use heap::{Heaped, Object};

use crate::list::iter::ListIter;
use crate::range::iter::RangeIter;
use crate::tuple::iter::TupleIter;
use crate::Dict;

/// Counts: 32 bits, below zero for what is immortal.
pub const COUNT: usize = 0;
/// 16 bits.
pub const OWNER: usize = 4;
pub const TYPE: usize = 8;
/// A type's version tag: 32 bits, atomic.
pub const TYPE_TAG: usize = offset_of!(abi::PyTypeObject, tp_version_tag);
/// An int's word of sign (the lowest two bits: 0 positive, 1 zero, 2 negative) and number of digits (from bit 3), and its digits of 30 bits.
pub const INT_TAG: usize = 16;
pub const INT_DIGITS: usize = crate::int::storage::INT_HEADER;
pub const FLOAT_VALUE: usize = offset_of!(abi::PyFloatObject, ob_fval);
/// Length of a list or tuple.
pub const LEN: usize = 16;
/// The pointer to a list's items.
pub const LIST_ITEMS: usize = offset_of!(abi::PyListObject, ob_item);
/// A tuple's items themselves.
pub const TUPLE_ITEMS: usize = crate::tuple::HEADER;
/// The pointer to a dict's block of keys, and in that: the version of its keys (32 bits, atomic). Values lie in it, at places in words.
pub const DICT_KEYS: usize = Dict::KEYS_OFFSET;
pub const KEYS_VERSION: usize = crate::dict::keys::VERSION_OFFSET;
/// An instance's shape, in front of it: 32 bits, [`IN_DICT`] where its values are not inline.
pub const SHAPE: i32 = offset_of!(heap::Prefix, shape) as i32 - size_of::<heap::Prefix>() as i32;
pub const IN_DICT: u32 = crate::typing::shapes::IN_DICT;
pub const PROPERTY_GETTER: usize = crate::Property::GETTER_OFFSET;
pub const RANGE_NEXT: usize = RangeIter::NEXT;
pub const RANGE_STEP: usize = RangeIter::STEP;
pub const RANGE_LEFT: usize = RangeIter::LEFT;
/// The pointer to what a cell holds, null if that is nothing.
pub const CELL_CONTENTS: usize = crate::cell::Cell::CONTENTS;
/// An iterator's next index, and the pointer to what it goes over, which is null once it has ended.
pub const LIST_ITER_NEXT: usize = ListIter::NEXT;
pub const LIST_ITER_LIST: usize = ListIter::LIST;
pub const TUPLE_ITER_NEXT: usize = TupleIter::NEXT;
pub const TUPLE_ITER_TUPLE: usize = TupleIter::TUPLE;

/// The int of a small number, of which there is one object.
pub fn small_int(n: i64) -> Option<&'static Object> {
    Some(crate::Int::small_cached(n)?.as_object())
}
