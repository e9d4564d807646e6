//! Counts of hot common objects, kept per thread (R12).
//!
//! A common object's count is one word that every thread changes atomically. A function, a class or a list that several threads use at
//! the same time would make them wait for each other at every use, and one thread alone pays for the atomics. So an object whose
//! atomic count is found hot is *promoted*: it gets a number (`Head::hot`), and from then on each thread counts it in a table of its own, without atomics.
//! Its count is the word in its header, less [`BIAS`], plus its entries in all tables.
//!
//! Invariants:
//! * The bias keeps the header's word away from zero, so that nobody ends the object by counting. It ends when the world stands still
//!   and [`settle`] finds that the sum is zero: at every collection, as threads end, and when the ticker suspects it.
//! * Numbers are given while the object is alive (the promoter holds a count) and taken away only with the world stopped. A thread that
//!   has read a number uses it before its next safepoint, so it never counts for the wrong object.
//! * A table is written by its thread while that is attached, by whoever stopped the world, and under the world's latch as the thread ends.
//! * Registers name hot objects without a count ([`crate::Hold`]). So [`settle`] looks at the registers of all threads' frames: what only
//!   they hold does not end. Frames that no thread runs (generators that wait, frames that outlive their call) hold counts.
//! * To whoever holds the world everything common is *mine*: it counts in the headers, and between [`settle`] and the end of the stop all
//!   tables are zero.

use core::cell::Cell;
use std::collections::BTreeSet;

use crate::contention::Reason;
use crate::counted::{self, What};
use crate::proto::{self, BIAS};
use crate::sync::{AtomicI64, AtomicU64, AtomicUsize, Mutex, Ordering::*};
use crate::typ::flags;
use crate::{Object, Thread};

/// One of so many atomic counts is looked at. A prime: loops do not meet the same object each time.
const STRIDE: u32 = 127;
/// An object is hot with so much heat: a sample adds 1, one of another thread than the last [`CHANGE`]. (Four bits of a sample's word.)
const HOT: u64 = 16;
const CHANGE: u64 = 4;
/// A total beyond this goes back into the header's word, which has room for it without the bias.
const MOST: i64 = (BIAS / 2) as i64;
/// So many looks of the ticker ([`some_seems_dead`]) long an object that only a register held is not suspected again.
const LOOKS: u32 = 25;

/// A thread's own counts, by the objects' numbers.
pub(crate) struct Counts {
    table: Cell<*const AtomicI64>,
    /// The table's last number; 0 while there is none.
    last: Cell<u32>,
    until_sample: Cell<u32>,
}

impl Counts {
    pub(crate) const fn new() -> Counts {
        Counts { table: Cell::new(core::ptr::null()), last: Cell::new(0), until_sample: Cell::new(STRIDE) }
    }

    #[inline(always)]
    fn add(&self, number: u16, change: i64) {
        if !self.add_quickly(number, change) {
            self.grow(number);
            let _ = self.add_quickly(number, change);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&self, number: u16) {
        let len = (usize::from(number) + 1).next_power_of_two().max(256);
        // Under the lock, because the ticker reads tables under it.
        let _registry = REGISTRY.lock();
        let mut table: Vec<AtomicI64> = self.entries().iter().map(|entry| AtomicI64::new(entry.load(Relaxed))).collect();
        table.resize_with(len, || AtomicI64::new(0));
        self.replace(Box::leak(table.into_boxed_slice()));
    }

    /// [`Counts::add`] where that takes no call: false, and nothing done, for 0 and for numbers that the table does not reach yet.
    #[inline(always)]
    fn add_quickly(&self, number: u16, change: i64) -> bool {
        let reached = self.reaches(number);
        if reached {
            // SAFETY: R12: the table reaches it; the table is this thread's own while it is attached. The ticker may read meanwhile.
            let entry = unsafe { &*self.table.get().add(number.into()) };
            entry.store(entry.load(Relaxed) + change, Relaxed);
        }
        reached
    }

    #[inline(always)]
    fn reaches(&self, number: u16) -> bool {
        u32::from(number).wrapping_sub(1) < self.last.get()
    }

    fn entries(&self) -> &[AtomicI64] {
        match self.table.get() {
            null if null.is_null() => &[],
            // SAFETY: R12: the table has this length; it is replaced under the registry's lock, by its own thread.
            table => unsafe { core::slice::from_raw_parts(table, self.last.get() as usize + 1) },
        }
    }

    fn replace(&self, table: &'static [AtomicI64]) {
        let old = core::ptr::from_ref(self.entries()).cast_mut();
        self.table.set(table.as_ptr());
        self.last.set(table.len().saturating_sub(1) as u32);
        // SAFETY: R12: made by `grow`, or empty.
        drop(unsafe { Box::from_raw(old) });
    }

    /// Adds all entries to `sums` and clears them.
    fn drain_into(&self, sums: &mut Vec<i64>) {
        let entries = self.entries();
        sums.resize(sums.len().max(entries.len()), 0);
        for (entry, sum) in entries.iter().zip(sums) {
            *sum += entry.load(Relaxed);
            entry.store(0, Relaxed);
        }
    }
}

impl Drop for Counts {
    fn drop(&mut self) {
        self.replace(&[]);
    }
}

/// Which object has which number.
struct Registry {
    /// By number; 0 is nobody's.
    objects: Vec<*const Object>,
    free: Vec<u16>,
    /// What threads had counted that have ended.
    ended: Vec<i64>,
    /// What registers held without a count when counts were settled last: for [`LOOKS`] looks no reason to settle them again.
    held: BTreeSet<*const Object>,
    looks: u32,
}

// SAFETY: R12: the objects are common and live as long as they have a number.
unsafe impl Send for Registry {}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { objects: Vec::new(), free: Vec::new(), ended: Vec::new(), held: BTreeSet::new(), looks: 0 });

