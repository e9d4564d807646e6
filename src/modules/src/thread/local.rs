//! `_thread._local`: attributes that each thread has for itself.
//!
//! A local holds the dicts of all threads, so that they die with it and the collector sees them. Each thread remembers, uncounted, which
//! dict is its own in which local; at its end it takes its dicts out of the locals that still live.
//!
//! What a thread keeps in a local is its own: a dict stays private to its thread although a common object holds it. This is the one
//! exception to R6, and these rules make it sound: only its thread finds the dict by the local; who walks the heap sees it if that is allowed
//! ([`is_visible`]: it is common, or the world is held, or the local is as private as the dict); a local that becomes common leaves it as it is; one
//! that ends hands it to its thread.
//!
//! Invariant: what a thread remembers under a local's number is in that local's table, for only this thread takes it out; the number of
//! a local that is gone is never asked for again.
#![allow(unsafe_code, reason = "a thread's own dicts are remembered uncounted")]

use core::cell::RefCell;
use std::collections::HashMap;

use heap::sync::{AtomicU64, Mutex, Ordering::Relaxed};
use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::typing::{instance, lookup};
use objects::{Dict, Str, Tuple, ops, raise};

static NEXT: AtomicU64 = AtomicU64::new(1);
static NEXT_THREAD: AtomicU64 = AtomicU64::new(1);

/// The locals that live, by number, as addresses: one leaves before its memory goes.
static LIVING: Mutex<Option<HashMap<u64, usize>>> = Mutex::new(None);

/// What a thread remembers: for each local, by ascending number, its dict.
struct Mine {
    /// Never used again, unlike the identifiers of threads.
    thread: u64,
    dicts: Vec<(u64, *const Dict)>,
    /// How many there may be before those of dead locals are forgotten.
    limit: usize,
}

thread_local! {
    static MINE: RefCell<Mine> = const { RefCell::new(Mine { thread: 0, dicts: Vec::new(), limit: 64 }) };
}

/// The dict of one thread in a local.
struct Entry {
    thread: u64,
    dict: Ref<Dict>,
}

impl Entry {
    /// Drops the dict, which may be another thread's own.
    fn end(self) {
        heap::drop_by_owner(self.dict.up());
    }
}

/// Whether whoever walks the heap may look at a dict of the local.
fn is_visible(local: &Local, dict: &Dict) -> bool {
    let owner = dict.owner();
    // A local that is shared is common before it is looked into.
    owner == 0 || owner == local.owner() || heap::with_current(|th| th.is_alone() && !th.is_sharing()).unwrap_or(false)
}

/// _local()
/// --
///
/// Thread-local data
#[pytype(name = "_local", module = "_thread", flags(BASETYPE), gc = custom, weakref)]
#[repr(C)]
pub struct Local {
    head: Head,
    #[untraversed]
    number: u64,
    args: Slot<Tuple>,
    kwargs: Slot<Dict>,
    #[untraversed]
    table: Mutex<Vec<Entry>>,
}

impl Traverse for Local {
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.args);
        visitor.slot(&self.kwargs);
        for entry in &*self.table.lock() {
            if is_visible(self, &entry.dict) {
                visitor.reference(&entry.dict);
            }
        }
    }
}

impl Clear for Local {
    fn clear(&self, th: &mut Thread) {
        // The dicts stay, emptied: their threads remember them. One that is another thread's own is not garbage: that thread will drop it.
        let usable = |entry: &&Entry| entry.dict.owner() == 0 || th.is_mine(heap::Heaped::as_object(&*entry.dict));
        let dicts: Vec<Ref<Dict>> = self.table.lock().iter().filter(usable).map(|entry| entry.dict.clone()).collect();
        for dict in dicts {
            dict.clear_entries(th);
        }
        self.args.set(th, self, None);
        self.kwargs.set(th, self, None);
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        if let Some(living) = &mut *LIVING.lock() {
            living.remove(&self.number);
        }
        for entry in self.table.get_mut().drain(..) {
            entry.end();
        }
    }
}

/// Lets go of the calling thread's data.
pub fn end_thread(th: &mut Thread) {
    let (thread, dicts) = MINE.with_borrow_mut(|mine| (mine.thread, core::mem::take(&mut mine.dicts)));
    for (number, _) in dicts {
        let found = {
            let living = LIVING.lock();
            living.as_ref().and_then(|living| living.get(&number).copied()).and_then(|address| {
                // SAFETY: R8: a local leaves the list, under the lock that we hold, before its memory goes.
                let object = unsafe { &*(address as *const Object) };
                // SAFETY: R2: the count was taken; the list is of locals.
                heap::try_incref(object).then(|| unsafe { Ref::<Local>::from_raw(object.as_ptr()) })
            })
        };
        let Some(local) = found else { continue };
        let entry = {
            let mut table = local.table.lock();
            table.iter().position(|entry| entry.thread == thread).map(|at| table.swap_remove(at))
        };
        if let Some(entry) = entry {
            th.release(entry.dict);
        }
        th.release(local);
    }
}

impl Local {
    fn remembered(&self) -> Option<*const Dict> {
        MINE.with_borrow(|mine| {
            let at = mine.dicts.binary_search_by_key(&self.number, |(number, _)| *number).ok()?;
            Some(mine.dicts[at].1)
        })
    }

