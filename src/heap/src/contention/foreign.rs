//! What foreign functions cost: how often each was called, how long it ran, how long it waited for the world, and who waited meanwhile.
//!
//! A thread's time belongs to its innermost activation: that of a function that another foreign function calls, or of Python code that runs in a
//! callback, is not the caller's. Waits are measured by those who wait, and name the function that they waited for.

use std::collections::HashMap;

use super::{Record, Tally, measures, with};
use crate::foreign::names;
use crate::sync::now;
use crate::world::WorldSlot;
use crate::{Object, Thread};

/// One function's costs, in one thread.
#[derive(Clone, Copy, Default)]
pub(super) struct Costs {
    calls: u64,
    /// It ran; a stretch ends where it calls back, waits or detaches.
    held: Tally,
    /// The thread waited for the world on its behalf.
    waited: Tally,
}

/// By activation ([`crate::foreign`]): what ran here, and what this thread waited for.
#[derive(Clone, Default)]
pub(super) struct Table {
    costs: HashMap<usize, Costs>,
    pub(super) blamed: HashMap<usize, Tally>,
}

impl Table {
    pub(super) fn merge(&mut self, other: &Table) {
        for (&activation, costs) in &other.costs {
            let mine = self.costs.entry(activation).or_default();
            mine.calls += costs.calls;
            mine.held.merge(costs.held);
            mine.waited.merge(costs.waited);
        }
        for (&activation, &tally) in &other.blamed {
            self.blamed.entry(activation).or_default().merge(tally);
        }
    }

    fn costs(&mut self, activation: usize) -> &mut Costs {
        self.costs.entry(activation).or_default()
    }
}

/// What a thread's foreign code does now.
#[derive(Default)]
pub(super) struct Gate {
    /// The activation that runs, 0 for none; since when; and how long the thread had waited for the world by then.
    activation: usize,
    since: u64,
    waited: u64,
    /// When the calls began that are under way: for the timeline.
    starts: Vec<u64>,
}

impl Record {
    /// Books the time that has passed. From now on it is another activation's.
    fn activate(&mut self, th: &Thread, next: usize) {
        let before = self.gate.activation;
        if before == 0 && next == 0 {
            return;
        }
        let (now, waited) = (now(), th.world.waited_ns());
        if before != 0 && measures() {
            let world = waited.saturating_sub(self.gate.waited);
            self.counted.foreign.costs(before).held.add(now.saturating_sub(self.gate.since).saturating_sub(world));
        }
        self.gate.activation = next;
        (self.gate.since, self.gate.waited) = (now, waited);
    }

    /// Books the time until now.
    pub(super) fn book_gate(&mut self, th: &Thread) {
        self.activate(th, self.gate.activation);
    }

    /// Time counts from here.
    pub(super) fn begin_gate(&mut self, th: &Thread) {
        self.gate.activation = if th.world.is_detached() { 0 } else { th.world.running() };
        (self.gate.since, self.gate.waited) = (now(), th.world.waited_ns());
    }

    /// The thread detaches or has attached.
    pub(super) fn reactivate(&mut self, th: &Thread, attached: bool) {
        self.activate(th, if attached { th.world.running() } else { 0 });
    }
}

/// A foreign function is called; it may wait for the world first.
#[cold]
pub(crate) fn calls(th: &Thread, activation: usize) {
    with(th, |record| {
        record.activate(th, activation);
        record.gate.starts.push(record.gate.since);
        if measures() {
            record.counted.foreign.costs(activation).calls += 1;
        }
    });
}

/// It returns to another activation.
#[cold]
pub(crate) fn returned(th: &Thread, activation: usize, before: usize) {
    with(th, |record| {
        record.activate(th, before);
        // Measuring may have begun meanwhile.
        let Some(start) = record.gate.starts.pop() else { return };
        let end = record.gate.since;
        if let Some(line) = &mut record.line {
            line.foreign(activation, start, end);
        }
    });
}

/// Python code begins to run inside a foreign function, or has ended.
#[cold]
pub(crate) fn called_back(th: &Thread) {
    with(th, |record| record.activate(th, th.world.running()));
}

