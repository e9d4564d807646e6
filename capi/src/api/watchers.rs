//! Watchers of dicts, functions and code. Those of types are in [`super::types`], those of contexts in [`super::context`].

use core::ffi::c_int;

use heap::{Object, Raised, Thread};
use interp::code::watch as code;
use interp::function::watch as function;
use objects::dict::watch as dict;
use objects::watchers::Watchers;
use objects::{Dict, raise};

use crate::api;

fn add<F: Copy>(th: &mut Thread, watchers: &Watchers<F>, callback: Option<F>) -> Result<c_int, Raised> {
    match callback {
        Some(callback) => watchers.add(th, callback),
        None => Err(raise::bad_internal_call(th)),
    }
}

fn watchable<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Dict, Raised> {
    object.downcast::<Dict>().ok_or(()).or_else(|()| Err(raise::value_error(th, format_args!("Cannot watch non-dictionary"))))
}

api! {
    /// A watcher of dicts: its number.
    fn PyDict_AddWatcher(th, callback: Option<abi::PyDict_WatchCallback>) -> Result<c_int, Raised> {
        add(th, &dict::WATCHERS, callback)
    }

    /// The number is free again.
    fn PyDict_ClearWatcher(th, id: c_int) -> Result<(), Raised> {
        dict::WATCHERS.remove(th, id)
    }

    /// The watcher is told before the dict changes.
    fn PyDict_Watch(th, id: c_int, object: &Object) -> Result<(), Raised> {
        let dict = watchable(th, object)?;
        let place = dict::WATCHERS.check(th, id)?;
        dict::watch(th, place, dict);
        Ok(())
    }

    /// The watcher is not told any more.
    fn PyDict_Unwatch(th, id: c_int, object: &Object) -> Result<(), Raised> {
        let dict = watchable(th, object)?;
        let place = dict::WATCHERS.check(th, id)?;
        dict::unwatch(th, place, dict);
        Ok(())
    }

    /// A watcher of all functions: its number.
    fn PyFunction_AddWatcher(th, callback: Option<abi::PyFunction_WatchCallback>) -> Result<c_int, Raised> {
        add(th, &function::WATCHERS, callback)
    }

    /// The number is free again.
    fn PyFunction_ClearWatcher(th, id: c_int) -> Result<(), Raised> {
        function::WATCHERS.remove(th, id)
    }

    /// A watcher of all code objects: its number.
    fn PyCode_AddWatcher(th, callback: Option<abi::PyCode_WatchCallback>) -> Result<c_int, Raised> {
        add(th, &code::WATCHERS, callback)
    }

    /// The number is free again.
    fn PyCode_ClearWatcher(th, id: c_int) -> Result<(), Raised> {
        code::WATCHERS.remove(th, id)
    }
}
