//! HIR: a function in SSA form over raw numbers and borrowed objects, beside the registers of its frame.
//!
//! Objects stay in the frame's registers, which hold their counts as in the interpreter; values of HIR are raw numbers, truths, and
//! pointers that are borrowed from a register or from what it holds. So moving an object counts as much as in the interpreter, and
//! numbers cost nothing until somebody else looks: an [`Exit`] says which registers are to be written from values then.
//!
//! A unit may run functions that it calls as a part of itself, in frames that are made when somebody could see them: [`Room`]s. Words of all
//! rooms' codes are numbered one room after the other, and so are registers: those of a room follow those of its caller as on the stack.
//!
//! Invariants: a value is used only where its definition dominates; [`Kind::Object`] values never go through a block's parameters; an exit names each
//! register at most once.

mod print;
mod verify;

use std::collections::BTreeMap;

use interp::compiled::feedback::Builtin;

pub use verify::Problem;
pub(crate) use verify::reverse_postorder;

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident $letter:literal),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(pub u32);

        impl $name {
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl lir::Index for $name {
            fn new(index: u32) -> Self {
                $name(index)
            }

            fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }
    )*};
}
index! {
    /// A value.
    Value "v",
    /// A block.
    Block "b",
    /// A way out of the unit, see [`ExitData`].
    Exit "x"
}

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// 64 bits, signed.
    Int,
    Float,
    Bool,
    /// The address of an object that somebody else holds.
    Object,
}

/// What is known of an object's type. A class says that the type is exactly this one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    Any,
    Int,
    Float,
    Bool,
    None,
    Str,
    List,
    Tuple,
    RangeIter,
    ListIter,
    TupleIter,
    Dict,
    Function,
    Type,
}

impl Class {
    /// What is known of an object that is of one or the other class.
    pub fn join(self, other: Class) -> Class {
        if self == other { self } else { Class::Any }
    }

    /// The kind of value that an object of this class is taken out to.
    pub fn raw(self) -> Option<Kind> {
        match self {
            Class::Int => Some(Kind::Int),
            Class::Float => Some(Kind::Float),
            Class::Bool => Some(Kind::Bool),
            _ => None,
        }
    }

    /// Whether giving up such an object never runs code.
    pub fn ends_quietly(self) -> bool {
        matches!(self, Class::Int | Class::Float | Class::Bool | Class::None | Class::Str)
    }
}

