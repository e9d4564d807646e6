//! What threads wait for, and what they share: measured while somebody asks (`-X world-report`, `-X timeline`, `sys._contention`).
//!
//! Off, it costs one look at a static word wherever a thread has to wait anyway, attaches, detaches, or shares.
//!
//! Invariant: a thread's record is touched by that thread while it is attached (or not registered yet), by whoever holds the world, and
//! under the world's latch as the thread ends. Nothing here takes a safepoint or calls out, so it may run while an object is locked (R15).

use core::cell::UnsafeCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::sync::{AtomicU8, AtomicU64, Mutex, Ordering::Relaxed, now};
use crate::world::WORLD;
use crate::{Object, Thread};

mod foreign;
pub mod timeline;

pub use foreign::Function;
pub(crate) use foreign::{acquired, called_back, calls, released, returned, shows, waited};

/// What is wanted: [`REPORT`], [`TIMELINE`].
static ON: AtomicU8 = AtomicU8::new(0);
/// Sums are kept, for a report.
const REPORT: u8 = 1;
/// Each event is kept, for a timeline.
const TIMELINE: u8 = 2;
/// When measuring began, and for how long it had been on before.
static SINCE: AtomicU64 = AtomicU64::new(0);
static BEFORE: AtomicU64 = AtomicU64::new(0);
/// How often a thread that was alone lost the world: in all, as of the last look; and that while it was measured.
static STOLEN: AtomicU64 = AtomicU64::new(0);
static JOINED: AtomicU64 = AtomicU64::new(0);
/// What threads left that have ended.
static ENDED: Mutex<Vec<Record>> = Mutex::new(Vec::new());

/// So many ended threads are told apart; those that ended before them are one line.
const MOST_ENDED: usize = 256;

/// Whether anything is measured, for a report or for a timeline.
#[inline(always)]
pub fn is_on() -> bool {
    ON.load(Relaxed) != 0
}

/// Whether sums are kept, for a report.
#[inline(always)]
pub fn measures() -> bool {
    ON.load(Relaxed) & REPORT != 0
}

/// One kind of measuring begins or ends.
fn switch(what: u8, on: bool) {
    if on {
        ON.fetch_or(what, Relaxed);
    } else {
        ON.fetch_and(!what, Relaxed);
    }
    crate::foreign::measure(is_on());
}

/// A place in Python code.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Site {
    pub function: Arc<str>,
    pub file: Arc<str>,
    pub line: u32,
}

/// How often, how long in all, how long at most. Times are in nanoseconds.
#[derive(Clone, Copy, Default, Debug)]
pub struct Tally {
    pub count: u64,
    pub total: u64,
    pub longest: u64,
}

impl Tally {
    fn add(&mut self, amount: u64) {
        self.count += 1;
        self.total += amount;
        self.longest = self.longest.max(amount);
    }

    fn merge(&mut self, other: Tally) {
        self.count += other.count;
        self.total += other.total;
        self.longest = self.longest.max(other.longest);
    }
}

/// What a thread waits for when it does not run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The lock of an object, which the runtime takes for a stretch of an operation: contention.
    Object,
    /// A lock, queue or thread that the program waits for.
    Lock,
}

/// Why a thread stops the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    Collector,
    /// A common class changes, or its subclasses are listed.
    Class,
    /// Counts that threads keep each for itself are added up (R12).
    Counts,
    /// Tracing, profiling or monitoring is switched.
    Tracing,
    /// A look at what other threads do: frames, tasks, suspended generators.
    Inspection,
}

impl Reason {
    pub const ALL: [Reason; 5] = [Reason::Collector, Reason::Class, Reason::Counts, Reason::Tracing, Reason::Inspection];

    /// As users read it.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Collector => "collector",
            Reason::Class => "class change",
            Reason::Counts => "counts",
            Reason::Tracing => "tracing",
            Reason::Inspection => "inspection",
        }
    }
}

