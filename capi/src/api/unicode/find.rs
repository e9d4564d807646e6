//! Searching, comparing, cutting and joining strings: what the methods of `str` do.

use core::cmp::Ordering;
use core::ffi::{CStr, c_char, c_int};
use core::ops::Range;

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::glue::CompareOp;
use objects::str::search::{self, SliceIndex};
use objects::{List, Str, Tuple, ops, raise};

use super::{bad_argument, must_be_str};
use crate::api;

/// The part between two bounds, which count from the end if they are negative; `None`: not even nothing is there.
fn part(start: isize, end: isize, len: usize) -> Option<Range<usize>> {
    search::part(Some(SliceIndex(start)), Some(SliceIndex(end)), len)
}

fn two<'a>(th: &mut Thread, a: &'a Object, b: &'a Object) -> Result<(&'a Str, &'a Str), Raised> {
    Ok((must_be_str(th, a)?, must_be_str(th, b)?))
}

fn order(order: Ordering) -> c_int {
    order as c_int
}

/// A string's order against a string of Latin-1.
fn compare_latin1(text: &Str, other: &[u8]) -> Ordering {
    text.chars().iter().cmp(other.iter().map(|&byte| u32::from(byte)))
}

/// Whether a string's UTF-8 form is this.
fn is_utf8(text: &Str, bytes: &[u8]) -> bool {
    match text.as_ascii() {
        Some(text) => text.as_bytes() == bytes,
        // Nothing with lone surrogates is UTF-8.
        None => core::str::from_utf8(bytes).is_ok_and(|other| text.eq_text(other)),
    }
}

/// What `errors` says about a character that a table deletes.
fn translate(th: &mut Thread, text: &Str, table: &Object, errors: &str) -> Result<Ref<Str>, Raised> {
    let mut out = objects::str::StrBuilder::with_capacity(text.len());
    let len = text.len();
    let mut at = 0;
    let mut handler: Option<Ref<Object>> = None;
    while at < len {
        let Some(mapped) = translated(th, text, table, at)? else {
            let mut end = at + 1;
            while end < len && translated(th, text, table, end)?.is_none() {
                end += 1;
            }
            let reason = "character maps to <undefined>";
            if errors == "strict" {
                return Err(raise::unicode_translate_error(th, text, at, end, reason));
            }
            let handler = match &handler {
                Some(handler) => handler.clone(),
                None => handler.insert(objects::codecs::registry::lookup_error(th, errors)?).clone(),
            };
            let (replacement, next) = ask(th, &handler, text, at..end, reason)?;
            out.push_str(&replacement);
            at = next;
            continue;
        };
        out.push_str(&mapped);
        at += 1;
    }
    out.finish(th)
}

/// What a table makes of one character; `None`: it has none for it.
fn translated(th: &mut Thread, text: &Str, table: &Object, at: usize) -> Result<Option<Ref<Str>>, Raised> {
    let key = objects::Int::from_i64(th, i64::from(text.char_at(at)));
    match ops::getitem(th, table, &key) {
        Ok(found) if found.is(objects::none()) => return Ok(None),
        Ok(_) => {}
        Err(raised) => {
            return match raise::catch(th, objects::exceptions::lookup_error_type()) {
                Some(_) => Ok(Some(Str::from_char(th, text.char_at(at)))),
                None => Err(raised),
            };
        }
    }
    let one = Str::from_char(th, text.char_at(at));
    objects::str::translate(th, &one, table).map(Some)
}

