//! Watchers of types, and lists of types and slots that tests ask for.

use core::ffi::c_int;

use heap::{Object, Raised, Ref, Thread, Type};
use objects::typing::places::SLOT_DEFS;
use objects::typing::{as_type, watch};
use objects::{List, raise};

use crate::api;

api! {
    /// A watcher: its number.
    fn PyType_AddWatcher(th, callback: Option<abi::PyType_WatchCallback>) -> Result<c_int, Raised> {
        let Some(callback) = callback else { return Err(raise::bad_internal_call(th)) };
        match watch::add(callback) {
            Some(place) => Ok(c_int::try_from(place).unwrap_or(c_int::MAX)),
            None => Err(raise::runtime_error(th, format_args!("no more type watcher IDs available"))),
        }
    }

    /// The number is free again.
    fn PyType_ClearWatcher(th, id: c_int) -> Result<(), Raised> {
        watch::remove(watch::check(th, id)?);
        Ok(())
    }

    /// The watcher is told before the type changes.
    fn PyType_Watch(th, id: c_int, object: &Object) -> Result<(), Raised> {
        let ty = watchable(th, object)?;
        let place = watch::check(th, id)?;
        watch::watch(th, place, ty);
        Ok(())
    }

    /// The watcher is not told any more.
    fn PyType_Unwatch(th, id: c_int, object: &Object) -> Result<(), Raised> {
        let ty = watchable(th, object)?;
        watch::unwatch(watch::check(th, id)?, ty);
        Ok(())
    }

    /// The builtin types that are always there.
    fn _PyStaticType_GetBuiltins(th) -> Result<Ref<List>, Raised> {
        let all = objects::types::ALL.iter().chain(objects::exceptions::ALL).map(|ty| ty().to_owned()).collect();
        Ok(List::new(th, all))
    }

    /// The names of special methods that stand for slots, slot by slot.
    fn _PyType_GetSlotWrapperNames(th) -> Result<Ref<List>, Raised> {
        let names = SLOT_DEFS.iter().map(|def| th.retain(def.name.get()).up()).collect();
        Ok(List::new(th, names))
    }
}

fn watchable<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Type, Raised> {
    match as_type(object) {
        Some(ty) => Ok(ty),
        None => Err(raise::value_error(th, format_args!("Cannot watch non-type"))),
    }
}
