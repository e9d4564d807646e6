//! `sys` functions over frames and threads: `_getframe`, `_current_frames`, tracing functions, async generator hooks.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, Int, Tuple, names, ops, raise, structseq};

use crate::frame::{object::frame_object, stack};
use crate::generator::{async_gen, origin};
use crate::trace;

static ASYNCGEN_HOOKS: Global<Object> = Global::EMPTY;

/// A function that may be None.
fn given(function: &Object) -> Option<Ref<Object>> {
    (!function.is(objects::none())).then(|| function.to_owned())
}

/// `firstiter` and `finalizer`, by position or name.
fn hook_arguments<'a>(th: &mut Thread, args: &[&'a Object], kwargs: KwArgs<'a>) -> Result<[Option<&'a Object>; 2], Raised> {
    if args.len() > 2 {
        let got = args.len() + kwargs.len();
        return Err(raise::type_error(th, format_args!("set_asyncgen_hooks() takes at most 2 arguments ({got} given)")));
    }
    let mut hooks = [args.first().copied(), args.get(1).copied()];
    for (name, value) in kwargs.iter() {
        let name = ops::str_(th, name)?.to_string_lossy();
        let at = match &*name {
            "firstiter" => 0,
            "finalizer" => 1,
            _ => return Err(raise::type_error(th, format_args!("set_asyncgen_hooks() got an unexpected keyword argument '{name}'"))),
        };
        if hooks[at].replace(value).is_some() {
            let place = at + 1;
            return Err(raise::type_error(th, format_args!("argument for set_asyncgen_hooks() given by name ('{name}') and position ({place})")));
        }
    }
    Ok(hooks)
}

#[pymodule(part)]
pub mod frames {
    use super::*;

    /// Return a frame object from the call stack.
    ///
    /// If optional integer depth is given, return the frame object that many
    /// calls below the top of the stack.  If that is deeper than the call
    /// stack, ValueError is raised.  The default for depth is zero, returning
    /// the frame at the top of the call stack.
    #[function(sig = "(depth=0, /)")]
    fn _getframe(th: &mut Thread, depth: isize) -> Result<Ref<Object>, Raised> {
        let frame = stack::frames(th).nth(usize::try_from(depth).unwrap_or(0));
        match frame {
            Some(frame) => Ok(frame_object(th, frame).up()),
            None => Err(raise::value_error(th, format_args!("call stack is not deep enough"))),
        }
    }

    /// Return the name of the module of the calling frame.
    #[function(sig = "(depth=0)")]
    fn _getframemodulename(th: &mut Thread, depth: isize) -> Ref<Object> {
        let frame = stack::frames(th).nth(usize::try_from(depth).unwrap_or(0));
        match frame.and_then(|frame| frame.globals().downcast::<Dict>().and_then(|globals| globals.get_str(th, &names::__name__))) {
            Some(name) => name,
            None => objects::none_ref(),
        }
    }

    /// Set the global debug tracing function.
    ///
    /// It will be called on each function call.  See the debugger chapter
    /// in the library manual.
    #[function(sig = "(function, /)")]
    fn settrace(th: &mut Thread, function: &Object) -> Result<(), Raised> {
        crate::audit::event(th, "sys.settrace", &[])?;
        trace::set_trace(th, given(function));
        Ok(())
    }

    /// Return the global debug tracing function set with sys.settrace.
    ///
    /// See the debugger chapter in the library manual.
    #[function]
    fn gettrace(th: &mut Thread) -> Ref<Object> {
        trace::trace_function(th).unwrap_or_else(objects::none_ref)
    }

    /// Set the profiling function.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[function(sig = "(function, /)")]
    fn setprofile(th: &mut Thread, function: &Object) -> Result<(), Raised> {
        crate::audit::event(th, "sys.setprofile", &[])?;
        trace::set_profile(th, given(function));
        Ok(())
    }

    /// Return the profiling function set with sys.setprofile.
    ///
    /// See the profiler chapter in the library manual.
    #[function]
    fn getprofile(th: &mut Thread) -> Ref<Object> {
        trace::profile_function(th).unwrap_or_else(objects::none_ref)
    }

    /// Set the global debug tracing function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call. See the debugger chapter
    /// in the library manual.
    #[function(sig = "(function, /)")]
    fn _settraceallthreads(th: &mut Thread, function: &Object) -> Result<(), Raised> {
        crate::audit::event(th, "sys.settrace", &[])?;
        trace::set_in_all_threads(th, function, false, false);
        Ok(())
    }

