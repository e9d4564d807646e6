//! `_abc`: what `abc.ABCMeta` knows of each abstract class, and its answers to `isinstance` and `issubclass`.
//!
//! Invariant: an [`AbcData`]'s sets are touched under its lock only, never across a call-out. They name classes weakly.
//! In front of them each thread remembers answers by the version tags of both classes, which are never used twice: a
//! repeated question takes no lock and writes nothing that others read.
#![allow(unsafe_code, reason = "the sets are reached through a cell under the object's lock")]

use core::cell::{Cell, UnsafeCell};
use std::collections::HashMap;

use heap::sync::{AtomicU64, Ordering::Relaxed};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::weakref::WeakRef;
use objects::{FrozenSet, Int, List, Set, Str, Tuple, names, not_implemented, ops, raise, typing};

/// Grows with each registration: negative answers from before are forgotten.
static REGISTRATIONS: AtomicU64 = AtomicU64::new(0);

const COLLECTION_FLAGS: u64 = (abi::Py_TPFLAGS_SEQUENCE | abi::Py_TPFLAGS_MAPPING) as u64;

/// Internal state held by ABC machinery.
#[pytype(name = "_abc_data", module = "_abc", lock = instance, gc = custom)]
#[repr(C)]
pub struct AbcData {
    head: Head,
    #[untraversed]
    sets: UnsafeCell<Sets>,
}

#[derive(Default)]
struct Sets {
    registry: Vec<Ref<WeakRef>>,
    cache: WeakSet,
    negative: WeakSet,
    /// What [`REGISTRATIONS`] was when the negative answers were given.
    negative_version: u64,
}

/// Classes by address.
#[derive(Default)]
struct WeakSet {
    members: HashMap<usize, Ref<WeakRef>>,
    /// When it has so many, those that ended are thrown out.
    sweep_at: usize,
}

fn address(object: &Object) -> usize {
    core::ptr::from_ref(object) as usize
}

impl WeakSet {
    fn contains(&self, th: &Thread, object: &Object) -> bool {
        // Another object may have come to lie where one that ended was.
        self.members.get(&address(object)).and_then(|member| member.upgrade(th)).is_some_and(|member| member.is(object))
    }

    /// Adds; what falls out goes to `out`, because nothing may end here.
    fn add(&mut self, th: &Thread, object: &Object, reference: Ref<WeakRef>, out: &mut Vec<Ref<WeakRef>>) {
        if self.members.len() >= self.sweep_at.max(16) {
            let ended = self.members.extract_if(|_, member| member.upgrade(th).is_none());
            out.extend(ended.map(|(_, member)| member));
            self.sweep_at = self.members.len() * 2;
        }
        out.extend(self.members.insert(address(object), reference));
    }
}

impl Traverse for AbcData {
    fn traverse(&self, visitor: &mut Visitor) {
        // SAFETY: R6: traversals run where no other thread can write it.
        let sets = unsafe { &*self.sets.get() };
        let all = sets.registry.iter().chain(sets.cache.members.values()).chain(sets.negative.members.values());
        for reference in all {
            visitor.reference(reference);
        }
    }
}

impl Clear for AbcData {
    fn clear(&self, th: &mut Thread) {
        let old = self.with(th, |sets, _| core::mem::take(sets));
        drop(old);
    }
}

/// Which of the sets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Positive,
    Negative,
}

/// What the caches say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Yes,
    No,
    Nothing,
}

impl AbcData {
    /// One stretch under the lock; nothing in it calls out or ends objects.
    fn with<R>(&self, th: &mut Thread, body: impl FnOnce(&mut Sets, &Thread) -> R) -> R {
        let guard = th.lock(self.as_object());
        // SAFETY: R9: the object is *mine* or locked by the guard, which outlives the use.
        body(unsafe { &mut *self.sets.get() }, &guard)
    }

    /// A cached answer. Negative ones are forgotten first if there were registrations since.
    fn known(&self, th: &mut Thread, subclass: &Object) -> Known {
        let now = REGISTRATIONS.load(Relaxed);
        let mut out = HashMap::new();
        let known = self.with(th, |sets, th| {
            if sets.negative_version < now {
                out = core::mem::take(&mut sets.negative.members);
                sets.negative_version = now;
            }
            if sets.cache.contains(th, subclass) {
                Known::Yes
            } else if sets.negative.contains(th, subclass) {
                Known::No
            } else {
                Known::Nothing
            }
        });
        drop(out);
        known
    }

