//! The text of units, as goldens in `tests/text`, and their way through bytes.
use lir::{
    Access, Addresses, Builder, Callee, Conversion, DecodeError, Effects, FloatCond, FloatOp, FloatUnary, IntCond, IntOp, Likely,
    Order, OverflowOp, Position, Results, Type, Unit, Value,
};
use std::path::Path;

fn check(name: &str, unit: &Unit) {
    assert_eq!(unit.verify(), Ok(()));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/text/{name}.lir"));
    testkit::golden::check_file(&path, &unit.to_string()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Unit::from_bytes(&unit.to_bytes()).as_ref(), Ok(unit));
}

/// Sums a list of words by a loop, in which a cold call reports an overflow.
fn sum() -> Unit {
    let mut unit = Unit::new("sum");
    let report = unit.symbol("report");
    let func = unit.function("sum", &[Type::Ptr, Type::I64], Results::One(Type::I64));
    let mut b = Builder::new(&mut unit, func);
    let (items, count) = (b.param(0), b.param(1));
    let [head, body, next, overflow, end] = std::array::from_fn(|_| b.block());
    let (number, total) = (b.block_param(head, Type::I64), b.block_param(head, Type::I64));
    let zero = b.i64(0);
    b.jump(head, &[zero, zero]);
    b.switch_to(head);
    b.at(Position(3));
    let more = b.icmp(IntCond::Ult, number, count);
    b.branch(more, (body, &[]), (end, &[]), Likely::Yes);
    b.switch_to(body);
    b.at(Position(4));
    let address = b.indexed(items, number, 8, 16);
    let item = b.load(Type::I64, address, 0, Access::class(2));
    let (sum, wraps) = b.overflow(OverflowOp::Add, total, item);
    b.branch(wraps, (overflow, &[]), (next, &[]), Likely::No);
    b.switch_to(next);
    let one = b.i64(1);
    let following = b.add(number, one);
    b.jump(head, &[following, sum]);
    b.switch_to(overflow);
    b.call(Callee::Symbol(report), &[number], Effects::WRITES.cold().never_returns());
    b.unreachable();
    b.switch_to(end);
    b.at(Position(5));
    b.ret(&[total]);
    unit
}

#[test]
fn a_loop() {
    check("sum", &sum());
}

/// Each kind of instruction, constant and terminator once.
fn everything() -> Unit {
    let mut unit = Unit::new("every \"kind\"");
    let outside = unit.symbol("outside");
    let table = unit.data([1, 2, 3, 255], 8);
    let pair = unit.function("pair", &[Type::F64], Results::Pair(Type::I64, Type::Ptr));
    let func = unit.function("everything", &[Type::I64, Type::F64, Type::Ptr, Type::I1], Results::None);
    let mut b = Builder::new(&mut unit, pair);
    let (_, slot) = b.slot(24, 16);
    let bits = b.float_to_bits(b.param(0));
    b.ret(&[bits, slot]);
    let mut b = Builder::new(&mut unit, func);
    let [int, float, pointer, truth] = std::array::from_fn(|number| b.param(number));
    numbers(&mut b, int, float, truth);
    memory(&mut b, int, pointer);
    let seen = b.call_one(Callee::Symbol(outside), &[int, float], Type::F64, Effects::READS);
    let (first, second) = b.call_two(Callee::Func(pair), &[seen], (Type::I64, Type::Ptr), Effects::WRITES);
    b.call(Callee::Pointer(second), &[first, truth], Effects::PURE.cold());
    let [one, two, last] = std::array::from_fn(|_| b.block());
    let param = b.block_param(two, Type::I64);
    b.switch(int, &[(1, one, &[]), (u64::MAX, two, &[first])], (last, &[]));
    b.switch_to(one);
    b.branch(truth, (two, &[int]), (last, &[]), Likely::Unknown);
    b.switch_to(two);
    b.branch(truth, (two, &[param]), (last, &[]), Likely::No);
    b.switch_to(last);
    let addresses = [b.null(), b.address_of(0x1234), b.address_of(0x5678), b.address_of(0x1234)];
    let named = [b.symbol_address(outside), b.data_address(table), b.func_address(pair)];
    b.call(
        Callee::Pointer(addresses[1]),
        &[addresses[0], addresses[2], addresses[3], named[0], named[1], named[2]],
        Effects::WRITES,
    );
    b.unreachable();
    unit
}

