//! Handlers of fatal signals and of those that a program registers.
//!
//! Invariant: what a handler reads is atomic or was written before the handler was installed, and it allocates nothing.
#![allow(unsafe_code, reason = "signal handlers, and the thread that they interrupt")]

use core::mem::MaybeUninit;
use std::sync::Mutex;

use heap::sync::{AtomicBool, AtomicI32, AtomicU64, Ordering::*};
use heap::{Object, Raised, Thread};
use objects::glue::Global;
use objects::{List, raise};

use super::dump;
use crate::os::{self, c};

/// The signals that end a process because something is broken.
const FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

const NSIG: usize = 65;

static ENABLED: AtomicBool = AtomicBool::new(false);
static FD: AtomicI32 = AtomicI32::new(2);
static ALL_THREADS: AtomicBool = AtomicBool::new(true);
static C_STACK: AtomicBool = AtomicBool::new(true);
/// Files that handlers write to stay open.
static FILES: Global<List> = Global::EMPTY;

/// A signal that a program registered.
struct Registered {
    /// -1: none.
    fd: AtomicI32,
    all_threads: AtomicBool,
    chain: AtomicBool,
}

static REGISTERED: [Registered; NSIG] =
    [const { Registered { fd: AtomicI32::new(-1), all_threads: AtomicBool::new(true), chain: AtomicBool::new(false) } }; NSIG];

/// What was installed before us. A handler only reads what is there while its signal is installed.
static BEFORE: Mutex<[Option<Before>; NSIG]> = Mutex::new([const { None }; NSIG]);

#[derive(Clone, Copy)]
struct Before(libc::sigaction);

/// A signal whose earlier handler is being called by a chaining one: a bit each.
static CHAINED: AtomicU64 = AtomicU64::new(0);

/// A file that a handler writes to.
pub fn keep(th: &mut Thread, file: &Object) {
    let kept = FILES.get_or_init(th, |th| Ok::<_, Raised>(List::new(th, Vec::new())));
    if let Ok(kept) = kept
        && kept.append(th, file.to_owned()).is_err()
    {
        th.take_exception();
    }
}

fn install(signum: i32, handler: extern "C" fn(i32), flags: i32) -> Result<(), i32> {
    let mut new = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: zeroed is an empty mask.
    unsafe {
        (*new.as_mut_ptr()).sa_sigaction = handler as *const () as usize;
        (*new.as_mut_ptr()).sa_flags = flags | libc::SA_ONSTACK;
    }
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    if c!(sigaction(signum, new.as_ptr(), old.as_mut_ptr())) != 0 {
        return Err(os::errno());
    }
    let mut before = BEFORE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let place = &mut before[signum as usize];
    if place.is_none() {
        // SAFETY: filled by the call.
        *place = Some(Before(unsafe { old.assume_init() }));
    }
    Ok(())
}

/// Puts back what was there. In a handler the lock may be held by the interrupted code: then the default is put in.
fn restore(signum: i32, in_handler: bool) {
    let old = if in_handler {
        BEFORE.try_lock().ok().and_then(|before| before[signum as usize])
    } else {
        BEFORE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)[signum as usize].take()
    };
    match old {
        Some(Before(old)) => {
            c!(sigaction(signum, &raw const old, core::ptr::null_mut()));
        }
        None => {
            c!(signal(signum, libc::SIG_DFL));
        }
    }
}

/// A stack for handlers, so that one can run when the thread's own is used up. One for each thread that asks, and never freed.
fn alternate_stack() {
    let size = libc::SIGSTKSZ.max(64 << 10);
    let mut now = MaybeUninit::<libc::stack_t>::zeroed();
    if c!(sigaltstack(core::ptr::null(), now.as_mut_ptr())) != 0 {
        return;
    }
    // SAFETY: filled by the call.
    let now = unsafe { now.assume_init() };
    if now.ss_flags & libc::SS_DISABLE == 0 && now.ss_size >= size {
        return;
    }
    let memory: &'static mut [u8] = Vec::leak(vec![0; size]);
    let stack = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: size };
    c!(sigaltstack(&raw const stack, core::ptr::null_mut()));
}

/// `enable`
pub fn enable(th: &mut Thread, fd: i32, all_threads: bool, c_stack: bool) -> Result<(), Raised> {
    FD.store(fd, Relaxed);
    ALL_THREADS.store(all_threads, Relaxed);
    C_STACK.store(c_stack, Relaxed);
    if ENABLED.swap(true, AcqRel) {
        return Ok(());
    }
    alternate_stack();
    for (signum, _) in FATAL {
        if let Err(number) = install(signum, on_fatal, libc::SA_NODEFER) {
            return Err(raise::os_error(th, number, None, None));
        }
    }
    Ok(())
}

/// `disable`
pub fn disable() -> bool {
    if !ENABLED.swap(false, AcqRel) {
        return false;
    }
    for (signum, _) in FATAL {
        restore(signum, false);
    }
    true
}

