//! The `is…` methods of `str`.

use super::Unit;
use crate::ucd;

fn all<U: Unit>(text: &[U], test: fn(u32) -> bool) -> bool {
    !text.is_empty() && text.iter().all(|u| test(u.code_point()))
}

#[must_use]
pub fn is_ascii<U: Unit>(text: &[U]) -> bool {
    super::widest(text) < 0x80
}

#[must_use]
pub fn is_alpha<U: Unit>(text: &[U]) -> bool {
    all(text, ucd::is_alpha)
}

#[must_use]
pub fn is_alnum<U: Unit>(text: &[U]) -> bool {
    all(text, ucd::is_alnum)
}

#[must_use]
pub fn is_decimal<U: Unit>(text: &[U]) -> bool {
    all(text, ucd::is_decimal)
}

#[must_use]
pub fn is_digit<U: Unit>(text: &[U]) -> bool {
    all(text, ucd::is_digit)
}

#[must_use]
pub fn is_numeric<U: Unit>(text: &[U]) -> bool {
    all(text, ucd::is_numeric)
}

#[must_use]
pub fn is_space<U: Unit>(text: &[U]) -> bool {
    all(text, ucd::is_space)
}

/// True of the empty text, unlike the others.
#[must_use]
pub fn is_printable<U: Unit>(text: &[U]) -> bool {
    text.iter().all(|u| ucd::is_printable(u.code_point()))
}

#[must_use]
pub fn is_identifier<U: Unit>(text: &[U]) -> bool {
    text.split_first().is_some_and(|(first, rest)| {
        ucd::is_xid_start(first.code_point()) && rest.iter().all(|u| ucd::is_xid_continue(u.code_point()))
    })
}

#[must_use]
pub fn is_lower<U: Unit>(text: &[U]) -> bool {
    let mut found = false;
    for cp in text.iter().map(|u| u.code_point()) {
        if ucd::is_upper(cp) || ucd::is_title(cp) {
            return false;
        }
        found |= ucd::is_lower(cp);
    }
    found
}

#[must_use]
pub fn is_upper<U: Unit>(text: &[U]) -> bool {
    let mut found = false;
    for cp in text.iter().map(|u| u.code_point()) {
        if ucd::is_lower(cp) || ucd::is_title(cp) {
            return false;
        }
        found |= ucd::is_upper(cp);
    }
    found
}

#[must_use]
pub fn is_title<U: Unit>(text: &[U]) -> bool {
    let mut in_word = false;
    let mut found = false;
    for cp in text.iter().map(|u| u.code_point()) {
        if ucd::is_upper(cp) || ucd::is_title(cp) {
            if in_word {
                return false;
            }
            (in_word, found) = (true, true);
        } else if ucd::is_lower(cp) {
            if !in_word {
                return false;
            }
            found = true;
        } else {
            in_word = false;
        }
    }
    found
}
