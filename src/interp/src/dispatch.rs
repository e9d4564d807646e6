//! The loop: it fetches an instruction, calls the handler of its opcode, and goes on where the handler says.
//!
//! A handler is a function of its own, so that what it keeps in machine registers is its own affair; the loop keeps only the thread, the
//! frame and the instruction. What is hot stands in the handlers, by family in the modules below; what is cold in `ops`.
//!
//! Invariant: a handler's `frame` is the thread's innermost frame and `regs` its registers. `pc` is the instruction that runs; `frame.pc`
//! is brought up to date before anything that may raise, call out, or look at frames (`save!`).
//!
//! There are three tables of handlers: the fast one; one that runs a single generic instruction, for instructions with a `Wide` prefix
//! and for tracing; and one of fast handlers that run a single instruction, for compiled code (`inner`).

use heap::{Object, Raised, Ref, Thread};
use objects::glue::SendResult;
use objects::raise;
use syntax::opcodes::{Op, word_operands};

use crate::frame::regs::op_of;
use crate::frame::stack;
use crate::frame::{Fp, Kind, Pc, Reg, Regs};
use crate::ops::control::{self, Left};
use crate::unwind::unwind;

#[macro_use]
mod macros;
pub(crate) mod inner;
mod arithmetic;
mod attributes;
mod building;
mod calls;
mod comparison;
mod definitions;
mod exceptions;
mod generators;
mod iteration;
mod jumps;
mod names;
mod numbers;
mod plumbing;
mod text;

/// What handlers need.
mod prelude {
    pub(super) use super::{Cx, Next, Run, chain, release_and_go, return_from_generator, returned_to_native, wide};
    pub(super) use crate::frame::stack::{self, Caller};
    pub(super) use crate::frame::{Fp, Kind, Pc, Reg};
    pub(super) use crate::ops::control;
    pub(super) use crate::ops::r#gen::Sent;
    pub(super) use crate::ops::{arith, attr, attr_cache, build, call, compare, except, format, r#gen, global, import, item, iter, r#match as pattern, special};
    pub(super) use crate::{adapt, compiled, fast, quick, safepoint};
    pub(super) use objects::glue::CompareOp;
    pub(super) use heap::Thread;
    pub(super) use objects::ops as abs;
    pub(super) use syntax::opcodes::{Op, word_operands};
}

/// All handlers, by the names of their instructions.
mod all {
    pub(super) use super::arithmetic::*;
    pub(super) use super::attributes::*;
    pub(super) use super::building::*;
    pub(super) use super::calls::*;
    pub(super) use super::comparison::*;
    pub(super) use super::definitions::*;
    pub(super) use super::exceptions::*;
    pub(super) use super::generators::*;
    pub(super) use super::iteration::*;
    pub(super) use super::jumps::*;
    pub(super) use super::names::*;
    pub(super) use super::numbers::*;
    pub(super) use super::plumbing::*;
    pub(super) use super::text::*;
}

/// What a handler works with.
struct Cx<'t> {
    th: &'t mut Thread,
    frame: Fp,
    regs: Regs,
    pc: Pc,
    /// The instruction.
    word: u64,
    /// Upper halves of its operands; the fast handlers know that there are none.
    high: u64,
}

/// Where it goes on: at an instruction of a frame, or out of the loop. Two words, as C returns them.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Next {
    frame: Option<Fp>,
    /// Without a frame: which `Signal`.
    pc: Pc,
}

/// How the loop ends.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Signal {
    /// An exception is raised in the innermost frame, at its `pc`.
    Raised = 8,
    /// The entry frame returned; the value is in the thread.
    Returned = 16,
    /// The generator that native code resumed yielded; the value is in the thread.
    Yielded = 32,
    /// One instruction of the innermost frame is to be run by the other table, or tracing is to look.
    Step = 24,
}

impl Next {
    const RAISED: Next = Next::signal(Signal::Raised);
    const STEP: Next = Next::signal(Signal::Step);

