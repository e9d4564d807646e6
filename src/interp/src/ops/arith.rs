//! Arithmetic: binary and unary operators, with immediates and without.

use heap::{Object, Thread};
use objects::{Float, Int, Str, raise};
use syntax::opcodes::Op;

use super::{Binary, Done, Unary, special};
use crate::adapt;
use crate::frame::{Fp, Pc, Reg};

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

/// `AddStr`, `InplaceAddStr`: dst = a + b; `None` if they are not exact strings.
#[inline(never)]
pub fn op_add_str(th: &mut Thread, f: Fp, dst: i32, a: i32, b: i32) -> Option<Done> {
    let regs = f.regs();
    let (left, right) = (regs.get(a).downcast_exact::<Str>()?, regs.get(b).downcast_exact::<Str>()?);
    // Where the left operand ends with this instruction, and is nobody else's, it grows in place.
    let ends = (a < 0 || a == dst) && regs.reg(a).is_counted();
    let joined = if ends && left.is_unique(th) && a != b {
        let Some(left) = regs.take(a).into_ref(th).and_then(|left| left.downcast::<Str>().ok()) else {
            return Some(Err(raise::system_error(th, format_args!("a string lost its type"))));
        };
        match Str::append(th, left, right) {
            Ok(joined) => Some(joined),
            Err(left) => {
                let joined = Str::concat(th, &left, right);
                match joined {
                    Some(_) => th.release(left),
                    None => regs.put(a, Reg::counted(left)),
                }
                joined
            }
        }
    } else {
        Str::concat(th, left, right)
    };
    let Some(joined) = joined else { return Some(Err(raise::memory_error(th))) };
    regs.consume(th, b);
    regs.consume(th, a);
    regs.set(th, dst, joined);
    Some(Ok(()))
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

/// Chooses a form for a binary operator by its operands; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_binary(th: &mut Thread, f: Fp, pc: Pc, a: &Object, b: &Object) -> bool {
    let op = pc.op();
    let form = if a.is_exactly::<Int>() && b.is_exactly::<Int>() {
        int_form(op)
    } else if are_floats(a, b) {
        float_form(op)
    } else if a.is_exactly::<Str>() && b.is_exactly::<Str>() {
        match op {
            Op::BinaryAdd => Op::AddStr,
            Op::InplaceAdd => Op::InplaceAddStr,
            other => other,
        }
    } else {
        special::operator_form(th, f, pc, a, b).unwrap_or(op)
    };
    adopt(pc, op, form)
}

/// Chooses a form for an operator with an immediate; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_imm(pc: Pc, a: &Object) -> bool {
    let op = pc.op();
    let form = if a.is_exactly::<Int>() {
        int_imm_form(op)
    } else if a.is_exactly::<Float>() {
        float_imm_form(op)
    } else {
        op
    };
    adopt(pc, op, form)
}

/// Whether both are exact floats, or one is and the other an exact int.
pub fn are_floats(a: &Object, b: &Object) -> bool {
    let number = |x: &Object| x.is_exactly::<Float>() || x.is_exactly::<Int>();
    (a.is_exactly::<Float>() || b.is_exactly::<Float>()) && number(a) && number(b)
}

/// Puts the chosen form in place of `op`, if it is another one.
pub fn adopt(pc: Pc, op: Op, form: Op) -> bool {
    if op == form {
        adapt::failed(pc);
        return false;
    }
    adapt::set(pc, form);
    true
}

fn int_form(op: Op) -> Op {
    match op {
        Op::BinaryAdd => Op::AddInt,
        Op::BinarySub => Op::SubInt,
        Op::BinaryMul => Op::MulInt,
        Op::BinaryDiv => Op::DivInt,
        Op::InplaceDiv => Op::InplaceDivInt,
        Op::BinaryFloorDiv => Op::FloorDivInt,
        Op::BinaryMod => Op::ModInt,
        Op::BinaryAnd => Op::AndInt,
        Op::BinaryOr => Op::OrInt,
        Op::BinaryXor => Op::XorInt,
        Op::BinaryLshift => Op::LshiftInt,
        Op::BinaryRshift => Op::RshiftInt,
        Op::InplaceAdd => Op::InplaceAddInt,
        Op::InplaceSub => Op::InplaceSubInt,
        Op::InplaceMul => Op::InplaceMulInt,
        Op::InplaceFloorDiv => Op::InplaceFloorDivInt,
        Op::InplaceMod => Op::InplaceModInt,
        Op::InplaceAnd => Op::InplaceAndInt,
        Op::InplaceOr => Op::InplaceOrInt,
        Op::InplaceXor => Op::InplaceXorInt,
        Op::InplaceLshift => Op::InplaceLshiftInt,
        Op::InplaceRshift => Op::InplaceRshiftInt,
        other => other,
    }
}

fn float_form(op: Op) -> Op {
    match op {
        Op::BinaryAdd => Op::AddFloat,
        Op::BinarySub => Op::SubFloat,
        Op::BinaryMul => Op::MulFloat,
        Op::BinaryDiv => Op::DivFloat,
        Op::InplaceAdd => Op::InplaceAddFloat,
        Op::InplaceSub => Op::InplaceSubFloat,
        Op::InplaceMul => Op::InplaceMulFloat,
        Op::InplaceDiv => Op::InplaceDivFloat,
        other => other,
    }
}

fn int_imm_form(op: Op) -> Op {
    match op {
        Op::AddImm => Op::AddImmInt,
        Op::SubImm => Op::SubImmInt,
        Op::MulImm => Op::MulImmInt,
        Op::FloorDivImm => Op::FloorDivImmInt,
        Op::ModImm => Op::ModImmInt,
        Op::AndImm => Op::AndImmInt,
        Op::LshiftImm => Op::LshiftImmInt,
        Op::RshiftImm => Op::RshiftImmInt,
        Op::InplaceAddImm => Op::InplaceAddImmInt,
        Op::InplaceSubImm => Op::InplaceSubImmInt,
        other => other,
    }
}

fn float_imm_form(op: Op) -> Op {
    match op {
        Op::AddImm => Op::AddImmFloat,
        Op::SubImm => Op::SubImmFloat,
        Op::MulImm => Op::MulImmFloat,
        other => other,
    }
}
