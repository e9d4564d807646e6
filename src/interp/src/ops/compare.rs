//! Comparison, containment, and truth.

use heap::{Raised, Thread};
use objects::glue::CompareOp;
use objects::{Int, ops};

use super::Done;
use crate::frame::{Fp, Reg};

/// dst = a op b
#[inline(never)]
pub fn op_compare(th: &mut Thread, f: Fp, dst: i32, a: i32, b: i32, op: CompareOp) -> Done {
    let regs = f.regs();
    let value = ops::richcompare(th, regs.get(a), regs.get(b), op)?;
    regs.consume(th, b);
    regs.consume(th, a);
    regs.set(th, dst, value);
    Ok(())
}

/// bool(a op b), which is no shortcut for identical operands: NaN differs from itself.
#[inline(never)]
pub fn op_compare_test(th: &mut Thread, f: Fp, a: i32, b: i32, op: CompareOp) -> Result<bool, Raised> {
    let regs = f.regs();
    let value = ops::richcompare(th, regs.get(a), regs.get(b), op)?;
    let truth = ops::is_true(th, &value)?;
    th.release(value);
    regs.consume(th, b);
    regs.consume(th, a);
    Ok(truth)
}

/// bool(a op n)
#[inline(never)]
pub fn op_compare_test_imm(th: &mut Thread, f: Fp, a: i32, n: i32, op: CompareOp) -> Result<bool, Raised> {
    let regs = f.regs();
    let n = Int::from_i64(th, i64::from(n));
    let value = ops::richcompare(th, regs.get(a), &n, op)?;
    let truth = ops::is_true(th, &value)?;
    th.release(value);
    th.release(n);
    regs.consume(th, a);
    Ok(truth)
}

/// bool(a)
#[inline(never)]
pub fn op_test(th: &mut Thread, f: Fp, a: i32) -> Result<bool, Raised> {
    let regs = f.regs();
    let truth = ops::is_true(th, regs.get(a))?;
    regs.consume(th, a);
    Ok(truth)
}

/// bool(a), which stays where it is
#[inline(never)]
pub fn op_peek_test(th: &mut Thread, f: Fp, a: i32) -> Result<bool, Raised> {
    ops::is_true(th, f.regs().get(a))
}

/// dst = a in b, or not
#[inline(never)]
pub fn op_contains(th: &mut Thread, f: Fp, dst: i32, a: i32, b: i32, negate: bool) -> Done {
    let regs = f.regs();
    let found = ops::contains(th, regs.get(b), regs.get(a))?;
    regs.consume(th, b);
    regs.consume(th, a);
    regs.out(th, dst, Reg::bool(found != negate));
    Ok(())
}
