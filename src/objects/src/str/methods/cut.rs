//! Methods that cut strings and put them together: `split`, `partition`, `splitlines`, `strip`, `join`, `replace`.

use core::ops::Range;

use algos::text;
use heap::{Object, Raised, Ref, Thread};
use macros::pymethods;

use crate::str::{Str, StrUnit, search, units_like, with_units};
use crate::{List, Tuple, ops, raise};

/// Parts of a string as a list.
fn parts(th: &mut Thread, s: &Str, ranges: impl Iterator<Item = Range<usize>>, reversed: bool) -> Result<Ref<List>, Raised> {
    let mut items: Vec<Ref<Object>> = Vec::with_capacity(12);
    for range in ranges {
        match s.slice(th, range) {
            Some(part) => items.push(part.up()),
            None => return Err(raise::memory_error(th)),
        }
    }
    if reversed {
        items.reverse();
    }
    List::try_new(th, items).map_err(|e| e.raise(th))
}

/// The separator of `split`; absent: blanks.
fn separator<'a>(th: &mut Thread, sep: Option<&'a Object>) -> Result<Option<&'a Str>, Raised> {
    let Some(sep) = sep.filter(|sep| !sep.is(crate::none())) else { return Ok(None) };
    match Str::of(sep) {
        Some(sep) if sep.is_empty() => Err(empty_separator(th)),
        Some(sep) => Ok(Some(sep)),
        None => {
            let got = ops::type_name(sep);
            Err(raise::type_error(th, format_args!("must be str or None, not {got}")))
        }
    }
}

#[cold]
fn empty_separator(th: &mut Thread) -> Raised {
    raise::value_error(th, format_args!("empty separator"))
}

/// How often to cut: a negative limit is none.
fn limit(maxsplit: isize) -> usize {
    usize::try_from(maxsplit).unwrap_or(usize::MAX)
}

fn is_blank(c: u32) -> bool {
    algos::ucd::is_space(c)
}

/// What `strip` leaves.
fn strip(th: &mut Thread, s: &Str, chars: Option<&Object>, left: bool, right: bool, method: &str) -> Result<Ref<Str>, Raised> {
    let range = match chars.filter(|chars| !chars.is(crate::none())) {
        None => with_units!(s, |units| text::strip_blank(units, left, right)),
        Some(chars) => match Str::of(chars) {
            Some(chars) => with_units!(s, |units| with_units!(chars, |set| text::strip_set(units, left, right, set))),
            None => return Err(raise::type_error(th, format_args!("{method} arg must be None or str"))),
        },
    };
    s.slice(th, range).ok_or_else(|| raise::memory_error(th))
}

fn partition_separator<'a>(th: &mut Thread, sep: &'a Object) -> Result<&'a Str, Raised> {
    match Str::of(sep) {
        Some(sep) if sep.is_empty() => Err(empty_separator(th)),
        Some(sep) => Ok(sep),
        None => {
            let got = ops::type_name(sep);
            Err(raise::type_error(th, format_args!("must be str, not {got}")))
        }
    }
}

fn three(th: &mut Thread, s: &Str, sep: &Str, found: Option<usize>, whole_first: bool) -> Result<Ref<Tuple>, Raised> {
    let Some(at) = found else {
        let (whole, empty) = (s.exact(th).up(), Str::empty().up());
        let items = if whole_first { [whole, empty.clone(), empty] } else { [empty.clone(), empty, whole] };
        return Ok(Tuple::from_array(th, items));
    };
    match (s.slice(th, 0..at), s.slice(th, at + sep.len()..s.len())) {
        (Some(before), Some(behind)) => Ok(Tuple::from_array(th, [before.up(), th.retain(sep).up(), behind.up()])),
        _ => Err(raise::memory_error(th)),
    }
}

/// `separator.join(items)`
pub fn join(th: &mut Thread, separator: &Str, items: &[Ref<Object>]) -> Result<Ref<Str>, Raised> {
    joined(th, separator, crate::glue::as_borrowed(items)).map_err(|error| error.raise(th))
}

