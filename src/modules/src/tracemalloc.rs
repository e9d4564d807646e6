//! `_tracemalloc`: which Python code took the memory of which block.
//!
//! The heap tells of every block of an object and of a container's storage; what Rust code allocates for itself is not counted.
//! Invariant: the lock is held for no longer than a table takes, never while anything is allocated on the heap: that would ask for it again.

use core::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use heap::alloc::Tracer;
use heap::sync::{AtomicUsize, Mutex, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Int, List, Str, Tuple, raise};

/// As many frames as the library allows.
const MOST_FRAMES: usize = 65_535;

/// A file and a line, innermost first.
type Frames = Arc<[(Arc<str>, u32)]>;

#[derive(Clone)]
struct Traceback {
    frames: Frames,
    /// How many frames there were, also those that are not kept.
    total: u16,
}

#[derive(Default)]
struct Tables {
    /// Blocks by their domains and addresses.
    blocks: HashMap<(u32, usize), (usize, Traceback)>,
    /// Each list of frames once.
    frames: HashMap<Frames, ()>,
    now: usize,
    peak: usize,
}

/// How many frames are kept of each traceback; 0 while nothing is traced.
static LIMIT: AtomicUsize = AtomicUsize::new(0);
/// The limit of the last start, which is asked for also when nothing is traced.
static LAST_LIMIT: AtomicUsize = AtomicUsize::new(1);
static TABLES: Mutex<Option<Tables>> = Mutex::new(None);
static TRACER: Tracer = Tracer { taken, given };

