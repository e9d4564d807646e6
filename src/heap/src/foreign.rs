//! Calling foreign code: which functions are foreign, and the gate around a call of one (R7, R14; design, section 4).
//!
//! Invariant: while foreign code runs, its thread's mark says in which mode ([`Mode`]); in exclusive mode the thread holds the world. What foreign
//! code is given is common (R7). Python code that runs inside a foreign call runs between [`suspend`] and [`resume`].
//!
//! A function is foreign if it lies outside the runtime's own code. That is known from its address alone: one subtraction and one comparison,
//! wherever it was found (a method's declaration, a slot that C patched, a capsule). Whoever wants to know what runs (a report, the watchdog, the
//! message of a fatal error) reads it from the thread's place in the world: which function, in which mode, in one word.

pub mod fail;
#[cfg(debug_assertions)]
pub mod graves;
pub mod names;

use crate::contention;
use crate::sync::{AtomicU8, AtomicUsize, Ordering};
use crate::world::{Suspended, WORLD};
use crate::{Object, Ref, Thread};

use Ordering::{Acquire, Relaxed, Release};

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

/// What the gate looks at before each call: nothing is set as long as every library runs exclusively and nobody measures.
static UNUSUAL: AtomicU8 = AtomicU8::new(0);
/// Some libraries declared themselves thread-safe.
const SHARED_LIBRARIES: u8 = 1;
/// Calls are measured ([`crate::contention`]).
const MEASURED: u8 = 2;

/// Ranges of code of libraries that declared themselves thread-safe. They are few, and never unloaded.
/// Looked through by each call without a lock; written under one.
static SHARED: [[AtomicUsize; 2]; 512] = [const { [const { AtomicUsize::new(0) }; 2] }; 512];
static SHARED_COUNT: AtomicUsize = AtomicUsize::new(0);
static DECLARING: crate::sync::Mutex<()> = crate::sync::Mutex::new(());

/// Functions between these addresses run in shared mode from now on. (Those of more libraries than there is room for stay in exclusive mode, which
/// is right for all.)
pub fn declare_shared(start: usize, end: usize) {
    let _one = DECLARING.lock();
    let count = SHARED_COUNT.load(Relaxed);
    let Some([from, to]) = SHARED.get(count) else { return };
    from.store(start, Relaxed);
    to.store(end, Relaxed);
    // Release: whoever sees the count sees the range.
    SHARED_COUNT.store(count + 1, Release);
    UNUSUAL.fetch_or(SHARED_LIBRARIES, Release);
}

/// Calls are measured from now on, or are no more.
pub(crate) fn measure(on: bool) {
    if on {
        UNUSUAL.fetch_or(MEASURED, Relaxed);
    } else {
        UNUSUAL.fetch_and(!MEASURED, Relaxed);
    }
}

/// The mode in which a foreign function runs.
#[inline(always)]
pub fn mode_of(function: *const ()) -> Mode {
    if UNUSUAL.load(Acquire) & SHARED_LIBRARIES == 0 {
        return Mode::Exclusive;
    }
    mode_by_table(function.addr())
}

fn mode_by_table(address: usize) -> Mode {
    let mut known = SHARED.iter().take(SHARED_COUNT.load(Acquire));
    match known.any(|[start, end]| (start.load(Relaxed)..end.load(Relaxed)).contains(&address)) {
        true => Mode::Shared,
        false => Mode::Exclusive,
    }
}

// An activation is one word, of which the mode is read: 0 is our own code, else it is the function's address, marked if it runs in shared mode.

/// The mark of an activation in shared mode: no address has this bit.
const IN_SHARED: usize = 1 << 62;
/// Foreign code of which nobody knows where it begins: it took the GIL itself, or is a library's constructors.
const UNKNOWN: usize = 1;

/// The mode of an activation.
#[inline(always)]
fn mode_in(activation: usize) -> Mode {
    match activation {
        0 => Mode::Own,
        shared if shared & IN_SHARED != 0 => Mode::Shared,
        _ => Mode::Exclusive,
    }
}

/// The activation of a function in shared mode.
pub(crate) fn in_shared(function: *const ()) -> usize {
    function.addr() | IN_SHARED
}

/// The address of an activation's function; `None` where nobody knows it.
pub(crate) fn function_in(activation: usize) -> Option<usize> {
    let function = activation & !IN_SHARED;
    (function > UNKNOWN).then_some(function)
}

/// Whether the activation is in shared mode.
pub(crate) fn is_shared_in(activation: usize) -> bool {
    activation & IN_SHARED != 0
}

/// What [`leave`] needs to know.
#[must_use = "the gate must be left again"]
#[derive(Debug)]
pub struct Entered {
    /// The activation further out.
    before: usize,
    way: Way,
}

