//! Who compiles what, and when: heat, the queue, the compile thread, publication.
//!
//! Invariant: no lock of this module is held while Python code can run, and none inside the back end. A job holds a count on its code until it
//! is given back by an attached thread. A unit is published once it is complete, and stays until its code ends.
#![allow(unsafe_code, reason = "units are named by address")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, Sender, channel};
use core::ops::Range;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use heap::sync::{AtomicU64, AtomicUsize, Mutex, Ordering::Relaxed};
use heap::{Object, Ref, Thread};
use interp::Code;
use interp::compiled::feedback::Callee;
use interp::compiled::inlined::{self, Inlined};
use interp::compiled::report::{Totals, UnitReport};
use interp::compiled::{self, BackEnd, Compiler, Config, Entry as Call, Mode, Tier, Unit};
use interp::frame::{Fp, Kind, Pc};
use syntax::opcodes::Op;

use crate::build::{Entry, build};
use crate::compile::{self, Back, Made};
use crate::exits::{Known, Table};
use crate::gather::{Gathered, gather};
use crate::hir::{Function, Gives, Reason, Room};
use crate::log::Log;
use crate::lower::{Place, lower};
use crate::profile::Told;
use crate::records::{Counters, Failure, Origin, Product, Records, Refusal, Times};
use crate::worth;

/// How often threads are asked where they are.
const TICK: Duration = Duration::from_millis(1);
/// The same while they wait for something, or run no code that could be hot.
const LONGEST_TICK: Duration = Duration::from_millis(16);
/// Code that was found running so often is compiled.
const HOT: u32 = 2;
/// A place whose unit does not fit is as hot as if it had been met so often.
const SOON: u32 = 50;
/// What is left so many times (`exits::LEFT_OFTEN`) in a longer time than this costs less than a new unit.
const OFTEN: Duration = Duration::from_millis(100);
/// Jobs of a tier that wait at most: to make one takes the time of who asks.
const MOST_WAITING: usize = 8;
/// A unit of tier 1 that was found running so often, and so often for so many of its instructions, is compiled again: by then it has taken twice
/// the time that tier 2 costs.
const HOT_FOR_TIER_TWO: u32 = 30;
const INSTRUCTIONS_A_SAMPLE: u32 = 4;
/// Units with more instructions stay in tier 1, as it has them and as tier 2 would: LLVM takes far more than twice the time for twice the code.
const MOST_COMPACT_FOR_TIER_TWO: usize = 5000;
const MOST_FOR_TIER_TWO: usize = 10_000;
/// Units of one place that were given up: there is no other one.
const MOST_FAILURES: u32 = 8;

/// What happened at a place of code that may be compiled, by the address of its word.
#[derive(Default)]
struct Site {
    samples: u32,
    failures: u32,
    is_queued: bool,
    /// The unit, if there is one.
    unit: usize,
    /// How often it has to be found running to be compiled by tier 2; 0: never.
    next_tier: u32,
    /// The exit that was left often last, and when.
    left: Option<(u32, Instant)>,
}

/// Instructions whose guards have failed often, by the addresses of their words: what one unit has found out holds for all.
#[derive(Default)]
pub struct Doubts {
    /// The interpreter has adapted them since.
    failed: BTreeSet<usize>,
    /// They failed once more, and are left to the interpreter.
    distrusted: BTreeSet<usize>,
}

impl Doubts {
    /// A guard of the instruction has failed often.
    fn add(&mut self, word: usize, reason: Reason) {
        let may_adapt = matches!(reason, Reason::Class | Reason::Callee | Reason::Cold);
        if !may_adapt || !self.failed.insert(word) {
            self.distrusted.insert(word);
        }
    }

    /// Those of some words that are left to the interpreter.
    pub fn within(&self, words: Range<usize>) -> impl Iterator<Item = usize> {
        self.distrusted.range(words).copied()
    }

    fn forget(&mut self, words: &Range<usize>) {
        for doubted in [&mut self.failed, &mut self.distrusted] {
            doubted.retain(|word| !words.contains(word));
        }
    }
}

/// A place to compile, with all that is known of it.
struct Job {
    gathered: Gathered,
    entry: Entry,
    /// The word whose cache is to name the unit.
    site: usize,
    tier: Tier,
    asked: Instant,
}

