//! Making classes (`type.__new__`), and changing what they are afterwards: bases, the class of an instance, annotations.
#![allow(unsafe_code, reason = "the fields of a new type object are filled in")]

use core::mem::offset_of;
use std::ffi::CString;

use heap::sync::AtomicUsize;
use heap::{Heaped, LockKind, Object, Raised, Ref, Thread, Type, TypeInfo, flags};

use super::class::{heap_part, set_in_namespace};
use super::descr::{MemberDef, MemberDescr};
use super::extra::{self, Extra};
use super::lookup::Concerned;
use super::{as_type, instance, lookup, mro, object_type, short_name, type_type, update};
use crate::glue::{Args, KwArgs};
use crate::str::intern_ref;
use crate::{Dict, Str, Tuple, names, ops, raise};

/// Bytes of a class object: the ABI's struct.
pub const CLASS_BYTES: usize = size_of::<abi::PyHeapTypeObject>();

/// Most inline values of an instance; a class learns its number from the attributes that its methods assign.
const MAX_INLINE: usize = 30;
/// Inline values of instances of a class whose methods assign nothing.
const DEFAULT_INLINE: usize = 4;

/// `type(name, bases, namespace, **kwds)`
pub fn type_new(th: &mut Thread, metatype: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    let args = args.as_slice();
    let [name, bases, namespace] = args else {
        let n = args.len();
        return Err(raise::type_error(th, format_args!("type.__new__() takes exactly 3 arguments ({n} given)")));
    };
    let Some(name) = name.downcast::<Str>() else { return Err(bad_argument(th, 1, "str", name)) };
    let Some(bases) = bases.downcast::<Tuple>() else { return Err(bad_argument(th, 2, "tuple", bases)) };
    let Some(namespace) = namespace.downcast::<Dict>() else { return Err(bad_argument(th, 3, "dict", namespace)) };
    make_class(th, metatype, name, bases, namespace, kwargs)
}

fn bad_argument(th: &mut Thread, position: usize, expected: &str, got: &Object) -> Raised {
    let got = ops::type_name(got);
    raise::type_error(th, format_args!("type.__new__() argument {position} must be {expected}, not {got}"))
}

/// The most derived metaclass of the bases and `metatype`.
pub fn calculate_metaclass(th: &mut Thread, metatype: &Type, bases: &Tuple) -> Result<Ref<Object>, Raised> {
    let mut winner: Ref<Object> = metatype.to_owned();
    for base in bases.iter() {
        let candidate = base.ty();
        let current = as_type(&winner).unwrap_or(metatype);
        if heap::is_subtype(current, candidate) {
            continue;
        }
        if heap::is_subtype(candidate, current) {
            winner = candidate.to_owned();
            continue;
        }
        return Err(raise::type_error(
            th,
            format_args!("metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"),
        ));
    }
    Ok(winner)
}

/// Makes a class for a native module, which may keep it where other threads find it.
pub fn new_class(th: &mut Thread, metatype: &Type, name: &Str, bases: &Tuple, namespace: &Dict, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    let class = make_class(th, metatype, name, bases, namespace, kwargs)?;
    th.share(&class);
    Ok(class)
}

/// Makes a class, private to the thread until something common names it. Common bases list it all the same (`lookup`).
fn make_class(th: &mut Thread, metatype: &Type, name: &Str, bases: &Tuple, namespace: &Dict, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    let own_bases;
    let bases = if bases.len() == 0 {
        own_bases = Tuple::from_slice(th, &[object_type().as_object()]);
        &*own_bases
    } else {
        for base in bases.iter() {
            if as_type(base).is_none() && ops::attr::getattr_opt(th, base, &names::__mro_entries__)?.is_some() {
                return Err(raise::type_error(th, format_args!("type() doesn't support MRO entry resolution; use types.new_class()")));
            }
        }
        bases
    };
    let winner = calculate_metaclass(th, metatype, bases)?;
    if !winner.is(metatype)
        && let Some(winner_ty) = as_type(&winner)
        && winner_ty.tp_new().map(|f| f as usize) != type_type().tp_new().map(|f| f as usize)
        && let Some(new) = winner_ty.tp_new()
    {
        let args = Tuple::from_slice(th, &[name.as_object(), bases.as_object(), namespace.as_object()]);
        let dict = Dict::new(th);
        for (key, value) in kwargs.iter() {
            dict.set(th, key, value)?;
        }
        return ops::cslot::new(th, new, winner_ty, &args, Some(&**dict));
    }
    let metatype = as_type(&winner).unwrap_or(metatype);
    let base = mro::best_base(th, bases)?;
    check_no_nul(th, name)?;
    let plan = Plan::make(th, name, base, bases, namespace)?;
    let class = build(th, metatype, name, base, bases, namespace, &plan)?;
    let Some(ty) = as_type(&class) else { return Err(raise::system_error(th, format_args!("a new class is no type"))) };
    set_names(th, ty)?;
    init_subclass(th, ty, kwargs)?;
    Ok(class)
}

/// A class's name goes into a C string.
pub fn check_no_nul(th: &mut Thread, name: &Str) -> Result<(), Raised> {
    if name.chars().iter().any(|c| c == 0) {
        return Err(raise::value_error(th, format_args!("type name must not contain null characters")));
    }
    if name.to_utf8().is_none() {
        // The same error as encoding it would give.
        return Err(raise::unicode_surrogates(th, name));
    }
    Ok(())
}

/// What the class statement asks of the layout of instances.
struct Plan {
    members: Vec<Ref<Str>>,
    has_slots: bool,
    add_dict: bool,
    add_weakref: bool,
    inline: usize,
}

