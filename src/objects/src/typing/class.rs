//! `type`: the type of types. Attribute access on classes, calling a class, and the attributes of class objects.
#![allow(unsafe_code, reason = "fields of type objects are read and written")]

use heap::{Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};

use super::lookup::Concerned;
use super::{as_type, instance, lookup, mro, new_class, object, short_name, type_type, update};
use crate::glue::{Args, KwArgs};
use crate::ops::cslot;
use crate::{Dict, List, Str, Tuple, names, ops, raise};

/// type(object) -> the object's type
/// type(name, bases, dict, **kwds) -> a new type
#[pytype(
    name = "type",
    export = "PyType_Type",
    flags(BASETYPE, TYPE_SUBCLASS, HAVE_VECTORCALL, ITEMS_AT_END, PREFIX, HAVE_GC, WEAKREF),
    gc = custom,
    lock = shared
)]
#[repr(C)]
pub struct Class {
    head: heap::VarHead,
    rest: [usize; (size_of::<abi::PyHeapTypeObject>() - size_of::<heap::VarHead>()) / 8],
}

/// What a class made by a class statement has behind the type's own struct (`PyHeapTypeObject` from `ht_name` on).
#[repr(C)]
pub struct HeapPart {
    /// `ht_name`
    pub name: Slot,
    /// `ht_slots`
    pub slots: Slot,
    /// `ht_qualname`
    pub qualname: Slot,
    cached_keys: usize,
    /// `ht_module`
    pub module: Slot,
}

const _: () = assert!(core::mem::offset_of!(abi::PyHeapTypeObject, ht_name) + 16 == core::mem::offset_of!(abi::PyHeapTypeObject, ht_qualname));

/// The additional fields of a class of ours.
pub fn heap_part(ty: &Type) -> Option<&HeapPart> {
    if !ty.is_our_heaptype() {
        return None;
    }
    // SAFETY: R3: classes that we allocate have the ABI's full struct.
    Some(unsafe { &*core::ptr::from_ref(ty).cast::<u8>().add(core::mem::offset_of!(abi::PyHeapTypeObject, ht_name)).cast() })
}

impl Class {
    /// The same object as the heap sees it.
    pub fn ty(&self) -> &Type {
        // SAFETY: R1: the struct is a type object's.
        unsafe { &*core::ptr::from_ref(self).cast() }
    }
}

impl heap::Traverse for Class {
    fn traverse(&self, visitor: &mut heap::Visitor) {
        let ty = self.ty();
        if !ty.is_our_heaptype() {
            return;
        }
        // SAFETY: the fields hold counted references or null.
        unsafe {
            visitor.raw(ty.tp_dict());
            visitor.raw(ty.tp_bases());
            visitor.raw(ty.tp_mro());
            visitor.raw(ty.tp_base().cast());
        }
        if let Some(part) = heap_part(ty) {
            visitor.slot(&part.name);
            visitor.slot(&part.slots);
            visitor.slot(&part.qualname);
            visitor.slot(&part.module);
        }
    }
}

impl crate::glue::Clear for Class {
    fn clear(&self, th: &mut Thread) {
        let ty = self.ty();
        if !ty.is_our_heaptype() {
            return;
        }
        // The namespace and the MRO name the class itself: that is the cycle. What is left keeps a dying class usable.
        if let Some(dict) = lookup::own_dict(ty) {
            let mut guard = lookup::lock_types_and(th, ty, dict, Concerned::Tagged);
            lookup::invalidate_locked(guard.th(), ty);
            let counts = guard.take_all();
            drop(guard);
            for count in counts {
                th.release(count);
            }
        }
        if let Some(mro) = lookup::mro(th, ty) {
            let rest: Vec<&Object> = mro.iter().filter(|class| !class.is(ty.as_object())).collect();
            let rest = Tuple::from_slice(th, &rest);
            new_class::set_mro(th, ty, rest);
        }
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        drop_fields(self.ty());
    }
}

