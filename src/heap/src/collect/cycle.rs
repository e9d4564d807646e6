//! One collection: gather the candidates, subtract, find what is reachable, end the rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::collect::track::{CELLS, Chunk, FROZEN_LIST, OLD_LIST, OldList};
use crate::collect::{Generation, Outcome, STATE};
use crate::contention::{self, Pause, Reason};
use crate::header::prefix_flags;
use crate::hooks::{CollectionEvent, hooks};
use crate::share::visit_children;
use crate::sync::{AtomicU32, Mutex, Ordering::*};
use crate::typ::flags;
use crate::{Object, Ref, Thread};

/// Every candidate's side word: its count less the references found, or `REACHABLE`.
const REACHABLE: u32 = u32::MAX;
/// Immortal objects among the candidates, and those that are about to end, are reachable from the start.
const PINNED: u32 = u32::MAX - 1;

static SERIAL: AtomicU32 = AtomicU32::new(0);

/// Objects whose references are still to be followed, by pieces: a vector that doubles would hold three times as much while it moves.
struct Work {
    full: Vec<Vec<*const Object>>,
    top: Vec<*const Object>,
}

impl Work {
    const PIECE: usize = 1020;

    fn new() -> Work {
        Work { full: Vec::new(), top: Vec::with_capacity(Work::PIECE) }
    }

    #[inline(always)]
    fn push(&mut self, object: *const Object) {
        if self.top.len() == Work::PIECE {
            self.full.push(core::mem::replace(&mut self.top, Vec::with_capacity(Work::PIECE)));
        }
        self.top.push(object);
    }

    #[inline(always)]
    fn pop(&mut self) -> Option<*const Object> {
        if self.top.is_empty() {
            self.top = self.full.pop()?;
        }
        self.top.pop()
    }
}

struct Candidates {
    serial: u32,
    young: Vec<*mut Chunk>,
    old: Vec<*mut Chunk>,
    words: Vec<u32>,
    count: usize,
    /// Only objects of this owner are candidates: what one thread collects without stopping the others. Only the first look at an object asks for
    /// its owner: that costs a cache line each time.
    only: Option<u16>,
}

impl Candidates {
    fn gather(th: &Thread, generation: Generation, old_list: &mut OldList) -> Candidates {
        let mut young = Vec::new();
        if generation == Generation::Full {
            take_aged(th, old_list);
        }
        crate::world::for_each_thread(th, &mut |other: &Thread| young.append(&mut other.track.take_chunks()));
        let old = match generation {
            Generation::Young => Vec::new(),
            Generation::Full => core::mem::take(&mut old_list.chunks),
        };
        Candidates::of(young, old, None)
    }

    fn of(young: Vec<*mut Chunk>, old: Vec<*mut Chunk>, only: Option<u16>) -> Candidates {
        let serial = SERIAL.fetch_add(1, Relaxed) + 1;
        let mut all = Candidates { serial, young, old, words: Vec::new(), count: 0, only };
        let mut base = 0usize;
        for &chunk in all.old.iter().chain(&all.young) {
            // SAFETY: chunks of the lists just taken; the world is held, or the list is this thread's own.
            let chunk = unsafe { &*chunk };
            chunk.base.set(base as u32);
            chunk.serial.set(serial);
            base += chunk.used();
        }
        all.words = vec![0; base];
        all
    }

    /// Visits what the chunks name; what is no candidate has the word `REACHABLE` once [`Candidates::subtract`] has looked at it.
    fn for_each(&self, visit: &mut dyn FnMut(usize, &Object)) {
        for &chunk in self.old.iter().chain(&self.young) {
            // SAFETY: as in `gather`.
            let chunk = unsafe { &*chunk };
            for index in 0..chunk.used().min(CELLS) {
                let cell = chunk.cells[index].load(Relaxed);
                if cell != 0 && cell & 1 == 0 {
                    // SAFETY: a cell names a live tracked object. If the world runs, a common one may just be ending: then its memory
                    // stays until this thread's next safepoint (R8).
                    visit(chunk.base.get() as usize + index, unsafe { &*(cell as *const Object) });
                }
            }
        }
    }

