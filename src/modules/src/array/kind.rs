//! The kinds of items: how each lies in memory, and how it comes from and goes to an object.

use core::cmp::Ordering;
use core::ffi::{CStr, c_char, c_int};

use heap::{Object, Raised, Ref, Thread};
use objects::glue::upward::as_f64;
use objects::{Float, Int, Str, ops, raise};

/// All type codes.
pub const CODES: &str = "bBuwhHiIlLqQfd";

/// What an item is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Signed,
    Unsigned,
    Float,
    /// A code point; `u` is C's `wchar_t`.
    Char,
}

/// One kind. It begins as C's `struct arraydescr` does, whose first two fields extensions read.
#[derive(Debug)]
#[repr(C)]
pub struct Kind {
    code: c_char,
    size: c_int,
    pub class: Class,
    pub format: &'static CStr,
    /// The code that pickles carry, for little-endian machines.
    pub machine: i32,
}

const fn kind(code: u8, size: c_int, class: Class, format: &'static CStr, machine: i32) -> Kind {
    Kind { code: code.cast_signed(), size, class, format, machine }
}

/// In the order of [`CODES`].
static KINDS: [Kind; 14] = [
    kind(b'b', 1, Class::Signed, c"b", 1),
    kind(b'B', 1, Class::Unsigned, c"B", 0),
    kind(b'u', 4, Class::Char, c"w", 20),
    kind(b'w', 4, Class::Char, c"w", 20),
    kind(b'h', 2, Class::Signed, c"h", 4),
    kind(b'H', 2, Class::Unsigned, c"H", 2),
    kind(b'i', 4, Class::Signed, c"i", 8),
    kind(b'I', 4, Class::Unsigned, c"I", 6),
    kind(b'l', 8, Class::Signed, c"l", 12),
    kind(b'L', 8, Class::Unsigned, c"L", 10),
    kind(b'q', 8, Class::Signed, c"q", 12),
    kind(b'Q', 8, Class::Unsigned, c"Q", 10),
    kind(b'f', 4, Class::Float, c"f", 14),
    kind(b'd', 8, Class::Float, c"d", 16),
];

/// An item's bytes; those behind its size are zero.
pub type Raw = [u8; 8];

/// An item as a value.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub enum Value {
    Int(i128),
    Float(f64),
    Char(u32),
}

