//! Constants of compiled code as objects.

use heap::{Heaped, Object, Ref, Thread};
use rustc_hash::FxHashMap;
use objects::{Bytes, Float, Int, Str, Tuple};

use crate::lent;
use syntax::Const;

/// Names that were interned already while one unit of code is made into objects, by the address of their text: the unit holds each text
/// once and refers to it often.
#[derive(Default)]
pub struct Known(FxHashMap<usize, &'static Str>);

impl Known {
    /// The interned string of a text that lives as long as the unit.
    pub fn intern(&mut self, th: &Thread, text: &str) -> &'static Str {
        if text.is_empty() {
            // Nothing has no address of its own.
            return objects::names::EMPTY.get();
        }
        *self.0.entry(text.as_ptr() as usize).or_insert_with(|| objects::str::intern(th, text))
    }
}

/// The object of a constant. Strings that look like names are interned, as CPython's compiler does it.
pub fn object(th: &mut Thread, constant: &Const, known: &mut Known) -> Ref<Object> {
    match constant {
        Const::FrozenSet(items) => {
            let items = items.iter().map(|item| object(th, item, known)).collect();
            lent::const_frozenset(th, items)
        }
        Const::Tuple(items) => {
            let items = items.iter().map(|item| object(th, item, known)).collect();
            Tuple::new(th, items).up()
        }
        Const::Code(code) => super::Code::within(th, code.clone(), known).up(),
        other => without_sets(th, other, known),
    }
}

/// As [`object`] for a constant that holds no set, and in which no code that holds one is other than deferred (`syntax::format`).
pub fn without_sets(th: &Thread, constant: &Const, known: &mut Known) -> Ref<Object> {
    match constant {
        Const::None => objects::none_ref(),
        Const::Ellipsis => objects::ellipsis().to_ref(),
        Const::Bool(value) => objects::bool_ref(*value),
        Const::Int(value) => Int::from_i64(th, *value).up(),
        Const::BigInt(value) => Int::from_digits(th, value.negative, &value.digits).up(),
        Const::Float(value) => Float::new(th, *value).up(),
        Const::Complex(real, imag) => lent::const_complex(th, *real, *imag),
        Const::Str(bytes) => string(th, bytes, known).up(),
        Const::Bytes(bytes) => Bytes::from_slice(th, bytes).unwrap_or_else(|| Bytes::new(th, bytes)).up(),
        Const::Tuple(items) => {
            let items = items.iter().map(|item| without_sets(th, item, known)).collect();
            Tuple::new(th, items).up()
        }
        Const::Slice(parts) => {
            let [start, stop, step] = parts.each_ref().map(|part| without_sets(th, part, known));
            lent::const_slice(th, start, stop, step)
        }
        Const::Code(code) => {
            let consts = code.consts.iter().map(|item| without_sets(th, item, known)).collect();
            super::Code::with_consts_of(th, code.clone(), consts, known).up()
        }
        Const::FrozenSet(_) => unreachable!("code with constant sets is not deferred"),
    }
}

/// A constant of an object, for `marshal`; what no compiler makes becomes None there.
pub fn plain(object: &Object) -> Const {
    plain_within(object, 0)
}

/// Tuples in tuples that are followed: no source has deeper ones, and the stack ends somewhere.
const MOST_NESTED: u32 = 100;

fn plain_within(object: &Object, depth: u32) -> Const {
    if depth > MOST_NESTED {
        return Const::None;
    }
    if object.is(objects::ellipsis()) {
        return Const::Ellipsis;
    }
    if object.is(objects::true_()) || object.is(objects::false_()) {
        return Const::Bool(object.is(objects::true_()));
    }
    if let Some(int) = object.downcast_exact::<Int>() {
        return match int.to_i64() {
            Some(value) => Const::Int(value),
            None => Const::BigInt(Box::new(syntax::code::BigInt { negative: int.is_negative(), digits: int.digit_slice().into() })),
        };
    }
    if let Some(value) = object.downcast_exact::<Float>() {
        return Const::Float(value.value());
    }
    if let Some(value) = object.downcast_exact::<objects::Complex>().map(objects::Complex::value) {
        return Const::Complex(value.real, value.imag);
    }
    if let Some(text) = object.downcast_exact::<Str>() {
        return Const::Str(text.to_wtf8().into());
    }
    if let Some(bytes) = object.downcast_exact::<Bytes>() {
        return Const::Bytes(bytes.as_slice().into());
    }
    if let Some(items) = object.downcast_exact::<Tuple>() {
        return Const::Tuple(items.iter().map(|item| plain_within(item, depth + 1)).collect());
    }
    match object.downcast::<super::Code>() {
        Some(code) => Const::Code(code.source_arc()),
        None => Const::None,
    }
}

fn string(th: &Thread, bytes: &[u8], known: &mut Known) -> Ref<Str> {
    if let Some(found) = known.0.get(&(bytes.as_ptr() as usize)).filter(|_| !bytes.is_empty()) {
        return found.to_ref();
    }
    let name_like = bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    match core::str::from_utf8(bytes) {
        Ok(text) if name_like => known.intern(th, text).to_ref(),
        Ok(text) => Str::new(th, text),
        Err(_) => Str::from_wtf8(th, bytes),
    }
}
