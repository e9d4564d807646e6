//! Where compiled code finds what it reads itself, in bytes from an object's address. All of it belongs to exact types; what is not immutable
//! is read of objects that are *mine* only (R5).

use core::mem::offset_of;

use heap::{Heaped, Object, PyType, Type};

use crate::list::iter::ListIter;
use crate::range::iter::RangeIter;
use crate::tuple::iter::TupleIter;

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
pub const RANGE_NEXT: usize = RangeIter::NEXT;
pub const RANGE_STEP: usize = RangeIter::STEP;
pub const RANGE_LEFT: usize = RangeIter::LEFT;
/// An iterator's next index, and the pointer to what it goes over, which is null once it has ended.
pub const LIST_ITER_NEXT: usize = ListIter::NEXT;
pub const LIST_ITER_LIST: usize = ListIter::LIST;
pub const TUPLE_ITER_NEXT: usize = TupleIter::NEXT;
pub const TUPLE_ITER_TUPLE: usize = TupleIter::TUPLE;

/// The types that compiled code compares with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    Int,
    Float,
    Bool,
    None,
    Str,
    List,
    Tuple,
    RangeIter,
    ListIter,
    TupleIter,
}

/// Such a type: a static, at one address for the life of the process.
pub fn known_type(known: Known) -> &'static Type {
    match known {
        Known::Int => crate::Int::type_object(),
        Known::Float => crate::Float::type_object(),
        Known::Bool => crate::bool_type(),
        Known::None => crate::none().ty(),
        Known::Str => crate::Str::type_object(),
        Known::List => crate::List::type_object(),
        Known::Tuple => crate::Tuple::type_object(),
        Known::RangeIter => RangeIter::type_object(),
        Known::ListIter => ListIter::type_object(),
        Known::TupleIter => TupleIter::type_object(),
    }
}

/// The int of a small number, of which there is one object.
pub fn small_int(n: i64) -> Option<&'static Object> {
    Some(crate::Int::small_cached(n)?.as_object())
}
