//! What `bytes` and `bytearray` have in common: arguments, and their methods as functions over slices.
//!
//! Contents are held ([`BytesLike::hold`]) only while nothing else runs; arguments are converted before.

use core::ops::{Deref, Range};

use algos::text::{self, bytes as alg};
use heap::{Heaped, Object, Raised, Ref, Thread, Type};

use super::Bytes;
use crate::glue::{At, Buffer, FromArg, has_buffer};
use crate::str::search::{SliceIndex, part};
use crate::{ByteArray, List, Str, Tuple, exceptions, ops, raise};

/// `bytes` or `bytearray`.
pub(crate) trait BytesLike: Heaped {
    /// The type's name in messages.
    const NAME: &'static str;

    /// The contents, which neither move nor change their length while this lives.
    type Held<'a>: Deref<Target = [u8]>
    where
        Self: 'a;

    /// Holds the contents.
    fn hold<'a>(&'a self, th: &mut Thread) -> Self::Held<'a>;

    /// An exact instance with these contents.
    fn make(th: &mut Thread, contents: &[u8]) -> Result<Ref<Object>, Raised>;

    /// An exact instance with a part of what was held; `bytes` may be itself.
    fn part(&self, th: &mut Thread, held: &[u8], range: Range<usize>) -> Result<Ref<Object>, Raised>;
}

impl BytesLike for Bytes {
    const NAME: &'static str = "bytes";
    type Held<'a> = &'a [u8];

    #[inline(always)]
    fn hold<'a>(&'a self, _: &mut Thread) -> &'a [u8] {
        self.as_slice()
    }

    fn make(th: &mut Thread, contents: &[u8]) -> Result<Ref<Object>, Raised> {
        match Bytes::from_slice(th, contents) {
            Some(made) => Ok(made.up()),
            None => Err(raise::memory_error(th)),
        }
    }

    fn part(&self, th: &mut Thread, held: &[u8], range: Range<usize>) -> Result<Ref<Object>, Raised> {
        if range.len() == held.len() && self.as_object().is_exactly::<Bytes>() {
            return Ok(th.retain(self).up());
        }
        Bytes::make(th, &held[range])
    }
}

impl BytesLike for ByteArray {
    const NAME: &'static str = "bytearray";
    type Held<'a> = crate::bytearray::Held<'a>;

    fn hold<'a>(&'a self, th: &mut Thread) -> crate::bytearray::Held<'a> {
        self.hold_contents(th)
    }

    fn make(th: &mut Thread, contents: &[u8]) -> Result<Ref<Object>, Raised> {
        ByteArray::new(th, contents).map(Ref::up)
    }

    fn part(&self, th: &mut Thread, held: &[u8], range: Range<usize>) -> Result<Ref<Object>, Raised> {
        Self::make(th, &held[range])
    }
}

// --- arguments ---

/// What is searched for: bytes, or one byte.
pub(crate) enum Needle {
    Byte(u8),
    Bytes(Buffer),
}

impl Needle {
    fn as_slice(&self) -> &[u8] {
        match self {
            Needle::Byte(byte) => core::slice::from_ref(byte),
            Needle::Bytes(buffer) => buffer.as_slice(),
        }
    }
}

/// One byte: `byte must be in range(0, 256)`.
pub(crate) fn byte_of(th: &mut Thread, value: &Object) -> Result<u8, Raised> {
    let value = ops::index_clip(th, value)?;
    u8::try_from(value).or_else(|_| Err(raise::value_error(th, format_args!("byte must be in range(0, 256)"))))
}

impl Needle {
    fn of(th: &mut Thread, arg: &Object) -> Result<Self, Raised> {
        if has_buffer(arg) {
            return Buffer::new(th, arg).map(Needle::Bytes);
        }
        if !ops::has_index(arg) {
            let got = ops::type_name(arg);
            return Err(raise::type_error(th, format_args!("argument should be integer or bytes-like object, not '{got}'")));
        }
        byte_of(th, arg).map(Needle::Byte)
    }
}

/// The byte that fills.
pub(crate) struct FillByte(u8);

