//! The table of interned strings; comparing two of them is comparing pointers. What code names is immortal, as the ABI's names are. What a program
//! interns by itself (`sys.intern`) ends with its last reference, unless it comes to be such a name.
//!
//! Invariant: a mortal string is common, so that whoever finds it may try to take a count; it leaves the table, under the lock, before its memory goes.

use core::cell::Cell;
use std::sync::LazyLock;

use hashbrown::HashTable;
use heap::sync::{AtomicPtr, Mutex, Ordering::*};
use heap::{Heaped, Ref, Thread};

use crate::hash::hash_bytes;
use crate::str::Str;

const SHARDS: usize = 16;
/// Per shard: a start of the interpreter interns some thousands of names.
const AT_FIRST: usize = 440;

struct Entry(&'static Str);

/// A string that nobody counts here.
struct Mortal(*const Str);

// SAFETY: read under the shard's lock alone, by the module's invariant.
#[allow(unsafe_code, reason = "a table of addresses")]
unsafe impl Send for Mortal {}

impl Mortal {
    #[allow(unsafe_code, reason = "strings in the table are there")]
    fn get(&self) -> &Str {
        // SAFETY: the module's invariant: it leaves the table before its memory goes; the caller holds the shard's lock.
        unsafe { &*self.0 }
    }
}

#[derive(Default)]
struct Shard {
    immortal: HashTable<Entry>,
    mortal: HashTable<Mortal>,
}

/// By the strings' own hashes, which they keep.
static TABLE: LazyLock<[Mutex<Shard>; SHARDS]> =
    LazyLock::new(|| core::array::from_fn(|_| Mutex::new(Shard { immortal: HashTable::with_capacity(AT_FIRST), mortal: HashTable::new() })));

/// The shard of a hash, by bits that place nothing within a shard.
fn shard(hash: u64) -> &'static Mutex<Shard> {
    &TABLE[(hash >> 24) as usize % SHARDS]
}

/// Names by their hashes, two places for each, of which the first has the newer one. What is here is immortal.
struct Recent([[Cell<Option<&'static Str>>; 2]; 64]);

impl Recent {
    fn places(&self, hash: u64) -> &[Cell<Option<&'static Str>>; 2] {
        &self.0[hash as usize % self.0.len()]
    }

    #[inline]
    fn get(&self, hash: u64, is_it: impl Fn(&Str) -> bool) -> Option<&'static Str> {
        self.places(hash).iter().find_map(|place| place.get().filter(|known| is_it(known)))
    }

    fn keep(&self, hash: u64, name: &'static Str) -> &'static Str {
        let [newer, older] = self.places(hash);
        older.set(newer.replace(Some(name)));
        name
    }
}

std::thread_local! {
    /// Names that this thread looked for: programs make the same ones again and again (`getattr`, `setattr`), and threads that do would wait for
    /// each other at the table.
    static RECENT: Recent = const { Recent([const { [const { Cell::new(None) }; 2] }; 64]) };
}

/// The interned string equal to `s`; `s` itself becomes it if there is none yet.
pub fn intern_ref(th: &Thread, s: Ref<Str>) -> &'static Str {
    if s.is_interned() {
        return as_static(&s);
    }
    let hash = s.hash() as u64;
    RECENT.with(|recent| recent.get(hash, |known| known.eq_str(&s)).unwrap_or_else(|| recent.keep(hash, intern_in_table(th, s, hash))))
}

/// [`intern_ref`] of a string that is not interned yet.
fn intern_in_table(th: &Thread, s: Ref<Str>, hash: u64) -> &'static Str {
    let mut table = shard(hash).lock();
    if let Some(found) = table.immortal.find(hash, |entry| entry.0.eq_str(&s)) {
        return found.0;
    }
    // One that a program interned becomes it.
    let s = match table.mortal.find_entry(hash, |mortal| mortal.get().eq_str(&s)) {
        Ok(found) => {
            let (mortal, _) = found.remove();
            counted(&mortal).unwrap_or(s)
        }
        Err(_) => s,
    };
    // Only exact strings live in the table: a subclass instance has state of its own.
    let s = if s.is_exactly::<Str>() { s } else { Str::copy_exact(th, &s) };
    s.mark_interned();
    let kept = as_static(&s);
    table.immortal.insert_unique(hash, Entry(kept), |entry| entry.0.hash() as u64);
    drop(table);
    // Immortal: the count that `s` holds never matters again.
    drop(s);
    kept
}

/// The interned string equal to `s`, for as long as somebody refers to it; `s` itself (or an exact copy) becomes it if there is none yet.
pub fn intern_mortal(th: &Thread, s: &Str) -> Ref<Str> {
    if s.is_interned_somehow() {
        return s.to_ref();
    }
    let hash = s.hash() as u64;
    let fresh = s.exact(th);
    // Common before anybody can find it.
    th.share(fresh.as_object());
    let mut table = shard(hash).lock();
    if let Some(found) = table.immortal.find(hash, |entry| entry.0.eq_str(s)) {
        let found = found.0.to_ref();
        drop(table);
        return found;
    }
    if let Ok(found) = table.mortal.find_entry(hash, |mortal| mortal.get().eq_str(s)) {
        if let Some(found) = counted(found.get()) {
            drop(table);
            return found;
        }
        // It is about to end: it finds nothing to remove then.
        found.remove();
    }
    fresh.mark_interned_mortal();
    table.mortal.insert_unique(hash, Mortal(&raw const *fresh), |mortal| mortal.get().hash() as u64);
    fresh
}

/// A count on what the table named, unless its last one went meanwhile. The caller holds the shard's lock.
#[allow(unsafe_code, reason = "a count that was taken")]
fn counted(mortal: &Mortal) -> Option<Ref<Str>> {
    let found = mortal.get();
    // SAFETY: R2: the count was just taken.
    heap::try_incref(found.as_object()).then(|| unsafe { Ref::from_raw(mortal.0.cast_mut().cast()) })
}

/// A mortal interned string ends.
pub(super) fn forget(s: &Str) {
    let hash = s.hash() as u64;
    if let Ok(found) = shard(hash).lock().mortal.find_entry(hash, |mortal| core::ptr::eq(mortal.0, s)) {
        found.remove();
    }
}

/// The interned string of a text.
pub fn intern(th: &Thread, text: &str) -> &'static Str {
    // Most are there already: ASCII is found without making an object, by the hash that one would have.
    if text.is_ascii() {
        let hash = hash_bytes(text.as_bytes()) as u64;
        let is_it = |known: &Str| known.as_ascii() == Some(text);
        let found = RECENT.with(|recent| {
            recent.get(hash, is_it).or_else(|| {
                let found = shard(hash).lock().immortal.find(hash, |entry| is_it(entry.0))?.0;
                Some(recent.keep(hash, found))
            })
        });
        if let Some(found) = found {
            return found;
        }
    }
    let s = Str::new(th, text);
    intern_ref(th, s)
}

