//! What the functions are where a part of the number is not finite (C99, annex G): by the kinds of the real and the imaginary part.

use core::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};
use core::f64::{INFINITY as INF, NAN};

/// Rows by the real part, columns by the imaginary one, in the order of [`kind`].
pub type Table = [[(f64, f64); 7]; 7];

const THREE_QUARTERS: f64 = 0.75 * PI;
/// Both parts are finite, or the function deals with the case itself, or it is an error.
const UNUSED: (f64, f64) = (NAN, NAN);

/// Minus infinity, negative, -0, 0, positive, infinity, NaN.
pub fn kind(x: f64) -> usize {
    match x {
        _ if x.is_nan() => 6,
        f64::NEG_INFINITY => 0,
        f64::INFINITY => 5,
        _ if x == 0.0 => if x.is_sign_negative() { 2 } else { 3 },
        _ => if x < 0.0 { 1 } else { 4 },
    }
}

/// What `acos` is where a part is not finite.
pub static ACOS: Table = [
    [(THREE_QUARTERS, INF), (PI, INF), (PI, INF), (PI, -INF), (PI, -INF), (THREE_QUARTERS, -INF), (NAN, INF)],
    [(FRAC_PI_2, INF), UNUSED, UNUSED, UNUSED, UNUSED, (FRAC_PI_2, -INF), (NAN, NAN)],
    [(FRAC_PI_2, INF), UNUSED, UNUSED, UNUSED, UNUSED, (FRAC_PI_2, -INF), (FRAC_PI_2, NAN)],
    [(FRAC_PI_2, INF), UNUSED, UNUSED, UNUSED, UNUSED, (FRAC_PI_2, -INF), (FRAC_PI_2, NAN)],
    [(FRAC_PI_2, INF), UNUSED, UNUSED, UNUSED, UNUSED, (FRAC_PI_2, -INF), (NAN, NAN)],
    [(FRAC_PI_4, INF), (0.0, INF), (0.0, INF), (0.0, -INF), (0.0, -INF), (FRAC_PI_4, -INF), (NAN, INF)],
    [(NAN, INF), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, -INF), (NAN, NAN)],
];

