//! `PyBytes_FromFormat`: a smaller language; what it does not know ends it, and the rest is taken as it is.

use core::ffi::{CStr, c_void};

use heap::{Raised, Ref, Thread};
use objects::{Bytes, raise};

use crate::api::args::Format;
use crate::api::args::values::Values;

/// Passes flags, width and size: the precision, and whether a `long` follows.
fn directive(format: &mut Format<'_>) -> (usize, bool) {
    while format.peek().is_ascii_digit() {
        format.next();
    }
    let mut precision = 0usize;
    if format.accept(b'.') {
        while format.peek().is_ascii_digit() {
            precision = precision.wrapping_mul(10).wrapping_add(usize::from(format.next() - b'0'));
        }
    }
    while !matches!(format.peek(), 0 | b'%') && !format.peek().is_ascii_alphabetic() {
        format.next();
    }
    let is_long = |first: u8, rest: &[u8]| matches!(rest, [c, b'd' | b'u', ..] if *c == first);
    let long = is_long(b'l', format.rest()) || is_long(b'z', format.rest());
    if long {
        format.next();
    }
    (precision, long)
}

/// The bytes of a format.
pub fn from_format(th: &mut Thread, format: &CStr, mut values: Values) -> Result<Ref<Bytes>, Raised> {
    let mut format = Format::new(format);
    let mut out: Vec<u8> = Vec::with_capacity(format.rest().len());
    loop {
        match format.next() {
            0 => break,
            b'%' => {}
            c => {
                out.push(c);
                continue;
            }
        }
        let start = format;
        let (precision, long) = directive(&mut format);
        match format.next() {
            b'c' => match u8::try_from(values.int()) {
                Ok(byte) => out.push(byte),
                Err(_) => {
                    let message = "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]";
                    return Err(raise::overflow_error(th, format_args!("{message}")));
                }
            },
            b'd' if long => out.extend(values.long().to_string().bytes()),
            b'd' | b'i' => out.extend(values.int().to_string().bytes()),
            b'u' if long => out.extend(values.long().cast_unsigned().to_string().bytes()),
            b'u' => out.extend(values.int().cast_unsigned().to_string().bytes()),
            b'x' => out.extend(format!("{:x}", values.int()).bytes()),
            b's' => {
                let limit = (precision != 0).then_some(precision);
                // SAFETY: R4: what `%s` takes.
                out.extend_from_slice(unsafe { super::c_bytes(values.pointer(), limit) });
            }
            b'p' => out.extend(format!("{:#x}", values.pointer::<c_void>().addr()).bytes()),
            b'%' => out.push(b'%'),
            _ => {
                out.push(b'%');
                out.extend_from_slice(start.rest());
                break;
            }
        }
    }
    Bytes::try_new(th, &out).ok_or_else(|| raise::memory_error(th))
}
