//! `bytes`: layout and construction; slots and methods are in `methods`.
//!
//! Conversions from other objects are in [`convert`].
//!
//! Invariant: the contents never change once anybody else can reach the object; a zero byte follows them.
#![allow(unsafe_code, reason = "the contents follow the struct in memory")]

pub mod convert;
pub mod iter;
pub(crate) mod like;
mod methods;
pub(crate) mod percent;
pub(crate) mod same;
pub(crate) mod slots;
pub mod warning;

use heap::sync::{AtomicIsize, AtomicPtr, Ordering::*};
use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type, VarHead};
use macros::pytype;

pub use convert::from_object;
pub use like::hex_digits;
pub(crate) use same::same_methods;

/// bytes(iterable_of_ints) -> bytes
/// bytes(string, encoding[, errors]) -> bytes
/// bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer
/// bytes(int) -> bytes object of size given by the parameter initialized with null bytes
/// bytes() -> empty bytes object
///
/// Construct an immutable array of bytes from:
///   - an iterable yielding integers in range(256)
///   - a text string encoded using the specified encoding
///   - any object implementing the buffer API.
///   - an integer
#[pytype(name = "bytes", export = "PyBytes_Type", flags(BASETYPE, BYTES_SUBCLASS, MATCH_SELF, LEAF), gc = none, lock = none, basicsize = HEADER + 1, itemsize = 1, size = Bytes::size, parts(slots, methods, same))]
#[repr(C)]
pub struct Bytes {
    head: VarHead,
    hash: AtomicIsize,
    data: [u8; 8],
}

const HEADER: usize = core::mem::offset_of!(Bytes, data);
const _: () = assert!(HEADER == 32);

/// The empty `bytes` and those of one byte are always the same objects; each is made on first use.
static SHORT: [AtomicPtr<Bytes>; 257] = [const { AtomicPtr::new(core::ptr::null_mut()) }; 257];

impl Bytes {
    /// From bytes; short ones are shared. `None` when there is no memory.
    #[inline]
    pub fn from_slice(th: &Thread, contents: &[u8]) -> Option<Ref<Bytes>> {
        match contents {
            [] => Some(Bytes::short(th, 256, contents)),
            [byte] => Some(Bytes::short(th, usize::from(*byte), contents)),
            _ => Bytes::try_new(th, contents),
        }
    }

    fn short(th: &Thread, place: usize, contents: &[u8]) -> Ref<Bytes> {
        let place = &SHORT[place];
        // SAFETY: R2: null or an immortal object.
        if let Some(made) = unsafe { place.load(Acquire).as_ref() } {
            return made.to_ref();
        }
        // SAFETY: every byte is written.
        let made = unsafe { Bytes::try_begin(th, contents.len(), contents) }.unwrap_or_else(|| heap::alloc::out_of_memory());
        made.as_object().make_immortal();
        let made = made.into_raw().cast::<Bytes>();
        let kept = match place.compare_exchange(core::ptr::null_mut(), made, AcqRel, Acquire) {
            Ok(_) => made,
            Err(first) => first,
        };
        // SAFETY: R2: immortal.
        unsafe { &*kept }.to_ref()
    }

    /// From bytes; `None` when there is no memory. The empty one is always the same object, as in CPython: extensions keep pointers to its contents
    /// without a count.
    pub fn try_new(th: &Thread, contents: &[u8]) -> Option<Ref<Bytes>> {
        if contents.is_empty() {
            return Some(Bytes::short(th, 256, contents));
        }
        // SAFETY: every byte is written.
        unsafe { Bytes::try_begin(th, contents.len(), contents) }
    }

    /// From bytes.
    pub fn new(th: &Thread, contents: &[u8]) -> Ref<Bytes> {
        Bytes::try_new(th, contents).unwrap_or_else(|| heap::alloc::out_of_memory())
    }

