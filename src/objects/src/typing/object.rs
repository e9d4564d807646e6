//! `object`: the root of all types.
#![allow(unsafe_code, reason = "tp_new is a C function of the type")]

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};

use super::{as_type, instance, lookup, short_name};
use crate::glue::{self, Args, CompareOp, KwArgs};
use crate::str::intern;
use crate::typing::descr::MethodDef;
use crate::{Dict, List, Str, Tuple, names, not_implemented, ops, raise};

/// The base class of the class hierarchy.
///
/// When called, it accepts no arguments and returns a new featureless
/// instance that has no instance attributes and cannot be given any.
#[pytype(name = "object", sig = "()", export = "PyBaseObject_Type", flags(BASETYPE), gc = none, lock = none)]
#[repr(C)]
pub struct BaseObject {
    head: heap::Head,
}

/// `__new__` of every builtin type: checks the class it is asked for, then calls its owner's `tp_new`.
///
/// # Safety
/// As a C method with positional and keyword arguments.
unsafe extern "C-unwind" fn new_entry(
    slf: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    nargs: isize,
    names: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a C entry; the protocol's arguments.
    unsafe {
        glue::entry_object(|th| {
            let owner: &Type = Type::borrow(slf.cast());
            let names = glue::tuple_slice(names);
            let (args, values) = glue::argument_slice(args, nargs + names.len().cast_signed()).split_at(nargs.cast_unsigned());
            let Some((cls, rest)) = args.split_first() else {
                let owner_name = ops::message_name(owner);
                return Err(raise::type_error(th, format_args!("{owner_name}.__new__(): not enough arguments")));
            };
            let (cls, new) = checked_new(th, owner, cls)?;
            // A builtin type whose constructor is its `tp_new` takes the arguments as they are.
            if names.is_empty()
                && owner.has_flag(heap::flags::NEW_IS_VECTORCALL)
                && let Some(call) = owner.tp_vectorcall()
                && owner.tp_new().is_some_and(|own| own as usize == new as usize)
            {
                return ops::cslot::vectorcall(th, call, cls.as_object(), rest, rest.len(), None);
            }
            let rest = Tuple::from_slice(th, rest);
            let mut kwargs = None;
            if !names.is_empty() {
                let dict = Dict::new(th);
                for (name, value) in names.iter().zip(values) {
                    dict.set(th, name, *value)?;
                }
                kwargs = Some(dict);
            }
            let made = ops::cslot::new(th, new, cls, &rest, kwargs.as_ref().map(|dict| dict.as_object()));
            th.release(rest);
            made
        })
    }
}

/// The class that `owner.__new__` is asked for, and the `tp_new` that makes its instances.
fn checked_new<'a>(th: &mut Thread, owner: &Type, cls: &'a Object) -> Result<(&'a Type, abi::newfunc), Raised> {
    let Some(cls) = as_type(cls) else {
        let (owner_name, got) = (ops::message_name(owner), ops::type_name(cls));
        return Err(raise::type_error(th, format_args!("{owner_name}.__new__(X): X is not a type object ({got})")));
    };
    if !heap::is_subtype(cls, owner) {
        let (owner_name, name) = (ops::message_name(owner), ops::message_name(cls));
        return Err(raise::type_error(th, format_args!("{owner_name}.__new__({name}): {name} is not a subtype of {owner_name}")));
    }
    if cls.is_our_heaptype() && cls.has_flag(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION as u64) {
        let name = ops::qualified_type_name(th, cls);
        return Err(raise::type_error(th, format_args!("cannot create '{name}' instances")));
    }
    // The nearest builtin base decides how instances are made.
    let mut builtin = cls;
    while super::is_python_class(builtin) {
        match super::base(builtin) {
            Some(base) => builtin = base,
            None => break,
        }
    }
    if builtin.tp_new().is_none() {
        let name = ops::message_name(builtin);
        return Err(raise::type_error(th, format_args!("cannot create '{name}' instances")));
    }
    let plain = builtin.has_flag(heap::flags::PLAIN_NEW) && core::ptr::eq(owner, super::object_type());
    if !plain && builtin.tp_new().map(|f| f as usize) != owner.tp_new().map(|f| f as usize) {
        let (owner_name, name, safe) = (ops::message_name(owner), ops::message_name(cls), ops::message_name(builtin));
        return Err(raise::type_error(th, format_args!("{owner_name}.__new__({name}) is not safe, use {safe}.__new__()")));
    }
    match (if plain { builtin } else { owner }).tp_new() {
        Some(new) => Ok((cls, new)),
        None => {
            let owner_name = ops::message_name(owner);
            Err(raise::type_error(th, format_args!("cannot create '{owner_name}' instances")))
        }
    }
}

static NEW_DEF: abi::Static<abi::PyMethodDef> = abi::Static::new(abi::PyMethodDef {
    ml_name: c"__new__".as_ptr(),
    // SAFETY: R4: `ml_flags` says which signature the function has.
    ml_meth: Some(unsafe { core::mem::transmute::<abi::PyCFunctionFastWithKeywords, abi::PyCFunction>(new_entry) }),
    ml_flags: abi::METH_FASTCALL | abi::METH_KEYWORDS,
    ml_doc: c"__new__($type, *args, **kwargs)\n--\n\nCreate and return a new object.  See help(type) for accurate signature.".as_ptr(),
});

