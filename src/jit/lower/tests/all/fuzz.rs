//! Random functions, run three ways: what they return and what they leave in memory has to be the same.
//!
//! `FUZZ_SEED` and `FUZZ_COUNT` look further than the usual run. Loops have bounds, divisors are not zero, and NaNs are replaced before their
//! bits are looked at, so that every function has one meaning.
use crate::harness::{F0, Three, region};
use lir::eval::{Evaluator, call_address};
use lir::{
    Access, Builder, Callee, Conversion, Effects, FloatCond, FloatOp, FloatUnary, Func, IntCond, IntOp, Likely, Order,
    OverflowOp, Results, Symbol, Type, Unit, Value,
};

/// Bytes that a function may access; the last word is the helpers'.
const MEMORY: usize = 256;
const PARAMS: [Type; 6] = [Type::Ptr, Type::I64, Type::I64, Type::F64, Type::I32, Type::I8];
const NUMBERS: [Type; 4] = [Type::I8, Type::I16, Type::I32, Type::I64];

/// xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Small, at an edge, or anything.
    fn bits(&mut self) -> u64 {
        match self.below(4) {
            0 => self.next() % 20,
            1 => (1_u64 << self.below(64)).wrapping_sub(self.next() % 3),
            2 => (self.next() % 9).wrapping_neg(),
            _ => self.next(),
        }
    }

    fn float(&mut self) -> f64 {
        match self.below(5) {
            0 => f64::from_bits(self.next()),
            1 => self.pick(&[0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300]),
            2 => self.next().cast_signed() as f64,
            _ => (self.next() % 2_000) as f64 / 8.0 - 100.0,
        }
    }
}

extern "C" fn mix(left: u64, right: u64) -> u64 {
    left.rotate_left(9).wrapping_mul(0x9e37_79b9) ^ right
}

#[repr(C)]
struct Two(u64, u64);

extern "C" fn split(word: u64, half: u32, float: f64) -> Two {
    Two(word ^ u64::from(half), if float > 0.0 { !word } else { word >> 3 })
}

extern "C" fn blend(left: f64, right: f64, how: bool, weight: u16) -> f64 {
    if how { left + right * f64::from(weight) } else { left - right }
}

/// Keeps an account of its calls in the last word.
extern "C" fn note(memory: *mut u64, value: u64) -> u8 {
    // SAFETY: the function hands on its memory.
    let last = unsafe { &mut *memory.add(MEMORY / 8 - 1) };
    *last = mix(*last, value);
    *last as u8
}

const HELPERS: [&str; 4] = ["mix", "split", "blend", "note"];

fn address(name: &str) -> Option<u64> {
    let function = match name {
        "mix" => mix as *const (),
        "split" => split as *const (),
        "blend" => blend as *const (),
        "note" => note as *const (),
        _ => return None,
    };
    Some(function.expose_provenance() as u64)
}

struct Maker<'a, 'u> {
    random: &'a mut Random,
    b: &'a mut Builder<'u>,
    /// Values that may be used here.
    values: Vec<Value>,
    slot: Value,
    helpers: [Symbol; 4],
    /// Functions of the unit that may be called, all with the same parameters.
    callees: &'a [Func],
    /// What may still be added.
    budget: usize,
}

impl Maker<'_, '_> {
    /// A value of a type: one that is there, or a constant.
    fn any(&mut self, ty: Type) -> Value {
        let fitting: Vec<Value> = self.values.iter().copied().filter(|&value| self.b.ty(value) == ty).collect();
        if !fitting.is_empty() && self.random.below(5) > 0 {
            // Late ones more often, so that chains grow.
            let place = self.random.below(fitting.len()).max(self.random.below(fitting.len()));
            return fitting[place];
        }
        match ty {
            Type::F64 => {
                let float = self.random.float();
                self.b.f64(float)
            }
            Type::Ptr => self.b.param(0),
            _ => {
                let bits = self.random.bits();
                self.b.int(ty, bits)
            }
        }
    }

    fn number(&mut self) -> Type {
        self.random.pick(&NUMBERS)
    }

    /// A float that is no NaN.
    fn tame(&mut self, value: Value) -> Value {
        let fine = self.b.fcmp(FloatCond::Ord, value, value);
        let one = self.b.f64(1.0);
        self.b.select(fine, value, one)
    }

    fn block(&mut self, depth: usize) {
        let count = 2 + self.random.below(10);
        for _ in 0..count {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            match self.random.below(16) {
                0..=3 => self.integer(),
                4 | 5 => self.float(),
                6 => self.compare(),
                7 => self.convert(),
                8 | 9 => self.access(),
                10 => self.atomic(),
                11 | 12 => self.call(),
                13 if depth > 0 => self.diamond(depth),
                14 if depth > 0 => self.repeat(depth),
                15 if depth > 0 => self.switch(depth),
                _ => self.select(),
            }
        }
    }

