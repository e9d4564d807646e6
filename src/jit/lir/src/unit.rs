//! Units and functions: what is compiled together, and its parts.
//!
//! Invariant: within a function every value has one definition: a block's parameter, an instruction's result, or a constant.
//! A constant belongs to no block and may be used everywhere.
use crate::arena::{Arena, Index, index};
use crate::{List, Op, Results, Terminator, Type};
use serde::{Deserialize, Serialize};

index!(
    /// A value of a function.
    Value,
    "v"
);
index!(
    /// A block of a function; the first is where it is entered, and nothing jumps there.
    Block,
    "b"
);
index!(
    /// An instruction of a function.
    Inst,
    "i"
);
index!(
    /// A function of a unit.
    Func,
    "f"
);
index!(
    /// Something outside of the unit that it calls or names; its address is said when the unit is loaded.
    Symbol,
    "s"
);
index!(
    /// Constant bytes that the unit brings along.
    Data,
    "d"
);
index!(
    /// Memory that a function has while it runs.
    Slot,
    "k"
);

/// Where an instruction comes from: opaque, shown as a line of the unit by debuggers and profilers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Position(pub u32);

impl Position {
    /// It comes from nowhere.
    pub const NONE: Self = Self(0);
}

/// What is compiled and loaded together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    pub name: String,
    pub symbols: Arena<Symbol, SymbolData>,
    pub data: Arena<Data, DataBlock>,
    pub functions: Arena<Func, Function>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SymbolData {
    /// For people; symbols of one name are different symbols still.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataBlock {
    pub bytes: Vec<u8>,
    /// A power of two, at most 4,096.
    pub align: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlotData {
    /// At most 65,536.
    pub bytes: u32,
    /// A power of two, at most 64.
    pub align: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    pub name: String,
    pub params: Vec<Type>,
    pub results: Results,
    pub values: Arena<Value, ValueData>,
    pub insts: Arena<Inst, InstData>,
    pub blocks: Arena<Block, BlockData>,
    pub slots: Arena<Slot, SlotData>,
    /// What [`List`]s point into.
    pub(crate) pool: Vec<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueData {
    pub ty: Type,
    pub def: Def,
}

/// What defines a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Def {
    Param(Block, u32),
    /// The first or the second result of an instruction.
    Result(Inst, u32),
    Const(Const),
}

/// A value that is known before the function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Const {
    /// Of an integer type; bits above the type's are zero.
    Int(u64),
    /// The bits of a float.
    Float(u64),
    /// An address of this process; 0 is null.
    Address(u64),
    /// Addresses that are known once the unit is loaded.
    Symbol(Symbol),
    Data(Data),
    Func(Func),
    /// Memory of this activation.
    Slot(Slot),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstData {
    pub op: Op,
    /// The first result; the second is the value behind it.
    pub first: Value,
    pub results: u8,
    pub position: Position,
}

impl InstData {
    /// The results, in order.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = Value> + use<> {
        let start = self.first.index() as u32;
        (start..start.saturating_add(u32::from(self.results))).map(Value::new)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BlockData {
    pub params: Vec<Value>,
    pub insts: Vec<Inst>,
    /// Every block of a finished function has one.
    pub terminator: Option<Terminator>,
    pub position: Position,
}

impl Unit {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds something that is outside of the unit.
    pub fn symbol(&mut self, name: impl Into<String>) -> Symbol {
        self.symbols.push(SymbolData { name: name.into() })
    }

    /// Adds constant bytes.
    pub fn data(&mut self, bytes: impl Into<Vec<u8>>, align: u32) -> Data {
        self.data.push(DataBlock { bytes: bytes.into(), align })
    }

    /// Adds a function without a body: a [`crate::Builder`] gives it one.
    pub fn function(&mut self, name: impl Into<String>, params: &[Type], results: Results) -> Func {
        self.functions.push(Function {
            name: name.into(),
            params: params.to_vec(),
            results,
            values: Arena::default(),
            insts: Arena::default(),
            blocks: Arena::default(),
            slots: Arena::default(),
            pool: Vec::new(),
        })
    }

    /// Instructions and terminators of all functions: what compilation times are related to.
    pub fn instructions(&self) -> usize {
        self.functions.iter().map(|(_, function)| function.insts.len() + function.blocks.len()).sum()
    }
}

impl Function {
    pub const ENTRY: Block = Block::FIRST;

    pub fn ty(&self, value: Value) -> Type {
        self.values[value].ty
    }

    /// The values of a list; none if it points outside of the pool, which no list of a verified function does.
    pub fn list(&self, list: List) -> &[Value] {
        let start = list.start as usize;
        self.pool.get(start..start.saturating_add(list.len())).unwrap_or_default()
    }

    /// The types of an instruction's results, as the call of a function has them.
    pub fn results_of(&self, inst: Inst) -> Results {
        let data = &self.insts[inst];
        let mut types = data.values().map(|value| self.ty(value));
        match (types.next(), types.next()) {
            (Some(first), Some(second)) => Results::Pair(first, second),
            (Some(only), None) => Results::One(only),
            _ => Results::None,
        }
    }
}

impl Block {
    pub(crate) const FIRST: Self = Self(0);
}