fn numbers(b: &mut Builder<'_>, int: Value, float: Value, truth: Value) {
    for &op in IntOp::ALL {
        b.binary(op, int, int);
    }
    for &op in OverflowOp::ALL {
        b.overflow(op, int, int);
    }
    let minus = b.int(Type::I16, 0xffff);
    b.icmp(IntCond::Slt, minus, minus);
    let (no, tenth, nan) = (b.i1(false), b.f64(0.1), b.f64(f64::NAN));
    b.icmp(IntCond::Ne, truth, no);
    for &op in FloatOp::ALL {
        b.float(op, float, tenth);
    }
    for &cond in FloatCond::ALL {
        b.fcmp(cond, float, nan);
    }
    for &op in FloatUnary::ALL {
        b.float_unary(op, float);
    }
    b.select(truth, float, nan);
    for (op, value, to) in [
        (Conversion::Zext, truth, Type::I8),
        (Conversion::Sext, truth, Type::I32),
        (Conversion::Trunc, int, Type::I16),
        (Conversion::IntToFloat, int, Type::F64),
        (Conversion::FloatToInt, float, Type::I32),
        (Conversion::FloatToBits, float, Type::I64),
        (Conversion::BitsToFloat, int, Type::F64),
        (Conversion::IntToPtr, int, Type::Ptr),
    ] {
        b.convert(op, value, to);
    }
}

fn memory(b: &mut Builder<'_>, int: Value, pointer: Value) {
    b.ptr_to_int(pointer);
    b.offset(pointer, -8);
    b.indexed(pointer, int, 24, 0);
    b.load(Type::I8, pointer, 3, Access::default());
    b.load(Type::Ptr, pointer, -16, Access::class(7).invariant().nonnull());
    b.store(pointer, 0, int, Access::class(7).aligned(1));
    b.atomic_load(Type::I64, pointer, 0, Order::Acquire);
    b.atomic_store(pointer, 8, int, Order::Release);
    b.compare_exchange(pointer, 0, int, int, Order::AcqRel);
    b.atomic_add(pointer, 0, int, Order::Relaxed);
}

#[test]
fn every_kind() {
    check("everything", &everything());
}

#[test]
fn real_addresses_are_shown_when_asked_for() {
    assert!(everything().text(Addresses::Real).contains("0x5678"));
}

#[test]
fn other_bytes_are_refused() {
    let bytes = sum().to_bytes();
    assert_eq!(Unit::from_bytes(&[]), Err(DecodeError::Version));
    assert_eq!(Unit::from_bytes(&[&[255], &bytes[1..]].concat()), Err(DecodeError::Version));
    assert!(matches!(Unit::from_bytes(&bytes[..bytes.len() - 1]), Err(DecodeError::Malformed(_))));
    assert!(matches!(Unit::from_bytes(&[&bytes[..], &[0]].concat()), Err(DecodeError::Malformed(_))));
}

/// Whatever a bit says instead: reading and checking end without a panic.
#[test]
fn damaged_bytes_do_no_harm() {
    let bytes = everything().to_bytes();
    for place in 4..bytes.len() {
        for flip in [1, 2, 0x10, 0x80] {
            let mut damaged = bytes.clone();
            damaged[place] ^= flip;
            if let Ok(unit) = Unit::from_bytes(&damaged) {
                let _ = unit.verify().map_err(|problems| problems.iter().map(ToString::to_string).collect::<String>());
                let _ = unit.to_string();
            }
        }
    }
}
