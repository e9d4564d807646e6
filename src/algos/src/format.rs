//! The three formatting languages: format specifications (`spec.rs`, applied in `number.rs`), `%` directives (`percent.rs`), and
//! the templates of `str.format` (`template.rs`).
//!
//! Nothing here builds Python strings: a number comes out as a [`Formatted`], text and padding in parts, a string as a [`Fitted`].
//! The parsers are generic over the width of code units. Errors carry CPython's message and the class to raise.

mod number;
pub mod percent;
mod spec;
pub mod template;

#[cfg(test)]
mod tests;

pub use number::{Locale, format_complex, format_float, format_int, format_str};
pub use spec::{Align, Grouping, Kind, Spec};

use core::fmt;

/// The exception class of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Value,
    Overflow,
    Type,
    /// `MemoryError`, without a message.
    Memory,
}

/// What to raise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub class: Class,
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

fn value_error(message: impl Into<String>) -> Error {
    Error { class: Class::Value, message: message.into() }
}

fn overflow_error(message: impl Into<String>) -> Error {
    Error { class: Class::Overflow, message: message.into() }
}

/// `fill * left + head + fill * middle + body + fill * right`. Head and body are ASCII except for a locale's separators and the
/// character of `c`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Formatted {
    pub left: usize,
    /// Sign and base prefix.
    pub head: String,
    pub middle: usize,
    pub body: String,
    /// A character that is not in `body` because it may be a surrogate (`c` alone).
    pub character: Option<u32>,
    pub right: usize,
    pub fill: u32,
}

impl Formatted {
    /// Length in characters.
    #[must_use]
    pub fn len(&self) -> usize {
        let text = self.head.chars().count() + self.body.chars().count() + usize::from(self.character.is_some());
        self.left + self.middle + self.right + text
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All characters in order.
    pub fn chars(&self) -> impl Iterator<Item = u32> + '_ {
        let fill = |n| core::iter::repeat_n(self.fill, n);
        fill(self.left)
            .chain(self.head.chars().map(u32::from))
            .chain(fill(self.middle))
            .chain(self.body.chars().map(u32::from))
            .chain(self.character)
            .chain(fill(self.right))
    }

    /// As a Rust string; a fill that is a surrogate becomes U+FFFD.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.chars().map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect()
    }
}

/// How to cut and pad a string: its first `take` characters between paddings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fitted {
    pub take: usize,
    pub left: usize,
    pub right: usize,
    pub fill: u32,
}

/// Reads decimal digits of any script: their value and count; a value beyond `isize` is an error.
fn read_number<U: crate::text::Unit>(text: &[U]) -> Result<(usize, usize), Error> {
    let mut value = 0usize;
    let mut count = 0;
    for unit in text {
        let Some(digit) = crate::ucd::decimal(unit.code_point()) else {
            break;
        };
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(usize::from(digit)))
            .filter(|&v| v <= isize::MAX as usize)
            .ok_or_else(|| value_error("Too many decimal digits in format string"))?;
        count += 1;
    }
    Ok((value, count))
}
