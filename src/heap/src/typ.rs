//! Type objects as the heap sees them: the ABI's struct, flags of ours above its 32 bits, and per-type facts behind `tp_cache` (R3).
//!
//! What a type *means* (MRO, attributes, slots) lives in `objects::typing`.

use core::cell::UnsafeCell;
use core::ops::Deref;

use crate::sync::{AtomicU64, AtomicUsize, Ordering::*};
use crate::{Head, Heaped, Object, Visitor};

/// Flags of ours in `tp_flags`, above the 32 bits that the ABI uses. A type of an extension has none of them unless we set it.
pub mod flags {
    /// Instances that we allocate carry a prefix.
    pub const PREFIX: u64 = 1 << 40;
    /// Immutable, without references, no finalizer: may be freed in place and read uncounted (R8b).
    pub const LEAF: u64 = 1 << 41;
    /// The type came from an extension: its slots run behind the gate.
    pub const FOREIGN: u64 = 1 << 42;
    /// The type object was allocated by us: `HEAPTYPE` may be believed.
    pub const OUR_HEAPTYPE: u64 = 1 << 43;
    /// Instances have inline values and shapes.
    pub const SHAPED: u64 = 1 << 44;
    /// Instances may be weakly referenced.
    pub const WEAKREF: u64 = 1 << 45;
    /// Instances have a finalizer (`tp_finalize` or `tp_del`).
    pub const FINALIZER: u64 = 1 << 46;
    /// Calling an instance, or a slot of one, never runs Python code (builtin functions that are leaves).
    pub const SPARE: u64 = 1 << 47;
    /// Instances are weak references: sharing one shares its referent (R6).
    pub const WEAK_REFERENCE: u64 = 1 << 48;
    /// Instances are made whatever the arguments, so that `object.__new__` makes them, too, and the type shows no `__new__` of its own.
    pub const PLAIN_NEW: u64 = 1 << 49;
    /// The type shows a `__getattribute__` of its own, which is the one of `object`.
    pub const OWN_GETATTR: u64 = 1 << 50;
    /// The same of `__setattr__` and `__delattr__`.
    pub const OWN_SETATTR: u64 = 1 << 51;
    /// CPython makes this type when its module is imported: `__flags__` says so.
    pub const MADE_BY_MODULE: u64 = 1 << 52;
    /// Instances have no hash.
    pub const UNHASHABLE: u64 = 1 << 53;
    /// Its `tp_vectorcall` is its constructor, `tp_new`, with the arguments of a call; it makes instances of subclasses, too.
    pub const NEW_IS_VECTORCALL: u64 = 1 << 54;
    /// `sq_item` and `sq_ass_item` count negative indices from the end themselves, at the moment at which they look: for sequences whose length other
    /// threads change. Subclasses do not inherit it.
    pub const INDEX_FROM_END: u64 = 1 << 55;
    /// Instances without a prefix that lie 8 bytes into their block have the collector's word there; those at its start have none, for the collector
    /// never knows them ([`crate::header::GC_WORD_SIZE`]).
    pub const GC_WORD: u64 = 1 << 56;
}

/// What guards the mutable state of a type's instances (R9).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LockKind {
    /// Nothing: instances do not change.
    Immutable,
    /// The lock byte in each instance's prefix.
    Instance,
    /// One lock for the type.
    Type,
}

/// Facts about a type that the ABI's struct has no place for. Hangs off `tp_cache`.
#[repr(C)]
pub struct TypeInfo {
    /// Drops the fields of an instance (not its memory). `None`: there is nothing to drop.
    pub drop: Option<unsafe fn(*mut Object)>,
    /// Bytes of an instance without the prefix, where `tp_basicsize` alone does not tell; `None`: `tp_basicsize`.
    pub size: Option<unsafe fn(*const Object) -> usize>,
    /// Bytes of an instance without the prefix, where that is another constant than `tp_basicsize`; 0: see `size`.
    pub bytes: usize,
    /// What guards instances.
    pub lock: LockKind,
    /// Size in bytes of the builtin struct at the start of instances.
    pub payload: usize,
    /// Anything that the layer above keeps for the type (`objects::typing`).
    pub extra: AtomicUsize,
    /// A second word of the same kind.
    pub extra2: AtomicUsize,
}

