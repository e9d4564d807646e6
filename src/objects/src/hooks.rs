//! What the object layer needs from the layers above: plain functions, set once by `cli/wire.rs` (style, "Direction").
//!
//! The defaults do as little as they can, so that this crate's tests run alone.

use std::sync::OnceLock;

use heap::{Object, Raised, Ref, Thread};

use crate::raise;

/// The upward calls.
pub struct Hooks {
    /// Reports the raised exception, which nobody can receive, and takes it: `sys.unraisablehook`. The text is the message without `: object`.
    pub unraisable: fn(&mut Thread, &str, Option<&Object>),
    /// Whether the object is a frame.
    pub is_frame: fn(&Object) -> bool,
    /// The line of an instruction of a frame.
    pub frame_line: fn(&mut Thread, &Object, i32) -> Option<i32>,
    /// Whether the object is a Python function.
    pub is_function: fn(&Object) -> bool,
    /// Imports a module by its full name.
    pub import: fn(&mut Thread, &str) -> Result<Ref<Object>, Raised>,
    /// `__name__` of the globals that the calling Python code runs with, so many frames further out.
    pub caller_module: fn(&mut Thread, usize) -> Option<Ref<Object>>,
    /// The name in the interpreter's module table, `sys.modules`.
    pub sys_module: fn(&mut Thread, &Object) -> Result<Option<Ref<Object>>, Raised>,
    /// The builtins that the running Python code was given, if any runs.
    pub current_builtins: fn(&mut Thread) -> Option<Ref<Object>>,
    /// An attribute of the module `sys`.
    pub sys_attribute: fn(&mut Thread, &str) -> Option<Ref<Object>>,
    /// The class and first argument that `super()` without arguments stands for in the calling function.
    pub super_arguments: fn(&mut Thread) -> Result<(Ref<Object>, Ref<Object>), Raised>,
    /// Shows what registers name without a count (`heap::hooks::Hooks::count_registers`). The world is held.
    pub count_registers: fn(&Thread, &mut dyn FnMut(*const Object, bool) -> bool),
    /// Where the Python code of a thread is.
    pub site: fn(&Thread) -> Option<heap::contention::Site>,
    /// Ends the process: the message, and where the program is.
    pub fatal: fn(&str) -> !,
    /// Writes the frames of a thread to standard error. From a signal handler of that thread.
    pub tell_frames: fn(&Thread),
    /// The contents of a common object that can be resized, copied in one step. `None`: it is no such object, or there is no memory.
    pub snapshot: fn(&mut Thread, &Object) -> Option<crate::glue::Snapshot>,
    /// The items of a container that a native module made, taken at one moment. `None`: it is none.
    pub at_one_moment: fn(&mut Thread, &Object) -> Option<Vec<Ref<Object>>>,
    /// Lets an iterator over a container that a native module made go through a copy (`ops::whole`).
    pub settle: fn(&mut Thread, &Object, &mut crate::ops::whole::Copies),
    /// Signals came while this thread waited: their handlers run.
    pub signals: fn(&mut Thread) -> Result<(), Raised>,
    /// A collection begins or ends.
    pub collection: fn(&mut Thread, heap::hooks::CollectionEvent),
    /// Garbage that is not to be cleared.
    pub keep_garbage: fn(&mut Thread, Vec<Ref<Object>>),
}

fn print_unraisable(th: &mut Thread, context: &str, object: Option<&Object>) {
    let Some(exception) = th.take_exception() else { return };
    let context = if context.is_empty() { "Exception ignored in" } else { context };
    match object {
        Some(object) => stdx::tell(format_args!("{context}: {object:p}: {exception:?}\n")),
        None => stdx::tell(format_args!("{context}: {exception:?}\n")),
    }
}

fn no_import(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
    Err(raise::system_error(th, format_args!("import of {name}: the import system is not installed")))
}

fn fatal(message: &str) -> ! {
    stdx::tell(format_args!("Fatal Python error: {message}\n"));
    std::process::abort()
}

/// Does as little as it can.
pub const DEFAULT: Hooks = Hooks {
    unraisable: print_unraisable,
    is_frame: |_| false,
    frame_line: |_, _, _| None,
    is_function: |_| false,
    import: no_import,
    caller_module: |_, _| None,
    sys_module: |_, _| Ok(None),
    current_builtins: |_| None,
    sys_attribute: |_, _| None,
    super_arguments: |th| Err(raise::runtime_error(th, format_args!("super(): no current frame"))),
    count_registers: |_, _| {},
    site: |_| None,
    fatal,
    tell_frames: |_| {},
    snapshot: |_, _| None,
    at_one_moment: |_, _| None,
    settle: |_, _, _| {},
    signals: |_| Ok(()),
    collection: |_, _| {},
    keep_garbage: |_, _| {},
};

static INSTALLED: OnceLock<&'static Hooks> = OnceLock::new();

/// Installs the hooks; only the first call counts.
pub fn set(hooks: &'static Hooks) {
    let _ = INSTALLED.set(hooks);
}

/// The installed hooks.
#[inline]
pub fn get() -> &'static Hooks {
    INSTALLED.get().copied().unwrap_or(const { &DEFAULT })
}
