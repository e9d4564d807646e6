//! `_signal`: handlers written in Python. The C handler only sets bits (R15); the main thread runs the handlers at its next safepoint.
//!
//! Invariant: what the C handler touches is atomic, and lives as long as the process.
#![allow(unsafe_code, reason = "system calls, and the main thread's slot from a signal handler")]

mod handlers;

use core::mem::MaybeUninit;

use heap::sync::{AtomicBool, AtomicI32, AtomicPtr, AtomicU64, Ordering::*};
use heap::world::{WorldSlot, poll};
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Int, Set, Str, exceptions, ops, raise};

use crate::os::{self, Deadline, c, float, int};
use crate::posix::classes::Class;

/// A bit for each signal that arrived; 64 has bit 0.
static PENDING: AtomicU64 = AtomicU64::new(0);
/// The main thread's slot: it is never freed.
static MAIN: AtomicPtr<WorldSlot> = AtomicPtr::new(core::ptr::null_mut());
/// The main thread's `pthread_t`.
static MAIN_IDENT: AtomicU64 = AtomicU64::new(0);
/// The descriptor of `set_wakeup_fd`, or -1.
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
static WARN_ON_FULL: AtomicBool = AtomicBool::new(true);
/// `errno` of a write to the wakeup descriptor that failed.
static WAKEUP_FAILED: AtomicI32 = AtomicI32::new(0);

const NSIG: i32 = 65;

static ITIMER_ERROR: Global<Object> = Global::EMPTY;

/// Marks a signal as arrived. Async-signal-safe.
pub fn trip(signum: i32) {
    // Release: pairs with `run_handlers`.
    PENDING.fetch_or(1 << (signum as u64 & 63), Release);
    ask_main();
    let fd = WAKEUP.load(Relaxed);
    if fd >= 0 {
        let byte = signum as u8;
        if c!(write(fd, (&raw const byte).cast(), 1)) < 0 {
            WAKEUP_FAILED.store(os::errno(), Relaxed);
        }
    }
}

/// Has the main thread look at what waits for it, at its next safepoint. From any thread, also one that Python does not know.
pub fn ask_main() {
    // SAFETY: R15: the main thread's slot is never freed.
    if let Some(main) = unsafe { MAIN.load(Acquire).as_ref() } {
        main.ask(poll::SIGNALS);
        main.parker.interrupt();
    }
}

/// Marks a signal as arrived if a handler of Python's is there for it (`PyErr_SetInterruptEx`). Async-signal-safe.
pub fn trip_if_handled(signum: i32) {
    if current_action(signum) == Some(on_signal as extern "C" fn(libc::c_int) as libc::sighandler_t) {
        trip(signum);
    }
}

/// Whether Ctrl-C was pressed and nobody has handled it; it counts as handled then.
pub fn take_interrupt() -> bool {
    let bit = 1 << libc::SIGINT;
    is_main() && PENDING.fetch_and(!bit, AcqRel) & bit != 0
}

/// Sets the descriptor to which the number of each signal that arrives is written (-1: none); returns the one before.
pub fn set_wakeup_descriptor(fd: i32) -> i32 {
    WAKEUP.swap(fd, Relaxed)
}

extern "C" fn on_signal(signum: libc::c_int) {
    // SAFETY: this thread's own.
    let number = unsafe { &mut *libc::__errno_location() };
    let before = *number;
    trip(signum);
    *number = before;
}

/// Called by the main thread, and by the only thread of a forked child.
pub fn note_main_thread(th: &Thread) {
    MAIN_IDENT.store(crate::thread::ident() as u64, Relaxed);
    MAIN.store((&raw const th.world).cast_mut(), Release);
}

/// Called by a thread that ends; true: it was the main one, as only a forked child's can be. Signals find no main thread any more.
pub fn first_ends() -> bool {
    let first = is_main();
    if first {
        MAIN.store(core::ptr::null_mut(), Release);
    }
    first
}

/// In a forked child nothing has arrived yet.
pub fn after_fork_in_child(th: &Thread) {
    if !is_main() {
        handlers::inherit(th);
    }
    note_main_thread(th);
    PENDING.store(0, Relaxed);
}

/// Whether the calling thread is the main one.
pub fn is_main() -> bool {
    MAIN_IDENT.load(Relaxed) == crate::thread::ident() as u64
}

/// Runs the handlers of the signals that arrived. Only the main thread does.
#[inline]
pub fn run_handlers(th: &mut Thread) -> Result<(), Raised> {
    if PENDING.load(Relaxed) != 0 && is_main() { run_pending(th) } else { Ok(()) }
}