std::thread_local! {
    /// This thread is in the tables: what it allocates for them is not looked at.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `body` on the tables, unless this thread is doing so.
fn with_tables<R>(body: impl FnOnce(&mut Tables) -> R) -> Option<R> {
    if INSIDE.try_with(|inside| inside.replace(true)).unwrap_or(true) {
        return None;
    }
    let result = TABLES.lock().as_mut().map(body);
    let _ = INSIDE.try_with(|inside| inside.set(false));
    result
}

/// What the code says where it is from: a file that was compiled elsewhere is known by where it was found.
fn file_of(code: &interp::Code) -> Arc<str> {
    let (compiled, name) = (&code.source().filename, code.filename());
    if name.eq_text(compiled) { compiled.clone() } else { name.to_string_lossy().into() }
}

/// The frames of the calling thread. A thread without any took the memory in an unknown place.
fn frames(th: &Thread, limit: usize) -> (Vec<(Arc<str>, u32)>, usize) {
    let (mut list, mut total) = (Vec::new(), 0usize);
    let mut next = if th.interp.get().is_null() { None } else { interp::frame::stack::current(th) };
    while let Some(frame) = next {
        if list.len() < limit {
            list.push((file_of(frame.code()), frame.line().unwrap_or(0)));
        }
        total += 1;
        next = frame.prev.get();
    }
    (list, total)
}

/// The domain of what the runtime itself takes. Extensions have others for their own.
const OWN: u32 = 0;

fn taken(block: *mut u8, bytes: usize) {
    track(OWN, block as usize, bytes);
}

/// Notes a block, or notes it anew; false if nothing is traced. Any thread may, attached or not.
pub fn track(domain: u32, address: usize, bytes: usize) -> bool {
    let limit = LIMIT.load(Relaxed);
    if limit == 0 {
        return false;
    }
    let (mut list, mut total) = heap::with_current(|th| frames(th, limit)).unwrap_or_default();
    if list.is_empty() {
        list.push(("<unknown>".into(), 0));
        total = 1;
    }
    with_tables(|tables| {
        let list: Frames = list.into();
        let known = tables.frames.get_key_value(&list).map(|(known, ())| known.clone());
        let frames = known.unwrap_or_else(|| {
            tables.frames.insert(list.clone(), ());
            list
        });
        let traceback = Traceback { frames, total: u16::try_from(total).unwrap_or(u16::MAX) };
        if let Some((before, _)) = tables.blocks.insert((domain, address), (bytes, traceback)) {
            tables.now = tables.now.saturating_sub(before);
        }
        tables.now += bytes;
        tables.peak = tables.peak.max(tables.now);
    });
    true
}

fn given(block: *mut u8) {
    untrack(OWN, block as usize);
}

/// Forgets a block, if it is known; false if nothing is traced.
pub fn untrack(domain: u32, address: usize) -> bool {
    if LIMIT.load(Relaxed) == 0 {
        return false;
    }
    with_tables(|tables| {
        if let Some((bytes, _)) = tables.blocks.remove(&(domain, address)) {
            tables.now = tables.now.saturating_sub(bytes);
        }
    });
    true
}

/// Where a block was taken, if it is known.
pub fn traceback_of(th: &mut Thread, domain: u32, address: usize) -> Option<Ref<Tuple>> {
    let found = with_tables(|tables| tables.blocks.get(&(domain, address)).map(|(_, traceback)| traceback.clone())).flatten()?;
    Some(Made::default().frames(th, &found.frames))
}

/// Starts tracing, as `-X tracemalloc` does.
pub fn begin(th: &mut Thread, limit: usize) {
    LAST_LIMIT.store(limit, Relaxed);
    if LIMIT.load(Relaxed) != 0 {
        return;
    }
    *TABLES.lock() = Some(Tables::default());
    LIMIT.store(limit, Relaxed);
    th.trace_memory(Some(&TRACER));
}

/// Stops tracing and forgets what is known.
fn end(th: &mut Thread) {
    LIMIT.store(0, Relaxed);
    th.trace_memory(None);
    let old = TABLES.lock().take();
    drop(old);
}

/// `((filename, line), …)`, each list and each name made once.
#[derive(Default)]
struct Made {
    names: HashMap<*const u8, Ref<Str>>,
    lists: HashMap<*const u8, Ref<Tuple>>,
}

impl Made {
    fn frames(&mut self, th: &mut Thread, frames: &Frames) -> Ref<Tuple> {
        let key = frames.as_ptr().cast();
        if let Some(made) = self.lists.get(&key) {
            return made.clone();
        }
        let mut items = Vec::with_capacity(frames.len());
        for (name, line) in frames.iter() {
            let name = self.names.entry(name.as_ptr()).or_insert_with(|| Str::new(th, name)).clone();
            let line = Int::from_i64(th, i64::from(*line));
            items.push(Tuple::from_slice(th, &[&name, &line]).up());
        }
        let made = Tuple::new(th, items);
        self.lists.insert(key, made.clone());
        made
    }
}

#[pymodule(name = "_tracemalloc")]
pub mod tracemalloc {
    //! Debug module to trace memory blocks allocated by Python.
    use super::*;

    /// Return True if the tracemalloc module is tracing Python memory allocations.
    #[function]
    fn is_tracing() -> bool {
        LIMIT.load(Relaxed) != 0
    }

    /// Clear traces of memory blocks allocated by Python.
    #[function]
    fn clear_traces() {
        let old = TABLES.lock().as_mut().map(core::mem::take);
        drop(old);
    }

    /// Get traces of all memory blocks allocated by Python.
    ///
    /// Return a list of (size: int, traceback: tuple) tuples.
    /// traceback is a tuple of (filename: str, lineno: int) tuples.
    ///
    /// Return an empty list if the tracemalloc module is disabled.
    #[function]
    fn _get_traces(th: &mut Thread) -> Ref<List> {
        let copy = |(&(domain, _), (bytes, traceback)): (&(u32, usize), &(usize, Traceback))| (domain, *bytes, traceback.clone());
        let blocks: Vec<_> = with_tables(|tables| tables.blocks.iter().map(copy).collect()).unwrap_or_default();
        let mut made = Made::default();
        let mut traces = Vec::with_capacity(blocks.len());
        for (domain, bytes, traceback) in blocks {
            let frames = made.frames(th, &traceback.frames);
            let (domain, bytes) = (Int::from_i64(th, domain.into()), Int::from_usize(th, bytes));
            let total = Int::from_i64(th, traceback.total.into());
            traces.push(Tuple::from_slice(th, &[&*domain, &*bytes, &*frames, &*total]).up());
        }
        List::new(th, traces)
    }

    /// Get the traceback where the Python object obj was allocated.
    ///
    /// Return a tuple of (filename: str, lineno: int) tuples.
    /// Return None if the tracemalloc module is disabled or did not
    /// trace the allocation of the object.
    #[function(sig = "(obj, /)")]
    fn _get_object_traceback(th: &mut Thread, obj: &Object) -> Ref<Object> {
        traceback_of(th, OWN, heap::alloc::block_of(obj) as usize).map_or_else(objects::none_ref, Ref::up)
    }

    /// Start tracing Python memory allocations.
    ///
    /// Also set the maximum number of frames stored in the traceback of a
    /// trace to nframe.
    #[function(sig = "(nframe=1, /)")]
    fn start(th: &mut Thread, nframe: i32) -> Result<(), Raised> {
        match usize::try_from(nframe) {
            Ok(limit) if (1..=MOST_FRAMES).contains(&limit) => {
                begin(th, limit);
                Ok(())
            }
            _ => Err(raise::value_error(th, format_args!("the number of frames must be in range [1; {MOST_FRAMES}]"))),
        }
    }

    /// Stop tracing Python memory allocations.
    ///
    /// Also clear traces of memory blocks allocated by Python.
    #[function]
    fn stop(th: &mut Thread) {
        if LIMIT.load(Relaxed) != 0 {
            end(th);
        }
    }

    /// Get the maximum number of frames stored in the traceback of a trace.
    ///
    /// By default, a trace of an allocated memory block only stores
    /// the most recent frame: the limit is 1.
    #[function]
    fn get_traceback_limit() -> usize {
        LAST_LIMIT.load(Relaxed)
    }

    /// Get the memory usage in bytes of the tracemalloc module.
    ///
    /// This memory is used internally to trace memory allocations.
    #[function]
    fn get_tracemalloc_memory() -> usize {
        with_tables(|tables| {
            let lists: usize = tables.frames.keys().map(|frames| size_of_val(&**frames) + 2 * size_of::<usize>()).sum();
            let block = size_of::<((u32, usize), (usize, Traceback))>() + 1;
            lists + tables.frames.capacity() * (size_of::<Frames>() + 1) + tables.blocks.capacity() * block
        })
        .unwrap_or(0)
    }

    /// Get the current size and peak size of memory blocks traced by tracemalloc.
    ///
    /// Returns a tuple: (current: int, peak: int).
    #[function]
    fn get_traced_memory(th: &mut Thread) -> Ref<Tuple> {
        let (now, peak) = with_tables(|tables| (tables.now, tables.peak)).unwrap_or((0, 0));
        let (now, peak) = (Int::from_usize(th, now), Int::from_usize(th, peak));
        Tuple::from_slice(th, &[&now, &peak])
    }

    /// Set the peak size of memory blocks traced by tracemalloc to the current size.
    ///
    /// Do nothing if the tracemalloc module is not tracing memory allocations.
    #[function]
    fn reset_peak() {
        with_tables(|tables| tables.peak = tables.now);
    }
}
