//! Threads as the operating system runs them: start, end, join.
#![allow(unsafe_code, reason = "a new thread is handed counted pointers and registers its record with the world")]

use core::cell::Cell;
use std::os::unix::thread::JoinHandleExt;

use heap::contention::Kind;
use heap::locks::{Acquired, Patience, PyLock};
use heap::sync::{AtomicBool, AtomicUsize, Mutex, Ordering::*};
use heap::world::{WORLD, WorldSlot};
use heap::{Head, Heaped, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::Global;
use objects::{Dict, List, Tuple, exceptions, ops, raise};

/// The handles of threads that run.
static LIVE: Mutex<Vec<usize>> = Mutex::new(Vec::new());
static RUNNING: AtomicUsize = AtomicUsize::new(0);
/// Handles of threads that the program waits for at its end.
static WAITED_FOR: Global<List> = Global::EMPTY;

/// In a forked child: the thread that forked has ended, and it was not the process's first.
static FIRST_ENDED: AtomicBool = AtomicBool::new(false);

std::thread_local! {
    /// Whether this module started the thread.
    static STARTED_HERE: Cell<bool> = const { Cell::new(false) };
}

/// How many threads that this module started run.
pub fn running() -> usize {
    RUNNING.load(Relaxed)
}

/// A thread that was or will be started.
#[pytype(name = "_ThreadHandle", module = "_thread", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct ThreadHandle {
    head: Head,
    ident: AtomicUsize,
    started: AtomicBool,
    done: AtomicBool,
    /// Held while the thread runs: joining is acquiring it.
    alive: PyLock,
}

impl ThreadHandle {
    /// The handle of a thread that is not started yet.
    pub fn new(th: &Thread) -> Ref<ThreadHandle> {
        th.new_object(ThreadHandle {
            head: Head::INIT,
            ident: AtomicUsize::new(0),
            started: AtomicBool::new(false),
            done: AtomicBool::new(false),
            alive: PyLock::new(),
        })
    }

    /// The handle of a thread that something else started.
    pub fn of_running(th: &mut Thread, ident: usize) -> Ref<ThreadHandle> {
        let handle = ThreadHandle::new(th);
        handle.ident.store(ident, Relaxed);
        handle.started.store(true, Relaxed);
        let _ = handle.alive.acquire(th, Patience::None);
        LIVE.lock().push(handle.as_object().as_ptr() as usize);
        handle
    }

    fn set_done(&self) {
        if !self.done.swap(true, AcqRel) {
            let _ = self.alive.release();
        }
    }

    fn join_until(&self, th: &mut Thread, patience: Patience) -> Result<bool, Raised> {
        loop {
            if self.done.load(Acquire) {
                return Ok(true);
            }
            if interp::finalize::is_last(th) {
                // It was stopped where it was and does not end.
                let message = format_args!("cannot join thread at interpreter shutdown");
                return Err(raise::new(th, exceptions::python_finalization_error_type(), message));
            }
            match th.waiting(Kind::Lock, self.as_object(), |th| self.alive.acquire(th, patience)) {
                Acquired::Yes => {
                    let _ = self.alive.release();
                    return Ok(true);
                }
                Acquired::TimedOut => return Ok(false),
                Acquired::Interrupted => crate::signal::run_handlers(th)?,
            }
        }
    }
}

impl Drop for ThreadHandle {
    fn drop(&mut self) {
        if *self.started.get_mut() && !*self.done.get_mut() {
            forget(self);
        }
    }
}

#[pymethods]
impl ThreadHandle {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, _cls: &Type) -> Result<Ref<ThreadHandle>, Raised> {
        Ok(ThreadHandle::new(th))
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<_ThreadHandle object: ident={}>", self.ident.load(Relaxed))
    }

    #[getter]
    fn ident(&self) -> usize {
        self.ident.load(Relaxed)
    }

    #[method(sig = "($self, timeout=None, /)", shows = none)]
    fn join(&self, th: &mut Thread, #[default(objects::none())] timeout: &Object) -> Result<(), Raised> {
        if !self.started.load(Acquire) {
            return Err(raise::runtime_error(th, format_args!("thread not started")));
        }
        if self.ident.load(Relaxed) == super::ident() && !self.done.load(Acquire) {
            return Err(raise::runtime_error(th, format_args!("Cannot join current thread")));
        }
        let patience = super::lock::patience_of(th, timeout)?;
        self.join_until(th, patience)?;
        Ok(())
    }

    #[method]
    fn is_done(&self) -> bool {
        self.done.load(Acquire)
    }

    #[method]
    fn _set_done(&self, th: &mut Thread) -> Result<(), Raised> {
        if !self.started.load(Acquire) {
            return Err(raise::runtime_error(th, format_args!("thread not started")));
        }
        self.set_done();
        Ok(())
    }
}