impl Plan {
    fn make(th: &mut Thread, name: &Str, base: &Type, bases: &Tuple, namespace: &Dict) -> Result<Plan, Raised> {
        // A class's own namespace is its dict: metaclasses add none.
        let may_add_dict = base.tp_dictoffset() == 0 && !base.has_flag(abi::Py_TPFLAGS_TYPE_SUBCLASS as u64);
        let may_add_weak = !base.has_flag(flags::WEAKREF) && base.tp_itemsize() == 0;
        let mut plan = Plan { members: Vec::new(), has_slots: false, add_dict: may_add_dict, add_weakref: !base.has_flag(flags::WEAKREF), inline: 0 };
        if let Some(slots) = namespace.get_str(th, &names::__slots__) {
            plan.add_dict = false;
            plan.add_weakref = false;
            plan.read_slots(th, name, base, namespace, &slots, may_add_dict, may_add_weak)?;
            // A secondary base may bring what the slots leave out.
            for other in bases.iter().filter_map(as_type).filter(|b| !core::ptr::eq(*b, base)) {
                plan.add_dict |= may_add_dict && other.tp_dictoffset() != 0;
                plan.add_weakref |= may_add_weak && other.has_flag(flags::WEAKREF);
            }
        }
        plan.inline = inline_values(th, bases, namespace);
        Ok(plan)
    }

    #[allow(clippy::too_many_arguments, reason = "one step of `make`")]
    fn read_slots(&mut self, th: &mut Thread, name: &Str, base: &Type, namespace: &Dict, slots: &Object, may_add_dict: bool, may_add_weak: bool) -> Result<(), Raised> {
        let list = if slots.is_a::<Str>() { vec![slots.to_owned()] } else { ops::to_vec(th, slots)? };
        if !list.is_empty() && base.tp_itemsize() != 0 {
            let base = ops::message_name(base);
            return Err(raise::type_error(th, format_args!("nonempty __slots__ not supported for subtype of '{base}'")));
        }
        for slot in &list {
            let Some(slot) = slot.downcast_ref::<Str>() else {
                let got = ops::type_name(slot);
                return Err(raise::type_error(th, format_args!("__slots__ items must be strings, not '{got}'")));
            };
            if !crate::str::is_identifier(slot) {
                return Err(raise::type_error(th, format_args!("__slots__ must be identifiers")));
            }
            if slot.eq_str(&names::__dict__) {
                if !may_add_dict || self.add_dict {
                    return Err(raise::type_error(th, format_args!("__dict__ slot disallowed: we already got one")));
                }
                self.add_dict = true;
                continue;
            }
            if slot.eq_str(&names::__weakref__) {
                if !may_add_weak || self.add_weakref {
                    return Err(raise::type_error(th, format_args!("__weakref__ slot disallowed: we already got one")));
                }
                self.add_weakref = true;
                continue;
            }
            let mangled = mangle(name, slot);
            let mangled = Str::new(th, &mangled);
            let allowed = mangled.eq_str(&names::__qualname__) || mangled.eq_str(&names::__classcell__);
            if namespace.get(th, &mangled)?.is_some() && !allowed {
                return Err(raise::value_error(th, format_args!("'{mangled}' in __slots__ conflicts with class variable")));
            }
            self.members.push(mangled);
        }
        self.members.sort_by(|a, b| a.chars().iter().cmp(b.chars().iter()));
        self.has_slots = true;
        Ok(())
    }
}

fn mangle(class: &Str, name: &Str) -> String {
    let (class, name) = (class.to_string_lossy(), name.to_string_lossy());
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || class.is_empty() { name } else { format!("_{class}{name}") }
}

/// Room for what the class's methods assign (`__static_attributes__`), and those of its bases, and for one more that comes from outside.
fn inline_values(th: &mut Thread, bases: &Tuple, namespace: &Dict) -> usize {
    let assigned = namespace.get_str(th, &names::__static_attributes__).and_then(|t| t.downcast_ref::<Tuple>().map(Tuple::len)).unwrap_or(0);
    // A dataclass has fields that none of its methods name: `__init__` is made later.
    let own = if assigned == 0 { annotated(th, namespace) } else { assigned };
    let inherited = bases.iter().filter_map(as_type).filter_map(|b| instance::layout(b).map(|l| l.capacity())).max().unwrap_or(0);
    match own {
        0 => inherited.max(DEFAULT_INLINE),
        own => (own + 1 + inherited.saturating_sub(DEFAULT_INLINE / 2)).clamp(DEFAULT_INLINE, MAX_INLINE),
    }
}

/// About how many names a class annotates: those that its `__annotate__` names. What cannot be told is 0, for this is only about room.
fn annotated(th: &mut Thread, namespace: &Dict) -> usize {
    let Some(annotate) = namespace.get_str(th, &names::__annotate_func__) else { return 0 };
    let mut part = |of: &Object, name| ops::getattr_opt(th, of, name).unwrap_or_else(|_| { drop(th.take_exception()); None });
    let Some(code) = part(&annotate, &names::__code__) else { return 0 };
    let Some(constants) = part(&code, &names::co_consts) else { return 0 };
    constants.downcast_ref::<Tuple>().map_or(0, |all| all.iter().filter(|constant| constant.is_exactly::<Str>()).count())
}

/// Bytes that the allocator has for a block of so many: what it rounds up to may as well hold attributes.
fn rounded(bytes: usize) -> usize {
    (bytes + heap::header::PREFIX_SIZE).next_multiple_of(16) - heap::header::PREFIX_SIZE
}

/// What a new class holds, after the store barrier.
fn held<T: Heaped>(th: &Thread, ty: &Type, value: Ref<T>) -> *mut abi::PyObject {
    th.barrier(ty, (*value).as_object());
    value.into_raw()
}

