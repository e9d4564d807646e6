//! `str`: construction, comparison, hash and interning. The characters' layout is in [`storage`], the methods are in `methods`.

pub mod builder;
mod construct;
pub mod intern;
pub mod iter;
mod methods;
pub mod percent;
pub mod search;
mod slots;
pub mod storage;
pub mod template;
pub mod units;

use heap::sync::{AtomicPtr, Ordering::*};
use heap::{Heaped, Ref, Thread, Type};

pub use builder::StrBuilder;
pub use construct::decode_object;
pub use intern::{Name, intern, intern_mortal, intern_ref};
pub use methods::{join, translate};
pub use storage::{Chars, Str};
pub use units::{StrUnit, units_as, units_like, with_units};

/// The strings of one Latin-1 character, interned; each made on first use.
static CHARACTERS: [AtomicPtr<Str>; 256] = [const { AtomicPtr::new(core::ptr::null_mut()) }; 256];

impl Str {
    /// From text. Out of memory ends the process, as for any small object; see [`Str::try_from_utf8`] for text of unknown size.
    pub fn new(th: &Thread, text: &str) -> Ref<Str> {
        Str::try_from_utf8(th, text).unwrap_or_else(|| heap::alloc::out_of_memory())
    }

    /// From text; `None` when there is no memory.
    pub fn try_from_utf8(th: &Thread, text: &str) -> Option<Ref<Str>> {
        if text.is_ascii() {
            return Str::from_ascii_unchecked(th, text.as_bytes());
        }
        let max = text.chars().map(u32::from).max().unwrap_or(0);
        Str::build_narrowest(th, text.chars().count(), max, text.chars().map(u32::from))
    }

    /// From generalised UTF-8 (lone surrogates as three bytes), as constants have it. Bytes that are no such text become U+FFFD.
    pub fn from_wtf8(th: &Thread, bytes: &[u8]) -> Ref<Str> {
        match core::str::from_utf8(bytes) {
            Ok(text) => Str::new(th, text),
            Err(_) => Str::from_code_points(th, &decode_wtf8(bytes)),
        }
    }

    /// From code points (surrogates allowed).
    pub fn from_code_points(th: &Thread, points: &[u32]) -> Ref<Str> {
        let max = points.iter().copied().max().unwrap_or(0);
        Str::build_narrowest(th, points.len(), max, points.iter().copied()).unwrap_or_else(|| heap::alloc::out_of_memory())
    }

    /// From Latin-1.
    pub fn from_latin1(th: &Thread, bytes: &[u8]) -> Ref<Str> {
        let ascii = bytes.is_ascii();
        Str::build(th, bytes.len(), 1, ascii, |out| out.copy_from_slice(bytes)).unwrap_or_else(|| heap::alloc::out_of_memory())
    }

    /// From one code point. Latin-1 characters are always the same objects.
    #[inline]
    pub fn from_char(th: &Thread, point: u32) -> Ref<Str> {
        match CHARACTERS.get(point as usize) {
            Some(place) => Str::latin1_char(th, point, place).to_ref(),
            None => Str::build_narrowest(th, 1, point, core::iter::once(point)).unwrap_or_else(|| heap::alloc::out_of_memory()),
        }
    }