/// Which collection it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pause {
    /// New objects of all threads; the world stands still.
    Young,
    /// All objects; the world stands still.
    Full,
    /// New private objects of one thread; the others go on.
    Private,
}

impl Pause {
    pub const ALL: [Pause; 3] = [Pause::Young, Pause::Full, Pause::Private];

    /// As users read it.
    pub fn name(self) -> &'static str {
        match self {
            Pause::Young => "young",
            Pause::Full => "full",
            Pause::Private => "private",
        }
    }
}

/// Where a thread's time went, in nanoseconds.
#[derive(Clone, Copy, Default, Debug)]
pub struct Times {
    /// It ran Python, or was ready to.
    pub attached: u64,
    /// It waited for something outside, or ran native code that touches no objects.
    pub detached: u64,
    /// It waited for locks of objects.
    pub objects: u64,
    /// It waited for the program's own locks, queues and threads.
    pub locks: u64,
    /// It waited for the world: to stop the others, or until another one let it run again.
    pub world: u64,
}

impl Times {
    fn merge(&mut self, other: &Times) {
        self.attached += other.attached;
        self.detached += other.detached;
        self.objects += other.objects;
        self.locks += other.locks;
        self.world += other.world;
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Attached,
    Detached,
    Waiting(Kind),
}

/// A name (of a type) and a place, and what was counted there.
#[derive(Default)]
struct Table {
    places: HashMap<(Box<str>, Option<Site>), usize>,
    tallies: Vec<Tally>,
}

impl Table {
    fn place(&mut self, what: &str, site: Option<Site>) -> usize {
        match self.places.entry((what.into(), site)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                self.tallies.push(Tally::default());
                *new.insert(self.tallies.len() - 1)
            }
        }
    }

    fn add(&mut self, place: usize, amount: u64) {
        // A reset may have come between.
        if let Some(tally) = self.tallies.get_mut(place) {
            tally.add(amount);
        }
    }

    fn merge(&mut self, other: &Table) {
        for ((what, site), &place) in &other.places {
            let mine = self.place(what, site.clone());
            self.tallies[mine].merge(other.tallies[place]);
        }
    }

    /// The rows, the largest total first.
    fn rows(&self) -> Vec<Row> {
        let row = |((what, site), &place): (&(Box<str>, Option<Site>), &usize)| Row { what: what.clone(), site: site.clone(), tally: self.tallies[place] };
        let mut rows: Vec<Row> = self.places.iter().map(row).filter(|row| row.tally.count > 0).collect();
        let line = |row: &Row| row.site.as_ref().map(|site| (site.file.clone(), site.line));
        rows.sort_by(|a, b| (b.tally.total, b.tally.count).cmp(&(a.tally.total, a.tally.count)).then_with(|| line(a).cmp(&line(b))).then_with(|| a.what.cmp(&b.what)));
        rows
    }
}

/// What was counted in all threads.
#[derive(Default)]
struct Counted {
    objects: Table,
    locks: Table,
    shared: Table,
    hot: Table,
    /// What became common because foreign code was about to see it.
    shown: Table,
    foreign: foreign::Table,
    /// By reason: how long the stop was waited for, and how long it lasted.
    stops: [(Tally, Tally); Reason::ALL.len()],
    pauses: [Tally; Pause::ALL.len()],
}

impl Counted {
    fn merge(&mut self, other: &Counted) {
        self.objects.merge(&other.objects);
        self.locks.merge(&other.locks);
        self.shared.merge(&other.shared);
        self.hot.merge(&other.hot);
        self.shown.merge(&other.shown);
        self.foreign.merge(&other.foreign);
        for (mine, other) in self.stops.iter_mut().zip(&other.stops) {
            mine.0.merge(other.0);
            mine.1.merge(other.1);
        }
        for (mine, other) in self.pauses.iter_mut().zip(&other.pauses) {
            mine.merge(*other);
        }
    }
}