/// The tables of a class's slots, with the class itself: one allocation of the size of the ABI's struct.
fn build(th: &mut Thread, metatype: &Type, name: &Str, base: &Type, bases: &Tuple, namespace: &Dict, plan: &Plan) -> Result<Ref<Object>, Raised> {
    let Some(class) = th.new_zeroed(metatype, 0) else { return Err(raise::memory_error(th)) };
    // SAFETY: R1: an instance of a metaclass is a type object.
    let ty: &Type = unsafe { (*class).cast_unchecked() };
    let heap_type: *mut abi::PyHeapTypeObject = class.as_ptr().cast();
    // SAFETY: R9: nobody else reaches the new class yet; its struct is zeroed.
    unsafe {
        let raw = &mut *ty.raw();
        set_tp_name(ty, name);
        raw.tp_as_async = &raw mut (*heap_type).as_async;
        raw.tp_as_number = &raw mut (*heap_type).as_number;
        raw.tp_as_sequence = &raw mut (*heap_type).as_sequence;
        raw.tp_as_mapping = &raw mut (*heap_type).as_mapping;
        raw.tp_as_buffer = &raw mut (*heap_type).as_buffer;
        raw.tp_base = base.raw();
        heap::incref(base);
        raw.tp_bases = held(th, ty, bases.to_ref());
        let dict = namespace.copy(th)?;
        raw.tp_dict = held(th, ty, dict);
        raw.tp_dealloc = Some(heap::dealloc_entry);
        raw.tp_traverse = Some(instance::traverse_instance);
        raw.tp_clear = Some(instance::clear_instance);
        raw.tp_alloc = Some(super::alloc::generic_alloc);
        raw.tp_free = Some(super::alloc::gc_del);
        raw.tp_itemsize = base.tp_itemsize();
    }
    let type_flags = abi::Py_TPFLAGS_DEFAULT as u64
        | abi::Py_TPFLAGS_HEAPTYPE as u64
        | abi::Py_TPFLAGS_BASETYPE as u64
        | abi::Py_TPFLAGS_HAVE_GC as u64
        | flags::OUR_HEAPTYPE
        | flags::PREFIX;
    ty.set_flags(type_flags);
    lay_out(th, ty, base, plan);
    ty.set_flags(inherited_flags(base));
    // Layout facts come before anything looks at instances; slots and MRO after the namespace is complete.
    let namespace = lookup::own_dict(ty).ok_or(()).or_else(|()| Err(raise::system_error(th, format_args!("a new class has no namespace"))))?;
    fill_namespace(th, ty, name, namespace, plan)?;
    loop {
        let seen = orders_of_bases(th, ty);
        let order = mro::compute(th, ty)?;
        let order = held(th, ty, order);
        // SAFETY: R9: the field is this thread's to write until the class is listed; R2: its old count is given up.
        unsafe {
            let old = (*ty.raw()).tp_mro;
            heap::store_word(&raw mut (*ty.raw()).tp_mro, order);
            drop(Ref::<Object>::from_raw_nullable(old));
        }
        let locked = lookup::lock_types(th);
        // From here on the bases know the class, so that their changes reach it; what changed before is looked at again.
        let now = orders_of_bases(&locked, ty);
        if seen.iter().map(Ref::as_ptr).ne(now.iter().map(Ref::as_ptr)) {
            continue;
        }
        for parent in super::bases(&locked, ty).iter().filter_map(as_type) {
            inherit_missing(ty, parent);
            ty.set_flags(parent.flags() & (abi::Py_TPFLAGS_SEQUENCE | abi::Py_TPFLAGS_MAPPING) as u64);
        }
        update::fixup_slots(&locked, ty);
        for parent in super::bases(&locked, ty).iter().filter_map(as_type) {
            lookup::add_subclass(parent, ty);
        }
        break;
    }
    ty.set_flags(abi::Py_TPFLAGS_READY as u64);
    if !th.is_tracked(ty) {
        th.track(ty);
    }
    warn_odd_keys(th, ty, namespace)?;
    Ok(class)
}

fn inherited_flags(base: &Type) -> u64 {
    let bits = abi::Py_TPFLAGS_LONG_SUBCLASS
        | abi::Py_TPFLAGS_LIST_SUBCLASS
        | abi::Py_TPFLAGS_TUPLE_SUBCLASS
        | abi::Py_TPFLAGS_BYTES_SUBCLASS
        | abi::Py_TPFLAGS_UNICODE_SUBCLASS
        | abi::Py_TPFLAGS_DICT_SUBCLASS
        | abi::Py_TPFLAGS_BASE_EXC_SUBCLASS
        | abi::Py_TPFLAGS_TYPE_SUBCLASS
        | abi::_Py_TPFLAGS_MATCH_SELF
        | abi::Py_TPFLAGS_ITEMS_AT_END
        | abi::Py_TPFLAGS_SEQUENCE
        | abi::Py_TPFLAGS_MAPPING;
    base.flags() & (bits as u64 | flags::WEAKREF | flags::WEAK_REFERENCE | flags::FINALIZER | flags::FOREIGN | abi::Py_TPFLAGS_HAVE_VECTORCALL as u64)
}

/// The method resolution orders of a class's bases.
fn orders_of_bases(th: &Thread, ty: &Type) -> Vec<Ref<Tuple>> {
    super::bases(th, ty).iter().filter_map(as_type).filter_map(|base| lookup::mro(th, base)).collect()
}

/// Slots without special methods (`tp_alloc`, `tp_free`, vectorcall offset …) come from the bases.
fn inherit_missing(ty: &Type, base: &Type) {
    // SAFETY: R9: nobody else writes the new class yet; the lock of all classes is held, under which slots of its bases change.
    unsafe {
        let (to, from) = (&mut *ty.raw(), &*base.raw());
        if to.tp_vectorcall_offset == 0 {
            to.tp_vectorcall_offset = from.tp_vectorcall_offset;
        }
        if to.tp_new.is_none() {
            to.tp_new = from.tp_new;
        }
        if to.tp_getattr.is_none() {
            to.tp_getattr = from.tp_getattr;
        }
        if to.tp_setattr.is_none() {
            to.tp_setattr = from.tp_setattr;
        }
        if to.tp_is_gc.is_none() {
            to.tp_is_gc = from.tp_is_gc;
        }
        if to.tp_weaklistoffset == 0 && ty.has_flag(flags::FOREIGN) {
            to.tp_weaklistoffset = from.tp_weaklistoffset;
        }
        if !to.tp_as_async.is_null() && !from.tp_as_async.is_null() && (*to.tp_as_async).am_send.is_none() {
            (*to.tp_as_async).am_send = (*from.tp_as_async).am_send;
        }
    }
    ty.set_flags(base.flags() & abi::Py_TPFLAGS_HAVE_VECTORCALL as u64);
}

