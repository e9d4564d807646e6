//! The module `sys`: its namespace is the one place for what is per interpreter and visible to programs.
//!
//! Facts of the build and the machine are in [`info`], functions over frames and threads in [`frames`], those for
//! debuggers in [`debugging`], what threads waited for in [`contention`], what the compiler did in [`jit`].

pub mod contention;
#[cfg(feature = "counted")]
pub mod counted;
pub mod debugging;
pub mod frames;
pub mod info;
pub mod jit;

use heap::sync::{AtomicI32, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, Int, Module, Str, Tuple, names, ops, raise};

static SYS: Global<Module> = Global::EMPTY;
/// `RTLD_NOW`, unless a program asks for others.
static SWITCH_INTERVAL_US: AtomicI32 = AtomicI32::new(5000);

/// The module.
pub fn module(th: &mut Thread) -> Result<Ref<Module>, Raised> {
    match SYS.get(th) {
        Some(module) => Ok(module),
        None => Err(raise::runtime_error(th, format_args!("sys is not there yet"))),
    }
}

/// An attribute of `sys`, if it is there.
pub fn attribute(th: &mut Thread, name: &str) -> Option<Ref<Object>> {
    let module = SYS.get(th)?;
    let name = objects::intern(th, name);
    module.dict()?.get_str(th, name)
}

/// Sets an attribute of `sys`.
pub fn set_attribute(th: &mut Thread, name: &str, value: Ref<Object>) {
    if let Some(module) = SYS.get(th)
        && let Some(dict) = module.dict()
    {
        dict.set_by_name(th, name, value);
    }
}

/// `sys.modules`, whatever it is.
pub fn modules_object(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    match attribute(th, "modules") {
        Some(modules) => Ok(modules),
        None => Err(raise::runtime_error(th, format_args!("unable to get sys.modules"))),
    }
}

/// `sys.modules`, a dict.
pub fn modules(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    match modules_object(th)?.downcast::<Dict>() {
        Ok(modules) => Ok(modules),
        Err(_) => Err(raise::runtime_error(th, format_args!("sys.modules is not a dictionary"))),
    }
}

/// Makes `sys`, with `sys.modules` holding it and `builtins`.
pub fn start(th: &mut Thread, builtins: &Module) -> Result<(), Raised> {
    let module = Module::new(th, "sys");
    SYS.set(th, Some(module.clone()));
    let modules = Dict::new(th);
    modules.set_by_name(th, "sys", module.clone().up());
    modules.set_by_name(th, "builtins", heap::Heaped::to_ref(builtins).up());
    set_attribute(th, "modules", modules.up());
    sys::MODULE.fill(th, &module)
}

#[cfg_attr(not(feature = "counted"), pymodule(name = "sys", parts(frames::frames, info::info, debugging::debugging, contention::contention)))]
#[cfg_attr(
    feature = "counted",
    pymodule(name = "sys", parts(frames::frames, info::info, debugging::debugging, contention::contention, counted::counted))
)]
pub mod sys {
    //! This module provides access to some objects used or maintained by the
    //! interpreter and to functions that interact strongly with the interpreter.
    use super::*;

    /// Exit the interpreter by raising SystemExit(status).
    ///
    /// If the status is omitted or None, it defaults to zero (i.e., success).
    /// If the status is an integer, it will be used as the system exit status.
    /// If it is another kind of object, it will be printed and the system
    /// exit status will be one (i.e., failure).
    #[function(sig = "(status=None, /)")]
    fn exit(th: &mut Thread, #[default(objects::none())] status: &Object) -> Result<Ref<Object>, Raised> {
        let cls = objects::exceptions::system_exit_type();
        if let Some(args) = status.downcast::<objects::Tuple>() {
            // The items of a tuple are the arguments, as wherever C raises an exception.
            let args: Vec<&Object> = args.iter().collect();
            let exception = objects::ops::call(th, cls, &args)?;
            return Err(raise::set(th, exception));
        }
        Err(if status.is(objects::none()) { raise::empty(th, cls) } else { raise::with_value(th, cls, status.to_owned()) })
    }

