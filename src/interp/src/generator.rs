//! Generators, coroutines and async generators: objects that own a frame and run it piecewise.
//!
//! Invariant: who resumes a generator has claimed it by compare-and-swap (R13, `heap::turn`); while it runs, its frame is linked into the
//! claiming thread's chain and its `exc` record into that thread's chain of handled exceptions. A suspended one is in neither, and belongs
//! to whoever claims it next, at once: what a run came to is what the loop says, not what the generator is afterwards.
//! Start reading at [`Gen`], then [`resume`], [`suspend`] and [`finish`].
#![allow(unsafe_code, reason = "the frame of a generator lies behind the generator's own struct")]

pub mod async_gen;
mod attributes;
mod awaitable;
pub mod origin;
pub mod protocol;

use core::cell::{Cell, UnsafeCell};

use heap::sync::AtomicBool;
use heap::turn::{self, Refused, Turn};
use heap::{Heaped, Object, Raised, Ref, Slot, Thread, Traverse, VarHead, Visitor};
use macros::pytype;
use objects::glue::*;
use objects::{Str, raise};
use syntax::code::flags;
use syntax::opcodes::{Op, word_operands};

use crate::frame::regs::op_of;
use crate::frame::stack;
use crate::frame::{FrameEnds, Fp, Kind, Pc, Reg};
use crate::ops::control;

pub use async_gen::wrap_value;
pub use awaitable::{AnextAwaitable, CoroutineWrapper, await_slot, awaitable_iter, get_aiter, get_anext, is_iterable_coroutine};
pub use protocol::{catch_stop, close, send_ex, send_to, throw};

/// Which of the three.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum GenKind {
    Generator,
    Coroutine,
    AsyncGenerator,
}

impl GenKind {
    /// As messages name it.
    pub fn name(self) -> &'static str {
        match self {
            GenKind::Generator => "generator",
            GenKind::Coroutine => "coroutine",
            GenKind::AsyncGenerator => "async generator",
        }
    }
}

/// What the three types have in common, directly behind the header.
#[repr(C)]
pub struct Gen {
    turn: Turn,
    /// What it was before it was claimed; the claimant's own.
    before: Cell<u8>,
    pub kind: GenKind,
    /// Async generators: the finalizer and firstiter hooks were looked up; it runs under an `asend`; it is closed.
    pub hooks_done: AtomicBool,
    pub running_async: AtomicBool,
    pub closed: AtomicBool,
    frame: Cell<Option<Fp>>,
    exc: UnsafeCell<abi::_PyErr_StackItem>,
    /// `__name__` and `__qualname__` where they are not the code's.
    name: Slot<Str>,
    qualname: Slot<Str>,
    /// `gi_code`
    pub code: Slot<crate::code::Code>,
    /// Where a coroutine was made (`cr_origin`), or the finalizer hook of an async generator.
    pub extra: Slot,
}

/// A generator.
#[pytype(name = "generator", export = "PyGen_Type", doc = none, gc = custom, weakref, lock = instance, itemsize = 8, flags(DISALLOW_INSTANTIATION), parts(attributes))]
#[repr(C)]
pub struct Generator {
    head: VarHead,
    #[traverse]
    body: Gen,
}

/// A coroutine.
#[pytype(name = "coroutine", export = "PyCoro_Type", doc = none, gc = custom, weakref, lock = instance, itemsize = 8, flags(DISALLOW_INSTANTIATION), parts(attributes))]
#[repr(C)]
pub struct Coroutine {
    head: VarHead,
    #[traverse]
    body: Gen,
}

/// An async generator.
#[pytype(name = "async_generator", export = "PyAsyncGen_Type", doc = none, gc = custom, weakref, lock = instance, itemsize = 8, flags(DISALLOW_INSTANTIATION), parts(attributes))]
#[repr(C)]
pub struct AsyncGenerator {
    head: VarHead,
    #[traverse]
    body: Gen,
}

