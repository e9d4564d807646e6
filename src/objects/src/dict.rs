//! `dict`: the struct and what Rust code does with one. The table is in [`keys`], the fields and their guard in [`storage`], look-ups
//! in [`lookup`], the order of entries in [`order`] and [`uses`], merging in [`merge`], Python's methods in [`methods`], views in [`views`],
//! iterators in [`iter`], those who want to be told of changes in [`watch`].
//!
//! Invariant: reading one entry needs no lock (R8). A comparison that calls out runs without the lock; afterwards the look-up
//! goes on only if the dict has the same keys as before, else it begins again.

pub mod iter;
pub mod keys;
pub mod lookup;
pub mod merge;
pub mod methods;
pub mod order;
pub mod ordered;
pub mod storage;
pub mod uses;
pub mod views;
pub mod watch;
pub(crate) use storage::DictGuard;

use heap::Head;
use macros::pytype;

use crate::glue::*;
use crate::{NoMemory, Str};
use storage::Storage;

/// dict() -> new empty dictionary
/// dict(mapping) -> new dictionary initialized from a mapping object's
///     (key, value) pairs
/// dict(iterable) -> new dictionary initialized as if via:
///     d = {}
///     for k, v in iterable:
///         d[k] = v
/// dict(**kwargs) -> new dictionary initialized with the name=value pairs
///     in the keyword argument list.  For example:  dict(one=1, two=2)
#[pytype(
    name = "dict",
    export = "PyDict_Type",
    flags(BASETYPE, DICT_SUBCLASS, MAPPING, MATCH_SELF),
    layout = PyDictObject,
    lock = instance,
    gc = custom
)]
#[repr(C)]
pub struct Dict {
    head: Head,
    storage: Storage,
}

const _: () = assert!(core::mem::offset_of!(Dict, storage) == core::mem::offset_of!(abi::PyDictObject, ma_used));

impl Dict {
    /// Where a dict names its block of keys.
    pub const KEYS_OFFSET: usize = core::mem::offset_of!(Dict, storage) + Storage::KEYS_OFFSET;
}

impl Drop for Dict {
    fn drop(&mut self) {
        if self.is_watched() {
            watch::tell_end(self);
        }
        self.drop_storage();
    }
}

impl Traverse for Dict {
    fn traverse(&self, visitor: &mut Visitor) {
        self.visit_entries(visitor);
    }
}

impl Clear for Dict {
    fn clear(&self, th: &mut Thread) {
        self.clear_entries(th);
    }
}

impl Dict {
    /// An empty dict.
    #[inline]
    pub fn new(th: &Thread) -> Ref<Dict> {
        th.new_object(Dict { head: Head::INIT, storage: Storage::empty() })
    }

    /// An empty dict with room for `entries`; `names` if all keys will be exact `str`.
    pub fn with_capacity(th: &Thread, entries: usize, names: bool) -> Ref<Dict> {
        let storage = Storage::with_room(entries, names).unwrap_or_else(|NoMemory| heap::alloc::out_of_memory());
        th.new_object(Dict { head: Head::INIT, storage })
    }

    /// A dict of these entries; later ones win.
    pub fn from_names(th: &mut Thread, entries: impl ExactSizeIterator<Item = (Ref<Str>, Ref<Object>)>) -> Ref<Dict> {
        let dict = Dict::with_capacity(th, entries.len(), true);
        for (name, value) in entries {
            dict.set_str(th, &name, value);
        }
        dict
    }

    /// An exact dict with the same entries.
    pub fn copy(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        if merge::as_plain_dict(self).is_none() {
            // A subclass that iterates in its own way says what its entries are.
            let new = Dict::new(th);
            new.merge(th, self, merge::Existing::Replace)?;
            return Ok(new);
        }
        self.copy_entries(th)
    }

    /// A copy of the dict's own entries, whatever its class says they are.
    pub(crate) fn copy_entries(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let new = Dict::new(th);
        let mut guard = new.lock_with(self, th);
        let copied = guard.copy_from(self);
        drop(guard);
        match copied {
            Ok(()) => Ok(new),
            Err(NoMemory) => Err(NoMemory.raise(th)),
        }
    }

    /// Removes all entries.
    pub fn clear_entries(&self, th: &mut Thread) {
        if self.is_watched() {
            watch::tell_clear(th, self);
        }
        let counts = self.lock(th).take_all();
        for count in counts {
            th.release(count);
        }
    }