impl TypeInfo {
    /// Facts of the builtin type whose instances are `T`s.
    pub const fn of<T: Heaped>(lock: LockKind) -> TypeInfo {
        TypeInfo {
            drop: if core::mem::needs_drop::<T>() { Some(drop_payload::<T>) } else { None },
            size: None,
            bytes: 0,
            lock,
            payload: size_of::<T>(),
            extra: AtomicUsize::new(0),
            extra2: AtomicUsize::new(0),
        }
    }

    /// The same with a function that tells an instance's size.
    pub const fn with_size(mut self, size: unsafe fn(*const Object) -> usize) -> TypeInfo {
        self.size = Some(size);
        self
    }
}

/// Drops the fields of the `T` at `ptr`.
///
/// # Safety
/// `ptr` is a `T` whose count is zero; nobody reads its fields afterwards.
pub unsafe fn drop_payload<T: Heaped>(ptr: *mut Object) {
    // SAFETY: the caller's promise.
    unsafe { core::ptr::drop_in_place(ptr.cast::<T>()) }
}

/// A type object. Builtin types are statics of this type, exported under their ABI names (R4).
#[repr(transparent)]
pub struct Type(UnsafeCell<abi::PyTypeObject>);

// SAFETY: R9: fields are read and written as atomics, writers hold the type lock.
unsafe impl Sync for Type {}
// SAFETY: R1: a type object begins with its header.
unsafe impl Heaped for Type {}

impl Deref for Type {
    type Target = Object;
    #[inline(always)]
    fn deref(&self) -> &Object {
        self.as_object()
    }
}

/// A builtin object struct and the type that describes it.
///
/// # Safety
/// Objects whose type is `type_object()` or a subtype of it begin with a `Self`.
pub unsafe trait PyType: Heaped {
    /// The type's name, without its module.
    const NAME: &'static str;
    /// The type object.
    fn type_object() -> &'static Type;
}

/// Mutable objects whose heap fields the macro cannot see say here what they hold.
pub trait Traverse {
    /// Visits every object that this one holds a count on.
    fn traverse(&self, visitor: &mut Visitor);
}

macro_rules! field_reader {
    ($($(#[$doc:meta])* $name:ident: $ty:ty;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(&self) -> $ty {
            // SAFETY: R9: an aligned field of the type object, read as one word (see `load_word`).
            unsafe { load_word(&raw const (*self.0.get()).$name) }
        }
    )*};
}

/// Reads one aligned 8-byte field: other threads may store it at the same time. Acquire: what it points at is seen as it was when the
/// field was stored, a new MRO's items for one.
///
/// # Safety
/// `field` is valid, 8-aligned, and every bit pattern stored there is a `T`.
#[inline(always)]
pub unsafe fn load_word<T: Copy>(field: *const T) -> T {
    const { assert!(size_of::<T>() == 8) };
    // SAFETY: the caller's promise; the word is only ever stored whole.
    unsafe {
        let word = AtomicUsize::from_ptr(field.cast_mut().cast()).load(Acquire);
        core::mem::transmute_copy(&word)
    }
}

/// Stores one aligned 8-byte field so that [`load_word`] sees it whole; what it points at is visible with it (release).
///
/// # Safety
/// `field` is valid and 8-aligned, and `value` may be stored there.
#[inline(always)]
pub unsafe fn store_word<T: Copy>(field: *mut T, value: T) {
    const { assert!(size_of::<T>() == 8) };
    // SAFETY: the caller's promise.
    unsafe { AtomicUsize::from_ptr(field.cast()).store(core::mem::transmute_copy(&value), Release) }
}

impl Type {
    /// A static type.
    pub const fn new_static(raw: abi::PyTypeObject) -> Type {
        Type(UnsafeCell::new(raw))
    }

    /// A counted reference to the type, as an object.
    #[inline]
    pub fn to_owned(&self) -> crate::Ref<Object> {
        self.as_object().to_owned()
    }