    #[inline(always)]
    fn takes(&self, object: &Object) -> bool {
        self.only.is_none_or(|owner| object.owner() == owner)
    }

    /// The side index of an object, if it is a candidate of this collection.
    #[inline]
    fn index_of(&self, object: &Object) -> Option<usize> {
        if !self.takes(object) {
            return None;
        }
        let word = object.gc_word()?.load(Relaxed);
        if word == 0 {
            return None;
        }
        // SAFETY: a tracked object's cell lies in a live chunk.
        let chunk = unsafe { &*Chunk::of_word(word) };
        (chunk.serial.get() == self.serial).then(|| chunk.base.get() as usize + Chunk::cell_index(word))
    }

    /// Sets each candidate's word to its count less the references that candidates hold on it.
    fn subtract(&mut self) {
        let mut words = core::mem::take(&mut self.words);
        let mut count = 0;
        self.for_each(&mut |index, object| {
            if !self.takes(object) {
                words[index] = REACHABLE;
                return;
            }
            debug_assert!(
                self.index_of(object) == Some(index),
                "a cell names an object that another one is for: {} at {object:p}, count {}, word {:x}",
                String::from_utf8_lossy(object.ty().tp_name_bytes()),
                object.count(),
                object.gc_word().map_or(1, |word| word.load(Relaxed))
            );
            count += 1;
            // A count of zero: the object waits in its thread's queue of ended objects, which will end it and what it holds.
            words[index] = if object.is_immortal() || object.count() == 0 { PINNED } else { object.references() };
        });
        self.count = count;
        self.for_each(&mut |index, object| {
            if words[index] == REACHABLE {
                return;
            }
            visit_children(object, &mut |child| {
                if let Some(index) = self.index_of(child) {
                    let word = &mut words[index];
                    if *word != PINNED {
                        debug_assert!(
                            *word > 0,
                            "more references than counts: {} at {child:p}, counted {} times, held by {} at {object:p}",
                            String::from_utf8_lossy(child.ty().tp_name_bytes()),
                            child.references(),
                            String::from_utf8_lossy(object.ty().tp_name_bytes())
                        );
                        *word = word.saturating_sub(1);
                    }
                }
            });
        });
        self.words = words;
    }

    /// Marks everything that is reachable from candidates with an unexplained count and from what uncounted registers hold.
    fn mark(&mut self, held: &BTreeSet<*const Object>) {
        let mut words = core::mem::take(&mut self.words);
        let mut work = Work::new();
        self.for_each(&mut |index, object| {
            if words[index] != 0 && words[index] != REACHABLE {
                words[index] = REACHABLE;
                work.push(object);
            }
        });
        let mut visit = |object: &Object| {
            if let Some(index) = self.index_of(object)
                && words[index] != REACHABLE
            {
                words[index] = REACHABLE;
                work.push(object);
            }
        };
        for &object in held {
            // SAFETY: R12: hot objects live until the world runs again.
            visit(unsafe { &*object });
        }
        while let Some(object) = work.pop() {
            // SAFETY: the world is held and nothing ends meanwhile.
            visit_children(unsafe { &*object }, &mut |child| {
                if let Some(index) = self.index_of(child)
                    && words[index] != REACHABLE
                {
                    words[index] = REACHABLE;
                    work.push(child);
                }
            });
        }
        self.words = words;
    }

    /// Marks what is common and reached from garbage that the threads `enders` own: they are to end their garbage, and must not find what it
    /// holds half gone. What is spared so falls with it, or to the next collection.
    fn spare_what_is_held(&mut self, enders: &[u16]) {
        if enders.is_empty() {
            return;
        }
        let mut words = core::mem::take(&mut self.words);
        let mut work = Work::new();
        let spare = |child: &Object, words: &mut Vec<u32>, work: &mut Work| {
            if child.owner() == 0
                && let Some(index) = self.index_of(child)
                && words[index] != REACHABLE
            {
                words[index] = REACHABLE;
                work.push(child);
            }
        };
        self.for_each(&mut |index, object| {
            if words[index] != REACHABLE && enders.contains(&object.owner()) {
                visit_children(object, &mut |child| spare(child, &mut words, &mut work));
            }
        });
        while let Some(object) = work.pop() {
            // SAFETY: the world is held and nothing ends meanwhile.
            visit_children(unsafe { &*object }, &mut |child| spare(child, &mut words, &mut work));
        }
        self.words = words;
    }

