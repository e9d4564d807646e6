//! Control: what frames return to, and small instructions of the plumbing.

use heap::{Raised, Thread};
use objects::{ops, raise};

use crate::frame::stack;
use crate::frame::{FrameEnds, Fp, Kind, Pc, Reg};
use super::special::{self, Operands};
use crate::generator;

/// Where control goes when a frame ends or suspends.
pub enum Left {
    /// On in this frame, which is the innermost now, at its `pc`.
    Frame(Fp),
    /// Out of the loop, with the value that was returned.
    Native(Reg),
    /// Out of the loop, with the value that was yielded.
    Yielded(Reg),
    /// An exception is raised in the innermost frame.
    Raised,
}

/// Ends a frame: whoever still needs its registers gets them, the others are released, its memory goes back, and the calling frame
/// is the innermost again. `temps` of its temps are live.
///
/// Finalizers that run as its locals end do not see it among their callers, as if the frame were gone already.
pub fn leave(th: &mut Thread, f: Fp, temps: usize) {
    let caller = f.prev.get();
    stack::set_current(th, caller);
    if let Some(object) = f.take_object() {
        object.frame_ends(th, f, temps);
    } else {
        f.clear_registers(th, temps);
    }
    f.locals.replace(Reg::NULL).release(th);
    let func = f.func.replace(Reg::NULL);
    f.prev.set(None);
    stack::leave_recursion(th);
    if f.generator().is_none() {
        stack::pop(th, f);
    }
    // The function may hold the last count on the code: the frame must be gone before it goes.
    func.release(th);
}

/// Ends a frame that has no `frame` object and no generator, as it returns: no temp is live then. Where its result goes, or `None`
/// where no frame called it.
#[inline(always)]
pub fn leave_plain(th: &mut Thread, f: Fp) -> Option<Fp> {
    let caller = f.prev.get();
    stack::set_current(th, caller);
    let regs = f.regs();
    // As in CPython 3.14 the last local ends first.
    for r in (0..f.local_count() as i32).rev() {
        regs.take(r).release(th);
    }
    let locals = f.locals.get();
    if !locals.is_null() {
        f.locals.set(Reg::NULL);
        locals.release(th);
    }
    let func = f.func.get();
    stack::leave_recursion(th);
    stack::pop(th, f);
    // The function may hold the last count on the code: the frame must be gone before it goes.
    func.release(th);
    caller
}

/// A frame returns `value`, whatever it is and whoever called it.
#[inline(never)]
pub fn op_return(th: &mut Thread, f: Fp, value: Reg) -> Left {
    if crate::trace::returning(th, f, value).is_err() {
        value.release(th);
        return Left::Raised;
    }
    let (kind, dst, dst2, caller) = (f.kind.get(), f.dst.get(), f.dst2.get(), f.prev.get());
    let back = caller.map_or(Pc::NULL, |caller| f.return_pc(caller));
    match f.generator() {
        Some(generator) => {
            // The generator may end with its frame: the caller's register or the native caller holds it, except through `leave`.
            let kept = generator::keep(th, generator);
            generator::finish(th, generator, f, 0);
            th.release(kept);
        }
        None => leave(th, f, 0),
    }
    let Some(caller) = caller.filter(|_| kind != Kind::Entry) else { return Left::Native(value) };
    let regs = caller.regs();
    match kind {
        Kind::Call | Kind::Entry => {
            caller.pc.set(back);
            regs.out(th, dst, value);
        }
        Kind::Init => {
            if !value.is(objects::none()) {
                let ty = ops::type_name(value.full());
                value.release(th);
                let _ = raise::type_error(th, format_args!("__init__() should return None, not '{ty}'"));
                return Left::Raised;
            }
            let instance = regs.take(dst2);
            caller.pc.set(back);
            regs.out(th, dst, instance);
        }
        Kind::Operator => {
            let (a, b) = Operands(dst2).registers();
            if value.is(objects::not_implemented()) {
                let _ = special::refuse(th, caller.pc.get().op(), regs.get(a), regs.get(b));
                return Left::Raised;
            }
            regs.consume(th, b);
            regs.consume(th, a);
            caller.pc.set(back);
            regs.out(th, dst, value);
        }
        Kind::Drop => {
            caller.pc.set(back);
            value.release(th);
        }
        Kind::ForIter => {
            if crate::trace::generator_returned(th, caller, value.full()).is_err() {
                value.release(th);
                return Left::Raised;
            }
            value.release(th);
            caller.pc.set(back.offset(dst2));
        }
        Kind::Send => {
            if crate::trace::generator_returned(th, caller, value.full()).is_err() {
                value.release(th);
                return Left::Raised;
            }
            regs.out(th, dst, value);
            caller.pc.set(back.offset(dst2));
        }
    }
    Left::Frame(caller)
}

/// A generator's frame hands `value` out and waits; `resume` is the register that gets what is sent.
#[inline(never)]
pub fn op_yield(th: &mut Thread, f: Fp, value: Reg, resume: i32) -> Left {
    if crate::trace::yielding(th, f, value).is_err() {
        value.release(th);
        return Left::Raised;
    }
    let (kind, dst, caller) = (f.kind.get(), f.dst.get(), f.prev.get());
    let back = caller.map_or(Pc::NULL, |caller| f.return_pc(caller));
    generator::suspend(th, f, resume);
    let Some(caller) = caller.filter(|_| kind != Kind::Entry) else { return Left::Yielded(value) };
    caller.pc.set(back);
    caller.regs().out(th, dst, value);
    Left::Frame(caller)
}

/// The frame becomes a generator's, and the generator is returned.
#[inline(never)]
pub fn op_return_generator(th: &mut Thread, f: Fp) -> Result<Left, Raised> {
    let made = generator::from_frame(th, f)?;
    let (kind, dst, caller) = (f.kind.get(), f.dst.get(), f.prev.get());
    let back = caller.map_or(Pc::NULL, |caller| f.return_pc(caller));
    stack::set_current(th, caller);
    stack::leave_recursion(th);
    stack::pop(th, f);
    let Some(caller) = caller.filter(|_| kind != Kind::Entry) else { return Ok(Left::Native(Reg::counted(made))) };
    caller.pc.set(back);
    caller.regs().set(th, dst, made);
    Ok(Left::Frame(caller))
}
