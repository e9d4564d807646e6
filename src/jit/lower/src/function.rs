//! A function: its blocks, their parameters, how they end.
//!
//! Invariant: blocks are lowered in an order in which definitions come before uses; those that cannot be reached are left out. A parameter
//! is a phi, and of the edges from one block to another that has parameters only one is direct: the others pass a block of their own, for
//! a phi knows only where control came from.
use crate::unit::{Shared, broken};
use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::debug_info::DISubprogram;
use inkwell::values::{BasicValue, BasicValueEnum, FunctionValue, IntValue, PhiValue, PointerValue};
use lir::{
    Arena, Block, Case, Const, Def, Dominators, Func, Function, Index, Likely, List, Position, Slot, Target, Terminator, Type,
    Value,
};

/// What is needed while a function is lowered.
pub(crate) struct Lowering<'c, 'a> {
    pub(crate) shared: &'a Shared<'c, 'a>,
    pub(crate) function: &'a Function,
    pub(crate) builder: Builder<'c>,
    values: Arena<Value, Option<BasicValueEnum<'c>>>,
    /// Of each block that can be reached LLVM's.
    blocks: Vec<Option<BasicBlock<'c>>>,
    phis: Vec<Vec<PhiValue<'c>>>,
    slots: Vec<PointerValue<'c>>,
    value: FunctionValue<'c>,
    scope: Option<DISubprogram<'c>>,
}

pub(crate) fn lower<'c>(shared: &Shared<'c, '_>, func: Func) -> Result<(), String> {
    let function = &shared.unit.functions[func];
    let value = shared.function(func);
    let scope = shared.lines.as_ref().map(|lines| lines.function(function, value));
    let builder = shared.kinds.context.create_builder();
    let mut values = Arena::default();
    for _ in 0..function.values.len() {
        let _: Value = values.push(None);
    }
    let blocks = vec![None; function.blocks.len()];
    let phis = vec![Vec::new(); function.blocks.len()];
    Lowering { shared, function, builder, values, blocks, phis, slots: Vec::new(), value, scope }.run()
}

