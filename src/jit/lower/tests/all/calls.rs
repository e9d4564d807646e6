//! Calls: into Rust, through pointers, between functions, from Rust.
use crate::harness::{F0, Resolve, Three, function, load, region, three};
use code::{Region, RegionError};
use lir::door::{Options, Text, Tier};
use lir::eval::{Evaluator, call_address};
use lir::{Access, Builder, Callee, Effects, Results, Symbol, Type, Unit, Value};

extern "C" fn mixed(a: u64, b: f64, c: u8, d: f64, e: u64, f: u64, g: u64, h: u64) -> u64 {
    a + b as u64 * 10 + u64::from(c) * 100 + d as u64 * 1_000 + e * 10_000 + f * 100_000 + g * 1_000_000 + h * 10_000_000
}

extern "C" fn eight(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64) -> u64 {
    mixed(a, b as f64, c as u8, d as f64, e, f, g, h)
}

extern "C" fn floats(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64) -> f64 {
    a - b * 2.0 + c * 3.0 - d * 4.0 + e * 5.0 - f * 6.0 + g * 7.0 - h * 8.0
}

#[repr(C)]
struct Two(usize, *const u8);

extern "C" fn swap(first: usize, second: *const u8) -> Two {
    Two(second.expose_provenance(), std::ptr::with_exposed_provenance(first))
}

extern "C" fn narrow(a: u8, b: u16, c: bool, d: u32) -> u16 {
    u16::from(a) ^ b ^ u16::from(c) ^ d as u16
}

extern "C" fn is_even(value: u32) -> bool {
    value.is_multiple_of(2)
}

extern "C" fn nothing() {}

/// Says what it got, and where it was told to.
extern "C" fn note(place: *mut u64, value: u64) {
    // SAFETY: the unit hands on a place of the test's.
    unsafe { *place = *place * 10 + value };
}

fn address(name: &str) -> Option<u64> {
    let function = match name {
        "mixed" => mixed as *const (),
        "eight" => eight as *const (),
        "floats" => floats as *const (),
        "swap" => swap as *const (),
        "narrow" => narrow as *const (),
        "is_even" => is_even as *const (),
        "nothing" => nothing as *const (),
        "note" => note as *const (),
        _ => return None,
    };
    Some(function.expose_provenance() as u64)
}

/// A function that hands its parameters on and returns what comes back, by way of the symbol or of its address.
fn through(name: &str, params: &[Type], results: Results, by_pointer: bool) -> Three {
    let mut unit = Unit::new("test");
    let outside = unit.symbol(name);
    let func = unit.function("through", params, results);
    let mut b = Builder::new(&mut unit, func);
    let given: Vec<Value> = (0..params.len()).map(|number| b.param(number)).collect();
    let callee = if by_pointer { Callee::Pointer(b.symbol_address(outside)) } else { Callee::Symbol(outside) };
    match results {
        Results::None => {
            b.call(callee, &given, Effects::WRITES);
            b.ret(&[]);
        }
        Results::One(ty) => {
            let value = b.call_one(callee, &given, ty, Effects::WRITES);
            b.ret(&[value]);
        }
        Results::Pair(first, second) => {
            let (first, second) = b.call_two(callee, &given, (first, second), Effects::WRITES);
            b.ret(&[first, second]);
        }
    }
    Three::new(unit, address)
}

#[test]
fn of_every_shape() {
    let (w, f) = (Type::I64, Type::F64);
    let float = |value: f64| value.to_bits();
    for by_pointer in [false, true] {
        let check = |name: &str, params: &[Type], results, args: &[u64], expected: [u64; 2]| {
            assert_eq!(through(name, params, results, by_pointer).same(F0(), args), Some(expected), "{name}");
        };
        let all = [w, f, Type::I8, f, w, w, w, w];
        check("mixed", &all, Results::One(w), &[1, float(2.0), 3, float(4.0), 5, 6, 7, 8], [87_654_321, 0]);
        check("eight", &[w; 8], Results::One(w), &[1, 2, 3, 4, 5, 6, 7, 8], [87_654_321, 0]);
        let numbers: Vec<u64> = (1..=8).map(|number| float(f64::from(number))).collect();
        check("floats", &[f; 8], Results::One(f), &numbers, [float(-36.0), 0]);
        check("swap", &[w, Type::Ptr], Results::Pair(w, Type::Ptr), &[11, 22], [22, 11]);
        check(
            "narrow",
            &[Type::I8, Type::I16, Type::I1, Type::I32],
            Results::One(Type::I16),
            &[0x81, 0x8000, 1, 0xffff_0100],
            [0x8180, 0],
        );
        check("is_even", &[Type::I32], Results::One(Type::I1), &[0xffff_fffe], [1, 0]);
        check("nothing", &[], Results::None, &[], [0, 0]);
    }
}