/// How many objects have a number.
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// What the samples found: the object's address, its heat, and the thread that met it last. An object has two places; who finds both taken cools the
/// colder one, whose place it gets in time.
static SAMPLES: [AtomicU64; 2048] = [const { AtomicU64::new(0) }; 2048];

impl Registry {
    fn number(&mut self, object: &Object) -> Option<u16> {
        let number = match self.free.pop() {
            Some(number) => number,
            None => {
                if self.objects.is_empty() {
                    self.objects.push(core::ptr::null());
                }
                let number = u16::try_from(self.objects.len()).ok()?;
                self.objects.push(core::ptr::null());
                number
            }
        };
        self.objects[usize::from(number)] = object;
        LIVE.fetch_add(1, Relaxed);
        Some(number)
    }

    fn release(&mut self, object: &Object, number: usize) {
        object.head().hot.store(0, Relaxed);
        self.objects[number] = core::ptr::null();
        self.free.push(number as u16);
        LIVE.fetch_sub(1, Relaxed);
    }
}

/// What is neither *mine* nor common is another thread's own: that this thread met it is a mistake of ours (R5). Whoever holds the world may.
#[inline(always)]
fn check_common(object: &Object) {
    debug_assert!(
        object.owner() == 0 || crate::thread::with_current(Thread::is_alone) == Some(true),
        "another thread's own: {}",
        String::from_utf8_lossy(object.ty().tp_name_bytes())
    );
}

/// Adds a count to an object that is not *mine*. `th` is the calling thread if it is attached.
#[inline(never)]
pub(crate) fn raise(th: Option<&Thread>, object: &Object) {
    if !th.is_some_and(|th| count_quickly(th, object, 1)) {
        raise_slowly(th, object);
    }
}

#[inline(never)]
fn raise_slowly(th: Option<&Thread>, object: &Object) {
    let Some(th) = th else {
        counted::object(What::Count, object);
        object.head().count.fetch_add(1, Relaxed);
        return;
    };
    check_common(object);
    match object.head().hot.load(Relaxed) {
        0 => {
            counted::object(What::Count, object);
            object.head().count.fetch_add(1, Relaxed);
            sample(th, object);
        }
        number => th.counts.add(number, 1),
    }
}

/// [`raise`], refused if the count is zero.
#[inline(never)]
pub(crate) fn try_raise(th: Option<&Thread>, object: &Object) -> bool {
    th.is_some_and(|th| count_quickly(th, object, 1)) || try_raise_slowly(th, object)
}

#[inline(never)]
fn try_raise_slowly(th: Option<&Thread>, object: &Object) -> bool {
    match (th, object.head().hot.load(Relaxed)) {
        // Whoever has a number lives until the world stops.
        (Some(th), number) if number != 0 => {
            th.counts.add(number, 1);
            true
        }
        (th, _) => {
            counted::object(What::Count, object);
            let alive = proto::try_incref(&object.head().count);
            if th.is_some() && alive {
                check_common(object);
            }
            if let (Some(th), true) = (th, alive) {
                sample(th, object);
            }
            alive
        }
    }
}

/// Lowers the count of an object that is not *mine*; true when that was the last one.
#[inline(always)]
pub(crate) fn lower(th: &Thread, object: &Object) -> bool {
    !count_quickly(th, object, -1) && lower_slowly(th, object)
}

#[inline(never)]
fn lower_slowly(th: &Thread, object: &Object) -> bool {
    check_common(object);
    if cfg!(debug_assertions) && object.head().count.load(Relaxed) == 0 && object.head().hot.load(Relaxed) == 0 {
        crate::foreign::fail::count_below_zero(object);
    }
    match object.head().hot.load(Relaxed) {
        0 => {
            sample(th, object);
            counted::object(What::Count, object);
            proto::decref_common(&object.head().count)
        }
        number => {
            th.counts.add(number, -1);
            false
        }
    }
}

