//! Objects that C makes by hand. They are common from birth, and nobody tracks them before C says so.

use heap::{Object, Raised, Ref, Thread, Type, lives};
use objects::raise;
use objects::typing::{alloc, instance_bytes};

use crate::api;

api! {
    /// An object of a type, with nothing but its header set.
    fn _PyObject_New(th, ty: &Type) -> Result<Ref<Object>, Raised> {
        made(th, ty, instance_bytes(ty, 0))
    }

    /// An object with items.
    fn _PyObject_NewVar(th, ty: &Type, items: isize) -> Result<Ref<Object>, Raised> {
        made_with_items(th, ty, items)
    }

    /// An object of a collectable type.
    fn _PyObject_GC_New(th, ty: &Type) -> Result<Ref<Object>, Raised> {
        made(th, ty, instance_bytes(ty, 0))
    }

    /// An object with items, of a collectable type.
    fn _PyObject_GC_NewVar(th, ty: &Type, items: isize) -> Result<Ref<Object>, Raised> {
        if items < 0 {
            return Err(raise::bad_internal_call(th));
        }
        made_with_items(th, ty, items)
    }

    /// An object with room for more behind it; all of it is zero.
    fn PyUnstable_Object_GC_NewWithExtraData(th, ty: &Type, extra: usize) -> Result<Ref<Object>, Raised> {
        made(th, ty, instance_bytes(ty, 0).saturating_add(extra))
    }

    /// An object with another number of items, perhaps at another place. It is not tracked.
    fn _PyObject_GC_Resize(th, object: *mut abi::PyVarObject, items: isize) -> Result<*mut abi::PyVarObject, Raised> {
        let (front, bytes) = {
            // SAFETY: R4: the caller's object.
            let object = unsafe { Object::borrow(object.cast()) };
            (object.front(), bytes_with(th, object.ty(), items)?)
        };
        // SAFETY: the block began so far in front of the object; C gives the old one up.
        unsafe {
            let Some(block) = heap::buffer_realloc(object.cast::<u8>().sub(front), bytes + front) else { return Err(raise::memory_error(th)) };
            let object: *mut abi::PyVarObject = block.as_ptr().add(front).cast();
            (*object).ob_size = items;
            Ok(object)
        }
    }

    /// Memory of C becomes an object: null raises `MemoryError`.
    fn PyObject_Init(th, object: *mut abi::PyObject, ty: &Type) -> Result<*mut abi::PyObject, Raised> {
        if object.is_null() {
            return Err(raise::memory_error(th));
        }
        // SAFETY: R4: the caller's memory.
        unsafe { initialise(th, object, ty) };
        Ok(object)
    }

    /// The same with a number of items.
    fn PyObject_InitVar(th, object: *mut abi::PyVarObject, ty: &Type, items: isize) -> Result<*mut abi::PyVarObject, Raised> {
        if object.is_null() {
            return Err(raise::memory_error(th));
        }
        // SAFETY: R4: the caller's memory.
        unsafe {
            initialise(th, object.cast(), ty);
            (*object).ob_size = items;
        }
        Ok(object)
    }
}

fn made(th: &mut Thread, ty: &Type, bytes: usize) -> Result<Ref<Object>, Raised> {
    match alloc::allocate(ty, bytes) {
        Some(object) => Ok(object),
        None => Err(raise::memory_error(th)),
    }
}

fn bytes_with(th: &mut Thread, ty: &Type, items: isize) -> Result<usize, Raised> {
    let fits = items.checked_mul(ty.tp_itemsize()).is_some_and(|bytes| (0..isize::MAX / 2).contains(&bytes));
    match usize::try_from(items) {
        Ok(items) if fits => Ok(instance_bytes(ty, items)),
        _ => Err(raise::memory_error(th)),
    }
}

fn made_with_items(th: &mut Thread, ty: &Type, items: isize) -> Result<Ref<Object>, Raised> {
    let bytes = bytes_with(th, ty, items)?;
    let object = made(th, ty, bytes)?;
    // SAFETY: R4: a type with items has their number behind the header.
    unsafe { (*object.as_ptr().cast::<abi::PyVarObject>()).ob_size = items };
    Ok(object)
}

/// # Safety
/// The memory is large enough for an object's header, and nobody else's.
unsafe fn initialise(th: &Thread, object: *mut abi::PyObject, ty: &Type) {
    if ty.has_flag(abi::Py_TPFLAGS_HEAPTYPE as u64) {
        heap::incref(ty);
    }
    // SAFETY: the caller's promise.
    unsafe { object.write(abi::PyObject { count: 1, owner: 0, zero: 0, ob_type: ty.raw() }) };
    if lives::is_watched() {
        // SAFETY: R2: alive now, with the caller's count.
        lives::tell(th, unsafe { Object::borrow(object) }, lives::Event::Begins);
    }
}
