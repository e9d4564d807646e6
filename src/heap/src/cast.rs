//! From `&Object` to the struct it begins: tests of the type, then a cast.

use crate::{Heaped, Object, PyType, Type};

/// Whether `sub` is `base` or has it in its MRO. The MRO is a tuple in the ABI's layout, read as such; before a type is
/// ready its chain of first bases is asked instead.
#[inline]
pub fn is_subtype(sub: &Type, base: &Type) -> bool {
    core::ptr::eq(sub, base) || is_subtype_slow(sub, base)
}

fn is_subtype_slow(sub: &Type, base: &Type) -> bool {
    let mro = sub.tp_mro();
    if mro.is_null() {
        let mut ty = sub.tp_base();
        while !ty.is_null() {
            if core::ptr::eq(ty, base.raw()) {
                return true;
            }
            // SAFETY: bases of a type live as long as it does.
            ty = unsafe { Type::borrow(ty) }.tp_base();
        }
        return core::ptr::eq(base.tp_base(), core::ptr::null_mut()) && !base.tp_name().is_null() && base.tp_name_bytes() == b"object";
    }
    let tuple: *const abi::PyTupleObject = mro.cast();
    // SAFETY: `tp_mro` is null or a tuple; a replaced one lives until a grace period ends (R8). Its items are types.
    unsafe {
        let len = (*tuple).ob_base.ob_size as usize;
        let items: *const *mut abi::PyObject = (&raw const (*tuple).ob_item).cast();
        (0..len).any(|i| core::ptr::eq((*items.add(i)).cast(), base.raw()))
    }
}

/// Whether `object`'s type is `T`'s or a subtype.
#[inline(always)]
pub fn is_instance_of<T: PyType>(object: &Object) -> bool {
    is_subtype(object.ty(), T::type_object())
}

impl Object {
    /// This object as a `T`, if its type is `T`'s or a subtype.
    #[inline(always)]
    pub fn downcast<T: PyType>(&self) -> Option<&T> {
        if is_instance_of::<T>(self) {
            // SAFETY: the type was just tested; `PyType`'s contract.
            Some(unsafe { self.cast_unchecked() })
        } else {
            None
        }
    }

    /// This object as a `T`, if its type is exactly `T`'s.
    #[inline(always)]
    pub fn downcast_exact<T: PyType>(&self) -> Option<&T> {
        if core::ptr::eq(self.ty(), T::type_object()) {
            // SAFETY: the type was just tested.
            Some(unsafe { self.cast_unchecked() })
        } else {
            None
        }
    }

    /// [`Object::downcast`] for use on a `Ref<Object>`, whose own `downcast` takes it.
    #[inline(always)]
    pub fn downcast_ref<T: PyType>(&self) -> Option<&T> {
        self.downcast()
    }

    /// [`Object::downcast_exact`], likewise.
    #[inline(always)]
    pub fn downcast_exact_ref<T: PyType>(&self) -> Option<&T> {
        self.downcast_exact()
    }

    /// Whether the object is a `T` (subtypes count).
    #[inline(always)]
    pub fn is_a<T: PyType>(&self) -> bool {
        is_instance_of::<T>(self)
    }

    /// Whether the object's type is exactly `T`'s.
    #[inline(always)]
    pub fn is_exactly<T: PyType>(&self) -> bool {
        core::ptr::eq(self.ty(), T::type_object())
    }

    /// Reinterprets the object.
    ///
    /// # Safety
    /// The object's struct begins with a `T`.
    #[inline(always)]
    pub unsafe fn cast_unchecked<T: Heaped>(&self) -> &T {
        // SAFETY: the caller's promise.
        unsafe { &*core::ptr::from_ref(self).cast() }
    }
}