/// Drops what a class holds, when its memory goes: the class is unreachable.
fn drop_fields(ty: &Type) {
    lookup::forget_tag(ty);
    let unready = !ty.has_flag(abi::Py_TPFLAGS_READY as u64);
    let is_from_c = ty.has_flag(super::FROM_C) | ((ty.has_flag(super::FROM_C) || unready) && super::alloc::forget_allocated(ty));
    // SAFETY: the class holds its bases.
    let bases: Option<&Tuple> = unsafe { ty.tp_bases().cast::<Object>().as_ref().map(|b| b.cast_unchecked()) };
    if let Some(bases) = bases {
        for base in bases.iter().filter_map(as_type) {
            lookup::remove_subclass(base, ty);
        }
    }
    // SAFETY: R2: fields of the dying class, each with a count or null.
    unsafe {
        let raw = ty.raw();
        for field in [(*raw).tp_dict, (*raw).tp_bases, (*raw).tp_mro, (*raw).tp_base.cast()] {
            drop(Ref::<Object>::from_raw_nullable(field));
        }
        if let Some(part) = heap_part(ty) {
            core::ptr::drop_in_place(core::ptr::from_ref(part).cast_mut());
        }
        new_class::free_tables(ty, is_from_c);
    }
}

/// The metaclass's attribute protocol: data descriptors of the metatype, the class's own MRO, then the rest.
pub fn type_getattr(th: &mut Thread, ty: &Type, name: &Str) -> Result<Ref<Object>, Raised> {
    match type_getattr_opt(th, ty, name)? {
        Some(value) => Ok(value),
        None => Err(raise::no_attribute(th, ty, name)),
    }
}

fn type_getattr_opt(th: &mut Thread, ty: &Type, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    let meta = lookup::lookup(th, ty.ty(), name);
    let meta_get = meta.as_ref().and_then(|m| m.ty().tp_descr_get());
    if let (Some(meta), Some(get)) = (&meta, meta_get)
        && meta.ty().tp_descr_set().is_some()
    {
        return cslot::descr_get(th, get, meta, Some(ty), Some(ty.ty())).map(Some);
    }
    if let Some(found) = lookup::lookup(th, ty, name) {
        return match found.ty().tp_descr_get() {
            Some(get) => {
                let result = cslot::descr_get(th, get, &found, None, Some(ty));
                th.release(found);
                result.map(Some)
            }
            None => Ok(Some(found)),
        };
    }
    match (meta, meta_get) {
        (Some(meta), Some(get)) => cslot::descr_get(th, get, &meta, Some(ty), Some(ty.ty())).map(Some),
        (meta, _) => Ok(meta),
    }
}

/// `type.__setattr__`: the namespace, then slots and caches of the class and its subclasses.
pub fn type_setattr(th: &mut Thread, ty: &Type, name: &Str, value: Option<&Object>) -> Result<(), Raised> {
    if ty.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE as u64) {
        let owner = ops::message_name(ty);
        return Err(raise::type_error(th, format_args!("cannot set '{name}' attribute of immutable type '{owner}'")));
    }
    if let Some(meta) = lookup::lookup(th, ty.ty(), name)
        && let Some(set) = meta.ty().tp_descr_set()
    {
        return cslot::descr_set(th, set, &meta, ty, value);
    }
    let name = crate::str::intern_ref(th, name.to_ref());
    set_in_namespace(th, ty, name, value)
}

