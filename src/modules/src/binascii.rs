//! `binascii`: bytes as text and back, and checksums, over `algos::binascii`.
#![allow(non_snake_case, reason = "names that Python sees")]

use core::fmt;

use algos::binascii as alg;
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::bytes::hex_digits;
use objects::glue::*;
use objects::{Bytes, Str, exceptions, ops, raise};

use crate::errors::ErrorClass;

static ERROR: ErrorClass = ErrorClass::new("binascii", "Error", exceptions::value_error_type);
static INCOMPLETE: ErrorClass = ErrorClass::new("binascii", "Incomplete", exceptions::exception_type);

/// The bytes of an ASCII string or of a bytes-like object.
pub struct Ascii<'a>(Source<'a>);

enum Source<'a> {
    Text(&'a str),
    Bytes(Buffer),
}

impl Ascii<'_> {
    fn as_slice(&self) -> &[u8] {
        match &self.0 {
            Source::Text(text) => text.as_bytes(),
            Source::Bytes(bytes) => bytes,
        }
    }
}

impl<'a> FromArg<'a> for Ascii<'a> {
    fn from_arg(th: &mut Thread, arg: &'a Object, _: At) -> Result<Self, Raised> {
        if let Some(text) = Str::of(arg) {
            return match text.as_ascii() {
                Some(text) => Ok(Ascii(Source::Text(text))),
                None => Err(raise::value_error(th, format_args!("string argument should contain only ASCII characters"))),
            };
        }
        if !has_buffer(arg) {
            let got = ops::type_name(arg);
            return Err(raise::type_error(th, format_args!("argument should be bytes, buffer or ASCII string, not '{got}'")));
        }
        Ok(Ascii(Source::Bytes(Buffer::new(th, arg)?)))
    }
}

/// A checksum to go on from: what does not fit into 32 bits is cut off.
pub struct Checksum(pub u32);

impl FromArg<'_> for Checksum {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        Ok(Checksum(ops::index(th, arg)?.view().wrapping_u64() as u32))
    }
}

fn made<E: fmt::Display>(th: &mut Thread, result: Result<Vec<u8>, E>) -> Result<Ref<Bytes>, Raised> {
    match result {
        Ok(bytes) => Bytes::try_new(th, &bytes).ok_or_else(|| raise::memory_error(th)),
        Err(error) => Err(ERROR.raise(th, format_args!("{error}"))),
    }
}

fn plain(th: &mut Thread, bytes: &[u8]) -> Result<Ref<Bytes>, Raised> {
    Bytes::try_new(th, bytes).ok_or_else(|| raise::memory_error(th))
}

fn unhex(th: &mut Thread, text: &[u8]) -> Result<Ref<Bytes>, Raised> {
    if text.len() % 2 != 0 {
        return Err(ERROR.raise(th, format_args!("Odd-length string")));
    }
    let digit = |c: u8| char::from(c).to_digit(16).map(|d| d as u8);
    let bytes: Option<Vec<u8>> = text.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
    match bytes {
        Some(bytes) => plain(th, &bytes),
        None => Err(ERROR.raise(th, format_args!("Non-hexadecimal digit found"))),
    }
}

fn hex(th: &mut Thread, data: &Buffer, sep: Option<&Object>, bytes_per_sep: i32) -> Result<Ref<Bytes>, Raised> {
    let digits = hex_digits(th, data, sep, bytes_per_sep, 0xff)?;
    plain(th, &digits)
}

#[pymodule(name = "binascii")]
pub mod binascii {
    //! Conversion between binary data and ASCII
    use super::*;

    #[attr]
    fn Error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ERROR.object(th)
    }

    #[attr]
    fn Incomplete(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        INCOMPLETE.object(th)
    }

    /// Decode a line of uuencoded data.
    #[function(sig = "(data, /)")]
    fn a2b_uu(th: &mut Thread, data: Ascii<'_>) -> Result<Ref<Bytes>, Raised> {
        let result = alg::decode_uu(data.as_slice());
        made(th, result)
    }

    /// Uuencode line of data.
    #[function(sig = "(data, /, *, backtick=False)")]
    fn b2a_uu(th: &mut Thread, data: Buffer, backtick: bool) -> Result<Ref<Bytes>, Raised> {
        let result = alg::encode_uu(&data, backtick);
        made(th, result)
    }

    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not part of the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    #[function(sig = "(data, /, *, strict_mode=False)")]
    fn a2b_base64(th: &mut Thread, data: Ascii<'_>, strict_mode: bool) -> Result<Ref<Bytes>, Raised> {
        let result = alg::decode_base64(data.as_slice(), strict_mode);
        made(th, result)
    }

    /// Base64-code line of data.
    #[function(sig = "(data, /, *, newline=True)")]
    fn b2a_base64(th: &mut Thread, data: Buffer, newline: bool) -> Result<Ref<Bytes>, Raised> {
        let text = alg::encode_base64(&data, newline);
        plain(th, &text)
    }

    /// Compute CRC-CCITT incrementally.
    #[function(sig = "(data, crc, /)")]
    fn crc_hqx(data: Buffer, crc: Checksum) -> u16 {
        alg::crc_hqx(&data, crc.0)
    }

    /// Compute CRC-32 incrementally.
    #[function(sig = "(data, crc=0, /)")]
    fn crc32(data: Buffer, #[default(Checksum(0))] crc: Checksum) -> u32 {
        alg::crc32(&data, crc.0)
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "hexlify()".
    #[function(sig = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(th: &mut Thread, data: Buffer, sep: Option<&Object>, bytes_per_sep: i32) -> Result<Ref<Bytes>, Raised> {
        hex(th, &data, sep, bytes_per_sep)
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "b2a_hex()".
    #[function(sig = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(th: &mut Thread, data: Buffer, sep: Option<&Object>, bytes_per_sep: i32) -> Result<Ref<Bytes>, Raised> {
        hex(th, &data, sep, bytes_per_sep)
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[function(sig = "(hexstr, /)")]
    fn a2b_hex(th: &mut Thread, hexstr: Ascii<'_>) -> Result<Ref<Bytes>, Raised> {
        unhex(th, hexstr.as_slice())
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[function(sig = "(hexstr, /)")]
    fn unhexlify(th: &mut Thread, hexstr: Ascii<'_>) -> Result<Ref<Bytes>, Raised> {
        unhex(th, hexstr.as_slice())
    }

    /// Decode a string of qp-encoded data.
    #[function(sig = "(data, header=False)")]
    fn a2b_qp(th: &mut Thread, data: Ascii<'_>, header: bool) -> Result<Ref<Bytes>, Raised> {
        let bytes = alg::decode_qp(data.as_slice(), header);
        plain(th, &bytes)
    }

    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[function(sig = "(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(th: &mut Thread, data: Buffer, quotetabs: bool, istext: bool, header: bool) -> Result<Ref<Bytes>, Raised> {
        let text = alg::encode_qp(&data, quotetabs, istext, header);
        plain(th, &text)
    }
}
