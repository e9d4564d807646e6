//! Blocks, loops, switches.
use crate::harness::{F0, back_end, function, nothing, three};
use lir::door::{Options, Text, Tier};
use lir::{Access, Builder, Callee, Effects, IntCond, Likely, Order, Type, Unit, Value};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// `for number in 0..limit`, with values that go round; `step` makes the next ones.
fn count(
    b: &mut Builder<'_>,
    limit: Value,
    start: &[Value],
    step: impl FnOnce(&mut Builder<'_>, Value, &[Value]) -> Vec<Value>,
) -> Vec<Value> {
    let [head, body, end] = std::array::from_fn(|_| b.block());
    let number = b.block_param(head, Type::I64);
    let values: Vec<Value> = start.iter().map(|&value| b.block_param(head, b.ty(value))).collect();
    let (zero, one) = (b.i64(0), b.i64(1));
    let first: Vec<Value> = [zero].into_iter().chain(start.iter().copied()).collect();
    b.jump(head, &first);
    b.switch_to(head);
    let more = b.icmp(IntCond::Slt, number, limit);
    b.branch(more, (body, &[]), (end, &[]), Likely::Yes);
    b.switch_to(body);
    let next = step(b, number, &values);
    let following = b.add(number, one);
    let next: Vec<Value> = [following].into_iter().chain(next).collect();
    b.jump(head, &next);
    b.switch_to(end);
    values
}

#[test]
fn loops() {
    let fibonacci = three(&[Type::I64], Type::I64, nothing, |b| {
        let (zero, one) = (b.i64(0), b.i64(1));
        count(b, b.param(0), &[zero, one], |b, _, values| vec![values[1], b.add(values[0], values[1])])[0]
    });
    assert_eq!(fibonacci.same(F0(), &[90]), Some([2_880_067_194_370_816_120, 0]));
    let nested = three(&[Type::I64], Type::I64, nothing, |b| {
        let zero = b.i64(0);
        let limit = b.param(0);
        count(b, limit, &[zero], |b, outer, values| {
            count(b, outer, values, |b, inner, values| {
                let product = b.mul(inner, outer);
                vec![b.xor(values[0], product)]
            })
        })[0]
    });
    for limit in [0, 1, 50] {
        nested.same(F0(), &[limit]);
    }
}

/// Parameters that change places on an edge, from a block to itself.
#[test]
fn swaps() {
    let unit = three(&[Type::I64, Type::I64, Type::I64], Type::I64, nothing, |b| {
        let (left, right) = (b.param(1), b.param(2));
        let values = count(b, b.param(0), &[left, right], |_, _, values| vec![values[1], values[0]]);
        b.sub(values[0], values[1])
    });
    for turns in 0..5 {
        unit.same(F0(), &[turns, 10, 3]);
    }
}

/// Both ways of a branch, and several cases of a switch, lead to one block with different arguments.
#[test]
fn several_edges_to_one_block() {
    let unit = three(&[Type::I64], Type::I64, nothing, |b| {
        let [middle, end] = std::array::from_fn(|_| b.block());
        let (first, second) = (b.block_param(middle, Type::I64), b.block_param(end, Type::I64));
        let numbers: Vec<Value> = (10..16).map(|number| b.i64(number)).collect();
        let even = b.trunc(b.param(0), Type::I1);
        b.branch(even, (middle, &[numbers[0]]), (middle, &[numbers[1]]), Likely::Unknown);
        b.switch_to(middle);
        let cases = [(0, middle, &numbers[2..3]), (1, end, &numbers[2..3]), (2, end, &numbers[3..4]), (3, end, &numbers[3..4])];
        b.switch(first, &[(10, end, &numbers[4..5]), (11, end, &numbers[5..6]), cases[0], cases[1]], (end, &[first]));
        b.switch_to(end);
        second
    });
    for value in 0..4 {
        unit.same(F0(), &[value]);
    }
}

/// Dense and sparse cases, at all widths, with values that no case has, too.
#[test]
fn switches() {
    for ty in [Type::I8, Type::I16, Type::I32, Type::I64] {
        for scale in [1, 7, 1000] {
            let unit = three(&[ty], Type::I64, nothing, |b| {
                let end = b.block();
                let result = b.block_param(end, Type::I64);
                let blocks: Vec<_> = (0..20).map(|_| b.block()).collect();
                let mut cases: Vec<(u64, lir::Block, &[Value])> = Vec::new();
                for (number, &block) in blocks.iter().enumerate() {
                    let bits = (number as u64 * scale).wrapping_sub(5) & ty.mask();
                    if cases.iter().all(|case| case.0 != bits) {
                        cases.push((bits, block, &[]));
                    }
                }
                let none = b.i64(-1);
                b.switch(b.param(0), &cases, (end, &[none]));
                for (number, &block) in blocks.iter().enumerate() {
                    b.switch_to(block);
                    let value = b.i64(number as i64 * 31 % 17);
                    b.jump(end, &[value]);
                }
                b.switch_to(end);
                result
            });
            for number in 0..40_u64 {
                for value in [number, number * scale, (number * scale).wrapping_sub(5)] {
                    unit.same(F0(), &[value & ty.mask()]);
                }
            }
        }
    }
}

extern "C" fn mix(left: u64, right: u64) -> u64 {
    left.rotate_left(7) ^ right
}

fn address(name: &str) -> Option<u64> {
    (name == "mix").then(|| (mix as *const ()).expose_provenance() as u64)
}

/// A switch on something that a loop does not change, with values far outside of its table: the load from the table must not be done in front
/// of the test for that, as LLVM 22 does (see the Makefile); LLVM 19's `machine-licm` moves only loads of constants so.
#[test]
fn switch_on_what_a_loop_does_not_change() {
    let unit = three(&[Type::I64, Type::I64], Type::I64, address, |b| {
        let outside = b.unit.symbol("mix");
        let (limit, kind, zero) = (b.param(0), b.param(1), b.i64(0));
        count(b, limit, &[zero], |b, number, values| {
            let end = b.block();
            let result = b.block_param(end, Type::I64);
            let blocks: Vec<_> = (0..8).map(|_| b.block()).collect();
            let cases: Vec<(u64, lir::Block, &[Value])> =
                blocks.iter().enumerate().map(|(case, &block)| (case as u64, block, &[][..])).collect();
            b.switch(kind, &cases, (end, &[number]));
            for (case, &block) in blocks.iter().enumerate() {
                b.switch_to(block);
                let salt = b.i64(case as i64 * 1_000_003);
                let mixed = b.call_one(Callee::Symbol(outside), &[values[0], salt], Type::I64, Effects::WRITES);
                b.jump(end, &[mixed]);
            }
            b.switch_to(end);
            vec![b.xor(result, values[0])]
        })[0]
    });
    for kind in [0, 3, 7, 8, 1 << 20, 1 << 40, 1 << 61, u64::MAX] {
        unit.same(F0(), &[10, kind]);
    }
}

/// What cannot be reached is left out, whatever it says.
#[test]
fn unreachable_blocks() {
    let unit = three(&[Type::I64], Type::I64, nothing, |b| {
        let [dead, end] = std::array::from_fn(|_| b.block());
        let value = b.block_param(end, Type::I64);
        b.jump(end, &[b.param(0)]);
        b.switch_to(dead);
        let sum = b.add(b.param(0), b.param(0));
        b.jump(end, &[sum]);
        b.switch_to(end);
        value
    });
    assert_eq!(unit.same(F0(), &[4]), Some([4, 0]));
}

/// Waits until another thread says so: an atomic load is done each time that it stands there.
#[test]
fn polls_are_not_hoisted() {
    let unit = three(&[Type::Ptr], Type::I64, nothing, |b| {
        let [head, end] = std::array::from_fn(|_| b.block());
        let turns = b.block_param(head, Type::I64);
        let (zero, one) = (b.i64(0), b.i64(1));
        b.jump(head, &[zero]);
        b.switch_to(head);
        let word = b.atomic_load(Type::I64, b.param(0), 0, Order::Relaxed);
        let next = b.add(turns, one);
        let goes_on = b.icmp(IntCond::Eq, word, zero);
        b.branch(goes_on, (head, &[next]), (end, &[]), Likely::Yes);
        b.switch_to(end);
        next
    });
    for tier in 0..2 {
        let word = AtomicU64::new(0);
        std::thread::scope(|scope| {
            let (unit, word) = (&unit, &word);
            let waits = scope.spawn(move || unit.run(tier, F0(), &[word.as_ptr().expose_provenance() as u64])[0]);
            std::thread::sleep(Duration::from_millis(5));
            word.store(1, Ordering::Relaxed);
            assert!(waits.join().expect("it ends") > 1);
        });
    }
}

/// A poll in a loop keeps no other load in it.
#[test]
fn polls_let_loads_pass() {
    let mut unit = Unit::new("test");
    function(&mut unit, &[Type::Ptr, Type::Ptr], Type::I64, |b| {
        let [head, end] = std::array::from_fn(|_| b.block());
        let sum = b.block_param(head, Type::I64);
        let zero = b.i64(0);
        b.jump(head, &[zero]);
        b.switch_to(head);
        let item = b.load(Type::I64, b.param(1), 0, Access::class(2));
        let next = b.add(sum, item);
        let word = b.atomic_load(Type::I64, b.param(0), 0, Order::Relaxed);
        let goes_on = b.icmp(IntCond::Eq, word, zero);
        b.branch(goes_on, (head, &[next]), (end, &[]), Likely::Yes);
        b.switch_to(end);
        next
    });
    let options = Options { text: Text::OptimizedIr, ..Options::tier(Tier::Two) };
    let text = back_end().compile(&unit, options).expect("it compiles").text;
    let (before, inside) = text.split_once(" phi ").expect("there is a loop");
    assert!(before.contains(" load i64") && !inside.contains(" load i64") && inside.contains("load atomic"), "{text}");
}
