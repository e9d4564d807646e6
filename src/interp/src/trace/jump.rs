//! `frame.f_lineno = n`: where a tracer may let a frame go on.
//!
//! A jump leads to the first instruction of a line whose temps are a prefix of those that are live now, each of the same kind: it may
//! leave loops, `with` blocks and handlers, and enter none. The kinds come from one pass over the code.

use heap::{Object, Raised, Thread};
use objects::{Int, raise};
use syntax::opcodes::{Decoded, Kind as Operand, Op};

use super::legacy::{Kind, current_event};
use crate::frame::object::FrameObject;
use crate::frame::Fp;

/// What a live temp is to a jump.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Held {
    /// Of no construct, or of a `with`: it is dropped as the jump leaves.
    Value,
    /// The iterator of a loop.
    Iterator,
    /// The exception that was handled outside of a handler.
    Handled,
}

/// `frame.f_lineno = value`: only a trace function may jump.
pub fn set_line(th: &mut Thread, object: &FrameObject, value: Option<&Object>) -> Result<(), Raised> {
    let Some(value) = value else { return Err(raise::new(th, objects::exceptions::attribute_error_type(), format_args!("cannot delete attribute"))) };
    let Some(line) = value.downcast::<Int>() else { return refuse(th, "lineno must be an integer") };
    let frame = match object.frame() {
        Some(frame) if object.is_alive() => frame,
        _ => return refuse(th, "f_lineno can only be set by a trace function"),
    };
    match current_event(th) {
        Some(Kind::Line) => {}
        Some(Kind::Call) if !frame.fresh.get() => {}
        Some(Kind::Call) => return refuse(th, "can't jump from the 'call' trace event of a new frame"),
        Some(Kind::Return) if frame.pc.get().op() == Op::Yield || frame.pc.get().op() == Op::YieldDelegated => {
            return refuse(th, "can't jump from a yield statement");
        }
        Some(_) => return refuse(th, "can only jump from a 'line' trace event"),
        None => return refuse(th, "f_lineno can only be set in a trace function"),
    }
    let Some(line) = line.to_i64().and_then(|line| i32::try_from(line).ok()) else { return refuse(th, "lineno out of range") };
    let code = frame.code();
    if line < code.source().first_line as i32 {
        return Err(raise::value_error(th, format_args!("line {line} comes before the current code block")));
    }
    let lines = code.lines();
    // A line without code of its own stands for the next one that has some.
    let Some(line) = lines.first_from(line) else {
        return Err(raise::value_error(th, format_args!("line {line} comes after the current code block")));
    };
    match target(frame, line) {
        Ok(to) => {
            bind_locals(th, frame)?;
            leave(th, frame, to);
            Ok(())
        }
        Err(why) => refuse(th, why),
    }
}

#[cold]
fn refuse(th: &mut Thread, why: &str) -> Result<(), Raised> {
    Err(raise::value_error(th, format_args!("{why}")))
}

/// The start of the line that leaves most of what is live as it is.
fn target(frame: Fp, line: i32) -> Result<usize, &'static str> {
    let code = frame.code();
    let states = states(&code.source().words, code.source());
    let Some(now) = &states[frame.lasti()] else { return Err("can't jump from unreachable code") };
    let mut best: Option<(usize, usize)> = None;
    let mut why = "can't jump into an exception handler, or code may be unreachable";
    for at in code.lines().starts_of(line) {
        let Some(there) = &states[at] else { continue };
        if there.len() <= now.len() && there[..] == now[..there.len()] {
            if best.is_none_or(|(_, depth)| there.len() > depth) {
                best = Some((at, there.len()));
            }
        } else {
            why = explain(there);
        }
    }
    best.map(|(at, _)| at).ok_or(why)
}