    /// The ABI's struct. Fields are written through [`store_word`] under the type lock, or before the type is published.
    #[inline(always)]
    pub fn raw(&self) -> *mut abi::PyTypeObject {
        self.0.get()
    }

    /// The type that a C pointer names.
    ///
    /// # Safety
    /// `ptr` is a valid type object for `'a`.
    #[inline(always)]
    pub unsafe fn borrow<'a>(ptr: *mut abi::PyTypeObject) -> &'a Type {
        // SAFETY: the caller's promise.
        unsafe { &*ptr.cast() }
    }

    /// `tp_flags`, ours included.
    #[inline(always)]
    pub fn flags(&self) -> u64 {
        // SAFETY: R9, as in `load_word`.
        unsafe { AtomicU64::from_ptr((&raw mut (*self.0.get()).tp_flags).cast()).load(Relaxed) }
    }

    /// Whether any bit of `flag` is set.
    #[inline(always)]
    pub fn has_flag(&self, flag: u64) -> bool {
        self.flags() & flag != 0
    }

    /// Sets flags.
    pub fn set_flags(&self, flag: u64) {
        // SAFETY: R9, as in `load_word`.
        unsafe { AtomicU64::from_ptr((&raw mut (*self.0.get()).tp_flags).cast()).fetch_or(flag, Relaxed) };
    }

    /// Clears flags.
    pub fn clear_flags(&self, flag: u64) {
        // SAFETY: R9, as in `load_word`.
        unsafe { AtomicU64::from_ptr((&raw mut (*self.0.get()).tp_flags).cast()).fetch_and(!flag, Relaxed) };
    }

    /// Per-type facts, where this runtime has some (every type of ours; extension types once readied).
    #[inline(always)]
    pub fn info(&self) -> Option<&TypeInfo> {
        // SAFETY: R3: `tp_cache` is ours: null or a `TypeInfo` that lives as long as the type.
        unsafe { load_word(&raw const (*self.0.get()).tp_cache).cast::<TypeInfo>().as_ref() }
    }

    /// Hangs the facts off the type.
    pub fn set_info(&self, info: &'static TypeInfo) {
        // SAFETY: R3, as in `info`.
        unsafe { store_word(&raw mut (*self.0.get()).tp_cache, core::ptr::from_ref(info).cast_mut().cast()) }
    }

    /// `tp_name` up to its end, as bytes.
    pub fn tp_name_bytes(&self) -> &[u8] {
        let name = self.tp_name();
        if name.is_null() {
            return b"?";
        }
        // SAFETY: `tp_name` is a C string that lives as long as the type.
        unsafe { core::ffi::CStr::from_ptr(name) }.to_bytes()
    }

    /// Whether the type was made by a class statement or `type()`, by us.
    #[inline(always)]
    pub fn is_our_heaptype(&self) -> bool {
        self.has_flag(flags::OUR_HEAPTYPE)
    }

    /// Bytes of one instance with `items` items, without the prefix.
    #[inline]
    pub fn instance_size(&self, items: usize) -> usize {
        let items = items * self.tp_itemsize() as usize;
        (self.tp_basicsize() as usize + items + 7) & !7
    }

