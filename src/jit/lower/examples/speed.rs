//! How long the back end takes for units of the kind that the JIT makes: loads and tests of types, arithmetic that may leave, exits that write
//! back what is live, calls of helpers, loops. Prints milliseconds for each stage and for 1,000 instructions, then how fast two loops run:
//! `cargo run --release -p pyston-lower --example speed`, with the library built.
#![allow(unsafe_code, reason = "runs what was made")]
use code::{BackEnd, Region};
use lir::door::{Options, Tier, Times};
use lir::eval::call_address;
use lir::{Access, Builder, Callee, Effects, Func, Index, IntCond, Likely, OverflowOp, Results, Type, Unit, Value};
use std::time::Instant;

/// Alias classes: the registers of a frame, headers of objects, their contents.
const FRAME: u8 = 1;
const HEADER: u8 = 2;
const ITEM: u8 = 3;

/// What an instruction of Python's with two numbers becomes.
fn step(b: &mut Builder<'_>, frame: Value, number: i32, live: &[Value], helper: Callee) -> Value {
    let object = b.load(Type::Ptr, frame, number % 12 * 8, Access::class(FRAME).nonnull());
    let ty = b.load(Type::Ptr, object, 8, Access::class(HEADER));
    let wanted = b.address_of(0x5555_0000 + number as u64 % 3 * 64);
    let same = b.icmp(IntCond::Eq, ty, wanted);
    let [fine, leave, calls, wraps] = std::array::from_fn(|_| b.block());
    b.branch(same, (fine, &[]), (leave, &[]), Likely::Yes);
    exit(b, leave, frame, number, live);
    b.switch_to(fine);
    let item = b.load(Type::I64, object, 16, Access::class(ITEM));
    let (sum, overflow) = b.overflow(OverflowOp::Add, item, live[0]);
    b.branch(overflow, (wraps, &[]), (calls, &[]), Likely::No);
    exit(b, wraps, frame, number, live);
    b.switch_to(calls);
    if number % 5 == 0 {
        let next = b.block();
        let (value, failed) = b.call_two(helper, &[frame, object, sum], (Type::I64, Type::I64), Effects::WRITES);
        let zero = b.i64(0);
        let failed = b.icmp(IntCond::Ne, failed, zero);
        let leave = b.block();
        b.branch(failed, (leave, &[]), (next, &[]), Likely::No);
        exit(b, leave, frame, number, live);
        b.switch_to(next);
        return value;
    }
    b.store(object, 16, sum, Access::class(ITEM));
    sum
}

/// Writes what is live to the frame and says where the interpreter goes on.
fn exit(b: &mut Builder<'_>, block: lir::Block, frame: Value, number: i32, live: &[Value]) {
    b.switch_to(block);
    for (place, &value) in live.iter().enumerate() {
        b.store(frame, 96 + place as i32 * 8, value, Access::class(FRAME));
    }
    let code = b.i64(i64::from(number));
    b.ret(&[code]);
}

fn unit(steps: i32) -> Unit {
    let mut unit = Unit::new("speed");
    let helper = unit.symbol("helper");
    let func = unit.function("speed", &[Type::Ptr, Type::I64], Results::One(Type::I64));
    let mut b = Builder::new(&mut unit, func);
    let (frame, limit) = (b.param(0), b.param(1));
    let mut number = 0;
    while number < steps {
        let [head, body, end] = std::array::from_fn(|_| b.block());
        let carried: [Value; 3] = std::array::from_fn(|_| b.block_param(head, Type::I64));
        let (zero, one) = (b.i64(0), b.i64(1));
        b.jump(head, &[zero, one, limit]);
        b.switch_to(head);
        let more = b.icmp(IntCond::Slt, carried[0], limit);
        b.branch(more, (body, &[]), (end, &[]), Likely::Yes);
        b.switch_to(body);
        let mut live = vec![carried[1], carried[2], carried[0]];
        for _ in 0..10 {
            number += 1;
            let made = step(&mut b, frame, number, &live, Callee::Symbol(helper));
            live = vec![made, live[0], carried[0]];
        }
        let next = b.add(carried[0], one);
        b.jump(head, &[next, live[0], live[1]]);
        b.switch_to(end);
    }
    let done = b.i64(-1);
    b.ret(&[done]);
    unit
}

/// Sums items of a list, each of which may be no number and each sum of which may be too large.
fn sum_of_items() -> Unit {
    let mut unit = Unit::new("sum of items");
    let func = unit.function("sum", &[Type::Ptr, Type::I64], Results::One(Type::I64));
    let mut b = Builder::new(&mut unit, func);
    let (items, count) = (b.param(0), b.param(1));
    let [head, body, fine, next, leave, end] = std::array::from_fn(|_| b.block());
    let (number, total) = (b.block_param(head, Type::I64), b.block_param(head, Type::I64));
    let (zero, one, minus) = (b.i64(0), b.i64(1), b.i64(-1));
    b.jump(head, &[zero, zero]);
    b.switch_to(head);
    let more = b.icmp(IntCond::Slt, number, count);
    b.branch(more, (body, &[]), (end, &[]), Likely::Yes);
    b.switch_to(body);
    let place = b.indexed(items, number, 16, 0);
    let kind = b.load(Type::I64, place, 0, Access::class(HEADER));
    let is_number = b.icmp(IntCond::Eq, kind, one);
    b.branch(is_number, (fine, &[]), (leave, &[]), Likely::Yes);
    b.switch_to(fine);
    let item = b.load(Type::I64, place, 8, Access::class(ITEM));
    let (sum, overflow) = b.overflow(OverflowOp::Add, total, item);
    b.branch(overflow, (leave, &[]), (next, &[]), Likely::No);
    b.switch_to(next);
    let following = b.add(number, one);
    b.jump(head, &[following, sum]);
    b.switch_to(leave);
    b.ret(&[minus]);
    b.switch_to(end);
    b.ret(&[total]);
    unit
}