#[cold]
fn run_pending(th: &mut Thread) -> Result<(), Raised> {
    th.world.take(poll::SIGNALS);
    th.world.parker.clear_interrupt();
    warn_full(th);
    // Acquire: pairs with `trip`.
    let mut bits = PENDING.swap(0, Acquire);
    while bits != 0 {
        let bit = bits.trailing_zeros() as i32;
        bits &= bits - 1;
        let signum = if bit == 0 { 64 } else { bit };
        let Some(handler) = handlers::get(th, signum).filter(|handler| ops::is_callable(handler)) else {
            let lost = format_args!("Signal {signum} ignored due to race condition");
            let _: Raised = raise::new(th, exceptions::os_error_type(), lost);
            raise::unraisable(th, "", Some(objects::none()));
            continue;
        };
        let number = int(th, signum.into());
        let frame = match interp::frame::stack::frames(th).next() {
            Some(frame) => interp::frame::object::frame_object(th, frame).up(),
            None => objects::none_ref(),
        };
        match ops::call(th, &handler, &[&number, &frame]) {
            Ok(result) => th.release(result),
            Err(raised) => {
                // The others stay pending.
                if bits != 0 {
                    PENDING.fetch_or(bits, Release);
                    th.world.ask(poll::SIGNALS);
                }
                return Err(raised);
            }
        }
    }
    Ok(())
}

fn warn_full(th: &mut Thread) {
    let number = WAKEUP_FAILED.swap(0, Relaxed);
    if number == 0 || (number == libc::EAGAIN && !WARN_ON_FULL.load(Relaxed)) {
        return;
    }
    let error = raise::os_error(th, number, None, None);
    let _: Raised = error;
    raise::unraisable(th, "Exception ignored while trying to write to the signal wakeup fd", None);
}

fn set_action(signum: i32, action: libc::sighandler_t) -> i32 {
    let mut new = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: zeroed is an empty mask without flags.
    unsafe { (*new.as_mut_ptr()).sa_sigaction = action };
    c!(sigaction(signum, new.as_ptr(), core::ptr::null_mut()))
}

fn current_action(signum: i32) -> Option<libc::sighandler_t> {
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    if c!(sigaction(signum, core::ptr::null(), old.as_mut_ptr())) != 0 {
        return None;
    }
    // SAFETY: filled by the call.
    Some(unsafe { old.assume_init() }.sa_sigaction)
}

/// What is done at the start: a broken pipe and a file that is too large are errors of calls, Ctrl-C is KeyboardInterrupt.
pub fn install_defaults(th: &mut Thread) -> Result<(), Raised> {
    set_action(libc::SIGPIPE, libc::SIG_IGN);
    set_action(libc::SIGXFSZ, libc::SIG_IGN);
    let module = interp::import::import_module(th, "_signal")?;
    th.release(module);
    Ok(())
}

/// The module was made: Python answers interrupts from now on, unless the program does.
pub fn take_interrupts(th: &mut Thread, module: &Object) -> Result<(), Raised> {
    if current_action(libc::SIGINT) == Some(libc::SIG_DFL) {
        let handler = ops::getattr_str(th, module, "default_int_handler")?;
        handlers::set(th, libc::SIGINT, handler);
        set_action(libc::SIGINT, on_signal as *const () as usize);
    }
    Ok(())
}

fn check(th: &mut Thread, signum: i32) -> Result<(), Raised> {
    if (1..NSIG).contains(&signum) {
        return Ok(());
    }
    Err(raise::value_error(th, format_args!("signal number out of range")))
}

/// The handler that is set, as Python sees it.
fn handler_of(th: &mut Thread, signum: i32) -> Option<Ref<Object>> {
    if let Some(known) = handlers::get(th, signum) {
        return Some(known);
    }
    match current_action(signum) {
        Some(libc::SIG_DFL) => Some(int(th, 0)),
        Some(libc::SIG_IGN) => Some(int(th, 1)),
        _ => None,
    }
}

/// Whether something other than the default or nothing happens when the signal comes.
pub fn is_handled(th: &mut Thread, signum: i32) -> bool {
    let handler = handler_of(th, signum);
    handler.is_none_or(|handler| !handler.is_a::<Int>())
}