    fn integer(&mut self) {
        let ty = self.number();
        let (mut left, mut right) = (self.any(ty), self.any(ty));
        if self.random.below(6) == 0 {
            let op = self.random.pick(OverflowOp::ALL);
            let (value, wraps) = self.b.overflow(op, left, right);
            self.values.extend([value, wraps]);
            return;
        }
        let op = self.random.pick(IntOp::ALL);
        if matches!(op, IntOp::Sdiv | IntOp::Srem | IntOp::Udiv | IntOp::Urem) {
            let one = self.b.int(ty, 1);
            right = self.b.or(right, one);
            // Not the least integer.
            left = self.b.lshr(left, one);
        }
        let value = self.b.binary(op, left, right);
        self.values.push(value);
    }

    fn float(&mut self) {
        let (left, right) = (self.any(Type::F64), self.any(Type::F64));
        let value = if self.random.below(3) == 0 {
            let op = self.random.pick(FloatUnary::ALL);
            self.b.float_unary(op, left)
        } else {
            let op = self.random.pick(FloatOp::ALL);
            self.b.float(op, left, right)
        };
        self.values.push(value);
    }

    fn compare(&mut self) {
        let value = if self.random.below(3) == 0 {
            let (left, right) = (self.any(Type::F64), self.any(Type::F64));
            let cond = self.random.pick(FloatCond::ALL);
            self.b.fcmp(cond, left, right)
        } else {
            let ty = self.random.pick(&[Type::I1, Type::I8, Type::I16, Type::I32, Type::I64]);
            let (left, right) = (self.any(ty), self.any(ty));
            let cond = self.random.pick(IntCond::ALL);
            self.b.icmp(cond, left, right)
        };
        self.values.push(value);
    }

    fn select(&mut self) {
        let ty = self.random.pick(&[Type::I1, Type::I32, Type::I64, Type::F64]);
        let (condition, yes, no) = (self.any(Type::I1), self.any(ty), self.any(ty));
        let value = self.b.select(condition, yes, no);
        self.values.push(value);
    }

    fn convert(&mut self) {
        let all = [Type::I1, Type::I8, Type::I16, Type::I32, Type::I64];
        let (narrow, wide) = (self.random.below(4), 1 + self.random.below(4));
        let (narrow, wide) = if narrow < wide { (all[narrow], all[wide]) } else { (all[0], all[wide]) };
        let number = self.number();
        let (op, from, to) = match self.random.below(7) {
            0 => (Conversion::Zext, narrow, wide),
            1 => (Conversion::Sext, narrow, wide),
            2 => (Conversion::Trunc, wide, narrow),
            3 => (Conversion::IntToFloat, number, Type::F64),
            4 => (Conversion::FloatToInt, Type::F64, number),
            5 => (Conversion::FloatToBits, Type::F64, Type::I64),
            _ => (Conversion::BitsToFloat, Type::I64, Type::F64),
        };
        let mut value = self.any(from);
        if op == Conversion::FloatToBits {
            value = self.tame(value);
        }
        let value = self.b.convert(op, value, to);
        self.values.push(value);
    }

    /// An address in the memory or the slot for an access of a type, which of the classes it is in, and the offset that is missing.
    fn place(&mut self, ty: Type) -> (Value, i32, u8) {
        let index = self.any(Type::I64);
        let bytes = u32::from(ty.bytes());
        let room = 64 / u64::from(bytes) - 1;
        let room = self.b.i64(room.next_power_of_two() as i64 / 2 - 1);
        let index = self.b.and(index, room);
        let (base, start, class) = match self.random.below(4) {
            0 => (self.slot, 0, 3),
            1 => (self.b.param(0), 128, 2),
            2 => (self.b.param(0), 64, 1),
            _ => (self.b.param(0), 0, 1),
        };
        let class = if self.random.below(3) == 0 { 0 } else { class };
        let place = self.b.indexed(base, index, bytes, start);
        (place, self.random.below(2) as i32 * 8, class)
    }

    fn access(&mut self) {
        let ty = self.random.pick(&[Type::I8, Type::I16, Type::I32, Type::I64, Type::F64]);
        let (place, offset, class) = self.place(ty);
        if self.random.below(2) == 0 {
            let value = self.b.load(ty, place, offset, Access::class(class));
            self.values.push(value);
            return;
        }
        let mut value = self.any(ty);
        if ty == Type::F64 {
            value = self.tame(value);
        }
        self.b.store(place, offset, value, Access::class(class));
    }

