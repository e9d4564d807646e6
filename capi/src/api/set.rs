//! `PySet_*`, `PyFrozenSet_New`.

use heap::{Object, Raised, Ref, Thread};
use objects::set::{AnySet, hash_of};
use objects::{FrozenSet, Set, raise};

use crate::api;
use crate::entry::{Lent, expect};

/// The set or frozenset that an object is.
fn any<'a>(th: &mut Thread, set: &'a Object) -> Result<AnySet<'a>, Raised> {
    match AnySet::of(set) {
        Some(set) => Ok(set),
        None => Err(raise::bad_internal_call(th)),
    }
}

/// The next key from a place on: 1, or 0 at the end.
///
/// # Safety
/// The pointers are places to write, `position` one to read.
unsafe fn next(
    th: &mut Thread,
    set: &Object,
    position: *mut isize,
    hash: *mut isize,
    give: impl FnOnce(&mut Thread, Ref<Object>),
) -> Result<i32, Raised> {
    let set = any(th, set)?;
    // SAFETY: the caller's promise.
    let Ok(place) = usize::try_from(unsafe { position.read() }) else { return Ok(0) };
    let Some((behind, found_hash, key)) = set.next_hashed(th, place) else { return Ok(0) };
    // SAFETY: the caller's promise.
    unsafe {
        position.write(behind.cast_signed());
        hash.write(found_hash);
    }
    give(th, key);
    Ok(1)
}

api! {
    /// A set of the items of an iterable, or an empty one.
    fn PySet_New(th, iterable: Option<&Object>) -> Result<Ref<Set>, Raised> {
        match iterable {
            Some(iterable) => Set::from_iterable(th, iterable),
            None => Ok(Set::new(th)),
        }
    }

    /// A frozenset of the items of an iterable, or an empty one. C may add keys as long as nobody else has it.
    fn PyFrozenSet_New(th, iterable: Option<&Object>) -> Result<Ref<FrozenSet>, Raised> {
        match iterable {
            Some(iterable) => FrozenSet::from_iterable(th, iterable),
            None => Ok(FrozenSet::new(th)),
        }
    }

    /// How many keys.
    fn PySet_Size(th, set: &Object) -> Result<isize, Raised> {
        Ok(any(th, set)?.len().cast_signed())
    }

    /// Whether there is such a key.
    fn PySet_Contains(th, set: &Object, key: &Object) -> Result<bool, Raised> {
        let set = any(th, set)?;
        let hash = hash_of(th, key)?;
        set.contains_hashed(th, key, hash)
    }

    /// Adds a key; also to a frozenset that nobody else has.
    fn PySet_Add(th, set: &Object, key: &Object) -> Result<(), Raised> {
        let found = any(th, set)?;
        if set.downcast::<Set>().is_none() && set.count() != 1 {
            return Err(raise::bad_internal_call(th));
        }
        found.add(th, key).map(|_| ())
    }

    /// Removes a key: 1, or 0 if there is none.
    fn PySet_Discard(th, set: &Object, key: &Object) -> Result<bool, Raised> {
        let set = expect::<Set>(th, set)?.any();
        let hash = hash_of(th, key)?;
        set.discard_hashed(th, key, hash)
    }

    /// Takes some key.
    fn PySet_Pop(th, set: &Object) -> Result<Ref<Object>, Raised> {
        match expect::<Set>(th, set)?.pop(th) {
            Some(key) => Ok(key),
            None => {
                let message = objects::Str::new(th, "pop from an empty set");
                Err(raise::key_error(th, &message))
            }
        }
    }

    /// Removes all keys.
    fn PySet_Clear(th, set: &Object) -> Result<(), Raised> {
        expect::<Set>(th, set)?.any().clear(th);
        Ok(())
    }

    /// Adds the items of an iterable.
    fn _PySet_Update(th, set: &Object, iterable: &Object) -> Result<(), Raised> {
        let set = expect::<Set>(th, set)?;
        set.update(th, iterable)
    }

    /// The next key, borrowed, with its hash: 1, or 0 at the end.
    fn _PySet_NextEntry(th, set: &Object, position: *mut isize, key: *mut *mut abi::PyObject, hash: *mut isize) -> Result<i32, Raised> {
        // SAFETY: R4: the caller's places.
        unsafe { next(th, set, position, hash, |th, found| key.write(Lent::some(found).lend(th))) }
    }

    /// The next key with its hash: 1, or 0 at the end.
    fn _PySet_NextEntryRef(th, set: &Object, position: *mut isize, key: *mut *mut abi::PyObject, hash: *mut isize) -> Result<i32, Raised> {
        // SAFETY: R4: the caller's places.
        unsafe { next(th, set, position, hash, |th, found| key.write(objects::glue::leave_c(th, found))) }
    }
}