    /// Whether the object is a candidate that was not marked.
    fn is_garbage(&self, object: &Object) -> bool {
        self.index_of(object).is_some_and(|index| self.words[index] != REACHABLE)
    }

    /// Counted references to all that was not marked.
    fn garbage(&self) -> Vec<Ref<Object>> {
        let mut garbage = Vec::new();
        self.for_each(&mut |index, object| {
            if self.words[index] != REACHABLE {
                garbage.push(object.to_owned());
            }
        });
        garbage
    }

    /// Clears the weak references to garbage, also where a finalizer is still to run: it must not find what is half gone (CPython clears
    /// them all first, too). Those with a callback are kept in `callbacks`.
    fn detach_weakrefs(&self, object: &Object, callbacks: &mut Vec<Ref<Object>>) {
        if object.has_weakrefs() {
            // A reference that is garbage itself calls nobody.
            callbacks.extend(hooks().detach_weakrefs(object).into_iter().filter(|r| !self.is_garbage(r)));
        }
    }

    /// Makes every surviving candidate an old object and frees the chunks (the world is held). Says how many objects whose owner got.
    fn promote(self, old_list: &mut OldList) -> Vec<(u16, OldList, usize)> {
        let mut parts = vec![(0, core::mem::take(old_list), 0)];
        let mut last = 0;
        let mut move_cell = |object: &Object| {
            let owner = object.owner();
            if parts[last].0 != owner {
                last = parts.iter().position(|part| part.0 == owner).unwrap_or_else(|| {
                    parts.push((owner, OldList::default(), 0));
                    parts.len() - 1
                });
            }
            let (_, list, moved) = &mut parts[last];
            list.take_over(object);
            *moved += 1;
        };
        drain_chunks(&self.old, &mut move_cell);
        drain_chunks(&self.young, &mut move_cell);
        parts
    }

    /// Makes every surviving candidate of a thread's own collection an old object. Common ones stay where they are: another thread may
    /// be untracking them.
    fn age(self, th: &Thread) -> Aged {
        let (young, common, kept) = age_chunks(th, &self.young, |object| self.takes(object));
        th.track.keep_chunks(kept);
        let (old, _, kept) = age_chunks(th, &self.old, |object| self.takes(object));
        th.track.adopt_aged(kept);
        Aged { young, old, common }
    }
}

/// What became of the candidates of a thread's own collection.
struct Aged {
    /// Those that were young, and are old now.
    young: usize,
    /// Those that had been old.
    old: usize,
    /// Young ones that stay.
    common: usize,
}

/// Moves those objects of a thread's chunks that are `own` to its old ones, and frees the chunks that are empty then. Says how many were moved, how
/// many stay, and the chunks that those are in.
fn age_chunks(th: &Thread, chunks: &[*mut Chunk], own: impl Fn(&Object) -> bool) -> (usize, usize, Vec<*mut Chunk>) {
    let (mut moved, mut common, mut kept) = (0, 0, Vec::new());
    for &chunk in chunks {
        let before = common;
        // SAFETY: a chunk of this thread's own list.
        for cell in unsafe { &(&(*chunk).cells)[..(*chunk).used().min(CELLS)] } {
            // Acquire: whoever cleared it has done with the chunk.
            let address = cell.load(Acquire);
            if address == 0 || address & 1 != 0 {
                continue;
            }
            // SAFETY: as in `for_each`.
            let object = unsafe { &*(address as *const Object) };
            if !own(object) {
                common += 1;
                continue;
            }
            if let Some(word) = object.gc_word() {
                word.store(th.track.age(object), Relaxed);
            }
            cell.store(0, Relaxed);
            moved += 1;
        }
        if common > before {
            kept.push(chunk);
        } else {
            // SAFETY: every cell was moved or cleared; nothing names the chunk any more.
            unsafe { Chunk::free(chunk) };
        }
    }
    (moved, common, kept)
}

