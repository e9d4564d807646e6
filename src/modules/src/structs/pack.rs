//! From values to bytes.

use algos::binary::{Item, Layout, is_signed, pack_int, pack_pascal, to_half, to_single};
use heap::{Object, Raised, Thread};
use objects::glue::upward::as_f64;
use objects::{ByteArray, Bytes, Complex, Float, Int, exceptions, ops, raise};

use super::ERROR;

/// Runs `body` with `size` zero bytes.
pub fn with_scratch<R>(th: &mut Thread, size: usize, body: impl FnOnce(&mut Thread, &mut [u8]) -> Result<R, Raised>) -> Result<R, Raised> {
    let mut small = [0; 64];
    if let Some(scratch) = small.get_mut(..size) {
        return body(th, scratch);
    }
    let mut large = Vec::new();
    if large.try_reserve_exact(size).is_err() {
        return Err(raise::memory_error(th));
    }
    large.resize(size, 0);
    body(th, &mut large)
}

/// Packs `values`, as many as the layout has, into zero bytes.
pub fn values(th: &mut Thread, layout: &Layout, values: &[&Object], out: &mut [u8]) -> Result<(), Raised> {
    let mut values = values.iter();
    for item in &layout.items {
        for (field, value) in (0..item.count).zip(&mut values) {
            let at = item.offset + field * item.size;
            let Err(raised) = one(th, item, layout.little_endian, value, &mut out[at..at + item.size]) else { continue };
            // An int that is too large for a float, or a pointer, is no float.
            if value.is_a::<Int>() && raise::catch(th, exceptions::overflow_error_type()).is_some() {
                return Err(ERROR.raise(th, format_args!("int too large to convert")));
            }
            return Err(raised);
        }
    }
    Ok(())
}

fn one(th: &mut Thread, item: &Item, little: bool, value: &Object, out: &mut [u8]) -> Result<(), Raised> {
    match item.code {
        b'?' => out[0] = u8::from(ops::is_true(th, value)?),
        b'c' => match value.downcast::<Bytes>().map(Bytes::as_slice) {
            Some(&[byte]) => out[0] = byte,
            _ => return Err(ERROR.raise(th, format_args!("char format requires a bytes object of length 1"))),
        },
        b's' | b'p' => return text(th, item.code, value, out),
        b'e' | b'f' | b'd' => {
            let x = real(th, value)?;
            return float(th, item.code, x, little, out);
        }
        b'F' | b'D' => return complex(th, item, little, value, out),
        _ => return integer(th, item.code, little, value, out),
    }
    Ok(())
}

fn text(th: &mut Thread, code: u8, value: &Object, out: &mut [u8]) -> Result<(), Raised> {
    let fill = |bytes: &[u8], out: &mut [u8]| {
        if code == b'p' {
            return pack_pascal(bytes, out);
        }
        let len = bytes.len().min(out.len());
        out[..len].copy_from_slice(&bytes[..len]);
    };
    if let Some(bytes) = value.downcast::<Bytes>() {
        fill(bytes.as_slice(), out);
    } else if let Some(bytes) = value.downcast::<ByteArray>() {
        bytes.read(th, |bytes| fill(bytes, out));
    } else {
        let code = char::from(code);
        return Err(ERROR.raise(th, format_args!("argument for '{code}' must be a bytes object")));
    }
    Ok(())
}

fn integer(th: &mut Thread, code: u8, little: bool, value: &Object, out: &mut [u8]) -> Result<(), Raised> {
    let converted;
    let number = match value.downcast::<Int>() {
        Some(number) => number,
        None if ops::has_index(value) => {
            converted = ops::index(th, value)?;
            &*converted
        }
        None => return Err(ERROR.raise(th, format_args!("required argument is not an integer"))),
    };
    if let Some(small) = number.compact()
        && fits(small, code, out.len())
    {
        let bytes = if little { small.to_le_bytes() } else { small.to_be_bytes() };
        let size = out.len();
        out.copy_from_slice(if little { &bytes[..size] } else { &bytes[8 - size..] });
        return Ok(());
    }
    match pack_int(code, number.view(), little, out) {
        Ok(()) => Ok(()),
        Err(_) if code == b'P' => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C unsigned long"))),
        Err(error) => Err(ERROR.raise(th, format_args!("{error}"))),
    }
}

/// Whether a number of less than 64 bits can be stored as it is.
fn fits(value: i64, code: u8, size: usize) -> bool {
    let bits = 8 * size as u32;
    if is_signed(code) {
        return bits == 64 || (value >> (bits - 1)) == 0 || (value >> (bits - 1)) == -1;
    }
    value >= 0 && (bits == 64 || value >> bits == 0)
}

fn real(th: &mut Thread, value: &Object) -> Result<f64, Raised> {
    if let Some(value) = value.downcast_exact::<Float>() {
        return Ok(value.value());
    }
    as_f64(th, value).map_err(|_| {
        th.take_exception();
        ERROR.raise(th, format_args!("required argument is not a float"))
    })
}

fn float(th: &mut Thread, code: u8, x: f64, little: bool, out: &mut [u8]) -> Result<(), Raised> {
    fn put<const N: usize>(mut bytes: [u8; N], little: bool, out: &mut [u8]) {
        if !little {
            bytes.reverse();
        }
        out.copy_from_slice(&bytes);
    }
    let stored = match code {
        b'e' => to_half(x).map(|half| put(half.to_le_bytes(), little, out)),
        b'f' => to_single(x).map(|single| put(single.to_le_bytes(), little, out)),
        _ => {
            put(x.to_le_bytes(), little, out);
            Ok(())
        }
    };
    stored.map_err(|error| raise::overflow_error(th, format_args!("{error}")))
}

fn complex(th: &mut Thread, item: &Item, little: bool, value: &Object, out: &mut [u8]) -> Result<(), Raised> {
    let z = match value.downcast::<Complex>() {
        Some(z) => z.value(),
        None => match objects::complex::as_complex(th, value) {
            Ok(z) => z,
            Err(_) => {
                th.take_exception();
                return Err(ERROR.raise(th, format_args!("required argument is not a complex")));
            }
        },
    };
    let half = item.size / 2;
    let code = if item.code == b'F' { b'f' } else { b'd' };
    let (real, imag) = out.split_at_mut(half);
    float(th, code, z.real, little, real)?;
    float(th, code, z.imag, little, imag)
}