/// Decides where members, dict word and inline values of instances lie, and makes the type's facts.
fn lay_out(th: &Thread, ty: &Type, base: &Type, plan: &Plan) {
    let mut size = base.tp_basicsize() as usize;
    let base_extra = extra::extra(base);
    let from_class = super::is_python_class(base);
    let is_metaclass = base.has_flag(abi::Py_TPFLAGS_TYPE_SUBCLASS as u64);
    let mut record = Extra {
        members: base_extra.map_or_else(Vec::new, |x| x.members.clone()),
        dropped: dropped_members(base),
        owns_dict_word: base_extra.is_some_and(|x| x.owns_dict_word),
        base_drop: if from_class { base_extra.and_then(|x| x.base_drop) } else { base.info().and_then(|i| i.drop) },
        base_traverse: if from_class { base_extra.and_then(|x| x.base_traverse) } else { base.tp_traverse() },
        base_clear: if from_class { base_extra.and_then(|x| x.base_clear) } else { base.tp_clear() },
        ..Extra::default()
    };
    for _ in &plan.members {
        record.members.push(size);
        size += 8;
    }
    // SAFETY: R9: nobody else reaches the new class yet.
    let raw = unsafe { &mut *ty.raw() };
    raw.tp_dictoffset = base.tp_dictoffset();
    if plan.add_dict {
        record.owns_dict_word = true;
        if base.tp_itemsize() != 0 {
            raw.tp_dictoffset = -1;
        } else {
            raw.tp_dictoffset = size as isize;
            size += 8;
        }
    }
    if plan.add_weakref {
        ty.set_flags(flags::WEAKREF);
    }
    raw.tp_basicsize = size as isize;
    if raw.tp_dictoffset > 0 && base.tp_itemsize() == 0 && !is_metaclass && !crate::module_subclasses(base, base) {
        record.set_layout(size, (rounded(size + plan.inline * 8) - size) / 8);
        ty.set_flags(flags::SHAPED);
    }
    // As `typing::instance_bytes` says, which needs the record below.
    let inline = record.layout.as_ref().map_or(0, |layout| layout.capacity() * 8);
    let info = Box::new(TypeInfo {
        drop: Some(instance::drop_instance),
        size: Some(instance_size),
        bytes: if base.tp_itemsize() == 0 { ((size + 7) & !7) + inline } else { 0 },
        lock: LockKind::Instance,
        payload: base.info().map_or(size_of::<Object>(), |i| i.payload),
        extra: AtomicUsize::new(0),
        extra2: AtomicUsize::new(0),
    });
    extra::attach(&info, record);
    let info: *const TypeInfo = Box::into_raw(info);
    // SAFETY: freed with the class (`free_tables`), so as good as static to the type.
    ty.set_info(unsafe { &*info });
    let _ = th;
}

/// The facts of a static type that is laid out as a class statement would: a dict's word behind what `base` declares.
pub fn facts_of_fields(base: &Type) -> &'static TypeInfo {
    let info = Box::leak(Box::new(TypeInfo {
        drop: Some(instance::drop_instance),
        size: Some(instance_size),
        bytes: 0,
        lock: LockKind::Instance,
        payload: base.info().map_or(size_of::<Object>(), |i| i.payload),
        extra: AtomicUsize::new(0),
        extra2: AtomicUsize::new(0),
    }));
    let record = Extra {
        owns_dict_word: true,
        base_drop: base.info().and_then(|i| i.drop),
        base_traverse: base.tp_traverse(),
        base_clear: base.tp_clear(),
        ..Extra::default()
    };
    extra::attach(info, record);
    info
}

/// Members that end with an instance, where no extension's destructor sees to it.
fn dropped_members(base: &Type) -> Vec<usize> {
    match base.tp_dealloc() {
        Some(dealloc) if heap::foreign::is_foreign(dealloc as *const ()) => Vec::new(),
        _ => extra::extra(base).map_or_else(Vec::new, |x| x.dropped.clone()),
    }
}

/// # Safety
/// `object` is an instance of a class of ours.
unsafe fn instance_size(object: *const Object) -> usize {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    let items = if object.ty().tp_itemsize() != 0 { instance::item_count(object) } else { 0 };
    super::instance_bytes(object.ty(), items)
}

fn fill_namespace(th: &mut Thread, ty: &Type, name: &Str, dict: &Dict, plan: &Plan) -> Result<(), Raised> {
    let Some(part) = heap_part(ty) else { return Ok(()) };
    part.name.set(th, ty, Some(Str::copy_exact(th, name).up()));
    let qualname = match dict.get_str(th, &names::__qualname__) {
        Some(qualname) => {
            if !qualname.is_a::<Str>() {
                let got = ops::type_name(&qualname);
                return Err(raise::type_error(th, format_args!("type __qualname__ must be a str, not {got}")));
            }
            dict.del_str(th, &names::__qualname__);
            qualname
        }
        None => name.to_ref().up(),
    };
    part.qualname.set(th, ty, Some(qualname));
    if dict.get_str(th, &names::__module__).is_none()
        && let Some(module) = crate::current_module_name(th)
    {
        dict.set_str(th, names::__module__.get(), module);
    }
    match dict.get_str(th, &names::__doc__) {
        None => dict.set_str(th, names::__doc__.get(), crate::none_ref()),
        // C reads it as a C string.
        Some(doc) => {
            if let Some(doc) = doc.downcast_ref::<Str>().filter(|doc| doc.to_utf8().is_none()) {
                return Err(raise::unicode_surrogates(th, doc));
            }
        }
    }
    wrap_method(th, dict, &names::__new__, |th, f| crate::StaticMethod::new(th, f).up());
    wrap_method(th, dict, &names::__init_subclass__, |th, f| crate::ClassMethod::new(th, f).up());
    wrap_method(th, dict, &names::__class_getitem__, |th, f| crate::ClassMethod::new(th, f).up());
    // Before the members: one of them may have a cell's name.
    set_class_cells(th, ty, dict)?;
    add_members(th, ty, dict, plan);
    if plan.has_slots {
        let members: Vec<&Object> = plan.members.iter().map(|name| name.as_object()).collect();
        let members = Tuple::from_slice(th, &members);
        part.slots.set(th, ty, Some(members.up()));
    }
    if plan.add_dict && dict.get_str(th, &names::__dict__).is_none() {
        let getset = super::descr::GetSetDescr::new(th, ty, dict_getset());
        dict.set_str(th, names::__dict__.get(), getset.up());
    }
    if plan.add_weakref && dict.get_str(th, &names::__weakref__).is_none() {
        let getset = super::descr::GetSetDescr::new(th, ty, weakref_getset());
        dict.set_str(th, names::__weakref__.get(), getset.up());
    }
    // Defining `__eq__` without `__hash__` makes instances unhashable.
    if dict.get_str(th, &names::__eq__).is_some() && dict.get_str(th, &names::__hash__).is_none() {
        dict.set_str(th, names::__hash__.get(), crate::none_ref());
    }
    Ok(())
}

