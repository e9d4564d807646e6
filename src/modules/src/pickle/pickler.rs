//! `Pickler` and its memo as Python sees it.
//!
//! The numbers of memoized objects are taken out of the pickler while it runs, so that nobody else runs it.

use heap::sync::{AtomicBool, AtomicI32, Mutex, Ordering::Relaxed};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::typing::instance;
use objects::{Dict, Int, List, Str, Tuple, none, ops, raise};

use super::memo::{Memo, Places};
use super::opcodes::{DEFAULT, HIGHEST};
use super::output::Output;
use super::save::Saver;
use super::{PICKLING_ERROR, names};

/// This takes a binary file for writing a pickle data stream.
///
/// The optional *protocol* argument tells the pickler to use the given
/// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
/// protocol is 5.  A negative one selects the highest protocol supported.
///
/// The *file* argument must have a write() method that accepts a single
/// bytes argument.
///
/// If *fix_imports* is True and protocol is less than 3, pickle will try
/// to map the new Python 3 names to the old module names used in Python
/// 2, so that the pickle data stream is readable with Python 2.
///
/// If *buffer_callback* is not None, then it can be called any number of
/// times with a buffer view.  If the callback returns a false value
/// (such as None), the given buffer is out-of-band; otherwise the
/// buffer is serialized in-band, i.e. inside the pickle stream.
///
/// It is an error if *buffer_callback* is not None and *protocol*
/// is None or smaller than 5.
#[pytype(
    name = "Pickler",
    module = "_pickle",
    sig = "(file, protocol=None, fix_imports=True, buffer_callback=None)",
    flags(BASETYPE),
    lock = instance
)]
#[repr(C)]
pub struct Pickler {
    head: Head,
    write: Slot,
    #[member(name = "dispatch_table")]
    dispatch_table: Slot,
    /// What was assigned to the attribute `persistent_id`.
    persistent_id: Slot,
    buffer_callback: Slot,
    /// The objects in the memo, in the order of their numbers.
    kept: Slot<List>,
    /// `None` while the pickler runs.
    #[untraversed]
    places: Mutex<Option<Box<Places>>>,
    protocol: AtomicI32,
    bin: AtomicI32,
    fast: AtomicI32,
    fix_imports: AtomicBool,
}

/// The protocol that was asked for.
pub fn protocol_of(th: &mut Thread, protocol: &Object) -> Result<i64, Raised> {
    if protocol.is(none()) {
        return Ok(DEFAULT);
    }
    let protocol = ops::index(th, protocol)?;
    match protocol.to_i64() {
        Some(number) if number > HIGHEST => {}
        Some(number) => return Ok(if number < 0 { HIGHEST } else { number }),
        None => return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int"))),
    }
    Err(raise::value_error(th, format_args!("pickle protocol must be <= {HIGHEST}")))
}

/// The callback for buffers, which only the newest protocol has.
pub fn callback_of(th: &mut Thread, callback: &Object, protocol: i64) -> Result<Option<Ref<Object>>, Raised> {
    if callback.is(none()) {
        return Ok(None);
    }
    if protocol < 5 {
        return Err(raise::value_error(th, format_args!("buffer_callback needs protocol >= 5")));
    }
    Ok(Some(th.retain(callback)))
}

/// The file's `write`.
pub fn write_of(th: &mut Thread, file: &Object) -> Result<Ref<Object>, Raised> {
    match ops::getattr_opt(th, file, &objects::names::write)? {
        Some(write) => Ok(write),
        None => Err(raise::type_error(th, format_args!("file must have a 'write' attribute"))),
    }
}

/// A method that a subclass defines in place of `base`'s.
pub fn overridden(th: &mut Thread, object: &Object, base: &Type, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    if core::ptr::eq(object.ty(), base) {
        return Ok(None);
    }
    if let Some(set) = instance::own_attr(th, object, name)? {
        return Ok(Some(set));
    }
    let own = ops::lookup_type_attr(th, object.ty(), name);
    let inherited = ops::lookup_type_attr(th, base, name);
    match (own, inherited) {
        (Some(own), Some(inherited)) if Thread::same(&*own, &*inherited) => Ok(None),
        _ => ops::getattr(th, object, name).map(Some),
    }
}

impl Pickler {
    fn is_ready(&self) -> bool {
        !self.write.is_null()
    }

    fn saver(&self, th: &mut Thread) -> Result<Saver, Raised> {
        let object = self.as_object();
        let persistent_id = match self.persistent_id.get(th, self) {
            Some(function) => Some(function),
            None => overridden(th, object, Pickler::type_object(), names::persistent_id.get())?,
        };
        let dispatch_table = match self.dispatch_table.get(th, self) {
            Some(table) => Some(table),
            None if core::ptr::eq(object.ty(), Pickler::type_object()) => None,
            None => ops::getattr_opt(th, object, names::dispatch_table.get())?,
        };
        let reducer_override = match core::ptr::eq(object.ty(), Pickler::type_object()) {
            true => None,
            false => ops::getattr_opt(th, object, names::reducer_override.get())?,
        };
        let write = self.write.get(th, self);
        Ok(Saver {
            out: Output::new(write),
            memo: Memo::default(),
            protocol: self.protocol.load(Relaxed).into(),
            fix_imports: self.fix_imports.load(Relaxed),
            fast: self.fast.load(Relaxed) != 0,
            persistent_id,
            reducer_override,
            dispatch_table,
            buffer_callback: self.buffer_callback.get(th, self),
            open: Vec::new(),
            copyreg_table: None,
        })
    }

