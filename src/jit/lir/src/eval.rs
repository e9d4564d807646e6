//! Interprets LIR, with the memory and the calls that compiled code would have: the trivial back end.
//!
//! Invariant: an evaluator is not changed by calls, so that threads call it at once and what it calls may call it again. The rules that
//! its `unsafe` rests on: **E1**, who calls vouches that the unit's accesses and calls are sound, as for compiled code ([`Evaluator::call`]);
//! **E2**, the platform's C calls hand out registers by class in order, so that a call with more arguments than are taken is the call
//! itself. Start at [`Evaluator::call`].
mod entry;
mod memory;
mod numbers;

use crate::{Arena, Block, Callee, Const, Def, Func, Function, Inst, List, Op, Problem, Symbol, Target, Terminator, Unit, Value};
use std::fmt;
use std::sync::OnceLock;

pub use entry::{Bound, call_address, entry_point};

/// Why a call has no result: the unit did what its builder had to exclude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trap {
    /// A division by zero, or of the least integer by -1.
    Division,
    /// Control arrived where it never does.
    Unreachable,
    /// The address of a function was asked for that has none: nobody has bound entries.
    NoEntry,
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trap::Division => "a division that has no result",
            Trap::Unreachable => "unreachable code was reached",
            Trap::NoEntry => "the function has no address",
        })
    }
}

impl std::error::Error for Trap {}

/// Why a unit cannot be interpreted.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    Malformed(Vec<Problem>),
    /// Nobody knows the address of this symbol.
    Unresolved(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Malformed(problems) => {
                let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
                f.write_str(&problems.join("\n"))
            }
            Refused::Unresolved(name) => write!(f, "no address for the symbol {name:?}"),
        }
    }
}

impl std::error::Error for Refused {}

/// A unit that can be called.
pub struct Evaluator {
    unit: Unit,
    symbols: Vec<u64>,
    data: Vec<memory::Bytes>,
    /// Of each function what its values are before it runs: constants, and zeros.
    starts: Vec<Vec<u64>>,
    entries: OnceLock<Vec<u64>>,
}

impl Evaluator {
    /// Prepares a unit; `resolve` says the addresses of its symbols.
    ///
    /// # Errors
    /// If the unit is malformed or has a symbol without an address.
    pub fn new(unit: Unit, mut resolve: impl FnMut(Symbol, &str) -> Option<u64>) -> Result<Self, Refused> {
        unit.verify().map_err(Refused::Malformed)?;
        let address = |(symbol, data): (Symbol, &crate::SymbolData)| {
            resolve(symbol, &data.name).ok_or_else(|| Refused::Unresolved(data.name.clone()))
        };
        let symbols = unit.symbols.iter().map(address).collect::<Result<Vec<u64>, _>>()?;
        let data = unit.data.iter().map(|(_, block)| memory::Bytes::new(&block.bytes, block.align)).collect();
        let mut evaluator = Self { unit, symbols, data, starts: Vec::new(), entries: OnceLock::new() };
        evaluator.starts = evaluator.unit.functions.iter().map(|(_, function)| evaluator.start(function)).collect();
        Ok(evaluator)
    }

    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// Says, once, at which addresses C finds the unit's functions (see [`Bound`]).
    pub fn bind(&self, entries: Vec<u64>) {
        let _ = self.entries.set(entries);
    }

    /// Calls a function. Arguments and results are bits: narrow integers zero-extended, floats as they are in memory; results that the
    /// function has not are 0.
    ///
    /// # Errors
    /// If it does what its builder had to exclude.
    ///
    /// # Panics
    /// If the number of arguments is not that of the function's parameters.
    ///
    /// # Safety
    /// Rule E1: with these arguments the function accesses memory and calls symbols only as their owners allow.
    #[expect(unsafe_code, reason = "runs what a unit says")]
    pub unsafe fn call(&self, func: Func, args: &[u64]) -> Result<[u64; 2], Trap> {
        let function = &self.unit.functions[func];
        assert_eq!(args.len(), function.params.len(), "a function gets as many arguments as it has parameters");
        let mut activation = Activation::new(self, func);
        for ((&value, ty), &arg) in function.blocks[Function::ENTRY].params.iter().zip(&function.params).zip(args) {
            activation.set(value, arg & ty.mask());
        }
        activation.run()
    }

