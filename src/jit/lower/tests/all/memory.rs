//! Loads, stores, atomics, constants, slots, alias classes.
use crate::harness::{F0, Three, function, interesting, nothing, three};
use lir::door::Tier;
use lir::{Access, Builder, IntOp, Order, Results, Type, Unit, Value};
use std::sync::atomic::{AtomicU64, Ordering};

const STORED: [Type; 6] = [Type::I8, Type::I16, Type::I32, Type::I64, Type::F64, Type::Ptr];

/// Runs a function on memory of the same contents in all three forms, and compares what it leaves there.
fn on_memory(three: &Three, args: &[u64]) -> [u64; 4] {
    let start = [0x0123_4567_89ab_cdef_u64, u64::MAX, 0, 0x8000_0000_0000_0001];
    let mut seen = Vec::new();
    for form in 0..3 {
        let mut memory = start;
        let mut all = vec![(&raw mut memory).expose_provenance() as u64];
        all.extend(args);
        let result = match form {
            0 => three.interpret(F0(), &all).expect("it returns"),
            tier => three.run(tier - 1, F0(), &all),
        };
        seen.push((result, memory));
    }
    assert!(seen.iter().all(|form| *form == seen[0]), "{seen:x?}");
    seen[0].1
}

#[test]
fn loads_and_stores() {
    for ty in STORED {
        for (offset, align) in [(0, 0), (8, 0), (3, 1), (16, 2)] {
            let access = Access::class(1).aligned(align);
            let unit = three(&[Type::Ptr, ty], ty, nothing, |b| {
                let old = b.load(ty, b.param(0), offset, access);
                b.store(b.param(0), offset, b.param(1), access);
                old
            });
            for value in interesting(ty) {
                on_memory(&unit, &[value]);
            }
        }
    }
}

#[test]
fn atomics() {
    for ty in STORED {
        let unit = three(&[Type::Ptr, ty], ty, nothing, |b| {
            let old = b.atomic_load(ty, b.param(0), 8, Order::Acquire);
            b.atomic_store(b.param(0), 8, b.param(1), Order::Release);
            b.atomic_store(b.param(0), 16, old, Order::SeqCst);
            b.atomic_load(ty, b.param(0), 0, Order::Relaxed)
        });
        on_memory(&unit, &[0x4142_4344_4546_4748]);
    }
    for ty in STORED.into_iter().filter(|ty| ty.is_number()) {
        for &order in Order::ALL {
            on_memory(&three(&[Type::Ptr, ty], ty, nothing, |b| b.atomic_add(b.param(0), 8, b.param(1), order)), &[5]);
        }
    }
    for ty in STORED.into_iter().filter(|&ty| ty != Type::F64) {
        for &order in Order::ALL {
            let unit = exchange(ty, order);
            for expected in [u64::MAX, 3] {
                on_memory(&unit, &[expected]);
            }
        }
    }
}

/// Replaces the second word if it is what is expected, and stores into the third whether it was.
fn exchange(ty: Type, order: Order) -> Three {
    three(&[Type::Ptr, ty], ty, nothing, |b| {
        let new = b.load(ty, b.param(0), 24, Access::default());
        let (old, replaced) = b.compare_exchange(b.param(0), 8, b.param(1), new, order);
        let replaced = b.zext(replaced, Type::I8);
        b.store(b.param(0), 16, replaced, Access::default());
        old
    })
}

#[test]
fn threads_count_together() {
    let unit = three(&[Type::Ptr, Type::I64], Type::I64, nothing, |b| b.atomic_add(b.param(0), 0, b.param(1), Order::Relaxed));
    let total = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for tier in [0, 1, 0, 1] {
            let (unit, total) = (&unit, &total);
            scope.spawn(move || {
                for _ in 0..10_000 {
                    unit.run(tier, F0(), &[total.as_ptr().expose_provenance() as u64, 3]);
                }
            });
        }
    });
    assert_eq!(total.load(Ordering::Relaxed), 4 * 10_000 * 3);
}

