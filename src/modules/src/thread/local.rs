//! `_thread._local`: attributes that each thread has for itself. The dicts belong to the threads, so they stay private (R6).

use core::cell::RefCell;

use heap::sync::{AtomicU64, Ordering::Relaxed};
use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::typing::{instance, lookup};
use objects::{Dict, Str, Tuple, ops, raise};

static NEXT: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static DICTS: RefCell<Vec<(u64, Ref<Dict>)>> = const { RefCell::new(Vec::new()) };
}

/// Thread-local data
#[pytype(name = "_local", module = "_thread", flags(BASETYPE), weakref)]
#[repr(C)]
pub struct Local {
    head: Head,
    #[untraversed]
    number: u64,
    args: Slot<Tuple>,
    kwargs: Slot<Dict>,
}

/// Lets go of the calling thread's data.
pub fn end_thread(th: &mut Thread) {
    let dicts = DICTS.with_borrow_mut(core::mem::take);
    for (_, dict) in dicts {
        th.release(dict);
    }
}

impl Local {
    /// This thread's dict; the first time in a thread, `__init__` runs.
    fn dict(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let found = DICTS.with_borrow(|dicts| dicts.iter().find(|(number, _)| *number == self.number).map(|(_, dict)| dict.clone()));
        if let Some(found) = found {
            return Ok(found);
        }
        let dict = Dict::new(th);
        DICTS.with_borrow_mut(|dicts| dicts.push((self.number, dict.clone())));
        let obj = heap::Heaped::as_object(self);
        let init = obj.ty().tp_init();
        let plain = <Local as heap::PyType>::type_object().tp_init();
        if let Some(init) = init
            && Some(init as usize) != plain.map(|f| f as usize)
            && let Some(args) = self.args.get(th, self)
        {
            let kwargs = self.kwargs.get(th, self);
            if let Err(raised) = ops::cslot::init(th, init, obj, &args, kwargs.as_ref().map(|k| heap::Heaped::as_object(&**k))) {
                DICTS.with_borrow_mut(|dicts| dicts.retain(|(number, _)| *number != self.number));
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
        let local = th.new_instance::<Local>(
            cls,
            Local { head: Head::INIT, number: NEXT.fetch_add(1, Relaxed), args: Slot::new(args), kwargs: Slot::new(dict) },
        );
        // The creating thread's `__init__` is about to be called by whoever called the class.
        let own = Dict::new(th);
        DICTS.with_borrow_mut(|dicts| dicts.push((local.number, own)));
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
        let name: &Str = instance::attribute_name(th, name)?;
        let obj = heap::Heaped::as_object(self);
        if name.eq_text("__dict__") {
            let ty = ops::type_name(obj);
            return Err(raise::attribute_error(th, obj, name, &format!("'{ty}' object attribute '__dict__' is read-only")));
        }
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