/// Asks an error handler: what to write, and where to go on.
fn ask(th: &mut Thread, handler: &Object, text: &Str, range: Range<usize>, reason: &str) -> Result<(Ref<Str>, usize), Raised> {
    let bounds = (range.start.cast_signed(), range.end.cast_signed());
    let error = objects::exceptions::UnicodeTranslateError::create(th, None, text, bounds, reason);
    let answer = ops::call1(th, handler, error.as_object())?;
    let pair = answer.downcast_ref::<Tuple>().filter(|pair| pair.len() == 2);
    let replacement = pair.and_then(|pair| Str::of(pair.get(0)));
    let (Some(pair), Some(replacement)) = (pair, replacement) else {
        return Err(raise::type_error(th, format_args!("translating error handler must return (str, int) tuple")));
    };
    let asked = ops::index_isize(th, pair.get(1))?;
    let at = if asked < 0 { asked + text.len().cast_signed() } else { asked };
    match usize::try_from(at) {
        Ok(at) if at <= text.len() => Ok((th.retain(replacement), at)),
        _ => Err(raise::index_error(th, format_args!("position {at} from error handler out of bounds"))),
    }
}

/// A function of strings that answers a number: -2 where an argument is none.
fn found_or(th: &mut Thread, result: Result<isize, Raised>, failed: isize) -> isize {
    result.unwrap_or_else(|raised| {
        objects::glue::leave_raised(th, raised);
        failed
    })
}

