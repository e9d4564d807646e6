//! Instructions, but for calls.
//!
//! Invariant: what LIR says of a result holds whatever Cranelift's own instruction leaves open; that is done here and nowhere else.
use super::function::Lowering;
use super::kinds;
use cranelift_codegen::ir::immediates::Offset32;
use cranelift_codegen::ir::{self, AliasRegionData, AtomicRmwOp, InstBuilder, MemFlagsData, types};
use lir::{Access, Conversion, FloatOp, FloatUnary, Inst, IntCond, IntOp, Op, Order, OverflowOp, Type, Value};

type Made = Result<ir::Value, String>;

impl Lowering<'_, '_, '_> {
    pub(super) fn inst(&mut self, inst: Inst) -> Result<(), String> {
        let data = self.function.insts[inst];
        let made = match data.op {
            Op::Int { op, left, right } => self.binary(op, left, right)?,
            Op::Float { op, left, right } => self.float(op, left, right)?,
            Op::IntCompare { cond, left, right } => {
                // The sign of a true truth value is negative.
                let is_turned = self.function.ty(left) == Type::I1 && matches!(cond, IntCond::Slt | IntCond::Sle | IntCond::Sgt | IntCond::Sge);
                let (left, right) = (self.get(left)?, self.get(right)?);
                let (left, right) = if is_turned { (right, left) } else { (left, right) };
                self.to.ins().icmp(kinds::int_cc(cond), left, right)
            }
            Op::FloatCompare { cond, left, right } => {
                let (left, right) = (self.get(left)?, self.get(right)?);
                self.to.ins().fcmp(kinds::float_cc(cond), left, right)
            }
            Op::Select { condition, yes, no } => {
                let (condition, yes, no) = (self.get(condition)?, self.get(yes)?, self.get(no)?);
                self.to.ins().select(condition, yes, no)
            }
            Op::Convert { op, value } => self.convert(op, value, self.function.ty(data.first))?,
            Op::FloatUnary { op, value } => self.float_unary(op, value)?,
            Op::Address { base, index, scale, offset } => self.address(base, index, scale, offset)?,
            Op::Load { address, offset, access } => {
                let address = self.get(address)?;
                let flags = self.flags(access);
                self.to.ins().load(kinds::ty(self.function.ty(data.first)), flags, address, Offset32::new(offset))
            }
            Op::AtomicLoad { address, offset, .. } => self.atomic_load(address, offset, self.function.ty(data.first))?,
            Op::AtomicAdd { address, offset, value, .. } => {
                let (place, ty) = (self.place(address, offset)?, kinds::ty(self.function.ty(value)));
                let value = self.get(value)?;
                self.to.ins().atomic_rmw(ty, MemFlagsData::trusted(), AtomicRmwOp::Add, place, value)
            }
            Op::Store { address, value, offset, access } => {
                let (address, value) = (self.get(address)?, self.get(value)?);
                let flags = self.flags(access);
                self.to.ins().store(flags, value, address, Offset32::new(offset));
                return Ok(());
            }
            Op::AtomicStore { address, value, offset, order } => return self.atomic_store(address, offset, value, order),
            Op::Overflow { op, left, right } => {
                let (left, right) = (self.get(left)?, self.get(right)?);
                let pair = match op {
                    OverflowOp::Add => self.to.ins().sadd_overflow(left, right),
                    OverflowOp::Sub => self.to.ins().ssub_overflow(left, right),
                    OverflowOp::Mul => self.to.ins().smul_overflow(left, right),
                };
                self.set_all(inst, &[pair.0, pair.1]);
                return Ok(());
            }
            Op::CompareExchange { address, offset, expected, new, .. } => {
                let place = self.place(address, offset)?;
                let (expected, new) = (self.get(expected)?, self.get(new)?);
                let before = self.to.ins().atomic_cas(MemFlagsData::trusted(), place, expected, new);
                let replaced = self.to.ins().icmp(ir::condcodes::IntCC::Equal, before, expected);
                self.set_all(inst, &[before, replaced]);
                return Ok(());
            }
            Op::Call { callee, args, .. } => return self.call(inst, callee, args),
        };
        self.set_all(inst, &[made]);
        Ok(())
    }

    /// Gives an instruction its results.
    pub(super) fn set_all(&mut self, inst: Inst, made: &[ir::Value]) {
        for (result, made) in self.function.insts[inst].values().zip(made) {
            self.set(result, *made);
        }
    }

    fn binary(&mut self, op: IntOp, left: Value, right: Value) -> Made {
        let (left, right) = (self.get(left)?, self.get(right)?);
        let b = self.to.ins();
        // Shifts take their count modulo the type's bits by themselves.
        Ok(match op {
            IntOp::Add => b.iadd(left, right),
            IntOp::Sub => b.isub(left, right),
            IntOp::Mul => b.imul(left, right),
            IntOp::And => b.band(left, right),
            IntOp::Or => b.bor(left, right),
            IntOp::Xor => b.bxor(left, right),
            IntOp::Shl => b.ishl(left, right),
            IntOp::Lshr => b.ushr(left, right),
            IntOp::Ashr => b.sshr(left, right),
            IntOp::Sdiv => b.sdiv(left, right),
            IntOp::Srem => b.srem(left, right),
            IntOp::Udiv => b.udiv(left, right),
            IntOp::Urem => b.urem(left, right),
        })
    }

    fn float(&mut self, op: FloatOp, left: Value, right: Value) -> Made {
        let (left, right) = (self.get(left)?, self.get(right)?);
        let b = self.to.ins();
        Ok(match op {
            FloatOp::Add => b.fadd(left, right),
            FloatOp::Sub => b.fsub(left, right),
            FloatOp::Mul => b.fmul(left, right),
            FloatOp::Div => b.fdiv(left, right),
        })
    }

    fn float_unary(&mut self, op: FloatUnary, value: Value) -> Made {
        let value = self.get(value)?;
        let b = self.to.ins();
        Ok(match op {
            FloatUnary::Neg => b.fneg(value),
            FloatUnary::Abs => b.fabs(value),
            FloatUnary::Sqrt => b.sqrt(value),
            FloatUnary::Floor => b.floor(value),
            FloatUnary::Ceil => b.ceil(value),
            FloatUnary::Trunc => b.trunc(value),
            FloatUnary::Rint => b.nearest(value),
        })
    }

    fn convert(&mut self, op: Conversion, value: Value, to: Type) -> Made {
        let (from, wanted) = (self.function.ty(value), kinds::ty(to));
        let value = self.get(value)?;
        let is_same = kinds::ty(from) == wanted;
        Ok(match op {
            // A truth value as a number of eight bits is itself; as a number to extend by its sign it is not.
            Conversion::Sext if from == Type::I1 => {
                let wide = if is_same { value } else { self.to.ins().uextend(wanted, value) };
                self.to.ins().ineg(wide)
            }
            Conversion::Zext | Conversion::PtrToInt | Conversion::IntToPtr if is_same => value,
            Conversion::Zext => self.to.ins().uextend(wanted, value),
            Conversion::Sext => self.to.ins().sextend(wanted, value),
            Conversion::Trunc => {
                let narrow = if is_same { value } else { self.to.ins().ireduce(wanted, value) };
                if to == Type::I1 { self.to.ins().band_imm_u(narrow, 1) } else { narrow }
            }
            Conversion::IntToFloat => {
                // There is an instruction for 32 and 64 bits.
                let wide = match from {
                    Type::I1 => {
                        let wide = self.to.ins().uextend(types::I32, value);
                        self.to.ins().ineg(wide)
                    }
                    Type::I8 | Type::I16 => self.to.ins().sextend(types::I32, value),
                    _ => value,
                };
                self.to.ins().fcvt_from_sint(wanted, wide)
            }
            Conversion::FloatToInt => self.saturated(value, to),
            Conversion::FloatToBits | Conversion::BitsToFloat => self.to.ins().bitcast(wanted, MemFlagsData::new(), value),
            Conversion::PtrToInt | Conversion::IntToPtr => return Err(format!("an address of {from}")),
        })
    }

    /// Towards zero, to the nearest integer that there is.
    fn saturated(&mut self, value: ir::Value, to: Type) -> ir::Value {
        let wanted = kinds::ty(to);
        if !matches!(to, Type::I8 | Type::I16) {
            return self.to.ins().fcvt_to_sint_sat(wanted, value);
        }
        let wide = self.to.ins().fcvt_to_sint_sat(types::I32, value);
        let most = (1 << (to.bits() - 1)) - 1;
        let (least, most) = (self.to.ins().iconst(types::I32, -most - 1), self.to.ins().iconst(types::I32, most));
        let low = self.to.ins().smax(wide, least);
        let within = self.to.ins().smin(low, most);
        self.to.ins().ireduce(wanted, within)
    }

    // Memory

    fn address(&mut self, base: Value, index: Option<Value>, scale: u32, offset: i64) -> Made {
        let mut address = self.get(base)?;
        if let Some(index) = index {
            let index = self.get(index)?;
            let scaled = match scale {
                1 => index,
                scale if scale.is_power_of_two() => self.to.ins().ishl_imm_u(index, i64::from(scale.trailing_zeros())),
                scale => self.to.ins().imul_imm_s(index, i64::from(scale)),
            };
            address = self.to.ins().iadd(address, scaled);
        }
        Ok(if offset == 0 { address } else { self.to.ins().iadd_imm_s(address, offset) })
    }

    fn place(&mut self, address: Value, offset: i32) -> Made {
        self.address(address, None, 1, i64::from(offset))
    }

    /// An access does not fault, but it may not be moved: what was tested in front of it says that it does not.
    fn flags(&mut self, access: Access) -> MemFlagsData {
        let data = AliasRegionData { user_id: u32::from(access.class), description: "".into() };
        let region = self.has_classes.then(|| self.to.func.dfg.alias_regions.insert(data));
        MemFlagsData::new().with_notrap().with_alias_region(region)
    }

    fn atomic_load(&mut self, address: Value, offset: i32, ty: Type) -> Made {
        let place = self.place(address, offset)?;
        let is_float = ty == Type::F64;
        let bits = self.to.ins().atomic_load(if is_float { types::I64 } else { kinds::ty(ty) }, MemFlagsData::trusted(), place);
        Ok(if is_float { self.to.ins().bitcast(types::F64, MemFlagsData::new(), bits) } else { bits })
    }

    /// A store that is only to be seen in order is a plain one on this machine, and Cranelift moves none over another.
    fn atomic_store(&mut self, address: Value, offset: i32, value: Value, order: Order) -> Result<(), String> {
        let place = self.place(address, offset)?;
        let is_float = self.function.ty(value) == Type::F64;
        let value = self.get(value)?;
        let value = if is_float { self.to.ins().bitcast(types::I64, MemFlagsData::new(), value) } else { value };
        match order {
            Order::SeqCst | Order::AcqRel | Order::Acquire => self.to.ins().atomic_store(MemFlagsData::trusted(), value, place),
            Order::Relaxed | Order::Release => self.to.ins().store(MemFlagsData::trusted(), value, place, Offset32::new(0)),
        };
        Ok(())
    }
}
