//! Applies a format specification to data.

use super::spec::{Align, Grouping, Spec, unknown_code};
use super::{Class, Error, Fitted, Formatted, overflow_error, value_error};
use crate::complex::Complex;
use crate::float::{self, Flags, Sign};
use crate::int::{self, View};

/// What `n` and the other codes separate digits with (`localeconv`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locale {
    pub decimal_point: String,
    pub thousands_sep: String,
    /// Sizes of groups from the right; the last repeats, 127 ends grouping.
    pub grouping: Vec<u8>,
}

impl Default for Locale {
    /// The C locale.
    fn default() -> Self {
        Locale { decimal_point: ".".into(), thousands_sep: String::new(), grouping: Vec::new() }
    }
}

/// Separators of one number.
struct Separators<'a> {
    decimal_point: &'a str,
    thousands: &'a str,
    sizes: &'a [u8],
    fraction: &'a str,
}

impl<'a> Separators<'a> {
    fn new(spec: &Spec, locale: &'a Locale) -> Self {
        if spec.code == u32::from('n') {
            return Separators {
                decimal_point: &locale.decimal_point,
                thousands: &locale.thousands_sep,
                sizes: &locale.grouping,
                fraction: "",
            };
        }
        let four = matches!(char::from_u32(spec.code), Some('b' | 'o' | 'x' | 'X'));
        Separators {
            decimal_point: ".",
            thousands: spec.grouping.separator(),
            sizes: match (spec.grouping, four) {
                (Grouping::None, _) => &[],
                (_, false) => &[3],
                (_, true) => &[4],
            },
            fraction: spec.fraction_grouping.separator(),
        }
    }
}

/// Inserts separators into the integer part, which is zero-padded to `width` characters, separators included.
fn group(digits: &str, width: usize, separators: &Separators<'_>) -> String {
    if separators.sizes.is_empty() {
        return digits.into();
    }
    // Pieces from the right.
    let mut pieces: Vec<(usize, &str)> = Vec::new();
    let mut rest = digits.len();
    let mut room = width as isize;
    let separator = separators.thousands.chars().count() as isize;
    let mut sizes = separators.sizes.iter();
    let mut size = 0;
    loop {
        // The last size repeats; 127 and an empty list mean one group for all that is left.
        if let Some(&next) = sizes.next() {
            size = next;
        }
        let whole = size == 0 || size == 127;
        let wanted = rest.max(room.max(0) as usize).max(1);
        let len = if whole { wanted } else { wanted.min(usize::from(size)) };
        let taken = rest.min(len);
        pieces.push((len - taken, &digits[rest - taken..rest]));
        rest -= taken;
        room -= len as isize;
        if whole || (rest == 0 && room <= 0) {
            break;
        }
        room -= separator;
    }
    let mut out = String::with_capacity(width.max(digits.len() * 4 / 3 + 1));
    for (i, (zeros, piece)) in pieces.iter().rev().enumerate() {
        if i > 0 {
            out.push_str(separators.thousands);
        }
        out.extend(core::iter::repeat_n('0', *zeros));
        out.push_str(piece);
    }
    out
}

/// The parts of a number before grouping and padding.
struct Parts<'a> {
    negative: bool,
    prefix: &'a str,
    /// Digits before the point; empty for infinities, NaN and characters.
    whole: &'a str,
    /// Behind the point, if there is one.
    fraction: Option<&'a str>,
    /// What is never grouped: exponent, `%`, `inf`.
    rest: &'a str,
    character: Option<u32>,
}