    /// Gives the calling thread an empty dict.
    fn add_dict(&self, th: &mut Thread) -> Ref<Dict> {
        let dict = Dict::new(th);
        let thread = MINE.with_borrow_mut(|mine| {
            if mine.thread == 0 {
                mine.thread = NEXT_THREAD.fetch_add(1, Relaxed);
            }
            if mine.dicts.len() >= mine.limit {
                let living = LIVING.lock();
                mine.dicts.retain(|(number, _)| living.as_ref().is_some_and(|living| living.contains_key(number)));
                mine.limit = (mine.dicts.len() * 2).max(64);
            }
            let at = mine.dicts.partition_point(|(number, _)| *number < self.number);
            mine.dicts.insert(at, (self.number, &raw const *dict));
            mine.thread
        });
        self.table.lock().push(Entry { thread, dict: dict.clone() });
        dict
    }

    /// Takes the calling thread's dict away again.
    fn remove_dict(&self, th: &mut Thread) {
        let thread = MINE.with_borrow_mut(|mine| {
            mine.dicts.retain(|(number, _)| *number != self.number);
            mine.thread
        });
        let entry = {
            let mut table = self.table.lock();
            table.iter().position(|entry| entry.thread == thread).map(|at| table.swap_remove(at))
        };
        if let Some(entry) = entry {
            th.release(entry.dict);
        }
    }

    /// This thread's dict; the first time in a thread, `__init__` runs.
    fn dict(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        if let Some(dict) = self.remembered() {
            // SAFETY: R2: the local, which the caller holds, holds a count on it.
            return Ok(th.retain(unsafe { &*dict }));
        }
        let dict = self.add_dict(th);
        let obj = heap::Heaped::as_object(self);
        let init = obj.ty().tp_init();
        let plain = objects::typing::object_type().tp_init();
        if let Some(init) = init
            && Some(init as usize) != plain.map(|f| f as usize)
            && let Some(args) = self.args.get(th, self)
        {
            let kwargs = self.kwargs.get(th, self);
            if let Err(raised) = ops::cslot::init(th, init, obj, &args, kwargs.as_ref().map(|k| heap::Heaped::as_object(&**k))) {
                // The next access tries again.
                self.remove_dict(th);
                return Err(raised);
            }
        }
        Ok(dict)
    }
}

#[pymethods]
impl Local {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let own_init = cls.tp_init().map(|f| f as usize) != objects::typing::object_type().tp_init().map(|f| f as usize);
        if !own_init && (!args.as_slice().is_empty() || !kwargs.is_empty()) {
            return Err(raise::type_error(th, format_args!("Initialization arguments are not supported")));
        }
        let dict = Dict::new(th);
        for (key, value) in kwargs.iter() {
            dict.set(th, key, value)?;
        }
        let args = Tuple::from_slice(th, args.as_slice());
        let number = NEXT.fetch_add(1, Relaxed);
        let local = th.new_instance::<Local>(
            cls,
            Local { head: Head::INIT, number, args: Slot::new(args), kwargs: Slot::new(dict), table: Mutex::new(Vec::new()) },
        );
        LIVING.lock().get_or_insert_default().insert(number, (&raw const *local).addr());
        // The creating thread's `__init__` is about to be called by whoever called the class.
        local.add_dict(th);
        Ok(local.up())
    }

    #[slot(tp_getattro)]
    fn getattro(&self, th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
        let name = instance::attribute_name(th, name)?;
        let dict = self.dict(th)?;
        if name.eq_text("__dict__") {
            return Ok(dict.up());
        }
        let obj = heap::Heaped::as_object(self);
        let descr = lookup::lookup(th, obj.ty(), name);
        let get = descr.as_ref().and_then(|d| d.ty().tp_descr_get());
        if let (Some(descr), Some(get)) = (&descr, get)
            && descr.ty().tp_descr_set().is_some()
        {
            return ops::cslot::descr_get(th, get, descr, Some(obj), Some(obj.ty()));
        }
        if let Some(value) = dict.get(th, name)? {
            return Ok(value);
        }
        match (descr, get) {
            (Some(descr), Some(get)) => ops::cslot::descr_get(th, get, &descr, Some(obj), Some(obj.ty())),
            (Some(descr), None) => Ok(descr),
            (None, _) => Err(raise::no_attribute(th, obj, name)),
        }
    }

    #[slot(tp_setattro)]
    fn setattro(&self, th: &mut Thread, name: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let obj = heap::Heaped::as_object(self);
        // A name of another kind may say that it is this one.
        if ops::eq(th, name, &objects::names::__dict__)? {
            let (ty, shown) = (ops::type_name(obj), ops::repr(th, name)?.to_string_lossy());
            let message = format!("'{ty}' object attribute {shown} is read-only");
            return Err(match name.downcast::<Str>() {
                Some(name) => raise::attribute_error(th, obj, name, &message),
                None => raise::new(th, objects::exceptions::attribute_error_type(), format_args!("{message}")),
            });
        }
        let name: &Str = instance::attribute_name(th, name)?;
        let dict = self.dict(th)?;
        if let Some(descr) = lookup::lookup(th, obj.ty(), name)
            && let Some(set) = descr.ty().tp_descr_set()
        {
            return ops::cslot::descr_set(th, set, &descr, obj, value);
        }
        match value {
            Some(value) => dict.set(th, name, value),
            None if dict.del(th, name)? => Ok(()),
            None => Err(raise::no_attribute(th, obj, name)),
        }
    }
}