    fn atomic(&mut self) {
        let ty = self.number();
        let (place, offset, _) = self.place(ty);
        let value = self.any(ty);
        let order = self.random.pick(Order::ALL);
        match self.random.below(4) {
            0 => {
                let value = self.b.atomic_load(ty, place, offset, Order::Acquire);
                self.values.push(value);
            }
            1 => self.b.atomic_store(place, offset, value, Order::Release),
            2 => {
                let value = self.b.atomic_add(place, offset, value, order);
                self.values.push(value);
            }
            _ => {
                let expected =
                    if self.random.below(2) == 0 { self.any(ty) } else { self.b.atomic_load(ty, place, offset, Order::Relaxed) };
                let (old, replaced) = self.b.compare_exchange(place, offset, expected, value, order);
                self.values.extend([old, replaced]);
            }
        }
    }

    fn call(&mut self) {
        let (word, other, float) = (self.any(Type::I64), self.any(Type::I64), self.any(Type::F64));
        let effects = if self.random.below(2) == 0 { Effects::WRITES } else { Effects::PURE };
        let [mix, split, blend, note] = self.helpers.map(Callee::Symbol);
        if !self.callees.is_empty() && self.random.below(3) == 0 {
            let callee = self.random.pick(self.callees);
            let (half, byte) = (self.any(Type::I32), self.any(Type::I8));
            let callee =
                if self.random.below(4) == 0 { Callee::Pointer(self.b.func_address(callee)) } else { Callee::Func(callee) };
            let value = self.b.call_one(callee, &[self.b.param(0), word, other, float, half, byte], Type::I64, Effects::WRITES);
            self.values.push(value);
            return;
        }
        match self.random.below(4) {
            0 => {
                let value = self.b.call_one(mix, &[word, other], Type::I64, effects);
                self.values.push(value);
            }
            1 => {
                let half = self.any(Type::I32);
                let (first, second) = self.b.call_two(split, &[word, half, float], (Type::I64, Type::I64), effects);
                self.values.extend([first, second]);
            }
            2 => {
                let (right, how, weight) = (self.any(Type::F64), self.any(Type::I1), self.any(Type::I16));
                let value = self.b.call_one(blend, &[float, right, how, weight], Type::F64, effects);
                self.values.push(value);
            }
            _ => {
                let memory = self.b.param(0);
                let value = self.b.call_one(note, &[memory, word], Type::I8, Effects::WRITES.cold());
                self.values.push(value);
            }
        }
    }

    fn likely(&mut self) -> Likely {
        self.random.pick(Likely::ALL)
    }

    /// Adds to the current block what a branch does, and gives values of some types.
    fn arm(&mut self, depth: usize, types: &[Type]) -> Vec<Value> {
        let known = self.values.len();
        self.block(depth - 1);
        let made = types.iter().map(|&ty| self.any(ty)).collect();
        self.values.truncate(known);
        made
    }

    fn merge_types(&mut self) -> Vec<Type> {
        (0..self.random.below(4)).map(|_| self.random.pick(&[Type::I1, Type::I8, Type::I32, Type::I64, Type::F64])).collect()
    }

    fn diamond(&mut self, depth: usize) {
        let types = self.merge_types();
        let [yes, no, end] = std::array::from_fn(|_| self.b.block());
        let params: Vec<Value> = types.iter().map(|&ty| self.b.block_param(end, ty)).collect();
        let (condition, likely) = (self.any(Type::I1), self.likely());
        if self.random.below(4) == 0 {
            // Only one arm; the other way leads straight to the end.
            let args: Vec<Value> = types.iter().map(|&ty| self.any(ty)).collect();
            self.b.branch(condition, (yes, &[]), (end, &args), likely);
        } else {
            self.b.branch(condition, (yes, &[]), (no, &[]), likely);
        }
        for arm in [yes, no] {
            self.b.switch_to(arm);
            let args = self.arm(depth, &types);
            self.b.jump(end, &args);
        }
        self.b.switch_to(end);
        self.values.extend(params);
    }

    fn switch(&mut self, depth: usize) {
        let types = self.merge_types();
        let end = self.b.block();
        let params: Vec<Value> = types.iter().map(|&ty| self.b.block_param(end, ty)).collect();
        let ty = self.number();
        let value = self.any(ty);
        let few = self.b.int(ty, 15);
        let value = self.b.and(value, few);
        let arms: Vec<_> = (0..1 + self.random.below(8)).map(|_| self.b.block()).collect();
        let args: Vec<Value> = types.iter().map(|&ty| self.any(ty)).collect();
        let cases: Vec<_> = arms
            .iter()
            .enumerate()
            .map(|(number, &arm)| (number as u64 * 2, arm, &[][..]))
            .chain([(1, end, &args[..])])
            .collect();
        self.b.switch(value, &cases, (end, &args));
        for arm in arms {
            self.b.switch_to(arm);
            let args = self.arm(depth, &types);
            self.b.jump(end, &args);
        }
        self.b.switch_to(end);
        self.values.extend(params);
    }