fn assemble(parts: &Parts<'_>, spec: &Spec, separators: &Separators<'_>) -> Result<Formatted, Error> {
    let mut head = String::new();
    match (parts.negative, spec.sign) {
        (true, _) => head.push('-'),
        (false, Sign::Plus) => head.push('+'),
        (false, Sign::Space) => head.push(' '),
        (false, Sign::OnlyMinus) => {}
    }
    head.push_str(parts.prefix);
    let mut tail = String::new();
    if let Some(fraction) = parts.fraction {
        tail.push_str(separators.decimal_point);
        let grouped = if separators.fraction.is_empty() { "" } else { fraction };
        if grouped.is_empty() {
            tail.push_str(fraction);
        }
        for (i, digit) in grouped.chars().enumerate() {
            if i > 0 && i % 3 == 0 {
                tail.push_str(separators.fraction);
            }
            tail.push(digit);
        }
    }
    tail.push_str(parts.rest);
    let fixed = head.len() + tail.chars().count() + usize::from(parts.character.is_some());
    // Zeros among groups are part of the body; others are padding like any.
    let grouped_zeros = !separators.sizes.is_empty() && spec.fill == u32::from('0') && spec.align == Align::AfterSign;
    let min_width = if grouped_zeros { spec.width.saturating_sub(fixed) } else { 0 };
    if min_width > 1 << 36 {
        return Err(Error { class: Class::Memory, message: String::new() });
    }
    let mut body = if parts.whole.is_empty() { String::new() } else { group(parts.whole, min_width, separators) };
    let used = fixed + body.chars().count();
    body.push_str(&tail);
    let padding = spec.width.saturating_sub(used);
    let mut out = Formatted { head, body, character: parts.character, fill: spec.fill, ..Formatted::default() };
    match spec.align {
        Align::Left => out.right = padding,
        Align::Right => out.left = padding,
        Align::AfterSign => out.middle = padding,
        Align::Center => {
            out.left = padding / 2;
            out.right = padding - out.left;
        }
    }
    Ok(out)
}

