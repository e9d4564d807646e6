//! Decimal floating point: the General Decimal Arithmetic Specification, with the results and flags of CPython's `_decimal`.
//!
//! A [`Number`] is a sign, a coefficient in binary and a decimal exponent. An operation takes operands and a [`Context`], adds what
//! happened to a [`Status`], and never fails otherwise: what has no result is a NaN, what would not fit in memory is a NaN with
//! [`Status::MALLOC`]. No power of ten is made for a precision, only for a shift of digits that exist.
//!
//! Start with `number.rs` and `round.rs` (every result passes [`finalize`]); then a file per family of operations.

mod add;
mod coeff;
mod compare;
mod context;
mod convert;
mod digitwise;
mod div;
mod exp;
mod format;
mod ln;
mod mul;
mod neighbours;
mod number;
mod parse;
mod power;
mod quantize;
mod round;
mod sqrt;
#[cfg(test)]
mod tests;
mod text;

pub use add::{abs, add, minus, plus, sub};
pub use coeff::LIMIT;
pub use compare::{compare, compare_signal, compare_total, max, min, numeric_cmp, total_cmp};
pub use context::{Context, MAX_EMAX, MAX_PREC, MIN_EMIN, MIN_ETINY, Rounding, Status};
pub use convert::{Ratio, from_float, from_int, ratio, to_int};
pub use digitwise::{and, invert, or, rotate, shift, xor};
pub use div::{div, div_int, div_mod, rem, rem_near};
pub use exp::exp;
pub use format::{Broken, Separators, format};
pub use ln::{ln, log10};
pub use mul::{fma, mul};
pub use neighbours::{logb, next_minus, next_plus, next_toward, reduce, scaleb};
pub use number::{Kind, Number};
pub use parse::parse;
pub use power::{pow, pow_mod};
pub use quantize::{quantize, same_quantum, to_integral_exact, to_integral_value};
pub use round::finalize;
pub use sqrt::sqrt;
pub use text::{to_engineering, to_scientific};
