//! `sys` functions for debuggers and for looking at the runtime: breakpoints, what is displayed, other threads' exceptions, the loader's flags.
#![allow(unsafe_code, reason = "the environment is read by libc, as CPython reads it")]

use heap::sync::{AtomicI32, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread, Type};
use macros::pymodule;
use objects::glue::*;
use objects::{Bytes, Dict, Int, Str, Tuple, exceptions, names, ops, raise};

/// What `dlopen` is to be called with.
static DLOPEN_FLAGS: AtomicI32 = AtomicI32::new(libc::RTLD_NOW);

/// What extension modules' files are to be opened with.
pub fn dlopen_flags() -> i32 {
    DLOPEN_FLAGS.load(Relaxed)
}

#[pymodule(part)]
pub mod debugging {
    use super::*;

    #[constant]
    const _framework: &str = "";

    #[attr]
    fn _jit(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(crate::native::create(th, &super::super::jit::jit::MODULE)?.up())
    }

    /// Print an object to sys.stdout and also save it in builtins._
    #[function(sig = "(object, /)")]
    pub fn displayhook(th: &mut Thread, object: &Object) -> Result<(), Raised> {
        super::display(th, object)
    }

    /// This hook function is called by built-in breakpoint().
    #[function(sig = "(*args, **kws)", shows = "($module, /, *args, **kwargs)")]
    fn breakpointhook(th: &mut Thread, args: Args<'_>, kws: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        super::breakpoint(th, args, kws)
    }