    /// What the values of a function are before it runs. Constants that are known later are 0 until then.
    fn start(&self, function: &Function) -> Vec<u64> {
        let bits = |def: Def| match def {
            Def::Const(Const::Int(bits) | Const::Float(bits) | Const::Address(bits)) => bits,
            Def::Const(Const::Symbol(symbol)) => self.symbols[crate::Index::index(symbol)],
            Def::Const(Const::Data(data)) => self.data[crate::Index::index(data)].address(),
            _ => 0,
        };
        function.values.iter().map(|(_, value)| bits(value.def)).collect()
    }
}

/// A function that runs.
struct Activation<'a> {
    evaluator: &'a Evaluator,
    function: &'a Function,
    values: Arena<Value, u64>,
    /// Kept while the function runs; its addresses are among the values.
    _slots: Vec<memory::Bytes>,
    /// Whether it names functions of the unit by address although nobody has bound entries.
    no_entry: bool,
    /// Empty; kept because jumps are frequent.
    given: Vec<u64>,
}

impl<'a> Activation<'a> {
    fn new(evaluator: &'a Evaluator, func: Func) -> Self {
        let function = &evaluator.unit.functions[func];
        let mut values = Arena::default();
        for &bits in &evaluator.starts[crate::Index::index(func)] {
            let _: Value = values.push(bits);
        }
        let slots: Vec<memory::Bytes> =
            function.slots.iter().map(|(_, slot)| memory::Bytes::zeroed(slot.bytes as usize, slot.align)).collect();
        let mut activation = Self { evaluator, function, values, _slots: Vec::new(), no_entry: false, given: Vec::new() };
        for (value, data) in function.values.iter() {
            match data.def {
                Def::Const(Const::Slot(slot)) => activation.set(value, slots[crate::Index::index(slot)].address()),
                Def::Const(Const::Func(func)) => match evaluator.entries.get() {
                    Some(entries) => activation.set(value, entries[crate::Index::index(func)]),
                    None => activation.no_entry = true,
                },
                _ => {}
            }
        }
        activation._slots = slots;
        activation
    }

    fn get(&self, value: Value) -> u64 {
        self.values[value]
    }

    fn set(&mut self, value: Value, bits: u64) {
        self.values[value] = bits;
    }

    fn list(&self, list: List) -> impl Iterator<Item = u64> {
        self.function.list(list).iter().map(|&value| self.get(value))
    }

    fn run(mut self) -> Result<[u64; 2], Trap> {
        if self.no_entry {
            return Err(Trap::NoEntry);
        }
        let mut block = Function::ENTRY;
        loop {
            let data = &self.function.blocks[block];
            for &inst in &data.insts {
                self.step(inst)?;
            }
            block = match data.terminator.as_ref().ok_or(Trap::Unreachable)? {
                Terminator::Jump(target) => self.go(*target),
                Terminator::Branch { condition, yes, no, .. } => self.go(if self.get(*condition) != 0 { *yes } else { *no }),
                Terminator::Switch { value, cases, default } => {
                    let bits = self.get(*value);
                    let case = cases.iter().find(|case| case.bits == bits);
                    self.go(case.map_or(*default, |case| case.target))
                }
                Terminator::Return(values) => {
                    let mut values = self.list(*values);
                    return Ok([values.next().unwrap_or(0), values.next().unwrap_or(0)]);
                }
                Terminator::Unreachable => return Err(Trap::Unreachable),
            };
        }
    }

    /// Gives a block its parameters, all at once: they may be among what is given.
    fn go(&mut self, target: Target) -> Block {
        let function = self.function;
        let mut given = std::mem::take(&mut self.given);
        given.extend(self.list(target.args));
        for (&param, bits) in function.blocks[target.block].params.iter().zip(given.drain(..)) {
            self.set(param, bits);
        }
        self.given = given;
        target.block
    }