    /// Keeps an answer. One about a class of this thread's own is none for the others: in common data it would make the class common (R6), with
    /// all that it reaches; the thread has remembered it for itself.
    fn remember(&self, th: &mut Thread, subclass: &Object, which: Which) -> Result<(), Raised> {
        if self.as_object().owner() == 0 && subclass.owner() != 0 {
            return Ok(());
        }
        let reference = WeakRef::new(th, subclass, None)?;
        let mut out = Vec::new();
        self.with(th, |sets, th| {
            // R6: the store barrier of a field that is no `Slot`.
            th.barrier(self, &reference);
            let set = if which == Which::Positive { &mut sets.cache } else { &mut sets.negative };
            set.add(th, subclass, reference, &mut out);
        });
        drop(out);
        Ok(())
    }

    /// The registered classes that still live.
    fn registered(&self, th: &mut Thread) -> Vec<Ref<Object>> {
        let mut out = Vec::new();
        let living = self.with(th, |sets, th| {
            let living: Vec<_> = sets.registry.iter().filter_map(|member| member.upgrade(th)).collect();
            if living.len() < sets.registry.len() {
                out.extend(sets.registry.extract_if(.., |member| member.upgrade(th).is_none()));
            }
            living
        });
        drop(out);
        living
    }
}

#[pymethods]
impl AbcData {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<AbcData> {
        th.new_instance(cls, AbcData { head: Head::INIT, sets: UnsafeCell::new(Sets::default()) })
    }
}

/// The state of an abstract class.
fn data_of(th: &mut Thread, cls: &Object) -> Result<Ref<AbcData>, Raised> {
    let found = ops::getattr(th, cls, &names::_abc_impl)?;
    found.downcast_exact::<AbcData>().map_err(|_| raise::type_error(th, format_args!("_abc_impl is set to a wrong type")))
}

// --- what each thread remembers ---

/// An answer, by the version tags of the abstract class and the other.
#[derive(Clone, Copy)]
struct Answer {
    tags: u64,
    registrations: u64,
    holds: bool,
}

const ANSWERS: usize = 256;

thread_local! {
    static RECENT: [Cell<Answer>; ANSWERS] = const { [const { Cell::new(Answer { tags: 0, registrations: 0, holds: false }) }; ANSWERS] };
}

/// The tags of both classes; 0 if one has none.
fn tags_of(th: &Thread, cls: &Object, subclass: &Object) -> u64 {
    match (typing::as_type(cls), typing::as_type(subclass)) {
        (Some(cls), Some(subclass)) => match (typing::lookup::assign_tag(th, cls), typing::lookup::assign_tag(th, subclass)) {
            (0, _) | (_, 0) => 0,
            (cls, subclass) => u64::from(cls) << 32 | u64::from(subclass),
        },
        _ => 0,
    }
}