/// The declaration shared by the `__new__` of all builtin types.
pub fn new_def() -> MethodDef {
    // SAFETY: a static.
    unsafe { MethodDef::from_ptr(NEW_DEF.get().cast()) }
}

fn overrides_new(cls: &Type) -> bool {
    cls.tp_new().map(|f| f as usize) != super::object_type().tp_new().map(|f| f as usize)
}

fn overrides_init(cls: &Type) -> bool {
    cls.tp_init().map(|f| f as usize) != super::object_type().tp_init().map(|f| f as usize)
}

/// `object.__new__(cls)`
pub fn bare_instance(th: &mut Thread, cls: &Type) -> Result<Ref<Object>, Raised> {
    if cls.has_flag(abi::Py_TPFLAGS_IS_ABSTRACT as u64) {
        return Err(abstract_class(th, cls));
    }
    if cls.has_flag(heap::flags::FOREIGN) {
        return allocated(th, cls, 0);
    }
    Ok(th.new_instance::<BaseObject>(cls, BaseObject { head: heap::Head::INIT }).up())
}

/// An instance with so many items as the class's `tp_alloc` makes it.
#[cold]
pub fn allocated(th: &mut Thread, cls: &Type, items: usize) -> Result<Ref<Object>, Raised> {
    match cls.tp_alloc() {
        Some(alloc) if heap::foreign::is_foreign(alloc as *const ()) => {
            // SAFETY: R4: the type's own function.
            let made = heap::foreign::call(th, alloc as *const (), |_| {}, || unsafe { alloc(cls.raw(), items.cast_signed()) });
            ops::cslot::object(th, made)
        }
        _ => super::alloc::instance(th, cls, items).ok_or(()).or_else(|()| Err(raise::memory_error(th))),
    }
}

/// Whether it is `object`'s own `tp_new`.
#[inline]
pub fn is_new_of_object(new: abi::newfunc) -> bool {
    super::object_type().tp_new().is_some_and(|own| own as usize == new as usize)
}

/// Whether it is `object`'s own `tp_init`, which does nothing where there are no arguments.
#[inline]
pub fn is_init_of_object(init: abi::initproc) -> bool {
    super::object_type().tp_init().is_some_and(|own| own as usize == init as usize)
}

