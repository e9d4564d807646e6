//! Struct sequences: tuples whose items have names (`sys.version_info`, `os.stat_result`, `time.struct_time` …).
//!
//! Each is a class with [`StructSeq`] as its base. Items beyond `n_sequence_fields` are attributes only: they live in the instance's dict.
#![allow(unsafe_code, reason = "members are declared as C structs that live for ever")]

use core::ffi::c_char;
use std::ffi::CString;

use heap::{Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};

use crate::glue::{Args, KwArgs};
use crate::str::intern;
use crate::typing::descr::{GetSetDef, GetSetDescr, MemberDef, MemberDescr};
use crate::typing::{self, as_type, lookup};
use crate::{Dict, Int, Str, Tuple, names, ops, raise};

/// The base of all struct sequences.
#[pytype(name = "structseq", base = Tuple, flags(BASETYPE, TUPLE_SUBCLASS), gc = none, prefix = yes, basicsize = 32, itemsize = 8)]
#[repr(C)]
pub struct StructSeq {
    base: Tuple,
}

/// From now on a program makes no instances of the class.
pub fn forbid_instances(class: &Object) {
    if let Some(class) = typing::as_type(class) {
        typing::places::SlotId::tp_new.write(class, 0);
        class.set_flags(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION as u64);
    }
}

/// Makes a struct sequence class. `fields` are all of them, the first `visible` are items. An empty name has no attribute.
pub fn new_type(th: &mut Thread, module: &str, name: &str, doc: &str, fields: &[(&str, &str)], visible: usize) -> Result<Ref<Object>, Raised> {
    typing::ready(th, <StructSeq as heap::PyType>::type_object())?;
    let namespace = Dict::new(th);
    let set = |th: &mut Thread, key: &str, value: Ref<Object>| namespace.set_by_name(th, key, value);
    let text = Str::new(th, doc);
    set(th, "__doc__", text.up());
    let text = Str::new(th, if module.is_empty() { "builtins" } else { module });
    set(th, "__module__", text.up());
    describe(th, &namespace, fields, visible);
    let bases = Tuple::from_slice(th, &[<StructSeq as heap::PyType>::type_object()]);
    let name = Str::new(th, name);
    let class = typing::new_class::new_class(th, typing::type_type(), &name, &bases, &namespace, KwArgs::new(&[], &[]))?;
    let Some(ty) = as_type(&class) else { return Err(raise::system_error(th, format_args!("a new class is no type"))) };
    add_fields(th, ty, fields, visible)?;
    if !module.is_empty() {
        let full = format!("{module}.{name}");
        let full = Str::new(th, &full);
        typing::new_class::set_tp_name(ty, &full);
    }
    // Those of `sys`, of which some name no module, are static types to CPython, the others are classes that anybody may change.
    if matches!(module, "sys" | "") {
        ty.set_flags(abi::Py_TPFLAGS_IMMUTABLETYPE as u64);
    }
    Ok(class)
}

/// What a struct sequence's namespace says of its fields.
fn describe(th: &mut Thread, namespace: &Dict, fields: &[(&str, &str)], visible: usize) {
    for (key, n) in [
        ("n_sequence_fields", visible),
        ("n_fields", fields.len()),
        ("n_unnamed_fields", fields.iter().filter(|(f, _)| f.is_empty()).count()),
    ] {
        let n = Int::from_usize(th, n);
        namespace.set_by_name(th, key, n.up());
    }
    let named = fields.iter().take(visible).map(|(f, _)| *f).filter(|name| !name.is_empty());
    let args: Vec<Ref<Object>> = named.map(|f| Str::new(th, f).up()).collect();
    let args = Tuple::new(th, args);
    namespace.set_by_name(th, "__match_args__", args.up());
    let all: Vec<Ref<Object>> = fields.iter().map(|(f, _)| Str::new(th, f).up()).collect();
    let all = Tuple::new(th, all);
    namespace.set_by_name(th, "_structseq_fields", all.up());
}