impl Kind {
    /// The kind with a type code.
    pub fn of(code: u32) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| u32::from(kind.code()) == code)
    }

    /// The integer kind of this size and signedness that comes last.
    pub fn integer(size: usize, signed: bool) -> Option<&'static Kind> {
        let class = if signed { Class::Signed } else { Class::Unsigned };
        KINDS.iter().rev().find(|kind| kind.class == class && kind.size() == size)
    }

    pub fn code(&self) -> u8 {
        self.code.cast_unsigned()
    }

    /// Bytes of an item.
    #[inline]
    pub fn size(&self) -> usize {
        self.size.unsigned_abs() as usize
    }

    pub fn is_text(&self) -> bool {
        self.class == Class::Char
    }

    /// Arrays of one kind, by identity.
    pub fn is(&self, other: &Kind) -> bool {
        core::ptr::eq(self, other)
    }

    /// The value of an item.
    pub fn value(&self, raw: Raw) -> Value {
        let word = u64::from_le_bytes(raw);
        match self.class {
            Class::Unsigned => Value::Int(word.into()),
            Class::Signed => {
                let unused = 64 - 8 * self.size() as u32;
                Value::Int(((word << unused).cast_signed() >> unused).into())
            }
            Class::Float if self.size() == 4 => Value::Float(f32::from_bits(word as u32).into()),
            Class::Float => Value::Float(f64::from_bits(word)),
            Class::Char => Value::Char(word as u32),
        }
    }

    /// How two items of this kind compare; `None`: not at all.
    pub fn compare(&self, a: Raw, b: Raw) -> Option<Ordering> {
        self.value(a).partial_cmp(&self.value(b))
    }

    /// An item as an object.
    pub fn to_object(&self, th: &mut Thread, raw: Raw) -> Result<Ref<Object>, Raised> {
        match self.value(raw) {
            Value::Int(value) => match i64::try_from(value) {
                Ok(value) => Ok(Int::from_i64(th, value).up()),
                Err(_) => Ok(Int::from_u64(th, value as u64).up()),
            },
            Value::Float(value) => Ok(Float::new(th, value).up()),
            Value::Char(c) if c < 0x11_0000 => Ok(Str::from_char(th, c).up()),
            Value::Char(c) if self.code() == b'u' => Err(not_in_range(th, c)),
            Value::Char(_) => Err(raise::value_error(th, format_args!("chr() arg not in range(0x110000)"))),
        }
    }

    /// An object as an item.
    pub fn from_object(&self, th: &mut Thread, object: &Object) -> Result<Raw, Raised> {
        match self.class {
            Class::Float => {
                let value = as_f64(th, object)?;
                Ok(if self.size() == 4 { low(u64::from((value as f32).to_bits())) } else { low(value.to_bits()) })
            }
            Class::Char => character(th, object).map(|c| low(c.into())),
            Class::Signed | Class::Unsigned => {
                let number = match object.downcast::<Int>() {
                    Some(number) => th.retain(number),
                    None => ops::index(th, object)?,
                };
                self.integer_from(th, &number)
            }
        }
    }

    fn integer_from(&self, th: &mut Thread, number: &Int) -> Result<Raw, Raised> {
        if let Some(value) = number.to_i128() {
            let bits = 8 * self.size() as u32;
            let (least, most) = match self.class {
                Class::Signed => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
                _ => (0, (1_i128 << bits) - 1),
            };
            if (least..=most).contains(&value) {
                return Ok(low(value as u64));
            }
        }
        Err(self.out_of_range(th, number))
    }

    /// The message depends on the C type in which CPython looks at the number first.
    #[cold]
    fn out_of_range(&self, th: &mut Thread, number: &Int) -> Raised {
        let negative = number.is_negative();
        let side = |c_type: &str| format!("{c_type} is {}", if negative { "less than minimum" } else { "greater than maximum" });
        let long = number.to_i64();
        let outside = |low: i64, high: i64| long.is_some_and(|n| n < low || n > high);
        let message = match self.code() {
            b'I' | b'L' if negative => "can't convert negative value to unsigned int".into(),
            b'I' if number.to_u64().is_some() => side("unsigned int"),
            b'I' | b'L' => "Python int too large to convert to C unsigned long".into(),
            b'Q' if negative => "can't convert negative int to unsigned".into(),
            b'q' | b'Q' => "int too big to convert".into(),
            _ if long.is_none() => "Python int too large to convert to C long".into(),
            b'B' => side("unsigned byte integer"),
            b'b' if !outside(i16::MIN.into(), i16::MAX.into()) => side("signed char"),
            b'b' | b'h' => side("signed short integer"),
            b'H' if !outside(i32::MIN.into(), i32::MAX.into()) => side("unsigned short"),
            _ => side("signed integer"),
        };
        raise::overflow_error(th, format_args!("{message}"))
    }
}

fn low(word: u64) -> Raw {
    word.to_le_bytes()
}

#[cold]
pub fn not_in_range(th: &mut Thread, c: u32) -> Raised {
    raise::value_error(th, format_args!("character U+{c:x} is not in range [U+0000; U+10ffff]"))
}

fn character(th: &mut Thread, object: &Object) -> Result<u32, Raised> {
    let Some(text) = Str::of(object) else {
        let got = ops::type_name(object);
        return Err(raise::type_error(th, format_args!("array item must be a unicode character, not {got}")));
    };
    if text.len() != 1 {
        let length = text.len();
        return Err(raise::type_error(th, format_args!("array item must be a unicode character, not a string of length {length}")));
    }
    Ok(text.char_at(0))
}