/// What is known of one thread.
struct Record {
    ident: u64,
    name: String,
    /// How many threads it stands for: 1, but for the one that sums up those that ended long ago.
    threads: u64,
    times: Times,
    state: State,
    since: u64,
    /// What the thread's place in the world lock said at `since` about waiting for the world.
    waited: u64,
    counted: Counted,
    /// Its foreign code.
    gate: foreign::Gate,
    /// It shares what foreign code is about to see.
    shows: bool,
    /// Its events, if they are kept.
    line: Option<Box<timeline::Line>>,
}

impl Record {
    fn new(th: &Thread) -> Record {
        let state = if th.world.is_detached() { State::Detached } else { State::Attached };
        Record {
            ident: ident(th),
            name: String::new(),
            threads: 1,
            times: Times::default(),
            state,
            since: now(),
            waited: th.world.waited_ns(),
            counted: Counted::default(),
            gate: foreign::Gate::default(),
            shows: false,
            line: timeline::Line::new_if_on(),
        }
    }

    /// Books the time that has passed, as what it was spent for. It is another state's from now on.
    fn turn(&mut self, th: &Thread, next: State) {
        if let Some(line) = &mut self.line {
            line.turn(self.state);
        }
        if measures() {
            self.book(th);
        }
        self.state = next;
    }

    fn book(&mut self, th: &Thread) {
        let (now, waited) = (now(), th.world.waited_ns());
        let passed = now.saturating_sub(self.since);
        let world = waited.saturating_sub(self.waited).min(passed);
        self.times.world += world;
        *match self.state {
            State::Attached => &mut self.times.attached,
            State::Detached => &mut self.times.detached,
            State::Waiting(Kind::Object) => &mut self.times.objects,
            State::Waiting(Kind::Lock) => &mut self.times.locks,
        } += passed - world;
        (self.since, self.waited) = (now, waited);
    }

    /// Time counts from here. What the thread does is asked anew: nobody took notice while nothing was measured.
    fn begin(&mut self, th: &Thread) {
        if !matches!(self.state, State::Waiting(_)) {
            self.state = if th.world.is_detached() { State::Detached } else { State::Attached };
        }
        (self.since, self.waited) = (now(), th.world.waited_ns());
        self.begin_gate(th);
    }

    fn reset(&mut self) {
        self.times = Times::default();
        self.counted = Counted::default();
    }
}

/// The thread as Python names it.
fn ident(th: &Thread) -> u64 {
    // SAFETY: R15: the record of a registered thread; the field is set before the thread runs Python.
    let ident = unsafe { (*th.abi()).thread_id } as u64;
    if ident == 0 { u64::from(th.id()) } else { ident }
}

/// A thread's own record, if there is one.
pub(crate) struct Own(UnsafeCell<Option<Box<Record>>>);

impl Own {
    pub(crate) const fn new() -> Own {
        Own(UnsafeCell::new(None))
    }
}

/// Runs `f` with the record of a thread, which is made if it is missing.
fn with<R>(th: &Thread, f: impl FnOnce(&mut Record) -> R) -> R {
    // SAFETY: the module's invariant; `f` is this module's own and does not come back here.
    let own = unsafe { &mut *th.contention.0.get() };
    f(own.get_or_insert_with(|| Box::new(Record::new(th))))
}

fn type_name(object: &Object) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(object.ty().tp_name_bytes())
}

fn site(th: &Thread) -> Option<Site> {
    crate::hooks::hooks().site(th)
}

/// The thread is about to detach.
#[cold]
pub(crate) fn leaves(th: &Thread) {
    with(th, |record| {
        record.reactivate(th, false);
        // A thread that waits for an object detaches to do so.
        if !matches!(record.state, State::Waiting(_)) {
            record.turn(th, State::Detached);
        }
    });
}

/// The thread has attached.
#[cold]
pub(crate) fn enters(th: &Thread) {
    with(th, |record| {
        record.reactivate(th, true);
        if !matches!(record.state, State::Waiting(_)) {
            record.turn(th, State::Attached);
        }
    });
}