impl Kind {
    /// The class of the object that is made of such a value.
    pub fn class(self) -> Class {
        match self {
            Kind::Int => Class::Int,
            Kind::Float => Class::Float,
            Kind::Bool => Class::Bool,
            Kind::Object => Class::Any,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IntOp {
    Add,
    Sub,
    Mul,
    /// Rounds down; leaves for a divisor of 0.
    FloorDiv,
    /// Has the divisor's sign; leaves for a divisor of 0.
    Mod,
    And,
    Or,
    Xor,
    Shl,
    Shr,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FloatOp {
    Add,
    Sub,
    Mul,
    /// The divisor is not 0.
    Div,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cmp {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

/// What a register that is written held before.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Old {
    /// Nothing that counts: a temp that is not live, a register known to be empty.
    Nothing,
    /// Nothing, or an object that ends without running code.
    Quiet,
    /// Anything: giving it up may run code, which sees the state of this exit.
    Any(Exit),
}

/// An instruction.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Op {
    ConstInt(i64),
    ConstFloat(f64),
    ConstBool(bool),
    /// The object in a full register.
    LoadReg(i32),
    /// An object at a fixed address.
    Object(u64),
    /// The namespace of globals, or of builtins, of the unit's own frame.
    Namespace(Namespace),
    /// The value at a place of a dict that has this version of its keys; leaves otherwise.
    Entry(Value, u32, u16, Exit),
    /// Leaves unless the dict has this version of its keys.
    GuardKeys(Value, u32, Exit),
    /// Leaves unless the object, which is a type, has this version tag itself.
    GuardOwnTag(Value, u32, Exit),
    /// Leaves unless the instance's values are inline.
    GuardInline(Value, Exit),
    /// Leaves unless the instance, whose slot at this word is empty, has this shape.
    GuardStep(Value, u16, u32, Exit),
    /// Leaves unless the function runs this code of the source, in its namespaces.
    GuardCode(Value, u32, Exit),
    /// The getter of a property; leaves if it has none.
    Getter(Value, Exit),
    /// The function's tuple of defaults; leaves unless it has so many.
    Defaults(Value, u32, Exit),
    /// A new instance of a class into a register, which may hold the class; leaves where there is no memory.
    New(i32, Value, Old, Exit),
    /// The instance has this shape now.
    SetShape(Value, u32),
    /// Makes the slot of an instance that passed [`Op::GuardOwn`] hold a number's object. What was there may run code as it ends, which sees the state
    /// of the exit.
    StoreSlot(Value, u16, Value, Exit),
    /// The same for an immortal object.
    StoreSlotWord(Value, u16, Word, Exit),
    /// Leaves unless the object may be stored plainly into what passed [`Op::GuardOwn`] (R6), from this register: moved out of it, or held once more.
    GuardStored(Value, i32, bool, Exit),
    /// Puts the object of a register that passed [`Op::GuardStored`] into a slot of an instance, moved out or held once more.
    StoreSlotReg(Value, u16, i32, bool, Exit),
    /// The same for an item of a list.
    StoreItemReg(Value, Value, i32, bool, Exit),
    /// Empties a register that has no content yet.
    Clear(i32),
    /// Makes registers hold the cells that the function's closure has: the first register, and how many.
    Closure(Value, i32, u32),
    /// Links the frame of a room, whose caller's is the innermost.
    Link(u32),
    /// Takes the frame of a room off again.
    Unlink(u32),
    /// Calls the function of a room that is no part of the unit, and whose arguments are in its registers. All registers of the callers are current,
    /// and their frames linked; the result is in the caller's register for what is called.
    Invoke(u32),
    /// Leaves, after a call in this room, if somebody wants something of the thread, or wrote a local of a frame of the unit.
    GuardUndisturbed(u32, Exit),
    /// Leaves where the machine's stack is nearly full.
    GuardStack(Exit),
    /// Whether the unit's frame is at this word.
    IsAt(u32),
    /// The unit's frame, which is about to end by [`End::Return`], is the innermost no more.
    StepOut,
    /// Whether the unit's frame can be ended by [`End::Return`]; with None, if that is so.
    MayReturn(bool),
    /// Leaves if there is a `frame` object of the room's frame, which is linked.
    GuardUnseen(u32, Exit),
    /// Leaves if the value is false.
    Guard(Value, Exit),
    /// Leaves if the register is empty.
    GuardFull(i32, Exit),
    /// Leaves unless the object is exactly of this class.
    GuardClass(Value, Class, Exit),
    /// Leaves unless the object's type has this version tag.
    GuardTag(Value, u32, Exit),
    /// Whether an object's type has this version tag.
    HasTag(Value, u32),
    /// Leaves unless an object is this builtin function.
    GuardBuiltin(Value, Builtin, Exit),
    /// `len(object)`; leaves where that takes a call.
    Length(Value, Exit),
    /// `isinstance(object, class)`; leaves where that takes a call.
    IsInstance(Value, Value, Exit),
    /// Whether two objects are one.
    Same(Value, Value),
    /// Leaves unless the object is *mine*.
    GuardMine(Value, Exit),
    /// Leaves unless the object has the owner that new objects have: it is *mine*, and may hold them (R6).
    GuardOwn(Value, Exit),
    /// The number of an exact int; leaves if it takes more than 64 bits.
    UnboxInt(Value, Exit),
    /// The number of an exact float.
    UnboxFloat(Value),
    /// The float that an exact float is, or an exact int stands for; leaves for what is neither, or an int that no float is exactly.
    UnboxNumber(Value, Exit),
    /// Whether the object is `True`.
    UnboxBool(Value),
    /// Leaves where the result takes more than 64 bits, or Python raises.
    Int(IntOp, Value, Value, Exit),
    IntCmp(Cmp, Value, Value),
    /// Leaves unless the float is exactly the int.
    IntToFloat(Value, Exit),
    Float(FloatOp, Value, Value),
    FloatNeg(Value),
    /// A power; leaves unless the base is above zero and the result is finite. With a whole exponent the base may be below zero, too: whether
    /// that is odd.
    FloatPow(Value, Value, Option<bool>, Exit),
    FloatCmp(Cmp, Value, Value),
    BoolToInt(Value),
    Not(Value),
    BoolCmp(Cmp, Value, Value),
    /// Whether one of two objects is exactly a float.
    EitherFloat(Value, Value),
    /// Whether the register holds something.
    IsFull(i32),
    /// As the unboxing of an object of this kind in a register; 0 if the register is empty.
    UnboxIfFull(i32, Kind, Exit),
    /// Whether the object is this constant (`is`).
    Is(Value, Word),
    /// Makes the register hold the number.
    Flush(i32, Value, Old),
    /// The same if the truth (the second value) says so; else the register stays empty.
    FlushIf(i32, Value, Value),
    /// Makes the register hold what needs no count.
    Put(i32, Word, Old),
    /// Makes a full register hold what it names by itself, not through its frame: a frame that ends is looked through for hot objects no more (R12).
    Escape(i32),
    /// Moves what a register holds; the source is empty afterwards.
    Move(i32, i32, Old),
    /// Another hold on what a register holds.
    Copy(i32, i32, Old),
    /// Empties a register.
    Release(i32, Old),
    /// A hold on an object.
    Hold(i32, Value, Old),
    /// Puts a number's object into a list that passed [`Op::GuardOwn`], at an index within its length. What was there may run code as it ends, which
    /// sees the state of the exit.
    StoreItem(Value, Value, Value, Exit),
    /// The same for an immortal object.
    StoreItemWord(Value, Value, Word, Exit),
    /// What the slot at this word of an object that is *mine* holds; leaves if it is empty.
    Slot(Value, u16, Exit),
    /// Whether the iterator over a range that is *mine* has another item.
    RangeMore(Value),
    /// That item; the iterator steps on.
    RangeNext(Value),
    /// Length of a list or tuple.
    Len(Value, Class),
    /// An index as Python means it, counted from the end if it is negative; leaves if it is not below the length (the second value).
    Index(Value, Value, Exit),
    /// Item of a list that is *mine*, or of a tuple, at an index within its length.
    Item(Value, Class, Value),
    /// Whether an iterator over a list or tuple, which is *mine*, has another item. False, too, where its list is not *mine*.
    IterMore(Value, Class),
    IterNext(Value, Class),
    /// Whether an iterator over a list or tuple, which is *mine*, has come to its end, and nobody else has it who could ask it again.
    IterEnded(Value, Class),
    /// Runs the quick half of the instruction at this word, in the form of this number: it reads and writes its own registers, which are current,
    /// and calls nothing. Leaves at the first exit where that does nothing; what its output held before may run code as it ends, which sees the
    /// state of the second.
    Quick(u32, u16, Exit, Exit),
    /// Runs the instruction at this word, in the form of this number so far, as the interpreter does. All registers are current before and after.
    Step(u32, u16),
}

/// Where a frame looks for names that are no locals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Namespace {
    Globals,
    Builtins,
}

/// What a register may hold without a count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Word {
    None,
    True,
    False,
    /// One of the small ints that there is one object of.
    Small(i32),
    /// A constant, by its number among those of all codes of the source.
    Const(u32),
}

/// A way to a block, with its arguments.
#[derive(Clone, PartialEq, Debug)]
pub struct Edge {
    pub to: Block,
    pub args: Vec<Value>,
}

/// How a block ends.
#[derive(Clone, PartialEq, Debug)]
pub enum End {
    Jump(Edge),
    /// By the truth of a value.
    Branch(Value, Edge, Edge),
    /// Runs the instruction at `pc` as the interpreter does, and goes where it says: behind itself, or to its jump's target; or out.
    Step { pc: u32, form: u16, next: Edge, target: Edge },
    /// As [`Op::Quick`] for an instruction that jumps and has no output.
    Quick { pc: u32, form: u16, next: Edge, target: Edge, exit: Exit },
    /// Runs the instruction at this word as the interpreter does, and leaves.
    Finish(u32),
    /// Returns to the calling frame, where [`Op::MayReturn`] has said that it is possible. Nothing is left in the locals but what is moved out
    /// ([`Write::Same`] means that here).
    Return(Write),
    /// Leaves at an exit.
    Leave(Exit),
    /// The end of a loop: as a jump, but leaves if somebody wants something of the thread.
    Back(Edge, Exit),
}

/// An instruction with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    pub op: Op,
    pub value: Option<Value>,
    /// The word of the bytecode instruction that it is made for.
    pub pc: u32,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct BlockData {
    pub params: Vec<Value>,
    pub nodes: Vec<Node>,
    pub end: Option<End>,
    /// Where it begins, and the word of its last instruction.
    pub pc: u32,
    /// What the interpreter takes for the instructions that begin here ([`crate::worth`]).
    pub interpreted: u32,
}

/// Why a unit is left.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// The instruction is not compiled, or not yet.
    NotCompiled,
    /// Somebody wants something of the thread.
    Poll,
    Class,
    /// An object of another thread, or a common one.
    Mine,
    /// A register was empty.
    Empty,
    /// An int of more than 64 bits.
    Overflow,
    /// What Python raises for: a division by zero, an index out of range.
    Value,
    /// The quick half of an instruction did nothing.
    Quick,
    /// Another function is called than before.
    Callee,
    /// The instruction had never run.
    Cold,
    /// The machine's stack is nearly full.
    Stack,
    /// After a call: somebody wants something of the thread, or wrote a local.
    Disturbed,
}

impl Reason {
    /// Whether the unit is worse for it: such exits are counted.
    pub fn is_counted(self) -> bool {
        !matches!(self, Reason::Poll | Reason::Stack | Reason::Disturbed)
    }
}

/// What a register gets at an exit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Write {
    /// A new object for the number.
    Value(Value),
    /// A new object for the number if the truth says so; else the register stays empty.
    ValueIf(Value, Value),
    /// What the other register holds by then: the two name one object.
    Same(i32),
    /// A hold on an object.
    Hold(Value),
    Word(Word),
}

