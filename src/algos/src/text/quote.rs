//! `repr` and `ascii` of a string.

use super::{Builder, Text, Unit};
use crate::ucd;

/// The quote for a text: the double one only when there are single ones and no double ones.
pub(super) fn choose_quote(single: bool, double: bool) -> u8 {
    if single && !double { b'"' } else { b'\'' }
}

fn push_escape(cp: u32, out: &mut Builder) {
    out.push_str(&match cp {
        0..0x100 => format!("\\x{cp:02x}"),
        0x100..0x1_0000 => format!("\\u{cp:04x}"),
        _ => format!("\\U{cp:08x}"),
    });
}

fn quoted<U: Unit>(text: &[U], ascii_only: bool) -> Text {
    let has = |c: u8| super::find_unit(text, U::from_code_point(u32::from(c))).is_some();
    let quote = u32::from(choose_quote(has(b'\''), has(b'"')));
    let mut out = Builder::with_capacity(text.len() + 2);
    out.push(quote);
    for cp in text.iter().map(|u| u.code_point()) {
        match cp {
            _ if cp == quote || cp == u32::from('\\') => {
                out.push(u32::from('\\'));
                out.push(cp);
            }
            0x20..0x7f => out.push(cp),
            0x09 => out.push_str("\\t"),
            0x0a => out.push_str("\\n"),
            0x0d => out.push_str("\\r"),
            _ if cp >= 0x80 && !ascii_only && ucd::is_printable(cp) => out.push(cp),
            _ => push_escape(cp, &mut out),
        }
    }
    out.push(quote);
    out.finish()
}

/// `repr(str)`.
#[must_use]
pub fn repr<U: Unit>(text: &[U]) -> Text {
    quoted(text, false)
}

/// `ascii(str)`.
#[must_use]
pub fn ascii<U: Unit>(text: &[U]) -> Text {
    quoted(text, true)
}
