//! `gc`: the collector's switches, counters and views.

use heap::collect::{self, Generation};
use heap::sync::{AtomicI64, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, Int, List, Tuple, ops, raise};

/// What `get_threshold` says at the start, as CPython; the collector then chooses by the size of the heap.
const DEFAULT: i64 = 2000;
static THRESHOLDS: [AtomicI64; 3] = [AtomicI64::new(DEFAULT), AtomicI64::new(10), AtomicI64::new(0)];
static DEBUG: AtomicI64 = AtomicI64::new(0);
static CALLBACKS: Global<List> = Global::EMPTY;
static GARBAGE: Global<List> = Global::EMPTY;

/// `DEBUG_STATS`
const STATS: i64 = 1;
/// When the collection began that runs, in nanoseconds since the epoch.
static BEGAN: AtomicI64 = AtomicI64::new(0);

fn now() -> i64 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

/// What `DEBUG_STATS` asks for, on standard error.
fn print_statistics(th: &mut Thread, event: heap::hooks::CollectionEvent) {
    let text = match event {
        heap::hooks::CollectionEvent::Start { generation } => {
            BEGAN.store(now(), Relaxed);
            let young = th.count_tracked(Some(Generation::Young));
            let old = th.count_tracked(Some(Generation::Full));
            let frozen = th.frozen_objects();
            format!("gc: collecting generation {generation}...\ngc: objects in each generation: {young} 0 {old}\ngc: objects in permanent generation: {frozen}\n")
        }
        heap::hooks::CollectionEvent::Stop { collected, uncollectable, .. } => {
            let seconds = (now() - BEGAN.load(Relaxed)) as f64 * 1e-9;
            format!("gc: done, {collected} unreachable, {uncollectable} uncollectable, {seconds:.4}s elapsed\n")
        }
    };
    interp::report::write_stderr(th, &text);
}

/// Tells `gc.callbacks` of a collection.
pub fn notify(th: &mut Thread, event: heap::hooks::CollectionEvent) {
    use heap::hooks::CollectionEvent::{Start, Stop};
    if DEBUG.load(Relaxed) & STATS != 0 {
        print_statistics(th, event);
    }
    let Some(callbacks) = CALLBACKS.get(th) else { return };
    if callbacks.len() == 0 {
        return;
    }
    let (phase, generation, collected, uncollectable) = match event {
        Start { generation } => ("start", generation, 0, 0),
        Stop { generation, collected, uncollectable } => ("stop", generation, collected, uncollectable),
    };
    let info = Dict::new(th);
    for (name, n) in [("generation", generation as usize), ("collected", collected), ("uncollectable", uncollectable)] {
        let n = Int::from_usize(th, n);
        info.set_by_name(th, name, n.up());
    }
    let phase = objects::intern(th, phase);
    for callback in callbacks.snapshot(th) {
        if ops::call(th, &callback, &[phase, &info]).is_err() {
            raise::unraisable(th, "Exception ignored while calling GC callback", Some(&callback));
        }
    }
}

/// Garbage that was not cleared (`DEBUG_SAVEALL`) goes to `gc.garbage`.
pub fn keep(th: &mut Thread, objects: Vec<Ref<Object>>) {
    let Some(list) = GARBAGE.get(th) else { return };
    for object in objects {
        if list.append(th, object).is_err() {
            drop(th.take_exception());
            return;
        }
    }
}

#[pymodule(name = "gc")]
pub mod gc {
    //! This module provides access to the garbage collector for reference cycles.
    use super::*;

    #[constant]
    const DEBUG_STATS: i64 = 1;
    #[constant]
    const DEBUG_COLLECTABLE: i64 = 2;
    #[constant]
    const DEBUG_UNCOLLECTABLE: i64 = 4;
    #[constant]
    const DEBUG_SAVEALL: i64 = 32;
    #[constant]
    const DEBUG_LEAK: i64 = 38;

    #[attr]
    fn garbage(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let list = List::new(th, Vec::new());
        GARBAGE.set(th, Some(list.clone()));
        Ok(list.up())
    }

    #[attr]
    fn callbacks(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let list = List::new(th, Vec::new());
        CALLBACKS.set(th, Some(list.clone()));
        Ok(list.up())
    }

    /// Enable automatic garbage collection.
    #[function]
    fn enable() {
        collect::set_enabled(true);
    }

    /// Disable automatic garbage collection.
    #[function]
    fn disable() {
        collect::set_enabled(false);
    }

    /// Returns true if automatic garbage collection is enabled.
    #[function]
    fn isenabled() -> bool {
        collect::is_enabled()
    }

    /// Run the garbage collector.
    ///
    /// With no arguments, run a full collection.  The optional argument
    /// may be an integer specifying which generation to collect.  A ValueError
    /// is raised if the generation number is invalid.
    ///
    /// The number of unreachable objects is returned.
    #[function(sig = "(generation=2)")]
    fn collect(th: &mut Thread, generation: i32) -> Result<usize, Raised> {
        let generation = match generation {
            0 | 1 => Generation::Young,
            2 => Generation::Full,
            _ => return Err(raise::value_error(th, format_args!("invalid generation"))),
        };
        Ok(th.collect(generation).collected)
    }