/// A symbol that is called in two ways, and named.
#[test]
fn one_symbol_in_several_ways() {
    let unit = three(&[Type::I64, Type::F64], Type::I64, address, |b| {
        let outside = b.unit.symbol("eight");
        let (word, float) = (b.param(0), b.param(1));
        let bits = b.float_to_bits(float);
        let first = b.call_one(Callee::Symbol(outside), &[word; 8], Type::I64, Effects::READS);
        let second =
            b.call_one(Callee::Symbol(outside), &[word, bits, word, word, word, word, word, bits], Type::Ptr, Effects::READS);
        let (second, named) = (b.ptr_to_int(second), b.symbol_address(outside));
        let (named, sum) = (b.ptr_to_int(named), b.add(first, second));
        b.xor(sum, named)
    });
    unit.same(F0(), &[3, 4]);
}

/// Calls are made in order, and as often as they stand there; those that nobody needs and that do nothing are left out.
#[test]
fn effects() {
    let unit = three(&[Type::Ptr], Type::I64, address, |b| {
        let outside = b.unit.symbol("note");
        for number in [1, 2, 3, 2] {
            let number = b.i64(number);
            b.call(Callee::Symbol(outside), &[b.param(0), number], Effects::WRITES.cold());
        }
        b.load(Type::I64, b.param(0), 0, Access::default())
    });
    for form in 0..3 {
        let mut place = 0u64;
        let args = [(&raw mut place).expose_provenance() as u64];
        let result = if form == 0 { unit.interpret(F0(), &args).expect("it returns") } else { unit.run(form - 1, F0(), &args) };
        assert_eq!((result[0], place), (1232, 1232));
    }
    for (effects, calls) in [(Effects::PURE, 1), (Effects::READS, 1), (Effects::WRITES, 2)] {
        let mut unit = Unit::new("test");
        let outside = unit.symbol("eight");
        function(&mut unit, &[Type::I64], Type::I64, |b| {
            let first = b.call_one(Callee::Symbol(outside), &[b.param(0); 8], Type::I64, effects);
            let second = b.call_one(Callee::Symbol(outside), &[b.param(0); 8], Type::I64, effects);
            b.add(first, second)
        });
        let options = Options { text: Text::OptimizedIr, ..Options::tier(Tier::Two) };
        let text = crate::harness::back_end().compile(&unit, options).expect("it compiles").text;
        assert_eq!(text.matches(" call ").count(), calls, "{text}");
    }
}

/// Two functions that call each other, and a third that is given one's address.
#[test]
fn between_functions() {
    let mut unit = Unit::new("test");
    let [even, odd] = ["even", "odd"].map(|name| unit.function(name, &[Type::I64], Results::One(Type::I1)));
    for (own, other, at_zero) in [(even, odd, true), (odd, even, false)] {
        let mut b = Builder::new(&mut unit, own);
        let [zero, more] = std::array::from_fn(|_| b.block());
        let (none, one) = (b.i64(0), b.i64(1));
        let done = b.icmp(lir::IntCond::Eq, b.param(0), none);
        b.branch(done, (zero, &[]), (more, &[]), lir::Likely::Unknown);
        b.switch_to(zero);
        let answer = b.i1(at_zero);
        b.ret(&[answer]);
        b.switch_to(more);
        let less = b.sub(b.param(0), one);
        let answer = b.call_one(Callee::Func(other), &[less], Type::I1, Effects::WRITES);
        b.ret(&[answer]);
    }
    let named = function(&mut unit, &[Type::I64], Type::I1, |b| {
        let even = b.func_address(even);
        b.call_one(Callee::Pointer(even), &[b.param(0)], Type::I1, Effects::WRITES)
    });
    let three = Three::new(unit, address);
    for number in [0, 1, 10, 77] {
        three.same(odd, &[number]);
        let expected = [u64::from(number % 2 == 0), 0];
        assert_eq!((three.run(0, named, &[number]), three.run(1, named, &[number])), (expected, expected));
    }
}