fn wrap_method(th: &mut Thread, dict: &Dict, name: &'static crate::str::Name, wrap: impl Fn(&mut Thread, &Object) -> Ref<Object>) {
    if let Some(f) = dict.get_str(th, name)
        && crate::is_python_function(&f)
    {
        let wrapped = wrap(th, &f);
        dict.set_str(th, name.get(), wrapped);
    }
}

/// Descriptors of the `__slots__`; their declarations live as long as the class.
fn add_members(th: &mut Thread, ty: &Type, dict: &Dict, plan: &Plan) {
    let Some(record) = extra::extra(ty) else { return };
    let first = record.members.len() - plan.members.len();
    for (name, &offset) in plan.members.iter().zip(&record.members[first..]) {
        // A descriptor may outlive its class, so its declaration is never freed: one per `__slots__` entry of the program.
        let c_name = CString::new(name.to_string_lossy()).unwrap_or_default();
        let def = Box::leak(Box::new(abi::PyMemberDef {
            name: c_name.into_raw(),
            kind: abi::Py_T_OBJECT_EX,
            offset: offset as isize,
            flags: 0,
            doc: core::ptr::null(),
        }));
        // SAFETY: leaked.
        let def = unsafe { MemberDef::from_ptr(def) };
        let name = intern_ref(th, name.clone());
        let descr = MemberDescr::new(th, ty, def);
        dict.set_str(th, name, descr.up());
    }
}

/// The descriptor with which a builtin base (`type`, a module, an exception) keeps the dict of its instances.
fn builtin_dict(th: &mut Thread, obj: &Object) -> Option<Ref<Object>> {
    let builtin = core::iter::successors(Some(obj.ty()), |ty| super::base(ty)).find(|ty| !super::is_python_class(ty))?;
    lookup::lookup(th, builtin, &names::__dict__).filter(|descr| descr.ty().tp_descr_set().is_some())
}

unsafe extern "C-unwind" fn get_dict(obj: *mut abi::PyObject, _: *mut core::ffi::c_void) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a getter.
    unsafe {
        crate::glue::entry_object(|th| {
            let obj = crate::glue::borrow(obj);
            if let Some(descr) = builtin_dict(th, obj)
                && let Some(get) = descr.ty().tp_descr_get()
            {
                return ops::cslot::descr_get(th, get, &descr, Some(obj), Some(obj.ty()));
            }
            match instance::instance_dict(th, obj)? {
                Some(dict) => Ok(dict.up()),
                None => Err(raise::no_attribute(th, obj, &names::__dict__)),
            }
        })
    }
}

unsafe extern "C-unwind" fn set_dict(obj: *mut abi::PyObject, value: *mut abi::PyObject, _: *mut core::ffi::c_void) -> core::ffi::c_int {
    // SAFETY: R10, R4: a setter.
    unsafe {
        crate::glue::entry_status(|th| {
            let (obj, value) = (crate::glue::borrow(obj), crate::glue::borrow_nullable(value));
            if let Some(descr) = builtin_dict(th, obj)
                && let Some(set) = descr.ty().tp_descr_set()
            {
                return ops::cslot::descr_set(th, set, &descr, obj, value);
            }
            let dict = match value {
                None => None,
                Some(value) => match value.downcast::<Dict>() {
                    Some(dict) => Some(dict.to_ref()),
                    None => {
                        let got = ops::type_name(value);
                        return Err(raise::type_error(th, format_args!("__dict__ must be set to a dictionary, not a '{got}'")));
                    }
                },
            };
            if instance::set_instance_dict(th, obj, dict)? { Ok(()) } else { Err(raise::no_attribute(th, obj, &names::__dict__)) }
        })
    }
}

unsafe extern "C-unwind" fn get_weakref(obj: *mut abi::PyObject, _: *mut core::ffi::c_void) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a getter.
    unsafe {
        crate::glue::entry_object(|th| {
            let obj = crate::glue::borrow(obj);
            Ok(crate::weakref::first(th, obj).unwrap_or_else(crate::none_ref))
        })
    }
}

static DICT_GETSET: abi::Static<abi::PyGetSetDef> = abi::Static::new(abi::PyGetSetDef {
    name: c"__dict__".as_ptr(),
    get: Some(get_dict),
    set: Some(set_dict),
    doc: c"dictionary for instance variables".as_ptr(),
    closure: core::ptr::null_mut(),
});

static WEAKREF_GETSET: abi::Static<abi::PyGetSetDef> = abi::Static::new(abi::PyGetSetDef {
    name: c"__weakref__".as_ptr(),
    get: Some(get_weakref),
    set: None,
    doc: c"list of weak references to the object".as_ptr(),
    closure: core::ptr::null_mut(),
});

fn dict_getset() -> super::descr::GetSetDef {
    // SAFETY: a static.
    unsafe { super::descr::GetSetDef::from_ptr(DICT_GETSET.get().cast()) }
}

fn weakref_getset() -> super::descr::GetSetDef {
    // SAFETY: a static.
    unsafe { super::descr::GetSetDef::from_ptr(WEAKREF_GETSET.get().cast()) }
}

/// Takes the cells that `super()`, `__class__` and annotations read out of the namespace and stores the class in them. They are known before
/// `mro()` runs.
fn set_class_cells(th: &mut Thread, ty: &Type, dict: &Dict) -> Result<(), Raised> {
    for (name, what) in [(&names::__classcell__, "__classcell__"), (&names::__classdictcell__, "__classdictcell__")] {
        let Some(cell) = dict.get_str(th, name) else { continue };
        let Some(cell) = cell.downcast_ref::<crate::Cell>() else {
            let got = ops::type_name(&cell);
            return Err(raise::type_error(th, format_args!("type.__new__(): {what} must be a nonlocal cell, not <class '{got}'>")));
        };
        let value: Ref<Object> = if core::ptr::eq(name.get(), names::__classcell__.get()) { ty.to_owned() } else { dict.to_ref().up() };
        cell.set(th, Some(value));
        dict.del_str(th, name);
    }
    Ok(())
}

