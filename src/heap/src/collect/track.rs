//! Which objects the collector knows: per-thread lists of new objects, one list of old ones.
//!
//! A tracked object's gc word is the address of its *cell* in a list's chunk, with the list's id above it. The owner of a
//! list appends and recycles holes without atomics; another thread that ends an object only clears its cell.
//! Old objects that are one thread's own are in a list of that thread, all others in [`OLD_LIST`].
//! Invariant: a cell names a live tracked object, or is 0, or (lowest bit set) links to the next hole of the same list.

use core::cell::{Cell, UnsafeCell};

use super::Generation;
use super::cycle::Garbage;
use crate::sync::{AtomicU64, AtomicUsize, Mutex, Ordering::*};
use crate::{Object, Thread};

/// A page: larger chunks the allocator would only align by taking twice as much.
pub(crate) const CHUNK_BYTES: usize = 4096;
pub(crate) const CELLS: usize = (CHUNK_BYTES - 16) / 8;
const ADDRESS: u64 = (1 << 48) - 1;
/// The id of the list of old objects (thread ids are smaller).
pub(crate) const OLD: u16 = u16::MAX;

/// A block of cells, aligned to its size, so that a cell finds its chunk by masking.
#[repr(C, align(4096))]
pub(crate) struct Chunk {
    /// Index of the first cell in the running collection's side table.
    pub(crate) base: Cell<u32>,
    /// The serial of the last collection that took this chunk as a candidate.
    pub(crate) serial: Cell<u32>,
    used: Cell<u32>,
    _spare: u32,
    pub(crate) cells: [AtomicUsize; CELLS],
}

const _: () = assert!(size_of::<Chunk>() == CHUNK_BYTES);

impl Chunk {
    fn new() -> *mut Chunk {
        let layout = core::alloc::Layout::new::<Chunk>();
        // SAFETY: the layout is not empty; an all-zero chunk is valid.
        let chunk = unsafe { std::alloc::alloc_zeroed(layout) };
        if chunk.is_null() {
            crate::alloc::out_of_memory();
        }
        chunk.cast()
    }

    pub(crate) unsafe fn free(chunk: *mut Chunk) {
        // SAFETY: made by `Chunk::new`, unlinked by the caller.
        unsafe { std::alloc::dealloc(chunk.cast(), core::alloc::Layout::new::<Chunk>()) }
    }

    /// How many cells have ever been used.
    pub(crate) fn used(&self) -> usize {
        self.used.get() as usize
    }

    pub(crate) fn set_used(&self, used: usize) {
        self.used.set(used as u32);
    }

    /// The chunk of a gc word's cell.
    pub(crate) fn of_word(word: u64) -> *const Chunk {
        ((word & ADDRESS) as usize & !(CHUNK_BYTES - 1)) as *const Chunk
    }

    /// Index of a gc word's cell within its chunk.
    pub(crate) fn cell_index(word: u64) -> usize {
        (((word & ADDRESS) as usize & (CHUNK_BYTES - 1)) - core::mem::offset_of!(Chunk, cells)) / 8
    }
}

/// The objects that one thread made since the last collection.
pub(crate) struct TrackList {
    id: u16,
    chunks: UnsafeCell<Vec<*mut Chunk>>,
    next: Cell<*const AtomicUsize>,
    end: Cell<*const AtomicUsize>,
    hole: Cell<usize>,
    /// Objects tracked less objects untracked by this thread since the last collection.
    net: Cell<i64>,
    /// Net growth that asks for a collection.
    pub(crate) threshold: Cell<i64>,
    /// Objects of the old list that this thread untracked since the last collection.
    pub(crate) old_ended: Cell<usize>,
    /// Old objects that are this thread's own, which its own full collections look at.
    aged: UnsafeCell<OldList>,
    /// How many of them live, about; and how many did after the last full collection that looked at them.
    pub(crate) aged_live: Cell<usize>,
    pub(crate) aged_after_full: Cell<usize>,
    /// This thread's own collections since then.
    pub(crate) young_since_full: Cell<usize>,
    /// Garbage of this thread's own that another thread's collection found.
    handed: UnsafeCell<Garbage>,
    /// How often this thread had attached when a collection last stopped the world. Touched with the world held.
    pub(crate) attaches: Cell<u32>,
    /// Common objects that this thread's last own collection left to the next one that stops the world.
    pub(crate) common: Cell<usize>,
    /// This thread is in a collection of its own.
    pub(crate) collecting: Cell<bool>,
    /// Which full collection this thread's last young one followed.
    pub(crate) round: Cell<usize>,
}

