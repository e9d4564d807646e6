//! The object header and the prefix in front of it (design, section 2; R1–R3).
//!
//! Invariant: `Head` is laid out exactly as the ABI's `PyObject`; the prefix exists only where the type says so
//! (`TypeFlags::PREFIX`), and only on memory that [`crate::alloc`] handed out.

use crate::sync::{AtomicPtr, AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering::*};
use crate::{Ref, Thread, Type};

/// A count whose sign bit is set never changes: the object is immortal (as in the ABI).
pub const IMMORTAL_COUNT: u32 = 3 << 30;
/// Bytes between the start of an allocation and the object, for types with a prefix.
pub const PREFIX_SIZE: usize = 16;
/// The same for objects of types with `flags::GC_WORD` that the collector may know. Blocks begin at multiples of 16, and so do objects with a prefix
/// or with nothing in front of them: bit 3 of the address tells.
pub const GC_WORD_SIZE: usize = 8;

/// Word 0 and the type of every object: 16 bytes, the ABI's `PyObject`.
#[repr(C)]
pub struct Head {
    pub(crate) count: AtomicU32,
    pub(crate) owner: AtomicU16,
    /// The object's number if threads count it each for itself (R12, `hot`), else 0.
    pub(crate) hot: AtomicU16,
    ty: AtomicPtr<Type>,
}

/// `Head` and the item count of variable-sized objects: 24 bytes, the ABI's `PyVarObject`.
#[repr(C)]
pub struct VarHead {
    head: Head,
    size: crate::sync::AtomicIsize,
}

/// Any object. It is only ever used behind `&Object` and `Ref<Object>`.
#[repr(C)]
pub struct Object {
    head: Head,
}

const _: () = assert!(size_of::<Head>() == 16 && size_of::<VarHead>() == 24 && size_of::<Object>() == 16);

/// What stands in front of an object that has a prefix.
#[repr(C)]
pub struct Prefix {
    /// See [`Object::gc_word`].
    pub(crate) gc: AtomicU64,
    /// Shape of an instance of a Python class; other types may use it as they like.
    pub shape: AtomicU32,
    /// The object's lock (R9).
    pub lock: AtomicU8,
    /// `PrefixFlags` bits.
    pub flags: AtomicU8,
    /// How many words the object has, without the prefix, if it was made as an instance of another type than its type of now; else 0.
    pub(crate) words: AtomicU16,
}

const _: () = assert!(size_of::<Prefix>() == PREFIX_SIZE && core::mem::offset_of!(Prefix, gc) == 0);

/// Bits of [`Prefix::flags`].
pub mod prefix_flags {
    /// Its finalizer (`__del__`) has run.
    pub const FINALIZED: u8 = 1;
    /// Weak references to it exist in the table of weak references.
    pub const WEAKREFS: u8 = 2;
    /// Its count reached zero; try-incref is refused (R2).
    pub const DYING: u8 = 4;
    /// For the type's own use.
    pub const TYPE_BIT: u8 = 8;
    /// Its finalizer would do nothing (a generator that has ended).
    pub const UNFINALIZED: u8 = 32;
    /// A class that is becoming common (`share`).
    pub const SHARING: u8 = 16;
}

impl Head {
    /// A header that allocation overwrites: what stands in a struct literal before `Thread::new_object`.
    pub const INIT: Head = Head {
        count: AtomicU32::new(1),
        owner: AtomicU16::new(0),
        hot: AtomicU16::new(0),
        ty: AtomicPtr::new(core::ptr::null_mut()),
    };

    /// The header of a static object.
    pub const fn immortal(ty: &'static Type) -> Head {
        Head {
            count: AtomicU32::new(IMMORTAL_COUNT),
            owner: AtomicU16::new(0),
            hot: AtomicU16::new(0),
            ty: AtomicPtr::new(core::ptr::from_ref(ty).cast_mut()),
        }
    }
}

impl VarHead {
    /// See [`Head::INIT`].
    pub const fn init(size: isize) -> VarHead {
        VarHead { head: Head::INIT, size: crate::sync::AtomicIsize::new(size) }
    }

    /// The header of a static variable-sized object.
    pub const fn immortal(ty: &'static Type, size: isize) -> VarHead {
        VarHead { head: Head::immortal(ty), size: crate::sync::AtomicIsize::new(size) }
    }