const BODY: usize = size_of::<VarHead>();
const _: () = assert!(core::mem::offset_of!(Generator, body) == BODY && core::mem::offset_of!(Coroutine, body) == BODY && core::mem::offset_of!(AsyncGenerator, body) == BODY);
const _: () = assert!(size_of::<Generator>() == size_of::<Coroutine>() && size_of::<Generator>() == size_of::<AsyncGenerator>() && size_of::<Generator>() % 8 == 0);

macro_rules! owner {
    ($($ty:ident)*) => {$(
        impl $ty {
            /// What the three kinds have in common.
            #[inline(always)]
            pub fn body(&self) -> &Gen {
                &self.body
            }
        }

        impl Traverse for $ty {
            fn traverse(&self, visitor: &mut Visitor) {
                self.body.traverse(visitor);
            }
        }

        impl Clear for $ty {
            fn clear(&self, th: &mut Thread) {
                self.body.clear(th);
            }
        }
    )*};
}
owner! { Generator Coroutine AsyncGenerator }

/// The common part of a generator of any kind.
#[inline(always)]
pub fn gen_of(object: &Object) -> Option<&Gen> {
    if let Some(generator) = object.downcast_exact::<Generator>() {
        return Some(&generator.body);
    }
    if let Some(coroutine) = object.downcast_exact::<Coroutine>() {
        return Some(&coroutine.body);
    }
    object.downcast_exact::<AsyncGenerator>().map(|g| &g.body)
}

/// A generator (no coroutine, no async generator), for `for`.
#[inline(always)]
pub fn plain_generator(object: &Object) -> Option<&Gen> {
    object.downcast_exact::<Generator>().map(|g| &g.body)
}

impl Gen {
    /// The object whose part this is.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        // SAFETY: R1: a `Gen` exists only inside one of the three structs, behind a `VarHead`.
        unsafe { &*core::ptr::from_ref(self).cast::<u8>().sub(BODY).cast::<Object>() }
    }

    /// Its frame, unless it is finished.
    #[inline(always)]
    pub fn frame(&self) -> Option<Fp> {
        self.frame.get()
    }

    /// `__name__`
    pub fn name(&self, th: &Thread) -> Option<Ref<Str>> {
        self.name.get(th, self.object()).or_else(|| Some(th.retain(self.code.peek()?.name())))
    }

    /// `__qualname__`
    pub fn qualname(&self, th: &Thread) -> Option<Ref<Str>> {
        self.qualname.get(th, self.object()).or_else(|| Some(th.retain(self.code.peek()?.qualname())))
    }

    /// Whether it runs now, somewhere.
    pub fn is_running(&self) -> bool {
        self.turn.now() == turn::RUNNING
    }

    /// Whether it waits at a yield.
    pub fn is_suspended(&self) -> bool {
        self.turn.now() == turn::WAITING
    }

    /// Whether nobody resumed it yet.
    pub fn is_created(&self) -> bool {
        self.turn.now() == turn::FRESH
    }

    /// Whether it ended.
    pub fn is_finished(&self) -> bool {
        self.turn.now() == turn::ENDED
    }

    /// Whether `value` may be sent now: a fresh generator takes only None.
    #[inline(always)]
    pub fn accepts(&self, value: &Object) -> bool {
        value.is(objects::none()) || !self.is_created()
    }

    fn live_temps(&self, frame: Fp) -> usize {
        if self.is_created() { 0 } else { frame.code().source().temp_depth(frame.lasti()) }
    }

    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.name);
        visitor.slot(&self.qualname);
        visitor.slot(&self.code);
        visitor.slot(&self.extra);
        // SAFETY: R6: traversals run where nobody writes; the record holds a count or null.
        unsafe { visitor.raw((*self.exc.get()).exc_value) };
        // Registers of a running frame are counted from the stack: they explain nothing, and the frame keeps its generator alive.
        if let Some(frame) = self.frame.get() {
            stack::visit_counted(frame, self.live_temps(frame), visitor);
        }
    }

    fn clear(&self, th: &mut Thread) {
        if !self.is_running() && let Some(frame) = self.frame.get() {
            let temps = self.live_temps(frame);
            self.frame.set(None);
            self.turn.give(turn::ENDED);
            end_frame(th, frame, temps);
        }
        self.extra.set(th, self.object(), None);
    }

    /// Whether the generator, which is claimed, never ran.
    pub(super) fn is_unstarted(&self) -> bool {
        self.before.get() == turn::FRESH
    }

    /// Whether the generator, which is claimed, waits in a handler.
    fn handles_something(&self) -> bool {
        // SAFETY: R13: claimed: the record is this thread's.
        unsafe { !(*self.exc.get()).exc_value.is_null() }
    }

    /// Takes the handled exception that the generator's record holds.
    fn take_exc(&self) -> Option<Ref<Object>> {
        // SAFETY: R13: only whoever has claimed the generator, or ends it, touches the record.
        unsafe { Ref::from_raw_nullable(core::mem::replace(&mut (*self.exc.get()).exc_value, core::ptr::null_mut())) }
    }
}

