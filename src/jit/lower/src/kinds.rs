//! LLVM's names for what LIR says: types, attributes, metadata, orders, conditions.
//!
//! Invariant: all of it is looked up or made once for a unit, because looking up by name costs more than an instruction.
use inkwell::attributes::Attribute;
use inkwell::context::Context;
use inkwell::types::{BasicMetadataTypeEnum, BasicType, BasicTypeEnum, FunctionType};
use inkwell::values::MetadataValue;
use inkwell::{AddressSpace, AtomicOrdering, FloatPredicate, IntPredicate};
use lir::{FloatCond, IntCond, Likely, Memory, Order, Results, Type};
use std::cell::OnceCell;

/// Weights of a branch that usually goes one way.
const OFTEN: u64 = 2_000;
const RARELY: u64 = 1;

pub(crate) struct Kinds<'c> {
    pub(crate) context: &'c Context,
    pub(crate) nounwind: Attribute,
    pub(crate) noreturn: Attribute,
    pub(crate) cold: Attribute,
    pub(crate) willreturn: Attribute,
    pub(crate) zeroext: Attribute,
    pub(crate) frame_pointer: Attribute,
    /// Touches each page of a large frame, so that none lies beyond the page that guards the stack.
    pub(crate) probe_stack: Attribute,
    pub(crate) uwtable: Attribute,
    pure: Attribute,
    reads: Attribute,
    /// Kinds of metadata.
    pub(crate) tbaa: u32,
    pub(crate) prof: u32,
    pub(crate) invariant_load: u32,
    pub(crate) nonnull: u32,
    /// A node that says nothing more than that it is there.
    pub(crate) empty: MetadataValue<'c>,
    root: MetadataValue<'c>,
    classes: Vec<OnceCell<MetadataValue<'c>>>,
    likely: MetadataValue<'c>,
    unlikely: MetadataValue<'c>,
}

impl<'c> Kinds<'c> {
    pub(crate) fn new(context: &'c Context) -> Self {
        let attribute = |name: &str, value: u64| context.create_enum_attribute(Attribute::get_named_enum_kind_id(name), value);
        let weights = |yes: u64, no: u64| {
            let number = |weight| context.i32_type().const_int(weight, false).into();
            context.metadata_node(&[context.metadata_string("branch_weights").into(), number(yes), number(no)])
        };
        // Two bits for each of LLVM's three kinds of memory: 1 reads.
        let all_read = 0b01_01_01;
        Self {
            context,
            nounwind: attribute("nounwind", 0),
            noreturn: attribute("noreturn", 0),
            cold: attribute("cold", 0),
            willreturn: attribute("willreturn", 0),
            zeroext: attribute("zeroext", 0),
            frame_pointer: context.create_string_attribute("frame-pointer", "all"),
            probe_stack: context.create_string_attribute("probe-stack", "inline-asm"),
            uwtable: attribute("uwtable", 1),
            pure: attribute("memory", 0),
            reads: attribute("memory", all_read),
            tbaa: context.get_kind_id("tbaa"),
            prof: context.get_kind_id("prof"),
            invariant_load: context.get_kind_id("invariant.load"),
            nonnull: context.get_kind_id("nonnull"),
            empty: context.metadata_node(&[]),
            root: context.metadata_node(&[context.metadata_string("lir").into()]),
            classes: vec![OnceCell::new(); 256],
            likely: weights(OFTEN, RARELY),
            unlikely: weights(RARELY, OFTEN),
        }
    }

