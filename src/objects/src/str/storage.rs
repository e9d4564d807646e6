//! How a `str` lies in memory: the ABI's compact 1/2/4-byte forms, always ready, never legacy (design, section 2).
//!
//! Invariant: `kind` is the narrowest that holds every code point, `ascii` is exact, a zero unit follows the last one.
//! Contents never change once the object is reachable by anybody else. `hash` and the UTF-8 cache are written once, atomically.
#![allow(unsafe_code, reason = "the characters follow the struct in memory")]

use core::mem::offset_of;

use heap::sync::{AtomicIsize, AtomicPtr, AtomicU32, Ordering::*};
use heap::{Head, Heaped, Ref, Thread, Type};
use crate::allocators;
use macros::pytype;

/// str(object='') -> str
/// str(bytes_or_buffer[, encoding[, errors]]) -> str
///
/// Create a new string object from the given object. If encoding or
/// errors is specified, then the object must expose a data buffer
/// that will be decoded using the given encoding and error handler.
/// Otherwise, returns the result of object.__str__() (if defined)
/// or repr(object).
/// encoding defaults to 'utf-8'.
/// errors defaults to 'strict'.
// ASCII strings end after `ASCII_SIZE` bytes with their characters, others after `COMPACT_SIZE`.
#[pytype(
    name = "str",
    export = "PyUnicode_Type",
    flags(BASETYPE, UNICODE_SUBCLASS, MATCH_SELF, LEAF),
    gc = none,
    lock = none,
    basicsize = size_of::<abi::PyUnicodeObject>(),
    size = Str::bytes,
    parts(slots, methods, cut, shape, table)
)]
#[repr(C)]
pub struct Str {
    pub(super) head: Head,
    pub(super) length: isize,
    pub(super) hash: AtomicIsize,
    pub(super) state: AtomicU32,
    pub(super) _pad: u32,
}

/// The part that only strings with other than ASCII characters have.
#[repr(C)]
struct CompactTail {
    utf8_length: AtomicIsize,
    utf8: AtomicPtr<u8>,
}

/// Bytes before the characters of an ASCII string.
pub const ASCII_SIZE: usize = size_of::<abi::PyASCIIObject>();
/// Bytes before the characters of any other string.
pub const COMPACT_SIZE: usize = size_of::<abi::PyCompactUnicodeObject>();

const _: () = assert!(size_of::<Str>() == ASCII_SIZE);
const _: () = assert!(offset_of!(Str, length) == 16 && offset_of!(Str, hash) == 24 && offset_of!(Str, state) == 32);

const INTERNED_SHIFT: u32 = 0;
const KIND_SHIFT: u32 = 2;
const COMPACT_BIT: u32 = 1 << 5;
const ASCII_BIT: u32 = 1 << 6;
const INTERNED_MASK: u32 = 3 << INTERNED_SHIFT;
/// Interned by the program: until the last reference goes.
const INTERNED_MORTAL: u32 = 1;
/// Interned and immortal.
pub const INTERNED_IMMORTAL: u32 = 2;
/// The same, of strings that are always there.
const INTERNED_STATIC: u32 = 3;