/// Why strings cannot be joined.
enum Unjoinable {
    /// The item at this index is no string.
    Item(usize, Ref<Object>),
    TooLong,
    NoMemory,
}

impl Unjoinable {
    #[cold]
    fn raise(self, th: &mut Thread) -> Raised {
        match self {
            Unjoinable::Item(index, item) => {
                let got = ops::type_name(&item);
                raise::type_error(th, format_args!("sequence item {index}: expected str instance, {got} found"))
            }
            Unjoinable::TooLong => raise::overflow_error(th, format_args!("join() result is too long for a Python string")),
            Unjoinable::NoMemory => raise::memory_error(th),
        }
    }
}

/// `separator.join(items)`, where nobody changes the items meanwhile.
fn joined(th: &Thread, separator: &Str, items: &[&Object]) -> Result<Ref<Str>, Unjoinable> {
    if let [only] = items
        && let Some(only) = only.downcast_exact::<Str>()
    {
        return Ok(th.retain(only));
    }
    let (mut len, mut unit, mut ascii) = (0usize, 1, true);
    for (index, item) in items.iter().enumerate() {
        let Some(s) = Str::of(item) else { return Err(Unjoinable::Item(index, th.retain(*item))) };
        len = len.saturating_add(s.len());
        unit = unit.max(s.unit_size());
        ascii &= s.is_ascii();
    }
    if items.len() > 1 {
        len = len.saturating_add(separator.len().saturating_mul(items.len() - 1));
        unit = unit.max(separator.unit_size());
        ascii &= separator.is_ascii();
    }
    if len > isize::MAX as usize / 4 {
        return Err(Unjoinable::TooLong);
    }
    if len == 0 {
        return Ok(Str::empty());
    }
    let made = match unit {
        1 => Str::build(th, len, 1, ascii, |out| write_joined::<u8>(out, separator, items)),
        2 => Str::build(th, len, 2, false, |out| write_joined::<u16>(out, separator, items)),
        _ => Str::build(th, len, 4, false, |out| write_joined::<u32>(out, separator, items)),
    };
    made.ok_or(Unjoinable::NoMemory)
}

/// Writes the strings as units of one width into the bytes of a new string.
fn write_joined<U: StrUnit>(out: &mut [u8], separator: &Str, items: &[&Object]) {
    let mut rest = out;
    let between = !separator.is_empty();
    for (index, s) in items.iter().filter_map(|item| Str::of(item)).enumerate() {
        if index != 0 && between {
            rest = write_units::<U>(rest, separator);
        }
        rest = write_units::<U>(rest, s);
    }
}

/// Writes one string in units of a width; what is left to write to.
#[inline(always)]
fn write_units<'a, U: StrUnit>(out: &'a mut [u8], s: &Str) -> &'a mut [u8] {
    let (to, rest) = out.split_at_mut(s.len() * size_of::<U>());
    if s.unit_size() == size_of::<U>() {
        // A byte at a time needs no call.
        match (to, s.raw_bytes()) {
            ([to], [byte]) => *to = *byte,
            (to, bytes) => to.copy_from_slice(bytes),
        }
    } else {
        for (to, c) in to.chunks_exact_mut(size_of::<U>()).zip(s.chars().iter()) {
            to.copy_from_slice(&c.to_ne_bytes()[..size_of::<U>()]);
        }
    }
    rest
}

#[cfg(target_endian = "big")]
compile_error!("`write_joined` takes the low bytes of a code point to be its first");

