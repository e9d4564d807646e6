//! What kind of character each byte is, by the C locale: the tables behind `Py_ISALPHA`, `Py_TOLOWER` and their like.

/// Bits of [`KINDS`].
mod kind {
    pub const LOWER: u32 = 0x01;
    pub const UPPER: u32 = 0x02;
    pub const DIGIT: u32 = 0x04;
    pub const SPACE: u32 = 0x08;
    pub const XDIGIT: u32 = 0x10;
}

const fn kind_of(byte: u8) -> u32 {
    let mut bits = 0;
    if byte.is_ascii_lowercase() {
        bits |= kind::LOWER;
    }
    if byte.is_ascii_uppercase() {
        bits |= kind::UPPER;
    }
    if byte.is_ascii_digit() {
        bits |= kind::DIGIT;
    }
    if byte.is_ascii_hexdigit() {
        bits |= kind::XDIGIT;
    }
    if matches!(byte, b' ' | 9..=13) {
        bits |= kind::SPACE;
    }
    bits
}

/// The kinds of each byte.
#[unsafe(export_name = "_Py_ctype_table")]
pub static KINDS: [u32; 256] = {
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        all[byte] = kind_of(byte as u8);
        byte += 1;
    }
    all
};

const fn mapped(upper: bool) -> [u8; 256] {
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        all[byte] = if upper { (byte as u8).to_ascii_uppercase() } else { (byte as u8).to_ascii_lowercase() };
        byte += 1;
    }
    all
}

/// Each byte as a small letter.
#[unsafe(export_name = "_Py_ctype_tolower")]
pub static TO_LOWER: [u8; 256] = mapped(false);

/// Each byte as a capital letter.
#[unsafe(export_name = "_Py_ctype_toupper")]
pub static TO_UPPER: [u8; 256] = mapped(true);