/// Gives each owner its part of the promoted objects, and says how many there are in all (the world is held).
fn give_promoted(th: &Thread, generation: Generation, mut parts: Vec<(u16, OldList, usize)>, old_list: &mut OldList) -> usize {
    let all = parts.iter().map(|part| part.2).sum();
    crate::world::for_each_thread(th, &mut |other: &Thread| {
        let part = parts.iter().position(|part| part.0 == other.id()).map(|at| parts.swap_remove(at));
        let (chunks, moved) = part.map_or((Vec::new(), 0), |(_, list, moved)| (list.chunks, moved));
        other.track.adopt_aged(chunks);
        other.track.note_aged(generation, moved);
    });
    for (owner, list, _) in parts {
        debug_assert!(owner == 0, "private objects of a thread that is no more");
        old_list.adopt(list.chunks);
    }
    all
}

/// The old objects that are threads' own become part of the list of all (the world is held).
fn take_aged(th: &Thread, old_list: &mut OldList) {
    crate::world::for_each_thread(th, &mut |other: &Thread| old_list.adopt(other.track.take_aged()));
}

/// A collection of this thread's private objects, all of them or the young ones. No other thread can reach them, so none has to stop (R5, R6):
/// their counts change only here, and what they hold that is not theirs alone is not looked into.
pub(crate) fn run_private(th: &mut Thread, generation: Generation) -> Outcome {
    run_with(th, generation.number(), |th| contention::pause(th, Pause::Private, |th| find_private_garbage(th, generation)))
}

/// Neither a safepoint nor a call-out: common objects that are met stay in place.
fn find_private_garbage(th: &Thread, generation: Generation) -> (Garbage, usize) {
    let old = match generation {
        Generation::Young => Vec::new(),
        Generation::Full => th.track.take_aged(),
    };
    let mut candidates = Candidates::of(th.track.take_chunks(), old, Some(th.id()));
    candidates.subtract();
    candidates.mark(&BTreeSet::new());
    let objects = candidates.garbage();
    let mut callbacks = Vec::new();
    for object in &objects {
        candidates.detach_weakrefs(object, &mut callbacks);
    }
    let count = candidates.count;
    let aged = candidates.age(th);
    th.track.common.set(aged.common);
    STATE.note_young(th);
    let ended = th.track.take_old_ended();
    // Approximate: other threads bring it up to date at the same time.
    let old = (STATE.old.load(Relaxed) + aged.young).saturating_sub(ended);
    STATE.old.store(old, Relaxed);
    match generation {
        Generation::Young => th.track.note_aged(generation, aged.young),
        Generation::Full => {
            // They were looked at, so they are no reason to stop all threads for.
            let (before, now) = (th.track.aged_after_full.get(), (aged.young + aged.old).saturating_sub(objects.len()));
            let after_full = (STATE.old_after_full.load(Relaxed) + now).saturating_sub(before);
            STATE.old_after_full.store(after_full, Relaxed);
            th.track.note_aged(generation, now);
        }
    }
    th.track.threshold.set(STATE.young_threshold());
    (Garbage { objects, callbacks }, count)
}

/// A collection that stops the world. With `all` it is over when this returns; else each thread ends what was its own, some time later.
pub(crate) fn run(th: &mut Thread, generation: Generation, all: bool) -> Outcome {
    let all = all || STATE.save_all.load(Relaxed);
    run_with(th, generation.number(), |th| find_garbage(th, generation, all))
}

fn run_with(th: &mut Thread, number: u32, find: impl FnOnce(&mut Thread) -> (Garbage, usize)) -> Outcome {
    hooks().collection(th, CollectionEvent::Start { generation: number });
    let (garbage, candidates) = th.without_ends(find);
    let outcome = end_garbage(th, garbage, candidates);
    STATE.collections[number as usize].fetch_add(1, Relaxed);
    STATE.collected[number as usize].fetch_add(outcome.collected as u64, Relaxed);
    hooks().collection(th, CollectionEvent::Stop { generation: number, collected: outcome.collected, uncollectable: outcome.uncollectable });
    outcome
}

