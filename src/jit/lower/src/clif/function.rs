//! A function: its blocks, their parameters, how they end.
//!
//! Invariant: blocks are told in an order in which definitions come before uses; those that cannot be reached are left out. A constant is told
//! where it is used: Cranelift keeps no register for what it can make again.
use super::{Shared, broken, kinds};
use cranelift_codegen::Context;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, StackSlotData, StackSlotKind, TrapCode, types};
use cranelift_module::Module;
use lir::{Arena, Block, BlockData, Case, Const, Def, Dominators, Func, Function, Index, Likely, List, Target, Terminator, Type, Value};
use std::collections::HashMap;

/// What is needed while a function is told.
pub(super) struct Lowering<'f, 's, 'a> {
    pub(super) shared: &'s mut Shared<'a>,
    pub(super) function: &'a Function,
    pub(super) to: FuncCursor<'f>,
    values: Arena<Value, Option<ir::Value>>,
    blocks: Vec<Option<ir::Block>>,
    slots: Vec<ir::StackSlot>,
    pub(super) callees: HashMap<cranelift_module::FuncId, ir::FuncRef>,
    /// Whether accesses say their classes: where one meets all others, none does.
    pub(super) has_classes: bool,
}

pub(super) fn lower(shared: &mut Shared<'_>, func: Func, context: &mut Context) -> Result<(), String> {
    let function = &shared.unit.functions[func];
    context.func.signature = kinds::signature(shared.conv, &function.params, function.results);
    context.func.name = ir::UserFuncName::user(0, func.index() as u32);
    let mut values = Arena::default();
    for _ in 0..function.values.len() {
        let _: Value = values.push(None);
    }
    let has_class = |op: &lir::Op| match op {
        lir::Op::Load { access, .. } | lir::Op::Store { access, .. } => access.class != 0,
        _ => true,
    };
    let has_classes = function.insts.iter().all(|(_, data)| has_class(&data.op));
    let to = FuncCursor::new(&mut context.func);
    let blocks = vec![None; function.blocks.len()];
    Lowering { shared, function, to, values, blocks, slots: Vec::new(), callees: HashMap::new(), has_classes }.run()
}

