//! The builtin codecs, as steps: each function goes on until the input ends or something is wrong, and then says where.
//!
//! The caller runs the error handler, appends its replacement to the output, and calls again with the position the handler chose,
//! which it has found to be within the input.
//! Decoders write to a `text::Builder`, encoders to a byte vector; positions of encoders are in code points. With `last` unset a
//! decoder leaves an incomplete sequence at the end unread and reports how far it came, as incremental decoders want.

mod charmap;
mod escape;
mod handlers;
mod latin;
mod utf16;
mod utf32;
mod utf7;
mod utf8;

#[cfg(test)]
mod tests;

pub use charmap::{EncodingMap, decode_charmap, encode_charmap};
pub use escape::{Escapes, decode_raw_unicode_escape, decode_unicode_escape, encode_raw_unicode_escape, encode_unicode_escape};
pub use handlers::{
    Utf, backslash_bytes, backslash_chars, name_chars, surrogateescape_bytes, surrogateescape_chars, surrogatepass_bytes,
    surrogatepass_chars, xml_chars,
};
pub use latin::{decode_ascii, encode_ascii, encode_latin1};
pub use utf7::{decode_utf7, encode_utf7};
pub use utf8::{decode_utf8, decode_utf8_valid, encode_utf8, utf8_len};
pub use utf16::{decode_utf16, encode_utf16};
pub use utf32::{decode_utf32, encode_utf32};

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Everything up to here is done.
    Done(usize),
    /// The input between `start` and `end` is wrong; what is before it has been written.
    Error { start: usize, end: usize, reason: &'static str },
}

/// The order of bytes in UTF-16 and UTF-32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    #[cfg(target_endian = "little")]
    pub const NATIVE: ByteOrder = ByteOrder::Little;
    #[cfg(target_endian = "big")]
    pub const NATIVE: ByteOrder = ByteOrder::Big;

    /// The order that a mark at the input's start tells, and the mark's length in bytes.
    #[must_use]
    pub fn of_utf16(input: &[u8]) -> Option<(ByteOrder, usize)> {
        match input {
            [0xff, 0xfe, ..] => Some((ByteOrder::Little, 2)),
            [0xfe, 0xff, ..] => Some((ByteOrder::Big, 2)),
            _ => None,
        }
    }

    /// The order that a mark at the input's start tells, and the mark's length in bytes.
    #[must_use]
    pub fn of_utf32(input: &[u8]) -> Option<(ByteOrder, usize)> {
        match input {
            [0xff, 0xfe, 0, 0, ..] => Some((ByteOrder::Little, 4)),
            [0, 0, 0xfe, 0xff, ..] => Some((ByteOrder::Big, 4)),
            _ => None,
        }
    }
}

pub(crate) fn is_surrogate(cp: u32) -> bool {
    (0xd800..0xe000).contains(&cp)
}

const SURROGATES: &str = "surrogates not allowed";