/// Those who compile for a tier.
#[derive(Default)]
struct Lane {
    /// What the compile thread waits for; nothing while there is none.
    queue: Mutex<Option<Sender<Job>>>,
    /// Held while a job is worked on, and over a fork.
    working: Mutex<()>,
    /// Jobs that wait.
    waiting: AtomicUsize,
}

struct Manager {
    config: Config,
    sites: Mutex<BTreeMap<usize, Site>>,
    doubts: Mutex<Doubts>,
    /// One for each tier: what is compiled well keeps nothing waiting that is compiled fast.
    lanes: [Lane; 2],
    /// Answers to the question where threads are.
    answers: AtomicU64,
    /// Codes whose jobs are done: the next attached thread gives their counts back.
    done: Mutex<Vec<usize>>,
    back: OnceLock<Result<Back, Failure>>,
    records: Records,
    told: Told,
    log: Log,
}

static MANAGER: OnceLock<Manager> = OnceLock::new();

/// Compiles from now on.
///
/// # Errors
/// If the log, or what `perf` reads, cannot be written.
pub fn start(config: Config) -> std::io::Result<()> {
    let log = Log::open(config.log.as_deref())?;
    let told = Told::open(&config)?;
    if config.mode == Mode::Eager {
        compiled::set_warm(2);
    }
    let manager = Manager { config, sites: Mutex::default(), doubts: Mutex::default(), lanes: Default::default(), answers: AtomicU64::new(0), done: Mutex::default(), back: OnceLock::new(), records: Records::default(), told, log };
    if MANAGER.set(manager).is_ok()
        && let Some(manager) = MANAGER.get()
    {
        compiled::set_compiler(manager);
    }
    Ok(())
}

/// A unit that is not published yet.
struct Compiled {
    made: Made,
    function: Function,
    /// 0 if it is interpreted.
    tier: u8,
    counters: Counters,
    instructions: usize,
    rooms: Box<[Inlined]>,
    exits: Box<[Table]>,
}

/// The unit behind what a cache word names.
#[repr(C)]
struct Kept {
    unit: Unit,
    /// What gdb knows of the code, which goes before it.
    _told: Option<code::gdb::Registered>,
    _made: Made,
    function: Function,
    /// Counted by the unit itself; the first is its place.
    counters: Counters,
    /// The number of its record.
    number: u64,
    _rooms: Box<[Inlined]>,
    _exits: Box<[Table]>,
    /// Other codes that it runs; it holds counts.
    held: Box<[usize]>,
    /// Addresses of the codes of its source.
    codes: Box<[u64]>,
}

unsafe fn free(unit: *mut Unit) {
    // SAFETY: `publish` made it from a box of this type, whose first field it is.
    let kept = unsafe { Box::from_raw(unit.cast::<Kept>()) };
    if let Some(manager) = MANAGER.get() {
        manager.done.lock().extend(&kept.held);
        manager.records.ended(kept.number);
    }
}

impl Compiler for Manager {
    fn warm(&self, th: &mut Thread, frame: Fp, pc: Pc) {
        match self.config.mode {
            Mode::On => start_threads(),
            Mode::Eager => {
                if let Some(job) = self.job(th, frame, pc, self.config.tier) {
                    // SAFETY: the thread is at a safepoint, and the job holds its code.
                    th.detached(|| self.work(job));
                    self.give_back(th);
                }
            }
        }
    }

    fn sampled(&self, th: &mut Thread, frame: Fp) {
        self.answers.fetch_add(1, Relaxed);
        self.give_back(th);
        let pc = frame.pc.get();
        let tier = match pc.op() {
            Op::ResumeWarm | Op::JumpBackWarm => Tier::One,
            Op::ResumeCompiled | Op::JumpBackCompiled | Op::ResumedCompiled => Tier::Two,
            _ => return,
        };
        let is_hot = {
            let mut sites = self.sites.lock();
            let site = sites.entry(pc.address()).or_default();
            site.samples += 1;
            let is_hot = if site.unit == 0 { site.samples >= HOT } else { site.next_tier != 0 && site.samples >= site.next_tier };
            // What is hot still will be asked for again.
            is_hot && !site.is_queued && site.failures < MOST_FAILURES && self.lane(tier).waiting.load(Relaxed) < MOST_WAITING
        };
        if is_hot {
            self.ask(th, frame, pc, tier);
        }
    }

