//! HIR as text: one line for each instruction, stable, for goldens and logs.

use core::fmt::{Display, Formatter, Result};

use syntax::opcodes::Op as Code;

use super::{BlockData, Edge, End, ExitData, Function, Kind, Node, Old, Op, Value, Word, Write};

struct List<'a, T>(&'a [T]);

impl<T: Display> Display for List<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (i, item) in self.0.iter().enumerate() {
            write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// A register: locals `r0` and up, temps `t-1` and down, as in listings of bytecode.
struct Register(i32);

impl Display for Register {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if self.0 < 0 { write!(f, "t{}", self.0) } else { write!(f, "r{}", self.0) }
    }
}

impl Display for Old {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Old::Nothing => Ok(()),
            Old::Quiet => f.write_str(" over a leaf"),
            Old::Any(exit) => write!(f, " over anything, {exit}"),
        }
    }
}

impl Display for Word {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Word::None => f.write_str("None"),
            Word::True => f.write_str("True"),
            Word::False => f.write_str("False"),
            Word::Small(n) => write!(f, "{n}"),
            Word::Const(k) => write!(f, "const {k}"),
        }
    }
}

impl Display for Edge {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if self.args.is_empty() { write!(f, "{}", self.to) } else { write!(f, "{}({})", self.to, List(&self.args)) }
    }
}

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match *self {
            Op::ConstInt(n) => write!(f, "int {n}"),
            Op::ConstFloat(x) => write!(f, "float {x:?}"),
            Op::ConstBool(b) => write!(f, "bool {b}"),
            Op::LoadReg(r) => write!(f, "load {}", Register(r)),
            Op::Object(address) => write!(f, "object {}", if address == 0 { "?" } else { "fixed" }),
            Op::Namespace(which) => write!(f, "{which:?}"),
            Op::Entry(a, _, place, x) => write!(f, "entry {a} at {place}, {x}"),
            Op::Getter(a, x) => write!(f, "getter of {a}, {x}"),
            Op::Defaults(a, count, x) => write!(f, "defaults of {a}, {count}, {x}"),
            Op::GuardKeys(a, _, x) => write!(f, "guard keys {a}, {x}"),
            Op::GuardOwnTag(a, _, x) => write!(f, "guard own tag {a}, {x}"),
            Op::GuardInline(a, x) => write!(f, "guard inline {a}, {x}"),
            Op::GuardStep(a, word, shape, x) => write!(f, "guard {a} empty at {word}, shape {shape}, {x}"),
            Op::GuardCode(a, code, x) => write!(f, "guard {a} runs code {code}, {x}"),
            Op::New(r, a, old, x) => write!(f, "new {} of {a}{old}, {x}", Register(r)),
            Op::SetShape(a, shape) => write!(f, "shape {a} = {shape}"),
            Op::StoreSlot(a, word, value, x) => write!(f, "store {a} at {word} = {value}, {x}"),
            Op::StoreSlotWord(a, word, value, x) => write!(f, "store {a} at {word} = {value}, {x}"),
            Op::GuardStored(a, r, taken, x) => write!(f, "guard {a} in {} stored{}, {x}", Register(r), if taken { "" } else { " again" }),
            Op::StoreSlotReg(a, word, r, taken, x) => write!(f, "store {a} at {word} = {}{}, {x}", Register(r), if taken { " moved" } else { "" }),
            Op::StoreItemReg(a, i, r, taken, x) => write!(f, "store {a}[{i}] = {}{}, {x}", Register(r), if taken { " moved" } else { "" }),
            Op::Clear(r) => write!(f, "clear {}", Register(r)),
            Op::Closure(a, r, count) => write!(f, "closure {a} to {}, {count}", Register(r)),
            Op::Link(room) => write!(f, "link {room}"),
            Op::Unlink(room) => write!(f, "unlink {room}"),
            Op::GuardUnseen(room, x) => write!(f, "guard unseen {room}, {x}"),
            Op::Invoke(room) => write!(f, "invoke {room}"),
            Op::GuardUndisturbed(room, x) => write!(f, "guard undisturbed {room}, {x}"),
            Op::GuardStack(x) => write!(f, "guard stack, {x}"),
            Op::IsAt(pc) => write!(f, "is at {pc}"),
            Op::Escape(r) => write!(f, "escape {}", Register(r)),
            Op::StepOut => f.write_str("step out"),
            Op::MayReturn(none) => write!(f, "may return{}", if none { " None" } else { "" }),
            Op::Guard(a, x) => write!(f, "guard {a}, {x}"),
            Op::GuardFull(r, x) => write!(f, "guard full {}, {x}", Register(r)),
            Op::GuardClass(a, class, x) => write!(f, "guard {a} is {class:?}, {x}"),
            Op::HasTag(a, _) => write!(f, "has tag {a}"),
            Op::GuardBuiltin(a, builtin, x) => write!(f, "guard {a} is {builtin:?}, {x}"),
            Op::Length(a, x) => write!(f, "length {a}, {x}"),
            Op::IsInstance(a, b, x) => write!(f, "is instance {a}, {b}, {x}"),
            Op::Same(a, b) => write!(f, "same {a}, {b}"),
            Op::GuardTag(a, _, x) => write!(f, "guard tag {a}, {x}"),
            Op::Slot(a, word, x) => write!(f, "slot {a} at {word}, {x}"),
            Op::GuardOwn(a, x) => write!(f, "guard own {a}, {x}"),
            Op::StoreItem(a, i, value, x) => write!(f, "store {a}[{i}] = {value}, {x}"),
            Op::StoreItemWord(a, i, word, x) => write!(f, "store {a}[{i}] = {word}, {x}"),
            Op::GuardMine(a, x) => write!(f, "guard mine {a}, {x}"),
            Op::UnboxInt(a, x) => write!(f, "unbox int {a}, {x}"),
            Op::UnboxNumber(a, x) => write!(f, "unbox number {a}, {x}"),
            Op::UnboxFloat(a) => write!(f, "unbox float {a}"),
            Op::UnboxBool(a) => write!(f, "unbox bool {a}"),
            Op::Int(op, a, b, x) => write!(f, "int {op:?} {a}, {b}, {x}"),
            Op::IntCmp(cmp, a, b) => write!(f, "int {cmp:?} {a}, {b}"),
            Op::IntToFloat(a, x) => write!(f, "int to float {a}, {x}"),
            Op::Float(op, a, b) => write!(f, "float {op:?} {a}, {b}"),
            Op::FloatPow(a, b, None, x) => write!(f, "float Pow {a}, {b}, {x}"),
            Op::FloatPow(a, b, Some(is_odd), x) => write!(f, "float Pow {a}, {} {b}, {x}", if is_odd { "odd" } else { "even" }),
            Op::FloatNeg(a) => write!(f, "float Neg {a}"),
            Op::FloatCmp(cmp, a, b) => write!(f, "float {cmp:?} {a}, {b}"),
            Op::BoolToInt(a) => write!(f, "bool to int {a}"),
            Op::Not(a) => write!(f, "not {a}"),
            Op::BoolCmp(cmp, a, b) => write!(f, "bool {cmp:?} {a}, {b}"),
            Op::EitherFloat(a, b) => write!(f, "either float {a}, {b}"),
            Op::IsFull(r) => write!(f, "is full {}", Register(r)),
            Op::UnboxIfFull(r, kind, x) => write!(f, "unbox {} if full {}, {x}", letter(kind), Register(r)),
            Op::Is(a, word) => write!(f, "{a} is {word}"),
            Op::Flush(r, a, old) => write!(f, "flush {} = {a}{old}", Register(r)),
            Op::FlushIf(r, a, b) => write!(f, "flush {} = {a} if {b}", Register(r)),
            Op::Put(r, word, old) => write!(f, "put {} = {word}{old}", Register(r)),
            Op::Move(r, from, old) => write!(f, "move {} = {}{old}", Register(r), Register(from)),
            Op::Copy(r, from, old) => write!(f, "copy {} = {}{old}", Register(r), Register(from)),
            Op::Release(r, old) => write!(f, "release {}{old}", Register(r)),
            Op::Hold(r, a, old) => write!(f, "hold {} = {a}{old}", Register(r)),
            Op::RangeMore(a) => write!(f, "range more {a}"),
            Op::RangeNext(a) => write!(f, "range next {a}"),
            Op::Len(a, class) => write!(f, "len {class:?} {a}"),
            Op::Index(a, len, x) => write!(f, "index {a} below {len}, {x}"),
            Op::Item(a, class, i) => write!(f, "item {class:?} {a}[{i}]"),
            Op::IterMore(a, class) => write!(f, "more {class:?} {a}"),
            Op::IterEnded(a, class) => write!(f, "ended {class:?} {a}"),
            Op::IterNext(a, class) => write!(f, "next {class:?} {a}"),
            Op::Quick(pc, form, x, left) => write!(f, "quick {pc} {}, {x}, {left}", name_of(form)),
            Op::Step(pc, form) => write!(f, "step {pc} {}", name_of(form)),
        }
    }
}