    /// The memo's objects; a list that is made when there is something to keep.
    fn kept(&self, th: &mut Thread) -> Ref<List> {
        if let Some(kept) = self.kept.get(th, self) {
            return kept;
        }
        let fresh = List::empty(th);
        self.kept.set(th, self, Some(fresh.clone()));
        fresh
    }

    /// Runs with the memo in hand.
    fn run(&self, th: &mut Thread, object: &Object) -> Result<(), Raised> {
        let mut saver = self.saver(th)?;
        let Some(places) = self.places.lock().take() else {
            return Err(raise::runtime_error(th, format_args!("Pickler object is already used")));
        };
        saver.memo.places = *places;
        let mut result = saver.dump(th, object);
        let kept = core::mem::take(&mut saver.memo.kept);
        if !kept.is_empty() {
            let list = self.kept(th);
            for object in kept {
                if list.append(th, object).is_err() {
                    result = Err(th.already_raised());
                }
            }
        }
        *self.places.lock() = Some(Box::new(core::mem::take(&mut saver.memo.places)));
        result?;
        saver.out.flush(th)
    }

    fn forget(&self, th: &mut Thread) {
        if let Some(places) = &mut *self.places.lock() {
            places.clear();
        }
        self.kept.set(th, self, None);
    }

    /// The memo as pairs of number and object.
    fn entries(&self, th: &mut Thread) -> Vec<Ref<Object>> {
        match self.kept.get(th, self) {
            Some(kept) => kept.snapshot(th),
            None => Vec::new(),
        }
    }

    /// Takes over a memo: objects in the order of their numbers.
    fn set_entries(&self, th: &mut Thread, objects: Vec<Ref<Object>>) {
        let places: Places = objects.iter().enumerate().map(|(number, object)| (object.as_ptr().addr(), number)).collect();
        let list = List::new(th, objects);
        self.kept.set(th, self, Some(list));
        *self.places.lock() = Some(Box::new(places));
    }
}

#[pymethods]
impl Pickler {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Pickler>, Raised> {
        let made = Pickler {
            head: Head::INIT,
            write: Slot::NULL,
            dispatch_table: Slot::NULL,
            persistent_id: Slot::NULL,
            buffer_callback: Slot::NULL,
            kept: Slot::NULL,
            places: Mutex::new(Some(Box::default())),
            protocol: AtomicI32::new(DEFAULT as i32),
            bin: AtomicI32::new(1),
            fast: AtomicI32::new(0),
            fix_imports: AtomicBool::new(false),
        };
        Ok(th.new_instance(cls, made))
    }

    #[slot(tp_init, sig = "(file, protocol=None, fix_imports=True, buffer_callback=None)")]
    fn init(
        &self,
        th: &mut Thread,
        file: &Object,
        #[default(none())] protocol: &Object,
        fix_imports: bool,
        #[default(none())] buffer_callback: &Object,
    ) -> Result<(), Raised> {
        if self.places.lock().is_none() {
            return Err(raise::runtime_error(th, format_args!("Pickler object is already used")));
        }
        let protocol = protocol_of(th, protocol)?;
        let callback = callback_of(th, buffer_callback, protocol)?;
        let write = write_of(th, file)?;
        self.forget(th);
        self.write.set(th, self, Some(write));
        self.buffer_callback.set(th, self, callback);
        self.protocol.store(protocol as i32, Relaxed);
        self.bin.store(i32::from(protocol > 0), Relaxed);
        self.fast.store(0, Relaxed);
        self.fix_imports.store(fix_imports && protocol < 3, Relaxed);
        Ok(())
    }

    #[slot(tp_setattro)]
    fn setattro(&self, th: &mut Thread, name: &Str, value: Option<&Object>) -> Result<(), Raised> {
        if name.eq_text("persistent_id") {
            let value = value.map(|value| th.retain(value));
            self.persistent_id.set(th, self, value);
            return Ok(());
        }
        instance::generic_setattr(th, self.as_object(), name, value)
    }

    #[slot(tp_getattro)]
    fn getattro(&self, th: &mut Thread, name: &Str) -> Result<Ref<Object>, Raised> {
        if name.eq_text("persistent_id") && let Some(function) = self.persistent_id.get(th, self) {
            return Ok(function);
        }
        instance::generic_getattr(th, self.as_object(), name)
    }