/// A way out: the interpreter goes on at `pc` with the frame's registers, of which some are written first, in this order. What such a
/// register held ends quietly.
#[derive(Clone, PartialEq, Debug)]
pub struct ExitData {
    pub pc: u32,
    /// The innermost room, and how many rooms are linked.
    pub room: u32,
    pub linked: u32,
    /// A room that is being left, whose registers hold something still.
    pub dying: Option<u32>,
    pub reason: Reason,
    pub writes: Vec<(i32, Write)>,
}

impl ExitData {
    /// The values that its writes take, in their order.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        self.writes.iter().flat_map(|(_, write)| write.values())
    }
}

impl Write {
    /// The values that it takes, in their order.
    pub fn values(self) -> impl Iterator<Item = Value> {
        let values = match self {
            Write::Value(value) | Write::Hold(value) => [Some(value), None],
            Write::ValueIf(value, present) => [Some(value), Some(present)],
            Write::Same(_) | Write::Word(_) => [None, None],
        };
        values.into_iter().flatten()
    }
}

/// A frame: the unit's own is the first room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Room {
    /// It is the frame of a function that is called, and has no words in the unit.
    pub is_called: bool,
    /// The room that calls.
    pub parent: Option<u32>,
    /// Its code's number in the source.
    pub code: usize,
    /// What its first word's number is.
    pub first_word: u32,
    /// The register that is its local 0.
    pub first: i32,
    /// The word of the calling instruction, and how many words that has.
    pub call: u32,
    pub skip: u8,
    /// Registers of the caller: for the result, and for what is called, where the instance waits for its `__init__`; of an operator its operands
    /// ([`interp::compiled::feedback::Operands`]).
    pub dst: i32,
    pub base: i32,
    pub gives: Gives,
    /// Temps and locals.
    pub temps: i32,
    pub locals: i32,
}