impl TrackList {
    pub(crate) fn new(id: u16) -> TrackList {
        TrackList {
            id,
            chunks: UnsafeCell::new(Vec::new()),
            next: Cell::new(core::ptr::null()),
            end: Cell::new(core::ptr::null()),
            hole: Cell::new(0),
            net: Cell::new(0),
            threshold: Cell::new(super::STATE.young_threshold()),
            old_ended: Cell::new(0),
            aged: UnsafeCell::new(OldList { chunks: Vec::new() }),
            aged_live: Cell::new(0),
            aged_after_full: Cell::new(0),
            young_since_full: Cell::new(0),
            handed: UnsafeCell::new(Garbage::default()),
            attaches: Cell::new(0),
            common: Cell::new(0),
            collecting: Cell::new(false),
            round: Cell::new(0),
        }
    }

    #[inline(always)]
    fn push(&self, object: &Object) -> u64 {
        let address = core::ptr::from_ref(object) as usize;
        let hole = self.hole.get();
        let cell = if hole != 0 {
            hole as *const AtomicUsize
        } else {
            let next = self.next.get();
            if next == self.end.get() { self.grow() } else { next }
        };
        // SAFETY: the cell is this list's own: a hole, or the next unused one.
        unsafe {
            if hole != 0 {
                self.hole.set((*cell).load(Relaxed) & !1);
            } else {
                self.next.set(cell.add(1));
            }
            (*cell).store(address, Relaxed);
        }
        cell as u64 | (u64::from(self.id) << 48)
    }

    #[cold]
    fn grow(&self) -> *const AtomicUsize {
        // SAFETY: only the owner touches the vector while the world runs.
        let chunks = unsafe { &mut *self.chunks.get() };
        let chunk = Chunk::new();
        chunks.push(chunk);
        // SAFETY: a fresh chunk.
        let first = unsafe { (*chunk).cells.as_ptr() };
        self.next.set(first);
        // SAFETY: one past the last cell.
        self.end.set(unsafe { first.add(CELLS) });
        first
    }

    /// Visits the chunks (the world is held); cells never used are 0.
    pub(crate) fn for_each_chunk(&self, visit: &mut dyn FnMut(&Chunk)) {
        // SAFETY: the world is held: the owner does not append.
        for &chunk in unsafe { &*self.chunks.get() } {
            // SAFETY: a chunk of this list.
            visit(unsafe { &*chunk });
        }
    }

    /// Takes all chunks out (the world is held, or the owner is ending): the list is empty afterwards.
    pub(crate) fn take_chunks(&self) -> Vec<*mut Chunk> {
        // SAFETY: the world is held or the caller is the owner.
        let chunks = core::mem::take(unsafe { &mut *self.chunks.get() });
        if let Some(&last) = chunks.last() {
            for &chunk in &chunks {
                // SAFETY: chunks of this list.
                unsafe { (*chunk).set_used(CELLS) };
            }
            if !self.next.get().is_null() {
                // SAFETY: `next` points into the last chunk.
                unsafe { (*last).set_used(self.next.get().offset_from((*last).cells.as_ptr()) as usize) };
            }
        }
        self.next.set(core::ptr::null());
        self.end.set(core::ptr::null());
        self.hole.set(0);
        self.net.set(0);
        chunks
    }

    /// Puts chunks back that hold objects which stay young. Their holes are not used again.
    pub(crate) fn keep_chunks(&self, kept: Vec<*mut Chunk>) {
        debug_assert!(self.next.get().is_null(), "the list was emptied before");
        // SAFETY: only the owner, which calls this, touches the vector while the world runs.
        unsafe { *self.chunks.get() = kept };
    }

    /// This thread's old objects (by the owner, or the world is held).
    fn with_aged<R>(&self, f: impl FnOnce(&mut OldList) -> R) -> R {
        // SAFETY: only the owner touches the list while the world runs; no `f` comes back here.
        f(unsafe { &mut *self.aged.get() })
    }

    /// Makes an object of this list an old one; returns its gc word. For the owner.
    pub(crate) fn age(&self, object: &Object) -> u64 {
        self.with_aged(|aged| aged.push(object))
    }

