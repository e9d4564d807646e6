//! Strings: made, read, filled in, changed while nobody else has them. Coding is in `coded`, searching and comparing in `find`, wide characters
//! in `wide`, the locale's and the file system's encoding in `locale`, facts about characters in `tables`.
//!
//! Invariant: C fills a string in (by macros or the functions here) while it has the only reference, and keeps to what it asked for: no character
//! wider than the string was made for. Afterwards it is like any other.

pub mod coded;
pub mod find;
pub mod locale;
pub mod tables;
pub mod wide;

use core::ffi::{c_char, c_int, c_void};
use core::ops::Range;

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::str::Chars;
use objects::{Str, allocators, codecs, raise};

use crate::api;
use crate::entry::{Lent, expect};

/// The largest code point.
const LARGEST: u32 = 0x10_ffff;

/// Above so many bytes it is asked first whether there is memory.
const HUGE: usize = 1 << 30;

/// The object as a string: `TypeError` of few words (`PyErr_BadArgument`).
pub(super) fn argument<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Str, Raised> {
    Str::of(object).ok_or_else(|| bad_argument(th))
}

#[cold]
pub(super) fn bad_argument(th: &mut Thread) -> Raised {
    raise::type_error(th, format_args!("bad argument type for built-in operation"))
}

/// The object as a string: `TypeError` that names its type.
pub(super) fn must_be_str<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Str, Raised> {
    Str::of(object).ok_or_else(|| {
        let got = super::format::clip(object.ty().tp_name_bytes(), 100);
        raise::type_error(th, format_args!("must be str, not {got}"))
    })
}

/// A string of UTF-8; what is none raises `UnicodeDecodeError`.
pub fn from_utf8(th: &mut Thread, bytes: &[u8]) -> Result<Ref<Str>, Raised> {
    match core::str::from_utf8(bytes) {
        Ok("") => Ok(Str::empty()),
        Ok(text) if text.len() == 1 => Ok(Str::from_char(th, u32::from(bytes[0]))),
        Ok(text) => Str::try_from_utf8(th, text).ok_or_else(|| raise::memory_error(th)),
        Err(_) => {
            let input = codecs::decoding::Input::new(objects::none(), bytes);
            codecs::decoding::utf8(th, input, None, true).map(|(text, _)| text)
        }
    }
}

/// `chr(ordinal)`
pub fn character(th: &mut Thread, ordinal: c_int) -> Result<Ref<Str>, Raised> {
    match u32::try_from(ordinal) {
        Ok(c) if c <= LARGEST => Ok(Str::from_char(th, c)),
        _ => Err(raise::value_error(th, format_args!("chr() arg not in range(0x110000)"))),
    }
}

/// A new string that is to be filled in. The empty one is always the same.
pub fn unfilled(th: &mut Thread, len: usize, widest: u32) -> Result<Ref<Str>, Raised> {
    if len == 0 {
        return Ok(Str::empty());
    }
    let made = if allocators::refuse(len) { None } else { Str::unfilled(th, len, widest) };
    let made = made.ok_or_else(|| raise::memory_error(th))?;
    // C fills it in: it must be common before, for afterwards nobody may move it.
    heap::foreign::show(th, made.as_object());
    Ok(made)
}

/// Writes a character into a string that is being filled in.
///
/// # Safety
/// R13: nobody else has the string; `at` is within it, and its units are wide enough.
pub unsafe fn put(start: *mut u8, unit: usize, at: usize, c: u32) {
    // SAFETY: the caller's promise.
    unsafe {
        match unit {
            1 => start.add(at).write(c as u8),
            2 => start.cast::<u16>().add(at).write(c as u16),
            _ => start.cast::<u32>().add(at).write(c),
        }
    }
}

/// Copies characters into a string that is being filled in.
///
/// # Safety
/// R13: as [`put`], for all of them.
pub unsafe fn put_all(start: *mut u8, unit: usize, at: usize, from: Chars<'_>, range: Range<usize>) {
    let (bytes, width): (*const u8, usize) = match from {
        Chars::Ascii(units) | Chars::One(units) => (units.as_ptr(), 1),
        Chars::Two(units) => (units.as_ptr().cast(), 2),
        Chars::Four(units) => (units.as_ptr().cast(), 4),
    };
    // SAFETY: the caller's promise; the range lies within `from`.
    unsafe {
        if width == unit {
            // A string may be copied within itself.
            start.add(at * unit).copy_from(bytes.add(range.start * unit), range.len() * unit);
            return;
        }
        for (to, index) in (at..).zip(range) {
            put(start, unit, to, from.at(index));
        }
    }
}

