//! What is known of a C type, and where a class keeps it.
//!
//! Invariant: an [`Info`] does not change but for its marks; a class that learns more gets a new one, which holds the old one, so that what was
//! read of a class stays valid while the class lives.
#![allow(unsafe_code, reason = "a class is seen as what its metaclass says it is")]

use std::ffi::CString;
use std::sync::Arc;

use heap::sync::{AtomicBool, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::typing::class::Class;
use objects::{Dict, Int, Str, Tuple, WeakRef, ops, raise};

use crate::codes::Simple;
use crate::ffi::{self, Ffi};
use crate::names;

/// How instances behave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Simple(Simple),
    /// A structure or a union.
    Aggregate,
    Pointer,
    Array,
    Function,
}

/// Flags of types and functions.
pub mod flags {
    pub const CDECL: u32 = 0x1;
    /// The function is called with the GIL, and may raise.
    pub const PYTHON_API: u32 = 0x4;
    pub const USE_ERRNO: u32 = 0x8;
    pub const USE_LAST_ERROR: u32 = 0x10;
    pub const IS_POINTER: u32 = 0x100;
    pub const HAS_POINTER: u32 = 0x200;
}

/// What is known of a C type.
#[pytype(name = "StgInfo", module = "_ctypes", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct Info {
    pub(crate) head: Head,
    pub kind: Kind,
    pub size: usize,
    pub align: usize,
    /// Items of an array, fields of a structure.
    pub length: usize,
    pub flags: u32,
    pub ffi: Arc<Ffi>,
    /// The format of buffers.
    pub format: Option<CString>,
    /// The shape of buffers.
    pub shape: Box<[isize]>,
    /// The type of items, or of what is pointed at.
    pub proto: Slot,
    pub argtypes: Slot,
    /// What turns arguments into parameters.
    pub converters: Slot<Tuple>,
    pub restype: Slot,
    pub checker: Slot,
    /// Instances exist, so that the fields are what they are.
    pub(crate) is_final: AtomicBool,
    pub(crate) before: Slot<Info>,
}

impl Info {
    /// Of a type that is passed like this.
    pub fn of(kind: Kind, ffi: Arc<Ffi>) -> Info {
        let (size, align) = ffi.layout();
        Info {
            head: Head::INIT,
            kind,
            size,
            align,
            length: 0,
            flags: 0,
            ffi,
            format: None,
            shape: Box::default(),
            proto: Slot::NULL,
            argtypes: Slot::NULL,
            converters: Slot::NULL,
            restype: Slot::NULL,
            checker: Slot::NULL,
            is_final: AtomicBool::new(false),
            before: Slot::NULL,
        }
    }

    /// Of a type that is a pointer.
    pub fn pointer(kind: Kind) -> Info {
        Info { length: 1, flags: flags::IS_POINTER, ..Info::of(kind, Ffi::builtin(ffi::pointer())) }
    }

    /// The same, for another class.
    pub fn copy(&self, th: &Thread) -> Info {
        Info {
            head: Head::INIT,
            kind: self.kind,
            size: self.size,
            align: self.align,
            length: self.length,
            flags: self.flags,
            ffi: self.ffi.clone(),
            format: self.format.clone(),
            shape: self.shape.clone(),
            proto: Slot::from_option(self.proto.get(th, self)),
            argtypes: Slot::from_option(self.argtypes.get(th, self)),
            converters: Slot::from_option(self.converters.get(th, self)),
            restype: Slot::from_option(self.restype.get(th, self)),
            checker: Slot::from_option(self.checker.get(th, self)),
            is_final: AtomicBool::new(false),
            before: Slot::NULL,
        }
    }

    pub fn is_final(&self) -> bool {
        self.is_final.load(Acquire)
    }

    pub fn make_final(&self) {
        self.is_final.store(true, Release);
    }

    /// The letter of a simple type.
    pub fn simple(&self) -> Option<Simple> {
        match self.kind {
            Kind::Simple(simple) => Some(simple),
            _ => None,
        }
    }

    /// Whether it is the simple type of that letter.
    pub fn is_simple(&self, code: u8) -> bool {
        self.simple().is_some_and(|simple| simple.is(code))
    }

    pub fn is_pointer_or_has_one(&self) -> bool {
        self.flags & (flags::IS_POINTER | flags::HAS_POINTER) != 0
    }