    /// Takes chunks of this thread's old objects over (by the owner, or the world is held).
    pub(crate) fn adopt_aged(&self, chunks: Vec<*mut Chunk>) {
        self.with_aged(|aged| aged.adopt(chunks));
    }

    /// Moves the old objects into fewer chunks if most cells are empty (the world is held).
    pub(crate) fn compact_aged(&self) {
        self.with_aged(|aged| aged.compact_if_sparse(self.aged_live.get()));
    }

    /// Visits the chunks of this thread's old objects (the world is held).
    pub(crate) fn for_each_aged_chunk(&self, visit: &mut dyn FnMut(&Chunk)) {
        // SAFETY: chunks of the list.
        self.with_aged(|aged| aged.chunks.iter().for_each(|&chunk| visit(unsafe { &*chunk })));
    }

    /// Whether a full collection of this thread's own objects pays off: they have grown by half since the last one, or by half of this thread's
    /// share of all old objects, or most of their cells are empty.
    pub(crate) fn full_is_due(&self) -> bool {
        let live = self.aged_live.get();
        let before = self.aged_after_full.get();
        let grown = live.saturating_sub(before);
        self.young_since_full.get() >= 10
            && (grown > before.max(super::STATE.share_after_full()) / 2 || self.with_aged(|aged| aged.is_sparse(live)))
    }

    /// Notes a collection that moved so many objects to the old ones.
    pub(crate) fn note_aged(&self, generation: Generation, moved: usize) {
        match generation {
            Generation::Young => {
                self.young_since_full.set(self.young_since_full.get() + 1);
                self.aged_live.set(self.aged_live.get() + moved);
            }
            Generation::Full => {
                self.young_since_full.set(0);
                self.aged_live.set(moved);
                self.aged_after_full.set(moved);
            }
        }
    }

    /// How many old objects this thread ended since the last collection.
    pub(crate) fn take_old_ended(&self) -> usize {
        let ended = self.old_ended.take();
        // Some of them were in the list of all.
        self.aged_live.set(self.aged_live.get().saturating_sub(ended));
        ended
    }

    /// The garbage that was handed over (the world is held, or by the owner).
    pub(crate) fn handed<R>(&self, f: impl FnOnce(&mut Garbage) -> R) -> R {
        // SAFETY: R5: the world is held or the caller is the owner, attached; neither `append` nor `take` come back here.
        f(unsafe { &mut *self.handed.get() })
    }

    /// Takes the aged objects' chunks out (the world is held, or the owner is ending).
    pub(crate) fn take_aged(&self) -> Vec<*mut Chunk> {
        self.with_aged(|aged| core::mem::take(&mut aged.chunks))
    }
}

/// Net new tracked objects of one thread that ask for a young collection, at least.
pub const LEAST_THRESHOLD: i64 = 10_000;

/// Old objects: survivors of a collection. The list of all is touched with the world held only.
#[derive(Default)]
pub(crate) struct OldList {
    pub(crate) chunks: Vec<*mut Chunk>,
}

// SAFETY: chunks are touched with the world held; the mutex orders the holders.
unsafe impl Send for OldList {}

pub(crate) static OLD_LIST: Mutex<OldList> = Mutex::new(OldList { chunks: Vec::new() });

/// Objects that no collection looks at (`gc.freeze`). Locked after the old list.
pub(crate) static FROZEN_LIST: Mutex<OldList> = Mutex::new(OldList { chunks: Vec::new() });

impl OldList {
    /// Takes chunks of old objects over (the world is held). The list's last chunk stays the last: it is the one with room.
    pub(crate) fn adopt(&mut self, mut chunks: Vec<*mut Chunk>) {
        chunks.append(&mut self.chunks);
        self.chunks = chunks;
    }

    /// Cells that name an object or a hole.
    fn cells(&self) -> usize {
        self.chunks.len() * CELLS
    }

    /// Whether far more cells are empty than those of so many objects are not.
    pub(crate) fn is_sparse(&self, live: usize) -> bool {
        self.cells() > 2 * live + (1 << 16)
    }

    /// [`OldList::compact`] if there are many empty cells.
    pub(crate) fn compact_if_sparse(&mut self, live: usize) {
        if self.is_sparse(live) {
            self.compact();
        }
    }

