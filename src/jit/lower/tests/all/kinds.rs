//! Every kind of instruction that computes, on inputs at the edges of its types.
use crate::harness::{Three, function, interesting, nothing};
use lir::{Builder, Conversion, FloatCond, FloatOp, FloatUnary, Func, IntCond, IntOp, OverflowOp, Type, Unit, Value};

const INTS: [Type; 4] = [Type::I8, Type::I16, Type::I32, Type::I64];

/// Runs functions of up to two parameters on all pairs of interesting values.
fn try_all(unit: Unit, funcs: &[Func]) -> usize {
    let three = Three::new(unit, nothing);
    let mut tried = 0;
    for &func in funcs {
        let params = three.evaluator.unit().functions[func].params.clone();
        let inputs: Vec<Vec<u64>> = params.iter().map(|&ty| interesting(ty)).collect();
        for &first in &inputs[0] {
            for &second in inputs.get(1).map_or(&[0][..], |inputs| inputs) {
                tried += usize::from(three.same(func, &[first, second][..params.len()]).is_some());
            }
        }
    }
    tried
}

/// For each type and operation a function of two parameters.
fn pairs(
    types: &[Type],
    operations: usize,
    mut make: impl FnMut(&mut Builder<'_>, usize) -> Value,
    result: impl Fn(Type) -> Type,
) {
    let mut unit = Unit::new("test");
    let mut funcs = Vec::new();
    for &ty in types {
        for operation in 0..operations {
            funcs.push(function(&mut unit, &[ty, ty], result(ty), |b| make(b, operation)));
        }
    }
    assert!(try_all(unit, &funcs) > funcs.len());
}

#[test]
fn integers() {
    pairs(&INTS, IntOp::ALL.len(), |b, number| b.binary(IntOp::ALL[number], b.param(0), b.param(1)), |ty| ty);
    let logic = [IntOp::And, IntOp::Or, IntOp::Xor];
    pairs(&[Type::I1], logic.len(), |b, number| b.binary(logic[number], b.param(0), b.param(1)), |ty| ty);
}

#[test]
fn overflows() {
    pairs(&INTS, OverflowOp::ALL.len(), |b, number| b.overflow(OverflowOp::ALL[number], b.param(0), b.param(1)).0, |ty| ty);
    pairs(&INTS, OverflowOp::ALL.len(), |b, number| b.overflow(OverflowOp::ALL[number], b.param(0), b.param(1)).1, |_| Type::I1);
}

#[test]
fn comparisons() {
    let types = [Type::I1, Type::I8, Type::I16, Type::I32, Type::I64, Type::Ptr];
    pairs(&types, IntCond::ALL.len(), |b, number| b.icmp(IntCond::ALL[number], b.param(0), b.param(1)), |_| Type::I1);
    pairs(&[Type::F64], FloatCond::ALL.len(), |b, number| b.fcmp(FloatCond::ALL[number], b.param(0), b.param(1)), |_| Type::I1);
}

#[test]
fn floats() {
    pairs(&[Type::F64], FloatOp::ALL.len(), |b, number| b.float(FloatOp::ALL[number], b.param(0), b.param(1)), |ty| ty);
    let mut unit = Unit::new("test");
    let make = |&op| function(&mut unit, &[Type::F64], Type::F64, |b| b.float_unary(op, b.param(0)));
    let funcs: Vec<Func> = FloatUnary::ALL.iter().map(make).collect();
    try_all(unit, &funcs);
}

#[test]
fn conversions() {
    let widths = [Type::I1, Type::I8, Type::I16, Type::I32, Type::I64];
    let mut all = Vec::new();
    for (place, &narrow) in widths.iter().enumerate() {
        for &wide in &widths[place + 1..] {
            all.extend([(Conversion::Zext, narrow, wide), (Conversion::Sext, narrow, wide), (Conversion::Trunc, wide, narrow)]);
        }
    }
    for ty in INTS {
        all.extend([(Conversion::IntToFloat, ty, Type::F64), (Conversion::FloatToInt, Type::F64, ty)]);
    }
    all.extend([(Conversion::PtrToInt, Type::Ptr, Type::I64), (Conversion::IntToPtr, Type::I64, Type::Ptr)]);
    all.extend([(Conversion::FloatToBits, Type::F64, Type::I64), (Conversion::BitsToFloat, Type::I64, Type::F64)]);
    let used: std::collections::HashSet<Conversion> = all.iter().map(|&(op, ..)| op).collect();
    assert_eq!(used.len(), Conversion::ALL.len());
    let mut unit = Unit::new("test");
    let funcs: Vec<Func> =
        all.into_iter().map(|(op, from, to)| function(&mut unit, &[from], to, |b| b.convert(op, b.param(0), to))).collect();
    try_all(unit, &funcs);
}

#[test]
fn selects_and_constants() {
    let mut unit = Unit::new("test");
    let mut funcs = Vec::new();
    for &ty in Type::ALL {
        funcs.push(function(&mut unit, &[Type::I1, ty], ty, |b| {
            let other = match ty {
                Type::F64 => b.f64(f64::from_bits(0x7ff0_0000_dead_beef)),
                Type::Ptr => b.address_of(0x1234_5678_9abc),
                _ => b.int(ty, 0xfedc_ba98_7654_3210),
            };
            b.select(b.param(0), b.param(1), other)
        }));
    }
    funcs.push(function(&mut unit, &[Type::Ptr], Type::I1, |b| {
        let null = b.null();
        b.icmp(IntCond::Eq, b.param(0), null)
    }));
    // A signalling NaN stays the one that it is.
    funcs.push(function(&mut unit, &[Type::I1], Type::I64, |b| {
        let nan = b.f64(f64::from_bits(0x7ff0_0000_dead_beef));
        b.float_to_bits(nan)
    }));
    try_all(unit, &funcs);
}

#[test]
fn addresses() {
    let mut unit = Unit::new("test");
    let mut funcs = Vec::new();
    for (scale, offset) in [(1, 0), (8, 16), (24, -8), (0, i64::MIN), (u32::MAX, i64::MAX)] {
        funcs.push(function(&mut unit, &[Type::Ptr, Type::I64], Type::Ptr, |b| b.indexed(b.param(0), b.param(1), scale, offset)));
        funcs.push(function(&mut unit, &[Type::Ptr], Type::Ptr, |b| b.offset(b.param(0), offset)));
    }
    try_all(unit, &funcs);
}
