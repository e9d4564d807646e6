//! How objects end whose type is an extension's, or a class that derives from one (R2, R3, R14).
//!
//! Invariant: an extension's `tp_dealloc` is called once for each object, with the count at zero, and frees the memory by `tp_free`; it may call the
//! destructor of its base, which is ours (`heap::dealloc_entry`), for the part of the object that the base declares. An object that is ending so
//! stands in the thread's list meanwhile, by which that call is told from a call that ends the object.
#![allow(unsafe_code, reason = "destructors of extensions")]

use heap::prefix_flags::{FINALIZED, UNFINALIZED};
use heap::sync::Ordering::*;
use heap::{Object, Thread, Type, flags, foreign};

use super::instance;
use crate::start::per_thread;

/// Ends an object whose count is zero.
pub fn end(th: &mut Thread, object: &Object) {
    match object.ty().tp_dealloc() {
        Some(dealloc) if foreign::is_foreign(dealloc as *const ()) => run(th, object, dealloc),
        _ => end_own(th, object),
    }
}

/// Whether an extension's destructor for this object is under way: what it calls now ends only the part that a base of ours declares.
pub fn is_ending(th: &Thread, object: &Object) -> bool {
    per_thread(th).ending.borrow().contains(&core::ptr::from_ref(object))
}

/// Calls an extension's destructor behind the gate.
fn run(th: &mut Thread, object: &Object, dealloc: abi::destructor) {
    per_thread(th).ending.borrow_mut().push(object);
    // Whatever is being raised is none of the destructor's business, and what it raises itself nobody can receive.
    let raised = th.take_exception();
    // SAFETY: R4: the type's own destructor; the count is zero.
    foreign::call(th, dealloc as *const (), |th| foreign::show(th, object), || unsafe { dealloc(object.as_ptr()) });
    if th.exception().is_some() {
        let place = foreign::names::place(dealloc as usize);
        crate::raise::unraisable(th, &format!("Exception ignored in a tp_dealloc, {place}"), None);
    }
    if let Some(raised) = raised {
        let _ = th.set_exception(raised);
    }
    let mut ending = per_thread(th).ending.borrow_mut();
    // It is compared by its address alone: the object may be gone.
    if let Some(at) = ending.iter().rposition(|&entry| core::ptr::eq(entry, object)) {
        ending.remove(at);
    }
}

/// Ends an instance of a class of ours below an extension's type, or of an extension's type without a destructor of its own.
fn end_own(th: &mut Thread, object: &Object) {
    if object.ty().has_flag(flags::FINALIZER) && !finalize(th, object) {
        return;
    }
    crate::weakref::clear(th, object);
    let ty = object.ty();
    let is_counted = ty.has_flag(abi::Py_TPFLAGS_HEAPTYPE as u64);
    let class: *const Type = ty;
    match foreign_destructor(ty) {
        Some((base, dealloc)) => {
            // The destructor of a class that is counted by its instances gives that count up itself.
            let gives_up = base.has_flag(abi::Py_TPFLAGS_HEAPTYPE as u64);
            // A destructor of collectable objects does it first of all, others know nothing of the collector.
            if !base.has_flag(abi::Py_TPFLAGS_HAVE_GC as u64) {
                th.untrack(object);
            }
            // SAFETY: R2: the count is zero: its own fields are dropped once, here.
            unsafe { instance::drop_values(core::ptr::from_ref(object).cast_mut()) };
            run(th, object, dealloc);
            if is_counted && !gives_up {
                // SAFETY: R2: the instance's count on its class.
                unsafe { th.release_raw((*class).as_ptr()) };
            }
        }
        None => {
            end_base(th, object);
            if is_counted {
                // SAFETY: R2: as above.
                unsafe { th.release_raw((*class).as_ptr()) };
            }
        }
    }
}

/// The nearest base with an extension's own destructor.
fn foreign_destructor(ty: &Type) -> Option<(&Type, abi::destructor)> {
    let mut next = Some(ty);
    while let Some(ty) = next {
        if let Some(dealloc) = ty.tp_dealloc()
            && foreign::is_foreign(dealloc as *const ())
        {
            return Some((ty, dealloc));
        }
        next = super::base(ty);
    }
    None
}

/// Ends the part of an object that a base of ours declares, and frees the memory.
pub fn end_base(th: &mut Thread, object: &Object) {
    crate::weakref::clear(th, object);
    th.untrack(object);
    // SAFETY: R2: the count is zero; the fields are dropped once, here.
    unsafe { instance::drop_values(core::ptr::from_ref(object).cast_mut()) };
    let builtin = core::iter::successors(Some(object.ty()), |ty| super::base(ty)).find(|ty| !ty.has_flag(flags::FOREIGN));
    if let Some(drop) = builtin.and_then(Type::info).and_then(|info| info.drop) {
        // SAFETY: R2: as above; the object begins with the base's struct.
        unsafe { drop(core::ptr::from_ref(object).cast_mut()) };
    }
    match object.ty().tp_free() {
        Some(free) if foreign::is_foreign(free as *const ()) => {
            // SAFETY: R4: the type's own function, for memory that its `tp_alloc` made.
            foreign::call(th, free as *const (), |_| {}, || unsafe { free(object.as_ptr().cast()) });
        }
        // SAFETY: R2: nobody can take a new reference.
        _ => unsafe { th.free_foreign(object) },
    }
}

/// Calls `tp_finalize`, as C asks for it: an object that the collector may know is finalised once.
pub fn call_finalizer(th: &mut Thread, object: &Object) {
    let Some(finalize) = object.ty().tp_finalize() else { return };
    let is_gc = object.ty().has_flag(abi::Py_TPFLAGS_HAVE_GC as u64);
    let prefix = object.prefix().filter(|_| is_gc);
    if prefix.is_some_and(|prefix| prefix.flags.load(Relaxed) & (FINALIZED | UNFINALIZED) != 0) {
        return;
    }
    // SAFETY: R4: the type's own finalizer.
    foreign::call(th, finalize as *const (), |th| foreign::show(th, object), || unsafe { finalize(object.as_ptr()) });
    if let Some(prefix) = prefix {
        prefix.flags.fetch_or(FINALIZED, AcqRel);
    }
}

/// The same for a destructor, in which the count is zero; false if the object was brought back.
pub fn finalize_in_destructor(th: &mut Thread, object: &Object) -> bool {
    let head = object.as_ptr();
    // SAFETY: R2: the destructor is alone with the object; R14: it holds the world.
    unsafe {
        (*head).count = 1;
        call_finalizer(th, object);
        (*head).count -= 1;
        (*head).count == 0
    }
}

/// An object whose destructor ran out of native stack: it begins again when there is more.
pub fn deposit(th: &Thread, object: *mut abi::PyObject) {
    per_thread(th).deposited.borrow_mut().push(object);
}

/// The next such object.
pub fn next_deposited(th: &Thread) -> Option<*mut abi::PyObject> {
    per_thread(th).deposited.borrow_mut().pop()
}

/// Runs the finalizer once; false if it brought the object back.
fn finalize(th: &mut Thread, object: &Object) -> bool {
    if let Some(prefix) = object.prefix()
        && (prefix.flags.load(Relaxed) & UNFINALIZED != 0 || prefix.flags.fetch_or(FINALIZED, AcqRel) & FINALIZED != 0)
    {
        return true;
    }
    th.finalize_once(object)
}
