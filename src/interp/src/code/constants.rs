//! Constants of compiled code as objects.

use heap::{Heaped, Object, Ref, Thread};
use objects::{Bytes, Float, Int, Str, Tuple};

use crate::lent;
use syntax::Const;

/// The object of a constant. Strings that look like names are interned, as CPython's compiler does it.
pub fn object(th: &mut Thread, constant: &Const) -> Ref<Object> {
    match constant {
        Const::None => objects::none_ref(),
        Const::Ellipsis => objects::ellipsis().to_ref(),
        Const::Bool(value) => objects::bool_ref(*value),
        Const::Int(value) => Int::from_i64(th, *value).up(),
        Const::BigInt(value) => Int::from_digits(th, value.negative, &value.digits).up(),
        Const::Float(value) => Float::new(th, *value).up(),
        Const::Complex(real, imag) => lent::const_complex(th, *real, *imag),
        Const::Str(bytes) => string(th, bytes).up(),
        Const::Bytes(bytes) => Bytes::new(th, bytes).up(),
        Const::Tuple(items) => {
            let items = items.iter().map(|item| object(th, item)).collect();
            Tuple::new(th, items).up()
        }
        Const::FrozenSet(items) => {
            let items = items.iter().map(|item| object(th, item)).collect();
            lent::const_frozenset(th, items)
        }
        Const::Slice(parts) => {
            let [start, stop, step] = &**parts;
            let (start, stop, step) = (object(th, start), object(th, stop), object(th, step));
            lent::const_slice(th, start, stop, step)
        }
        Const::Code(code) => super::Code::new(th, code.clone()).up(),
    }
}

fn string(th: &Thread, bytes: &[u8]) -> Ref<Str> {
    let name_like = bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    match core::str::from_utf8(bytes) {
        Ok(text) if name_like => objects::str::intern(th, text).to_ref(),
        Ok(text) => Str::new(th, text),
        Err(_) => Str::from_wtf8(th, bytes),
    }
}
