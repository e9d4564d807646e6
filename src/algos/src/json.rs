//! JSON's strings and numbers over code units: quoting them, and finding where they end.

use crate::text::{Builder, Text, Unit};

#[cfg(test)]
mod tests;

/// Where the first unit is that a test picks; looks at blocks of 16, which the compiler turns into vectors.
fn first_special<U: Unit>(text: &[U], special: impl Fn(u32) -> bool) -> Option<usize> {
    let mut at = 0;
    while let Some(block) = text[at..].first_chunk::<16>() {
        if block.iter().fold(false, |any, u| any | special(u.code_point())) {
            break;
        }
        at += 16;
    }
    text[at..].iter().position(|u| special(u.code_point())).map(|found| at + found)
}

/// Writes the text as a JSON string; with `ascii` all but printable ASCII is escaped.
pub fn quote<U: Unit>(text: &[U], ascii: bool, out: &mut Builder) {
    out.push(u32::from('"'));
    let mut rest = text;
    let special = |c: u32| c < 0x20 || c == 0x22 || c == 0x5c;
    loop {
        let found = if ascii { first_special(rest, |c| special(c) || c > 0x7e) } else { first_special(rest, special) };
        let Some(at) = found else { break };
        if at > 0 {
            out.push_units(&rest[..at]);
        }
        escape(rest[at].code_point(), out);
        rest = &rest[at + 1..];
    }
    out.push_units(rest);
    out.push(u32::from('"'));
}

fn escape(c: u32, out: &mut Builder) {
    match c {
        0x22 => out.push_str("\\\""),
        0x5c => out.push_str("\\\\"),
        0x08 => out.push_str("\\b"),
        0x0c => out.push_str("\\f"),
        0x0a => out.push_str("\\n"),
        0x0d => out.push_str("\\r"),
        0x09 => out.push_str("\\t"),
        0..0x1_0000 => push_hex(c, out),
        _ => {
            push_hex(0xd800 | (c - 0x1_0000) >> 10, out);
            push_hex(0xdc00 | (c - 0x1_0000) & 0x3ff, out);
        }
    }
}

fn push_hex(c: u32, out: &mut Builder) {
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        out.push(char::from_digit(c >> shift & 15, 16).map_or(0, u32::from));
    }
}

/// What is wrong, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error {
    pub message: &'static str,
    pub at: usize,
}

/// The contents of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents<'a, U> {
    /// As they stand there.
    Plain(&'a [U]),
    /// With escapes resolved.
    Made(Text),
}

/// Reads a string from behind its opening quote, and tells where its closing quote ends. `strict` refuses control characters.
///
/// # Errors
/// The string does not end, an escape is unknown, or a control character stands in it.
pub fn scan_string<U: Unit>(text: &[U], begin: usize, strict: bool) -> Result<(Contents<'_, U>, usize), Error> {
    let unterminated = Error { message: "Unterminated string starting at", at: begin.wrapping_sub(1) };
    let mut made: Option<Builder> = None;
    let mut start = begin;
    loop {
        let special = |c: u32| c < 0x20 || c == 0x22 || c == 0x5c;
        let mut at = start;
        let found = loop {
            at += first_special(&text[at..], special).ok_or(unterminated)?;
            match text[at].code_point() {
                c @ (0x22 | 0x5c) => break c,
                _ if strict => return Err(Error { message: "Invalid control character at", at }),
                _ => at += 1,
            }
        };
        let chunk = &text[start..at];
        if found == 0x22 {
            return Ok(match made {
                None => (Contents::Plain(chunk), at + 1),
                Some(mut made) => {
                    made.push_units(chunk);
                    (Contents::Made(made.finish()), at + 1)
                }
            });
        }
        let made = made.get_or_insert_with(|| Builder::with_capacity(chunk.len() + 16));
        made.push_units(chunk);
        let (c, next) = unescape(text, at + 1, unterminated)?;
        made.push(c);
        start = next;
    }
}

/// The character of an escape from behind its backslash, and where the escape ends.
fn unescape<U: Unit>(text: &[U], at: usize, unterminated: Error) -> Result<(u32, usize), Error> {
    let c = text.get(at).ok_or(unterminated)?.code_point();
    let simple = match char::from_u32(c) {
        Some('"' | '\\' | '/') => c,
        Some('b') => 0x08,
        Some('f') => 0x0c,
        Some('n') => 0x0a,
        Some('r') => 0x0d,
        Some('t') => 0x09,
        Some('u') => return unescape_unicode(text, at),
        _ => return Err(Error { message: "Invalid \\escape", at: at - 1 }),
    };
    Ok((simple, at + 1))
}

/// Four hexadecimal digits.
fn hex4<U: Unit>(text: &[U], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4)?;
    digits.iter().try_fold(0, |value, u| {
        let digit = char::from_u32(u.code_point()).and_then(|c| c.to_digit(16))?;
        Some(value << 4 | digit)
    })
}

/// `at` is the place of the `u`.
fn unescape_unicode<U: Unit>(text: &[U], at: usize) -> Result<(u32, usize), Error> {
    let wrong = |at: usize| Error { message: "Invalid \\uXXXX escape", at };
    let c = hex4(text, at + 1).ok_or(wrong(at))?;
    let end = at + 5;
    let is = |at: usize, c: char| text.get(at).is_some_and(|u| u.code_point() == u32::from(c));
    // A pair counts as one only if the text goes on behind it.
    if (0xd800..0xdc00).contains(&c) && text.len() > end + 6 && is(end, '\\') && is(end + 1, 'u') {
        let low = hex4(text, end + 2).ok_or(wrong(end + 1))?;
        if (0xdc00..0xe000).contains(&low) {
            return Ok((0x1_0000 + ((c - 0xd800) << 10 | (low - 0xdc00)), end + 6));
        }
    }
    Ok((c, end))
}

/// Where the blanks end that begin at a place.
#[inline]
pub fn skip_blanks<U: Unit>(text: &[U], at: usize) -> usize {
    let blank = |u: &U| matches!(u.code_point(), 0x20 | 0x09 | 0x0a | 0x0d);
    let rest = text.get(at..).unwrap_or(&[]);
    at + rest.iter().position(|u| !blank(u)).unwrap_or(rest.len())
}

/// Where a number ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub end: usize,
    /// It has a fraction or an exponent.
    pub real: bool,
}

/// The number that begins at a place, if one does.
pub fn scan_number<U: Unit>(text: &[U], start: usize) -> Option<Number> {
    let unit = |at: usize| text.get(at).map_or(0, |u| u.code_point());
    let digit = |at: usize| (0x30..0x3a).contains(&unit(at));
    let digits = |mut at: usize| {
        while digit(at) {
            at += 1;
        }
        at
    };
    let whole = start + usize::from(unit(start) == u32::from('-'));
    let mut end = match unit(whole) {
        0x30 => whole + 1,
        0x31..0x3a => digits(whole + 1),
        _ => return None,
    };
    let mut real = false;
    if unit(end) == u32::from('.') && digit(end + 1) {
        real = true;
        end = digits(end + 2);
    }
    if matches!(unit(end), 0x45 | 0x65) {
        let exponent = end + 1 + usize::from(matches!(unit(end + 1), 0x2b | 0x2d));
        if digit(exponent) {
            real = true;
            end = digits(exponent);
        }
    }
    Some(Number { end, real })
}