#[test]
fn constants_come_along() {
    let mut unit = Unit::new("test");
    let primes = unit.data([2, 3, 5, 7, 11, 13, 17, 19], 16);
    let other = unit.data(7u64.to_le_bytes(), 4096);
    let func = function(&mut unit, &[Type::I64], Type::I64, |b| {
        let (table, word) = (b.data_address(primes), b.data_address(other));
        let place = b.indexed(table, b.param(0), 1, 0);
        let prime = b.load(Type::I8, place, 0, Access::default().invariant());
        let (prime, word) = (b.zext(prime, Type::I64), b.load(Type::I64, word, 0, Access::default()));
        b.add(prime, word)
    });
    let address = function(&mut unit, &[], Type::Ptr, |b| b.data_address(other));
    let three = Three::new(unit, nothing);
    for number in 0..8 {
        three.same(func, &[number]);
    }
    for tier in 0..2 {
        assert_eq!(three.run(tier, address, &[])[0] % 4096, 0);
    }
}

/// Slots are the activation's own, also where the function calls itself.
#[test]
fn slots_are_each_activations_own() {
    let mut unit = Unit::new("test");
    let func = unit.function("sum", &[Type::I64], Results::One(Type::I64));
    let mut b = Builder::new(&mut unit, func);
    let (_, slot) = b.slot(64, 64);
    let [more, end] = std::array::from_fn(|_| b.block());
    let place = b.indexed(slot, b.param(0), 0, 8);
    b.store(place, 0, b.param(0), Access::class(3));
    let zero = b.i64(0);
    let last = b.icmp(lir::IntCond::Eq, b.param(0), zero);
    b.branch(last, (end, &[]), (more, &[]), lir::Likely::No);
    b.switch_to(end);
    b.ret(&[zero]);
    b.switch_to(more);
    let one = b.i64(1);
    let less = b.sub(b.param(0), one);
    let rest = b.call_one(lir::Callee::Func(func), &[less], Type::I64, lir::Effects::WRITES);
    let own = b.load(Type::I64, place, 0, Access::class(3));
    let sum = b.add(rest, own);
    b.ret(&[sum]);
    assert_eq!(Three::new(unit, nothing).same(func, &[100]), Some([5050, 0]));
}

/// What a loop loads over and over is loaded once if its class says that the loop's stores are elsewhere, and only then.
#[test]
fn classes_separate() {
    for (class, loads) in [(2, 1), (1, 2), (0, 2)] {
        let mut unit = Unit::new("test");
        let func = function(&mut unit, &[Type::Ptr, Type::Ptr], Type::I64, |b| {
            let first = b.load(Type::I64, b.param(0), 0, Access::class(class));
            let six = b.i64(6);
            b.store(b.param(1), 0, six, Access::class(1));
            let second = b.load(Type::I64, b.param(0), 0, Access::class(class));
            b.binary(IntOp::Add, first, second)
        });
        for tier in [Tier::One, Tier::Two] {
            assert_eq!(loads_of(&unit, tier), loads, "class {class}, {tier:?}");
        }
        // The same place for both, which the first class says that it is not.
        if class != 2 {
            let three = Three::new(unit, nothing);
            for form in 0..3 {
                let mut word = 5u64;
                let place = (&raw mut word).expose_provenance() as u64;
                let found = if form == 0 {
                    three.interpret(func, &[place; 2]).expect("it returns")
                } else {
                    three.run(form - 1, func, &[place; 2])
                };
                assert_eq!((found[0], word), (11, 6));
            }
        }
    }
}

/// Loads in the IR of a tier's back end, behind its passes.
fn loads_of(unit: &Unit, tier: Tier) -> usize {
    let options = lir::door::Options { text: lir::door::Text::OptimizedIr, ..lir::door::Options::tier(tier) };
    let text = crate::harness::back_end().compile(unit, options).expect("it compiles").text;
    text.matches(if tier == Tier::One { " load.i64" } else { " load i64" }).count()
}

/// An invariant load may be done before a call that writes. (Tier 1 does not.)
#[test]
fn invariant_loads_pass_calls() {
    for (access, loads) in [(Access::default(), 2), (Access::default().invariant(), 1)] {
        let mut unit = Unit::new("test");
        function(&mut unit, &[Type::Ptr, Type::Ptr], Type::I64, |b| {
            let load = |b: &mut Builder<'_>| -> Value { b.load(Type::I64, b.param(0), 0, access) };
            let first = load(b);
            b.call(lir::Callee::Pointer(b.param(1)), &[], lir::Effects::WRITES);
            let second = load(b);
            b.add(first, second)
        });
        assert_eq!(loads_of(&unit, Tier::Two), loads);
    }
}