/// What is undone when foreign code is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Way {
    /// Exclusive mode was entered.
    Entered,
    /// The thread was in the mode already.
    Nested,
    /// The outermost function in shared mode.
    Shared,
    /// As `Entered`, measured.
    EnteredMeasured,
    /// As `Nested`, measured.
    NestedMeasured,
    /// As `Shared`, measured.
    SharedMeasured,
}

impl Way {
    fn measured(self) -> Way {
        match self {
            Way::Entered | Way::EnteredMeasured => Way::EnteredMeasured,
            Way::Nested | Way::NestedMeasured => Way::NestedMeasured,
            Way::Shared | Way::SharedMeasured => Way::SharedMeasured,
        }
    }
}

/// Calls a function that may be foreign. `share` shares with the function what it will see (R7); `run` makes the call.
///
/// It ends the process if the function comes back with an unwind, or without the GIL that it was called with.
#[inline(always)]
pub fn call<R>(th: &mut Thread, function: *const (), share: impl FnOnce(&Thread), run: impl FnOnce() -> R) -> R {
    if !is_foreign(function) {
        return run();
    }
    share(th);
    #[cfg(debug_assertions)]
    graves::open();
    // The common way in: from our own code, into exclusive mode. Acquire: pairs with `declare_shared`.
    let unusual = UNUSUAL.load(Acquire);
    if unusual & MEASURED != 0 || th.world.running() != 0 {
        return call_otherwise(th, function, run);
    }
    if unusual != 0 && mode_by_table(function.addr()) == Mode::Shared {
        return call_shared(th, function, run);
    }
    if crate::multi_threaded_ever() {
        share_exceptions(th);
    }
    let activation = function.addr();
    th.world.set_running(activation);
    WORLD.enter_exclusive(&th.world);
    let unwound = fail::Unwound { function };
    let result = run();
    core::mem::forget(unwound);
    if th.world.running() != activation || !th.world.is_attached() {
        fail::came_back_otherwise(th, function);
    }
    WORLD.leave_exclusive(&th.world);
    th.world.set_running(0);
    result
}

/// [`call`] from our own code into shared mode.
#[inline(always)]
fn call_shared<R>(th: &mut Thread, function: *const (), run: impl FnOnce() -> R) -> R {
    if crate::multi_threaded_ever() {
        share_exceptions(th);
    }
    let activation = function.addr() | IN_SHARED;
    th.world.set_running(activation);
    let unwound = fail::Unwound { function };
    let result = run();
    core::mem::forget(unwound);
    if th.world.running() != activation || !th.world.is_attached() {
        fail::came_back_otherwise(th, function);
    }
    // SAFETY: R10: the list is this thread's own.
    if !unsafe { &*th.lent.get() }.is_empty() {
        give_back_lent(th);
    }
    th.world.set_running(0);
    result
}

/// [`call`] from foreign code, or measured.
#[inline(never)]
fn call_otherwise<R>(th: &mut Thread, function: *const (), run: impl FnOnce() -> R) -> R {
    let entered = enter_function(th, function);
    let unwound = fail::Unwound { function };
    let result = run();
    core::mem::forget(unwound);
    if th.world.running() & !IN_SHARED != function.addr() || !th.world.is_attached() {
        fail::came_back_otherwise(th, function);
    }
    leave(th, entered);
    result
}

/// Shares an object that foreign code is about to see (R7).
#[inline(always)]
pub fn show(th: &Thread, object: &Object) {
    if object.owner() != 0 {
        show_private(th, object);
    }
}

#[cold]
#[inline(never)]
fn show_private(th: &Thread, object: &Object) {
    if contention::is_on() {
        contention::shows(th, object);
    } else {
        th.share(object);
    }
}

/// The way in, for code of which only the mode is known. Its thread is attached; a taken safepoint if another thread has the world.
#[inline]
pub fn enter(th: &mut Thread, mode: Mode) -> Entered {
    let activation = match mode {
        Mode::Own => 0,
        Mode::Exclusive => UNKNOWN,
        Mode::Shared => UNKNOWN | IN_SHARED,
    };
    if UNUSUAL.load(Relaxed) != 0 { enter_slow(th, activation) } else { enter_quickly(th, activation) }
}

/// The way in to a function.
#[inline(always)]
fn enter_function(th: &mut Thread, function: *const ()) -> Entered {
    // Acquire: pairs with `declare_shared`.
    if UNUSUAL.load(Acquire) != 0 {
        let mark = if mode_of(function) == Mode::Shared { IN_SHARED } else { 0 };
        return enter_slow(th, function.addr() | mark);
    }
    enter_quickly(th, function.addr())
}

/// The way in to an activation in exclusive mode, or of our own code.
#[inline(always)]
fn enter_quickly(th: &mut Thread, activation: usize) -> Entered {
    if crate::multi_threaded_ever() {
        share_exceptions(th);
    }
    let before = th.world.set_running(activation);
    // Two of three modes have a plain answer: who enters exclusive mode comes from our own code but for callbacks.
    let nested = mode_in(activation) != Mode::Exclusive || mode_in(before) == Mode::Exclusive;
    if nested {
        return Entered { before, way: Way::Nested };
    }
    WORLD.enter_exclusive(&th.world);
    Entered { before, way: Way::Entered }
}