api! {
    /// The first or last place of a string in a part of another one; -1: nowhere, -2: raised.
    fn PyUnicode_Find(th, text: Option<&Object>, needle: Option<&Object>, start: isize, end: isize, direction: c_int) -> isize {
        let result = match (text, needle) {
            (Some(text), Some(needle)) => two(th, text, needle),
            _ => Err(raise::bad_internal_call(th)),
        };
        let result = result.map(|(text, needle)| {
            let found = part(start, end, text.len()).and_then(|part| match direction > 0 {
                true => search::find(text, needle, part),
                false => search::rfind(text, needle, part),
            });
            found.map_or(-1, usize::cast_signed)
        });
        found_or(th, result, -2)
    }

    /// The first or last place of a character in a part of a string, or -1.
    fn PyUnicode_FindChar(th, text: &Object, c: u32, start: isize, end: isize, direction: c_int) -> isize {
        let result = must_be_str(th, text).map(|text| {
            let part = part(start, end, text.len()).unwrap_or(0..0);
            let chars = text.chars();
            let mut places = part;
            let found = match direction > 0 {
                true => places.find(|&at| chars.at(at) == c),
                false => places.rfind(|&at| chars.at(at) == c),
            };
            found.map_or(-1, usize::cast_signed)
        });
        found_or(th, result, -2)
    }

    /// How often a string occurs in a part of another one.
    fn PyUnicode_Count(th, text: &Object, needle: &Object, start: isize, end: isize) -> Result<isize, Raised> {
        let (text, needle) = two(th, text, needle)?;
        Ok(part(start, end, text.len()).map_or(0, |part| search::count(text, needle, part)).cast_signed())
    }

    /// Whether a part of a string begins (direction below 1) or ends with another one.
    fn PyUnicode_Tailmatch(th, text: &Object, other: &Object, start: isize, end: isize, direction: c_int) -> Result<isize, Raised> {
        let (text, other) = two(th, text, other)?;
        let fits = part(start, end, text.len()).is_some_and(|part| match direction > 0 {
            true => search::ends_with(text, other, part),
            false => search::starts_with(text, other, part),
        });
        Ok(fits.into())
    }

    /// Whether a string occurs in another one.
    fn PyUnicode_Contains(th, text: &Object, needle: &Object) -> Result<bool, Raised> {
        let Some(found) = Str::of(needle) else {
            let got = crate::api::format::clip(needle.ty().tp_name_bytes(), 100);
            return Err(raise::type_error(th, format_args!("'in <string>' requires string as left operand, not {got}")));
        };
        let text = must_be_str(th, text)?;
        Ok(search::find(text, found, 0..text.len()).is_some())
    }

    /// `text.replace(old, new, count)`
    fn PyUnicode_Replace(th, text: &Object, old: &Object, new: &Object, count: isize) -> Result<Ref<Str>, Raised> {
        let text = must_be_str(th, text)?;
        let (old, new) = two(th, old, new)?;
        text.replace(th, old, new, count)
    }

    /// `text.split(separator, limit)`; no separator: blanks.
    fn PyUnicode_Split(th, text: &Object, separator: Option<&Object>, limit: isize) -> Result<Ref<List>, Raised> {
        let text = must_be_str(th, text)?;
        if let Some(separator) = separator {
            must_be_str(th, separator)?;
        }
        text.split(th, separator, limit)
    }

    /// `text.rsplit(separator, limit)`; no separator: blanks.
    fn PyUnicode_RSplit(th, text: &Object, separator: Option<&Object>, limit: isize) -> Result<Ref<List>, Raised> {
        let text = must_be_str(th, text)?;
        if let Some(separator) = separator {
            must_be_str(th, separator)?;
        }
        text.rsplit(th, separator, limit)
    }

    /// `text.splitlines(keepends)`
    fn PyUnicode_Splitlines(th, text: &Object, keepends: c_int) -> Result<Ref<List>, Raised> {
        let text = must_be_str(th, text)?;
        text.splitlines(th, keepends != 0)
    }

    /// `text.partition(separator)`
    fn PyUnicode_Partition(th, text: &Object, separator: &Object) -> Result<Ref<Tuple>, Raised> {
        let (text, separator) = two(th, text, separator)?;
        text.partition(th, separator)
    }

    /// `text.rpartition(separator)`
    fn PyUnicode_RPartition(th, text: &Object, separator: &Object) -> Result<Ref<Tuple>, Raised> {
        let (text, separator) = two(th, text, separator)?;
        text.rpartition(th, separator)
    }

    /// `separator.join(items)`; no separator: a blank.
    fn PyUnicode_Join(th, separator: Option<&Object>, items: &Object) -> Result<Ref<Str>, Raised> {
        let blank;
        let separator: &Str = match separator {
            Some(separator) => match Str::of(separator) {
                Some(separator) => separator,
                None => {
                    let got = crate::api::format::clip(separator.ty().tp_name_bytes(), 80);
                    return Err(raise::type_error(th, format_args!("separator: expected str instance, {got} found")));
                }
            },
            None => {
                blank = Str::from_char(th, ' '.into());
                &blank
            }
        };
        separator.join(th, items)
    }

    /// `left + right`
    fn PyUnicode_Concat(th, left: &Object, right: &Object) -> Result<Ref<Str>, Raised> {
        let left = must_be_str(th, left)?;
        match Str::of(right) {
            Some(right) => Str::join_two(th, left, right),
            None => {
                let got = crate::api::format::clip(right.ty().tp_name_bytes(), 200);
                Err(raise::type_error(th, format_args!("can only concatenate str (not \"{got}\") to str")))
            }
        }
    }

    /// `text.translate(table)`, with an error handler for the characters that the table deletes.
    fn PyUnicode_Translate(th, text: &Object, table: Option<&Object>, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        let text = must_be_str(th, text)?;
        let Some(table) = table else { return Err(bad_argument(th)) };
        // SAFETY: R4: a C string or null.
        let errors = if errors.is_null() { "strict" } else { unsafe { crate::entry::c_text(th, errors) }? };
        if text.is_empty() {
            return Ok(text.exact(th));
        }
        match errors {
            "ignore" => objects::str::translate(th, text, table),
            _ => translate(th, text, table, errors),
        }
    }

    /// `format % args`
    fn PyUnicode_Format(th, format: Option<&Object>, args: Option<&Object>) -> Result<Ref<Str>, Raised> {
        let (Some(format), Some(args)) = (format, args) else { return Err(raise::bad_internal_call(th)) };
        let format = must_be_str(th, format)?;
        objects::str::percent::format(th, format, args)
    }

    /// The order of two strings: -1, 0 or 1.
    fn PyUnicode_Compare(th, left: &Object, right: &Object) -> Result<i32, Raised> {
        if let (Some(left), Some(right)) = (Str::of(left), Str::of(right)) {
            return Ok(order(left.compare(right)));
        }
        let name = |object: &Object| crate::api::format::clip(object.ty().tp_name_bytes(), 100).into_owned();
        let (left, right) = (name(left), name(right));
        Err(raise::type_error(th, format_args!("Can't compare {left} and {right}")))
    }

    /// The order of a string and a C string of Latin-1; it raises nothing.
    fn PyUnicode_CompareWithASCIIString(_th, text: &Object, other: *const c_char) -> c_int {
        // SAFETY: R4: a C string.
        let other = unsafe { CStr::from_ptr(other) }.to_bytes();
        Str::of(text).map_or(-1, |text| order(compare_latin1(text, other)))
    }

    /// Whether two strings have the same characters.
    fn PyUnicode_Equal(th, a: &Object, b: &Object) -> Result<bool, Raised> {
        for (object, which) in [(a, "first"), (b, "second")] {
            if Str::of(object).is_none() {
                let got = ops::full_type_name(th, object.ty());
                return Err(raise::type_error(th, format_args!("{which} argument must be str, not {got}")));
            }
        }
        Ok(Str::of(a).zip(Str::of(b)).is_some_and(|(a, b)| a.eq_str(b)))
    }

    /// Whether two objects that are known to be strings have the same characters.
    fn _PyUnicode_Equal(_th, a: &Object, b: &Object) -> c_int {
        Str::of(a).zip(Str::of(b)).is_some_and(|(a, b)| a.eq_str(b)).into()
    }

    /// The same; code of older versions calls it.
    fn _PyUnicode_EQ(_th, a: &Object, b: &Object) -> c_int {
        Str::of(a).zip(Str::of(b)).is_some_and(|(a, b)| a.eq_str(b)).into()
    }

    /// Whether a string is this UTF-8 text; it raises nothing.
    fn PyUnicode_EqualToUTF8(_th, text: &Object, other: *const c_char) -> c_int {
        // SAFETY: R4: a C string.
        let other = unsafe { CStr::from_ptr(other) }.to_bytes();
        Str::of(text).is_some_and(|text| is_utf8(text, other)).into()
    }

    /// Whether a string is this UTF-8 text; it raises nothing.
    fn PyUnicode_EqualToUTF8AndSize(_th, text: &Object, other: *const c_char, len: isize) -> c_int {
        // SAFETY: R4: so many bytes.
        let other = if len <= 0 { &[] } else { unsafe { core::slice::from_raw_parts(other.cast(), len.cast_unsigned()) } };
        Str::of(text).is_some_and(|text| is_utf8(text, other)).into()
    }

    /// Whether a string is this ASCII text; it raises nothing.
    fn _PyUnicode_EqualToASCIIString(_th, text: &Object, other: *const c_char) -> c_int {
        // SAFETY: R4: a C string.
        let other = unsafe { CStr::from_ptr(other) }.to_bytes();
        Str::of(text).and_then(Str::as_ascii).is_some_and(|text| text.as_bytes() == other).into()
    }

    /// Compares two strings; `NotImplemented` of anything else.
    fn PyUnicode_RichCompare(th, left: &Object, right: &Object, op: c_int) -> Result<Ref<Object>, Raised> {
        let (Some(left), Some(right)) = (Str::of(left), Str::of(right)) else { return Ok(objects::not_implemented_ref()) };
        if !(abi::Py_LT..=abi::Py_GE).contains(&op) {
            return Err(bad_argument(th));
        }
        Ok(objects::bool_ref(match CompareOp::from_c(op) {
            CompareOp::Eq => left.eq_str(right),
            CompareOp::Ne => !left.eq_str(right),
            op => op.holds(left.compare(right)),
        }))
    }

    /// Whether a string may be a name; it raises nothing.
    fn PyUnicode_IsIdentifier(_th, text: &Object) -> c_int {
        Str::of(text).is_some_and(Str::is_identifier).into()
    }
}
