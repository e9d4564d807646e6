//! Cutting text: `split` and its kin, `splitlines`, `partition`, `strip`. Parts come as ranges, lazily, so that the caller builds
//! its objects straight away.

use super::{Unit, matches, rmatches};
use crate::ucd;
use core::ops::Range;

/// What counts as blank for the units of a text; `bytes` has a narrower idea than `str`.
pub type IsBlank = fn(u32) -> bool;

/// Parts between separators, from the left, at most `limit` cuts; the separator is not empty.
pub fn split<'a, U: Unit>(text: &'a [U], separator: &'a [U], limit: usize) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut found = matches(text, separator).take(limit);
    let mut start = Some(0);
    core::iter::from_fn(move || {
        let from = start?;
        match found.next() {
            Some(at) => {
                start = Some(at + separator.len());
                Some(from..at)
            }
            None => {
                start = None;
                Some(from..text.len())
            }
        }
    })
}

/// Parts between separators, from the right and in that order.
pub fn rsplit<'a, U: Unit>(text: &'a [U], separator: &'a [U], limit: usize) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut found = rmatches(text, separator).take(limit);
    let mut end = Some(text.len());
    core::iter::from_fn(move || {
        let to = end?;
        match found.next() {
            Some(at) => {
                end = Some(at);
                Some(at + separator.len()..to)
            }
            None => {
                end = None;
                Some(0..to)
            }
        }
    })
}

/// Parts between blanks, without empty ones; after `limit` cuts the rest is one part, blanks at its end included.
pub fn split_blank<U: Unit>(text: &[U], limit: usize, blank: IsBlank) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    let mut left = limit;
    core::iter::from_fn(move || {
        at += text[at..].iter().position(|u| !blank(u.code_point()))?;
        let start = at;
        if left == 0 {
            at = text.len();
            return Some(start..text.len());
        }
        left -= 1;
        at = text[start..].iter().position(|u| blank(u.code_point())).map_or(text.len(), |i| start + i);
        Some(start..at)
    })
}

/// Like [`split_blank`], from the right and in that order.
pub fn rsplit_blank<U: Unit>(text: &[U], limit: usize, blank: IsBlank) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut end = text.len();
    let mut left = limit;
    core::iter::from_fn(move || {
        end = text[..end].iter().rposition(|u| !blank(u.code_point()))? + 1;
        let stop = end;
        if left == 0 {
            end = 0;
            return Some(0..stop);
        }
        left -= 1;
        end = text[..stop].iter().rposition(|u| blank(u.code_point())).map_or(0, |i| i + 1);
        Some(end..stop)
    })
}

/// Lines, with their ends or without; `is_end` says what ends one (`\r\n` counts once).
pub fn lines<U: Unit>(text: &[U], keep_ends: bool, is_end: IsBlank) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    core::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let start = at;
        let end = text[start..].iter().position(|u| is_end(u.code_point())).map_or(text.len(), |i| start + i);
        at = match text[end..] {
            [] => end,
            [a, b, ..] if a.code_point() == 0x0d && b.code_point() == 0x0a => end + 2,
            _ => end + 1,
        };
        Some(start..if keep_ends { at } else { end })
    })
}

/// The part before the first separator and that behind it.
#[must_use]
pub fn partition<U: Unit>(text: &[U], separator: &[U]) -> Option<(Range<usize>, Range<usize>)> {
    let at = super::find(text, separator)?;
    Some((0..at, at + separator.len()..text.len()))
}

/// The part before the last separator and that behind it.
#[must_use]
pub fn rpartition<U: Unit>(text: &[U], separator: &[U]) -> Option<(Range<usize>, Range<usize>)> {
    let at = super::rfind(text, separator)?;
    Some((0..at, at + separator.len()..text.len()))
}

/// What is left when units that match are taken from the chosen ends.
#[must_use]
pub fn strip<U: Unit>(text: &[U], left: bool, right: bool, matches: impl Fn(u32) -> bool) -> Range<usize> {
    let mut start = 0;
    if left {
        start = text.iter().position(|u| !matches(u.code_point())).unwrap_or(text.len());
    }
    let mut end = text.len();
    if right {
        end = text[start..].iter().rposition(|u| !matches(u.code_point())).map_or(start, |i| start + i + 1);
    }
    start..end
}

/// `strip()` of a `str`.
#[must_use]
pub fn strip_blank<U: Unit>(text: &[U], left: bool, right: bool) -> Range<usize> {
    strip(text, left, right, ucd::is_space)
}

/// `strip(set)`; the set may be of another width.
#[must_use]
pub fn strip_set<U: Unit, V: Unit>(text: &[U], left: bool, right: bool, set: &[V]) -> Range<usize> {
    let set = CharSet::new(set);
    strip(text, left, right, |cp| set.contains(cp))
}

/// Characters to test against: a bit map below 128, a search above.
#[derive(Debug, Clone)]
pub struct CharSet<'a, V> {
    low: u128,
    all: &'a [V],
    high: bool,
}

impl<'a, V: Unit> CharSet<'a, V> {
    #[must_use]
    pub fn new(all: &'a [V]) -> Self {
        let mut set = CharSet { low: 0, all, high: false };
        for u in all {
            match u.code_point() {
                cp @ 0..128 => set.low |= 1 << cp,
                _ => set.high = true,
            }
        }
        set
    }

    #[inline]
    #[must_use]
    pub fn contains(&self, cp: u32) -> bool {
        if cp < 128 {
            return self.low >> cp & 1 == 1;
        }
        self.high && cp <= V::MAX && super::find_unit(self.all, V::from_code_point(cp)).is_some()
    }
}
