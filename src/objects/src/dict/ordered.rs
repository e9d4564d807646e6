//! `collections.OrderedDict`: a dict whose order of entries can be changed ([`super::order`]), with its views and iterators.
//!
//! Invariant: the order is that of the dict's own entries, so whatever writes the dict keeps it. Iterators stop at the first change of
//! the keys or their order, which the dict's stamp tells.

use heap::sync::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};
use heap::{Head, Heaped, Slot};
use macros::{pymethods, pytype};

use super::Dict;
use super::iter::{find, reduced};
use super::merge::Existing;
use super::views::{DictItems, DictKeys, DictValues};
use crate::glue::*;
use crate::ops::whole::Copies;
use crate::repr_guard::ReprGuard;
use crate::text::Text;
use crate::typing::instance;
use crate::{List, Str, Tuple, names, none, not_implemented_ref, ops, raise, typing};

/// Dictionary that remembers insertion order
#[pytype(name = "OrderedDict", module = "collections", export = "PyODict_Type", base = Dict, flags(BASETYPE, DICT_SUBCLASS), lock = instance, dict, weakref)]
#[repr(C)]
pub struct OrderedDict {
    #[untraversed]
    base: Dict,
    dict: Slot<Dict>,
}

/// Whether a subclass may have changed what the methods mean.
fn is_plain(object: &Object) -> bool {
    object.is_exactly::<OrderedDict>()
}

/// Whether hashing and comparing an object runs no code.
fn is_leaf(object: &Object) -> bool {
    object.ty().has_flag(heap::flags::LEAF)
}

/// `self[key] = value` for each pair that an iterable yields.
fn add_pairs(th: &mut Thread, this: &Object, pairs: &Object) -> Result<(), Raised> {
    let iterator = ops::iter_all(th, pairs)?;
    while let Some(pair) = ops::next(th, &iterator)? {
        let parts = ops::iter(th, &pair)?;
        let (key, value) = (ops::next(th, &parts)?, ops::next(th, &parts)?);
        let (Some(key), Some(value)) = (key, value) else {
            return Err(raise::value_error(th, format_args!("need more than {} values to unpack", 1)));
        };
        if ops::next(th, &parts)?.is_some() {
            return Err(raise::value_error(th, format_args!("too many values to unpack (expected 2)")));
        }
        ops::setitem(th, this, &key, &value)?;
    }
    Ok(())
}

/// A dict of a class that is not written in Python.
fn exact_dict(object: &Object) -> Option<&Dict> {
    object.downcast::<Dict>().filter(|dict| !dict.ty().has_flag(abi::Py_TPFLAGS_HEAPTYPE as u64))
}

/// What `update` does with its positional argument.
fn update_from(th: &mut Thread, this: &Object, other: &Object) -> Result<(), Raised> {
    // Into a dict that other threads have all comes in one step, if no code runs for it.
    if let Some(this) = this.downcast_exact::<OrderedDict>().filter(|this| !th.is_mine(*this)) {
        if let Some(other) = exact_dict(other) {
            return this.base.merge_dict(th, other, Existing::Replace);
        }
        if (other.is_exactly::<List>() || other.is_exactly::<Tuple>())
            && let Some(items) = ops::quiet_items(th, other)
        {
            let gathered = Dict::new(th);
            let items = List::new(th, items);
            let all = add_pairs(th, &gathered, &items);
            return this.base.merge_gathered(th, &gathered, Existing::Replace, all);
        }
    }
    if let Some(other) = exact_dict(other).filter(|dict| dict.is_exactly::<Dict>() || !th.is_mine(*dict)) {
        for (key, value) in other.snapshot(th) {
            ops::setitem(th, this, &key, &value)?;
        }
        return Ok(());
    }
    if let Some(method) = ops::getattr_opt(th, other, &names::keys)? {
        let keys = ops::call0(th, &method)?;
        let iterator = ops::iter_all(th, &keys)?;
        while let Some(key) = ops::next(th, &iterator)? {
            let value = ops::getitem(th, other, &key)?;
            ops::setitem(th, this, &key, &value)?;
        }
        return Ok(());
    }
    if let Some(method) = ops::getattr_opt(th, other, &names::items)? {
        let items = ops::call0(th, &method)?;
        return add_pairs(th, this, &items);
    }
    add_pairs(th, this, other)
}

