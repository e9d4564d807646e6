//! Memory of objects that C makes, and of types that it makes by hand: `tp_alloc`, `tp_free`, and the functions of the C API that stand in those slots.
//!
//! Invariant: what is made here is common from birth (R7), and begins behind what its type says stands in front of it (R3).
#![allow(unsafe_code, reason = "memory is handed to C")]

use core::ffi::c_void;
use std::collections::BTreeSet;

use heap::header::{GC_WORD_SIZE, PREFIX_SIZE};
use heap::sync::Mutex;
use heap::{Object, Ref, Thread, Type, flags};

use crate::{glue, raise};

const HEAPTYPE: u64 = abi::Py_TPFLAGS_HEAPTYPE as u64;
const HAVE_GC: u64 = abi::Py_TPFLAGS_HAVE_GC as u64;
const IS_TYPE: u64 = abi::Py_TPFLAGS_TYPE_SUBCLASS as u64;

/// Type objects that came from a `tp_alloc`, by address. C writes their flags itself, and with them the mark that they are ours.
static ALLOCATED: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

/// Whether the type's memory came from us, although C filled it in.
pub fn is_allocated(ty: &Type) -> bool {
    ALLOCATED.lock().contains(&core::ptr::from_ref(ty).addr())
}

/// The type's memory goes. Whether C had made it.
pub fn forget_allocated(ty: &Type) -> bool {
    ALLOCATED.lock().remove(&core::ptr::from_ref(ty).addr())
}

/// What stands in front of instances of a type. A type that C never readied gets its facts here.
fn front_of(ty: &Type) -> usize {
    if !ty.has_flag(abi::Py_TPFLAGS_READY as u64) && ty.has_flag(HAVE_GC) {
        ty.set_flags(flags::PREFIX);
    }
    match ty.flags() {
        flags if flags & flags::PREFIX != 0 => PREFIX_SIZE,
        flags if flags & flags::GC_WORD != 0 => GC_WORD_SIZE,
        _ => 0,
    }
}

/// Memory for an instance, so many bytes long: its header, and zeros. It holds a count on a class that was made at run time. Nobody tracks it yet.
pub fn allocate(ty: &Type, bytes: usize) -> Option<Ref<Object>> {
    let front = front_of(ty);
    let bytes = bytes.max(size_of::<Object>());
    let all = bytes.checked_add(front + 15)? & !15;
    let block = heap::buffer_alloc(all)?.as_ptr();
    if ty.has_flag(HEAPTYPE) {
        heap::incref(ty);
    }
    // SAFETY: a fresh block of that size; R7: the owner is 0.
    let made = unsafe {
        block.write_bytes(0, all);
        let object: *mut abi::PyObject = block.add(front).cast();
        (*object).count = 1;
        (*object).ob_type = ty.raw();
        Ref::from_raw(object)
    };
    if heap::lives::is_watched() {
        heap::with_current(|th| heap::lives::tell(th, &made, heap::lives::Event::Begins));
    }
    Some(made)
}

/// An instance as `tp_alloc` makes it: tracked if it is collectable. `None`: there is no memory.
pub fn instance(th: &Thread, ty: &Type, items: usize) -> Option<Ref<Object>> {
    let room = isize::MAX as usize / 2;
    if items.checked_mul(ty.tp_itemsize().unsigned_abs()).is_none_or(|bytes| bytes > room) {
        return None;
    }
    let made = if ty.has_flag(flags::FOREIGN | IS_TYPE) {
        allocate(ty, super::instance_bytes(ty, items))?
    } else {
        let made = th.new_zeroed(ty, items)?;
        th.share(&made);
        made
    };
    if ty.tp_itemsize() != 0 && !ty.has_flag(IS_TYPE | abi::Py_TPFLAGS_LONG_SUBCLASS as u64) {
        // SAFETY: types with items have `ob_size`.
        unsafe { (*made.as_ptr().cast::<abi::PyVarObject>()).ob_size = items.cast_signed() };
    }
    if ty.has_flag(IS_TYPE) {
        // SAFETY: R1: an instance of a metaclass is a type object.
        let class: &Type = unsafe { (*made).cast_unchecked() };
        class.set_flags(flags::OUR_HEAPTYPE);
        ALLOCATED.lock().insert(core::ptr::from_ref(class).addr());
    } else if ty.has_flag(HAVE_GC) && made.front() != 0 {
        th.track(&*made);
    }
    Some(made)
}

/// `tp_alloc` of every type that says nothing else.
///
/// # Safety
/// As C's `allocfunc`.
#[unsafe(export_name = "PyType_GenericAlloc")]
pub unsafe extern "C-unwind" fn generic_alloc(ty: *mut abi::PyTypeObject, items: isize) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_object(|th| match instance(th, Type::borrow(ty), items.max(0).cast_unsigned()) {
            Some(made) => Ok(made),
            None => Err(raise::memory_error(th)),
        })
    }
}

/// `tp_free` of types with something in front of their instances.
///
/// # Safety
/// The object's fields are dropped, its count is zero, and its memory came from one of the functions that make objects.
#[unsafe(export_name = "PyObject_GC_Del")]
pub unsafe extern "C-unwind" fn gc_del(object: *mut c_void) {
    if object.is_null() {
        return;
    }
    // SAFETY: R10, R4: a C entry.
    let (th, object) = unsafe { (Thread::from_tls(), Object::borrow(object.cast())) };
    th.untrack(object);
    // SAFETY: the caller's promise.
    unsafe { th.free_foreign(object) };
}

/// The function of the C API that gives memory of the object domain back, `PyObject_Free`, which is also the `tp_free` of types with nothing in front
/// of their instances.
///
/// # Safety
/// The memory is null, or came from the object domain and nobody uses it any more.
#[unsafe(export_name = "PyObject_Free")]
pub unsafe extern "C-unwind" fn object_free(memory: *mut c_void) {
    let allocator = crate::allocators::of(crate::allocators::OBJECT);
    // SAFETY: R4: the domain's own function.
    unsafe { crate::allocators::free(&allocator, memory) }
}

/// The `tp_free` of a type of ours.
pub fn own_free(ty: &Type) -> abi::freefunc {
    if ty.has_flag(flags::PREFIX | flags::GC_WORD) { gc_del } else { object_free }
}

/// Whether it is that function.
pub fn is(function: Option<abi::freefunc>, other: abi::freefunc) -> bool {
    function.is_some_and(|function| core::ptr::fn_addr_eq(function, other))
}