/// Makes a struct sequence of a static type of C's, whose memory was zero until now.
///
/// # Safety
/// `ty` is such a static; `name` lives as long.
pub unsafe fn init_static(th: &mut Thread, ty: &Type, name: *const c_char, doc: &str, fields: &[(&str, &str)], visible: usize) -> Result<(), Raised> {
    let base = <StructSeq as heap::PyType>::type_object();
    typing::ready(th, base)?;
    // SAFETY: the caller's promise.
    let ty: &'static Type = unsafe { &*core::ptr::from_ref(ty) };
    ty.make_immortal();
    // SAFETY: R9: nobody else knows the type yet.
    let raw = unsafe { &mut *ty.raw() };
    raw.ob_base.ob_base.ob_type = typing::type_type().raw();
    raw.tp_name = name;
    raw.tp_doc = CString::new(doc).unwrap_or_default().into_raw();
    raw.tp_base = base.raw();
    raw.tp_basicsize = base.tp_basicsize();
    raw.tp_itemsize = base.tp_itemsize();
    // The fields that are attributes only are in a dict behind the items.
    raw.tp_dictoffset = -1;
    raw.tp_dealloc = Some(heap::dealloc_entry);
    raw.tp_traverse = Some(typing::instance::traverse_instance);
    raw.tp_clear = Some(typing::instance::clear_instance);
    ty.set_flags(abi::Py_TPFLAGS_HAVE_GC as u64 | heap::flags::PREFIX);
    ty.set_info(typing::new_class::facts_of_fields(base));
    typing::ready(th, ty)?;
    ty.clear_flags(abi::_Py_TPFLAGS_STATIC_BUILTIN as u64);
    if let Some(dict) = lookup::own_dict(ty) {
        describe(th, dict, fields, visible);
    }
    add_fields(th, ty, fields, visible)
}

/// An instance whose fields C is about to set: `None` stands in them.
pub fn empty(th: &mut Thread, ty: &Type) -> Result<Ref<Object>, Raised> {
    let visible = count(th, ty, "n_sequence_fields")?;
    let values = vec![crate::none(); visible];
    new(th, ty, &values)
}

/// Sets a field of an instance that nobody else knows yet.
pub fn set_field(th: &mut Thread, sequence: &Object, index: usize, value: Option<Ref<Object>>) -> Result<(), Raised> {
    if index < count(th, sequence.ty(), "n_sequence_fields")? {
        // SAFETY: the items follow the struct.
        let slot = unsafe { typing::instance::slot_at(sequence, 32 + 8 * index) };
        if let Some(old) = slot.replace(th, sequence, value) {
            th.release(old);
        }
        return Ok(());
    }
    let Some(name) = field_names(th, sequence.ty())?.into_iter().nth(index) else { return Err(raise::bad_internal_call(th)) };
    if let (Some(dict), Some(value)) = (typing::instance::instance_dict(th, sequence)?, value) {
        dict.set_by_name(th, &name, value);
    }
    Ok(())
}

/// A field of an instance; `None` where none was set.
pub fn field(th: &mut Thread, sequence: &Object, index: usize) -> Result<Option<Ref<Object>>, Raised> {
    if index < count(th, sequence.ty(), "n_sequence_fields")? {
        // SAFETY: as in `set_field`.
        return Ok(unsafe { typing::instance::slot_at(sequence, 32 + 8 * index) }.get(th, sequence));
    }
    let Some(name) = field_names(th, sequence.ty())?.into_iter().nth(index) else { return Err(raise::bad_internal_call(th)) };
    let name = intern(th, &name);
    Ok(typing::instance::instance_dict(th, sequence)?.and_then(|dict| dict.get_str(th, name)))
}