fn update(th: &mut Thread, this: &Object, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
    let shared = !kwargs.is_empty() && args.len() < 2 && !th.is_mine(this);
    if let Some(this) = this.downcast_exact::<OrderedDict>().filter(|_| shared) {
        match *args.as_slice() {
            [other] if exact_dict(other).is_none() => update_from(th, this, other)?,
            _ => {}
        }
        let first = if args.as_slice().first().is_some_and(|other| exact_dict(other).is_some()) { args } else { Args::new(&[]) };
        let gathered = Dict::new(th);
        let all = update(th, &gathered, first, kwargs);
        return this.base.merge_gathered(th, &gathered, Existing::Replace, all);
    }
    match *args.as_slice() {
        [] => {}
        [other] => update_from(th, this, other)?,
        _ => return Err(raise::type_error(th, format_args!("update expected at most 1 argument, got {}", args.len()))),
    }
    for (name, value) in kwargs.iter() {
        ops::setitem(th, this, name, value)?;
    }
    Ok(())
}

impl OrderedDict {
    /// Whether both have the same keys in the same order.
    fn same_order(&self, th: &mut Thread, other: &OrderedDict) -> Result<bool, Raised> {
        let stamps = (self.base.stamp(), other.base.stamp());
        let (ours, theirs) = (self.base.snapshot_keys(th), other.base.snapshot_keys(th));
        for (a, b) in ours.iter().zip(&theirs) {
            let same = ops::eq(th, a, b)?;
            // Leaves run no code when they are compared: what other threads change meanwhile comes after.
            let quiet = is_leaf(a) && is_leaf(b);
            if !quiet && (self.base.stamp(), other.base.stamp()) != stamps {
                return Err(raise::runtime_error(th, format_args!("OrderedDict mutated during iteration")));
            }
            if !same {
                return Ok(false);
            }
        }
        Ok(ours.len() == theirs.len())
    }

    /// Puts an entry into a copy; `stamp` is this dict's from before.
    fn copy_entry(&self, th: &mut Thread, to: &Object, key: &Object, stamp: u64) -> Result<(), Raised> {
        let mutated = |th: &mut Thread| raise::runtime_error(th, format_args!("OrderedDict mutated during iteration"));
        let value = match is_plain(self) {
            true => self.base.get(th, key)?,
            false => Some(ops::getitem(th, self, key)?),
        };
        let Some(value) = value.filter(|_| self.base.stamp() == stamp) else { return Err(mutated(th)) };
        match to.downcast_exact::<OrderedDict>() {
            Some(to) => to.base.set(th, key, value)?,
            None => ops::setitem(th, to, key, &value)?,
        }
        if self.base.stamp() == stamp { Ok(()) } else { Err(mutated(th)) }
    }

    fn iterate(&self, th: &Thread, part: Part, backwards: bool) -> Ref<OrderedIter> {
        OrderedIter::new(th, &self.base, part, backwards)
    }
}

