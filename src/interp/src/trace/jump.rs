//! `frame.f_lineno = n`: where a tracer may let a frame go on.
//!
//! A jump leads to the first instruction of a line where nothing is live that is not live now, each thing of the same kind: it may leave
//! loops, `with` blocks and handlers, and enter none. What is live where comes from one pass over the code.

use heap::{Object, Raised, Thread};
use objects::{Int, raise};
use syntax::opcodes::{Decoded, Kind as Operand, Op};

use super::legacy::{Kind, current_event};
use crate::frame::object::FrameObject;
use crate::frame::Fp;

/// What a hidden local is to a jump.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Held {
    /// The state of a `match` or a comprehension.
    Value,
    /// The iterator of a loop.
    Iterator,
    /// The exit function of a `with`, or what it is bound to.
    Exit,
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
    let states = states(code.source());
    let Some(now) = &states[frame.lasti()] else { return refuse(th, "can't jump from unreachable code") };
    match target(&states, now, lines.starts_of(line)) {
        Ok(to) => {
            bind_locals(th, frame)?;
            if let Some(there) = &states[to] {
                leave(th, frame, now, there, to);
            }
            Ok(())
        }
        Err(why) => refuse(th, why),
    }
}

#[cold]
fn refuse(th: &mut Thread, why: &str) -> Result<(), Raised> {
    Err(raise::value_error(th, format_args!("{why}")))
}

/// What is live at a place: the temps, and the hidden locals in which `for`, `with`, `try` and `match` keep their state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct State {
    temps: usize,
    hidden: Vec<Option<Held>>,
}

impl State {
    fn live(&self) -> usize {
        self.hidden.iter().flatten().count()
    }

    /// Whether a jump may lead from here to `there`: everything that is live there is live here, and of the same kind.
    fn allows(&self, there: &State) -> bool {
        there.temps == 0 && there.hidden.iter().zip(&self.hidden).all(|(there, here)| there.is_none() || there == here)
    }
}

/// The start of the line that leaves most of what is live as it is.
fn target(states: &[Option<State>], now: &State, starts: impl Iterator<Item = usize>) -> Result<usize, &'static str> {
    let mut best: Option<(usize, usize)> = None;
    let mut why = "can't jump into an exception handler, or code may be unreachable";
    for at in starts {
        let Some(there) = &states[at] else { continue };
        if now.allows(there) {
            if best.is_none_or(|(_, live)| there.live() > live) {
                best = Some((at, there.live()));
            }
        } else {
            why = explain(now, there);
        }
    }
    best.map(|(at, _)| at).ok_or(why)
}

/// Why a place cannot be jumped to: the innermost construct that it is in and this place is not.
fn explain(now: &State, there: &State) -> &'static str {
    let missing = there.hidden.iter().zip(&now.hidden).rev().find_map(|(there, here)| there.filter(|_| there != here));
    match missing {
        Some(Held::Iterator) => "can't jump into the body of a for loop",
        Some(Held::Handled) => "can't jump into an 'except' block as there's no exception",
        _ => "incompatible stacks",
    }
}

/// What is live before each instruction; `None` where control never comes.
fn states(source: &syntax::Code) -> Vec<Option<State>> {
    let words = &source.words;
    let first = source.locals.len() as i32;
    let mut states: Vec<Option<State>> = vec![None; words.len()];
    let mut open = vec![(0, State { temps: 0, hidden: vec![None; source.hidden_count as usize] })];
    while let Some((at, mut state)) = open.pop() {
        let Some(decoded) = Decoded::at(words, at) else { continue };
        if states[at].is_some() {
            continue;
        }
        state.temps = source.temp_depth(at);
        states[at] = Some(state.clone());
        if let Some(handler) = source.handler_at(at) {
            let mut kept = state.clone();
            kept.hidden.iter_mut().skip(handler.hidden_depth as usize).for_each(|held| *held = None);
            open.push((handler.target as usize, kept));
        }
        pass(&decoded, first, &mut state);
        if let Some(to) = decoded.jump_target(at).and_then(|to| usize::try_from(to).ok()).filter(|to| *to < words.len()) {
            open.push((to, state.clone()));
        }
        if !decoded.op.is_terminal() && at + decoded.len < words.len() {
            open.push((at + decoded.len, state));
        }
    }
    states
}

/// What an instruction does to the hidden locals, which begin at register `first`.
fn pass(decoded: &Decoded, first: i32, state: &mut State) {
    let kind = match decoded.op.generic() {
        Op::GetIter | Op::GetAiter => Held::Iterator,
        Op::EnterHandler => Held::Handled,
        Op::LoadSpecial => Held::Exit,
        _ => Held::Value,
    };
    let mut set = |register: i32, held: Option<Held>| {
        if let Some(place) = usize::try_from(register - first).ok().and_then(|index| state.hidden.get_mut(index)) {
            *place = held;
        }
    };
    for (slot, (_, operand)) in decoded.op.operands().iter().enumerate() {
        let register = decoded.operands[slot];
        match operand {
            Operand::Kill => set(register, None),
            Operand::Out => set(register, Some(kind)),
            Operand::OutBase => (register..register + decoded.op.out_len(decoded.operands)).for_each(|register| set(register, Some(kind))),
            _ => {}
        }
    }
}

/// Lets the frame go on at word `to`: what it leaves is dropped, handlers are left, innermost first.
fn leave(th: &mut Thread, frame: Fp, now: &State, there: &State, to: usize) {
    let code = frame.code();
    frame.regs().release_range(th, -(code.temp_count as i32), now.temps);
    let first = code.source().locals.len() as i32;
    for (index, held) in now.hidden.iter().enumerate().rev() {
        if held.is_none() || there.hidden[index].is_some() {
            continue;
        }
        let register = first + index as i32;
        if *held == Some(Held::Handled) {
            // The handled exception is the outer one again.
            crate::ops::except::op_leave_handler(th, frame, register);
        } else {
            frame.regs().take(register).release(th);
        }
    }
    frame.pc.set(code.entry().offset(to as i32));
    // The line that it jumped to is not announced.
    frame.traced_line.set(code.lines().line(to).unwrap_or(-1));
    frame.traced_at.set(-1);
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