impl FromArg<'_> for FillByte {
    fn from_arg(th: &mut Thread, arg: &Object, at: At) -> Result<Self, Raised> {
        let (contents, name) = if let Some(bytes) = arg.downcast::<Bytes>() {
            (bytes.as_slice().to_vec(), "bytes")
        } else if let Some(array) = arg.downcast::<ByteArray>() {
            (array.to_vec(th), "bytearray")
        } else {
            return Err(at.bad_argument(th, "a byte string of length 1", arg));
        };
        match contents[..] {
            [byte] => Ok(FillByte(byte)),
            _ => {
                let (func, len) = (at.spec.func, contents.len());
                let message = format_args!("{func}(): argument 2 must be a byte string of length 1, not a {name} object of length {len}");
                Err(raise::type_error(th, message))
            }
        }
    }
}

/// The separator of `split`; absent: blanks.
pub(crate) fn separator(th: &mut Thread, sep: Option<&Object>) -> Result<Option<Buffer>, Raised> {
    match sep.filter(|sep| !sep.is(crate::none())) {
        None => Ok(None),
        Some(sep) => needed_separator(th, sep).map(Some),
    }
}

fn needed_separator(th: &mut Thread, sep: &Object) -> Result<Buffer, Raised> {
    let sep = Buffer::new(th, sep)?;
    if sep.is_empty() {
        drop(sep);
        return Err(raise::value_error(th, format_args!("empty separator")));
    }
    Ok(sep)
}

/// How often to cut: a negative limit is none.
pub(crate) fn limit(count: isize) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

// --- searching ---



// The contents are held before what is searched for is asked for its bytes: it may run code that would change them.