    /// `ob_size`.
    #[inline(always)]
    pub fn size(&self) -> isize {
        self.size.load(Relaxed)
    }

    /// Sets `ob_size`; the caller holds the object's lock or the object is *mine*.
    #[inline(always)]
    pub fn set_size(&self, size: isize) {
        self.size.store(size, Relaxed)
    }

    /// Like [`VarHead::size`], pairs with [`VarHead::set_size_release`]: a reader without the lock sees the items below it.
    #[inline(always)]
    pub fn size_acquire(&self) -> isize {
        self.size.load(Acquire)
    }

    /// Publishes items below `size` to readers without the lock.
    #[inline(always)]
    pub fn set_size_release(&self, size: isize) {
        self.size.store(size, Release)
    }
}

/// A struct that begins with [`Head`]: every object's struct.
///
/// # Safety
/// `Self` is `repr(C)` and its first field is `Head`, `VarHead` or another `Heaped` struct.
pub unsafe trait Heaped: Sized {
    /// The same object, its type forgotten.
    #[inline(always)]
    fn as_object(&self) -> &Object {
        // SAFETY: R1: the trait's contract: an object's struct begins with its header.
        unsafe { &*core::ptr::from_ref(self).cast() }
    }

    /// A counted reference to this object.
    #[inline(always)]
    fn to_ref(&self) -> Ref<Self> {
        Ref::from_borrowed(self)
    }
}

// SAFETY: `Object` is a `Head`.
unsafe impl Heaped for Object {}

impl Object {
    /// The object that a C pointer names.
    ///
    /// # Safety
    /// `ptr` is non-null and somebody holds a count on the object for as long as `'a`.
    #[inline(always)]
    pub unsafe fn borrow<'a>(ptr: *mut abi::PyObject) -> &'a Object {
        debug_assert!(!ptr.is_null());
        // SAFETY: the caller's promise.
        unsafe { &*ptr.cast() }
    }

