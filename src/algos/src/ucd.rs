//! The Unicode database, 16.0.0, and 3.2.0 as `stringprep` wants it. What `str` asks of a character is here; the `unicodedata`
//! module's questions are in `facts.rs`, `normalize.rs` and `names.rs`.
//!
//! The tables are two-stage arrays in `data`, written by `tools/gen_ucd.py` from CPython's own answers. Code points are plain
//! `u32`, surrogates included; what is above 0x10FFFF counts as unassigned.

/// `static NAME: [type; LEN] = file`, read at compile time.
macro_rules! table {
    ($name:ident: $kind:ident, $len:ident, $file:literal) => {
        static $name: [$kind; $len] =
            crate::ucd::read::$kind(include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/ucd/data/", $file, ".bin")));
    };
}

/// The value of a two-stage table, 0 beyond its end.
macro_rules! two_stage {
    ($index:ident, $block:ident, $shift:ident, $cp:expr) => {{
        let cp = $cp as usize;
        match $index.get(cp >> $shift) {
            Some(&block) => usize::from($block[(usize::from(block) << $shift) + (cp & ((1 << $shift) - 1))]),
            None => 0,
        }
    }};
}

mod facts;
mod names;
mod normalize;
mod sizes;

#[cfg(test)]
mod tests;

pub use facts::{Version, bidirectional, category, combining, decimal_in, decomposition, east_asian_width, mirrored, numeric_in};
pub use names::{Found, lookup, name};
pub use normalize::{Form, is_normalized, normalize};

use sizes::*;

/// `unicodedata.unidata_version`.
pub const VERSION: &str = "16.0.0";
/// The largest code point.
pub const MAX: u32 = 0x10_ffff;

/// Reads tables at compile time.
mod read {
    pub const fn u8<const N: usize>(bytes: &[u8; N]) -> [u8; N] {
        *bytes
    }

    pub const fn u16<const N: usize>(bytes: &[u8]) -> [u16; N] {
        assert!(bytes.len() == 2 * N, "the table and its length are written together");
        let mut out = [0; N];
        let mut i = 0;
        while i < N {
            out[i] = u16::from_le_bytes([bytes[2 * i], bytes[2 * i + 1]]);
            i += 1;
        }
        out
    }

    pub const fn u32<const N: usize>(bytes: &[u8]) -> [u32; N] {
        assert!(bytes.len() == 4 * N, "the table and its length are written together");
        let mut out = [0; N];
        let mut i = 0;
        while i < N {
            out[i] = u32::from_le_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]]);
            i += 1;
        }
        out
    }

    pub const fn f64<const N: usize>(bytes: &[u8]) -> [f64; N] {
        assert!(bytes.len() == 8 * N, "the table and its length are written together");
        let mut out = [0.0; N];
        let mut i = 0;
        while i < N {
            let mut word = [0; 8];
            let mut j = 0;
            while j < 8 {
                word[j] = bytes[8 * i + j];
                j += 1;
            }
            out[i] = f64::from_le_bytes(word);
            i += 1;
        }
        out
    }
}

table!(KIND_I: u16, KIND_INDEX, "kind_index");
table!(KIND_B: u16, KIND_BLOCK, "kind_block");
table!(FLAGS: u16, KIND_FLAGS, "kind_flags");
table!(DIGITS: u8, KIND_DIGIT, "kind_digit");
table!(CASES: u32, KIND_CASE, "kind_case");
table!(SPECIAL: u16, SPECIAL_CASE, "special_case");
table!(NUMERIC_KEYS: u32, NUMERIC_KEY, "numeric_key");
table!(NUMERIC_VALUES: f64, NUMERIC_VALUE, "numeric_value");

