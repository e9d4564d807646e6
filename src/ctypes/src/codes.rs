//! The letters of simple types: size, description, and how a value goes into memory and comes out of it.
//!
//! Invariant: what goes into memory is computed first, by code that may call out ([`Simple::encode`]); what reads memory calls nothing
//! ([`Simple::decode`]), so that it runs under an object's lock.
#![allow(unsafe_code, reason = "memory of C values")]

use core::ffi::{c_char, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::{ByteArray, Bytes, Capsule, Complex, Float, Int, Str, bool_ref, none, none_ref, ops, raise};

use crate::ffi::{self, ffi_type};

/// Letters that a class may have, as the message about others lists them.
pub const LETTERS: &str = "cbBhHiIlLdDFGfuzZqQPOv?g";

/// A letter, and whether its bytes stand in the other order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Simple {
    pub code: u8,
    pub swapped: bool,
}

/// What a letter means.
struct Row {
    code: u8,
    ffi: fn() -> *mut ffi_type,
    /// Whether there is a type with the bytes in the other order.
    swaps: bool,
}

macro_rules! rows {
    ($($code:literal $ffi:ident $swaps:literal;)*) => {
        const ROWS: &[Row] = &[$(Row { code: $code, ffi: ffi::$ffi, swaps: $swaps }),*];
    };
}

rows! {
    b'c' sint8 false;
    b'b' sint8 true;
    b'B' uint8 true;
    b'h' sint16 true;
    b'H' uint16 true;
    b'i' sint true;
    b'I' uint32 true;
    b'l' sint64 true;
    b'L' uint64 true;
    b'q' sint64 true;
    b'Q' uint64 true;
    b'd' double true;
    b'f' float true;
    b'g' long_double false;
    b'D' complex_double true;
    b'F' complex_float true;
    b'G' complex_long_double false;
    b'u' sint false;
    b's' pointer false;
    b'U' pointer false;
    b'z' pointer false;
    b'Z' pointer false;
    b'P' pointer false;
    b'O' pointer false;
    b'v' sint16 false;
    b'?' uint8 true;
}

/// For each letter its row's number, or one that no row has.
const NUMBERS: [u8; 128] = {
    let mut numbers = [u8::MAX; 128];
    let mut at = 0;
    while at < ROWS.len() {
        numbers[ROWS[at].code as usize] = at as u8;
        at += 1;
    }
    numbers
};

fn row(code: u8) -> Option<&'static Row> {
    let number = NUMBERS.get(usize::from(code))?;
    ROWS.get(usize::from(*number))
}

/// A value on its way into memory.
pub struct Encoded {
    bytes: [u8; 32],
    len: usize,
    /// Bytes that do not fit.
    long: Vec<u8>,
    /// What must live as long as the memory has the value.
    pub keep: Option<Ref<Object>>,
}

impl Encoded {
    fn of(value: &[u8]) -> Encoded {
        let mut bytes = [0; 32];
        bytes[..value.len()].copy_from_slice(value);
        Encoded { bytes, len: value.len(), long: Vec::new(), keep: None }
    }

    fn address(address: usize, keep: Option<Ref<Object>>) -> Encoded {
        Encoded { keep, ..Encoded::of(&address.to_ne_bytes()) }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        if self.long.is_empty() { &self.bytes[..self.len] } else { &self.long }
    }

    /// The value as four words, as an argument of a call is kept.
    pub fn words(&self) -> [u64; 4] {
        // SAFETY: both are plain bytes of one size.
        unsafe { core::mem::transmute(self.bytes) }
    }
}

/// Why memory shows no value.
pub enum NoValue {
    /// A `PyObject *` that is null.
    NullObject,
    /// A wide character beyond Unicode.
    NoCharacter(u32),
    Memory,
}

impl NoValue {
    #[cold]
    pub fn raise(self, th: &mut Thread) -> Raised {
        match self {
            NoValue::NullObject if th.exception().is_some() => th.already_raised(),
            NoValue::NullObject => raise::value_error(th, format_args!("PyObject is NULL")),
            NoValue::NoCharacter(point) => {
                raise::value_error(th, format_args!("character U+{point:x} is not in range [U+0000; U+10ffff]"))
            }
            NoValue::Memory => raise::memory_error(th),
        }
    }
}

/// Bits of a bit field: the first, and how many.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Bits {
    pub first: u32,
    pub count: u32,
}

