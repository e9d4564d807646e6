//! Instructions and terminators.
//!
//! Invariant: an instruction's meaning is complete here; nothing of it depends on how it is compiled. Start at [`Op`].
use crate::types::named;
use crate::{Block, Func, Function, Symbol, Value};
use serde::{Deserialize, Serialize};

named! {
    /// Integer arithmetic, which wraps. Operands and result are of one type; a truth value knows `and`, `or`, `xor` alone.
    IntOp {
        Add = "add",
        Sub = "sub",
        Mul = "mul",
        And = "and",
        Or = "or",
        Xor = "xor",
        /// The count of a shift is taken modulo the type's bits.
        Shl = "shl",
        Lshr = "lshr",
        Ashr = "ashr",
        /// Division rounds towards zero. A zero divisor, and the least integer divided by -1, must not arrive here.
        Sdiv = "sdiv",
        Srem = "srem",
        Udiv = "udiv",
        Urem = "urem",
    }
}

named! {
    /// IEEE arithmetic, rounding to even. Which NaN a result is, is not said.
    FloatOp {
        Add = "fadd",
        Sub = "fsub",
        Mul = "fmul",
        Div = "fdiv",
    }
}

named! {
    /// Signed arithmetic that also says whether the exact result does not fit.
    OverflowOp {
        Add = "add.overflow",
        Sub = "sub.overflow",
        Mul = "mul.overflow",
    }
}

named! {
    /// Comparisons of integers and addresses.
    IntCond {
        Eq = "eq",
        Ne = "ne",
        Slt = "slt",
        Sle = "sle",
        Sgt = "sgt",
        Sge = "sge",
        Ult = "ult",
        Ule = "ule",
        Ugt = "ugt",
        Uge = "uge",
    }
}

named! {
    /// Comparisons of floats: the ordered ones are false, the unordered ones true, where an operand is NaN.
    FloatCond {
        Oeq = "oeq",
        One = "one",
        Olt = "olt",
        Ole = "ole",
        Ogt = "ogt",
        Oge = "oge",
        /// Neither is NaN.
        Ord = "ord",
        Ueq = "ueq",
        Une = "une",
        Ult = "ult",
        Ule = "ule",
        Ugt = "ugt",
        Uge = "uge",
        /// One of them is NaN.
        Uno = "uno",
    }
}

named! {
    FloatUnary {
        Neg = "fneg",
        Abs = "fabs",
        Sqrt = "sqrt",
        Floor = "floor",
        Ceil = "ceil",
        Trunc = "ftrunc",
        /// To the nearest integer, halves to the even one.
        Rint = "rint",
    }
}

named! {
    /// Conversions; the instruction's result type says to what.
    Conversion {
        /// To a wider integer.
        Zext = "zext",
        Sext = "sext",
        /// To a narrower integer.
        Trunc = "trunc",
        /// A signed integer to the nearest float.
        IntToFloat = "sitofp",
        /// Towards zero to a signed integer; what does not fit becomes the nearest that does, NaN becomes 0.
        FloatToInt = "fptosi.sat",
        /// The 64 bits of a float.
        FloatToBits = "bits",
        /// The float of 64 bits.
        BitsToFloat = "float",
        PtrToInt = "ptrtoint",
        IntToPtr = "inttoptr",
    }
}

named! {
    /// Orders of atomic instructions, as Rust has them.
    Order {
        Relaxed = "relaxed",
        Acquire = "acquire",
        Release = "release",
        AcqRel = "acqrel",
        SeqCst = "seqcst",
    }
}

named! {
    /// What a call does to memory that the unit reads or writes.
    Memory {
        /// It neither reads nor writes any, always returns, and gives the same result for the same arguments.
        Pure = "pure",
        /// It may read and always returns.
        Reads = "reads",
        Writes = "writes",
    }
}

named! {
    /// Which way a branch usually goes.
    Likely {
        Unknown = "unknown",
        Yes = "likely",
        No = "unlikely",
    }
}

/// How memory is accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Access {
    /// A power of two that divides the address; the builder reads 0 as the type's size.
    pub align: u8,
    /// Accesses of different classes never meet in one byte of memory; class 0 meets all.
    pub class: u8,
    /// Of a load: the memory has the same contents wherever it may be loaded from while the function runs.
    pub invariant: bool,
    /// Of a load of an address: it is not null.
    pub nonnull: bool,
}

impl Access {
    /// A naturally aligned access of an alias class.
    pub const fn class(class: u8) -> Self {
        Self { align: 0, class, invariant: false, nonnull: false }
    }

    pub const fn aligned(self, align: u8) -> Self {
        Self { align, ..self }
    }

    pub const fn invariant(self) -> Self {
        Self { invariant: true, ..self }
    }

    pub const fn nonnull(self) -> Self {
        Self { nonnull: true, ..self }
    }
}

/// What a call does beside computing its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Effects {
    pub memory: Memory,
    /// It is rarely reached.
    pub cold: bool,
    /// It does not return: the block ends behind it with [`Terminator::Unreachable`].
    pub never_returns: bool,
}

impl Effects {
    pub const PURE: Self = Self { memory: Memory::Pure, cold: false, never_returns: false };
    pub const READS: Self = Self { memory: Memory::Reads, cold: false, never_returns: false };
    pub const WRITES: Self = Self { memory: Memory::Writes, cold: false, never_returns: false };