fn place_of(tags: u64) -> usize {
    (tags.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize % ANSWERS
}

/// An answer stands in one of two places.
fn recall(tags: u64) -> Option<bool> {
    if tags == 0 {
        return None;
    }
    let place = place_of(tags);
    let answers = RECENT.with(|recent| [recent[place].get(), recent[place ^ 1].get()]);
    let now = REGISTRATIONS.load(Relaxed);
    answers.iter().find(|answer| answer.tags == tags && answer.registrations == now).map(|answer| answer.holds)
}

/// Keeps an answer that was found when there were so many registrations.
fn keep(tags: u64, registrations: u64, holds: bool) {
    if tags != 0 {
        let place = place_of(tags);
        RECENT.with(|recent| {
            // The one that was there may still be asked for, too.
            recent[place ^ 1].set(recent[place].replace(Answer { tags, registrations, holds }));
        });
    }
}

// --- making an abstract class ---

fn is_abstract(th: &mut Thread, value: &Object) -> Result<bool, Raised> {
    match ops::getattr_opt(th, value, &names::__isabstractmethod__)? {
        Some(mark) => ops::is_true(th, &mark),
        None => Ok(false),
    }
}

/// Sets `__abstractmethods__`: the abstract names of the class itself, and those of its bases that are still so.
fn compute_abstract_methods(th: &mut Thread, cls: &Object, name: &Str) -> Result<(), Raised> {
    let abstracts = Set::new(th);
    let entries = match typing::as_type(cls).and_then(typing::lookup::own_dict) {
        Some(dict) => dict.snapshot(th),
        None => return Err(raise::type_error(th, format_args!("_abc_init() argument must be a class"))),
    };
    for (key, value) in entries {
        if is_abstract(th, &value)? {
            abstracts.add(th, &key)?;
        }
    }
    let bases = ops::getattr(th, cls, &names::__bases__)?;
    let Some(bases) = bases.downcast_ref::<Tuple>() else {
        return Err(raise::type_error(th, format_args!("__bases__ is not tuple")));
    };
    for base in bases.iter() {
        let Some(inherited) = ops::getattr_opt(th, base, name)? else { continue };
        for key in ops::to_vec(th, &inherited)? {
            let Some(text) = key.downcast_ref::<Str>() else {
                return Err(raise::type_error(th, format_args!("attribute name must be string, not '{}'", ops::type_name(&key))));
            };
            if let Some(value) = ops::getattr_opt(th, cls, text)?
                && is_abstract(th, &value)?
            {
                abstracts.add(th, &key)?;
            }
        }
    }
    let frozen = ops::call(th, <FrozenSet as PyType>::type_object(), &[&abstracts])?;
    ops::setattr(th, cls, name, &frozen)
}

/// Takes the class's `__abc_tpflags__` over: whether its instances match sequence or mapping patterns.
fn take_flags(th: &mut Thread, cls: &Object) -> Result<(), Raised> {
    let Some(ty) = typing::as_type(cls) else { return Ok(()) };
    let Some(dict) = typing::lookup::own_dict(ty) else { return Ok(()) };
    let name = objects::intern(th, "__abc_tpflags__");
    let Some(flags) = dict.get_str(th, name) else { return Ok(()) };
    let Some(flags) = flags.downcast_exact_ref::<Int>() else { return Ok(()) };
    let flags = flags.view().wrapping_u64() & COLLECTION_FLAGS;
    if flags == COLLECTION_FLAGS {
        return Err(raise::type_error(th, format_args!("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING")));
    }
    ty.set_flags(flags);
    dict.del_str(th, name);
    Ok(())
}

/// Gives a registered class, and its subclasses, the abstract class's collection flag.
fn set_flag_recursively(th: &mut Thread, ty: &Type, flag: u64) -> Result<(), Raised> {
    if ty.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE as u64) || ty.flags() & COLLECTION_FLAGS == flag {
        return Ok(());
    }
    ops::native_recursion(th, " in register")?;
    ty.clear_flags(COLLECTION_FLAGS);
    ty.set_flags(flag);
    for subclass in typing::lookup::subclasses(th, ty) {
        if let Some(subclass) = typing::as_type(&subclass) {
            set_flag_recursively(th, subclass, flag)?;
        }
    }
    Ok(())
}

// --- answers ---

/// `cls.__subclasscheck__(subclass)`, by way of the class, because a metaclass may have its own.
fn ask_class(th: &mut Thread, cls: &Object, subclass: &Object) -> Result<bool, Raised> {
    let result = ops::call_method(th, cls, &names::__subclasscheck__, &[subclass])?;
    ops::is_true(th, &result)
}

