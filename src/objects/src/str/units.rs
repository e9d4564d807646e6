//! Strings as slices of code units for `algos::text`, and back: the one place that knows the three widths.

use std::borrow::Cow;

use algos::text::{self, Unit};
use heap::{Ref, Thread};

use super::{Chars, Str};

/// Runs generic code over the units of a string.
#[macro_export]
macro_rules! with_units {
    ($s:expr, |$units:ident| $body:expr) => {
        match $s.chars() {
            $crate::str::Chars::Ascii($units) | $crate::str::Chars::One($units) => $body,
            $crate::str::Chars::Two($units) => $body,
            $crate::str::Chars::Four($units) => $body,
        }
    };
}
pub use with_units;

/// A width that strings have.
pub trait StrUnit: Unit {
    /// The characters, if they have this width.
    fn of(chars: Chars<'_>) -> Option<&[Self]>;
}

impl StrUnit for u8 {
    #[inline(always)]
    fn of(chars: Chars<'_>) -> Option<&[u8]> {
        match chars {
            Chars::Ascii(units) | Chars::One(units) => Some(units),
            _ => None,
        }
    }
}

impl StrUnit for u16 {
    #[inline(always)]
    fn of(chars: Chars<'_>) -> Option<&[u16]> {
        match chars {
            Chars::Two(units) => Some(units),
            _ => None,
        }
    }
}

impl StrUnit for u32 {
    #[inline(always)]
    fn of(chars: Chars<'_>) -> Option<&[u32]> {
        match chars {
            Chars::Four(units) => Some(units),
            _ => None,
        }
    }
}

/// The characters in the width of other ones, at which the caller points with any slice of them. `None`: they are wider, so they
/// cannot occur among those.
#[inline]
pub fn units_like<'a, U: StrUnit>(_like: &[U], s: &'a Str) -> Option<Cow<'a, [U]>> {
    if let Some(units) = U::of(s.chars()) {
        return Some(Cow::Borrowed(units));
    }
    if s.unit_size() > size_of::<U>() {
        return None;
    }
    Some(Cow::Owned(units_as(s)))
}

/// The characters as units of a width that is known to suffice.
pub fn units_as<U: Unit>(s: &Str) -> Vec<U> {
    with_units!(s, |units| text::widen(units))
}

impl Str {
    /// From units of any width; `None`: no memory.
    #[inline]
    pub fn from_units<U: StrUnit>(th: &Thread, units: &[U]) -> Option<Ref<Str>> {
        match units {
            [] => Some(Str::empty()),
            [only] if only.code_point() < 0x100 => Some(Str::from_char(th, only.code_point())),
            _ => {
                let bits = text::widest(units);
                Str::build_from_units(th, units, bits)
            }
        }
    }

    /// A part of the string; the whole of an exact one is itself. `None`: no memory.
    #[inline]
    pub fn slice(&self, th: &Thread, range: core::ops::Range<usize>) -> Option<Ref<Str>> {
        if range.start == 0 && range.end == self.len() {
            return Some(self.exact(th));
        }
        if let Chars::Ascii(units) = self.chars() {
            return Str::from_ascii_part(th, &units[range]);
        }
        with_units!(self, |units| Str::from_units(th, &units[range]))
    }

    /// From `algos`' finished text; `None`: no memory.
    pub fn from_text(th: &Thread, text: &text::Text) -> Option<Ref<Str>> {
        match text {
            text::Text::One(units) => Str::from_units(th, units),
            text::Text::Two(units) => Str::from_units(th, units),
            text::Text::Four(units) => Str::from_units(th, units),
        }
    }
}
