//! Instructions, but for calls.
//!
//! Invariant: what LIR says of a result holds whatever LLVM's own instruction leaves open; that is done here and nowhere else.
use crate::function::Lowering;
use crate::kinds::{failure, float_predicate, int_predicate, order};
use crate::unit::broken;
use inkwell::AtomicRMWBinOp;
use inkwell::values::{BasicValue, BasicValueEnum, InstructionValue, IntValue, PointerValue};
use lir::{Access, Conversion, FloatOp, FloatUnary, Inst, IntOp, Op, Order, OverflowOp, Type, Value};

type Made<'c> = Result<BasicValueEnum<'c>, String>;

/// LLVM knows no more of an access than this.
const MOST_ALIGNED: u32 = 64;

impl<'c> Lowering<'c, '_> {
    pub(crate) fn inst(&mut self, inst: Inst) -> Result<(), String> {
        let data = self.function.insts[inst];
        let mut results = data.values();
        let made = match data.op {
            Op::Int { op, left, right } => self.binary(op, left, right)?,
            Op::Float { op, left, right } => self.float(op, left, right)?,
            Op::IntCompare { cond, left, right } => {
                let (left, right) = (self.bits(left)?, self.bits(right)?);
                self.builder.build_int_compare(int_predicate(cond), left, right, "").map_err(broken)?.into()
            }
            Op::FloatCompare { cond, left, right } => {
                let (left, right) = (self.get(left)?.into_float_value(), self.get(right)?.into_float_value());
                self.builder.build_float_compare(float_predicate(cond), left, right, "").map_err(broken)?.into()
            }
            Op::Select { condition, yes, no } => {
                let (condition, yes, no) = (self.int(condition)?, self.get(yes)?, self.get(no)?);
                self.builder.build_select(condition, yes, no, "").map_err(broken)?
            }
            Op::Convert { op, value } => self.convert(op, value, self.function.ty(data.first))?,
            Op::FloatUnary { op, value } => self.float_unary(op, value)?,
            Op::Address { base, index, scale, offset } => self.address(base, index, scale, offset)?.into(),
            Op::Load { address, offset, access } => self.load(address, offset, access, self.function.ty(data.first))?,
            Op::AtomicLoad { address, offset, order } => {
                self.atomic_load(address, offset, order, self.function.ty(data.first))?
            }
            Op::AtomicAdd { address, offset, value, order } => self.atomic_add(address, offset, value, order)?,
            Op::Store { address, value, offset, access } => return self.store(address, offset, value, access),
            Op::AtomicStore { address, value, offset, order } => return self.atomic_store(address, offset, value, order),
            Op::Overflow { op, left, right } => {
                let made = self.overflow(op, left, right)?;
                return self.two(made, results);
            }
            Op::CompareExchange { address, offset, expected, new, order } => {
                let made = self.compare_exchange(address, offset, (expected, new), order)?;
                return self.two(made, results);
            }
            Op::Call { callee, args, effects } => return self.call(inst, callee, args, effects),
        };
        let result = results.next().ok_or("an instruction without its result")?;
        self.set(result, made);
        Ok(())
    }

    /// Takes a pair apart.
    pub(crate) fn two(&mut self, pair: BasicValueEnum<'c>, results: impl Iterator<Item = Value>) -> Result<(), String> {
        for (number, result) in results.enumerate() {
            let part = self.builder.build_extract_value(pair.into_struct_value(), number as u32, "").map_err(broken)?;
            self.set(result, part);
        }
        Ok(())
    }

    /// An integer or the bits of an address.
    fn bits(&mut self, value: Value) -> Result<IntValue<'c>, String> {
        match self.get(value)? {
            BasicValueEnum::IntValue(int) => Ok(int),
            BasicValueEnum::PointerValue(pointer) => {
                self.builder.build_ptr_to_int(pointer, self.shared.kinds.context.i64_type(), "").map_err(broken)
            }
            other => Err(format!("{other} has no bits to compare")),
        }
    }

    fn binary(&mut self, op: IntOp, left: Value, right: Value) -> Made<'c> {
        let (left, mut right) = (self.int(left)?, self.int(right)?);
        if matches!(op, IntOp::Shl | IntOp::Lshr | IntOp::Ashr) {
            let most = right.get_type().const_int(u64::from(right.get_type().get_bit_width()) - 1, false);
            right = self.builder.build_and(right, most, "").map_err(broken)?;
        }
        let b = &self.builder;
        let made = match op {
            IntOp::Add => b.build_int_add(left, right, ""),
            IntOp::Sub => b.build_int_sub(left, right, ""),
            IntOp::Mul => b.build_int_mul(left, right, ""),
            IntOp::And => b.build_and(left, right, ""),
            IntOp::Or => b.build_or(left, right, ""),
            IntOp::Xor => b.build_xor(left, right, ""),
            IntOp::Shl => b.build_left_shift(left, right, ""),
            IntOp::Lshr => b.build_right_shift(left, right, false, ""),
            IntOp::Ashr => b.build_right_shift(left, right, true, ""),
            IntOp::Sdiv => b.build_int_signed_div(left, right, ""),
            IntOp::Srem => b.build_int_signed_rem(left, right, ""),
            IntOp::Udiv => b.build_int_unsigned_div(left, right, ""),
            IntOp::Urem => b.build_int_unsigned_rem(left, right, ""),
        };
        Ok(made.map_err(broken)?.into())
    }

    fn float(&mut self, op: FloatOp, left: Value, right: Value) -> Made<'c> {
        let (left, right) = (self.get(left)?.into_float_value(), self.get(right)?.into_float_value());
        let b = &self.builder;
        let made = match op {
            FloatOp::Add => b.build_float_add(left, right, ""),
            FloatOp::Sub => b.build_float_sub(left, right, ""),
            FloatOp::Mul => b.build_float_mul(left, right, ""),
            FloatOp::Div => b.build_float_div(left, right, ""),
        };
        Ok(made.map_err(broken)?.into())
    }

    fn overflow(&mut self, op: OverflowOp, left: Value, right: Value) -> Made<'c> {
        let ty = self.function.ty(left);
        let name = match op {
            OverflowOp::Add => "llvm.sadd.with.overflow",
            OverflowOp::Sub => "llvm.ssub.with.overflow",
            OverflowOp::Mul => "llvm.smul.with.overflow",
        };
        let args = [self.get(left)?, self.get(right)?];
        self.intrinsic(name, ty, &[ty], &args)
    }

    fn float_unary(&mut self, op: FloatUnary, value: Value) -> Made<'c> {
        let name = match op {
            FloatUnary::Neg => {
                let value = self.get(value)?.into_float_value();
                return Ok(self.builder.build_float_neg(value, "").map_err(broken)?.into());
            }
            FloatUnary::Abs => "llvm.fabs",
            FloatUnary::Sqrt => "llvm.sqrt",
            FloatUnary::Floor => "llvm.floor",
            FloatUnary::Ceil => "llvm.ceil",
            FloatUnary::Trunc => "llvm.trunc",
            FloatUnary::Rint => "llvm.rint",
        };
        let args = [self.get(value)?];
        self.intrinsic(name, Type::F64, &[Type::F64], &args)
    }

    /// Calls one of LLVM's own functions.
    fn intrinsic(&self, name: &'static str, ty: Type, types: &[Type], args: &[BasicValueEnum<'c>]) -> Made<'c> {
        let types: Vec<_> = types.iter().map(|&ty| self.shared.kinds.ty(ty)).collect();
        let function = self.shared.intrinsic(name, ty, &types)?;
        let args: Vec<_> = args.iter().map(|&arg| arg.into()).collect();
        let call = self.builder.build_direct_call(function, &args, "").map_err(broken)?;
        call.try_as_basic_value().basic().ok_or_else(|| format!("{name} returns nothing"))
    }

    fn convert(&mut self, op: Conversion, value: Value, to: Type) -> Made<'c> {
        let (from, wanted) = (self.get(value)?, self.shared.kinds.ty(to));
        let b = &self.builder;
        let int = || from.into_int_value();
        Ok(match op {
            Conversion::Zext => b.build_int_z_extend(int(), wanted.into_int_type(), "").map_err(broken)?.into(),
            Conversion::Sext => b.build_int_s_extend(int(), wanted.into_int_type(), "").map_err(broken)?.into(),
            Conversion::Trunc => b.build_int_truncate(int(), wanted.into_int_type(), "").map_err(broken)?.into(),
            Conversion::IntToFloat => b.build_signed_int_to_float(int(), wanted.into_float_type(), "").map_err(broken)?.into(),
            Conversion::FloatToInt => self.intrinsic("llvm.fptosi.sat", to, &[to, Type::F64], &[from])?,
            Conversion::FloatToBits | Conversion::BitsToFloat => b.build_bit_cast(from, wanted, "").map_err(broken)?,
            Conversion::PtrToInt => {
                b.build_ptr_to_int(from.into_pointer_value(), wanted.into_int_type(), "").map_err(broken)?.into()
            }
            Conversion::IntToPtr => b.build_int_to_ptr(int(), wanted.into_pointer_type(), "").map_err(broken)?.into(),
        })
    }

    // Memory

    fn address(&mut self, base: Value, index: Option<Value>, scale: u32, offset: i64) -> Result<PointerValue<'c>, String> {
        let mut pointer = self.pointer(base)?;
        if let Some(index) = index {
            let index = self.int(index)?;
            let scale = index.get_type().const_int(u64::from(scale), false);
            let scaled = self.builder.build_int_mul(index, scale, "").map_err(broken)?;
            pointer = self.plus(pointer, scaled)?;
        }
        let offset = self.shared.kinds.context.i64_type().const_int(offset.cast_unsigned(), true);
        if offset.is_null() { Ok(pointer) } else { self.plus(pointer, offset) }
    }

    fn plus(&self, pointer: PointerValue<'c>, bytes: IntValue<'c>) -> Result<PointerValue<'c>, String> {
        // SAFETY: one index, into bytes: there is nothing that it could be wrong for.
        unsafe { self.builder.build_gep(self.shared.kinds.context.i8_type(), pointer, &[bytes], "") }.map_err(broken)
    }

    fn place(&mut self, address: Value, offset: i32) -> Result<PointerValue<'c>, String> {
        self.address(address, None, 1, i64::from(offset))
    }

    fn load(&mut self, address: Value, offset: i32, access: Access, ty: Type) -> Made<'c> {
        let place = self.place(address, offset)?;
        let loaded = self.builder.build_load(self.shared.kinds.ty(ty), place, "").map_err(broken)?;
        let inst = instruction(loaded)?;
        self.annotate(inst, access)?;
        let kinds = self.shared.kinds;
        for (holds, kind) in [(access.invariant, kinds.invariant_load), (access.nonnull, kinds.nonnull)] {
            if holds {
                inst.set_metadata(kinds.empty, kind).map_err(|error| error.to_string())?;
            }
        }
        Ok(loaded)
    }

    fn store(&mut self, address: Value, offset: i32, value: Value, access: Access) -> Result<(), String> {
        let (place, value) = (self.place(address, offset)?, self.get(value)?);
        let inst = self.builder.build_store(place, value).map_err(broken)?;
        self.annotate(inst, access)
    }

    fn annotate(&self, inst: InstructionValue<'c>, access: Access) -> Result<(), String> {
        inst.set_alignment(u32::from(access.align).min(MOST_ALIGNED)).map_err(|error| error.to_string())?;
        match self.shared.kinds.class(access.class) {
            Some(class) => inst.set_metadata(class, self.shared.kinds.tbaa).map_err(|error| error.to_string()),
            None => Ok(()),
        }
    }

    fn atomic_load(&mut self, address: Value, offset: i32, how: Order, ty: Type) -> Made<'c> {
        let place = self.place(address, offset)?;
        let loaded = self.builder.build_load(self.shared.kinds.ty(ty), place, "").map_err(broken)?;
        atomic(instruction(loaded)?, how, ty)?;
        Ok(loaded)
    }

    fn atomic_store(&mut self, address: Value, offset: i32, value: Value, how: Order) -> Result<(), String> {
        let (place, ty) = (self.place(address, offset)?, self.function.ty(value));
        let value = self.get(value)?;
        atomic(self.builder.build_store(place, value).map_err(broken)?, how, ty)
    }

    fn atomic_add(&mut self, address: Value, offset: i32, value: Value, how: Order) -> Made<'c> {
        let (place, value) = (self.place(address, offset)?, self.int(value)?);
        Ok(self.builder.build_atomicrmw(AtomicRMWBinOp::Add, place, value, order(how)).map_err(broken)?.into())
    }

    fn compare_exchange(&mut self, address: Value, offset: i32, (expected, new): (Value, Value), how: Order) -> Made<'c> {
        let (place, expected, new) = (self.place(address, offset)?, self.get(expected)?, self.get(new)?);
        Ok(self.builder.build_cmpxchg(place, expected, new, order(how), failure(how)).map_err(broken)?.into())
    }
}

fn instruction(value: BasicValueEnum<'_>) -> Result<InstructionValue<'_>, String> {
    value.as_instruction_value().ok_or_else(|| "a load is no instruction".to_owned())
}

/// Atomic accesses are naturally aligned.
fn atomic(inst: InstructionValue<'_>, how: Order, ty: Type) -> Result<(), String> {
    inst.set_alignment(u32::from(ty.bytes())).map_err(|error| error.to_string())?;
    inst.set_atomic_ordering(order(how)).map_err(|error| error.to_string())
}