/// What the caller of a room gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gives {
    Result,
    /// The instance that an `__init__` was called for, which returns None.
    Instance,
    Nothing,
    /// The result of an operator, whose operands wait in the caller's registers; not `NotImplemented`.
    OfOperator,
}

/// A unit.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Function {
    pub name: String,
    /// Where it is entered.
    pub pc: u32,
    pub rooms: Vec<Room>,
    /// Words of the marks behind yields where it is entered, too.
    pub marks: Vec<u32>,
    /// What each value is.
    pub values: Vec<Kind>,
    pub blocks: Vec<BlockData>,
    pub exits: Vec<ExitData>,
    /// Of each instruction that runs as the interpreter runs it: the word behind it, and its jump's target.
    pub behind: BTreeMap<u32, (u32, Option<u32>)>,
}

impl Function {
    pub fn new(name: &str, pc: u32) -> Function {
        Function { name: name.to_owned(), pc, ..Function::default() }
    }

    /// The room of a word, and the word's number in its code.
    pub fn place(&self, pc: u32) -> (usize, u32) {
        let room = self.rooms.partition_point(|room| room.first_word <= pc).saturating_sub(1);
        (room, pc - self.rooms.get(room).map_or(0, |room| room.first_word))
    }

    /// A room and those that it runs in, innermost first.
    pub fn chain(&self, room: u32) -> impl Iterator<Item = u32> {
        core::iter::successors(Some(room), |room| self.rooms.get(*room as usize)?.parent)
    }

