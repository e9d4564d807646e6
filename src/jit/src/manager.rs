//! Who compiles what, and when: heat, the queue, the compile thread, publication.
//!
//! Invariant: no lock of this module is held while Python code can run, and none inside the back end. A job holds a count on its code until it
//! is given back by an attached thread. A unit is published once it is complete, and stays until its code ends.
#![allow(unsafe_code, reason = "units are named by address")]

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use heap::sync::{AtomicU64, Ordering::Relaxed};
use heap::{Ref, Thread};
use interp::Code;
use interp::compiled::{self, Compiler, Config, Entry as Call, Mode, Unit};
use interp::frame::{Fp, Pc};
use heap::sync::Mutex;
use syntax::opcodes::Op;

use crate::build::{Entry, build};
use crate::compile::{self, Back, Made};
use crate::hir::Function;
use crate::log::Log;
use crate::lower::{Place, lower};
use crate::snapshot::Snapshot;

/// How often threads are asked where they are.
const TICK: Duration = Duration::from_millis(1);
/// The same while they wait for something, or run no code that could be hot.
const LONGEST_TICK: Duration = Duration::from_millis(16);
/// Code that was found running so often is compiled.
const HOT: u32 = 2;
/// Starts of a code object's units that were given up: it is not compiled at that place again.
const MOST_FAILURES: u32 = 3;

/// What happened at a place of code that may be compiled, by the address of its word.
#[derive(Default)]
struct Site {
    samples: u32,
    failures: u32,
    is_queued: bool,
    /// The unit, if there is one.
    unit: usize,
    /// Instructions whose guards have failed too often.
    distrusted: Vec<u32>,
}

/// A place to compile, with all that is known of it.
struct Job {
    snapshot: Snapshot,
    place: Place,
    entry: Entry,
    /// The word whose cache is to name the unit.
    site: usize,
    /// The code; it holds a count.
    code: usize,
    asked: Instant,
}

struct Manager {
    config: Config,
    sites: Mutex<HashMap<usize, Site>>,
    /// What the compile thread waits for; nothing while there is none.
    queue: Mutex<Option<Sender<Job>>>,
    /// Held while a job is worked on, and over a fork.
    working: Mutex<()>,
    /// Answers to the question where threads are.
    answers: AtomicU64,
    /// Codes whose jobs are done: the next attached thread gives their counts back.
    done: Mutex<Vec<usize>>,
    back: OnceLock<Result<Back, String>>,
    log: Log,
}

static MANAGER: OnceLock<Manager> = OnceLock::new();

/// Compiles from now on.
///
/// # Errors
/// If the log cannot be written.
pub fn start(config: Config) -> std::io::Result<()> {
    let log = Log::open(config.log.as_deref())?;
    if config.mode == Mode::Eager {
        compiled::set_warm(2);
    }
    let manager = Manager { config, sites: Mutex::default(), queue: Mutex::default(), working: Mutex::default(), answers: AtomicU64::new(0), done: Mutex::default(), back: OnceLock::new(), log };
    if MANAGER.set(manager).is_ok()
        && let Some(manager) = MANAGER.get()
    {
        compiled::set_compiler(manager);
    }
    Ok(())
}

/// The unit behind what a cache word names.
#[repr(C)]
struct Kept {
    unit: Unit,
    _made: Made,
    function: Function,
    /// Counted by the unit itself; the first is its place.
    counters: Box<[u64]>,
}

unsafe fn free(unit: *mut Unit) {
    // SAFETY: `publish` made it from a box of this type, whose first field it is.
    let kept = unsafe { Box::from_raw(unit.cast::<Kept>()) };
    if let Some(manager) = MANAGER.get() {
        // Other code may come to lie there.
        manager.sites.lock().remove(&(kept.counters[0] as usize));
    }
}