    fn code_ends(&self, words: Range<usize>) {
        self.doubts.lock().forget(&words);
        let mut sites = self.sites.lock();
        let gone: Vec<usize> = sites.range(words).map(|(address, _)| *address).collect();
        for address in gone {
            sites.remove(&address);
        }
    }

    fn before_fork(&self) {
        for lane in &self.lanes {
            core::mem::forget((lane.working.lock(), lane.queue.lock()));
        }
        core::mem::forget((self.sites.lock(), self.doubts.lock(), self.done.lock()));
        self.records.lock();
        self.log.lock();
    }

    fn after_fork_in_parent(&self) {
        self.log.unlock();
        self.records.unlock();
        // SAFETY: `before_fork` locked them for this process, and this is the thread that forked.
        unsafe {
            self.done.force_unlock();
            self.sites.force_unlock();
            self.doubts.force_unlock();
            for lane in &self.lanes {
                lane.queue.force_unlock();
                lane.working.force_unlock();
            }
        }
    }

    fn after_fork_in_child(&self) {
        self.after_fork_in_parent();
        // Jobs that waited are lost, and asked for again by whoever gets hot once more.
        self.records.lost_queue();
        self.told.begin_again(&self.records.codes());
        let mut had_threads = false;
        for lane in &self.lanes {
            lane.waiting.store(0, Relaxed);
            had_threads |= lane.queue.lock().take().is_some();
        }
        for site in self.sites.lock().values_mut().filter(|site| site.failures < MOST_FAILURES) {
            (site.is_queued, site.samples) = (false, 0);
        }
        if had_threads {
            start_threads();
        }
    }

    fn is_able(&self) -> bool {
        match self.back.get() {
            Some(back) => back.is_ok(),
            None => self.config.back_end == BackEnd::Trivial || can_compile(),
        }
    }

    fn totals(&self) -> Totals {
        self.records.totals()
    }

    fn units(&self) -> Vec<UnitReport> {
        self.records.units()
    }
}

impl Manager {
    fn give_back(&self, th: &mut Thread) {
        let done = core::mem::take(&mut *self.done.lock());
        for code in done {
            // SAFETY: R2: the job's count.
            th.release(unsafe { Ref::<heap::Object>::from_raw(code as *mut _) });
        }
    }

    fn lane(&self, tier: Tier) -> &Lane {
        &self.lanes[tier as usize]
    }

    /// A job for the place at `pc` of the frame's code, unless one is under way.
    fn job(&self, th: &Thread, frame: Fp, pc: Pc, tier: Tier) -> Option<Job> {
        let code = frame.code();
        let at = pc.index(code.words()) as u32;
        if core::mem::replace(&mut self.sites.lock().entry(pc.address()).or_default().is_queued, true) {
            return None;
        }
        let gathered = gather(th, frame, &self.doubts.lock());
        // Verified code decodes wherever a thread can be.
        let own = &gathered.source.codes[0];
        let insn = own.insn(at)?;
        let entry = match own.successors(at, &insn) {
            [Some(behind), _] if insn.op.generic() == Op::Resume => Entry::Function(behind),
            // A loop that hands on what another generator yields does one thing per entry: entering costs more than that.
            [_, Some(target)] if own.insn(target)?.op.generic() == Op::Send => return None,
            [_, target] => Entry::Loop(target?),
        };
        Some(Job { gathered, entry, site: pc.address(), tier, asked: Instant::now() })
    }

    /// Compiles a job and publishes what it made.
    fn work(&self, job: Job) {
        let _working = self.lane(job.tier).working.lock();
        let started = Instant::now();
        let result = self.compile(&job).and_then(|compiled| self.publish(&job, compiled, started));
        let name = &job.gathered.source.codes[0].name;
        self.log.job(name, job.entry.pc(), job.asked.elapsed(), result.as_ref().map(|(product, _)| product));
        if let Err(failure) = &result {
            self.records.refused(&job.gathered.sources[0], job.entry, job.times(started), failure.why);
            if let Some(site) = self.sites.lock().get_mut(&job.site) {
                if site.unit == 0 {
                    site.failures = MOST_FAILURES;
                } else {
                    // What there is of it stays.
                    (site.is_queued, site.next_tier) = (false, 0);
                }
            }
        }
        // The unit keeps one count on each code that it holds.
        let mut kept = result.map(|(_, held)| held).unwrap_or_default();
        let given_back = job.gathered.codes.iter().map(|code| code.address as usize).filter(|code| !kept.remove(code));
        self.done.lock().extend(given_back);
    }