/// The widest character of a part.
pub fn widest(chars: Chars<'_>, range: Range<usize>) -> u32 {
    let bits = match chars {
        Chars::Ascii(_) => 0,
        Chars::One(units) => units[range].iter().fold(0, |bits, &unit| bits | u32::from(unit)),
        Chars::Two(units) => units[range].iter().fold(0, |bits, &unit| bits | u32::from(unit)),
        Chars::Four(units) => units[range].iter().fold(0, |bits, &unit| bits | unit),
    };
    match bits {
        0..0x80 => 0x7f,
        0x80..0x100 => 0xff,
        0x100..0x1_0000 => 0xffff,
        _ => LARGEST,
    }
}

/// A string with another length: the same one if nobody else has it.
pub fn resized(th: &mut Thread, s: Ref<Str>, len: usize) -> Result<Ref<Str>, (Ref<Str>, Raised)> {
    if s.len() == len {
        return Ok(s);
    }
    if len == 0 {
        th.release(s);
        return Ok(Str::empty());
    }
    if allocators::refuse(len) {
        return Err((s, raise::memory_error(th)));
    }
    if s.is_fillable(th) {
        return Str::resize(th, s, len).map_err(|same| (same, raise::memory_error(th)));
    }
    match unfilled(th, len, s.widest()) {
        Ok(made) => {
            // SAFETY: R13: the string is new, as wide as the old one, and at least as long as what is copied.
            unsafe { put_all(made.start(), made.unit_size(), 0, s.chars(), 0..s.len().min(len)) };
            th.release(s);
            Ok(made)
        }
        Err(raised) => Err((s, raised)),
    }
}

#[cold]
fn out_of_range(th: &mut Thread) -> Raised {
    raise::index_error(th, format_args!("string index out of range"))
}

fn check_fillable(th: &mut Thread, s: &Str) -> Result<(), Raised> {
    match s.is_fillable(th) {
        true => Ok(()),
        false => Err(raise::system_error(th, format_args!("Cannot modify a string currently used"))),
    }
}

fn kind_name(s: &Str) -> &'static str {
    match s.chars() {
        Chars::Ascii(_) => "ascii",
        Chars::One(_) => "latin1",
        Chars::Two(_) => "UCS2",
        Chars::Four(_) => "UCS4",
    }
}

fn copy_characters(th: &mut Thread, to: &Str, to_start: isize, from: &Str, from_start: isize, count: isize) -> Result<isize, Raised> {
    let (Ok(to_at), Ok(from_at)) = (usize::try_from(to_start), usize::try_from(from_start)) else { return Err(out_of_range(th)) };
    if from_at > from.len() || to_at > to.len() {
        return Err(out_of_range(th));
    }
    let Ok(count) = usize::try_from(count) else {
        return Err(raise::system_error(th, format_args!("how_many cannot be negative")));
    };
    let count = count.min(from.len() - from_at);
    if to_at + count > to.len() {
        let len = to.len();
        return Err(raise::system_error(th, format_args!("Cannot write {count} characters at {to_at} in a string of {len} characters")));
    }
    if count == 0 {
        return Ok(0);
    }
    check_fillable(th, to)?;
    let range = from_at..from_at + count;
    if from.widest() > to.widest() && widest(from.chars(), range.clone()) > to.widest() {
        let (from, to) = (kind_name(from), kind_name(to));
        return Err(raise::system_error(th, format_args!("Cannot copy {from} characters into a string of {to} characters")));
    }
    // SAFETY: R13: checked above.
    unsafe { put_all(to.start(), to.unit_size(), to_at, from.chars(), range) };
    Ok(count.cast_signed())
}

/// The string that keeps `*place` afterwards, or null after an error.
fn append(th: &mut Thread, place: *mut *mut abi::PyObject, right: Option<&Object>) -> Result<(), Raised> {
    // SAFETY: R2: the caller's variable holds a count, or null.
    let left = unsafe { Ref::<Object>::from_raw_nullable(place.replace(core::ptr::null_mut())) };
    let left = match (left.map(Ref::downcast::<Str>), right.and_then(Str::of)) {
        (Some(Ok(left)), Some(right)) => {
            if left.is_empty() {
                Ok(th.retain(right))
            } else if right.is_empty() {
                Ok(left)
            } else {
                match Str::append(th, left, right) {
                    Ok(grown) => Ok(grown),
                    Err(left) => Str::concat(th, &left, right).ok_or_else(|| raise::memory_error(th)),
                }
            }
        }
        _ if th.exception().is_some() => Err(th.already_raised()),
        _ => Err(raise::bad_internal_call(th)),
    }?;
    heap::foreign::show(th, left.as_object());
    // SAFETY: R2: the count goes to the caller's variable.
    unsafe { place.write(left.into_raw()) };
    Ok(())
}

