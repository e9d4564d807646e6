//! Frames of functions that a unit runs as a part of itself.
//!
//! Such a frame has its place on the thread's stack, where the interpreter would have put it: the unit keeps its registers there. Its header
//! is written, and the frame linked, when somebody could see it: before code runs that the unit does not know, and where the unit is left.
//!
//! Invariant: the place is free (the unit has checked that there is room), the word for the function holds it, and no frame lies behind it.
#![allow(unsafe_code, reason = "writes headers of frames at places that units name")]

use core::ptr::NonNull;

use heap::Thread;

use super::feedback::Callee;
use crate::code::Code;
use crate::frame::stack::{self, Frame};
use crate::frame::{FrameEnds, Fp, Kind, Pc, Reg, Regs};

/// What a unit knows of such a frame.
#[repr(C)]
pub struct Inlined {
    /// A header for quick halves, which look at its code and namespaces.
    header: Frame,
    caller_pc: Pc,
    dst: i32,
    dst2: i32,
    kind: Kind,
    skip: u8,
    /// It runs in the unit already, or is called.
    has_begun: bool,
}

/// Where the call stands that the frame is of.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The calling instruction, and its words.
    pub pc: usize,
    pub skip: u8,
    /// Registers of the calling frame: for the result, and of an `__init__`, where its instance waits.
    pub dst: i32,
    pub dst2: i32,
    pub kind: Kind,
    /// The frame is linked as one that is called, not as a part of the unit.
    pub is_called: bool,
}

impl Inlined {
    /// A frame of this function. What it names lives wherever it is used.
    pub fn new(callee: &Callee<'_>, site: Site) -> Inlined {
        Inlined {
            header: stack::header_of(callee.code, callee.globals, callee.builtins),
            caller_pc: Pc::at(site.pc),
            dst: site.dst,
            dst2: site.dst2,
            kind: site.kind,
            skip: site.skip,
            has_begun: !site.is_called,
        }
    }

    /// The address of the header.
    pub fn header(&self) -> usize {
        core::ptr::from_ref(&self.header) as usize
    }
}

/// The place of a frame whose header stands so many words behind register 0 of a unit's own frame.
pub fn place_at(regs: Regs, header: i32) -> NonNull<Frame> {
    // SAFETY: a unit's frame has registers.
    unsafe { regs.place(header) }
}

/// The frame there, which is linked.
pub fn frame_at(regs: Regs, header: i32) -> Fp {
    // SAFETY: this module's invariant, and the caller's word.
    unsafe { Fp::at(place_at(regs, header)) }
}

/// Keeps the memory of a frame that is not linked any more, up to the word behind its last register: the top before.
pub fn reserve(th: &Thread, regs: Regs, end: i32) -> NonNull<Frame> {
    stack::set_top(th, place_at(regs, end))
}

/// Undoes that.
pub fn free_reserved(th: &Thread, top: NonNull<Frame>) {
    stack::set_top(th, top);
}

/// Links a frame at its place, above its caller, which is the innermost.
pub extern "C" fn link(th: &mut Thread, caller: Fp, at: NonNull<Frame>, inlined: &Inlined) {
    caller.pc.set(inlined.caller_pc);
    // SAFETY: this module's invariant.
    unsafe { stack::link_at(th, caller, at, inlined.header.code(), |frame| {
        frame.dst.set(inlined.dst);
        frame.dst2.set(inlined.dst2);
        frame.kind.set(inlined.kind);
        frame.skip.set(inlined.skip);
        frame.announced.set(inlined.has_begun);
    }) };
}

/// Takes a frame off again that was linked for others to see while something ended: who has its `frame` object keeps what they saw.
pub fn hide(th: &mut Thread, frame: Fp) {
    if let Some(object) = frame.take_object() {
        let regs = frame.regs();
        let held: Vec<Reg> = (0..frame.local_count() as i32).map(|r| regs.reg(r).duplicate(th)).collect();
        object.frame_ends(th, frame, 0);
        for (r, word) in (0..).zip(held) {
            regs.put(r, word);
        }
    }
    unlink(th, frame);
}

/// Takes a frame off again that has no `frame` object; what its registers hold stays.
pub extern "C" fn unlink(th: &mut Thread, frame: Fp) {
    debug_assert!(frame.object().is_none());
    stack::set_current(th, frame.prev.get());
    stack::leave_recursion(th);
    stack::pop(th, frame);
}

/// Whether calls of the code can be compiled into their callers: it takes its arguments by position and makes no generator.
pub fn is_plain(code: &Code) -> bool {
    code.exact_positional && is_function(code) && !code.is_deferred()
}

/// Whether the code's locals are registers, and a call of it runs it to its end.
pub fn is_function(code: &Code) -> bool {
    use syntax::code::flags::{ASYNC_GENERATOR, COROUTINE, GENERATOR, ITERABLE_COROUTINE, OPTIMIZED};
    code.flags & OPTIMIZED != 0 && code.flags & (GENERATOR | COROUTINE | ASYNC_GENERATOR | ITERABLE_COROUTINE) == 0
}

