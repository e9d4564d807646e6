//! Arithmetic of the interpreter, on bits.
//!
//! Invariant: integers come and go with the bits above their type's zero.
use super::Trap;
use crate::{Conversion, FloatCond, FloatOp, FloatUnary, IntCond, IntOp, OverflowOp, Type};

/// An integer's bits as the signed number that they are.
fn signed(ty: Type, bits: u64) -> i64 {
    let unused = 64 - ty.bits();
    (bits << unused).cast_signed() >> unused
}

pub(super) fn int(op: IntOp, ty: Type, left: u64, right: u64) -> Result<u64, Trap> {
    let count = (right % u64::from(ty.bits())) as u32;
    let (signed_left, signed_right) = (signed(ty, left), signed(ty, right));
    let bits = match op {
        IntOp::Add => left.wrapping_add(right),
        IntOp::Sub => left.wrapping_sub(right),
        IntOp::Mul => left.wrapping_mul(right),
        IntOp::And => left & right,
        IntOp::Or => left | right,
        IntOp::Xor => left ^ right,
        IntOp::Shl => left << count,
        IntOp::Lshr => left >> count,
        IntOp::Ashr => (signed_left >> count).cast_unsigned(),
        IntOp::Sdiv | IntOp::Srem if right == 0 || signed_right == -1 && left == 1 << (ty.bits() - 1) => {
            return Err(Trap::Division);
        }
        IntOp::Sdiv => (signed_left / signed_right).cast_unsigned(),
        IntOp::Srem => (signed_left % signed_right).cast_unsigned(),
        IntOp::Udiv => left.checked_div(right).ok_or(Trap::Division)?,
        IntOp::Urem => left.checked_rem(right).ok_or(Trap::Division)?,
    };
    Ok(bits & ty.mask())
}

pub(super) fn overflow(op: OverflowOp, ty: Type, left: u64, right: u64) -> [u64; 2] {
    let (left, right) = (i128::from(signed(ty, left)), i128::from(signed(ty, right)));
    let exact = match op {
        OverflowOp::Add => left + right,
        OverflowOp::Sub => left - right,
        OverflowOp::Mul => left * right,
    };
    let bits = exact as u64 & ty.mask();
    [bits, u64::from(i128::from(signed(ty, bits)) != exact)]
}

pub(super) fn int_compare(cond: IntCond, ty: Type, left: u64, right: u64) -> bool {
    let (signed_left, signed_right) = (signed(ty, left), signed(ty, right));
    match cond {
        IntCond::Eq => left == right,
        IntCond::Ne => left != right,
        IntCond::Slt => signed_left < signed_right,
        IntCond::Sle => signed_left <= signed_right,
        IntCond::Sgt => signed_left > signed_right,
        IntCond::Sge => signed_left >= signed_right,
        IntCond::Ult => left < right,
        IntCond::Ule => left <= right,
        IntCond::Ugt => left > right,
        IntCond::Uge => left >= right,
    }
}

pub(super) fn float(op: FloatOp, left: u64, right: u64) -> u64 {
    let (left, right) = (f64::from_bits(left), f64::from_bits(right));
    let result = match op {
        FloatOp::Add => left + right,
        FloatOp::Sub => left - right,
        FloatOp::Mul => left * right,
        FloatOp::Div => left / right,
    };
    result.to_bits()
}

pub(super) fn float_compare(cond: FloatCond, left: u64, right: u64) -> bool {
    let order = f64::from_bits(left).partial_cmp(&f64::from_bits(right));
    match cond {
        FloatCond::Oeq => order.is_some_and(|order| order.is_eq()),
        FloatCond::One => order.is_some_and(|order| order.is_ne()),
        FloatCond::Olt => order.is_some_and(|order| order.is_lt()),
        FloatCond::Ole => order.is_some_and(|order| order.is_le()),
        FloatCond::Ogt => order.is_some_and(|order| order.is_gt()),
        FloatCond::Oge => order.is_some_and(|order| order.is_ge()),
        FloatCond::Ord => order.is_some(),
        FloatCond::Ueq => order.is_none_or(|order| order.is_eq()),
        FloatCond::Une => order.is_none_or(|order| order.is_ne()),
        FloatCond::Ult => order.is_none_or(|order| order.is_lt()),
        FloatCond::Ule => order.is_none_or(|order| order.is_le()),
        FloatCond::Ugt => order.is_none_or(|order| order.is_gt()),
        FloatCond::Uge => order.is_none_or(|order| order.is_ge()),
        FloatCond::Uno => order.is_none(),
    }
}

pub(super) fn float_unary(op: FloatUnary, bits: u64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let value = f64::from_bits(bits);
    let result = match op {
        FloatUnary::Neg => return bits ^ SIGN,
        FloatUnary::Abs => return bits & !SIGN,
        FloatUnary::Sqrt => value.sqrt(),
        FloatUnary::Floor => value.floor(),
        FloatUnary::Ceil => value.ceil(),
        FloatUnary::Trunc => value.trunc(),
        FloatUnary::Rint => value.round_ties_even(),
    };
    result.to_bits()
}

pub(super) fn convert(op: Conversion, from: Type, to: Type, bits: u64) -> u64 {
    match op {
        Conversion::Zext | Conversion::FloatToBits | Conversion::BitsToFloat | Conversion::PtrToInt | Conversion::IntToPtr => {
            bits
        }
        Conversion::Sext => signed(from, bits).cast_unsigned() & to.mask(),
        Conversion::Trunc => bits & to.mask(),
        Conversion::IntToFloat => (signed(from, bits) as f64).to_bits(),
        Conversion::FloatToInt => float_to_int(f64::from_bits(bits), to).cast_unsigned() & to.mask(),
    }
}

/// Rust's casts saturate, too.
fn float_to_int(value: f64, to: Type) -> i64 {
    match to {
        Type::I8 => i64::from(value as i8),
        Type::I16 => i64::from(value as i16),
        Type::I32 => i64::from(value as i32),
        _ => value as i64,
    }
}