    /// The rooms that an exit has to link, outermost first.
    pub fn unlinked(&self, exit: &ExitData) -> Vec<u32> {
        let mut rooms: Vec<u32> = self.chain(exit.room).filter(|room| *room != 0).collect();
        rooms.reverse();
        rooms.split_off((exit.linked as usize).min(rooms.len()))
    }

    /// Whether a register is a temp where this room is the innermost.
    pub fn is_temp(&self, room: u32, r: i32) -> bool {
        for room in self.chain(room) {
            match self.rooms.get(room as usize) {
                Some(room) if r >= room.first => return false,
                Some(room) if r >= room.first - room.temps => return true,
                _ => {}
            }
        }
        r < 0
    }

    pub fn block(&mut self, pc: u32) -> Block {
        self.blocks.push(BlockData { pc, ..BlockData::default() });
        Block(self.blocks.len() as u32 - 1)
    }

    pub fn param(&mut self, block: Block, kind: Kind) -> Value {
        let value = self.value(kind);
        self.blocks[block.index()].params.push(value);
        value
    }

    pub fn value(&mut self, kind: Kind) -> Value {
        self.values.push(kind);
        Value(self.values.len() as u32 - 1)
    }

    pub fn kind(&self, value: Value) -> Kind {
        self.values[value.index()]
    }

    pub fn exit(&mut self, exit: ExitData) -> Exit {
        self.exits.push(exit);
        Exit(self.exits.len() as u32 - 1)
    }

    /// Adds an instruction that defines a value that was made before.
    pub fn define(&mut self, block: Block, value: Value, op: Op) {
        let pc = self.pc;
        self.blocks[block.index()].nodes.push(Node { op, value: Some(value), pc });
    }

    /// Adds an instruction; its value, if it has one.
    pub fn push(&mut self, block: Block, pc: u32, op: Op) -> Option<Value> {
        let value = op.result().map(|kind| self.value(kind));
        self.blocks[block.index()].nodes.push(Node { op, value, pc });
        value
    }
}

