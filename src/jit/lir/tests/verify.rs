//! What the verifier refuses, and how it names it.
use lir::{
    Access, Block, Builder, Callee, Case, Conversion, Dominators, Effects, FloatOp, Func, Function, Index, IntOp, Likely, Order,
    Results, Target, Terminator, Type, Unit,
};

/// A function `f0(i64, f64, ptr, i1) -> i64` with the given body.
fn unit(body: impl FnOnce(&mut Builder<'_>)) -> Unit {
    let mut unit = Unit::new("test");
    let func = unit.function("f", &[Type::I64, Type::F64, Type::Ptr, Type::I1], Results::One(Type::I64));
    body(&mut Builder::new(&mut unit, func));
    unit
}

/// All problems of a unit, a line each.
fn refused(unit: &Unit) -> String {
    let problems = unit.verify().expect_err("the unit is refused");
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn check(body: impl FnOnce(&mut Builder<'_>), expected: &str) {
    assert_eq!(refused(&unit(body)), expected);
}

fn finish(b: &mut Builder<'_>) {
    if !b.is_closed() {
        b.ret(&[b.param(0)]);
    }
}

#[test]
fn a_body_is_needed() {
    let mut unit = Unit::new("test");
    unit.function("f", &[], Results::None);
    assert_eq!(refused(&unit), "f0, has no body");
}

#[test]
fn blocks_end() {
    check(|_| (), "f0, b0, has no terminator");
}

#[test]
fn types_of_operands() {
    let body = |b: &mut Builder<'_>| {
        b.binary(IntOp::Add, b.param(0), b.param(1));
        b.binary(IntOp::Shl, b.param(3), b.param(3));
        b.float(FloatOp::Add, b.param(1), b.param(0));
        b.select(b.param(0), b.param(1), b.param(2));
        b.convert(Conversion::Zext, b.param(0), Type::I8);
        b.load(Type::I64, b.param(0), 0, Access::default());
        finish(b);
    };
    let expected = "f0, b0, `v4: i64 = add v0, v1`: v1 is f64, not i64
f0, b0, `v5: i1 = shl v3, v3`: v3 is i1, not an integer that it works on
f0, b0, `v6: f64 = fadd v1, v0`: v0 is i64, not f64
f0, b0, `v7: f64 = select v0, v1, v2`: v0 is i64, not i1
f0, b0, `v7: f64 = select v0, v1, v2`: v2 is ptr, not f64
f0, b0, `v8: i8 = zext v0`: zext does not make i8 of i64
f0, b0, `v9: i64 = load v0, align 8`: v0 is i64, not ptr";
    check(body, expected);
}

#[test]
fn memory() {
    let body = |b: &mut Builder<'_>| {
        let address = b.param(2);
        b.load(Type::I1, address, 0, Access::default());
        b.load(Type::I64, address, 0, Access::default().nonnull().aligned(3));
        b.store(address, 0, b.param(0), Access::default().invariant());
        b.atomic_load(Type::I64, address, 0, Order::Release);
        b.atomic_store(address, 0, b.param(0), Order::AcqRel);
        b.atomic_add(address, 0, b.param(1), Order::Relaxed);
        finish(b);
    };
    let expected = "f0, b0, `v4: i1 = load v2, align 1`: i1 has no form in memory
f0, b0, `v5: i64 = load v2, align 3, nonnull`: an alignment of 3 is no power of two
f0, b0, `v5: i64 = load v2, align 3, nonnull`: only a loaded address is not null
f0, b0, `store v2, v0, align 8, invariant`: a store is not invariant
f0, b0, `v6: i64 = atomic.load release v2`: release is no order for it
f0, b0, `atomic.store acqrel v2, v0`: acqrel is no order for it
f0, b0, `v7: f64 = atomic.add relaxed v2, v1`: f64 is not added to";
    check(body, expected);
}

#[test]
fn targets() {
    let body = |b: &mut Builder<'_>| {
        let next = b.block();
        b.block_param(next, Type::I64);
        let (right, wrong) = (b.param(0), b.param(1));
        b.branch(b.param(3), (next, &[right]), (next, &[wrong]), Likely::Unknown);
        b.switch_to(next);
        b.ret(&[]);
    };
    let expected = "f0, b0, `branch v3, b1(v0), b1(v1)`: b1 takes [I64], not [F64]
f0, b1, `return`: the function returns [I64], not []";
    check(body, expected);
    check(|b| b.jump(Block::new(0), &[]), "f0, b0, `jump b0`: the entry is no target");
    check(|b| b.jump(Block::new(9), &[]), "f0, b0, `jump b9`: b9 does not exist");
}

#[test]
fn switches() {
    let body = |b: &mut Builder<'_>| {
        let next = b.block();
        let value = b.int(Type::I8, 1);
        let target: Target = b.target(next, &[]);
        let cases = [1, 300, 1].map(|bits| Case { bits, target }).to_vec();
        b.terminate(Terminator::Switch { value, cases, default: target });
        b.switch_to(next);
        finish(b);
    };
    let at = "f0, b0, `switch 1i8, 1 => b1, 300 => b1, 1 => b1, else b1`";
    check(body, &format!("{at}: case 300 does not fit\n{at}: case 1 stands twice"));
}

