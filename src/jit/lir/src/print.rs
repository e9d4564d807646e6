//! LIR as text, for people and goldens.
//!
//! Invariant: the text of a unit is the same in every process: absolute addresses are numbered as they are first met, unless they are
//! asked for. An instruction reads `results: types = name operands, attributes  @position`.
use crate::{
    Access, Block, Callee, Const, Data, Def, Effects, Func, Function, Inst, Likely, List, Memory, Op, Position, Results, Slot,
    Symbol, Target, Terminator, Type, Unit, Value,
};
use std::cell::RefCell;
use std::fmt::{self, Formatter, Write};

/// How absolute addresses are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// `addr0`, `addr1`, …
    Numbered,
    Real,
}

impl Unit {
    /// The unit's text with addresses as wanted; `Display` numbers them.
    pub fn text(&self, addresses: Addresses) -> String {
        let printer = Printer { addresses, met: RefCell::default() };
        let mut out = String::new();
        printer.unit(self, &mut out).expect("a string can be written to");
        out
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Addresses::Numbered))
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let printer = Printer { addresses: Addresses::Numbered, met: RefCell::default() };
        let mut out = String::new();
        printer.function(self, None, &mut out)?;
        f.write_str(&out)
    }
}

impl Function {
    /// The text of one instruction.
    pub fn inst_text(&self, inst: Inst) -> String {
        let printer = Printer { addresses: Addresses::Numbered, met: RefCell::default() };
        let mut out = String::new();
        match self.insts.get(inst) {
            Some(_) => printer.inst(self, inst, &mut out).expect("a string can be written to"),
            None => out = format!("{inst}?"),
        }
        out
    }

    /// The text of a block's terminator.
    pub fn terminator_text(&self, block: Block) -> String {
        let printer = Printer { addresses: Addresses::Numbered, met: RefCell::default() };
        let mut out = String::new();
        if let Some(terminator) = self.blocks.get(block).and_then(|block| block.terminator.as_ref()) {
            printer.terminator(self, terminator, &mut out).expect("a string can be written to");
        }
        out
    }
}

/// Writes text, and remembers which addresses it has met.
struct Printer {
    addresses: Addresses,
    met: RefCell<Vec<u64>>,
}

type Out<'a> = &'a mut String;

impl Printer {
    fn unit(&self, unit: &Unit, out: Out<'_>) -> fmt::Result {
        writeln!(out, "unit {:?}", unit.name)?;
        for (symbol, data) in unit.symbols.iter() {
            let symbol: Symbol = symbol;
            writeln!(out, "symbol {symbol} = {:?}", data.name)?;
        }
        for (data, block) in unit.data.iter() {
            let data: Data = data;
            write!(out, "data {data} = align {}:", block.align)?;
            for byte in &block.bytes {
                write!(out, " {byte:02x}")?;
            }
            out.push('\n');
        }
        for (func, function) in unit.functions.iter() {
            out.push('\n');
            self.function(function, Some(func), out)?;
        }
        Ok(())
    }

    fn function(&self, function: &Function, func: Option<Func>, out: Out<'_>) -> fmt::Result {
        out.push_str("fn ");
        if let Some(func) = func {
            write!(out, "{func} ")?;
        }
        write!(out, "{:?}(", function.name)?;
        commas(out, function.params.iter(), |out, ty| write!(out, "{ty}"))?;
        out.push(')');
        if function.results != Results::None {
            write!(out, " -> {}", function.results)?;
        }
        out.push_str(" {\n");
        for (slot, data) in function.slots.iter() {
            let slot: Slot = slot;
            writeln!(out, "    slot {slot} = {} bytes, align {}", data.bytes, data.align)?;
        }
        for block in function.blocks.indices() {
            self.block(function, block, out)?;
        }
        out.push_str("}\n");
        Ok(())
    }

    fn block(&self, function: &Function, block: Block, out: Out<'_>) -> fmt::Result {
        let data = &function.blocks[block];
        write!(out, "{block}")?;
        if !data.params.is_empty() {
            out.push('(');
            commas(out, data.params.iter(), |out, &param| {
                write!(out, "{param}: ")?;
                match function.values.get(param) {
                    Some(value) => write!(out, "{}", value.ty),
                    None => write!(out, "?"),
                }
            })?;
            out.push(')');
        }
        out.push_str(":\n");
        for &inst in &data.insts {
            out.push_str("    ");
            match function.insts.get(inst) {
                Some(_) => self.inst(function, inst, out)?,
                None => write!(out, "{inst}?")?,
            }
            out.push('\n');
        }
        out.push_str("    ");
        match &data.terminator {
            Some(terminator) => self.terminator(function, terminator, out)?,
            None => out.push_str("(no terminator)"),
        }
        at(out, data.position)?;
        out.push('\n');
        Ok(())
    }