/// A loop of floats without memory.
fn spiral() -> Unit {
    let mut unit = Unit::new("spiral");
    let func = unit.function("spiral", &[Type::Ptr, Type::I64], Results::One(Type::I64));
    let mut b = Builder::new(&mut unit, func);
    let [head, body, end] = std::array::from_fn(|_| b.block());
    let number = b.block_param(head, Type::I64);
    let (x, y) = (b.block_param(head, Type::F64), b.block_param(head, Type::F64));
    let (zero, one, start, scale) = (b.i64(0), b.i64(1), b.f64(0.3), b.f64(0.99));
    b.jump(head, &[zero, start, start]);
    b.switch_to(head);
    let more = b.icmp(IntCond::Slt, number, b.param(1));
    b.branch(more, (body, &[]), (end, &[]), Likely::Yes);
    b.switch_to(body);
    let (xx, yy, xy) = (b.fmul(x, x), b.fmul(y, y), b.fmul(x, y));
    let (difference, both) = (b.fsub(xx, yy), b.fadd(xy, xy));
    let (following_x, following_y) = (b.fmul(difference, scale), b.fadd(both, start));
    let next = b.add(number, one);
    b.jump(head, &[next, following_x, following_y]);
    b.switch_to(end);
    let sum = b.fadd(x, y);
    let bits = b.float_to_bits(sum);
    b.ret(&[bits]);
    unit
}

/// Prints nanoseconds of a turn of a loop.
fn run(back_end: &BackEnd, unit: &Unit) {
    const TURNS: u64 = 1 << 22;
    let mut items = vec![1u64; 2 << 12];
    let region = Region::new(main as *const () as usize, 1 << 20, 1 << 20).unwrap_or_else(|error| panic!("{error}"));
    print!("{:>14}", unit.name);
    for tier in [Tier::One, Tier::Two] {
        let object = back_end.compile(unit, Options::tier(tier)).unwrap_or_else(|error| panic!("{error}")).object;
        let loaded = region.load(&object, |_| None).unwrap_or_else(|error| panic!("{error}"));
        let started = Instant::now();
        for _ in 0..TURNS >> 12 {
            let args = [(Type::Ptr, items.as_mut_ptr().expose_provenance() as u64), (Type::I64, 1 << 12)];
            // SAFETY: rule E1: the code was made of a function of these types, and there are as many items as are said.
            std::hint::black_box(unsafe {
                call_address(loaded.entry(Func::new(0)) as u64, args.into_iter(), Results::One(Type::I64))
            });
        }
        print!("  tier {}: {:.2} ns", tier as u8, started.elapsed().as_secs_f64() * 1e9 / TURNS as f64);
    }
    println!();
}

fn main() {
    let started = Instant::now();
    let back_end = BackEnd::find().unwrap_or_else(|error| panic!("{error}"));
    println!("opened in {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    let started = Instant::now();
    back_end.compile(&unit(1), Options { verify: false, ..Options::tier(Tier::One) }).unwrap_or_else(|error| panic!("{error}"));
    println!("first unit in {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    println!(
        "{:>6} {:>5} {:>8} {:>8} {:>8} {:>8} {:>10} {:>8}",
        "insts", "tier", "build", "passes", "generate", "all", "ms/1,000", "bytes"
    );
    for steps in [10, 50, 200, 1000] {
        let unit = unit(steps);
        unit.verify().unwrap_or_else(|problems| panic!("{problems:?}"));
        for tier in [Tier::One, Tier::Two] {
            let turns = 4000 / steps.max(40);
            let (mut sum, mut bytes) = (Times::default(), 0);
            let started = Instant::now();
            for _ in 0..turns {
                let compiled = back_end
                    .compile(&unit, Options { verify: false, ..Options::tier(tier) })
                    .unwrap_or_else(|error| panic!("{error}"));
                sum.build += compiled.times.build;
                sum.passes += compiled.times.passes;
                sum.generate += compiled.times.generate;
                bytes = compiled.object.len();
            }
            let all = started.elapsed().as_secs_f64() * 1e3 / f64::from(turns);
            let ms = |nanos: u64| nanos as f64 / 1e6 / f64::from(turns);
            println!(
                "{:>6} {:>5} {:>8.2} {:>8.2} {:>8.2} {:>8.2} {:>10.2} {:>8}",
                unit.instructions(),
                tier as u8,
                ms(sum.build),
                ms(sum.passes),
                ms(sum.generate),
                all,
                all * 1e3 / unit.instructions() as f64,
                bytes
            );
        }
    }
    for unit in [sum_of_items(), spiral()] {
        run(&back_end, &unit);
    }
}
