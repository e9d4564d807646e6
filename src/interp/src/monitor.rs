//! `sys.monitoring` (PEP 669): tools, the events that they asked for, and the calls of their callbacks.
//!
//! Invariant: [`is_active`] is true exactly when some tool has a global event or some code object a local one; every thread's
//! `trace::is_on` follows it. A code object's record of local events and silenced places is made on first use and never replaced.
//! When events happen is `trace`'s business.

pub mod module;

use std::collections::HashSet;
use std::sync::OnceLock;

use heap::sync::{AtomicU32, AtomicU64, AtomicUsize, Mutex, Ordering::*};
use heap::{Object, Raised, Ref, Thread};
use objects::glue::Global;
use objects::{Int, ops, raise};

use crate::code::Code;
use crate::frame::{Fp, stack};

/// What may be monitored, by number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
#[repr(u8)]
pub enum Event {
    PyStart,
    PyResume,
    PyReturn,
    PyYield,
    Call,
    Line,
    Instruction,
    Jump,
    BranchLeft,
    BranchRight,
    StopIteration,
    Raise,
    ExceptionHandled,
    PyUnwind,
    PyThrow,
    Reraise,
    CReturn,
    CRaise,
    Branch,
}

/// Names of the events, in order.
pub const NAMES: [&str; EVENTS] = [
    "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "INSTRUCTION", "JUMP", "BRANCH_LEFT", "BRANCH_RIGHT", "STOP_ITERATION", "RAISE",
    "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW", "RERAISE", "C_RETURN", "C_RAISE", "BRANCH",
];
pub const EVENTS: usize = 19;
/// Events below this one belong to a place in the code: they can be local and be silenced.
pub const LOCAL_EVENTS: usize = 11;
/// Tools that programs may use.
pub const TOOLS: usize = 6;

impl Event {
    /// What `f_lineno` goes by, as it does for trace functions.
    fn to_legacy(self) -> crate::trace::legacy::Kind {
        use crate::trace::legacy::Kind;
        match self {
            Event::Line | Event::Jump | Event::BranchLeft | Event::BranchRight | Event::PyResume => Kind::Line,
            Event::PyStart => Kind::Call,
            Event::PyReturn | Event::PyYield => Kind::Return,
            _ => Kind::Exception,
        }
    }

    pub const fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// The two events that stand for the old `BRANCH`.
pub const BRANCHES: u32 = Event::BranchLeft.bit() | Event::BranchRight.bit();
/// Events of native calls, which come with `CALL`.
pub const NATIVE: u32 = Event::CReturn.bit() | Event::CRaise.bit();

struct Tool {
    name: Global<Object>,
    events: AtomicU32,
    callbacks: [Global<Object>; EVENTS],
}

static TABLE: [Tool; TOOLS] =
    [const { Tool { name: Global::EMPTY, events: AtomicU32::new(0), callbacks: [const { Global::EMPTY }; EVENTS] } }; TOOLS];
/// Pairs of code object and tool with local events.
static LOCAL_PAIRS: AtomicUsize = AtomicUsize::new(0);
/// `restart_events` makes what was silenced before heard again.
static ROUND: AtomicUsize = AtomicUsize::new(0);
/// Grows whenever other events are heard than before.
static VERSION: AtomicU64 = AtomicU64::new(1);
static DISABLE: Global<Object> = Global::EMPTY;
static MISSING: Global<Object> = Global::EMPTY;

/// What monitoring keeps for a code object.
#[derive(Default)]
pub struct CodeEvents {
    record: OnceLock<Box<Record>>,
}

struct Record {
    local: [AtomicU32; TOOLS],
    silenced: Mutex<Silenced>,
}

#[derive(Default)]
struct Silenced {
    round: usize,
    /// Tool, event, and the word at which the tool does not want to hear of it.
    places: HashSet<(u8, u8, u32)>,
}

impl CodeEvents {
    fn record(&self) -> &Record {
        self.record.get_or_init(|| Box::new(Record { local: [const { AtomicU32::new(0) }; TOOLS], silenced: Mutex::new(Silenced::default()) }))
    }

    fn local(&self, tool: usize) -> u32 {
        self.record.get().map_or(0, |record| record.local[tool].load(Relaxed))
    }

    fn is_silenced(&self, place: (u8, u8, u32)) -> bool {
        self.record.get().is_some_and(|record| {
            let silenced = record.silenced.lock();
            silenced.round == ROUND.load(Relaxed) && silenced.places.contains(&place)
        })
    }

    fn silence(&self, place: (u8, u8, u32)) {
        let mut silenced = self.record().silenced.lock();
        let round = ROUND.load(Relaxed);
        if silenced.round != round {
            silenced.round = round;
            silenced.places.clear();
        }
        silenced.places.insert(place);
    }

