//! The thread record: who I am, what is mine, what I raise, my free lists and my queue of ended objects (R5, R10, R11).
//!
//! Invariant: all fields are `Cell` or atomic and reached through `&self`; `&mut Thread` is only the capability to call out (R10).
//! The record begins with the ABI's thread state, so that a `PyThreadState*` is a `*mut Thread`.

use core::cell::{Cell, UnsafeCell};
use core::marker::PhantomPinned;

use crate::alloc::FreeLists;
use crate::collect::track::TrackList;
use crate::sync::Mutex;
use crate::world::WorldSlot;
use crate::{Heaped, Object, Ref};

/// What a fallible operation returns when a Python exception was raised: the exception itself is in the thread state.
#[must_use = "a raised exception must be handled or passed on"]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised(());

const _: () = assert!(size_of::<Result<Ref<Object>, Raised>>() == 8);

/// The record of one Python thread.
#[repr(C)]
pub struct Thread {
    abi: UnsafeCell<abi::PyThreadState>,
    id: Cell<u16>,
    tracing: Cell<bool>,
    pub(crate) free: FreeLists,
    pub(crate) zero: UnsafeCell<Vec<*const Object>>,
    /// How many entries of `zero`, from the front, wait for an end that is under way further up the stack: what runs for that end, a finalizer
    /// say, leaves them alone, as CPython ends one sibling after the other.
    pub(crate) zero_waiting: Cell<usize>,
    /// Counts given up while detached: they are lowered when the thread attaches.
    late: UnsafeCell<Vec<*const Object>>,
    /// What foreign code in shared mode has borrowed (`foreign::keep`).
    pub(crate) lent: UnsafeCell<Vec<Ref<Object>>>,
    pub(crate) track: TrackList,
    /// What private objects hold becomes common just now.
    pub(crate) sharing: Cell<bool>,
    /// Counts of hot common objects (R12).
    pub(crate) counts: crate::hot::Counts,
    /// What it waited for, while that is measured.
    pub(crate) contention: crate::contention::Own,
    /// This thread's place in the world lock.
    pub world: WorldSlot,
    /// The base of the chain of handled exceptions.
    exc_base: UnsafeCell<abi::_PyErr_StackItem>,
    /// How many instructions without a specialised form this thread has met; they begin anew from time to time.
    pub unspecialized: Cell<u32>,
    /// How many locks of common objects this thread has taken; they begin anew from time to time.
    pub(crate) locks: Cell<u32>,
    /// The innermost critical section of foreign code in shared mode, marked ([`crate::locks::sections`]).
    pub(crate) sections: Cell<usize>,
    /// The interpreter's data for this thread.
    pub interp: Cell<*mut ()>,
    /// The object layer's data for this thread (repr guards, caches).
    pub objects: Cell<*mut ()>,
    /// Lowest stack address that native recursion may reach.
    pub stack_limit: Cell<usize>,
    _pin: PhantomPinned,
}

thread_local! {
    static CURRENT: Cell<*const Thread> = const { Cell::new(core::ptr::null()) };
}

/// The calling thread's record; null on threads that Python does not know.
#[inline(always)]
pub(crate) fn current() -> *const Thread {
    CURRENT.with(Cell::get)
}

/// Reads the calling thread's record in a place that has none at hand; on threads that Python does not know there is nothing to read.
pub fn with_current<R>(read: impl FnOnce(&Thread) -> R) -> Option<R> {
    let th = CURRENT.try_with(Cell::get).ok().filter(|th| !th.is_null())?;
    // SAFETY: R10: the record is the calling thread's own and lives while it is entered; `&Thread` is no capability.
    Some(read(unsafe { &*th }))
}

/// What C takes for the interpreter: there is one, and nothing in it is for C to read.
pub fn interpreter() -> *mut abi::PyInterpreterState {
    static INTERPRETER: u64 = 0;
    (&raw const INTERPRETER).cast_mut().cast()
}

/// Stack that the end of an object may take: with less an object waits until others have ended.
pub(crate) const DEATH_ROOM: usize = 96 << 10;

