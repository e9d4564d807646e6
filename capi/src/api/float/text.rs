//! Floats as C strings: `PyOS_string_to_double`, `PyOS_double_to_string`; comparing C strings without regard to case.

use core::ffi::{CStr, c_char, c_int, c_void};

use heap::{Object, Raised, Thread};
use objects::raise;

use crate::api;

unsafe extern "C-unwind" {
    /// Memory that the caller frees by `PyMem_Free`.
    fn PyMem_Malloc(size: usize) -> *mut c_void;
}

/// What `PyOS_double_to_string` says of its result.
mod kind {
    use core::ffi::c_int;
    pub const FINITE: c_int = 0;
    pub const INFINITE: c_int = 1;
    pub const NAN: c_int = 2;
}

/// How digits are laid out: bits of the flags of `PyOS_double_to_string`.
mod flag {
    use core::ffi::c_int;
    pub const SIGN: c_int = 1;
    pub const ADD_DOT_0: c_int = 2;
    pub const ALT: c_int = 4;
    pub const NO_NEG_0: c_int = 8;
}

/// The length of the longest float that `text` begins with; 0 if there is none.
fn prefix(text: &[u8]) -> usize {
    let sign = usize::from(matches!(text, [b'+' | b'-', ..]));
    let body = &text[sign..];
    let has = |word: &[u8]| body.len() >= word.len() && body[..word.len()].eq_ignore_ascii_case(word);
    for word in [&b"infinity"[..], b"inf", b"nan"] {
        if has(word) {
            return sign + word.len();
        }
    }
    let digits = |from: usize| body[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(0);
    let mut end = whole;
    let mut fraction = 0;
    if body.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        if whole + fraction > 0 {
            end += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(body.get(end), Some(b'e' | b'E')) {
        let signed = end + 1 + usize::from(matches!(body.get(end + 1), Some(b'+' | b'-')));
        if signed <= body.len() && digits(signed) > 0 {
            end = signed + digits(signed);
        }
    }
    sign + end
}

fn is_infinite_word(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'i' | b'I'))
}

#[cold]
fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(&text[..text.len().min(200)]).into_owned()
}

/// `PyOS_string_to_double`: the value, and how much of the text was read.
fn parse(th: &mut Thread, text: &[u8], must_end: bool, overflow: Option<&Object>) -> (Result<f64, Raised>, usize) {
    let end = prefix(text);
    let value = algos::float::parse(&text[..end]);
    let (Some(value), false) = (value, end == 0 || (must_end && end != text.len())) else {
        let text = shown(text);
        return (Err(raise::value_error(th, format_args!("could not convert string to float: '{text}'"))), end);
    };
    if let Some(overflow) = overflow
        && value.is_infinite()
        && !is_infinite_word(&text[..end])
    {
        let message = objects::Str::new(th, &format!("value too large to convert to float: '{}'", shown(text)));
        return (Err(raise::object(th, overflow, Some(&message))), end);
    }
    (Ok(value), end)
}

/// Text in memory that `PyMem_Free` frees, with a zero behind it.
fn to_c(th: &mut Thread, text: &str) -> Result<*mut c_char, Raised> {
    // SAFETY: R4: asks for memory; no thread is needed.
    let block: *mut u8 = unsafe { PyMem_Malloc(text.len() + 1) }.cast();
    if block.is_null() {
        return Err(raise::memory_error(th));
    }
    // SAFETY: R4: a fresh block of that size.
    unsafe {
        block.copy_from_nonoverlapping(text.as_ptr(), text.len());
        block.add(text.len()).write(0);
    }
    Ok(block.cast())
}

api! {
    /// A float from a C string; all of it unless `end` is given.
    fn PyOS_string_to_double(th, text: *const c_char, end: *mut *mut c_char, overflow: Option<&Object>) -> Result<f64, Raised> {
        // SAFETY: R4: a C string.
        let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
        let (result, read) = parse(th, bytes, end.is_null(), overflow);
        if !end.is_null() {
            // SAFETY: R4: the caller's place for the result; inside of the text.
            unsafe { end.write(text.add(read).cast_mut()) };
        }
        result
    }

    /// A float as text that the caller frees.
    fn PyOS_double_to_string(th, value: f64, code: i8, precision: c_int, flags: c_int, kind: *mut c_int) -> Result<*mut c_char, Raised> {
        let code = code.cast_unsigned();
        let (true, Ok(precision)) = (b"eEfFgGr".contains(&code), usize::try_from(precision)) else { return Err(raise::bad_internal_call(th)) };
        if code == b'r' && precision != 0 {
            return Err(raise::bad_internal_call(th));
        }
        let has = |bit| flags & bit != 0;
        let flags = algos::float::Flags {
            plus: has(flag::SIGN),
            alternate: has(flag::ALT),
            dot_zero: has(flag::ADD_DOT_0),
            no_negative_zero: has(flag::NO_NEG_0),
        };
        let text = algos::float::format(value, code, precision, flags);
        if !kind.is_null() {
            let found = if value.is_nan() { kind::NAN } else if value.is_infinite() { kind::INFINITE } else { kind::FINITE };
            // SAFETY: R4: the caller's place for the result.
            unsafe { kind.write(found) };
        }
        to_c(th, &text)
    }
}

/// Compares at most `limit` bytes of C strings without regard to the case of ASCII letters.
///
/// # Safety
/// R4: both are C strings.
unsafe fn compare(a: *const c_char, b: *const c_char, limit: usize) -> c_int {
    let lower = |text: *const c_char, place: usize| {
        // SAFETY: the caller's promise; no string was read beyond its zero.
        c_int::from(unsafe { text.add(place).read() }.cast_unsigned().to_ascii_lowercase())
    };
    for place in 0..limit {
        let (x, y) = (lower(a, place), lower(b, place));
        if x != y || x == 0 {
            return x - y;
        }
    }
    0
}

/// `strcasecmp` without a locale; needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyOS_mystricmp(a: *const c_char, b: *const c_char) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe { compare(a, b, usize::MAX) }
}

/// `strncasecmp` without a locale; needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyOS_mystrnicmp(a: *const c_char, b: *const c_char, len: isize) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe { compare(a, b, len.max(0).cast_unsigned()) }
}