    /// Call func(*args), while tracing is enabled.
    ///
    /// The tracing state is saved, and restored afterwards.  This is intended
    /// to be called from a debugger from a checkpoint, to recursively debug
    /// some other code.
    #[function(sig = "(func, args, /)")]
    fn call_tracing(th: &mut Thread, func: &Object, args: &Object) -> Result<Ref<Object>, Raised> {
        let Some(args) = args.downcast::<Tuple>() else {
            let got = ops::type_name(args);
            return Err(raise::type_error(th, format_args!("call_tracing() argument 2 must be tuple, not {got}")));
        };
        let before = th.set_tracing(false);
        crate::trace::notice(th);
        let result = ops::call_ex(th, func, args, None);
        th.set_tracing(before);
        result
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    ///
    /// This function should be used for specialized purposes only.
    #[function]
    fn _current_exceptions(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let mut found: Vec<(u64, Option<Ref<Object>>)> = Vec::new();
        let stopped = heap::world::stop(th);
        heap::world::for_each_thread(th, &mut |other| {
            let exception = other.handled_exception();
            if let Some(exception) = &exception {
                // R6: what another thread reaches from now on is common.
                th.share(exception);
            }
            found.push((thread_ident(other), exception));
        });
        drop(stopped);
        let dict = Dict::new(th);
        for (ident, exception) in found {
            let key = Int::from_u64(th, ident);
            dict.set(th, &key, exception.unwrap_or_else(objects::none_ref))?;
        }
        Ok(dict)
    }

    /// Private function for getting the base REPL.
    #[function]
    fn _baserepl(th: &mut Thread) -> Result<(), Raised> {
        crate::hooks::hooks().base_prompt(th)
    }

    /// Print debug info to stderr about the state of the memory allocator.
    #[function]
    fn _debugmallocstats(th: &mut Thread) {
        let tracked = th.count_tracked(None);
        let interned = objects::str::intern::count();
        stdx::tell(format_args!("{tracked} objects are tracked by the collector, {interned} strings are interned.\n"));
    }

    /// Dump the graph of tracelets in graphviz format.
    #[function(sig = "(outpath)")]
    fn _dump_tracelets(th: &mut Thread, _outpath: &Object) -> Result<(), Raised> {
        Err(raise::not_implemented(th, format_args!("No JIT available")))
    }

    /// Private function for clearing certain descriptors from a type's dictionary.
    ///
    /// See gh-135228 for context.
    #[function(sig = "(type, /)")]
    fn _clear_type_descriptors(th: &mut Thread, r#type: &Object) -> Result<(), Raised> {
        let Some(ty) = as_type(r#type) else {
            let got = ops::type_name(r#type);
            return Err(raise::type_error(th, format_args!("_clear_type_descriptors() argument must be type, not {got}")));
        };
        if ty.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE as u64) {
            return Err(raise::type_error(th, format_args!("argument is immutable")));
        }
        clear_descriptor(th, ty, names::__dict__.get())?;
        clear_descriptor(th, ty, names::__weakref__.get())
    }

    /// Return the current value of the flags that are used for dlopen calls.
    ///
    /// The flag constants are defined in the os module.
    #[function]
    fn getdlopenflags() -> i32 {
        DLOPEN_FLAGS.load(Relaxed)
    }

    /// Set the flags used by the interpreter for dlopen calls.
    ///
    /// This is used, for example, when the interpreter loads extension
    /// modules. Among other things, this will enable a lazy resolving of
    /// symbols when importing a module, if called as sys.setdlopenflags(0).
    /// To share symbols across extension modules, call as
    /// sys.setdlopenflags(os.RTLD_GLOBAL).  Symbolic names for the flag
    /// modules can be found in the os module (RTLD_xxx constants, e.g.
    /// os.RTLD_LAZY).
    #[function(sig = "(flags, /)")]
    fn setdlopenflags(flags: i32) {
        DLOPEN_FLAGS.store(flags, Relaxed);
    }

    /// Activate stack profiler trampoline *backend*.
    #[function(sig = "(backend, /)")]
    fn activate_stack_trampoline(th: &mut Thread, _backend: &str) -> Result<(), Raised> {
        Err(raise::value_error(th, format_args!("perf trampoline not available")))
    }

    /// Deactivate the current stack profiler trampoline backend.
    ///
    /// If no stack profiler is activated, this function has no effect.
    #[function]
    fn deactivate_stack_trampoline() {}

    /// Return *True* if a stack profiler trampoline is active.
    #[function]
    fn is_stack_trampoline_active() -> bool {
        false
    }

    /// Return True if remote debugging is enabled, False otherwise.
    #[function]
    fn is_remote_debug_enabled() -> bool {
        false
    }

    /// Executes a file containing Python code in a given remote Python process.
    #[function(sig = "(pid, script)")]
    fn remote_exec(th: &mut Thread, _pid: i32, _script: &Object) -> Result<(), Raised> {
        Err(raise::runtime_error(th, format_args!("Remote debugging is not enabled")))
    }
}

/// The identifier by which Python knows a thread.
pub fn thread_ident(th: &Thread) -> u64 {
    // SAFETY: R15: the record of a registered thread; the field is set before the thread runs Python.
    let ident = unsafe { (*th.abi()).thread_id } as u64;
    if ident == 0 { u64::from(th.id()) } else { ident }
}

/// Deletes a descriptor that the class itself made for its instances.
fn clear_descriptor(th: &mut Thread, ty: &Type, name: &'static Str) -> Result<(), Raised> {
    let Some(dict) = objects::typing::lookup::own_dict(ty) else { return Ok(()) };
    let Some(found) = dict.get_str(th, name) else { return Ok(()) };
    if !found.is_a::<objects::typing::descr::GetSetDescr>() {
        return Ok(());
    }
    // Not by `delattr`: the metaclass has attributes of these names.
    objects::typing::class::set_in_namespace(th, ty, name, None)
}

/// The default `sys.displayhook`.
fn display(th: &mut Thread, object: &Object) -> Result<(), Raised> {
    if object.is(objects::none()) {
        return Ok(());
    }
    let modules = crate::sys::modules(th)?;
    let Some(builtins) = modules.get_by_name(th, "builtins") else {
        return Err(raise::runtime_error(th, format_args!("lost builtins module")));
    };
    let underscore = objects::intern(th, "_");
    ops::setattr(th, &builtins, underscore, objects::none())?;
    let Some(stdout) = super::attribute(th, "stdout").filter(|o| !o.is(objects::none())) else {
        return Err(raise::runtime_error(th, format_args!("lost sys.stdout")));
    };
    let text = ops::repr(th, object)?;
    if let Err(raised) = ops::call_method(th, &stdout, names::write.get(), &[&text]) {
        if raise::catch(th, exceptions::unicode_encode_error_type()).is_none() {
            return Err(raised);
        }
        display_escaped(th, &stdout, &text)?;
    }
    let newline = objects::intern(th, "\n");
    ops::call_method(th, &stdout, names::write.get(), &[newline])?;
    ops::setattr(th, &builtins, underscore, object)
}

/// Writes text that the stream's encoding lacks, with escapes.
fn display_escaped(th: &mut Thread, stdout: &Object, text: &Str) -> Result<(), Raised> {
    let encoding = ops::getattr_str(th, stdout, "encoding")?;
    let errors = Str::new(th, "backslashreplace");
    let bytes = ops::call_method(th, text, names::encode.get(), &[&encoding, &errors])?;
    let buffer = objects::intern(th, "buffer");
    if let Some(buffer) = ops::getattr_opt(th, stdout, buffer)? {
        ops::call_method(th, &buffer, names::write.get(), &[&bytes])?;
        return Ok(());
    }
    let strict = Str::new(th, "strict");
    let bytes = match bytes.downcast::<Bytes>() {
        Ok(bytes) => bytes,
        Err(other) => {
            let got = ops::type_name(&other);
            return Err(raise::type_error(th, format_args!("encode() returned {got}, not bytes")));
        }
    };
    let text = ops::call_method(th, &bytes, names::decode.get(), &[&encoding, &strict])?;
    ops::call_method(th, stdout, names::write.get(), &[&text])?;
    Ok(())
}

/// A variable of the environment as it is now, unless `-E`.
fn variable(name: &str) -> Option<String> {
    if crate::config::get().ignore_environment {
        return None;
    }
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
}

/// The default `sys.breakpointhook`: calls what `PYTHONBREAKPOINT` names.
fn breakpoint(th: &mut Thread, args: Args<'_>, kws: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    let wanted = variable("PYTHONBREAKPOINT").unwrap_or_else(|| "pdb.set_trace".to_owned());
    if wanted == "0" {
        return Ok(objects::none_ref());
    }
    let (module, name) = wanted.rsplit_once('.').unwrap_or(("builtins", &wanted));
    let unimportable = |th: &mut Thread| {
        let message = format_args!("Ignoring unimportable $PYTHONBREAKPOINT: \"{wanted}\"");
        objects::warn::warn(th, exceptions::runtime_warning_type(), message, 1).map(|()| objects::none_ref())
    };
    let module = match crate::import::import_module(th, module) {
        Ok(module) => module,
        Err(_) if raise::catch(th, exceptions::import_error_type()).is_some() => return unimportable(th),
        // An empty name is no module, either.
        Err(_) if module.is_empty() && raise::catch(th, exceptions::value_error_type()).is_some() => return unimportable(th),
        Err(raised) => return Err(raised),
    };
    let hook = match ops::getattr_str(th, &module, name) {
        Ok(hook) => hook,
        Err(_) if raise::catch(th, exceptions::attribute_error_type()).is_some() => return unimportable(th),
        Err(raised) => return Err(raised),
    };
    let tuple = Tuple::from_slice(th, args.as_slice());
    let dict = Dict::new(th);
    for (key, value) in kws.iter() {
        dict.set(th, key, value)?;
    }
    ops::call_ex(th, &hook, &tuple, Some(&dict))
}
