//! Shifts and bitwise operations, with the semantics of infinite two's complement.

use super::{Digits, Int, MASK, SHIFT, TooLarge, View, digits};

/// The longest result of a shift.
const MAX_BITS: u64 = 1 << 36;

#[must_use]
pub fn bit_length(a: View<'_>) -> u64 {
    digits::bit_length(a.digits)
}

#[must_use]
pub fn bit_count(a: View<'_>) -> u64 {
    a.digits.iter().map(|d| u64::from(d.count_ones())).sum()
}

/// # Errors
/// When the result could not be allocated.
pub fn lshift(a: View<'_>, bits: u64) -> Result<Int, TooLarge> {
    if a.is_zero() {
        return Ok(Int::ZERO);
    }
    if bits > MAX_BITS {
        return Err(TooLarge);
    }
    // What is long is asked for first, as an allocation that fails would end the process.
    let len = a.digits.len() + (bits / u64::from(SHIFT)) as usize + 1;
    if len > 1 << 20 {
        Digits::new().try_reserve_exact(len).map_err(|_| TooLarge)?;
    }
    Ok(Int { negative: a.negative, digits: digits::shl(a.digits, bits) })
}

/// Rounds towards minus infinity; a count beyond the number's length is fine.
#[must_use]
pub fn rshift(a: View<'_>, bits: u64) -> Int {
    let (digits, lost) = digits::shr(a.digits, bits);
    let shifted = Int::new(a.negative, digits);
    if a.negative && lost {
        // The magnitude was rounded down, but a negative number goes away from zero.
        return super::sub(Int { negative: true, digits: shifted.digits }.normalized().view(), Int::from_i64(1).view());
    }
    shifted
}

#[must_use]
pub fn invert(a: View<'_>) -> Int {
    super::sub(a.negated(), Int::from_i64(1).view())
}

/// Digits of the two's complement of a number, one at a time, sign extended for ever.
struct Complement<'a> {
    digits: core::slice::Iter<'a, u32>,
    negative: bool,
    carry: u32,
}

impl<'a> Complement<'a> {
    fn new(a: View<'a>) -> Self {
        Complement { digits: a.digits.iter(), negative: a.negative, carry: 1 }
    }

    #[inline]
    fn next(&mut self) -> u32 {
        let d = self.digits.next().copied().unwrap_or(0);
        if !self.negative {
            return d;
        }
        let t = (d ^ MASK) + self.carry;
        self.carry = t >> SHIFT;
        t & MASK
    }
}

fn bitwise(a: View<'_>, b: View<'_>, op: impl Fn(u32, u32) -> u32, negative: bool) -> Int {
    // One digit more than the longer operand always holds the sign.
    let len = a.digits.len().max(b.digits.len()) + 1;
    let (mut x, mut y) = (Complement::new(a), Complement::new(b));
    let mut out = Digits::with_capacity(len);
    let mut carry = 1;
    for _ in 0..len {
        let d = op(x.next(), y.next()) & MASK;
        if negative {
            let t = (d ^ MASK) + carry;
            carry = t >> SHIFT;
            out.push(t & MASK);
        } else {
            out.push(d);
        }
    }
    Int::new(negative, out)
}

#[must_use]
pub fn and(a: View<'_>, b: View<'_>) -> Int {
    if let (Some(a), Some(b)) = (a.small(), b.small()) {
        return Int::from_i64(a & b);
    }
    bitwise(a, b, |x, y| x & y, a.negative & b.negative)
}

#[must_use]
pub fn or(a: View<'_>, b: View<'_>) -> Int {
    if let (Some(a), Some(b)) = (a.small(), b.small()) {
        return Int::from_i64(a | b);
    }
    bitwise(a, b, |x, y| x | y, a.negative | b.negative)
}

#[must_use]
pub fn xor(a: View<'_>, b: View<'_>) -> Int {
    if let (Some(a), Some(b)) = (a.small(), b.small()) {
        return Int::from_i64(a ^ b);
    }
    bitwise(a, b, |x, y| x ^ y, a.negative ^ b.negative)
}

impl Int {
    fn normalized(self) -> Self {
        Int::new(self.negative, self.digits)
    }
}