/// A wait that is measured.
pub(crate) struct Wait {
    kind: Kind,
    place: usize,
    before: u64,
    /// What the thread did when it began: it may wait within a wait.
    outer: State,
}

/// The thread begins to wait for something of the given name.
#[cold]
pub(crate) fn begin(th: &Thread, kind: Kind, what: &str) -> Wait {
    // The place is found first: after the wait the object is locked, and others wait for us.
    let site = site(th);
    with(th, |record| {
        let outer = record.state;
        record.turn(th, State::Waiting(kind));
        if let Some(line) = &mut record.line {
            line.waits_for(what, site.as_ref());
        }
        Wait { kind, place: table(record, kind).place(what, site), before: time(record, kind), outer }
    })
}

/// [`begin`], with the type's name.
#[cold]
pub(crate) fn begin_for(th: &Thread, kind: Kind, object: &Object) -> Wait {
    begin(th, kind, &type_name(object))
}

/// It waits no more.
#[cold]
pub(crate) fn end(th: &Thread, wait: Wait) {
    with(th, |record| {
        record.turn(th, wait.outer);
        let passed = time(record, wait.kind).saturating_sub(wait.before);
        if measures() {
            table(record, wait.kind).add(wait.place, passed);
        }
    });
}

impl Thread {
    /// Runs `wait`, which waits for the object: for a lock of the program, or for what another thread does with it.
    #[inline]
    pub fn waiting<R>(&mut self, kind: Kind, object: &Object, wait: impl FnOnce(&mut Thread) -> R) -> R {
        let measured = is_on().then(|| begin_for(self, kind, object));
        let result = wait(self);
        if let Some(measured) = measured {
            end(self, measured);
        }
        result
    }
}

fn table(record: &mut Record, kind: Kind) -> &mut Table {
    match kind {
        Kind::Object => &mut record.counted.objects,
        Kind::Lock => &mut record.counted.locks,
    }
}

fn time(record: &Record, kind: Kind) -> u64 {
    match kind {
        Kind::Object => record.times.objects,
        Kind::Lock => record.times.locks,
    }
}

/// The thread made `root` common, with so many objects in all.
#[cold]
pub(crate) fn shared(th: &Thread, root: &Object, objects: u64) {
    let site = site(th);
    with(th, |record| {
        if measures() {
            // What an API function returns to foreign code becomes common on the way.
            let table = if record.shows || th.world.running() != 0 { &mut record.counted.shown } else { &mut record.counted.shared };
            let place = table.place(&type_name(root), site);
            table.add(place, objects);
        }
    });
}

/// From now on threads count the object each for itself.
#[cold]
pub(crate) fn promoted(th: &Thread, object: &Object) {
    let site = site(th);
    with(th, |record| {
        if measures() {
            let place = record.counted.hot.place(&type_name(object), site);
            record.counted.hot.add(place, 1);
        }
    });
}

/// The thread has stopped the others, for which it waited so long.
#[cold]
pub(crate) fn stopped(th: &Thread, reason: Reason, waited: u64) {
    with(th, |record| {
        if measures() {
            record.counted.stops[reason as usize].0.add(waited);
        }
    });
}

/// The stop is over.
#[cold]
pub(crate) fn resumed(th: &Thread, reason: Reason, held: u64) {
    with(th, |record| {
        if measures() {
            record.counted.stops[reason as usize].1.add(held);
        }
    });
}

/// Measures one collection, if anything is measured.
#[inline]
pub(crate) fn pause<R>(th: &mut Thread, kind: Pause, collect: impl FnOnce(&mut Thread) -> R) -> R {
    if !is_on() {
        return collect(th);
    }
    let began = now();
    let result = collect(th);
    let ended = now();
    with(th, |record| {
        if measures() {
            record.counted.pauses[kind as usize].add(ended.saturating_sub(began));
        }
        if let Some(line) = &mut record.line {
            line.paused(kind, began, ended);
        }
    });
    result
}