/// The lower 64 bits of an int, in two's complement.
pub fn low_bits(int: &Int) -> u64 {
    let mut bits = 0u64;
    for (at, digit) in int.digit_slice().iter().take(3).enumerate() {
        bits |= u64::from(*digit) << (30 * at);
    }
    if int.is_negative() { bits.wrapping_neg() } else { bits }
}

/// The integer that `__index__` gives, cut to 64 bits.
fn integer(th: &mut Thread, value: &Object) -> Result<u64, Raised> {
    match value.downcast::<Int>() {
        Some(int) => Ok(low_bits(int)),
        None => ops::index(th, value).map(|int| low_bits(&int)),
    }
}

/// Memory that a capsule owns: the name under which it holds it.
const OWNED: &core::ffi::CStr = c"_ctypes pymem";

unsafe extern "C-unwind" fn free_owned(capsule: *mut abi::PyObject) {
    // SAFETY: R4: called as the destructor of a capsule that `owned_copy` made.
    let capsule: &Capsule = unsafe { Object::borrow(capsule).cast_unchecked() };
    // SAFETY: the pointer came from `malloc`.
    unsafe { libc::free(capsule.pointer()) };
}

/// A copy of a text as wide characters with a zero behind them, and what owns it.
pub fn wide_copy(th: &mut Thread, text: &Str) -> Result<(*mut c_void, Ref<Object>), Raised> {
    let len = text.len();
    // SAFETY: the size is that of a string in memory, four times as wide at most.
    let copy: *mut u32 = unsafe { libc::malloc((len + 1) * 4) }.cast();
    if copy.is_null() {
        return Err(raise::memory_error(th));
    }
    for (at, point) in text.chars().iter().chain([0]).enumerate() {
        // SAFETY: there is room for `len + 1` characters.
        unsafe { copy.add(at).write(point) };
    }
    let owner = Capsule::new(th, copy.cast(), OWNED.as_ptr(), Some(free_owned));
    Ok((copy.cast(), owner.up()))
}

/// Wide characters as text.
///
/// # Safety
/// There are `len` of them at `start`, which need not be aligned.
pub unsafe fn wide_text(th: &Thread, start: *const u8, len: usize) -> Result<Ref<Object>, NoValue> {
    // SAFETY: the caller's promise.
    let points: Vec<u32> = (0..len).map(|at| unsafe { start.cast::<u32>().add(at).read_unaligned() }).collect();
    match points.iter().find(|&&point| point > 0x10_ffff) {
        Some(&point) => Err(NoValue::NoCharacter(point)),
        None => Ok(Str::from_code_points(th, &points).up()),
    }
}

/// How many of at most `most` wide characters come before a zero.
///
/// # Safety
/// So many may be read at `start`.
pub unsafe fn wide_len(start: *const u8, most: usize) -> usize {
    // SAFETY: the caller's promise.
    (0..most).find(|&at| unsafe { start.cast::<u32>().add(at).read_unaligned() } == 0).unwrap_or(most)
}

/// # Safety
/// As many bytes as a `T` has may be read at `at`.
unsafe fn read<T: Copy>(at: *const u8) -> T {
    // SAFETY: the caller's promise.
    unsafe { at.cast::<T>().read_unaligned() }
}

/// Eight bytes of an integer of a size, in either order, as it stands in memory.
///
/// # Safety
/// So many bytes may be read.
unsafe fn load(at: *const u8, size: usize, swapped: bool) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        match size {
            1 => u64::from(read::<u8>(at)),
            2 => u64::from(if swapped { read::<u16>(at).swap_bytes() } else { read(at) }),
            4 => u64::from(if swapped { read::<u32>(at).swap_bytes() } else { read(at) }),
            _ if swapped => read::<u64>(at).swap_bytes(),
            _ => read::<u64>(at),
        }
    }
}

fn int_bytes(value: u64, size: usize, swapped: bool) -> ([u8; 8], usize) {
    let mut bytes = value.to_le_bytes();
    if swapped {
        bytes[..size].reverse();
    }
    (bytes, size)
}

/// The lower bits of a number, all others 0.
fn masked(value: u64, count: u32) -> u64 {
    if count >= 64 { value } else { value & ((1 << count) - 1) }
}

impl Simple {
    /// The letter of a class, if it is one.
    pub fn of(code: u8) -> Option<Simple> {
        row(code).map(|_| Simple { code, swapped: false })
    }

