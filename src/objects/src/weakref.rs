//! Weak references: `weakref.ref` and what their referents' ends do to them. The proxies are in [`proxy`], who refers to whom in [`table`].
//!
//! Invariant: `referent` names the object until its end or the collector clears it (then it names `None`), and the table lists the
//! reference for exactly that long. A reference to a common object is common, and shares its referent when it is shared (R6).
#![allow(unsafe_code, reason = "referents are not counted")]

pub mod proxy;
mod table;

use heap::sync::{AtomicIsize, AtomicPtr, Ordering::*};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

pub use proxy::{CallableProxy, Proxy};

use crate::glue::{self, *};
use crate::{Str, names, none, not_implemented_ref, ops, raise};

#[pytype(
    name = "ReferenceType",
    module = "weakref",
    export = "_PyWeakref_RefType",
    flags(BASETYPE, WEAK_REFERENCE),
    layout = PyWeakReference,
    vectorcall
)]
#[repr(C)]
pub struct WeakRef {
    head: Head,
    #[untraversed]
    referent: AtomicPtr<Object>,
    #[member(none, name = "__callback__", readonly, doc = none)]
    callback: Slot,
    /// The referent's hash, once somebody asked; -1 before.
    hash: AtomicIsize,
    /// The ABI's links; unused.
    links: [usize; 2],
    vectorcall: Option<vectorcallfunc>,
}

impl WeakRef {
    fn fields(referent: &Object, callback: Option<Ref<Object>>) -> WeakRef {
        WeakRef {
            head: Head::INIT,
            referent: AtomicPtr::new(core::ptr::from_ref(referent).cast_mut()),
            callback: Slot::from_option(callback),
            hash: AtomicIsize::new(-1),
            links: [0; 2],
            vectorcall: WeakRef::VECTORCALL,
        }
    }

    /// A reference to `referent`; one without a callback is shared by all who ask for it.
    pub fn new(th: &mut Thread, referent: &Object, callback: Option<&Object>) -> Result<Ref<WeakRef>, Raised> {
        create(th, WeakRef::type_object(), referent, callback)
    }

    /// The referent, counted; `None` once it has ended.
    #[inline]
    pub fn upgrade(&self, th: &Thread) -> Option<Ref<Object>> {
        let referent = self.referent.load(Acquire);
        // SAFETY: R8: an object's end clears the field before its memory is retired, so what is read here stays until this
        // thread's next safepoint; a private referent's end is this thread's own doing.
        let referent = unsafe { &*referent };
        if referent.is(none()) {
            return None;
        }
        // SAFETY: R2: the count was just taken.
        th.try_incref(referent).then(|| unsafe { Ref::from_raw(referent.as_ptr()) })
    }

    /// The referent's address while it lives.
    fn target(&self) -> Option<usize> {
        let referent = self.referent.load(Acquire);
        (!core::ptr::eq(referent, none())).then_some(referent as usize)
    }

    /// Forgets the referent and the callback.
    pub fn clear(&self, th: &mut Thread) {
        table::remove(self);
        self.forget();
        if let Some(callback) = self.callback.take(th, self) {
            th.release(callback);
        }
    }

    fn forget(&self) {
        self.referent.store(core::ptr::from_ref(none()).cast_mut(), Release);
    }

    /// Basic references have no callback and no class of their own: each referent needs one of a kind.
    fn is_basic(&self) -> bool {
        self.callback.is_null() && (self.is_exactly::<WeakRef>() || proxy::is_proxy(self))
    }
}

impl Drop for WeakRef {
    fn drop(&mut self) {
        table::remove(self);
    }
}

/// A weak reference of class `cls`: `ReferenceType`, a subclass, or a proxy type.
pub fn create(th: &mut Thread, cls: &Type, referent: &Object, callback: Option<&Object>) -> Result<Ref<WeakRef>, Raised> {
    if !referent.ty().supports_weakrefs() {
        let name = ops::type_name(referent);
        return Err(raise::type_error(th, format_args!("cannot create weak reference to '{name}' object")));
    }
    let callback = callback.filter(|callback| !callback.is(none()));
    let basic = callback.is_none() && (core::ptr::eq(cls, WeakRef::type_object()) || proxy::is_proxy_type(cls));
    if basic && let Some(found) = table::basic(th, referent, cls) {
        return Ok(found);
    }
    let made = proxy::instance(th, cls, WeakRef::fields(referent, callback.map(Heaped::to_ref)));
    // R6: whoever finds the referent finds the reference.
    th.barrier(referent, &made);
    match table::insert(referent, &made, basic) {
        None => Ok(made),
        Some(first) => {
            made.forget();
            th.release(made);
            Ok(first)
        }
    }
}

/// The first weak reference to an object (`__weakref__`).
pub fn first(th: &Thread, referent: &Object) -> Option<Ref<Object>> {
    all(th, referent).into_iter().next()
}

/// All weak references to an object, in the order in which their callbacks would run.
pub fn all(_: &Thread, referent: &Object) -> Vec<Ref<Object>> {
    table::list(referent).into_iter().map(Ref::up).collect()
}

/// How many weak references to an object there are.
pub fn count(referent: &Object) -> usize {
    table::count(referent)
}

// --- what the heap asks for ---

/// The object ends: its weak references are cleared, then their callbacks run.
pub fn clear(th: &mut Thread, referent: &Object) {
    let refs = table::take(referent);
    call_callbacks(th, refs);
}

/// From now on no weak reference to the object can be upgraded; their callbacks wait for [`clear`]. For objects whose end is a
/// foreign destructor, which may count them up and down again (R2).
pub fn forbid_upgrade(referent: &Object) {
    table::forget(referent);
}