impl Drop for Gen {
    fn drop(&mut self) {
        // SAFETY: R10: an object ends on a thread that Python knows.
        let th = unsafe { Thread::from_tls() };
        drop(self.take_exc());
        if let Some(frame) = self.frame.get() {
            let temps = self.live_temps(frame);
            end_frame(th, frame, temps);
        }
    }
}

/// The frame of a generator that does not run any more: a `frame` object that others know takes over what is in it.
fn end_frame(th: &mut Thread, frame: Fp, temps: usize) {
    match frame.take_object() {
        Some(object) => object.frame_ends(th, frame, temps),
        None => frame.clear_registers(th, temps),
    }
    frame.locals.replace(Reg::NULL).release(th);
    frame.func.replace(Reg::NULL).release(th);
}

/// A count on the generator for as long as its frame is taken down.
pub fn keep(th: &Thread, generator: &Gen) -> Ref<Object> {
    th.retain(generator.object())
}

/// `ReturnGenerator`: a generator that takes over the frame's registers. The frame itself stays for the caller to pop.
pub fn from_frame(th: &mut Thread, f: Fp) -> Result<Ref<Object>, Raised> {
    let code = f.code();
    let kind = match code.flags {
        c if c & flags::ASYNC_GENERATOR != 0 => GenKind::AsyncGenerator,
        c if c & flags::COROUTINE != 0 => GenKind::Coroutine,
        _ => GenKind::Generator,
    };
    let (name, qualname) = match f.function().filter(|function| !function.is_named_as(code)) {
        Some(function) => (function.name(th), function.qualname(th)),
        None => (None, None),
    };
    let body = Gen {
        turn: Turn::fresh(),
        before: Cell::new(turn::FRESH),
        kind,
        hooks_done: AtomicBool::new(false),
        running_async: AtomicBool::new(false),
        closed: AtomicBool::new(false),
        frame: Cell::new(None),
        exc: UnsafeCell::new(abi::_PyErr_StackItem { exc_value: core::ptr::null_mut(), previous_item: core::ptr::null_mut() }),
        name: Slot::from_option(name),
        qualname: Slot::from_option(qualname),
        code: Slot::new(th.retain(code)),
        extra: Slot::NULL,
    };
    let words = code.frame_words();
    let head = VarHead::init(words as isize);
    let bytes = size_of::<Generator>() + words * 8;
    // SAFETY: `relocate` writes the frame's header and locals below; temps are read only while they are live.
    let made: Option<Ref<Object>> = unsafe {
        match kind {
            GenKind::Generator => th.new_var_exact(bytes, Generator { head, body }).map(Ref::up),
            GenKind::Coroutine => th.new_var_exact(bytes, Coroutine { head, body }).map(Ref::up),
            GenKind::AsyncGenerator => th.new_var_exact(bytes, AsyncGenerator { head, body }).map(Ref::up),
        }
    };
    let Some(made) = made else { return Err(raise::memory_error(th)) };
    let Some(body) = gen_of(&made) else { return Err(raise::system_error(th, format_args!("a generator lost its type"))) };
    // SAFETY: the object was allocated with `words` words behind its struct, which ends at a multiple of 8.
    let frame = unsafe {
        let at = core::ptr::from_ref(&*made).cast::<u8>().add(size_of::<Generator>()).cast_mut().cast::<u64>();
        let frame = stack::relocate(th, f, at, 0);
        stack::set_generator(frame, body);
        frame
    };
    if let Some(object) = frame.object() {
        object.moved(frame);
    }
    body.frame.set(Some(frame));
    if kind == GenKind::Coroutine {
        let origin = origin::of_new(th, f);
        body.extra.set(th, &*made, origin);
    }
    // SAFETY: R3: the three types have a prefix.
    unsafe { th.track_behind(&made, heap::header::PREFIX_SIZE) };
    Ok(made)
}


