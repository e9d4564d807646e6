//! Numbers as text.

use super::number::{Kind, Number};

/// What stands for a number that is not finite.
pub(super) fn special(number: &Number) -> Option<String> {
    let sign = if number.negative { "-" } else { "" };
    let word = match number.kind {
        Kind::Finite => return None,
        Kind::Infinite => return Some(format!("{sign}Infinity")),
        Kind::Quiet => "NaN",
        Kind::Signaling => "sNaN",
    };
    let payload = if number.coeff.is_zero() { String::new() } else { number.digit_text() };
    Some(format!("{sign}{word}{payload}"))
}

/// Digits with the point after the first `place`.
fn with_point(out: &mut String, digits: &str, place: i64) {
    if place <= 0 {
        out.push_str("0.");
        out.extend(core::iter::repeat_n('0', place.unsigned_abs() as usize));
        out.push_str(digits);
        return;
    }
    match digits.split_at_checked(place as usize) {
        Some((whole, fraction)) => {
            out.push_str(whole);
            if !fraction.is_empty() {
                out.push('.');
                out.push_str(fraction);
            }
        }
        None => {
            out.push_str(digits);
            out.extend(core::iter::repeat_n('0', place as usize - digits.len()));
        }
    }
}

fn written(number: &Number, capital: bool, engineering: bool) -> String {
    if let Some(text) = special(number) {
        return text;
    }
    let digits = number.digit_text();
    let length = digits.len() as i64;
    let left = number.exp + length;
    let place = if number.exp <= 0 && left > -6 {
        left
    } else if !engineering {
        1
    } else if number.coeff.is_zero() {
        (left + 1).rem_euclid(3) - 1
    } else {
        (left - 1).rem_euclid(3) + 1
    };
    let mut out = String::with_capacity(digits.len() + 24);
    if number.negative {
        out.push('-');
    }
    with_point(&mut out, &digits, place);
    if left != place {
        out.push(if capital { 'E' } else { 'e' });
        out.push_str(&format!("{:+}", left - place));
    }
    out
}

#[must_use]
pub fn to_scientific(number: &Number, capital: bool) -> String {
    written(number, capital, false)
}

/// With an exponent that is a multiple of three.
#[must_use]
pub fn to_engineering(number: &Number, capital: bool) -> String {
    written(number, capital, true)
}
