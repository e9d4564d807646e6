//! `list`: the struct and what Rust code does with one. Its memory and locking are in [`storage`], Python's methods in [`methods`],
//! subscripts in [`subscript`], sorting in [`sort`], the iterators in [`iter`].
//!
//! Invariant: see [`storage`]. Reading one item needs no lock; everything else goes through [`List::lock`].

pub mod iter;
pub mod methods;
pub mod sort;
pub mod storage;
pub mod subscript;
mod watched;

use heap::VarHead;
use macros::pytype;

use crate::NoMemory;
use crate::glue::*;
use crate::slice::Positions;
use storage::Storage;

/// Built-in mutable sequence.
///
/// If no argument is given, the constructor creates a new empty list.
/// The argument must be an iterable if specified.
#[pytype(
    name = "list",
    export = "PyList_Type",
    sig = "(iterable=(), /)",
    flags(BASETYPE, LIST_SUBCLASS, SEQUENCE, MATCH_SELF),
    layout = PyListObject,
    lock = instance,
    gc = custom,
    parts(subscript)
)]
#[repr(C)]
pub struct List {
    head: VarHead,
    storage: Storage,
}

const _: () = assert!(core::mem::offset_of!(List, storage) == core::mem::offset_of!(abi::PyListObject, ob_item));

impl Drop for List {
    fn drop(&mut self) {
        self.drop_storage();
    }
}

impl Traverse for List {
    fn traverse(&self, visitor: &mut Visitor) {
        self.visit_items(visitor);
    }
}

impl Clear for List {
    fn clear(&self, th: &mut Thread) {
        self.clear_items(th);
    }
}

impl List {
    /// Takes over the items. Running out of memory ends the process, as for any small object; see [`List::try_new`].
    pub fn new(th: &Thread, items: Vec<Ref<Object>>) -> Ref<List> {
        List::try_new(th, items).unwrap_or_else(|NoMemory| heap::alloc::out_of_memory())
    }

    /// [`List::new`], with an error when there is no memory.
    pub fn try_new(th: &Thread, items: Vec<Ref<Object>>) -> Result<Ref<List>, NoMemory> {
        let (storage, len) = List::storage_of(items)?;
        Ok(th.new_object(List { head: VarHead::init(len.cast_signed()), storage }))
    }

    /// An empty list.
    #[inline]
    pub fn empty(th: &Thread) -> Ref<List> {
        th.new_object(List { head: VarHead::init(0), storage: Storage::EMPTY })
    }

    /// An empty instance of `cls`.
    pub(crate) fn new_in(th: &Thread, cls: &Type) -> Ref<List> {
        th.new_instance(cls, List { head: VarHead::init(0), storage: Storage::EMPTY })
    }

    /// New references to the items.
    pub fn from_slice(th: &Thread, items: &[&Object]) -> Ref<List> {
        List::build(th, items.len(), |index| th.retain(items[index])).unwrap_or_else(|NoMemory| heap::alloc::out_of_memory())
    }

    /// A list of `len` items that `make` yields in order.
    pub fn build(th: &Thread, len: usize, make: impl FnMut(usize) -> Ref<Object>) -> Result<Ref<List>, NoMemory> {
        let storage = List::storage_from(len, make)?;
        Ok(th.new_object(List { head: VarHead::init(len.cast_signed()), storage }))
    }

    /// A list of `len` empty slots; for C, which fills it before it shows it to anybody.
    pub fn new_null(th: &Thread, len: usize) -> Result<Ref<List>, NoMemory> {
        let storage = List::storage_null(len)?;
        Ok(th.new_object(List { head: VarHead::init(len.cast_signed()), storage }))
    }

    /// New references to all items, taken at one moment.
    pub fn snapshot(&self, th: &mut Thread) -> Vec<Ref<Object>> {
        // Of an empty list one look says all.
        if self.is_empty() {
            return Vec::new();
        }
        let all = |len: usize| Positions { start: 0, stop: len.cast_signed(), step: 1, count: len };
        if let Some(copy) = self.copy_watched(th, all) {
            return copy;
        }
        let guard = self.lock(th);
        guard.watch();
        guard.copy()
    }

    /// Removes the items that `wanted` picks, in one step; hands them back.
    pub fn remove_where(&self, th: &mut Thread, mut wanted: impl FnMut(&Object) -> bool) -> Vec<Ref<Object>> {
        let mut guard = self.lock(th);
        let picked: Vec<usize> = guard.items().iter().enumerate().filter(|(_, item)| wanted(item)).map(|(index, _)| index).collect();
        guard.remove_many(picked.into_iter())
    }

    /// Appends an item.
    #[inline]
    pub fn append(&self, th: &mut Thread, value: Ref<Object>) -> Result<(), Raised> {
        match self.push_mine(th, value) {
            Ok(()) => Ok(()),
            Err(value) => self.append_locked(th, value),
        }
    }

    #[inline(never)]
    fn append_locked(&self, th: &mut Thread, value: Ref<Object>) -> Result<(), Raised> {
        // What it reaches may be much: nobody waits for the list meanwhile.
        th.barrier(self, &value);
        let pushed = self.lock(th).push(value);
        pushed.map_err(|error| error.raise(th))
    }

    /// Replaces item `index`; false if there is none.
    pub fn set(&self, th: &mut Thread, index: usize, value: Ref<Object>) -> bool {
        th.barrier(self, &value);
        let mut guard = self.lock(th);
        if index >= guard.len() {
            return false;
        }
        let old = guard.replace(index, value);
        drop(guard);
        th.release(old);
        true
    }

    /// Takes the last item.
    pub fn pop(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.lock(th).pop()
    }

    /// Removes all items.
    pub fn clear_items(&self, th: &mut Thread) {
        let taken = self.lock(th).take_all(0);
        taken.release(th);
    }
}
