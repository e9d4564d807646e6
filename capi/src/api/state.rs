//! Thread states: `PyThreadState_*`, `PyGILState_*`, `PyInterpreterState_*`, `PyEval_SaveThread` and its like.
//!
//! A `PyThreadState *` is the address of a thread's record, which begins with the ABI's struct. To hold the GIL is to be attached, in exclusive mode:
//! the gate enters it before foreign code runs; who gives the GIL up detaches, which leaves exclusive mode at any depth (R14).

use core::cell::{Cell, RefCell};
use core::ffi::{c_int, c_ulong, c_void};

use heap::foreign::{self, Entered, Mode};
use heap::sync::{AtomicU64, Ordering::Relaxed};
use heap::world::{WORLD, WorldSlot, poll};
use heap::{Object, Raised, Ref, Thread, interpreter};
use objects::{Dict, raise};

use crate::api;
use crate::entry::{Lent, fatal};

type State = *mut abi::PyThreadState;
type Interpreter = *mut abi::PyInterpreterState;

thread_local! {
    /// How calls of `PyGILState_Ensure` changed the thread's mode, for the calls that undo them; the innermost last.
    static ENSURED: RefCell<Vec<Option<Entered>>> = const { RefCell::new(Vec::new()) };
    /// The record was made here, for a thread that Python had not known.
    static BROUGHT: Cell<bool> = const { Cell::new(false) };
}

/// The record that a thread state is.
///
/// # Safety
/// R4: `state` came from one of these functions and was not deleted.
unsafe fn record<'a>(state: State) -> &'a mut Thread {
    // SAFETY: the caller's promise; R10: all fields are cells.
    unsafe { &mut *state.cast() }
}

fn state_of(th: &Thread) -> State {
    th.abi()
}

/// The calling thread's record, attached or not; null where Python does not know the thread.
fn known<'a>() -> Option<&'a mut Thread> {
    // SAFETY: R10: a C entry uses no other capability of this thread.
    Thread::is_known().then(|| unsafe { Thread::from_tls() })
}

/// A state's number, which no other ever has.
fn id_of(th: &Thread) -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    // SAFETY: the state's own field, which is written with the GIL held.
    let field = unsafe { &mut (*th.abi()).id };
    if *field == 0 {
        *field = LAST.fetch_add(1, Relaxed) + 1;
    }
    *field
}

/// A thread that comes while the interpreter ends hangs, as in CPython.
fn hang_if_finalizing(th: Option<&Thread>) {
    if interp::finalize::is_finalizing() && !th.is_some_and(interp::finalize::is_last) {
        loop {
            std::thread::park();
        }
    }
}

/// A new record, known to the world and detached.
fn new_record() -> Option<&'static mut Thread> {
    let id = WORLD.allocate_id().ok()?;
    let th = Box::leak(Thread::new(id, WorldSlot::new(id)));
    // SAFETY: R15: the box does not move; it is unregistered before it is freed.
    unsafe { th.register() };
    Some(th)
}

/// How much native stack the calling thread has below this frame, in bytes.
pub fn stack_below() -> usize {
    const UNKNOWN: usize = 1 << 20;
    let here = 0u8;
    let (mut start, mut size) = (core::ptr::null_mut(), 0);
    // SAFETY: the attributes are filled in before they are read.
    unsafe {
        let mut attributes: libc::pthread_attr_t = core::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &raw mut attributes) != 0 {
            return UNKNOWN;
        }
        let failed = libc::pthread_attr_getstack(&raw const attributes, &raw mut start, &raw mut size) != 0;
        libc::pthread_attr_destroy(&raw mut attributes);
        if failed {
            return UNKNOWN;
        }
    }
    (&raw const here as usize).saturating_sub(start as usize)
}

/// Makes a state the calling thread's, and attaches it.
///
/// # Safety
/// As [`record`]; no thread uses the state.
unsafe fn take_up(state: State) {
    // SAFETY: the caller's promise.
    let th = unsafe { record(state) };
    hang_if_finalizing(Some(th));
    if th.world.is_attached() {
        fatal("PyEval_RestoreThread", "the thread state is in use already");
    }
    if th.interp.get().is_null() {
        modules::thread::handle::begin(th, stack_below());
        enter_mode(th);
        return;
    }
    th.enter();
    th.attach();
    enter_mode(th);
}

