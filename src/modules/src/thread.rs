//! `_thread`: starting and joining threads, locks, thread-local data. Locks are in [`lock`], `_local` in [`local`].

pub mod handle;
pub mod local;
pub mod lock;

use heap::sync::{AtomicUsize, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, Str, Tuple, exceptions, ops, raise, structseq};

use handle::ThreadHandle;
use local::Local;
use lock::{Lock, RLock};

static STACK_SIZE: AtomicUsize = AtomicUsize::new(0);

/// Threads have this much stack where `stack_size` was not called.
const DEFAULT_STACK: usize = 16 << 20;

/// The main thread's identifier.
static MAIN_IDENT: AtomicUsize = AtomicUsize::new(0);

static EXCEPT_HOOK_ARGS: Global<Object> = Global::EMPTY;

/// No thread has a smaller stack than this.
fn least_stack() -> usize {
    #[allow(unsafe_code, reason = "a libc call without preconditions")]
    // SAFETY: no preconditions.
    let system = unsafe { libc::sysconf(libc::_SC_THREAD_STACK_MIN) };
    usize::try_from(system).unwrap_or(0).max(32 << 10)
}

/// Called once by the main thread before `_thread` is used.
pub fn note_main_thread(th: &Thread) {
    MAIN_IDENT.store(ident(), Relaxed);
    set_ident(th);
}

/// The calling thread's identifier.
pub fn ident() -> usize {
    #[allow(unsafe_code, reason = "a libc call without preconditions")]
    // SAFETY: no preconditions.
    unsafe {
        libc::pthread_self() as usize
    }
}

#[allow(unsafe_code, reason = "the thread's own field")]
fn set_ident(th: &Thread) {
    // SAFETY: R10: this thread's own field of the ABI's record.
    unsafe { (*th.abi()).thread_id = ident() as _ };
}

#[pymodule(name = "_thread", types(Lock, RLock, Local, ThreadHandle))]
pub mod thread {
    //! This module provides primitive operations to write multi-threaded programs.
    //! The 'threading' module provides a more convenient interface.
    use super::*;

    #[constant]
    const TIMEOUT_MAX: f64 = 9_223_372_036.0;

    /// The kernel keeps so many bytes of a thread's name.
    #[constant]
    const _NAME_MAXLEN: i64 = 15;

    #[attr]
    fn error(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(exceptions::runtime_error_type().to_owned())
    }

    #[attr]
    fn LockType(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(<Lock as heap::PyType>::type_object().to_owned())
    }

    #[attr]
    fn _excepthook_args_placeholder(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let fields = [("exc_type", "Exception type"), ("exc_value", "Exception value"), ("exc_traceback", "Exception traceback"), ("thread", "Thread")];
        let class = structseq::new_type(th, "_thread", "_ExceptHookArgs", "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.", &fields, 4)?;
        EXCEPT_HOOK_ARGS.set(th, Some(class.clone()));
        Ok(class)
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        if let Some(dict) = module.downcast::<objects::Module>().and_then(objects::Module::dict)
            && let Some(class) = dict.get_by_name(th, "_excepthook_args_placeholder")
        {
            dict.set_by_name(th, "_ExceptHookArgs", class);
            let name = objects::intern(th, "_excepthook_args_placeholder");
            dict.del_str(th, name);
        }
        Ok(())
    }

    /// Start a new thread and return its identifier.
    ///
    /// The thread will call the function with positional arguments from the
    /// tuple args and keyword arguments taken from the optional dictionary
    /// kwargs.  The thread exits when the function returns; the return value
    /// is ignored.  The thread will also exit when the function raises an
    /// unhandled exception; a stack trace will be printed unless the exception
    /// is SystemExit.
    #[function(sig = "(function, args, kwargs={}, /)")]
    fn start_new_thread(th: &mut Thread, function: &Object, args: &Object, kwargs: Option<&Object>) -> Result<usize, Raised> {
        if !ops::is_callable(function) {
            return Err(raise::type_error(th, format_args!("first arg must be callable")));
        }
        let Some(args) = args.downcast::<Tuple>() else {
            return Err(raise::type_error(th, format_args!("2nd arg must be a tuple")));
        };
        let kwargs = match kwargs {
            None => None,
            Some(kwargs) => match kwargs.downcast::<Dict>() {
                Some(dict) => Some(dict),
                None => return Err(raise::type_error(th, format_args!("optional 3rd arg must be a dictionary"))),
            },
        };
        let handle = ThreadHandle::new(th);
        handle::start(th, &handle, function, args, kwargs, STACK_SIZE.load(Relaxed).max(DEFAULT_STACK))
    }