pub(crate) fn find<T: BytesLike>(th: &mut Thread, s: &T, sub: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<Option<usize>, Raised> {
    let held = s.hold(th);
    let sub = Needle::of(th, sub)?;
    let Some(part) = part(start, end, held.len()) else { return Ok(None) };
    Ok(text::find(&held[part.clone()], sub.as_slice()).map(|at| at + part.start))
}

pub(crate) fn rfind<T: BytesLike>(th: &mut Thread, s: &T, sub: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<Option<usize>, Raised> {
    let held = s.hold(th);
    let sub = Needle::of(th, sub)?;
    let Some(part) = part(start, end, held.len()) else { return Ok(None) };
    Ok(text::rfind(&held[part.clone()], sub.as_slice()).map(|at| at + part.start))
}

pub(crate) fn count<T: BytesLike>(th: &mut Thread, s: &T, sub: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<usize, Raised> {
    let held = s.hold(th);
    let sub = Needle::of(th, sub)?;
    Ok(part(start, end, held.len()).map_or(0, |part| text::count(&held[part], sub.as_slice(), usize::MAX)))
}

#[cold]
pub(crate) fn not_found(th: &mut Thread) -> Raised {
    raise::value_error(th, format_args!("subsection not found"))
}

/// `startswith` (`at_end`: `endswith`) of one affix or a tuple of them.
pub(crate) fn has_affix<T: BytesLike>(th: &mut Thread, s: &T, affix: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>, at_end: bool) -> Result<bool, Raised> {
    let fits = |th: &mut Thread, affix: &Object| {
        let affix = Buffer::new(th, affix)?;
        let held = s.hold(th);
        Ok(part(start, end, held.len()).is_some_and(|part| {
            let held = &held[part];
            if at_end { held.ends_with(&affix) } else { held.starts_with(&affix) }
        }))
    };
    if let Some(tuple) = affix.downcast::<Tuple>() {
        for item in tuple.iter() {
            if fits(th, item)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !has_buffer(affix) {
        let (method, got) = (if at_end { "endswith" } else { "startswith" }, ops::type_name(affix));
        return Err(raise::type_error(th, format_args!("{method} first arg must be bytes or a tuple of bytes, not {got}")));
    }
    fits(th, affix)
}

/// `item in s`
pub(crate) fn contains<T: BytesLike>(th: &mut Thread, s: &T, item: &Object) -> Result<bool, Raised> {
    let held = s.hold(th);
    if ops::has_index(item) {
        let byte = byte_of(th, item)?;
        return Ok(text::find_unit(&held, byte).is_some());
    }
    let item = Buffer::new(th, item)?;
    Ok(text::find(&held, &item).is_some())
}

// --- cutting ---

fn parts<T: BytesLike>(th: &mut Thread, s: &T, held: &[u8], ranges: Vec<Range<usize>>) -> Result<Ref<List>, Raised> {
    let mut items = Vec::with_capacity(ranges.len());
    for range in ranges {
        items.push(s.part(th, held, range)?);
    }
    List::try_new(th, items).map_err(|e| e.raise(th))
}

pub(crate) fn split<T: BytesLike>(th: &mut Thread, s: &T, sep: Option<&Object>, maxsplit: isize, from_right: bool) -> Result<Ref<List>, Raised> {
    let held = s.hold(th);
    let (sep, limit) = (separator(th, sep)?, limit(maxsplit));
    let mut ranges: Vec<Range<usize>> = match (&sep, from_right) {
        (None, false) => text::split_blank(&held, limit, alg::is_blank).collect(),
        (None, true) => text::rsplit_blank(&held, limit, alg::is_blank).collect(),
        (Some(sep), false) => text::split(&held, sep, limit).collect(),
        (Some(sep), true) => text::rsplit(&held, sep, limit).collect(),
    };
    if from_right {
        ranges.reverse();
    }
    parts(th, s, &held, ranges)
}

pub(crate) fn splitlines<T: BytesLike>(th: &mut Thread, s: &T, keepends: bool) -> Result<Ref<List>, Raised> {
    let held = s.hold(th);
    let ranges = text::lines(&held, keepends, alg::is_line_end).collect();
    parts(th, s, &held, ranges)
}

/// `partition`: the separator in the middle is the argument itself for `bytes`, a copy for `bytearray`.
pub(crate) fn partition<T: BytesLike>(th: &mut Thread, s: &T, sep: &Object, from_right: bool) -> Result<Ref<Tuple>, Raised> {
    let held = s.hold(th);
    let buffer = needed_separator(th, sep)?;
    let found = if from_right { text::rpartition(&held, &buffer) } else { text::partition(&held, &buffer) };
    let Some((before, behind)) = found else {
        drop(buffer);
        let (whole, a, b) = (s.part(th, &held, 0..held.len())?, T::make(th, &[])?, T::make(th, &[])?);
        return Ok(Tuple::from_array(th, if from_right { [a, b, whole] } else { [whole, a, b] }));
    };
    let middle = if T::NAME == "bytes" { th.retain(sep) } else { T::make(th, &buffer)? };
    drop(buffer);
    let (before, behind) = (s.part(th, &held, before)?, s.part(th, &held, behind)?);
    Ok(Tuple::from_array(th, [before, middle, behind]))
}

pub(crate) fn strip<T: BytesLike>(th: &mut Thread, s: &T, chars: Option<&Object>, left: bool, right: bool) -> Result<Ref<Object>, Raised> {
    let set = chars.filter(|chars| !chars.is(crate::none())).map(|chars| Buffer::new(th, chars)).transpose()?;
    let held = s.hold(th);
    let range = match &set {
        None => text::strip(&held, left, right, alg::is_blank),
        Some(set) => text::strip_set(&held, left, right, set.as_slice()),
    };
    s.part(th, &held, range)
}

pub(crate) fn without_affix<T: BytesLike>(th: &mut Thread, s: &T, affix: &Buffer, at_end: bool) -> Result<Ref<Object>, Raised> {
    let held = s.hold(th);
    let len = held.len();
    let range = if at_end {
        0..if held.ends_with(affix) { len - affix.len() } else { len }
    } else {
        if held.starts_with(affix) { affix.len()..len } else { 0..len }
    };
    s.part(th, &held, range)
}

// --- new contents ---

/// Makes an instance of what `build` makes of the contents.
pub(crate) fn mapped<T: BytesLike>(th: &mut Thread, s: &T, build: impl FnOnce(&[u8]) -> Vec<u8>) -> Result<Ref<Object>, Raised> {
    let made = build(&s.hold(th));
    T::make(th, &made)
}

pub(crate) fn padded<T: BytesLike>(th: &mut Thread, s: &T, width: isize, fill: Option<FillByte>, place: fn(usize, usize) -> (usize, usize)) -> Result<Ref<Object>, Raised> {
    let fill = fill.map_or(b' ', |fill| fill.0);
    let held = s.hold(th);
    let len = held.len();
    let width = usize::try_from(width).unwrap_or(0);
    if width <= len {
        return s.part(th, &held, 0..len);
    }
    let (left, right) = place(len, width);
    if !crate::str::builder::can_allocate(width) {
        drop(held);
        return Err(raise::memory_error(th));
    }
    let mut out = vec![fill; width];
    out[left..width - right].copy_from_slice(&held);
    drop(held);
    T::make(th, &out)
}

pub(crate) fn zfill<T: BytesLike>(th: &mut Thread, s: &T, width: isize) -> Result<Ref<Object>, Raised> {
    let held = s.hold(th);
    let width = usize::try_from(width).unwrap_or(0);
    if !crate::str::builder::can_allocate(width) {
        drop(held);
        return Err(raise::memory_error(th));
    }
    let (sign, zeros) = text::zfill(&held, width);
    let mut out = Vec::with_capacity(held.len() + zeros);
    out.extend_from_slice(&held[..sign]);
    out.resize(sign + zeros, b'0');
    out.extend_from_slice(&held[sign..]);
    drop(held);
    T::make(th, &out)
}

pub(crate) fn expandtabs<T: BytesLike>(th: &mut Thread, s: &T, tabsize: i32) -> Result<Ref<Object>, Raised> {
    let size = usize::try_from(tabsize).unwrap_or(0);
    let held = s.hold(th);
    let tabs = held.iter().filter(|&&b| b == b'\t').count();
    if !crate::str::builder::can_allocate(held.len().saturating_add(tabs.saturating_mul(size))) {
        drop(held);
        return Err(raise::memory_error(th));
    }
    let made = text::expand_tabs(&held, size);
    drop(held);
    match made {
        Some(made) => T::make(th, &made),
        None => Err(raise::overflow_error(th, format_args!("result too long"))),
    }
}

pub(crate) fn replace<T: BytesLike>(th: &mut Thread, s: &T, old: &Buffer, new: &Buffer, count: isize) -> Result<Ref<Object>, Raised> {
    let held = s.hold(th);
    let limit = limit(count);
    let times = text::count(&held, old, limit);
    let len = new.len().checked_mul(times).and_then(|grown| (held.len() - old.len() * times).checked_add(grown));
    let Some(len) = len.filter(|&len| len <= isize::MAX as usize) else {
        drop(held);
        return Err(raise::overflow_error(th, format_args!("replace bytes is too long")));
    };
    if !crate::str::builder::can_allocate(len) {
        drop(held);
        return Err(raise::memory_error(th));
    }
    let made = text::replace(&held, old, new, limit);
    match made {
        Some(made) => T::make(th, &made),
        None => s.part(th, &held, 0..held.len()),
    }
}

pub(crate) fn translate<T: BytesLike>(th: &mut Thread, s: &T, table: &Object, delete: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let table = if table.is(crate::none()) { None } else { Some(Buffer::new(th, table)?) };
    let table: Option<[u8; 256]> = match &table {
        None => None,
        Some(table) => match table.as_slice().try_into() {
            Ok(table) => Some(table),
            Err(_) => return Err(raise::value_error(th, format_args!("translation table must be 256 characters long"))),
        },
    };
    let delete = delete.map(|delete| Buffer::new(th, delete)).transpose()?;
    let held = s.hold(th);
    let made = alg::translate(&held, table.as_ref(), delete.as_ref().map_or(&[], Buffer::as_slice));
    let same = made[..] == held[..];
    if same { s.part(th, &held, 0..held.len()) } else { T::make(th, &made) }
}

/// `bytes.maketrans(frm, to)`
pub(crate) fn maketrans(th: &mut Thread, frm: &Buffer, to: &Buffer) -> Result<Ref<Bytes>, Raised> {
    if frm.len() != to.len() {
        return Err(raise::value_error(th, format_args!("maketrans arguments must have same length")));
    }
    let mut table: [u8; 256] = core::array::from_fn(|i| i as u8);
    for (from, to) in frm.iter().zip(to.iter()) {
        table[usize::from(*from)] = *to;
    }
    Ok(Bytes::new(th, &table))
}

/// `s.join(items)`
pub(crate) fn join<T: BytesLike>(th: &mut Thread, s: &T, iterable: &Object) -> Result<Ref<Object>, Raised> {
    // What runs while the items are gathered must not resize the separator.
    let _export = Buffer::new(th, s.as_object())?;
    let items = if iterable.is_exactly::<List>() || iterable.is_exactly::<Tuple>() {
        ops::to_vec(th, iterable)?
    } else {
        match ops::iter_all(th, iterable) {
            Ok(iterator) => ops::to_vec(th, &iterator)?,
            Err(_) if raise::matches(th, exceptions::type_error_type()) => {
                th.take_exception();
                return Err(raise::type_error(th, format_args!("can only join an iterable")));
            }
            Err(raised) => return Err(raised),
        }
    };
    if let [only] = &items[..]
        && T::NAME == "bytes"
        && only.is_exactly::<Bytes>()
    {
        return Ok(only.clone());
    }
    let mut buffers = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        match Buffer::new(th, item) {
            Ok(buffer) => buffers.push(buffer),
            Err(_) => {
                th.take_exception();
                let got = ops::type_name(item);
                return Err(raise::type_error(th, format_args!("sequence item {index}: expected a bytes-like object, {got} found")));
            }
        }
    }
    if iterable.downcast_exact::<List>().is_some_and(|list| list.len() != items.len()) {
        return Err(raise::runtime_error(th, format_args!("sequence changed size during iteration")));
    }
    let held = s.hold(th);
    let between = held.len().saturating_mul(buffers.len().saturating_sub(1));
    let total = buffers.iter().fold(between, |sum, buffer| sum.saturating_add(buffer.len()));
    if !crate::str::builder::can_allocate(total) {
        drop(held);
        return Err(raise::memory_error(th));
    }
    let mut out = Vec::with_capacity(total);
    for (index, buffer) in buffers.iter().enumerate() {
        if index != 0 {
            out.extend_from_slice(&held);
        }
        out.extend_from_slice(buffer);
    }
    drop(held);
    drop(buffers);
    T::make(th, &out)
}

/// The contents `count` times; `None`: too long.
pub(crate) fn repeated(contents: &[u8], count: isize) -> Option<Vec<u8>> {
    let count = usize::try_from(count).unwrap_or(0);
    let len = contents.len().checked_mul(count).filter(|&len| len <= isize::MAX as usize && crate::str::builder::can_allocate(len))?;
    if let [byte] = contents {
        return Some(vec![*byte; len]);
    }
    Some(contents.repeat(count))
}

// --- hexadecimal ---

/// `hex(sep, bytes_per_sep)` of any bytes.
pub(crate) fn hex(th: &mut Thread, bytes: &[u8], sep: Option<&Object>, group: i32) -> Result<Ref<Str>, Raised> {
    let text = hex_digits(th, bytes, sep, group, 0x7f)?;
    Str::from_units(th, &text[..]).ok_or_else(|| raise::memory_error(th))
}

/// The digits as bytes, with separators up to the character `last`.
pub fn hex_digits(th: &mut Thread, bytes: &[u8], sep: Option<&Object>, group: i32, last: u8) -> Result<Vec<u8>, Raised> {
    Ok(match sep {
        Some(sep) => {
            let sep = hex_separator(th, sep, last)?;
            if group == 0 { alg::to_hex(bytes) } else { alg::to_hex_grouped(bytes, sep, i64::from(group)) }
        }
        None => alg::to_hex(bytes),
    })
}

fn hex_separator(th: &mut Thread, sep: &Object, last: u8) -> Result<u8, Raised> {
    if ops::len(th, sep)? != 1 {
        return Err(raise::value_error(th, format_args!("sep must be length 1.")));
    }
    // A subclass may say that its length is 1 and have no character.
    let c = if let Some(text) = Str::of(sep) {
        text.chars().iter().next().unwrap_or(0)
    } else if let Some(bytes) = sep.downcast::<Bytes>() {
        u32::from(bytes.as_slice().first().copied().unwrap_or(0))
    } else {
        return Err(raise::type_error(th, format_args!("sep must be str or bytes.")));
    };
    match u8::try_from(c) {
        Ok(c) if c <= last => Ok(c),
        _ => Err(raise::value_error(th, format_args!("sep must be ASCII."))),
    }
}

/// `fromhex(string)`: the bytes.
pub(crate) fn from_hex(th: &mut Thread, string: &Object) -> Result<Vec<u8>, Raised> {
    let parsed = if let Some(text) = Str::of(string) {
        crate::str::with_units!(text, |units| alg::from_hex(units))
    } else if has_buffer(string) {
        alg::from_hex(Buffer::new(th, string)?.as_slice())
    } else {
        let got = ops::type_name(string);
        return Err(raise::type_error(th, format_args!("fromhex() argument must be str or bytes-like, not {got}")));
    };
    parsed.map_err(|error| raise::value_error(th, format_args!("{error}")))
}

/// An instance of `cls`, which may have a constructor of its own.
pub(crate) fn in_class<T: BytesLike + heap::PyType>(th: &mut Thread, cls: &Type, contents: &[u8]) -> Result<Ref<Object>, Raised> {
    let made = T::make(th, contents)?;
    if core::ptr::eq(cls, T::type_object()) { Ok(made) } else { ops::call1(th, cls, &made) }
}