/// No handler runs any more; what Python handled does again what it does in any program.
pub fn finalize(th: &mut Thread) {
    for signum in 1..NSIG {
        let Some(known) = handlers::get(th, signum) else { continue };
        if ops::is_callable(&known) {
            let _ = set_action(signum, libc::SIG_DFL);
        }
        handlers::set(th, signum, objects::none_ref());
    }
}

/// A set of signals from their numbers.
pub fn set_of(th: &mut Thread, signals: &[Ref<Object>]) -> Result<libc::sigset_t, Raised> {
    let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
    c!(sigemptyset(set.as_mut_ptr()));
    for signal in signals {
        let number = ops::index(th, signal)?.to_i64().unwrap_or(-1);
        if !(1..i64::from(NSIG)).contains(&number) {
            return Err(raise::value_error(th, format_args!("signal number {number} out of range [1; {}]", NSIG - 1)));
        }
        // Those that libc keeps for itself cannot be added, and need not be.
        c!(sigaddset(set.as_mut_ptr(), number as i32));
    }
    // SAFETY: initialised above.
    Ok(unsafe { set.assume_init() })
}

fn set_from(th: &mut Thread, signals: &Object) -> Result<libc::sigset_t, Raised> {
    let signals = ops::to_vec(th, signals)?;
    set_of(th, &signals)
}

fn set_to(th: &mut Thread, set: &libc::sigset_t) -> Result<Ref<Object>, Raised> {
    let members = (1..NSIG).filter(|n| c!(sigismember(set, *n)) == 1);
    let members: Vec<Ref<Object>> = members.map(|n| int(th, n.into())).collect();
    let members = os::list(th, members);
    Ok(Set::from_iterable(th, &members)?.up())
}

fn timeval(nanos: i64) -> libc::timeval {
    libc::timeval { tv_sec: nanos.div_euclid(1_000_000_000), tv_usec: nanos.rem_euclid(1_000_000_000) / 1000 }
}

fn interval_result(th: &mut Thread, timer: &libc::itimerval) -> Ref<Object> {
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    let items = vec![float(th, seconds(timer.it_value)), float(th, seconds(timer.it_interval))];
    os::tuple(th, items)
}

const NO_TIMER: libc::itimerval =
    libc::itimerval { it_interval: libc::timeval { tv_sec: 0, tv_usec: 0 }, it_value: libc::timeval { tv_sec: 0, tv_usec: 0 } };

fn itimer_error(th: &mut Thread) -> Raised {
    let number = os::errno();
    let class = ITIMER_ERROR.get(th);
    let text = std::io::Error::from_raw_os_error(number).to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let (code, text) = (int(th, number.into()), Str::new(th, text));
    match class.as_deref().and_then(as_type) {
        Some(class) => raise::call_class(th, class, &[&code, &text]),
        None => raise::os_error(th, number, None, None),
    }
}

fn siginfo(th: &mut Thread, info: &libc::siginfo_t) -> Result<Ref<Object>, Raised> {
    // SAFETY: plain numbers, whatever they mean for this signal.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    let values = [info.si_signo.into(), info.si_code.into(), info.si_errno.into(), pid.into(), i64::from(uid), status.into(), 0];
    let values = values.map(|v: i64| int(th, v));
    SIGINFO.make(th, &values)
}

static SIGINFO: Class = Class::new(
    "signal",
    "struct_siginfo",
    "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.",
    &[
        ("si_signo", "signal number"),
        ("si_code", "signal code"),
        ("si_errno", "errno associated with this signal"),
        ("si_pid", "sending process ID"),
        ("si_uid", "real user ID of sending process"),
        ("si_status", "exit value or signal"),
        ("si_band", "band event for SIGPOLL"),
    ],
    7,
);

const NAMES: &[(&str, i64)] = os::constants! {
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGIOT SIGABRT SIGFPE SIGKILL SIGBUS SIGSEGV SIGSYS SIGPIPE SIGALRM SIGTERM SIGUSR1 SIGUSR2
    SIGCHLD SIGPWR SIGIO SIGURG SIGWINCH SIGPOLL SIGSTOP SIGTSTP SIGCONT SIGTTIN SIGTTOU SIGVTALRM SIGPROF SIGXCPU SIGXFSZ SIGSTKFLT
    ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF SIG_BLOCK SIG_UNBLOCK SIG_SETMASK
};

#[pymodule(name = "_signal")]
pub mod signal {
    //! This module provides mechanisms to use signal handlers in Python.
    use super::*;

    #[attr]
    fn struct_siginfo(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        SIGINFO.get(th)
    }