static ORPHANS: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Whether a second Python thread was ever started: from then on new objects are born private (R5).
#[inline(always)]
pub fn multi_threaded_ever() -> bool {
    crate::world::WORLD.several_ever()
}

/// Drops a reference of a holder that may hold what is private to another thread (thread-local data): then that thread drops it, at its next
/// safepoint.
pub fn drop_by_owner(reference: Ref<Object>) {
    match with_current(|th| reference.owner() == 0 || th.is_mine(&reference)) {
        Some(true) => drop(reference),
        // SAFETY: R2: the count moves to the queue.
        _ => queue_late_global(unsafe { &*reference.into_raw().cast::<Object>() }),
    }
}

/// Queues a count that a thread without a record gave up (compile threads, R11).
pub(crate) fn queue_late_global(object: &Object) {
    let mut orphans = ORPHANS.lock();
    orphans.push(core::ptr::from_ref(object) as usize);
    drop(orphans);
    crate::world::WORLD.ask_all(crate::world::poll::DRAIN);
}

impl Thread {
    /// Where the stack of frames has its top and its limit, and how many frames may still be entered (32 bits).
    pub const STACK_TOP_OFFSET: usize = core::mem::offset_of!(Thread, abi) + core::mem::offset_of!(abi::PyThreadState, datastack_top);
    pub const STACK_LIMIT_OFFSET: usize = core::mem::offset_of!(Thread, abi) + core::mem::offset_of!(abi::PyThreadState, datastack_limit);
    pub const RECURSION_OFFSET: usize = core::mem::offset_of!(Thread, abi) + core::mem::offset_of!(abi::PyThreadState, py_recursion_remaining);

    /// Where it has its innermost frame, and the lowest address that native recursion may reach.
    pub const FRAME_OFFSET: usize = core::mem::offset_of!(Thread, abi) + core::mem::offset_of!(abi::PyThreadState, current_frame);
    pub const NATIVE_LIMIT_OFFSET: usize = core::mem::offset_of!(Thread, stack_limit);

    /// A record with the given id (never 0) and its place in the world lock.
    pub fn new(id: u16, world: WorldSlot) -> Box<Thread> {
        assert!(id != 0, "0 is the owner of common objects");
        let th = Box::new(Thread {
            abi: UnsafeCell::new(abi::PyThreadState::ZERO),
            id: Cell::new(id),
            tracing: Cell::new(false),
            free: FreeLists::new(),
            zero: UnsafeCell::new(Vec::with_capacity(64)),
            zero_waiting: Cell::new(0),
            late: UnsafeCell::new(Vec::new()),
            lent: UnsafeCell::new(Vec::new()),
            track: TrackList::new(id),
            sharing: Cell::new(false),
            counts: crate::hot::Counts::new(),
            contention: crate::contention::Own::new(),
            world,
            exc_base: UnsafeCell::new(abi::_PyErr_StackItem { exc_value: core::ptr::null_mut(), previous_item: core::ptr::null_mut() }),
            unspecialized: Cell::new(0),
            locks: Cell::new(0),
            sections: Cell::new(0),
            interp: Cell::new(core::ptr::null_mut()),
            objects: Cell::new(core::ptr::null_mut()),
            stack_limit: Cell::new(0),
            _pin: PhantomPinned,
        });
        // SAFETY: R10: only this thread reads the field.
        unsafe {
            (*th.abi.get()).exc_info = th.exc_base.get();
            (*th.abi.get()).interp = interpreter();
            // pybind11 counts with it, and deletes the state that comes to zero.
            (*th.abi.get()).gilstate_counter = 1;
        }
        th
    }

    /// Makes this record the calling thread's.
    pub fn enter(&self) {
        CURRENT.set(core::ptr::from_ref(self));
    }

    /// Ends what [`Thread::enter`] began.
    pub fn leave(&self) {
        CURRENT.set(core::ptr::null());
    }

