//! What an operation goes by, and what it reports.

use core::ops::{BitAnd, BitOr, BitOrAssign, Not};

pub const MAX_PREC: i64 = 999_999_999_999_999_999;
pub const MAX_EMAX: i64 = 999_999_999_999_999_999;
pub const MIN_EMIN: i64 = -999_999_999_999_999_999;
pub const MIN_ETINY: i64 = MIN_EMIN - (MAX_PREC - 1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Rounding {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
    ZeroFiveUp,
}

impl Rounding {
    /// In the order of their numbers.
    pub const ALL: [Rounding; 8] = [
        Rounding::Up,
        Rounding::Down,
        Rounding::Ceiling,
        Rounding::Floor,
        Rounding::HalfUp,
        Rounding::HalfDown,
        Rounding::HalfEven,
        Rounding::ZeroFiveUp,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rounding::Up => "ROUND_UP",
            Rounding::Down => "ROUND_DOWN",
            Rounding::Ceiling => "ROUND_CEILING",
            Rounding::Floor => "ROUND_FLOOR",
            Rounding::HalfUp => "ROUND_HALF_UP",
            Rounding::HalfDown => "ROUND_HALF_DOWN",
            Rounding::HalfEven => "ROUND_HALF_EVEN",
            Rounding::ZeroFiveUp => "ROUND_05UP",
        }
    }
}

/// Precision, range of exponents and rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    pub prec: i64,
    pub emax: i64,
    pub emin: i64,
    pub rounding: Rounding,
    pub clamp: bool,
}

impl Context {
    /// The widest: what is exact stays as it is.
    pub const MAX: Context =
        Context { prec: MAX_PREC, emax: MAX_EMAX, emin: MIN_EMIN, rounding: Rounding::HalfEven, clamp: false };

    /// The least exponent of a subnormal number.
    #[must_use]
    pub fn etiny(&self) -> i64 {
        self.emin - (self.prec - 1)
    }

    /// The largest exponent of a number with all digits.
    #[must_use]
    pub fn etop(&self) -> i64 {
        self.emax - (self.prec - 1)
    }

    #[must_use]
    pub fn rounded(self, rounding: Rounding) -> Context {
        Context { rounding, ..self }
    }
}

/// Conditions as bits, numbered as in `libmpdec`, since `Context._flags` shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Status(pub u32);

impl Status {
    pub const NONE: Status = Status(0);
    pub const CLAMPED: Status = Status(0x0001);
    pub const CONVERSION_SYNTAX: Status = Status(0x0002);
    pub const DIVISION_BY_ZERO: Status = Status(0x0004);
    pub const DIVISION_IMPOSSIBLE: Status = Status(0x0008);
    pub const DIVISION_UNDEFINED: Status = Status(0x0010);
    pub const FPU_ERROR: Status = Status(0x0020);
    pub const INEXACT: Status = Status(0x0040);
    pub const INVALID_CONTEXT: Status = Status(0x0080);
    pub const INVALID_OPERATION: Status = Status(0x0100);
    pub const MALLOC: Status = Status(0x0200);
    /// A float was mixed in.
    pub const FLOAT_OPERATION: Status = Status(0x0400);
    pub const OVERFLOW: Status = Status(0x0800);
    pub const ROUNDED: Status = Status(0x1000);
    pub const SUBNORMAL: Status = Status(0x2000);
    pub const UNDERFLOW: Status = Status(0x4000);
    /// All that the signal `InvalidOperation` covers.
    pub const INVALID: Status = Status(0x0002 | 0x0008 | 0x0010 | 0x0020 | 0x0080 | 0x0100 | 0x0200);
    /// What makes a result useless.
    pub const ERRORS: Status = Status(Status::INVALID.0 | 0x0004);
    pub const ALL: Status = Status(0x7fff);

    #[must_use]
    pub fn has(self, any: Status) -> bool {
        self.0 & any.0 != 0
    }
}

impl BitOr for Status {
    type Output = Status;

    fn bitor(self, other: Status) -> Status {
        Status(self.0 | other.0)
    }
}

impl BitOrAssign for Status {
    fn bitor_assign(&mut self, other: Status) {
        self.0 |= other.0;
    }
}

impl BitAnd for Status {
    type Output = Status;

    fn bitand(self, other: Status) -> Status {
        Status(self.0 & other.0)
    }
}

impl Not for Status {
    type Output = Status;

    fn not(self) -> Status {
        Status(!self.0 & Status::ALL.0)
    }
}