    #[attr]
    fn ItimerError(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ITIMER_ERROR.get_or_init(th, |th| {
            let namespace = objects::Dict::new(th);
            let module = Str::new(th, "signal");
            namespace.set_by_name(th, "__module__", module.up());
            let bases = objects::Tuple::from_slice(th, &[exceptions::os_error_type()]);
            let name = Str::new(th, "ItimerError");
            objects::typing::new_class::new_class(th, objects::typing::type_type(), &name, &bases, &namespace, KwArgs::new(&[], &[]))
        })
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        os::add_constants(th, module, NAMES);
        let others = [
            ("NSIG", i64::from(NSIG)),
            ("SIG_DFL", 0),
            ("SIG_IGN", 1),
            ("SIGCLD", i64::from(libc::SIGCHLD)),
            ("SIGRTMIN", i64::from(libc::SIGRTMIN())),
            ("SIGRTMAX", i64::from(libc::SIGRTMAX())),
        ];
        os::add_constants(th, module, &others);
        Ok(())
    }

    /// The default handler for SIGINT installed by Python.
    ///
    /// It raises KeyboardInterrupt.
    #[function(sig = "(signalnum, frame, /)")]
    fn default_int_handler(th: &mut Thread, signalnum: i32, frame: &Object) -> Result<(), Raised> {
        let _ = (signalnum, frame);
        Err(raise::empty(th, exceptions::keyboard_interrupt_type()))
    }

    /// Set the action for the given signal.
    ///
    /// The action can be SIG_DFL, SIG_IGN, or a callable Python object.
    /// The previous action is returned.  See getsignal() for possible return
    /// values.
    ///
    /// *** IMPORTANT NOTICE ***
    /// A signal handler function is called with two arguments: the first is
    /// the signal number, the second is the interrupted stack frame.
    #[function(sig = "(signalnum, handler, /)")]
    fn signal(th: &mut Thread, signalnum: i32, handler: &Object) -> Result<Option<Ref<Object>>, Raised> {
        if !is_main() {
            return Err(raise::value_error(th, format_args!("signal only works in main thread of the main interpreter")));
        }
        check(th, signalnum)?;
        let number = handler.downcast::<Int>().and_then(Int::to_i64);
        let action = match number {
            Some(0) => libc::SIG_DFL,
            Some(1) => libc::SIG_IGN,
            _ if ops::is_callable(handler) => on_signal as *const () as usize,
            _ => {
                return Err(raise::type_error(
                    th,
                    format_args!("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"),
                ));
            }
        };
        run_handlers(th)?;
        let old = handler_of(th, signalnum);
        let result = set_action(signalnum, action);
        os::quick(th, result)?;
        let kept = match number {
            Some(number) => int(th, number),
            None => handler.to_owned(),
        };
        handlers::set(th, signalnum, kept);
        Ok(old)
    }

    /// Return the current action for the given signal.
    ///
    /// The return value can be:
    ///   SIG_IGN -- if the signal is being ignored
    ///   SIG_DFL -- if the default action for the signal is in effect
    ///   None    -- if an unknown handler is in effect
    ///   anything else -- the callable Python object used as a handler
    #[function(sig = "(signalnum, /)")]
    fn getsignal(th: &mut Thread, signalnum: i32) -> Result<Option<Ref<Object>>, Raised> {
        check(th, signalnum)?;
        Ok(handler_of(th, signalnum))
    }

    /// Return the system description of the given signal.
    ///
    /// Returns the description of signal *signalnum*, such as "Interrupt"
    /// for :const:`SIGINT`. Returns :const:`None` if *signalnum* has no
    /// description. Raises :exc:`ValueError` if *signalnum* is invalid.
    #[function(sig = "(signalnum, /)")]
    fn strsignal(th: &mut Thread, signalnum: i32) -> Result<Option<Ref<Object>>, Raised> {
        check(th, signalnum)?;
        if (32..34).contains(&signalnum) {
            return Ok(None);
        }
        let text = c!(strsignal(signalnum));
        Ok((!text.is_null()).then(|| os::c_text(th, text)))
    }