    /// Moves what lives into fewer chunks (the world is held): objects that ended leave holes, and full collections may be far apart.
    fn compact(&mut self) {
        for chunk in core::mem::take(&mut self.chunks) {
            // SAFETY: a chunk of this list, whose cells name live objects; the world is held.
            unsafe {
                for cell in &(&(*chunk).cells)[..(*chunk).used().min(CELLS)] {
                    let address = cell.load(Relaxed);
                    if address != 0 {
                        self.take_over(&*(address as *const Object));
                    }
                }
                Chunk::free(chunk);
            }
        }
    }

    /// Appends a tracked object, whose cell was another one.
    pub(crate) fn take_over(&mut self, object: &Object) {
        let word = self.push(object);
        if let Some(place) = object.gc_word() {
            place.store(word, Relaxed);
        }
    }

    /// Appends an object and returns its gc word.
    pub(crate) fn push(&mut self, object: &Object) -> u64 {
        let full = self.chunks.last().is_none_or(|&c| {
            // SAFETY: a chunk of this list.
            unsafe { (*c).used() == CELLS }
        });
        if full {
            self.chunks.push(Chunk::new());
        }
        let chunk = *self.chunks.last().expect("a chunk was just pushed");
        // SAFETY: a chunk of this list with at least one unused cell.
        unsafe {
            let index = (*chunk).used();
            (*chunk).set_used(index + 1);
            let cell = &(*chunk).cells[index];
            cell.store(core::ptr::from_ref(object) as usize, Relaxed);
            core::ptr::from_ref(cell) as u64 | (u64::from(OLD) << 48)
        }
    }
}

impl Thread {
    /// Makes the collector know an object of a type with `HAVE_GC` that was not made to be unknown ([`Thread::new_bare`]). It must be complete: the
    /// collector may visit it.
    #[inline(always)]
    pub fn track(&self, object: &impl crate::Heaped) {
        let object = object.as_object();
        let front = object.front();
        debug_assert!(front != 0, "nobody promised that the object is never tracked");
        if front != 0 {
            // SAFETY: the object is asked.
            unsafe { self.track_behind(object, front) };
        }
    }

    /// [`Thread::track`], where it is known what stands in front of the object.
    ///
    /// # Safety
    /// R3: `front` is [`Object::front`], and not 0.
    #[inline(always)]
    pub unsafe fn track_behind(&self, object: &Object, front: usize) {
        // SAFETY: the caller's promise.
        let word = unsafe { object.gc_word_behind(front) };
        if word.load(Relaxed) != 0 {
            return;
        }
        word.store(self.track.push(object), Relaxed);
        let net = self.track.net.get() + 1;
        self.track.net.set(net);
        if net >= self.track.threshold.get() {
            self.ask_for_collection();
        }
    }

    #[cold]
    fn ask_for_collection(&self) {
        // Asked again only after as many again, in case collections are disabled.
        self.track.net.set(0);
        crate::collect::request(self);
    }

    /// Makes the collector forget an object.
    #[inline(always)]
    pub fn untrack(&self, object: &impl crate::Heaped) {
        if let Some(word) = object.as_object().gc_word() {
            self.untrack_word(word);
        }
    }

    /// [`Thread::untrack`] of the object that has this word.
    #[inline(always)]
    pub(crate) fn untrack_word(&self, place: &AtomicU64) {
        let word = place.load(Relaxed);
        if word == 0 {
            return;
        }
        place.store(0, Relaxed);
        let cell = (word & ADDRESS) as *const AtomicUsize;
        // SAFETY: the cell belongs to a chunk that lives until a collection unlinks it, after it moved or cleared its cells.
        let cell = unsafe { &*cell };
        // The object lies behind its word or, with a prefix, one word further.
        let (at, named) = (core::ptr::from_ref(place).addr(), cell.load(Relaxed));
        debug_assert!(named == at + 8 || named == at + 16, "the collector's word at {at:#x} names a cell of {named:#x}");
        if (word >> 48) as u16 == self.track.id {
            cell.store(self.track.hole.get() | 1, Relaxed);
            self.track.hole.set(core::ptr::from_ref(cell) as usize);
            self.track.net.set(self.track.net.get() - 1);
        } else {
            // Release: the last that this thread does with the chunk (pairs with the owner's look before it frees the chunk).
            cell.store(0, Release);
            if (word >> 48) as u16 == OLD {
                self.track.old_ended.set(self.track.old_ended.get() + 1);
            }
        }
    }

    /// Whether the collector knows the object.
    pub fn is_tracked(&self, object: &Object) -> bool {
        object.gc_word().is_some_and(|word| word.load(Relaxed) != 0)
    }
}
