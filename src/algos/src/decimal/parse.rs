//! Numbers from text.

use super::coeff;
use super::context::{Context, MAX_EMAX, MIN_ETINY, Status};
use super::number::{Kind, Number};
use super::round::finalize;

fn strip_prefix<'a>(text: &'a [u8], word: &str) -> Option<&'a [u8]> {
    let (head, rest) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word.as_bytes()).then_some(rest)
}

/// The leading digits, and what follows them.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|c| c.is_ascii_digit()).count())
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    &digits[digits.iter().take_while(|&&c| c == b'0').count()..]
}

/// Digits as a coefficient; `text` has nothing else.
fn coefficient(text: &[u8]) -> Option<dashu_int::UBig> {
    if text.len() as u64 > coeff::LIMIT as u64 {
        return None;
    }
    core::str::from_utf8(text).ok().map(coeff::from_digits)
}

/// A written exponent, cut to what can matter.
fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, text) = match text {
        [b'+', rest @ ..] => (false, rest),
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let (number, rest) = digits(text);
    if number.is_empty() || !rest.is_empty() {
        return None;
    }
    const FAR: i64 = 4_000_000_000_000_000_001;
    let magnitude = number.iter().fold(0_i64, |n, c| n.saturating_mul(10).saturating_add(i64::from(c - b'0')).min(FAR));
    Some(if negative { -magnitude } else { magnitude })
}

/// Why a text gives no number.
enum Failure {
    Syntax,
    Memory,
}

fn scan(text: &[u8], context: &Context) -> Result<Number, Failure> {
    let (negative, text) = match text {
        [b'+', rest @ ..] => (false, rest),
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    for (word, kind) in [("snan", Kind::Signaling), ("nan", Kind::Quiet)] {
        if let Some(rest) = strip_prefix(text, word) {
            let (payload, rest) = digits(rest);
            let payload = without_zeros(payload);
            let room = context.prec - i64::from(context.clamp);
            if !rest.is_empty() || payload.len() as u64 > room.unsigned_abs() {
                return Err(Failure::Syntax);
            }
            let coeff = coefficient(payload).ok_or(Failure::Memory)?;
            return Ok(Number { negative, kind, coeff, exp: 0 });
        }
    }
    if text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity") {
        return Ok(Number::infinity(negative));
    }
    let (whole, rest) = digits(text);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => digits(rest),
        _ => (&[][..], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(Failure::Syntax);
    }
    let exp = match rest {
        [] => 0,
        [b'e' | b'E', rest @ ..] => exponent(rest).ok_or(Failure::Syntax)?,
        _ => return Err(Failure::Syntax),
    };
    let coeff = if fraction.is_empty() {
        coefficient(without_zeros(whole))
    } else {
        coefficient(without_zeros(&[whole, fraction].concat()))
    };
    let coeff = coeff.ok_or(Failure::Memory)?;
    let exp = (exp - fraction.len() as i64).clamp(MIN_ETINY - 1, MAX_EMAX + 1);
    Ok(Number::finite(negative, coeff, exp))
}

/// The number that a text says, fitted into the context.
#[must_use]
pub fn parse(text: &[u8], context: &Context, status: &mut Status) -> Number {
    match scan(text, context) {
        Ok(number) => finalize(number, context, status),
        Err(Failure::Syntax) => Number::error(Status::CONVERSION_SYNTAX, status),
        Err(Failure::Memory) => Number::no_memory(status),
    }
}
