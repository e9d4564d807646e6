//! The number itself.

use dashu_int::UBig;

use super::coeff;
use super::context::{Context, Status};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Finite,
    Infinite,
    Quiet,
    Signaling,
}

/// A decimal number. An infinity has no coefficient; that of a NaN is its payload; the exponent of both is 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    pub negative: bool,
    pub kind: Kind,
    pub coeff: UBig,
    pub exp: i64,
}

impl Number {
    pub const NAN: Number = Number { negative: false, kind: Kind::Quiet, coeff: UBig::ZERO, exp: 0 };
    pub const ZERO: Number = Number::zero(false, 0);
    pub const ONE: Number = Number { negative: false, kind: Kind::Finite, coeff: UBig::ONE, exp: 0 };

    #[inline]
    #[must_use]
    pub fn finite(negative: bool, coeff: UBig, exp: i64) -> Number {
        Number { negative, kind: Kind::Finite, coeff, exp }
    }

    #[must_use]
    pub const fn zero(negative: bool, exp: i64) -> Number {
        Number { negative, kind: Kind::Finite, coeff: UBig::ZERO, exp }
    }

    #[must_use]
    pub fn small(negative: bool, coeff: u64, exp: i64) -> Number {
        Number::finite(negative, UBig::from_word(coeff), exp)
    }

    #[must_use]
    pub const fn infinity(negative: bool) -> Number {
        Number { negative, kind: Kind::Infinite, coeff: UBig::ZERO, exp: 0 }
    }

    /// The NaN that stands for a result that does not exist.
    #[cold]
    pub fn error(flags: Status, status: &mut Status) -> Number {
        *status |= flags;
        Number::NAN
    }

    #[cold]
    pub fn invalid(status: &mut Status) -> Number {
        Number::error(Status::INVALID_OPERATION, status)
    }

    #[cold]
    pub fn no_memory(status: &mut Status) -> Number {
        Number::error(Status::MALLOC, status)
    }

    #[inline]
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    #[inline]
    #[must_use]
    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }

    #[inline]
    #[must_use]
    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::Quiet | Kind::Signaling)
    }

    #[inline]
    #[must_use]
    pub fn is_signaling(&self) -> bool {
        self.kind == Kind::Signaling
    }

    #[inline]
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.is_finite() && self.coeff.is_zero()
    }

    #[inline]
    #[must_use]
    pub fn digits(&self) -> i64 {
        coeff::digits(&self.coeff)
    }

    /// The exponent of the first digit.
    #[inline]
    #[must_use]
    pub fn adjusted(&self) -> i64 {
        self.exp + self.digits() - 1
    }

    /// The decimal digits of the coefficient.
    #[must_use]
    pub fn digit_text(&self) -> String {
        coeff::to_text(&self.coeff)
    }

    /// -1, 0 or 1.
    #[must_use]
    pub fn sign(&self) -> i64 {
        if self.is_zero() { 0 } else { self.signum() }
    }

    /// -1 or 1.
    pub(super) fn signum(&self) -> i64 {
        if self.negative { -1 } else { 1 }
    }

    #[must_use]
    pub fn with_sign(mut self, negative: bool) -> Number {
        self.negative = negative;
        self
    }

    #[must_use]
    pub fn abs(&self) -> Number {
        self.clone().with_sign(false)
    }

    #[must_use]
    pub fn negated(&self) -> Number {
        self.clone().with_sign(!self.negative)
    }

    #[must_use]
    pub fn is_integer(&self) -> bool {
        if !self.is_finite() {
            return false;
        }
        if self.exp >= 0 || self.coeff.is_zero() {
            return true;
        }
        // As many zeros in binary are needed at least.
        let zeros = self.coeff.trailing_zeros().unwrap_or(0);
        i64::try_from(zeros).is_ok_and(|zeros| zeros >= -self.exp) && coeff::shift_right(&self.coeff, -self.exp).1 == coeff::Tail::Nothing
    }

    /// Whether an integer is odd.
    pub(super) fn is_odd(&self) -> bool {
        match self.exp {
            0 => self.coeff.trailing_zeros() == Some(0),
            1.. => false,
            exp => coeff::shift_right(&self.coeff, -exp).0.trailing_zeros() == Some(0),
        }
    }

    /// An integer of at most 64 bits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        if !self.is_integer() {
            return None;
        }
        let magnitude = if self.exp > 0 {
            let power = if self.coeff.is_zero() { 0 } else { coeff::small_power(self.exp)? };
            coeff::small(&self.coeff)?.checked_mul(power)?
        } else {
            coeff::small(&coeff::shift_right(&self.coeff, -self.exp).0)?
        };
        let magnitude = i128::try_from(magnitude).ok()?;
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }

    #[must_use]
    pub fn is_subnormal(&self, context: &Context) -> bool {
        self.is_finite() && !self.coeff.is_zero() && self.adjusted() < context.emin
    }

    #[must_use]
    pub fn is_normal(&self, context: &Context) -> bool {
        self.is_finite() && !self.coeff.is_zero() && self.adjusted() >= context.emin
    }

    /// What `number_class` says.
    #[must_use]
    pub fn class(&self, context: &Context) -> &'static str {
        match (self.kind, self.negative) {
            (Kind::Quiet, _) => "NaN",
            (Kind::Signaling, _) => "sNaN",
            (Kind::Infinite, false) => "+Infinity",
            (Kind::Infinite, true) => "-Infinity",
            (Kind::Finite, negative) if self.coeff.is_zero() => ["+Zero", "-Zero"][usize::from(negative)],
            (Kind::Finite, negative) if self.is_subnormal(context) => ["+Subnormal", "-Subnormal"][usize::from(negative)],
            (Kind::Finite, negative) => ["+Normal", "-Normal"][usize::from(negative)],
        }
    }
}