    fn hear_again(&self, tool: usize) {
        if let Some(record) = self.record.get() {
            record.silenced.lock().places.retain(|place| usize::from(place.0) != tool);
        }
    }
}

impl Drop for CodeEvents {
    fn drop(&mut self) {
        if let Some(record) = self.record.get() {
            let pairs = record.local.iter().filter(|events| events.load(Relaxed) != 0).count();
            LOCAL_PAIRS.fetch_sub(pairs, Relaxed);
        }
    }
}

/// Whether anything is monitored.
pub fn is_active() -> bool {
    LOCAL_PAIRS.load(Relaxed) != 0 || TABLE.iter().any(|tool| tool.events.load(Relaxed) != 0)
}

/// What is monitored has changed: every thread hears of it.
fn changed(th: &mut Thread) {
    VERSION.fetch_add(1, Relaxed);
    let stopped = heap::world::stop_for(th, heap::contention::Reason::Tracing);
    heap::world::for_each_thread(th, &mut |other| {
        if !other.interp.get().is_null() {
            crate::trace::refresh(other);
        }
    });
    drop(stopped);
}

/// Sets a tool's global events.
pub fn set_events(th: &mut Thread, tool: usize, events: u32) {
    if TABLE[tool].events.swap(events, Relaxed) != events {
        changed(th);
    }
}

/// A tool's global events.
pub fn events(tool: usize) -> u32 {
    TABLE[tool].events.load(Relaxed)
}

/// Sets a tool's events of one code object.
pub fn set_local_events(th: &mut Thread, tool: usize, code: &Code, events: u32) {
    if events == 0 && code.events.record.get().is_none() {
        return;
    }
    let old = code.events.record().local[tool].swap(events, Relaxed);
    code.events.hear_again(tool);
    match (old, events) {
        (0, 0) => return,
        (0, _) => LOCAL_PAIRS.fetch_add(1, Relaxed),
        (_, 0) => LOCAL_PAIRS.fetch_sub(1, Relaxed),
        _ => 0,
    };
    changed(th);
}

/// A tool's events of one code object.
pub fn local_events(tool: usize, code: &Code) -> u32 {
    code.events.local(tool)
}

/// A tool's name, if it is in use.
pub fn tool_name(th: &Thread, tool: usize) -> Option<Ref<Object>> {
    TABLE[tool].name.get(th)
}

fn set_tool_name(th: &mut Thread, tool: usize, name: Option<Ref<Object>>) {
    TABLE[tool].name.set(th, name);
}

fn replace_callback(th: &mut Thread, tool: usize, event: usize, callback: Option<Ref<Object>>) -> Option<Ref<Object>> {
    TABLE[tool].callbacks[event].replace(th, callback)
}

/// Forgets a tool's events and callbacks; its local events, too.
fn clear_tool(th: &mut Thread, tool: usize) {
    set_events(th, tool, 0);
    for event in 0..EVENTS {
        TABLE[tool].callbacks[event].set(th, None);
    }
    if LOCAL_PAIRS.load(Relaxed) != 0 {
        for object in th.tracked_objects_where(&mut |object| object.is_a::<Code>()) {
            if let Some(code) = object.downcast_ref::<Code>() {
                set_local_events(th, tool, code, 0);
            }
        }
    }
}

/// What was silenced is heard again.
fn restart() {
    VERSION.fetch_add(1, Relaxed);
    ROUND.fetch_add(1, Relaxed);
}

fn sentinel(th: &mut Thread, which: &Global<Object>) -> Result<Ref<Object>, Raised> {
    which.get_or_init(th, |th| ops::call0(th, objects::typing::object_type()))
}

/// `sys.monitoring.DISABLE`
fn disable(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    sentinel(th, &DISABLE)
}

/// `sys.monitoring.MISSING`
fn missing(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    sentinel(th, &MISSING)
}

/// Tells apart moments between which what is heard has changed; never 0.
pub fn version() -> u64 {
    VERSION.load(Relaxed)
}

/// The tools that want an event everywhere, a bit each.
pub fn tools_of(event: usize) -> u8 {
    // What native calls come to is heard of with the calls.
    let event = if event < EVENTS && NATIVE >> event & 1 != 0 { Event::Call as usize } else { event };
    (0..TOOLS).filter(|tool| TABLE[*tool].events.load(Relaxed).checked_shr(event as u32).is_some_and(|bits| bits & 1 != 0)).fold(0, |all, tool| all | 1 << tool)
}

/// Tells a tool of an event in code that is not Python's; whether it wants to hear no more of this one.
pub fn tell_natively(th: &mut Thread, tool: usize, event: Event, args: &[&Object]) -> Result<bool, Raised> {
    let Some(callback) = TABLE.get(tool).and_then(|tool| tool.callbacks[event as usize].get(th)) else { return Ok(false) };
    let before = th.set_tracing(true);
    let result = ops::call(th, &callback, args);
    th.set_tracing(before);
    th.release(callback);
    let result = result?;
    let disable = disable(th)?;
    let refuses = result.is(&*disable);
    th.release(result);
    if refuses && event as usize >= LOCAL_EVENTS {
        TABLE[tool].callbacks[event as usize].set(th, None);
        let name = NAMES[event as usize];
        return Err(raise::value_error(th, format_args!("Cannot disable {name} events. Callback removed.")));
    }
    Ok(refuses)
}

/// Whether some tool wants to hear of an event in this frame.
pub fn is_wanted(frame: Fp, event: Event) -> bool {
    is_active() && (0..TOOLS).any(|tool| wants(frame.code(), tool, event))
}

fn wants(code: &Code, tool: usize, event: Event) -> bool {
    // What native calls come to is heard of with the calls.
    let event = if event.bit() & NATIVE != 0 { Event::Call } else { event };
    (TABLE[tool].events.load(Relaxed) | code.events.local(tool)) & event.bit() != 0
}

/// Tells all tools that want it of an event at the frame's current instruction; `args` follow code and offset.
#[inline]
pub fn fire(th: &mut Thread, frame: Fp, event: Event, args: &[&Object]) -> Result<(), Raised> {
    if !is_wanted(frame, event) {
        return Ok(());
    }
    let at = if event == Event::PyStart { frame.code().first_word() } else { frame.lasti() };
    fire_at(th, frame, at, event, args)
}

fn fire_at(th: &mut Thread, frame: Fp, at: usize, event: Event, args: &[&Object]) -> Result<(), Raised> {
    let offset = Int::from_usize(th, at * 2);
    let mut all: Vec<&Object> = vec![&offset];
    all.extend(args);
    tell(th, frame, event, at as u32, &all)
}

/// A line begins.
pub fn fire_line(th: &mut Thread, frame: Fp, at: usize, line: i32) -> Result<(), Raised> {
    if !is_wanted(frame, Event::Line) {
        return Ok(());
    }
    let number = Int::from_i64(th, i64::from(line));
    tell(th, frame, Event::Line, at as u32, &[&number])
}

/// Something is called, or a native call ended.
pub fn fire_call(th: &mut Thread, frame: Fp, at: usize, event: Event, callee: &Object, first: Option<&Object>) -> Result<(), Raised> {
    if !is_wanted(frame, event) {
        return Ok(());
    }
    let missing = missing(th)?;
    fire_at(th, frame, at, event, &[callee, first.unwrap_or(&missing)])
}

/// A jump from `at` to `to`, taken or (a branch) not taken.
pub fn fire_jump(th: &mut Thread, frame: Fp, at: usize, event: Event, to: usize) -> Result<(), Raised> {
    if !is_wanted(frame, event) {
        return Ok(());
    }
    let to = Int::from_usize(th, to * 2);
    fire_at(th, frame, at, event, &[&to])
}

fn tell(th: &mut Thread, frame: Fp, event: Event, place: u32, args: &[&Object]) -> Result<(), Raised> {
    let code = th.retain(frame.code());
    let mut all: Vec<&Object> = vec![&*code];
    all.extend(args);
    for tool in (0..TOOLS).rev() {
        let silent_as = if event.bit() & NATIVE != 0 { Event::Call } else { event };
        if wants(&code, tool, event) && !code.events.is_silenced((tool as u8, silent_as as u8, place)) {
            tell_tool(th, &code, tool, event, place, &all)?;
        }
    }
    Ok(())
}

fn tell_tool(th: &mut Thread, code: &Code, tool: usize, event: Event, place: u32, args: &[&Object]) -> Result<(), Raised> {
    let own = TABLE[tool].callbacks[event as usize].get(th);
    let old_branch = (own.is_none() && event.bit() & BRANCHES != 0).then(|| TABLE[tool].callbacks[Event::Branch as usize].get(th)).flatten();
    let both = old_branch.is_some();
    let Some(callback) = own.or(old_branch) else { return Ok(()) };
    let before = th.set_tracing(true);
    let outer = stack::state(th).trace.event.replace(Some(event.to_legacy()));
    let result = ops::call(th, &callback, args);
    stack::state(th).trace.event.set(outer);
    th.set_tracing(before);
    th.release(callback);
    let result = result?;
    let disable = disable(th)?;
    let refuses = result.is(&*disable);
    th.release(result);
    if !refuses {
        return Ok(());
    }
    if event as usize >= LOCAL_EVENTS {
        TABLE[tool].callbacks[event as usize].set(th, None);
        let name = NAMES[event as usize];
        return Err(raise::value_error(th, format_args!("Cannot disable {name} events. Callback removed.")));
    }
    if both {
        // The old event is silenced for both ways at once.
        code.events.silence((tool as u8, Event::BranchLeft as u8, place));
        code.events.silence((tool as u8, Event::BranchRight as u8, place));
    } else {
        code.events.silence((tool as u8, event as u8, place));
    }
    Ok(())
}