    /// Set the profiling function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[function(sig = "(function, /)")]
    fn _setprofileallthreads(th: &mut Thread, function: &Object) -> Result<(), Raised> {
        crate::audit::event(th, "sys.setprofile", &[])?;
        trace::set_in_all_threads(th, function, true, false);
        Ok(())
    }

    /// Call func(*args), while tracing is enabled.
    ///
    /// The tracing state is saved, and restored afterwards.  This is intended
    /// to be called from a debugger from a checkpoint, to recursively debug
    /// some other code.
    #[function(sig = "(func, args, /)")]
    fn call_tracing(th: &mut Thread, func: &Object, args: &Tuple) -> Result<Ref<Object>, Raised> {
        let before = th.set_tracing(false);
        let result = ops::call_ex(th, func, args, None);
        th.set_tracing(before);
        result
    }

    /// Return the installed asynchronous generators hooks.
    ///
    /// This returns a namedtuple of the form (firstiter, finalizer).
    #[function]
    fn get_asyncgen_hooks(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let class = ASYNCGEN_HOOKS.get_or_init(th, |th| {
            let doc = "asyncgen_hooks([iterable])\n--\n\nA named tuple that contains the hooks of asynchronous generators.";
            structseq::new_type(th, "", "asyncgen_hooks", doc, &[("firstiter", ""), ("finalizer", "")], 2)
        })?;
        let (first, finalizer) = async_gen::hooks(th);
        let (first, finalizer) = (first.unwrap_or_else(objects::none_ref), finalizer.unwrap_or_else(objects::none_ref));
        structseq::new(th, &class, &[&first, &finalizer])
    }

    /// set_asyncgen_hooks([firstiter] [, finalizer])
    ///
    /// Set a finalizer for async generators objects.
    #[function(sig = none)]
    fn set_asyncgen_hooks(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let [first, finalizer] = hook_arguments(th, args.as_slice(), kwargs)?;
        for (hook, what) in [(finalizer, "finalizer"), (first, "firstiter")] {
            if let Some(hook) = hook.filter(|hook| !hook.is(objects::none()) && !ops::is_callable(hook)) {
                let got = ops::type_name(hook);
                return Err(raise::type_error(th, format_args!("callable {what} expected, got {got}")));
            }
        }
        if finalizer.is_some() {
            crate::audit::event(th, "sys.set_asyncgen_hooks_finalizer", &[])?;
        }
        if first.is_some() {
            crate::audit::event(th, "sys.set_asyncgen_hooks_firstiter", &[])?;
        }
        async_gen::set_hooks(th, first.map(given), finalizer.map(given));
        Ok(())
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[function]
    fn get_coroutine_origin_tracking_depth(th: &mut Thread) -> i32 {
        origin::depth(th)
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    ///
    /// Coroutine objects will track 'depth' frames of traceback information
    /// about where they came from, available in their cr_origin attribute.
    ///
    /// Set a depth of 0 to disable.
    #[function(sig = "(depth)")]
    fn set_coroutine_origin_tracking_depth(th: &mut Thread, depth: i32) -> Result<(), Raised> {
        if depth < 0 {
            return Err(raise::value_error(th, format_args!("depth must be >= 0")));
        }
        origin::set_depth(th, depth);
        Ok(())
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    ///
    /// This function should be used for specialized purposes only.
    #[function]
    fn _current_exceptions(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let dict = Dict::new(th);
        let mut found: Vec<(u64, Ref<Object>)> = Vec::new();
        let stopped = heap::world::stop(th);
        heap::world::for_each_thread(th, &mut |other| {
            let handled = other.handled_exception().unwrap_or_else(objects::none_ref);
            // R6: what another thread reaches from now on is common.
            th.share(&handled);
            found.push((u64::from(other.id()), handled));
        });
        drop(stopped);
        for (ident, handled) in found {
            let key = Int::from_u64(th, ident);
            dict.set(th, &key, handled)?;
        }
        Ok(dict)
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    ///
    /// This function should be used for specialized purposes only.
    #[function]
    pub fn _current_frames(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let dict = Dict::new(th);
        let mut found: Vec<(u64, Ref<Object>)> = Vec::new();
        let stopped = heap::world::stop(th);
        heap::world::for_each_thread(th, &mut |other| {
            if let Some(frame) = stack::current(other) {
                let object: Ref<Object> = frame_object(other, frame).up();
                // R6: what another thread reaches from now on is common.
                th.share(&object);
                found.push((super::super::debugging::thread_ident(other), object));
            }
        });
        drop(stopped);
        for (ident, frame) in found {
            let key = Int::from_u64(th, ident);
            dict.set(th, &key, frame)?;
        }
        Ok(dict)
    }
}