    /// The same with the bytes in the other order, if there is such a type.
    pub fn other_order(self) -> Option<Simple> {
        row(self.code).filter(|row| row.swaps).map(|_| Simple { swapped: true, ..self })
    }

    pub fn ffi(self) -> *mut ffi_type {
        row(self.code).map_or_else(ffi::void, |row| (row.ffi)())
    }

    pub fn size(self) -> usize {
        // SAFETY: one of libffi's own.
        unsafe { ffi::layout_of(self.ffi()) }.0
    }

    /// Whether it is this letter, in the machine's order.
    pub fn is(self, code: u8) -> bool {
        self.code == code && !self.swapped
    }

    /// Signedness of the letters that mean an integer of one to eight bytes.
    fn signed(self) -> Option<bool> {
        match self.code {
            b'b' | b'h' | b'i' | b'l' | b'q' => Some(true),
            b'B' | b'H' | b'I' | b'L' | b'Q' => Some(false),
            // A truth value in the other order is read as the byte that it is.
            b'?' if self.swapped => Some(false),
            _ => None,
        }
    }

    /// Whether fields of this type may be bit fields.
    pub fn has_bits(self) -> bool {
        self.signed().is_some() || self.code == b'?' || self.code == b'v'
    }

    /// The letter in buffers' formats, in standard sizes.
    pub fn format(self) -> String {
        let code = match self.code {
            b'l' => b'q',
            b'L' => b'Q',
            code => code,
        };
        format!("{}{}", if self.swapped { '>' } else { '<' }, char::from(code))
    }

    /// The value that memory shows.
    ///
    /// # Safety
    /// `size` bytes (a value of the letter, or so many characters) may be read at `at`; a pointer among them is null or may be read, too.
    pub unsafe fn decode(self, th: &Thread, at: *const u8, size: usize, bits: Option<Bits>) -> Result<Ref<Object>, NoValue> {
        // SAFETY: the caller's promise, here and below.
        unsafe {
            if let Some(signed) = self.signed() {
                return Ok(self.decode_int(th, at, signed, bits));
            }
            let f64_at = |offset: usize| f64::from_bits(load(at.add(offset), 8, self.swapped));
            // Whoever reads four bytes gets no more.
            let f32_at = |offset: usize| f64::from(f32::from_bits(load(at.add(offset), 4, self.swapped) as u32));
            Ok(match self.code {
                b'?' => bool_ref(read::<u8>(at) != 0),
                b'v' => bool_ref(read::<u16>(at) != 0),
                b'd' => Float::new(th, f64_at(0)).up(),
                b'f' => Float::new(th, f32_at(0)).up(),
                b'g' => Float::new(th, crate::long_double::read(at)).up(),
                b'D' => complex(th, f64_at(0), f64_at(8)),
                b'F' => complex(th, f32_at(0), f32_at(4)),
                b'G' => complex(th, crate::long_double::read(at), crate::long_double::read(at.add(crate::long_double::SIZE))),
                b'c' => Bytes::new(th, &[read(at)]).up(),
                b'u' => return wide_text(th, at, 1),
                b's' => return chars(th, at, size),
                b'U' => return wide_text(th, at, wide_len(at, size / 4)),
                b'O' => {
                    let object: *mut abi::PyObject = read(at);
                    if object.is_null() {
                        return Err(NoValue::NullObject);
                    }
                    th.retain(Object::borrow(object))
                }
                _ => {
                    let pointer: *const u8 = read(at);
                    match self.code {
                        _ if pointer.is_null() => none_ref(),
                        b'z' => return chars(th, pointer, libc::strlen(pointer.cast::<c_char>())),
                        b'Z' => return wide_text(th, pointer, wide_len(pointer, usize::MAX)),
                        _ => Int::from_usize(th, pointer.addr()).up(),
                    }
                }
            })
        }
    }

    /// # Safety
    /// A value of the letter may be read at `at`.
    unsafe fn decode_int(self, th: &Thread, at: *const u8, signed: bool, bits: Option<Bits>) -> Ref<Object> {
        let size = self.size();
        // SAFETY: the caller's promise.
        let word = unsafe { load(at, size, self.swapped) };
        let Bits { first, count } = bits.unwrap_or(Bits { first: 0, count: (size * 8) as u32 });
        let value = masked(word >> first, count);
        match signed {
            true => {
                let unused = 64 - count;
                Int::from_i64(th, (value << unused).cast_signed() >> unused).up()
            }
            false => Int::from_u64(th, value).up(),
        }
    }

