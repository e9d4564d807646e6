//! Fast paths for exact ints and floats, shared by the specialised instructions.

use heap::{Object, Raised, Ref, Thread};
use objects::{Float, Int, Str};

use crate::frame::{Reg, Regs};

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

/// The values of two exact ints that fit 64 bits.
#[inline(always)]
pub fn ints(a: Reg, b: Reg) -> Option<(i64, i64)> {
    Some((int(a)?, int(b)?))
}

/// An int that a float holds exactly.
#[inline(always)]
pub fn exact_f64(n: i64) -> Option<f64> {
    (n.unsigned_abs() <= 1 << 53).then_some(n as f64)
}

/// The values of two exact floats, or of one and an int that a float holds exactly.
#[inline(always)]
pub fn floats(a: Reg, b: Reg) -> Option<(f64, f64)> {
    match (float(a), float(b)) {
        (Some(x), Some(y)) => Some((x, y)),
        (Some(x), None) => Some((x, exact_f64(int(b)?)?)),
        (None, Some(y)) => Some((exact_f64(int(a)?)?, y)),
        (None, None) => None,
    }
}

/// Whether two exact strings are equal.
#[inline(always)]
pub fn same_text(a: Reg, b: Reg) -> Option<bool> {
    let (a, b) = (a.full().downcast_exact::<Str>()?, b.full().downcast_exact::<Str>()?);
    Some(core::ptr::eq(a, b) || a.eq_str(b))
}

/// An int in a register; small ones are immortal and need no count.
#[inline(always)]
pub fn int_reg(th: &Thread, value: i64) -> Reg {
    match Int::small_cached(value) {
        Some(small) => Reg::uncounted(small),
        None => Reg::counted(Int::from_i64(th, value)),
    }
}

#[inline(never)]
fn new_int(th: &Thread, value: i64) -> Reg {
    Reg::counted(Int::from_i64(th, value))
}

#[inline(never)]
fn new_float(th: &Thread, value: f64) -> Reg {
    Reg::counted(Float::new(th, value))
}

/// Writes the result of an operation on the exact ints `a` and `b` (0 and up: locals, or none): into an object that ends with this
/// instruction, where there is one (R13). What the output held else is handed back, to be released.
#[inline(always)]
pub fn put_int(th: &mut Thread, regs: Regs, dst: i32, a: i32, b: i32, value: i64) -> Reg {
    let old = if dst >= 0 { regs.reg(dst) } else { Reg::NULL };
    if let Some(small) = Int::small_cached(value) {
        regs.consume_number(th, b);
        regs.consume_number(th, a);
        regs.put(dst, Reg::uncounted(small));
        return old;
    }
    if old.reuse_int(th, value) {
        regs.consume_number(th, b);
        regs.consume_number(th, a);
        return Reg::NULL;
    }
    let made = if a < 0 && regs.reg(a).reuse_int(th, value) {
        regs.consume_number(th, b);
        regs.take(a)
    } else if b < 0 && regs.reg(b).reuse_int(th, value) {
        regs.consume_number(th, a);
        regs.take(b)
    } else {
        regs.consume_number(th, b);
        regs.consume_number(th, a);
        new_int(th, value)
    };
    regs.put(dst, made);
    old
}

/// As [`put_int`] for floats.
#[inline(always)]
pub fn put_float(th: &mut Thread, regs: Regs, dst: i32, a: i32, b: i32, value: f64) -> Reg {
    let old = if dst >= 0 { regs.reg(dst) } else { Reg::NULL };
    if old.reuse_float(th, value) {
        regs.consume_number(th, b);
        regs.consume_number(th, a);
        return Reg::NULL;
    }
    let made = if a < 0 && regs.reg(a).reuse_float(th, value) {
        regs.consume_number(th, b);
        regs.take(a)
    } else if b < 0 && regs.reg(b).reuse_float(th, value) {
        regs.consume_number(th, a);
        regs.take(b)
    } else {
        regs.consume_number(th, b);
        regs.consume_number(th, a);
        new_float(th, value)
    };
    regs.put(dst, made);
    old
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
    Reg::held(th, object).or_else(|| Reg::try_counted(object))
}