impl Display for End {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            End::Jump(edge) => write!(f, "jump {edge}"),
            End::Branch(a, yes, no) => write!(f, "branch {a}, {yes}, {no}"),
            End::Step { pc, form, next, target } => write!(f, "step {pc} {}, {next}, {target}", name_of(*form)),
            End::Quick { pc, form, next, target, exit } => {
                write!(f, "quick {pc} {}, {next}, {target}, {exit}", name_of(*form))
            }
            End::Finish(pc) => write!(f, "finish {pc}"),
            End::Return(write) => write!(f, "return {write}"),
            End::Leave(exit) => write!(f, "leave {exit}"),
            End::Back(edge, exit) => write!(f, "back {edge}, {exit}"),
        }
    }
}

impl Display for Write {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Write::Value(value) => write!(f, "{value}"),
            Write::ValueIf(value, truth) => write!(f, "{value} if {truth}"),
            Write::Same(other) => write!(f, "{}", Register(*other)),
            Write::Hold(object) => write!(f, "hold {object}"),
            Write::Word(word) => write!(f, "{word}"),
        }
    }
}

impl Display for ExitData {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "at {}, {:?}", self.pc, self.reason)?;
        if self.room != 0 {
            write!(f, ", in room {}, {} linked", self.room, self.linked)?;
        }
        if let Some(room) = self.dying {
            write!(f, ", as room {room} ends")?;
        }
        for (r, write) in &self.writes {
            write!(f, ", {} = {write}", Register(*r))?;
        }
        Ok(())
    }
}

