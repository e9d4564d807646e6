//! Comparison, containment, and truth.

use heap::{Object, Raised, Thread};
use objects::glue::CompareOp;
use objects::{Dict, Float, Int, Set, Str, ops};
use syntax::opcodes::Op;

use super::Done;
use super::arith::{adopt, are_floats};
use crate::frame::{Fp, Pc, Reg};

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
    let (container, item) = (regs.get(b), regs.get(a));
    let found = if let Some(dict) = container.downcast_exact::<Dict>() {
        dict.contains(th, item)?
    } else if let Some(set) = container.downcast_exact::<Set>() {
        set.contains(th, item)?
    } else {
        ops::contains(th, container, item)?
    };
    regs.consume(th, b);
    regs.consume(th, a);
    regs.out(th, dst, Reg::bool(found != negate));
    Ok(())
}

/// Chooses a form for a comparison by its operands; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize(pc: Pc, a: &Object, b: &Object) -> bool {
    let op = pc.op();
    let form = if a.is_exactly::<Int>() && b.is_exactly::<Int>() {
        int_form(op)
    } else if are_floats(a, b) {
        float_form(op)
    } else if a.is_exactly::<Str>() && b.is_exactly::<Str>() {
        str_form(op)
    } else {
        op
    };
    adopt(pc, op, form)
}

fn str_form(op: Op) -> Op {
    match op {
        Op::CompareEqual => Op::CompareEqualStr,
        Op::CompareNotEqual => Op::CompareNotEqualStr,
        Op::JumpIfEqual => Op::JumpIfEqualStr,
        Op::JumpIfNotEqual => Op::JumpIfNotEqualStr,
        Op::JumpUnlessEqual => Op::JumpUnlessEqualStr,
        Op::JumpUnlessNotEqual => Op::JumpUnlessNotEqualStr,
        other => other,
    }
}

/// Chooses a form for a comparison with an immediate; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_imm(pc: Pc, a: &Object) -> bool {
    let op = pc.op();
    let form = if a.is_exactly::<Int>() || a.is_exactly::<Float>() { number_imm_form(op) } else { op };
    adopt(pc, op, form)
}

fn int_form(op: Op) -> Op {
    match op {
        Op::CompareLess => Op::CompareLessInt,
        Op::CompareLessEqual => Op::CompareLessEqualInt,
        Op::CompareEqual => Op::CompareEqualInt,
        Op::CompareNotEqual => Op::CompareNotEqualInt,
        Op::CompareGreater => Op::CompareGreaterInt,
        Op::CompareGreaterEqual => Op::CompareGreaterEqualInt,
        Op::JumpIfLess => Op::JumpIfLessInt,
        Op::JumpIfLessEqual => Op::JumpIfLessEqualInt,
        Op::JumpIfEqual => Op::JumpIfEqualInt,
        Op::JumpIfNotEqual => Op::JumpIfNotEqualInt,
        Op::JumpIfGreater => Op::JumpIfGreaterInt,
        Op::JumpIfGreaterEqual => Op::JumpIfGreaterEqualInt,
        Op::JumpUnlessLess => Op::JumpUnlessLessInt,
        Op::JumpUnlessLessEqual => Op::JumpUnlessLessEqualInt,
        Op::JumpUnlessEqual => Op::JumpUnlessEqualInt,
        Op::JumpUnlessNotEqual => Op::JumpUnlessNotEqualInt,
        Op::JumpUnlessGreater => Op::JumpUnlessGreaterInt,
        Op::JumpUnlessGreaterEqual => Op::JumpUnlessGreaterEqualInt,
        other => other,
    }
}

fn float_form(op: Op) -> Op {
    match op {
        Op::CompareLess => Op::CompareLessFloat,
        Op::CompareLessEqual => Op::CompareLessEqualFloat,
        Op::CompareEqual => Op::CompareEqualFloat,
        Op::CompareNotEqual => Op::CompareNotEqualFloat,
        Op::CompareGreater => Op::CompareGreaterFloat,
        Op::CompareGreaterEqual => Op::CompareGreaterEqualFloat,
        Op::JumpIfLess => Op::JumpIfLessFloat,
        Op::JumpIfLessEqual => Op::JumpIfLessEqualFloat,
        Op::JumpIfEqual => Op::JumpIfEqualFloat,
        Op::JumpIfNotEqual => Op::JumpIfNotEqualFloat,
        Op::JumpIfGreater => Op::JumpIfGreaterFloat,
        Op::JumpIfGreaterEqual => Op::JumpIfGreaterEqualFloat,
        Op::JumpUnlessLess => Op::JumpUnlessLessFloat,
        Op::JumpUnlessLessEqual => Op::JumpUnlessLessEqualFloat,
        Op::JumpUnlessEqual => Op::JumpUnlessEqualFloat,
        Op::JumpUnlessNotEqual => Op::JumpUnlessNotEqualFloat,
        Op::JumpUnlessGreater => Op::JumpUnlessGreaterFloat,
        Op::JumpUnlessGreaterEqual => Op::JumpUnlessGreaterEqualFloat,
        other => other,
    }
}

fn number_imm_form(op: Op) -> Op {
    match op {
        Op::JumpIfLessImm => Op::JumpIfLessImmInt,
        Op::JumpIfLessEqualImm => Op::JumpIfLessEqualImmInt,
        Op::JumpIfEqualImm => Op::JumpIfEqualImmInt,
        Op::JumpIfNotEqualImm => Op::JumpIfNotEqualImmInt,
        Op::JumpIfGreaterImm => Op::JumpIfGreaterImmInt,
        Op::JumpIfGreaterEqualImm => Op::JumpIfGreaterEqualImmInt,
        Op::JumpUnlessLessImm => Op::JumpUnlessLessImmInt,
        Op::JumpUnlessLessEqualImm => Op::JumpUnlessLessEqualImmInt,
        Op::JumpUnlessEqualImm => Op::JumpUnlessEqualImmInt,
        Op::JumpUnlessNotEqualImm => Op::JumpUnlessNotEqualImmInt,
        Op::JumpUnlessGreaterImm => Op::JumpUnlessGreaterImmInt,
        Op::JumpUnlessGreaterEqualImm => Op::JumpUnlessGreaterEqualImmInt,
        other => other,
    }
}
