//! Makes functions, an instruction at a time.
//!
//! Invariant: what is added gets its types from its operands, so that most mistakes are impossible; the others are found by
//! [`Unit::verify`]. Blocks are filled in any order, each from its start to its terminator.
use crate::unit::{Const, Data, Def, Func, Function, InstData, Position, Slot, SlotData, Symbol, Unit, Value, ValueData};
use crate::{
    Access, Arena, Block, BlockData, Callee, Case, Conversion, Effects, FloatCond, FloatOp, FloatUnary, Index, IntCond, IntOp,
    Likely, List, Op, Order, OverflowOp, Results, Target, Terminator, Type,
};
use std::collections::HashMap;

/// Fills one function of a unit, which it has to itself meanwhile.
pub struct Builder<'a> {
    pub unit: &'a mut Unit,
    func: Func,
    at: Block,
    position: Position,
    /// So that a constant is one value, however often it is asked for.
    constants: HashMap<(Type, Const), Value>,
}

/// A method for each operation of two values.
macro_rules! binary {
    ($method:ident: $($(#[$doc:meta])* $name:ident = $op:expr,)*) => {
        $($(#[$doc])* pub fn $name(&mut self, left: Value, right: Value) -> Value {
            self.$method($op, left, right)
        })*
    };
}

/// A method for each operation of one value.
macro_rules! unary {
    ($method:ident: $($name:ident = $op:expr,)*) => {
        $(pub fn $name(&mut self, value: Value) -> Value {
            self.$method($op, value)
        })*
    };
}

impl<'a> Builder<'a> {
    /// Starts a function's body: its first block is there, with the function's parameters, and is where instructions go.
    pub fn new(unit: &'a mut Unit, func: Func) -> Self {
        let function = &mut unit.functions[func];
        (function.values, function.insts, function.blocks) = (Arena::default(), Arena::default(), Arena::default());
        (function.slots, function.pool) = (Arena::default(), Vec::new());
        let entry = function.blocks.push(BlockData::default());
        let mut builder = Self { unit, func, at: entry, position: Position::NONE, constants: HashMap::new() };
        for ty in builder.function().params.clone() {
            builder.block_param(entry, ty);
        }
        builder
    }

    pub fn func(&self) -> Func {
        self.func
    }

    pub fn function(&self) -> &Function {
        &self.unit.functions[self.func]
    }

    fn function_mut(&mut self) -> &mut Function {
        &mut self.unit.functions[self.func]
    }

    pub fn ty(&self, value: Value) -> Type {
        self.function().ty(value)
    }

    // Blocks and positions

    pub fn block(&mut self) -> Block {
        self.function_mut().blocks.push(BlockData::default())
    }

    pub fn block_param(&mut self, block: Block, ty: Type) -> Value {
        let function = self.function_mut();
        let number = function.blocks[block].params.len() as u32;
        let value = function.values.push(ValueData { ty, def: Def::Param(block, number) });
        function.blocks[block].params.push(value);
        value
    }

    /// A parameter of the function.
    pub fn param(&self, number: usize) -> Value {
        self.block_params(Function::ENTRY)[number]
    }

    pub fn block_params(&self, block: Block) -> &[Value] {
        &self.function().blocks[block].params
    }

    /// What is added from now on goes to the end of this block.
    pub fn switch_to(&mut self, block: Block) {
        self.at = block;
    }

    /// Where instructions go.
    pub fn current(&self) -> Block {
        self.at
    }

    /// Whether the current block has its terminator already.
    pub fn is_closed(&self) -> bool {
        self.function().blocks[self.at].terminator.is_some()
    }

    /// What is added from now on comes from there.
    pub fn at(&mut self, position: Position) {
        self.position = position;
    }

    // Constants

    fn constant(&mut self, ty: Type, constant: Const) -> Value {
        if let Some(&value) = self.constants.get(&(ty, constant)) {
            return value;
        }
        let value = self.function_mut().values.push(ValueData { ty, def: Def::Const(constant) });
        self.constants.insert((ty, constant), value);
        value
    }

    /// An integer of any type; bits that it has not are ignored.
    pub fn int(&mut self, ty: Type, bits: u64) -> Value {
        self.constant(ty, Const::Int(bits & ty.mask()))
    }

    pub fn i1(&mut self, value: bool) -> Value {
        self.int(Type::I1, u64::from(value))
    }

    pub fn i32(&mut self, value: i32) -> Value {
        self.int(Type::I32, u64::from(value.cast_unsigned()))
    }

    pub fn i64(&mut self, value: i64) -> Value {
        self.int(Type::I64, value.cast_unsigned())
    }

    pub fn f64(&mut self, value: f64) -> Value {
        self.constant(Type::F64, Const::Float(value.to_bits()))
    }

    pub fn null(&mut self) -> Value {
        self.address_of(0)
    }

    /// An address of this process.
    pub fn address_of(&mut self, address: u64) -> Value {
        self.constant(Type::Ptr, Const::Address(address))
    }

    pub fn symbol_address(&mut self, symbol: Symbol) -> Value {
        self.constant(Type::Ptr, Const::Symbol(symbol))
    }

    pub fn data_address(&mut self, data: Data) -> Value {
        self.constant(Type::Ptr, Const::Data(data))
    }

    pub fn func_address(&mut self, func: Func) -> Value {
        self.constant(Type::Ptr, Const::Func(func))
    }

    /// Memory that the function has while it runs, and its address. What is in it at first is not said.
    pub fn slot(&mut self, bytes: u32, align: u32) -> (Slot, Value) {
        let slot = self.function_mut().slots.push(SlotData { bytes, align });
        (slot, self.constant(Type::Ptr, Const::Slot(slot)))
    }

    // Instructions

    /// Adds an instruction with one result.
    fn one(&mut self, op: Op, ty: Type) -> Value {
        self.push(op, Results::One(ty))
    }

    /// Adds an instruction with two results.
    fn two(&mut self, op: Op, first: Type, second: Type) -> (Value, Value) {
        let first = self.push(op, Results::Pair(first, second));
        (first, Index::new(first.index() as u32 + 1))
    }

    fn push(&mut self, op: Op, results: Results) -> Value {
        let (at, position) = (self.at, self.position);
        let function = self.function_mut();
        let (inst, first) = (function.insts.next(), function.values.next());
        for (number, ty) in results.iter().enumerate() {
            function.values.push(ValueData { ty, def: Def::Result(inst, number as u32) });
        }
        function.insts.push(InstData { op, first, results: results.count() as u8, position });
        function.blocks[at].insts.push(inst);
        first
    }

    pub fn binary(&mut self, op: IntOp, left: Value, right: Value) -> Value {
        self.one(Op::Int { op, left, right }, self.ty(left))
    }

    binary! { binary:
        add = IntOp::Add, sub = IntOp::Sub, mul = IntOp::Mul, and = IntOp::And, or = IntOp::Or, xor = IntOp::Xor,
        shl = IntOp::Shl, lshr = IntOp::Lshr, ashr = IntOp::Ashr,
        sdiv = IntOp::Sdiv, srem = IntOp::Srem, udiv = IntOp::Udiv, urem = IntOp::Urem,
    }

    pub fn float(&mut self, op: FloatOp, left: Value, right: Value) -> Value {
        self.one(Op::Float { op, left, right }, Type::F64)
    }

    binary! { float: fadd = FloatOp::Add, fsub = FloatOp::Sub, fmul = FloatOp::Mul, fdiv = FloatOp::Div, }

    /// The wrapped result, and whether it wrapped.
    pub fn overflow(&mut self, op: OverflowOp, left: Value, right: Value) -> (Value, Value) {
        self.two(Op::Overflow { op, left, right }, self.ty(left), Type::I1)
    }

    pub fn icmp(&mut self, cond: IntCond, left: Value, right: Value) -> Value {
        self.one(Op::IntCompare { cond, left, right }, Type::I1)
    }

    pub fn fcmp(&mut self, cond: FloatCond, left: Value, right: Value) -> Value {
        self.one(Op::FloatCompare { cond, left, right }, Type::I1)
    }

    pub fn select(&mut self, condition: Value, yes: Value, no: Value) -> Value {
        self.one(Op::Select { condition, yes, no }, self.ty(yes))
    }

    pub fn convert(&mut self, op: Conversion, value: Value, to: Type) -> Value {
        self.one(Op::Convert { op, value }, to)
    }

    pub fn zext(&mut self, value: Value, to: Type) -> Value {
        self.convert(Conversion::Zext, value, to)
    }

    pub fn sext(&mut self, value: Value, to: Type) -> Value {
        self.convert(Conversion::Sext, value, to)
    }

    pub fn trunc(&mut self, value: Value, to: Type) -> Value {
        self.convert(Conversion::Trunc, value, to)
    }

    pub fn int_to_float(&mut self, value: Value) -> Value {
        self.convert(Conversion::IntToFloat, value, Type::F64)
    }

    pub fn float_to_int(&mut self, value: Value, to: Type) -> Value {
        self.convert(Conversion::FloatToInt, value, to)
    }

    pub fn float_to_bits(&mut self, value: Value) -> Value {
        self.convert(Conversion::FloatToBits, value, Type::I64)
    }

    pub fn bits_to_float(&mut self, value: Value) -> Value {
        self.convert(Conversion::BitsToFloat, value, Type::F64)
    }

    pub fn ptr_to_int(&mut self, value: Value) -> Value {
        self.convert(Conversion::PtrToInt, value, Type::I64)
    }

    pub fn int_to_ptr(&mut self, value: Value) -> Value {
        self.convert(Conversion::IntToPtr, value, Type::Ptr)
    }

    pub fn float_unary(&mut self, op: FloatUnary, value: Value) -> Value {
        self.one(Op::FloatUnary { op, value }, Type::F64)
    }

    unary! { float_unary:
        fneg = FloatUnary::Neg, fabs = FloatUnary::Abs, sqrt = FloatUnary::Sqrt, floor = FloatUnary::Floor,
        ceil = FloatUnary::Ceil, ftrunc = FloatUnary::Trunc, rint = FloatUnary::Rint,
    }

    /// `base + offset`.
    pub fn offset(&mut self, base: Value, offset: i64) -> Value {
        self.one(Op::Address { base, index: None, scale: 1, offset }, Type::Ptr)
    }

    /// `base + index * scale + offset`; the index is a word.
    pub fn indexed(&mut self, base: Value, index: Value, scale: u32, offset: i64) -> Value {
        self.one(Op::Address { base, index: Some(index), scale, offset }, Type::Ptr)
    }

    pub fn load(&mut self, ty: Type, address: Value, offset: i32, access: Access) -> Value {
        let access = natural(access, ty);
        self.one(Op::Load { address, offset, access }, ty)
    }

    pub fn store(&mut self, address: Value, offset: i32, value: Value, access: Access) {
        let access = natural(access, self.ty(value));
        self.push(Op::Store { address, value, offset, access }, Results::None);
    }

    pub fn atomic_load(&mut self, ty: Type, address: Value, offset: i32, order: Order) -> Value {
        self.one(Op::AtomicLoad { address, offset, order }, ty)
    }

    pub fn atomic_store(&mut self, address: Value, offset: i32, value: Value, order: Order) {
        self.push(Op::AtomicStore { address, value, offset, order }, Results::None);
    }

    /// What was there, and whether it was replaced.
    pub fn compare_exchange(&mut self, address: Value, offset: i32, expected: Value, new: Value, order: Order) -> (Value, Value) {
        self.two(Op::CompareExchange { address, offset, expected, new, order }, self.ty(new), Type::I1)
    }

    /// What was there.
    pub fn atomic_add(&mut self, address: Value, offset: i32, value: Value, order: Order) -> Value {
        self.one(Op::AtomicAdd { address, offset, value, order }, self.ty(value))
    }

    // Calls

    /// A call that returns nothing.
    pub fn call(&mut self, callee: Callee, args: &[Value], effects: Effects) {
        let args = self.list(args);
        self.push(Op::Call { callee, args, effects }, Results::None);
    }

    /// A call that returns a value.
    pub fn call_one(&mut self, callee: Callee, args: &[Value], result: Type, effects: Effects) -> Value {
        let args = self.list(args);
        self.one(Op::Call { callee, args, effects }, result)
    }

    /// A call that returns two words.
    pub fn call_two(&mut self, callee: Callee, args: &[Value], results: (Type, Type), effects: Effects) -> (Value, Value) {
        let args = self.list(args);
        self.two(Op::Call { callee, args, effects }, results.0, results.1)
    }

    fn list(&mut self, values: &[Value]) -> List {
        let pool = &mut self.function_mut().pool;
        let start = u32::try_from(pool.len()).expect("a function has fewer than 2^32 operands");
        pool.extend_from_slice(values);
        List { start, len: values.len() as u32 }
    }

    // Terminators

    /// A block to go to, and what its parameters become.
    pub fn target(&mut self, block: Block, args: &[Value]) -> Target {
        Target { block, args: self.list(args) }
    }

    /// Ends the current block.
    ///
    /// # Panics
    /// If it has ended already.
    pub fn terminate(&mut self, terminator: Terminator) {
        let (at, position) = (self.at, self.position);
        let block = &mut self.function_mut().blocks[at];
        assert!(block.terminator.is_none(), "{at} has ended already");
        block.terminator = Some(terminator);
        block.position = position;
    }

    pub fn jump(&mut self, block: Block, args: &[Value]) {
        let target = self.target(block, args);
        self.terminate(Terminator::Jump(target));
    }

    pub fn branch(&mut self, condition: Value, yes: (Block, &[Value]), no: (Block, &[Value]), likely: Likely) {
        let (yes, no) = (self.target(yes.0, yes.1), self.target(no.0, no.1));
        self.terminate(Terminator::Branch { condition, yes, no, likely });
    }

    pub fn switch(&mut self, value: Value, cases: &[(u64, Block, &[Value])], default: (Block, &[Value])) {
        let mask = self.ty(value).mask();
        let cases =
            cases.iter().map(|&(bits, block, args)| Case { bits: bits & mask, target: self.target(block, args) }).collect();
        let default = self.target(default.0, default.1);
        self.terminate(Terminator::Switch { value, cases, default });
    }

    pub fn ret(&mut self, values: &[Value]) {
        let values = self.list(values);
        self.terminate(Terminator::Return(values));
    }

    pub fn unreachable(&mut self) {
        self.terminate(Terminator::Unreachable);
    }
}

fn natural(access: Access, ty: Type) -> Access {
    if access.align == 0 { access.aligned(ty.bytes()) } else { access }
}