/// The world-stopped half: afterwards the garbage is known and counted, and its weak references are cleared. It is this thread's own, or common.
fn find_garbage(th: &mut Thread, generation: Generation, all: bool) -> (Garbage, usize) {
    let stopped = crate::world::stop_for(th, Reason::Collector);
    let pause = if generation == Generation::Full { Pause::Full } else { Pause::Young };
    let found = contention::pause(th, pause, |th| find_garbage_alone(th, generation, all));
    drop(stopped);
    found
}

/// The world is held.
fn find_garbage_alone(th: &mut Thread, generation: Generation, all: bool) -> (Garbage, usize) {
    let held = crate::hot::settle(th, false);
    let mut old_list = OLD_LIST.lock();
    let mut candidates = Candidates::gather(th, generation, &mut old_list);
    candidates.subtract();
    candidates.mark(&held);
    let enders = enders(th, all);
    candidates.spare_what_is_held(&enders);
    let mut garbage = take_back(th, &enders);
    let mut of_others: BTreeMap<u16, Garbage> = BTreeMap::new();
    for object in candidates.garbage() {
        // It is to end as soon as its last count goes.
        crate::hot::demote(&object);
        let part = if enders.contains(&object.owner()) {
            of_others.entry(object.owner()).or_default()
        } else {
            if object.owner() != th.id() {
                // R6: what this thread ends is common, or its own. That makes the object's class common, too, and all that it reaches.
                th.share_unmeasured(&object);
            }
            &mut garbage
        };
        candidates.detach_weakrefs(&object, &mut part.callbacks);
        part.objects.push(object);
    }
    let count = candidates.count;
    let promoted = candidates.promote(&mut old_list);
    let moved = give_promoted(th, generation, promoted, &mut old_list);
    account(th, generation, moved, &mut old_list);
    // They are old now, and counted as what was found alive.
    hand_over(th, of_others);
    drop(old_list);
    (garbage, count)
}

/// The other threads that end their own garbage themselves: those that go on as soon as the world does (which is held), or that were active
/// since the last collection. One that only waits may do so for long, and others may see that its garbage has not ended. None if `all`
/// garbage is to end now.
fn enders(th: &Thread, all: bool) -> Vec<u16> {
    let mut enders = Vec::new();
    crate::world::for_each_thread(th, &mut |other: &Thread| {
        let attaches = other.world.attaches();
        let was_active = other.track.attaches.replace(attaches) != attaches;
        if !all && other.id() != th.id() && (was_active || other.world.is_parked()) {
            enders.push(other.id());
        }
    });
    enders
}

/// What threads left to others as they ended, and what those have not ended that are no `enders` (the world is held).
fn take_back(th: &Thread, enders: &[u16]) -> Garbage {
    let mut garbage = core::mem::take(&mut *LEFT.lock());
    crate::world::for_each_thread(th, &mut |other: &Thread| {
        if !enders.contains(&other.id()) && other.id() != th.id() {
            garbage.append(other.track.handed(|handed| handed.made_common(th)));
        }
    });
    garbage
}

/// Gives each thread the garbage that is private to it, which it ends at its next safepoint (the world is held).
fn hand_over(th: &Thread, mut parts: BTreeMap<u16, Garbage>) {
    crate::world::for_each_thread(th, &mut |other: &Thread| {
        if let Some(part) = parts.remove(&other.id()) {
            // Nobody finds it meanwhile (`gc.get_objects`).
            part.objects.iter().for_each(|object| th.untrack(&**object));
            other.track.handed(|handed| handed.append(part));
            other.world.ask(crate::world::poll::GARBAGE);
        }
    });
    debug_assert!(parts.is_empty(), "private objects of a thread that is no more");
}

