//! Bringing the object layer up: the hooks that the heap needs, the builtin types, and each thread's own data.
#![allow(unsafe_code, reason = "the per-thread record hangs off the thread as a plain pointer")]

use core::cell::RefCell;

use heap::hooks::CollectionEvent;
use heap::{Heaped, Object, Raised, Ref, Thread, Type};

use crate::typing::{self, lookup::MethodCache};
use crate::{exceptions, hooks, template, types, typevars, weakref};

/// What this layer keeps for each thread.
pub struct PerThread {
    /// The method cache.
    pub methods: Box<MethodCache>,
    /// Objects whose destructors, which are extensions', are under way; the innermost last.
    pub ending: RefCell<Vec<*const Object>>,
    /// Objects whose destructors wait for more of the native stack.
    pub deposited: RefCell<Vec<*mut abi::PyObject>>,
}

/// The calling thread's record; made on first use.
#[inline(always)]
pub fn per_thread(th: &Thread) -> &PerThread {
    let record = th.objects.get().cast::<PerThread>();
    // SAFETY: R10: null or this thread's record, which lives as long as the thread.
    match unsafe { record.as_ref() } {
        Some(record) => record,
        None => make(th),
    }
}

#[cold]
fn make(th: &Thread) -> &PerThread {
    let record = Box::into_raw(Box::new(PerThread { methods: MethodCache::new(), ending: RefCell::default(), deposited: RefCell::default() }));
    th.objects.set(record.cast());
    // SAFETY: as in `per_thread`.
    unsafe { &*record }
}

/// Frees the record of a thread that ends.
pub fn end_thread(th: &Thread) {
    let record = th.objects.replace(core::ptr::null_mut()).cast::<PerThread>();
    if !record.is_null() {
        // SAFETY: made by `make`; nobody else has it.
        drop(unsafe { Box::from_raw(record) });
    }
}

struct HeapHooks;

impl heap::hooks::Hooks for HeapHooks {
    fn finalize(&self, th: &mut Thread, object: &Object) {
        if let Some(finalize) = object.ty().tp_finalize() {
            // SAFETY: R4: the type's own finalizer; the caller holds a count on the object.
            heap::foreign::call(th, finalize as *const (), |th| heap::foreign::show(th, object), || unsafe { finalize(object.as_ptr()) });
        }
    }

    fn clear_weakrefs(&self, th: &mut Thread, object: &Object) {
        weakref::clear(th, object);
    }

    fn detach_weakrefs(&self, object: &Object) -> Vec<Ref<Object>> {
        weakref::detach(object)
    }

    fn call_weakref_callbacks(&self, th: &mut Thread, refs: Vec<Ref<Object>>) {
        weakref::call_detached(th, refs);
    }

    fn visit_weakrefs(&self, object: &Object, visit: &mut dyn FnMut(&Object)) {
        weakref::visit(object, visit);
    }

    fn visit_referent(&self, reference: &Object, visit: &mut dyn FnMut(&Object)) {
        weakref::visit_referent(reference, visit);
    }

    fn count_registers(&self, of: &Thread, count: &mut dyn FnMut(*const Object, bool) -> bool) {
        (hooks::get().count_registers)(of, count);
    }

    fn site(&self, th: &Thread) -> Option<heap::contention::Site> {
        (hooks::get().site)(th)
    }

    fn fatal(&self, message: &str) -> ! {
        (hooks::get().fatal)(message)
    }

    fn tell_frames(&self, th: &Thread) {
        (hooks::get().tell_frames)(th);
    }

    fn foreign_dealloc(&self, th: &mut Thread, object: &Object) {
        typing::foreign_end::end(th, object);
    }

    fn end_base(&self, th: &mut Thread, object: &Object) -> bool {
        let is_ending = typing::foreign_end::is_ending(th, object);
        if is_ending {
            typing::foreign_end::end_base(th, object);
        }
        is_ending
    }

    fn instance_bytes(&self, ty: &Type, items: usize) -> usize {
        typing::instance_bytes(ty, items)
    }

    fn is_none(&self, object: &Object) -> bool {
        object.is(crate::none())
    }

    fn collection(&self, th: &mut Thread, event: CollectionEvent) {
        (hooks::get().collection)(th, event);
    }

    fn keep_garbage(&self, th: &mut Thread, objects: Vec<Ref<Object>>) {
        (hooks::get().keep_garbage)(th, objects);
    }

    fn unraisable(&self, th: &mut Thread, context: &str, object: Option<&Object>) {
        (hooks::get().unraisable)(th, context, object);
    }
}

/// Installs the heap's hooks and readies every builtin type. Once, by the first thread.
pub fn start(th: &mut Thread) -> Result<(), Raised> {
    heap::hooks::set_hooks(&HeapHooks);
    for ty in types::ALL.iter().chain(exceptions::ALL) {
        typing::ready(th, ty())?;
    }
    template::init(th);
    typevars::init(th);
    exceptions::init(th)
}

const _: fn(&Object) -> &Object = |o| o.as_object();