/// The thread has this name from now on.
pub fn set_name(th: &Thread, name: &str) {
    if is_on() {
        with(th, |record| name.clone_into(&mut record.name));
    }
}

/// The thread is no more. Under the world's latch.
pub(crate) fn ended(th: &Thread) {
    // SAFETY: the module's invariant.
    let Some(mut record) = unsafe { &mut *th.contention.0.get() }.take() else { return };
    record.ident = ident(th);
    if measures() {
        record.book(th);
        record.book_gate(th);
    }
    timeline::ended(&mut record);
    let mut ended = ENDED.lock();
    if ended.len() < MOST_ENDED {
        ended.push(*record);
    } else if let Some(last) = ended.last_mut() {
        // Programs that start a thread for each request have many.
        last.ident = 0;
        last.name.clear();
        last.threads += record.threads;
        last.times.merge(&record.times);
        last.counted.merge(&record.counted);
    }
}

/// In a forked child: what its parent measured is the parent's.
pub(crate) fn after_fork_child(th: &Thread) {
    ENDED.lock().clear();
    timeline::after_fork_child(th);
    if measures() {
        STOLEN.store(WORLD.stats().stolen, Relaxed);
        JOINED.store(0, Relaxed);
        BEFORE.store(0, Relaxed);
        SINCE.store(now(), Relaxed);
        with(th, |record| {
            record.reset();
            record.begin(th);
        });
    }
}

/// What is done besides looking.
#[derive(Clone, Copy, Default, Debug)]
pub struct Wish {
    /// Measure from now on, or stop to.
    pub on: Option<bool>,
    /// Afterwards nothing is known.
    pub reset: bool,
}

/// One thread, in a [`Snapshot`].
#[derive(Clone, Debug)]
pub struct OfThread {
    pub ident: u64,
    /// Empty if it never told.
    pub name: String,
    pub alive: bool,
    /// How many threads this stands for: more than 1 where many have ended.
    pub threads: u64,
    pub times: Times,
}

/// One type at one place, in a [`Snapshot`].
#[derive(Clone, Debug)]
pub struct Row {
    /// The type's name.
    pub what: Box<str>,
    /// `None`: no Python code ran.
    pub site: Option<Site>,
    pub tally: Tally,
}

/// Stops of the world for one reason, in a [`Snapshot`].
#[derive(Clone, Copy, Debug)]
pub struct Stops {
    pub reason: Reason,
    pub waited: Tally,
    pub held: Tally,
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Whether it goes on.
    pub on: bool,
    /// How long it was measured, in nanoseconds.
    pub span: u64,
    /// The threads that run first.
    pub threads: Vec<OfThread>,
    /// Waits for locks of objects.
    pub objects: Vec<Row>,
    /// Waits for locks, queues and threads of the program.
    pub locks: Vec<Row>,
    /// What was made common: how often, and as `total` how many objects.
    pub shared: Vec<Row>,
    /// What threads came to count each for itself.
    pub hot: Vec<Row>,
    /// What became common because foreign code was about to see it; counted as `shared`.
    pub shown: Vec<Row>,
    /// Foreign functions: first those for which others waited longest.
    pub foreign: Vec<Function>,
    pub stops: Vec<Stops>,
    pub pauses: Vec<(Pause, Tally)>,
    /// How often a thread that was alone with the world lost it to another.
    pub joined: u64,
}