    fn back(&self) -> Result<&Back, Failure> {
        self.back.get_or_init(|| Back::open(&self.config, self.told.wants_lines())).as_ref().map_err(Clone::clone)
    }

    fn compile(&self, job: &Job) -> Result<Compiled, Failure> {
        let back = self.back()?;
        let Gathered { source, codes, consts, .. } = &job.gathered;
        let function = build(source, job.entry)?;
        if self.config.mode == Mode::On && job.tier == Tier::One {
            let cost = worth::cost(&function);
            if cost > worth::MOST {
                return Err(Failure::new(Refusal::NoGain, format!("it would take {cost:.2} of what the interpreter takes")));
            }
        }
        // The last one is where stress keeps its place; units do not all begin alike.
        let exits = core::iter::repeat_n(0, function.exits.len());
        let counters: Counters = core::iter::once(job.site as u64).chain(exits).chain([u64::from(job.entry.pc())]).map(AtomicU64::new).collect();
        let rooms: Box<[Inlined]> = function.rooms.iter().skip(1).map(|room| self.room(job, &function, room)).collect();
        let room_addresses = core::iter::once(0).chain(rooms.iter().map(|room| room.header() as u64)).collect();
        let counters_at = counters.as_ptr() as u64;
        let known = Known { codes, consts, rooms: &rooms, counters: counters_at, is_stressed: self.config.stress.is_some(), stress_gc: self.config.stress_gc };
        let exits = known.tables(&function);
        let exit_addresses = exits.iter().map(|exit| core::ptr::from_ref(exit) as u64).collect();
        let place = Place { codes: codes.clone(), consts: consts.clone(), rooms: room_addresses, exits: exit_addresses, counters: counters_at, stress: self.config.stress, is_compact: false };
        let (mut unit, tier) = self.lower(&function, place, job.tier);
        self.told.name(&mut unit, &function, &job.gathered.sources);
        self.log.unit(&function, &unit);
        let instructions = unit.instructions();
        let (made, times) = back.make(unit, tier)?;
        self.log.times(&times);
        let tier = back.tier_of(tier);
        Ok(Compiled { made, function, tier, counters, instructions, rooms, exits })
    }

    /// The unit's function, and the tier that it is for: what is too much for the second one is as the first one has it.
    fn lower(&self, function: &Function, mut place: Place, tier: Tier) -> (lir::Unit, Tier) {
        // Under stress all guards stand where they are.
        let may_be_compact = self.config.stress.is_none();
        if tier == Tier::Two || !may_be_compact {
            let unit = lower(function, &place);
            if !may_be_compact || unit.instructions() <= MOST_FOR_TIER_TWO {
                return (unit, tier);
            }
        }
        place.is_compact = true;
        (lower(function, &place), Tier::One)
    }

    /// What the runtime is told of a room's frame.
    fn room(&self, job: &Job, function: &Function, room: &Room) -> Inlined {
        let code = &job.gathered.codes[room.code];
        let (caller, call) = function.place(room.call);
        let caller = &job.gathered.codes[function.rooms[caller].code];
        let kind = match room.gives {
            Gives::Result => Kind::Call,
            Gives::Instance => Kind::Init,
            Gives::Nothing => Kind::Drop,
            Gives::OfOperator => Kind::Operator,
        };
        let site = inlined::Site { pc: caller.words_at as usize + call as usize * 8, skip: room.skip, dst: room.dst, dst2: room.base, kind, is_called: room.is_called };
        // SAFETY: R2: what was gathered holds the code; the namespaces are only named here.
        unsafe {
            let namespace = |address: u64| &*(address as *const Object);
            Inlined::new(&Callee { code: &*(code.address as *const Code), globals: namespace(code.globals), builtins: namespace(code.builtins) }, site)
        }
    }

