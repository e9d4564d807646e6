//! Finding one string in another.

use core::ops::Range;

use algos::text;
use heap::{Object, Raised, Thread};

use super::{Str, units_like, with_units};
use crate::glue::{At, FromArg};
use crate::{ops, raise};

/// A bound of a search: an int cut to the machine's range, or absent.
#[derive(Clone, Copy, Debug)]
pub struct SliceIndex(pub isize);

impl FromArg<'_> for SliceIndex {
    #[inline]
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        if !ops::has_index(arg) {
            return Err(raise::type_error(th, format_args!("slice indices must be integers or None or have an __index__ method")));
        }
        ops::index_clip(th, arg).map(SliceIndex)
    }
}

/// The part of `len` items between two optional bounds; `None` if not even nothing can be found there.
#[inline]
pub fn part(start: Option<SliceIndex>, end: Option<SliceIndex>, len: usize) -> Option<Range<usize>> {
    match (start, end) {
        (None, None) => Some(0..len),
        _ => text::clip(start.map_or(0, |at| at.0 as i64), end.map_or(i64::MAX, |at| at.0 as i64), len),
    }
}

/// The first place of `needle` in a part of `s`.
pub fn find(s: &Str, needle: &Str, part: Range<usize>) -> Option<usize> {
    if needle.len() > part.len() {
        return None;
    }
    with_units!(s, |units| {
        let needle = units_like(units, needle)?;
        text::find(&units[part.clone()], &needle).map(|at| at + part.start)
    })
}

/// The last place of `needle` in a part of `s`.
pub fn rfind(s: &Str, needle: &Str, part: Range<usize>) -> Option<usize> {
    if needle.len() > part.len() {
        return None;
    }
    with_units!(s, |units| {
        let needle = units_like(units, needle)?;
        text::rfind(&units[part.clone()], &needle).map(|at| at + part.start)
    })
}

/// How often `needle` occurs in a part of `s`, without overlaps.
pub fn count(s: &Str, needle: &Str, part: Range<usize>) -> usize {
    if needle.len() > part.len() {
        return 0;
    }
    with_units!(s, |units| match units_like(units, needle) {
        Some(needle) => text::count(&units[part], &needle, usize::MAX),
        None => 0,
    })
}

/// Whether a part of `s` begins with `prefix`.
pub fn starts_with(s: &Str, prefix: &Str, part: Range<usize>) -> bool {
    prefix.len() <= part.len() && same_at(s, part.start, prefix)
}

/// Whether a part of `s` ends with `suffix`.
pub fn ends_with(s: &Str, suffix: &Str, part: Range<usize>) -> bool {
    suffix.len() <= part.len() && same_at(s, part.end - suffix.len(), suffix)
}

fn same_at(s: &Str, at: usize, other: &Str) -> bool {
    if s.unit_size() == other.unit_size() {
        let unit = s.unit_size();
        return s.raw_bytes()[at * unit..(at + other.len()) * unit] == *other.raw_bytes();
    }
    if other.unit_size() > s.unit_size() {
        return false;
    }
    with_units!(s, |units| with_units!(other, |other| text::equal(&units[at..at + other.len()], other)))
}

/// The argument of `startswith` and `endswith`, a string or a tuple of them: whether one of them fits.
pub fn any_of(th: &mut Thread, method: &str, arg: &Object, mut fits: impl FnMut(&Str) -> bool) -> Result<bool, Raised> {
    if let Some(s) = Str::of(arg) {
        return Ok(fits(s));
    }
    let Some(tuple) = arg.downcast::<crate::Tuple>() else {
        let got = ops::type_name(arg);
        return Err(raise::type_error(th, format_args!("{method} first arg must be str or a tuple of str, not {got}")));
    };
    for item in tuple.iter() {
        match Str::of(item) {
            Some(s) if fits(s) => return Ok(true),
            Some(_) => {}
            None => {
                let got = ops::type_name(item);
                return Err(raise::type_error(th, format_args!("tuple for {method} must only contain str, not {got}")));
            }
        }
    }
    Ok(false)
}

/// How often a character occurs.
pub fn count_char(s: &Str, c: char) -> usize {
    s.chars().iter().filter(|&at| at == u32::from(c)).count()
}
