//! Types: readying static ones, making classes, MRO, slots and special methods, descriptors, attributes of instances.
//!
//! Start at [`ready`] for builtin types, [`new_class`] for class statements, [`instance`] for attribute access.

pub mod alloc;
pub mod class;
pub mod descr;
pub mod dunder;
pub mod extra;
pub mod foreign_end;
pub mod foreign_ready;
pub mod from_spec;
pub mod inherit;
pub mod instance;
pub mod lookup;
pub mod mro;
pub mod new_class;
pub mod object;
pub mod places;
pub mod ready;
pub mod reduce;
pub mod shapes;
pub mod superobj;
pub mod update;
pub mod watch;
pub mod wrapper;

use heap::sync::{AtomicU32, Ordering::Relaxed};
use heap::{Heaped, Object, PyType, Ref, Thread, Type};

pub use class::Class;
pub use object::BaseObject;
pub use ready::ready;
pub use reduce::{object_getstate, object_reduce};

use crate::{Builtin, Str, Tuple, names};

/// `type`
#[inline(always)]
pub fn type_type() -> &'static Type {
    Class::type_object()
}

/// `object`
#[inline(always)]
pub fn object_type() -> &'static Type {
    BaseObject::type_object()
}

/// The object as a type, if it is one.
#[inline(always)]
#[allow(unsafe_code, reason = "the flag says that the struct is a type's")]
pub fn as_type(obj: &Object) -> Option<&Type> {
    if obj.ty().has_flag(abi::Py_TPFLAGS_TYPE_SUBCLASS as u64) {
        // SAFETY: R3: the metaclass says that its instances are type objects.
        Some(unsafe { obj.cast_unchecked() })
    } else {
        None
    }
}

/// Whether `obj.__class__` is nothing but its type: no class on the way says something else.
pub fn shows_own_class(th: &Thread, obj: &Object) -> bool {
    let ty = obj.ty();
    let of_classes = || ty.tp_getattro().map(|f| f as usize) == type_type().tp_getattro().map(|f| f as usize);
    if !instance::is_generic_getattr(ty) && !of_classes() {
        return false;
    }
    // Older than what is looked at.
    let tag = ty.version_tag();
    let found = lookup::lookup(th, ty, &names::__class__);
    // A data descriptor, so that nothing in the instance comes before it.
    let shows = found.is_some_and(|found| (*found).downcast_exact::<descr::GetSetDescr>().is_some_and(|found| found.is_declared_by(object_type(), &names::__class__)));
    if shows && tag != 0 {
        SHOW_OWN_CLASS[tag as usize % SHOW_OWN_CLASS.len()].store(tag, Relaxed);
    }
    shows
}

/// Version tags of types for whose instances that was true.
static SHOW_OWN_CLASS: [AtomicU32; 1024] = [const { AtomicU32::new(0) }; 1024];

/// Whether it is known that [`shows_own_class`] is true, without looking.
pub fn is_known_to_show_own_class(obj: &Object) -> bool {
    let tag = obj.ty().version_tag();
    tag != 0 && SHOW_OWN_CLASS[tag as usize % SHOW_OWN_CLASS.len()].load(Relaxed) == tag
}

/// A type's mark: C made it. Types of extensions have it, classes that Python code derives from them do not.
pub const FROM_C: u64 = 1 << 57;

/// A type's mark: its MRO names classes that its bases do not know, so that their changes do not reach it: it never has a version tag.
pub const UNTAGGED: u64 = 1 << 58;

/// Whether a class statement made the class, or a call of `type`: its fields are those that this layer laid out.
#[inline(always)]
pub fn is_python_class(ty: &Type) -> bool {
    ty.flags() & (heap::flags::OUR_HEAPTYPE | FROM_C) == heap::flags::OUR_HEAPTYPE
}