    fn repeat(&mut self, depth: usize) {
        let types = self.merge_types();
        let [head, body, end] = std::array::from_fn(|_| self.b.block());
        let number = self.b.block_param(head, Type::I64);
        let carried: Vec<Value> = types.iter().map(|&ty| self.b.block_param(head, ty)).collect();
        let limit = self.b.i64(1 + self.random.below(7) as i64);
        let (zero, one) = (self.b.i64(0), self.b.i64(1));
        let first: Vec<Value> = [zero].into_iter().chain(types.iter().map(|&ty| self.any(ty))).collect();
        self.b.jump(head, &first);
        self.b.switch_to(head);
        let known = self.values.len();
        self.values.extend(carried);
        let more = self.b.icmp(IntCond::Slt, number, limit);
        let likely = self.likely();
        self.b.branch(more, (body, &[]), (end, &[]), likely);
        self.b.switch_to(body);
        self.values.push(number);
        let args = self.arm(depth, &types);
        let next = self.b.add(number, one);
        let args: Vec<Value> = [next].into_iter().chain(args).collect();
        self.b.jump(head, &args);
        self.b.switch_to(end);
        self.values.truncate(known + types.len());
    }

    /// One word of all values.
    fn digest(&mut self) -> Value {
        let mut digest = self.b.i64(0);
        let factor = self.b.i64(0x0100_0193);
        for value in self.values.clone() {
            let bits = match self.b.ty(value) {
                Type::I64 => value,
                Type::F64 => {
                    let tame = self.tame(value);
                    self.b.float_to_bits(tame)
                }
                Type::Ptr => continue,
                _ => self.b.zext(value, Type::I64),
            };
            let scaled = self.b.mul(digest, factor);
            digest = self.b.xor(scaled, bits);
        }
        digest
    }
}

/// A unit whose first function may call the others, each of which may call those behind it.
fn program(random: &mut Random) -> Unit {
    let mut unit = Unit::new("fuzz");
    let helpers = HELPERS.map(|name| unit.symbol(name));
    let funcs: Vec<Func> = (0..1 + random.below(3))
        .map(|number| unit.function(format!("fuzz {number}"), &PARAMS, Results::One(Type::I64)))
        .collect();
    for (number, &func) in funcs.iter().enumerate() {
        let mut b = Builder::new(&mut unit, func);
        let (_, slot) = b.slot(80, 16);
        // What is in a slot at first is not said.
        let zero = b.i64(0);
        for word in 0..10 {
            b.store(slot, word * 8, zero, Access::default());
        }
        let values = (1..PARAMS.len()).map(|number| b.param(number)).collect();
        // Loops in functions that are called in loops would take too long.
        let (depth, budget) = if number == 0 { (3, 20 + random.below(120)) } else { (1, 10 + random.below(30)) };
        let mut maker = Maker { random, b: &mut b, values, slot, helpers, callees: &funcs[number + 1..], budget };
        for _ in 0..3 {
            maker.block(depth);
        }
        let digest = maker.digest();
        b.ret(&[digest]);
    }
    unit
}

/// One of them, with some of everything.
pub(crate) fn sample() -> Unit {
    program(&mut Random(0x1234_5678_9abc_def1))
}

fn compare(seed: u64) {
    let mut random = Random(seed | 1);
    let three = Three::new(program(&mut random), address);
    let evaluated =
        region().enter(Evaluator::new(three.evaluator.unit().clone(), |_, name| address(name)).expect("the unit is fine"));
    let evaluated = evaluated.expect("there is room");
    for _ in 0..6 {
        let start: [u64; MEMORY / 8] = std::array::from_fn(|_| random.bits());
        let inputs = [random.bits(), random.bits(), random.float().to_bits(), random.bits() & 0xffff_ffff, random.bits() & 0xff];
        let run = |form: usize| {
            let mut memory = start;
            let mut args = vec![(&raw mut memory).expose_provenance() as u64];
            args.extend(inputs);
            let result = match form {
                // By way of its entry, because it may name its functions.
                0 => {
                    let args = PARAMS.into_iter().zip(args);
                    // SAFETY: rule E1: at the entry is a function of these parameters, which accesses this memory.
                    unsafe { call_address(evaluated.entry(F0()) as u64, args, Results::One(Type::I64)) }
                }
                tier => three.run(tier - 1, F0(), &args),
            };
            (result, memory)
        };
        let expected = run(0);
        for form in 1..3 {
            assert!(run(form) == expected, "seed {seed}: tier {form} differs on {inputs:x?}:\n{}", three.evaluator.unit());
        }
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn random_functions_mean_the_same() {
    let (seed, count) = (number("FUZZ_SEED", 1), number("FUZZ_COUNT", 60));
    for number in 0..count {
        compare(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number.wrapping_mul(0x5851_f42d_4c95_7f2d)));
    }
}