/// Writes a name of the class's namespace.
pub fn set_in_namespace(th: &mut Thread, ty: &Type, name: &'static Str, value: Option<&Object>) -> Result<(), Raised> {
    if ty.tp_dict().is_null() && !ty.has_flag(abi::Py_TPFLAGS_READY as u64) {
        // C gives a type attributes before it readies it.
        let dict = Dict::new(th);
        // SAFETY: R9: nobody else knows a type that is not ready.
        unsafe { heap::store_word(&raw mut (*ty.raw()).tp_dict, super::ready::common(th, dict)) };
    }
    let Some(dict) = lookup::own_dict(ty) else {
        return Err(raise::no_attribute(th, ty, name));
    };
    let concerned = if update::is_special(name) { Concerned::All } else { Concerned::Tagged };
    super::watch::tell(th, ty);
    if dict.is_watched() {
        crate::dict::watch::tell_name(th, dict, name, value);
    }
    if let Some(value) = value {
        th.barrier(ty, value);
    }
    let mut guard = lookup::lock_types_and(th, ty, dict, concerned);
    let place = guard.find_name(name);
    if value.is_none() && place.is_none() {
        drop(guard);
        return Err(raise::no_attribute(th, ty, name));
    }
    lookup::invalidate_locked(guard.th(), ty);
    let replaced = match (place, value) {
        (Some((entry, _)), Some(value)) => {
            let value = guard.th().retain(value);
            Some(guard.set_value(entry, value))
        }
        (Some((entry, probe)), None) => {
            let (key, value) = guard.remove(probe, entry);
            // Names of classes are interned: this is never the last count.
            drop(key);
            Some(value)
        }
        (None, Some(value)) => {
            let (key, value) = (guard.th().retain(name.as_object()), guard.th().retain(value));
            match guard.insert(name.hash(), key, value) {
                Ok(_) => None,
                Err(error) => {
                    drop(guard);
                    return Err(error.raise(th));
                }
            }
        }
        (None, None) => None,
    };
    update::name_changed(guard.th(), ty, name);
    drop(guard);
    if let Some(replaced) = replaced {
        th.release(replaced);
    }
    Ok(())
}

/// `object.__setattr__(cls, …)` and the like must not get around a metaclass's own checks.
pub fn check_setattr_hack(th: &mut Thread, slf: &Object, function: usize, name: &str) -> Result<(), Raised> {
    let mut ty = slf.ty();
    if as_type(slf).is_none() {
        return Ok(());
    }
    while super::is_python_class(ty) {
        match super::base(ty) {
            Some(base) => ty = base,
            None => break,
        }
    }
    if ty.tp_setattro().is_some_and(|f| f as usize != function) && slf.ty().tp_setattro().is_some_and(|f| f as usize != function) {
        let what = super::short_name(ty);
        return Err(raise::type_error(th, format_args!("can't apply this {name} to {what} object")));
    }
    Ok(())
}

