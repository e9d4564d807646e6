//! `%` formatting of `str` and `bytes`: the parser of directives, and their application to numbers and text.
//!
//! Arguments are fetched while a template is read, and CPython reports whatever comes first. So a broken directive still says
//! what stood before the break: the caller fetches the key and the `*` arguments of [`Broken::before`], then raises the error.

use super::{Class, Error, Fitted, Formatted, overflow_error, value_error};
use crate::float::{self, Flags};
use crate::int::{self, View};
use crate::text::Unit;

/// A width or precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Count {
    #[default]
    None,
    Given(usize),
    /// `*`: the next argument, which must be an `int` (`TypeError: * wants int`).
    Argument,
}

/// One `%…` as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Directive<'a, U> {
    /// A `(` was there: arguments must be a mapping (`TypeError: format requires a mapping`).
    pub mapped: bool,
    /// The text between the brackets.
    pub key: Option<&'a [U]>,
    pub left: bool,
    pub plus: bool,
    pub space: bool,
    pub alternate: bool,
    pub zero: bool,
    pub width: Count,
    pub precision: Count,
    /// The conversion character, 0 in a broken directive.
    pub code: u8,
}

/// A directive that cannot be read: raise the error after fetching what was read before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken<'a, U> {
    pub before: Directive<'a, U>,
    /// The directive was read to its conversion character: its argument is fetched, too.
    pub complete: bool,
    pub error: Error,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a, U> {
    /// Text to copy.
    Literal(&'a [U]),
    Directive(Directive<'a, U>),
}

/// Reads a template piece by piece.
#[derive(Debug, Clone)]
pub struct Parser<'a, U> {
    text: &'a [U],
    at: usize,
    bytes: bool,
    /// The conversion character was reached.
    complete: bool,
}

impl<'a, U: Unit> Parser<'a, U> {
    /// For a `str` template.
    #[must_use]
    pub fn new(text: &'a [U]) -> Self {
        Parser { text, at: 0, bytes: false, complete: false }
    }

    fn unit(&self) -> Option<u32> {
        self.text.get(self.at).map(|u| u.code_point())
    }

    fn ascii(&self) -> Option<u8> {
        self.unit().and_then(|u| u8::try_from(u).ok())
    }

    fn count(&mut self, most: usize, too_big: &str) -> Result<Count, Error> {
        if self.ascii() == Some(b'*') {
            self.at += 1;
            return Ok(Count::Argument);
        }
        let mut value = None;
        while let Some(d @ b'0'..=b'9') = self.ascii() {
            let next = value.unwrap_or(0usize).checked_mul(10).and_then(|v| v.checked_add(usize::from(d - b'0')));
            value = Some(next.filter(|&v| v <= most).ok_or_else(|| value_error(too_big))?);
            self.at += 1;
        }
        Ok(value.map_or(Count::None, Count::Given))
    }

    /// Behind the `%`.
    fn directive(&mut self, d: &mut Directive<'a, U>) -> Result<(), Error> {
        if self.ascii() == Some(b'(') {
            d.mapped = true;
            self.at += 1;
            let start = self.at;
            let mut depth = 1;
            while depth > 0 {
                match self.ascii() {
                    Some(b'(') => depth += 1,
                    Some(b')') => depth -= 1,
                    None if self.at >= self.text.len() => return Err(value_error("incomplete format key")),
                    _ => {}
                }
                self.at += 1;
            }
            d.key = Some(&self.text[start..self.at - 1]);
        }
        loop {
            match self.ascii() {
                Some(b'-') => d.left = true,
                Some(b'+') => d.plus = true,
                Some(b' ') => d.space = true,
                Some(b'#') => d.alternate = true,
                Some(b'0') => d.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        d.width = self.count(isize::MAX as usize, "width too big")?;
        if self.ascii() == Some(b'.') {
            self.at += 1;
            let too_big = if self.bytes { "prec too big" } else { "precision too big" };
            d.precision = match self.count(i32::MAX as usize, too_big)? {
                Count::None => Count::Given(0),
                count => count,
            };
        }
        if matches!(self.ascii(), Some(b'h' | b'l' | b'L')) {
            self.at += 1;
        }
        let Some(unit) = self.unit() else {
            return Err(value_error("incomplete format"));
        };
        self.complete = true;
        match char::from_u32(unit) {
            Some(c @ ('c' | 's' | 'r' | 'a' | 'd' | 'i' | 'u' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G')) => {
                d.code = c as u8
            }
            Some('b') if self.bytes => d.code = b'b',
            found => {
                let shown = match found {
                    Some(c) if self.bytes => c,
                    Some(c @ ' '..='\x7e') => c,
                    _ => '?',
                };
                let at = self.at;
                return Err(value_error(format!("unsupported format character '{shown}' (0x{unit:x}) at index {at}")));
            }
        }
        self.at += 1;
        self.complete = false;
        Ok(())
    }
}

impl<'a> Parser<'a, u8> {
    /// For a `bytes` template.
    #[must_use]
    pub fn for_bytes(text: &'a [u8]) -> Self {
        Parser { text, at: 0, bytes: true, complete: false }
    }
}

impl<'a, U: Unit> Iterator for Parser<'a, U> {
    type Item = Result<Piece<'a, U>, Broken<'a, U>>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let percent = U::from_code_point(u32::from('%'));
        if self.at >= self.text.len() {
            return None;
        }
        if self.text[start] != percent {
            self.at = start + self.text[start..].iter().position(|&u| u == percent).unwrap_or(self.text.len() - start);
            return Some(Ok(Piece::Literal(&self.text[start..self.at])));
        }
        self.at += 1;
        if self.ascii() == Some(b'%') {
            self.at += 1;
            return Some(Ok(Piece::Literal(&self.text[start..=start])));
        }
        let mut directive = Directive {
            mapped: false,
            key: None,
            left: false,
            plus: false,
            space: false,
            alternate: false,
            zero: false,
            width: Count::None,
            precision: Count::None,
            code: 0,
        };
        Some(match self.directive(&mut directive) {
            Ok(()) => Ok(Piece::Directive(directive)),
            Err(error) => {
                let complete = self.complete;
                self.at = self.text.len();
                Err(Broken { before: directive, complete, error })
            }
        })
    }
}

/// A directive whose counts are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    pub left: bool,
    pub plus: bool,
    pub space: bool,
    pub alternate: bool,
    pub zero: bool,
    pub width: usize,
    pub precision: Option<usize>,
    pub code: u8,
}

impl<U> Directive<'_, U> {
    /// With the values of the `*` arguments, where there are such: a negative width aligns to the left, a negative precision is 0.
    #[must_use]
    pub fn resolve(&self, width: i64, precision: i64) -> Resolved {
        let mut left = self.left;
        let width = match self.width {
            Count::None => 0,
            Count::Given(width) => width,
            Count::Argument => {
                left |= width < 0;
                usize::try_from(width.unsigned_abs()).unwrap_or(usize::MAX)
            }
        };
        let precision = match self.precision {
            Count::None => None,
            Count::Given(precision) => Some(precision),
            Count::Argument => Some(usize::try_from(precision).unwrap_or(0)),
        };
        Resolved {
            left,
            plus: self.plus,
            space: self.space,
            alternate: self.alternate,
            zero: self.zero,
            width,
            precision,
            code: self.code,
        }
    }
}

fn pad(d: &Resolved, head: String, body: String) -> Formatted {
    let padding = d.width.saturating_sub(head.len() + body.len());
    let mut out = Formatted { head, body, fill: u32::from(' '), ..Formatted::default() };
    if d.left {
        out.right = padding;
    } else if d.zero {
        out.fill = u32::from('0');
        out.middle = padding;
    } else {
        out.left = padding;
    }
    out
}

fn sign(d: &Resolved, negative: bool) -> String {
    match (negative, d.plus, d.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    }
    .into()
}

/// `%d`, `%i`, `%u`, `%o`, `%x` and `%X`.
///
/// # Errors
/// With CPython's message.
pub fn format_int(d: &Resolved, value: View<'_>, limit: usize) -> Result<Formatted, Error> {
    if d.precision.is_some_and(|p| p > i32::MAX as usize - 3) {
        return Err(overflow_error("precision too large"));
    }
    let magnitude = value.abs();
    let (digits, prefix) = match d.code {
        b'o' => (int::to_radix(magnitude, 8), "0o"),
        b'x' => (int::to_radix(magnitude, 16), "0x"),
        b'X' => (int::to_radix(magnitude, 16).to_ascii_uppercase(), "0X"),
        _ => (int::checked_decimal(magnitude, limit).map_err(|e| value_error(e.to_string()))?, ""),
    };
    let mut head = sign(d, value.is_negative());
    if d.alternate {
        head.push_str(prefix);
    }
    let zeros = d.precision.unwrap_or(0).saturating_sub(digits.len());
    let body = if zeros == 0 { digits } else { "0".repeat(zeros) + &digits };
    Ok(pad(d, head, body))
}

/// `%e`, `%f`, `%g` and their upper case.
///
/// # Errors
/// More digits are wanted than anybody writes.
pub fn format_float(d: &Resolved, x: f64) -> Result<Formatted, Error> {
    if d.precision.is_some_and(|p| p > super::number::MOST_PRECISE) {
        return Err(value_error("precision too big"));
    }
    if d.precision.is_some_and(|p| p > 1 << 28) {
        return Err(Error { class: Class::Memory, message: String::new() });
    }
    let flags = Flags { alternate: d.alternate, ..Flags::default() };
    let text = float::format(x, d.code, d.precision.unwrap_or(6), flags);
    Ok(match text.strip_prefix('-') {
        Some(body) => pad(d, sign(d, true), body.into()),
        None => pad(d, sign(d, false), text),
    })
}

/// Text of `len` characters by `%s`, `%r`, `%a`, `%b`; a character by `%c` ignores the precision.
#[must_use]
pub fn fit(d: &Resolved, len: usize) -> Fitted {
    let take = if d.code == b'c' { len } else { d.precision.map_or(len, |p| p.min(len)) };
    let padding = d.width.saturating_sub(take);
    let (left, right) = if d.left { (0, padding) } else { (padding, 0) };
    Fitted { take, left, right, fill: u32::from(' ') }
}

/// The `TypeError` of a numeric code for an object that is not a number.
#[must_use]
pub fn not_a_number(code: u8, type_name: &str) -> Error {
    let wanted = match code {
        b'o' | b'x' | b'X' => "an integer is required",
        _ => "a real number is required",
    };
    Error { class: Class::Type, message: format!("%{} format: {wanted}, not {type_name}", char::from(code)) }
}
