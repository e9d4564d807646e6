//! The watchdog: names a thread that others have waited for, for a second, because it holds the world or does not let it stop.
//!
//! It is the ticker that looks ([`super::ticker`]), and only where somebody asked for it. What Python code the thread runs is told by the thread
//! itself, in a signal handler: nobody else may look at its frames while it runs.

use std::io::Write;

use super::{WORLD, World};
use crate::Thread;
use crate::foreign::names;
use crate::sync::{AtomicBool, AtomicU64, Ordering::Relaxed};

static ON: AtomicBool = AtomicBool::new(false);
/// The incident that was told last: when others began to wait.
static TOLD: AtomicU64 = AtomicU64::new(0);

/// How long others must have waited.
const LIMIT_NS: u64 = 1_000_000_000;
/// How often the ticker looks.
pub(super) const LOOK_NS: u64 = 100_000_000;

/// The signal by which a thread is asked to tell its frames.
fn signal() -> i32 {
    libc::SIGRTMAX() - 2
}

/// From now on such threads are named.
pub fn begin() {
    // SAFETY: the action is filled in; the handler has this signature and calls what a signal handler may.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = tell as extern "C" fn(i32) as usize;
        // System calls that the thread is in go on.
        action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
        libc::sigaction(signal(), &raw const action, core::ptr::null_mut());
    }
    ON.store(true, Relaxed);
}

/// Whether anybody looks.
pub fn is_on() -> bool {
    ON.load(Relaxed)
}

/// The handler: the thread writes where its Python code is.
extern "C" fn tell(_: i32) {
    crate::thread::with_current(|th| crate::hooks::hooks().tell_frames(th));
}

/// Looks once.
pub(super) fn look() {
    let Some(stuck) = WORLD.stuck(LIMIT_NS) else { return };
    if TOLD.swap(stuck.since, Relaxed) == stuck.since {
        return;
    }
    // What it runs is read under the latch, and named without it: names are looked for in files.
    let Some((running, ident)) = WORLD.of(stuck.id, |th| (th.world.running(), ident(th))) else { return };
    let did = if stuck.holds { "held the world" } else { "not let the world stop" };
    let seconds = stuck.nanoseconds as f64 / 1e9;
    let others = if stuck.waiting == 1 { "another waits".to_owned() } else { format!("{} others wait", stuck.waiting) };
    let place = if running == 0 { "in Python code, or in a function of the runtime".to_owned() } else { format!("in {}", names::of_activation(running)) };
    let text = format!("pyston: a thread has {did} for {seconds:.1} s, and {others}: thread {ident:#018x}{} is {place}\n", name(ident));
    let _ = std::io::stderr().write_all(text.as_bytes());
    // Under the latch again, so that the thread is there; the frames come behind the line above.
    WORLD.of(stuck.id, |th| {
        let still = th.world.running() == running && self::ident(th) == ident;
        // SAFETY: a registered thread is unregistered before it ends, which takes the latch.
        still.then(|| unsafe { libc::pthread_kill(ident as libc::pthread_t, signal()) })
    });
}

fn ident(th: &Thread) -> u64 {
    // SAFETY: R15: the record of a registered thread; the field is set before the thread runs Python.
    unsafe { (*th.abi()).thread_id as u64 }
}

/// The thread's name, if it has one.
fn name(ident: u64) -> String {
    let mut name = [0_u8; 64];
    // SAFETY: the buffer has this length; if the thread has ended meanwhile, the system says so.
    let known = ident != 0 && unsafe { libc::pthread_getname_np(ident as libc::pthread_t, name.as_mut_ptr().cast(), name.len()) } == 0;
    let end = name.iter().position(|&byte| byte == 0).unwrap_or(0);
    if known && end > 0 { format!(" [{}]", String::from_utf8_lossy(&name[..end])) } else { String::new() }
}

impl World {
    /// Looks at a thread under the latch.
    fn of<R>(&self, id: u16, look: impl FnOnce(&Thread) -> R) -> Option<R> {
        let inner = self.inner.lock();
        let listed = inner.slots.iter().find(|listed| listed.slot().id() == id)?;
        // SAFETY: R15: the record is in place while registered, and that ends under the latch; what is read of it are words of its own.
        Some(look(unsafe { &*listed.record.cast::<Thread>() }))
    }
}
