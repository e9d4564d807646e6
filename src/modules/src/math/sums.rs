//! Sums without loss, and norms.

use core::f64;

/// Why a sum has no value.
pub enum SumError {
    /// Both infinities were among the items.
    Infinities,
    Overflow,
}

/// A sum of floats, kept exactly as parts that do not overlap.
#[derive(Default)]
pub struct ExactSum {
    parts: Vec<f64>,
    special: f64,
    infinities: f64,
    overflow: bool,
}

/// A sum of products in three floats: what two lose, the third keeps.
#[derive(Clone, Copy, Default)]
pub struct TripleSum {
    high: f64,
    low: f64,
    tiny: f64,
}

impl TripleSum {
    /// Adds `a * b`; `None`: the sum would not be finite.
    pub fn add_product(self, a: f64, b: f64) -> Option<TripleSum> {
        let product = a * b;
        let lost = a.mul_add(b, -product);
        let (high, rest) = sum_and_error(self.high, product);
        let (low, tiny) = sum_and_error(self.low, lost);
        let (low, smaller) = sum_and_error(low, rest);
        high.is_finite().then_some(TripleSum { high, low, tiny: self.tiny + tiny + smaller })
    }

    pub fn value(self) -> f64 {
        let (high, low) = sum_and_error(self.low, self.high);
        self.tiny + low + high
    }
}

/// A sum and what it lost in rounding, whichever is the larger operand.
fn sum_and_error(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

impl ExactSum {
    pub fn add(&mut self, value: f64) {
        let (mut x, mut kept) = (value, 0);
        for i in 0..self.parts.len() {
            let (high, low) = two_sum(x, self.parts[i]);
            if low != 0.0 {
                self.parts[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.parts.truncate(kept);
        if x == 0.0 {
            return;
        }
        if x.is_finite() {
            self.parts.push(x);
            return;
        }
        if value.is_finite() {
            self.overflow = true;
        }
        if value.is_infinite() {
            self.infinities += value;
        }
        self.special += value;
        self.parts.clear();
    }

    pub fn finish(mut self) -> Result<f64, SumError> {
        if self.overflow {
            return Err(SumError::Overflow);
        }
        if self.special != 0.0 {
            return if self.infinities.is_nan() { Err(SumError::Infinities) } else { Ok(self.special) };
        }
        let Some(mut high) = self.parts.pop() else { return Ok(0.0) };
        let mut low = 0.0;
        while let Some(part) = self.parts.pop() {
            (high, low) = two_sum(high, part);
            if low != 0.0 {
                break;
            }
        }
        // Round half to even across all parts.
        if let Some(&next) = self.parts.last()
            && (low < 0.0 && next < 0.0 || low > 0.0 && next > 0.0)
        {
            let twice = low * 2.0;
            let sum = high + twice;
            if twice == sum - high {
                high = sum;
            }
        }
        Ok(high)
    }
}

/// The rounded sum and what rounding lost.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let (a, b) = if a.abs() < b.abs() { (b, a) } else { (a, b) };
    let high = a + b;
    (high, b - (high - a))
}

/// The length of a vector.
pub fn norm(items: &[f64]) -> f64 {
    if items.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    let max = items.iter().fold(0.0f64, |max, x| if x.is_nan() || x.abs() > max { x.abs() } else { max });
    if max == 0.0 || items.iter().any(|x| x.is_nan()) {
        return if items.iter().any(|x| x.is_nan()) { f64::NAN } else { 0.0 };
    }
    if items.len() == 1 {
        return max;
    }
    // A power of two near the largest item, so that scaling loses nothing; the smallest are brought up first.
    if max < f64::MIN_POSITIVE {
        let up: Vec<f64> = items.iter().map(|x| x * 2f64.powi(600)).collect();
        return norm(&up) * 2f64.powi(-600);
    }
    let exponent = ((max.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let (half, rest) = (-exponent / 2, -exponent - -exponent / 2);
    let mut sum = ExactSum::default();
    for x in items {
        let x = x * 2f64.powi(half) * 2f64.powi(rest);
        let square = x * x;
        sum.add(square);
        sum.add(x.mul_add(x, -square));
    }
    let squares = sum.parts;
    let total: f64 = squares.iter().sum();
    let root = total.sqrt();
    // One step of Newton's method with the exact remainder.
    let mut remainder = ExactSum::default();
    squares.iter().for_each(|&part| remainder.add(part));
    let square = root * root;
    remainder.add(-square);
    remainder.add(-root.mul_add(root, -square));
    let left: f64 = remainder.parts.iter().sum();
    let root = root + left / (2.0 * root);
    root * 2f64.powi(-half) * 2f64.powi(-rest)
}