/// What `acosh` is where a part is not finite.
pub static ACOSH: Table = [
    [(INF, -THREE_QUARTERS), (INF, -PI), (INF, -PI), (INF, PI), (INF, PI), (INF, THREE_QUARTERS), (INF, NAN)],
    [(INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (INF, FRAC_PI_2), (NAN, NAN)],
    [(INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (INF, FRAC_PI_2), (NAN, FRAC_PI_2)],
    [(INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (INF, FRAC_PI_2), (NAN, FRAC_PI_2)],
    [(INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (INF, FRAC_PI_2), (NAN, NAN)],
    [(INF, -FRAC_PI_4), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, FRAC_PI_4), (INF, NAN)],
    [(INF, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (INF, NAN), (NAN, NAN)],
];

/// What `asinh` is where a part is not finite.
pub static ASINH: Table = [
    [(-INF, -FRAC_PI_4), (-INF, -0.0), (-INF, -0.0), (-INF, 0.0), (-INF, 0.0), (-INF, FRAC_PI_4), (-INF, NAN)],
    [(-INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (-INF, FRAC_PI_2), (NAN, NAN)],
    [(-INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (-INF, FRAC_PI_2), (NAN, NAN)],
    [(INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (INF, FRAC_PI_2), (NAN, NAN)],
    [(INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (INF, FRAC_PI_2), (NAN, NAN)],
    [(INF, -FRAC_PI_4), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, FRAC_PI_4), (INF, NAN)],
    [(INF, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (INF, NAN), (NAN, NAN)],
];

/// What `atanh` is where a part is not finite.
pub static ATANH: Table = [
    [(-0.0, -FRAC_PI_2), (-0.0, -FRAC_PI_2), (-0.0, -FRAC_PI_2), (-0.0, FRAC_PI_2), (-0.0, FRAC_PI_2), (-0.0, FRAC_PI_2), (-0.0, NAN)],
    [(-0.0, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (-0.0, FRAC_PI_2), (NAN, NAN)],
    [(-0.0, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (-0.0, FRAC_PI_2), (-0.0, NAN)],
    [(0.0, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (0.0, FRAC_PI_2), (0.0, NAN)],
    [(0.0, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (0.0, FRAC_PI_2), (NAN, NAN)],
    [(0.0, -FRAC_PI_2), (0.0, -FRAC_PI_2), (0.0, -FRAC_PI_2), (0.0, FRAC_PI_2), (0.0, FRAC_PI_2), (0.0, FRAC_PI_2), (0.0, NAN)],
    [(0.0, -FRAC_PI_2), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (0.0, FRAC_PI_2), (NAN, NAN)],
];

/// What `cosh` is where a part is not finite.
pub static COSH: Table = [
    [UNUSED, UNUSED, (INF, 0.0), (INF, -0.0), UNUSED, UNUSED, (INF, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, 0.0)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, 0.0)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [UNUSED, UNUSED, (INF, -0.0), (INF, 0.0), UNUSED, UNUSED, (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, 0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];

/// What `exp` is where a part is not finite.
pub static EXP: Table = [
    [(0.0, 0.0), UNUSED, (0.0, -0.0), (0.0, 0.0), UNUSED, (0.0, 0.0), (0.0, 0.0)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [UNUSED, UNUSED, (INF, -0.0), (INF, 0.0), UNUSED, UNUSED, (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];

/// What `log` is where a part is not finite.
pub static LOG: Table = [
    [(INF, -THREE_QUARTERS), (INF, -PI), (INF, -PI), (INF, PI), (INF, PI), (INF, THREE_QUARTERS), (INF, NAN)],
    [(INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (INF, FRAC_PI_2), (NAN, NAN)],
    [(INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (INF, FRAC_PI_2), (NAN, NAN)],
    [(INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (INF, FRAC_PI_2), (NAN, NAN)],
    [(INF, -FRAC_PI_2), UNUSED, UNUSED, UNUSED, UNUSED, (INF, FRAC_PI_2), (NAN, NAN)],
    [(INF, -FRAC_PI_4), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, FRAC_PI_4), (INF, NAN)],
    [(INF, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (INF, NAN), (NAN, NAN)],
];

/// What `sinh` is where a part is not finite.
pub static SINH: Table = [
    [UNUSED, UNUSED, (-INF, -0.0), (-INF, 0.0), UNUSED, UNUSED, (INF, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (0.0, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (0.0, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [UNUSED, UNUSED, (INF, -0.0), (INF, 0.0), UNUSED, UNUSED, (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];

/// What `sqrt` is where a part is not finite.
pub static SQRT: Table = [
    [(INF, -INF), (0.0, -INF), (0.0, -INF), (0.0, INF), (0.0, INF), (INF, INF), (NAN, INF)],
    [(INF, -INF), UNUSED, UNUSED, UNUSED, UNUSED, (INF, INF), (NAN, NAN)],
    [(INF, -INF), UNUSED, UNUSED, UNUSED, UNUSED, (INF, INF), (NAN, NAN)],
    [(INF, -INF), UNUSED, UNUSED, UNUSED, UNUSED, (INF, INF), (NAN, NAN)],
    [(INF, -INF), UNUSED, UNUSED, UNUSED, UNUSED, (INF, INF), (NAN, NAN)],
    [(INF, -INF), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, INF), (INF, NAN)],
    [(INF, -INF), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (INF, INF), (NAN, NAN)],
];

/// What `tanh` is where a part is not finite.
pub static TANH: Table = [
    [(-1.0, 0.0), UNUSED, (-1.0, -0.0), (-1.0, 0.0), UNUSED, (-1.0, 0.0), (-1.0, 0.0)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (-0.0, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (0.0, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [(1.0, 0.0), UNUSED, (1.0, -0.0), (1.0, 0.0), UNUSED, (1.0, 0.0), (1.0, 0.0)],
    [(NAN, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];

/// What `rect` is where a part is not finite.
pub static RECT: Table = [
    [UNUSED, UNUSED, (-INF, 0.0), (-INF, -0.0), UNUSED, UNUSED, (INF, NAN)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [(0.0, 0.0), UNUSED, UNUSED, UNUSED, UNUSED, (0.0, 0.0), (0.0, 0.0)],
    [(0.0, 0.0), UNUSED, UNUSED, UNUSED, UNUSED, (0.0, 0.0), (0.0, 0.0)],
    [UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, (NAN, NAN)],
    [UNUSED, UNUSED, (INF, -0.0), (INF, 0.0), UNUSED, UNUSED, (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, 0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];
