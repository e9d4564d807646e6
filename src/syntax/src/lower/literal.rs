//! Literals as constants: big integers, strings with lone surrogates.

use super::Compiler;
use crate::code::{BigInt, Const};
use crate::errors::{Result, error};
use crate::location::Locator;
use ruff_python_ast::{self as ast, Expr, Number};
use ruff_text_size::{Ranged, TextRange};
use std::sync::Arc;

/// Decimal literals longer than this are refused, as by `sys.set_int_max_str_digits()`'s default.
const MAX_DECIMAL_DIGITS: usize = 4300;

impl<'a> Compiler<'a> {
    /// The constant of a literal; `None` for any other expression.
    pub(super) fn literal(&mut self, e: &Expr) -> Result<Option<Const>> {
        literal(self.locator, e)
    }

    /// As the function `string_part`.
    pub(super) fn string_part(&self, part: &ast::StringLiteral) -> Vec<u8> {
        string_part(self.locator, part)
    }

    /// As the function `interpolated_text`.
    pub(super) fn interpolated_text(&self, value: &str, range: TextRange, raw: bool) -> Vec<u8> {
        interpolated_text(self.locator, value, range, raw)
    }
}

/// The constant of a literal; `None` for any other expression.
pub(crate) fn literal(locator: &Locator<'_>, e: &Expr) -> Result<Option<Const>> {
    Ok(Some(match e {
        Expr::NoneLiteral(_) => Const::None,
        Expr::EllipsisLiteral(_) => Const::Ellipsis,
        Expr::BooleanLiteral(e) => Const::Bool(e.value),
        Expr::NumberLiteral(n) => match &n.value {
            Number::Int(int) => match int.as_i64() {
                Some(n) => Const::Int(n),
                None => big_int(&int.to_string(), n.range())?,
            },
            Number::Float(x) => Const::Float(*x),
            Number::Complex { real, imag } => Const::Complex(*real, *imag),
        },
        Expr::StringLiteral(s) => Const::Str(string(locator, s)),
        Expr::BytesLiteral(b) => Const::Bytes(b.value.bytes().collect::<Vec<u8>>().into()),
        Expr::IpyEscapeCommand(e) => return Ok(locator.constant(e.range).cloned()),
        _ => return Ok(None),
    }))
}

/// The value of a string literal, all its parts.
pub(super) fn string(locator: &Locator<'_>, s: &ast::ExprStringLiteral) -> Arc<[u8]> {
    if let [part] = s.value.as_slice() {
        return string_part(locator, part).into();
    }
    let mut out = Vec::new();
    for part in s.value.iter() {
        out.extend_from_slice(&string_part(locator, part));
    }
    out.into()
}

/// The value of one part. The parser cannot express lone surrogates and leaves U+FFFD for them: then the source is read again.
pub(crate) fn string_part(locator: &Locator<'_>, part: &ast::StringLiteral) -> Vec<u8> {
    if !part.flags.prefix().is_raw()
        && part.value.contains('\u{fffd}')
        // The ranges of a tree made of nodes are no ranges of text.
        && locator.source().is_some()
        && let Some(text) = locator.text(part.content_range())
    {
        return unescape(text);
    }
    part.value.as_bytes().to_vec()
}

/// As `string_part` for the literal text inside an f-string.
pub(crate) fn interpolated_text(locator: &Locator<'_>, value: &str, range: TextRange, raw: bool) -> Vec<u8> {
    if !raw
        && value.contains('\u{fffd}')
        && let Some(text) = locator.text(range)
    {
        return unescape(&text.replace("{{", "{").replace("}}", "}"));
    }
    value.as_bytes().to_vec()
}