#[pymethods]
impl OrderedDict {
    #[slot(tp_init, sig = "(*args, **kwargs)")]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        update(th, self, args, kwargs)
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Ref<OrderedIter> {
        self.iterate(th, Part::Key, false)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let name = typing::short_name(self.as_object().ty());
        if self.base.is_empty() {
            return Ok(Str::new(th, &format!("{name}()")));
        }
        let Some(_guard) = ReprGuard::enter(self) else { return Ok(Str::new(th, "...")) };
        let dict = if is_plain(self) {
            self.base.copy(th)?
        } else {
            let items = ops::call_method(th, self, &names::items, &[])?;
            let dict = Dict::new(th);
            dict.update(th, &items)?;
            dict
        };
        let mut text = Text::new(&name);
        text.push("(");
        // Another thread may have emptied it.
        if !is_plain(self) || !dict.is_empty() {
            text.push_repr(th, &dict)?;
        }
        text.push(")");
        Ok(text.finish(th))
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let (Some(dict), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Dict>(), op) else {
            return Ok(not_implemented_ref());
        };
        let mut same = self.base.equals(th, dict)?;
        if same && let Some(ordered) = other.downcast::<OrderedDict>() {
            same = self.same_order(th, ordered)?;
        }
        Ok(crate::bool_ref(same == (op == CompareOp::Eq)))
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        let cls = if a.is_a::<OrderedDict>() { a.ty() } else { b.ty() };
        if !a.is_a::<Dict>() || !b.is_a::<Dict>() {
            return Ok(not_implemented_ref());
        }
        let made = ops::call(th, cls, &[a])?;
        update_from(th, &made, b)?;
        Ok(made)
    }

    #[slot(nb_inplace_or)]
    fn inplace_or(&self, th: &mut Thread, other: &Object) -> Result<&Self, Raised> {
        update_from(th, self, other)?;
        Ok(self)
    }

    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[classmethod(sig = "(iterable, value=None)")]
    fn fromkeys(cls: &Type, th: &mut Thread, iterable: &Object, value: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let value = value.unwrap_or(none());
        let made = ops::call0(th, cls)?;
        ops::for_each(th, iterable, |th, key| {
            match (*made).downcast_exact::<OrderedDict>() {
                Some(dict) => dict.base.set(th, &key, value.to_owned())?,
                None => ops::setitem(th, &made, &key, value)?,
            }
            th.release(key);
            Ok(core::ops::ControlFlow::Continue(()))
        })?;
        Ok(made)
    }

    /// Return the size of the dict in memory, in bytes.
    #[method(sig = none)]
    fn __sizeof__(&self, th: &mut Thread) -> isize {
        // CPython's has a list of nodes beside the table; programs that reckon with sizes know that one.
        let table = self.base.table_bytes(th);
        let places = if table == 0 { 0 } else { 1_usize << self.base.table(th).log2_size() };
        let nodes = self.base.len() * 5 * size_of::<usize>();
        (self.as_object().ty().tp_basicsize().cast_unsigned() + if table == 0 { 0 } else { table + 8 + places * size_of::<usize>() } + nodes).cast_signed()
    }

