//! `_Py_hashtable_*`: a hash table of C pointers, for code that has no objects for keys.
//!
//! Invariant: the structs are laid out as CPython's, for its macros read them: buckets are lists of entries, their number is a power of two.

use core::ffi::{c_int, c_void};

type Hash = unsafe extern "C-unwind" fn(*const c_void) -> usize;
type Compare = unsafe extern "C-unwind" fn(*const c_void, *const c_void) -> c_int;
type Destroy = unsafe extern "C-unwind" fn(*mut c_void);
type Find = unsafe extern "C-unwind" fn(*mut Table, *const c_void) -> *mut Entry;
type Each = unsafe extern "C-unwind" fn(*mut Table, *const c_void, *const c_void, *mut c_void) -> c_int;

/// `_Py_hashtable_allocator_t`
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Allocator {
    malloc: unsafe extern "C-unwind" fn(usize) -> *mut c_void,
    free: unsafe extern "C-unwind" fn(*mut c_void),
}

/// `_Py_hashtable_entry_t`
#[repr(C)]
pub struct Entry {
    next: *mut Entry,
    hash: usize,
    key: *mut c_void,
    value: *mut c_void,
}

/// `_Py_hashtable_t`
#[repr(C)]
pub struct Table {
    entries: usize,
    buckets: usize,
    heads: *mut *mut Entry,
    find: Find,
    hash: Hash,
    compare: Compare,
    destroy_key: Option<Destroy>,
    destroy_value: Option<Destroy>,
    allocator: Allocator,
}

unsafe extern "C-unwind" {
    fn PyMem_Malloc(bytes: usize) -> *mut c_void;
    fn PyMem_Free(memory: *mut c_void);
}

/// The least number of buckets.
const FEWEST: usize = 16;

/// What every function of this file asks of its caller.
///
/// # Safety
/// R4: `table` came from `_Py_hashtable_new`, was not destroyed, and nobody else uses it meanwhile.
unsafe fn table<'a>(table: *mut Table) -> &'a mut Table {
    // SAFETY: the caller's promise.
    unsafe { &mut *table }
}

impl Table {
    /// Empty buckets; null if there is no memory.
    fn new_heads(allocator: Allocator, buckets: usize) -> *mut *mut Entry {
        // SAFETY: R4: the allocator's own function; what it gives is as large as was asked for.
        unsafe {
            let heads: *mut *mut Entry = (allocator.malloc)(buckets * size_of::<*mut Entry>()).cast();
            if !heads.is_null() {
                heads.write_bytes(0, buckets);
            }
            heads
        }
    }

    /// The bucket of a hash.
    fn head(&self, hash: usize) -> *mut *mut Entry {
        // SAFETY: the invariant: there are so many buckets.
        unsafe { self.heads.add(hash & (self.buckets - 1)) }
    }

    /// The place that names the entry of a key: the bucket, or the entry before.
    fn place(&mut self, key: *const c_void) -> Option<*mut *mut Entry> {
        // SAFETY: R4: C's function for its own keys.
        let hash = unsafe { (self.hash)(key) };
        let mut place = self.head(hash);
        // SAFETY: the invariant: buckets hold lists of entries that are alive.
        while let Some(entry) = unsafe { (*place).as_mut() } {
            // SAFETY: R4: C's function for its own keys.
            if entry.hash == hash && unsafe { (self.compare)(key, entry.key) } != 0 {
                return Some(place);
            }
            place = &raw mut entry.next;
        }
        None
    }

    /// The entries' number has changed: as many buckets as fit it. Without memory the table stays as it is.
    fn fit(&mut self) {
        let wanted = (self.entries * 10 / 3).next_power_of_two().max(FEWEST);
        let heads = Table::new_heads(self.allocator, wanted);
        if wanted == self.buckets || heads.is_null() {
            // SAFETY: R4: null, or from the same allocator.
            unsafe { (self.allocator.free)(heads.cast()) };
            return;
        }
        let (old, count) = (core::mem::replace(&mut self.heads, heads), core::mem::replace(&mut self.buckets, wanted));
        for at in 0..count {
            // SAFETY: the invariant, of the old buckets.
            let mut next = unsafe { *old.add(at) };
            // SAFETY: the invariant: an entry that is alive.
            while let Some(entry) = unsafe { next.as_mut() } {
                next = entry.next;
                let head = self.head(entry.hash);
                // SAFETY: a bucket of the new ones.
                entry.next = unsafe { core::mem::replace(&mut *head, entry) };
            }
        }
        // SAFETY: R4: from the same allocator; nobody refers to the old buckets any more.
        unsafe { (self.allocator.free)(old.cast()) };
    }

    /// Ends all entries.
    fn empty(&mut self) {
        for at in 0..self.buckets {
            // SAFETY: the invariant.
            let mut next = unsafe { self.heads.add(at).replace(core::ptr::null_mut()) };
            // SAFETY: the invariant: an entry that is alive.
            while let Some(entry) = unsafe { next.as_mut() } {
                next = entry.next;
                for (destroy, what) in [(self.destroy_key, entry.key), (self.destroy_value, entry.value)] {
                    if let Some(destroy) = destroy {
                        // SAFETY: R4: C's function for what it put in.
                        unsafe { destroy(what) };
                    }
                }
                // SAFETY: R4: from the same allocator; the list begins behind it now.
                unsafe { (self.allocator.free)(core::ptr::from_mut(entry).cast()) };
            }
        }
        self.entries = 0;
    }
}