/// Attributes are looked up by name: what is in the namespace under another key is hard to reach.
fn warn_odd_keys(th: &mut Thread, ty: &Type, dict: &Dict) -> Result<(), Raised> {
    if dict.has_only_names(th) || dict.snapshot(th).iter().all(|(key, _)| key.is_a::<Str>()) {
        return Ok(());
    }
    let name = short_name(ty);
    crate::warn::warn(th, crate::exceptions::runtime_warning_type(), format_args!("non-string key in the __dict__ of class {name}"), 1)
}

/// `__set_name__` of everything in the namespace that has it.
fn set_names(th: &mut Thread, ty: &Type) -> Result<(), Raised> {
    let Some(dict) = lookup::own_dict(ty) else { return Ok(()) };
    for (key, value) in dict.snapshot(th) {
        let Some(method) = ops::lookup_special(th, &value, &names::__set_name__)? else { continue };
        if ops::call(th, &method, &[ty, &key]).is_err() {
            let (cls, kind) = (short_name(ty), ops::type_name(&value));
            let key = ops::repr(th, &key)?;
            return Err(raise::add_note_to_raised(th, &format!("Error calling __set_name__ on '{kind}' instance {key} in '{cls}'")));
        }
    }
    Ok(())
}

/// `super(cls, cls).__init_subclass__(**kwargs)`
fn init_subclass(th: &mut Thread, ty: &Type, kwargs: KwArgs<'_>) -> Result<(), Raised> {
    let Some(order) = lookup::mro(th, ty) else { return Ok(()) };
    let Some(own) = order.iter().position(|class| class.is(ty.as_object())) else {
        // `mro()` of a metaclass has left the class out.
        let name = short_name(ty);
        return Err(raise::type_error(th, format_args!("super(type, obj): obj (type {name}) is not an instance or subtype of type ({name}).")));
    };
    for i in own + 1..order.len() {
        let Some(base) = as_type(order.get(i)) else { continue };
        let Some(found) = lookup::own_dict(base).and_then(|d| d.get_str(th, &names::__init_subclass__)) else { continue };
        let bound = match found.ty().tp_descr_get() {
            Some(get) => ops::cslot::descr_get(th, get, &found, None, Some(ty))?,
            None => found,
        };
        let (mut names_of, mut values) = (Vec::new(), Vec::new());
        for (key, value) in kwargs.iter() {
            names_of.push(key);
            values.push(value);
        }
        let kwnames = Tuple::from_slice(th, &names_of);
        let result = ops::call_kw(th, &bound, &values, Some(&kwnames))?;
        th.release(result);
        return Ok(());
    }
    Ok(())
}

/// `tp_name` of a class, a C string that its readers may hold for as long as the class lives: old names are kept.
pub fn set_tp_name(ty: &Type, name: &Str) {
    let text = CString::new(name.to_wtf8()).unwrap_or_default();
    // SAFETY: R9: one word; the old string stays allocated because other threads may be reading it.
    unsafe { heap::store_word(&raw mut (*ty.raw()).tp_name, text.into_raw().cast_const()) };
}

/// Frees what `build` allocated beside the class.
///
/// # Safety
/// The class is unreachable.
pub unsafe fn free_tables(ty: &Type, is_from_c: bool) {
    // SAFETY: the caller's promise; `tp_name` came from `CString::into_raw`.
    unsafe {
        // Of a type that C made, the name is what it was given at first, whatever stands in `tp_name` by now.
        let name = match is_from_c {
            true => (*ty.raw().cast::<abi::PyHeapTypeObject>())._ht_tpname,
            false => ty.tp_name().cast_mut(),
        };
        if !name.is_null() {
            drop(CString::from_raw(name));
        }
        extra::free(ty);
    }
}

/// `obj.__class__ = new`
pub fn assign_class(th: &mut Thread, obj: &Object, new: &Type) -> Result<(), Raised> {
    loop {
        // Counted: another thread may assign meanwhile.
        let old = obj.ty().to_ref();
        let done = core::ptr::eq(&*old, new) || try_assign_class(th, obj, &old, new)?;
        th.release(old);
        if done {
            return Ok(());
        }
    }
}

/// False if the instance's class is another one than `old` by now.
fn try_assign_class(th: &mut Thread, obj: &Object, old: &Type, new: &Type) -> Result<bool, Raised> {
    let module_types = crate::module_subclasses(old, new);
    let mutable = |t: &Type| t.is_our_heaptype() && !t.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE as u64);
    if !module_types && !(mutable(old) && mutable(new)) {
        return Err(raise::type_error(th, format_args!("__class__ assignment only supported for mutable types or ModuleType subclasses")));
    }
    if !same_layout(old, new) {
        let (new, old) = (short_name(new), short_name(old));
        return Err(raise::type_error(th, format_args!("__class__ assignment: '{new}' object layout differs from '{old}'")));
    }
    // Inline values belong to the old class's layout: they move to the dict, which both have.
    let room = instance::layout(old).map_or(0, |layout| layout.capacity());
    if room != 0 || instance::layout(new).is_some() {
        instance::instance_dict(th, obj)?;
        instance::starts_in_dict(obj);
    }
    // The memory of the instance has room for the values that its old class foresaw; a class that foresees more gives inline values up.
    if instance::layout(new).is_some_and(|layout| layout.capacity() > room) {
        instance::give_up_layout(th, new)?;
    }
    let stopped = heap::world::stop_for(th, heap::contention::Reason::Class);
    let unchanged = core::ptr::eq(obj.ty(), old);
    if unchanged {
        // R6: a common instance has a common class.
        th.barrier(obj, new);
        heap::incref(new);
        heap::alloc::note_size(obj);
        obj.set_ty_raw(new);
    }
    drop(stopped);
    if unchanged {
        // SAFETY: R2: the instance's count on its old class is given up.
        unsafe { th.release_raw(old.as_ptr()) };
    }
    Ok(unchanged)
}