    /// Return state information for pickling
    #[method(sig = none)]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let state = typing::object_getstate(th, self, false)?;
        let items = ops::call_method(th, self, &names::items, &[])?;
        let iterator = super::views::iter_items(th, &items)?;
        Ok(Tuple::from_slice(th, &[self.as_object().ty(), Tuple::empty_static(), &state, none(), &iterator]))
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method(sig = "(key, default=None)")]
    fn setdefault(&self, th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let default = default.unwrap_or(none());
        if is_plain(self) {
            return Ok(self.base.set_default(th, key, default)?.0);
        }
        if ops::contains(th, self, key)? {
            return ops::getitem(th, self, key);
        }
        ops::setitem(th, self, key, default)?;
        Ok(default.to_owned())
    }

    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method(sig = "(key, default=<unrepresentable>)")]
    fn pop(&self, th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        if let Some(value) = self.base.pop(th, key)? {
            return Ok(value);
        }
        match default {
            Some(default) => Ok(default.to_owned()),
            None => Err(raise::key_error(th, key)),
        }
    }

    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if false.
    #[method(sig = "(last=True)")]
    fn popitem(&self, th: &mut Thread, last: bool) -> Result<Ref<Tuple>, Raised> {
        let removed = if last { self.base.pop_item(th) } else { self.base.pop_first(th) };
        match removed {
            Some((key, value)) => Ok(Tuple::from_array(th, [key, value])),
            None => {
                let message = Str::new(th, "dictionary is empty");
                Err(raise::key_error(th, &message))
            }
        }
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[method(sig = none)]
    fn keys(&self, th: &mut Thread) -> Ref<OrderedKeys> {
        OrderedKeys::over(th, &self.base)
    }

    /// Return an object providing a view on the dict's values.
    #[method(sig = none)]
    fn values(&self, th: &mut Thread) -> Ref<OrderedValues> {
        OrderedValues::over(th, &self.base)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[method(sig = none)]
    fn items(&self, th: &mut Thread) -> Ref<OrderedItems> {
        OrderedItems::over(th, &self.base)
    }

    /// Update the dict from a mapping or an iterable of pairs, and from the keyword arguments.
    #[method(name = "update", sig = none)]
    fn py_update(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        update(th, self, args, kwargs)
    }

    /// Remove all items from the dict.
    #[method(sig = none)]
    fn clear(&self, th: &mut Thread) {
        self.base.clear_entries(th);
    }

    /// A shallow copy of ordered dict.
    #[method(sig = none)]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let made = ops::call0(th, self.as_object().ty())?;
        // Where no key is asked the copy is one step.
        let quiet = self.base.snapshot_keys(th).iter().all(|key| is_leaf(key));
        if is_plain(self)
            && quiet
            && let Some(copy) = (*made).downcast_exact::<OrderedDict>()
        {
            copy.base.merge_dict(th, &self.base, super::merge::Existing::Replace)?;
            return Ok(made);
        }
        let stamp = self.base.stamp();
        for key in self.base.snapshot_keys(th) {
            self.copy_entry(th, &made, &key, stamp)?;
        }
        Ok(made)
    }

    /// od.__reversed__() <==> reversed(od)
    #[method(sig = none)]
    fn __reversed__(&self, th: &mut Thread) -> Ref<OrderedIter> {
        self.iterate(th, Part::Key, true)
    }

    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    #[method(sig = "(key, last=True)")]
    fn move_to_end(&self, th: &mut Thread, key: &Object, last: bool) -> Result<(), Raised> {
        if self.base.move_to_end(th, key, last)? { Ok(()) } else { Err(raise::key_error(th, key)) }
    }

    #[getter]
    fn __dict__(&self, th: &mut Thread) -> Result<Option<Ref<Dict>>, Raised> {
        instance::instance_dict(th, self)
    }
}

/// Which parts of an entry an iterator yields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Key,
    Value,
    Both,
}

/// An iterator over the keys, values or entries, in either direction.
#[pytype(name = "odict_iterator", export = "PyODictIter_Type", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct OrderedIter {
    head: Head,
    dict: Slot<Dict>,
    /// The dict's stamp when the iterator was made.
    stamp: AtomicU64,
    /// [`Thread::locks_taken`] then.
    made: AtomicU32,
    /// Where it began.
    first: AtomicUsize,
    /// The next entry; backwards, the one behind it.
    entry: AtomicUsize,
    part: Part,
    backwards: bool,
}

enum Step {
    Entry(Ref<Object>, Ref<Object>),
    End(Option<Ref<Dict>>),
    Mutated(Option<Ref<Dict>>),
}

impl OrderedIter {
    fn new(th: &Thread, dict: &Dict, part: Part, backwards: bool) -> Ref<OrderedIter> {
        let entry = if backwards { dict.table(th).filled() } else { 0 };
        th.new_object(OrderedIter {
            head: Head::INIT,
            dict: Slot::new(th.retain(dict)),
            stamp: AtomicU64::new(dict.stamp()),
            made: AtomicU32::new(th.locks_taken()),
            first: AtomicUsize::new(entry),
            entry: AtomicUsize::new(entry),
            part,
            backwards,
        })
    }