/// C that holds the GIL has the world for itself, whatever ran before it detached.
fn enter_mode(th: &mut Thread) {
    if th.mode() == Mode::Own {
        // For good: who gives the GIL up detaches, and the state's innermost activation is foreign from now on.
        let _: Entered = foreign::enter(th, Mode::Exclusive);
    }
}

/// Ends a record: its objects, its place in the world, its memory.
fn delete_current(th: &mut Thread) {
    if th.mode() == Mode::Exclusive {
        WORLD.leave_exclusive(&th.world);
        th.set_mode(Mode::Own);
    }
    modules::thread::handle::end(th, |_| {});
    // SAFETY: R15: made by `new_record`, unregistered by `end`, and nobody's state any more.
    drop(unsafe { Box::from_raw(core::ptr::from_mut(th)) });
}

// --- giving the GIL up and taking it again ---

/// Detaches: the thread touches no objects until it restores its state.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyEval_SaveThread() -> State {
    // SAFETY: R10: the outermost Rust frame of this activation.
    let th = unsafe { crate::entry::attached("PyEval_SaveThread") };
    th.detach();
    state_of(th)
}

/// Attaches again.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyEval_RestoreThread(state: State) {
    if state.is_null() {
        fatal("PyEval_RestoreThread", "the function must be called with the GIL held, but the GIL is released (the current Python thread state is NULL)");
    }
    // SAFETY: as the C function's contract.
    unsafe { take_up(state) }
}

/// As [`PyEval_RestoreThread`], under an older name.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyEval_AcquireThread(state: State) {
    // SAFETY: as the C function's contract.
    unsafe { PyEval_RestoreThread(state) }
}

/// Detaches the calling thread, whose state this must be.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyEval_ReleaseThread(state: State) {
    // SAFETY: R10: the outermost Rust frame of this activation.
    let th = unsafe { crate::entry::attached("PyEval_ReleaseThread") };
    if state_of(th) != state {
        fatal("PyEval_ReleaseThread", "wrong thread state");
    }
    th.detach();
}

/// Detaches the current state and attaches another, or none; the former one.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThreadState_Swap(new: State) -> State {
    let old = known().filter(|th| th.world.is_attached());
    let old_state = old.as_ref().map_or(core::ptr::null_mut(), |th| state_of(th));
    if old_state == new {
        return old_state;
    }
    if let Some(old) = old {
        old.detach();
        old.leave();
    }
    if !new.is_null() {
        // SAFETY: as the C function's contract.
        unsafe { take_up(new) };
    }
    old_state
}

/// Takes the GIL for the calling thread's state.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyEval_AcquireLock() {
    match known() {
        // SAFETY: the calling thread's own state.
        Some(th) => unsafe { take_up(state_of(th)) },
        None => fatal("PyEval_AcquireLock", "current thread state is NULL"),
    }
}

/// Gives the GIL up.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyEval_ReleaseLock() {
    if let Some(th) = known().filter(|th| th.world.is_attached()) {
        th.detach();
    }
}

// --- threads that C brings ---

/// `PyGILState_LOCKED`: the thread was attached before.
const LOCKED: c_int = 0;
/// `PyGILState_UNLOCKED`: it was not.
const UNLOCKED: c_int = 1;

/// Attaches the calling thread, whether Python knows it or not.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyGILState_Ensure() -> c_int {
    let th = match known() {
        Some(th) => th,
        None => {
            hang_if_finalizing(None);
            let Some(th) = new_record() else { fatal("PyGILState_Ensure", "Couldn't create thread-state for new thread") };
            modules::thread::handle::begin(th, stack_below());
            th.detach();
            // Only calls of this function hold it: with the last one undone it ends.
            // SAFETY: the state's own field.
            unsafe { (*th.abi()).gilstate_counter = 0 };
            BROUGHT.set(true);
            th
        }
    };
    let was_attached = th.world.is_attached();
    if !was_attached {
        hang_if_finalizing(Some(th));
        th.attach();
    }
    // Native code of ours that waits detached, or calls C itself, is no foreign activation: now there is one.
    let entered = (th.mode() == Mode::Own).then(|| foreign::enter(th, Mode::Exclusive));
    ENSURED.with_borrow_mut(|stack| stack.push(entered));
    // SAFETY: the state's own field.
    unsafe { (*th.abi()).gilstate_counter += 1 };
    if was_attached { LOCKED } else { UNLOCKED }
}