/// The program's end waits for this thread.
pub fn remember(th: &mut Thread, handle: &ThreadHandle) -> Result<(), Raised> {
    let list = WAITED_FOR.get_or_init(th, |th| Ok::<_, Raised>(List::new(th, Vec::new())))?;
    let alive: Vec<Ref<Object>> =
        list.snapshot(th).into_iter().filter(|h| h.downcast_ref::<ThreadHandle>().is_some_and(|h| !h.done.load(Acquire))).collect();
    if alive.len() * 2 < list.len() {
        let fresh = List::new(th, alive);
        WAITED_FOR.set(th, Some(fresh));
    }
    match WAITED_FOR.get(th) {
        Some(list) => list.append(th, handle.to_ref().up()),
        None => Ok(()),
    }
}

/// Waits for all threads that are not daemons.
pub fn join_all(th: &mut Thread) -> Result<(), Raised> {
    let me = super::ident();
    loop {
        let Some(list) = WAITED_FOR.get(th) else { return Ok(()) };
        let next = list.snapshot(th).into_iter().find(|h| {
            h.downcast_ref::<ThreadHandle>().is_some_and(|h| h.started.load(Acquire) && !h.done.load(Acquire) && h.ident.load(Relaxed) != me)
        });
        let Some(next) = next else { return Ok(()) };
        if let Some(handle) = next.downcast_ref::<ThreadHandle>() {
            handle.join_until(th, Patience::Forever)?;
        }
    }
}

/// What a new thread is given: one count on each.
struct Cargo {
    handle: *mut abi::PyObject,
    function: *mut abi::PyObject,
    args: *mut abi::PyObject,
    kwargs: *mut abi::PyObject,
    stack: usize,
}

// SAFETY: R6: everything in it was shared before; the counts move with it.
unsafe impl Send for Cargo {}

/// Starts a thread that calls `function(*args, **kwargs)`; its identifier.
pub fn start(th: &mut Thread, handle: &ThreadHandle, function: &Object, args: &Tuple, kwargs: Option<&Dict>, stack: usize) -> Result<usize, Raised> {
    if handle.started.swap(true, AcqRel) {
        return Err(raise::runtime_error(th, format_args!("thread already started")));
    }
    if interp::finalize::is_finalizing() {
        handle.started.store(false, Release);
        return Err(raise::new(th, exceptions::python_finalization_error_type(), format_args!("can't create new thread at interpreter shutdown")));
    }
    let fail = |th: &mut Thread, handle: &ThreadHandle| {
        handle.started.store(false, Release);
        raise::runtime_error(th, format_args!("can't start new thread"))
    };
    let id = WORLD.allocate_id().or_else(|_| {
        // Ids of ended threads come back with a full collection (R5).
        th.collect(heap::collect::Generation::Full);
        WORLD.allocate_id()
    });
    let Ok(id) = id else { return Err(fail(th, handle)) };
    let _ = handle.alive.acquire(th, Patience::None);
    // R6: a new thread's arguments are shared.
    let handle_object: &Object = handle.as_object();
    for object in [handle_object, function, args.as_object()] {
        th.share(object);
    }
    if let Some(kwargs) = kwargs {
        th.share(kwargs);
    }
    let cargo = Cargo {
        handle: handle_object.to_owned().into_raw(),
        function: function.to_owned().into_raw(),
        args: args.as_object().to_owned().into_raw(),
        kwargs: kwargs.map_or(core::ptr::null_mut(), |k| k.as_object().to_owned().into_raw()),
        stack,
    };
    RUNNING.fetch_add(1, Relaxed);
    LIVE.lock().push(cargo.handle as usize);
    // Registered by the starter: what exists is common before the new thread runs (R5).
    let record = Thread::new(id, WorldSlot::new(id));
    // SAFETY: R15: the box does not move; the new thread unregisters it before it frees it.
    unsafe { record.register() };
    let raw = Box::into_raw(record) as usize;
    let spawned = std::thread::Builder::new().stack_size(stack).spawn(move || {
        let cargo = cargo;
        // SAFETY: the box made above; this thread owns it now.
        let mut record = unsafe { Box::from_raw(raw as *mut Thread) };
        run(&mut record, cargo);
        drop(record);
    });
    match spawned {
        Ok(joined) => {
            // The new thread stores the same, as it begins.
            let ident = joined.as_pthread_t() as usize;
            handle.ident.store(ident, Release);
            Ok(ident)
        }
        Err(_) => {
            RUNNING.fetch_sub(1, Relaxed);
            forget(handle);
            // SAFETY: the thread did not start: the box is still ours.
            let record = unsafe { Box::from_raw(raw as *mut Thread) };
            record.unregister();
            WORLD.id_drained(id);
            handle.set_done();
            Err(fail(th, handle))
        }
    }
}