extern "C" fn outside() {}

fn address(name: &str) -> Option<u64> {
    (name == "outside").then(|| (outside as *const ()).expose_provenance() as u64)
}

/// A switch that chooses between addresses, which tier 2 makes a table of.
#[test]
fn tables_of_addresses() {
    let mut unit = Unit::new("test");
    let symbol = unit.symbol("outside");
    let constants: Vec<lir::Data> = (0..6).map(|number| unit.data([number; 8], 8)).collect();
    let func = unit.function("choose", &[Type::I64], Results::One(Type::I8));
    let named = unit.function("named", &[Type::I64], Results::One(Type::Ptr));
    for (func, loads) in [(func, true), (named, false)] {
        let mut b = Builder::new(&mut unit, func);
        let end = b.block();
        let chosen = b.block_param(end, Type::Ptr);
        let other = if loads { b.data_address(constants[5]) } else { b.symbol_address(symbol) };
        let addresses: Vec<Value> = constants.iter().map(|&data| b.data_address(data)).collect();
        let cases: Vec<_> = (0..6).map(|number| (number as u64, end, &addresses[number..=number])).collect();
        b.switch(b.param(0), &cases, (end, &[other]));
        b.switch_to(end);
        let result = if loads { b.load(Type::I8, chosen, 3, Access::default()) } else { chosen };
        b.ret(&[result]);
    }
    let three = Three::new(unit, address);
    for number in 0..10 {
        three.same(func, &[number]);
        for tier in 0..2 {
            let found = three.run(tier, named, &[number])[0];
            assert_eq!(found == address("outside").expect("it is there"), number > 5);
        }
    }
}

/// A loop that LLVM makes a call of C's library of.
#[test]
fn loops_that_become_calls() {
    let mut unit = Unit::new("test");
    let func = unit.function("clear", &[Type::Ptr, Type::I64], Results::None);
    let mut b = Builder::new(&mut unit, func);
    let [head, body, end] = std::array::from_fn(|_| b.block());
    let number = b.block_param(head, Type::I64);
    let (zero, one, seven) = (b.i64(0), b.i64(1), b.int(Type::I8, 7));
    b.jump(head, &[zero]);
    b.switch_to(head);
    let more = b.icmp(lir::IntCond::Ult, number, b.param(1));
    b.branch(more, (body, &[]), (end, &[]), lir::Likely::Unknown);
    b.switch_to(body);
    let place = b.indexed(b.param(0), number, 1, 0);
    b.store(place, 0, seven, Access::default());
    let next = b.add(number, one);
    b.jump(head, &[next]);
    b.switch_to(end);
    b.ret(&[]);
    let options = lir::door::Options { text: lir::door::Text::Assembly, ..lir::door::Options::tier(lir::door::Tier::Two) };
    let text = crate::harness::back_end().compile(&unit, options).expect("it compiles").text;
    assert!(text.contains("memset"), "{text}");
    let three = Three::new(unit, nothing);
    for tier in 0..2 {
        let mut bytes = [0u8; 100];
        three.run(tier, func, &[bytes.as_mut_ptr().expose_provenance() as u64, 99]);
        assert_eq!((bytes[0], bytes[98], bytes[99]), (7, 7, 0));
    }
}

/// A frame of several pages is touched page by page, also where the function's slots lie next to the end of the stack.
#[test]
fn large_frames_are_probed() {
    let mut unit = Unit::new("test");
    let func = function(&mut unit, &[Type::I64], Type::I64, |b| {
        let outside = b.unit.symbol("outside");
        let (_, slot) = b.slot(65_536, 16);
        let place = b.indexed(slot, b.param(0), 8, 0);
        b.store(place, 0, b.param(0), Access::default());
        b.call(lir::Callee::Symbol(outside), &[slot], lir::Effects::WRITES);
        b.load(Type::I64, place, 0, Access::default())
    });
    for tier in [lir::door::Tier::One, lir::door::Tier::Two] {
        let options = lir::door::Options { text: lir::door::Text::Assembly, ..lir::door::Options::tier(tier) };
        let text = crate::harness::back_end().compile(&unit, options).expect("it compiles").text;
        assert!(text.contains("4096"), "{text}");
    }
    let three = Three::new(unit, address);
    for place in [0, 1, 8191] {
        three.same(func, &[place]);
    }
}