impl Lowering<'_, '_, '_> {
    fn run(mut self) -> Result<(), String> {
        let dominators = Dominators::new(self.function);
        let cold = self.cold_blocks(dominators.order());
        for &block in dominators.order() {
            let made = self.to.func.dfg.make_block();
            self.to.func.layout.append_block(made);
            if cold[block.index()] {
                self.to.func.layout.set_cold(made);
            }
            self.blocks[block.index()] = Some(made);
            for &param in &self.function.blocks[block].params {
                let value = self.to.func.dfg.append_block_param(made, kinds::ty(self.function.ty(param)));
                self.set(param, value);
            }
        }
        for (_, slot) in self.function.slots.iter() {
            let data = StackSlotData::new(StackSlotKind::ExplicitSlot, slot.bytes, slot.align.trailing_zeros() as u8);
            self.slots.push(self.to.func.create_sized_stack_slot(data));
        }
        for &block in dominators.order() {
            let made = self.block(block)?;
            self.to.goto_bottom(made);
            let BlockData { insts, terminator, .. } = &self.function.blocks[block];
            for &inst in insts {
                self.inst(inst)?;
            }
            self.end(terminator.as_ref().ok_or_else(|| format!("{block} has no terminator"))?)?;
        }
        Ok(())
    }

    /// Which blocks are rarely reached: those to which only unlikely ways lead, and from such blocks.
    fn cold_blocks(&self, order: &[Block]) -> Vec<bool> {
        let mut warm = vec![false; self.function.blocks.len()];
        warm[Function::ENTRY.index()] = true;
        for &block in order {
            let BlockData { insts, terminator, .. } = &self.function.blocks[block];
            let is_rare = |inst: &lir::Inst| matches!(self.function.insts[*inst].op, lir::Op::Call { effects, .. } if effects.cold);
            if !warm[block.index()] {
                continue;
            }
            if block != Function::ENTRY && insts.iter().any(is_rare) {
                warm[block.index()] = false;
            }
            match terminator {
                Some(Terminator::Branch { yes, no, likely, .. }) => {
                    warm[yes.block.index()] |= *likely != Likely::No;
                    warm[no.block.index()] |= *likely != Likely::Yes;
                }
                Some(other) => other.targets().for_each(|target| warm[target.block.index()] = true),
                None => {}
            }
        }
        warm.iter().map(|is_warm| !is_warm).collect()
    }

    fn block(&self, block: Block) -> Result<ir::Block, String> {
        self.blocks[block.index()].ok_or_else(|| format!("{block} cannot be reached"))
    }

    // Values

    pub(super) fn set(&mut self, value: Value, made: ir::Value) {
        self.values[value] = Some(made);
    }

    pub(super) fn get(&mut self, value: Value) -> Result<ir::Value, String> {
        if let Some(known) = self.values[value] {
            return Ok(known);
        }
        let data = self.function.values[value];
        let Def::Const(constant) = data.def else { return Err(format!("{value} is used before it is defined")) };
        self.constant(data.ty, constant)
    }

    pub(super) fn list(&mut self, list: List) -> Result<Vec<ir::Value>, String> {
        let function = self.function;
        function.list(list).iter().map(|&value| self.get(value)).collect()
    }

    fn constant(&mut self, ty: Type, constant: Const) -> Result<ir::Value, String> {
        let func_address = |this: &mut Self, id| {
            let callee = this.callee(id);
            this.to.ins().func_addr(types::I64, callee)
        };
        Ok(match constant {
            Const::Int(bits) => {
                let sign = 64 - kinds::ty(ty).bits();
                // Cranelift wants the bits above the type's to be the sign.
                self.to.ins().iconst(kinds::ty(ty), (bits.cast_signed() << sign) >> sign)
            }
            Const::Float(bits) => self.to.ins().f64const(ir::immediates::Ieee64::with_bits(bits)),
            Const::Address(address) => self.to.ins().iconst(types::I64, address.cast_signed()),
            Const::Symbol(symbol) => {
                let id = self.shared.symbol(symbol, None)?;
                func_address(self, id)
            }
            Const::Func(func) => {
                let id = self.shared.function(func);
                func_address(self, id)
            }
            Const::Data(data) => {
                let id = self.shared.data(data);
                let global = self.shared.module.declare_data_in_func(id, self.to.func);
                self.to.ins().symbol_value(types::I64, global)
            }
            Const::Slot(slot) => {
                let slot = self.slots[slot.index()];
                self.to.ins().stack_addr(types::I64, slot, 0)
            }
        })
    }

    // How blocks end

    fn end(&mut self, terminator: &Terminator) -> Result<(), String> {
        match terminator {
            Terminator::Jump(target) => {
                let (to, args) = self.edge(*target)?;
                self.to.ins().jump(to, &args);
            }
            Terminator::Branch { condition, yes, no, .. } => {
                let condition = self.get(*condition)?;
                let ((yes, yes_args), (no, no_args)) = (self.edge(*yes)?, self.edge(*no)?);
                self.to.ins().brif(condition, yes, &yes_args, no, &no_args);
            }
            Terminator::Switch { value, cases, default } => self.switch(*value, cases, *default)?,
            Terminator::Return(values) => {
                let values = self.list(*values)?;
                self.to.ins().return_(&values);
            }
            Terminator::Unreachable => {
                let code = TrapCode::user(1).ok_or_else(|| broken("no such trap"))?;
                self.to.ins().trap(code);
            }
        }
        Ok(())
    }

    /// One comparison after the other: there are few cases.
    fn switch(&mut self, value: Value, cases: &[Case], default: Target) -> Result<(), String> {
        let ty = self.function.ty(value);
        let value = self.get(value)?;
        for case in cases {
            let bits = self.constant(ty, Const::Int(case.bits))?;
            let is_this = self.to.ins().icmp(ir::condcodes::IntCC::Equal, value, bits);
            let (to, args) = self.edge(case.target)?;
            let next = self.to.func.dfg.make_block();
            self.to.ins().brif(is_this, to, &args, next, &[]);
            self.to.insert_block(next);
            self.to.goto_bottom(next);
        }
        let (to, args) = self.edge(default)?;
        self.to.ins().jump(to, &args);
        Ok(())
    }

    fn edge(&mut self, target: Target) -> Result<(ir::Block, Vec<BlockArg>), String> {
        let args = self.list(target.args)?;
        Ok((self.block(target.block)?, args.into_iter().map(BlockArg::Value).collect()))
    }
}
