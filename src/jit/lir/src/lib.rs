//! LIR: functions close to the machine, in SSA form, as plain data.
//!
//! Owns the types of a unit, its builder, its checks, its text, its bytes, and a plain interpreter of it. Knows nothing of Python, of
//! objects or of LLVM: the JIT's upper half builds units, `lower` makes machine code of them, `code` places that.
//!
//! Invariant: a unit that [`Unit::verify`] accepts means the same to the interpreter ([`eval`]) and to compiled code.
//! Start at [`Unit`], then [`Op`]; [`Builder`] makes them.
pub mod arena;
mod build;
mod bytes;
pub mod door;
pub mod eval;
mod op;
mod print;
mod types;
mod unit;
mod verify;

pub use arena::{Arena, Index};
pub use build::Builder;
pub use bytes::DecodeError;
pub use op::{
    Access, Callee, Case, Conversion, Effects, FloatCond, FloatOp, FloatUnary, IntCond, IntOp, Likely, List, Memory, Op, Order,
    OverflowOp, Target, Terminator,
};
pub use print::Addresses;
pub use types::{Results, Type};
pub use unit::{
    Block, BlockData, Const, Data, DataBlock, Def, Func, Function, Inst, InstData, Position, Slot, SlotData, Symbol, SymbolData,
    Unit, Value, ValueData,
};
pub use verify::{Problem, dominators::Dominators};

/// Most arguments of a call and most parameters of a function: what fits the registers and two stack words of the platform's C calls.
pub const MOST_ARGUMENTS: usize = 8;
