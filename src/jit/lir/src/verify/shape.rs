//! The first step: every index points at something, every value has the definition that it names, every block ends.
//!
//! Invariant: nothing here indexes an arena without having asked whether it may.
use super::{Checker, Problem};
use crate::{Block, Callee, Const, Def, Function, Index, Inst, List, MOST_ARGUMENTS, Op, Terminator, Type, Unit, Value};

/// Stacks are small, and what is larger has no place there.
const MOST_SLOT_BYTES: u32 = 1 << 16;

/// The unit's constants.
pub(super) fn data(unit: &Unit) -> Vec<Problem> {
    let wrong = unit.data.iter().filter(|(_, block)| !block.align.is_power_of_two() || block.align > 4_096);
    wrong
        .map(|(data, block)| {
            let what = format!("{data}: an alignment of {} is no power of two up to 4,096", block.align);
            Problem { func: None, block: None, inst: None, what, at: String::new() }
        })
        .collect()
}

pub(super) fn check(checker: &mut Checker<'_>) {
    let function = checker.function;
    if function.blocks.is_empty() {
        return checker.report("has no body");
    }
    checker.ensure(function.params.len() <= MOST_ARGUMENTS, || {
        format!("{} parameters; {MOST_ARGUMENTS} are the most", function.params.len())
    });
    for (slot, data) in function.slots.iter() {
        checker.ensure(data.align.is_power_of_two() && data.align <= 64, || {
            format!("{slot}: an alignment of {} is no power of two up to 64", data.align)
        });
        checker.ensure(data.bytes <= MOST_SLOT_BYTES, || format!("{slot}: {} bytes; {MOST_SLOT_BYTES} are the most", data.bytes));
    }
    definitions(checker);
    let mut seen = vec![false; function.insts.len()];
    checker.each_place(|checker, block, inst| match inst {
        Some(inst) => instruction(checker, inst, &mut seen),
        None => end(checker, block),
    });
}

/// Each value is what its definition says that it defines.
fn definitions(checker: &mut Checker<'_>) {
    let function = checker.function;
    for (value, data) in function.values.iter() {
        let fine = match data.def {
            Def::Param(block, number) => {
                let params = function.blocks.get(block).map(|block| block.params.get(number as usize));
                params.flatten() == Some(&value)
            }
            Def::Result(inst, number) => {
                function.insts.get(inst).is_some_and(|inst| inst.values().nth(number as usize) == Some(value))
            }
            Def::Const(constant) => constant_exists(checker, data.ty, constant),
        };
        checker.ensure(fine, || format!("{value} is not what defines it ({:?})", data.def));
    }
    for (block, data) in function.blocks.iter() {
        for (number, &param) in data.params.iter().enumerate() {
            let fine = function.values.get(param).is_some_and(|value| value.def == Def::Param(block, number as u32));
            checker.ensure(fine, || format!("{block}: {param} is not its parameter {number}"));
        }
    }
}

fn constant_exists(checker: &Checker<'_>, ty: Type, constant: Const) -> bool {
    match constant {
        Const::Int(bits) => ty.is_int() && bits & !ty.mask() == 0,
        Const::Float(_) => ty == Type::F64,
        Const::Address(_) => ty == Type::Ptr,
        Const::Symbol(symbol) => ty == Type::Ptr && checker.unit.symbols.get(symbol).is_some(),
        Const::Data(data) => ty == Type::Ptr && checker.unit.data.get(data).is_some(),
        Const::Func(func) => ty == Type::Ptr && checker.unit.functions.get(func).is_some(),
        Const::Slot(slot) => ty == Type::Ptr && checker.function.slots.get(slot).is_some(),
    }
}

fn instruction(checker: &mut Checker<'_>, inst: Inst, seen: &mut [bool]) {
    let function = checker.function;
    let Some(data) = function.insts.get(inst) else { return checker.report(format!("{inst} does not exist")) };
    let again = std::mem::replace(&mut seen[inst.index()], true);
    checker.ensure(!again, || format!("{inst} stands in more than one place"));
    for (number, value) in data.values().enumerate() {
        let fine = function.values.get(value).is_some_and(|value| value.def == Def::Result(inst, number as u32));
        checker.ensure(fine, || format!("{value} is not its result"));
    }
    if let Op::Call { callee, args, .. } = data.op {
        list(checker, args);
        let exists = match callee {
            Callee::Func(func) => checker.unit.functions.get(func).is_some(),
            Callee::Symbol(symbol) => checker.unit.symbols.get(symbol).is_some(),
            Callee::Pointer(_) => true,
        };
        checker.ensure(exists, || "whom it calls does not exist".to_owned());
    }
    let mut unknown = Vec::new();
    data.op.operands(function, |value| unknown.extend(missing(function, value)));
    report_missing(checker, unknown);
}

fn end(checker: &mut Checker<'_>, block: Block) {
    let function = checker.function;
    let Some(terminator) = &function.blocks[block].terminator else { return checker.report("has no terminator") };
    if let Terminator::Return(values) = terminator {
        list(checker, *values);
    }
    for target in terminator.targets() {
        list(checker, target.args);
        checker.ensure(function.blocks.get(target.block).is_some(), || format!("{} does not exist", target.block));
        checker.ensure(target.block != Function::ENTRY, || "the entry is no target".to_owned());
    }
    let mut unknown = Vec::new();
    terminator.operands(function, |value| unknown.extend(missing(function, value)));
    report_missing(checker, unknown);
}

fn list(checker: &mut Checker<'_>, list: List) {
    let fine = (list.start as usize).saturating_add(list.len()) <= checker.function.pool.len();
    checker.ensure(fine, || "a list of operands points outside of the pool".to_owned());
}

/// A value that does not exist; one that does, but that nothing computes, is found by dominance.
fn missing(function: &Function, value: Value) -> Option<Value> {
    function.values.get(value).is_none().then_some(value)
}

fn report_missing(checker: &mut Checker<'_>, unknown: Vec<Value>) {
    for value in unknown {
        checker.report(format!("{value} does not exist"));
    }
}