    /// The bytes of a value. `size`: of the memory that they are for.
    pub fn encode(self, th: &mut Thread, value: &Object, size: usize) -> Result<Encoded, Raised> {
        if self.signed().is_some() {
            let value = integer(th, value)?;
            let (bytes, size) = int_bytes(value, self.size(), self.swapped);
            return Ok(Encoded::of(&bytes[..size]));
        }
        Ok(match self.code {
            b'?' => Encoded::of(&[u8::from(ops::is_true(th, value)?)]),
            b'v' => Encoded::of(&(if ops::is_true(th, value)? { u16::MAX } else { 0 }).to_ne_bytes()),
            b'd' | b'f' | b'g' => {
                let value = objects::float::as_f64(th, value)?;
                self.reals(&[value])
            }
            b'D' | b'F' | b'G' => {
                let value = objects::complex::as_complex(th, value)?;
                self.reals(&[value.real, value.imag])
            }
            b'c' => Encoded::of(&[byte(th, value)?]),
            b'u' => Encoded::of(&wide_char(th, value)?.to_ne_bytes()),
            b's' => encode_chars(th, value, size)?,
            b'U' => encode_wide(th, value, size / 4)?,
            b'O' => {
                // R6: whoever reads the memory finds the object without a reference to follow.
                th.share(value);
                Encoded::address(value.as_ptr().addr(), Some(th.retain(value)))
            }
            b'P' if value.is(none()) => Encoded::address(0, None),
            b'P' => match value.downcast::<Int>() {
                Some(int) => Encoded::address(low_bits(int) as usize, None),
                None => return Err(raise::type_error(th, format_args!("cannot be converted to pointer"))),
            },
            b'z' => encode_bytes_pointer(th, value)?,
            _ => encode_wide_pointer(th, value)?,
        })
    }

    fn reals(self, values: &[f64]) -> Encoded {
        let mut encoded = Encoded::of(&[]);
        for value in values {
            let (bytes, size) = match self.code {
                b'f' | b'F' => widen(int_bytes(u64::from((*value as f32).to_bits()), 4, self.swapped)),
                b'd' | b'D' => widen(int_bytes(value.to_bits(), 8, self.swapped)),
                _ => (crate::long_double::bytes(*value), crate::long_double::SIZE),
            };
            encoded.bytes[encoded.len..encoded.len + size].copy_from_slice(&bytes[..size]);
            encoded.len += size;
        }
        encoded
    }

    /// Puts a value into memory.
    ///
    /// # Safety
    /// `at` may be written, as many bytes as the value has.
    pub unsafe fn store(self, at: *mut u8, value: &Encoded, bits: Option<Bits>) {
        let bytes = value.bytes();
        let Some(Bits { first, count }) = bits.filter(|_| self.signed().is_some()) else {
            // SAFETY: the caller's promise; the value is a copy of its own.
            return unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), at, bytes.len()) };
        };
        let size = self.size();
        // SAFETY: the caller's promise; the value has that size.
        let (old, new) = unsafe { (load(at, size, self.swapped), load(bytes.as_ptr(), size, self.swapped)) };
        let mask = masked(u64::MAX, count) << first;
        let (bytes, size) = int_bytes(old & !mask | (new << first) & mask, size, self.swapped);
        // SAFETY: the caller's promise.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), at, size) };
    }
}

fn widen((bytes, size): ([u8; 8], usize)) -> ([u8; 16], usize) {
    let mut wide = [0; 16];
    wide[..8].copy_from_slice(&bytes);
    (wide, size)
}

fn complex(th: &Thread, real: f64, imag: f64) -> Ref<Object> {
    let mut value = Complex::from_f64(real);
    value.imag = imag;
    Complex::new(th, value).up()
}

/// Characters up to the first zero.
///
/// # Safety
/// So many bytes may be read.
unsafe fn chars(th: &Thread, at: *const u8, most: usize) -> Result<Ref<Object>, NoValue> {
    // SAFETY: the caller's promise; a null pointer comes with no bytes.
    let bytes = if most == 0 { &[] } else { unsafe { core::slice::from_raw_parts(at, most) } };
    let len = bytes.iter().position(|&byte| byte == 0).unwrap_or(most);
    Bytes::try_new(th, &bytes[..len]).map(Ref::up).ok_or(NoValue::Memory)
}