/// Whether instances of both are laid out alike.
fn same_layout(a: &Type, b: &Type) -> bool {
    let (solid_a, solid_b) = (mro::solid_base(a), mro::solid_base(b));
    if a.tp_basicsize() != b.tp_basicsize() || a.tp_itemsize() != b.tp_itemsize() || a.tp_dictoffset() != b.tp_dictoffset() {
        return false;
    }
    if a.has_flag(flags::WEAKREF) != b.has_flag(flags::WEAKREF) {
        return false;
    }
    if core::ptr::eq(solid_a, solid_b) {
        return true;
    }
    // Classes that each add the same members to one base.
    let same_members = match (heap_part(solid_a), heap_part(solid_b)) {
        (Some(x), Some(y)) => match (x.slots.peek(), y.slots.peek()) {
            // The members that a class adds, in the order in which they lie.
            (Some(x), Some(y)) => {
                let names = |slots: &Object| slots.downcast::<Tuple>().map(|slots| slots.iter().filter_map(|name| name.downcast::<Str>()).map(Str::to_string_lossy).collect::<Vec<_>>());
                names(x) == names(y)
            }
            _ => false,
        },
        _ => false,
    };
    let bases_alike = match (super::base(solid_a), super::base(solid_b)) {
        (Some(x), Some(y)) => core::ptr::eq(mro::solid_base(x), mro::solid_base(y)),
        _ => false,
    };
    same_members && bases_alike
}

/// `cls.__bases__ = value`
pub fn assign_bases(th: &mut Thread, ty: &Type, value: &Object) -> Result<(), Raised> {
    let name = short_name(ty);
    let Some(bases) = value.downcast::<Tuple>() else {
        let got = ops::type_name(value);
        return Err(raise::type_error(th, format_args!("can only assign tuple to {name}.__bases__, not {got}")));
    };
    if bases.len() == 0 {
        return Err(raise::type_error(th, format_args!("can only assign non-empty tuple to {name}.__bases__, not ()")));
    }
    for base in bases.iter() {
        let Some(base) = as_type(base) else {
            let got = ops::type_name(base);
            return Err(raise::type_error(th, format_args!("{name}.__bases__ must be tuple of classes, not '{got}'")));
        };
        // The MRO may be one from before a change that is under way: `mro()` of a metaclass is running.
        let in_chain = core::iter::successors(Some(base), |base| super::base(base)).any(|base| core::ptr::eq(base, ty));
        if in_chain || heap::is_subtype(base, ty) {
            return Err(raise::type_error(th, format_args!("a __bases__ item causes an inheritance cycle")));
        }
    }
    let new_base = mro::best_base(th, bases)?;
    let Some(old_base) = super::base(ty) else {
        return Err(raise::type_error(th, format_args!("cannot set bases of '{name}'")));
    };
    if !same_layout(new_base, old_base) && !core::ptr::eq(mro::solid_base(new_base), mro::solid_base(old_base)) {
        let (new, old) = (short_name(new_base), short_name(old_base));
        return Err(raise::type_error(th, format_args!("__bases__ assignment: '{new}' object layout differs from '{old}'")));
    }
    super::watch::tell(th, ty);
    let (old_bases, old_base) = (super::bases(th, ty), old_base.to_owned());
    swap_bases(th, ty, bases, new_base);
    let mut done = Vec::new();
    let recomputed = recompute_mros(th, ty, &mut done);
    // `mro()` of a metaclass may have given the class other bases meanwhile: then those count.
    let current = super::bases(th, ty).is(bases);
    if let Err(raised) = recomputed {
        let exception = th.take_exception();
        for (class, new, old) in done.into_iter().rev() {
            if let Some(class) = as_type(&class)
                && lookup::mro(th, class).is_some_and(|mro| mro.is(&*new))
            {
                set_mro(th, class, old);
            }
        }
        if let Some(base) = as_type(&old_base).filter(|_| current) {
            swap_bases(th, ty, &old_bases, base);
        }
        if let Some(exception) = exception {
            return Err(th.set_exception(exception));
        }
        return Err(raised);
    }
    if !current {
        return Ok(());
    }
    let locked = lookup::lock_types_to_change(th, ty, Concerned::All);
    refresh_slots(&locked, ty);
    Ok(())
}

fn refresh_slots(th: &Thread, ty: &Type) {
    lookup::invalidate_locked(th, ty);
    update::fixup_slots(th, ty);
    for sub in lookup::subclasses_locked(th, ty) {
        if let Some(sub) = as_type(&sub) {
            refresh_slots(th, sub);
        }
    }
}

fn swap_bases(th: &mut Thread, ty: &Type, bases: &Tuple, base: &Type) {
    heap::incref(bases);
    heap::incref(base);
    let locked = lookup::lock_types_to_change(th, ty, Concerned::Tagged);
    // R6: while nobody waits and nothing is shared, the class stays as private as it is.
    locked.barrier(ty, bases);
    lookup::invalidate_locked(&locked, ty);
    // SAFETY: R9: under the type lock; the fields' old counts are given up below.
    let (old_bases, old_base) = unsafe {
        let raw = ty.raw();
        let old = ((*raw).tp_bases, (*raw).tp_base);
        heap::store_word(&raw mut (*raw).tp_bases, bases.as_ptr());
        heap::store_word(&raw mut (*raw).tp_base, base.raw());
        old
    };
    // A class is listed under its bases and under nothing else, whatever `mro()` does next: it leaves those lists when it ends.
    // SAFETY: R2: the field's old count is still held.
    if let Some(old) = unsafe { old_bases.cast::<Object>().as_ref() } {
        // SAFETY: `tp_bases` holds a tuple.
        let old: &Tuple = unsafe { old.cast_unchecked() };
        for old in old.iter().filter_map(as_type) {
            lookup::remove_subclass(old, ty);
        }
    }
    for new in bases.iter().filter_map(as_type) {
        lookup::add_subclass(new, ty);
    }
    drop(locked);
    // SAFETY: R2: as said.
    unsafe {
        drop(Ref::<Object>::from_raw_nullable(old_bases));
        drop(Ref::<Object>::from_raw_nullable(old_base.cast()));
    }
}