/// The descriptors of the fields.
fn add_fields(th: &mut Thread, ty: &Type, fields: &[(&str, &str)], visible: usize) -> Result<(), Raised> {
    let Some(dict) = lookup::own_dict(ty) else { return Err(raise::system_error(th, format_args!("a new class has no namespace"))) };
    for (i, (field, doc)) in fields.iter().take(visible).enumerate() {
        if field.is_empty() {
            continue;
        }
        let def = Box::leak(Box::new(abi::PyMemberDef {
            name: CString::new(*field).unwrap_or_default().into_raw(),
            kind: abi::_Py_T_OBJECT,
            offset: 32 + 8 * i as isize,
            flags: abi::Py_READONLY,
            doc: CString::new(*doc).unwrap_or_default().into_raw(),
        }));
        // SAFETY: leaked.
        let descr = MemberDescr::new(th, ty, unsafe { MemberDef::from_ptr(def) });
        let key = intern(th, field);
        dict.set_str(th, key, descr.up());
    }
    for (field, doc) in fields.iter().skip(visible).filter(|(field, _)| !field.is_empty()) {
        let key = intern(th, field);
        let def = Box::leak(Box::new(abi::PyGetSetDef {
            name: CString::new(*field).unwrap_or_default().into_raw(),
            get: Some(get_hidden),
            set: Some(set_hidden),
            doc: CString::new(*doc).unwrap_or_default().into_raw(),
            closure: core::ptr::from_ref(key).cast_mut().cast(),
        }));
        // SAFETY: leaked.
        let descr = GetSetDescr::new(th, ty, unsafe { GetSetDef::from_ptr(def) });
        dict.set_str(th, key, descr.up());
    }
    Ok(())
}

/// A field that is an attribute only: it lives in the instance's dict.
///
/// # Safety
/// As C's `getter`; the closure is the field's name, which is immortal.
unsafe extern "C-unwind" fn get_hidden(obj: *mut abi::PyObject, name: *mut core::ffi::c_void) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a getter; the closure by the promise above.
    unsafe {
        crate::glue::entry_object(|th| {
            let (obj, name) = (crate::glue::borrow(obj), &*name.cast::<Str>());
            let dict = typing::instance::instance_dict(th, obj)?;
            Ok(dict.and_then(|dict| dict.get_str(th, name)).unwrap_or_else(crate::none_ref))
        })
    }
}

/// # Safety
/// As C's `setter`.
unsafe extern "C-unwind" fn set_hidden(_: *mut abi::PyObject, _: *mut abi::PyObject, _: *mut core::ffi::c_void) -> core::ffi::c_int {
    // SAFETY: R10: a C entry.
    unsafe {
        crate::glue::entry_status(|th| Err(raise::new(th, crate::exceptions::attribute_error_type(), format_args!("readonly attribute"))))
    }
}

/// An instance with these values, in the order of the fields.
pub fn new(th: &mut Thread, class: &Object, values: &[&Object]) -> Result<Ref<Object>, Raised> {
    let Some(ty) = as_type(class) else { return Err(raise::system_error(th, format_args!("a struct sequence's class is no type"))) };
    let visible = count(th, ty, "n_sequence_fields")?;
    let n = visible.min(values.len());
    let Some(made) = Tuple::new_in(th, ty, &values[..n]) else { return Err(raise::memory_error(th)) };
    let made: Ref<Object> = made.up();
    if values.len() > n
        && let Some(dict) = typing::instance::instance_dict(th, &made)?
    {
        for (field, value) in field_names(th, ty)?.iter().zip(values).skip(n) {
            dict.set_by_name(th, field, (*value).to_owned());
        }
    }
    Ok(made)
}

fn count(th: &mut Thread, ty: &Type, name: &str) -> Result<usize, Raised> {
    let name = intern(th, name);
    let n = lookup::lookup(th, ty, name).and_then(|n| n.downcast_ref::<Int>().and_then(Int::to_i64));
    match n {
        Some(n) => Ok(n as usize),
        None => Err(raise::type_error(th, format_args!("Missed attribute '{name}' of type {}", typing::short_name(ty)))),
    }
}

fn field_names(th: &mut Thread, ty: &Type) -> Result<Vec<String>, Raised> {
    let key = intern(th, "_structseq_fields");
    let Some(all) = lookup::lookup(th, ty, key) else { return Ok(Vec::new()) };
    Ok(all.downcast_ref::<Tuple>().map_or_else(Vec::new, |t| t.iter().map(|f| f.downcast::<Str>().map_or_else(String::new, |s| s.to_string_lossy())).collect()))
}

impl StructSeq {
    fn items(&self) -> &Tuple {
        &self.base
    }
}

