//! Magnitude primitives over digit slices. Operands need not be trimmed unless a function says so; nothing here knows signs.

use super::{Digits, MASK, SHIFT};
use core::cmp::Ordering;
use smallvec::smallvec;

#[inline]
pub(super) fn trim(mut digits: &[u32]) -> &[u32] {
    while let [rest @ .., 0] = digits {
        digits = rest;
    }
    digits
}

/// Both operands trimmed.
#[inline]
pub(super) fn cmp(a: &[u32], b: &[u32]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Writes `a + b` into `out`, which has room for the longer operand and one digit more; returns the trimmed length.
pub(super) fn add_into(a: &[u32], b: &[u32], out: &mut [u32]) -> usize {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut carry = 0;
    let (low, high) = a.split_at(b.len());
    for ((o, &x), &y) in out.iter_mut().zip(low).zip(b) {
        let sum = x + y + carry;
        *o = sum & MASK;
        carry = sum >> SHIFT;
    }
    for (o, &x) in out[b.len()..].iter_mut().zip(high) {
        let sum = x + carry;
        *o = sum & MASK;
        carry = sum >> SHIFT;
    }
    out[a.len()] = carry;
    trim(&out[..=a.len()]).len()
}

/// Writes `a - b` into `out`, as long as `a`; `a >= b`. Returns the trimmed length.
pub(super) fn sub_into(a: &[u32], b: &[u32], out: &mut [u32]) -> usize {
    let mut borrow = 0;
    let (low, high) = a.split_at(b.len());
    for ((o, &x), &y) in out.iter_mut().zip(low).zip(b) {
        let difference = x.wrapping_sub(y).wrapping_sub(borrow);
        *o = difference & MASK;
        borrow = difference >> 31;
    }
    for (o, &x) in out[b.len()..].iter_mut().zip(high) {
        let difference = x.wrapping_sub(borrow);
        *o = difference & MASK;
        borrow = difference >> 31;
    }
    debug_assert_eq!(borrow, 0, "the subtrahend is the smaller one");
    trim(&out[..a.len()]).len()
}

/// Writes `a * b` into `out`, as long as both together; schoolbook. Returns the trimmed length.
pub(super) fn mul_into(a: &[u32], b: &[u32], out: &mut [u32]) -> usize {
    let out = &mut out[..a.len() + b.len()];
    out.fill(0);
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    for (i, &x) in short.iter().enumerate() {
        let x = u64::from(x);
        let mut carry = 0u64;
        let (row, top) = out[i..].split_at_mut(long.len());
        for (o, &y) in row.iter_mut().zip(long) {
            // At most (2^30 - 1)^2 + 2 (2^30 - 1) < 2^60.
            let t = x * u64::from(y) + u64::from(*o) + carry;
            *o = t as u32 & MASK;
            carry = t >> SHIFT;
        }
        if let Some(o) = top.first_mut() {
            *o = carry as u32;
        }
    }
    trim(out).len()
}

/// In place `a = a * factor + addend`; `factor` and `addend` fit in a digit.
pub(super) fn mul_add_small(a: &mut Digits, factor: u32, addend: u32) {
    let mut carry = u64::from(addend);
    for d in a.iter_mut() {
        let t = u64::from(*d) * u64::from(factor) + carry;
        *d = t as u32 & MASK;
        carry = t >> SHIFT;
    }
    if carry != 0 {
        a.push(carry as u32);
    }
}

/// In place division by one digit; returns the remainder and leaves leading zeros.
pub(super) fn div_small(a: &mut [u32], divisor: u32) -> u32 {
    let divisor = u64::from(divisor);
    let mut remainder = 0u64;
    for d in a.iter_mut().rev() {
        let t = remainder << SHIFT | u64::from(*d);
        *d = (t / divisor) as u32;
        remainder = t % divisor;
    }
    remainder as u32
}

/// Left shift by fewer bits than a digit has, into a new vector of one digit more.
fn shl_bits(a: &[u32], bits: u32) -> Digits {
    let mut out = Digits::with_capacity(a.len() + 1);
    let mut carry = 0u64;
    for &d in a {
        let t = u64::from(d) << bits | carry;
        out.push(t as u32 & MASK);
        carry = t >> SHIFT;
    }
    out.push(carry as u32);
    out
}

/// Quotient and remainder, Knuth's algorithm D; both operands trimmed, `b` of at least two digits and not longer than `a`.
pub(super) fn div_knuth(a: &[u32], b: &[u32]) -> (Digits, Digits) {
    let n = b.len();
    let bits = b[n - 1].leading_zeros() - (32 - SHIFT);
    let mut v = shl_bits(b, bits);
    v.truncate(n);
    let mut u = shl_bits(a, bits);
    let m = a.len() - n;
    let mut q: Digits = smallvec![0; m + 1];
    let (top, second) = (u64::from(v[n - 1]), u64::from(v[n - 2]));
    for j in (0..=m).rev() {
        let numerator = u64::from(u[j + n]) << SHIFT | u64::from(u[j + n - 1]);
        let mut guess = numerator / top;
        let mut rest = numerator % top;
        while guess > u64::from(MASK) || guess * second > rest << SHIFT | u64::from(u[j + n - 2]) {
            guess -= 1;
            rest += top;
            if rest > u64::from(MASK) {
                break;
            }
        }
        let mut borrow = 0i64;
        let window = &mut u[j..=j + n];
        let guess_signed = guess.cast_signed();
        for (w, &d) in window.iter_mut().zip(&v) {
            let t = i64::from(*w) + borrow - guess_signed * i64::from(d);
            *w = t as u32 & MASK;
            borrow = t >> SHIFT;
        }
        let t = i64::from(window[n]) + borrow;
        window[n] = t as u32 & MASK;
        if t < 0 {
            guess -= 1;
            let mut carry = 0;
            for (w, &d) in window.iter_mut().zip(&v) {
                let sum = *w + d + carry;
                *w = sum & MASK;
                carry = sum >> SHIFT;
            }
            window[n] = (window[n] + carry) & MASK;
        }
        q[j] = guess as u32;
    }
    u.truncate(n);
    if bits > 0 {
        let mut carry = 0u32;
        for d in u.iter_mut().rev() {
            let t = *d;
            *d = t >> bits | carry << (SHIFT - bits) & MASK;
            carry = t & ((1 << bits) - 1);
        }
    }
    u.truncate(trim(&u).len());
    q.truncate(trim(&q).len());
    (q, u)
}

/// Bits of a trimmed magnitude.
#[inline]
pub(super) fn bit_length(a: &[u32]) -> u64 {
    match a.last() {
        None => 0,
        Some(top) => (a.len() as u64 - 1) * u64::from(SHIFT) + u64::from(32 - top.leading_zeros()),
    }
}

/// The magnitude shifted right, and whether a set bit was lost.
pub(super) fn shr(a: &[u32], bits: u64) -> (Digits, bool) {
    let Some(words) = usize::try_from(bits / u64::from(SHIFT)).ok().filter(|&w| w < a.len()) else {
        return (Digits::new(), !trim(a).is_empty());
    };
    let bits = (bits % u64::from(SHIFT)) as u32;
    let mut lost = a[..words].iter().any(|&d| d != 0);
    let a = &a[words..];
    lost |= a[0] & ((1 << bits) - 1) != 0;
    let mut out = Digits::with_capacity(a.len());
    for (i, &d) in a.iter().enumerate() {
        let high = a.get(i + 1).copied().unwrap_or(0);
        out.push(d >> bits | ((u64::from(high) << (SHIFT - bits)) as u32 & MASK));
    }
    out.truncate(trim(&out).len());
    (out, lost)
}

/// The magnitude shifted left; the caller has bounded `bits`.
pub(super) fn shl(a: &[u32], bits: u64) -> Digits {
    if a.is_empty() {
        return Digits::new();
    }
    let words = (bits / u64::from(SHIFT)) as usize;
    let bits = (bits % u64::from(SHIFT)) as u32;
    let mut out = Digits::with_capacity(words + a.len() + 1);
    out.resize(words, 0);
    let mut carry = 0u64;
    for &d in a {
        let t = u64::from(d) << bits | carry;
        out.push(t as u32 & MASK);
        carry = t >> SHIFT;
    }
    if carry != 0 {
        out.push(carry as u32);
    }
    out
}