    fn inst(&self, function: &Function, inst: Inst, out: Out<'_>) -> fmt::Result {
        let data = &function.insts[inst];
        if data.results > 0 {
            commas(out, data.values(), |out, value| write!(out, "{value}"))?;
            out.push_str(": ");
            commas(out, data.values(), |out, value| match function.values.get(value) {
                Some(value) => write!(out, "{}", value.ty),
                None => write!(out, "?"),
            })?;
            out.push_str(" = ");
        }
        self.op(function, &data.op, out)?;
        at(out, data.position)
    }

    fn op(&self, function: &Function, op: &Op, out: Out<'_>) -> fmt::Result {
        let name = op.name();
        out.push_str(&name);
        match *op {
            Op::Int { .. }
            | Op::Float { .. }
            | Op::Overflow { .. }
            | Op::IntCompare { .. }
            | Op::FloatCompare { .. }
            | Op::Select { .. }
            | Op::Convert { .. }
            | Op::FloatUnary { .. } => self.operands(function, op, out),
            Op::Address { base, index, scale, offset } => {
                out.push(' ');
                self.value(function, base, out)?;
                if let Some(index) = index {
                    out.push_str(" + ");
                    self.value(function, index, out)?;
                    write!(out, " * {scale}")?;
                }
                displacement(out, offset)
            }
            Op::Load { address, offset, access } => {
                self.place(function, address, offset, out)?;
                attributes(out, access)
            }
            Op::Store { address, value, offset, access } => {
                self.place(function, address, offset, out)?;
                self.more(function, &[value], out)?;
                attributes(out, access)
            }
            Op::AtomicLoad { address, offset, .. } => self.place(function, address, offset, out),
            Op::AtomicStore { address, value, offset, .. } | Op::AtomicAdd { address, value, offset, .. } => {
                self.place(function, address, offset, out)?;
                self.more(function, &[value], out)
            }
            Op::CompareExchange { address, offset, expected, new, .. } => {
                self.place(function, address, offset, out)?;
                self.more(function, &[expected, new], out)
            }
            Op::Call { callee, args, effects } => self.call(function, callee, args, effects, out),
        }
    }

    fn call(&self, function: &Function, callee: Callee, args: List, effects: Effects, out: Out<'_>) -> fmt::Result {
        out.push(' ');
        match callee {
            Callee::Func(func) => write!(out, "{func}")?,
            Callee::Symbol(symbol) => write!(out, "{symbol}")?,
            Callee::Pointer(pointer) => self.value(function, pointer, out)?,
        }
        self.list(function, args, out)?;
        if effects.memory != Memory::Writes {
            write!(out, ", {}", effects.memory)?;
        }
        if effects.cold {
            out.push_str(", cold");
        }
        if effects.never_returns {
            out.push_str(", never returns");
        }
        Ok(())
    }

    fn operands(&self, function: &Function, op: &Op, out: Out<'_>) -> fmt::Result {
        let mut values = Vec::new();
        op.operands(function, |value| values.push(value));
        out.push(' ');
        commas(out, values.into_iter(), |out, value| self.value(function, value, out))
    }

    /// ` address + offset`.
    fn place(&self, function: &Function, address: Value, offset: i32, out: Out<'_>) -> fmt::Result {
        out.push(' ');
        self.value(function, address, out)?;
        displacement(out, i64::from(offset))
    }

    /// `, value, …`.
    fn more(&self, function: &Function, values: &[Value], out: Out<'_>) -> fmt::Result {
        for &value in values {
            out.push_str(", ");
            self.value(function, value, out)?;
        }
        Ok(())
    }

    /// `(value, …)`.
    fn list(&self, function: &Function, values: List, out: Out<'_>) -> fmt::Result {
        out.push('(');
        commas(out, function.list(values).iter(), |out, &value| self.value(function, value, out))?;
        out.push(')');
        Ok(())
    }

    fn target(&self, function: &Function, target: Target, out: Out<'_>) -> fmt::Result {
        write!(out, "{}", target.block)?;
        if target.args.is_empty() { Ok(()) } else { self.list(function, target.args, out) }
    }