#[pymethods]
impl Class {
    #[slot(tp_new)]
    fn new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        new_class::type_new(th, cls, args, kwargs)
    }

    #[slot(tp_init, sig = "($self, /, *args, **kwargs)")]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let n = args.as_slice().len();
        if !kwargs.is_empty() && n == 1 {
            return Err(raise::type_error(th, format_args!("type.__init__() takes no keyword arguments")));
        }
        if n != 1 && n != 3 {
            return Err(raise::type_error(th, format_args!("type.__init__() takes 1 or 3 arguments")));
        }
        Ok(())
    }

    /// `type(x)`, and classes made by a call, without a tuple of arguments.
    #[slot(tp_vectorcall, sig = "(*args, **kwargs)")]
    fn vector(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        call_type(th, cls, args, kwargs)
    }

    #[slot(tp_call)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        call_type(th, self.ty(), args, kwargs)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> String {
        format!("<class '{}'>", ops::qualified_type_name(th, self.ty()))
    }

    #[slot(tp_getattro)]
    fn getattro(&self, th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
        let name = instance::attribute_name(th, name)?;
        type_getattr(th, self.ty(), name)
    }

    #[slot(tp_setattro)]
    fn setattro(&self, th: &mut Thread, name: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let name = instance::attribute_name(th, name)?;
        type_setattr(th, self.ty(), name, value)
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        crate::union_or(th, a, b)
    }

    #[getter]
    fn __name__(&self, th: &mut Thread) -> Ref<Object> {
        match heap_part(self.ty()).and_then(|p| p.name.get(th, self)) {
            Some(name) => name,
            None => Str::new(th, &short_name(self.ty())).up(),
        }
    }

    #[setter(__name__)]
    fn set_name(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let (part, value) = self.settable(th, "__name__", value)?;
        let Some(name) = value.downcast::<Str>() else {
            let (owner, got) = (short_name(self.ty()), ops::type_name(value));
            return Err(raise::type_error(th, format_args!("can only assign string to {owner}.__name__, not '{got}'")));
        };
        new_class::check_no_nul(th, name)?;
        new_class::set_tp_name(self.ty(), name);
        part.name.set(th, self, Some(value.to_owned()));
        Ok(())
    }

    #[getter]
    fn __qualname__(&self, th: &mut Thread) -> Ref<Object> {
        match heap_part(self.ty()).and_then(|p| p.qualname.get(th, self)) {
            Some(name) => name,
            None => Str::new(th, &short_name(self.ty())).up(),
        }
    }

    #[setter(__qualname__)]
    fn set_qualname(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let (part, value) = self.settable(th, "__qualname__", value)?;
        if !value.is_a::<Str>() {
            let (owner, got) = (short_name(self.ty()), ops::type_name(value));
            return Err(raise::type_error(th, format_args!("can only assign string to {owner}.__qualname__, not '{got}'")));
        }
        part.qualname.set(th, self, Some(value.to_owned()));
        Ok(())
    }

    #[getter]
    fn __module__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match super::module_of(th, self.ty()) {
            Some(module) => Ok(module),
            None => Err(raise::attribute_error(th, self, &names::__module__, "__module__")),
        }
    }

    #[setter(__module__)]
    fn set_module(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let (_, value) = self.settable(th, "__module__", value)?;
        let value = value.to_owned();
        set_in_namespace(th, self.ty(), names::__firstlineno__.get(), None).or_else(|_| {
            th.take_exception();
            Ok(())
        })?;
        set_in_namespace(th, self.ty(), names::__module__.get(), Some(&value))
    }

    #[getter]
    fn __bases__(&self, th: &mut Thread) -> Ref<Tuple> {
        super::bases(th, self.ty())
    }

    #[setter(__bases__)]
    fn set_bases(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let (_, value) = self.settable(th, "__bases__", value)?;
        let value = value.to_owned();
        new_class::assign_bases(th, self.ty(), &value)
    }

    #[getter]
    fn __base__(&self) -> Option<Ref<Object>> {
        super::base(self.ty()).map(|b| b.to_owned())
    }

    #[getter]
    fn __mro__(&self, th: &mut Thread) -> Option<Ref<Tuple>> {
        lookup::mro(th, self.ty())
    }

    #[getter]
    fn __dict__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let dict = lookup::own_dict(self.ty())?;
        Some(crate::mapping_proxy(th, dict))
    }

    #[getter]
    fn __doc__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let found = lookup::own_dict(self.ty()).and_then(|d| d.get_str(th, &names::__doc__));
        match found {
            Some(found) => match found.ty().tp_descr_get() {
                Some(get) => cslot::descr_get(th, get, &found, None, Some(self.ty())),
                None => Ok(found),
            },
            None => Ok(crate::none_ref()),
        }
    }

    #[setter(__doc__)]
    fn set_doc(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let (_, value) = self.settable(th, "__doc__", value)?;
        let value = value.to_owned();
        set_in_namespace(th, self.ty(), names::__doc__.get(), Some(&value))
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        let doc = self.ty().tp_doc();
        if doc.is_null() {
            return None;
        }
        // SAFETY: `tp_doc` of a static type is a C string; classes of ours have none.
        let doc = unsafe { core::ffi::CStr::from_ptr(doc) }.to_str().unwrap_or("");
        super::descr::signature_of_doc(doc)
    }

    #[getter]
    fn __basicsize__(&self) -> isize {
        self.ty().tp_basicsize()
    }

    #[getter]
    fn __itemsize__(&self) -> isize {
        self.ty().tp_itemsize()
    }

    #[getter]
    fn __flags__(&self) -> u64 {
        let made = if self.ty().has_flag(heap::flags::MADE_BY_MODULE) { abi::Py_TPFLAGS_HEAPTYPE } else { 0 };
        self.ty().flags() & u64::from(u32::MAX) | made
    }

    #[getter]
    fn __weakrefoffset__(&self) -> isize {
        // Weak references are kept beside the instance; the ABI's mark for that is the distance of a word before it.
        match self.ty().tp_weaklistoffset() {
            0 if self.ty().has_flag(heap::flags::WEAKREF) => -4 * size_of::<usize>() as isize,
            offset => offset,
        }
    }

    #[getter]
    fn __dictoffset__(&self) -> isize {
        self.ty().tp_dictoffset()
    }

    #[getter]
    fn __abstractmethods__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let name = crate::str::intern(th, "__abstractmethods__");
        let found = if self.as_object().is(type_type()) { None } else { lookup::own_dict(self.ty()).and_then(|d| d.get_str(th, name)) };
        match found {
            Some(found) => Ok(found),
            None => Err(raise::attribute_error(th, self, name, "__abstractmethods__")),
        }
    }

    #[setter(__abstractmethods__)]
    fn set_abstractmethods(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let name = crate::str::intern(th, "__abstractmethods__");
        let is_abstract = match value {
            Some(value) => ops::is_true(th, value)?,
            None => false,
        };
        set_in_namespace(th, self.ty(), name, value)?;
        if is_abstract {
            self.ty().set_flags(abi::Py_TPFLAGS_IS_ABSTRACT as u64);
        } else {
            self.ty().clear_flags(abi::Py_TPFLAGS_IS_ABSTRACT as u64);
        }
        Ok(())
    }

    #[getter]
    fn __annotations__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        new_class::annotations(th, self.ty())
    }

    #[setter(__annotations__)]
    fn set_annotations(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        new_class::set_annotations(th, self.ty(), value)
    }

    #[getter]
    fn __annotate__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        new_class::annotate(th, self.ty())
    }

    #[setter(__annotate__)]
    fn set_annotate(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        new_class::set_annotate(th, self.ty(), value)
    }

    #[getter]
    fn __type_params__(&self, th: &mut Thread) -> Ref<Object> {
        match lookup::own_dict(self.ty()).and_then(|d| d.get_str(th, &names::__type_params__)) {
            Some(params) if !self.as_object().is(type_type()) => params,
            _ => Tuple::from_slice(th, &[]).up(),
        }
    }

    #[setter(__type_params__)]
    fn set_type_params(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let (_, value) = self.settable(th, "__type_params__", value)?;
        let value = value.to_owned();
        set_in_namespace(th, self.ty(), names::__type_params__.get(), Some(&value))
    }

    /// Return a type's method resolution order.
    #[method]
    fn mro(&self, th: &mut Thread) -> Result<Ref<List>, Raised> {
        let items = mro::linearize(th, self.ty())?;
        Ok(List::new(th, items))
    }

    /// Return a list of immediate subclasses.
    #[method]
    fn __subclasses__(&self, th: &mut Thread) -> Ref<List> {
        let items = lookup::subclasses(th, self.ty());
        List::new(th, items)
    }

    /// Create the namespace for the class statement
    #[classmethod(sig = "(*args, **kwds)", shows = "($cls, name, bases, /, **kwds)")]
    fn __prepare__(_cls: &Type, th: &mut Thread, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Dict> {
        Dict::new(th)
    }

    /// Check if an object is an instance.
    #[method(sig = "($self, instance, /)")]
    fn __instancecheck__(&self, th: &mut Thread, instance: &Object) -> Result<bool, Raised> {
        ops::class::real_isinstance(th, instance, self)
    }

    /// Check if a class is a subclass.
    #[method(sig = "($self, subclass, /)")]
    fn __subclasscheck__(&self, th: &mut Thread, subclass: &Object) -> Result<bool, Raised> {
        ops::class::real_issubclass(th, subclass, self)
    }

    /// Specialized __dir__ implementation for types.
    #[method]
    fn __dir__(&self, th: &mut Thread) -> Result<Ref<List>, Raised> {
        object::class_dir(th, self)
    }

    /// Return memory consumption of the type object.
    #[method]
    fn __sizeof__(&self) -> usize {
        if self.ty().is_our_heaptype() { new_class::CLASS_BYTES } else { size_of::<abi::PyTypeObject>() }
    }
}

