//! `float` to and from text: the layout of digits that `repr`, `format` and `%` share, and the grammar of `float(str)`.

use super::digits::{self, Decimal};

/// What stands before a number that is not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sign {
    #[default]
    OnlyMinus,
    Plus,
    Space,
}

/// How digits are laid out; the default is plain `%` formatting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// Always write a sign.
    pub plus: bool,
    /// Keep the point and trailing zeros (`#`).
    pub alternate: bool,
    /// Add `.0` to what looks like an integer.
    pub dot_zero: bool,
    /// Write zero without a minus (`z`).
    pub no_negative_zero: bool,
}

/// `repr(x)`.
#[must_use]
pub fn repr(x: f64) -> String {
    // In this range the plain notation is the one that is wanted.
    if (1e-4..1e16).contains(&x.abs()) {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(x);
        if !text.contains('e') {
            return text.into();
        }
    }
    format(x, b'r', 0, Flags { dot_zero: true, ..Flags::default() })
}

/// `x` by one of the codes `e f g r`, or in upper case `E F G`, with a precision (`r` ignores it).
#[must_use]
pub fn format(x: f64, code: u8, precision: usize, flags: Flags) -> String {
    let upper = code.is_ascii_uppercase();
    let mut out = String::with_capacity(24);
    if !x.is_finite() {
        if x.is_infinite() && x < 0.0 {
            out.push('-');
        } else if flags.plus {
            out.push('+');
        }
        out.push_str(match (x.is_nan(), upper) {
            (true, false) => "nan",
            (true, true) => "NAN",
            (false, false) => "inf",
            (false, true) => "INF",
        });
        return out;
    }
    let code = code.to_ascii_lowercase();
    let magnitude = x.abs();
    // Positions beyond the range of `i32` are not reachable: the output itself would not fit in memory.
    let clamped = precision.min(i32::MAX as usize / 2) as i32;
    let decimal = match code {
        b'e' => digits::exact(magnitude, precision.saturating_add(1)),
        b'f' => digits::fixed(magnitude, clamped),
        b'g' => digits::exact(magnitude, precision.max(1)),
        _ => digits::shortest(magnitude),
    };
    let negative = x.is_sign_negative() && !(flags.no_negative_zero && decimal.is_zero());
    if negative {
        out.push('-');
    } else if flags.plus {
        out.push('+');
    }
    lay_out(&decimal, code, clamped, flags, upper, &mut out);
    out
}

fn lay_out(decimal: &Decimal, code: u8, precision: i32, flags: Flags, upper: bool, out: &mut String) {
    let zero = decimal.is_zero();
    let found: &[u8] = if zero { b"0" } else { &decimal.digits };
    let point = if zero { 1 } else { decimal.point };
    // `end` is the position behind the last digit to write, counted from the first significant one.
    let mut end = found.len() as i32;
    let scientific = match code {
        b'e' => {
            end = precision + 1;
            true
        }
        b'f' => {
            end = point + precision;
            false
        }
        b'g' => {
            let precision = precision.max(1);
            if flags.alternate {
                end = precision;
            }
            point <= -4 || point > precision - i32::from(flags.dot_zero)
        }
        _ => point <= -4 || point > 16,
    };
    let (exponent, point) = if scientific { (point - 1, 1) } else { (0, point) };
    end = end.max(if !scientific && flags.dot_zero { point + 1 } else { point });
    let start = if point <= 0 { point - 1 } else { 0 };
    for position in start..end {
        if position == point {
            out.push('.');
        }
        let digit = usize::try_from(position).ok().and_then(|p| found.get(p)).copied().unwrap_or(b'0');
        out.push(char::from(digit));
    }
    if end == point && flags.alternate {
        out.push('.');
    }
    if scientific {
        out.push(if upper { 'E' } else { 'e' });
        out.push(if exponent < 0 { '-' } else { '+' });
        let exponent = exponent.unsigned_abs();
        if exponent < 10 {
            out.push('0');
        }
        out.push_str(&exponent.to_string());
    }
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

fn strip(mut text: &[u8]) -> &[u8] {
    while let [b, rest @ ..] = text
        && is_space(*b)
    {
        text = rest;
    }
    while let [rest @ .., b] = text
        && is_space(*b)
    {
        text = rest;
    }
    text
}

/// Takes underscores out that stand between two digits; `None` when one stands elsewhere.
pub(crate) fn without_underscores(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    for (i, &b) in text.iter().enumerate() {
        if b == b'_' {
            let before = i > 0 && text[i - 1].is_ascii_digit();
            let after = text.get(i + 1).is_some_and(u8::is_ascii_digit);
            if !before || !after {
                return None;
            }
        } else {
            out.push(b);
        }
    }
    Some(out)
}

/// `float(text)` for text whose digits and spaces are already ASCII; `None` is
/// `ValueError: could not convert string to float`.
#[must_use]
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = strip(text);
    let clean;
    let text = if text.contains(&b'_') {
        clean = without_underscores(text)?;
        &clean
    } else {
        text
    };
    let (value, len) = parse_prefix(text)?;
    (len == text.len()).then_some(value)
}

/// The longest number that `text` begins with, and its length: `[sign] (digits [. digits] [e digits] | inf | infinity | nan)`.
pub(crate) fn parse_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let signed = matches!(text, [b'+' | b'-', ..]);
    let negative = matches!(text, [b'-', ..]);
    let body = &text[usize::from(signed)..];
    let word = |w: &[u8]| body.len() >= w.len() && body[..w.len()].eq_ignore_ascii_case(w);
    let special = if word(b"infinity") {
        Some((f64::INFINITY, 8))
    } else if word(b"inf") {
        Some((f64::INFINITY, 3))
    } else if word(b"nan") {
        Some((f64::NAN, 3))
    } else {
        None
    };
    let (value, len) = special.or_else(|| parse_decimal(body))?;
    Some((if negative { -value } else { value }, len + usize::from(signed)))
}

fn parse_decimal(body: &[u8]) -> Option<(f64, usize)> {
    let run = |from: usize| body[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = run(0);
    let mut len = whole;
    let mut fraction = 0;
    if body.get(len) == Some(&b'.') {
        fraction = run(len + 1);
        len += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(body.get(len), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(body.get(len + 1), Some(b'+' | b'-')));
        let exponent = run(len + 1 + sign);
        if exponent > 0 {
            len += 1 + sign + exponent;
        }
    }
    // The accepted bytes are ASCII and Rust's grammar includes ours.
    let value = core::str::from_utf8(&body[..len]).ok()?.parse().ok()?;
    Some((value, len))
}
