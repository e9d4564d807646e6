//! Arithmetic: binary and unary operators, with immediates and without.

use heap::Thread;
use objects::Int;

use super::{Binary, Done, Unary};
use crate::frame::{Fp, Reg};

/// dst = a op b
#[inline(never)]
pub fn op_binary(th: &mut Thread, f: Fp, dst: i32, a: i32, b: i32, apply: Binary) -> Done {
    let regs = f.regs();
    let value = apply(th, regs.get(a), regs.get(b))?;
    regs.consume(th, b);
    regs.consume(th, a);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = a op n
#[inline(never)]
pub fn op_binary_imm(th: &mut Thread, f: Fp, dst: i32, a: i32, n: i32, apply: Binary) -> Done {
    let regs = f.regs();
    let n = Int::from_i64(th, i64::from(n));
    let value = apply(th, regs.get(a), &n)?;
    th.release(n);
    regs.consume(th, a);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = op a
#[inline(never)]
pub fn op_unary(th: &mut Thread, f: Fp, dst: i32, a: i32, apply: Unary) -> Done {
    let regs = f.regs();
    let value = apply(th, regs.get(a))?;
    regs.consume(th, a);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = not a
#[inline(never)]
pub fn op_not(th: &mut Thread, f: Fp, dst: i32, a: i32) -> Done {
    let regs = f.regs();
    let value = objects::ops::is_true(th, regs.get(a))?;
    regs.consume(th, a);
    regs.out(th, dst, Reg::bool(!value));
    Ok(())
}