    /// All entries in order, taken at one moment.
    pub fn snapshot(&self, th: &mut Thread) -> Vec<(Ref<Object>, Ref<Object>)> {
        let guard = self.lock(th);
        let th = guard.th();
        guard.table().iter().map(|(_, key, value)| (th.retain(key), th.retain(value))).collect()
    }

    /// All keys in order, taken at one moment.
    pub fn snapshot_keys(&self, th: &mut Thread) -> Vec<Ref<Object>> {
        let guard = self.lock(th);
        let th = guard.th();
        guard.table().iter().map(|(_, key, _)| th.retain(key)).collect()
    }

    /// All values in order, taken at one moment.
    pub fn snapshot_values(&self, th: &mut Thread) -> Vec<Ref<Object>> {
        let guard = self.lock(th);
        let th = guard.th();
        guard.table().iter().map(|(_, _, value)| th.retain(value)).collect()
    }

    /// [`Dict::next`] without counting, for one to whom the dict is *mine*: the dict holds the two as long as nobody changes it.
    #[inline]
    pub fn next_held<'a>(&'a self, th: &'a Thread, pos: &mut usize) -> Option<(&'a Object, &'a Object)> {
        debug_assert!(th.is_mine(self));
        let (entry, key, value) = self.table(th).pair_from(*pos)?;
        *pos = entry + 1;
        Some((key, value))
    }

    /// The entry at `*pos` or behind it, and where to go on; without a lock. The caller sees to changes meanwhile.
    #[inline]
    pub fn next(&self, th: &Thread, pos: &mut usize) -> Option<(Ref<Object>, Ref<Object>)> {
        let mine = th.is_mine(self);
        loop {
            let table = self.table(th);
            let entry = table.next(*pos)?;
            // An entry that went away meanwhile, or a table that did: look again.
            if let (Ok(Some(key)), Ok(Some(value))) = (table.key_ref(th, mine, entry), table.value_ref(th, mine, entry)) {
                *pos = entry + 1;
                return Some((key, value));
            }
        }
    }

    /// A non-zero id of the dict's keys and their places, for caches: it changes when keys come or go or the table is replaced, not
    /// when values change. 0: this dict cannot be cached.
    pub fn keys_version(&self, th: &mut Thread) -> u32 {
        self.lock(th).assign_version()
    }

    /// Whether the keys are still those of `version`.
    #[inline(always)]
    pub fn has_version(&self, th: &Thread, version: u32) -> bool {
        self.table(th).version().load(heap::sync::Ordering::Acquire) == version
    }

    /// Where a name is, for [`Dict::slot_at`].
    pub fn index_of(&self, th: &mut Thread, name: &Str) -> Option<(u32, u32)> {
        let mut guard = self.lock(th);
        let version = guard.assign_version();
        let entry = guard.find_name(name)?.0;
        (version != 0).then_some((version, u32::try_from(guard.table().place_of_value(entry)).ok()?))
    }

    /// The value at `place` if the keys are still those of `version`, which is not 0; borrowed. In a common dict it was there just now, and its
    /// memory stays until this thread's next safepoint (R8).
    #[inline(always)]
    pub fn peek_at<'a>(&'a self, th: &'a Thread, version: u32, place: u32) -> Option<&'a Object> {
        use heap::sync::Ordering::Acquire;
        let table = self.table(th);
        if table.version().load(Acquire) != version {
            return None;
        }
        let value = table.value_at(place as usize).peek()?;
        // The version goes before the entry does: the value belongs to it if the version is still there.
        if !th.is_mine(self) && table.version().load(Acquire) != version {
            return None;
        }
        Some(value)
    }

    /// The value at `place` if the keys are still those of `version`, which is not 0.
    #[inline(always)]
    pub fn slot_at(&self, th: &Thread, version: u32, place: u32) -> Option<Ref<Object>> {
        let table = self.table(th);
        if table.version().load(heap::sync::Ordering::Acquire) != version {
            return None;
        }
        let slot = table.value_at(place as usize);
        let value = if th.is_mine(self) { th.retain(slot.peek()?) } else { slot.try_get_common(th).ok()?? };
        // The version goes before the entry does: the value belongs to it if the version is still there.
        if table.version().load(heap::sync::Ordering::Acquire) != version {
            return None;
        }
        Some(value)
    }
}
