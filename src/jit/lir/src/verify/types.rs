//! The second step: operands and results have the types that their instructions want.
//!
//! Invariant: this file says all that [`Op`]'s documentation asks of types, widths, orders and arities.
use super::Checker;
use crate::{
    Access, Callee, Conversion, Effects, Function, Inst, IntOp, List, MOST_ARGUMENTS, Memory, Op, Order, Results, Target,
    Terminator, Type, Value,
};
use std::collections::HashSet;

pub(super) fn check(checker: &mut Checker<'_>) {
    let function = checker.function;
    results(checker, function.results, "returns");
    let params: Vec<Type> = function.blocks[Function::ENTRY].params.iter().map(|&param| function.ty(param)).collect();
    checker.ensure(params == function.params, || {
        format!("the entry's parameters are {params:?}, the function's {:?}", function.params)
    });
    checker.each_place(|checker, block, inst| match inst {
        Some(inst) => instruction(checker, inst),
        None => end(checker, block),
    });
}

/// A pair is two words: nothing else is returned in two integer registers.
fn results(checker: &mut Checker<'_>, results: Results, what: &str) {
    if let Results::Pair(first, second) = results {
        checker.ensure(first.is_word() && second.is_word(), || format!("{what} ({first}, {second}); a pair is of words"));
    }
}

impl Checker<'_> {
    fn expect(&mut self, value: Value, wanted: Type) {
        let found = self.function.ty(value);
        self.ensure(found == wanted, || format!("{value} is {found}, not {wanted}"));
    }

    fn expect_that(&mut self, value: Value, fine: impl Fn(Type) -> bool, wanted: &str) {
        let found = self.function.ty(value);
        self.ensure(fine(found), || format!("{value} is {found}, not {wanted}"));
    }

    fn expect_results(&mut self, found: Results, wanted: Results) {
        self.ensure(found == wanted, || format!("its result is {found}, not {wanted}"));
    }
}

fn instruction(checker: &mut Checker<'_>, inst: Inst) {
    let function = checker.function;
    let found = function.results_of(inst);
    let ty = |value| function.ty(value);
    match function.insts[inst].op {
        Op::Int { op, left, right } => {
            let logic = matches!(op, IntOp::And | IntOp::Or | IntOp::Xor);
            checker.expect_that(left, |ty| ty.is_number() || logic && ty == Type::I1, "an integer that it works on");
            checker.expect(right, ty(left));
            checker.expect_results(found, Results::One(ty(left)));
        }
        Op::Float { left, right, .. } => {
            checker.expect(left, Type::F64);
            checker.expect(right, Type::F64);
            checker.expect_results(found, Results::One(Type::F64));
        }
        Op::Overflow { left, right, .. } => {
            checker.expect_that(left, Type::is_number, "an integer that it works on");
            checker.expect(right, ty(left));
            checker.expect_results(found, Results::Pair(ty(left), Type::I1));
        }
        Op::IntCompare { left, right, .. } => {
            checker.expect_that(left, |ty| ty != Type::F64, "an integer or an address");
            checker.expect(right, ty(left));
            checker.expect_results(found, Results::One(Type::I1));
        }
        Op::FloatCompare { left, right, .. } => {
            checker.expect(left, Type::F64);
            checker.expect(right, Type::F64);
            checker.expect_results(found, Results::One(Type::I1));
        }
        Op::Select { condition, yes, no } => {
            checker.expect(condition, Type::I1);
            checker.expect(no, ty(yes));
            checker.expect_results(found, Results::One(ty(yes)));
        }
        Op::Convert { op, value } => conversion(checker, op, value, found),
        Op::FloatUnary { value, .. } => {
            checker.expect(value, Type::F64);
            checker.expect_results(found, Results::One(Type::F64));
        }
        Op::Address { base, index, .. } => {
            checker.expect(base, Type::Ptr);
            index.into_iter().for_each(|index| checker.expect(index, Type::I64));
            checker.expect_results(found, Results::One(Type::Ptr));
        }
        Op::Call { callee, args, effects } => call(checker, callee, args, effects, found, inst),
        ref memory => self::memory(checker, memory, found),
    }
}

fn conversion(checker: &mut Checker<'_>, op: Conversion, value: Value, found: Results) {
    let from = checker.function.ty(value);
    let Results::One(to) = found else { return checker.report("it has one result") };
    let fine = match op {
        Conversion::Zext | Conversion::Sext => from.is_int() && to.is_int() && from.bits() < to.bits(),
        Conversion::Trunc => from.is_int() && to.is_int() && from.bits() > to.bits(),
        Conversion::IntToFloat => from.is_number() && to == Type::F64,
        Conversion::FloatToInt => from == Type::F64 && to.is_number(),
        Conversion::FloatToBits => from == Type::F64 && to == Type::I64,
        Conversion::BitsToFloat => from == Type::I64 && to == Type::F64,
        Conversion::PtrToInt => from == Type::Ptr && to == Type::I64,
        Conversion::IntToPtr => from == Type::I64 && to == Type::Ptr,
    };
    checker.ensure(fine, || format!("{op} does not make {to} of {from}"));
}