/// `int.__format__`; `limit` is that of `sys.set_int_max_str_digits`.
///
/// # Errors
/// With CPython's message.
pub fn format_int(spec: &Spec, value: View<'_>, locale: &Locale, limit: usize, type_name: &str) -> Result<Formatted, Error> {
    let code = char::from_u32(spec.code).unwrap_or('\u{fffd}');
    match code {
        'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n' => {}
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => {
            let x = int::to_f64(value).map_err(|_| overflow_error("int too large to convert to float"))?;
            return format_float(spec, x, locale, type_name);
        }
        _ => return Err(unknown_code(spec.code, type_name)),
    }
    if spec.precision.is_some() {
        return Err(value_error("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(value_error("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    let separators = Separators::new(spec, locale);
    if code == 'c' {
        if spec.sign_given {
            return Err(value_error("Sign not allowed with integer format specifier 'c'"));
        }
        if spec.alternate {
            return Err(value_error("Alternate form (#) not allowed with integer format specifier 'c'"));
        }
        let value = value.to_i64().ok_or_else(|| overflow_error("Python int too large to convert to C long"))?;
        let character = u32::try_from(value).ok().filter(|&c| c <= crate::ucd::MAX);
        let character = character.ok_or_else(|| overflow_error("%c arg not in range(0x110000)"))?;
        let parts = Parts { negative: false, prefix: "", whole: "", fraction: None, rest: "", character: Some(character) };
        return assemble(&parts, spec, &separators);
    }
    let (digits, prefix) = match code {
        'b' => (int::to_radix(value.abs(), 2), "0b"),
        'o' => (int::to_radix(value.abs(), 8), "0o"),
        'x' => (int::to_radix(value.abs(), 16), "0x"),
        'X' => (int::to_radix(value.abs(), 16).to_ascii_uppercase(), "0X"),
        _ => (int::checked_decimal(value.abs(), limit).map_err(|e| value_error(e.to_string()))?, ""),
    };
    let prefix = if spec.alternate { prefix } else { "" };
    let parts = Parts { negative: value.is_negative(), prefix, whole: &digits, fraction: None, rest: "", character: None };
    assemble(&parts, spec, &separators)
}

/// What a float's type code means to `float::format`.
struct Plan {
    code: u8,
    precision: usize,
    flags: Flags,
    percent: bool,
}

/// No number is written with more digits: what is longer would have more bytes than C's `int` counts.
pub const MOST_PRECISE: usize = i32::MAX as usize - 1024;

fn plan(spec: &Spec, allow_percent: bool, type_name: &str, dot_zero: bool) -> Result<Plan, Error> {
    let code = match char::from_u32(spec.code) {
        Some('\0') => b'r',
        Some('n') => b'g',
        Some('%') if allow_percent => b'f',
        Some(c @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G')) => c as u8,
        _ => return Err(unknown_code(spec.code, type_name)),
    };
    if spec.precision.is_some_and(|p| p > MOST_PRECISE) {
        return Err(value_error("precision too big"));
    }
    let code = if code == b'r' && spec.precision.is_some() { b'g' } else { code };
    Ok(Plan {
        code,
        precision: spec.precision.unwrap_or(6),
        flags: Flags {
            plus: false,
            alternate: spec.alternate,
            dot_zero: dot_zero && spec.code == 0,
            no_negative_zero: spec.no_negative_zero,
        },
        percent: spec.code == u32::from('%'),
    })
}

fn format_real(spec: &Spec, plan: &Plan, x: f64, separators: &Separators<'_>) -> Result<Formatted, Error> {
    let x = if plan.percent { x * 100.0 } else { x };
    let mut text = float::format(x, plan.code, plan.precision, plan.flags);
    if plan.percent {
        text.push('%');
    }
    let (negative, text) = text.strip_prefix('-').map_or((false, text.as_str()), |t| (true, t));
    let run = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = text.split_at(run(text));
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(behind) => {
            let (fraction, rest) = behind.split_at(run(behind));
            (Some(fraction), rest)
        }
        None => (None, rest),
    };
    assemble(&Parts { negative, prefix: "", whole, fraction, rest, character: None }, spec, separators)
}

/// `float.__format__`.
///
/// # Errors
/// With CPython's message.
pub fn format_float(spec: &Spec, x: f64, locale: &Locale, type_name: &str) -> Result<Formatted, Error> {
    let plan = plan(spec, true, type_name, true)?;
    format_real(spec, &plan, x, &Separators::new(spec, locale))
}

/// `complex.__format__`.
///
/// # Errors
/// With CPython's message.
pub fn format_complex(spec: &Spec, z: Complex, locale: &Locale, type_name: &str) -> Result<Formatted, Error> {
    let plan = plan(spec, false, type_name, false)?;
    if spec.fill == u32::from('0') {
        return Err(value_error("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(value_error("'=' alignment flag is not allowed in complex format specifier"));
    }
    let separators = Separators::new(spec, locale);
    let plain = spec.code == 0;
    let skip_real = plain && z.real == 0.0 && z.real.is_sign_positive();
    let brackets = plain && !skip_real;
    let mut inner = Spec { width: 0, align: Align::Left, fill: u32::from(' '), ..spec.clone() };
    let mut body = String::new();
    if brackets {
        body.push('(');
    }
    if !skip_real {
        let real = format_real(&inner, &plan, z.real, &separators)?;
        body.push_str(&real.head);
        body.push_str(&real.body);
        inner.sign = Sign::Plus;
    }
    let imag = format_real(&inner, &plan, z.imag, &separators)?;
    body.push_str(&imag.head);
    body.push_str(&imag.body);
    body.push('j');
    if brackets {
        body.push(')');
    }
    let padding = spec.width.saturating_sub(body.chars().count());
    let (left, right) = split_padding(spec.align, padding);
    Ok(Formatted { left, body, right, fill: spec.fill, ..Formatted::default() })
}

fn split_padding(align: Align, padding: usize) -> (usize, usize) {
    match align {
        Align::Left | Align::AfterSign => (0, padding),
        Align::Right => (padding, 0),
        Align::Center => (padding / 2, padding - padding / 2),
    }
}

/// `str.__format__` of a string of `len` characters.
///
/// # Errors
/// With CPython's message.
pub fn format_str(spec: &Spec, len: usize, type_name: &str) -> Result<Fitted, Error> {
    if spec.code != u32::from('s') {
        return Err(unknown_code(spec.code, type_name));
    }
    if spec.sign_given {
        return Err(value_error(match spec.sign {
            Sign::Space => "Space not allowed in string format specifier",
            _ => "Sign not allowed in string format specifier",
        }));
    }
    if spec.no_negative_zero {
        return Err(value_error("Negative zero coercion (z) not allowed in string format specifier"));
    }
    if spec.alternate {
        return Err(value_error("Alternate form (#) not allowed in string format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(value_error("'=' alignment not allowed in string format specifier"));
    }
    let take = spec.precision.map_or(len, |p| p.min(len));
    let (left, right) = split_padding(spec.align, spec.width.saturating_sub(take));
    Ok(Fitted { take, left, right, fill: spec.fill })
}