    fn step(&mut self, inst: Inst) -> Result<(), Trap> {
        let data = &self.function.insts[inst];
        let ty = |value| self.function.ty(value);
        let get = |value| self.get(value);
        let results = match data.op {
            Op::Int { op, left, right } => [numbers::int(op, ty(left), get(left), get(right))?, 0],
            Op::Float { op, left, right } => [numbers::float(op, get(left), get(right)), 0],
            Op::Overflow { op, left, right } => numbers::overflow(op, ty(left), get(left), get(right)),
            Op::IntCompare { cond, left, right } => [u64::from(numbers::int_compare(cond, ty(left), get(left), get(right))), 0],
            Op::FloatCompare { cond, left, right } => [u64::from(numbers::float_compare(cond, get(left), get(right))), 0],
            Op::Select { condition, yes, no } => [if get(condition) != 0 { get(yes) } else { get(no) }, 0],
            Op::Convert { op, value } => [numbers::convert(op, ty(value), ty(data.first), get(value)), 0],
            Op::FloatUnary { op, value } => [numbers::float_unary(op, get(value)), 0],
            Op::Address { base, index, scale, offset } => {
                let index = index.map_or(0, get).wrapping_mul(u64::from(scale));
                [get(base).wrapping_add(index).wrapping_add_signed(offset), 0]
            }
            Op::Call { callee, args, .. } => self.call(inst, callee, args)?,
            ref access => self.access(access, data.first),
        };
        for (value, bits) in data.values().zip(results) {
            self.set(value, bits);
        }
        Ok(())
    }

    #[expect(unsafe_code, reason = "accesses the memory that the unit names")]
    fn access(&self, op: &Op, result: Value) -> [u64; 2] {
        let at = |address: Value, offset: i32| self.get(address).wrapping_add_signed(i64::from(offset));
        let bytes = |value| self.function.ty(value).bytes();
        // SAFETY: rule E1; the verifier has seen that widths and orders are such as the instruction can have.
        unsafe {
            match *op {
                Op::Load { address, offset, .. } => [memory::load(at(address, offset), bytes(result)), 0],
                Op::Store { address, value, offset, .. } => {
                    memory::store(at(address, offset), bytes(value), self.get(value));
                    [0; 2]
                }
                Op::AtomicLoad { address, offset, order } => [memory::atomic_load(at(address, offset), bytes(result), order), 0],
                Op::AtomicStore { address, value, offset, order } => {
                    memory::atomic_store(at(address, offset), bytes(value), self.get(value), order);
                    [0; 2]
                }
                Op::CompareExchange { address, offset, expected, new, order } => {
                    memory::compare_exchange(at(address, offset), bytes(new), self.get(expected), self.get(new), order)
                }
                Op::AtomicAdd { address, offset, value, order } => {
                    [memory::atomic_add(at(address, offset), bytes(value), self.get(value), order), 0]
                }
                _ => [0; 2],
            }
        }
    }

    #[expect(unsafe_code, reason = "calls what the unit calls")]
    fn call(&self, inst: Inst, callee: Callee, args: List) -> Result<[u64; 2], Trap> {
        let bits: Vec<u64> = self.list(args).collect();
        let address = match callee {
            // SAFETY: rule E1, which the caller of this activation has vouched for.
            Callee::Func(func) => return unsafe { self.evaluator.call(func, &bits) },
            Callee::Symbol(symbol) => self.evaluator.symbols[crate::Index::index(symbol)],
            Callee::Pointer(pointer) => self.get(pointer),
        };
        let types = self.function.list(args).iter().map(|&value| self.function.ty(value));
        // SAFETY: rule E1: at the address is a function of such parameters and results.
        Ok(unsafe { entry::call_address(address, types.zip(bits), self.function.results_of(inst)) })
    }
}