/// What a claim found.
pub enum Claim {
    /// It is this thread's to resume, and `Running` from now on.
    Ready,
    /// It had ended.
    Finished,
}

/// Claims a generator for resumption; ValueError if it runs already.
#[inline]
pub fn claim(th: &mut Thread, generator: &Gen) -> Result<Claim, Raised> {
    match generator.turn.take(th.is_mine(generator.object())) {
        Ok(before) => {
            generator.before.set(before);
            Ok(Claim::Ready)
        }
        Err(Refused::Ended) => Ok(Claim::Finished),
        Err(Refused::Running) => {
            let what = generator.kind.name();
            Err(raise::value_error(th, format_args!("{what} already executing")))
        }
    }
}

/// Gives a claim back: the generator was not run.
pub fn unclaim(generator: &Gen) {
    generator.turn.give(generator.before.get());
}

/// Links a claimed generator's frame as the innermost. `sent` becomes the value of the yield that it waits at (`None`: Python's None); a
/// fresh generator takes none. The caller sets the frame's kind and runs it, or raises in it (then `sent` is ignored: see [`resume_raising`]).
pub fn resume(th: &mut Thread, generator: &Gen, sent: Option<Reg>) -> Result<Fp, Raised> {
    let frame = link(th, generator)?;
    let sent = sent.unwrap_or_else(Reg::none);
    if generator.is_unstarted() {
        sent.release(th);
    } else if !sent.is_counted() && !crate::trace::is_on(th) && let Some(behind) = behind_what_is_dropped(frame) {
        frame.pc.set(behind);
    } else {
        let sent = sent.escaping(th);
        frame.regs().out(th, frame.dst2.get(), sent);
        frame.pc.set(behind_yield(frame));
    }
    Ok(frame)
}

/// Words of the mark behind a `Yield`.
const MARK: i32 = 1 + Op::Resumed.cache_words() as i32;

/// Where the frame goes on that waits at a yield: behind its mark, but for compiled code.
#[inline(always)]
fn behind_yield(frame: Fp) -> Pc {
    let mark = frame.pc.get().offset(1);
    if op_of(mark.word()) == Op::Resumed { mark.offset(MARK) } else { mark }
}

/// Where it goes on if the yield is a statement, so that the instruction behind the mark drops what is sent: behind that.
#[inline(always)]
fn behind_what_is_dropped(frame: Fp) -> Option<Pc> {
    let mark = frame.pc.get().offset(1);
    if op_of(mark.word()) != Op::Resumed {
        return None;
    }
    let word = mark.offset(MARK).word();
    let [dropped, ..] = word_operands(word);
    (op_of(word) == Op::Release && dropped == frame.dst2.get() && dropped < 0).then(|| mark.offset(MARK + 1))
}

/// As [`resume`], for an exception that is to be raised where it waits.
pub fn resume_raising(th: &mut Thread, generator: &Gen) -> Result<Fp, Raised> {
    link(th, generator)
}

fn link(th: &mut Thread, generator: &Gen) -> Result<Fp, Raised> {
    let Some(frame) = generator.frame.get() else {
        unclaim(generator);
        return Err(raise::system_error(th, format_args!("a generator without a frame")));
    };
    if !stack::enter_recursion(th) {
        unclaim(generator);
        return Err(crate::ops::call::too_deep(th));
    }
    chain_in(th, generator, frame, stack::current(th));
    Ok(frame)
}