#[pymethods(part = "cut")]
impl Str {
    /// Return a copy with all occurrences of substring old replaced by new.
    ///
    ///   count
    ///     Maximum number of occurrences to replace.
    ///     -1 (the default value) means replace all occurrences.
    ///
    /// If the optional argument count is given, only the first count occurrences are
    /// replaced.
    #[method(sig = "($self, old, new, /, count=-1)")]
    pub fn replace(&self, th: &mut Thread, old: &Str, new: &Str, count: isize) -> Result<Ref<Str>, Raised> {
        replaced(th, self, old, new, limit(count))
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any
    ///     whitespace character (including \n \r \t \f and spaces) and
    ///     will discard empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the front of the string and works to the end.
    ///
    /// Note, str.split() is mainly useful for data that has been
    /// intentionally delimited.  With natural text that includes
    /// punctuation, consider using the regular expression module.
    #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
    pub fn split(&self, th: &mut Thread, sep: Option<&Object>, maxsplit: isize) -> Result<Ref<List>, Raised> {
        let limit = limit(maxsplit);
        match separator(th, sep)? {
            None => with_units!(self, |units| parts(th, self, text::split_blank(units, limit, is_blank), false)),
            Some(sep) => with_units!(self, |units| match units_like(units, sep) {
                Some(sep) => parts(th, self, text::split(units, &sep, limit), false),
                None => parts(th, self, core::iter::once(0..self.len()), false),
            }),
        }
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any
    ///     whitespace character (including \n \r \t \f and spaces) and
    ///     will discard empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the end of the string and works to the front.
    #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
    pub fn rsplit(&self, th: &mut Thread, sep: Option<&Object>, maxsplit: isize) -> Result<Ref<List>, Raised> {
        let limit = limit(maxsplit);
        match separator(th, sep)? {
            None => with_units!(self, |units| parts(th, self, text::rsplit_blank(units, limit, is_blank), true)),
            Some(sep) => with_units!(self, |units| match units_like(units, sep) {
                Some(sep) => parts(th, self, text::rsplit(units, &sep, limit), true),
                None => parts(th, self, core::iter::once(0..self.len()), true),
            }),
        }
    }

    /// Return a list of the lines in the string, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends
    /// is given and true.
    #[method(sig = "($self, /, keepends=False)")]
    pub fn splitlines(&self, th: &mut Thread, keepends: bool) -> Result<Ref<List>, Raised> {
        with_units!(self, |units| parts(th, self, text::lines(units, keepends, algos::ucd::is_linebreak), false))
    }

    /// Concatenate any number of strings.
    ///
    /// The string whose method is called is inserted in between each given
    /// string.  The result is returned as a new string.
    ///
    /// Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'
    #[method]
    pub fn join(&self, th: &mut Thread, iterable: &Object) -> Result<Ref<Str>, Raised> {
        if let Some(list) = iterable.downcast_exact::<List>() {
            let guard = list.lock(th);
            let made = joined(guard.th(), self, guard.items());
            drop(guard);
            return made.map_err(|error| error.raise(th));
        }
        if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
            return joined(th, self, tuple.as_slice()).map_err(|error| error.raise(th));
        }
        let iterator = match ops::iter_all(th, iterable) {
            Ok(iterator) => iterator,
            Err(_) if raise::matches(th, crate::exceptions::type_error_type()) => {
                th.take_exception();
                return Err(raise::type_error(th, format_args!("can only join an iterable")));
            }
            Err(raised) => return Err(raised),
        };
        let items = ops::to_vec(th, &iterator)?;
        th.release(iterator);
        join(th, self, &items)
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string.  If the separator
    /// is found, returns a 3-tuple containing the part before the
    /// separator, the separator itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing
    /// the original string and two empty strings.
    #[method]
    pub fn partition(&self, th: &mut Thread, sep: &Object) -> Result<Ref<Tuple>, Raised> {
        let sep = partition_separator(th, sep)?;
        three(th, self, sep, search::find(self, sep, 0..self.len()), true)
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string, starting at the
    /// end.  If the separator is found, returns a 3-tuple containing the
    /// part before the separator, the separator itself, and the part after
    /// it.
    ///
    /// If the separator is not found, returns a 3-tuple containing two
    /// empty strings and the original string.
    #[method]
    pub fn rpartition(&self, th: &mut Thread, sep: &Object) -> Result<Ref<Tuple>, Raised> {
        let sep = partition_separator(th, sep)?;
        three(th, self, sep, search::rfind(self, sep, 0..self.len()), false)
    }

    /// Return a copy of the string with leading and trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "($self, chars=None, /)")]
    fn strip(&self, th: &mut Thread, chars: Option<&Object>) -> Result<Ref<Str>, Raised> {
        strip(th, self, chars, true, true, "strip")
    }

    /// Return a copy of the string with leading whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "($self, chars=None, /)")]
    fn lstrip(&self, th: &mut Thread, chars: Option<&Object>) -> Result<Ref<Str>, Raised> {
        strip(th, self, chars, true, false, "lstrip")
    }

    /// Return a copy of the string with trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "($self, chars=None, /)")]
    fn rstrip(&self, th: &mut Thread, chars: Option<&Object>) -> Result<Ref<Str>, Raised> {
        strip(th, self, chars, false, true, "rstrip")
    }

    /// Return a str with the given prefix string removed if present.
    ///
    /// If the string starts with the prefix string, return
    /// string[len(prefix):].  Otherwise, return a copy of the original
    /// string.
    #[method]
    fn removeprefix(&self, th: &mut Thread, prefix: &Str) -> Result<Ref<Str>, Raised> {
        let from = if search::starts_with(self, prefix, 0..self.len()) { prefix.len() } else { 0 };
        self.slice(th, from..self.len()).ok_or_else(|| raise::memory_error(th))
    }

    /// Return a str with the given suffix string removed if present.
    ///
    /// If the string ends with the suffix string and that suffix is not
    /// empty, return string[:-len(suffix)].  Otherwise, return a copy of
    /// the original string.
    #[method]
    fn removesuffix(&self, th: &mut Thread, suffix: &Str) -> Result<Ref<Str>, Raised> {
        let cut = if search::ends_with(self, suffix, 0..self.len()) { suffix.len() } else { 0 };
        self.slice(th, 0..self.len() - cut).ok_or_else(|| raise::memory_error(th))
    }
}

/// `s.replace(old, new)`, at most `limit` times.
fn replaced(th: &mut Thread, s: &Str, old: &Str, new: &Str, limit: usize) -> Result<Ref<Str>, Raised> {
    if limit == 0 || old.len() > s.len() || old.unit_size() > s.unit_size() || old.eq_str(new) {
        return Ok(s.exact(th));
    }
    // The length is known before anything is written.
    let times = search::count(s, old, 0..s.len()).min(limit);
    if times == 0 {
        return Ok(s.exact(th));
    }
    let len = new.len().checked_mul(times).and_then(|grown| (s.len() - old.len() * times).checked_add(grown));
    let Some(len) = len.filter(|&len| len <= isize::MAX as usize / 4) else {
        return Err(raise::overflow_error(th, format_args!("replace string is too long")));
    };
    if !crate::str::builder::can_allocate(len.saturating_mul(4)) {
        return Err(raise::memory_error(th));
    }
    fn run<U: StrUnit>(s: &Str, old: &Str, new: &Str, limit: usize) -> Option<Vec<U>> {
        let like: &[U] = &[];
        // The caller's width holds all three.
        let (s, old, new) = (units_like(like, s)?, units_like(like, old)?, units_like(like, new)?);
        text::replace(&s, &old, &new, limit)
    }
    let made = match s.unit_size().max(new.unit_size()) {
        1 => run::<u8>(s, old, new, limit).map(|units| Str::from_units(th, &units)),
        2 => run::<u16>(s, old, new, limit).map(|units| Str::from_units(th, &units)),
        _ => run::<u32>(s, old, new, limit).map(|units| Str::from_units(th, &units)),
    };
    match made {
        Some(made) => made.ok_or_else(|| raise::memory_error(th)),
        None => Ok(s.exact(th)),
    }
}