    pub(crate) fn ty(&self, ty: Type) -> BasicTypeEnum<'c> {
        match ty {
            Type::I1 => self.context.bool_type().into(),
            Type::I8 => self.context.i8_type().into(),
            Type::I16 => self.context.i16_type().into(),
            Type::I32 => self.context.i32_type().into(),
            Type::I64 => self.context.i64_type().into(),
            Type::F64 => self.context.f64_type().into(),
            Type::Ptr => self.context.ptr_type(AddressSpace::default()).into(),
        }
    }

    pub(crate) fn signature(&self, params: &[Type], results: Results) -> FunctionType<'c> {
        let params: Vec<BasicMetadataTypeEnum<'c>> = params.iter().map(|&ty| self.ty(ty).into()).collect();
        match results {
            Results::None => self.context.void_type().fn_type(&params, false),
            Results::One(ty) => self.ty(ty).fn_type(&params, false),
            Results::Pair(first, second) => {
                self.context.struct_type(&[self.ty(first), self.ty(second)], false).fn_type(&params, false)
            }
        }
    }

    /// What says which accesses may meet; none where all may.
    pub(crate) fn class(&self, class: u8) -> Option<MetadataValue<'c>> {
        if class == 0 {
            return None;
        }
        let made = self.classes[usize::from(class)].get_or_init(|| {
            let zero = self.context.i64_type().const_zero();
            let name = self.context.metadata_string(&format!("class {class}"));
            let ty = self.context.metadata_node(&[name.into(), self.root.into(), zero.into()]);
            self.context.metadata_node(&[ty.into(), ty.into(), zero.into()])
        });
        Some(*made)
    }

    pub(crate) fn weights(&self, likely: Likely) -> Option<MetadataValue<'c>> {
        match likely {
            Likely::Unknown => None,
            Likely::Yes => Some(self.likely),
            Likely::No => Some(self.unlikely),
        }
    }

    pub(crate) fn memory(&self, memory: Memory) -> Option<Attribute> {
        match memory {
            Memory::Pure => Some(self.pure),
            Memory::Reads => Some(self.reads),
            Memory::Writes => None,
        }
    }
}

pub(crate) fn order(order: Order) -> AtomicOrdering {
    match order {
        Order::Relaxed => AtomicOrdering::Monotonic,
        Order::Acquire => AtomicOrdering::Acquire,
        Order::Release => AtomicOrdering::Release,
        Order::AcqRel => AtomicOrdering::AcquireRelease,
        Order::SeqCst => AtomicOrdering::SequentiallyConsistent,
    }
}

/// An exchange that fails is a load.
pub(crate) fn failure(order: Order) -> AtomicOrdering {
    match order {
        Order::Relaxed | Order::Release => AtomicOrdering::Monotonic,
        Order::Acquire | Order::AcqRel => AtomicOrdering::Acquire,
        Order::SeqCst => AtomicOrdering::SequentiallyConsistent,
    }
}

pub(crate) fn int_predicate(cond: IntCond) -> IntPredicate {
    match cond {
        IntCond::Eq => IntPredicate::EQ,
        IntCond::Ne => IntPredicate::NE,
        IntCond::Slt => IntPredicate::SLT,
        IntCond::Sle => IntPredicate::SLE,
        IntCond::Sgt => IntPredicate::SGT,
        IntCond::Sge => IntPredicate::SGE,
        IntCond::Ult => IntPredicate::ULT,
        IntCond::Ule => IntPredicate::ULE,
        IntCond::Ugt => IntPredicate::UGT,
        IntCond::Uge => IntPredicate::UGE,
    }
}

pub(crate) fn float_predicate(cond: FloatCond) -> FloatPredicate {
    match cond {
        FloatCond::Oeq => FloatPredicate::OEQ,
        FloatCond::One => FloatPredicate::ONE,
        FloatCond::Olt => FloatPredicate::OLT,
        FloatCond::Ole => FloatPredicate::OLE,
        FloatCond::Ogt => FloatPredicate::OGT,
        FloatCond::Oge => FloatPredicate::OGE,
        FloatCond::Ord => FloatPredicate::ORD,
        FloatCond::Ueq => FloatPredicate::UEQ,
        FloatCond::Une => FloatPredicate::UNE,
        FloatCond::Ult => FloatPredicate::ULT,
        FloatCond::Ule => FloatPredicate::ULE,
        FloatCond::Ugt => FloatPredicate::UGT,
        FloatCond::Uge => FloatPredicate::UGE,
        FloatCond::Uno => FloatPredicate::UNO,
    }
}