/// Brings the totals up to date after a collection that moved so many objects to the old list, and sets the threads' thresholds by them.
fn account(th: &Thread, generation: Generation, moved: usize, old_list: &mut OldList) {
    let mut ended = 0;
    crate::world::for_each_thread(th, &mut |other: &Thread| ended += other.track.take_old_ended());
    match generation {
        Generation::Young => {
            STATE.note_young(th);
            let old = (STATE.old.load(Relaxed) + moved).saturating_sub(ended);
            STATE.old.store(old, Relaxed);
            old_list.compact_if_sparse(old);
            crate::world::for_each_thread(th, &mut |other: &Thread| other.track.compact_aged());
        }
        Generation::Full => {
            STATE.note_full();
            STATE.old.store(moved, Relaxed);
            STATE.old_after_full.store(moved, Relaxed);
        }
    }
    set_thresholds(th);
}

/// Tells every thread how many new objects ask for a collection from now on (the world is held).
fn set_thresholds(th: &Thread) {
    let threshold = STATE.young_threshold();
    crate::world::for_each_thread(th, &mut |other: &Thread| other.track.threshold.set(threshold));
}

/// Objects that nobody reaches, each with a count, and the weak references to them whose callbacks are to be called.
#[derive(Default)]
pub(crate) struct Garbage {
    objects: Vec<Ref<Object>>,
    callbacks: Vec<Ref<Object>>,
}

// SAFETY: R6: what is left to others is common.
unsafe impl Send for Garbage {}

/// What threads were to end that are no more.
static LEFT: Mutex<Garbage> = Mutex::new(Garbage { objects: Vec::new(), callbacks: Vec::new() });

impl Garbage {
    /// Takes it all, common (the world is held, or `th` is its owner).
    fn made_common(&mut self, th: &Thread) -> Garbage {
        for object in self.objects.iter().chain(&self.callbacks) {
            // R6: what this thread ends is common, or its own.
            th.share_unmeasured(object);
        }
        core::mem::take(self)
    }

    pub(crate) fn append(&mut self, mut other: Garbage) {
        self.objects.append(&mut other.objects);
        self.callbacks.append(&mut other.callbacks);
    }
}

/// Ends what collections of other threads found of this thread's own.
pub(crate) fn end_handed(th: &mut Thread) {
    let garbage = th.track.handed(core::mem::take);
    if !garbage.objects.is_empty() {
        let outcome = end_garbage(th, garbage, 0);
        STATE.collected[0].fetch_add(outcome.collected as u64, Relaxed);
    }
}

/// Finalizers, then a second look at what they brought back, then `tp_clear`.
fn end_garbage(th: &mut Thread, garbage: Garbage, candidates: usize) -> Outcome {
    let Garbage { objects, callbacks } = garbage;
    // What the settled counts ended.
    th.drain_zero();
    hooks().call_weakref_callbacks(th, callbacks);
    let mut finalized = false;
    for object in &objects {
        if !object.ty().has_flag(flags::FINALIZER) {
            continue;
        }
        if let Some(prefix) = object.prefix()
            && prefix.flags.fetch_or(prefix_flags::FINALIZED, AcqRel) & prefix_flags::FINALIZED == 0
        {
            finalized = true;
            hooks().finalize(th, object);
        }
    }
    let dead = if finalized { th.without_ends(|th| still_garbage(th, objects)) } else { objects };
    let collected = dead.len();
    if STATE.save_all.load(Relaxed) {
        hooks().keep_garbage(th, dead);
        return Outcome { collected, uncollectable: 0, candidates };
    }
    // Weak references first: what dies of the clearing must not call what has been cleared.
    let is_weak = |object: &&Ref<Object>| object.ty().has_flag(flags::WEAK_REFERENCE);
    for object in dead.iter().filter(is_weak).chain(dead.iter().filter(|object| !is_weak(object))) {
        if finalized {
            hooks().clear_weakrefs(th, object);
        }
        if let Some(clear) = object.ty().tp_clear() {
            // SAFETY: R6: the object is common, or this thread's own, and nobody but the collector reaches it; its type's function clears it.
            crate::foreign::call(th, clear as *const (), |_| {}, || unsafe { clear(object.as_ptr()) });
        }
        th.drain_zero();
    }
    for object in dead {
        th.release(object);
    }
    Outcome { collected, uncollectable: 0, candidates }
}