    /// What was made, and the codes that the unit holds from now on.
    fn publish(&self, job: &Job, compiled: Compiled, started: Instant) -> Result<(Product, BTreeSet<usize>), Failure> {
        let Compiled { made, function, tier, counters, instructions, rooms, exits } = compiled;
        let product = Product { tier, code: made.code(), instructions };
        let origin = Origin { sources: &job.gathered.sources, codes: &job.gathered.source.codes, function: &function };
        let number = self.records.made(&origin, job.entry, job.times(started), product.clone(), counters.clone());
        let told = self.told.tell(&made, &job.gathered.sources[0]);
        // SAFETY: the back end made the entry of a unit with this signature.
        let entry: Call = unsafe { core::mem::transmute::<usize, Call>(made.entry()) };
        // SAFETY: it runs the code of the job from its entry on, in frames whose registers are current.
        let unit = unsafe { Unit::new(entry, free) };
        // The unit ends with its own code.
        let own = job.gathered.codes[0].address as usize;
        let held: BTreeSet<usize> = function.rooms.iter().map(|room| job.gathered.codes[room.code].address as usize).filter(|code| *code != own).collect();
        let codes = job.gathered.codes.iter().map(|code| code.address).collect();
        let kept = Kept { unit, _told: told, _made: made, function, counters, number, _rooms: rooms, _exits: exits, held: held.iter().copied().collect(), codes };
        let kept = Box::into_raw(Box::new(kept));
        // SAFETY: the job holds the code; the unit belongs to it from here on, and names words of it.
        unsafe {
            let code: &Code = &*(own as *const Code);
            code.units.add(kept.cast());
            if let Some(site) = self.sites.lock().get_mut(&job.site) {
                (site.unit, site.is_queued, site.samples) = (kept as usize, false, 0);
                site.next_tier = if product.tier == 1 { self.heat_for_tier_two(instructions) } else { 0 };
            }
            compiled::publish(Pc::at(job.site), Some(&(*kept).unit));
            if code.entry().address() == job.site {
                code.units.set_entry(Some(entry));
            }
            for &mark in &(*kept).function.marks {
                compiled::publish(Pc::start(code.words()).offset(mark as i32), Some(&(*kept).unit));
            }
        }
        Ok((product, held))
    }

    /// How often a unit of tier 1 with so many instructions has to be found running to be compiled again; 0: never.
    fn heat_for_tier_two(&self, instructions: usize) -> u32 {
        let is_wanted = self.config.mode == Mode::On && self.config.tier == Tier::Two && instructions <= MOST_COMPACT_FOR_TIER_TWO;
        if is_wanted { HOT_FOR_TIER_TWO + instructions as u32 / INSTRUCTIONS_A_SAMPLE } else { 0 }
    }

    /// The unit of the place `site` that has these counters was left often, by a thread that is in this frame of it.
    fn left(&self, th: &Thread, frame: Fp, site: usize, counters: u64, exit: u32) {
        let mut sites = self.sites.lock();
        // Another job is under way, or it is an older unit that somebody runs still.
        let Some(known) = sites.get_mut(&site).filter(|known| known.unit != 0 && !known.is_queued) else { return };
        // SAFETY: who says so runs the unit, which lives as long as its code.
        let kept = unsafe { &*(known.unit as *const Kept) };
        let now = Instant::now();
        let before = known.left.replace((exit, now));
        let is_often = before.is_some_and(|(other, then)| other == exit && now - then < OFTEN);
        if self.config.mode == Mode::On && !is_often {
            return;
        }
        let Some(exit) = kept.function.exits.get(exit as usize).filter(|_| kept.counters.as_ptr() as u64 == counters) else { return };
        let (room, pc) = kept.function.place(exit.pc);
        // SAFETY: the unit holds its codes.
        let code = unsafe { &*(kept.codes[kept.function.rooms[room].code] as *const Code) };
        self.doubts.lock().add(Pc::start(code.words()).offset(pc as i32).address(), exit.reason);
        // There is an end to instructions that can be left so.
        known.failures += u32::from(exit.reason != Reason::Mine);
        let given_up = self.records.given_up(kept.number, exit.reason);
        self.log.given_up(&kept.function, exit, &given_up);
        // It serves until there is a better one, which is wanted at once.
        let stays = self.config.mode == Mode::On && known.failures < MOST_FAILURES;
        known.samples = SOON;
        if !stays {
            known.unit = 0;
            // SAFETY: no unit is one that fits; the code lives, for somebody runs it.
            unsafe { self.withdraw(site, kept) };
        }
        drop(sites);
        if stays {
            self.ask(th, frame, Pc::at(site), Tier::One);
        }
    }