    /// The calling thread's record, for entries from C.
    ///
    /// # Safety
    /// R10: the caller is the outermost Rust frame of this activation and uses no other `&mut Thread` while this one lives;
    /// the thread is known to Python.
    #[inline(always)]
    pub unsafe fn from_tls<'a>() -> &'a mut Thread {
        let th = current().cast_mut();
        debug_assert!(!th.is_null(), "called from a thread that Python does not know");
        // SAFETY: the caller's promise; all fields are cells.
        unsafe { &mut *th }
    }

    /// Whether the calling thread has a record.
    pub fn is_known() -> bool {
        !current().is_null()
    }

    /// This thread's id; never 0.
    #[inline(always)]
    pub fn id(&self) -> u16 {
        self.id.get()
    }

    /// R5: 0 while the thread is alone or holds the world, else its id. It changes at the thread's own taken safepoints.
    #[inline(always)]
    pub fn also(&self) -> u16 {
        self.world.also()
    }

    /// Whether plain loads, stores and counts on the object are legal (R5).
    #[inline(always)]
    pub fn is_mine(&self, object: &Object) -> bool {
        self.world.is_mine(object.owner())
    }

    /// Tells moments apart between which this thread has locked some common object, as it does before it changes one's size.
    #[inline(always)]
    pub fn locks_taken(&self) -> u32 {
        self.locks.get()
    }

    /// Whether this is the only thread that can touch objects now.
    #[inline(always)]
    pub fn is_alone(&self) -> bool {
        self.world.also() == 0
    }

    /// Whether the traversal that asks is for sharing what the object holds (R6).
    pub fn is_sharing(&self) -> bool {
        self.sharing.get()
    }

    /// Word 0 of an object that this thread makes now.
    #[inline(always)]
    pub(crate) fn birth_word(&self) -> u64 {
        self.world.birth()
    }

    /// The ABI's view of this record.
    #[inline(always)]
    pub fn abi(&self) -> *mut abi::PyThreadState {
        self.abi.get()
    }

    // --- the exception being raised, and those being handled (design, section 5) ---

    /// Makes `exception` the raised one; what was raised before ends later, through the queue.
    #[inline(never)]
    pub fn set_exception(&self, exception: Ref<Object>) -> Raised {
        // SAFETY: R10: only this thread touches its exception field; the field holds a count or is null.
        unsafe {
            let field = &raw mut (*self.abi.get()).current_exception;
            let old = core::mem::replace(&mut *field, exception.into_raw());
            drop(Ref::<Object>::from_raw_nullable(old));
        }
        Raised(())
    }

    /// States that an exception is raised already (a C entry returned null).
    #[inline(always)]
    pub fn already_raised(&self) -> Raised {
        debug_assert!(self.exception().is_some(), "an error was returned without an exception");
        Raised(())
    }

    /// The raised exception.
    #[inline(always)]
    pub fn exception(&self) -> Option<&Object> {
        // SAFETY: R10, as in `set_exception`.
        unsafe { (*self.abi.get()).current_exception.cast::<Object>().as_ref() }
    }

    /// Takes the raised exception out: the error is handled.
    #[inline]
    pub fn take_exception(&self) -> Option<Ref<Object>> {
        // SAFETY: R10, as in `set_exception`; the count moves to the caller.
        unsafe {
            let field = &raw mut (*self.abi.get()).current_exception;
            Ref::from_raw_nullable(core::mem::replace(&mut *field, core::ptr::null_mut()))
        }
    }

    /// The innermost record of the chain of handled exceptions (`exc_info`).
    #[inline(always)]
    pub fn exc_info(&self) -> *mut abi::_PyErr_StackItem {
        // SAFETY: R10: this thread's own field, never null.
        unsafe { (*self.abi.get()).exc_info }
    }

    /// Links another record as the innermost (generators bring their own); returns the old one.
    #[inline(always)]
    pub fn set_exc_info(&self, item: *mut abi::_PyErr_StackItem) -> *mut abi::_PyErr_StackItem {
        // SAFETY: R10: this thread's own field.
        unsafe { core::mem::replace(&mut (*self.abi.get()).exc_info, item) }
    }