unsafe extern "C-unwind" fn find(of: *mut Table, key: *const c_void) -> *mut Entry {
    // SAFETY: the caller's promise; a place names an entry.
    unsafe { table(of) }.place(key).map_or(core::ptr::null_mut(), |place| unsafe { *place })
}

/// The hash of a pointer that is a key itself.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_hash_ptr(key: *const c_void) -> usize {
    // What is aligned ends in zeros.
    key.addr().rotate_right(4)
}

/// Whether two pointers are the same key.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_compare_direct(a: *const c_void, b: *const c_void) -> c_int {
    c_int::from(core::ptr::eq(a, b))
}

/// A new table; null if there is no memory.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_new(hash: Hash, compare: Compare) -> *mut Table {
    // SAFETY: R4: as the caller promised it to this function.
    unsafe { _Py_hashtable_new_full(hash, compare, None, None, core::ptr::null()) }
}

/// A new table that ends its keys and values, with memory from an allocator (null: `PyMem_Malloc`).
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_new_full(
    hash: Hash,
    compare: Compare,
    destroy_key: Option<Destroy>,
    destroy_value: Option<Destroy>,
    allocator: *const Allocator,
) -> *mut Table {
    // SAFETY: R4: null, or the caller's struct.
    let allocator = unsafe { allocator.as_ref() }.copied().unwrap_or(Allocator { malloc: PyMem_Malloc, free: PyMem_Free });
    // SAFETY: R4: the allocator's own function.
    let made: *mut Table = unsafe { (allocator.malloc)(size_of::<Table>()) }.cast();
    if made.is_null() {
        return made;
    }
    let heads = Table::new_heads(allocator, FEWEST);
    if heads.is_null() {
        // SAFETY: R4: from the same allocator.
        unsafe { (allocator.free)(made.cast()) };
        return core::ptr::null_mut();
    }
    // SAFETY: fresh memory of that size.
    unsafe { made.write(Table { entries: 0, buckets: FEWEST, heads, find, hash, compare, destroy_key, destroy_value, allocator }) };
    made
}

/// Ends a table and what is in it.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_destroy(of: *mut Table) {
    // SAFETY: the caller's promise.
    let ended = unsafe { table(of) };
    ended.empty();
    let Allocator { free, .. } = ended.allocator;
    // SAFETY: R4: both from the same allocator; the caller gives the table up.
    unsafe {
        free(ended.heads.cast());
        free(of.cast());
    }
}

/// Ends what is in a table.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_clear(of: *mut Table) {
    // SAFETY: the caller's promise.
    let table = unsafe { table(of) };
    table.empty();
    table.fit();
}

/// How many entries there are.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_size(of: *const Table) -> usize {
    // SAFETY: the caller's promise.
    unsafe { (*of).entries }
}

/// Calls a function for each entry until one does not return 0: what that returned.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_foreach(of: *mut Table, each: Each, data: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    let (heads, buckets) = unsafe { ((*of).heads, (*of).buckets) };
    for at in 0..buckets {
        // SAFETY: the invariant.
        let mut next = unsafe { *heads.add(at) };
        // SAFETY: the invariant: an entry that is alive.
        while let Some(entry) = unsafe { next.as_ref() } {
            next = entry.next;
            // SAFETY: R4: C's function, which does not change the table.
            let status = unsafe { each(of, entry.key, entry.value, data) };
            if status != 0 {
                return status;
            }
        }
    }
    0
}

/// Adds an entry, whose key must be new: 0, or -1 if there is no memory.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_set(of: *mut Table, key: *const c_void, value: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    let table = unsafe { table(of) };
    // SAFETY: R4: the allocator's own function.
    let entry: *mut Entry = unsafe { (table.allocator.malloc)(size_of::<Entry>()) }.cast();
    if entry.is_null() {
        return -1;
    }
    // SAFETY: R4: C's function for its own keys.
    let hash = unsafe { (table.hash)(key) };
    table.entries += 1;
    if table.entries > table.buckets / 2 {
        table.fit();
    }
    let head = table.head(hash);
    // SAFETY: fresh memory of that size, and a bucket.
    unsafe {
        entry.write(Entry { next: *head, hash, key: key.cast_mut(), value });
        head.write(entry);
    }
    0
}

/// The value of a key, or null.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_get(of: *mut Table, key: *const c_void) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { find(of, key).as_ref() }.map_or(core::ptr::null_mut(), |entry| entry.value)
}

/// Takes an entry out without ending its key or its value: the value, or null if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_hashtable_steal(of: *mut Table, key: *const c_void) -> *mut c_void {
    // SAFETY: the caller's promise.
    let table = unsafe { table(of) };
    let Some(place) = table.place(key) else { return core::ptr::null_mut() };
    // SAFETY: a place names an entry that is alive.
    let (entry, value) = unsafe { (*place, (**place).value) };
    // SAFETY: as above; the entry is nobody's afterwards, and from the same allocator.
    unsafe {
        place.write((*entry).next);
        (table.allocator.free)(entry.cast());
    }
    table.entries -= 1;
    if table.entries < table.buckets / 10 {
        table.fit();
    }
    value
}