#[cold]
#[inline(never)]
fn enter_slow(th: &mut Thread, activation: usize) -> Entered {
    if crate::multi_threaded_ever() {
        share_exceptions(th);
    }
    let before = th.world.set_running(activation);
    let way = match (mode_in(before), mode_in(activation)) {
        (before, Mode::Exclusive) if before != Mode::Exclusive => Way::Entered,
        (before, Mode::Shared) if before != Mode::Shared => Way::Shared,
        _ => Way::Nested,
    };
    let measured = contention::is_on();
    if measured {
        contention::calls(th, activation);
    }
    if way == Way::Entered {
        WORLD.enter_exclusive(&th.world);
    }
    Entered { before, way: if measured { way.measured() } else { way } }
}

/// The way out.
#[inline]
pub fn leave(th: &mut Thread, entered: Entered) {
    match entered.way {
        Way::Entered => WORLD.leave_exclusive(&th.world),
        Way::Nested => {}
        _ => leave_slow(th, &entered),
    }
    th.world.set_running(entered.before);
}

#[cold]
#[inline(never)]
fn leave_slow(th: &mut Thread, entered: &Entered) {
    if matches!(entered.way, Way::EnteredMeasured | Way::NestedMeasured | Way::SharedMeasured) {
        contention::returned(th, th.world.running(), entered.before);
    }
    match entered.way {
        Way::EnteredMeasured => WORLD.leave_exclusive(&th.world),
        Way::Shared | Way::SharedMeasured => give_back_lent(th),
        _ => {}
    }
}

/// The outermost function in shared mode has returned: nobody borrows any more what it was lent.
#[inline(never)]
fn give_back_lent(th: &mut Thread) {
    // SAFETY: R10: the list is this thread's own; no reference into it outlives a statement.
    for object in core::mem::take(unsafe { &mut *th.lent.get() }) {
        th.release(object);
    }
}

/// Keeps an object that foreign code in shared mode borrows until its outermost function returns: nobody else may end it meanwhile.
pub fn keep(th: &Thread, object: Ref<Object>) {
    // SAFETY: R10: as in `leave`.
    unsafe { (*th.lent.get()).push(object) }
}

/// The raised exception, and those that are being handled, are fields of the thread state that C reads.
#[inline(always)]
fn share_exceptions(th: &Thread) {
    let item = th.exc_info();
    // SAFETY: R10: the innermost record is this thread's own.
    let handles = unsafe { !(*item).exc_value.is_null() || !(*item).previous_item.is_null() };
    if handles || th.exception().is_some() {
        share_found_exceptions(th);
    }
}

#[cold]
#[inline(never)]
fn share_found_exceptions(th: &Thread) {
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
    activation: usize,
    suspended: Option<Suspended>,
}

/// Python code is about to run inside a foreign call: the world may be lost at its first safepoint where anybody waits (R14).
#[cold]
pub fn suspend(th: &mut Thread) -> Aside {
    let activation = th.world.set_running(0);
    if contention::is_on() {
        contention::called_back(th);
    }
    let exclusive = mode_in(activation) == Mode::Exclusive;
    Aside { activation, suspended: exclusive.then(|| WORLD.suspend_exclusive(&th.world)) }
}

/// Python code inside a foreign call has ended. A taken safepoint if the world was lost meanwhile.
#[cold]
pub fn resume(th: &mut Thread, aside: Aside) {
    // Before it may wait, so that it is known what for.
    th.world.set_running(aside.activation);
    if let Some(suspended) = aside.suspended {
        WORLD.resume_exclusive(&th.world, suspended);
    }
    if contention::is_on() {
        contention::called_back(th);
    }
}

impl Thread {
    /// How the innermost activation runs.
    #[inline(always)]
    pub fn mode(&self) -> Mode {
        mode_in(self.world.running())
    }

    /// Whether the innermost activation is foreign code: results must be shared before it sees them (R7).
    #[inline(always)]
    pub fn innermost_is_foreign(&self) -> bool {
        self.world.running() != 0
    }

    /// Marks the innermost activation as our own, or as foreign code of which nobody knows where it begins.
    pub fn set_mode(&self, mode: Mode) {
        self.world.set_running(match mode {
            Mode::Own => 0,
            Mode::Exclusive => UNKNOWN,
            Mode::Shared => UNKNOWN | IN_SHARED,
        });
    }

    /// The foreign function that runs as the innermost activation, for messages: `library.so: function`.
    pub fn foreign_function(&self) -> Option<String> {
        (self.world.running() != 0).then(|| names::of_activation(self.world.running()))
    }
}