/// Finalizers ran Python code: only objects that are still reached from nowhere but each other are cleared.
fn still_garbage(th: &mut Thread, objects: Vec<Ref<Object>>) -> Vec<Ref<Object>> {
    let stopped = crate::world::stop_for(th, Reason::Collector);
    let held = crate::hot::settle(th, false);
    let mut words: std::collections::HashMap<*const Object, u32> =
        // One count is the collector's own.
        objects.iter().map(|o| (core::ptr::from_ref(&**o), o.references() - 1)).collect();
    for object in &objects {
        visit_children(object, &mut |child| {
            if let Some(word) = words.get_mut(&core::ptr::from_ref(child)) {
                *word = word.saturating_sub(1);
            }
        });
    }
    let mut work: Vec<*const Object> = words.iter().filter(|(o, word)| **word > 0 || held.contains(*o)).map(|(o, _)| *o).collect();
    for object in &work {
        words.insert(*object, REACHABLE);
    }
    while let Some(object) = work.pop() {
        // SAFETY: the world is held.
        visit_children(unsafe { &*object }, &mut |child| {
            let child = core::ptr::from_ref(child);
            if words.get(&child).is_some_and(|word| *word != REACHABLE) {
                words.insert(child, REACHABLE);
                work.push(child);
            }
        });
    }
    let (dead, alive): (Vec<_>, Vec<_>) = objects.into_iter().partition(|o| words.get(&core::ptr::from_ref(&**o)) != Some(&REACHABLE));
    for object in &dead {
        crate::hot::demote(object);
    }
    drop(stopped);
    for object in alive {
        // What was handed over is not tracked.
        th.track(&*object);
        th.release(object);
    }
    dead
}

pub(crate) fn tracked(th: &mut Thread, generation: Option<Generation>, wanted: &mut dyn FnMut(&Object) -> bool) -> Vec<Ref<Object>> {
    let stopped = crate::world::stop_for(th, Reason::Collector);
    let mut found: Vec<Ref<Object>> = Vec::new();
    let mut add = |chunk: &Chunk| {
        for cell in &chunk.cells {
            let cell = cell.load(Relaxed);
            if cell != 0 && cell & 1 == 0 {
                // SAFETY: a cell names a live tracked object; the world is held.
                let object = unsafe { &*(cell as *const Object) };
                // One whose count is zero waits for its end: nobody may find it.
                if wanted(object) && crate::refs::try_incref(object) {
                    // SAFETY: R2: the count was just taken.
                    found.push(unsafe { Ref::from_raw(object.as_ptr()) });
                }
            }
        }
    };
    if generation != Some(Generation::Full) {
        crate::world::for_each_thread(th, &mut |other: &Thread| other.track.for_each_chunk(&mut add));
    }
    if generation != Some(Generation::Young) {
        crate::world::for_each_thread(th, &mut |other: &Thread| other.track.for_each_aged_chunk(&mut add));
        for &chunk in &OLD_LIST.lock().chunks {
            // SAFETY: a chunk of the old list; the world is held.
            add(unsafe { &*chunk });
        }
    }
    for object in found.iter().filter(|object| object.owner() != th.id()) {
        th.share_unmeasured(object);
    }
    drop(stopped);
    found
}

/// Visits the live objects of chunks that the caller took out of a list (the world is held).
fn for_each_cell(chunks: &[*mut Chunk], visit: &mut dyn FnMut(&Object)) {
    for &chunk in chunks {
        // SAFETY: a chunk of a list that the caller took; the world is held.
        let chunk = unsafe { &*chunk };
        for cell in &chunk.cells[..chunk.used().min(CELLS)] {
            let cell = cell.load(Relaxed);
            if cell != 0 && cell & 1 == 0 {
                // SAFETY: a cell names a live tracked object.
                visit(unsafe { &*(cell as *const Object) });
            }
        }
    }
}

/// Has the live cells of chunks moved to a list and frees each chunk in its turn: the list may have its memory for the next (the world is held).
fn drain_chunks(chunks: &[*mut Chunk], move_cell: &mut dyn FnMut(&Object)) {
    for &chunk in chunks {
        for_each_cell(&[chunk], move_cell);
        // SAFETY: every cell was moved; nothing names the chunk any more.
        unsafe { Chunk::free(chunk) };
    }
}