#[test]
fn calls() {
    let body = |b: &mut Builder<'_>| {
        let outside = b.unit.symbol("outside");
        let (int, float) = (b.param(0), b.param(1));
        b.call_two(Callee::Symbol(outside), &[], (Type::I64, Type::F64), Effects::PURE);
        b.call(Callee::Symbol(outside), &[int; 9], Effects::WRITES);
        b.call(Callee::Func(Func::new(0)), &[int], Effects::WRITES);
        b.call(Callee::Pointer(float), &[], Effects::WRITES);
        b.call(Callee::Symbol(outside), &[], Effects::WRITES.never_returns());
        finish(b);
    };
    let expected = "f0, b0, `v4, v5: i64, f64 = call s0(), pure`: it returns (i64, f64); a pair is of words
f0, b0, `call s0(v0, v0, v0, v0, v0, v0, v0, v0, v0)`: 9 arguments; 8 are the most
f0, b0, `call f0(v0)`: f0 takes [I64, F64, Ptr, I1], not [I64]
f0, b0, `call f0(v0)`: its result is (), not i64
f0, b0, `call v1()`: v1 is f64, not ptr
f0, b0, `call s0(), never returns`: it never returns, so the block ends behind it, unreachable";
    check(body, expected);
    check(
        |b| {
            b.call(Callee::Func(Func::new(4)), &[], Effects::WRITES);
            finish(b);
        },
        "f0, b0, `call f4()`: whom it calls does not exist",
    );
}

#[test]
fn dominance() {
    let one_side = |b: &mut Builder<'_>| {
        let [yes, both] = std::array::from_fn(|_| b.block());
        b.branch(b.param(3), (yes, &[]), (both, &[]), Likely::Unknown);
        b.switch_to(yes);
        let value = b.add(b.param(0), b.param(0));
        b.jump(both, &[]);
        b.switch_to(both);
        b.ret(&[value]);
    };
    check(one_side, "f0, b2, `return v4`: v4 is not defined on every way here");
    let mut swapped = unit(|b| {
        let first = b.add(b.param(0), b.param(0));
        let second = b.add(first, first);
        b.ret(&[second]);
    });
    swapped.functions[Func::new(0)].blocks[Block::new(0)].insts.swap(0, 1);
    assert_eq!(refused(&swapped).lines().next(), Some("f0, b0, `v5: i64 = add v4, v4`: v4 is not defined on every way here"));
}

#[test]
fn instructions_stand_once() {
    let mut twice = unit(|b| {
        b.add(b.param(0), b.param(0));
        finish(b);
    });
    let insts = &mut twice.functions[Func::new(0)].blocks[Block::new(0)].insts;
    insts.push(insts[0]);
    assert_eq!(refused(&twice), "f0, b0, `v4: i64 = add v0, v0`: i0 stands in more than one place");
    let mut nowhere = unit(|b| {
        let value = b.add(b.param(0), b.param(0));
        b.ret(&[value]);
    });
    nowhere.functions[Func::new(0)].blocks[Block::new(0)].insts.clear();
    assert_eq!(refused(&nowhere), "f0, b0, `return v4`: v4 is not defined on every way here");
}

#[test]
fn data_is_aligned() {
    let mut unit = unit(finish);
    unit.data([0], 3);
    assert_eq!(refused(&unit), "d0: an alignment of 3 is no power of two up to 4,096");
}

#[test]
fn slots_are_small() {
    let body = |b: &mut Builder<'_>| {
        b.slot(65_537, 8);
        b.slot(8, 128);
        finish(b);
    };
    check(body, "f0, k0: 65537 bytes; 65536 are the most\nf0, k1: an alignment of 128 is no power of two up to 64");
}

/// What cannot be reached may use what is not there.
#[test]
fn unreachable_blocks_are_not_asked_for_dominance() {
    let fine = unit(|b| {
        let [dead, other] = std::array::from_fn(|_| b.block());
        finish(b);
        b.switch_to(dead);
        let value = b.add(b.param(0), b.param(0));
        b.jump(other, &[]);
        b.switch_to(other);
        b.ret(&[value]);
    });
    assert_eq!(fine.verify(), Ok(()));
}

/// Every pair of blocks of graphs with loops, and with ways into the midst of them, against the definition: no way around.
#[test]
fn dominators() {
    let mut state = 0x1234_5678_u64;
    let mut random = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    for _ in 0..200 {
        let count = 2 + random(9);
        let graph = unit(|b| {
            let blocks: Vec<Block> = (1..count).map(|_| b.block()).collect();
            for number in 0..count {
                b.switch_to(Block::new(number as u32));
                let mut to = || blocks[random(blocks.len())];
                match to().index() % 4 {
                    0 => b.ret(&[b.param(0)]),
                    1 => b.jump(to(), &[]),
                    _ => b.branch(b.param(3), (to(), &[]), (to(), &[]), Likely::Unknown),
                }
            }
        });
        let function = &graph.functions[Func::new(0)];
        let found = Dominators::new(function);
        for over in function.blocks.indices().filter(|&over| found.is_reachable(over)) {
            for block in function.blocks.indices().filter(|&block| found.is_reachable(block)) {
                assert_eq!(found.dominates(over, block), !reaches_without(function, over, block), "{over} {block} in {graph}");
            }
        }
    }
}

fn reaches_without(function: &Function, without: Block, wanted: Block) -> bool {
    let mut seen = vec![without];
    let mut open = vec![Function::ENTRY];
    while let Some(block) = open.pop() {
        if seen.contains(&block) {
            continue;
        }
        if block == wanted {
            return true;
        }
        seen.push(block);
        open.extend(
            function.blocks[block].terminator.iter().flat_map(|terminator| terminator.targets()).map(|target| target.block),
        );
    }
    false
}