    /// Return the current exception.
    ///
    /// Return the most recent exception caught by an except clause
    /// in the current stack frame or in an older stack frame, or None
    /// if no such clause exists.
    #[function]
    fn exception(th: &mut Thread) -> Ref<Object> {
        th.handled_exception().unwrap_or_else(objects::none_ref)
    }

    /// Return current exception information: (type, value, traceback).
    ///
    /// Return information about the most recent exception caught by an except
    /// clause in the current stack frame or in an older stack frame.
    #[function]
    fn exc_info(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let Some(exception) = th.handled_exception() else {
            return Ok(Tuple::from_slice(th, &[objects::none(), objects::none(), objects::none()]).up());
        };
        let traceback = ops::getattr_str(th, &exception, "__traceback__")?;
        Ok(Tuple::from_slice(th, &[exception.ty(), &exception, &traceback]).up())
    }

    /// Return the default encoding used by str.encode().
    #[function]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[function]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    /// Return the error mode used for Unicode to OS filename conversion.
    #[function]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// ``Intern'' the given string.
    ///
    /// This enters the string in the (global) table of interned strings whose
    /// purpose is to speed up dictionary lookups. Return the string itself or
    /// the previously interned string object with the same value.
    #[function(sig = "(string, /)")]
    fn intern(th: &mut Thread, string: &Str) -> Result<Ref<Object>, Raised> {
        if !string.is_exactly::<Str>() {
            return Err(raise::type_error(th, format_args!("can't intern {}", ops::type_name(string))));
        }
        Ok(objects::str::intern_mortal(th, string).up())
    }

    /// Return True if the given string is "interned".
    #[function(sig = "(string, /)")]
    fn _is_interned(string: &Str) -> bool {
        string.is_interned_somehow()
    }

    /// Return True if the given object is "immortal" per PEP 683.
    #[function(sig = "(op, /)")]
    fn _is_immortal(op: &Object) -> bool {
        op.is_immortal()
    }

    /// Return True if the GIL is currently enabled in this process; there is none.
    #[function]
    fn _is_gil_enabled() -> bool {
        false
    }

    /// Return the current value of the recursion limit.
    #[function]
    fn getrecursionlimit() -> i32 {
        crate::hooks::recursion_limit()
    }

    /// Set the maximum depth of the Python interpreter stack to n.
    ///
    /// This limit prevents infinite recursion from causing an overflow of the C
    /// stack and crashing Python.  The highest possible limit is platform-
    /// dependent.
    #[function(sig = "(limit, /)")]
    fn setrecursionlimit(th: &mut Thread, limit: i32) -> Result<(), Raised> {
        if limit < 1 {
            return Err(raise::value_error(th, format_args!("recursion limit must be greater or equal than 1")));
        }
        let depth = crate::frame::stack::recursion_depth(th);
        if depth >= limit {
            return Err(raise::new(
                th,
                objects::exceptions::recursion_error_type(),
                format_args!("cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"),
            ));
        }
        crate::hooks::set_recursion_limit(limit);
        crate::frame::stack::set_recursion_limit(th, limit);
        Ok(())
    }