/// The object is garbage: its weak references are cleared, those with a callback are handed back.
pub fn detach(referent: &Object) -> Vec<Ref<Object>> {
    table::take(referent).into_iter().filter(|r| !r.callback.is_null()).map(Ref::up).collect()
}

/// Calls the callbacks of detached references.
pub fn call_detached(th: &mut Thread, refs: Vec<Ref<Object>>) {
    // SAFETY: made by `detach`, of weak references.
    let refs = refs.into_iter().map(|r| unsafe { r.cast_unchecked::<WeakRef>() }).collect();
    call_callbacks(th, refs);
}

/// Visits the weak references to an object.
pub fn visit(referent: &Object, visit: &mut dyn FnMut(&Object)) {
    table::visit(referent, visit);
}

/// Visits the referent of a weak reference: it is shared with it (R6).
pub fn visit_referent(reference: &Object, visit: &mut dyn FnMut(&Object)) {
    // SAFETY: R3: the flag `WEAK_REFERENCE` marks the types whose instances begin with a `WeakRef`.
    let reference: &WeakRef = unsafe { reference.cast_unchecked() };
    // SAFETY: R5: a private reference's referent is this thread's own; it is listed until its end.
    let referent = unsafe { &*reference.referent.load(Acquire) };
    if referent.count() != 0 {
        visit(referent);
    }
}

fn call_callbacks(th: &mut Thread, refs: Vec<Ref<WeakRef>>) {
    let mut calls = Vec::new();
    for reference in refs {
        match reference.callback.take(th, &*reference) {
            Some(callback) => calls.push((reference, callback)),
            None => th.release(reference),
        }
    }
    if calls.is_empty() {
        return;
    }
    // What is being raised meanwhile is not the callbacks' business.
    let raised = th.take_exception();
    for (reference, callback) in calls {
        match ops::call1(th, &callback, &reference) {
            Ok(result) => th.release(result),
            Err(_) => raise::unraisable(th, "Exception ignored while calling weakref callback", Some(&callback)),
        }
        th.release(callback);
        th.release(reference);
    }
    if let Some(raised) = raised {
        let _ = th.set_exception(raised);
    }
}

/// `(ob[, callback])`
fn arguments<'a>(th: &mut Thread, what: &str, args: Args<'a>) -> Result<(&'a Object, Option<&'a Object>), Raised> {
    match *args.as_slice() {
        [referent] => Ok((referent, None)),
        [referent, callback] => Ok((referent, Some(callback))),
        [] => Err(raise::type_error(th, format_args!("{what} expected at least 1 argument, got 0"))),
        _ => Err(raise::type_error(th, format_args!("{what} expected at most 2 arguments, got {}", args.len()))),
    }
}

/// The type's name with its module, where that tells something.
fn full_name(th: &mut Thread, object: &Object) -> String {
    let name = ops::qualified_type_name(th, object.ty());
    name.strip_prefix("__main__.").map_or_else(|| name.clone(), str::to_owned)
}

#[pymethods]
impl WeakRef {
    #[slot(tp_new)]
    fn py_new(th: &mut Thread, cls: &Type, args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<WeakRef>, Raised> {
        let (referent, callback) = arguments(th, "__new__", args)?;
        create(th, cls, referent, callback)
    }

    /// A call of the class itself.
    #[slot(tp_vectorcall, sig = "(*args, **kwargs)")]
    fn py_call(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<WeakRef>, Raised> {
        let made = WeakRef::py_new(th, cls, args, kwargs)?;
        made.init(th, args, kwargs)?;
        Ok(made)
    }

    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("ref() takes no keyword arguments")));
        }
        arguments(th, "__init__", args)?;
        Ok(())
    }

    #[slot(vectorcall)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("weakref() takes no keyword arguments")));
        }
        if !args.is_empty() {
            return Err(raise::type_error(th, format_args!("weakref expected 0 arguments, got {}", args.len())));
        }
        Ok(self.upgrade(th).unwrap_or_else(crate::none_ref))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let Some(referent) = self.upgrade(th) else { return Ok(Str::new(th, &format!("<weakref at {self:p}; dead>"))) };
        let name = ops::lookup_special(th, &referent, &names::__name__)?;
        let mut text = crate::text::Text::new(&format!("<weakref at {self:p}; to '{}' at {:p}", full_name(th, &referent), &*referent));
        if let Some(name) = name.as_ref().and_then(|name| (**name).downcast::<Str>()) {
            text.push(" (").push_str(name).push(")");
        }
        Ok(text.push(">").finish(th))
    }

    #[slot(tp_hash)]
    fn py_hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let known = self.hash.load(Relaxed);
        if known != -1 {
            return Ok(known);
        }
        let Some(referent) = self.upgrade(th) else { return Err(raise::type_error(th, format_args!("weak object has gone away"))) };
        let hash = ops::hash(th, &referent)?;
        self.hash.store(hash, Relaxed);
        Ok(hash)
    }

    /// Live referents are compared; otherwise the references themselves.
    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: glue::CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<WeakRef>().filter(|_| matches!(op, glue::CompareOp::Eq | glue::CompareOp::Ne)) else {
            return Ok(not_implemented_ref());
        };
        match (self.upgrade(th), other.upgrade(th)) {
            (Some(a), Some(b)) => ops::richcompare(th, &a, &b, op),
            _ => Ok(crate::bool_ref(Thread::same(self, other) == (op == glue::CompareOp::Eq))),
        }
    }

    /// Weakrefs are generic over the type of the referenced object.
    #[classmethod]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        crate::generic_alias(th, cls, object)
    }
}