    fn terminator(&self, function: &Function, terminator: &Terminator, out: Out<'_>) -> fmt::Result {
        match terminator {
            Terminator::Jump(target) => {
                out.push_str("jump ");
                self.target(function, *target, out)
            }
            Terminator::Branch { condition, yes, no, likely } => {
                out.push_str("branch ");
                self.value(function, *condition, out)?;
                for target in [yes, no] {
                    out.push_str(", ");
                    self.target(function, *target, out)?;
                }
                if *likely == Likely::Unknown { Ok(()) } else { write!(out, ", {likely}") }
            }
            Terminator::Switch { value, cases, default } => {
                out.push_str("switch ");
                self.value(function, *value, out)?;
                for case in cases {
                    write!(out, ", {} => ", case.bits)?;
                    self.target(function, case.target, out)?;
                }
                out.push_str(", else ");
                self.target(function, *default, out)
            }
            Terminator::Return(values) => {
                out.push_str("return");
                if !values.is_empty() {
                    out.push(' ');
                }
                commas(out, function.list(*values).iter(), |out, &value| self.value(function, value, out))
            }
            Terminator::Unreachable => {
                out.push_str("unreachable");
                Ok(())
            }
        }
    }

    /// A value by its number, a constant by what it is.
    fn value(&self, function: &Function, value: Value, out: Out<'_>) -> fmt::Result {
        match function.values.get(value) {
            Some(data) => match data.def {
                Def::Const(constant) => self.constant(data.ty, constant, out),
                Def::Param(..) | Def::Result(..) => write!(out, "{value}"),
            },
            None => write!(out, "{value}?"),
        }
    }

    fn constant(&self, ty: Type, constant: Const, out: Out<'_>) -> fmt::Result {
        match constant {
            Const::Int(bits) if ty == Type::I1 => write!(out, "{}", bits != 0),
            Const::Int(bits) => {
                let unused = 64 - ty.bits();
                write!(out, "{}{ty}", (bits << unused).cast_signed() >> unused)
            }
            Const::Float(bits) => match f64::from_bits(bits) {
                nan if nan.is_nan() => write!(out, "nan({bits:#x})"),
                float => write!(out, "{float:?}f64"),
            },
            Const::Address(0) => write!(out, "null"),
            Const::Address(address) => match self.addresses {
                Addresses::Real => write!(out, "{address:#x}"),
                Addresses::Numbered => write!(out, "addr{}", self.number(address)),
            },
            Const::Symbol(symbol) => write!(out, "{symbol}"),
            Const::Data(data) => write!(out, "{data}"),
            Const::Func(func) => write!(out, "{func}"),
            Const::Slot(slot) => write!(out, "{slot}"),
        }
    }

    fn number(&self, address: u64) -> usize {
        let mut met = self.met.borrow_mut();
        met.iter().position(|&known| known == address).unwrap_or_else(|| {
            met.push(address);
            met.len() - 1
        })
    }
}

impl Op {
    /// The instruction's name, with what belongs to it.
    pub fn name(&self) -> String {
        match self {
            Op::Int { op, .. } => op.name().to_owned(),
            Op::Float { op, .. } => op.name().to_owned(),
            Op::Overflow { op, .. } => op.name().to_owned(),
            Op::IntCompare { cond, .. } => format!("icmp {cond}"),
            Op::FloatCompare { cond, .. } => format!("fcmp {cond}"),
            Op::Select { .. } => "select".to_owned(),
            Op::Convert { op, .. } => op.name().to_owned(),
            Op::FloatUnary { op, .. } => op.name().to_owned(),
            Op::Address { .. } => "address".to_owned(),
            Op::Load { .. } => "load".to_owned(),
            Op::Store { .. } => "store".to_owned(),
            Op::AtomicLoad { order, .. } => format!("atomic.load {order}"),
            Op::AtomicStore { order, .. } => format!("atomic.store {order}"),
            Op::CompareExchange { order, .. } => format!("compare.exchange {order}"),
            Op::AtomicAdd { order, .. } => format!("atomic.add {order}"),
            Op::Call { .. } => "call".to_owned(),
        }
    }
}

fn commas<T>(out: Out<'_>, items: impl Iterator<Item = T>, mut each: impl FnMut(Out<'_>, T) -> fmt::Result) -> fmt::Result {
    for (number, item) in items.enumerate() {
        if number > 0 {
            out.push_str(", ");
        }
        each(out, item)?;
    }
    Ok(())
}

fn displacement(out: Out<'_>, offset: i64) -> fmt::Result {
    match offset {
        0 => Ok(()),
        ..0 => write!(out, " - {}", offset.unsigned_abs()),
        _ => write!(out, " + {offset}"),
    }
}

fn attributes(out: Out<'_>, access: Access) -> fmt::Result {
    write!(out, ", align {}", access.align)?;
    if access.class != 0 {
        write!(out, ", class {}", access.class)?;
    }
    if access.invariant {
        out.push_str(", invariant");
    }
    if access.nonnull {
        out.push_str(", nonnull");
    }
    Ok(())
}

fn at(out: Out<'_>, position: Position) -> fmt::Result {
    if position == Position::NONE { Ok(()) } else { write!(out, "  @{}", position.0) }
}