    #[inline]
    #[allow(unsafe_code, reason = "interned strings live for ever")]
    fn latin1_char(th: &Thread, point: u32, place: &AtomicPtr<Str>) -> &'static Str {
        // SAFETY: R2: null or an interned string, which is immortal.
        match unsafe { place.load(Acquire).as_ref() } {
            Some(s) => s,
            None => {
                let made = Str::build_narrowest(th, 1, point, core::iter::once(point)).unwrap_or_else(|| heap::alloc::out_of_memory());
                let made = intern_ref(th, made);
                made.mark_static();
                place.store(core::ptr::from_ref(made).cast_mut(), Release);
                made
            }
        }
    }

    /// The empty string.
    #[inline]
    pub fn empty() -> Ref<Str> {
        crate::names::EMPTY.get().to_ref()
    }

    /// This string, or an exact one with the same characters.
    #[inline]
    pub fn exact(&self, th: &Thread) -> Ref<Str> {
        if self.as_object().is_exactly::<Str>() { th.retain(self) } else { Str::copy_exact(th, self) }
    }

    /// An exact `str` with the characters of `s`.
    pub fn copy_exact(th: &Thread, s: &Str) -> Ref<Str> {
        Str::build(th, s.len(), s.unit_size(), s.is_ascii(), |out| out.copy_from_slice(s.raw_bytes()))
            .unwrap_or_else(|| heap::alloc::out_of_memory())
    }

    /// The code point at `index`, which is in range.
    pub fn char_at(&self, index: usize) -> u32 {
        self.chars().at(index)
    }

    /// Whether both have the same characters.
    #[inline]
    pub fn eq_str(&self, other: &Str) -> bool {
        core::ptr::eq(self, other) || (self.len() == other.len() && self.unit_size() == other.unit_size() && self.raw_bytes() == other.raw_bytes())
    }

    /// Whether it is this text.
    pub fn eq_text(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => self.chars().iter().eq(text.chars().map(u32::from)),
        }
    }

    /// The hash, cached. Never -1.
    #[inline]
    pub fn hash(&self) -> isize {
        match self.cached_hash() {
            Some(hash) => hash,
            None => {
                let hash = crate::hash::hash_bytes(self.raw_bytes());
                self.cache_hash(hash);
                hash
            }
        }
    }

    /// The text as UTF-8, cached in the string; `None` if it holds lone surrogates (or there is no memory for the cache).
    pub fn to_utf8(&self) -> Option<&str> {
        let bytes = self.utf8_cached(|| {
            let mut out = String::with_capacity(self.len() * 2);
            for c in self.chars().iter() {
                out.push(char::from_u32(c)?);
            }
            Some(out.into_bytes())
        })?;
        // The cache holds what a `String` held.
        core::str::from_utf8(bytes).ok()
    }

    /// The text for messages: lone surrogates become U+FFFD.
    pub fn to_string_lossy(&self) -> String {
        match self.as_ascii() {
            Some(text) => text.to_owned(),
            None => self.chars().iter().map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER)).collect(),
        }
    }

    /// Generalised UTF-8, lone surrogates as three bytes.
    pub fn to_wtf8(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len());
        for c in self.chars().iter() {
            match char::from_u32(c) {
                Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None => out.extend_from_slice(&[0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3f) as u8, 0x80 | (c & 0x3f) as u8]),
            }
        }
        out
    }

    /// The two strings one after the other; `None`: no memory.
    pub fn concat(th: &Thread, a: &Str, b: &Str) -> Option<Ref<Str>> {
        let len = a.len().checked_add(b.len())?;
        let unit = a.unit_size().max(b.unit_size());
        if a.unit_size() == b.unit_size() {
            return Str::build(th, len, unit, a.is_ascii() && b.is_ascii(), |out| {
                let (left, right) = out.split_at_mut(a.len() * unit);
                left.copy_from_slice(a.raw_bytes());
                right.copy_from_slice(b.raw_bytes());
            });
        }
        let max = if unit == 2 { 0xffff } else { 0x10_ffff };
        Str::build_narrowest(th, len, max, a.chars().iter().chain(b.chars().iter()))
    }

    pub(crate) fn static_type() -> &'static Type {
        <Str as heap::PyType>::type_object()
    }

    /// An instance of `cls` (a subclass of `str`, or `str`) with these characters.
    pub fn new_in(th: &Thread, cls: &Type, s: Ref<Str>) -> Option<Ref<Str>> {
        if core::ptr::eq(cls, Str::static_type()) { Some(s) } else { Str::build_subclass(th, cls, &s) }
    }
}

impl core::fmt::Display for Str {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.as_ascii() {
            Some(text) => f.write_str(text),
            None => f.write_str(&self.to_string_lossy()),
        }
    }
}

fn decode_wtf8(bytes: &[u8]) -> Vec<u32> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        if let [a @ 0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, tail @ ..] = rest {
            out.push((u32::from(a & 0xf) << 12) | (u32::from(b & 0x3f) << 6) | u32::from(c & 0x3f));
            rest = tail;
            continue;
        }
        let valid = match core::str::from_utf8(rest) {
            Ok(text) => text,
            // The prefix up to the error is valid by the error's own word.
            Err(e) => core::str::from_utf8(&rest[..e.valid_up_to()]).unwrap_or(""),
        };
        if valid.is_empty() {
            out.push(0xfffd);
            rest = &rest[1..];
        } else {
            out.extend(valid.chars().map(u32::from));
            rest = &rest[valid.len()..];
        }
    }
    out
}

/// Whether the text is an identifier (keywords are).
pub fn is_identifier(s: &Str) -> bool {
    match s.as_ascii() {
        Some(text) => {
            let mut bytes = text.bytes();
            bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_') && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
        }
        None => {
            let mut points = s.chars().iter();
            points.next().is_some_and(|c| c == u32::from(b'_') || algos::ucd::is_xid_start(c)) && points.all(algos::ucd::is_xid_continue)
        }
    }
}
