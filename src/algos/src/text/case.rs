//! Case mappings of whole texts, with the full mappings of Unicode and the rule of the final sigma.
//!
//! ASCII text is better served by the methods of `[u8]`; these functions do not look for it.

use super::{Builder, Text, Unit};
use crate::ucd;

const CAPITAL_SIGMA: u32 = 0x3a3;
const SIGMA: u32 = 0x3c3;
const FINAL_SIGMA: u32 = 0x3c2;

/// A capital sigma at the end of a word: a cased character before it and none behind it, looking past case-ignorable ones.
fn ends_word<U: Unit>(text: &[U], at: usize) -> bool {
    let cased = |mut units: &mut dyn Iterator<Item = &U>| {
        (&mut units).map(|u| u.code_point()).find(|&c| !ucd::is_case_ignorable(c)).is_some_and(ucd::is_cased)
    };
    cased(&mut text[..at].iter().rev()) && !cased(&mut text[at + 1..].iter())
}

#[inline]
fn push_lower<U: Unit>(text: &[U], at: usize, out: &mut Builder) {
    let cp = text[at].code_point();
    if cp == CAPITAL_SIGMA {
        out.push(if ends_word(text, at) { FINAL_SIGMA } else { SIGMA });
    } else {
        push_all(&ucd::to_lower(cp), out);
    }
}

#[inline]
fn push_all(mapped: &[u32], out: &mut Builder) {
    for &cp in mapped {
        out.push(cp);
    }
}

#[must_use]
pub fn lower<U: Unit>(text: &[U]) -> Text {
    let mut out = Builder::with_capacity(text.len());
    for at in 0..text.len() {
        push_lower(text, at, &mut out);
    }
    out.finish()
}

#[must_use]
pub fn upper<U: Unit>(text: &[U]) -> Text {
    let mut out = Builder::with_capacity(text.len());
    for u in text {
        push_all(&ucd::to_upper(u.code_point()), &mut out);
    }
    out.finish()
}

#[must_use]
pub fn casefold<U: Unit>(text: &[U]) -> Text {
    let mut out = Builder::with_capacity(text.len());
    for u in text {
        push_all(&ucd::to_folded(u.code_point()), &mut out);
    }
    out.finish()
}

#[must_use]
pub fn capitalize<U: Unit>(text: &[U]) -> Text {
    let mut out = Builder::with_capacity(text.len());
    if let Some(first) = text.first() {
        push_all(&ucd::to_title(first.code_point()), &mut out);
    }
    for at in 1..text.len() {
        push_lower(text, at, &mut out);
    }
    out.finish()
}

#[must_use]
pub fn title<U: Unit>(text: &[U]) -> Text {
    let mut out = Builder::with_capacity(text.len());
    let mut in_word = false;
    for (at, u) in text.iter().enumerate() {
        if in_word {
            push_lower(text, at, &mut out);
        } else {
            push_all(&ucd::to_title(u.code_point()), &mut out);
        }
        in_word = ucd::is_cased(u.code_point());
    }
    out.finish()
}

#[must_use]
pub fn swapcase<U: Unit>(text: &[U]) -> Text {
    let mut out = Builder::with_capacity(text.len());
    for (at, u) in text.iter().enumerate() {
        let cp = u.code_point();
        if ucd::is_upper(cp) {
            push_lower(text, at, &mut out);
        } else if ucd::is_lower(cp) {
            push_all(&ucd::to_upper(cp), &mut out);
        } else {
            out.push(cp);
        }
    }
    out.finish()
}