const ALPHA: u16 = 1;
const DECIMAL: u16 = 1 << 1;
const DIGIT: u16 = 1 << 2;
const NUMERIC: u16 = 1 << 3;
const LOWER: u16 = 1 << 4;
const UPPER: u16 = 1 << 5;
const TITLE: u16 = 1 << 6;
const SPACE: u16 = 1 << 7;
const PRINTABLE: u16 = 1 << 8;
const XID_START: u16 = 1 << 9;
const XID_CONTINUE: u16 = 1 << 10;
const CASED: u16 = 1 << 11;
const CASE_IGNORABLE: u16 = 1 << 12;

#[inline]
fn kind(cp: u32) -> usize {
    two_stage!(KIND_I, KIND_B, KIND_SHIFT, cp)
}

#[inline]
fn has(cp: u32, flags: u16) -> bool {
    FLAGS[kind(cp)] & flags != 0
}

#[inline]
#[must_use]
pub fn is_alpha(cp: u32) -> bool {
    if cp < 0x80 { (cp as u8).is_ascii_alphabetic() } else { has(cp, ALPHA) }
}

#[inline]
#[must_use]
pub fn is_decimal(cp: u32) -> bool {
    if cp < 0x80 { (cp as u8).is_ascii_digit() } else { has(cp, DECIMAL) }
}

#[inline]
#[must_use]
pub fn is_digit(cp: u32) -> bool {
    if cp < 0x80 { (cp as u8).is_ascii_digit() } else { has(cp, DIGIT) }
}

#[inline]
#[must_use]
pub fn is_numeric(cp: u32) -> bool {
    if cp < 0x80 { (cp as u8).is_ascii_digit() } else { has(cp, NUMERIC) }
}

/// What `str.isalnum` asks of each character.
#[inline]
#[must_use]
pub fn is_alnum(cp: u32) -> bool {
    if cp < 0x80 { (cp as u8).is_ascii_alphanumeric() } else { has(cp, ALPHA | DECIMAL | DIGIT | NUMERIC) }
}

#[inline]
#[must_use]
pub fn is_lower(cp: u32) -> bool {
    if cp < 0x80 { (cp as u8).is_ascii_lowercase() } else { has(cp, LOWER) }
}

#[inline]
#[must_use]
pub fn is_upper(cp: u32) -> bool {
    if cp < 0x80 { (cp as u8).is_ascii_uppercase() } else { has(cp, UPPER) }
}

/// Category Lt.
#[inline]
#[must_use]
pub fn is_title(cp: u32) -> bool {
    cp >= 0x80 && has(cp, TITLE)
}

/// `str.isspace` and what `strip()` and `split()` take for blank.
#[inline]
#[must_use]
pub fn is_space(cp: u32) -> bool {
    if cp < 0x80 { matches!(cp, 0x20 | 0x09..=0x0d | 0x1c..=0x1f) } else { has(cp, SPACE) }
}