/// Decodes escapes of a valid literal's text, surrogates included.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    let put = |out: &mut Vec<u8>, code: u32| push_code_point(out, code);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '\r' {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
            out.push(b'\n');
            continue;
        }
        if c != '\\' {
            put(&mut out, c as u32);
            continue;
        }
        let Some(escape) = rest.chars().next() else { break };
        rest = &rest[escape.len_utf8()..];
        let mut digits = |n: usize, radix: u32| -> u32 {
            let end = rest.char_indices().take(n).take_while(|(_, c)| c.is_digit(radix)).count();
            let value = u32::from_str_radix(&rest[..end], radix).unwrap_or(0);
            rest = &rest[end..];
            value
        };
        match escape {
            '\n' => {}
            '\r' => rest = rest.strip_prefix('\n').unwrap_or(rest),
            'n' => out.push(b'\n'),
            't' => out.push(b'\t'),
            'r' => out.push(b'\r'),
            'a' => out.push(7),
            'b' => out.push(8),
            'f' => out.push(12),
            'v' => out.push(11),
            '\\' | '\'' | '"' => out.push(escape as u8),
            'x' => {
                let code = digits(2, 16);
                put(&mut out, code);
            }
            'u' => {
                let code = digits(4, 16);
                put(&mut out, code);
            }
            'U' => {
                let code = digits(8, 16);
                put(&mut out, code);
            }
            '0'..='7' => {
                let more = rest.bytes().take(2).take_while(|b| (b'0'..=b'7').contains(b)).count();
                let code = rest[..more].bytes().fold(escape as u32 - '0' as u32, |n, b| n * 8 + u32::from(b - b'0'));
                rest = &rest[more..];
                put(&mut out, code);
            }
            'N' => {
                // A named character is never a surrogate; the parser's table has it.
                let end = rest.find('}').map_or(rest.len(), |end| end + 1);
                let literal = format!("\"\\N{}\"", &rest[..end]);
                if let Ok(parsed) = ruff_python_parser::parse_expression(&literal)
                    && let Some(s) = parsed.expr().as_string_literal_expr()
                {
                    out.extend_from_slice(s.value.to_str().as_bytes());
                }
                rest = &rest[end..];
            }
            other => {
                out.push(b'\\');
                put(&mut out, other as u32);
            }
        }
    }
    out
}

/// Appends a code point in generalised UTF-8.
pub(super) fn push_code_point(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[0xe0 | (code >> 12) as u8, 0x80 | (code >> 6 & 0x3f) as u8, 0x80 | (code & 0x3f) as u8]),
    }
}

/// An integer literal that does not fit 64 bits.
fn big_int(text: &str, range: TextRange) -> Result<Const> {
    let text: String = text.chars().filter(|c| *c != '_').collect();
    let lower = text.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        _ => (10, &lower[..]),
    };
    if radix == 10 && digits.len() > MAX_DECIMAL_DIGITS {
        let msg = format!(
            "Exceeds the limit ({MAX_DECIMAL_DIGITS} digits) for integer string conversion: value has {} digits; use \
             sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid \
             decimal conversion limits.",
            digits.len()
        );
        return error(range, msg);
    }
    // Powers of two place their bits; decimal literals are short.
    let mut out: Vec<u32> = Vec::new();
    if radix == 10 {
        for chunk in digits.as_bytes().chunks(9) {
            let factor = 10u64.pow(chunk.len() as u32);
            let mut carry = chunk.iter().fold(0u64, |n, d| n * 10 + u64::from(d.wrapping_sub(b'0')));
            for digit in &mut out {
                let n = u64::from(*digit) * factor + carry;
                *digit = (n & 0x3fff_ffff) as u32;
                carry = n >> 30;
            }
            while carry != 0 {
                out.push((carry & 0x3fff_ffff) as u32);
                carry >>= 30;
            }
        }
    } else {
        let step = match radix {
            16 => 4,
            8 => 3,
            _ => 1,
        };
        let (mut buffer, mut filled) = (0u64, 0);
        for c in digits.chars().rev() {
            buffer |= u64::from(c.to_digit(radix).unwrap_or(0)) << filled;
            filled += step;
            if filled >= 30 {
                out.push((buffer & 0x3fff_ffff) as u32);
                buffer >>= 30;
                filled -= 30;
            }
        }
        out.push(buffer as u32);
    }
    while out.last() == Some(&0) {
        out.pop();
    }
    Ok(match out[..] {
        [] => Const::Int(0),
        [a] => Const::Int(i64::from(a)),
        [a, b] => Const::Int(i64::from(a) | i64::from(b) << 30),
        _ => Const::BigInt(Box::new(BigInt { negative: false, digits: out.into() })),
    })
}