/// The name of an instruction's form.
fn name_of(form: u16) -> &'static str {
    Code::from_u16(form).map_or("?", Code::name)
}

fn letter(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "int",
        Kind::Float => "float",
        Kind::Bool => "bool",
        Kind::Object => "object",
    }
}

impl Function {
    fn block_text(&self, f: &mut Formatter<'_>, number: usize, block: &BlockData) -> Result {
        let params: Vec<String> = block.params.iter().map(|value| self.typed(*value)).collect();
        writeln!(f, "b{number}({}): // {}", params.join(", "), block.pc)?;
        for Node { op, value, .. } in &block.nodes {
            match value {
                Some(value) => writeln!(f, "    {} = {op}", self.typed(*value))?,
                None => writeln!(f, "    {op}")?,
            }
        }
        match &block.end {
            Some(end) => writeln!(f, "    {end}"),
            None => writeln!(f, "    (no end)"),
        }
    }

    fn typed(&self, value: Value) -> String {
        format!("{value}: {}", letter(self.kind(value)))
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "unit {} at {}", self.name, self.pc)?;
        for (number, room) in self.rooms.iter().enumerate().skip(1) {
            writeln!(f, "room {number}: code {} called at {}, words from {}, registers from {}", room.code, room.call, room.first_word, Register(room.first))?;
        }
        for (number, block) in self.blocks.iter().enumerate() {
            self.block_text(f, number, block)?;
        }
        for (number, exit) in self.exits.iter().enumerate() {
            writeln!(f, "x{number}: {exit}")?;
        }
        Ok(())
    }
}