/// Undoes one [`PyGILState_Ensure`].
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyGILState_Release(before: c_int) {
    let Some(th) = known() else {
        fatal("PyGILState_Release", "auto-releasing thread-state, but no thread-state for this thread");
    };
    if !th.world.is_attached() {
        fatal("PyGILState_Release", "thread state must be current when releasing");
    }
    // SAFETY: the state's own field.
    let depth = unsafe {
        let counter = &mut (*th.abi()).gilstate_counter;
        *counter -= 1;
        *counter
    };
    if let Some(Some(entered)) = ENSURED.with_borrow_mut(Vec::pop) {
        foreign::leave(th, entered);
    }
    if depth == 0 && BROUGHT.get() {
        BROUGHT.set(false);
        delete_current(th);
    } else if before == UNLOCKED {
        th.detach();
    }
}

/// The calling thread's state, attached or not, or null.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyGILState_GetThisThreadState() -> State {
    known().map_or(core::ptr::null_mut(), |th| state_of(th))
}

/// Whether the calling thread is attached.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyGILState_Check() -> c_int {
    c_int::from(known().is_some_and(|th| th.world.is_attached()))
}

// --- states ---

/// The attached state; fatal if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThreadState_Get() -> State {
    // SAFETY: R10: the outermost Rust frame of this activation.
    state_of(unsafe { crate::entry::attached("PyThreadState_Get") })
}

/// The attached state, or null.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThreadState_GetUnchecked() -> State {
    known().filter(|th| th.world.is_attached()).map_or(core::ptr::null_mut(), |th| state_of(th))
}

/// As [`PyThreadState_GetUnchecked`], under a private name.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyThreadState_GetCurrent() -> State {
    // SAFETY: no precondition.
    unsafe { PyThreadState_GetUnchecked() }
}

/// The same under the name that older extensions use.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyThreadState_UncheckedGet() -> State {
    // SAFETY: no precondition.
    unsafe { PyThreadState_GetUnchecked() }
}

/// A new state, for a thread that will take it up; null if there are too many.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThreadState_New(_interpreter: Interpreter) -> State {
    new_record().map_or(core::ptr::null_mut(), |th| state_of(th))
}

/// The same, as extensions of before 3.12 ask for it.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyThreadState_Prealloc(_interpreter: Interpreter) -> State {
    new_record().map_or(core::ptr::null_mut(), |th| state_of(th))
}

/// No state is made in two steps any more.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyThreadState_Init(_state: State) {
    fatal("_PyThreadState_Init", "_PyThreadState_Init() is for internal use only");
}

/// The least stack that [`PyUnstable_ThreadState_SetStackProtection`] takes, and what of it is kept for code that does not look.
const SMALLEST_STACK: usize = 3 * STACK_RESERVE;
const STACK_RESERVE: usize = 32 << 10;

/// What is kept of a stack of that size: C code that does not ask how much is left must find some.
fn reserve_of(size: usize) -> usize {
    (size / 8).clamp(STACK_RESERVE, 1 << 20)
}

api! {
    /// From now on the state runs on the stack that begins at this address: recursion ends before it is used up.
    fn PyUnstable_ThreadState_SetStackProtection(th, state: State, start: *mut c_void, size: usize) -> Result<(), Raised> {
        if size < SMALLEST_STACK {
            return Err(raise::value_error(th, format_args!("stack_size must be at least {SMALLEST_STACK} bytes")));
        }
        // SAFETY: as the C function's contract.
        unsafe { record(state) }.stack_limit.set(start.addr().saturating_add(reserve_of(size)));
        Ok(())
    }

    /// The calling thread's state runs on the thread's own stack again.
    fn PyUnstable_ThreadState_ResetStackProtection(_th, state: State) {
        let (here, below) = (0u8, stack_below());
        // SAFETY: as the C function's contract.
        unsafe { record(state) }.stack_limit.set((&raw const here as usize).saturating_sub(below - reserve_of(below).min(below)));
    }
}

