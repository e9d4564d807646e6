//! What this layer keeps for each type: subclasses, the layout of inline values, where members lie. Hangs off `TypeInfo::extra`.
#![allow(unsafe_code, reason = "the record lives as long as its type")]

use heap::sync::{AtomicPtr, AtomicUsize, Mutex, Ordering::*};
use heap::{Type, TypeInfo};

use crate::Str;

/// Attribute names of the instances of one class, by inline slot. Names are only ever added.
pub struct Layout {
    /// Bytes from the start of an instance to its first inline value.
    pub offset: usize,
    names: Box<[AtomicPtr<Str>]>,
    used: AtomicUsize,
    adding: Mutex<()>,
}

impl Layout {
    fn new(offset: usize, capacity: usize) -> Layout {
        Layout {
            offset,
            names: (0..capacity).map(|_| AtomicPtr::new(core::ptr::null_mut())).collect(),
            used: AtomicUsize::new(0),
            adding: Mutex::new(()),
        }
    }

    /// Inline values of an instance.
    #[inline(always)]
    pub fn capacity(&self) -> usize {
        self.names.len()
    }

    /// The slot of an interned name, if instances may have it inline.
    #[inline]
    pub fn find(&self, name: &Str) -> Option<usize> {
        let used = self.used.load(Acquire);
        self.names[..used].iter().position(|n| core::ptr::eq(n.load(Relaxed), name))
    }

    /// The slot of an interned name, added if there is room.
    pub fn find_or_add(&self, name: &'static Str) -> Option<usize> {
        if let Some(i) = self.find(name) {
            return Some(i);
        }
        // Nobody adds to a full layout: each store of one name too many would wait here for those of other threads.
        if self.used.load(Acquire) == self.names.len() {
            return self.find(name);
        }
        let _adding = self.adding.lock();
        if let Some(i) = self.find(name) {
            return Some(i);
        }
        let used = self.used.load(Relaxed);
        let cell = self.names.get(used)?;
        cell.store(core::ptr::from_ref(name).cast_mut(), Relaxed);
        // Release: a reader that sees the new number sees the name.
        self.used.store(used + 1, Release);
        Some(used)
    }

    /// The name of a slot.
    pub fn name(&self, slot: usize) -> Option<&'static Str> {
        // SAFETY: R2: interned names are immortal.
        self.names.get(slot).and_then(|n| unsafe { n.load(Acquire).as_ref() })
    }
}

/// The record.
#[derive(Default)]
pub struct Extra {
    /// Direct subclasses, as addresses; a subclass removes itself when it ends.
    pub subclasses: Mutex<Vec<usize>>,
    /// Inline values, for classes whose instances have them.
    pub layout: Option<Layout>,
    /// Offsets of the `__slots__` members of instances, those of bases included.
    pub members: Vec<usize>,
    /// The dict word belongs to a class statement (not to a builtin struct that drops it itself).
    pub owns_dict_word: bool,
    /// Offsets of members that are dropped with an instance, but that nobody visits: a type of C says how its instances are traversed.
    pub dropped: Vec<usize>,
    /// Drops the builtin part of an instance.
    pub base_drop: Option<unsafe fn(*mut heap::Object)>,
    /// Visits the builtin part of an instance.
    pub base_traverse: Option<abi::traverseproc>,
    /// Clears the builtin part of an instance.
    pub base_clear: Option<abi::inquiry>,
}

impl Extra {
    /// Adds room for inline values.
    pub fn set_layout(&mut self, offset: usize, capacity: usize) {
        self.layout = Some(Layout::new(offset, capacity));
    }
}

/// The record of a type that was readied.
#[inline(always)]
pub fn extra(ty: &Type) -> Option<&Extra> {
    let info = ty.info()?;
    // SAFETY: R3: `extra` is 0 or a record that lives as long as the type.
    unsafe { (info.extra.load(Acquire) as *const Extra).as_ref() }
}

/// Hangs the record off the type's facts, unless it has one.
pub fn attach(info: &TypeInfo, record: Extra) {
    if info.extra.load(Acquire) == 0 {
        info.extra.store(Box::into_raw(Box::new(record)) as usize, Release);
    }
}

/// Frees the record and the facts of a class that ends.
///
/// # Safety
/// The class is unreachable, and both were made by `new_class` (boxed).
pub unsafe fn free(ty: &Type) {
    if let Some(info) = ty.info() {
        let record = info.extra.load(Acquire) as *mut Extra;
        if !record.is_null() {
            // SAFETY: the caller's promise.
            drop(unsafe { Box::from_raw(record) });
        }
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(core::ptr::from_ref(info).cast_mut()) });
    }
}