/// The answer as it is found out the first time.
fn find_out(th: &mut Thread, data: &AbcData, cls: &Object, subclass: &Object) -> Result<bool, Raised> {
    let hook = ops::call_method(th, cls, &names::__subclasshook__, &[subclass])?;
    if hook.is(objects::true_()) {
        return Ok(true);
    }
    if hook.is(objects::false_()) {
        return Ok(false);
    }
    if !hook.is(not_implemented()) {
        return Err(raise::assertion_error(th, format_args!("__subclasshook__ must return either False, True, or NotImplemented")));
    }
    if let (Some(cls), Some(subclass)) = (typing::as_type(cls), typing::as_type(subclass))
        && heap::is_subtype(subclass, cls)
    {
        return Ok(true);
    }
    let registered = data.registered(th);
    if registered.iter().any(|member| member.is(subclass)) {
        return Ok(true);
    }
    for member in &registered {
        if ops::issubclass(th, subclass, member)? {
            return Ok(true);
        }
    }
    let name = objects::intern(th, "__subclasses__");
    let subclasses = ops::call_method(th, cls, name, &[])?;
    let Some(subclasses) = subclasses.downcast_ref::<List>() else {
        return Err(raise::type_error(th, format_args!("__subclasses__() must return a list")));
    };
    for member in subclasses.snapshot(th) {
        if ops::issubclass(th, subclass, &member)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether finding out asks classes whose metaclass has a check of its own. `typing`'s protocols look who calls theirs: the module `abc` may.
fn asks_python(th: &mut Thread, data: &AbcData, cls: &Object) -> bool {
    let below = typing::as_type(cls).map(|ty| typing::lookup::subclasses(th, ty)).unwrap_or_default();
    let own_check = |th: &Thread, class: &Object| {
        typing::as_type(class).is_some_and(|class| !class.ty().is(typing::type_type()) && !ops::class::SUBCLASS_CHECK.covers(th, class.ty()))
    };
    below.iter().any(|class| own_check(th, class)) || data.registered(th).iter().any(|class| own_check(th, class))
}

fn subclass_check(th: &mut Thread, cls: &Object, subclass: &Object) -> Result<bool, Raised> {
    check_subclass(th, cls, subclass, false)
}

/// The check where no method of `ABCMeta` has been called; that is made up for where somebody may see it.
fn subclass_shortcut(th: &mut Thread, cls: &Object, subclass: &Object) -> Result<bool, Raised> {
    check_subclass(th, cls, subclass, true)
}

fn check_subclass(th: &mut Thread, cls: &Object, subclass: &Object, shortcut: bool) -> Result<bool, Raised> {
    if typing::as_type(subclass).is_none() {
        return Err(raise::type_error(th, format_args!("issubclass() arg 1 must be a class")));
    }
    let (tags, registrations) = (tags_of(th, cls, subclass), REGISTRATIONS.load(Relaxed));
    if let Some(holds) = recall(tags) {
        return Ok(holds);
    }
    let data = data_of(th, cls)?;
    let holds = match data.known(th, subclass) {
        Known::Yes => true,
        Known::No => false,
        Known::Nothing => {
            if shortcut
                && asks_python(th, &data, cls)
                && let Some(method) = ops::class::SUBCLASS_CHECK.method(th)
            {
                let result = ops::call(th, &method, &[cls, subclass])?;
                return ops::is_true(th, &result);
            }
            let holds = find_out(th, &data, cls, subclass)?;
            data.remember(th, subclass, if holds { Which::Positive } else { Which::Negative })?;
            holds
        }
    };
    keep(tags, registrations, holds);
    Ok(holds)
}

fn instance_check(th: &mut Thread, cls: &Object, instance: &Object) -> Result<bool, Raised> {
    let actual = instance.ty().to_ref();
    let claimed = ops::getattr_opt(th, instance, &names::__class__)?.unwrap_or_else(|| actual.clone().up());
    let (tags, registrations) = (tags_of(th, cls, &claimed), REGISTRATIONS.load(Relaxed));
    if let Some(holds) = recall(tags)
        && (holds || claimed.is(&*actual))
    {
        return Ok(holds);
    }
    let data = data_of(th, cls)?;
    let known = data.known(th, &claimed);
    if known != Known::Nothing {
        keep(tags, registrations, known == Known::Yes);
    }
    match known {
        Known::Yes => return Ok(true),
        Known::No if claimed.is(&*actual) => return Ok(false),
        _ => {}
    }
    if ask_class(th, cls, &claimed)? {
        return Ok(true);
    }
    if claimed.is(&*actual) {
        return Ok(false);
    }
    ask_class(th, cls, &actual)
}

/// `ABCMeta`'s checks call this module and nothing else: `isinstance` and `issubclass` need not go through them.
fn install_shortcuts(th: &mut Thread, cls: &Object) {
    if ops::class::SUBCLASS_CHECK.is_installed() {
        return;
    }
    let Some(mro) = typing::lookup::mro(th, cls.ty()) else { return };
    for metaclass in mro.iter().filter_map(typing::as_type) {
        let of_abc = typing::module_of(th, metaclass).is_some_and(|module| module.downcast_ref::<Str>().is_some_and(|name| name.eq_text("abc")));
        if of_abc && typing::short_name(metaclass) == "ABCMeta" {
            ops::class::INSTANCE_CHECK.install(th, metaclass, instance_check);
            ops::class::SUBCLASS_CHECK.install(th, metaclass, subclass_shortcut);
        }
    }
}

fn weak_set(th: &mut Thread, members: Vec<Ref<WeakRef>>) -> Result<Ref<Set>, Raised> {
    let set = Set::new(th);
    for member in members {
        set.add(th, &member)?;
    }
    Ok(set)
}

#[pymodule(name = "_abc", hidden(AbcData))]
pub mod abc {
    //! Module contains faster implementation of abc.ABCMeta
    use super::*;

    /// Internal ABC helper to reset registry of a given class.
    ///
    /// Should be only used by refleak.py
    #[function(sig = "(self, /)")]
    fn _reset_registry(th: &mut Thread, cls: &Object) -> Result<(), Raised> {
        let data = data_of(th, cls)?;
        let old = data.with(th, |sets, _| core::mem::take(&mut sets.registry));
        REGISTRATIONS.fetch_add(1, Relaxed);
        drop(old);
        Ok(())
    }

    /// Internal ABC helper to reset both caches of a given class.
    ///
    /// Should be only used by refleak.py
    #[function(sig = "(self, /)")]
    fn _reset_caches(th: &mut Thread, cls: &Object) -> Result<(), Raised> {
        let data = data_of(th, cls)?;
        let old = data.with(th, |sets, _| (core::mem::take(&mut sets.cache), core::mem::take(&mut sets.negative)));
        // What threads remember goes, too.
        REGISTRATIONS.fetch_add(1, Relaxed);
        drop(old);
        Ok(())
    }

    /// Internal ABC helper for cache and registry debugging.
    ///
    /// Return shallow copies of registry, of both caches, and
    /// negative cache version. Don't call this function directly,
    /// instead use ABC._dump_registry() for a nice repr.
    #[function(sig = "(self, /)")]
    fn _get_dump(th: &mut Thread, cls: &Object) -> Result<Ref<Tuple>, Raised> {
        let data = data_of(th, cls)?;
        let (registry, cache, negative, version) = data.with(th, |sets, _| {
            let all = |set: &WeakSet| set.members.values().cloned().collect();
            (sets.registry.clone(), all(&sets.cache), all(&sets.negative), sets.negative_version)
        });
        let (registry, cache, negative) = (weak_set(th, registry)?, weak_set(th, cache)?, weak_set(th, negative)?);
        let version = Int::from_u64(th, version);
        Ok(Tuple::from_slice(th, &[&registry, &cache, &negative, &version]))
    }

    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[function(sig = "(self, /)")]
    fn _abc_init(th: &mut Thread, cls: &Object) -> Result<(), Raised> {
        let name = objects::intern(th, "__abstractmethods__");
        compute_abstract_methods(th, cls, name)?;
        let data = th.new_object(AbcData { head: Head::INIT, sets: UnsafeCell::new(Sets::default()) });
        ops::setattr(th, cls, &names::_abc_impl, &data)?;
        install_shortcuts(th, cls);
        take_flags(th, cls)
    }

    /// Internal ABC helper for subclasss registration. Should be never used outside abc module.
    #[function(sig = "(self, subclass, /)")]
    fn _abc_register(th: &mut Thread, cls: &Object, subclass: &Object) -> Result<Ref<Object>, Raised> {
        if typing::as_type(subclass).is_none() {
            return Err(raise::type_error(th, format_args!("Can only register classes")));
        }
        if ops::issubclass(th, subclass, cls)? {
            return Ok(subclass.to_owned());
        }
        // The other way round it would be a cycle, which makes no sense and would not end.
        if ops::issubclass(th, cls, subclass)? {
            return Err(raise::runtime_error(th, format_args!("Refusing to create an inheritance cycle")));
        }
        let data = data_of(th, cls)?;
        let reference = WeakRef::new(th, subclass, None)?;
        data.with(th, |sets, th| {
            // R6: the store barrier of a field that is no `Slot`.
            th.barrier(&*data, &reference);
            sets.registry.push(reference);
        });
        REGISTRATIONS.fetch_add(1, Relaxed);
        if let (Some(cls), Some(sub)) = (typing::as_type(cls), typing::as_type(subclass)) {
            let flag = cls.flags() & COLLECTION_FLAGS;
            if flag != 0 {
                set_flag_recursively(th, sub, flag)?;
            }
        }
        Ok(subclass.to_owned())
    }

    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[function(sig = "(self, instance, /)")]
    fn _abc_instancecheck(th: &mut Thread, cls: &Object, instance: &Object) -> Result<bool, Raised> {
        instance_check(th, cls, instance)
    }

    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[function(sig = "(self, subclass, /)")]
    fn _abc_subclasscheck(th: &mut Thread, cls: &Object, subclass: &Object) -> Result<bool, Raised> {
        subclass_check(th, cls, subclass)
    }

    /// Returns the current ABC cache token.
    ///
    /// The token is an opaque object (supporting equality testing) identifying the
    /// current version of the ABC cache for virtual subclasses. The token changes
    /// with every call to register() on any ABC.
    #[function]
    fn get_cache_token() -> u64 {
        REGISTRATIONS.load(Relaxed)
    }
}