/// Symbols further away than a call reaches.
#[test]
fn far_away() {
    let far = Region::new(0x10_0000_0000, 1 << 20, 1 << 20).or_else(|error| match error {
        RegionError::NoPlace => Region::new(0x2000_0000_0000, 1 << 20, 1 << 20),
        error => Err(error),
    });
    let far = far.expect("there is room somewhere");
    let helper = address("eight").expect("it is there") as usize;
    assert!(!far.reaches(helper) && region().reaches(helper));
    for by_pointer in [false, true] {
        let near = through("eight", &[Type::I64; 8], Results::One(Type::I64), by_pointer);
        let unit = near.evaluator.unit();
        for tier in [Tier::One, Tier::Two] {
            let object = crate::harness::compile(unit, tier);
            let loaded =
                far.load(&object, |symbol: Symbol| address(&unit.symbols[symbol].name).map(|at| at as usize)).expect("it loads");
            let args = [1, 2, 3, 4, 5, 6, 7, 8];
            // SAFETY: rule E1, and the code was made of this function.
            let found = unsafe {
                call_address(loaded.entry(F0()) as u64, args.map(|arg| (Type::I64, arg)).into_iter(), Results::One(Type::I64))
            };
            assert_eq!(found[0], 87_654_321);
        }
    }
}

#[test]
fn who_is_not_there_is_named() {
    let mut unit = Unit::new("test");
    let outside = unit.symbol("nowhere");
    function(&mut unit, &[], Type::I64, |b| b.call_one(Callee::Symbol(outside), &[], Type::I64, Effects::WRITES));
    let error = region().load(&crate::harness::compile(&unit, Tier::One), |_| None).err().expect("it is refused");
    assert_eq!(error.to_string(), "no address for s0");
}

/// An interpreted unit has addresses, too, and C cannot tell it from a compiled one.
#[test]
fn interpreted_units_are_called_like_compiled_ones() {
    let resolve: Resolve = address;
    let mut unit = Unit::new("test");
    let outside = unit.symbol("mixed");
    let (w, f) = (Type::I64, Type::F64);
    let params = [w, f, Type::I8, f, w, w, w, w];
    let mixed = function(&mut unit, &params, w, |b| {
        let given: Vec<Value> = (0..8).map(|number| b.param(number)).collect();
        b.call_one(Callee::Symbol(outside), &given, w, Effects::WRITES)
    });
    let eight = function(&mut unit, &[w; 8], w, |b| {
        let given: Vec<Value> = (0..8).map(|number| b.param(number)).collect();
        given.into_iter().reduce(|left, right| b.sub(left, right)).expect("there are some")
    });
    let half = function(&mut unit, &[f, f], f, |b| b.fdiv(b.param(0), b.param(1)));
    let pair = unit.function("pair", &[w, w], Results::Pair(w, Type::Ptr));
    let mut b = Builder::new(&mut unit, pair);
    let (second, first) = (b.param(0), b.param(1));
    let second = b.int_to_ptr(second);
    b.ret(&[first, second]);
    let by_address = function(&mut unit, &[w; 8], w, |b| {
        let given: Vec<Value> = (0..8).map(|number| b.param(number)).collect();
        let eight = b.func_address(eight);
        b.call_one(Callee::Pointer(eight), &given, w, Effects::WRITES)
    });
    let compiled = load(&unit, Tier::One, resolve);
    let evaluator = Evaluator::new(unit.clone(), |_, name| resolve(name)).expect("the unit is fine");
    let evaluated = region().enter(evaluator).expect("there is room");
    let float = |value: f64| value.to_bits();
    let numbers = [1, 2, 3, 4, 5, 6, 7, 8];
    let cases: [(_, &[u64]); 5] = [
        (mixed, &[1, float(2.0), 3, float(4.0), 5, 6, 7, 8]),
        (eight, &numbers),
        (half, &[float(3.0), float(2.0)]),
        (pair, &[7, 9]),
        (by_address, &numbers),
    ];
    for (func, args) in cases {
        let function = &unit.functions[func];
        let call = |entry: usize| {
            // SAFETY: rule E1, and at both addresses is this function.
            unsafe { call_address(entry as u64, function.params.iter().copied().zip(args.iter().copied()), function.results) }
        };
        assert_eq!(call(evaluated.entry(func)), call(compiled.entry(func)), "{}", function.name);
    }
}
