//! Algorithms over text as Python stores it: slices of 1, 2 or 4-byte code units, each a whole code point.

/// One code point in a string of some width.
pub trait Unit: Copy + Ord + core::hash::Hash + core::fmt::Debug + 'static {
    /// The largest code point of the width.
    const MAX: u32;

    fn code_point(self) -> u32;

    /// The caller knows that the code point fits; other bits are cut off.
    fn from_code_point(cp: u32) -> Self;
}

impl Unit for u8 {
    const MAX: u32 = 0xff;

    #[inline]
    fn code_point(self) -> u32 {
        u32::from(self)
    }

    #[inline]
    fn from_code_point(cp: u32) -> Self {
        cp as u8
    }
}

impl Unit for u16 {
    const MAX: u32 = 0xffff;

    #[inline]
    fn code_point(self) -> u32 {
        u32::from(self)
    }

    #[inline]
    fn from_code_point(cp: u32) -> Self {
        cp as u16
    }
}

impl Unit for u32 {
    const MAX: u32 = 0x10_ffff;

    #[inline]
    fn code_point(self) -> u32 {
        self
    }

    #[inline]
    fn from_code_point(cp: u32) -> Self {
        cp
    }
}

/// As a Rust string, for messages; surrogates become U+FFFD.
#[must_use]
pub fn lossy<U: Unit>(text: &[U]) -> String {
    text.iter().map(|u| char::from_u32(u.code_point()).unwrap_or('\u{fffd}')).collect()
}