/// Lets go of what a state holds for Python: what is raised and handled, and its dict.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThreadState_Clear(state: State) {
    // SAFETY: as the C function's contract.
    let (th, cleared) = unsafe { (crate::entry::attached("PyThreadState_Clear"), record(state)) };
    let held = [cleared.take_exception(), cleared.take_dict(), cleared.swap_handled(None)];
    held.into_iter().flatten().for_each(|object| th.release(object));
}

/// Deletes a state that no thread has taken up.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThreadState_Delete(state: State) {
    // SAFETY: as the C function's contract.
    let th = unsafe { record(state) };
    if th.world.is_attached() {
        fatal("PyThreadState_Delete", "tstate is still current");
    }
    let previous = known().map(|th| core::ptr::from_mut(th));
    if th.interp.get().is_null() {
        // It has never run: there is nothing but its place in the world.
        let id = th.id();
        th.unregister();
        WORLD.id_drained(id);
        // SAFETY: R15: made by `new_record` and nobody's state any more.
        drop(unsafe { Box::from_raw(core::ptr::from_mut(th)) });
        return;
    }
    // What it has ends as if its thread ended: for that it must be attached, and the caller must not.
    let caller = previous.filter(|&other| !core::ptr::eq(other, th));
    // SAFETY: R10: the calling thread's own record.
    let caller = caller.map(|caller| unsafe { &mut *caller }).filter(|caller| caller.world.is_attached());
    if let Some(caller) = &caller {
        // SAFETY: R10: as above; no borrow of it is used meanwhile.
        unsafe { (*core::ptr::from_ref(&**caller).cast_mut()).detach() };
    }
    th.enter();
    th.attach();
    delete_current(th);
    if let Some(caller) = caller {
        caller.enter();
        caller.attach();
    }
}

/// Deletes the attached state: the calling thread has none afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThreadState_DeleteCurrent() {
    // SAFETY: R10: the outermost Rust frame of this activation.
    let th = unsafe { crate::entry::attached("PyThreadState_DeleteCurrent") };
    BROUGHT.set(false);
    delete_current(th);
}

/// The interpreter of a state: there is one.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThreadState_GetInterpreter(_state: State) -> Interpreter {
    interpreter()
}

/// A number that no other state ever has.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThreadState_GetID(state: State) -> u64 {
    // SAFETY: as the C function's contract.
    id_of(unsafe { record(state) })
}

api! {
    /// A dict for extensions to keep what is this thread's; null without an exception if it cannot be made.
    fn PyThreadState_GetDict(th) -> Result<Lent, Raised> {
        Ok(Lent::some(dict_of(th)))
    }

    /// The same of a given state, which must be the current one.
    fn _PyThreadState_GetDict(th, _state: State) -> Result<Lent, Raised> {
        Ok(Lent::some(dict_of(th)))
    }

    /// The frame that a state runs, or null.
    fn PyThreadState_GetFrame(th, state: State) -> Option<Ref<Object>> {
        // SAFETY: as the C function's contract.
        let of = unsafe { record(state) };
        if !core::ptr::eq(of, th) {
            let _stopped = heap::world::stop(th);
            return innermost(of);
        }
        innermost(th)
    }

    /// No tracing function is called until tracing is left again.
    fn PyThreadState_EnterTracing(th, _state: State) {
        // SAFETY: the state's own field.
        unsafe { (*th.abi()).tracing += 1 };
        th.set_tracing(true);
    }

    /// Undoes one `PyThreadState_EnterTracing`.
    fn PyThreadState_LeaveTracing(th, _state: State) {
        // SAFETY: the state's own field.
        let depth = unsafe {
            (*th.abi()).tracing -= 1;
            (*th.abi()).tracing
        };
        if depth == 0 {
            th.set_tracing(false);
        }
    }

    /// Raises an exception in another thread at its next safepoint; null takes one back. How many threads have that identifier.
    fn PyThreadState_SetAsyncExc(th, ident: c_ulong, exception: Option<&Object>) -> i32 {
        if let Some(exception) = exception {
            heap::foreign::show(th, exception);
        }
        let mut found = 0;
        let mut replaced = None;
        let stopped = heap::world::stop(th);
        heap::world::for_each_thread(th, &mut |other| {
            // SAFETY: R15: the world is held: nobody else touches the state.
            unsafe {
                if found == 0 && (*other.abi()).thread_id == ident {
                    found = 1;
                    let new = exception.map_or(core::ptr::null_mut(), |exception| th.retain(exception).into_raw());
                    replaced = Ref::<Object>::from_raw_nullable(core::mem::replace(&mut (*other.abi()).async_exc, new));
                    other.world.ask(poll::ASYNC_EXC);
                }
            }
        });
        drop(stopped);
        if let Some(replaced) = replaced {
            th.release(replaced);
        }
        found
    }

    /// A dict for extensions to keep what is the interpreter's.
    fn PyInterpreterState_GetDict(th, _interpreter: Interpreter) -> Result<Lent, Raised> {
        static DICT: objects::glue::Global<Dict> = objects::glue::Global::EMPTY;
        if let Some(dict) = DICT.get(th) {
            return Ok(Lent::some(dict));
        }
        let dict = Dict::new(th);
        DICT.set(th, Some(dict.clone()));
        Ok(Lent::some(dict))
    }
}