    /// A quick half that did nothing.
    pub const UNDONE: Next = Next { frame: None, pc: Pc::marker(Next::UNDONE_MARK as usize) };
    /// Its second word.
    pub const UNDONE_MARK: u64 = 40;
    /// A quick half that did all, but the thread's result holds what its output held before, to be given up.
    pub const LEFT_OVER: Next = Next { frame: None, pc: Pc::marker(Next::LEFT_OVER_MARK as usize) };
    /// Its second word.
    pub const LEFT_OVER_MARK: u64 = 48;
    /// An instruction that compiled code had run, which goes on behind it.
    pub const BEHIND: Next = Next { frame: None, pc: Pc::marker(Next::BEHIND_MARK as usize) };
    /// Its second word.
    pub const BEHIND_MARK: u64 = 56;

    #[cold]
    pub(crate) fn left_over(th: &Thread, old: Reg) -> Next {
        stack::state(th).result.set(old);
        Next::LEFT_OVER
    }

    const fn signal(signal: Signal) -> Next {
        Next { frame: None, pc: Pc::marker(signal as usize) }
    }

    #[inline(always)]
    fn to(frame: Fp, pc: Pc) -> Next {
        Next { frame: Some(frame), pc }
    }

    /// Where a frame that ended or waits says.
    #[inline(always)]
    fn left(th: &Thread, left: Left) -> Next {
        match left {
            Left::Frame(to) => Next::to(to, to.pc.get()),
            Left::Native(value) => Next::value(th, Signal::Returned, value),
            Left::Yielded(value) => Next::value(th, Signal::Yielded, value),
            Left::Raised => Next::RAISED,
        }
    }

    /// Out of the loop with a value: `Returned` or `Yielded`.
    fn value(th: &Thread, how: Signal, value: Reg) -> Next {
        stack::state(th).result.set(value);
        Next::signal(how)
    }
}

/// An instruction's handler.
trait Run {
    /// Whether it has a quick half.
    const QUICK: bool;

