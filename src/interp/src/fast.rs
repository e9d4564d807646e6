//! Fast paths for exact ints and floats, shared by the specialised instructions.

use heap::{Object, Raised, Ref, Thread};
use objects::{Float, Int};

use crate::frame::Reg;

/// The value of an exact int that fits 64 bits.
#[inline(always)]
pub fn int(reg: Reg) -> Option<i64> {
    reg.full().downcast_exact::<Int>()?.to_i64()
}

/// The value of an exact float.
#[inline(always)]
pub fn float(reg: Reg) -> Option<f64> {
    Some(reg.full().downcast_exact::<Float>()?.value())
}

/// An int in a register; small ones are immortal and need no count.
#[inline(always)]
pub fn int_reg(th: &Thread, value: i64) -> Reg {
    match Int::small_cached(value) {
        Some(small) => Reg::uncounted(small),
        None => Reg::counted(Int::from_i64(th, value)),
    }
}

/// A float in a register.
#[inline(always)]
pub fn float_reg(th: &Thread, value: f64) -> Reg {
    Reg::counted(Float::new(th, value))
}

/// The int `n` in a register.
#[inline(always)]
pub fn small_int(th: &Thread, n: i32) -> Reg {
    int_reg(th, i64::from(n))
}

/// a // b, unless it does not fit or b is 0.
#[inline(always)]
pub fn floor_div(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}

/// a % b with the sign of b, unless b is 0.
#[inline(always)]
pub fn modulo(a: i64, b: i64) -> Option<i64> {
    let rest = a.checked_rem(b)?;
    Some(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
}

/// a << b, unless it does not fit.
#[inline(always)]
pub fn shift_left(a: i64, b: i64) -> Option<i64> {
    if !(0..63).contains(&b) {
        return None;
    }
    let shifted = a << b;
    (shifted >> b == a).then_some(shifted)
}

/// a >> b, unless b is negative.
#[inline(always)]
pub fn shift_right(a: i64, b: i64) -> Option<i64> {
    (b >= 0).then(|| a >> b.min(63))
}

/// a ** b
pub fn pow(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    objects::ops::pow(th, a, b, None)
}

/// A reference to an object that a cache names: the cache's version says that a namespace held it a moment ago.
#[inline(always)]
pub fn cached(th: &Thread, object: &Object) -> Option<Reg> {
    if object.is_immortal() {
        return Some(Reg::uncounted(object));
    }
    if th.is_mine(object) {
        return Some(Reg::counted(th.retain(object)));
    }
    Reg::try_counted(object)
}
