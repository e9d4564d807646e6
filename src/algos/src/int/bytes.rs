//! `int.to_bytes` and `int.from_bytes`.

use super::{Digits, Int, MASK, SHIFT, View, digits};
use core::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToBytesError {
    Negative,
    TooBig,
}

impl fmt::Display for ToBytesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ToBytesError::Negative => "can't convert negative int to unsigned",
            ToBytesError::TooBig => "int too big to convert",
        })
    }
}

/// Fills `out` with the number in two's complement.
///
/// # Errors
/// An `OverflowError` in Python.
pub fn to_bytes(a: View<'_>, out: &mut [u8], little_endian: bool, signed: bool) -> Result<(), ToBytesError> {
    if a.negative && !signed {
        return Err(ToBytesError::Negative);
    }
    let bits = digits::bit_length(a.digits);
    let room = out.len() as u64 * 8;
    let fits = if !signed {
        bits <= room
    } else if a.negative {
        // The most negative number of the width is the only one that may use the sign bit.
        let power_of_two = a.digits.split_last().is_some_and(|(top, rest)| top.is_power_of_two() && rest.iter().all(|&d| d == 0));
        bits < room || (bits == room && power_of_two)
    } else {
        bits < room || a.is_zero()
    };
    if !fits {
        return Err(ToBytesError::TooBig);
    }
    let mut acc = 0u64;
    let mut filled = 0;
    let mut rest = a.digits.iter();
    let mut carry = 1u32;
    let mut next = || {
        while filled < 8 {
            let d = rest.next().copied().unwrap_or(0);
            let d = if a.negative {
                let t = (d ^ MASK) + carry;
                carry = t >> SHIFT;
                t & MASK
            } else {
                d
            };
            acc |= u64::from(d) << filled;
            filled += SHIFT;
        }
        let byte = acc as u8;
        acc >>= 8;
        filled -= 8;
        byte
    };
    if little_endian {
        out.iter_mut().for_each(|b| *b = next());
    } else {
        out.iter_mut().rev().for_each(|b| *b = next());
    }
    Ok(())
}

#[must_use]
pub fn from_bytes(bytes: &[u8], little_endian: bool, signed: bool) -> Int {
    if little_endian {
        from_iter(bytes.iter().copied(), bytes, signed)
    } else {
        from_iter(bytes.iter().rev().copied(), bytes, signed)
    }
}

fn from_iter(bytes: impl Iterator<Item = u8> + Clone, all: &[u8], signed: bool) -> Int {
    let negative = signed && bytes.clone().last().is_some_and(|top| top >= 0x80);
    let mut out = Digits::with_capacity(all.len() * 8 / SHIFT as usize + 1);
    let mut acc = 0u64;
    let mut filled = 0;
    let mut carry = 1u64;
    let fill = if negative { 0xff } else { 0 };
    for byte in bytes {
        let mut byte = u64::from(byte ^ fill);
        if negative {
            byte += carry;
            carry = byte >> 8;
            byte &= 0xff;
        }
        acc |= byte << filled;
        filled += 8;
        if filled >= SHIFT {
            out.push(acc as u32 & MASK);
            acc >>= SHIFT;
            filled -= SHIFT;
        }
    }
    // A carry out of the top byte happens for zero bytes only, and those are not negative.
    out.push(acc as u32);
    Int::new(negative, out)
}
