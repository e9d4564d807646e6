//! Cranelift's names for what LIR says: types, signatures, conditions, accesses.
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self, AbiParam, types};
use cranelift_codegen::isa::CallConv;
use lir::{FloatCond, IntCond, Results, Type};

pub(super) fn ty(ty: Type) -> ir::Type {
    match ty {
        // A truth value is 0 or 1.
        Type::I1 | Type::I8 => types::I8,
        Type::I16 => types::I16,
        Type::I32 => types::I32,
        Type::I64 | Type::Ptr => types::I64,
        Type::F64 => types::F64,
    }
}

pub(super) fn signature(conv: CallConv, params: &[Type], results: Results) -> ir::Signature {
    let param = |kind: Type| {
        let param = AbiParam::new(ty(kind));
        if crate::unit::is_narrow(kind) { param.uext() } else { param }
    };
    let mut signature = ir::Signature::new(conv);
    signature.params.extend(params.iter().map(|&kind| param(kind)));
    signature.returns.extend(results.iter().map(param));
    signature
}

pub(super) fn int_cc(cond: IntCond) -> IntCC {
    match cond {
        IntCond::Eq => IntCC::Equal,
        IntCond::Ne => IntCC::NotEqual,
        IntCond::Slt => IntCC::SignedLessThan,
        IntCond::Sle => IntCC::SignedLessThanOrEqual,
        IntCond::Sgt => IntCC::SignedGreaterThan,
        IntCond::Sge => IntCC::SignedGreaterThanOrEqual,
        IntCond::Ult => IntCC::UnsignedLessThan,
        IntCond::Ule => IntCC::UnsignedLessThanOrEqual,
        IntCond::Ugt => IntCC::UnsignedGreaterThan,
        IntCond::Uge => IntCC::UnsignedGreaterThanOrEqual,
    }
}

pub(super) fn float_cc(cond: FloatCond) -> FloatCC {
    match cond {
        FloatCond::Oeq => FloatCC::Equal,
        FloatCond::One => FloatCC::OrderedNotEqual,
        FloatCond::Olt => FloatCC::LessThan,
        FloatCond::Ole => FloatCC::LessThanOrEqual,
        FloatCond::Ogt => FloatCC::GreaterThan,
        FloatCond::Oge => FloatCC::GreaterThanOrEqual,
        FloatCond::Ord => FloatCC::Ordered,
        FloatCond::Ueq => FloatCC::UnorderedOrEqual,
        FloatCond::Une => FloatCC::NotEqual,
        FloatCond::Ult => FloatCC::UnorderedOrLessThan,
        FloatCond::Ule => FloatCC::UnorderedOrLessThanOrEqual,
        FloatCond::Ugt => FloatCC::UnorderedOrGreaterThan,
        FloatCond::Uge => FloatCC::UnorderedOrGreaterThanOrEqual,
        FloatCond::Uno => FloatCC::Unordered,
    }
}
