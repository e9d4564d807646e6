//! Instructions that a Python function does which the operand's class has for them: its frame runs in the loop.
//!
//! What a class has under a name stays as long as its version tag (R8): the first cache word is the tag, the function's entry in the code's side
//! table, and what the other operand has to be.

use heap::{Object, Raised, Thread};
use objects::ops::number;
use objects::typing::lookup;
use objects::{Float, Int, Str, names};
use syntax::opcodes::Op;

use super::call::{self, takes_exactly};
use crate::adapt::{self, Cached};
use crate::fast;
use crate::frame::{Fp, Kind, Pc};

/// The class's function takes whatever the other operands are.
pub const METHOD: u16 = 15;
/// An operator's, whose right operand is of the same class as the left one.
pub const OPERATOR_SAME: u16 = 16;
/// An operator's, whose right operand is an exact int.
pub const OPERATOR_INT: u16 = 17;
/// An operator's, whose right operand is an exact float.
pub const OPERATOR_FLOAT: u16 = 18;

/// Notes the Python function for so many arguments that an object's class has under a name; false if it has none.
pub fn note(th: &mut Thread, f: Fp, pc: Pc, object: &Object, name: &Str, nargs: i32, kind: u16) -> bool {
    let tag = lookup::assign_tag(th, object.ty());
    let found = lookup::lookup(th, object.ty(), name).filter(|found| tag != 0 && takes_exactly(found, nargs));
    let Some(index) = found.and_then(|found| f.code().side.push(core::ptr::from_ref(&*found) as usize)) else { return false };
    adapt::store(pc.cache(1), tag, index, kind);
    true
}

/// `SubscriptPy`, `StoreSubscriptPy`: the frame of the class's function, which takes what is in these registers; `None` if the cache does not fit.
#[inline(never)]
pub fn enter<const N: usize>(th: &mut Thread, f: Fp, pc: Pc, operands: [i32; N], (kind, dst): (Kind, i32)) -> Option<Result<Fp, Raised>> {
    const SKIP: u8 = 1 + Op::Subscript.cache_words() as u8;
    const { assert!(Op::Subscript.cache_words() == Op::StoreSubscript.cache_words()) };
    let regs = f.regs();
    let cached = Cached::load(pc, 1);
    if !cached.is(regs.get(operands[0]).ty().version_tag(), METHOD) {
        return None;
    }
    let held = fast::cached(th, f.code().side.object(cached.slot())?)?;
    let entered = call::enter_with(th, held, N as i32, |th, i| regs.move_in(th, operands[i as usize]))?;
    Some(entered.inspect(|frame| call::returns_to(*frame, kind, dst, SKIP)))
}

/// Of an instruction that has such a form for operators: that, the name that the left operand's class has the function under, and the operator.
fn form_of(op: Op) -> Option<(Op, &'static Str, &'static number::Operator)> {
    Some(match op {
        Op::BinaryAdd => (Op::AddPy, names::__add__.get(), &number::ADD),
        Op::BinarySub => (Op::SubPy, names::__sub__.get(), &number::SUB),
        Op::BinaryMul => (Op::MulPy, names::__mul__.get(), &number::MUL),
        Op::BinaryDiv => (Op::DivPy, names::__truediv__.get(), &number::TRUEDIV),
        _ => return None,
    })
}

/// The form of an operator whose left operand's class has a Python function for it, if the right operand's is not asked before or after.
pub fn operator_form(th: &mut Thread, f: Fp, pc: Pc, a: &Object, b: &Object) -> Option<Op> {
    let (form, name, operator) = form_of(pc.op())?;
    let kind = match () {
        () if core::ptr::eq(a.ty(), b.ty()) => OPERATOR_SAME,
        () if heap::is_subtype(a.ty(), b.ty()) => return None,
        () if b.is_exactly::<Int>() => OPERATOR_INT,
        () if b.is_exactly::<Float>() => OPERATOR_FLOAT,
        () => return None,
    };
    (!number::is_sequence_operand(operator, a) && note(th, f, pc, a, name, 2, kind)).then_some(form)
}

/// `AddPy` and its like: the frame of the left operand's function. The operands stay where they are until it returns; `None` if the cache does not fit.
#[inline(never)]
pub fn enter_operator(th: &mut Thread, f: Fp, pc: Pc, dst: i32, a: i32, b: i32) -> Option<Result<Fp, Raised>> {
    const SKIP: u8 = 1 + Op::BinaryAdd.cache_words() as u8;
    let regs = f.regs();
    let cached = Cached::load(pc, 1);
    let (left, right) = (regs.get(a), regs.get(b));
    let fits = cached.is(left.ty().version_tag(), cached.kind())
        && match cached.kind() {
            OPERATOR_SAME => core::ptr::eq(left.ty(), right.ty()),
            OPERATOR_INT => right.is_exactly::<Int>(),
            OPERATOR_FLOAT => right.is_exactly::<Float>(),
            _ => false,
        };
    let operands = Operands::of(a, b).filter(|_| fits)?;
    let held = fast::cached(th, f.code().side.object(cached.slot())?)?;
    let entered = call::enter_with(th, held, 2, |th, i| regs.reg(if i == 0 { a } else { b }).duplicate(th))?;
    Some(entered.inspect(|frame| {
        call::returns_to(*frame, Kind::Operator, dst, SKIP);
        frame.dst2.set(operands.0);
    }))
}

/// The registers of an operator's operands, in one word.
#[derive(Clone, Copy)]
pub struct Operands(pub i32);

impl Operands {
    pub fn of(a: i32, b: i32) -> Option<Operands> {
        let (a, b) = (i16::try_from(a).ok()?, i16::try_from(b).ok()?);
        Some(Operands(i32::from(a) << 16 | i32::from(b.cast_unsigned())))
    }

    pub fn registers(self) -> (i32, i32) {
        (self.0 >> 16, i32::from(self.0 as i16))
    }
}

/// The left operand's function of an operator does not know the right one: nobody else is asked ([`operator_form`]).
#[cold]
pub fn refuse(th: &mut Thread, op: Op, a: &Object, b: &Object) -> Raised {
    let Some((_, _, operator)) = form_of(op.generic()) else { unreachable!("{} enters no function of an operator", op.name()) };
    number::unsupported(th, operator.symbol, a, b)
}
