//! Ints from text: `PyLong_FromString`, and `PyOS_strtol` as C's own function.

use core::ffi::{CStr, c_char, c_int};

use heap::{Object, Raised, Ref, Thread};
use objects::{Int, Str, ops, raise};

use crate::api;
use crate::entry::{c_text, expect};

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

/// What a digit or letter counts for; 37 for anything else.
fn digit(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or(37)
}

/// A literal as far as it is one.
struct Literal {
    /// Where reading ended: behind the literal and the blanks after it, or at what is wrong.
    end: usize,
    is_valid: bool,
    /// The base that messages name.
    base: u32,
}

/// Finds the end of an int literal. A base of 0 is that of the prefix.
fn scan(text: &[u8], mut base: u32) -> Literal {
    let at = |place: usize| text.get(place).copied().unwrap_or(0);
    let mut place = text.iter().take_while(|&&byte| is_space(byte)).count();
    if matches!(at(place), b'+' | b'-') {
        place += 1;
    }
    let prefixed = if at(place) == b'0' { at(place + 1).to_ascii_lowercase() } else { 0 };
    let of_prefix = match prefixed {
        b'x' => 16,
        b'o' => 8,
        b'b' => 2,
        _ => 10,
    };
    // Of the old octal literals only zeros are left.
    let must_be_zero = base == 0 && at(place) == b'0' && of_prefix == 10;
    if base == 0 {
        base = of_prefix;
    }
    if of_prefix == base && of_prefix != 10 {
        place += 2;
        if at(place) == b'_' {
            place += 1;
        }
    }
    let start = place;
    let failed = |end| Literal { end, is_valid: false, base };
    if at(start) == b'_' {
        return failed(start);
    }
    while digit(at(place)) < base || at(place) == b'_' {
        if at(place) == b'_' && at(place - 1) == b'_' {
            return failed(place - 1);
        }
        place += 1;
    }
    if place > start && at(place - 1) == b'_' {
        return failed(place - 1);
    }
    if place == start {
        return failed(start);
    }
    let is_zero = text[start..place].iter().all(|byte| matches!(byte, b'0' | b'_'));
    place += text[place..].iter().take_while(|&&byte| is_space(byte)).count();
    let zero_fails = must_be_zero && !is_zero;
    Literal { end: place, is_valid: place == text.len() && !zero_fails, base: if must_be_zero { 0 } else { base } }
}

fn checked_base(th: &mut Thread, base: c_int) -> Result<u32, Raised> {
    match u32::try_from(base) {
        Ok(base @ (0 | 2..=36)) => Ok(base),
        _ => Err(raise::value_error(th, format_args!("int() arg 2 must be >= 2 and <= 36"))),
    }
}

#[cold]
fn invalid(th: &mut Thread, text: &[u8], base: u32) -> Raised {
    let mut shown = text[..text.len().min(200)].to_vec();
    shown.push(0);
    // SAFETY: R4: the text ends with a zero.
    match unsafe { c_text(th, shown.as_ptr().cast()) } {
        Err(raised) => raised,
        Ok(text) => {
            let text = Str::new(th, text);
            match ops::repr(th, &text) {
                Err(raised) => raised,
                Ok(shown) => {
                    let shown: String = shown.to_string().chars().take(200).collect();
                    raise::value_error(th, format_args!("invalid literal for int() with base {base}: {shown}"))
                }
            }
        }
    }
}