fn as_static(s: &Str) -> &'static Str {
    debug_assert!(s.as_object().is_immortal());
    static_ref(s)
}

#[allow(unsafe_code, reason = "interned strings live for ever")]
fn static_ref(s: &Str) -> &'static Str {
    // SAFETY: R2: immortal: the count never reaches zero.
    unsafe { &*core::ptr::from_ref(s) }
}

/// A name that the runtime itself uses: interned on first use, afterwards one load.
pub struct Name {
    text: &'static str,
    ptr: AtomicPtr<Str>,
}

impl Name {
    /// See [`crate::names`].
    pub const fn new(text: &'static str) -> Name {
        Name { text, ptr: AtomicPtr::new(core::ptr::null_mut()) }
    }

    /// The text.
    pub fn text(&self) -> &'static str {
        self.text
    }

    #[cold]
    #[allow(unsafe_code, reason = "the calling thread's record")]
    fn make(&self) -> &'static Str {
        // SAFETY: R10: names are used by threads that Python knows; `&Thread` only allocates.
        let th = unsafe { Thread::from_tls() };
        let made = intern(th, self.text);
        self.ptr.store(core::ptr::from_ref(made).cast_mut(), Release);
        made
    }

    /// The string.
    #[inline(always)]
    #[allow(unsafe_code, reason = "an immortal string")]
    pub fn get(&self) -> &'static Str {
        // SAFETY: R2: null or an interned string, which is immortal.
        match unsafe { self.ptr.load(Acquire).as_ref() } {
            Some(s) => s,
            None => self.make(),
        }
    }
}

impl core::ops::Deref for Name {
    type Target = Str;
    #[inline(always)]
    fn deref(&self) -> &Str {
        self.get()
    }
}

/// How many strings are interned.
pub fn count() -> usize {
    TABLE.iter().map(|shard| {
        let shard = shard.lock();
        shard.immortal.len() + shard.mortal.len()
    }).sum()
}