    /// The exception that the innermost active handler handles (`sys.exception()`).
    pub fn handled_exception(&self) -> Option<Ref<Object>> {
        let mut item = self.exc_info();
        while !item.is_null() {
            // SAFETY: R10: records of the chain belong to this thread's frames and generators and are live.
            let (value, next) = unsafe { ((*item).exc_value, (*item).previous_item) };
            if !value.is_null() {
                // SAFETY: the record holds a count.
                let value = unsafe { Object::borrow(value) };
                if !crate::hooks::hooks().is_none(value) {
                    return Some(self.retain(value));
                }
            }
            item = next;
        }
        None
    }

    /// Replaces the handled exception of the innermost record; returns the old one.
    #[inline]
    pub fn swap_handled(&self, value: Option<Ref<Object>>) -> Option<Ref<Object>> {
        let item = self.exc_info();
        // SAFETY: R10: the innermost record is live and this thread's own; it holds a count or null.
        unsafe {
            let new = value.map_or(core::ptr::null_mut(), Ref::into_raw);
            Ref::from_raw_nullable(core::mem::replace(&mut (*item).exc_value, new))
        }
    }

    /// Takes the dict that extensions keep for this thread (`PyThreadState_GetDict`), if there is one.
    pub fn take_dict(&self) -> Option<Ref<Object>> {
        // SAFETY: R10: this thread's own field, which holds a count or is null.
        unsafe { Ref::from_raw_nullable(core::mem::replace(&mut (*self.abi.get()).dict, core::ptr::null_mut())) }
    }

    // --- objects whose last reference is gone (R11) ---

    #[inline(always)]
    pub(crate) fn queue_zero(&self, object: &Object) {
        // SAFETY: R10: the queue is this thread's own; no reference into it outlives a statement.
        unsafe { (*self.zero.get()).push(object) }
    }

    /// Remembers a count that is given up while this thread is detached.
    pub(crate) fn queue_late(&self, object: &Object) {
        // SAFETY: R10: the queue is this thread's own; no reference into it outlives a statement.
        unsafe { (*self.late.get()).push(object) }
    }

    /// Gives up the counts that were dropped while detached. Called when attached again.
    #[inline(always)]
    pub(crate) fn lower_late(&self) {
        // SAFETY: as in `queue_late`.
        if unsafe { !(*self.late.get()).is_empty() } {
            self.lower_late_slow();
        }
    }

    #[cold]
    fn lower_late_slow(&self) {
        // SAFETY: as in `queue_late`.
        for object in core::mem::take(unsafe { &mut *self.late.get() }) {
            // SAFETY: R2: the count that was dropped is still there.
            crate::refs::drop_count(unsafe { &*object });
        }
    }

    /// Whether objects wait for their end.
    #[inline(always)]
    pub fn has_zero(&self) -> bool {
        // SAFETY: as in `queue_zero`.
        unsafe { (*self.zero.get()).len() > self.zero_waiting.get() }
    }

    /// Runs `look`, during which the objects that wait for their end go on waiting: while a collection looks, an extension's `tp_traverse` may call
    /// functions of ours that would end them.
    pub(crate) fn without_ends<R>(&mut self, look: impl FnOnce(&mut Thread) -> R) -> R {
        // SAFETY: as in `queue_zero`.
        let waiting = unsafe { (*self.zero.get()).len() };
        let before = self.zero_waiting.replace(waiting);
        let result = look(self);
        self.zero_waiting.set(before);
        result
    }

