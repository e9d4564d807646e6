//! What the collector asks of a type: `tp_traverse` and `tp_clear`.
//!
//! Invariant: a type's own fields come after those of its base, whose functions are called first.

use core::ffi::{c_int, c_void};

use heap::{Head, Heaped, Object, PyType, Ref, Slot, Thread, Traverse, Type, VarHead, Visitor};

/// A field that holds objects. `#[pytype(gc = auto)]` visits every field whose type mentions `Slot`.
pub trait HeapField {
    /// Visits what the field holds.
    fn visit(&self, visitor: &mut Visitor);
    /// Lets go of what the field of `holder` holds.
    fn clear(&self, th: &mut Thread, holder: &impl Heaped);
}

impl<T: Heaped> HeapField for Slot<T> {
    #[inline(always)]
    fn visit(&self, visitor: &mut Visitor) {
        visitor.slot(self);
    }

    #[inline(always)]
    fn clear(&self, th: &mut Thread, holder: &impl Heaped) {
        self.set(th, holder, None);
    }
}

/// A counted reference that is never replaced: it is visited, and goes when its holder does.
impl<T: Heaped> HeapField for Ref<T> {
    fn visit(&self, visitor: &mut Visitor) {
        visitor.reference(self);
    }

    fn clear(&self, _: &mut Thread, _: &impl Heaped) {}
}

impl<F: HeapField> HeapField for [F] {
    fn visit(&self, visitor: &mut Visitor) {
        self.iter().for_each(|field| field.visit(visitor));
    }

    fn clear(&self, th: &mut Thread, holder: &impl Heaped) {
        self.iter().for_each(|field| field.clear(th, holder));
    }
}

macro_rules! through {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        impl<$($generics)*> HeapField for $ty {
            fn visit(&self, visitor: &mut Visitor) {
                self.iter().for_each(|field| field.visit(visitor));
            }

            fn clear(&self, th: &mut Thread, holder: &impl Heaped) {
                self.iter().for_each(|field| field.clear(th, holder));
            }
        }
    )*};
}

through! {
    [F: HeapField, const N: usize] [F; N];
    [F: HeapField] Vec<F>;
    [F: HeapField] Box<[F]>;
    [F: HeapField] Option<F>;
}

/// What a type with `gc = custom` implements beside `Traverse`.
pub trait Clear {
    /// Lets go of whatever can form a cycle. The object stays usable: others may see it before it ends.
    fn clear(&self, th: &mut Thread);
}

/// `tp_traverse` of `T`.
///
/// # Safety
/// `object` is an instance of `T`'s type; `visit` may be called with `arg`.
pub unsafe extern "C-unwind" fn traverse_entry<T: PyType + Traverse>(object: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
    if let Some(base) = base_of(T::type_object()).and_then(Type::tp_traverse) {
        // SAFETY: the caller's promise: an instance of `T` is one of its base.
        let result = unsafe { base(object, visit, arg) };
        if result != 0 {
            return result;
        }
    }
    let mut visitor = Visitor::from_c(visit, arg);
    // SAFETY: the caller's promise.
    unsafe { super::entry::this::<T>(object) }.traverse(&mut visitor);
    visitor.result()
}

/// `tp_clear` of `T`.
///
/// # Safety
/// `object` is an instance of `T`'s type.
pub unsafe extern "C-unwind" fn clear_entry<T: PyType + Clear>(object: *mut abi::PyObject) -> c_int {
    if let Some(base) = base_of(T::type_object()).and_then(Type::tp_clear) {
        // SAFETY: the caller's promise: an instance of `T` is one of its base.
        unsafe { base(object) };
    }
    // SAFETY: R10: called by C or the collector as the outermost frame of a Rust activation.
    let th = unsafe { Thread::from_tls() };
    // SAFETY: the caller's promise.
    unsafe { super::entry::this::<T>(object) }.clear(th);
    0
}

fn base_of(ty: &'static Type) -> Option<&'static Type> {
    let base = ty.tp_base();
    // SAFETY: the base of a static type is one, too.
    (!base.is_null()).then(|| unsafe { Type::borrow(base) })
}

/// What the struct of an object whose base is `object` begins with.
pub trait Header {}
impl Header for Head {}
impl Header for VarHead {}
impl Header for Object {}
// The metaclass `type`: its instances are `heap::Type`s.
impl Header for Type {}

/// A type whose type object is a static.
///
/// # Safety
/// `TYPE` is `type_object()`.
pub unsafe trait StaticType: PyType {
    const TYPE: *const Type;
}