impl Class {
    fn settable<'a>(&'a self, th: &mut Thread, name: &str, value: Option<&'a Object>) -> Result<(&'a HeapPart, &'a Object), Raised> {
        let ty = self.ty();
        match (heap_part(ty), value) {
            (Some(part), Some(value)) if !ty.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE as u64) => Ok((part, value)),
            (Some(_), None) if !ty.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE as u64) => {
                let owner = short_name(ty);
                // Also of classes that are not immutable; the wording is CPython's.
                Err(raise::type_error(th, format_args!("cannot delete '{name}' attribute of immutable type '{owner}'")))
            }
            _ => {
                let owner = ops::message_name(ty);
                Err(raise::type_error(th, format_args!("cannot set '{name}' attribute of immutable type '{owner}'")))
            }
        }
    }
}

/// Calling a class: `__new__`, then `__init__` if the result is an instance.
pub fn call_type(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    if core::ptr::eq(cls, type_type()) {
        if let ([one], true) = (args.as_slice(), kwargs.is_empty()) {
            return Ok(one.ty().to_owned());
        }
        match args.as_slice().len() {
            1 => return Err(raise::type_error(th, format_args!("type() takes no keyword arguments"))),
            3 => {}
            _ => return Err(raise::type_error(th, format_args!("type() takes 1 or 3 arguments"))),
        }
    }
    // Of the classes that were made by a call, these are struct sequences of which there is one instance each.
    let single = cls.has_flag(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION as u64) && cls.is_our_heaptype();
    let Some(new) = cls.tp_new().filter(|_| !single) else {
        let name = ops::message_name(cls);
        return Err(raise::type_error(th, format_args!("cannot create '{name}' instances")));
    };
    if args.is_empty() && kwargs.is_empty() {
        return call_bare(th, cls, new);
    }
    let tuple = Tuple::from_slice(th, args.as_slice());
    let dict = if kwargs.is_empty() {
        None
    } else {
        let dict = Dict::new(th);
        for (name, value) in kwargs.iter() {
            dict.set(th, name, value)?;
        }
        Some(dict)
    };
    let kwargs = dict.as_ref().map(|d| d.as_object());
    let made = cslot::new(th, new, cls, &tuple, kwargs)?;
    if heap::is_subtype(made.ty(), cls)
        && let Some(init) = made.ty().tp_init()
    {
        cslot::init(th, init, &made, &tuple, kwargs)?;
    }
    th.release(tuple);
    if let Some(dict) = dict {
        th.release(dict);
    }
    Ok(made)
}

/// Calls a class without arguments. `new` is its `tp_new`.
fn call_bare(th: &mut Thread, cls: &Type, new: abi::newfunc) -> Result<Ref<Object>, Raised> {
    let none = Tuple::empty_static();
    let made = match object::is_new_of_object(new) {
        true => object::bare_instance(th, cls)?,
        false => cslot::new(th, new, cls, none, None)?,
    };
    if heap::is_subtype(made.ty(), cls)
        && let Some(init) = made.ty().tp_init().filter(|&init| !object::is_init_of_object(init))
    {
        cslot::init(th, init, &made, none, None)?;
    }
    Ok(made)
}

/// Whether calling instances of this metaclass is [`call_type`].
#[inline]
pub fn calls_plainly(metaclass: &Type) -> bool {
    core::ptr::eq(metaclass, type_type()) || metaclass.tp_call().map(|f| f as usize) == type_type().tp_call().map(|f| f as usize)
}