    /// Return the current thread switch interval; see sys.setswitchinterval().
    #[function]
    fn getswitchinterval() -> f64 {
        f64::from(SWITCH_INTERVAL_US.load(Relaxed)) / 1e6
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    ///
    /// Threads run in parallel here: it is the time for which a thread that calls extensions may go on doing so while others wait.
    #[function(sig = "(interval, /)")]
    fn setswitchinterval(th: &mut Thread, interval: f64) -> Result<(), Raised> {
        if interval <= 0.0 {
            return Err(raise::value_error(th, format_args!("switch interval must be strictly positive")));
        }
        SWITCH_INTERVAL_US.store((interval * 1e6) as i32, Relaxed);
        heap::world::set_turn((interval * 1e9) as u64);
        Ok(())
    }

    /// Return the reference count of object.
    ///
    /// The count returned is generally one higher than you might expect,
    /// because it includes the (temporary) reference as an argument to
    /// getrefcount().
    #[function(sig = "(object, /)")]
    fn getrefcount(th: &mut Thread, object: &Object) -> u32 {
        th.references(object)
    }

    /// getsizeof(object [, default]) -> int
    ///
    /// Return the size of object in bytes.
    #[function(sig = "(object, default=<unrepresentable>)", shows = none)]
    fn getsizeof(th: &mut Thread, object: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        match size_of_object(th, object) {
            Ok(size) => Ok(Int::from_usize(th, size).up()),
            Err(raised) => match default {
                Some(default) if raise::catch(th, objects::exceptions::type_error_type()).is_some() => Ok(default.to_owned()),
                _ => Err(raised),
            },
        }
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[function(sig = "(exctype, value, traceback, /)")]
    fn excepthook(th: &mut Thread, _exctype: &Object, value: &Object, traceback: &Object) {
        crate::report::except_hook(th, value, traceback);
    }

    /// Handle an unraisable exception.
    #[function(sig = "(unraisable, /)")]
    fn unraisablehook(th: &mut Thread, unraisable: &Object) -> Result<(), Raised> {
        crate::report::unraisable_hook(th, unraisable)
    }

    /// Passes the event to any hooks that are attached.
    #[function(sig = "(event, /, *args)")]
    fn audit(th: &mut Thread, event: &Str, args: Args<'_>) -> Result<(), Raised> {
        let event = event.to_string_lossy();
        crate::audit::event(th, &event, args.as_slice())
    }

    /// Adds a new audit hook callback.
    #[function(sig = "(hook)")]
    fn addaudithook(th: &mut Thread, hook: &Object) -> Result<(), Raised> {
        crate::audit::add(th, hook)
    }

    /// Clear the internal type lookup cache.
    #[function]
    fn _clear_type_cache(th: &mut Thread) -> Result<(), Raised> {
        let text = "sys._clear_type_cache() is deprecated and scheduled for removal in a future version. Use sys._clear_internal_caches() instead.";
        objects::warn::warn(th, objects::exceptions::deprecation_warning_type(), format_args!("{text}"), 1)
    }

    /// Clear all internal performance-related caches.
    #[function]
    fn _clear_internal_caches() {}

    /// Private function for getting PyConfig.cpu_count
    #[function]
    fn _get_cpu_count_config() -> i64 {
        match crate::config::get().cpu_count {
            0 => -1,
            count => count.into(),
        }
    }

    /// Return True if Python is finalizing.
    #[function]
    fn is_finalizing() -> bool {
        crate::finalize::is_finalizing()
    }

    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[function(sig = "(maxdigits)")]
    fn set_int_max_str_digits(th: &mut Thread, maxdigits: i32) -> Result<(), Raised> {
        if maxdigits != 0 && maxdigits < 640 {
            return Err(raise::value_error(th, format_args!("maxdigits must be >= 640 or 0 for unlimited")));
        }
        objects::int::limit::set_max_str_digits(maxdigits as usize);
        Ok(())
    }

    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[function]
    fn get_int_max_str_digits() -> usize {
        objects::int::limit::max_str_digits()
    }

    /// Return the number of memory blocks currently allocated.
    #[function]
    fn getallocatedblocks(th: &mut Thread) -> usize {
        th.count_tracked(None)
    }

    /// Return the number of elements of the unicode interned dictionary
    #[function(sig = "(*, _only_immortal=False)")]
    fn getunicodeinternedsize(_only_immortal: bool) -> usize {
        objects::str::intern::count()
    }
}

fn size_of_object(th: &mut Thread, object: &Object) -> Result<usize, Raised> {
    let Some(result) = ops::call_special(th, object, &names::__sizeof__, &[])? else {
        let got = ops::type_name(object);
        return Err(raise::type_error(th, format_args!("Type {got} doesn't define __sizeof__")));
    };
    let Some(size) = result.downcast_ref::<Int>() else {
        return Err(raise::type_error(th, format_args!("an integer is required")));
    };
    match size.to_i64() {
        Some(size) if size >= 0 => Ok(size as usize + object.front()),
        _ => Err(raise::value_error(th, format_args!("__sizeof__() should return >= 0"))),
    }
}