/// What ends a line for `str.splitlines`.
#[inline]
#[must_use]
pub fn is_linebreak(cp: u32) -> bool {
    matches!(cp, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

#[inline]
#[must_use]
pub fn is_printable(cp: u32) -> bool {
    if cp < 0x80 { matches!(cp, 0x20..=0x7e) } else { has(cp, PRINTABLE) }
}

#[inline]
#[must_use]
pub fn is_xid_start(cp: u32) -> bool {
    if cp < 0x80 { (cp as u8).is_ascii_alphabetic() || cp == 0x5f } else { has(cp, XID_START) }
}

#[inline]
#[must_use]
pub fn is_xid_continue(cp: u32) -> bool {
    if cp < 0x80 { (cp as u8).is_ascii_alphanumeric() || cp == 0x5f } else { has(cp, XID_CONTINUE) }
}

/// The Unicode property of the same name: what `str.title` takes for part of a word.
#[inline]
#[must_use]
pub fn is_cased(cp: u32) -> bool {
    if cp < 0x80 { (cp as u8).is_ascii_alphabetic() } else { has(cp, CASED) }
}

/// The Unicode property of the same name.
#[inline]
#[must_use]
pub fn is_case_ignorable(cp: u32) -> bool {
    has(cp, CASE_IGNORABLE)
}

/// The value of a decimal digit.
#[inline]
#[must_use]
pub fn decimal(cp: u32) -> Option<u8> {
    if cp < 0x80 {
        return (cp as u8).is_ascii_digit().then(|| cp as u8 - b'0');
    }
    let kind = kind(cp);
    (FLAGS[kind] & DECIMAL != 0).then(|| DIGITS[kind])
}

/// The value of a digit, superscripts and the like included; the same for both versions of the database.
#[must_use]
pub fn digit(cp: u32) -> Option<u8> {
    Some(DIGITS[kind(cp)]).filter(|&d| d != 255)
}

#[must_use]
pub fn numeric(cp: u32) -> Option<f64> {
    if !has(cp, NUMERIC) {
        return None;
    }
    let at = NUMERIC_KEYS.binary_search_by_key(&cp, |k| k >> 8).ok()?;
    Some(NUMERIC_VALUES[(NUMERIC_KEYS[at] & 0xff) as usize])
}

/// Up to three characters that one becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapped {
    chars: [u32; 3],
    len: u8,
}

impl Mapped {
    #[inline]
    fn one(cp: u32) -> Self {
        Mapped { chars: [cp, 0, 0], len: 1 }
    }

    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        &self.chars[..usize::from(self.len)]
    }
}

impl core::ops::Deref for Mapped {
    type Target = [u32];

    #[inline]
    fn deref(&self) -> &[u32] {
        self.as_slice()
    }
}

/// Marks an index of `SPECIAL`; other entries are differences.
const SPECIAL_MARK: u32 = 0x4000_0000;

#[inline]
fn case(cp: u32, which: usize) -> Mapped {
    let entry = CASES[kind(cp) * 4 + which];
    if entry & 0xc000_0000 != SPECIAL_MARK {
        return Mapped::one(cp.wrapping_add(entry));
    }
    let at = (entry & 0xffff) as usize * 3;
    let chars = [u32::from(SPECIAL[at]), u32::from(SPECIAL[at + 1]), u32::from(SPECIAL[at + 2])];
    let len = if chars[2] != 0 { 3 } else { 2 };
    Mapped { chars, len }
}

/// Full lower case without context: the final sigma is the caller's.
#[inline]
#[must_use]
pub fn to_lower(cp: u32) -> Mapped {
    if cp < 0x80 { Mapped::one(u32::from((cp as u8).to_ascii_lowercase())) } else { case(cp, 0) }
}

#[inline]
#[must_use]
pub fn to_upper(cp: u32) -> Mapped {
    if cp < 0x80 { Mapped::one(u32::from((cp as u8).to_ascii_uppercase())) } else { case(cp, 1) }
}

#[inline]
#[must_use]
pub fn to_title(cp: u32) -> Mapped {
    if cp < 0x80 { Mapped::one(u32::from((cp as u8).to_ascii_uppercase())) } else { case(cp, 2) }
}

#[inline]
#[must_use]
pub fn to_folded(cp: u32) -> Mapped {
    if cp < 0x80 { Mapped::one(u32::from((cp as u8).to_ascii_lowercase())) } else { case(cp, 3) }
}

/// One-to-one lower case, as regular expressions and `Py_UNICODE_TOLOWER` use it: the first character of the full one.
#[inline]
#[must_use]
pub fn to_lower_simple(cp: u32) -> u32 {
    to_lower(cp).chars[0]
}

/// One-to-one upper case (`Py_UNICODE_TOUPPER`): the first character of the full one.
#[inline]
#[must_use]
pub fn to_upper_simple(cp: u32) -> u32 {
    to_upper(cp).chars[0]
}

/// One-to-one title case (`Py_UNICODE_TOTITLE`): the first character of the full one.
#[inline]
#[must_use]
pub fn to_title_simple(cp: u32) -> u32 {
    to_title(cp).chars[0]
}