/// Links the frame of a claimed generator, and its record of what it handles, as the innermost ones.
#[inline(always)]
fn chain_in(th: &Thread, generator: &Gen, frame: Fp, caller: Option<Fp>) {
    let exc = generator.exc.get();
    // SAFETY: R13: claimed: the record is this thread's.
    unsafe { (*exc).previous_item = th.set_exc_info(exc) };
    frame.prev.set(caller);
    stack::set_current(th, Some(frame));
}

#[inline(always)]
fn unlink_exc(th: &Thread, generator: &Gen) {
    let exc = generator.exc.get();
    // SAFETY: R13: claimed: the record is this thread's.
    let previous = unsafe { core::mem::replace(&mut (*exc).previous_item, core::ptr::null_mut()) };
    th.set_exc_info(previous);
}

/// What the frame of a resumed generator tells its caller: see the fields of [`stack::Frame`].
pub struct Target {
    pub kind: Kind,
    pub dst: i32,
    /// Where the caller goes on if the generator returns.
    pub jump: i32,
    pub skip: u8,
}

/// [`claim`] and [`resume`] with None for a frame in the loop, without a call; `None`, and nothing done, unless the generator is *mine*
/// and waits.
#[inline(always)]
pub fn resume_quick(th: &Thread, generator: &Gen, caller: Fp, target: &Target) -> Option<Fp> {
    // R13: the frame of a common generator is for who has claimed it.
    if !th.is_mine(generator.object()) {
        return None;
    }
    let before = generator.turn.now();
    if !matches!(before, turn::FRESH | turn::WAITING) || !stack::may_recurse(th) {
        return None;
    }
    let frame = generator.frame.get()?;
    if before == turn::WAITING {
        if let Some(behind) = behind_what_is_dropped(frame) {
            frame.pc.set(behind);
        } else {
            let (regs, place) = (frame.regs(), frame.dst2.get());
            if place >= 0 && !regs.reg(place).ends_plainly(th) {
                return None;
            }
            regs.put(place, Reg::none());
            frame.pc.set(behind_yield(frame));
        }
    }
    generator.turn.take(true).ok()?;
    generator.before.set(before);
    let _ = stack::enter_recursion(th);
    chain_in(th, generator, frame, Some(caller));
    crate::ops::call::returns_to(frame, target.kind, target.dst, target.skip);
    frame.dst2.set(target.jump);
    Some(frame)
}

/// [`suspend`] of a frame that another one in the loop resumed, without a call: that frame, whose register for the `value` is free. `None`,
/// and nothing that anybody could tell, otherwise.
#[inline(always)]
pub fn suspend_quick(th: &Thread, f: Fp, value: i32, resume: i32) -> Option<Fp> {
    let generator = f.generator()?;
    let caller = f.prev.get().filter(|_| f.kind.get() != Kind::Entry)?;
    if generator.object().owner() == 0 && heap::multi_threaded_ever() || heap::any_hot() && stack::names_uncounted(f, value) {
        return None;
    }
    let (regs, dst) = (caller.regs(), f.dst.get());
    if dst >= 0 {
        if !regs.reg(dst).ends_plainly(th) {
            return None;
        }
        regs.put(dst, Reg::NULL);
    }
    unlink_exc(th, generator);
    f.dst2.set(resume);
    f.prev.set(None);
    stack::set_current(th, Some(caller));
    stack::leave_recursion(th);
    generator.turn.give(turn::WAITING);
    Some(caller)
}

/// The running frame `f` of a generator waits from now on; what is sent goes to register `resume`.
pub fn suspend(th: &mut Thread, f: Fp, resume: i32) {
    let Some(generator) = f.generator() else { return };
    unlink_exc(th, generator);
    f.dst2.set(resume);
    stack::set_current(th, f.prev.replace(None));
    stack::leave_recursion(th);
    if heap::any_hot() {
        stack::count_waiting(th, f);
    }
    if generator.object().owner() == 0 && heap::multi_threaded_ever() {
        share_registers(th, generator, f);
    }
    // The last thing: another thread may run it from here on, and end it.
    generator.turn.give(turn::WAITING);
}