/// `is_enabled`
pub fn is_enabled() -> bool {
    ENABLED.load(Relaxed)
}

/// The tracebacks that a handler can tell of.
fn describe(fd: i32, all_threads: bool) {
    let mut out = |bytes: &[u8]| dump::write(fd, bytes);
    if !Thread::is_known() {
        out(b"<no Python thread>\n");
        return;
    }
    // SAFETY: R10: this thread is known; its record is only read.
    let th: &Thread = unsafe { Thread::from_tls() };
    if all_threads {
        dump::header(&mut out, crate::thread::ident() as u64, true);
    } else {
        out(b"Stack (most recent call first):\n");
    }
    dump::frames(&mut out, th);
    if all_threads && crate::thread::handle::running() > 0 {
        out(b"\nOther threads run in parallel.\n");
    }
}

extern "C" fn on_fatal(signum: i32) {
    // SAFETY: this thread's own.
    let number = unsafe { &mut *libc::__errno_location() };
    let before = *number;
    restore(signum, true);
    let fd = FD.load(Relaxed);
    let name = FATAL.iter().find(|(known, _)| *known == signum).map_or("Signal", |(_, name)| *name);
    dump::write(fd, b"Fatal Python error: ");
    dump::write(fd, name.as_bytes());
    dump::write(fd, b"\n\n");
    describe(fd, ALL_THREADS.load(Relaxed));
    if C_STACK.load(Relaxed) {
        dump::write(fd, b"\n");
        dump::c_stack(fd);
    }
    *number = before;
    // The handler before ours, or the default, ends the process.
    c!(raise(signum));
}

extern "C" fn on_registered(signum: i32) {
    // SAFETY: this thread's own.
    let number = unsafe { &mut *libc::__errno_location() };
    let before = *number;
    let user = &REGISTERED[signum as usize & 63];
    let fd = user.fd.load(Acquire);
    if fd >= 0 {
        describe(fd, user.all_threads.load(Relaxed));
    }
    if user.chain.load(Relaxed) && CHAINED.fetch_or(1 << (signum as u64 & 63), AcqRel) >> (signum as u64 & 63) & 1 == 0 {
        chain(signum);
        CHAINED.fetch_and(!(1 << (signum as u64 & 63)), AcqRel);
    }
    *number = before;
}

/// Lets the earlier handler have the signal, and comes back.
fn chain(signum: i32) {
    let old = BEFORE.try_lock().ok().and_then(|before| before[signum as usize]);
    let Some(Before(old)) = old else { return };
    let mut ours = MaybeUninit::<libc::sigaction>::zeroed();
    c!(sigaction(signum, &raw const old, ours.as_mut_ptr()));
    c!(raise(signum));
    c!(sigaction(signum, ours.as_ptr(), core::ptr::null_mut()));
}

/// Raises unless the signal may be registered.
pub fn check(th: &mut Thread, signum: i32) -> Result<(), Raised> {
    if FATAL.iter().any(|(fatal, _)| *fatal == signum) {
        return Err(raise::runtime_error(th, format_args!("signal {signum} cannot be registered, use enable() instead")));
    }
    if !(1..NSIG as i32).contains(&signum) {
        return Err(raise::value_error(th, format_args!("signal number out of range")));
    }
    Ok(())
}

/// `register`
pub fn register(th: &mut Thread, signum: i32, fd: i32, all_threads: bool, chain: bool) -> Result<(), Raised> {
    let user = &REGISTERED[signum as usize & 63];
    user.all_threads.store(all_threads, Relaxed);
    user.chain.store(chain, Relaxed);
    if user.fd.swap(fd, AcqRel) >= 0 {
        return Ok(());
    }
    alternate_stack();
    let flags = libc::SA_RESTART | if chain { libc::SA_NODEFER } else { 0 };
    match install(signum, on_registered, flags) {
        Ok(()) => Ok(()),
        Err(number) => {
            user.fd.store(-1, Release);
            Err(raise::os_error(th, number, None, None))
        }
    }
}

/// `unregister`
pub fn unregister(signum: i32) -> bool {
    if REGISTERED[signum as usize & 63].fd.swap(-1, AcqRel) < 0 {
        return false;
    }
    restore(signum, false);
    true
}

/// Sends a signal to this thread, without a file of what was in memory.
pub fn fault(signum: i32) {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    c!(setrlimit(libc::RLIMIT_CORE, &raw const none));
    c!(raise(signum));
}

/// Uses up the stack.
#[allow(unconditional_recursion, reason = "what it is for")]
pub fn overflow(depth: usize) -> usize {
    let block = core::hint::black_box([depth as u8; 4096]);
    overflow(depth + block.len()) + usize::from(core::hint::black_box(block[depth % block.len()]) == 255)
}