    /// An obsolete synonym of start_new_thread().
    #[function(sig = "(function, args, kwargs={}, /)")]
    fn start_new(th: &mut Thread, function: &Object, args: &Object, kwargs: Option<&Object>) -> Result<usize, Raised> {
        start_new_thread(th, function, args, kwargs)
    }

    /// *For internal use only*: start a new thread.
    ///
    /// Like start_new_thread(), this starts a new thread calling the given function.
    /// Unlike start_new_thread(), this returns a handle object with methods to join
    /// or detach the given thread.
    /// This function is not for third-party code, please use the
    /// `threading` module instead. During finalization the runtime will not wait for
    /// the thread to exit if daemon is True. If handle is provided it must be a
    /// newly created thread._ThreadHandle instance.
    #[function(sig = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        th: &mut Thread,
        function: &Object,
        #[default(objects::none())] handle: &Object,
        daemon: bool,
    ) -> Result<Ref<Object>, Raised> {
        if !ops::is_callable(function) {
            return Err(raise::type_error(th, format_args!("thread function must be callable")));
        }
        let handle: Ref<ThreadHandle> = if handle.is(objects::none()) {
            ThreadHandle::new(th)
        } else {
            match handle.downcast::<ThreadHandle>() {
                Some(handle) => handle.to_ref(),
                None => return Err(raise::type_error(th, format_args!("'handle' must be a _ThreadHandle"))),
            }
        };
        if !daemon {
            handle::remember(th, &handle)?;
        }
        handle::start(th, &handle, function, Tuple::empty_static(), None, STACK_SIZE.load(Relaxed).max(DEFAULT_STACK))?;
        Ok(handle.up())
    }

    /// Return True if daemon threads are allowed in the current interpreter,
    /// and False otherwise.
    #[function]
    fn daemon_threads_allowed() -> bool {
        true
    }

    /// Create a new lock object.
    ///
    /// See help(type(threading.Lock())) for information about locks.
    #[function]
    fn allocate_lock(th: &mut Thread) -> Ref<Lock> {
        Lock::new(th)
    }

    /// An obsolete synonym of allocate_lock().
    #[function]
    fn allocate(th: &mut Thread) -> Ref<Lock> {
        Lock::new(th)
    }

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    #[function]
    fn get_ident() -> usize {
        ident()
    }

    /// Return a non-negative integer identifying the thread as reported
    /// by the OS (kernel). This may be used to uniquely identify a
    /// particular thread within a system.
    #[function]
    fn get_native_id() -> i64 {
        #[allow(unsafe_code, reason = "a system call without preconditions")]
        // SAFETY: no preconditions.
        unsafe {
            i64::from(libc::gettid())
        }
    }

    /// Return the number of currently running Python threads, excluding
    /// the main thread.
    #[function]
    fn _count() -> usize {
        handle::running()
    }

    /// Return the thread stack size used when creating new threads.
    #[function(sig = "(size=0, /)")]
    fn stack_size(th: &mut Thread, #[default(isize::MIN)] size: isize) -> Result<usize, Raised> {
        let old = STACK_SIZE.load(Relaxed);
        // Absent.
        if size == isize::MIN {
            return Ok(old);
        }
        let least = least_stack();
        match usize::try_from(size) {
            Ok(size) if size == 0 || size >= least => STACK_SIZE.store(size, Relaxed),
            _ => return Err(raise::value_error(th, format_args!("size must be at least {least} bytes"))),
        }
        Ok(old)
    }

    /// This is synonymous to ``raise SystemExit''.  It will cause the current
    /// thread to exit silently unless the exception is caught.
    #[function]
    fn exit(th: &mut Thread) -> Result<(), Raised> {
        Err(raise::empty(th, exceptions::system_exit_type()))
    }

    /// An obsolete synonym of exit().
    #[function]
    fn exit_thread(th: &mut Thread) -> Result<(), Raised> {
        exit(th)
    }

    /// Simulate the arrival of the given signal in the main thread,
    /// where the corresponding signal handler will be executed.
    #[function(sig = "(signum=signal.SIGINT, /)")]
    fn interrupt_main(th: &mut Thread, #[default(2)] signum: i32) -> Result<(), Raised> {
        if !(1..65).contains(&signum) {
            return Err(raise::value_error(th, format_args!("signal number out of range")));
        }
        if crate::signal::is_handled(th, signum) {
            crate::signal::trip(signum);
        }
        Ok(())
    }

    /// Internal only. Return the main thread's identifier.
    #[function]
    fn _get_main_thread_ident() -> usize {
        MAIN_IDENT.load(Relaxed)
    }

    /// Return True if the current interpreter is the main Python interpreter.
    #[function]
    fn _is_main_interpreter() -> bool {
        true
    }

    /// Wait for all non-daemon threads (other than the calling thread) to stop.
    #[function]
    fn _shutdown(th: &mut Thread) -> Result<(), Raised> {
        handle::join_all(th)
    }

    /// Internal only. Make a thread handle for threads not spawned by the _thread or threading module.
    #[function(sig = "(ident, /)")]
    fn _make_thread_handle(th: &mut Thread, ident: usize) -> Ref<ThreadHandle> {
        ThreadHandle::of_running(th, ident)
    }

    /// Set the name of the current thread.
    #[function(sig = "(name)")]
    fn set_name(th: &mut Thread, name: &Str) {
        // Lone surrogates, which no encoding has, are shown as question marks.
        let text: String = name.chars().iter().map(|c| char::from_u32(c).unwrap_or('?')).collect();
        heap::contention::set_name(th, &text);
        let mut bytes: Vec<u8> = text.bytes().take_while(|b| *b != 0).take(_NAME_MAXLEN as usize).collect();
        bytes.push(0);
        #[allow(unsafe_code, reason = "a libc call with a terminated string")]
        // SAFETY: the string ends with a zero byte.
        unsafe {
            libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast());
        }
    }

    /// Get the name of the current thread.
    #[function]
    fn _get_name(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut name = [0u8; 100];
        #[allow(unsafe_code, reason = "a libc call with a buffer and its size")]
        // SAFETY: the buffer is ours, and the call is told its size.
        let number = unsafe { libc::pthread_getname_np(libc::pthread_self(), name.as_mut_ptr().cast(), name.len()) };
        if number != 0 {
            return Err(raise::os_error(th, number, None, None));
        }
        let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
        Ok(interp::config::decode_os(th, &name[..end]).up())
    }

    /// Handle uncaught Thread.run() exception.
    #[function(sig = "(args, /)")]
    fn _excepthook(th: &mut Thread, args: &Object) -> Result<(), Raised> {
        if EXCEPT_HOOK_ARGS.get(th).is_none_or(|class| !args.ty().as_object().is(&*class)) {
            return Err(raise::type_error(th, format_args!("_thread.excepthook argument type must be ExceptHookArgs")));
        }
        let exc_type = ops::getattr_str(th, args, "exc_type")?;
        if exc_type.is(exceptions::system_exit_type()) {
            return Ok(());
        }
        let (value, thread) = (ops::getattr_str(th, args, "exc_value")?, ops::getattr_str(th, args, "thread")?);
        let name = if thread.is(objects::none()) {
            format!("{}", ident())
        } else {
            let name = ops::getattr_str(th, &thread, "name")?;
            ops::str_(th, &name)?.to_string_lossy()
        };
        let header = format!("Exception in thread {name}:\n");
        if interp::sys::attribute(th, "stderr").is_some_and(|stderr| !stderr.is(objects::none())) {
            interp::report::write_stderr(th, &header);
            interp::report::display(th, &value);
            return Ok(());
        }
        // What was the stream when the thread was made takes it.
        let stderr = if thread.is(objects::none()) { None } else { Some(ops::getattr_str(th, &thread, "_stderr")?) };
        let Some(stderr) = stderr.filter(|stderr| !stderr.is(objects::none())) else { return Ok(()) };
        let header = Str::new(th, &header);
        let written = ops::call_method(th, &stderr, objects::intern(th, "write"), &[&header])?;
        th.release(written);
        let traceback = interp::import::import_module(th, "traceback")?;
        let print = ops::getattr_str(th, &traceback, "print_exception")?;
        let names = Tuple::from_array(th, [objects::intern(th, "file").to_ref().up()]);
        let printed = ops::call_kw(th, &print, &[&value, &stderr], Some(&names))?;
        th.release(printed);
        let flushed = ops::call_method(th, &stderr, objects::intern(th, "flush"), &[])?;
        th.release(flushed);
        Ok(())
    }
}