impl Compiler for Manager {
    fn warm(&self, th: &mut Thread, frame: Fp, pc: Pc) {
        match self.config.mode {
            Mode::On => start_threads(),
            Mode::Eager => {
                if let Some(job) = self.job(th, frame, pc) {
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
        if !matches!(pc.op(), Op::ResumeWarm | Op::JumpBackWarm) {
            return;
        }
        let is_hot = {
            let mut sites = self.sites.lock();
            let site = sites.entry(pc.address()).or_default();
            site.samples += 1;
            site.samples >= HOT && !site.is_queued && site.failures < MOST_FAILURES
        };
        if is_hot
            && let Some(job) = self.job(th, frame, pc)
            && let Some(queue) = &*self.queue.lock()
        {
            let _ = queue.send(job);
        }
    }

    fn before_fork(&self) {
        core::mem::forget((self.working.lock(), self.queue.lock(), self.sites.lock(), self.done.lock()));
        self.log.lock();
    }

    fn after_fork_in_parent(&self) {
        self.log.unlock();
        // SAFETY: `before_fork` locked them for this process, and this is the thread that forked.
        unsafe {
            self.done.force_unlock();
            self.sites.force_unlock();
            self.queue.force_unlock();
            self.working.force_unlock();
        }
    }

    fn after_fork_in_child(&self) {
        self.after_fork_in_parent();
        // Jobs that waited are lost, and asked for again by whoever gets hot once more.
        let had_threads = self.queue.lock().take().is_some();
        for site in self.sites.lock().values_mut().filter(|site| site.unit == 0) {
            (site.is_queued, site.samples) = (false, 0);
        }
        if had_threads {
            start_threads();
        }
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

    /// A job for the place at `pc` of the frame's code, unless one is under way.
    fn job(&self, th: &Thread, frame: Fp, pc: Pc) -> Option<Job> {
        let code = frame.code();
        let at = pc.index(code.words()) as u32;
        let source = code.source();
        let mut snapshot = Snapshot::of(source);
        snapshot.words = code.words().iter().map(|word| word.load(heap::sync::Ordering::Acquire)).collect();
        let insn = snapshot.insn(at)?;
        let entry = if insn.op.generic() == Op::Resume {
            Entry::Function(at + insn.len as u32)
        } else {
            Entry::Loop(insn.jump_target(at as usize).and_then(|to| u32::try_from(to).ok())?)
        };
        {
            let mut sites = self.sites.lock();
            let site = sites.entry(pc.address()).or_default();
            if core::mem::replace(&mut site.is_queued, true) {
                return None;
            }
            snapshot.distrusted = site.distrusted.clone();
        }
        let consts = (0..source.consts.len()).map(|k| code.const_at(k as i32).bits()).collect();
        let place = Place { words: Pc::start(code.words()).address() as u64, consts, code: snapshot.words.clone(), counters: 0, stress: self.config.stress, stress_gc: self.config.stress_gc };
        let held: Ref<Code> = th.retain(code);
        Some(Job { snapshot, place, entry, site: pc.address(), code: held.into_raw() as usize, asked: Instant::now() })
    }

    /// Compiles a job and publishes what it made.
    fn work(&self, job: Job) {
        let _working = self.working.lock();
        let code = job.code;
        let result = self.compile(&job).and_then(|(made, function, counters)| self.publish(&job, made, function, counters));
        self.log.job(&job.snapshot.name, job.entry.pc(), job.asked.elapsed(), result.as_ref().err());
        if result.is_err()
            && let Some(site) = self.sites.lock().get_mut(&job.site)
        {
            site.failures = MOST_FAILURES;
        }
        self.done.lock().push(code);
    }

    fn compile(&self, job: &Job) -> Result<(Made, Function, Box<[u64]>), String> {
        let back = self.back.get_or_init(|| Back::open(self.config.back_end)).as_ref().map_err(Clone::clone)?;
        let function = build(&job.snapshot, job.entry).map_err(|refused| format!("{refused:?}"))?;
        // The last one is where stress keeps its place; units do not all begin alike.
        let mut counters = vec![u64::from(job.entry.pc()); function.exits.len() + 2].into_boxed_slice();
        counters[..=function.exits.len()].fill(0);
        counters[0] = job.site as u64;
        let place = Place { counters: counters.as_ptr() as u64, ..job.place.clone() };
        let unit = lower(&function, &place);
        self.log.unit(&function, &unit);
        let made = back.make(unit)?;
        Ok((made, function, counters))
    }

    fn publish(&self, job: &Job, made: Made, function: Function, counters: Box<[u64]>) -> Result<(), String> {
        // SAFETY: the back end made the entry of a unit with this signature.
        let entry: Call = unsafe { core::mem::transmute::<usize, Call>(made.entry()) };
        // SAFETY: it runs the code of the job from its entry on, in frames whose registers are current.
        let unit = unsafe { Unit::new(entry, free) };
        let kept = Box::into_raw(Box::new(Kept { unit, _made: made, function, counters }));
        // SAFETY: the job holds the code; the unit belongs to it from here on, and names words of it.
        unsafe {
            let code: &Code = &*(job.code as *const Code);
            code.units.add(kept.cast());
            if let Some(site) = self.sites.lock().get_mut(&job.site) {
                site.unit = kept as usize;
            }
            compiled::publish(Pc::at(job.site), Some(&(*kept).unit));
        }
        Ok(())
    }

    /// A unit of the place `site` was left often.
    fn left(&self, site: usize, exit: u32) {
        let mut sites = self.sites.lock();
        let Some(known) = sites.get_mut(&site).filter(|known| known.unit != 0) else { return };
        // SAFETY: who says so runs the unit, which lives as long as its code.
        let kept = unsafe { &*(known.unit as *const Kept) };
        let Some(exit) = kept.function.exits.get(exit as usize) else { return };
        known.distrusted.push(exit.pc);
        known.failures += 1;
        (known.unit, known.samples, known.is_queued) = (0, 0, false);
        // SAFETY: no unit is one that fits; the code lives, for somebody runs it.
        unsafe { compiled::publish(Pc::at(site), None) };
        self.log.given_up(&kept.function, exit);
    }
}

/// See [`Manager::left`].
pub(crate) fn left_often(site: usize, exit: u32) {
    if let Some(manager) = MANAGER.get() {
        manager.left(site, exit);
    }
}

/// Starts the compile thread, and the one that asks where others are.
fn start_threads() {
    let Some(manager) = MANAGER.get() else { return };
    let mut queue = manager.queue.lock();
    if queue.is_some() {
        return;
    }
    let (sender, receiver) = channel();
    *queue = Some(sender);
    compile::spawn("pyston-jit", move || compile_all(manager, receiver));
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

fn compile_all(manager: &Manager, jobs: Receiver<Job>) {
    compile::be_nice();
    for job in jobs {
        manager.work(job);
    }
}