/// Moves the live cells of chunks to a list; how many (the world is held).
fn move_cells(th: &Thread, chunks: &[*mut Chunk], share: bool, list: &mut OldList) -> usize {
    let mut moved = 0;
    drain_chunks(chunks, &mut |object| {
        if share {
            th.share_unmeasured(object);
        }
        list.take_over(object);
        moved += 1;
    });
    moved
}

/// `gc.freeze`
pub(crate) fn freeze(th: &mut Thread) {
    let stopped = crate::world::stop_for(th, Reason::Collector);
    let mut old_list = OLD_LIST.lock();
    let mut frozen = FROZEN_LIST.lock();
    take_aged(th, &mut old_list);
    let mut chunks = core::mem::take(&mut old_list.chunks);
    crate::world::for_each_thread(th, &mut |other: &Thread| chunks.append(&mut other.track.take_chunks()));
    move_cells(th, &chunks, false, &mut frozen);
    STATE.old.store(0, Relaxed);
    STATE.old_after_full.store(0, Relaxed);
    drop(frozen);
    drop(old_list);
    drop(stopped);
}

/// `gc.unfreeze`
pub(crate) fn unfreeze(th: &mut Thread) {
    let stopped = crate::world::stop_for(th, Reason::Collector);
    let mut old_list = OLD_LIST.lock();
    let chunks = core::mem::take(&mut FROZEN_LIST.lock().chunks);
    STATE.old.fetch_add(chunks.len() * CELLS, Relaxed);
    old_list.adopt(chunks);
    drop(old_list);
    drop(stopped);
}

/// The objects that are kept out of collections.
pub(crate) fn frozen(th: &mut Thread) -> Vec<Ref<Object>> {
    let stopped = crate::world::stop_for(th, Reason::Collector);
    let mut found: Vec<Ref<Object>> = Vec::new();
    for_each_cell(&FROZEN_LIST.lock().chunks, &mut |object| {
        if crate::refs::try_incref(object) {
            // SAFETY: R2: the count was just taken.
            found.push(unsafe { Ref::from_raw(object.as_ptr()) });
        }
    });
    for object in found.iter().filter(|object| object.owner() != th.id()) {
        th.share_unmeasured(object);
    }
    drop(stopped);
    found
}

/// `gc.get_freeze_count`
pub(crate) fn count_frozen(th: &mut Thread) -> usize {
    let stopped = crate::world::stop_for(th, Reason::Collector);
    let mut count = 0;
    for &chunk in &FROZEN_LIST.lock().chunks {
        // SAFETY: a chunk of the list; the world is held.
        let chunk = unsafe { &*chunk };
        count += chunk.cells[..chunk.used().min(CELLS)].iter().filter(|cell| cell.load(Relaxed) != 0).count();
    }
    drop(stopped);
    count
}

/// `gc.set_threshold`
pub(crate) fn set_threshold(th: &mut Thread, threshold: i64) {
    let stopped = crate::world::stop_for(th, Reason::Collector);
    STATE.threshold.store(threshold, Relaxed);
    set_thresholds(th);
    drop(stopped);
}

/// Moves an ending thread's tracked objects to the old list, and leaves the garbage that it was to end.
pub(crate) fn adopt(th: &mut Thread) {
    let stopped = crate::world::stop_for(th, Reason::Collector);
    let mut old_list = OLD_LIST.lock();
    let aged = th.track.take_aged();
    for_each_cell(&aged, &mut |object| {
        th.share_unmeasured(object);
    });
    old_list.adopt(aged);
    LEFT.lock().append(th.track.handed(|handed| handed.made_common(th)));
    let moved = move_cells(th, &th.track.take_chunks(), true, &mut old_list);
    STATE.old.fetch_add(moved, Relaxed);
    // Its own objects are no longer in its list, but those of the old list that it ended are still to be taken off.
    let ended = th.track.take_old_ended();
    STATE.old.store(STATE.old.load(Relaxed).saturating_sub(ended), Relaxed);
    drop(old_list);
    drop(stopped);
}