    /// The C pointer of this object.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut abi::PyObject {
        core::ptr::from_ref(self).cast_mut().cast()
    }

    /// A counted reference to this object.
    #[inline(always)]
    pub fn to_owned(&self) -> Ref<Object> {
        Ref::from_borrowed(self)
    }

    /// Identity.
    #[inline(always)]
    pub fn is<T: Heaped>(&self, other: &T) -> bool {
        core::ptr::eq(self, other.as_object())
    }

    /// The object's type. Assignments to `__class__` may change it at the thread's next safepoint.
    #[inline(always)]
    pub fn ty(&self) -> &Type {
        // SAFETY: R3: every object's type pointer is valid while the object lives; a replaced type lives until a grace period ends.
        unsafe { &*self.head.ty.load(Relaxed) }
    }

    /// Replaces the type pointer. The caller accounts for the counts of both types.
    #[inline]
    pub fn set_ty_raw(&self, ty: &Type) {
        self.head.ty.store(core::ptr::from_ref(ty).cast_mut(), Release)
    }

    /// The owner's id: a thread's, or 0.
    #[inline(always)]
    pub fn owner(&self) -> u16 {
        self.head.owner.load(Relaxed)
    }

    /// The header's count: never zero, and not exact, while threads count the object each for itself ([`Thread::references`]).
    #[inline(always)]
    pub fn count(&self) -> u32 {
        self.head.count.load(Relaxed)
    }

    /// Whether the object's count never changes.
    #[inline(always)]
    pub fn is_immortal(&self) -> bool {
        (self.count() as i32) < 0
    }

    /// Makes the object immortal. It must be reachable by nobody else yet, or the world is held.
    pub fn make_immortal(&self) {
        self.head.count.store(IMMORTAL_COUNT, Relaxed);
        self.head.owner.store(0, Relaxed);
    }

    /// Whether this thread alone can hold a reference besides the one borrowed: in-place reuse is then legal (R13).
    #[inline(always)]
    pub fn is_unique(&self, th: &Thread) -> bool {
        self.count() == 1 && th.is_mine(self)
    }

    #[inline(always)]
    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// Whether a prefix stands in front of this object (known from its type, R3).
    #[inline(always)]
    pub fn has_prefix(&self) -> bool {
        self.has_prefix_by(self.ty().flags())
    }

    /// [`Object::has_prefix`], where the flags of the object's type are at hand.
    #[inline(always)]
    fn has_prefix_by(&self, flags: u64) -> bool {
        const TYPE: u64 = abi::Py_TPFLAGS_TYPE_SUBCLASS as u64;
        // Type objects are special: those that are statics have none.
        match flags & (crate::typ::flags::PREFIX | TYPE) {
            crate::typ::flags::PREFIX => true,
            0 | TYPE => false,
            // SAFETY: R3: the metaclass says that the object is a type.
            _ => unsafe { self.cast_unchecked::<Type>() }.is_our_heaptype(),
        }
    }

    /// The prefix, where the type has one.
    #[inline(always)]
    pub fn prefix(&self) -> Option<&Prefix> {
        // SAFETY: R3: the type says that the prefix exists.
        self.has_prefix().then(|| unsafe { self.prefix_unchecked() })
    }

    /// Whether the table of weak references has some to the object.
    #[inline]
    pub(crate) fn has_weakrefs(&self) -> bool {
        self.prefix().is_some_and(|prefix| prefix.flags.load(Relaxed) & prefix_flags::WEAKREFS != 0)
    }

    /// [`Object::prefix`], where the flags of the object's type are at hand.
    #[inline(always)]
    pub(crate) fn prefix_by(&self, flags: u64) -> Option<&Prefix> {
        // SAFETY: R3: the type says that the prefix exists.
        self.has_prefix_by(flags).then(|| unsafe { self.prefix_unchecked() })
    }

    /// What stands in front of the object, in bytes: its block begins there. For objects that we allocated.
    #[inline(always)]
    pub fn front(&self) -> usize {
        self.front_by(self.ty().flags())
    }

    /// [`Object::front`], where the flags of the object's type are at hand.
    #[inline(always)]
    pub(crate) fn front_by(&self, flags: u64) -> usize {
        if self.has_prefix_by(flags) {
            PREFIX_SIZE
        } else if flags & crate::typ::flags::GC_WORD != 0 {
            core::ptr::from_ref(self).addr() & GC_WORD_SIZE
        } else {
            0
        }
    }

    /// The collector's word, if it may know the object: 0 while it does not, else the address of the object's cell in a track list and that list's
    /// id (`collect::track`).
    #[inline(always)]
    pub(crate) fn gc_word(&self) -> Option<&AtomicU64> {
        self.gc_word_by(self.ty().flags())
    }

    /// [`Object::gc_word`], where the flags of the object's type are at hand.
    #[inline(always)]
    pub(crate) fn gc_word_by(&self, flags: u64) -> Option<&AtomicU64> {
        match self.front_by(flags) {
            0 => None,
            // SAFETY: R3: what the type and the address say stands in front of the object.
            front => Some(unsafe { self.gc_word_behind(front) }),
        }
    }

    /// [`Object::gc_word`], where it is known what stands in front of the object.
    ///
    /// # Safety
    /// R3: `front` is [`Object::front`], and not 0.
    #[inline(always)]
    pub(crate) unsafe fn gc_word_behind(&self, front: usize) -> &AtomicU64 {
        debug_assert!(front != 0 && front == self.front());
        // SAFETY: the caller's promise; the word comes first in a prefix.
        unsafe { &*core::ptr::from_ref(self).byte_sub(front).cast::<AtomicU64>() }
    }

    /// The prefix of an object whose type is known to have one.
    ///
    /// # Safety
    /// R3: the object's type has `flags::PREFIX`.
    #[inline(always)]
    pub unsafe fn prefix_unchecked(&self) -> &Prefix {
        debug_assert!(self.has_prefix());
        // SAFETY: R3, by the caller's promise.
        unsafe { &*core::ptr::from_ref(self).cast::<Prefix>().sub(1) }
    }

    /// Writes the header of fresh memory.
    ///
    /// # Safety
    /// `self` is memory that nobody else can reach.
    #[inline(always)]
    pub(crate) unsafe fn write_head(ptr: *mut Object, ty: &Type, word: u64) {
        // SAFETY: fresh memory by the caller's promise; the header is 16 bytes.
        unsafe {
            ptr.cast::<u64>().write(word);
            ptr.cast::<*const Type>().add(1).write(ty);
        }
    }
}