impl Op {
    /// What the instruction's value is.
    pub fn result(&self) -> Option<Kind> {
        Some(match self {
            Op::ConstInt(_) | Op::UnboxInt(..) | Op::Int(..) | Op::BoolToInt(_) | Op::RangeNext(_) | Op::Len(..) | Op::Length(..) | Op::Index(..) => Kind::Int,
            Op::ConstFloat(_) | Op::UnboxFloat(_) | Op::UnboxNumber(..) | Op::IntToFloat(..) | Op::Float(..) | Op::FloatNeg(_) | Op::FloatPow(..) => Kind::Float,
            Op::ConstBool(_) | Op::UnboxBool(_) | Op::IntCmp(..) | Op::FloatCmp(..) | Op::BoolCmp(..) | Op::Not(_) | Op::Is(..) => Kind::Bool,
            Op::RangeMore(_) | Op::IterMore(..) | Op::IterEnded(..) | Op::HasTag(..) | Op::Same(..) | Op::IsInstance(..) | Op::EitherFloat(..) | Op::IsFull(_) | Op::MayReturn(_) | Op::IsAt(_) => Kind::Bool,
            Op::UnboxIfFull(_, kind, _) => *kind,
            Op::LoadReg(_) | Op::Object(_) | Op::Namespace(_) | Op::Getter(..) | Op::Defaults(..) | Op::Entry(..) | Op::Item(..) | Op::IterNext(..) | Op::Slot(..) => Kind::Object,
            Op::Guard(..) | Op::GuardBuiltin(..) | Op::GuardFull(..) | Op::GuardClass(..) | Op::GuardTag(..) | Op::GuardMine(..) | Op::GuardOwn(..) | Op::StoreItem(..) | Op::StoreItemWord(..) | Op::Flush(..) | Op::FlushIf(..) | Op::Put(..) | Op::Move(..) => return None,
            Op::Copy(..) | Op::Release(..) | Op::Hold(..) | Op::Step(..) | Op::Quick(..) => return None,
            Op::GuardKeys(..) | Op::GuardOwnTag(..) | Op::GuardInline(..) | Op::GuardStep(..) | Op::GuardCode(..) | Op::New(..) | Op::SetShape(..) => return None,
            Op::GuardStored(..) | Op::StoreSlotReg(..) | Op::StoreItemReg(..) | Op::StoreSlot(..) | Op::StoreSlotWord(..) | Op::Clear(_) | Op::Closure(..) | Op::Link(_) | Op::Unlink(_) | Op::GuardUnseen(..) | Op::Invoke(_) | Op::GuardUndisturbed(..) | Op::GuardStack(_) | Op::StepOut | Op::Escape(_) => return None,
        })
    }

    /// The values that it uses.
    pub fn uses(&self) -> Vec<Value> {
        match *self {
            Op::Guard(a, _) | Op::GuardClass(a, ..) | Op::GuardTag(a, ..) | Op::Slot(a, ..) | Op::GuardMine(a, _) | Op::GuardOwn(a, _) | Op::UnboxInt(a, _) | Op::UnboxFloat(a) | Op::UnboxNumber(a, _) | Op::UnboxBool(a) => vec![a],
            Op::IntToFloat(a, _) | Op::FloatNeg(a) | Op::BoolToInt(a) | Op::Not(a) | Op::Flush(_, a, _) | Op::Hold(_, a, _) => vec![a],
            Op::HasTag(a, _) | Op::GuardBuiltin(a, ..) | Op::Length(a, _) | Op::RangeMore(a) | Op::RangeNext(a) | Op::Len(a, _) | Op::IterMore(a, ..) | Op::IterEnded(a, _) | Op::IterNext(a, _) => vec![a],
            Op::Int(_, a, b, _) | Op::IntCmp(_, a, b) | Op::Float(_, a, b) | Op::FloatPow(a, b, ..) | Op::Same(a, b) | Op::IsInstance(a, b, _) | Op::FloatCmp(_, a, b) | Op::BoolCmp(_, a, b) | Op::Item(a, _, b) | Op::Index(a, b, _) | Op::FlushIf(_, a, b) | Op::StoreItemWord(a, b, ..) | Op::EitherFloat(a, b) => vec![a, b],
            Op::StoreItem(a, b, c, _) => vec![a, b, c],
            Op::Getter(a, _) | Op::Defaults(a, ..) | Op::Entry(a, ..) | Op::GuardKeys(a, ..) | Op::GuardOwnTag(a, ..) | Op::GuardInline(a, _) | Op::GuardStep(a, ..) | Op::GuardCode(a, ..) => vec![a],
            Op::New(_, a, ..) | Op::Is(a, _) | Op::SetShape(a, _) | Op::StoreSlotWord(a, ..) | Op::Closure(a, ..) => vec![a],
            Op::GuardStored(a, ..) | Op::StoreSlotReg(a, ..) => vec![a],
            Op::StoreSlot(a, _, b, _) | Op::StoreItemReg(a, b, ..) => vec![a, b],
            _ => Vec::new(),
        }
    }