    /// The type of items, or of what is pointed at.
    pub fn proto(&self, th: &Thread) -> Option<Ref<Object>> {
        self.proto.get(th, self)
    }

    /// The same type with another target.
    pub fn with_proto(&self, th: &Thread, proto: &Object, format: CString) -> Info {
        Info { proto: Slot::new(th.retain(proto)), format: Some(format), ..self.copy(th) }
    }
}

/// The metaclass of all C types. Its instances that a class statement made have something behind what classes have.
#[pytype(name = "CType_Type", module = "_ctypes", doc = none, base = Class, flags(BASETYPE, TYPE_SUBCLASS), gc = custom, parts(shared))]
#[repr(C)]
pub struct CType {
    base: Class,
    info: Slot<Info>,
    pointer_type: Slot,
    /// Length → a weak reference to the type of arrays of so many items.
    arrays: Slot<Dict>,
}

impl heap::Traverse for CType {
    fn traverse(&self, visitor: &mut heap::Visitor) {
        if self.ty().is_our_heaptype() {
            visitor.slot(&self.info);
            visitor.slot(&self.pointer_type);
            visitor.slot(&self.arrays);
        }
    }
}

impl Clear for CType {
    /// What is known of the type stays: instances that end later ask for it, and it lets go of what it holds by itself.
    fn clear(&self, th: &mut Thread) {
        if self.ty().is_our_heaptype() {
            self.pointer_type.set(th, self, None);
            self.arrays.set(th, self, None);
        }
    }
}

/// The class as a C type that a class statement made.
pub fn ctype(ty: &Type) -> Option<&CType> {
    if ty.is_our_heaptype() && heap::is_subtype(ty.ty(), <CType as heap::PyType>::type_object()) {
        // SAFETY: R3: the metaclass says so; its static instances, which have nothing behind them, were excluded.
        Some(unsafe { ty.as_object().cast_unchecked() })
    } else {
        None
    }
}

/// What is known of a class; `None`: it is no C type, or an abstract one.
pub fn of_class(ty: &Type) -> Option<&Info> {
    ctype(ty)?.info.peek()
}

/// What is known of the type that an object is, if it is one.
pub fn of_type(object: &Object) -> Option<&Info> {
    of_class(as_type(object)?)
}

/// What is known of an instance's type.
pub fn of_instance(object: &Object) -> Option<&Info> {
    of_class(object.ty())
}

/// What is known of a type, or of an instance's type.
pub fn of_any(object: &Object) -> Option<&Info> {
    match as_type(object) {
        Some(ty) => of_class(ty),
        None => of_instance(object),
    }
}

#[cold]
pub fn abstract_class(th: &mut Thread) -> Raised {
    raise::type_error(th, format_args!("abstract class"))
}

/// What is known of a class, or the error that abstract classes raise.
pub fn required<'a>(th: &mut Thread, ty: &'a Type) -> Result<&'a Info, Raised> {
    of_class(ty).ok_or_else(|| abstract_class(th))
}

/// Gives a new class what is known of it.
pub fn attach<'a>(th: &mut Thread, ty: &'a Type, info: Info) -> Result<&'a Info, Raised> {
    let name = ops::message_name(ty);
    let Some(place) = ctype(ty) else {
        return Err(raise::system_error(th, format_args!("'{name}' is not a ctypes class.")));
    };
    let info = th.new_object(info);
    if place.info.set_if_null(th, place, info).is_err() {
        return Err(raise::system_error(th, format_args!("StgInfo of '{name}' is already initialized.")));
    }
    required(th, ty)
}

/// A class has learnt more. False: it was told otherwise meanwhile.
pub fn replace(th: &mut Thread, ty: &Type, old: &Info, info: Info) -> bool {
    let Some(place) = ctype(ty) else { return false };
    let info = Info { before: Slot::new(old.to_ref()), ..info };
    let info = th.new_object(info);
    match place.info.replace_if(th, place, old, info) {
        // The new one holds it.
        Ok(old) => {
            th.release(old);
            true
        }
        Err(info) => {
            th.release(info);
            false
        }
    }
}

