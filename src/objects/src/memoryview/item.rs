//! One item of a view: from memory to an object and back, by its format character.
//!
//! Formats are those of the `struct` module. A single native character is done here; the rest only comparisons need.
#![allow(unsafe_code, reason = "items lie in exported memory, perhaps unaligned")]

use core::ffi::CStr;

use algos::binary;
use heap::sync::Mutex;
use heap::{Object, Raised, Ref, Thread};

use crate::int::Int;
use crate::{Bytes, Complex, Float, Tuple, exceptions, float, ops, raise};

const LITTLE: bool = cfg!(target_endian = "little");

/// The character of a native format of one item, `@` in front or not.
pub(super) fn native(format: &CStr) -> Option<u8> {
    match format.to_bytes() {
        [code] | [b'@', code] if size_of_code(*code).is_some() => Some(*code),
        _ => None,
    }
}

/// Bytes of an item of a native format character.
pub(super) fn size_of_code(code: u8) -> Option<usize> {
    Some(match code {
        b'b' | b'B' | b'c' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

/// The format as a constant, for views that were cast.
pub(super) fn constant_format(format: &[u8]) -> Option<&'static CStr> {
    const ALL: [&CStr; 34] = [
        c"b", c"B", c"c", c"?", c"h", c"H", c"e", c"i", c"I", c"f", c"l", c"L", c"q", c"Q", c"n", c"N", c"d", c"@b", c"@B", c"@c", c"@?", c"@h",
        c"@H", c"@e", c"@i", c"@I", c"@f", c"@l", c"@L", c"@q", c"@Q", c"@n", c"@N", c"@d",
    ];
    match format {
        b"P" => Some(c"P"),
        b"@P" => Some(c"@P"),
        _ => ALL.into_iter().find(|known| known.to_bytes() == format),
    }
}

/// The format as a text that lives for ever. There are few formats.
pub(super) fn kept_format(format: &CStr) -> &'static CStr {
    static KEPT: Mutex<Vec<&'static CStr>> = Mutex::new(Vec::new());
    if let Some(known) = constant_format(format.to_bytes()) {
        return known;
    }
    let mut kept = KEPT.lock();
    if let Some(known) = kept.iter().find(|known| **known == format) {
        return known;
    }
    let format: &'static CStr = Box::leak(format.to_owned().into_boxed_c_str());
    kept.push(format);
    format
}

/// The character of a view's format, or `NotImplementedError`.
pub(super) fn code_of(th: &mut Thread, format: &CStr) -> Result<u8, Raised> {
    if let Some(code) = native(format) {
        return Ok(code);
    }
    let shown = format.to_string_lossy();
    let message = match format.to_bytes() {
        [_] | [b'@', _] => format!("memoryview: format {shown} not supported"),
        _ => format!("memoryview: unsupported format {shown}"),
    };
    Err(raise::not_implemented(th, format_args!("{message}")))
}

/// Up to 16 bytes of an item.
///
/// # Safety
/// An item of `size` bytes, at most 16, lies at `at`.
#[inline]
unsafe fn read(at: *const u8, size: usize) -> [u8; 16] {
    let mut bytes = [0; 16];
    // SAFETY: the caller's promise.
    unsafe { bytes.as_mut_ptr().copy_from_nonoverlapping(at, size) };
    bytes
}

fn is_signed(code: u8) -> bool {
    matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
}

/// The object of an item.
fn object_of(th: &mut Thread, code: u8, bytes: &[u8], little: bool) -> Option<Ref<Object>> {
    Some(match code {
        b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'P' => {
            Int::from_i128(th, binary::unpack_int(bytes, is_signed(code), little)).up()
        }
        b'?' => crate::bool_ref(bytes.iter().any(|&byte| byte != 0)),
        b'c' => Bytes::from_slice(th, bytes)?.up(),
        b's' => Bytes::try_new(th, bytes)?.up(),
        b'p' => Bytes::try_new(th, binary::unpack_pascal(bytes))?.up(),
        b'e' | b'f' | b'd' => Float::new(th, real(code, bytes, little)).up(),
        b'F' | b'D' => {
            let (part, half) = if code == b'F' { (b'f', 4) } else { (b'd', 8) };
            let value = algos::complex::new(real(part, &bytes[..half], little), real(part, &bytes[half..], little));
            Complex::new(th, value).up()
        }
        _ => return None,
    })
}

fn real(code: u8, bytes: &[u8], little: bool) -> f64 {
    let bits = binary::unpack_int(bytes, false, little) as u64;
    match code {
        b'e' => binary::from_half(bits as u16),
        b'f' => binary::from_single(f32::from_bits(bits as u32)),
        _ => f64::from_bits(bits),
    }
}

/// The item of a native format at an address.
///
/// # Safety
/// An item of that format lies at `at`.
pub(super) unsafe fn unpack(th: &mut Thread, code: u8, at: *const u8) -> Result<Ref<Object>, Raised> {
    let size = size_of_code(code).unwrap_or(0);
    // SAFETY: the caller's promise.
    let bytes = unsafe { read(at, size) };
    match object_of(th, code, &bytes[..size], LITTLE) {
        Some(item) => Ok(item),
        None => Err(raise::memory_error(th)),
    }
}

/// Whether two items of the same native format are equal.
///
/// # Safety
/// Items of that format lie at both addresses.
pub(super) unsafe fn same(code: u8, a: *const u8, b: *const u8) -> bool {
    let size = size_of_code(code).unwrap_or(0);
    // SAFETY: the caller's promise.
    let (a, b) = unsafe { (read(a, size), read(b, size)) };
    match code {
        b'e' | b'f' | b'd' => real(code, &a[..size], LITTLE) == real(code, &b[..size], LITTLE),
        b'?' => (a[0] != 0) == (b[0] != 0),
        _ => a == b,
    }
}

/// A format that comparisons read by the rules of `struct`.
pub(super) struct Unpacker(binary::Layout);

impl Unpacker {
    /// `None`: no such format, or its size is not the item's.
    pub(super) fn new(format: &CStr, itemsize: isize) -> Option<Unpacker> {
        let layout = binary::Layout::parse(format.to_bytes()).ok()?;
        (layout.size.cast_signed() == itemsize).then_some(Unpacker(layout))
    }

    /// The only value of the item, or a tuple of them.
    ///
    /// # Safety
    /// An item of the format lies at `at`.
    pub(super) unsafe fn unpack(&self, th: &mut Thread, at: *const u8) -> Result<Ref<Object>, Raised> {
        // SAFETY: the caller's promise.
        let bytes = unsafe { core::slice::from_raw_parts(at, self.0.size) }.to_vec();
        let mut values = Vec::with_capacity(self.0.len);
        for item in &self.0.items {
            for index in 0..item.count {
                let from = item.offset + index * item.size;
                match object_of(th, item.code, &bytes[from..from + item.size], self.0.little_endian) {
                    Some(value) => values.push(value),
                    None => return Err(raise::memory_error(th)),
                }
            }
        }
        match <[Ref<Object>; 1]>::try_from(values) {
            Ok([only]) => Ok(only),
            Err(values) => Ok(Tuple::new(th, values).up()),
        }
    }
}

/// An object as the bytes of an item.
pub(super) struct Packed {
    bytes: [u8; 8],
    size: usize,
}

impl Packed {
    /// # Safety
    /// There is room for an item of the format at `at`.
    pub(super) unsafe fn write(&self, at: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe { at.copy_from_nonoverlapping(self.bytes.as_ptr(), self.size) };
    }
}

#[cold]
fn wrong_type(th: &mut Thread, format: &CStr) -> Raised {
    let shown = format.to_string_lossy();
    raise::type_error(th, format_args!("memoryview: invalid type for format '{shown}'"))
}

#[cold]
fn wrong_value(th: &mut Thread, format: &CStr) -> Raised {
    let shown = format.to_string_lossy();
    raise::value_error(th, format_args!("memoryview: invalid value for format '{shown}'"))
}

/// The conversion's own error in the view's words.
fn in_words(th: &mut Thread, format: &CStr, raised: Raised) -> Raised {
    if raise::catch(th, exceptions::type_error_type()).is_some() {
        return wrong_type(th, format);
    }
    if raise::catch(th, exceptions::overflow_error_type()).is_some() || raise::catch(th, exceptions::value_error_type()).is_some() {
        return wrong_value(th, format);
    }
    raised
}

/// Converts an object for a native format.
pub(super) fn pack(th: &mut Thread, code: u8, format: &CStr, value: &Object) -> Result<Packed, Raised> {
    let size = size_of_code(code).unwrap_or(0);
    let bits: u64 = match code {
        b'?' => u64::from(ops::is_true(th, value)?),
        b'c' => match value.downcast::<Bytes>().map(Bytes::as_slice) {
            Some([byte]) => u64::from(*byte),
            Some(_) => return Err(wrong_value(th, format)),
            None => return Err(wrong_type(th, format)),
        },
        b'e' | b'f' | b'd' => {
            let x = float::as_f64(th, value).map_err(|raised| in_words(th, format, raised))?;
            match code {
                b'e' => match binary::to_half(x) {
                    Ok(half) => u64::from(half),
                    Err(_) => return Err(wrong_value(th, format)),
                },
                b'f' => u64::from((x as f32).to_bits()),
                _ => x.to_bits(),
            }
        }
        _ => {
            let n = ops::index(th, value).map_err(|raised| in_words(th, format, raised))?;
            let bits = size as u32 * 8;
            let (low, high) = match code {
                b'P' => (-(1i128 << 63), (1i128 << 64) - 1),
                _ if is_signed(code) => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
                _ => (0, (1i128 << bits) - 1),
            };
            match n.to_i128().filter(|n| (low..=high).contains(n)) {
                Some(n) => n as u64,
                None => return Err(wrong_value(th, format)),
            }
        }
    };
    let mut bytes = [0; 8];
    if LITTLE {
        bytes = bits.to_le_bytes();
    } else {
        bytes[..size].copy_from_slice(&bits.to_be_bytes()[8 - size..]);
    }
    Ok(Packed { bytes, size })
}