/// Puts the interned string into a variable that holds a string.
fn intern_in_place(th: &mut Thread, place: *mut *mut abi::PyObject, for_ever: bool) {
    // SAFETY: R4: the caller's variable holds an object or null.
    let Some(object) = (unsafe { objects::glue::borrow_nullable(*place) }) else { return };
    let Some(text) = object.downcast_exact::<Str>() else { return };
    let interned = match for_ever {
        true => objects::str::intern_ref(th, th.retain(text)).to_ref(),
        false => objects::str::intern_mortal(th, text),
    };
    if !core::ptr::eq(&*interned, text) {
        // SAFETY: R2: the variable's count is given up for that of the interned string.
        let old = unsafe { Ref::<Object>::from_raw(place.replace(interned.into_raw())) };
        th.release(old);
    }
}

api! {
    /// A new string for C to fill in.
    fn PyUnicode_New(th, len: isize, widest: u32) -> Result<Ref<Str>, Raised> {
        match usize::try_from(len) {
            Ok(0) => Ok(Str::empty()),
            _ if widest > LARGEST => Err(raise::system_error(th, format_args!("invalid maximum character passed to PyUnicode_New"))),
            Ok(len) => unfilled(th, len, widest),
            Err(_) => Err(raise::system_error(th, format_args!("Negative size passed to PyUnicode_New"))),
        }
    }

    /// A string of UTF-8.
    fn PyUnicode_FromString(th, text: *const c_char) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: a C string.
        let bytes = unsafe { core::ffi::CStr::from_ptr(text) }.to_bytes();
        from_utf8(th, bytes)
    }

    /// A string of UTF-8 of a length.
    fn PyUnicode_FromStringAndSize(th, text: *const c_char, len: isize) -> Result<Ref<Str>, Raised> {
        match usize::try_from(len) {
            Err(_) => Err(raise::system_error(th, format_args!("Negative size passed to PyUnicode_FromStringAndSize"))),
            // What cannot be copied is not read either.
            Ok(len) if !text.is_null() && len > HUGE && Vec::<u8>::new().try_reserve_exact(len).is_err() => Err(raise::memory_error(th)),
            // SAFETY: R4: so many bytes.
            Ok(len) if !text.is_null() => from_utf8(th, unsafe { core::slice::from_raw_parts(text.cast(), len) }),
            Ok(0) => Ok(Str::empty()),
            Ok(_) => {
                let message = "NULL string with positive size with NULL passed to PyUnicode_FromStringAndSize";
                Err(raise::system_error(th, format_args!("{message}")))
            }
        }
    }

    /// A string of units of 1, 2 or 4 bytes.
    fn PyUnicode_FromKindAndData(th, kind: c_int, units: *const c_void, len: isize) -> Result<Ref<Str>, Raised> {
        let Ok(len) = usize::try_from(len) else {
            return Err(raise::value_error(th, format_args!("size must be positive")));
        };
        if len == 0 && matches!(kind, 1 | 2 | 4) {
            return Ok(Str::empty());
        }
        // SAFETY: R4: so many units of that width.
        let made = unsafe {
            match kind {
                1 => Str::from_units(th, core::slice::from_raw_parts(units.cast::<u8>(), len)),
                2 => Str::from_units(th, core::slice::from_raw_parts(units.cast::<u16>(), len)),
                4 if len == 1 && *units.cast::<u32>() > LARGEST => {
                    return Err(raise::system_error(th, format_args!("invalid maximum character passed to PyUnicode_New")));
                }
                4 => Str::from_units(th, core::slice::from_raw_parts(units.cast::<u32>(), len)),
                _ => return Err(raise::system_error(th, format_args!("invalid kind"))),
            }
        };
        made.ok_or_else(|| raise::memory_error(th))
    }

    /// `chr(ordinal)`
    fn PyUnicode_FromOrdinal(th, ordinal: c_int) -> Result<Ref<Str>, Raised> {
        character(th, ordinal)
    }

    /// The string, or an exact one with its characters.
    fn PyUnicode_FromObject(th, object: &Object) -> Result<Ref<Str>, Raised> {
        match Str::of(object) {
            Some(text) => Ok(text.exact(th)),
            None => {
                let got = super::format::clip(object.ty().tp_name_bytes(), 100);
                Err(raise::type_error(th, format_args!("Can't convert '{got}' object to str implicitly")))
            }
        }
    }

    /// How many characters a string has.
    fn PyUnicode_GetLength(th, text: &Object) -> Result<isize, Raised> {
        Ok(argument(th, text)?.len().cast_signed())
    }

    /// Once the length in `wchar_t`s; nobody can have meant that.
    fn PyUnicode_GetSize(th, _text: Option<&Object>) -> Result<isize, Raised> {
        Err(raise::runtime_error(th, format_args!("PyUnicode_GetSize has been removed.")))
    }

    /// A character.
    fn PyUnicode_ReadChar(th, text: &Object, index: isize) -> Result<u32, Raised> {
        let text = argument(th, text)?;
        match usize::try_from(index) {
            Ok(at) if at < text.len() => Ok(text.char_at(at)),
            _ => Err(out_of_range(th)),
        }
    }

    /// Fills a character in.
    fn PyUnicode_WriteChar(th, text: &Object, index: isize, c: u32) -> Result<(), Raised> {
        // Instances of subclasses are not compact.
        let text = text.downcast_exact::<Str>().ok_or(()).or_else(|()| Err(bad_argument(th)))?;
        let at = match usize::try_from(index) {
            Ok(at) if at < text.len() => at,
            _ => return Err(out_of_range(th)),
        };
        check_fillable(th, text)?;
        if c > text.widest() {
            return Err(raise::value_error(th, format_args!("character out of range")));
        }
        // SAFETY: R13: checked above.
        unsafe { put(text.start(), text.unit_size(), at, c) };
        Ok(())
    }

    /// Fills a part in with a part of another string: how many characters that were.
    fn PyUnicode_CopyCharacters(th, to: &Object, to_start: isize, from: &Object, from_start: isize, count: isize) -> Result<isize, Raised> {
        let (from, to) = (expect::<Str>(th, from)?, expect::<Str>(th, to)?);
        copy_characters(th, to, to_start, from, from_start, count)
    }

    /// Fills a part in with one character: how many that were.
    fn PyUnicode_Fill(th, text: &Object, start: isize, len: isize, c: u32) -> Result<isize, Raised> {
        let text = expect::<Str>(th, text)?;
        check_fillable(th, text)?;
        let Ok(start) = usize::try_from(start) else { return Err(out_of_range(th)) };
        if c > text.widest() {
            return Err(raise::value_error(th, format_args!("fill character is bigger than the string maximum character")));
        }
        let len = len.min(text.len().cast_signed() - start.cast_signed()).max(0);
        for at in start..start + len.cast_unsigned() {
            // SAFETY: R13: checked above.
            unsafe { put(text.start(), text.unit_size(), at, c) };
        }
        Ok(len)
    }

    /// Gives the string of a variable another length.
    fn PyUnicode_Resize(th, place: *mut *mut abi::PyObject, len: isize) -> Result<(), Raised> {
        // SAFETY: R4: the caller's variable holds an object or null.
        let object = if place.is_null() { None } else { unsafe { objects::glue::borrow_nullable(*place) } };
        let (Some(_), Ok(len)) = (object.and_then(Str::of), usize::try_from(len)) else { return Err(raise::bad_internal_call(th)) };
        // SAFETY: R2: the variable's count is moved out, and back in below.
        let text = unsafe { Ref::<Str>::from_raw(*place) };
        let (text, result) = match resized(th, text, len) {
            Ok(text) => (text, Ok(())),
            Err((text, raised)) => (text, Err(raised)),
        };
        // SAFETY: R2: see above.
        unsafe { place.write(text.into_raw()) };
        result
    }

    /// A part of a string.
    fn PyUnicode_Substring(th, text: &Object, start: isize, end: isize) -> Result<Ref<Str>, Raised> {
        let text = argument(th, text)?;
        let len = text.len().cast_signed();
        let end = end.min(len);
        if start == 0 && end == len {
            return Ok(text.exact(th));
        }
        if start < 0 || end < 0 {
            return Err(out_of_range(th));
        }
        if start >= len || end < start {
            return Ok(Str::empty());
        }
        text.slice(th, start.cast_unsigned()..end.cast_unsigned()).ok_or_else(|| raise::memory_error(th))
    }

    /// Puts the string of a variable and another one together.
    fn PyUnicode_Append(th, place: *mut *mut abi::PyObject, right: Option<&Object>) {
        let result = match place.is_null() {
            false => append(th, place, right),
            true if th.exception().is_some() => return,
            true => Err(raise::bad_internal_call(th)),
        };
        let _: c_int = crate::entry::ToC::to_c(result, th);
    }

    /// The same, and gives the other one up.
    fn PyUnicode_AppendAndDel(th, place: *mut *mut abi::PyObject, right: *mut abi::PyObject) {
        // SAFETY: R2: the caller's count is given up.
        let right = unsafe { Ref::<Object>::from_raw_nullable(right) };
        let result = match place.is_null() {
            false => append(th, place, right.as_deref()),
            true if th.exception().is_some() => Ok(()),
            true => Err(raise::bad_internal_call(th)),
        };
        if let Some(right) = right {
            th.release(right);
        }
        let _: c_int = crate::entry::ToC::to_c(result, th);
    }

    /// The UTF-8 form, which the string keeps.
    fn PyUnicode_AsUTF8(th, text: &Object) -> Result<*const c_char, Raised> {
        let text = argument(th, text)?;
        match text.to_utf8() {
            Some(utf8) => Ok(utf8.as_ptr().cast()),
            None => Err(raise::unicode_surrogates(th, text)),
        }
    }

    /// The UTF-8 form, which the string keeps, and its length.
    fn PyUnicode_AsUTF8AndSize(th, text: &Object, size: *mut isize) -> Result<*const c_char, Raised> {
        let utf8 = match argument(th, text) {
            Ok(text) => text.to_utf8().ok_or_else(|| raise::unicode_surrogates(th, text)),
            Err(raised) => Err(raised),
        };
        if !size.is_null() {
            // SAFETY: R4: the caller's variable.
            unsafe { size.write(utf8.as_ref().map_or(-1, |utf8| utf8.len().cast_signed())) };
        }
        utf8.map(|utf8| utf8.as_ptr().cast())
    }

    /// The UTF-8 form of a string without zeros.
    fn _PyUnicode_AsUTF8NoNUL(th, text: &Object) -> Result<*const c_char, Raised> {
        let text = argument(th, text)?;
        match text.to_utf8() {
            Some(utf8) if utf8.as_bytes().contains(&0) => Err(raise::value_error(th, format_args!("embedded null character"))),
            Some(utf8) => Ok(utf8.as_ptr().cast()),
            None => Err(raise::unicode_surrogates(th, text)),
        }
    }

    /// The width of a string's units (the function behind the macro).
    fn PyUnicode_KIND(_th, text: &Object) -> c_int {
        Str::of(text).map_or(0, |text| text.unit_size() as c_int)
    }

    /// Where a string's units are (the function behind the macro).
    fn PyUnicode_DATA(_th, text: &Object) -> *mut c_void {
        Str::of(text).map_or(core::ptr::null_mut(), |text| text.start().cast())
    }

    /// Puts the interned string into a variable: it is so as long as somebody refers to it.
    fn PyUnicode_InternInPlace(th, place: *mut *mut abi::PyObject) {
        intern_in_place(th, place, false);
    }

    /// Puts the interned string into a variable: it is so for ever.
    fn PyUnicode_InternImmortal(th, place: *mut *mut abi::PyObject) {
        intern_in_place(th, place, true);
    }

    /// The interned string of UTF-8.
    fn PyUnicode_InternFromString(th, text: *const c_char) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: a C string.
        let bytes = unsafe { core::ffi::CStr::from_ptr(text) }.to_bytes();
        let text = from_utf8(th, bytes)?;
        Ok(objects::str::intern_mortal(th, &text))
    }

    /// The interned string of a static name.
    fn _PyUnicode_FromId(th, id: *const Identifier) -> Result<Lent, Raised> {
        // SAFETY: R4: a static with a C string.
        let name = unsafe { crate::entry::c_text(th, (*id).name) }?;
        Ok(Lent::some(objects::intern(th, name).to_ref()))
    }

    /// A copy in which each digit is ASCII's and each blank a blank; it ends with `?` where something else stands.
    fn _PyUnicode_TransformDecimalAndSpaceToASCII(th, text: &Object) -> Result<Ref<Str>, Raised> {
        let text = expect::<Str>(th, text)?;
        if text.is_ascii() {
            return Ok(th.retain(text));
        }
        let mut out = Vec::with_capacity(text.len());
        for c in text.chars().iter() {
            out.push(match c {
                0..127 => c as u8,
                _ if algos::ucd::is_space(c) => b' ',
                _ => match algos::ucd::decimal(c) {
                    Some(digit) => b'0' + digit,
                    None => {
                        out.push(b'?');
                        break;
                    }
                },
            });
        }
        Ok(Str::from_latin1(th, &out))
    }
}

/// `_Py_Identifier`
#[repr(C)]
pub struct Identifier {
    pub(super) name: *const c_char,
    index: isize,
}