    /// See [`crate::ops::whole`].
    pub(crate) fn settle(&self, th: &mut Thread, copies: &mut Copies) {
        let Some(dict) = self.dict.get(th, self).filter(|dict| !th.is_mine(&**dict)) else { return };
        let others = copies.only_others_changed(self.made.load(Relaxed));
        if self.entry.load(Relaxed) != self.first.load(Relaxed) {
            return;
        }
        let Some(copy) = copies.of::<Dict>(th, &dict, |th| Ok(dict.copy_entries(th)?.up())) else { return };
        if dict.stamp() == self.stamp.load(Relaxed) || others {
            self.stamp.store(copy.stamp(), Relaxed);
            let first = if self.backwards { copy.table(th).filled() } else { 0 };
            self.first.store(first, Relaxed);
            self.entry.store(first, Relaxed);
            self.dict.set(th, self, Some(copy));
        }
    }

    fn step(&self, th: &mut Thread) -> Step {
        let locked = th.lock(self);
        let Some(dict) = self.dict.peek() else { return Step::End(None) };
        let mine = locked.is_mine(dict);
        loop {
            if dict.stamp() != self.stamp.load(Relaxed) {
                return Step::Mutated(self.dict.take(&locked, self));
            }
            let table = dict.table(&locked);
            let Some(entry) = find(table, self.entry.load(Relaxed), self.backwards) else {
                return Step::End(self.dict.take(&locked, self));
            };
            // An entry that went away meanwhile: the stamp tells.
            if let (Ok(Some(key)), Ok(Some(value))) = (table.key_ref(&locked, mine, entry), table.value_ref(&locked, mine, entry)) {
                self.entry.store(if self.backwards { entry } else { entry + 1 }, Relaxed);
                return Step::Entry(key, value);
            }
        }
    }
}

#[pymethods]
impl OrderedIter {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        match self.step(th) {
            Step::Entry(key, value) => Ok(Some(match self.part {
                Part::Key => {
                    th.release(value);
                    key
                }
                Part::Value => {
                    th.release(key);
                    value
                }
                Part::Both => Tuple::from_array(th, [key, value]).up(),
            })),
            Step::End(dict) => {
                if let Some(dict) = dict {
                    th.release(dict);
                }
                Ok(None)
            }
            Step::Mutated(dict) => {
                drop(dict);
                Err(raise::runtime_error(th, format_args!("OrderedDict mutated during iteration")))
            }
        }
    }

    /// Return state information for pickling
    #[method(sig = none)]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let copy = th.new_object(OrderedIter {
            head: Head::INIT,
            dict: Slot::from_option(self.dict.get(th, self)),
            stamp: AtomicU64::new(self.stamp.load(Relaxed)),
            made: AtomicU32::new(self.made.load(Relaxed)),
            first: AtomicUsize::new(self.first.load(Relaxed)),
            entry: AtomicUsize::new(self.entry.load(Relaxed)),
            part: self.part,
            backwards: self.backwards,
        });
        reduced(th, copy.up())
    }
}

macro_rules! views {
    ($($(#[$doc:meta])* $ty:ident, $name:literal, $export:literal, $base:ident, $part:ident;)*) => {$(
        $(#[$doc])*
        #[pytype(name = $name, export = $export, base = $base, doc = none, flags(DISALLOW_INSTANTIATION))]
        #[repr(C)]
        pub struct $ty {
            #[untraversed]
            base: $base,
        }

        impl $ty {
            fn over(th: &Thread, dict: &Dict) -> Ref<$ty> {
                th.new_object($ty { base: $base::fields(th, dict) })
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_iter)]
            fn iter(&self, th: &mut Thread) -> Ref<OrderedIter> {
                let dict = self.base.dict(th);
                OrderedIter::new(th, &dict, Part::$part, false)
            }

            #[method(sig = none, doc = none)]
            fn __reversed__(&self, th: &mut Thread) -> Ref<OrderedIter> {
                let dict = self.base.dict(th);
                OrderedIter::new(th, &dict, Part::$part, true)
            }
        }
    )*};
}

views! {
    /// The keys.
    OrderedKeys, "odict_keys", "PyODictKeys_Type", DictKeys, Key;
    /// The values.
    OrderedValues, "odict_values", "PyODictValues_Type", DictValues, Value;
    /// The entries.
    OrderedItems, "odict_items", "PyODictItems_Type", DictItems, Both;
}