    /// `len` bytes that `fill` writes (it sees zeros); `None` when there is no memory.
    pub fn try_build(th: &Thread, len: usize, fill: impl FnOnce(&mut [u8])) -> Option<Ref<Bytes>> {
        if len == 0 {
            fill(&mut []);
            return Some(Bytes::short(th, 256, &[]));
        }
        // SAFETY: every byte is written here.
        let made = unsafe { Bytes::try_begin(th, len, &[]) }?;
        // SAFETY: the fresh object has as many bytes behind its header, and nobody else has it.
        unsafe {
            let data = made.data_ptr();
            data.write_bytes(0, len);
            fill(core::slice::from_raw_parts_mut(data, len));
        }
        Some(made)
    }

    /// `len` bytes, the first of which are set; `None` when there is no memory.
    ///
    /// # Safety
    /// The caller (or C, to whom it is given) writes the others before anybody reads them.
    pub unsafe fn try_begin(th: &Thread, len: usize, first: &[u8]) -> Option<Ref<Bytes>> {
        debug_assert!(first.len() <= len);
        if len > isize::MAX as usize - HEADER - 16 {
            return None;
        }
        let value = Bytes { head: VarHead::init(len as isize), hash: AtomicIsize::new(-1), data: [0; 8] };
        // SAFETY: the caller's promise; the zero behind the contents is written below.
        let made = unsafe { th.new_var_exact::<Bytes>(Bytes::size_with(len), value) }?;
        // SAFETY: the fresh object has `len + 1` bytes behind its header.
        unsafe {
            made.data_ptr().copy_from_nonoverlapping(first.as_ptr(), first.len());
            made.data_ptr().add(len).write(0);
        }
        Some(made)
    }

    /// How long an instance with so many bytes is.
    pub fn size_with(len: usize) -> usize {
        (HEADER + len + 1).max(size_of::<Bytes>())
    }

    /// Where the contents begin.
    #[inline(always)]
    fn data_ptr(&self) -> *mut u8 {
        // SAFETY: the contents lie in the object's own block.
        unsafe { core::ptr::from_ref(self).cast::<u8>().cast_mut().add(HEADER) }
    }

    /// An instance of `cls`, `bytes` or a subclass, with these contents.
    pub fn new_in(th: &Thread, cls: &Type, contents: &[u8]) -> Option<Ref<Bytes>> {
        if core::ptr::eq(cls, Bytes::type_object()) {
            return Bytes::try_new(th, contents);
        }
        let value = Bytes { head: VarHead::init(contents.len() as isize), hash: AtomicIsize::new(-1), data: [0; 8] };
        let made = th.new_var::<Bytes>(cls, contents.len(), value)?;
        // SAFETY: as above; `new_var` zeroed what follows.
        unsafe { made.as_ptr().cast::<u8>().add(HEADER).copy_from_nonoverlapping(contents.as_ptr(), contents.len()) };
        if cls.has_flag(abi::Py_TPFLAGS_HAVE_GC as u64) {
            th.track(&*made);
        }
        Some(made)
    }

    fn size(&self) -> usize {
        if core::ptr::eq(self.as_object().ty(), Bytes::type_object()) {
            (HEADER + self.len() + 1).max(size_of::<Bytes>())
        } else {
            crate::typing::instance_bytes(self.as_object().ty(), self.len())
        }
    }

    /// `self.join(iterable)`
    pub fn join_all(&self, th: &mut Thread, iterable: &Object) -> Result<Ref<Object>, Raised> {
        like::join(th, self, iterable)
    }

    /// How many bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.head.size() as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The contents.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: this module's invariant.
        unsafe { core::slice::from_raw_parts(core::ptr::from_ref(self).cast::<u8>().add(HEADER), self.len()) }
    }

    /// `hash(b)`, cached.
    pub fn hash(&self) -> isize {
        let cached = self.hash.load(Relaxed);
        if cached != -1 {
            return cached;
        }
        let hash = crate::hash::hash_bytes(self.as_slice());
        self.hash.store(hash, Relaxed);
        hash
    }
}