    field_reader! {
        /// Slot.
        tp_name: *const core::ffi::c_char;
        /// Bytes of an instance without items.
        tp_basicsize: isize;
        /// Bytes of an item.
        tp_itemsize: isize;
        /// Slot.
        tp_dealloc: Option<abi::destructor>;
        /// Slot.
        tp_repr: Option<abi::reprfunc>;
        /// Table.
        tp_as_async: *mut abi::PyAsyncMethods;
        /// Table.
        tp_as_number: *mut abi::PyNumberMethods;
        /// Table.
        tp_as_sequence: *mut abi::PySequenceMethods;
        /// Table.
        tp_as_mapping: *mut abi::PyMappingMethods;
        /// Table.
        tp_as_buffer: *mut abi::PyBufferProcs;
        /// Slot.
        tp_hash: Option<abi::hashfunc>;
        /// Slot.
        tp_call: Option<abi::ternaryfunc>;
        /// Slot.
        tp_str: Option<abi::reprfunc>;
        /// Slot.
        tp_getattro: Option<abi::getattrofunc>;
        /// Slot.
        tp_setattro: Option<abi::setattrofunc>;
        /// Docstring.
        tp_doc: *const core::ffi::c_char;
        /// Slot.
        tp_traverse: Option<abi::traverseproc>;
        /// Slot.
        tp_clear: Option<abi::inquiry>;
        /// Slot.
        tp_richcompare: Option<abi::richcmpfunc>;
        /// Where the ABI keeps the weak reference list of foreign instances.
        tp_weaklistoffset: isize;
        /// Slot.
        tp_iter: Option<abi::getiterfunc>;
        /// Slot.
        tp_iternext: Option<abi::iternextfunc>;
        /// Declarations.
        tp_methods: *mut abi::PyMethodDef;
        /// Declarations.
        tp_members: *mut abi::PyMemberDef;
        /// Declarations.
        tp_getset: *mut abi::PyGetSetDef;
        /// The first base.
        tp_base: *mut abi::PyTypeObject;
        /// The namespace, a dict.
        tp_dict: *mut abi::PyObject;
        /// Slot.
        tp_descr_get: Option<abi::descrgetfunc>;
        /// Slot.
        tp_descr_set: Option<abi::descrsetfunc>;
        /// Where instances keep their dict word.
        tp_dictoffset: isize;
        /// Slot.
        tp_init: Option<abi::initproc>;
        /// Slot.
        tp_alloc: Option<abi::allocfunc>;
        /// Slot.
        tp_new: Option<abi::newfunc>;
        /// Slot.
        tp_free: Option<abi::freefunc>;
        /// The bases, a tuple.
        tp_bases: *mut abi::PyObject;
        /// The method resolution order, a tuple.
        tp_mro: *mut abi::PyObject;
        /// Slot.
        tp_del: Option<abi::destructor>;
        /// Slot.
        tp_finalize: Option<abi::destructor>;
        /// Slot.
        tp_vectorcall: Option<abi::vectorcallfunc>;
        /// Where instances keep their vectorcall function.
        tp_vectorcall_offset: isize;
    }

    /// The version tag; 0: none is valid.
    #[inline(always)]
    pub fn version_tag(&self) -> u32 {
        // SAFETY: R9: an aligned 4-byte field, stored whole.
        unsafe { crate::sync::AtomicU32::from_ptr((&raw mut (*self.0.get()).tp_version_tag).cast()).load(Acquire) }
    }

    /// `tp_weaklist`: the type's weak reference without a callback, uncounted; null where there is none. The table of weak references
    /// writes it.
    #[inline(always)]
    pub fn weak_reference(&self) -> &crate::sync::AtomicPtr<Object> {
        // SAFETY: an aligned field of the type object, which nobody writes but through this.
        unsafe { crate::sync::AtomicPtr::from_ptr((&raw mut (*self.0.get()).tp_weaklist).cast()) }
    }

    /// Sets the version tag (under the type lock).
    pub fn set_version_tag(&self, tag: u32) {
        // SAFETY: R9: an aligned 4-byte field, stored whole.
        unsafe { crate::sync::AtomicU32::from_ptr((&raw mut (*self.0.get()).tp_version_tag).cast()).store(tag, Release) }
    }

    /// Whether instances may be weakly referenced.
    pub fn supports_weakrefs(&self) -> bool {
        self.has_flag(flags::WEAKREF) || self.tp_weaklistoffset() > 0
    }

    /// The header of a static type whose type is `ty`.
    pub const fn static_head(ty: &'static Type) -> abi::PyVarObject {
        let _ = size_of::<Head>();
        abi::PyVarObject { ob_base: abi::PyObject { count: IMMORTAL, owner: 0, zero: 0, ob_type: core::ptr::from_ref(ty).cast_mut().cast() }, ob_size: 0 }
    }
}

const IMMORTAL: u32 = crate::header::IMMORTAL_COUNT;