/// The running frame `f` of a generator returns to the frame in the loop that resumed it, without a call: that frame. `None` where more than
/// that is to be done; of the locals some may have ended then.
#[inline(always)]
pub fn end_quick(th: &Thread, f: Fp) -> Option<Fp> {
    let generator = f.generator()?;
    let (caller, func) = (f.prev.get()?, f.func.get());
    let plain = f.object().is_none() && f.locals.get().is_null() && !generator.handles_something();
    if !plain || !th.is_mine(generator.object()) || !func.is_released_plainly(th) {
        return None;
    }
    let regs = f.regs();
    for r in 0..f.local_count() as i32 {
        if !regs.reg(r).ends_plainly(th) {
            return None;
        }
        regs.put(r, Reg::NULL);
    }
    unlink_exc(th, generator);
    generator.frame.set(None);
    f.func.set(Reg::NULL);
    let released = func.release_plainly(th);
    debug_assert!(released);
    f.prev.set(None);
    stack::set_current(th, Some(caller));
    stack::leave_recursion(th);
    th.needs_no_finalizer(generator.object());
    generator.turn.give(turn::ENDED);
    Some(caller)
}

/// R6: what a common generator's registers name is shared as it suspends, and what else it may have got while it ran.
#[cold]
fn share_registers(th: &Thread, generator: &Gen, f: Fp) {
    let regs = f.regs();
    for r in stack::waiting_registers(f) {
        let reg = regs.reg(r);
        if reg.is_counted() {
            th.barrier(generator.object(), reg.full());
        }
    }
    if let Some(object) = f.object() {
        th.barrier(generator.object(), object.as_object());
    }
    // SAFETY: R13: this thread runs the generator still; the record holds a count or null.
    if let Some(handled) = unsafe { (*generator.exc.get()).exc_value.cast::<Object>().as_ref() } {
        th.barrier(generator.object(), handled);
    }
}

/// The running frame `f` of a generator ends, `temps` of its temps live.
pub fn finish(th: &mut Thread, generator: &Gen, f: Fp, temps: usize) {
    unlink_exc(th, generator);
    generator.frame.set(None);
    control::leave(th, f, temps);
    let handled = generator.take_exc();
    th.needs_no_finalizer(generator.object());
    generator.turn.give(turn::ENDED);
    if let Some(handled) = handled {
        th.release(handled);
    }
}

/// The sub-iterator that a suspended generator delegates to (`gi_yieldfrom`, `cr_await`).
pub fn delegate(th: &Thread, generator: &Gen) -> Option<Ref<Object>> {
    if !generator.is_suspended() {
        return None;
    }
    if th.is_mine(generator.object()) {
        return delegate_of_frame(th, generator.frame.get()?);
    }
    // R13: another thread may resume it now, or end it.
    let _stopped = heap::world::stop(th);
    if !generator.is_suspended() {
        return None;
    }
    delegate_of_frame(th, generator.frame.get()?)
}

/// As [`delegate`], for a frame that waits.
pub fn delegate_of_frame(th: &Thread, frame: Fp) -> Option<Ref<Object>> {
    if frame.pc.get().op() != Op::YieldDelegated {
        return None;
    }
    let at = frame.lasti();
    let words = &frame.code().source().words;
    let word = *words.get(at)?;
    // A register that needs a prefix has one in front; without it the upper half is the sign.
    let narrow = syntax::opcodes::word_operands(word)[1];
    let iter = match at.checked_sub(1).and_then(|before| syntax::opcodes::Decoded::at(words, before)) {
        Some(decoded) if decoded.op == Op::YieldDelegated && decoded.len == 2 => decoded.operands[1],
        _ => narrow,
    };
    frame.regs().reg(iter).into_ref_copy(th)
}