#[pymethods]
impl BaseObject {
    #[slot(tp_new)]
    fn new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        if !args.as_slice().is_empty() || !kwargs.is_empty() {
            if overrides_new(cls) {
                return Err(raise::type_error(th, format_args!("object.__new__() takes exactly one argument (the type to instantiate)")));
            }
            if !overrides_init(cls) {
                let name = short_name(cls);
                return Err(raise::type_error(th, format_args!("{name}() takes no arguments")));
            }
        }
        bare_instance(th, cls)
    }

    #[slot(tp_init, sig = "($self, /, *args, **kwargs)")]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if args.as_slice().is_empty() && kwargs.is_empty() {
            return Ok(());
        }
        let cls = self.as_object().ty();
        if overrides_init(cls) {
            return Err(raise::type_error(th, format_args!("object.__init__() takes exactly one argument (the instance to initialize)")));
        }
        if !overrides_new(cls) {
            let name = short_name(cls);
            return Err(raise::type_error(th, format_args!("{name}.__init__() takes exactly one argument (the instance to initialize)")));
        }
        Ok(())
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> String {
        format!("<{} object at {:p}>", ops::qualified_type_name(th, self.as_object().ty()), self)
    }

    #[slot(tp_str)]
    fn str_(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        ops::repr(th, self.as_object())
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        // The low bits of an address say nothing.
        (core::ptr::from_ref(self) as usize).rotate_right(4) as isize
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        match op {
            CompareOp::Eq if self.as_object().is(other) => Ok(crate::bool_ref(true)),
            CompareOp::Ne => {
                let Some(compare) = self.as_object().ty().tp_richcompare() else { return Ok(not_implemented().to_owned()) };
                let result = ops::cslot::compare(th, compare, self.as_object(), other, CompareOp::Eq as i32)?;
                if result.is(not_implemented()) {
                    return Ok(result);
                }
                let equal = ops::is_true(th, &result)?;
                Ok(crate::bool_ref(!equal))
            }
            _ => Ok(not_implemented().to_owned()),
        }
    }

    #[slot(tp_getattro)]
    fn getattro(&self, th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
        let name = instance::attribute_name(th, name)?;
        instance::generic_getattr(th, self.as_object(), name)
    }

    #[slot(tp_setattro)]
    fn setattro(&self, th: &mut Thread, name: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let name = instance::attribute_name(th, name)?;
        instance::generic_setattr(th, self.as_object(), name, value)
    }

    /// the object's class
    #[getter]
    fn __class__(&self, _th: &mut Thread) -> Ref<Object> {
        self.as_object().ty().to_owned()
    }

    #[setter(__class__)]
    fn set_class(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("can't delete __class__ attribute")));
        };
        let Some(new) = as_type(value) else {
            let got = ops::type_name(value);
            return Err(raise::type_error(th, format_args!("__class__ must be set to a class, not '{got}' object")));
        };
        super::new_class::assign_class(th, self.as_object(), new)
    }

    /// Default dir() implementation.
    #[method]
    fn __dir__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let obj = self.as_object();
        let names_of = Dict::new(th);
        if let Some(dict) = ops::getattr_opt(th, obj, &names::__dict__)?
            && let Some(dict) = dict.downcast_ref::<Dict>()
        {
            for (key, value) in dict.snapshot(th) {
                names_of.set(th, &key, &value)?;
            }
        }
        if let Some(cls) = ops::getattr_opt(th, obj, &names::__class__)? {
            merge_class_names(th, &names_of, &cls)?;
        }
        Ok(ops::to_list(th, &names_of)?.up())
    }

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(&self, th: &mut Thread, format_spec: &Str) -> Result<Ref<Str>, Raised> {
        if !format_spec.is_empty() {
            let name = ops::type_name(self.as_object());
            return Err(raise::type_error(th, format_args!("unsupported format string passed to {name}.__format__")));
        }
        ops::str_(th, self.as_object())
    }

    /// Size of object in memory, in bytes.
    #[method]
    fn __sizeof__(&self) -> usize {
        let obj = self.as_object();
        let items = if obj.ty().tp_itemsize() != 0 { instance::item_count(obj) } else { 0 };
        let ty = obj.ty();
        if ty.tp_itemsize() == 1 && !ty.is_our_heaptype() {
            return ty.tp_basicsize() as usize + items;
        }
        super::instance_bytes(ty, items)
    }

    /// Helper for pickle.
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        super::object_reduce(th, self.as_object(), 0)
    }

    /// Helper for pickle.
    #[method(sig = "($self, protocol, /)")]
    fn __reduce_ex__(&self, th: &mut Thread, protocol: isize) -> Result<Ref<Object>, Raised> {
        let obj = self.as_object();
        if let Some(reduce) = ops::getattr_opt(th, obj, &names::__reduce__)? {
            let of_class = lookup::lookup(th, obj.ty(), &names::__reduce__);
            let of_object = lookup::lookup(th, super::object_type(), &names::__reduce__);
            if let (Some(a), Some(b)) = (of_class, of_object)
                && !Thread::same(&*a, &*b)
            {
                return ops::call0(th, &reduce);
            }
        }
        super::object_reduce(th, obj, protocol)
    }

    /// Helper for pickle.
    #[method]
    fn __getstate__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        super::object_getstate(th, self.as_object(), false)
    }

    /// Abstract classes can override this to customize issubclass().
    #[classmethod(sig = "($type, object, /)")]
    fn __subclasshook__(_cls: &Type, _th: &mut Thread, _object: &Object) -> Ref<Object> {
        not_implemented().to_owned()
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    #[classmethod]
    fn __init_subclass__(_cls: &Type, _th: &mut Thread) -> Result<(), Raised> {
        Ok(())
    }
}

fn merge_class_names(th: &mut Thread, into: &Dict, cls: &Object) -> Result<(), Raised> {
    ops::native_recursion(th, " in __dir__")?;
    if let Some(dict) = ops::getattr_opt(th, cls, &names::__dict__)? {
        let keys = ops::to_vec(th, &dict)?;
        for key in keys {
            into.set(th, &key, crate::none())?;
        }
    }
    if let Some(bases) = ops::getattr_opt(th, cls, &names::__bases__)?
        && bases.is_a::<Tuple>()
    {
        for base in ops::to_vec(th, &bases)? {
            merge_class_names(th, into, &base)?;
        }
    }
    Ok(())
}

/// `dir()` of a class.
pub fn class_dir(th: &mut Thread, cls: &Object) -> Result<Ref<List>, Raised> {
    let all = Dict::new(th);
    merge_class_names(th, &all, cls)?;
    ops::to_list(th, &all)
}

fn abstract_class(th: &mut Thread, cls: &Type) -> Raised {
    let name = short_name(cls);
    let methods = intern(th, "__abstractmethods__");
    let list = match ops::getattr_opt(th, cls, methods) {
        Ok(Some(set)) => ops::to_vec(th, &set),
        Ok(None) => Ok(Vec::new()),
        Err(raised) => return raised,
    };
    let mut list: Vec<String> = match list {
        Ok(list) => list.iter().map(|o| o.downcast_ref::<Str>().map_or_else(String::new, |s| format!("'{s}'"))).collect(),
        Err(raised) => return raised,
    };
    list.sort();
    let plural = if list.len() > 1 { "s" } else { "" };
    let list = list.join(", ");
    raise::type_error(th, format_args!("Can't instantiate abstract class {name} without an implementation for abstract method{plural} {list}"))
}