/// The life of a thread.
fn run(th: &mut Thread, cargo: Cargo) {
    STARTED_HERE.set(true);
    // SAFETY: R2: the starter gave a count on the handle.
    let ident = unsafe { &Object::borrow(cargo.handle).cast_unchecked::<ThreadHandle>().ident };
    ident.store(super::ident(), Release);
    begin(th, cargo.stack);
    // SAFETY: R2: the starter gave one count on each.
    let (handle, function, args, kwargs) = unsafe {
        (
            Ref::<ThreadHandle>::from_raw(cargo.handle),
            Ref::<Object>::from_raw(cargo.function),
            Ref::<Tuple>::from_raw(cargo.args),
            Ref::<Dict>::from_raw_nullable(cargo.kwargs),
        )
    };
    if ops::call_ex(th, &function, &args, kwargs.as_deref()).is_err() {
        if raise::matches(th, exceptions::system_exit_type()) {
            th.take_exception();
        } else {
            report(th, &function);
        }
    }
    th.release(function);
    th.release(args);
    if let Some(kwargs) = kwargs {
        th.release(kwargs);
    }
    end(th, |th| {
        forget(&handle);
        // Whoever joins this thread finds the objects ended that it used last.
        th.settle_counts();
        handle.set_done();
        th.release(handle);
    });
    if RUNNING.fetch_sub(1, SeqCst) == 1 && FIRST_ENDED.load(SeqCst) {
        // No thread that runs Python is left, and nobody is there to end the interpreter; what the runtime runs beside must not go on.
        std::process::exit(0);
    }
}

/// The calling thread, whose record is registered, begins to run Python: it is attached afterwards. `stack` is how much native stack it may use
/// below here, in bytes.
pub fn begin(th: &mut Thread, stack: usize) {
    let here = 0u8;
    th.stack_limit.set((&raw const here as usize).saturating_sub(stack.saturating_sub(512 << 10)));
    th.enter();
    th.attach();
    super::set_ident(th);
    interp::frame::stack::attach(th);
}

/// The calling thread, which is attached, runs Python no more: what it has ends, and its record is known to nobody afterwards. `done` tells whoever
/// waits for it.
pub fn end(th: &mut Thread, done: impl FnOnce(&mut Thread)) {
    super::local::end_thread(th);
    crate::decimal::current::end_thread(th);
    crate::contextvars::end_thread(th);
    crate::asyncio::end_thread(th);
    drop(th.take_dict());
    th.drain_zero();
    done(th);
    // Until here objects end whose ends run code.
    th.end_own_garbage();
    objects::start::end_thread(th);
    interp::frame::stack::detach(th);
    th.drain_zero();
    objects::start::end_thread(th);
    interp::frame::stack::detach(th);
    th.end_objects();
    if crate::signal::first_ends() {
        FIRST_ENDED.store(true, SeqCst);
    }
    th.detach();
    let id = th.id();
    th.unregister();
    WORLD.id_drained(id);
    th.leave();
}

/// The function of a thread that nobody joins raised.
fn report(th: &mut Thread, function: &Object) {
    objects::raise::unraisable(th, "Exception ignored in thread started by", Some(function));
}

/// The thread ends, or did not start.
fn forget(handle: &ThreadHandle) {
    let own = handle.as_object().as_ptr() as usize;
    LIVE.lock().retain(|&live| live != own);
}

/// In a forked child no other thread runs. (Nobody held the list's lock: that is done while attached only.)
pub fn after_fork_in_child() {
    RUNNING.store(usize::from(STARTED_HERE.get()), Relaxed);
    LIVE.lock().retain(|&live| {
        // SAFETY: R2: a handle that ends leaves the list.
        let handle = unsafe { Object::borrow(live as *mut abi::PyObject).cast_unchecked::<ThreadHandle>() };
        let own = handle.ident.load(Relaxed) == super::ident();
        if !own {
            handle.set_done();
        }
        own
    });
}