    /// Set the garbage collection debugging flags.
    #[function(sig = "(flags, /)")]
    fn set_debug(flags: i64) {
        DEBUG.store(flags, Relaxed);
        collect::set_save_all(flags & DEBUG_SAVEALL != 0);
    }

    /// Get the garbage collection debugging flags.
    #[function]
    fn get_debug() -> i64 {
        DEBUG.load(Relaxed)
    }

    /// set_threshold(threshold0, [threshold1, [threshold2]])
    /// Set the collection thresholds (the collection frequency).
    ///
    /// Setting 'threshold0' to zero disables collection.
    #[function(sig = none)]
    fn set_threshold(th: &mut Thread, threshold0: i64, threshold1: Option<i64>, threshold2: Option<i64>) {
        th.set_collection_threshold(if threshold0 == DEFAULT { collect::LEAST_THRESHOLD } else { threshold0 });
        THRESHOLDS[0].store(threshold0, Relaxed);
        if let Some(t) = threshold1 {
            THRESHOLDS[1].store(t, Relaxed);
        }
        if let Some(t) = threshold2 {
            THRESHOLDS[2].store(t, Relaxed);
        }
    }

    /// Return the current collection thresholds.
    #[function]
    fn get_threshold(th: &mut Thread) -> Ref<Tuple> {
        let items = [0, 1, 2].map(|i| Int::from_i64(th, THRESHOLDS[i].load(Relaxed)).up());
        Tuple::from_array(th, items)
    }

    /// Return a three-tuple of the current collection counts.
    #[function]
    fn get_count(th: &mut Thread) -> Ref<Tuple> {
        let young = th.count_tracked(Some(Generation::Young));
        let items = [young as i64, 0, 0].map(|n| Int::from_i64(th, n).up());
        Tuple::from_array(th, items)
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[function]
    fn get_stats(th: &mut Thread) -> Ref<List> {
        let mut stats = Vec::new();
        for generation in 0..3 {
            let (collections, collected) = collect::totals(generation);
            let dict = Dict::new(th);
            for (name, n) in [("collections", collections), ("collected", collected), ("uncollectable", 0)] {
                let n = Int::from_u64(th, n);
                dict.set_by_name(th, name, n.up());
            }
            stats.push(dict.up());
        }
        List::new(th, stats)
    }

    /// Return a list of objects tracked by the collector (excluding the list returned).
    #[function(sig = "(generation=None)")]
    fn get_objects(th: &mut Thread, generation: Option<i32>) -> Result<Ref<List>, Raised> {
        let which = match generation {
            None | Some(-1) => None,
            Some(0 | 1) => Some(Generation::Young),
            Some(2) => Some(Generation::Full),
            Some(_) => return Err(raise::value_error(th, format_args!("generation parameter must be less than the number of available generations (3)"))),
        };
        let objects = th.tracked_objects(which);
        Ok(List::new(th, objects))
    }

    /// Returns true if the object is tracked by the garbage collector.
    #[function(sig = "(obj, /)")]
    fn is_tracked(th: &mut Thread, obj: &Object) -> bool {
        th.is_tracked(obj)
    }

    /// Returns true if the object has been already finalized by the GC.
    #[function(sig = "(obj, /)")]
    fn is_finalized(obj: &Object) -> bool {
        obj.prefix().is_some_and(|p| p.flags.load(Relaxed) & heap::prefix_flags::FINALIZED != 0)
    }

    /// Return the list of objects that directly refer to any of 'objs'.
    #[function(sig = "(*objs)")]
    fn get_referrers(th: &mut Thread, objs: Args<'_>) -> Ref<List> {
        let wanted: Vec<*const Object> = objs.as_slice().iter().map(|o| core::ptr::from_ref(*o)).collect();
        let found = th.tracked_objects_where(&mut |object| {
            let mut refers = false;
            heap::visit_children(object, &mut |child| refers |= wanted.contains(&core::ptr::from_ref(child)));
            refers
        });
        List::new(th, found)
    }

    /// Return the list of objects that are directly referred to by 'objs'.
    #[function(sig = "(*objs)")]
    fn get_referents(th: &mut Thread, objs: Args<'_>) -> Ref<List> {
        // Exclusive: another thread may be changing what is looked at; what is found without a path is shared (R6).
        let stopped = heap::world::stop(th);
        let mut found = Vec::new();
        for object in objs.as_slice() {
            heap::visit_children(object, &mut |child| {
                th.share(child);
                found.push(child.to_owned());
            });
        }
        drop(stopped);
        List::new(th, found)
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    #[function]
    fn freeze(th: &mut Thread) {
        th.freeze_objects();
    }

    /// Unfreeze all objects in the permanent generation.
    #[function]
    fn unfreeze(th: &mut Thread) {
        th.unfreeze_objects();
    }

    /// Return the number of objects in the permanent generation.
    #[function]
    fn get_freeze_count(th: &mut Thread) -> usize {
        th.frozen_objects()
    }
}