/// The first base.
#[allow(unsafe_code, reason = "the base is a type object")]
pub fn base(ty: &Type) -> Option<&Type> {
    let base = ty.tp_base();
    // SAFETY: R9: a base lives as long as the type.
    (!base.is_null()).then(|| unsafe { Type::borrow(base) })
}

/// The bases, counted.
#[allow(unsafe_code, reason = "the field holds a tuple")]
pub fn bases(th: &Thread, ty: &Type) -> Ref<Tuple> {
    let ptr = ty.tp_bases();
    if ptr.is_null() {
        return Tuple::from_slice(th, &[]);
    }
    // SAFETY: R8: a replaced tuple's memory stays until this thread's next safepoint.
    th.retain(unsafe { Object::borrow(ptr).cast_unchecked::<Tuple>() })
}

/// `__name__`.
pub fn short_name(ty: &Type) -> String {
    if ty.has_flag(FROM_C)
        && let Some(name) = class::heap_part(ty).and_then(|part| part.name.peek())
        && let Some(name) = name.downcast::<Str>()
    {
        return name.to_string_lossy();
    }
    let name = String::from_utf8_lossy(ty.tp_name_bytes()).into_owned();
    if is_python_class(ty) {
        return name;
    }
    match name.rfind('.') {
        Some(dot) => name[dot + 1..].to_owned(),
        None => name,
    }
}

/// `__qualname__`.
pub fn qualname(th: &Thread, ty: &Type) -> String {
    match class::heap_part(ty) {
        Some(part) => part.qualname.get(th, ty).map_or_else(|| short_name(ty), |q| q.downcast_ref::<Str>().map_or_else(String::new, |s| s.to_string_lossy())),
        None => short_name(ty),
    }
}

/// `__module__`, if the type says.
pub fn module_of(th: &Thread, ty: &Type) -> Option<Ref<Object>> {
    if ty.is_our_heaptype() {
        return lookup::own_dict(ty)?.get_str(th, &names::__module__);
    }
    let name = String::from_utf8_lossy(ty.tp_name_bytes()).into_owned();
    if let Some(found) = lookup::own_dict(ty).and_then(|d| d.get_str(th, &names::__module__))
        && found.is_a::<Str>()
    {
        return Some(found);
    }
    Some(match name.rfind('.') {
        Some(dot) => Str::new(th, &name[..dot]).up(),
        None => names::builtins.get().to_ref().up(),
    })
}

/// The `__new__` of a builtin type as Python sees it.
pub fn new_method(th: &mut Thread, ty: &'static Type) -> Ref<Object> {
    Builtin::new(th, object::new_def(), Some(ty.as_object()), None).up()
}

/// The type whose `__new__` this builtin function is.
pub fn new_owner(builtin: &Builtin) -> Option<&Type> {
    if core::ptr::eq(builtin.method_def().as_ptr(), object::new_def().as_ptr()) { builtin.receiver().and_then(as_type) } else { None }
}

/// Whether the count of an instance on its class is visited, and given up, by functions of an extension: by those of the nearest base that is no
/// class of ours, if that is counted by its instances.
pub fn is_counted_by_base(ty: &Type) -> bool {
    if !ty.has_flag(heap::flags::FOREIGN) {
        return false;
    }
    let heap_type = abi::Py_TPFLAGS_HEAPTYPE as u64;
    core::iter::successors(Some(ty), |ty| base(ty)).find(|ty| !is_python_class(ty)).is_some_and(|base| base.has_flag(heap_type) && base.tp_traverse().is_some())
}

/// Bytes of an instance with `items` items, without the prefix: struct, items, inline values, trailing dict word.
pub fn instance_bytes(ty: &Type, items: usize) -> usize {
    let mut bytes = ty.instance_size(items);
    // Also where the class has given inline values up: its record still says how its instances are laid out.
    if let Some(layout) = extra::extra(ty).and_then(|x| x.layout.as_ref()) {
        bytes += layout.capacity() * 8;
    }
    if ty.tp_dictoffset() == -1 {
        bytes += 8;
    }
    bytes
}
