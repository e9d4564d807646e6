//! Rewriting text: `replace`, `expandtabs`, padding.

use super::{Unit, matches};
use crate::ucd;

/// `replace` with all texts of one width, at most `limit` times; `None` when nothing changes. An empty `old` is between all units
/// and at both ends. The result may be narrower than it looks, when what was replaced was the widest.
#[must_use]
pub fn replace<U: Unit>(text: &[U], old: &[U], new: &[U], limit: usize) -> Option<Vec<U>> {
    if limit == 0 || old == new {
        return None;
    }
    if old.is_empty() {
        let count = limit.min(text.len() + 1);
        let mut out = Vec::with_capacity(text.len() + count.saturating_mul(new.len()));
        for (i, &u) in text.iter().enumerate() {
            if i < count {
                out.extend_from_slice(new);
            }
            out.push(u);
        }
        if count > text.len() {
            out.extend_from_slice(new);
        }
        return Some(out);
    }
    if old.len() == new.len() {
        let mut found = matches(text, old).take(limit).peekable();
        found.peek()?;
        let mut out = text.to_vec();
        for at in found {
            out[at..at + new.len()].copy_from_slice(new);
        }
        return Some(out);
    }
    let mut found = matches(text, old).take(limit).peekable();
    found.peek()?;
    let mut out = Vec::with_capacity(text.len() + if new.len() > old.len() { text.len() / 4 } else { 0 });
    let mut from = 0;
    for at in found {
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    out.extend_from_slice(&text[from..]);
    Some(out)
}

/// `expandtabs`; `None` is `OverflowError: result too long`.
#[must_use]
pub fn expand_tabs<U: Unit>(text: &[U], size: usize) -> Option<Vec<U>> {
    let space = U::from_code_point(u32::from(' '));
    let mut out = Vec::with_capacity(text.len());
    let mut column = 0usize;
    for &u in text {
        match u.code_point() {
            0x09 => {
                if size > 0 {
                    let fill = size - column % size;
                    column += fill;
                    let len = out.len().checked_add(fill).filter(|&len| len <= isize::MAX as usize / 4)?;
                    out.try_reserve(fill).ok()?;
                    out.resize(len, space);
                }
            }
            cp => {
                column = if matches!(cp, 0x0a | 0x0d) { 0 } else { column + 1 };
                out.push(u);
            }
        }
    }
    Some(out)
}

/// The sign's length and the zeros of `zfill`: copy the sign, write the zeros, copy the rest.
#[must_use]
pub fn zfill<U: Unit>(text: &[U], width: usize) -> (usize, usize) {
    let signed = text.first().is_some_and(|u| matches!(char::from_u32(u.code_point()), Some('+' | '-')));
    (usize::from(signed), width.saturating_sub(text.len()))
}

/// Padding to the left and right of `center`, which puts an odd one to the left when the width is odd.
#[must_use]
pub fn center(len: usize, width: usize) -> (usize, usize) {
    let padding = width.saturating_sub(len);
    let left = padding / 2 + (padding & width & 1);
    (left, padding - left)
}

/// Text for the parsers of numbers: decimal digits of any script and blanks become ASCII, what is neither becomes `?`.
#[must_use]
pub fn ascii_numerals<U: Unit>(text: &[U]) -> Vec<u8> {
    text.iter()
        .map(|u| match u.code_point() {
            cp @ 0..128 => cp as u8,
            cp if ucd::is_space(cp) => b' ',
            cp => ucd::decimal(cp).map_or(b'?', |d| b'0' + d),
        })
        .collect()
}