#[pymethods]
impl StructSeq {
    #[slot(tp_new, sig = "(sequence, dict={})")]
    fn tp_new(th: &mut Thread, cls: &Type, sequence: &Object, dict: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let name = ops::qualified_type_name(th, cls);
        let dict = match dict.map(|dict| dict.downcast::<Dict>()) {
            None => None,
            Some(Some(dict)) => Some(dict),
            Some(None) => {
                return Err(raise::type_error(th, format_args!("{name}() takes a dict as second arg, if any")));
            }
        };
        let items = match ops::to_vec(th, sequence) {
            Ok(items) => items,
            Err(_) if raise::catch(th, crate::exceptions::type_error_type()).is_some() => {
                return Err(raise::type_error(th, format_args!("constructor requires a sequence")));
            }
            Err(raised) => return Err(raised),
        };
        let (visible, all) = (count(th, cls, "n_sequence_fields")?, count(th, cls, "n_fields")?);
        let n = items.len();
        if n < visible || n > all {
            let (kind, bound) = match (visible == all, n < visible) {
                (true, _) => ("a", visible),
                (false, true) => ("an at least", visible),
                (false, false) => ("an at most", all),
            };
            return Err(raise::type_error(th, format_args!("{name}() takes {kind} {bound}-sequence ({n}-sequence given)")));
        }
        let mut values: Vec<Ref<Object>> = items;
        let fields = field_names(th, cls)?;
        let mut taken = 0;
        for field in fields.iter().skip(n) {
            let key = intern(th, field);
            let given = match dict {
                Some(dict) => dict.get(th, key)?,
                None => None,
            };
            taken += usize::from(given.is_some());
            values.push(given.unwrap_or_else(crate::none_ref));
        }
        if dict.is_some_and(|dict| dict.len() > taken) {
            return Err(raise::type_error(th, format_args!("{name}() got duplicate or unexpected field name(s)")));
        }
        let values: Vec<&Object> = values.iter().map(|v| &**v).collect();
        new(th, cls, &values)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let ty = heap::Heaped::as_object(self).ty();
        let mut text = crate::text::Text::new(&ops::qualified_type_name(th, ty));
        text.push("(");
        let fields = field_names(th, ty)?;
        // An item without a name is shown by the name that follows it.
        for (i, (field, value)) in fields.iter().filter(|field| !field.is_empty()).zip(self.items().iter()).enumerate() {
            text.push(if i > 0 { ", " } else { "" }).push(field).push("=");
            text.push_repr(th, value)?;
        }
        text.push(")");
        Ok(text.finish(th))
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let obj = heap::Heaped::as_object(self);
        let items: Vec<&Object> = self.items().iter().collect();
        let items = Tuple::from_slice(th, &items);
        let hidden = match typing::instance::instance_dict(th, obj)? {
            Some(dict) => dict.copy(th)?,
            None => Dict::new(th),
        };
        let args = Tuple::from_slice(th, &[&items, &hidden]);
        Ok(Tuple::from_slice(th, &[obj.ty(), &args]).up())
    }

    /// Return a copy of the structure with new values for the specified fields.
    #[method(sig = "($self, /, **changes)")]
    fn __replace__(&self, th: &mut Thread, changes: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let obj = heap::Heaped::as_object(self);
        if count(th, obj.ty(), "n_unnamed_fields")? > 0 {
            let name = ops::qualified_type_name(th, obj.ty());
            return Err(raise::type_error(th, format_args!("__replace__() is not supported for {name} because it has unnamed field(s)")));
        }
        let fields = field_names(th, obj.ty())?;
        let mut values: Vec<Ref<Object>> = Vec::with_capacity(fields.len());
        for (i, field) in fields.iter().enumerate() {
            values.push(match changes.get(field) {
                Some(value) => value.to_owned(),
                None if i < self.items().len() => self.items().get(i).to_owned(),
                None => ops::getattr_str(th, obj, field)?,
            });
        }
        for (key, _) in changes.iter() {
            let key = ops::str_(th, key)?;
            if !fields.iter().any(|f| key.eq_text(f)) {
                return Err(raise::type_error(th, format_args!("Got unexpected field name(s): ['{key}']")));
            }
        }
        let values: Vec<&Object> = values.iter().map(|v| &**v).collect();
        new(th, obj.ty(), &values)
    }
}

const _: fn(Args<'_>) -> usize = |a| a.as_slice().len();
const _: &crate::str::Name = &names::__doc__;