    #[getter]
    fn bin(&self) -> i32 {
        self.bin.load(Relaxed)
    }

    #[setter(bin)]
    fn set_bin(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = flag(th, value)?;
        self.bin.store(value, Relaxed);
        Ok(())
    }

    #[getter]
    fn fast(&self) -> i32 {
        self.fast.load(Relaxed)
    }

    #[setter(fast)]
    fn set_fast(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = flag(th, value)?;
        self.fast.store(value, Relaxed);
        Ok(())
    }

    #[getter]
    fn memo(&self, th: &mut Thread) -> Ref<PicklerMemoProxy> {
        th.new_object(PicklerMemoProxy { head: Head::INIT, pickler: Slot::new(th.retain(self)) })
    }

    #[setter(memo)]
    fn set_memo(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("attribute deletion is not supported")));
        };
        if let Some(proxy) = value.downcast::<PicklerMemoProxy>() {
            let Some(other) = proxy.pickler.get(th, proxy) else { return Ok(()) };
            let entries = other.entries(th);
            self.set_entries(th, entries);
            return Ok(());
        }
        let Some(dict) = value.downcast::<Dict>() else {
            let got = ops::type_name(value);
            let message = format_args!("'memo' attribute must be a PicklerMemoProxy object or dict, not {got}");
            return Err(raise::type_error(th, message));
        };
        let mut entries: Vec<(i64, Ref<Object>)> = Vec::new();
        for (_, item) in dict.snapshot(th) {
            let entry = item.downcast_ref::<Tuple>().filter(|pair| pair.len() == 2);
            let number = entry.and_then(|pair| pair.get(0).downcast::<Int>()).and_then(Int::to_i64);
            match (entry, number) {
                (Some(pair), Some(number)) => entries.push((number, th.retain(pair.get(1)))),
                _ => return Err(raise::type_error(th, format_args!("'memo' values must be 2-item tuples"))),
            }
        }
        entries.sort_by_key(|entry| entry.0);
        self.set_entries(th, entries.into_iter().map(|entry| entry.1).collect());
        Ok(())
    }

    #[method(sig = "($self, obj, /)")]
    fn persistent_id(&self, _obj: &Object) {}

    /// Write a pickled representation of the given object to the open file.
    #[method(sig = "($self, obj, /)")]
    fn dump(&self, th: &mut Thread, obj: &Object) -> Result<(), Raised> {
        if !self.is_ready() {
            let name = ops::type_name(self.as_object());
            let name = name.rsplit('.').next().unwrap_or_default();
            return Err(PICKLING_ERROR.raise(th, format_args!("Pickler.__init__() was not called by {name}.__init__()")));
        }
        self.run(th, obj)
    }

    /// Clears the pickler's "memo".
    ///
    /// The memo is the data structure that remembers which objects the
    /// pickler has already seen, so that shared or recursive objects are
    /// pickled by reference and not by value.  This method is useful when
    /// re-using picklers.
    #[method]
    fn clear_memo(&self, th: &mut Thread) {
        self.forget(th);
    }

    /// Returns size in memory, in bytes.
    #[method]
    fn __sizeof__(&self) -> usize {
        let entries = self.places.lock().as_ref().map_or(0, |places| places.capacity());
        self.as_object().ty().instance_size(0) + entries * 2 * size_of::<usize>()
    }
}

fn flag(th: &mut Thread, value: Option<&Object>) -> Result<i32, Raised> {
    let Some(value) = value else {
        return Err(raise::type_error(th, format_args!("can't delete numeric/char attribute")));
    };
    match ops::index(th, value)?.to_i64() {
        Some(value) => Ok(value as i32),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long"))),
    }
}

/// The memo of a pickler.
#[pytype(name = "PicklerMemoProxy", module = "_pickle", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PicklerMemoProxy {
    head: Head,
    pickler: Slot<Pickler>,
}

impl PicklerMemoProxy {
    fn as_dict(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let made = Dict::new(th);
        let Some(pickler) = self.pickler.get(th, self) else { return Ok(made) };
        for (number, object) in pickler.entries(th).into_iter().enumerate() {
            let key = Int::from_usize(th, object.as_ptr().addr());
            let number = Int::from_usize(th, number).up();
            let entry = Tuple::from_array(th, [number, object]);
            made.set(th, &key, entry.up())?;
        }
        Ok(made)
    }
}

#[pymethods]
impl PicklerMemoProxy {
    /// Remove all items from memo.
    #[method]
    fn clear(&self, th: &mut Thread) {
        if let Some(pickler) = self.pickler.get(th, self) {
            pickler.forget(th);
        }
    }

    /// Copy the memo to a new object.
    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        self.as_dict(th)
    }

    /// Implement pickle support.
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let dict = self.as_dict(th)?.up();
        let args = Tuple::from_array(th, [dict]).up();
        let class = <Dict as PyType>::type_object().to_ref().up();
        Ok(Tuple::from_array(th, [class, args]))
    }
}
