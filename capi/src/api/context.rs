//! `PyContext*`.

use core::ffi::{c_char, c_int};

use heap::sync::Mutex;
use heap::{Object, PyType, Raised, Ref, Thread};
use modules::contextvars::{self, Context, ContextVar, Token};
use objects::{Str, ops, raise};

use crate::api;
use crate::entry::c_text;

fn instance<'a, T: PyType>(th: &mut Thread, object: &'a Object, name: &str) -> Result<&'a T, Raised> {
    match object.downcast_exact::<T>() {
        Some(found) => Ok(found),
        None => Err(raise::type_error(th, format_args!("an instance of {name} was expected"))),
    }
}

fn context<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Context, Raised> {
    instance(th, object, "Context")
}

fn variable<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a ContextVar, Raised> {
    instance(th, object, "ContextVar")
}

const MOST_WATCHERS: usize = 8;
/// What C wants to be told of.
static WATCHERS: Mutex<[Option<abi::PyContext_WatchCallback>; MOST_WATCHERS]> = Mutex::new([None; MOST_WATCHERS]);
/// The event: another context became current.
const SWITCHED: c_int = 1;

/// Tells the watchers which context is current now.
fn tell(th: &mut Thread, current: &Object) {
    // A copy: callbacks may add and remove watchers.
    let watchers = *WATCHERS.lock();
    for watcher in watchers.into_iter().flatten() {
        // SAFETY: R4: C gave the function for this.
        let run = || unsafe { watcher(SWITCHED, current.as_ptr()) };
        if heap::foreign::call(th, watcher as *const (), |th| heap::foreign::show(th, current), run) < 0 {
            let shown = raise::protect(th, |th| ops::repr(th, current)).map_or_else(String::new, |shown| shown.to_string());
            raise::unraisable(th, &format!("Exception ignored in Py_CONTEXT_SWITCHED watcher callback for {shown}"), None);
        }
    }
}

fn clear_watcher(th: &mut Thread, id: c_int) -> Result<(), Raised> {
    let Some(place) = usize::try_from(id).ok().filter(|&place| place < MOST_WATCHERS) else {
        return Err(raise::value_error(th, format_args!("Invalid context watcher ID {id}")));
    };
    let mut watchers = WATCHERS.lock();
    let removed = watchers[place].take();
    contextvars::watch(watchers.iter().any(Option::is_some).then_some(tell));
    drop(watchers);
    match removed {
        Some(_) => Ok(()),
        None => Err(raise::value_error(th, format_args!("No context watcher set for ID {id}"))),
    }
}

api! {
    /// An empty context.
    fn PyContext_New(th) -> Result<Ref<Context>, Raised> {
        contextvars::ready(th)?;
        Ok(Context::empty(th))
    }

    /// A copy of a context.
    fn PyContext_Copy(th, object: &Object) -> Result<Ref<Context>, Raised> {
        let context = context(th, object)?;
        Ok(context.copy(th))
    }

    /// A copy of the thread's context.
    fn PyContext_CopyCurrent(th) -> Result<Ref<Context>, Raised> {
        contextvars::ready(th)?;
        Ok(contextvars::copy_current(th))
    }

    /// Makes a context the thread's.
    fn PyContext_Enter(th, object: &Object) -> Result<(), Raised> {
        let context = context(th, object)?;
        context.enter(th)
    }

    /// Makes the context before this one the thread's again.
    fn PyContext_Exit(th, object: &Object) -> Result<(), Raised> {
        let context = context(th, object)?;
        context.exit(th)
    }

    /// A context variable.
    fn PyContextVar_New(th, name: *const c_char, default: Option<&Object>) -> Result<Ref<ContextVar>, Raised> {
        contextvars::ready(th)?;
        // SAFETY: R4: a C string.
        let name = unsafe { c_text(th, name) }?;
        let name = Str::new(th, name);
        let default = default.map(|default| th.retain(default));
        Ok(ContextVar::make(th, name, default))
    }

    /// A variable's value, else `default`, else the variable's own; null without an error if there is none of these.
    fn PyContextVar_Get(th, object: &Object, default: Option<&Object>, out: *mut *mut abi::PyObject) -> Result<(), Raised> {
        let variable = variable(th, object)?;
        let found = variable.find(th, default);
        // SAFETY: R4: the caller's place for the result.
        unsafe { out.write(found.map_or(core::ptr::null_mut(), |found| objects::glue::leave_c(th, found))) };
        Ok(())
    }

    /// Sets a variable in the thread's context; returns what resets it.
    fn PyContextVar_Set(th, object: &Object, value: &Object) -> Result<Ref<Token>, Raised> {
        let variable = variable(th, object)?;
        variable.set(th, value)
    }

    /// Undoes what `set` did.
    fn PyContextVar_Reset(th, object: &Object, token: &Object) -> Result<(), Raised> {
        let variable = variable(th, object)?;
        let token = instance::<Token>(th, token, "Token")?;
        variable.reset(th, token)
    }

    /// Adds a watcher; returns its id.
    fn PyContext_AddWatcher(th, callback: Option<abi::PyContext_WatchCallback>) -> Result<i32, Raised> {
        let mut watchers = WATCHERS.lock();
        let Some(place) = watchers.iter().position(Option::is_none) else {
            drop(watchers);
            return Err(raise::runtime_error(th, format_args!("no more context watcher IDs available")));
        };
        watchers[place] = callback;
        contextvars::watch(Some(tell));
        Ok(place as i32)
    }

    /// Removes a watcher.
    fn PyContext_ClearWatcher(th, id: c_int) -> Result<(), Raised> {
        clear_watcher(th, id)
    }
}