fn memory(checker: &mut Checker<'_>, op: &Op, found: Results) {
    use Order::{AcqRel, Acquire, Relaxed, Release, SeqCst};
    let ty = |value| checker.function.ty(value);
    let (address, accessed, wanted) = match *op {
        Op::Load { address, .. } | Op::AtomicLoad { address, .. } => match found {
            Results::One(loaded) => (address, loaded, found),
            _ => return checker.report("it has one result"),
        },
        Op::Store { address, value, .. } | Op::AtomicStore { address, value, .. } => (address, ty(value), Results::None),
        Op::AtomicAdd { address, value, .. } => (address, ty(value), Results::One(ty(value))),
        Op::CompareExchange { address, expected, new, .. } => {
            let accessed = ty(expected);
            checker.expect(new, accessed);
            (address, accessed, Results::Pair(accessed, Type::I1))
        }
        _ => return,
    };
    checker.expect(address, Type::Ptr);
    checker.expect_results(found, wanted);
    checker.ensure(accessed != Type::I1, || "i1 has no form in memory".to_owned());
    match *op {
        Op::Load { access, .. } => self::access(checker, access, Some(accessed)),
        Op::Store { access, .. } => self::access(checker, access, None),
        Op::AtomicLoad { order, .. } => self::order(checker, order, &[Relaxed, Acquire, SeqCst]),
        Op::AtomicStore { order, .. } => self::order(checker, order, &[Relaxed, Release, SeqCst]),
        Op::AtomicAdd { order, .. } => {
            checker.ensure(accessed.is_number(), || format!("{accessed} is not added to"));
            self::order(checker, order, Order::ALL);
        }
        Op::CompareExchange { order, .. } => {
            checker.ensure(accessed != Type::F64, || "f64 is not compared and exchanged".to_owned());
            self::order(checker, order, &[Relaxed, Acquire, Release, AcqRel, SeqCst]);
        }
        _ => {}
    }
}

fn access(checker: &mut Checker<'_>, access: Access, loaded: Option<Type>) {
    checker.ensure(access.align.is_power_of_two(), || format!("an alignment of {} is no power of two", access.align));
    checker.ensure(loaded.is_some() || !access.invariant, || "a store is not invariant".to_owned());
    checker.ensure(loaded == Some(Type::Ptr) || !access.nonnull, || "only a loaded address is not null".to_owned());
}

fn order(checker: &mut Checker<'_>, order: Order, allowed: &[Order]) {
    checker.ensure(allowed.contains(&order), || format!("{order} is no order for it"));
}

fn call(checker: &mut Checker<'_>, callee: Callee, args: List, effects: Effects, found: Results, inst: Inst) {
    let function = checker.function;
    let types: Vec<Type> = function.list(args).iter().map(|&value| function.ty(value)).collect();
    checker.ensure(types.len() <= MOST_ARGUMENTS, || format!("{} arguments; {MOST_ARGUMENTS} are the most", types.len()));
    results(checker, found, "it returns");
    match callee {
        Callee::Func(func) => {
            let called = &checker.unit.functions[func];
            checker.ensure(types == called.params, || format!("{func} takes {:?}, not {types:?}", called.params));
            checker.expect_results(found, called.results);
        }
        Callee::Pointer(pointer) => checker.expect(pointer, Type::Ptr),
        Callee::Symbol(_) => {}
    }
    if effects.never_returns {
        let block = checker.block.map(|block| &function.blocks[block]);
        let ends =
            block.is_some_and(|block| block.insts.last() == Some(&inst) && block.terminator == Some(Terminator::Unreachable));
        checker.ensure(ends, || "it never returns, so the block ends behind it, unreachable".to_owned());
        checker.ensure(effects.memory == Memory::Writes, || "what never returns is called for what it writes".to_owned());
    }
}

fn end(checker: &mut Checker<'_>, block: crate::Block) {
    let function = checker.function;
    let Some(terminator) = &function.blocks[block].terminator else { return };
    match terminator {
        Terminator::Branch { condition, .. } => checker.expect(*condition, Type::I1),
        Terminator::Switch { value, cases, .. } => {
            checker.expect_that(*value, Type::is_number, "an integer that it switches on");
            let mask = function.ty(*value).mask();
            let mut seen = HashSet::new();
            for case in cases {
                checker.ensure(case.bits & !mask == 0, || format!("case {} does not fit", case.bits));
                checker.ensure(seen.insert(case.bits), || format!("case {} stands twice", case.bits));
            }
        }
        Terminator::Return(values) => {
            let found: Vec<Type> = function.list(*values).iter().map(|&value| function.ty(value)).collect();
            let wanted: Vec<Type> = function.results.iter().collect();
            checker.ensure(found == wanted, || format!("the function returns {wanted:?}, not {found:?}"));
        }
        Terminator::Jump(_) | Terminator::Unreachable => {}
    }
    terminator.targets().for_each(|target| arguments(checker, target));
}

fn arguments(checker: &mut Checker<'_>, target: Target) {
    let function = checker.function;
    let wanted: Vec<Type> = function.blocks[target.block].params.iter().map(|&param| function.ty(param)).collect();
    let found: Vec<Type> = function.list(target.args).iter().map(|&value| function.ty(value)).collect();
    checker.ensure(found == wanted, || format!("{} takes {wanted:?}, not {found:?}", target.block));
}