fn byte(th: &mut Thread, value: &Object) -> Result<u8, Raised> {
    const WANTED: &str = "one character bytes, bytearray, or an integer in range(256) expected, not";
    if let Some(bytes) = value.downcast::<Bytes>() {
        return match bytes.as_slice() {
            [byte] => Ok(*byte),
            other => Err(raise::type_error(th, format_args!("{WANTED} bytes of length {}", other.len()))),
        };
    }
    if value.is_a::<ByteArray>() {
        let bytes = objects::glue::Buffer::new(th, value)?;
        return match *bytes {
            [byte] => Ok(byte),
            ref other => Err(raise::type_error(th, format_args!("{WANTED} bytearray of length {}", other.len()))),
        };
    }
    if let Some(int) = value.downcast::<Int>() {
        return match int.to_i64().and_then(|value| u8::try_from(value).ok()) {
            Some(byte) => Ok(byte),
            None => Err(raise::type_error(th, format_args!("integer not in range(256)"))),
        };
    }
    let got = ops::full_type_name(th, value.ty());
    Err(raise::type_error(th, format_args!("{WANTED} {got}")))
}

fn wide_char(th: &mut Thread, value: &Object) -> Result<u32, Raised> {
    let Some(text) = value.downcast::<Str>() else {
        let got = ops::full_type_name(th, value.ty());
        return Err(raise::type_error(th, format_args!("a unicode character expected, not instance of {got}")));
    };
    match text.len() {
        1 => Ok(text.char_at(0)),
        len => Err(raise::type_error(th, format_args!("a unicode character expected, not a string of length {len}"))),
    }
}

/// Characters for an array: with the zero behind them where there is room.
fn encode_chars(th: &mut Thread, value: &Object, room: usize) -> Result<Encoded, Raised> {
    let Some(bytes) = value.downcast::<Bytes>() else {
        let got = ops::type_name(value);
        return Err(raise::type_error(th, format_args!("expected bytes, {got} found")));
    };
    let bytes = bytes.as_slice();
    let len = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    if len > room {
        return Err(raise::value_error(th, format_args!("bytes too long ({len}, maximum length {room})")));
    }
    let mut long = bytes[..len].to_vec();
    if len < room {
        long.push(0);
    }
    Ok(Encoded { long, ..Encoded::of(&[]) })
}

/// The same of wide characters.
fn encode_wide(th: &mut Thread, value: &Object, room: usize) -> Result<Encoded, Raised> {
    let Some(text) = value.downcast::<Str>() else {
        let got = ops::type_name(value);
        return Err(raise::type_error(th, format_args!("unicode string expected instead of {got} instance")));
    };
    let len = text.len();
    if len > room {
        return Err(raise::value_error(th, format_args!("string too long ({len}, maximum length {room})")));
    }
    let long = wide_bytes(text, room);
    Ok(Encoded { long, keep: Some(th.retain(value)), ..Encoded::of(&[]) })
}

/// A text as wide characters, with the zero behind them where there is room.
pub fn wide_bytes(text: &Str, room: usize) -> Vec<u8> {
    text.chars().iter().chain([0]).take(room).flat_map(u32::to_ne_bytes).collect()
}

fn encode_bytes_pointer(th: &mut Thread, value: &Object) -> Result<Encoded, Raised> {
    if value.is(none()) {
        return Ok(Encoded::address(0, None));
    }
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(Encoded::address(bytes.as_slice().as_ptr().addr(), Some(th.retain(value))));
    }
    if let Some(int) = value.downcast::<Int>() {
        return Ok(Encoded::address(low_bits(int) as usize, None));
    }
    let got = ops::type_name(value);
    Err(raise::type_error(th, format_args!("bytes or integer address expected instead of {got} instance")))
}

fn encode_wide_pointer(th: &mut Thread, value: &Object) -> Result<Encoded, Raised> {
    if value.is(none()) {
        return Ok(Encoded::address(0, None));
    }
    if let Some(int) = value.downcast::<Int>() {
        return Ok(Encoded::address(low_bits(int) as usize, None));
    }
    if let Some(text) = value.downcast::<Str>() {
        let (address, owner) = wide_copy(th, text)?;
        return Ok(Encoded::address(address.addr(), Some(owner)));
    }
    let got = ops::type_name(value);
    Err(raise::type_error(th, format_args!("unicode string or integer address expected instead of {got} instance")))
}