#[inline(always)]
fn sample(th: &Thread, object: &Object) {
    let until = th.counts.until_sample.get() - 1;
    th.counts.until_sample.set(until);
    if until == 0 {
        take_sample(th, object);
    }
}

/// Remembers that this thread met the object; promotes it if it is hot. The caller holds a count.
#[cold]
#[inline(never)]
fn take_sample(th: &Thread, object: &Object) {
    th.counts.until_sample.set(STRIDE);
    let address = core::ptr::from_ref(object) as u64 >> 4;
    let first = (address.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SAMPLES.len().ilog2())) as usize;
    let places = [&SAMPLES[first], &SAMPLES[first ^ 1]];
    let (tag, me) = (address << 20, u64::from(th.id()));
    let heat_of = |seen: u64| seen >> 16 & 15;
    let seen = places.map(|place| (place, place.load(Relaxed)));
    let Some(&(place, seen)) = seen.iter().find(|(_, seen)| seen & !0xf_ffff == tag) else {
        let (place, seen) = if heat_of(seen[1].1) < heat_of(seen[0].1) { seen[1] } else { seen[0] };
        place.store(if heat_of(seen) == 0 { tag | me } else { seen - (1 << 16) }, Relaxed);
        return;
    };
    let heat = heat_of(seen) + if seen & 0xffff == me { 1 } else { CHANGE };
    if heat < HOT {
        place.store(tag | heat << 16 | me, Relaxed);
    } else {
        place.store(0, Relaxed);
        promote(th, object);
    }
}

/// Whether a weak reference would show that the object ends late. Classes and functions have some for bookkeeping, and stay anyway.
fn is_watched(object: &Object) -> bool {
    let stays = (abi::Py_TPFLAGS_TYPE_SUBCLASS | abi::Py_TPFLAGS_METHOD_DESCRIPTOR) as u64;
    !object.ty().has_flag(stays) && object.has_weakrefs()
}

/// Gives a common object a number, unless its end runs code that a user expects at once. The caller holds a count.
fn promote(th: &Thread, object: &Object) {
    let head = object.head();
    let ends_by_code = object.ty().flags() & (flags::FINALIZER | flags::FOREIGN) != 0;
    if object.is_immortal() || object.owner() != 0 || ends_by_code || is_watched(object) {
        return;
    }
    let mut registry = REGISTRY.lock();
    // Two threads may have found it hot.
    if head.count.load(Relaxed) == 0 || head.hot.load(Relaxed) != 0 {
        return;
    }
    if let Some(number) = registry.number(object) {
        proto::promote(&head.count, &head.hot, number);
        drop(registry);
        if crate::contention::is_on() {
            crate::contention::promoted(th, object);
        }
    }
}

/// Counts an object that is not *mine*, without a call: false, and nothing done, unless it is hot. Whoever has a number lives until the world
/// stops, so this may raise the count of what was only found in a common slot.
#[inline(always)]
pub(crate) fn count_quickly(th: &Thread, object: &Object, change: i64) -> bool {
    th.counts.add_quickly(object.head().hot.load(Relaxed), change)
}

/// Whether [`count_quickly`] would do it.
#[inline(always)]
pub(crate) fn is_counted_quickly(th: &Thread, object: &Object) -> bool {
    th.counts.reaches(object.head().hot.load(Relaxed))
}

/// Whether the object has a number.
#[inline(always)]
pub fn is_hot(object: &Object) -> bool {
    object.head().hot.load(Relaxed) != 0
}

/// Whether some object has a number.
#[inline(always)]
pub fn any() -> bool {
    LIVE.load(Relaxed) != 0
}

/// Brings the headers' words up to date (the world is stopped): objects with a sum of zero end. With `demote` all go back to one count.
/// What is handed back is held by registers that are not counted: it keeps its number in any case.
pub(crate) fn settle(th: &Thread, demote: bool) -> BTreeSet<*const Object> {
    debug_assert!(th.is_alone(), "counts are settled by whoever holds the world");
    if !any() {
        return BTreeSet::new();
    }
    // The world's latch, by which threads are found, comes before the registry's.
    let held = count_registers(th);
    let mut sums = Vec::new();
    crate::world::for_each_thread(th, &mut |other: &Thread| other.counts.drain_into(&mut sums));
    let mut registry = REGISTRY.lock();
    let ended = core::mem::take(&mut registry.ended);
    for number in 1..registry.objects.len() {
        // SAFETY: R12: an object lives as long as it has a number.
        let Some(object) = (unsafe { registry.objects[number].as_ref() }) else { continue };
        if object.is_immortal() {
            registry.release(object, number);
            continue;
        }
        let of = |table: &[i64]| table.get(number).copied().unwrap_or(0);
        let total = proto::settled(&object.head().count, of(&sums) + of(&ended));
        debug_assert!(total >= 0, "count below zero: {}", String::from_utf8_lossy(object.ty().tp_name_bytes()));
        let keeps = held.contains(&core::ptr::from_ref(object));
        if !keeps && (total == 0 || total > MOST || demote) {
            registry.release(object, number);
            object.head().count.store(total as u32, Relaxed);
            if total == 0 {
                th.queue_zero(object);
            }
        } else {
            object.head().count.store(total as u32 + BIAS, Relaxed);
        }
    }
    registry.held.clone_from(&held);
    held
}