/// Characters of a string by width of their units.
#[derive(Clone, Copy, Debug)]
pub enum Chars<'a> {
    /// Each below 128.
    Ascii(&'a [u8]),
    /// Latin-1, at least one above 127.
    One(&'a [u8]),
    /// UCS-2 (surrogates are code points of their own).
    Two(&'a [u16]),
    /// UCS-4.
    Four(&'a [u32]),
}

impl<'a> Chars<'a> {
    /// How many code points.
    #[inline]
    pub fn len(self) -> usize {
        match self {
            Chars::Ascii(s) | Chars::One(s) => s.len(),
            Chars::Two(s) => s.len(),
            Chars::Four(s) => s.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at `index`, which is in range.
    #[inline]
    pub fn at(self, index: usize) -> u32 {
        match self {
            Chars::Ascii(s) | Chars::One(s) => u32::from(s[index]),
            Chars::Two(s) => u32::from(s[index]),
            Chars::Four(s) => s[index],
        }
    }

    /// All code points.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + 'a {
        (0..self.len()).map(move |i| self.at(i))
    }
}

impl Drop for Str {
    fn drop(&mut self) {
        if self.state() & INTERNED_MASK == INTERNED_MORTAL {
            super::intern::forget(self);
        }
        self.free_utf8();
    }
}

impl Str {
    #[inline(always)]
    fn state(&self) -> u32 {
        self.state.load(Relaxed)
    }

    /// Code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length as usize
    }

    /// Whether it has no characters.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether every character is below 128.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.state() & ASCII_BIT != 0
    }

    /// Bytes per character: 1, 2 or 4.
    #[inline(always)]
    pub fn unit_size(&self) -> usize {
        ((self.state() >> KIND_SHIFT) & 7) as usize
    }

    /// Bytes of the object.
    fn bytes(&self) -> usize {
        if core::ptr::eq(self.as_object().ty(), Str::static_type()) {
            self.header_size() + (self.len() + 1) * self.unit_size()
        } else {
            crate::typing::instance_bytes(self.as_object().ty(), 0)
        }
    }

    /// Bytes of the object with what it keeps apart (`__sizeof__`).
    pub(super) fn memory(&self) -> usize {
        let compact = self.state() & COMPACT_BIT != 0;
        let header = if compact { self.header_size() } else { size_of::<abi::PyUnicodeObject>() };
        let utf8 = if compact && self.is_ascii() {
            0
        } else {
            // SAFETY: both forms have the longer header.
            let tail: &CompactTail = unsafe { &*core::ptr::from_ref(self).cast::<u8>().add(ASCII_SIZE).cast() };
            if tail.utf8.load(Acquire).is_null() { 0 } else { tail.utf8_length.load(Acquire).cast_unsigned() + 1 }
        };
        header + (self.len() + 1) * self.unit_size() + utf8
    }

    #[inline(always)]
    fn header_size(&self) -> usize {
        if self.is_ascii() { ASCII_SIZE } else { COMPACT_SIZE }
    }

    #[inline(always)]
    fn data(&self) -> *const u8 {
        let this: *const u8 = core::ptr::from_ref(self).cast();
        if self.state() & COMPACT_BIT != 0 {
            // SAFETY: the characters follow the header (this module's invariant).
            unsafe { this.add(self.header_size()) }
        } else {
            // Instances of subclasses keep their characters apart, as in the ABI's `PyUnicodeObject`.
            // SAFETY: non-compact strings have the ABI's full struct.
            unsafe { core::mem::transmute_copy::<abi::PyUnicodeData, *const u8>(&(*core::ptr::from_ref(self).cast::<abi::PyUnicodeObject>()).data) }
        }
    }

    /// The characters.
    #[inline(always)]
    pub fn chars(&self) -> Chars<'_> {
        let (data, len) = (self.data(), self.len());
        // SAFETY: this module's invariant: `len` units of that width; immutable as long as the string lives.
        unsafe {
            match self.unit_size() {
                1 if self.is_ascii() => Chars::Ascii(core::slice::from_raw_parts(data, len)),
                1 => Chars::One(core::slice::from_raw_parts(data, len)),
                2 => Chars::Two(core::slice::from_raw_parts(data.cast(), len)),
                _ => Chars::Four(core::slice::from_raw_parts(data.cast(), len)),
            }
        }
    }

    /// The characters as bytes of their units.
    #[inline(always)]
    pub fn raw_bytes(&self) -> &[u8] {
        // SAFETY: as in `chars`.
        unsafe { core::slice::from_raw_parts(self.data(), self.len() * self.unit_size()) }
    }

    /// Whether both are the same short ASCII text: compared in place, without a call.
    #[inline(always)]
    pub(crate) fn is_same_short(&self, other: &Str) -> bool {
        const SHORT: usize = 16;
        self.len() == other.len()
            && self.len() <= SHORT
            && self.is_ascii()
            && other.is_ascii()
            && self.raw_bytes().iter().zip(other.raw_bytes()).all(|(a, b)| a == b)
    }

    /// The text, if it is ASCII.
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        match self.chars() {
            // SAFETY: every byte is below 128.
            Chars::Ascii(bytes) => Some(unsafe { core::str::from_utf8_unchecked(bytes) }),
            _ => None,
        }
    }

    /// The cached hash, if it was computed.
    #[inline(always)]
    pub(crate) fn cached_hash(&self) -> Option<isize> {
        let hash = self.hash.load(Relaxed);
        (hash != -1).then_some(hash)
    }

    pub(super) fn cache_hash(&self, hash: isize) {
        self.hash.store(hash, Relaxed);
    }

    /// Whether it is interned for ever.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.state() & (INTERNED_IMMORTAL << INTERNED_SHIFT) != 0
    }

    /// Whether it is interned, if only until its last reference goes.
    pub fn is_interned_somehow(&self) -> bool {
        self.state() & INTERNED_MASK != 0
    }

    /// Marks it interned for as long as somebody else refers to it; only the intern table does, under its lock.
    pub(super) fn mark_interned_mortal(&self) {
        self.state.fetch_or(INTERNED_MORTAL << INTERNED_SHIFT, Relaxed);
    }

    /// Marks it interned and immortal; only the intern table does, under its lock.
    pub(super) fn mark_interned(&self) {
        let _ = self.state.fetch_update(Relaxed, Relaxed, |state| Some(state & !INTERNED_MASK | INTERNED_IMMORTAL << INTERNED_SHIFT));
        self.as_object().make_immortal();
    }

    /// Says that the string, which is interned and immortal, is one of those that are always there.
    pub(super) fn mark_static(&self) {
        self.state.fetch_or(INTERNED_STATIC << INTERNED_SHIFT, Relaxed);
    }

    /// `left` and `right` one after the other, in the memory of `left`, if nobody else can see it (R13) and it need not become another
    /// kind of string; else `left` is handed back.
    pub fn append(th: &Thread, left: Ref<Str>, right: &Str) -> Result<Ref<Str>, Ref<Str>> {
        let plain = left.is_exactly::<Str>() && left.state() & (COMPACT_BIT | INTERNED_MASK) == COMPACT_BIT;
        let same_kind = left.unit_size() == right.unit_size() && (right.is_ascii() || !left.is_ascii());
        if !plain || !same_kind || !left.is_unique(th) || core::ptr::eq(&*left, right) {
            return Err(left);
        }
        let (unit, old, added) = (left.unit_size(), left.len(), right.len());
        let Some(bytes) = old.checked_add(added + 1).and_then(|len| len.checked_mul(unit)).and_then(|n| n.checked_add(left.header_size() + 15)) else {
            return Err(left);
        };
        left.free_utf8();
        if !left.is_ascii() {
            left.tail().utf8.store(core::ptr::null_mut(), Relaxed);
        }
        let raw = left.into_raw();
        // SAFETY: R13: a string has no prefix, so its block begins with it, and nobody else knows it. Blocks are multiples of 16 bytes.
        let Some(block) = (unsafe { heap::buffer_realloc(raw.cast(), bytes & !15) }) else {
            // SAFETY: R2: the count did not move.
            return Err(unsafe { Ref::from_raw(raw) });
        };
        let grown: *mut Str = block.as_ptr().cast();
        // SAFETY: R13: the block has room for the characters of both and a zero; the count moved with the contents.
        unsafe {
            let to = (*grown).data().cast_mut().add(old * unit);
            core::ptr::copy_nonoverlapping(right.data(), to, added * unit);
            to.add(added * unit).write_bytes(0, unit);
            (&raw mut (*grown).length).write((old + added).cast_signed());
            (*grown).hash.store(-1, Relaxed);
            Ok(Ref::from_raw(grown.cast()))
        }
    }

    fn tail(&self) -> &CompactTail {
        debug_assert!(!self.is_ascii());
        // SAFETY: strings that are not ASCII have the longer header.
        unsafe { &*core::ptr::from_ref(self).cast::<u8>().add(ASCII_SIZE).cast() }
    }

    /// The cached UTF-8 form, made by `make` the first time and freed with the string; `None` if `make` says so.
    pub(super) fn utf8_cached(&self, make: impl FnOnce() -> Option<Vec<u8>>) -> Option<&[u8]> {
        if let Chars::Ascii(bytes) = self.chars() {
            return Some(bytes);
        }
        let tail = self.tail();
        let mut ptr = tail.utf8.load(Acquire);
        if ptr.is_null() {
            let bytes = make()?;
            let len = bytes.len();
            let block = heap::buffer_alloc(len + 1)?;
            // SAFETY: `len + 1` fresh bytes.
            unsafe {
                block.as_ptr().copy_from_nonoverlapping(bytes.as_ptr(), len);
                block.as_ptr().add(len).write(0);
            }
            // Every thread would store the same length, so it may go before the pointer that publishes it.
            tail.utf8_length.store(len as isize, Release);
            match tail.utf8.compare_exchange(core::ptr::null_mut(), block.as_ptr(), AcqRel, Acquire) {
                Ok(_) => ptr = block.as_ptr(),
                Err(first) => {
                    // SAFETY: our copy lost the race and nobody saw it.
                    unsafe { heap::buffer_free(block.as_ptr()) };
                    ptr = first;
                }
            }
        }
        // SAFETY: published once, freed with the string.
        Some(unsafe { core::slice::from_raw_parts(ptr, tail.utf8_length.load(Acquire) as usize) })
    }

    /// Frees what lies outside of the object, which C may have taken from its domain of memory: cached UTF-8, and the characters of a string that is not compact (where C shares one block for both).
    fn free_utf8(&self) {
        let mut data: *mut u8 = core::ptr::null_mut();
        if self.state() & COMPACT_BIT == 0 {
            // SAFETY: non-compact strings have the longest header, and own their characters.
            unsafe {
                data = core::mem::transmute_copy(&(*core::ptr::from_ref(self).cast::<abi::PyUnicodeObject>()).data);
                if !data.is_null() {
                    allocators::free(&allocators::of(allocators::MEM), data.cast());
                }
            }
        }
        if !self.is_ascii() || self.state() & COMPACT_BIT == 0 {
            // SAFETY: both forms have the longer header.
            let tail: &CompactTail = unsafe { &*core::ptr::from_ref(self).cast::<u8>().add(ASCII_SIZE).cast() };
            let ptr = tail.utf8.load(Relaxed);
            if !ptr.is_null() && ptr != data {
                // SAFETY: made by `utf8_cached`, or by C; the string ends.
                unsafe { allocators::free(&allocators::of(allocators::MEM), ptr.cast()) };
            }
        }
    }

    /// A new exact `str` of `len` characters of `unit` bytes; `fill` writes them all. `ascii` says whether all are below
    /// 128, which is the caller's to know, as is that `unit` is the narrowest. `None`: no memory.
    pub(super) fn build(th: &Thread, len: usize, unit: usize, ascii: bool, fill: impl FnOnce(&mut [u8])) -> Option<Ref<Str>> {
        let header = if ascii { ASCII_SIZE } else { COMPACT_SIZE };
        let bytes = len.checked_add(1)?.checked_mul(unit)?.checked_add(header)?;
        if bytes > isize::MAX as usize {
            return None;
        }
        let state = COMPACT_BIT | ((unit as u32) << KIND_SHIFT) | if ascii { ASCII_BIT } else { 0 };
        let value =
            Str { head: Head::INIT, length: len as isize, hash: AtomicIsize::new(-1), state: AtomicU32::new(state), _pad: 0 };
        // SAFETY: everything behind the struct is written below.
        let made = unsafe { th.new_var_exact::<Str>(bytes, value) }?;
        // SAFETY: `bytes` bytes belong to the fresh object: tail, then characters, then the zero unit.
        unsafe {
            let base: *mut u8 = made.as_ptr().cast();
            if !ascii {
                base.add(ASCII_SIZE).write_bytes(0, COMPACT_SIZE - ASCII_SIZE);
            }
            base.add(header + len * unit).write_bytes(0, unit);
            fill(core::slice::from_raw_parts_mut(base.add(header), len * unit));
        }
        Some(made)
    }

    /// A new string of `len` characters, none wider than `widest`, that C fills in through [`Str::start`] before anybody else sees it
    /// (`PyUnicode_New`). `None`: no memory.
    pub fn unfilled(th: &Thread, len: usize, widest: u32) -> Option<Ref<Str>> {
        let unit = match widest {
            0..0x100 => 1,
            0x100..0x1_0000 => 2,
            _ => 4,
        };
        Str::build(th, len, unit, widest < 0x80, |_| {})
    }

    /// The largest code point that its units have room for.
    pub fn widest(&self) -> u32 {
        match self.chars() {
            Chars::Ascii(_) => 0x7f,
            Chars::One(_) => 0xff,
            Chars::Two(_) => 0xffff,
            Chars::Four(_) => 0x10_ffff,
        }
    }

    /// Where the characters begin.
    pub fn start(&self) -> *mut u8 {
        self.data().cast_mut()
    }

    /// Whether C may write its characters: an exact string with one reference that nobody hashed or interned.
    pub fn is_fillable(&self, th: &Thread) -> bool {
        let exact = self.as_object().is_exactly::<Str>() && self.state() & COMPACT_BIT != 0;
        exact && self.cached_hash().is_none() && !self.is_interned_somehow() && self.as_object().is_unique(th)
    }

    /// A fillable string with another length, in its own memory if it can be; what is new is not filled in yet. There is no memory: itself.
    pub fn resize(th: &Thread, s: Ref<Str>, len: usize) -> Result<Ref<Str>, Ref<Str>> {
        debug_assert!(s.is_fillable(th));
        let unit = s.unit_size();
        let Some(bytes) = len.checked_add(1).and_then(|len| len.checked_mul(unit)).and_then(|n| n.checked_add(s.header_size() + 15)) else {
            return Err(s);
        };
        if bytes > isize::MAX as usize {
            return Err(s);
        }
        s.free_utf8();
        if !s.is_ascii() {
            s.tail().utf8.store(core::ptr::null_mut(), Relaxed);
        }
        let raw = s.into_raw();
        // SAFETY: R13: a string has no prefix, so its block begins with it, and its only reference is the caller's. Blocks are multiples of 16 bytes.
        let Some(block) = (unsafe { heap::buffer_realloc(raw.cast(), bytes & !15) }) else {
            // SAFETY: R2: the count did not move.
            return Err(unsafe { Ref::from_raw(raw) });
        };
        let moved: *mut Str = block.as_ptr().cast();
        // SAFETY: R13: the block has room for the characters and a zero; the count moved with the contents.
        unsafe {
            (*moved).data().cast_mut().add(len * unit).write_bytes(0, unit);
            (&raw mut (*moved).length).write(len.cast_signed());
            Ok(Ref::from_raw(moved.cast()))
        }
    }

    /// An instance of a subclass with a copy of `source`'s characters, kept apart from the struct (`PyUnicodeObject`).
    pub(super) fn build_subclass(th: &Thread, cls: &Type, source: &Str) -> Option<Ref<Str>> {
        let bytes = source.raw_bytes();
        let unit = source.unit_size();
        let block = heap::buffer_alloc(bytes.len() + unit)?;
        // SAFETY: fresh storage of that size.
        unsafe {
            block.as_ptr().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            block.as_ptr().add(bytes.len()).write_bytes(0, unit);
        }
        let state = ((unit as u32) << KIND_SHIFT) | if source.is_ascii() { ASCII_BIT } else { 0 };
        let value = Str {
            head: Head::INIT,
            length: source.length,
            hash: AtomicIsize::new(source.hash.load(Relaxed)),
            state: AtomicU32::new(state),
            _pad: 0,
        };
        let made = th.new_instance::<Str>(cls, value);
        // SAFETY: subclasses have at least the ABI's full struct (`tp_basicsize` of `str`); the object is not reachable yet.
        unsafe { (*made.as_ptr().cast::<abi::PyUnicodeObject>()).data = core::mem::transmute_copy(&block.as_ptr()) };
        Some(made)
    }

    /// Text of a string whose bytes are known to be ASCII.
    pub(super) fn from_ascii_unchecked(th: &Thread, bytes: &[u8]) -> Option<Ref<Str>> {
        debug_assert!(bytes.is_ascii());
        Str::build(th, bytes.len(), 1, true, |out| out.copy_from_slice(bytes))
    }

    /// Part of an ASCII string.
    #[inline]
    pub(super) fn from_ascii_part(th: &Thread, bytes: &[u8]) -> Option<Ref<Str>> {
        match bytes {
            [] => Some(Str::empty()),
            [only] => Some(Str::from_char(th, u32::from(*only))),
            _ => Str::from_ascii_unchecked(th, bytes),
        }
    }

    /// From units whose code points have these bits together.
    pub(super) fn build_from_units<U: algos::text::Unit>(th: &Thread, units: &[U], bits: u32) -> Option<Ref<Str>> {
        let narrowest = match bits {
            0..0x100 => 1,
            0x100..0x1_0000 => 2,
            _ => 4,
        };
        if narrowest == size_of::<U>() {
            // SAFETY: units are plain integers.
            let bytes = unsafe { core::slice::from_raw_parts(units.as_ptr().cast::<u8>(), size_of_val(units)) };
            return Str::build(th, units.len(), narrowest, bits < 0x80, |out| out.copy_from_slice(bytes));
        }
        Str::build_narrowest(th, units.len(), bits, units.iter().map(|unit| unit.code_point()))
    }

    /// From code points of any width; finds the narrowest.
    pub(super) fn build_narrowest(th: &Thread, len: usize, max: u32, points: impl Iterator<Item = u32>) -> Option<Ref<Str>> {
        match max {
            0..0x100 => Str::build(th, len, 1, max < 0x80, |out| {
                for (to, c) in out.iter_mut().zip(points) {
                    *to = c as u8;
                }
            }),
            0x100..0x1_0000 => Str::build(th, len, 2, false, |out| {
                for (to, c) in out.as_chunks_mut::<2>().0.iter_mut().zip(points) {
                    *to = (c as u16).to_ne_bytes();
                }
            }),
            _ => Str::build(th, len, 4, false, |out| {
                for (to, c) in out.as_chunks_mut::<4>().0.iter_mut().zip(points) {
                    *to = c.to_ne_bytes();
                }
            }),
        }
    }
}
