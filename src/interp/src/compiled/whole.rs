//! Some instructions as compiled code has them run: as quick halves that also do what takes a call, where no other code runs.
//!
//! Invariant: what is here calls nothing that Python code is behind, and waits for nobody: what a unit has borrowed stays.

use heap::Thread;
use objects::{List, Range, Tuple};
use syntax::Op;

use crate::dispatch::{Next, Quickly};
use crate::frame::{Fp, Pc, Reg, Regs};
use crate::ops::{build, call};
use crate::quick;

/// How compiled code runs a form of an instruction without calling other code, if it can.
pub fn half(op: Op) -> Option<Quickly> {
    match op {
        Op::BuildTuple => Some(build_tuple),
        Op::BuildList => Some(build_list),
        Op::ListAppend => Some(list_append),
        Op::CallMethodAppend => Some(call_append),
        Op::GetIter => Some(get_iter),
        _ => super::quick_half(op),
    }
}

fn operands(word: u64) -> [i32; 3] {
    [16, 32, 48].map(|at| i32::from((word >> at) as i16))
}

/// On behind the instruction.
fn behind(frame: Fp, pc: Pc, op: Op) -> Next {
    Next::at(frame, pc.offset(1 + op.cache_words() as i32))
}

/// Writes the output: what it held before may run code as it ends, which is whoever compiled's affair.
fn put(th: &Thread, regs: Regs, dst: i32, value: Reg, next: Next) -> Next {
    let old = if dst < 0 { Reg::NULL } else { regs.reg(dst) };
    regs.put(dst, value);
    if old.release_plainly(th) { next } else { Next::left_over(th, old) }
}

extern "C" fn build_tuple(th: &mut Thread, frame: Fp, pc: Pc, word: u64, regs: Regs) -> Next {
    let [dst, base, count] = operands(word);
    let tuple = build::tuple_of(th, regs, base, count);
    put(th, regs, dst, Reg::counted(tuple), behind(frame, pc, Op::BuildTuple))
}

extern "C" fn build_list(th: &mut Thread, frame: Fp, pc: Pc, word: u64, regs: Regs) -> Next {
    let [dst, base, count] = operands(word);
    let list = build::list_of(th, regs, base, count);
    put(th, regs, dst, Reg::counted(list), behind(frame, pc, Op::BuildList))
}

extern "C" fn list_append(th: &mut Thread, frame: Fp, pc: Pc, word: u64, regs: Regs) -> Next {
    let [list, value, _] = operands(word);
    let next = behind(frame, pc, Op::ListAppend);
    if quick::append(th, regs, list, value).is_some() {
        return next;
    }
    let Some(list) = regs.get(list).downcast_exact::<List>().filter(|list| th.is_mine(*list)) else { return Next::UNDONE };
    let value = regs.take_in(th, value);
    match list.append(th, value) {
        Ok(()) => next,
        Err(_) => heap::alloc::out_of_memory(),
    }
}

extern "C" fn call_append(th: &mut Thread, frame: Fp, pc: Pc, word: u64, regs: Regs) -> Next {
    let [dst, base, _] = operands(word);
    if !call::is_list_append(regs.get(base)) {
        return Next::UNDONE;
    }
    let next = behind(frame, pc, Op::CallMethod);
    if quick::append_called(th, regs, base).is_some() {
        return put(th, regs, dst, Reg::none(), next);
    }
    let called_for = regs.reg(base + 1);
    let list = called_for.object().and_then(|object| object.downcast_exact::<List>());
    // The list does not end with the temp that it is called for.
    let Some(list) = list.filter(|list| called_for.is_counted() && th.is_mine(*list) && th.has_counts_besides(*list)) else { return Next::UNDONE };
    let value = regs.take(base + 2).into_full(th);
    if list.append(th, value).is_err() {
        heap::alloc::out_of_memory();
    }
    called_for.release_of_several(th);
    regs.put(base + 1, Reg::NULL);
    regs.put(base, Reg::NULL);
    put(th, regs, dst, Reg::none(), next)
}

/// An iterator over a list, a tuple or a range.
extern "C" fn get_iter(th: &mut Thread, frame: Fp, pc: Pc, word: u64, regs: Regs) -> Next {
    let [dst, src, _] = operands(word);
    let object = regs.get(src);
    let is_simple = object.is_exactly::<List>() || object.is_exactly::<Tuple>() || object.is_exactly::<Range>();
    let Some(Ok(iter)) = is_simple.then(|| objects::ops::iter(th, object)) else { return Next::UNDONE };
    // The iterator has what it goes over; a range ends without a sound.
    regs.consume(th, src);
    put(th, regs, dst, Reg::counted(iter), behind(frame, pc, Op::GetIter))
}
