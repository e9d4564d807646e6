//! Algorithms over text as Python stores it: slices of 1, 2 or 4-byte code units, each a whole code point (surrogates included).
//!
//! Functions are generic over [`Unit`]; where two texts meet they have the same width, which the caller arranges with [`widen`].
//! Positions are in units. Results whose width is not known beforehand go into a [`Builder`], which ends up at the least width.
//! `search.rs` finds, `split.rs` cuts, `case.rs` maps, `edit.rs` rewrites, `quote.rs` writes `repr`, `bytes.rs` is for bytes alone.

mod builder;
pub mod bytes;
mod case;
mod edit;
mod predicates;
mod quote;
mod search;
mod split;

#[cfg(test)]
mod tests;

pub(crate) use builder::extend;
pub use builder::{Builder, Text};
pub use case::{capitalize, casefold, lower, swapcase, title, upper};
pub use edit::{ascii_numerals, center, expand_tabs, replace, zfill};
pub use predicates::{
    is_alnum, is_alpha, is_ascii, is_decimal, is_digit, is_identifier, is_lower, is_numeric, is_printable, is_space, is_title,
    is_upper,
};
pub use quote::{ascii, repr};
pub use search::{Matches, RMatches, count, find, find_unit, matches, rfind, rfind_unit, rmatches};
pub use split::{CharSet, lines, partition, rpartition, rsplit, rsplit_blank, split, split_blank, strip, strip_blank, strip_set};

use core::cmp::Ordering;

/// One code point in a string of some width.
pub trait Unit: Copy + Ord + core::hash::Hash + core::fmt::Debug + 'static {
    /// The largest code point of the width.
    const MAX: u32;
    /// Finds one text many times.
    type Finder<'n>;
    type RFinder<'n>;

    fn code_point(self) -> u32;

    /// The caller knows that the code point fits; other bits are cut off.
    fn from_code_point(cp: u32) -> Self;

    fn finder(needle: &[Self]) -> Self::Finder<'_>;
    fn find_with(finder: &Self::Finder<'_>, text: &[Self]) -> Option<usize>;
    fn rfinder(needle: &[Self]) -> Self::RFinder<'_>;
    fn rfind_with(finder: &Self::RFinder<'_>, text: &[Self]) -> Option<usize>;
    fn find_unit(text: &[Self], unit: Self) -> Option<usize>;
    fn rfind_unit(text: &[Self], unit: Self) -> Option<usize>;
}

impl Unit for u8 {
    const MAX: u32 = 0xff;
    type Finder<'n> = memchr::memmem::Finder<'n>;
    type RFinder<'n> = memchr::memmem::FinderRev<'n>;

    #[inline]
    fn code_point(self) -> u32 {
        u32::from(self)
    }

    #[inline]
    fn from_code_point(cp: u32) -> Self {
        cp as u8
    }

    fn finder(needle: &[u8]) -> Self::Finder<'_> {
        memchr::memmem::Finder::new(needle)
    }

    fn find_with(finder: &Self::Finder<'_>, text: &[u8]) -> Option<usize> {
        finder.find(text)
    }

    fn rfinder(needle: &[u8]) -> Self::RFinder<'_> {
        memchr::memmem::FinderRev::new(needle)
    }

    fn rfind_with(finder: &Self::RFinder<'_>, text: &[u8]) -> Option<usize> {
        finder.rfind(text)
    }

    fn find_unit(text: &[u8], unit: u8) -> Option<usize> {
        memchr::memchr(unit, text)
    }

    fn rfind_unit(text: &[u8], unit: u8) -> Option<usize> {
        memchr::memrchr(unit, text)
    }
}

macro_rules! wide_unit {
    ($unit:ident, $max:literal) => {
        impl Unit for $unit {
            const MAX: u32 = $max;
            type Finder<'n> = search::WideFinder<'n, $unit>;
            type RFinder<'n> = search::WideFinder<'n, $unit>;

            #[inline]
            fn code_point(self) -> u32 {
                u32::from(self)
            }

            #[inline]
            fn from_code_point(cp: u32) -> Self {
                cp as $unit
            }

            fn finder(needle: &[Self]) -> Self::Finder<'_> {
                search::WideFinder { needle }
            }

            fn find_with(finder: &Self::Finder<'_>, text: &[Self]) -> Option<usize> {
                search::find_wide(text, finder.needle)
            }

            fn rfinder(needle: &[Self]) -> Self::RFinder<'_> {
                search::WideFinder { needle }
            }

            fn rfind_with(finder: &Self::RFinder<'_>, text: &[Self]) -> Option<usize> {
                search::rfind_wide(text, finder.needle)
            }

            fn find_unit(text: &[Self], unit: Self) -> Option<usize> {
                search::find_unit_wide(text, unit)
            }

            fn rfind_unit(text: &[Self], unit: Self) -> Option<usize> {
                search::rfind_unit_wide(text, unit)
            }
        }
    };
}

wide_unit!(u16, 0xffff);
wide_unit!(u32, 0x10_ffff);

/// As a Rust string, for messages; surrogates become U+FFFD.
#[must_use]
pub fn lossy<U: Unit>(text: &[U]) -> String {
    text.iter().map(|u| char::from_u32(u.code_point()).unwrap_or('\u{fffd}')).collect()
}

/// All bits of all code points: below 0x80 the text is ASCII, below 0x100 one byte wide, below 0x10000 two.
#[must_use]
pub fn widest<U: Unit>(text: &[U]) -> u32 {
    // No early exit, so that the loop becomes vector code.
    text.iter().fold(0, |bits, u| bits | u.code_point())
}

/// The same text with wider units, or with narrower ones that the caller knows to suffice.
#[must_use]
pub fn widen<A: Unit, B: Unit>(text: &[A]) -> Vec<B> {
    text.iter().map(|u| B::from_code_point(u.code_point())).collect()
}

/// Compares texts of any widths by code points.
#[must_use]
pub fn compare<A: Unit, B: Unit>(a: &[A], b: &[B]) -> Ordering {
    let common = a.len().min(b.len());
    for (x, y) in a[..common].iter().zip(&b[..common]) {
        match x.code_point().cmp(&y.code_point()) {
            Ordering::Equal => {}
            other => return other,
        }
    }
    a.len().cmp(&b.len())
}

/// Whether texts of any widths are equal.
#[must_use]
pub fn equal<A: Unit, B: Unit>(a: &[A], b: &[B]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.code_point() == y.code_point())
}

/// `start` and `end` of a slice-like argument, clipped to the length; `None` when the start is behind the length or the end, where
/// not even an empty text is found.
#[must_use]
pub fn clip(start: i64, end: i64, len: usize) -> Option<core::ops::Range<usize>> {
    let len = len as i64;
    let end = if end < 0 { (end + len).max(0) } else { end.min(len) };
    let start = if start < 0 { (start + len).max(0) } else { start };
    (start <= end).then_some(start as usize..end as usize)
}