    pub const fn cold(self) -> Self {
        Self { cold: true, ..self }
    }

    pub const fn never_returns(self) -> Self {
        Self { never_returns: true, ..self }
    }
}

/// Whom a call calls, always by the platform's C convention; integers below 32 bits are passed and returned as C's unsigned ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Callee {
    /// A function of the unit.
    Func(Func),
    /// Something outside of it.
    Symbol(Symbol),
    /// An address.
    Pointer(Value),
}

/// Values in the function's pool, which makes instructions plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct List {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl List {
    pub fn len(self) -> usize {
        self.len as usize
    }

    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// An instruction. What type its results have stands with the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Op {
    Int {
        op: IntOp,
        left: Value,
        right: Value,
    },
    Float {
        op: FloatOp,
        left: Value,
        right: Value,
    },
    /// Two results: the wrapped one, and whether it wrapped.
    Overflow {
        op: OverflowOp,
        left: Value,
        right: Value,
    },
    IntCompare {
        cond: IntCond,
        left: Value,
        right: Value,
    },
    FloatCompare {
        cond: FloatCond,
        left: Value,
        right: Value,
    },
    Select {
        condition: Value,
        yes: Value,
        no: Value,
    },
    Convert {
        op: Conversion,
        value: Value,
    },
    FloatUnary {
        op: FloatUnary,
        value: Value,
    },
    /// `base + index * scale + offset`; all of it wraps.
    Address {
        base: Value,
        index: Option<Value>,
        scale: u32,
        offset: i64,
    },
    Load {
        address: Value,
        offset: i32,
        access: Access,
    },
    Store {
        address: Value,
        value: Value,
        offset: i32,
        access: Access,
    },
    /// Atomic accesses are naturally aligned. They are done each time that they stand there, also in a loop that nothing else leaves: a word
    /// by which another thread says something is read so.
    AtomicLoad {
        address: Value,
        offset: i32,
        order: Order,
    },
    AtomicStore {
        address: Value,
        value: Value,
        offset: i32,
        order: Order,
    },
    /// Two results: what was there, and whether it was what was expected and hence replaced. A failure orders like a load: it acquires if the
    /// success does.
    CompareExchange {
        address: Value,
        offset: i32,
        expected: Value,
        new: Value,
        order: Order,
    },
    /// The result is what was there.
    AtomicAdd {
        address: Value,
        offset: i32,
        value: Value,
        order: Order,
    },
    Call {
        callee: Callee,
        args: List,
        effects: Effects,
    },
}

impl Op {
    /// All values that it reads, in the order of its text.
    pub fn operands(&self, function: &Function, mut each: impl FnMut(Value)) {
        match *self {
            Op::Int { left, right, .. }
            | Op::Float { left, right, .. }
            | Op::Overflow { left, right, .. }
            | Op::IntCompare { left, right, .. }
            | Op::FloatCompare { left, right, .. } => [left, right].into_iter().for_each(each),
            Op::Select { condition, yes, no } => [condition, yes, no].into_iter().for_each(each),
            Op::Convert { value, .. } | Op::FloatUnary { value, .. } => each(value),
            Op::Address { base, index, .. } => [Some(base), index].into_iter().flatten().for_each(each),
            Op::Load { address, .. } | Op::AtomicLoad { address, .. } => each(address),
            Op::Store { address, value, .. } | Op::AtomicStore { address, value, .. } | Op::AtomicAdd { address, value, .. } => {
                [address, value].into_iter().for_each(each);
            }
            Op::CompareExchange { address, expected, new, .. } => [address, expected, new].into_iter().for_each(each),
            Op::Call { callee, args, .. } => {
                if let Callee::Pointer(pointer) = callee {
                    each(pointer);
                }
                function.list(args).iter().copied().for_each(each);
            }
        }
    }
}

/// A block and what its parameters become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Target {
    pub block: Block,
    pub args: List,
}

/// A case of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Case {
    pub bits: u64,
    pub target: Target,
}

/// How a block ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Terminator {
    Jump(Target),
    Branch {
        condition: Value,
        yes: Target,
        no: Target,
        likely: Likely,
    },
    Switch {
        value: Value,
        cases: Vec<Case>,
        default: Target,
    },
    Return(List),
    /// Control never arrives here.
    Unreachable,
}

impl Terminator {
    /// All blocks that may follow, with what they get.
    pub fn targets(&self) -> impl Iterator<Item = Target> {
        let (first, second, cases): (_, _, &[Case]) = match self {
            Terminator::Jump(target) => (Some(*target), None, &[]),
            Terminator::Branch { yes, no, .. } => (Some(*yes), Some(*no), &[]),
            Terminator::Switch { cases, default, .. } => (None, Some(*default), cases),
            Terminator::Return(_) | Terminator::Unreachable => (None, None, &[]),
        };
        first.into_iter().chain(cases.iter().map(|case| case.target)).chain(second)
    }

    /// All values that it reads.
    pub fn operands(&self, function: &Function, mut each: impl FnMut(Value)) {
        match self {
            Terminator::Branch { condition, .. } => each(*condition),
            Terminator::Switch { value, .. } => each(*value),
            Terminator::Return(values) => function.list(*values).iter().copied().for_each(&mut each),
            Terminator::Jump(_) | Terminator::Unreachable => {}
        }
        for target in self.targets() {
            function.list(target.args).iter().copied().for_each(&mut each);
        }
    }
}