    /// Runs it. `STEP`: in the table of single instructions. `CHAIN`: it may go on with the next one itself. `ONLY_QUICK`: its quick half
    /// alone, for compiled code, which keeps what others could see to itself: nothing is called.
    fn run<const STEP: bool, const CHAIN: bool, const ONLY_QUICK: bool>(cx: &mut Cx<'_>) -> Next;
}

type Fast = fn(&mut Thread, Fp, Pc, u64, Regs) -> Next;
/// For compiled code. A quick half: where it goes on, or [`Next::UNDONE`], or [`Next::left_over`].
pub type Quickly = extern "C" fn(&mut Thread, Fp, Pc, u64, Regs) -> Next;
type Single = fn(&mut Thread, Fp, Pc, u64, u64) -> Next;

fn fast<R: Run>(th: &mut Thread, frame: Fp, pc: Pc, word: u64, regs: Regs) -> Next {
    R::run::<false, true, false>(&mut Cx { th, frame, regs, pc, word, high: 0 })
}

extern "C" fn quickly<R: Run>(th: &mut Thread, frame: Fp, pc: Pc, word: u64, regs: Regs) -> Next {
    R::run::<false, false, true>(&mut Cx { th, frame, regs, pc, word, high: 0 })
}

extern "C" fn alone<R: Run>(th: &mut Thread, frame: Fp, pc: Pc, word: u64, regs: Regs) -> Next {
    R::run::<false, false, false>(&mut Cx { th, frame, regs, pc, word, high: 0 })
}

/// On with the instruction at `pc` of the same frame: a jump to its handler, where the compiler makes one of a call in the end of a function.
/// Where it does not, native frames pile up until the next jump backwards, call or return, all of which go through the loop.
#[inline(always)]
fn chain<const CHAIN: bool>(th: &mut Thread, frame: Fp, pc: Pc, regs: Regs) -> Next {
    if !CHAIN || cfg!(any(debug_assertions, pyston_sanitizer)) {
        return Next::to(frame, pc);
    }
    let word = pc.word();
    FAST[op_of(word) as usize](th, frame, pc, word, regs)
}

/// Out of the loop: the frame that native code entered returned.
#[inline(never)]
fn returned_to_native(th: &mut Thread, value: Reg) -> Next {
    Next::value(th, Signal::Returned, value)
}

/// The running frame of a generator returns to the frame in the loop that resumed it.
#[inline(never)]
fn return_from_generator(th: &mut Thread, frame: Fp, value: Reg) -> Next {
    let kind = frame.kind.get();
    if (kind == Kind::Send || value.is(objects::none()))
        && let Some(caller) = crate::generator::end_quick(th, frame)
    {
        if kind == Kind::Send {
            // `Send` has taken what was there.
            caller.regs().put(frame.dst.get(), value);
        }
        return Next::to(caller, frame.return_pc(caller).offset(frame.dst2.get()));
    }
    let value = value.escaping(th);
    let left = control::op_return(th, frame, value);
    Next::left(th, left)
}

/// The end of an instruction that wrote its output over `old`, which takes a call to give up. On at `pc`.
#[inline(never)]
fn release_and_go(th: &mut Thread, frame: Fp, pc: Pc, old: Reg) -> Next {
    old.release_last(th);
    Next::to(frame, pc)
}

fn single<R: Run>(th: &mut Thread, frame: Fp, pc: Pc, word: u64, high: u64) -> Next {
    R::run::<true, false, false>(&mut Cx { th, frame, regs: frame.regs(), pc, word, high })
}

macro_rules! tables {
    (
        generic { $( $(#[$gdoc:meta])* $g:ident ( $($field:ident : $kind:ident),* ), $cache:literal; )* }
        specialized { $( $(#[$sdoc:meta])* $s:ident of $base:ident; )* }
    ) => {
        static FAST: [Fast; Op::ALL.len()] = [ $(fast::<all::$g>,)* $(fast::<all::$s>,)* ];
        /// What compiled code calls for one instruction: as `FAST`, but no handler goes on by itself.
        static ALONE: [Quickly; Op::ALL.len()] = [ $(alone::<all::$g>,)* $(alone::<all::$s>,)* ];
        /// What compiled code calls for a quick half, where there is one.
        static QUICKLY: [Option<Quickly>; Op::ALL.len()] =
            [ $(if <all::$g as Run>::QUICK { Some(quickly::<all::$g>) } else { None },)* $(if <all::$s as Run>::QUICK { Some(quickly::<all::$s>) } else { None },)* ];
        static SINGLE: &[Single] = &[ $(single::<all::$g>,)* ];
    };
}
syntax::for_each_opcode!(tables);

/// Runs `entry`, the innermost frame, and the frames that it calls, until it returns, yields or raises. With `raised` it starts by
/// handling the raised exception at its `pc` (`generator.throw`).
pub fn run(th: &mut Thread, entry: Fp, raised: bool) -> Result<Ref<Object>, Raised> {
    match run_generator(th, entry, raised)? {
        SendResult::Next(value) | SendResult::Return(value) => Ok(value),
    }
}

/// As [`run`], for a generator's frame: whether it yielded or returned. The generator itself does not tell: another thread may have it.
pub fn run_generator(th: &mut Thread, entry: Fp, raised: bool) -> Result<SendResult, Raised> {
    if th.innermost_is_foreign() {
        // Python code inside a foreign call does not keep the world (R14).
        let aside = heap::foreign::suspend(th);
        let result = run_frames(th, entry, raised);
        heap::foreign::resume(th, aside);
        return result;
    }
    run_frames(th, entry, raised)
}

fn run_frames(th: &mut Thread, entry: Fp, raised: bool) -> Result<SendResult, Raised> {
    let mut signal = if raised { Signal::Raised } else { Signal::Step };
    if th.stack_is_low() {
        drop(th.take_exception());
        let _ = raise::recursion_error(th, "");
        signal = Signal::Raised;
    }
    let state = stack::state(th);
    state.depth.set(state.depth.get() + 1);
    if raised && crate::trace::is_on(th) {
        crate::trace::thrown(th, entry);
    }
    if signal == Signal::Step && !crate::trace::is_on(th) {
        signal = exec(th, entry, entry.pc.get());
    }
    let result = loop {
        signal = match signal {
            Signal::Returned => break Ok(SendResult::Return(taken(th))),
            Signal::Yielded => break Ok(SendResult::Next(taken(th))),
            Signal::Raised => {
                // The frame that raised, and then the one that handles it, is the innermost.
                let Some(frame) = stack::current(th) else { break Err(lost(th)) };
                match unwind(th, frame, None) {
                    Ok(_) if crate::trace::is_on(th) => Signal::Step,
                    Ok(handler) => exec(th, handler, handler.pc.get()),
                    Err(_) => break Err(th.already_raised()),
                }
            }
            Signal::Step if crate::trace::is_on(th) => traced_step(th),
            Signal::Step => step(th),
        };
    };
    state.native_ends(th);
    crate::trace::notice(th);
    result
}

/// The value with which the loop ended.
fn taken(th: &Thread) -> Ref<Object> {
    stack::state(th).result.replace(Reg::NULL).into_full(th)
}

#[cold]
fn lost(th: &mut Thread) -> Raised {
    raise::system_error(th, format_args!("the interpreter lost its frame"))
}

/// Operand in bits `shift ..` of `word`, with its upper half from a prefix.
#[inline(always)]
fn wide(word: u64, high: u64, shift: u32) -> i32 {
    (((high >> shift) as u16 as i32) << 16) | (word >> shift) as u16 as i32
}

/// What a prefix would say for a word that has none.
fn sign_prefix(word: u64) -> u64 {
    let [a, b, c] = word_operands(word);
    let half = |n: i32| u64::from((n >> 16) as u16);
    half(a) << 16 | half(b) << 32 | half(c) << 48
}

/// Runs `frame` from `pc` on, with the fast handlers.
fn exec(th: &mut Thread, frame: Fp, pc: Pc) -> Signal {
    let (mut frame, mut pc) = (frame, pc);
    loop {
        let word = pc.word();
        let next = FAST[op_of(word) as usize](th, frame, pc, word, frame.regs());
        pc = next.pc;
        match next.frame {
            Some(to) => frame = to,
            None => return signal_of(pc),
        }
    }
}

/// Runs one instruction of the innermost frame, and the fast handlers from there on unless something traces.
fn step(th: &mut Thread) -> Signal {
    match one(th) {
        Ok((to, pc)) if crate::trace::is_on(th) => {
            to.pc.set(pc);
            Signal::Step
        }
        Ok((to, pc)) => exec(th, to, pc),
        Err(signal) => signal,
    }
}

/// Runs one instruction with the events before and after it.
#[cold]
fn traced_step(th: &mut Thread) -> Signal {
    let Some(frame) = stack::current(th) else {
        let _ = lost(th);
        return Signal::Raised;
    };
    let Ok(before) = crate::trace::before(th, frame) else { return Signal::Raised };
    let signal = match one(th) {
        Ok((to, pc)) => {
            to.pc.set(pc);
            Signal::Step
        }
        Err(signal) => signal,
    };
    if let (Some(before), Some(now)) = (before, stack::current(th).filter(|_| !matches!(signal, Signal::Returned | Signal::Yielded)))
        && crate::trace::after(th, before, now, signal == Signal::Raised).is_err()
    {
        return Signal::Raised;
    }
    signal
}

/// Runs one instruction of the innermost frame: where it goes on.
fn one(th: &mut Thread) -> Result<(Fp, Pc), Signal> {
    let Some(frame) = stack::current(th) else {
        let _ = lost(th);
        return Err(Signal::Raised);
    };
    let mut pc = frame.pc.get();
    let mut word = pc.word();
    let mut high = sign_prefix(word);
    if matches!(op_of(word), Op::Wide) {
        high = word;
        pc = pc.offset(1);
        word = pc.word();
    }
    // Specialised forms are for the fast table; the generic ones leave their caches alone here.
    let next = SINGLE[op_of(word).generic() as usize](th, frame, pc, word, high);
    match next.frame {
        Some(to) => Ok((to, next.pc)),
        None => Err(signal_of(next.pc)),
    }
}

#[cold]
#[inline(never)]
fn signal_of(marker: Pc) -> Signal {
    if marker == Next::RAISED.pc {
        Signal::Raised
    } else if marker == Next::STEP.pc {
        Signal::Step
    } else if marker == Next::signal(Signal::Yielded).pc {
        Signal::Yielded
    } else {
        Signal::Returned
    }
}
