//! What the `unicodedata` module tells about one character, for either version of the database.

use super::sizes::*;
use super::*;

/// Which database answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 16.0.0.
    Current,
    /// `unicodedata.ucd_3_2_0`.
    Old,
}

table!(FACT_I: u16, FACT_INDEX, "fact_index");
table!(FACT_B: u16, FACT_BLOCK, "fact_block");
table!(OLD_I: u8, FACT_OLD_INDEX, "fact_old_index");
table!(OLD_B: u16, FACT_OLD_BLOCK, "fact_old_block");
table!(ROWS: u8, FACT_ROWS, "fact_rows");
table!(DECOMPOSITION_I: u8, DECOMPOSITION_INDEX, "decomposition_index");
table!(DECOMPOSITION_B: u16, DECOMPOSITION_BLOCK, "decomposition_block");
table!(DECOMPOSITION_R: u16, DECOMPOSITION_ROWS, "decomposition_rows");
table!(OLD_NUMERIC_KEYS: u32, NUMERIC_OLD_KEY, "numeric_old_key");
table!(OLD_NUMERIC_VALUES: f64, NUMERIC_OLD_VALUE, "numeric_old_value");
table!(OLD_DECIMALS: u32, DECIMAL_OLD, "decimal_old");

fn row(cp: u32, version: Version) -> &'static [u8] {
    let row = match version {
        Version::Current => two_stage!(FACT_I, FACT_B, FACT_SHIFT, cp),
        Version::Old => two_stage!(OLD_I, OLD_B, FACT_OLD_SHIFT, cp),
    };
    &ROWS[row * 6..row * 6 + 6]
}

/// `"Lu"` and so on; `"Cn"` for what is not assigned.
#[must_use]
pub fn category(cp: u32, version: Version) -> &'static str {
    CATEGORIES[usize::from(row(cp, version)[0])]
}

pub(super) fn is_assigned(cp: u32, version: Version) -> bool {
    row(cp, version)[0] != 0
}

#[must_use]
pub fn bidirectional(cp: u32, version: Version) -> &'static str {
    BIDIRECTIONAL[usize::from(row(cp, version)[1])]
}

/// The canonical combining class.
#[must_use]
pub fn combining(cp: u32, version: Version) -> u8 {
    if cp < 0x300 { 0 } else { row(cp, version)[2] }
}

#[must_use]
pub fn mirrored(cp: u32, version: Version) -> bool {
    row(cp, version)[3] != 0
}

#[must_use]
pub fn east_asian_width(cp: u32, version: Version) -> &'static str {
    WIDTHS[usize::from(row(cp, version)[4])]
}

/// Bits 0 to 3: not in NFD, NFKD, NFC, NFKC; bit 4: may compose with what is before it.
#[inline]
pub(super) fn quick_check(cp: u32) -> u8 {
    ROWS[two_stage!(FACT_I, FACT_B, FACT_SHIFT, cp) * 6 + 5]
}

#[must_use]
pub fn decimal_in(cp: u32, version: Version) -> Option<u8> {
    match version {
        Version::Current => decimal(cp),
        Version::Old if OLD_DECIMALS.binary_search(&cp).is_ok() => digit(cp),
        Version::Old => decimal(cp).filter(|_| is_assigned(cp, version)),
    }
}

#[must_use]
pub fn numeric_in(cp: u32, version: Version) -> Option<f64> {
    if version == Version::Old {
        if let Some(at) = OLD_NUMERIC_KEYS.iter().position(|&k| k == cp) {
            // Negative stands for none.
            return Some(OLD_NUMERIC_VALUES[at]).filter(|&v| v >= 0.0);
        }
        if !is_assigned(cp, version) {
            return None;
        }
    }
    numeric(cp)
}

/// The number of a decomposition's tag (0 is canonical) and its characters in UTF-16; `None` when there is none.
pub(super) fn decomposition_row(cp: u32) -> Option<(u8, &'static [u16])> {
    let at = two_stage!(DECOMPOSITION_I, DECOMPOSITION_B, DECOMPOSITION_SHIFT, cp);
    if at == 0 {
        return None;
    }
    let [tag, units] = DECOMPOSITION_R[at].to_be_bytes();
    // Units counts characters; those beyond the basic plane take two words.
    let rest = &DECOMPOSITION_R[at + 1..];
    let mut len = 0;
    for _ in 0..units {
        len += if (0xd800..0xdc00).contains(&rest[len]) { 2 } else { 1 };
    }
    Some((tag, &rest[..len]))
}

/// Characters of a decomposition row.
pub(super) fn decode(units: &[u16]) -> impl Iterator<Item = u32> + '_ {
    char::decode_utf16(units.iter().copied()).map(|c| c.map_or(0xfffd, u32::from))
}

/// `unicodedata.decomposition`: a tag and hexadecimal numbers, or nothing.
#[must_use]
pub fn decomposition(cp: u32, version: Version) -> String {
    if version == Version::Old && !is_assigned(cp, version) {
        return String::new();
    }
    let Some((tag, units)) = decomposition_row(cp) else {
        return String::new();
    };
    let mut out = String::from(DECOMPOSITION_TAGS[usize::from(tag)]);
    for c in decode(units) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&format!("{c:04X}"));
    }
    out
}
