//! The interpreter: calls in both directions, memory, threads, traps. What each instruction computes is compared with compiled code in
//! `lower`'s tests; here are the cases that both could get wrong together.
#![allow(unsafe_code, reason = "calls the interpreter, and is called by it")]
use lir::eval::{Evaluator, Refused, Trap};
use lir::{
    Access, Builder, Callee, Conversion, Effects, FloatCond, FloatUnary, Func, IntCond, IntOp, Likely, Order, OverflowOp,
    Results, Type, Unit, Value,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A function of such parameters whose body gives its one result.
fn unit(params: &[Type], result: Type, body: impl FnOnce(&mut Builder<'_>) -> Value) -> (Unit, Func) {
    let mut unit = Unit::new("test");
    let func = unit.function("f", params, Results::One(result));
    let mut b = Builder::new(&mut unit, func);
    let value = body(&mut b);
    b.ret(&[value]);
    (unit, func)
}

fn call(evaluator: &Evaluator, func: Func, args: &[u64]) -> Result<[u64; 2], Trap> {
    // SAFETY: rule E1: the units of these tests access what their arguments name.
    unsafe { evaluator.call(func, args) }
}

fn value(params: &[Type], result: Type, args: &[u64], body: impl FnOnce(&mut Builder<'_>) -> Value) -> Result<u64, Trap> {
    let (unit, func) = unit(params, result, body);
    call(&Evaluator::new(unit, |_, _| None).expect("the unit is fine"), func, args).map(|results| results[0])
}

fn int(op: IntOp, ty: Type, left: u64, right: u64) -> Result<u64, Trap> {
    value(&[ty, ty], ty, &[left, right], |b| b.binary(op, b.param(0), b.param(1)))
}

#[test]
fn integers() {
    assert_eq!(int(IntOp::Add, Type::I8, 200, 100), Ok(44));
    assert_eq!(int(IntOp::Mul, Type::I64, 1 << 63, 3), Ok(1 << 63));
    assert_eq!(int(IntOp::Ashr, Type::I16, 0x8000, 4), Ok(0xf800));
    assert_eq!(int(IntOp::Lshr, Type::I16, 0x8000, 20), Ok(0x0800));
    assert_eq!(int(IntOp::Shl, Type::I32, 1, 33), Ok(2));
    assert_eq!(int(IntOp::Sdiv, Type::I8, 0xf9, 2), Ok(0xfd));
    assert_eq!(int(IntOp::Srem, Type::I8, 0xf9, 2), Ok(0xff));
    assert_eq!(int(IntOp::Udiv, Type::I8, 0xf9, 2), Ok(124));
    assert_eq!(int(IntOp::Sdiv, Type::I8, 0x80, 0xff), Err(Trap::Division));
    assert_eq!(int(IntOp::Urem, Type::I64, 1, 0), Err(Trap::Division));
    let wraps = |op, left, right| {
        value(&[Type::I8, Type::I8], Type::I1, &[left, right], |b| b.overflow(op, b.param(0), b.param(1)).1)
            .expect("it has a result")
    };
    assert_eq!([wraps(OverflowOp::Add, 127, 1), wraps(OverflowOp::Add, 255, 1), wraps(OverflowOp::Sub, 0x80, 1)], [1, 0, 1]);
    assert_eq!([wraps(OverflowOp::Mul, 0x80, 255), wraps(OverflowOp::Mul, 11, 11)], [1, 0]);
}

#[test]
fn floats() {
    let unary = |op, float: f64| {
        let bits = value(&[Type::F64], Type::F64, &[float.to_bits()], |b| b.float_unary(op, b.param(0)));
        f64::from_bits(bits.expect("it has a result"))
    };
    assert_eq!([unary(FloatUnary::Rint, 2.5), unary(FloatUnary::Floor, -0.5), unary(FloatUnary::Trunc, -1.5)], [2.0, -1.0, -1.0]);
    let to_int = |ty, float: f64| value(&[Type::F64], ty, &[float.to_bits()], |b| b.float_to_int(b.param(0), ty));
    assert_eq!(to_int(Type::I64, 1e300), Ok(i64::MAX as u64));
    assert_eq!(to_int(Type::I8, -1000.0), Ok(0x80));
    assert_eq!(to_int(Type::I32, f64::NAN), Ok(0));
    let compare = |cond, left: f64, right: f64| {
        value(&[Type::F64, Type::F64], Type::I1, &[left.to_bits(), right.to_bits()], |b| b.fcmp(cond, b.param(0), b.param(1)))
    };
    assert_eq!(compare(FloatCond::Une, f64::NAN, f64::NAN), Ok(1));
    assert_eq!(compare(FloatCond::One, f64::NAN, 1.0), Ok(0));
    let narrow = value(&[Type::I8], Type::F64, &[255], |b| b.convert(Conversion::IntToFloat, b.param(0), Type::F64));
    assert_eq!(narrow, Ok((-1.0f64).to_bits()));
}

#[test]
fn memory_of_every_kind() {
    let mut words = [5u64, 0x1122_3344_5566_7788];
    let address = (&raw mut words).expose_provenance() as u64;
    let result = value(&[Type::Ptr], Type::I64, &[address], |b| {
        let pointer = b.param(0);
        let two = b.i64(2);
        let old = b.atomic_add(pointer, 0, two, Order::SeqCst);
        let nine = b.i64(9);
        let (seen, replaced) = b.compare_exchange(pointer, 0, old, nine, Order::AcqRel);
        let replaced = b.zext(replaced, Type::I64);
        let both = b.add(seen, replaced);
        let middle = b.load(Type::I16, pointer, 11, Access::default().aligned(1));
        b.store(pointer, 8, middle, Access::default());
        let (_, slot) = b.slot(8, 64);
        b.store(slot, 0, both, Access::default());
        b.load(Type::I64, slot, 0, Access::default())
    });
    assert_eq!(result, Ok(7));
    assert_eq!(words, [7, 0x1122_3344_5566_4455]);
}

#[test]
fn data_lies_where_it_should() {
    let mut unit = Unit::new("test");
    let table = unit.data([7, 8, 9], 4096);
    let func = unit.function("f", &[Type::I64], Results::Pair(Type::I64, Type::Ptr));
    let mut b = Builder::new(&mut unit, func);
    let table = b.data_address(table);
    let place = b.indexed(table, b.param(0), 1, 0);
    let byte = b.load(Type::I8, place, 0, Access::default().invariant());
    let byte = b.zext(byte, Type::I64);
    b.ret(&[byte, table]);
    let evaluator = Evaluator::new(unit, |_, _| None).expect("the unit is fine");
    let [byte, address] = call(&evaluator, func, &[2]).expect("it returns");
    assert_eq!((byte, address % 4096), (9, 0));
}

extern "C" fn mixed(a: u64, b: f64, c: u8, d: f64, e: u64, f: u64, g: u64, h: u64) -> u64 {
    a + b as u64 * 10 + u64::from(c) * 100 + d as u64 * 1_000 + e * 10_000 + f * 100_000 + g * 1_000_000 + h * 10_000_000
}

extern "C" fn eight(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64) -> u64 {
    mixed(a, b as f64, c as u8, d as f64, e, f, g, h)
}

extern "C" fn half(value: f64) -> f64 {
    value / 2.0
}

#[repr(C)]
struct Two(usize, usize);

extern "C" fn swap(first: usize, second: usize) -> Two {
    Two(second, first)
}

extern "C" fn is_even(value: u32) -> bool {
    value.is_multiple_of(2)
}

fn address(name: &str) -> Option<u64> {
    let function = match name {
        "mixed" => mixed as *const (),
        "eight" => eight as *const (),
        "half" => half as *const (),
        "swap" => swap as *const (),
        "is_even" => is_even as *const (),
        "again" => again as *const (),
        _ => return None,
    };
    Some(function.expose_provenance() as u64)
}

/// A unit that hands its parameters to an outside function.
fn through(name: &str, params: &[Type], results: Results, args: &[u64]) -> [u64; 2] {
    let mut unit = Unit::new("test");
    let outside = unit.symbol(name);
    let func = unit.function("f", params, results);
    let mut b = Builder::new(&mut unit, func);
    let given: Vec<Value> = (0..params.len()).map(|number| b.param(number)).collect();
    match results {
        Results::One(ty) => {
            let value = b.call_one(Callee::Symbol(outside), &given, ty, Effects::WRITES);
            b.ret(&[value]);
        }
        Results::Pair(first, second) => {
            let pointer = b.symbol_address(outside);
            let (first, second) = b.call_two(Callee::Pointer(pointer), &given, (first, second), Effects::WRITES);
            b.ret(&[first, second]);
        }
        Results::None => b.ret(&[]),
    }
    let evaluator = Evaluator::new(unit, |_, name| address(name)).expect("the unit is fine");
    call(&evaluator, func, args).expect("it returns")
}

#[test]
fn calls_of_c() {
    let (w, f) = (Type::I64, Type::F64);
    let params = [w, f, Type::I8, f, w, w, w, w];
    assert_eq!(through("mixed", &params, Results::One(w), &[1, 2f64.to_bits(), 3, 4f64.to_bits(), 5, 6, 7, 8])[0], 87_654_321);
    assert_eq!(through("eight", &[w; 8], Results::One(w), &[1, 2, 3, 4, 5, 6, 7, 8])[0], 87_654_321);
    assert_eq!(through("half", &[f], Results::One(f), &[3f64.to_bits()])[0], 1.5f64.to_bits());
    assert_eq!(through("swap", &[w, w], Results::Pair(w, Type::Ptr), &[1, 2]), [2, 1]);
    assert_eq!(through("is_even", &[Type::I32], Results::One(Type::I1), &[4])[0], 1);
    assert_eq!(through("is_even", &[Type::I32], Results::One(Type::I1), &[0xffff_ffff])[0], 0);
}

#[test]
fn unknown_symbols_are_named() {
    let (mut unit, _) = unit(&[], Type::I64, |b| b.i64(0));
    unit.symbol("nowhere");
    assert_eq!(Evaluator::new(unit, |_, name| address(name)).err(), Some(Refused::Unresolved("nowhere".to_owned())));
}

/// Calls the evaluator again, which is on its way through this very function.
extern "C" fn again(evaluator: *const Evaluator, depth: u64) -> u64 {
    // SAFETY: the test keeps the evaluator that it handed in.
    let evaluator = unsafe { &*evaluator };
    call(evaluator, lir::Index::new(0), &[(evaluator as *const Evaluator).expose_provenance() as u64, depth]).expect("it returns")
        [0]
}

/// `depth` plus what the same function returns for one less, by way of C.
fn deep() -> (Unit, Func) {
    unit(&[Type::Ptr, Type::I64], Type::I64, |b| {
        let outside = b.unit.symbol("again");
        let [more, end] = std::array::from_fn(|_| b.block());
        let result = b.block_param(end, Type::I64);
        let (zero, one) = (b.i64(0), b.i64(1));
        let last = b.icmp(IntCond::Eq, b.param(1), zero);
        b.branch(last, (end, &[zero]), (more, &[]), Likely::No);
        b.switch_to(more);
        let less = b.sub(b.param(1), one);
        let rest = b.call_one(Callee::Symbol(outside), &[b.param(0), less], Type::I64, Effects::WRITES);
        let sum = b.add(rest, b.param(1));
        b.jump(end, &[sum]);
        b.switch_to(end);
        result
    })
}

#[test]
fn again_and_from_several_threads() {
    let (unit, func) = deep();
    let evaluator = Arc::new(Evaluator::new(unit, |_, name| address(name)).expect("the unit is fine"));
    let total = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for depth in [10, 20, 30, 40] {
            let (evaluator, total) = (&evaluator, &total);
            scope.spawn(move || {
                for _ in 0..50 {
                    let own = Arc::as_ptr(evaluator).expose_provenance() as u64;
                    let [sum, _] = call(evaluator, func, &[own, depth]).expect("it returns");
                    total.fetch_add(sum, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(total.into_inner(), 50 * (55 + 210 + 465 + 820));
}

/// A loop whose parameters change places at each turn: all of them change at once.
#[test]
fn block_parameters_change_at_once() {
    let (unit, func) = unit(&[Type::I64], Type::I64, |b| {
        let [head, body, end] = std::array::from_fn(|_| b.block());
        let [number, left, right] = std::array::from_fn(|_| b.block_param(head, Type::I64));
        let (zero, one) = (b.i64(0), b.i64(1));
        b.jump(head, &[zero, zero, one]);
        b.switch_to(head);
        let more = b.icmp(IntCond::Slt, number, b.param(0));
        b.branch(more, (body, &[]), (end, &[]), Likely::Yes);
        b.switch_to(body);
        let (next, sum) = (b.add(number, one), b.add(left, right));
        b.jump(head, &[next, right, sum]);
        b.switch_to(end);
        left
    });
    let evaluator = Evaluator::new(unit, |_, _| None).expect("the unit is fine");
    assert_eq!(call(&evaluator, func, &[50]), Ok([12_586_269_025, 0]));
}

#[test]
fn traps() {
    let mut unit = Unit::new("test");
    let func = unit.function("f", &[], Results::None);
    Builder::new(&mut unit, func).unreachable();
    let evaluator = Evaluator::new(unit, |_, _| None).expect("the unit is fine");
    assert_eq!(call(&evaluator, func, &[]), Err(Trap::Unreachable));
    let own = value(&[], Type::Ptr, &[], |b| {
        let func = b.func();
        b.func_address(func)
    });
    assert_eq!(own, Err(Trap::NoEntry));
}