impl<'c> Lowering<'c, '_> {
    fn run(mut self) -> Result<(), String> {
        let dominators = Dominators::new(self.function);
        for &block in dominators.order() {
            self.blocks[block.index()] = Some(self.shared.kinds.context.append_basic_block(self.value, ""));
        }
        for &block in dominators.order() {
            self.start(block)?;
        }
        for &block in dominators.order() {
            self.builder.position_at_end(self.block(block)?);
            for &inst in &self.function.blocks[block].insts {
                self.at(self.function.insts[inst].position);
                self.inst(inst)?;
            }
            self.at(self.function.blocks[block].position);
            self.end(block)?;
        }
        Ok(())
    }

    fn at(&self, position: Position) {
        if let (Some(lines), Some(scope)) = (&self.shared.lines, self.scope) {
            lines.at(&self.builder, scope, position);
        }
    }

    /// Makes a block's parameters; those of the entry are the function's, and its slots are made there.
    fn start(&mut self, block: Block) -> Result<(), String> {
        self.builder.position_at_end(self.block(block)?);
        self.at(Position::NONE);
        let params = &self.function.blocks[block].params;
        if block == Function::ENTRY {
            for (&param, given) in params.iter().zip(self.value.get_param_iter()) {
                self.set(param, given);
            }
            return self.slots();
        }
        for &param in params {
            let phi = self.builder.build_phi(self.shared.kinds.ty(self.function.ty(param)), "").map_err(broken)?;
            self.set(param, phi.as_basic_value());
            self.phis[block.index()].push(phi);
        }
        Ok(())
    }

    fn slots(&mut self) -> Result<(), String> {
        for (slot, data) in self.function.slots.iter() {
            let _: Slot = slot;
            let ty = self.shared.kinds.context.i8_type().array_type(data.bytes);
            let memory = self.builder.build_alloca(ty, "").map_err(broken)?;
            let inst = memory.as_instruction().ok_or("a slot is no instruction")?;
            inst.set_alignment(data.align).map_err(|error| error.to_string())?;
            self.slots.push(memory);
        }
        Ok(())
    }

    fn block(&self, block: Block) -> Result<BasicBlock<'c>, String> {
        self.blocks[block.index()].ok_or_else(|| format!("{block} cannot be reached"))
    }

    // Values

    pub(crate) fn set(&mut self, value: Value, made: BasicValueEnum<'c>) {
        self.values[value] = Some(made);
    }

    pub(crate) fn get(&mut self, value: Value) -> Result<BasicValueEnum<'c>, String> {
        if let Some(known) = self.values[value] {
            return Ok(known);
        }
        let data = self.function.values[value];
        let Def::Const(constant) = data.def else { return Err(format!("{value} is used before it is defined")) };
        let made = self.constant(data.ty, constant)?;
        self.set(value, made);
        Ok(made)
    }

    pub(crate) fn int(&mut self, value: Value) -> Result<IntValue<'c>, String> {
        IntValue::try_from(self.get(value)?).map_err(|()| format!("{value} is no integer"))
    }

    pub(crate) fn pointer(&mut self, value: Value) -> Result<PointerValue<'c>, String> {
        PointerValue::try_from(self.get(value)?).map_err(|()| format!("{value} is no address"))
    }

    pub(crate) fn list(&mut self, list: List) -> Result<Vec<BasicValueEnum<'c>>, String> {
        let function = self.function;
        function.list(list).iter().map(|&value| self.get(value)).collect()
    }

    fn constant(&self, ty: Type, constant: Const) -> Result<BasicValueEnum<'c>, String> {
        let kinds = self.shared.kinds;
        Ok(match constant {
            Const::Int(bits) => kinds.ty(ty).into_int_type().const_int(bits, false).into(),
            // By way of its bits, because a NaN's would not survive a float.
            Const::Float(bits) => {
                let bits = kinds.context.i64_type().const_int(bits, false);
                self.builder.build_bit_cast(bits, kinds.context.f64_type(), "").map_err(broken)?
            }
            Const::Address(0) => kinds.ty(Type::Ptr).into_pointer_type().const_null().into(),
            Const::Address(address) => {
                let address = kinds.context.i64_type().const_int(address, false);
                address.const_to_pointer(kinds.ty(Type::Ptr).into_pointer_type()).into()
            }
            Const::Symbol(symbol) => self.shared.symbol(symbol).into(),
            Const::Data(data) => self.shared.data(data).into(),
            Const::Func(func) => self.shared.function(func).as_global_value().as_pointer_value().into(),
            Const::Slot(slot) => self.slots[slot.index()].into(),
        })
    }

    // How blocks end

    fn end(&mut self, block: Block) -> Result<(), String> {
        let terminator = self.function.blocks[block].terminator.as_ref().ok_or_else(|| format!("{block} has no terminator"))?;
        let mut direct = Vec::new();
        match terminator {
            Terminator::Jump(target) => {
                let to = self.edge(*target, &mut direct)?;
                self.builder.build_unconditional_branch(to).map_err(broken)?;
            }
            Terminator::Branch { condition, yes, no, likely } => {
                let condition = self.int(*condition)?;
                let (yes, no) = (self.edge(*yes, &mut direct)?, self.edge(*no, &mut direct)?);
                self.branch(condition, yes, no, *likely)?;
            }
            Terminator::Switch { value, cases, default } => {
                let value = self.int(*value)?;
                let default = self.edge(*default, &mut direct)?;
                let case = |case: &Case| Ok((value.get_type().const_int(case.bits, false), self.edge(case.target, &mut direct)?));
                let cases = cases.iter().map(case).collect::<Result<Vec<_>, String>>()?;
                self.builder.build_switch(value, default, &cases).map_err(broken)?;
            }
            Terminator::Return(values) => self.ret(*values)?,
            Terminator::Unreachable => {
                self.builder.build_unreachable().map_err(broken)?;
            }
        }
        Ok(())
    }

    fn branch(&self, condition: IntValue<'c>, yes: BasicBlock<'c>, no: BasicBlock<'c>, likely: Likely) -> Result<(), String> {
        let branch = self.builder.build_conditional_branch(condition, yes, no).map_err(broken)?;
        match self.shared.kinds.weights(likely) {
            Some(weights) => branch.set_metadata(weights, self.shared.kinds.prof).map_err(|error| error.to_string()),
            None => Ok(()),
        }
    }

    fn ret(&mut self, values: List) -> Result<(), String> {
        let values = self.list(values)?;
        match values.as_slice() {
            [] => self.builder.build_return(None),
            [value] => self.builder.build_return(Some(value)),
            _ => self.builder.build_aggregate_return(&values),
        }
        .map(|_| ())
        .map_err(broken)
    }

    /// The block that an edge of the current one leads to: the target's own, or one on the way there if there is another such edge.
    fn edge(&mut self, target: Target, direct: &mut Vec<Block>) -> Result<BasicBlock<'c>, String> {
        let from = self.builder.get_insert_block().ok_or("the builder stands nowhere")?;
        let to = self.block(target.block)?;
        if self.phis[target.block.index()].is_empty() {
            return Ok(to);
        }
        let args = self.list(target.args)?;
        let mut source = from;
        let again = direct.contains(&target.block);
        if again {
            source = self.shared.kinds.context.insert_basic_block_after(from, "");
            self.builder.position_at_end(source);
            self.builder.build_unconditional_branch(to).map_err(broken)?;
            self.builder.position_at_end(from);
        }
        direct.push(target.block);
        for (phi, arg) in self.phis[target.block.index()].iter().zip(&args) {
            phi.add_incoming(&[(arg as &dyn BasicValue<'c>, source)]);
        }
        Ok(if again { source } else { to })
    }
}
