//! Python's integers as C's, as `PyLong_As…` make them.

use heap::{Object, Raised, Thread};
use objects::{Int, ops, raise};

/// A signed 64-bit integer; `c_type` is what the message calls it.
pub fn signed(th: &mut Thread, arg: &Object, c_type: &str) -> Result<i64, Raised> {
    let value = match Int::of(arg) {
        Some(int) => int.to_i64(),
        None => ops::index(th, arg)?.to_i64(),
    };
    value.ok_or_else(|| raise::overflow_error(th, format_args!("Python int too large to convert to C {c_type}")))
}

/// The same for `L`, which says it in other words.
pub fn long_long(th: &mut Thread, arg: &Object) -> Result<i64, Raised> {
    let int = ops::index(th, arg)?;
    int.to_i64().ok_or_else(|| raise::overflow_error(th, format_args!("int too big to convert")))
}

/// The low 64 bits of the two's complement.
pub fn mask(th: &mut Thread, arg: &Object) -> Result<u64, Raised> {
    let int = ops::index(th, arg)?;
    let magnitude = int.digit_slice().iter().take(3).rev().fold(0u64, |sum, &digit| (sum << 30) | u64::from(digit));
    Ok(if int.is_negative() { magnitude.wrapping_neg() } else { magnitude })
}

/// A signed integer within bounds; `name` is what the messages call it.
pub fn bounded(th: &mut Thread, arg: &Object, name: &str, min: i64, max: i64) -> Result<i64, Raised> {
    let value = signed(th, arg, "long")?;
    match value {
        _ if value < min => Err(raise::overflow_error(th, format_args!("{name} integer is less than minimum"))),
        _ if value > max => Err(raise::overflow_error(th, format_args!("{name} integer is greater than maximum"))),
        _ => Ok(value),
    }
}