    /// Where it may leave, or what state it shows.
    pub fn exit(&self) -> Option<Exit> {
        match *self {
            Op::Guard(_, x) | Op::GuardFull(_, x) | Op::GuardClass(_, _, x) | Op::GuardTag(_, _, x) | Op::Slot(_, _, x) | Op::GuardMine(_, x) | Op::GuardOwn(_, x) | Op::StoreItem(.., x) | Op::StoreItemWord(.., x) | Op::UnboxInt(_, x) | Op::UnboxNumber(_, x) | Op::UnboxIfFull(_, _, x) | Op::Int(_, _, _, x) => Some(x),
            Op::IntToFloat(_, x) | Op::FloatPow(_, _, _, x) | Op::GuardBuiltin(_, _, x) | Op::Length(_, x) | Op::IsInstance(_, _, x) | Op::Index(_, _, x) | Op::Quick(_, _, x, _) => Some(x),
            Op::Getter(_, x) | Op::Defaults(.., x) | Op::Entry(.., x) | Op::GuardKeys(.., x) | Op::GuardOwnTag(.., x) | Op::GuardInline(_, x) | Op::GuardStep(.., x) | Op::GuardCode(.., x) => Some(x),
            Op::New(.., x) | Op::GuardStored(.., x) | Op::StoreSlotReg(.., x) | Op::StoreItemReg(.., x) | Op::StoreSlot(.., x) | Op::StoreSlotWord(.., x) | Op::GuardUnseen(_, x) | Op::GuardUndisturbed(_, x) | Op::GuardStack(x) => Some(x),
            Op::Flush(_, _, Old::Any(x)) | Op::Put(_, _, Old::Any(x)) | Op::Move(_, _, Old::Any(x)) | Op::Copy(_, _, Old::Any(x)) => Some(x),
            Op::Release(_, Old::Any(x)) | Op::Hold(_, _, Old::Any(x)) => Some(x),
            _ => None,
        }
    }

    /// Whether it may run other code, so that borrowed objects may be gone afterwards.
    pub fn calls_out(&self) -> bool {
        match self {
            Op::Step(..) | Op::Invoke(_) | Op::Quick(..) | Op::StoreItem(..) | Op::StoreItemWord(..) | Op::StoreSlot(..) | Op::StoreSlotWord(..) | Op::StoreSlotReg(..) | Op::StoreItemReg(..) => true,
            Op::Flush(_, _, old) | Op::Put(_, _, old) | Op::Move(_, _, old) | Op::Copy(_, _, old) | Op::Release(_, old) | Op::Hold(_, _, old) => {
                matches!(old, Old::Any(_))
            }
            _ => false,
        }
    }
}

impl End {
    /// The ways on inside the unit.
    pub fn edges(&self) -> Vec<&Edge> {
        match self {
            End::Jump(edge) | End::Back(edge, _) => vec![edge],
            End::Branch(_, a, b) | End::Step { next: a, target: b, .. } | End::Quick { next: a, target: b, .. } => vec![a, b],
            End::Finish(_) | End::Leave(_) | End::Return(_) => Vec::new(),
        }
    }
}
