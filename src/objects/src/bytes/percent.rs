//! `format % args` for `bytes` and `bytearray`.

use algos::format::percent::{self, Parser, Piece, Resolved};
use algos::format::Formatted;
use heap::{Object, Raised, Thread};

use super::Bytes;
use crate::glue::has_buffer;
use crate::str::percent::{Operands, format_float, format_int};
use crate::{ByteArray, Float, Str, exceptions, fmt, names, ops, raise};

fn is_text(object: &Object) -> bool {
    Str::of(object).is_some() || object.is_a::<Bytes>() || object.is_a::<ByteArray>()
}

/// The formatted bytes.
pub(crate) fn format(th: &mut Thread, format: &[u8], args: &Object) -> Result<Vec<u8>, Raised> {
    let mut operands = Operands::new(args, is_text);
    let mut out = Vec::with_capacity(format.len() + 100);
    for piece in Parser::for_bytes(format) {
        match piece {
            Ok(Piece::Literal(text)) => out.extend_from_slice(text),
            Ok(Piece::Directive(directive)) => {
                select(th, &mut operands, directive.mapped, directive.key)?;
                let resolved = operands.counts(th, &directive)?;
                let value = operands.next(th)?;
                apply(th, &resolved, &value, &mut out)?;
                th.release(value);
            }
            Err(broken) => {
                select(th, &mut operands, broken.before.mapped, broken.before.key)?;
                operands.counts(th, &broken.before)?;
                if broken.complete {
                    operands.next(th)?;
                }
                return Err(fmt::error(th, broken.error));
            }
        }
    }
    operands.finish(th, "bytes")?;
    Ok(out)
}

fn select(th: &mut Thread, operands: &mut Operands<'_>, mapped: bool, key: Option<&[u8]>) -> Result<(), Raised> {
    if !mapped {
        return Ok(());
    }
    let key = key.map(|key| Bytes::new(th, key).up());
    operands.select(th, key)
}

fn pad(th: &mut Thread, out: &mut Vec<u8>, fill: u32, count: usize) -> Result<(), Raised> {
    if count != 0 {
        if !crate::str::builder::can_allocate(out.len().saturating_add(count)) {
            return Err(raise::memory_error(th));
        }
        out.resize(out.len() + count, fill as u8);
    }
    Ok(())
}

fn push_number(th: &mut Thread, out: &mut Vec<u8>, formatted: &Formatted) -> Result<(), Raised> {
    pad(th, out, formatted.fill, formatted.left)?;
    out.extend_from_slice(formatted.head.as_bytes());
    pad(th, out, formatted.fill, formatted.middle)?;
    out.extend_from_slice(formatted.body.as_bytes());
    pad(th, out, formatted.fill, formatted.right)
}

fn push_fitted(th: &mut Thread, out: &mut Vec<u8>, d: &Resolved, bytes: &[u8]) -> Result<(), Raised> {
    let fitted = percent::fit(d, bytes.len());
    pad(th, out, fitted.fill, fitted.left)?;
    out.extend_from_slice(&bytes[..fitted.take]);
    pad(th, out, fitted.fill, fitted.right)
}

fn apply(th: &mut Thread, d: &Resolved, value: &Object, out: &mut Vec<u8>) -> Result<(), Raised> {
    match d.code {
        b's' | b'b' => {
            let bytes = bytes_of(th, value)?;
            push_fitted(th, out, d, &bytes)
        }
        b'r' | b'a' => {
            let text = ops::ascii(th, value)?;
            push_fitted(th, out, d, text.raw_bytes())
        }
        b'c' => {
            let byte = byte_of(th, value)?;
            push_fitted(th, out, d, &[byte])
        }
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
            let formatted = format_int(th, d, value)?;
            push_number(th, out, &formatted)
        }
        _ => {
            if !value.is_a::<Float>() && crate::float::as_f64(th, value).is_err() {
                th.take_exception();
                let got = ops::type_name(value);
                return Err(raise::type_error(th, format_args!("float argument required, not {got}")));
            }
            let formatted = format_float(th, d, value)?;
            push_number(th, out, &formatted)
        }
    }
}

/// What `%b` writes.
fn bytes_of(th: &mut Thread, value: &Object) -> Result<Vec<u8>, Raised> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    if let Some(array) = value.downcast::<ByteArray>() {
        return Ok(array.to_vec(th));
    }
    if ops::lookup_special(th, value, &names::__bytes__)?.is_some()
        && let Some(bytes) = super::convert::by_method(th, value)?
    {
        return Ok(bytes.as_slice().to_vec());
    }
    if has_buffer(value) {
        return super::convert::copy_buffer(th, value);
    }
    let got = ops::type_name(value);
    Err(raise::type_error(th, format_args!("%b requires a bytes-like object, or an object that implements __bytes__, not '{got}'")))
}

/// The byte of `%c`.
fn byte_of(th: &mut Thread, value: &Object) -> Result<u8, Raised> {
    let one = |th: &mut Thread, contents: &[u8], name: &str| match contents {
        [byte] => Ok(*byte),
        _ => {
            let len = contents.len();
            let message = format_args!("%c requires an integer in range(256) or a single byte, not a {name} object of length {len}");
            Err(raise::type_error(th, message))
        }
    };
    if let Some(bytes) = value.downcast::<Bytes>() {
        return one(th, bytes.as_slice(), "bytes");
    }
    if let Some(array) = value.downcast::<ByteArray>() {
        let contents = array.to_vec(th);
        return one(th, &contents, "bytearray");
    }
    if ops::has_index(value) {
        let result = ops::index(th, value);
        match result {
            Ok(n) => {
                return match n.to_i64().and_then(|n| u8::try_from(n).ok()) {
                    Some(byte) => Ok(byte),
                    None => Err(raise::overflow_error(th, format_args!("%c arg not in range(256)"))),
                };
            }
            Err(raised) if !raise::matches(th, exceptions::type_error_type()) => return Err(raised),
            Err(_) => {
                th.take_exception();
            }
        }
    }
    let got = ops::full_type_name(th, value.ty());
    Err(raise::type_error(th, format_args!("%c requires an integer in range(256) or a single byte, not {got}")))
}
