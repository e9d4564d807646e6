//! Debug builds keep the memory of ended objects for a while once foreign code has run: a count that is given up too often is then found, and named,
//! in the place of memory that belongs to another object by then.
//!
//! Invariant: the count of what lies here is 0. Whoever lowers it through us is stopped there ([`super::fail::count_below_zero`]); what C did to it
//! with its own macros is found when the memory is given back.

use std::collections::{HashMap, VecDeque};

use crate::sync::{AtomicBool, Mutex, Ordering::*};
use crate::{Object, Thread};

static ACTIVE: AtomicBool = AtomicBool::new(false);
static GRAVES: Mutex<Option<Graves>> = Mutex::new(None);

/// So many objects, and so many bytes, are kept.
const MOST: usize = 8192;
const MOST_BYTES: usize = 4 << 20;

#[derive(Default)]
struct Graves {
    known: HashMap<usize, String>,
    order: VecDeque<Grave>,
    bytes: usize,
}

struct Grave {
    object: usize,
    block: usize,
    bytes: usize,
}

/// Foreign code runs: from now on ended objects are kept. Not under a sanitizer, which sees that somebody touches what has ended only where it was
/// given back, and keeps it for longer.
#[inline]
pub(super) fn open() {
    // What is overwritten shows late uses in its own way.
    if !cfg!(pyston_sanitizer) && !ACTIVE.load(Relaxed) && !crate::alloc::fills() {
        ACTIVE.store(true, Relaxed);
    }
}

/// Whether ended objects are kept.
#[inline]
pub fn is_open() -> bool {
    ACTIVE.load(Relaxed)
}

/// Keeps the memory of an ended object; gives back, by `free`, what has been kept for long.
///
/// # Safety
/// R2: the object has ended, and nobody else gives its memory back.
pub(crate) unsafe fn bury(th: &Thread, object: &Object, block: *mut u8, bytes: usize, free: &mut dyn FnMut(*mut u8, usize)) {
    let object_address = core::ptr::from_ref(object).addr();
    let mut text = format!("of type '{}', ended", String::from_utf8_lossy(object.ty().tp_name_bytes()));
    if let Some(function) = super::function_in(th.world.running()) {
        text.push_str(&format!(" by {}", super::names::quick(function)));
    }
    object.head().count.store(0, Release);
    let mut out = Vec::new();
    {
        let mut graves = GRAVES.lock();
        let graves = graves.get_or_insert_default();
        graves.known.insert(object_address, text);
        graves.order.push_back(Grave { object: object_address, block: block.expose_provenance(), bytes });
        graves.bytes += bytes;
        while graves.order.len() > MOST || graves.bytes > MOST_BYTES {
            let Some(grave) = graves.order.pop_front() else { break };
            graves.bytes -= grave.bytes;
            out.push((graves.known.remove(&grave.object), grave));
        }
    }
    for (known, grave) in out {
        // SAFETY: R2: the memory is still ours.
        let count = unsafe { &*core::ptr::with_exposed_provenance::<Object>(grave.object) }.head().count.load(Relaxed);
        if count != 0 {
            let known = known.unwrap_or_default();
            crate::hooks::hooks().fatal(&format!("the count of an object that has ended was changed to {}: {known} at {:#x}", count as i32, grave.object));
        }
        free(core::ptr::with_exposed_provenance_mut(grave.block), grave.bytes);
    }
}

/// What lies at this address, if it has ended.
pub(crate) fn describe(object: *const Object) -> Option<String> {
    GRAVES.lock().as_ref()?.known.get(&object.addr()).cloned()
}