/// Shares an object because foreign code is about to see it.
#[cold]
pub(crate) fn shows(th: &Thread, object: &Object) {
    let before = with(th, |record| core::mem::replace(&mut record.shows, true));
    th.share(object);
    with(th, |record| record.shows = before);
}

/// The thread whose place this is, if it is the calling one.
fn of_slot<R>(slot: &WorldSlot, f: impl FnOnce(&Thread, &mut Record) -> R) -> Option<R> {
    crate::thread::with_current(|th| core::ptr::eq(&raw const th.world, slot).then(|| with(th, |record| f(th, record)))).flatten()
}

/// The thread has waited for the world, which somebody else had for `activation`; 0: for no foreign function. Under the world's latch.
#[cold]
pub(crate) fn waited(slot: &WorldSlot, activation: usize, since: u64, now: u64) {
    of_slot(slot, |_, record| {
        let (passed, mine) = (now.saturating_sub(since), slot.running());
        if measures() {
            if mine != 0 {
                record.counted.foreign.costs(mine).waited.add(passed);
            }
            if activation != 0 {
                record.counted.foreign.blamed.entry(activation).or_default().add(passed);
            }
        }
        let state = record.state;
        if let Some(line) = &mut record.line {
            line.waited(state, activation, since, now);
        }
    });
}

/// The thread has the world for itself. Under the world's latch.
#[cold]
pub(crate) fn acquired(slot: &WorldSlot) {
    of_slot(slot, |_, record| {
        if let Some(line) = &mut record.line {
            line.holds_since = now();
        }
    });
}

/// It gives the world up. Under the world's latch, before anybody else has it.
#[cold]
pub(crate) fn released(slot: &WorldSlot) {
    of_slot(slot, |_, record| {
        if let Some(line) = &mut record.line {
            line.held(slot.acquired_for(), now());
        }
    });
}

/// What one function cost, in a [`super::Snapshot`].
#[derive(Clone, Debug)]
pub struct Function {
    /// `library.so: function`
    pub name: String,
    pub calls: u64,
    /// How often and how long it ran without a break; in exclusive mode it held the world.
    pub held: Tally,
    /// How long it waited for the world.
    pub waited: Tally,
    /// How long others waited for it.
    pub blocked: Tally,
    /// Which of the threads did, the longest first.
    pub who: Vec<(String, Tally)>,
}

/// The functions, those first that cost most. `waiting` are the threads that waited for some.
pub(super) fn functions(table: &Table, waiting: &[(String, HashMap<usize, Tally>)]) -> Vec<Function> {
    let mut all: HashMap<String, Function> = HashMap::new();
    let mut named: HashMap<usize, String> = HashMap::new();
    let mut name_of = |activation: usize| named.entry(activation).or_insert_with(|| names::of_activation(activation)).clone();
    let new = |name: &String| {
        let none = Tally::default();
        Function { name: name.clone(), calls: 0, held: none, waited: none, blocked: none, who: Vec::new() }
    };
    for (&activation, costs) in &table.costs {
        let name = name_of(activation);
        let function = all.entry(name).or_insert_with_key(new);
        function.calls += costs.calls;
        function.held.merge(costs.held);
        function.waited.merge(costs.waited);
    }
    for (thread, blamed) in waiting {
        for (&activation, &tally) in blamed {
            let function = all.entry(name_of(activation)).or_insert_with_key(new);
            function.blocked.merge(tally);
            match function.who.iter_mut().find(|(name, _)| name == thread) {
                Some((_, known)) => known.merge(tally),
                None => function.who.push((thread.clone(), tally)),
            }
        }
    }
    let mut all: Vec<Function> = all.into_values().collect();
    for function in &mut all {
        function.who.sort_by(|a, b| b.1.total.cmp(&a.1.total).then_with(|| a.0.cmp(&b.0)));
    }
    all.sort_by(|a, b| (b.blocked.total, b.held.total, b.calls).cmp(&(a.blocked.total, a.held.total, a.calls)).then_with(|| a.name.cmp(&b.name)));
    all
}