/// Looks, and does what is wished. The world stops for it, which is not counted.
pub fn snapshot(th: &mut Thread, wish: Wish) -> Snapshot {
    let stopped = crate::world::stop_unmeasured(th);
    let was_on = measures();
    let begins = !was_on && wish.on == Some(true);
    let span = BEFORE.load(Relaxed) + if was_on { now().saturating_sub(SINCE.load(Relaxed)) } else { 0 };
    let stolen = WORLD.stats().stolen;
    if was_on {
        JOINED.fetch_add(stolen.saturating_sub(STOLEN.load(Relaxed)), Relaxed);
    }
    STOLEN.store(stolen, Relaxed);
    let mut threads = Vec::new();
    let mut waiting = Vec::new();
    let mut all = Counted::default();
    let mut ended_seen = false;
    crate::world::for_each_thread(th, &mut |other| {
        if !core::mem::replace(&mut ended_seen, true) {
            // Under the latch as the rest, so that a thread that ends now is found once.
            let mut ended = ENDED.lock();
            for record in &*ended {
                all.merge(&record.counted);
                waiting.extend(record.blamed());
                threads.push(record.of_thread(false));
            }
            if wish.reset {
                ended.clear();
            }
        }
        // SAFETY: the module's invariant: the world is held.
        if !was_on && !begins && unsafe { &*other.contention.0.get() }.is_none() {
            return;
        }
        with(other, |record| {
            if was_on {
                record.book(other);
                record.book_gate(other);
            }
            record.ident = ident(other);
            all.merge(&record.counted);
            waiting.extend(record.blamed());
            threads.push(record.of_thread(true));
            if wish.reset {
                record.reset();
            }
            if begins {
                record.begin(other);
            }
        });
    });
    // Those that run come first.
    threads.sort_by_key(|thread| !thread.alive);
    let stops = |&reason: &Reason| Stops { reason, waited: all.stops[reason as usize].0, held: all.stops[reason as usize].1 };
    let pauses = Pause::ALL.iter().map(|&pause| (pause, all.pauses[pause as usize]));
    let mut snapshot = Snapshot {
        on: wish.on.unwrap_or(was_on),
        span,
        threads,
        objects: all.objects.rows(),
        locks: all.locks.rows(),
        shared: all.shared.rows(),
        hot: all.hot.rows(),
        shown: all.shown.rows(),
        foreign: Vec::new(),
        stops: Reason::ALL.iter().map(stops).filter(|stops| stops.waited.count > 0).collect(),
        pauses: pauses.filter(|(_, tally)| tally.count > 0).collect(),
        joined: JOINED.load(Relaxed),
    };
    if wish.reset {
        JOINED.store(0, Relaxed);
    }
    BEFORE.store(if wish.reset { 0 } else { span }, Relaxed);
    SINCE.store(now(), Relaxed);
    switch(REPORT, snapshot.on);
    drop(stopped);
    // Names are looked for in files, for which nobody is to wait.
    snapshot.foreign = foreign::functions(&all.foreign, &waiting);
    snapshot
}

/// Names threads that were not asked as they began. `name_of` is given each one's identifier, and calls nothing that takes a safepoint.
pub fn name_threads(th: &mut Thread, name_of: &dyn Fn(u64) -> Option<String>) {
    let stopped = crate::world::stop_unmeasured(th);
    crate::world::for_each_thread(th, &mut |other| {
        with(other, |record| {
            if let Some(name) = name_of(ident(other)).filter(|_| record.name.is_empty()) {
                record.name = name;
            }
        });
    });
    drop(stopped);
}

impl Record {
    /// As reports name the thread.
    fn shown_name(&self) -> String {
        match (self.threads, &*self.name) {
            (1, "") => format!("thread {}", self.ident),
            (1, name) => name.to_owned(),
            (n, _) => format!("{n} threads that ended"),
        }
    }

    /// What it waited for that foreign functions had.
    fn blamed(&self) -> Option<(String, HashMap<usize, Tally>)> {
        let blamed = &self.counted.foreign.blamed;
        (!blamed.is_empty()).then(|| (self.shown_name(), blamed.clone()))
    }

    fn of_thread(&self, alive: bool) -> OfThread {
        OfThread { ident: self.ident, name: self.name.clone(), alive, threads: self.threads, times: self.times }
    }
}