/// Counts the registers that hold hot objects without a count: in the objects' headers, where the register is sure to be in use. What the others
/// name is handed back.
fn count_registers(th: &Thread) -> BTreeSet<*const Object> {
    let hot: BTreeSet<*const Object> = REGISTRY.lock().objects.iter().copied().filter(|object| !object.is_null()).collect();
    let mut held = BTreeSet::new();
    crate::world::for_each_thread(th, &mut |other: &Thread| {
        crate::hooks::hooks().count_registers(other, &mut |object, in_use| {
            if !hot.contains(&object) {
                return false;
            }
            if !in_use {
                held.insert(object);
                return false;
            }
            // SAFETY: R12: an object lives as long as it has a number.
            let object = unsafe { &*object };
            if !object.is_immortal() {
                object.head().count.fetch_add(1, Relaxed);
            }
            true
        });
    });
    held
}

/// Takes the number away from an object whose count was just settled (the world is stopped).
pub(crate) fn demote(object: &Object) {
    let number = object.head().hot.load(Relaxed);
    if number != 0 {
        REGISTRY.lock().release(object, number.into());
        object.head().count.fetch_sub(BIAS, Relaxed);
    }
}

/// Keeps what a thread has counted that is no more. Under the world's latch, or by the only thread.
pub(crate) fn bequeath(gone: &Thread) {
    if !gone.counts.entries().is_empty() {
        gone.counts.drain_into(&mut REGISTRY.lock().ended);
    }
}

/// Whether some object seems to have no count left. Sums of words that change meanwhile prove nothing: [`settle`] finds out.
/// Under the world's latch, which keeps the threads' records; they are `threads`.
pub(crate) fn some_seems_dead(threads: &[*const ()]) -> bool {
    let mut registry = REGISTRY.lock();
    registry.looks += 1;
    if registry.looks.is_multiple_of(LOOKS) {
        registry.held.clear();
    }
    let mut sums = registry.ended.clone();
    sums.resize(registry.objects.len(), 0);
    for &record in threads {
        // SAFETY: R15: registered records stay in place under the latch; tables under the registry's lock.
        let thread = unsafe { &*record.cast::<Thread>() };
        for (entry, sum) in thread.counts.entries().iter().zip(&mut sums) {
            *sum += entry.load(Relaxed);
        }
    }
    registry.objects.iter().zip(&sums).any(|(&object, &sum)| {
        // SAFETY: R12: an object lives as long as it has a number, and numbers are taken away under the lock.
        unsafe { object.as_ref() }.is_some_and(|object| proto::settled(&object.head().count, sum) <= 0) && !registry.held.contains(&object)
    })
}

impl Thread {
    /// Ends the objects that no thread counts any more, though several did (R12). With one other thread left, or none, their counts are
    /// ordinary ones again.
    pub fn settle_counts(&mut self) {
        if any() {
            let stopped = crate::world::stop_for(self, Reason::Counts);
            settle(self, crate::world::WORLD.threads() <= 2);
            drop(stopped);
            self.drain_zero();
        }
    }

    /// In a forked child: what the threads have counted that are no more stays counted. `gone` are their records.
    pub fn inherit_counts(&mut self, gone: &[*const ()]) {
        for &record in gone {
            // SAFETY: R15: the child's copy of a registered record; its thread is no more.
            bequeath(unsafe { &*record.cast::<Thread>() });
        }
        crate::contention::after_fork_child(self);
    }

    /// The object's count, exactly. The world may stop for it.
    pub fn references(&mut self, object: &Object) -> u32 {
        if object.head().hot.load(Relaxed) != 0 {
            let stopped = crate::world::stop_for(self, Reason::Counts);
            settle(self, false);
            drop(stopped);
        }
        object.references()
    }
}

impl Object {
    /// The object's count as of the last time it was settled.
    pub(crate) fn references(&self) -> u32 {
        let bias = if self.head().hot.load(Relaxed) != 0 { BIAS } else { 0 };
        self.count().saturating_sub(bias)
    }
}
