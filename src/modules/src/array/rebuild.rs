//! Arrays from pickles, which may have been made on a machine whose numbers lie otherwise in memory.

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use objects::codecs::decoding::{self, Input};
use objects::glue::as_type;
use objects::{Bytes, Float, Int, List, Str, ops, raise};

use super::Array;
use super::kind::Kind;
use algos::codecs::ByteOrder;

/// What the codes of pickles say about the items.
#[derive(Clone, Copy)]
enum Machine {
    Integer { size: usize, signed: bool, big: bool },
    Float { size: usize, big: bool },
    Text { size: usize, big: bool },
}

impl Machine {
    fn of(code: i32) -> Option<Machine> {
        let big = code % 2 == 1;
        Some(match code {
            0 | 1 => Machine::Integer { size: 1, signed: code == 1, big: false },
            2..=13 => Machine::Integer { size: 2 << ((code - 2) / 4), signed: (code - 2) / 2 % 2 == 1, big },
            14..=17 => Machine::Float { size: if code < 16 { 4 } else { 8 }, big },
            18..=21 => Machine::Text { size: if code < 20 { 2 } else { 4 }, big },
            _ => return None,
        })
    }

    fn size(self) -> usize {
        match self {
            Machine::Integer { size, .. } | Machine::Float { size, .. } => size,
            // CPython wants whole UTF-32 characters of UTF-16 text, too.
            Machine::Text { .. } => 4,
        }
    }
}

/// `cls(code, content)`
fn make(th: &mut Thread, cls: &Type, code: u8, content: &Object) -> Result<Ref<Object>, Raised> {
    let code = Str::from_char(th, code.into());
    ops::call(th, cls, &[&code, content])
}

/// `_array_reconstructor(arraytype, typecode, mformat_code, items)`
pub fn rebuild(th: &mut Thread, cls: &Object, code: &Object, machine_code: i32, items: &Object) -> Result<Ref<Object>, Raised> {
    let code = type_code(th, code)?;
    let Some(cls) = as_type(cls) else {
        let got = ops::type_name(cls);
        return Err(raise::type_error(th, format_args!("first argument must be a type object, not {got}")));
    };
    if !heap::is_subtype(cls, Array::type_object()) {
        let (name, base) = (ops::message_name(cls), ops::message_name(Array::type_object()));
        return Err(raise::type_error(th, format_args!("{name} is not a subtype of {base}")));
    }
    let Some(kind) = Kind::of(code) else {
        return Err(raise::value_error(th, format_args!("second argument must be a valid type code")));
    };
    let Some(machine) = Machine::of(machine_code) else {
        return Err(raise::value_error(th, format_args!("third argument must be a valid machine format code.")));
    };
    let Some(bytes) = items.downcast::<Bytes>() else {
        let got = ops::type_name(items);
        return Err(raise::type_error(th, format_args!("fourth argument should be bytes, not {got}")));
    };
    if machine_code == kind.machine {
        return make(th, cls, kind.code(), bytes.as_object());
    }
    let bytes = bytes.as_slice();
    if bytes.len() % machine.size() != 0 {
        return Err(raise::value_error(th, format_args!("string length not a multiple of item size")));
    }
    match machine {
        Machine::Integer { size, signed, .. } => {
            // The kind that fits is taken, if there is one, whatever the code says.
            let code = Kind::integer(size, signed).unwrap_or(kind).code();
            let list = numbers(th, machine, bytes);
            make(th, cls, code, &list)
        }
        Machine::Float { .. } => {
            let list = numbers(th, machine, bytes);
            make(th, cls, kind.code(), &list)
        }
        Machine::Text { size, big } => {
            let order = Some(if big { ByteOrder::Big } else { ByteOrder::Little });
            let input = Input::new(items, bytes);
            let text = if size == 2 {
                decoding::utf16(th, input, order, None, true)?.0
            } else {
                decoding::utf32(th, input, order, None, true)?.0
            };
            make(th, cls, kind.code(), &text)
        }
    }
}

fn type_code(th: &mut Thread, code: &Object) -> Result<u32, Raised> {
    let Some(text) = Str::of(code) else {
        let got = ops::type_name(code);
        return Err(raise::type_error(th, format_args!("_array_reconstructor() argument 2 must be a unicode character, not {got}")));
    };
    if text.len() != 1 {
        let length = text.len();
        let message = format_args!("_array_reconstructor(): argument 2 must be a unicode character, not a string of length {length}");
        return Err(raise::type_error(th, message));
    }
    Ok(text.char_at(0))
}

fn numbers(th: &mut Thread, machine: Machine, bytes: &[u8]) -> Ref<List> {
    let word = |item: &[u8], big: bool| {
        let fold = |acc: u64, b: &u8| acc << 8 | u64::from(*b);
        if big { item.iter().fold(0, fold) } else { item.iter().rev().fold(0, fold) }
    };
    let items = bytes.chunks_exact(machine.size());
    let made = items.map(|item| match machine {
        Machine::Integer { size, signed: true, big } => {
            let unused = 64 - 8 * size as u32;
            Int::from_i64(th, (word(item, big) << unused).cast_signed() >> unused).up()
        }
        Machine::Integer { big, .. } => Int::from_u64(th, word(item, big)).up(),
        Machine::Float { size: 4, big } => Float::new(th, f32::from_bits(word(item, big) as u32).into()).up(),
        Machine::Float { big, .. } | Machine::Text { big, .. } => Float::new(th, f64::from_bits(word(item, big))).up(),
    });
    let made: Vec<Ref<Object>> = made.collect();
    List::new(th, made)
}
