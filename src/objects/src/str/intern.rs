//! The table of interned strings. Interned strings are immortal, as the ABI's are; comparing two of them is comparing pointers.

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

/// By the strings' own hashes, which they keep.
static TABLE: LazyLock<[Mutex<HashTable<Entry>>; SHARDS]> = LazyLock::new(|| core::array::from_fn(|_| Mutex::new(HashTable::with_capacity(AT_FIRST))));

/// The shard of a hash, by bits that place nothing within a shard.
fn shard(hash: u64) -> &'static Mutex<HashTable<Entry>> {
    &TABLE[(hash >> 24) as usize % SHARDS]
}

/// The interned string equal to `s`; `s` itself becomes it if there is none yet.
pub fn intern_ref(th: &Thread, s: Ref<Str>) -> &'static Str {
    if s.is_interned() {
        return as_static(&s);
    }
    let hash = s.hash() as u64;
    let mut table = shard(hash).lock();
    if let Some(found) = table.find(hash, |entry| entry.0.eq_str(&s)) {
        return found.0;
    }
    // Only exact strings live in the table: a subclass instance has state of its own.
    let s = if s.is_exactly::<Str>() { s } else { Str::copy_exact(th, &s) };
    s.mark_interned();
    let kept = as_static(&s);
    table.insert_unique(hash, Entry(kept), |entry| entry.0.hash() as u64);
    // Immortal: the count that `s` holds never matters again.
    drop(s);
    kept
}

/// The interned string of a text.
pub fn intern(th: &Thread, text: &str) -> &'static Str {
    // Most are there already: ASCII is found without making an object, by the hash that one would have.
    if text.is_ascii() {
        let hash = hash_bytes(text.as_bytes()) as u64;
        if let Some(found) = shard(hash).lock().find(hash, |entry| entry.0.as_ascii() == Some(text)) {
            return found.0;
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
    TABLE.iter().map(|shard| shard.lock().len()).sum()
}