    /// Nobody enters the unit of a place any more.
    ///
    /// # Safety
    /// Its code lives.
    unsafe fn withdraw(&self, site: usize, kept: &Kept) {
        // SAFETY: the caller's promise; no unit is one that fits.
        unsafe {
            compiled::publish(Pc::at(site), None);
            let code: &Code = &*(kept.codes[0] as *const Code);
            if code.entry().address() == site {
                code.units.set_entry(None);
            }
            for &mark in &kept.function.marks {
                compiled::withdraw(Pc::start(code.words()).offset(mark as i32), &kept.unit);
            }
        }
    }

    /// Has a place compiled, unless that is under way.
    fn ask(&self, th: &Thread, frame: Fp, pc: Pc, tier: Tier) {
        let lane = self.lane(tier);
        if let Some(job) = self.job(th, frame, pc, tier)
            && let Some(queue) = &*lane.queue.lock()
        {
            self.records.queued();
            lane.waiting.fetch_add(1, Relaxed);
            let _ = queue.send(job);
        }
    }
}

impl Job {
    /// How long it waited, and how long it took since.
    fn times(&self, started: Instant) -> Times {
        Times { waited: started - self.asked, took: started.elapsed() }
    }
}

/// Whether there is a back end for processes that ask for one.
pub fn can_compile() -> bool {
    code::BackEnd::is_there()
}

/// The program has ended: the log does, too.
pub fn finish() {
    if let Some(manager) = MANAGER.get() {
        manager.log.finish(&manager.records.totals(), &manager.records.sites());
    }
}

/// See [`Manager::left`].
pub(crate) fn left_often(th: &Thread, frame: Fp, site: usize, counters: u64, exit: u32) {
    if let Some(manager) = MANAGER.get() {
        manager.left(th, frame, site, counters, exit);
    }
}

/// Starts the compile threads, and the one that asks where others are.
fn start_threads() {
    let Some(manager) = MANAGER.get() else { return };
    let mut queues = manager.lanes.each_ref().map(|lane| lane.queue.lock());
    if queues[0].is_some() {
        return;
    }
    for (queue, (tier, name)) in queues.iter_mut().zip([(Tier::One, "pyston-jit"), (Tier::Two, "pyston-jit-2")]) {
        let (sender, receiver) = channel();
        **queue = Some(sender);
        compile::spawn(name, move || compile_all(manager, tier, &receiver));
    }
    compile::spawn("pyston-jit-heat", move || ask(manager));
}

/// Asks threads where they are: seldom while none answers.
fn ask(manager: &Manager) -> ! {
    let (mut pause, mut answers) = (TICK, 0);
    loop {
        std::thread::sleep(pause);
        let now = manager.answers.load(Relaxed);
        pause = if now == answers { (pause * 2).min(LONGEST_TICK) } else { TICK };
        answers = now;
        heap::world::WORLD.ask_all(heap::world::poll::HEAT);
    }
}

fn compile_all(manager: &Manager, tier: Tier, jobs: &Receiver<Job>) {
    compile::be_nice(tier);
    let lane = manager.lane(tier);
    let mut waiting = Vec::new();
    while let Some(job) = next_job(manager, lane, jobs, &mut waiting) {
        manager.records.taken();
        manager.work(job);
    }
}

/// The hottest job of those that wait; `None`: nobody asks any more.
fn next_job(manager: &Manager, lane: &Lane, jobs: &Receiver<Job>, waiting: &mut Vec<Job>) -> Option<Job> {
    if waiting.is_empty() {
        waiting.push(jobs.recv().ok()?);
    }
    waiting.extend(jobs.try_iter());
    let mut sites = manager.sites.lock();
    let samples = |sites: &BTreeMap<usize, Site>, job: &Job| sites.get(&job.site).map_or(0, |site| site.samples);
    let hottest = (0..waiting.len()).max_by_key(|at| samples(&sites, &waiting[*at]))?;
    let job = waiting.swap_remove(hottest);
    // Heat goes by: what nobody runs any more, because it has become part of another unit, say, need not be compiled.
    waiting.retain(|other| {
        let Some(site) = sites.get_mut(&other.site) else { return true };
        site.samples /= 2;
        site.is_queued = site.samples > 0;
        if !site.is_queued {
            manager.records.taken();
            manager.done.lock().extend(other.gathered.codes.iter().map(|code| code.address as usize));
        }
        site.is_queued
    });
    lane.waiting.store(waiting.len(), Relaxed);
    Some(job)
}