fn dict_of(th: &mut Thread) -> Ref<Object> {
    // SAFETY: R10: the state's own field, which holds a count or is null.
    unsafe {
        let field = &raw mut (*th.abi()).dict;
        if (*field).is_null() {
            let dict = Dict::new(th);
            th.share(&*dict);
            *field = dict.into_raw();
        }
        th.retain(Object::borrow(*field))
    }
}

fn innermost(th: &Thread) -> Option<Ref<Object>> {
    if th.interp.get().is_null() {
        return None;
    }
    let frame = interp::frame::stack::current(th)?;
    Some(interp::frame::object::frame_object(th, frame).up())
}

/// Raises what another thread asked this one to raise.
pub fn raise_asynchronous(th: &mut Thread) -> Result<(), Raised> {
    // SAFETY: R10: the state's own field; others write it while they hold the world.
    let exception = unsafe { Ref::<Object>::from_raw_nullable(core::mem::replace(&mut (*th.abi()).async_exc, core::ptr::null_mut())) };
    match exception {
        Some(exception) => Err(raise::object(th, &exception, None)),
        None => Ok(()),
    }
}

// --- the interpreter ---

/// The interpreter: there is one.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInterpreterState_Get() -> Interpreter {
    // SAFETY: R10: the outermost Rust frame of this activation.
    unsafe { crate::entry::attached("PyInterpreterState_Get") };
    interpreter()
}

/// The interpreter: there is one.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInterpreterState_Main() -> Interpreter {
    interpreter()
}

/// The same under a private name.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyInterpreterState_Main() -> Interpreter {
    interpreter()
}

/// The first interpreter of the list of all: there is one.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInterpreterState_Head() -> Interpreter {
    interpreter()
}

/// The next interpreter: there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInterpreterState_Next(_interpreter: Interpreter) -> Interpreter {
    core::ptr::null_mut()
}

/// The interpreter's number: it is the first.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInterpreterState_GetID(_interpreter: Interpreter) -> i64 {
    0
}

/// Null: there is one interpreter per process.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInterpreterState_New() -> Interpreter {
    core::ptr::null_mut()
}

/// The one interpreter is cleared by the end of the process alone.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInterpreterState_Clear(_interpreter: Interpreter) {
    fatal("PyInterpreterState_Clear", "the only interpreter cannot be cleared");
}

/// The one interpreter is never deleted.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInterpreterState_Delete(_interpreter: Interpreter) {
    fatal("PyInterpreterState_Delete", "the only interpreter cannot be deleted");
}

/// All states, in the order in which their threads became known.
fn states() -> Vec<State> {
    // SAFETY: R10: the outermost Rust frame of this activation.
    let th = unsafe { crate::entry::attached("PyInterpreterState_ThreadHead") };
    let mut found = Vec::new();
    let stopped = heap::world::stop(th);
    heap::world::for_each_thread(th, &mut |other| found.push(state_of(other)));
    drop(stopped);
    found
}

/// The first of all states.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInterpreterState_ThreadHead(_interpreter: Interpreter) -> State {
    states().first().copied().unwrap_or(core::ptr::null_mut())
}

/// The state behind another in the list of all.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThreadState_Next(state: State) -> State {
    let all = states();
    let at = all.iter().position(|&other| other == state);
    at.and_then(|at| all.get(at + 1)).copied().unwrap_or(core::ptr::null_mut())
}