    /// Change system call restart behaviour.
    ///
    /// If flag is False, system calls will be restarted when interrupted by
    /// signal sig, else system calls will be interrupted.
    #[function(sig = "(signalnum, flag, /)")]
    fn siginterrupt(th: &mut Thread, signalnum: i32, flag: i32) -> Result<(), Raised> {
        check(th, signalnum)?;
        let mut action = MaybeUninit::<libc::sigaction>::zeroed();
        os::quick(th, c!(sigaction(signalnum, core::ptr::null(), action.as_mut_ptr())))?;
        // SAFETY: filled by the call.
        let mut action = unsafe { action.assume_init() };
        action.sa_flags = if flag != 0 { action.sa_flags & !libc::SA_RESTART } else { action.sa_flags | libc::SA_RESTART };
        os::quick(th, c!(sigaction(signalnum, &raw const action, core::ptr::null_mut())))?;
        Ok(())
    }

    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    ///
    /// A library can use this to wakeup select or poll.
    /// The previous fd or -1 is returned.
    ///
    /// The fd must be non-blocking.
    #[function(sig = "(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(th: &mut Thread, fd: i32, warn_on_full_buffer: bool) -> Result<i32, Raised> {
        if !is_main() {
            return Err(raise::value_error(th, format_args!("set_wakeup_fd only works in main thread of the main interpreter")));
        }
        if fd != -1 {
            let mut st = MaybeUninit::<libc::stat>::zeroed();
            os::quick(th, c!(fstat(fd, st.as_mut_ptr())))?;
            let flags = os::quick(th, c!(fcntl(fd, libc::F_GETFL, 0)))?;
            if flags & libc::O_NONBLOCK == 0 {
                return Err(raise::value_error(th, format_args!("the fd {fd} must be in non-blocking mode")));
            }
        }
        WARN_ON_FULL.store(warn_on_full_buffer, Relaxed);
        Ok(WAKEUP.swap(fd, Relaxed))
    }

    /// Send a signal to the executing process.
    #[function(sig = "(signalnum, /)")]
    fn raise_signal(th: &mut Thread, signalnum: i32) -> Result<(), Raised> {
        let result = th.detached(|| c!(raise(signalnum)));
        os::quick(th, if result == 0 { 0 } else { -1 })?;
        run_handlers(th)
    }

    /// Send a signal to a thread.
    #[function(sig = "(thread_id, signalnum, /)")]
    fn pthread_kill(th: &mut Thread, thread_id: usize, signalnum: i32) -> Result<(), Raised> {
        let (a, b) = (Int::from_usize(th, thread_id), int(th, signalnum.into()));
        interp::audit::event(th, "signal.pthread_kill", &[&a, &b])?;
        match c!(pthread_kill(thread_id as libc::pthread_t, signalnum)) {
            0 => run_handlers(th),
            number => Err(raise::os_error(th, number, None, None)),
        }
    }

    /// Send a signal to a process referred to by a pid file descriptor.
    #[function(sig = "(pidfd, signalnum, siginfo=None, flags=0, /)")]
    fn pidfd_send_signal(th: &mut Thread, pidfd: i32, signalnum: i32, siginfo: Option<&Object>, flags: u32) -> Result<(), Raised> {
        if siginfo.is_some_and(|info| !info.is(objects::none())) {
            return Err(raise::type_error(th, format_args!("siginfo must be None")));
        }
        os::quick(th, c!(syscall(libc::SYS_pidfd_send_signal, pidfd, signalnum, core::ptr::null::<libc::siginfo_t>(), flags)))?;
        run_handlers(th)
    }

    /// Fetch and/or change the signal mask of the calling thread.
    #[function(sig = "(how, mask, /)")]
    fn pthread_sigmask(th: &mut Thread, how: i32, mask: &Object) -> Result<Ref<Object>, Raised> {
        let set = set_from(th, mask)?;
        let mut old = MaybeUninit::<libc::sigset_t>::zeroed();
        let number = c!(pthread_sigmask(how, &raw const set, old.as_mut_ptr()));
        if number != 0 {
            return Err(raise::os_error(th, number, None, None));
        }
        run_handlers(th)?;
        // SAFETY: filled by the call.
        set_to(th, &unsafe { old.assume_init() })
    }

    /// Examine pending signals.
    ///
    /// Returns a set of signal numbers that are pending for delivery to
    /// the calling thread.
    #[function(sig = "()")]
    fn sigpending(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
        os::quick(th, c!(sigpending(set.as_mut_ptr())))?;
        // SAFETY: filled by the call.
        set_to(th, &unsafe { set.assume_init() })
    }

    /// Wait for a signal.
    ///
    /// Suspend execution of the calling thread until the delivery of one of the
    /// signals specified in the signal set sigset.  The function accepts the
    /// signal and returns the signal number.
    #[function(sig = "(sigset, /)")]
    fn sigwait(th: &mut Thread, sigset: &Object) -> Result<i32, Raised> {
        let set = set_from(th, sigset)?;
        let mut signum = 0;
        loop {
            match th.detached(|| c!(sigwait(&raw const set, &raw mut signum))) {
                0 => return Ok(signum),
                libc::EINTR => run_handlers(th)?,
                number => return Err(raise::os_error(th, number, None, None)),
            }
        }
    }

    /// Wait synchronously until one of the signals in *sigset* is delivered.
    ///
    /// Returns a struct_siginfo containing information about the signal.
    #[function(sig = "(sigset, /)")]
    fn sigwaitinfo(th: &mut Thread, sigset: &Object) -> Result<Ref<Object>, Raised> {
        let set = set_from(th, sigset)?;
        let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
        os::call(th, || c!(sigwaitinfo(&raw const set, info.as_mut_ptr())))?;
        // SAFETY: filled by the call.
        siginfo(th, &unsafe { info.assume_init() })
    }

    /// Like sigwaitinfo(), but with a timeout.
    ///
    /// The timeout is specified in seconds, with floating-point numbers allowed.
    #[function(sig = "(sigset, timeout, /)")]
    fn sigtimedwait(th: &mut Thread, sigset: &Object, timeout: &Object) -> Result<Option<Ref<Object>>, Raised> {
        let nanos = os::nanoseconds(th, timeout, os::Round::Ceiling)?;
        if nanos < 0 {
            return Err(raise::value_error(th, format_args!("timeout must be non-negative")));
        }
        let set = set_from(th, sigset)?;
        let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
        let deadline = Deadline::in_nanos(nanos);
        let waited = os::attempt(th, || {
            let left = deadline.left().unwrap_or(0);
            let left = libc::timespec { tv_sec: (left / 1_000_000_000) as i64, tv_nsec: (left % 1_000_000_000) as i64 };
            c!(sigtimedwait(&raw const set, info.as_mut_ptr(), &raw const left))
        })?;
        match waited {
            // SAFETY: filled by the call.
            Ok(_) => siginfo(th, &unsafe { info.assume_init() }).map(Some),
            Err(libc::EAGAIN) => Ok(None),
            Err(number) => Err(raise::os_error(th, number, None, None)),
        }
    }

    /// Wait until a signal arrives.
    #[function(sig = "()")]
    fn pause(th: &mut Thread) -> Result<(), Raised> {
        th.detached(|| c!(pause()));
        run_handlers(th)
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[function(sig = "(seconds, /)")]
    fn alarm(seconds: i32) -> u32 {
        c!(alarm(seconds as u32))
    }

    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    ///
    /// The timer will fire after value seconds and after that every interval
    /// seconds.  The itimer can be cleared by setting seconds to zero.
    ///
    /// Returns old values as a tuple: (delay, interval).
    #[function(sig = "(which, seconds, interval=0.0, /)")]
    fn setitimer(th: &mut Thread, which: i32, seconds: &Object, #[default(objects::none())] interval: &Object) -> Result<Ref<Object>, Raised> {
        let seconds = os::nanoseconds(th, seconds, os::Round::Ceiling)?;
        let interval = if interval.is(objects::none()) { 0 } else { os::nanoseconds(th, interval, os::Round::Ceiling)? };
        // Less than a microsecond must not become "never".
        let whole = |nanos: i64| timeval(if nanos > 0 { nanos.saturating_add(999) } else { nanos });
        let new = libc::itimerval { it_interval: whole(interval), it_value: whole(seconds) };
        let mut old = NO_TIMER;
        if c!(setitimer(which as _, &raw const new, &raw mut old)) != 0 {
            return Err(itimer_error(th));
        }
        Ok(interval_result(th, &old))
    }

    /// Returns current value of given itimer.
    #[function(sig = "(which, /)")]
    fn getitimer(th: &mut Thread, which: i32) -> Result<Ref<Object>, Raised> {
        let mut timer = NO_TIMER;
        if c!(getitimer(which as _, &raw mut timer)) != 0 {
            return Err(itimer_error(th));
        }
        Ok(interval_result(th, &timer))
    }

    /// Return a set of valid signal numbers on this platform.
    ///
    /// The signal numbers returned by this function can be safely passed to
    /// functions like `pthread_sigmask`.
    #[function(sig = "()")]
    fn valid_signals(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
        c!(sigfillset(set.as_mut_ptr()));
        // SAFETY: filled by the call.
        set_to(th, &unsafe { set.assume_init() })
    }
}