/// Why a place with these temps cannot be jumped to.
fn explain(there: &[Held]) -> &'static str {
    match there.last() {
        Some(Held::Iterator) => "can't jump into the body of a for loop",
        Some(Held::Handled) => "can't jump into an 'except' block as there's no exception",
        _ => "can't jump into the middle of a block",
    }
}

/// The kinds of the live temps before each instruction; `None` where control never comes.
fn states(words: &[u64], source: &syntax::Code) -> Vec<Option<Box<[Held]>>> {
    let mut states: Vec<Option<Box<[Held]>>> = vec![None; words.len()];
    let mut open: Vec<(usize, Vec<Held>)> = vec![(0, Vec::new())];
    let lowest = -(source.temp_count as i32);
    while let Some((at, mut state)) = open.pop() {
        let Some(decoded) = Decoded::at(words, at) else { continue };
        let depth = source.temp_depth(at);
        state.resize(depth, Held::Value);
        if states[at].is_some() {
            continue;
        }
        states[at] = Some(state.clone().into());
        if let Some(handler) = source.handler_at(at) {
            let mut kept = state.clone();
            kept.truncate(handler.temp_depth as usize);
            open.push((handler.target as usize, kept));
        }
        let written = written(&decoded);
        let mut pass = |to: usize| {
            let Some(there) = (to < words.len()).then(|| source.temp_depth(to)) else { return };
            let mut after = state.clone();
            if let Some((register, held)) = written
                && register < 0
            {
                let slot = (register - lowest) as usize;
                after.truncate(slot);
                after.resize(slot, Held::Value);
                after.push(held);
            }
            after.resize(there, Held::Value);
            open.push((to, after));
        };
        if let Some(to) = decoded.jump_target(at).and_then(|to| usize::try_from(to).ok()) {
            pass(to);
        }
        if !decoded.op.is_terminal() {
            pass(at + decoded.len);
        }
    }
    states
}

/// The temp that an instruction fills with something that a jump minds.
fn written(decoded: &Decoded) -> Option<(i32, Held)> {
    let held = match decoded.op.generic() {
        Op::GetIter | Op::GetAiter => Held::Iterator,
        Op::EnterHandler => Held::Handled,
        _ => return None,
    };
    let slot = decoded.op.operands().iter().position(|(_, kind)| matches!(kind, Operand::Out))?;
    Some((decoded.operands[slot], held))
}

/// Lets the frame go on at word `to`: what it leaves is dropped, handlers are left.
fn leave(th: &mut Thread, frame: Fp, to: usize) {
    let code = frame.code();
    let source = code.source();
    let states = states(&source.words, source);
    let Some(now) = states[frame.lasti()].clone() else { return };
    let keep = source.temp_depth(to);
    let lowest = -(code.temp_count as i32);
    for slot in (keep..now.len()).rev() {
        let register = lowest + slot as i32;
        if now[slot] == Held::Handled {
            // The handled exception is the outer one again.
            crate::ops::except::op_leave_handler(th, frame, register);
        } else {
            frame.regs().take(register).release(th);
        }
    }
    frame.pc.set(code.entry().offset(to as i32));
    frame.traced_line.set(-1);
}

/// Variables without a value become None: code behind the jump may read them unchecked.
fn bind_locals(th: &mut Thread, frame: Fp) -> Result<(), Raised> {
    let code = frame.code();
    let mut unbound = Vec::new();
    for (index, local) in code.source().locals.iter().enumerate() {
        if matches!(local.kind, syntax::code::LocalKind::Plain | syntax::code::LocalKind::Private) && frame.regs().reg(index as i32).is_null() {
            unbound.push(index);
        }
    }
    if !unbound.is_empty() {
        let count = unbound.len();
        let plural = if count == 1 { "" } else { "s" };
        objects::warn::warn(th, objects::exceptions::runtime_warning_type(), format_args!("assigning None to {count} unbound local{plural}"), 1)?;
    }
    for index in unbound {
        frame.regs().put(index as i32, crate::frame::Reg::none());
    }
    Ok(())
}