/// New MROs of a class and its subclasses; `done` gets class, new and old MRO of each that changed.
fn recompute_mros(th: &mut Thread, ty: &Type, done: &mut Vec<(Ref<Object>, Ref<Tuple>, Ref<Tuple>)>) -> Result<(), Raised> {
    ops::native_recursion(th, "")?;
    let before = lookup::mro(th, ty);
    let order = mro::compute(th, ty)?;
    let now = lookup::mro(th, ty);
    if before.as_deref().map(core::ptr::from_ref) != now.as_deref().map(core::ptr::from_ref) {
        // `mro()` of a metaclass has changed it meanwhile, and the subclasses with it.
        return Ok(());
    }
    set_mro(th, ty, order.clone());
    if let Some(before) = before {
        done.push((ty.to_owned(), order, before));
    }
    for sub in lookup::subclasses(th, ty) {
        if let Some(sub) = as_type(&sub) {
            recompute_mros(th, sub, done)?;
        }
    }
    Ok(())
}

pub fn set_mro(th: &mut Thread, ty: &Type, order: Ref<Tuple>) {
    let locked = lookup::lock_types_to_change(th, ty, Concerned::Tagged);
    locked.barrier(ty, &*order);
    lookup::invalidate_locked(&locked, ty);
    // SAFETY: R9: under the type lock.
    let old = unsafe {
        let raw = ty.raw();
        let old = (*raw).tp_mro;
        heap::store_word(&raw mut (*raw).tp_mro, order.into_raw());
        old
    };
    drop(locked);
    // SAFETY: R2: the field's count is given up.
    unsafe { drop(Ref::<Object>::from_raw_nullable(old)) };
}

// --- annotations (PEP 649) ---

/// `cls.__annotate__`
pub fn annotate(th: &mut Thread, ty: &Type) -> Result<Ref<Object>, Raised> {
    if !ty.is_our_heaptype() {
        let name = short_name(ty);
        return Err(raise::attribute_error(th, ty, &names::__annotate__, &format!("type object '{name}' has no attribute '__annotate__'")));
    }
    let Some(dict) = lookup::own_dict(ty) else { return Ok(crate::none_ref()) };
    let found = dict.get_str(th, &names::__annotate_func__).or_else(|| dict.get_str(th, &names::__annotate__));
    match found {
        Some(found) => match found.ty().tp_descr_get() {
            Some(get) => ops::cslot::descr_get(th, get, &found, None, Some(ty)),
            None => Ok(found),
        },
        None => Ok(crate::none_ref()),
    }
}

/// `cls.__annotate__ = value`
pub fn set_annotate(th: &mut Thread, ty: &Type, value: Option<&Object>) -> Result<(), Raised> {
    let Some(value) = value else {
        return Err(raise::type_error(th, format_args!("cannot delete __annotate__ attribute")));
    };
    if ty.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE as u64) {
        let name = ops::message_name(ty);
        return Err(raise::type_error(th, format_args!("cannot set '__annotate__' attribute of immutable type '{name}'")));
    }
    if !value.is(crate::none()) && !ops::is_callable(value) {
        return Err(raise::type_error(th, format_args!("__annotate__ must be callable or None")));
    }
    set_in_namespace(th, ty, names::__annotate_func__.get(), Some(value))?;
    if !value.is(crate::none()) {
        forget(th, ty, names::__annotations_cache__.get());
        forget(th, ty, names::__annotations__.get());
    }
    Ok(())
}

fn forget(th: &mut Thread, ty: &Type, name: &'static Str) {
    if lookup::own_dict(ty).is_some_and(|d| d.get_str(th, name).is_some()) {
        let removed = set_in_namespace(th, ty, name, None);
        debug_assert!(removed.is_ok(), "a name that is there can be removed");
    }
}

/// `cls.__annotations__`
pub fn annotations(th: &mut Thread, ty: &Type) -> Result<Ref<Object>, Raised> {
    if !ty.is_our_heaptype() {
        let name = short_name(ty);
        return Err(raise::attribute_error(th, ty, &names::__annotations__, &format!("type object '{name}' has no attribute '__annotations__'")));
    }
    let Some(dict) = lookup::own_dict(ty) else { return Ok(crate::none_ref()) };
    let found = dict.get_str(th, &names::__annotations__).or_else(|| dict.get_str(th, &names::__annotations_cache__));
    if let Some(found) = found {
        return match found.ty().tp_descr_get() {
            Some(get) => ops::cslot::descr_get(th, get, &found, None, Some(ty)),
            None => Ok(found),
        };
    }
    let function = annotate(th, ty)?;
    let made: Ref<Object> = if ops::is_callable(&function) {
        let format = crate::Int::from_i64(th, 1);
        let made = ops::call(th, &function, &[&format])?;
        if !made.is_a::<Dict>() {
            let got = ops::type_name(&made);
            return Err(raise::type_error(th, format_args!("__annotate__ returned non-dict of type '{got}'")));
        }
        made
    } else {
        Dict::new(th).up()
    };
    set_in_namespace(th, ty, names::__annotations_cache__.get(), Some(&made))?;
    Ok(made)
}

/// `cls.__annotations__ = value`
pub fn set_annotations(th: &mut Thread, ty: &Type, value: Option<&Object>) -> Result<(), Raised> {
    if ty.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE as u64) {
        let name = ops::message_name(ty);
        return Err(raise::type_error(th, format_args!("cannot set '__annotations__' attribute of immutable type '{name}'")));
    }
    let in_dict = lookup::own_dict(ty).is_some_and(|d| d.get_str(th, &names::__annotations__).is_some());
    let name = if in_dict || value.is_none() && !in_dict && lookup::own_dict(ty).is_some_and(|d| d.get_str(th, &names::__annotations_cache__).is_none()) {
        names::__annotations__.get()
    } else {
        names::__annotations_cache__.get()
    };
    if value.is_none() && lookup::own_dict(ty).is_some_and(|d| d.get_str(th, name).is_none()) {
        return Err(raise::attribute_error(th, ty, &names::__annotations__, "__annotations__"));
    }
    set_in_namespace(th, ty, name, value)?;
    forget(th, ty, names::__annotate_func__.get());
    forget(th, ty, names::__annotate__.get());
    Ok(())
}

const _: () = assert!(offset_of!(abi::PyHeapTypeObject, ht_name) > size_of::<abi::PyTypeObject>());