/// `cls.__pointer_type__`, where it has none yet.
pub fn set_pointer_type_if_none(th: &mut Thread, ty: &Type, pointer: &Object) {
    if let Some(place) = ctype(ty)
        && let Err(late) = place.pointer_type.set_if_null(th, place, th.retain(pointer))
    {
        th.release(late);
    }
}

/// Entries whose array type has ended are swept out when there are so many, and twice as many again.
const MANY_ARRAYS: usize = 64;

/// The type of arrays of so many items of a type.
pub fn array_of(th: &mut Thread, item: &Type, length: usize) -> Result<Ref<Object>, Raised> {
    let key = Int::from_usize(th, length);
    let Some(place) = ctype(item) else { return make_array(th, item, &key) };
    let cache = match place.arrays.get(th, place) {
        Some(cache) => cache,
        None => {
            let fresh = Dict::new(th);
            place.arrays.get_or_put(th, place, fresh)
        }
    };
    let alive = |th: &Thread, entry: &Object| entry.downcast::<WeakRef>().and_then(|reference| reference.upgrade(th));
    if let Some(found) = cache.get(th, &key)?
        && let Some(found) = alive(th, &found)
    {
        return Ok(found);
    }
    let made = make_array(th, item, &key)?;
    let reference = WeakRef::new(th, &made, None)?;
    if cache.len() >= MANY_ARRAYS && cache.len().is_power_of_two() {
        for (key, entry) in cache.snapshot(th) {
            if alive(th, &entry).is_none() {
                cache.del(th, &key)?;
            }
        }
    }
    let (entry, _) = cache.set_default(th, &key, &reference)?;
    match alive(th, &entry) {
        // Another thread may have been quicker.
        Some(found) => Ok(found),
        None => {
            cache.set(th, &key, &reference)?;
            Ok(made)
        }
    }
}

fn make_array(th: &mut Thread, item: &Type, length: &Int) -> Result<Ref<Object>, Raised> {
    let short: String = ops::message_name(item).chars().take(200).collect();
    let name = Str::new(th, &format!("{short}_Array_{}", length.to_i64().unwrap_or_default()));
    let bases = Tuple::from_slice(th, &[<crate::array::Array as heap::PyType>::type_object()]);
    let namespace = Dict::new(th);
    namespace.set(th, names::_length_.get(), length)?;
    namespace.set(th, names::_type_.get(), item)?;
    ops::call(th, <crate::meta::CArrayType as heap::PyType>::type_object(), &[&name, &bases, &namespace])
}

#[pymethods]
impl CType {
    #[slot(sq_repeat)]
    fn repeat(&self, th: &mut Thread, length: isize) -> Result<Ref<Object>, Raised> {
        match usize::try_from(length) {
            Ok(length) => array_of(th, self.ty(), length),
            Err(_) => Err(raise::value_error(th, format_args!("Array length must be >= 0, not {length}"))),
        }
    }

    /// Return memory consumption of the type object.
    #[method]
    fn __sizeof__(&self) -> usize {
        let own = self.as_object().ty().tp_basicsize().unsigned_abs();
        let known = of_class(self.ty()).map_or(0, |info| {
            let elements = if info.ffi.parts().is_empty() { 0 } else { (info.length + 1) * 8 };
            info.format.as_ref().map_or(0, |format| format.as_bytes_with_nul().len()) + elements + info.shape.len() * 8
        });
        own + known
    }

    /// pointer type
    #[getter]
    fn __pointer_type__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let place = self.with_info(th)?;
        match place.pointer_type.get(th, place) {
            Some(found) => Ok(found),
            None => {
                let shown = ops::repr(th, self.as_object())?;
                Err(raise::new(
                    th,
                    objects::exceptions::attribute_error_type(),
                    format_args!("{shown} has no attribute '__pointer_type__'"),
                ))
            }
        }
    }

    #[setter(__pointer_type__)]
    fn set_pointer_type(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let place = self.with_info(th)?;
        place.pointer_type.set(th, place, value.map(|value| value.to_owned()));
        Ok(())
    }
}

impl CType {
    fn with_info(&self, th: &mut Thread) -> Result<&CType, Raised> {
        match ctype(self.ty()).filter(|place| !place.info.is_null()) {
            Some(place) => Ok(place),
            None => {
                let shown = ops::repr(th, self.as_object())?;
                Err(raise::type_error(th, format_args!("{shown} must have storage info")))
            }
        }
    }
}
