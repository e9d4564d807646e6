//! Who is told when objects begin and end (C's `PyRefTracer_SetTracer`).
//!
//! Invariant: it is told by the thread that makes or ends the object, which may hold locks of containers: it takes no safepoint and makes no
//! objects. Other threads run meanwhile, and may be telling it of theirs (as without a GIL in CPython).

use core::cell::Cell;
use core::ffi::{c_int, c_void};

use crate::sync::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use crate::{Object, Thread};

/// What is called: the object, what happens to it, and the word that was given with the function.
pub type Witness = unsafe extern "C-unwind" fn(*mut abi::PyObject, c_int, *mut c_void) -> c_int;

/// What happens to an object: the numbers are the ABI's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum Event {
    /// It was made; of its fields only the header is written.
    Begins = 0,
    /// Its last count is gone; its fields are there.
    Ends = 1,
}

/// Whether there is a witness: looked at by every end of an object. Changed while the world is held.
static WATCHED: AtomicBool = AtomicBool::new(false);
/// The witness's address, 0 for none.
static WITNESS: AtomicUsize = AtomicUsize::new(0);
static DATA: AtomicUsize = AtomicUsize::new(0);

std::thread_local! {
    /// The witness runs in this thread: what it makes or ends is not told.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether somebody wants to know.
#[inline(always)]
pub fn is_watched() -> bool {
    WATCHED.load(Relaxed)
}

/// The witness and its word.
pub fn witness() -> (Option<Witness>, *mut c_void) {
    let address: *const () = core::ptr::with_exposed_provenance(WITNESS.load(Relaxed));
    // SAFETY: R4: null, or a function that `Thread::watch_lives` was given.
    let witness = unsafe { core::mem::transmute::<*const (), Option<Witness>>(address) };
    (witness, core::ptr::with_exposed_provenance_mut(DATA.load(Relaxed)))
}

/// Tells the witness, if there is one.
#[cold]
#[inline(never)]
pub fn tell(th: &Thread, object: &Object, event: Event) {
    let (Some(witness), data) = witness() else { return };
    if INSIDE.try_with(|inside| inside.replace(true)).unwrap_or(true) {
        return;
    }
    let before = th.world.running();
    if before == 0 {
        // As a function in shared mode: the API may be called, and nobody waits for the world here.
        th.world.set_running(crate::foreign::in_shared(witness as *const ()));
    }
    // SAFETY: R4: the function has the ABI's type; the object is this thread's to look at until the call is over.
    unsafe { witness(object.as_ptr(), event as c_int, data) };
    th.world.set_running(before);
    let _ = INSIDE.try_with(|inside| inside.set(false));
}

impl Thread {
    /// Tells `witness` of every object from now on, or nobody.
    pub fn watch_lives(&mut self, witness: Option<Witness>, data: *mut c_void) {
        let stopped = crate::world::stop_for(self, crate::contention::Reason::Tracing);
        WITNESS.store(witness.map_or(0, |witness| (witness as *const ()).expose_provenance()), Relaxed);
        DATA.store(data.expose_provenance(), Relaxed);
        WATCHED.store(witness.is_some(), Relaxed);
        crate::alloc::keep_as_wanted(self);
        drop(stopped);
    }
}
