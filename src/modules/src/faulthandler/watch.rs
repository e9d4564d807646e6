//! `dump_traceback_later`: a thread that waits and then stops the world to look at all others.
#![allow(unsafe_code, reason = "the watching thread's record is registered with the world")]

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use heap::world::{WORLD, WorldSlot};
use heap::{Raised, Thread};
use objects::raise;

use super::dump;

/// How long a look at all threads may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// A watching thread, as it and others see it.
#[derive(Default)]
struct Watch {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    cancelled: bool,
    /// The thread has ended.
    over: bool,
}

static RUNNING: Mutex<Option<Arc<Watch>>> = Mutex::new(None);

impl Watch {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits so long; whether it was cancelled.
    fn wait(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        let mut state = self.state();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if state.cancelled || left.is_zero() {
                return state.cancelled;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// What is printed above the tracebacks.
fn header(nanos: u64) -> String {
    let micros = nanos.div_ceil(1000);
    let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("Timeout ({}:{:02}:{:02}{fraction})!\n", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Starts to watch; an earlier watch ends.
pub fn start(th: &mut Thread, nanos: u64, repeat: bool, fd: i32, exit: bool) -> Result<(), Raised> {
    cancel(th);
    if nanos > i64::MAX as u64 / 2 {
        return Err(raise::overflow_error(th, format_args!("timeout value is too large")));
    }
    let Ok(id) = WORLD.allocate_id() else {
        return Err(raise::runtime_error(th, format_args!("unable to start watchdog thread")));
    };
    let record = Thread::new(id, WorldSlot::new(id));
    // SAFETY: R15: the box does not move; the new thread unregisters it before it frees it.
    unsafe { record.register() };
    let raw = Box::into_raw(record) as usize;
    let watch = Arc::new(Watch::default());
    let mine = watch.clone();
    let spawned = std::thread::Builder::new().name("faulthandler".to_owned()).spawn(move || {
        // SAFETY: the box made above; this thread owns it now.
        let mut record = unsafe { Box::from_raw(raw as *mut Thread) };
        run(&mut record, &mine, nanos, repeat, fd, exit);
        let id = record.id();
        record.unregister();
        WORLD.id_drained(id);
        record.leave();
        drop(record);
        mine.state().over = true;
        mine.changed.notify_all();
    });
    if spawned.is_err() {
        // SAFETY: the thread did not start: the box is still ours.
        let record = unsafe { Box::from_raw(raw as *mut Thread) };
        record.unregister();
        WORLD.id_drained(id);
        return Err(raise::runtime_error(th, format_args!("unable to start watchdog thread")));
    }
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(watch);
    Ok(())
}

/// The life of a watching thread.
fn run(th: &mut Thread, watch: &Watch, nanos: u64, repeat: bool, fd: i32, exit: bool) {
    th.enter();
    let head = header(nanos);
    loop {
        if watch.wait(Duration::from_nanos(nanos)) {
            return;
        }
        dump::write(fd, head.as_bytes());
        if exit {
            // A thread that never comes to a safepoint must not keep the process alive.
            let _ = std::thread::Builder::new().spawn(|| {
                std::thread::sleep(PATIENCE);
                // SAFETY: no preconditions.
                unsafe { libc::_exit(1) };
            });
        }
        th.attach();
        let text = dump::all(th, false);
        th.detach();
        dump::write(fd, &text);
        if exit {
            // SAFETY: no preconditions.
            unsafe { libc::_exit(1) };
        }
        if !repeat {
            return;
        }
    }
}

/// Ends the watch, and waits for its end.
pub fn cancel(th: &mut Thread) {
    let watch = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(watch) = watch else { return };
    th.detached(|| {
        let mut state = watch.state();
        state.cancelled = true;
        watch.changed.notify_all();
        while !state.over {
            state = watch.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    });
}
