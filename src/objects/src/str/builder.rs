//! A string in the making: it grows wider as wider characters come.

use algos::text::Builder;
use heap::{Heaped, Raised, Ref, Thread};

use super::{Str, with_units};
use crate::raise;

/// Collects characters. Running out of memory shows when it is finished.
#[derive(Default)]
pub struct StrBuilder {
    builder: Builder,
    /// All there is so far, if it came as one string: it need not be copied if nothing follows.
    whole: Option<Ref<Str>>,
    too_large: bool,
}

/// Above this many characters at once it is asked first whether there is memory.
const LARGE: usize = 1 << 20;

/// Whether so many bytes can be had.
pub(crate) fn can_allocate(bytes: usize) -> bool {
    bytes < LARGE || (bytes < isize::MAX as usize / 2 && Vec::<u8>::new().try_reserve_exact(bytes).is_ok())
}

impl StrBuilder {
    /// An empty one.
    pub fn new() -> StrBuilder {
        StrBuilder::default()
    }

    /// One with room for so many characters of one byte.
    pub fn with_capacity(capacity: usize) -> StrBuilder {
        let too_large = !can_allocate(capacity);
        StrBuilder { builder: Builder::with_capacity(if too_large { 0 } else { capacity }), whole: None, too_large }
    }

    /// How many characters there are.
    pub fn len(&self) -> usize {
        self.whole.as_ref().map_or(self.builder.len(), |whole| whole.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.whole.is_none() && self.builder.is_empty()
    }

    /// What came as one string is copied after all, as more follows.
    #[inline]
    fn open(&mut self) -> &mut Builder {
        if self.whole.is_some() {
            self.copy_whole();
        }
        &mut self.builder
    }

    #[cold]
    fn copy_whole(&mut self) {
        if let Some(whole) = self.whole.take()
            && self.has_room(whole.len())
        {
            with_units!(whole, |units| self.builder.push_units(units));
        }
    }

    /// Whether so many characters more find room; if not, finishing raises.
    pub fn has_room(&mut self, characters: usize) -> bool {
        if characters >= LARGE && !self.too_large {
            // Four bytes each at worst, and the old text beside the new.
            self.too_large = !can_allocate(self.len().saturating_add(characters).saturating_mul(4));
        }
        !self.too_large
    }

    /// Adds a code point.
    #[inline]
    pub fn push(&mut self, c: u32) {
        self.open().push(c);
    }

    /// Adds Rust's text.
    #[inline]
    pub fn push_text(&mut self, text: &str) {
        self.open().push_str(text);
    }

    /// Adds a string.
    #[inline]
    pub fn push_str(&mut self, s: &Str) {
        if s.is_empty() {
            return;
        }
        if self.is_empty() && !self.too_large && s.as_object().is_exactly::<Str>() {
            self.whole = Some(s.to_ref());
        } else if self.has_room(s.len()) {
            with_units!(s, |units| self.open().push_units(units));
        }
    }

    /// Adds a part of a string.
    pub fn push_slice(&mut self, s: &Str, range: core::ops::Range<usize>) {
        if self.has_room(range.len()) {
            with_units!(s, |units| self.open().push_units(&units[range]));
        }
    }

    /// Adds code units of any width.
    pub fn push_units<U: algos::text::Unit>(&mut self, units: &[U]) {
        if !units.is_empty() && self.has_room(units.len()) {
            self.open().push_units(units);
        }
    }

    /// Adds a code point many times.
    pub fn push_repeated(&mut self, c: u32, count: usize) {
        if count != 0 && self.has_room(count) {
            self.open().push_repeated(c, count);
        }
    }

    /// For codecs, which write into it directly.
    pub fn inner(&mut self) -> &mut Builder {
        self.open()
    }

    /// The string.
    pub fn finish(self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if self.too_large {
            return Err(raise::memory_error(th));
        }
        if let Some(whole) = self.whole {
            return Ok(whole);
        }
        Str::from_text(th, &self.builder.finish()).ok_or_else(|| raise::memory_error(th))
    }
}

impl core::fmt::Write for StrBuilder {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.push_text(text);
        Ok(())
    }
}