    /// Ends the objects whose last reference was dropped since (the interpreter calls this as an instruction ends).
    #[inline(always)]
    pub fn drain_zero(&mut self) {
        if self.has_zero() {
            self.drain_zero_from(self.zero_waiting.get());
        }
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn drain_zero_from(&mut self, base: usize) {
        while self.last_zero(base).is_some() {
            self.end_last_zero();
        }
    }

    /// How many objects wait for their end.
    #[inline(always)]
    pub(crate) fn zero_len(&self) -> usize {
        // SAFETY: as in `queue_zero`.
        unsafe { (*self.zero.get()).len() }
    }

    /// The object that ends next of those from this place of the queue on.
    #[inline(always)]
    pub(crate) fn last_zero(&self, base: usize) -> Option<*const Object> {
        // SAFETY: as in `queue_zero`.
        unsafe { (&*self.zero.get()).get(base..)?.last().copied() }
    }

    /// Ends the object that waits last.
    #[inline(always)]
    pub(crate) fn end_last_zero(&mut self) {
        // SAFETY: as in `queue_zero`.
        let Some(object) = (unsafe { (*self.zero.get()).pop() }) else { return };
        let len = self.zero_len();
        let before = self.zero_waiting.replace(len);
        // SAFETY: R2: queued objects have count 0 and are ended once, here.
        self.end_object(unsafe { &*object });
        self.zero_waiting.set(before);
        // SAFETY: as in `queue_zero`.
        let queue = unsafe { &mut *self.zero.get() };
        // Children end in the order in which the parent let them go, each before its next sibling, as with nested calls.
        if queue.len() > len + 1 {
            queue[len..].reverse();
        }
    }

    /// The count of `object` reached zero: ends it and whatever falls with it.
    #[inline(never)]
    pub fn die(&mut self, object: &Object) {
        let ty = object.ty();
        if ty.flags() & (crate::typ::flags::LEAF | crate::typ::flags::FOREIGN) == crate::typ::flags::LEAF {
            // SAFETY: R2: the count is zero.
            unsafe { self.free_leaf(object) };
            return;
        }
        if self.stack_is_below(DEATH_ROOM) {
            // Objects whose ends nest natively (a finalizer, a generator's frame): whoever drains the queue further up ends it.
            self.queue_zero(object);
            return;
        }
        // SAFETY: as in `queue_zero`.
        let base = unsafe { (*self.zero.get()).len() };
        let before = self.zero_waiting.replace(base);
        self.end_object(object);
        self.zero_waiting.set(before);
        // SAFETY: as in `queue_zero`.
        let queue = unsafe { &mut *self.zero.get() };
        if queue.len() > base {
            queue[base..].reverse();
            self.drain_zero_from(base);
        }
    }

    /// Gives up the counts that threads without a record dropped.
    pub fn drain_orphans(&mut self) {
        let may_end = |object: &usize| {
            // SAFETY: R2: the count that was dropped is still there.
            let object = unsafe { &*(*object as *const Object) };
            object.owner() == 0 || self.is_mine(object)
        };
        let orphans: Vec<usize> = ORPHANS.lock().extract_if(.., |object| may_end(object)).collect();
        for object in orphans {
            // SAFETY: R2: the count that was dropped is still there, and moves into the reference.
            self.release(unsafe { Ref::<Object>::from_raw((object as *mut Object).cast()) });
        }
    }

    /// Whether tracing functions run now (they do not trace themselves).
    pub fn is_tracing(&self) -> bool {
        self.tracing.get()
    }

    /// See [`Thread::is_tracing`].
    pub fn set_tracing(&self, on: bool) -> bool {
        self.tracing.replace(on)
    }

    /// Whether less than `room` bytes of the stack are left before native recursion must stop.
    #[inline(always)]
    pub fn stack_is_below(&self, room: usize) -> bool {
        let here = 0u8;
        (&raw const here as usize) < self.stack_limit.get().saturating_add(room)
    }

    /// Whether native recursion must stop here (`RecursionError`).
    #[inline(always)]
    pub fn stack_is_low(&self) -> bool {
        let here = 0u8;
        (&raw const here as usize) < self.stack_limit.get()
    }

    /// Borrows an object's identity for comparison with a heap field.
    #[inline(always)]
    pub fn same<T: Heaped, U: Heaped>(a: &T, b: &U) -> bool {
        core::ptr::eq(a.as_object(), b.as_object())
    }
}