/// C's `strtoul` with Python's prefixes: the value, where it ends, whether it was too large.
fn unsigned(text: &[u8], base: c_int) -> (u64, usize, bool) {
    let at = |place: usize| text.get(place).copied().unwrap_or(0);
    let mut place = text.iter().take_while(|&&byte| is_space(byte)).count();
    let prefix = if at(place) == b'0' { at(place + 1).to_ascii_lowercase() } else { 0 };
    let of_prefix = match prefix {
        b'x' => 16,
        b'o' => 8,
        b'b' => 2,
        _ => 10,
    };
    let base = match base {
        0 if at(place) == b'0' && of_prefix == 10 => {
            // Zeros alone: there are no octal literals without a prefix.
            let zeros = text[place..].iter().take_while(|&&byte| byte == b'0').count();
            let rest = text[place + zeros..].iter().take_while(|&&byte| is_space(byte)).count();
            return (0, place + zeros + rest, false);
        }
        0 => of_prefix,
        2..=36 => base.cast_unsigned(),
        _ => return (0, place, false),
    };
    if of_prefix == base && of_prefix != 10 {
        if digit(at(place + 2)) >= base {
            // A zero before a letter that belongs to nothing.
            return (0, place + 1, false);
        }
        place += 2;
    }
    let (mut value, mut overflow) = (0u64, false);
    while digit(at(place)) < base {
        match value.checked_mul(base.into()).and_then(|value| value.checked_add(digit(at(place)).into())) {
            Some(next) => value = next,
            None => overflow = true,
        }
        place += 1;
    }
    (if overflow { u64::MAX } else { value }, place, overflow)
}

fn set_range_error() {
    // SAFETY: R10: this thread's own `errno`.
    unsafe { *libc::__errno_location() = libc::ERANGE };
}

api! {
    /// An int from a C string; `end` gets the place behind it.
    fn PyLong_FromString(th, text: *const c_char, end: *mut *mut c_char, base: c_int) -> Result<Ref<Int>, Raised> {
        let base = checked_base(th, base)?;
        // SAFETY: R4: a C string.
        let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
        let literal = scan(bytes, base);
        if !literal.is_valid {
            if !end.is_null() {
                // SAFETY: R4: the caller's place for the result; inside of the text.
                unsafe { end.write(text.add(literal.end).cast_mut()) };
            }
            return Err(invalid(th, bytes, literal.base));
        }
        let made = objects::int::parse::from_bytes(th, bytes, base)?;
        if !end.is_null() {
            // SAFETY: as above.
            unsafe { end.write(text.add(literal.end).cast_mut()) };
        }
        Ok(made)
    }

    /// An int from a `str`.
    fn PyLong_FromUnicodeObject(th, text: &Object, base: c_int) -> Result<Ref<Int>, Raised> {
        let text = expect::<Str>(th, text)?;
        let base = checked_base(th, base)?;
        objects::int::parse::from_str(th, text, base)
    }
}

/// C's `strtoul` with Python's prefixes; needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyOS_strtoul(text: *const c_char, end: *mut *mut c_char, base: c_int) -> u64 {
    // SAFETY: R4: a C string.
    let (value, place, overflow) = unsigned(unsafe { CStr::from_ptr(text) }.to_bytes(), base);
    if overflow {
        set_range_error();
    }
    if !end.is_null() {
        // SAFETY: R4: the caller's place for the result; inside of the text.
        unsafe { end.write(text.add(place).cast_mut()) };
    }
    value
}

/// C's `strtol` with Python's prefixes; needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyOS_strtol(text: *const c_char, end: *mut *mut c_char, base: c_int) -> i64 {
    // SAFETY: R4: a C string.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    let blanks = bytes.iter().take_while(|&&byte| is_space(byte)).count();
    let sign = bytes.get(blanks).copied().filter(|byte| matches!(byte, b'+' | b'-'));
    let skipped = blanks + usize::from(sign.is_some());
    let (value, place, overflow) = unsigned(&bytes[skipped..], base);
    if !end.is_null() {
        // SAFETY: R4: the caller's place for the result; inside of the text.
        unsafe { end.write(text.add(skipped + place).cast_mut()) };
    }
    let negative = sign == Some(b'-');
    let signed = match i64::try_from(value) {
        Ok(value) if negative => Some(-value),
        Ok(value) => Some(value),
        Err(_) if negative && value == i64::MIN.unsigned_abs() => Some(i64::MIN),
        Err(_) => None,
    };
    match signed {
        Some(value) if !overflow => value,
        _ => {
            set_range_error();
            i64::MAX
        }
    }
}
