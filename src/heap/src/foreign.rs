//! Calling foreign code: which functions are foreign, and the gate around a call of one (R7, R14; design, section 4).
//!
//! Invariant: while foreign code runs, its thread's mark says in which mode ([`Mode`]); in exclusive mode the thread holds the world. What foreign
//! code is given is common (R7). Python code that runs inside a foreign call runs between [`suspend`] and [`resume`].
//!
//! A function is foreign if it lies outside the runtime's own code. That is known from its address alone: one subtraction and one comparison,
//! wherever it was found (a method's declaration, a slot that C patched, a capsule).

use crate::world::{Suspended, WORLD};
use crate::{Object, Ref, Thread};

unsafe extern "C" {
    /// The first byte of the image that holds the runtime (from the linker).
    #[link_name = "__executable_start"]
    static IMAGE_START: u8;
    /// The first byte behind its code (from the linker).
    #[link_name = "etext"]
    static CODE_END: u8;
}

/// How the innermost activation of a thread runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Mode {
    /// Our own code: the interpreter or a native function of ours.
    Own,
    /// Foreign code that has the world for itself.
    Exclusive,
    /// Foreign code that declared itself thread-safe: a reader of the world like Python code.
    Shared,
}

/// Whether the function is foreign: its code is not the runtime's.
#[inline(always)]
pub fn is_foreign(function: *const ()) -> bool {
    // The linker's symbols; only their addresses are taken.
    let (start, end) = (&raw const IMAGE_START, &raw const CODE_END);
    function.addr().wrapping_sub(start.addr()) >= end.addr() - start.addr()
}

/// Ranges of code of libraries that declared themselves thread-safe. They are few, and never unloaded.
static SHARED: crate::sync::Mutex<Vec<(usize, usize)>> = crate::sync::Mutex::new(Vec::new());
static ANY_SHARED: core::sync::atomic::AtomicBool = core::sync::atomic::AtomicBool::new(false);

/// Functions between these addresses run in shared mode from now on.
pub fn declare_shared(start: usize, end: usize) {
    SHARED.lock().push((start, end));
    ANY_SHARED.store(true, core::sync::atomic::Ordering::Release);
}

/// The mode in which a foreign function runs.
#[inline(always)]
pub fn mode_of(function: *const ()) -> Mode {
    if !ANY_SHARED.load(core::sync::atomic::Ordering::Acquire) {
        return Mode::Exclusive;
    }
    mode_by_table(function.addr())
}

#[cold]
fn mode_by_table(address: usize) -> Mode {
    match SHARED.lock().iter().any(|&(start, end)| (start..end).contains(&address)) {
        true => Mode::Shared,
        false => Mode::Exclusive,
    }
}

/// What [`leave`] needs to know.
#[must_use = "the gate must be left again"]
#[derive(Debug)]
pub struct Entered {
    before: Mode,
    exclusive: bool,
}

/// Calls a function that may be foreign. `share` shares with the function what it will see (R7); `run` makes the call.
#[inline(always)]
pub fn call<R>(th: &mut Thread, function: *const (), share: impl FnOnce(&Thread), run: impl FnOnce() -> R) -> R {
    if !is_foreign(function) {
        return run();
    }
    share(th);
    let entered = enter(th, mode_of(function));
    let result = run();
    leave(th, entered);
    result
}

/// Shares an object that foreign code is about to see (R7).
#[inline(always)]
pub fn show(th: &Thread, object: &Object) {
    if object.owner() != 0 {
        th.share(object);
    }
}

/// The way in. Its thread is attached; a taken safepoint if another thread has the world.
#[inline]
pub fn enter(th: &mut Thread, mode: Mode) -> Entered {
    if crate::multi_threaded_ever() {
        share_exceptions(th);
    }
    let before = th.set_mode(mode);
    let exclusive = mode == Mode::Exclusive && before != Mode::Exclusive;
    if exclusive {
        WORLD.enter_exclusive(&th.world);
    }
    Entered { before, exclusive }
}

/// The way out.
#[inline]
pub fn leave(th: &mut Thread, entered: Entered) {
    if entered.exclusive {
        WORLD.leave_exclusive(&th.world);
    } else if th.mode() == Mode::Shared && entered.before != Mode::Shared {
        // SAFETY: R10: the list is this thread's own; no reference into it outlives a statement.
        for object in core::mem::take(unsafe { &mut *th.lent.get() }) {
            th.release(object);
        }
    }
    th.set_mode(entered.before);
}

/// Keeps an object that foreign code in shared mode borrows until its outermost function returns: nobody else may end it meanwhile.
pub fn keep(th: &Thread, object: Ref<Object>) {
    // SAFETY: R10: as in `leave`.
    unsafe { (*th.lent.get()).push(object) }
}

/// The raised exception, and those that are being handled, are fields of the thread state that C reads.
#[cold]
#[inline(never)]
fn share_exceptions(th: &Thread) {
    if let Some(exception) = th.exception() {
        show(th, exception);
    }
    let mut item = th.exc_info();
    while !item.is_null() {
        // SAFETY: R10: records of the chain belong to this thread's frames and generators and are live; they hold a count or null.
        unsafe {
            if !(*item).exc_value.is_null() {
                show(th, Object::borrow((*item).exc_value));
            }
            item = (*item).previous_item;
        }
    }
}

/// What was set aside while Python code runs inside a foreign call.
#[must_use = "foreign code must find its mode again"]
#[derive(Debug)]
pub struct Aside {
    mode: Mode,
    suspended: Option<Suspended>,
}

/// Python code is about to run inside a foreign call: the world may be lost at its first safepoint where anybody waits (R14).
#[cold]
pub fn suspend(th: &mut Thread) -> Aside {
    let mode = th.set_mode(Mode::Own);
    Aside { mode, suspended: (mode == Mode::Exclusive).then(|| WORLD.suspend_exclusive(&th.world)) }
}

/// Python code inside a foreign call has ended. A taken safepoint if the world was lost meanwhile.
#[cold]
pub fn resume(th: &mut Thread, aside: Aside) {
    if let Some(suspended) = aside.suspended {
        WORLD.resume_exclusive(&th.world, suspended);
    }
    th.set_mode(aside.mode);
}
